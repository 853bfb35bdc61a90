"""What a person sets: by flag, else by environment variable, else in a TOML file, else left to the default.

The file is ``config.toml`` in the user's configuration folder for citewire. Its keys are the fields of `Settings`; the
variables are the same in capitals behind ``CITEWIRE_``. Accounts are named as a file by flag and in the TOML file; the
variable ``CITEWIRE_AUTH`` holds them itself. This is the only file that touches the environment.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tomllib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TypeVar

from index.errors import InputError
from rag.limits import DEFAULT_LIMITS, Limits
from rag.models.endpoint import is_loopback
from ui.accounts import Accounts, read_accounts, read_accounts_file

DEFAULT_HOST = "127.0.0.1"
LAST_PORT = 65535
ACCOUNTS_VARIABLE = "CITEWIRE_AUTH"

# A value with the words for where it was given.
Given = Mapping[str, tuple[object, str]]
Number = TypeVar("Number", int, float)


@dataclass(frozen=True)
class Settings:
    """Where the index lies, which models work on it, where the page is served, and what an answer is made from.

    With `auth` the page is served to those accounts alone. `served_as` is a further name that leads to it.
    """

    index: Path
    model: str
    embedder: str
    reranker: str
    api_key: str | None = field(repr=False)
    host: str
    port: int | None
    served_as: str | None = None
    auth: Accounts | None = None
    passages: int = DEFAULT_LIMITS.passages
    least_score: float = DEFAULT_LIMITS.least_score
    clear_score: float = DEFAULT_LIMITS.clear_score

    @property
    def is_shared(self) -> bool:
        """Whether others than whoever sits at this machine can reach the page, or are meant to."""
        return self.served_as is not None or self.auth is not None or not is_loopback(self.host)

    @property
    def limits(self) -> Limits:
        return Limits(self.passages, self.least_score, self.clear_score)

    @property
    def conversations(self) -> Path:
        """Where the page keeps conversations, and what people say of answers: beside the index."""
        return self.index.parent / "conversations"


KEYS = tuple(field.name for field in fields(Settings))


def load_settings(
    flags: Mapping[str, object] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Settings:
    """The settings in force; without `environment` and `file` those of this process and its user.

    Flags that are None and variables that are empty count as not given; flags that are no settings are left alone.
    Raises InputError for a value that cannot be one, an unknown key, or a file that is not TOML.

    >>> load_settings({"port": 8000}, {"CITEWIRE_PORT": "9000", "CITEWIRE_HOST": "::1"}, Path("none.toml")).port
    8000
    """
    from platformdirs import user_data_path

    from index.embedder import DEFAULT_EMBEDDER
    from rag.models.generator import DEFAULT_MODEL
    from rag.reranking import DEFAULT_RERANKER

    flags = {} if flags is None else flags
    environment = os.environ if environment is None else environment
    file = config_file() if file is None else file
    variables = {key: f"CITEWIRE_{key.upper()}" for key in KEYS}
    given: Given = {
        **{key: (value, f"{key} in {file}") for key, value in _read(file).items()},
        **{key: (environment[name], name) for key, name in variables.items() if environment.get(name)},
        **{key: (flags[key], f"--{key}") for key in KEYS if flags.get(key) is not None},
    }
    return Settings(
        index=Path(_text(given, "index") or user_data_path("citewire", appauthor=False) / "index").expanduser(),
        model=_text(given, "model") or DEFAULT_MODEL,
        embedder=_text(given, "embedder") or DEFAULT_EMBEDDER,
        reranker=_text(given, "reranker") or DEFAULT_RERANKER,
        api_key=_text(given, "api_key"),
        host=_text(given, "host") or DEFAULT_HOST,
        port=_port(given),
        served_as=_name(given),
        auth=_auth(given),
        passages=_number(given, "passages", DEFAULT_LIMITS.passages),
        least_score=_number(given, "least_score", DEFAULT_LIMITS.least_score),
        clear_score=_number(given, "clear_score", DEFAULT_LIMITS.clear_score),
    )


def config_file() -> Path:
    """Where the user's settings are looked for; there need not be any."""
    from platformdirs import user_config_path

    return user_config_path("citewire", appauthor=False) / "config.toml"


