"""The chat page: layout only. Streamlit runs this file from top to bottom at every interaction."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bot.errors import FootnoteError
from bot.settings import Settings
from bot.ui.render import header_html, no_index_html, notice_html, script_html, turn_html
from bot.ui.service import answer, examples, load_service
from bot.ui.status import IndexStatus, index_status, public_message
from bot.ui.view import Exchange
from index.errors import FootnoteIndexError, IndexMissingError

_FOLDER = Path(__file__).parent
_COMMAND = "python ingest.py PATH"


def main() -> None:
    """Draws the page once."""
    st.set_page_config(page_title="Footnote", page_icon=_FOLDER / "icon.svg", layout="centered")
    st.html(_FOLDER / "style.css")
    try:
        settings = Settings.load()
    except FootnoteError as error:
        st.html(header_html(None) + notice_html("Footnote cannot start", public_message(error)))
        return
    try:
        status, problem = index_status(settings), None
    except FootnoteIndexError as error:
        status, problem = None, error
    _take_question_from_address()
    _header(status)
    exchanges = _exchanges()
    if status is None and problem is not None and not exchanges:
        _unavailable(problem, settings)
        return
    conversation = st.container(key="fn-conversation")
    with st.container(key="fn-ask"):
        stop = st.empty()
        st.chat_input("Ask your articles a question", key="typed", on_submit=_submit, args=(_writes(settings),))
    suggestions = st.empty()
    with conversation:
        _converse(settings, exchanges, status, stop)
    if not exchanges:
        with suggestions.container(key="fn-examples"):
            _examples(settings)


def _exchanges() -> list[Exchange]:
    return cast("list[Exchange]", st.session_state.setdefault("exchanges", []))


def _ask(question: str) -> None:
    # Kept at once and answered in the run that follows: an interrupted run loses no question.
    _exchanges().append(Exchange(question))


def _submit(writes: bool) -> None:
    if writes:  # what is being written would be asked for anew, and may take minutes and money
        for exchange in tuple(_exchanges()):
            if exchange.pending:
                _put(_exchanges(), exchange, replace(exchange, stopped=True))
    _ask(st.session_state["typed"])


def _stop(exchange: Exchange) -> None:
    _put(_exchanges(), exchange, replace(exchange, stopped=True))


def _ask_again(exchange: Exchange) -> None:
    _put(_exchanges(), exchange, Exchange(exchange.question))


def _put(exchanges: list[Exchange], old: Exchange, new: Exchange) -> None:
    """Puts an exchange in the place of another, unless that has gone or been answered meanwhile."""
    for place, exchange in enumerate(exchanges):
        if exchange is old:
            exchanges[place] = new


def _writes(settings: Settings) -> bool:
    """True if a model writes the answers: slowly, so that they are shown on their way and can be stopped."""
    return settings.answerer == "llm"


def _restart() -> None:
    _exchanges().clear()


def _take_question_from_address() -> None:
    """?q=... asks that question, once in a session."""
    question = st.query_params.get("q", "").strip()
    if question and not st.session_state.get("address_asked"):
        st.session_state["address_asked"] = True
        _ask(question)


def _header(status: IndexStatus | None) -> None:
    with st.container(key="fn-top", horizontal=True, vertical_alignment="bottom"):
        st.html(header_html(status.documents if status else None))
        if _exchanges():
            st.button("New conversation", key="restart", on_click=_restart, type="tertiary", width="content")


def _converse(settings: Settings, exchanges: list[Exchange], status: IndexStatus | None, stop: DeltaGenerator) -> None:
    articles = status.documents if status else 0
    for place, exchange in enumerate(tuple(exchanges)):
        turn = st.empty()
        turn.html(turn_html(place + 1, exchange, articles))
        if exchange.pending:
            st.html(script_html(place + 1, exchange), unsafe_allow_javascript=True)
            if _writes(settings):
                stop.button("Stop", key=f"stop-{place}", on_click=_stop, args=(exchange,), icon=":material/stop:")
            # Streamlit ends this run at any call of it, as when Stop is clicked; closing then cancels the request.
            with closing(answer(settings, exchanges[:place], exchange.question)) as items:
                for item in items:
                    if isinstance(item, Exchange):
                        _put(exchanges, exchange, item)  # first, so that nothing gets lost on the way
                        turn.html(turn_html(place + 1, item))
                    else:
                        turn.html(turn_html(place + 1, exchange, articles, item))
            stop.empty()
        elif exchange.stopped:
            st.button("Ask again", key=f"again-{place}", on_click=_ask_again, args=(exchange,))
    if exchanges:
        st.html(script_html(len(exchanges), exchanges[-1]), unsafe_allow_javascript=True)


def _examples(settings: Settings) -> None:
    try:
        with st.spinner("Opening the index …"):
            load_service(settings)
            questions = examples(settings)
    except (FootnoteError, FootnoteIndexError) as error:
        title = "The index cannot be used" if isinstance(error, FootnoteIndexError) else "Footnote cannot start"
        st.html(notice_html(title, public_message(error, settings.index)))
        return
    if questions:
        st.html('<p class="fn fn-examples-title">Try one of these</p>')
    for place, question in enumerate(questions):
        st.button(question, key=f"example-{place}", on_click=_ask, args=(question,))


def _unavailable(problem: FootnoteIndexError, settings: Settings) -> None:
    if isinstance(problem, IndexMissingError):
        default = settings.index == Settings().index
        note = (
            "" if default else "Run it with the same settings: FOOTNOTE_INDEX or footnote.toml says where the index is."
        )
        st.html(no_index_html(_COMMAND, note))
    else:
        st.html(notice_html("The index cannot be used", public_message(problem, settings.index)))
    st.button("Check again", key="again")


if __name__ == "__main__":
    main()
