"""The row of filters above the question box: what was read from the last question, what is set, and how to add more."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from index.errors import CitewireError
from rag import Scope
from rag.asking.scope import EVERYWHERE
from ui.page.chips import set_html
from ui.page.conversing import View
from ui.page.desk import Desk
from ui.page.scoping import choices, narrowed, widened

if TYPE_CHECKING:
    from gradio.components import Component

HOLDS = "This holds for the questions that follow, until you remove it."
GONE = "Removed for the questions that follow."

# The row is drawn anew when a chip is pressed: the focus then goes to the same chip, else to the next one, else to
# where filters are added.
CHIPS_JS = """
let pressed = null;
const buttons = () => [...element.querySelectorAll('button')];
element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-event]');
  if (!button) return;
  const key = button.dataset.key ?? '';
  pressed = {key, at: buttons().indexOf(button)};
  if (button.dataset.event === 'toggle') trigger('toggle', {key});
  if (button.dataset.event === 'remove') trigger('remove', {key});
  if (button.dataset.event === 'again') trigger('again', {key});
});
watch('value', () => {
  if (!pressed) return;
  const {key, at} = pressed;
  pressed = null;
  const now = buttons();
  const next = now.find((button) => button.dataset.key === key) ?? now[at] ?? now.at(-1);
  (next ?? document.querySelector('#cw-add summary'))?.focus();
});
"""

FORM = """
<details id="cw-add"><summary>Add a filter</summary><form>
<div><label for="cw-add-outlet">Outlet</label>
<select id="cw-add-outlet" name="outlet"><option value="">Any outlet</option></select></div>
<div><label for="cw-add-author">Author</label>
<input id="cw-add-author" name="author" list="cw-authors" autocomplete="off" placeholder="Any author">
<datalist id="cw-authors"></datalist></div>
<div><label for="cw-add-since">Published since</label><input id="cw-add-since" type="date" name="since"></div>
<div><label for="cw-add-until">Published until</label><input id="cw-add-until" type="date" name="until"></div>
<div><label for="cw-add-as-of">As of</label>
<input id="cw-add-as-of" type="date" name="as_of" aria-describedby="cw-add-told"></div>
<p id="cw-add-told"><b>As of</b> a day, only articles dated then or earlier are looked at, and “yesterday” is the day
before it.</p>
<button type="submit">Add</button></form></details>
"""
# What there is to choose from is asked for whenever the form is opened, for articles come and go.
FORM_JS = """
const details = element.querySelector('details');
const form = element.querySelector('form');
function offer(list, names) {
  const first = list.tagName === 'SELECT' ? [list.options[0]] : [];
  list.replaceChildren(...first, ...names.map((name) => new Option(name, name)));
}
details.addEventListener('toggle', async () => {
  if (!details.open) return;
  const names = await server.offered();
  offer(form.elements.outlet, names.outlets);
  offer(element.querySelector('datalist'), names.authors);
});
details.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  details.open = false;
  details.querySelector('summary').focus();
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  trigger('narrow', {wanted: Object.fromEntries(new FormData(form))});
  form.reset();
  details.open = false;
  details.querySelector('summary').focus();
});
"""


@dataclass(frozen=True)
class FilterRow:
    """`scope` holds what is set, `read` shows what was read, and its "toggle" and the "again" of `chosen` tell that the
    last question is to be asked again."""

    scope: Component
    read: Any
    chosen: Any


def filter_row(desk: Desk, state: Component) -> FilterRow:
    """Build the row; `state` holds the View."""
    import gradio as gr

    def offered(_: object) -> dict[str, list[str]]:  # the page hands something over, wanted or not
        return choices(desk.assistant.archive.catalogue())

    markup = partial(gr.HTML, apply_default_css=False)
    scope = gr.State(EVERYWHERE)
    with gr.Row(elem_id="cw-filters"):
        read = markup(js_on_load=CHIPS_JS, elem_classes="cw-filter-part")
        chosen = markup(js_on_load=CHIPS_JS, elem_classes="cw-filter-part")
        form = markup(FORM, js_on_load=FORM_JS, server_functions=[offered], elem_classes="cw-filter-part")

    def add(view: View, scope: Scope, event: Any) -> tuple[Scope, str]:
        try:
            new = narrowed(scope, event.wanted, desk.assistant.archive.catalogue())
        except CitewireError as error:
            return scope, set_html(scope, str(error), "error")
        return new, set_html(new, HOLDS, again=bool(view.answers))

    def remove(view: View, scope: Scope, event: Any) -> tuple[Scope, str]:
        new = widened(scope, event.key)
        return new, set_html(new, GONE, again=bool(view.answers))

    for handler in (add, remove):
        handler.__annotations__["event"] = gr.EventData  # by which Gradio knows what to hand over
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    form.narrow(add, [state, scope], [scope, chosen], **quiet)
    chosen.remove(remove, [state, scope], [scope, chosen], **quiet)
    return FilterRow(scope, read, chosen)
