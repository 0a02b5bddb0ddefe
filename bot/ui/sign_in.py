"""What stands in the page's place until its reader has signed in, and the way out again."""

from __future__ import annotations

import logging

import streamlit as st

from bot.callers import Caller
from bot.settings import Settings
from bot.ui import login
from bot.ui.html.markup import text
from bot.ui.html.render import header_html, notice_html
from bot.ui.words import Words

_log = logging.getLogger(__name__)


def shut(settings: Settings, reader: Caller, words: Words) -> bool:
    """True if this reader may not see the page; draws what they have to do then."""
    if reader.kind != "anyone" or not (settings.login or settings.proxy_names_users):
        return False
    st.html(header_html(None, words))
    if not settings.login:
        st.html(notice_html(words("login.needed"), words("login.needed_why")))
    elif problem := login.problem():
        _log.error("%s", problem)
        st.html(notice_html(words("page.cannot_start"), words("login.not_set")))
    elif st.context.is_embedded:  # a provider's page is shown in no frame
        st.link_button(words("page.full"), "./", icon=":material/open_in_new:")
    else:
        st.html(f'<p class="fn">{text(words("login.why"))}</p>')
        st.button(words("login.in"), key="sign-in", type="primary", icon=":material/login:", on_click=st.login)
    return True


def draw_way_out(settings: Settings, reader: Caller, words: Words) -> None:
    """A button to sign out, where the reader has signed in here; a proxy has its own."""
    if settings.login and reader.kind == "user" and st.user.is_logged_in:
        st.button(words("login.out"), key="sign-out", type="tertiary", icon=":material/logout:", on_click=st.logout)
