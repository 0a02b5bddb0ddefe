"""The chat page: layout only. What may be done is in `session`, what is shown in `html`."""

from __future__ import annotations

from contextlib import closing
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bot.errors import FootnoteError
from bot.settings import Settings
from bot.status import IndexStatus, index_status, public_message
from bot.ui import scope, sidebar
from bot.ui.html.markup import label, text
from bot.ui.html.render import header_html, loading_html, no_index_html, notice_html, script_html, turn_html
from bot.ui.service import examples, loading
from bot.ui.session import Session
from bot.ui.view.exchange import Exchange
from bot.ui.words import Words
from index.errors import FootnoteIndexError, IndexMissingError

_COMMAND = "python ingest.py PATH"


def draw(session: Session, words: Words) -> None:
    """Draws the chat once."""
    settings, embedded = session.settings, bool(st.context.is_embedded)
    try:
        status, problem = index_status(settings), None
    except FootnoteIndexError as error:
        status, problem = None, error
    with st.container(key="fn-script"):
        st.html(loading_html(words), unsafe_allow_javascript=True)
    _follow_address(session, words)
    if not embedded:
        sidebar.draw(session, words)
    _header(session, status, words, embedded=embedded)
    if status is None and problem is not None and not session.current.exchanges:
        _unavailable(problem, settings, words)
        return
    conversation = st.container(key="fn-conversation")
    with st.container(key="fn-ask"):
        stop = st.empty()
        with st.container(key="fn-doing", horizontal=True, vertical_alignment="center"):
            if status:
                scope.draw(session, words)
            doing = st.empty()
        st.chat_input(words("page.placeholder"), key="typed", on_submit=_submit, args=(session,))
    below = st.empty()
    with conversation:
        _converse(session, status, stop, words)
    with doing.container(key="fn-last", horizontal=True, vertical_alignment="center"):
        _with_the_last(session, words, embedded=embedded)
    if not session.current.exchanges and status:
        with below.container(key="fn-examples"):
            _examples(session, words)


def _writes(settings: Settings) -> bool:
    """True if a model writes the answers: slowly, so that they are shown on their way and can be stopped."""
    return settings.answerer == "llm"


def _submit(session: Session) -> None:
    session.ask(st.session_state["typed"], one_at_a_time=_writes(session.settings))


def _ask(session: Session, question: str) -> None:
    session.ask(question, one_at_a_time=_writes(session.settings))


def _edit(session: Session) -> None:
    session.current.editing = True
    st.session_state["typed"] = session.current.exchanges[-1].question


def _leave(session: Session) -> None:
    session.current.editing = False


def _follow_address(session: Session, words: Words) -> None:
    """?c=... opens a conversation that is kept, ?q=... asks that question, once in a session."""
    state, query = st.session_state, st.query_params
    named = query.get("c")
    if named and named != session.current.id and not session.open(named):
        st.toast(words("conversation.gone"))
        session.leave()
    question = query.get("q", "").strip()
    if question and not state.get("address_asked"):
        state["address_asked"] = True
        _ask(session, question)
    if session.store and session.current.exchanges and query.get("c") != session.current.id:
        query.pop("q", None)
        query["c"] = session.current.id


def _header(session: Session, status: IndexStatus | None, words: Words, *, embedded: bool) -> None:
    if embedded:
        return
    with st.container(key="fn-top", horizontal=True, vertical_alignment="bottom"):
        st.html(header_html(status.documents if status else None, words))
        sidebar.draw_menu(session, words)
    if session.current.keeper.problem:
        st.html(notice_html(words("page.kept_unusable"), session.current.keeper.problem))


def _with_the_last(session: Session, words: Words, *, embedded: bool) -> None:
    """What can be done with the last question; for an embedded page, the way out of it."""
    exchanges = session.current.exchanges
    if session.current.editing:
        st.html(f'<p class="fn fn-aside" role="status">{text(words("ask.editing"))}</p>')
        st.button(words("ask.cancel"), key="leave", type="tertiary", on_click=_leave, args=(session,))
    elif exchanges and not exchanges[-1].pending:
        last = exchanges[-1]
        st.button(words("ask.again"), key="again", type="tertiary", on_click=session.again, args=(last,))
        st.button(words("ask.edit"), key="edit", type="tertiary", on_click=_edit, args=(session,))
    if embedded:
        question = f"?{urlencode({'q': exchanges[-1].question})}" if exchanges else ""
        st.link_button(words("page.full"), f"./{question}", type="tertiary", icon=":material/open_in_new:")


def _converse(session: Session, status: IndexStatus | None, stop: DeltaGenerator, words: Words) -> None:
    articles = status.documents if status else 0
    exchanges = session.current.exchanges
    for number, exchange in enumerate(tuple(exchanges), start=1):
        turn = st.empty()
        if not exchange.pending:
            turn.html(turn_html(number, exchange, words))
            if exchange.stopped and number < len(exchanges):
                name = f"{words('ask.again')}: {label(exchange.question)}"
                st.button(name, key=f"again-{exchange.id}", on_click=session.again, args=(exchange,))
            continue
        turn.html(turn_html(number, exchange, words, articles=articles))
        st.html(script_html(number, exchange, words), unsafe_allow_javascript=True)
        if _writes(session.settings):
            stop.button(
                words("ask.stop"), key=f"stop-{exchange.id}", on_click=session.stop, args=(exchange,),
                icon=":material/stop:",
            )  # fmt: skip
        # Streamlit ends this run at any call of it, as when Stop is clicked; the work goes on until it is told.
        with closing(session.task(exchange).watch()) as states:
            for state in states:
                if isinstance(state, Exchange):
                    session.put(state)
                    turn.html(turn_html(number, state, words))
                else:
                    turn.html(turn_html(number, exchange, words, articles=articles, writing=state))
        stop.empty()
    if exchanges:
        last = exchanges[-1]
        st.html(script_html(len(exchanges), last, words), unsafe_allow_javascript=True)
        if last.suggestions:
            _questions(session, last.suggestions, words("abstain.suggestions"), last.id)


def _questions(session: Session, questions: tuple[str, ...], title: str, key: str) -> None:
    with st.container(key=f"fn-questions-{key}"):
        st.html(f'<p class="fn fn-examples-title">{text(title)}</p>')
        for place, question in enumerate(questions):
            st.button(label(question, 120), key=f"example-{key}-{place}", on_click=_ask, args=(session, question))


@st.fragment(run_every=0.5)
def _wait_for_models(settings: Settings, words: Words) -> None:
    if not loading(settings):
        st.rerun()
    st.html(f'<p class="fn fn-loading" role="status">{text(words("page.loading"))}</p>')


def _examples(session: Session, words: Words) -> None:
    settings = session.settings
    if loading(settings):
        _wait_for_models(settings, words)
        return
    try:
        questions = examples(settings)
    except (FootnoteError, FootnoteIndexError) as error:
        title = words("page.index_unusable" if isinstance(error, FootnoteIndexError) else "page.cannot_start")
        st.html(notice_html(title, public_message(error, settings.index)))
        return
    if questions:
        _questions(session, tuple(questions), words("page.try"), "first")


def _unavailable(problem: FootnoteIndexError, settings: Settings, words: Words) -> None:
    if isinstance(problem, IndexMissingError):
        st.html(no_index_html(_COMMAND, words, settings=settings.index != Settings().index))
    else:
        st.html(notice_html(words("page.index_unusable"), public_message(problem, settings.index)))
    st.button(words("empty.again"), key="check")
