"""Another model or other limits in place of those at work, and what is kept for the next time."""

from __future__ import annotations

import stat
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from conftest import FakeEmbedder, FakeGenerator
from fake_assistant import Reciter
from running import run

from index import Archive
from index.errors import InputError, ModelError
from rag import Assistant
from rag.limits import Limits
from rag.models.speed import Speed, measure
from ui.accounts import read_accounts
from ui.page.choosing import Chosen, in_force, known_models, merged, model_named, move_in, speed, use
from ui.page.desk import Desk
from ui.page.settings_tab import settings_tab
from ui.settings import keep, load_settings


@pytest.fixture
def desk(archive: Archive, tmp_path: Path) -> Desk:
    settings = load_settings({"model": "first"}, {}, tmp_path / "none.toml")
    return Desk(Assistant(archive, FakeGenerator(name="first")), settings=settings)


def test_another_model_answers_from_then_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.models.generator.load_generator", lambda spec, key, say: FakeGenerator(name=spec))
    before = desk.assistant
    after = use(desk, "second", Limits(passages=3), lambda _: None)
    assert desk.assistant is after and after is not before
    assert (desk.model, after.model, after.limits.passages) == ("second", "second", 3)
    assert after.archive is before.archive


def test_other_limits_load_no_model_anew(desk: Desk) -> None:
    assert isinstance(desk.assistant, Assistant)
    generator = desk.assistant.generator
    assert use(desk, "first", Limits(least_score=0.5), lambda _: None).generator is generator
    assert desk.settings and desk.settings.limits == Limits(least_score=0.5)


def test_what_is_in_force_is_what_was_set_last(desk: Desk) -> None:
    assert in_force(desk) == Chosen("first", 8, 0.35, 0.7)
    use(desk, "first", Limits(12, 0.5, 0.9), lambda _: None)
    assert in_force(desk) == Chosen("first", 12, 0.5, 0.9)
    assert in_force(Desk(Reciter())) == Chosen("reciter", 8, 0.35, 0.7)


def test_a_page_with_older_values_takes_back_only_what_was_changed_there() -> None:
    before, now = Chosen("first", 8, 0.35, 0.7), Chosen("second", 12, 0.35, 0.7)
    assert merged(before, replace(before, least_score=0.5), now) == replace(now, least_score=0.5)
    assert merged(before, replace(before, model="third", passages=9), now) == replace(now, model="third", passages=9)


