from __future__ import annotations

from pathlib import Path

import pytest

from index.embedder import DEFAULT_EMBEDDER
from index.errors import InputError
from rag.models.generator import DEFAULT_MODEL
from rag.reranking import DEFAULT_RERANKER
from ui.settings import load_settings


def write(path: Path, toml: str) -> Path:
    path.write_text(toml, encoding="utf-8")
    return path


def test_without_anything_given_the_defaults_stand(tmp_path: Path) -> None:
    settings = load_settings({}, {}, tmp_path / "none.toml")
    assert (settings.model, settings.embedder) == (DEFAULT_MODEL, DEFAULT_EMBEDDER)
    assert settings.reranker == DEFAULT_RERANKER
    assert (settings.host, settings.port, settings.api_key) == ("127.0.0.1", None, None)
    assert settings.index.is_absolute() and settings.index.name == "index"


def test_a_flag_goes_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    file = write(tmp_path / "config.toml", 'model = "of-file"\nembedder = "of-file"\nhost = "::1"\nport = 8000')
    environment = {"CITEWIRE_MODEL": "of-environment", "CITEWIRE_EMBEDDER": "of-environment", "CITEWIRE_HOST": ""}
    settings = load_settings({"model": "of-flag", "embedder": None, "paths": ["x"]}, environment, file)
    assert (settings.model, settings.embedder, settings.host, settings.port) == (
        *("of-flag", "of-environment", "::1"),
        8000,
    )


@pytest.mark.parametrize(
    ("flags", "environment", "expected"),
    [
        ({"reranker": "of-flag"}, {"CITEWIRE_RERANKER": "of-environment"}, "of-flag"),
        ({"reranker": None}, {"CITEWIRE_RERANKER": "of-environment"}, "of-environment"),
        ({}, {}, "of-file"),
    ],
)
def test_the_reranker_is_set_like_the_embedder(
    tmp_path: Path, flags: dict[str, object], environment: dict[str, str], expected: str
) -> None:
    file = write(tmp_path / "config.toml", 'reranker = "of-file"')
    assert load_settings(flags, environment, file).reranker == expected


def test_a_home_folder_is_found_and_a_key_is_not_shown(tmp_path: Path) -> None:
    environment = {"CITEWIRE_INDEX": "~/news-index", "CITEWIRE_API_KEY": "s3cret", "CITEWIRE_PORT": "9000"}
    settings = load_settings({}, environment, tmp_path / "none.toml")
    assert settings.index == Path.home() / "news-index"
    assert (settings.api_key, settings.port) == ("s3cret", 9000)
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ('modle = "x"', "modle"),
        ("model = 3", "model in"),
        ('index = ""', "index in"),
        ("port = 70000", "port in"),
        ('port = "many"', "port in"),
        ("port = ", "not TOML"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, toml: str, named: str) -> None:
    file = write(tmp_path / "config.toml", toml)
    with pytest.raises(InputError, match=named) as caught:
        load_settings({}, {}, file)
    assert str(file) in str(caught.value)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"model = \xff")
    with pytest.raises(InputError, match="not TOML"):
        load_settings({}, {}, file)


@pytest.mark.parametrize(
    ("flags", "environment", "named"),
    [
        ({"model": " "}, {}, "--model"),
        ({}, {"CITEWIRE_PORT": "x"}, "CITEWIRE_PORT"),
        ({"index": ""}, {}, "--index"),
        ({"reranker": ""}, {}, "--reranker"),
    ],
)
def test_a_wrong_value_is_refused_by_where_it_was_given(
    tmp_path: Path, flags: dict[str, object], environment: dict[str, str], named: str
) -> None:
    with pytest.raises(InputError, match=named):
        load_settings(flags, environment, tmp_path / "none.toml")
