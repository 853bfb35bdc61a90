"""Chat models that run in this process: what is common to all of them, and those that transformers runs."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

from index.errors import ModelError, first_sentence
from index.fetch import only_local
from rag.models.memory import loaded_size, memory_needed, refuse_too_big, weights_of
from rag.models.reasoning import OPENING, without_reasoning

if TYPE_CHECKING:
    import torch
    from transformers import TextIteratorStreamer

    from rag.models.generator import Message

DEFAULT_CONTEXT = 4096
# What a prompt may take at most, however much a model could hold: beyond it a processor reads for minutes.
LONGEST_CONTEXT = 8192

# What torch calls the processors that have no bfloat16 and are slow to emulate it.
_WITHOUT_BFLOAT16 = ("NO AVX", "DEFAULT", "AVX2")


class LocalGenerator(ABC):
    """Greedy, and so reproducible: the same question over the same articles gives the same words.

    `limit` is how many tokens the model can hold, None where it does not say.
    """

    def __init__(self, name: str, tokenizer: Any, limit: int | None) -> None:
        self.name = name
        self.context_tokens = min(limit or DEFAULT_CONTEXT, LONGEST_CONTEXT)
        self._tokenizer = tokenizer
        # One at a time: those who ask at once take turns, and whoever is slow to read holds nobody up.
        self._writer = ThreadPoolExecutor(max_workers=1)

    @abstractmethod
    def _write(self, ids: list[int], max_tokens: int, streamer: TextIteratorStreamer, stopped: threading.Event) -> None:
        """Put each token into the streamer as it is made, until the model ends its turn or `stopped` is set.

        Raises RuntimeError, ValueError or IndexError when the model fails.
        """

    def count_tokens(self, text: str) -> int:
        return len(self._tokens(text))

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        """Raises ModelError when the model cannot take the messages or fails while it writes."""
        from transformers import TextIteratorStreamer

        text = self._prompt(messages)
        streamer = TextIteratorStreamer(self._tokenizer, skip_special_tokens=True)
        stopped = threading.Event()
        writing = self._writer.submit(self._write, self._tokens(text), max_tokens, streamer, stopped)
        # However the writing ends, by an error too, the one who reads must not wait for more.
        writing.add_done_callback(lambda _: streamer.end())
        try:
            yield from without_reasoning(streamer, inside=text.rstrip().endswith(OPENING))
        finally:
            stopped.set()
            if not writing.cancel():
                wait([writing])
        try:
            writing.result()
        except (RuntimeError, ValueError, IndexError) as error:
            raise ModelError(
                f"The model {self.name} failed while it wrote ({first_sentence(error)}); "
                "ask again, or give another model with --model."
            ) from error

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        return ids

    def _prompt(self, messages: Sequence[Message]) -> str:
        """The messages as the model's own chat template has them, for an answer without reasoning where it can."""
        from jinja2 import TemplateError

        def render(turns: list[dict[str, str]]) -> str:
            text: str = self._tokenizer.apply_chat_template(
                turns, add_generation_prompt=True, tokenize=False, enable_thinking=False
            )
            return text

        turns = [dict(turn) for turn in messages]
        try:
            return render(turns)
        except TemplateError:
            # Some models know no system turn and refuse one.
            try:
                return render(_without_system(turns))
            except TemplateError as error:
                raise ModelError(
                    f"The chat template of the model {self.name} cannot be used ({first_sentence(error)}); "
                    "give another model with --model."
                ) from error


class TransformersGenerator(LocalGenerator):
    """Any chat model of the hub's form, in the number format it was saved in."""

    def __init__(self, name: str, model: Any, tokenizer: Any) -> None:
        super().__init__(name, tokenizer, getattr(model.config, "max_position_embeddings", None))
        self._model = model

    @classmethod
    def load(cls, name: str, source: str) -> TransformersGenerator:
        """The model in a folder or of the hub. Raises ModelError when it cannot be had, cannot chat or is too big."""
        from pickle import UnpicklingError

        from safetensors import SafetensorError
        from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()
        # Typed as giving the model alone, which it does not when asked for what it loaded.
        weights: Any = AutoModelForCausalLM
        local = only_local(source)
        how = {"trust_remote_code": False, "local_files_only": local}
        # Files from anywhere, read by a library that looks before it leaps in only some of the places.
        unfit = (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, ImportError)
        try:
            # First, for it alone says in plain words that a model is none, or too new.
            config = AutoConfig.from_pretrained(source, **how)
            tokenizer = AutoTokenizer.from_pretrained(source, **how)
            if tokenizer.chat_template is None:
                raise ModelError(
                    f"The model {name} has no chat template; give an instruction-tuned model with --model."
                )
            size = loaded_size(weights_of(source, local), getattr(config, "dtype", None), _dtype())
            refuse_too_big(name, memory_needed(size))
            model, loading = weights.from_pretrained(
                source, config=config, dtype=_dtype(), output_loading_info=True, **how
            )
            # The library would make them up and go on.
            if loading["missing_keys"]:
                raise ModelError(f"The model {name} lacks some of its weights; get it anew, or give another.")
        except (*unfit, SafetensorError, UnpicklingError) as error:
            raise ModelError(
                f"The model {name} cannot be loaded ({first_sentence(error)}); "
                "`citewire models` lists those that come with citewire, or give a folder or a GGUF file."
            ) from error
        model.eval()
        model.generation_config.update(do_sample=False, temperature=None, top_p=None, top_k=None)
        return cls(name, model, tokenizer)

    def _write(self, ids: list[int], max_tokens: int, streamer: TextIteratorStreamer, stopped: threading.Event) -> None:
        import torch
        from transformers import StoppingCriteriaList

        streamer.skip_prompt = True
        prompt = torch.tensor([ids])
        self._model.generate(
            input_ids=prompt,
            attention_mask=torch.ones_like(prompt),
            max_new_tokens=max_tokens,
            streamer=streamer,
            stopping_criteria=StoppingCriteriaList([lambda ids, scores, **_: stopped.is_set()]),
        )


def _without_system(turns: list[dict[str, str]]) -> list[dict[str, str]]:
    """What the system turn says at the head of the first turn after it.

    >>> _without_system([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}])
    [{'role': 'user', 'content': 'Be brief.\\n\\nWhy?'}]
    """
    if len(turns) < 2 or turns[0]["role"] != "system":
        return turns
    first = turns[1] | {"content": f"{turns[0]['content']}\n\n{turns[1]['content']}"}
    return [first, *turns[2:]]


def _dtype() -> str | torch.dtype:
    """The folder's own number format, or float32 where bfloat16 would take several times as long."""
    import torch

    return torch.float32 if torch.backends.cpu.get_cpu_capability() in _WITHOUT_BFLOAT16 else "auto"
