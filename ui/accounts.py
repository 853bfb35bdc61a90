"""Who may see a page that others can reach: names and passwords, of which only digests are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import InputError

_NOBODY = bytes(32)  # the digest of no password that anyone could find
EVERYONE = 0o077  # the bits of a file's mode that let others than its owner at it


@dataclass(frozen=True)
class Accounts:
    """Names with the SHA-256 of their passwords, which are not shown."""

    _digests: Mapping[str, bytes] = field(repr=False)

    def knows(self, name: str, password: str) -> bool:
        """Whether this is the password of that name; takes as long whatever is wrong with them.

        >>> ann = read_accounts("ann:open sesame", "CITEWIRE_AUTH")
        >>> ann.knows("ann", "open sesame"), ann.knows("ann", "open"), ann.knows("bob", "open sesame")
        (True, False, False)
        """
        from hmac import compare_digest

        return compare_digest(_digest(password), self._digests.get(name, _NOBODY))


def read_accounts(text: str, origin: str) -> Accounts:
    """The accounts in lines of NAME:PASSWORD; lines that are empty or begin with # say nothing.

    `origin` is where the text is from, for errors, which never tell what a line holds. Raises InputError.
    """
    digests: dict[str, bytes] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, password = line.partition(":")
        if not (name.strip() and colon and password):
            raise InputError(f"Line {number} of {origin} is no NAME:PASSWORD; write one on each line.")
        if name.strip() in digests:
            raise InputError(f"Line {number} of {origin} has a name that an earlier line has; keep one of them.")
        digests[name.strip()] = _digest(password)
    if not digests:
        raise InputError(f"{origin} holds no NAME:PASSWORD; write one on each line.")
    return Accounts(digests)


def read_accounts_file(path: Path, origin: str) -> Accounts:
    """The accounts in a file. Raises InputError for one that cannot be read, or that others can read, too."""
    if ":" in path.name and not path.exists():
        raise InputError(
            f"{origin} takes a file of NAME:PASSWORD lines; others could see a password that stands there."
        )
    try:
        shared = path.stat().st_mode & EVERYONE
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InputError(f"The file {path} of {origin} cannot be read ({reason}); check it.") from None
    if shared and _has_modes(path):
        raise InputError(f"Other users of this machine can read {path}; take that from them with `chmod 600 {path}`.")
    return read_accounts(text, str(path))


def _has_modes(path: Path) -> bool:
    """Whether the modes of files mean something here; Windows shows made-up ones."""
    return type(path.absolute()).__name__ == "PosixPath"


def _digest(password: str) -> bytes:
    from hashlib import sha256

    return sha256(password.encode("utf-8", "surrogatepass")).digest()
