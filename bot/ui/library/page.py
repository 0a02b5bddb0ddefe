"""The library page: layout only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from bot.errors import FootnoteError
from bot.settings import Settings
from bot.status import public_message
from bot.ui.html.markup import text
from bot.ui.library.listing import ORDERS, PAGE, Row, Shelf, shelf
from bot.ui.library.show import job_html, row_html, spoken, titles_html
from bot.ui.library.work import WORKER, Job, add_address, refresh, remove, upload
from bot.ui.service import encoder
from bot.ui.words import Words
from index.errors import FootnoteIndexError
from index.load import MAX_FILE_BYTES

_STYLE = Path(__file__).with_name("library.css")
_LOOK_EVERY = 0.5  # seconds, while a change is being made
_TICKED, _NOTICE, _TURN = "library-ticked", "library-notice", "library-turn"
_SEARCH, _ORDER, _ADDRESS = "library-search", "library-order", "library-address"
OnScope = Callable[[tuple[str, ...]], None]


def draw(settings: Settings, words: Words, on_scope: OnScope | None = None) -> None:
    """Draws the library once. `on_scope` is called with the sources that only are to be asked."""
    st.html(_STYLE)
    try:
        with st.spinner(words("library.opening")):
            found = shelf(settings)
    except FootnoteIndexError as error:
        _head(words, None)
        _notice(words, public_message(error, settings.index))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _head(words, len(found.newest))
        if not settings.readonly and found.newest:
            st.button(
                words("library.refresh"),
                key="library-refresh",
                help=words("library.refresh_help"),
                on_click=_try,
                args=(settings, refresh),
                disabled=_busy(),
            )
    if not settings.readonly:
        _change(settings, words)
    if found.newest:
        _list(settings, words, found, on_scope)
    else:
        st.html(f'<p class="fn">{text(words("library.empty"))}</p>')


def _head(words: Words, articles: int | None) -> None:
    count = f"<p>{text(words.count('articles', articles))}</p>" if articles is not None else ""
    st.html(f'<div class="fn fn-library-head"><h1>{text(words("library.title"))}</h1>{count}</div>')


def _notice(words: Words, message: str) -> None:
    st.html(
        f'<div class="fn fn-notice" role="alert"><p class="fn-notice-title">{text(words("library.failed"))}</p>'
        f"<p>{text(message)}</p></div>"
    )


def _change(settings: Settings, words: Words) -> None:
    """What brings articles in, and how far the change under way is."""
    busy = _busy()
    files = f"library-files-{st.session_state.get(_TURN, 0)}"  # another each time: what was taken is not shown again
    st.file_uploader(
        words("library.upload"),
        accept_multiple_files=True,
        max_upload_size=MAX_FILE_BYTES // 2**20,
        key=files,
        on_change=_take_files,
        args=(settings, files),
        disabled=busy,
    )
    with st.form("library-add", border=False, clear_on_submit=True), st.container(horizontal=True):
        st.text_input(
            words("library.address"),
            key=_ADDRESS,
            placeholder=words("library.address"),
            label_visibility="collapsed",
            disabled=busy,
        )
        st.form_submit_button(words("library.add"), on_click=_take_address, args=(settings,), disabled=busy)
    with st.container(key="fn-work"):  # always there, so that what follows keeps its place in the page
        if message := st.session_state.pop(_NOTICE, None):
            _notice(words, message)
        if busy:
            st.fragment(_watch, run_every=_LOOK_EVERY)(words)
        elif (job := WORKER.job) and job.seen_by(settings):
            _report(words, job)


def _busy() -> bool:
    return WORKER.job is not None and not WORKER.job.over


def _watch(words: Words) -> None:
    job = WORKER.job
    if job is None or job.over:
        st.rerun()
    stage = words(f"library.stage.{job.stage or 'start'}", done=words.number(job.done), total=words.number(job.total))
    st.progress(min(job.done / job.total, 1.0) if job.total else 0.0, text=stage)


def _report(words: Words, job: Job) -> None:
    st.html(job_html(job, words))
    st.button(words("library.dismiss"), key="library-dismiss", on_click=WORKER.dismiss, args=(job.number,))


def _try(settings: Settings, change: Callable[..., Job], *what: object) -> None:
    """Starts a change; why it cannot be started is shown by the run that follows."""
    try:
        change(settings, encoder(settings), *what)
    except (FootnoteError, FootnoteIndexError) as error:
        st.session_state[_NOTICE] = public_message(error, settings.index)


def _take_files(settings: Settings, key: str) -> None:
    files = [(file.name, file.getvalue()) for file in st.session_state[key]]
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    if files:
        _try(settings, upload, files)


def _take_address(settings: Settings) -> None:
    _try(settings, add_address, st.session_state[_ADDRESS])


def _list(settings: Settings, words: Words, found: Shelf, on_scope: OnScope | None) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        query = st.text_input(
            words("library.search"),
            key=_SEARCH,
            type="search",
            placeholder=words("library.search_in"),
            live=True,
            max_chars=200,
        )
        order = st.selectbox(
            words("library.order"),
            ORDERS,
            key=_ORDER,
            format_func=lambda order: words(f"library.by.{order}"),
            width=160,
        )
    rows = found.find(query or "", order)
    ticked = _ticked(found)
    _rows(words, rows, f"{order}-{query}", ticked if on_scope or not settings.readonly else None)
    if ticked:
        _chosen(settings, words, found, ticked, on_scope)


def _ticked(found: Shelf) -> dict[str, None]:
    """The sources ticked in this session, in the order they were; without those that are no longer there."""
    there = {row.source for row in found.newest}
    ticked: dict[str, None] = st.session_state.setdefault(_TICKED, {})
    for source in [source for source in ticked if source not in there]:
        del ticked[source]
    return ticked


def _rows(words: Words, rows: Sequence[Row], asked: str, ticked: dict[str, None] | None) -> None:
    """One page of the rows `asked` for; with a box each to tick, unless there is nothing to tick them for."""
    pages = max(1, -(-len(rows) // PAGE))
    with st.container(horizontal=True, vertical_alignment="center"):
        place = st.container(width="content")
        # Another key for other rows, so that those begin at their first page.
        page = st.pagination(pages, key=f"library-page-{pages}-{asked}", max_visible_pages=5) if pages > 1 else 1
    first, last = (page - 1) * PAGE, min(page * PAGE, len(rows))
    numbers = {"first": min(first + 1, last), "last": last, "total": len(rows)}
    shown = words("library.range", **{name: words.number(number) for name, number in numbers.items()})
    place.html(f'<div class="fn"><p role="status">{text(shown)}</p></div>', width="content")
    with st.container(key="fn-rows"):
        for row in rows[first:last]:
            with st.container(key=f"fn-row-{row.id}", horizontal=True, wrap=False):
                if ticked is not None:
                    key = f"library-tick-{row.id}"
                    st.session_state[key] = row.source in ticked
                    st.checkbox(
                        spoken(row.title),
                        key=key,
                        label_visibility="collapsed",
                        on_change=_tick,
                        args=(key, row.source),
                    )
                st.html(row_html(row, words))


def _tick(key: str, source: str) -> None:
    ticked = st.session_state[_TICKED]
    if st.session_state[key]:
        ticked[source] = None
    else:
        ticked.pop(source, None)


def _chosen(settings: Settings, words: Words, found: Shelf, ticked: dict[str, None], on_scope: OnScope | None) -> None:
    """What can be done with the ticked rows; in sight while there are any."""
    with st.container(key="fn-chosen", horizontal=True, vertical_alignment="center"):
        count = words.count("library.ticked", len(ticked))
        st.html(f'<div class="fn"><p role="status">{text(count)}</p></div>', width="content")
        if on_scope and st.button(words("library.ask"), key="library-ask", type="primary"):
            on_scope(tuple(ticked))
        if not settings.readonly and st.button(words("library.remove"), key="library-remove"):
            titles = [row.title for row in found.title if row.source in ticked]
            st.dialog(words("library.remove_ask"))(_confirm)(settings, words, tuple(ticked), titles)
        st.button(words("library.clear"), key="library-clear", on_click=ticked.clear, type="tertiary")


def _confirm(settings: Settings, words: Words, sources: tuple[str, ...], titles: list[str]) -> None:
    st.html(f'<p class="fn">{text(words.count("library.remove_all", len(sources)))}</p>{titles_html(titles, words)}')
    with st.container(horizontal=True):
        if st.button(words("library.remove_yes"), key="library-remove-yes", type="primary"):
            _try(settings, remove, sources)
            st.rerun()
        if st.button(words("library.remove_no"), key="library-remove-no"):
            st.rerun()
