"""The tab of the articles: the list on the left; what is added, and the article that is opened, on the right."""

# Without `annotations` from __future__: Gradio looks for its EventData among the annotations of the handlers.

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from index.errors import CitewireError
from ui.page.articles_adding import Adding, add_addresses, add_files, adding_html
from ui.page.articles_editing import EDITED, Removal, changes, forget, form_values, remove, undo
from ui.page.articles_html import LABELS, article_html, list_html
from ui.page.articles_keeping import discard_asides
from ui.page.articles_listing import ORDERS, Browsing, Order, listed, searching
from ui.page.articles_plot import chart, plot_html
from ui.page.articles_replacing import apart, asking_html, discard, put_back_replaced
from ui.page.articles_waiting import WAITING, patiently
from ui.page.choosing import move_in_own
from ui.page.desk import Desk
from ui.page.health import health_of
from ui.page.render import status_html
from ui.records import article_page

if TYPE_CHECKING:
    import gradio as gr
    from gradio.components import Component


SAMPLE = "These are the samples that come with citewire. Add articles of your own, and those take the samples' place."
CLOSED = "These are the samples that come with citewire, and nothing is added to them."
FAULT = "That broke off by a fault in citewire; the terminal says more, and what was done by then is kept."
KINDS = "Text, HTML, PDF, Word, Markdown, feeds, JSON Lines, JSON, CSV, Parquet"

