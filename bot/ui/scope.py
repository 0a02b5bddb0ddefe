"""Choosing what is asked: outlets, languages, days of publication, or articles picked in the library."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import streamlit as st

from bot.ui.choices import Choices
from bot.ui.html.markup import label
from bot.ui.html.scope import language_name, scope_text
from bot.ui.service import choices
from bot.ui.session import Session
from bot.ui.words import Words
from index.filters import Filters

_NAMES = ("outlets", "languages", "since", "until")


def _keys(session: Session) -> dict[str, str]:
    """The widgets' keys: others for each conversation, and once all was cleared. What a browser still says of those
    that it drew before must not count any more."""
    current = session.current
    return {name: f"scope-{name}-{current.id}-{current.cleared}" for name in _NAMES}


def draw(session: Session, words: Words) -> None:
    """The button that says what is asked, and behind it what can be chosen."""
    filters = session.current.filters
    told = scope_text(filters, words) or words("scope.all")
    icon = ":material/filter_alt:" if filters else ":material/filter_alt_off:"
    with st.popover(label(told), icon=icon, type="tertiary", help=words("scope.label"), key="scope"):
        _widgets(session, choices(session.settings), words)


def _widgets(session: Session, known: Choices, words: Words) -> None:
    filters = session.current.filters
    # What is chosen is kept in the session's filters, as Streamlit forgets widgets that were not drawn in a run.
    since = date.fromisoformat(filters.since) if filters.since else None
    until = date.fromisoformat(filters.until) if filters.until else None
    keys = _keys(session)
    st.session_state[keys["outlets"]] = [o for o in filters.outlets if o in known.outlets]
    st.session_state[keys["languages"]] = [o for o in filters.languages if o in known.languages]
    st.session_state[keys["since"]], st.session_state[keys["until"]] = since, until
    st.markdown(f"**{words('scope.legend')}**")
    if filters.sources:
        st.caption(f"{words('scope.sources')}: {words.count('articles', len(filters.sources))}")
    tell = partial(_chosen, session)
    if known.outlets:
        st.multiselect(
            words("scope.outlets"),
            known.outlets,
            key=keys["outlets"],
            placeholder=words("scope.any"),
            on_change=tell,
        )
    if len(known.languages) > 1 or filters.languages:
        named = {tag: language_name(tag, words) for tag in known.languages}
        st.multiselect(
            words("scope.languages"),
            known.languages,
            key=keys["languages"],
            format_func=named.__getitem__,
            placeholder=words("scope.any"),
            on_change=tell,
        )
    if known.first and known.last:
        first, last = _bounds(known.first, known.last, since, until)
        with st.container(horizontal=True):
            for name, (low, high) in (("since", first), ("until", last)):
                st.date_input(words(f"scope.{name}"), None, low, high, key=keys[name], on_change=tell)
        if filters.since or filters.until:
            st.caption(words("scope.undated"))
    if filters:
        st.button(words("scope.clear"), key="scope-clear", on_click=_clear, args=(session,))


def _bounds(
    first: date, last: date, since: date | None, until: date | None
) -> tuple[tuple[date, date], tuple[date, date]]:
    """The earliest and the latest day to choose from, for the beginning and for the end: not one after the other, and
    whatever is chosen already, as the articles may have changed since."""
    early, late = min(d for d in (first, since, until) if d), max(d for d in (last, since, until) if d)
    return (early, max(until or late, since or early)), (min(since or early, until or late), late)


def _chosen(session: Session) -> None:
    found = {name: st.session_state.get(key) for name, key in _keys(session).items()}
    session.current.filters = replace(
        session.current.filters,
        outlets=tuple(found["outlets"] or ()),
        languages=tuple(found["languages"] or ()),
        since=found["since"].isoformat() if found["since"] else None,
        until=found["until"].isoformat() if found["until"] else None,
    )


def _clear(session: Session) -> None:
    session.current.filters = Filters()
    session.current.cleared += 1
