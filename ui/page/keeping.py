"""Keeping the conversation of a page, and reopening it. No widget is known here."""

from __future__ import annotations

import threading
from dataclasses import replace

from index.errors import CitewireError
from rag import Scope
from ui.conversations.record import Conversation
from ui.conversations.store import Listing, Place, Store, new_place
from ui.page.chips import set_html
from ui.page.conversing import View, outcome
from ui.page.desk import Desk
from ui.page.render import escape

STILL_WRITING = "An answer is being written on the Ask tab; stop it there, or wait for it."
NONE_KEPT = "No conversation is kept yet. Ask something, and it is kept here, on this machine."
AS_LAST_ASKED = "The filters are now those of this conversation's last answer."

_KEEPING = threading.Lock()


def begun(view: View) -> Place:
    """The place of a conversation that goes on, or a new one for one that begins."""
    return view.place if view.place.id else new_place()


def keep(desk: Desk, view: View) -> View:
    """The view, once its conversation is on disk, unless it is still growing; that it could not be kept is told."""
    if desk.conversations is None or view.busy or not view.answers:
        return view
    try:
        # A stopped answer is kept twice at about the same time: by the work that ends, and by the page that rests.
        with _KEEPING:
            place = Store(desk.conversations).save(view.run.place or begun(view), view.answers)
            view.run.place = place
    except CitewireError as error:
        return replace(view, status=f"{view.status}. This conversation is not kept: {error}", kind="error")
    return replace(view, place=place)


def broken_off(view: View) -> View:
    """What there is to keep when an answer is stopped, even where the page is cleared or closed by that.

    >>> from rag import Answer
    >>> broken_off(View((Answer("Who?", "Ann", True, done=False),), "Writing ...", "busy")).kind
    'idle'
    """
    return replace(view, answers=outcome(view), kind="idle") if view.answers else view


def opened(id: str, conversation: Conversation) -> View:
    """The view of a kept conversation, to go on from."""
    return View(
        conversation.answers,
        f"Opened: {conversation.title}",
        box="",
        place=Place(id, conversation.revision),
    )


def filters_of(conversation: Conversation, scope: Scope) -> tuple[Scope, str]:
    """What is set once a conversation is opened, in place of the `scope` that was, and the row that shows it.

    Its follow-ups are asked within the same as its last answer; one without an answer leaves all as it is.

    >>> from index.filters import Filter
    >>> filters_of(Conversation(()), Scope(Filter(("AP",))))[0].filter.outlets
    ('AP',)
    """
    last = conversation.answers[-1].scope if conversation.answers else scope
    new = replace(last, ignored=frozenset())
    return new, set_html(new, AS_LAST_ASKED if new != scope else "")


def choice(conversation: Conversation) -> str:
    """A conversation in a line of the list.

    >>> choice(Conversation((), name="The ferry"))
    'The ferry (0 questions)'
    """
    count = len(conversation.answers)
    when = f"{conversation.day}, " if conversation.day else ""
    return f"{conversation.title} ({when}{count} question{'' if count == 1 else 's'})"


def listing_note(listing: Listing) -> str:
    """What is to be said of the list: that it is empty, and which files cannot be read."""
    notes = [] if listing.conversations else [NONE_KEPT]
    if listing.damaged:
        notes.append(f"Left alone, because they cannot be read: {', '.join(listing.damaged)}.")
    return "".join(f'<p class="cw-note">{escape(note)}</p>' for note in notes)


def preview_html(conversation: Conversation) -> str:
    """The questions of a conversation, and which of them found no answer.

    >>> preview_html(Conversation((), name="The ferry"))
    '<h2 class="cw-kept-title">The ferry</h2><ol class="cw-kept-questions"></ol>'
    """
    questions = "".join(
        f"<li>{escape(answer.question)}{_outcome(answer.answered, answer.done)}</li>" for answer in conversation.answers
    )
    title = f'<h2 class="cw-kept-title">{escape(conversation.title)}</h2>'
    return f'{title}<ol class="cw-kept-questions">{questions}</ol>'


def _outcome(answered: bool, done: bool) -> str:
    if answered and done:
        return ""
    return f' <span class="cw-note">({"not in these articles" if done else "stopped"})</span>'
