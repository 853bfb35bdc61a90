"""Train the reader: `python -m rag.reader.train --data DATA --work DIR --minutes 85`.

DATA holds `squad` and `nq`; DIR gets checkpoints, from which the same command goes on, and at
the end weights.safetensors.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from rag.reader import weights
from rag.reader.batches import Example, batched, encode, padded
from rag.reader.examples import Groups, load, near_words

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

    from rag.reader.model import Output, ReaderNetwork

CHECKPOINT = "checkpoint.pt"
# The word embeddings stay as they came with the encoder and are not shipped again.
FROZEN = "encoder.embeddings.word_embeddings.weight"


@dataclass(frozen=True)
class Recipe:
    """The numbers of a training run. It ends after `steps`, or after `minutes`, whichever comes first."""

    steps: int = 100_000
    minutes: float = 85.0
    rate: float = 3e-4
    warm_up: float = 0.04
    tokens: int = 3072
    pool: int = 256
    # Passages are cut to `short` tokens until this share of the run is over, and to `long` after it.
    short: int = 104
    long: int = 208
    short_share: float = 0.45
    every_minutes: float = 5.0
    seed: int = 0


class Progress:
    """How far the run is, 0 to 1, by its steps or by the clock; a run that goes on keeps the time already spent."""

    def __init__(self, recipe: Recipe, steps: int = 0, seconds: float = 0.0) -> None:
        self._recipe, self.steps, self._begun = recipe, steps, time.monotonic() - seconds

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._begun

    @property
    def share(self) -> float:
        return min(1.0, max(self.steps / self._recipe.steps, self.seconds / 60 / self._recipe.minutes))

    @property
    def rate(self) -> float:
        """The learning rate now: a short rise, then a straight fall to nothing."""
        share = self.share
        return self._recipe.rate * min(share / self._recipe.warm_up, (1 - share) / (1 - self._recipe.warm_up))


def losses(output: Output, batch: Sequence[Example]) -> dict[str, torch.Tensor]:
    """What is learnt from a batch: the span, whether there is an answer, and which of a question's passages has it."""
    import torch
    from torch.nn import functional as F

    starts = torch.tensor([example.start for example in batch])
    ends = torch.tensor([example.end for example in batch])
    span = (F.cross_entropy(output.start, starts) + F.cross_entropy(output.end, ends)) / 2
    answered = F.binary_cross_entropy_with_logits(output.answered, (starts > 0).float())
    own = {example.group: row for row, example in enumerate(batch) if example.kind == "own"}
    found = {"span": span, "answered": answered}
    for name, kind, logits in (("relevance", "other", output.relevance), ("contrast", "altered", output.answered)):
        rows = [(own[example.group], row) for row, example in enumerate(batch) if example.kind == kind]
        if rows:
            better, worse = torch.tensor(rows).T
            found[name] = F.softplus(logits[worse] - logits[better]).mean()
    return found


WEIGHT = {"span": 1.0, "answered": 0.5, "relevance": 0.5, "contrast": 0.25}