def keep(values: Mapping[str, str | int | float], file: Path | None = None) -> Path:
    """Write settings into the user's file, whatever else it says left as it is; the path of the file.

    Raises InputError when the file cannot be read or written.
    """
    file = config_file() if file is None else file
    _read(file)
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        for key, value in values.items():
            line = f"{key} = {json.dumps(value, ensure_ascii=False)}"  # which TOML reads as JSON does
            there = re.search(rf"(?m)^[ \t]*{key}[ \t]*=.*$", text)
            if there:
                text = f"{text[: there.start()]}{line}{text[there.end() :]}"
            else:
                text = f"{text.rstrip()}\n{line}\n".lstrip()
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(file.resolve(), text)
    except OSError as error:
        raise InputError(f"The settings {file} cannot be written ({error.strerror}); check the folder.") from error
    return file


def _write_whole(file: Path, text: str) -> None:
    """Write a file that may hold a key, and is at no moment half written; who may read it stays as it is."""
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as writing:
            writing.write(text)
        if file.exists():
            shutil.copymode(file, part)
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)


def port_number(text: str) -> int:
    """A port as it is written. Raises ValueError.

    >>> port_number("7860")
    7860
    """
    port = int(text)
    if not 1 <= port <= LAST_PORT:
        raise ValueError(f"{port} is not from 1 to {LAST_PORT}")
    return port


def quiet_libraries() -> None:
    """Keep what the model libraries say among themselves off the terminal. Called before any of them is imported."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # Set where a person asked to see warnings, by -W or PYTHONWARNINGS.
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def keep_uploads_private() -> None:
    """Let Gradio lay what is dropped on the page into a folder of this user alone, unless one is named for that.

    Its own choice is a folder of the machine's that all its users and all apps share. Called before it is imported.
    Raises InputError when the folder cannot be made.
    """
    from index.fetch import cache_root

    folder = Path(os.environ.setdefault("GRADIO_TEMP_DIR", str(cache_root() / "uploads")))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise InputError(
            f"The folder {folder} for uploads cannot be made ({error.strerror}); name another in GRADIO_TEMP_DIR."
        ) from error


def _read(file: Path) -> dict[str, object]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise InputError(f"The settings {file} cannot be read ({error.strerror}); check the file.") from error
    except ValueError as error:
        raise InputError(f"The settings {file} are not TOML ({error}); mend or remove the file.") from error
    unknown = [key for key in table if key not in KEYS]
    if unknown:
        raise InputError(f"{file} sets {', '.join(unknown)}, which is not a setting; there are {', '.join(KEYS)}.")
    return table


def _text(given: Given, key: str) -> str | None:
    if key not in given:
        return None
    value, origin = given[key]
    text = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(text, str) or not text.strip():
        raise InputError(f"{origin} must be a text that is not empty; give one, or leave it out.")
    return text


def _port(given: Given) -> int | None:
    if "port" not in given:
        return None
    value, origin = given["port"]
    try:
        return port_number(str(value))
    except ValueError:
        raise InputError(f"{origin} is {value!r}, which is no port; give a number from 1 to {LAST_PORT}.") from None


def _name(given: Given) -> str | None:
    """A host's name as a browser sends it: in small letters, and those beyond ASCII in its way of writing them."""
    text = _text(given, "served_as")
    if text is None:
        return None
    try:
        name = text.strip().lower().encode("idna").decode()
    except UnicodeError:
        name = ""
    if not re.fullmatch(r"[a-z0-9._-]+", name):
        origin = given["served_as"][1]
        raise InputError(f"{origin} is {text!r}, which is no name of a host; give one such as news.example.org.")
    return name


def _auth(given: Given) -> Accounts | None:
    text = _text(given, "auth")
    if text is None:
        return None
    origin = given["auth"][1]
    if origin == ACCOUNTS_VARIABLE:
        return read_accounts(text, origin)
    return read_accounts_file(Path(text).expanduser(), origin)


def _number(given: Given, key: str, default: Number) -> Number:
    """A number of the default's kind."""
    if key not in given:
        return default
    value, origin = given[key]
    try:
        return type(default)(str(value))
    except ValueError:
        what = "whole number" if isinstance(default, int) else "number"
        raise InputError(f"{origin} is {value!r}, which is no {what}; give one, or leave it out.") from None
