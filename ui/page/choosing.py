"""What the settings tab does: which models there are, another one in place of the one at work, and its speed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from index.errors import InputError
from rag.limits import DEFAULT_LIMITS, Limits
from ui.page.desk import Desk

if TYPE_CHECKING:
    from index import Archive
    from rag import Assistant
    from rag.models.speed import Speed

Say = Callable[[str], None]


@dataclass(frozen=True)
class Choice:
    """A chat model that can be chosen: its name for --model, its bytes, and whether it is on this machine."""

    spec: str
    size: int
    cached: bool

    @property
    def label(self) -> str:
        """
        >>> Choice("smollm2-135m-instruct", 270_000_000, cached=True).label
        'smollm2-135m-instruct (0.27 GB)'
        """
        where = "" if self.cached else ", to be fetched"
        return f"{self.spec} ({self.size / 1e9:.2f} GB{where})"


@dataclass(frozen=True)
class Chosen:
    """What is set for everyone at the page: the model, as --model names it, and how much an answer is made from."""

    model: str
    passages: int
    least_score: float
    clear_score: float

    @property
    def limits(self) -> Limits:
        """Raises InputError for what cannot be one."""
        return Limits(self.passages, self.least_score, self.clear_score)


def in_force(desk: Desk) -> Chosen:
    """What is set now; the default limits where the assistant has none."""
    from rag import Assistant

    limits = desk.assistant.limits if isinstance(desk.assistant, Assistant) else DEFAULT_LIMITS
    return Chosen(desk.model, **asdict(limits))


def merged(before: Chosen, chosen: Chosen, now: Chosen) -> Chosen:
    """What is in force `now`, less what was changed by hand since a page showed what was in force `before`.

    So nobody takes back by accident what somebody else has set meanwhile.

    >>> merged(Chosen("a", 8, 0.3, 0.7), Chosen("a", 12, 0.3, 0.7), Chosen("b", 8, 0.3, 0.9))
    Chosen(model='b', passages=12, least_score=0.3, clear_score=0.9)
    """
    by_hand = {name: value for name, value in asdict(chosen).items() if value != getattr(before, name)}
    return replace(now, **by_hand)


def known_models() -> list[Choice]:
    """The chat models that come with citewire, and those of the hub that are on this machine."""
    from index.artifacts import KNOWN
    from index.fetch import cached

    own = [
        Choice(artifact.name, artifact.size, cached(artifact) is not None)
        for artifact in KNOWN.values()
        if artifact.role == "generator"
    ]
    return [*own, *_of_the_hub()]


def _of_the_hub() -> list[Choice]:
    """What the hub's own cache holds and could chat: whether it can is only known once it is loaded."""
    from huggingface_hub import scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    try:
        repos = scan_cache_dir().repos
    except CacheNotFound:
        return []
    found = [
        repo
        for repo in repos
        if repo.repo_type == "model"
        and any("chat_template" in file.file_name for revision in repo.revisions for file in revision.files)
    ]
    return [Choice(repo.repo_id, repo.size_on_disk, True) for repo in sorted(found, key=lambda repo: repo.repo_id)]


def model_named(spec: str | None) -> str:
    """What was chosen or typed as the model. Raises InputError where that is nothing.

    >>> model_named(" qwen3-0.6b ")
    'qwen3-0.6b'
    """
    name = (spec or "").strip()
    if not name:
        raise InputError("No model is named; choose one from the list, or type one.")
    return name


def use(desk: Desk, spec: str, limits: Limits, say: Say) -> Assistant:
    """Let another model, or the same with other limits, answer from the next question on, for everyone at the page.

    The one at work stays when the other cannot be had. Raises InputError, ModelError, EndpointError.
    """
    from rag import Assistant, load_generator

    now = _assistant(desk)
    key = desk.settings.api_key if desk.settings else None
    generator = now.generator if spec == desk.model else load_generator(spec, key, say)
    with desk.exchanging:
        now = _assistant(desk)  # another archive may have moved in while the model was loaded
        desk.assistant = Assistant(now.archive, generator, now.retriever.reranker, limits)
    if desk.settings is not None:
        desk.settings = replace(
            desk.settings,
            model=spec,
            passages=limits.passages,
            least_score=limits.least_score,
            clear_score=limits.clear_score,
        )
    return desk.assistant


def move_in(desk: Desk, archive: Archive) -> None:
    """Let the page work on another archive, for everyone, from now on."""
    with desk.exchanging:
        desk.assistant = _assistant(desk).over(archive)
        desk.archive, desk.is_sample = archive, False


def move_in_own(desk: Desk) -> None:
    """Let a person's own articles, once there are some, take the place of the samples."""
    if desk.is_sample and desk.library_to_fill().counts() != (0, 0):
        move_in(desk, desk.library_to_fill())


def speed(desk: Desk) -> Speed:
    """How fast the model at work is on this machine, in its turn. Raises BusyError, ModelError, EndpointError."""
    from rag.models.speed import measure

    # A model writes one text at a time: what is asked meanwhile waits, and nothing else slows what is measured.
    with desk.line.at_work():
        return measure(_assistant(desk).generator)


def speed_text(speed: Speed) -> str:
    """A speed in words.

    >>> from rag.models.speed import Speed
    >>> speed_text(Speed(read=812.4, written=38.2))
    'Reads 812 and writes 38 tokens a second on this machine: about 2 s for an answer of two sentences.'
    """
    seconds = PROMPT / speed.read + TWO_SENTENCES / speed.written
    return (
        f"Reads {speed.read:.0f} and writes {speed.written:.0f} tokens a second on this machine: "
        f"about {max(seconds, 1):.0f} s for an answer of two sentences."
    )


PROMPT, TWO_SENTENCES = 700, 60


def choices_with(choices: Sequence[Choice], spec: str) -> list[tuple[str, str]]:
    """Labels with what they stand for, the model at work among them whatever it is.

    >>> choices_with([Choice("a", 10**9, cached=False)], "http://127.0.0.1:8000/v1#b")
    [('http://127.0.0.1:8000/v1#b', 'http://127.0.0.1:8000/v1#b'), ('a (1.00 GB, to be fetched)', 'a')]
    """
    listed = [(choice.label, choice.spec) for choice in choices]
    return listed if spec in [value for _, value in listed] else [(spec, spec), *listed]


def _assistant(desk: Desk) -> Assistant:
    from rag import Assistant

    if not isinstance(desk.assistant, Assistant):
        raise InputError("The assistant of this page is of another kind, and has no settings.")
    return desk.assistant
