"""A question in the address of the page: ?q=QUESTION asks it.

A page elsewhere can link here, and so make a browser ask a question. That shows an answer and keeps it as a
conversation, and never does more than asking.
"""

from collections.abc import Callable

# No annotations from __future__ here: Gradio hands a request over by the very class that a parameter is annotated with,
# and that class is only imported when the page is built.


def linked_question() -> Callable[..., str]:
    """The function that reads the question from a request for the page; it gives nothing where there is none."""
    import gradio as gr

    def question(request: gr.Request) -> str:
        return str(request.query_params.get("q", "")).strip()

    return question
