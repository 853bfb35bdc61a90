"""Training: a small network over made-up data learns, and goes on from a checkpoint as if it had never stopped."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
import torch
from test_rag_reader_examples import near, words_tokenizer, write_data
from transformers import BertConfig, BertModel

from rag.reader.examples import Groups, load
from rag.reader.model import new_network
from rag.reader.train import CHECKPOINT, FROZEN, Progress, Recipe, Run, train

RECIPE = Recipe(steps=3, minutes=float("inf"), tokens=512, pool=8, short=12, warm_up=0.1)


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    """The folder of a tiny encoder."""
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=400, hidden_size=24, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(tmp_path / "encoder")
    return tmp_path / "encoder"


def new_run(encoder: Path, data: Path, recipe: Recipe = RECIPE) -> Run:
    if not data.is_dir():
        write_data(data)
    torch.manual_seed(2)
    return Run(new_network(encoder, "eager").train(), Groups(load(data), near), words_tokenizer(), recipe)


def test_a_resumed_run_ends_where_an_unbroken_one_does(encoder: Path, tmp_path: Path) -> None:
    unbroken = new_run(encoder, tmp_path / "data")
    train(unbroken, RECIPE, tmp_path / CHECKPOINT, bar=False)

    broken = new_run(encoder, tmp_path / "data")
    for batch in islice(broken.batches(), 2):
        broken.step(batch)
    broken.save(tmp_path / "broken.pt")
    resumed = new_run(encoder, tmp_path / "data")
    resumed.resume(tmp_path / "broken.pt")
    assert resumed.progress.steps == 2
    train(resumed, RECIPE, tmp_path / "resumed.pt", bar=False)

    assert resumed.progress.steps == unbroken.progress.steps == 3
    for name, values in unbroken.trained_state().items():
        assert torch.equal(values, resumed.trained_state()[name]), name


def test_training_moves_all_but_the_word_embeddings_and_lowers_the_loss(encoder: Path, tmp_path: Path) -> None:
    recipe = Recipe(steps=60, minutes=float("inf"), tokens=512, pool=8, rate=3e-3)
    run = new_run(encoder, tmp_path / "data", recipe)
    before = {name: values.clone() for name, values in run.network.state_dict().items()}
    seen = [run.step(batch)["span"] for batch in islice(run.batches(), 60)]
    assert sum(seen[-10:]) < 0.7 * sum(seen[:10])
    after = run.network.state_dict()
    assert torch.equal(before[FROZEN], after[FROZEN])
    assert FROZEN not in run.trained_state()
    assert not torch.equal(before["verdict.weight"], after["verdict.weight"])


def test_the_rate_rises_and_then_falls_to_nothing() -> None:
    recipe = Recipe(steps=100, minutes=float("inf"), rate=1.0, warm_up=0.1)
    rates = [Progress(recipe, steps).rate for steps in range(101)]
    assert rates[:11] == sorted(rates[:11])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[10] == 1.0
    assert rates[100] == 0.0


def test_a_run_ends_by_the_clock_too() -> None:
    assert Progress(Recipe(steps=100, minutes=2.0), steps=1, seconds=60.0).share == pytest.approx(0.5, abs=0.01)
    assert Progress(Recipe(steps=100, minutes=2.0), steps=1, seconds=600.0).share == 1.0
