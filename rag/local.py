"""A chat model that runs in this process, by transformers."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from index.errors import ModelError

if TYPE_CHECKING:
    from rag.generator import Message

DEFAULT_CONTEXT = 4096
# What a prompt may take at most, however much a model could hold: beyond it a processor reads for minutes.
LONGEST_CONTEXT = 8192


class TransformersGenerator:
    """Greedy, and so reproducible: the same question over the same articles gives the same words."""

    def __init__(self, name: str, model: Any, tokenizer: Any) -> None:
        self.name = name
        self._model = model
        self._tokenizer = tokenizer
        limit = getattr(model.config, "max_position_embeddings", None) or DEFAULT_CONTEXT
        self.context_tokens = min(int(limit), LONGEST_CONTEXT)
        self._turn = threading.Lock()

    @classmethod
    def load(cls, name: str, source: str) -> TransformersGenerator:
        """The model in a folder or of the hub. Raises ModelError when it cannot be had or cannot chat."""
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()
        try:
            tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False)
            model = AutoModelForCausalLM.from_pretrained(source, dtype="auto", trust_remote_code=False)
        except (OSError, ValueError, KeyError) as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
            raise ModelError(
                f"The model {name} cannot be loaded ({reason}); "
                "`citewire models` lists those that come with citewire, or give a folder or a GGUF file."
            ) from error
        if tokenizer.chat_template is None:
            raise ModelError(f"The model {name} has no chat template; give an instruction-tuned model with --model.")
        model.eval()
        model.generation_config.update(do_sample=False, temperature=None, top_p=None, top_k=None)
        return cls(name, model, tokenizer)

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[str]:
        from transformers import StoppingCriteriaList, TextIteratorStreamer

        inputs = self._tokenizer.apply_chat_template(
            list(messages), add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        streamer = TextIteratorStreamer(self._tokenizer, skip_prompt=True, skip_special_tokens=True)
        stopped = threading.Event()
        failures: list[Exception] = []

        def generate() -> None:
            try:
                self._model.generate(
                    **inputs,
                    max_new_tokens=max_tokens,
                    streamer=streamer,
                    stopping_criteria=StoppingCriteriaList([lambda ids, scores, **_: stopped.is_set()]),
                )
            except (RuntimeError, ValueError) as error:
                failures.append(error)
                streamer.end()

        with self._turn:
            thread = threading.Thread(target=generate, daemon=True)
            thread.start()
            try:
                yield from (piece for piece in streamer if piece)
            finally:
                stopped.set()
                thread.join()
        if failures:
            raise ModelError(f"The model {self.name} failed while it wrote ({failures[0]}).") from failures[0]
