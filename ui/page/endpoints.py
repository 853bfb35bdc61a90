"""The functions for programs as named endpoints of the Gradio app."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps

from index.errors import CitewireError
from ui.programs import Programs, Record, call


def endpoints(programs: Programs) -> None:
    """Add an endpoint for each function to the Blocks that are being built, under the function's own name."""
    from gradio.events import api

    for function in programs.functions:
        # Those who ask wait in the desk's line, and the others need not wait.
        api(answering(function), api_name=function.__name__, concurrency_limit=None)


def answering(function: Callable[..., Record]) -> Callable[..., Record]:
    """The function with its errors told as Gradio tells them."""
    import gradio as gr

    names = tuple(inspect.signature(function).parameters)

    @wraps(function)
    def answer(*values: object) -> Record:
        try:
            return call(function, dict(zip(names, values, strict=True)))
        except CitewireError as error:
            raise gr.Error(str(error), print_exception=False) from None

    return answer
