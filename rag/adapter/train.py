"""Train the adapter: `python -m rag.adapter.train --data DATA --work DIR --minutes 60`.

DATA holds `squad` and `nq`; DIR gets checkpoints, from which the same command goes on, and at the end the weights.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.adapter.examples import Reading, Readings
from rag.adapter.task import END, answer, asking, reading

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from rag.adapter.network import Network, Packed

CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True)
class Recipe:
    """The numbers of a training run, which ends after `minutes`."""

    minutes: float = 60.0
    rate: float = 4e-4
    warm_up: float = 0.03
    tokens: int = 2048
    every_minutes: float = 4.0
    seed: int = 0


class Run:
    """A training run: the network, its optimiser and the place in the data, which a checkpoint keeps together."""

    def __init__(self, network: Network, readings: Readings, tokenizer: Tokenizer, recipe: Recipe) -> None:
        import torch

        self.network, self._readings, self._tokenizer, self._recipe = network, readings, tokenizer, recipe
        self._trained = list(network.parameters())
        self._optimiser = torch.optim.AdamW(
            self._trained, lr=recipe.rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True
        )
        self.next, self.steps, self._begun = 0, 0, time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._begun

    @property
    def share(self) -> float:
        """How far the run is, 0 to 1, by the clock; one that goes on keeps the time already spent."""
        return min(1.0, self.seconds / 60 / self._recipe.minutes)

    @property
    def rate(self) -> float:
        """The learning rate now: a short rise, then a straight fall to nothing."""
        share = self.share
        return self._recipe.rate * min(share / self._recipe.warm_up, (1 - share) / (1 - self._recipe.warm_up))

    def batches(self) -> Iterator[list[Packed]]:
        """Batches of readings in their order, each of at most so many tokens with their padding."""
        batch: list[Packed] = []
        while True:
            pack = packed(self._readings.reading(self.next), self._tokenizer)
            longest = max([pack.length, *(one.length for one in batch)])
            if batch and (len(batch) + 1) * longest > self._recipe.tokens:
                yield batch
                batch = []
            self.next += 1
            if pack.questions:
                batch.append(pack)

    def step(self, batch: Sequence[Packed]) -> tuple[float, float]:
        """One step of the optimiser; the loss of the first tokens, which choose, and of the others."""
        import torch
        from torch.nn import functional as F

        for group in self._optimiser.param_groups:
            group["lr"] = self.rate
        logits, right = self.network(batch)
        losses = F.cross_entropy(logits, right, reduction="none")
        starts = torch.zeros_like(right, dtype=torch.bool)
        at = 0
        for words in (words for pack in batch for words in pack.answers):
            starts[at] = True
            at += len(words)
        chosen, rest = losses[starts].mean(), losses[~starts].mean()
        (chosen + rest).backward()
        torch.nn.utils.clip_grad_norm_(self._trained, 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad()
        self.steps += 1
        return float(chosen.detach()), float(rest.detach())

    def save(self, path: Path) -> None:
        """Everything that is needed to go on, written whole or not at all."""
        import torch

        state = {
            "network": self.network.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "place": [self.next, self.steps, self.seconds],
        }
        part = path.with_suffix(".part")
        torch.save(state, part)
        os.replace(part, path)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint."""
        import torch

        state: dict[str, Any] = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"])
        self._optimiser.load_state_dict(state["optimiser"])
        self.next, self.steps, seconds = state["place"]
        self._begun = time.monotonic() - seconds


def packed(one: Reading, tokenizer: Tokenizer) -> Packed:
    """A reading as the network takes it."""
    from rag.adapter.network import Packed

    texts = [reading(one.pieces)]
    texts += [text for asked in one.asked for text in (asking(asked.question), answer(asked.found) + END)]
    shared, *rest = (encoded.ids for encoded in tokenizer.encode_batch_fast(texts, add_special_tokens=False))
    return Packed(shared, rest[::2], rest[1::2])


def train(run: Run, recipe: Recipe, checkpoint: Path, bar: bool = True) -> None:
    """Run to the end, with a checkpoint every few minutes and at the end."""
    from tqdm import tqdm

    saved = time.monotonic()
    means = [0.0, 0.0]
    with tqdm(total=1000, disable=not bar, mininterval=20, bar_format="{percentage:5.1f}% {elapsed} {postfix}") as told:
        for batch in run.batches():
            if run.share >= 1.0:
                break
            means = [
                0.9 * mean + 0.1 * loss if run.steps > 1 else loss
                for mean, loss in zip(means, run.step(batch), strict=True)
            ]
            told.n = int(1000 * run.share)
            told.set_postfix(
                step=run.steps, readings=run.next, choice=f"{means[0]:.3f}", words=f"{means[1]:.3f}", refresh=False
            )
            told.update(0)
            if time.monotonic() - saved > 60 * recipe.every_minutes:
                run.save(checkpoint)
                saved = time.monotonic()
    run.save(checkpoint)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m rag.adapter.train", description="Train the adapter.")
    parser.add_argument("--data", type=Path, required=True, help="the folder with squad/ and nq/")
    parser.add_argument("--work", type=Path, required=True, help="where checkpoints and the weights go")
    parser.add_argument("--minutes", type=float, default=Recipe.minutes, help="how long to train")
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    given = parser.parse_args(arguments)

    import torch
    from tokenizers import Tokenizer

    from index.artifacts import QWEN
    from index.fetch import fetch
    from rag.adapter.generator import WEIGHTS
    from rag.adapter.network import Network
    from rag.gguf import convert, converted_folder
    from rag.reader.examples import load
    from rag.reader.weights import save

    recipe = Recipe(minutes=given.minutes, seed=given.seed)
    given.work.mkdir(parents=True, exist_ok=True)
    gguf = next(fetch(QWEN).glob("*.gguf"))
    folder = convert(gguf, converted_folder(gguf))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    torch.manual_seed(recipe.seed)
    network = Network(folder)
    for layer in network.layers:
        layer.compile(dynamic=True)
    run = Run(network, Readings(load(given.data), lambda word: (), recipe.seed), tokenizer, recipe)
    checkpoint = given.work / CHECKPOINT
    if checkpoint.is_file():
        run.resume(checkpoint)
    train(run, recipe, checkpoint)
    path = given.work / WEIGHTS.name
    print(f"{path}, sha256 {save(network.learnt(), path)}")


if __name__ == "__main__":
    main()
