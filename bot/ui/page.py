"""The pages: which there are, and what they share. Streamlit runs this file from top to bottom at every interaction."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from bot.errors import FootnoteError
from bot.settings import Settings
from bot.status import public_message
from bot.ui import chat, sign_in
from bot.ui.html.render import header_html, notice_html
from bot.ui.library import page as library
from bot.ui.reader import reader
from bot.ui.session import Session
from bot.ui.words import language_of, words_for
from index.filters import Filters

_STATIC = Path(__file__).parent / "static"


def main() -> None:
    """Draws the page that the address names, once."""
    st.set_page_config(page_title="Footnote", page_icon=_STATIC / "icon.svg", layout="wide")
    st.html(_STATIC / "style.css")
    locale = st.context.locale
    try:
        settings = Settings.load()
    except FootnoteError as error:
        words = words_for(language_of(locale))
        st.html(header_html(None, words) + notice_html(words("page.cannot_start"), public_message(error)))
        return
    asked = st.query_params.get("lang") or st.session_state.get("lang")
    st.session_state["lang"] = asked  # the other pages' addresses do not say it
    words = words_for(language_of(asked, locale if settings.language == "auto" else settings.language))
    who = reader()
    settings = settings.with_labels(who.labels)
    if sign_in.shut(settings, who, words):
        return
    session = Session(settings, who, embedded=bool(st.context.is_embedded))
    asking = st.Page(
        partial(chat.draw, session, words), title=words("page.chat"), icon=":material/chat:", url_path="", default=True
    )
    holding = st.Page(
        partial(library.draw, settings, words, on_scope=partial(_ask_only, session, asking)),
        title=words("page.library"),
        icon=":material/library_books:",
        url_path="library",
    )
    chosen = st.navigation([asking, holding], position="hidden")
    if not st.context.is_embedded:
        with st.sidebar:
            st.page_link(asking)
            st.page_link(holding)
            sign_in.draw_way_out(settings, who, words)
    chosen.run()


def _ask_only(session: Session, asking: st.Page, sources: tuple[str, ...]) -> None:
    session.new(Filters(sources=sources))
    st.switch_page(asking)


if __name__ == "__main__":
    main()