def test_the_model_at_work_stays_when_another_cannot_be_had(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(spec: str, key: str | None, say: object) -> None:
        raise ModelError("It cannot be had.")

    monkeypatch.setattr("rag.models.generator.load_generator", fails)
    before = desk.assistant
    with pytest.raises(ModelError):
        use(desk, "second", Limits(), lambda _: None)
    assert desk.assistant is before and desk.model == "first"


def test_articles_that_moved_in_while_a_model_was_loaded_stay(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive(tmp_path / "own", FakeEmbedder()) as own:

        def loads(spec: str, key: str | None, say: object) -> FakeGenerator:
            move_in(desk, own)
            return FakeGenerator(name=spec)

        monkeypatch.setattr("rag.models.generator.load_generator", loads)
        assert use(desk, "second", Limits(), lambda _: None).archive is own
        assert desk.archive is own and desk.model == "second"


@pytest.mark.parametrize("nothing", [None, "", " "])
def test_that_no_model_is_named_is_told_before_anything_is_loaded_or_kept(nothing: str | None) -> None:
    with pytest.raises(InputError, match="No model is named; choose one"):
        model_named(nothing)


def tab_of(desk: Desk) -> gr.Blocks:
    async def build() -> gr.Blocks:  # outside of a running loop Gradio makes event loops that it never closes
        with gr.Blocks() as app, gr.Tabs(), gr.Tab() as tab:
            settings_tab(desk, gr.HTML(), tab)
        return app

    return run(build())


def model_box(tab: gr.Blocks) -> gr.Dropdown:
    (box,) = (block for block in tab.blocks.values() if isinstance(block, gr.Dropdown))
    return box


SHARED: list[dict[str, Any]] = [
    {"host": "0.0.0.0"},
    {"auth": read_accounts("ann:secret", "a test")},
    {"served_as": "news.example"},
]


@pytest.mark.parametrize("shared", SHARED, ids=lambda shared: str(*shared))
def test_a_page_that_others_can_reach_takes_no_model_but_those_of_the_list(desk: Desk, shared: dict[str, Any]) -> None:
    elsewhere = "http://198.51.100.7/v1#mine"
    assert model_box(tab_of(desk)).preprocess(elsewhere) == elsewhere
    assert desk.settings
    desk.settings = replace(desk.settings, model="http://127.0.0.1:8000/v1#ours", **shared)
    box = model_box(tab_of(desk))
    assert box.preprocess(desk.settings.model) == desk.settings.model
    with pytest.raises(gr.Error):
        box.preprocess(elsewhere)


@pytest.mark.parametrize("shared", SHARED, ids=lambda shared: str(*shared))
def test_who_reaches_the_page_from_elsewhere_writes_no_settings(desk: Desk, shared: dict[str, Any]) -> None:
    def writers(desk: Desk) -> int:
        return sum("keep" in str(event.fn) for event in tab_of(desk).fns.values())

    assert writers(desk) == 1
    assert desk.settings
    desk.settings = replace(desk.settings, **shared)
    assert writers(desk) == 0


def test_the_speed_is_measured_when_nobody_else_has_the_model(desk: Desk) -> None:
    with ThreadPoolExecutor(1) as pool:
        with desk.line.at_work():
            measured = pool.submit(speed, desk)
            with pytest.raises(TimeoutError):
                measured.result(timeout=0.2)
        assert measured.result(timeout=10).written > 0


def test_an_assistant_of_another_kind_has_no_settings() -> None:
    with pytest.raises(InputError):
        use(Desk(Reciter()), "second", Limits(), lambda _: None)


def test_the_embedded_chat_models_can_be_chosen() -> None:
    assert {choice.spec for choice in known_models()} >= {"qwen2.5-coder-0.5b-instruct", "smollm2-135m-instruct"}


@pytest.mark.parametrize("values", [{"passages": 0}, {"passages": 51}, {"least_score": -0.1}, {"clear_score": 2.1}])
def test_limits_that_cannot_be_are_an_input_error(values: dict[str, float]) -> None:
    with pytest.raises(InputError):
        Limits(**values)  # type: ignore[arg-type]


def test_speed_counts_reading_until_the_first_piece_and_writing_from_there() -> None:
    times = iter([0.0, 2.0, 3.0, 4.0])
    generator = FakeGenerator("one two ", "three ", "four five")
    speed = measure(generator, lambda: next(times))
    prompt = generator.heard[0][0]["content"]
    assert speed == Speed(read=len(prompt.split()) / 2, written=4 / 2)


def test_what_is_kept_is_read_the_next_time_and_nothing_else_is_touched(tmp_path: Path) -> None:
    file = tmp_path / "citewire" / "config.toml"
    keep({"model": 'a "b" \\ c'}, file)
    file.write_text(file.read_text() + "# mine\nport = 8000\n")
    keep({"model": "second", "passages": 12, "least_score": 0.4}, file)
    text = file.read_text()
    assert "# mine\n" in text and text.count("model =") == 1
    assert tomllib.loads(text) == {"model": "second", "port": 8000, "passages": 12, "least_score": 0.4}
    settings = load_settings({}, {}, file)
    assert (settings.model, settings.limits) == ("second", Limits(12, 0.4))


def test_a_file_with_a_key_stays_private_and_where_it_was_linked_to(tmp_path: Path) -> None:
    file, link = tmp_path / "dotfiles.toml", tmp_path / "config.toml"
    file.write_text('api_key = "secret"\n')
    file.chmod(0o640)
    link.symlink_to(file)
    keep({"model": "second"}, link)
    assert link.is_symlink() and tomllib.loads(file.read_text()) == {"api_key": "secret", "model": "second"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert sorted(tmp_path.iterdir()) == [link, file]


@pytest.mark.parametrize("value", ["/models/\N{SMALL BLUE DIAMOND}\N{GRINNING FACE}", "a\nb"])
def test_whatever_letters_a_value_has_it_is_kept_beside_comments_that_look_like_it(tmp_path: Path, value: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text('# model = "first"\n\nmodel = "first"\n', encoding="utf-8")
    keep({"model": value}, file)
    assert load_settings({}, {}, file).model == value
    assert file.read_text(encoding="utf-8").startswith('# model = "first"\n\nmodel = ')


@pytest.mark.parametrize(("key", "value"), [("passages", "many"), ("passages", "8.5"), ("least_score", "low")])
def test_a_number_that_is_none_is_an_input_error(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(InputError, match=f"CITEWIRE_{key.upper()}"):
        load_settings({}, {f"CITEWIRE_{key.upper()}": value}, tmp_path / "none.toml")
