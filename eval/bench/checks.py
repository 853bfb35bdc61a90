"""Whether what an archive gives is of one of the states that it may be in, wholly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.bench.invented import Invented, State, copies_in
from index.article import Article
from index.passage import Passage


def difference(stored: Sequence[Article], state: State) -> str:
    """How the articles differ from those of the state, in a few words; nothing where they do not.

    >>> one, two = Invented(1, 4), Invented(2, 4)
    >>> difference([Article(two.identity, two.text, two.title)], {one.id: one, two.id: two})
    '1 of 2 articles missing'
    """
    ids = [article.id for article in stored]
    if len(ids) > len(set(ids)):
        return f"{len(ids) - len(set(ids))} articles doubled"
    if missing := state.keys() - set(ids):
        return f"{len(missing)} of {len(state)} articles missing"
    if unknown := set(ids) - state.keys():
        return f"{len(unknown)} articles too many"
    others = [article for article in stored if not state[article.id].is_told_by(article)]
    return f"{len(others)} of {len(ids)} articles other than stored: {others[0].title}" if others else ""


def answer_fault(
    passages: Sequence[Passage], articles: Mapping[str, Article], state: State, asked: Invented | None
) -> str:
    """What is wrong with what `Archive.retrieve` gave, if just that state stood; nothing where nothing is.

    `asked` is the article of the state, if it has it, that the question was for: it or a copy of it must come first.
    """
    for id, article in articles.items():
        if id not in state:
            return f"{article.title} is there, and should not be"
        if not state[id].is_told_by(article):
            return f"{article.title} is there, not {state[id].title}"
    for passage in passages:
        article = articles[passage.article_id]
        if (passage.text, passage.title) != (article.text[passage.start : passage.end], article.title):
            return f"a passage of {passage.title} is not of its article"
        copies = {copy.article_id for copy in passage.copies}
        if copies != copies_in(state, state[passage.article_id]):
            return f"{passage.title} has the copies {sorted(copies)}"
    if asked is not None and not (passages and passages[0].article_id in {asked.id, *copies_in(state, asked)}):
        return f"{asked.title} was not found"
    return ""