class Run:
    """A training run: the network, its optimiser and the place in the data, which a checkpoint keeps together."""

    def __init__(self, network: ReaderNetwork, groups: Groups, tokenizer: Tokenizer, recipe: Recipe) -> None:
        import torch

        self.network, self._groups, self._tokenizer, self._recipe = network, groups, tokenizer, recipe
        trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
        self._optimiser = torch.optim.AdamW(trained, lr=recipe.rate, weight_decay=0.01, fused=True)
        self._trained = trained
        self.progress = Progress(recipe)
        self._pool, self._batch, self._share = 0, 0, 0.0

    def batches(self) -> Iterator[list[Example]]:
        """Batches from where the run stands, pool after pool; lengths are alike within a batch."""
        while True:
            if self._batch == 0:
                self._share = self.progress.share
            recipe, chance = self._recipe, Random(f"{self._recipe.seed} {self._pool}")
            size = recipe.short if self._share < recipe.short_share else recipe.long
            numbers = range(self._pool * recipe.pool, (self._pool + 1) * recipe.pool)
            groups = [encode(self._groups.group(n), n, self._tokenizer, size, chance) for n in numbers]
            made = batched(groups, recipe.tokens, chance)
            while self._batch < len(made):
                self._batch += 1
                yield made[self._batch - 1]
            self._pool, self._batch = self._pool + 1, 0

    def step(self, batch: Sequence[Example]) -> dict[str, float]:
        """One step of the optimiser; returns the losses."""
        import torch

        for group in self._optimiser.param_groups:
            group["lr"] = self.progress.rate
        arrays = [torch.from_numpy(array) for array in padded([example.row for example in batch])]
        with torch.autocast("cpu", torch.bfloat16):
            found = losses(self.network(*arrays), batch)
        total = sum((WEIGHT[name] * loss for name, loss in found.items()), torch.zeros(()))
        total.backward()
        torch.nn.utils.clip_grad_norm_(self._trained, 1.0)
        self._optimiser.step()
        self._optimiser.zero_grad()
        self.progress.steps += 1
        return {name: float(loss.detach()) for name, loss in found.items()}

    def trained_state(self) -> dict[str, torch.Tensor]:
        """What was trained: all but the frozen word embeddings."""
        return {name: values for name, values in self.network.state_dict().items() if name != FROZEN}

    def save(self, path: Path) -> None:
        """Everything that is needed to go on, written whole or not at all."""
        import torch

        state = {
            "network": self.trained_state(),
            "optimiser": self._optimiser.state_dict(),
            "place": [self.progress.steps, self.progress.seconds, self._pool, self._batch, self._share],
        }
        part = path.with_suffix(".part")
        torch.save(state, part)
        os.replace(part, path)

    def resume(self, path: Path) -> None:
        """Go on from a checkpoint."""
        import torch

        state: dict[str, Any] = torch.load(path, weights_only=True)
        self.network.load_state_dict(state["network"], strict=False)
        self._optimiser.load_state_dict(state["optimiser"])
        steps, seconds, self._pool, self._batch, self._share = state["place"]
        self.progress = Progress(self._recipe, steps, seconds)


def train(run: Run, recipe: Recipe, checkpoint: Path, bar: bool = True) -> None:
    """Run to the end, with a checkpoint every few minutes and at the end."""
    from tqdm import tqdm

    saved = time.monotonic()
    means: dict[str, float] = {}
    with tqdm(
        total=1000, disable=not bar, mininterval=20, bar_format="{percentage:5.1f}% {elapsed} {postfix}"
    ) as shown:
        for batch in run.batches():
            if run.progress.share >= 1.0:
                break
            for name, loss in run.step(batch).items():
                means[name] = 0.98 * means.get(name, loss) + 0.02 * loss
            shown.n = int(1000 * run.progress.share)
            shown.set_postfix({"step": run.progress.steps} | {k: f"{v:.3f}" for k, v in means.items()}, refresh=False)
            shown.update(0)
            if time.monotonic() - saved > 60 * recipe.every_minutes:
                run.save(checkpoint)
                saved = time.monotonic()
    run.save(checkpoint)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m rag.reader.train", description="Train the reader.")
    parser.add_argument("--data", type=Path, required=True, help="the folder with squad/ and nq/")
    parser.add_argument("--work", type=Path, required=True, help="where checkpoints and the weights go")
    parser.add_argument("--minutes", type=float, default=Recipe.minutes, help="how long to train")
    parser.add_argument("--steps", type=int, default=Recipe.steps, help="how many steps at most")
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    given = parser.parse_args(arguments)

    import torch
    from tokenizers import Tokenizer

    from index.artifacts import MINILM
    from index.fetch import fetch
    from rag.reader.model import new_network

    recipe = Recipe(steps=given.steps, minutes=given.minutes, seed=given.seed)
    given.work.mkdir(parents=True, exist_ok=True)
    folder = fetch(MINILM)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    torch.manual_seed(recipe.seed)
    network = new_network(folder, "eager").train()
    vocabulary = {row: word for word, row in tokenizer.get_vocab().items() if word.isalpha() and word.isascii()}
    rows = [row for row, word in sorted(vocabulary.items()) if len(word) > 2 and row < 22_000]
    near = near_words([vocabulary[row] for row in rows], network.get_parameter(FROZEN)[rows].tolist())
    run = Run(network, Groups(load(given.data), near, recipe.seed), tokenizer, recipe)
    checkpoint = given.work / CHECKPOINT
    if checkpoint.is_file():
        run.resume(checkpoint)
    train(run, recipe, checkpoint)
    path = given.work / weights.WEIGHTS.name
    print(f"{path}, sha256 {weights.save(run.trained_state(), path)}")


if __name__ == "__main__":
    main()
