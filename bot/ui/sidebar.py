"""The side of the page: the ways to its parts, and the conversations kept for this reader."""

from __future__ import annotations

import streamlit as st

from bot.ui.html.markup import label, text
from bot.ui.session import Session
from bot.ui.words import Words

_AT_FIRST = 30


def draw(session: Session, words: Words) -> None:
    """Search, and a button for each conversation, the latest first; a note where nothing is kept."""
    with st.sidebar:
        st.button(
            words("conversation.new"), key="restart", icon=":material/add:", on_click=session.new, width="stretch"
        )
        shown, sought = st.session_state.setdefault("shown", _AT_FIRST), st.session_state.get("sought") or ""
        found = session.kept(lambda store, owner: store.listing(owner, sought, limit=shown + 1), None)
        if found is None:
            note = session.problem or words("page.no_cookies")
            st.html(f'<p class="fn fn-aside" role="note">{text(note)}</p>')
            return
        st.text_input(words("conversation.search"), key="sought", icon=":material/search:")
        with st.container(key="fn-kept", gap="xxsmall"):
            for one in found[:shown]:
                here = one.id == session.current.id
                st.button(
                    label(one.title, 60),
                    key=f"open-{one.id}",
                    type="secondary" if here else "tertiary",
                    on_click=_open,
                    args=(session, one.id),
                    width="stretch",
                )
        if not found:
            st.caption(words("conversation.not_found" if sought else "conversation.none"))
        if len(found) > shown:
            st.button(words("conversation.more"), key="more", on_click=_show_more, type="tertiary")


def _open(session: Session, id: str) -> None:
    session.open(id)


def _show_more() -> None:
    st.session_state["shown"] += 2 * _AT_FIRST


def draw_menu(session: Session, words: Words) -> None:
    """What can be done with the conversation: name it, take it along, delete it."""
    current = session.current
    kept = session.kept(lambda store, owner: store.conversation(owner, current.id), None)
    if kept is None:
        return
    with st.popover(words("conversation.menu"), icon=":material/more_horiz:", type="tertiary", key="menu"):
        key = f"name-{current.id}"
        st.text_input(
            words("conversation.name"), kept.title, max_chars=200, key=key, on_change=_rename, args=(session, key)
        )
        links = " ".join(
            f'<a href="conversation/{current.id}.{suffix}?lang={words.language}" download>{name}</a>'
            for suffix, name in (("md", "Markdown"), ("html", "HTML"), ("json", "JSON"))
        )
        st.html(f'<p class="fn fn-exports"><span>{text(words("conversation.export"))}</span> {links}</p>')
        if st.toggle(words("conversation.delete"), key=f"delete-{current.id}"):
            st.button(
                words("conversation.delete_sure"),
                key="delete-sure",
                icon=":material/delete:",
                on_click=_delete,
                args=(session,),
            )


def _rename(session: Session, key: str) -> None:
    name = str(st.session_state[key]).strip()
    session.kept(lambda store, owner: store.rename(owner, session.current.id, name), False)


def _delete(session: Session) -> None:
    session.end()
    if session.kept(lambda store, owner: store.delete(owner, session.current.id), False):
        session.new()
