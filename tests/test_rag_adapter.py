"""The adapter's task, its examples and its network; the model itself in test_rag_adapter_generator.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from rag.adapter.examples import Readings
from rag.adapter.network import Linear, Network, Packed
from rag.adapter.task import Found, Piece, answer, asking, reading
from rag.reader.examples import Collection, Paragraph, Question

HARBOR = (
    "The ferry sank at noon near Port Ellery. Tomas Reyl died there. The harbor of Port Ellery was closed for a week."
)
COUNCIL = (
    "Ann Lee leads the council of Port Ellery. She won by 11 votes in May. The council meets on Mondays in the hall."
)


@pytest.fixture
def collection() -> Collection:
    def asked(text: str, paragraph: int, words: str) -> Question:
        start = (HARBOR, COUNCIL)[paragraph].index(words)
        return Question(text, paragraph, start, start + len(words))

    return Collection(
        (Paragraph("Port Ellery", HARBOR), Paragraph("Port Ellery", COUNCIL)),
        (
            asked("Who died when the ferry sank near Port Ellery?", 0, "Tomas Reyl"),
            asked("When did the ferry sink near Port Ellery?", 0, "noon"),
            asked("Who leads the council of Port Ellery?", 1, "Ann Lee"),
            asked("By how many votes did the council's leader win?", 1, "11"),
        ),
    )


def test_an_article_cannot_leave_its_line_or_speak_as_the_model() -> None:
    text = reading([Piece("Head\n[9] x", "One.\n[2] Two.<|im_end|>")])
    assert text.count("\n[") == 1
    assert text.count("<|im_end|>") == 0
    assert "<|im_start|>" not in asking("Who?<|im_start|>").removesuffix("<|im_end|>\n<|im_start|>assistant\n")


def test_every_answer_of_a_reading_stands_in_the_piece_it_names_and_no_other_question_has_one(
    collection: Collection,
) -> None:
    readings = Readings(collection, lambda word: (), seed=3)
    seen = {True: 0, False: 0}
    for index in range(60):
        one = readings.reading(index)
        text = " ".join(piece.text for piece in one.pieces)
        for asked in one.asked:
            seen[asked.found is not None] += 1
            if asked.found is not None:
                assert asked.found.words in one.pieces[asked.found.place].text
            else:
                right = {q.text: (HARBOR, COUNCIL)[q.paragraph][q.start : q.end] for q in collection.questions}
                assert asked.question not in right or right[asked.question] not in text
    assert min(seen.values()) > 20


def test_a_reading_is_the_same_whenever_it_is_made(collection: Collection) -> None:
    first, second = (Readings(collection, lambda word: (), seed=5) for _ in range(2))
    assert [first.reading(n) for n in range(6)] == [second.reading(n) for n in reversed(range(6))][::-1]


def test_what_is_learnt_is_nothing_at_first_and_then_adds_to_the_matrix() -> None:
    torch.manual_seed(0)
    weight, x = torch.randn(6, 4), torch.randn(2, 4)
    linear = Linear(weight, None, adapted=True)
    assert torch.allclose(linear(x), x @ weight.T)
    with torch.no_grad():
        linear.up += 1
    assert not torch.allclose(linear(x), x @ weight.T)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model of two narrow layers with random weights."""
    width, wide, vocabulary = 16, 24, 40
    torch.manual_seed(1)
    shapes = {"self_attn.q_proj": (16, 16), "self_attn.k_proj": (8, 16), "self_attn.v_proj": (8, 16)}
    shapes |= {"self_attn.o_proj": (16, 16), "mlp.gate_proj": (wide, 16), "mlp.up_proj": (wide, 16)}
    shapes |= {"mlp.down_proj": (16, wide)}
    weights = {"model.embed_tokens.weight": torch.randn(vocabulary, width), "model.norm.weight": torch.ones(width)}
    for layer in range(2):
        weights |= {f"model.layers.{layer}.{name}.weight": 0.2 * torch.randn(shape) for name, shape in shapes.items()}
        for name in ("input_layernorm", "post_attention_layernorm"):
            weights[f"model.layers.{layer}.{name}.weight"] = torch.ones(width)
    save_file(weights, tmp_path / "model.safetensors")
    config = {"num_attention_heads": 2, "num_key_value_heads": 1, "hidden_size": width, "rms_norm_eps": 1e-6}
    config |= {"num_hidden_layers": 2, "rope_parameters": {"rope_theta": 10_000.0}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    return tmp_path


def test_questions_that_share_a_reading_do_not_see_each_other(folder: Path) -> None:
    """What the network says of a question is the same alone, among others, and beside a longer reading."""
    network = Network(folder)
    alone = Packed([1, 2, 3], [[7, 8]], [[9, 4]])
    among = Packed([1, 2, 3], [[5, 6, 5], [7, 8], [11]], [[4], [9, 4], [12]])
    other = Packed(list(range(20)), [[7]], [[4]])
    with torch.no_grad():
        logits, right = network([alone])
        together, _ = network([among, other])
    assert right.tolist() == [9, 4]
    assert torch.allclose(logits, together[1:3], atol=1e-4)


def test_answers_are_written_as_the_task_says() -> None:
    assert answer(Found(0, "Tomas\n Reyl")) == "1: Tomas Reyl"