# The buttons in the HTML say what they are for in `data-...`; the ticked boxes go with the button that removes.
CHOOSING = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  const told = button.dataset;
  if (told.open) {
    for (const row of element.querySelectorAll('[aria-current]')) row.removeAttribute('aria-current');
    button.closest('tr')?.setAttribute('aria-current', 'true');
    trigger('click', { id: told.open });
  } else if (told.page) trigger('click', { page: Number(told.page) });
  else if (told.undo) trigger('undo', { fact: told.undo });
  else if ('remove' in told) {
    const ticked = element.querySelectorAll('[data-select]:checked');
    trigger('delete', { ids: Array.from(ticked, (box) => box.dataset.select) });
  }
});
element.addEventListener('change', (event) => {
  if (!('all' in event.target.dataset)) return;
  for (const box of element.querySelectorAll('[data-select]')) box.checked = event.target.checked;
});
"""
# An article that was just opened says so by `data-fresh`, and takes the focus; the first one is there already when
# this runs.
OPENING = """
const focus = () => element.querySelector('[data-fresh]')?.focus();
watch('value', focus);
setTimeout(focus);
"""
# The field to drop files on is called by the words that it shows, not by the hidden ones that Gradio gives it.
NAMING = """
const field = document.querySelector('#cw-articles-files');
const name = () => field.querySelector('button[aria-label]')?.removeAttribute('aria-label');
new MutationObserver(name).observe(field, {childList: true, subtree: true, attributeFilter: ['aria-label']});
name();
"""
TO_LIST = "() => { document.querySelector('#cw-articles-list [aria-current] .cw-pick')?.focus(); return []; }"

Shown = dict[Any, Any]
"""What a handler sets, by component; the others stay as they are."""
Result = TypeVar("Result")


def articles_tab(desk: Desk, tab: "gr.Tab", health: "Component") -> None:
    """Build the tab, inside the Blocks and the `tab` that are being built. `health` is the line of how things stand."""
    import gradio as gr

    archive = desk.library
    closed = desk.is_sample and desk.own is None
    discard_asides(archive().folder)
    put_back_replaced(archive().folder)
    markup = partial(gr.HTML, apply_default_css=False, js_on_load=None)

    browsing = gr.State(Browsing())
    opened = gr.State("")
    removal = gr.State(None, delete_callback=forget)
    running = gr.State(None)
    undecided = gr.State((), delete_callback=discard)
    with gr.Row(elem_id="cw-articles"):
        with gr.Column(scale=3, min_width=320):
            markup('<a class="cw-to-add" href="#cw-articles-add">Add articles</a>')
            with gr.Row(elem_id="cw-articles-find"):
                words = gr.Textbox(
                    label="Search the articles",
                    info="By words and by meaning; Enter searches, and shows all when this is empty",
                    elem_id="cw-articles-search",
                    scale=3,
                    min_width=200,
                )
                names = [(name, order) for order, name in ORDERS.items()]
                order = gr.Dropdown(
                    names, value="newest", label="Order", info="Of the whole list", elem_id="cw-articles-order",
                    scale=1, min_width=170, filterable=False,
                )  # fmt: skip
            with gr.Accordion("Articles by outlet and week", open=False, elem_id="cw-articles-plot"):
                plot = markup()
            with gr.Row(elem_id="cw-articles-told"):
                status = markup(elem_id="cw-articles-status")
                back = gr.Button("Undo the removal", elem_id="cw-articles-undo", visible=False, scale=0, min_width=160)
            listing = gr.HTML(apply_default_css=False, js_on_load=CHOOSING, elem_id="cw-articles-list")
        with gr.Column(scale=2, min_width=320, elem_id="cw-articles-right"):
            with gr.Column(visible=False, elem_id="cw-article") as panel:
                with gr.Row():
                    close = gr.Button("Close", elem_id="cw-article-close", min_width=80)
                    take = gr.Button("Remove this article", elem_id="cw-article-remove", min_width=120)
                with gr.Accordion("Correct its facts", open=False, elem_id="cw-article-edit"):
                    boxes = [gr.Textbox(label=LABELS[name], elem_id=f"cw-edit-{name}") for name in EDITED]
                    save = gr.Button("Save", variant="primary", elem_id="cw-article-save")
                article = gr.HTML(apply_default_css=False, js_on_load=CHOOSING + OPENING)
            with gr.Accordion("Add articles", open=not closed, elem_id="cw-articles-add"):
                sample = markup(status_html(CLOSED if closed else SAMPLE), visible=desk.is_sample)
                with gr.Column(visible=not closed) as form:
                    files = gr.File(
                        label="Drop files here, or click to choose", file_count="multiple", elem_id="cw-articles-files",
                        height=150,
                    )  # fmt: skip
                    gr.HTML(f'<p class="cw-note">{KINDS}</p>', apply_default_css=False, js_on_load=NAMING)
                    address = gr.Textbox(label="Web addresses of pages or feeds", elem_id="cw-articles-address")
                    fetch = gr.Button("Add from the web", elem_id="cw-articles-fetch")
                question = markup(elem_id="cw-articles-question")
                with gr.Row(visible=False) as deciding:
                    newer = gr.Button("Replace the earlier", elem_id="cw-articles-newer", min_width=175)
                    other = gr.Button("Keep both", elem_id="cw-articles-other", min_width=90)
                    neither = gr.Button("Leave out", elem_id="cw-articles-neither", min_width=90)
                progress = markup(elem_id="cw-articles-progress")
                stop = gr.Button("Stop adding", variant="stop", elem_id="cw-articles-stop", visible=False)

    def told(text: str, kind: str = "idle") -> Shown:
        return {status: status_html(text, kind)}

    def drawn(browse: Browsing, id: str, with_plot: bool = True) -> Shown:
        """The list as it is now, and with the plot all else that depends on which articles there are."""
        try:
            found = listed(archive(), browse)
            shown: Shown = {listing: list_html(found, id)}
            if with_plot:
                shown |= {plot: plot_html(chart(found.found), found.words), health: health_of(desk)}
            return shown
        except CitewireError as error:
            return told(str(error), "error")

    def opening(id: str, is_fresh: bool = True) -> Shown:
        """One article in the panel. Raises InputError when it is gone."""
        chosen, copies, versions = article_page(archive(), id)
        shown = article_html(chosen, copies, len(versions), is_fresh)
        return {
            opened: id,
            panel: gr.update(visible=True),
            article: shown,
            **dict(zip(boxes, form_values(chosen), strict=True)),
        }

    def closing_panel() -> Shown:
        return {opened: "", panel: gr.update(visible=False), article: ""}

    def trying(work: Iterable[Shown]) -> Iterator[Shown]:
        try:
            yield from work
        except CitewireError as error:
            yield told(str(error), "error")

    def written(write: Callable[[], Result]) -> Generator[Shown, None, Result]:
        """What a short write gives; while somebody else is writing that is said."""
        return patiently(write, told(WAITING, "busy"))

    def enter(browse: Browsing, id: str) -> Shown:
        return {sample: gr.update(visible=desk.is_sample), **drawn(browse, id)}

    def search(typed: str, browse: Browsing, id: str) -> Shown:
        new = searching(browse, typed)
        return {browsing: new, order: new.order, **told(""), **drawn(new, id)}

    def sort(wanted: Order, browse: Browsing, id: str) -> Shown:
        new = replace(browse, order=wanted, page=1)
        new = new if new.words or wanted != "best" else replace(new, order="newest")
        return {browsing: new, order: new.order, **drawn(new, id, with_plot=False)}

    def removing(ids: list[str], browse: Browsing, id: str, before: Removal | None) -> Iterator[Shown]:
        done = yield from written(lambda: remove(archive(), ids))
        forget(before)
        shown = {removal: done, back: gr.update(visible=True), **told(done.text), **drawn(browse, id)}
        yield {**shown, **closing_panel()} if id in done.removed.ids else shown

    # What the buttons in the HTML tell comes from a browser, so it may be anything.
    def choose(browse: Browsing, id: str, event: gr.EventData) -> Shown:
        wanted, page = _told(event, "id"), _told(event, "page")
        if isinstance(wanted, str):
            try:
                return {**opening(wanted), **told("")}
            except CitewireError as error:
                return told(str(error), "error")
        new = replace(browse, page=page) if isinstance(page, int) else browse
        return {browsing: new, **drawn(new, id, with_plot=False)}

    def remove_ticked(browse: Browsing, id: str, before: Removal | None, event: gr.EventData) -> Iterator[Shown]:
        ids = _told(event, "ids")
        wanted = [str(one) for one in ids] if isinstance(ids, list) else []
        yield from trying(removing(wanted, browse, id, before))

    def remove_opened(browse: Browsing, id: str, before: Removal | None) -> Iterator[Shown]:
        yield from trying(removing([id], browse, id, before))

    def uncorrect(browse: Browsing, id: str, event: gr.EventData) -> Iterator[Shown]:
        fact = str(_told(event, "fact"))
        yield from trying(correcting(id, {fact: None}, browse, "The correction is undone."))

    def correcting(id: str, facts: dict[str, Any], browse: Browsing, text: str) -> Iterator[Shown]:
        yield from written(lambda: archive().correct(id, facts))
        yield {**told(text), **opening(id, False), **drawn(browse, id)}

    def saving(id: str, browse: Browsing, *values: str) -> Iterator[Shown]:
        def work() -> Iterator[Shown]:
            new = changes(archive().article(id), values)
            if new:
                yield from correcting(id, new, browse, "Saved.")
            else:
                yield told("Nothing was changed.")

        yield from trying(work())

    def undoing(browse: Browsing, id: str, before: Removal | None) -> Iterator[Shown]:
        def work() -> Iterator[Shown]:
            text = (yield from written(lambda: undo(before))) if before else ""
            yield {removal: None, back: gr.update(visible=False), **told(text), **drawn(browse, id)}

        yield from trying(work())

    def asking(uploads: Sequence[Path]) -> Shown:
        """The question whether dropped files are newer copies, in the place of the form."""
        return {
            undecided: tuple(uploads),
            question: asking_html(uploads),
            deciding: gr.update(visible=bool(uploads)),
            form: gr.update(visible=not uploads),
        }

    def working(
        states: Generator[Adding], browse: Browsing, id: str, emptied: Shown | None = None, asked: Sequence[Path] = ()
    ) -> Iterator[Shown]:
        """How the adding goes; what is to be `asked` is asked when it is done."""
        with closing(states):
            for adding in states:
                shown = {progress: adding_html(adding, desk.library_to_fill().folder), running: adding.stop}
                busy = {form: gr.update(visible=adding.done), stop: gr.update(visible=not adding.done)}
                if adding.done:
                    busy |= {sample: gr.update(visible=desk.is_sample)}
                if adding.done and adding.update and adding.error is None:
                    busy |= emptied or {}
                yield {**shown, **busy, **({**asking(asked), **drawn(browse, id)} if adding.done else {})}

    def settled() -> None:
        move_in_own(desk)

    def add_dropped(uploads: list[str] | None, browse: Browsing, id: str) -> Iterator[Shown]:
        yield {files: None}
        archive, paths = desk.library_to_fill(), [Path(upload) for upload in uploads or ()]
        try:
            plain, asked = apart(archive.folder, paths, archive.entries())
        except CitewireError as error:
            yield {progress: status_html(str(error), "error")}
            return
        if asked and not plain:
            yield {progress: "", **asking(asked)}
        else:
            yield from working(add_files(archive, plain, desk.adding, after=settled), browse, id, asked=asked)

    def add_decided(uploads: Sequence[Path], browse: Browsing, id: str, is_newer: bool) -> Iterator[Shown]:
        yield {**asking(()), form: gr.update(visible=False)}
        states = add_files(desk.library_to_fill(), uploads, desk.adding, is_newer, settled)
        yield from working(states, browse, id)
        if left := [upload for upload in uploads if upload.exists()]:  # it was never their turn
            yield asking(left)

    def replace_earlier(uploads: Sequence[Path], browse: Browsing, id: str) -> Iterator[Shown]:
        yield from add_decided(uploads, browse, id, is_newer=True)

    def keep_both(uploads: Sequence[Path], browse: Browsing, id: str) -> Iterator[Shown]:
        yield from add_decided(uploads, browse, id, is_newer=False)

    def leave_out(uploads: Sequence[Path]) -> Shown:
        discard(uploads)
        return asking(())

    def add_typed(text: str, browse: Browsing, id: str) -> Iterator[Shown]:
        # What could not be taken stays in the box, to be mended.
        states = add_addresses(desk.library_to_fill(), text, desk.adding, settled)
        yield from working(states, browse, id, {address: ""})

    def broken() -> Shown:
        return {progress: status_html(FAULT, "error"), form: gr.update(visible=True), stop: gr.update(visible=False)}

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    reading = {**quiet, "concurrency_id": "articles-reading", "concurrency_limit": 4}
    writing = {**quiet, "concurrency_id": "articles-writing"}
    # Who adds waits in the desk's line, which says so; Gradio's own queue would keep it to itself.
    adding = {**quiet, "concurrency_limit": None}
    at = [browsing, opened]
    listed_parts = [browsing, order, status, listing, plot, health]
    article_parts = [opened, panel, article, *boxes, removal, back]
    asking_parts = [undecided, question, deciding, form]
    adding_parts = [sample, progress, running, stop, files, address, listing, plot, health, status, *asking_parts]

    tab.select(enter, at, [sample, *listed_parts], **reading)
    words.submit(search, [words, *at], listed_parts, **reading)
    order.select(sort, [order, *at], listed_parts, **reading)
    everything = [*listed_parts, *article_parts]
    for chooser in (listing, article):
        chooser.click(choose, at, everything, **reading)
    listing.delete(remove_ticked, [*at, removal], everything, **writing)
    article.undo(uncorrect, at, everything, **writing)
    close.click(closing_panel, None, article_parts, js=TO_LIST, **reading)
    take.click(remove_opened, [*at, removal], everything, **writing)
    save.click(saving, [opened, browsing, *boxes], everything, **writing)
    back.click(undoing, [*at, removal], everything, **writing)
    for run in (
        files.upload(add_dropped, [files, *at], adding_parts, **adding),
        fetch.click(add_typed, [address, *at], adding_parts, **adding),
        address.submit(add_typed, [address, *at], adding_parts, **adding),
        newer.click(replace_earlier, [undecided, *at], adding_parts, **adding),
        other.click(keep_both, [undecided, *at], adding_parts, **adding),
    ):
        run.failure(broken, None, adding_parts, **reading)
    neither.click(leave_out, undecided, asking_parts, **reading)
    stop.click(lambda event: event.set() if event else None, running, None, **reading)


def _told(event: "gr.EventData", name: str) -> object:
    data = event._data
    return data.get(name) if isinstance(data, dict) else None
