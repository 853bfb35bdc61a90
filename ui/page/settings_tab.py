"""The settings tab: the model, how much an answer is made from, and light or dark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, astuple
from typing import TYPE_CHECKING, Any

from index.errors import CitewireError
from rag.limits import MOST_PASSAGES
from ui.page.choosing import (
    Chosen,
    choices_with,
    in_force,
    known_models,
    merged,
    model_named,
    speed,
    speed_text,
    use,
)
from ui.page.desk import Desk
from ui.page.health import health_of
from ui.page.render import status_html
from ui.settings import keep

if TYPE_CHECKING:
    import gradio as gr
    from gradio.components import Component

HEALTH_SECONDS = 30.0
THEMES = [("As the system", "system"), ("Light", "light"), ("Dark", "dark")]
ANY_MODEL = "Or another: a hub name, a folder, a GGUF file, or an endpoint (its address, # and a model)"
LISTED_MODELS = "Others can reach this page: any other model is given to citewire as it starts, with --model"
NOTE = (
    '<p class="cw-note">What is set here holds for everyone at this page from the next question on, until citewire is '
    "stopped. “Keep” writes it into config.toml for the next time.</p>"
)


def health_line(desk: Desk) -> Component:
    """The line that tells how things stand, told anew twice a minute."""
    import gradio as gr

    line = gr.HTML(elem_id="cw-health", apply_default_css=False)
    # Not as the line's own value with `every`: that would be an endpoint for programs.
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    gr.on(None, lambda: health_of(desk), None, line, **quiet)
    gr.Timer(HEALTH_SECONDS).tick(lambda: health_of(desk), None, line, **quiet)
    return line


def settings_tab(desk: Desk, health: Component, tab: gr.Tab) -> None:
    """Build the tab, inside the Blocks and the `tab` that are being built.

    `health` is the line that tells the model at work.
    """
    import gradio as gr

    quiet: dict[str, Any] = {"api_visibility": "private"}
    now = in_force(desk)
    # Nobody who comes over the network may lead everyone's questions, and the API key, to a server of theirs.
    alone = not desk.is_shared
    known = gr.State(now)
    with gr.Column(elem_id="cw-settings"):
        with gr.Group():
            model = gr.Dropdown(
                choices_with(known_models(), now.model),
                value=now.model,
                allow_custom_value=alone,
                label="Chat model",
                info=ANY_MODEL if alone else LISTED_MODELS,
                elem_id="cw-model",
            )
            passages = gr.Slider(1, MOST_PASSAGES, now.passages, step=1, label="Passages searched for an answer")
            least = gr.Slider(
                0,
                2,
                now.least_score,
                step=0.05,
                label="Refuse below",
                info="Score of the best sentence; higher refuses more",
            )
            clear = gr.Slider(
                0,
                2,
                now.clear_score,
                step=0.05,
                label="Quote from",
                info="Score from which a sentence answers by itself where the model's words are not carried",
            )
        with gr.Row(elem_id="cw-settings-do"):
            apply = gr.Button("Use these", variant="primary")
            kept = gr.Button("Keep for next time", visible=alone)
            timed = gr.Button("Measure the model")
        status = gr.HTML(elem_id="cw-settings-status", apply_default_css=False)
        theme = gr.Radio(THEMES, value="system", label="Looks", elem_id="cw-theme")
        gr.HTML(NOTE, apply_default_css=False)

    values = [model, passages, least, clear]
    shown = [*values, known]

    def show(chosen: Chosen) -> list[Any]:
        """The values, with the models that there are by now and what is in force."""
        name, *limits = astuple(chosen)
        models = gr.update(choices=choices_with(known_models(), name), value=name)
        return [models, *limits, in_force(desk)]

    def doing(before: Chosen, chosen: Chosen, work: Callable[[Chosen], str]) -> list[Any]:
        """What was done with the values that were chosen; they stay as they are where it failed."""
        try:
            wanted = merged(before, chosen, in_force(desk))
            return [status_html(work(wanted)), *show(wanted)]
        except CitewireError as error:
            return [status_html(str(error), "error"), *(gr.skip() for _ in shown)]

    def apply_them(
        before: Chosen,
        spec: str | None,
        count: float,
        least: float,
        clear: float,
        progress: gr.Progress = gr.Progress(),
    ) -> list[Any]:
        def say(sentence: str) -> None:
            progress(None, desc=sentence)

        def using(wanted: Chosen) -> str:
            name = model_named(wanted.model)
            say(f"Loading {name} ...")
            return f"From the next question on: {use(desk, name, wanted.limits, say).model}."

        return doing(before, Chosen(spec or "", int(count), least, clear), using)

    def keep_them(before: Chosen, spec: str | None, count: float, least: float, clear: float) -> list[Any]:
        def keeping(wanted: Chosen) -> str:
            return f"Kept in {keep({'model': model_named(wanted.model), **asdict(wanted.limits)})}."

        return doing(before, Chosen(spec or "", int(count), least, clear), keeping)

    heavy: dict[str, Any] = {**quiet, "concurrency_id": "settings", "show_progress_on": status}
    # Others may set something else while this page is open, and a model may have been fetched.
    tab.select(lambda: show(in_force(desk)), None, shown, queue=False, show_progress="hidden", **quiet)
    apply.click(apply_them, [known, *values], [status, *shown], **heavy).then(
        lambda: health_of(desk), None, health, show_progress="hidden", **quiet
    )
    if alone:  # who reaches the page from elsewhere has no business in the settings of whoever started it
        kept.click(keep_them, [known, *values], [status, *shown], **heavy)
    timed.click(lambda: told(lambda: speed_text(speed(desk))), None, status, **heavy)
    gr.on(None, None, None, theme, js="() => localStorage.getItem('citewire-theme') ?? 'system'", **quiet)
    theme.change(None, theme, None, js="(choice) => window.cwTheme.choose(choice)", **quiet)


def told(done: Callable[[], str]) -> str:
    """The status that says what was done, or the error that says why it was not."""
    try:
        return status_html(done())
    except CitewireError as error:
        return status_html(str(error), "error")
