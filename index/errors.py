"""The one tree of errors. A message says what is wrong and what to do next; the command line prints it and exits 1."""


class CitewireError(Exception):
    """Anything citewire refuses or cannot do."""


class InputError(CitewireError):
    """What the user gave (a question, a path, a setting) cannot be used as it is."""


class UnreadableError(CitewireError):
    """A file holds no article that can be read; indexing skips it and goes on."""


class IndexMismatchError(CitewireError):
    """An index was made by another embedder or a newer version of citewire."""


class IndexDamagedError(CitewireError):
    """The SQLite file of an index cannot be read as one."""


class IndexBusyError(CitewireError):
    """Another process is writing to this index."""


class ModelError(CitewireError):
    """A model cannot be fetched, verified or loaded."""


class EndpointError(CitewireError):
    """A model server did not answer as one."""


class BusyError(CitewireError):
    """More questions are waiting than can wait."""


def first_sentence(error: Exception) -> str:
    """What an error of a library says before it goes into detail, for the middle of a sentence.

    >>> first_sentence(OSError("There is no such model. See there.\\nTry again."))
    'There is no such model'
    >>> first_sentence(ValueError("It has type `x`. You can update it.\\nSee there."))
    'It has type `x`'
    """
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    return text.split(". ")[0].rstrip(".:")
