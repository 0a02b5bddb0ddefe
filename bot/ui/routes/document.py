"""The document view, GET /document/{id}, and its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from bot.api.who import caller_of
from bot.callers import Caller
from bot.errors import FootnoteError
from bot.settings import Settings
from bot.status import error_code, public_message
from bot.ui.html.document import ICON, SCRIPT, STYLE, THEMES, document_html, problem_html
from bot.ui.routes.framing import frame_ancestors
from bot.ui.service import visible
from bot.ui.view.document import MOST_CITED, CiteError, cited_of
from bot.ui.words import Words, language_of, words_for
from index.address import IndexPlace
from index.errors import FootnoteIndexError
from index.schema import Document

_STATIC = StaticFiles(directory=Path(__file__).parents[1] / "static")
_SHOWN = 80  # characters of a bad value
# Stricter than the page's: nothing here is made by a script. The rules that mark a citation's parts are inline.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)

Articles = Mapping[str, Document]
Load = Callable[[Settings], Articles]


class _RefusedError(Exception):
    """Why there is no answer to a request: the status, a stable code, and the message for programs."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def document_routes(load: Load) -> list[Route]:
    """The routes over what `load` gives: the documents by id. It may be slow, and raise the errors of `bot` and
    `index`."""

    async def page(request: Request) -> Response:
        """GET /document/{id}?cite=N:START-END&...: the whole article with these spans marked.

        400 with a page that names the value that is none, 404 if no article has the id, 503 without an index.
        """
        return await run_in_threadpool(_page, load, request)

    return [
        Route("/document/{id}", page, methods=["GET"]),
        *(Route(f"/{name}", static, methods=["GET"]) for name in (STYLE, SCRIPT, ICON)),
    ]


async def static(request: Request) -> Response:
    """GET /footnote/NAME: one of the view's own files; 304 to who has it."""
    response = await _STATIC.get_response(Path(request.url.path).name, request.scope)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _page(load: Load, request: Request) -> Response:
    given = request.query_params
    words, theme = _words(request), given.get("theme", "")
    if theme and theme not in THEMES:
        message = words("document.bad_theme", value=theme[:_SHOWN])
        return _html(problem_html(words, words("document.bad_address"), message), 400)
    try:
        document = _document(_articles(load, caller_of(request.scope)), request.path_params["id"])
        cited = cited_of(given.getlist("cite"), document.text)
    except CiteError as error:
        values = {"value": error.value[:_SHOWN], "number": error.value, "most": words.number(MOST_CITED)}
        message = words(f"document.cite_{error.reason}", **values)
        return _html(problem_html(words, words("document.bad_address"), message, theme), 400)
    except _RefusedError as refused:
        if refused.status == 404:
            shown = {"id": request.path_params["id"][:_SHOWN]}
            page = problem_html(words, words("document.gone"), words("document.gone_why", **shown), theme)
        else:
            page = problem_html(words, words("document.unusable"), refused.message, theme)
        return _html(page, refused.status)
    return _html(document_html(words, document, cited, theme), 200)


def _words(request: Request) -> Words:
    """The words of the language that the address asks for, else that of the settings, else the reader's own."""
    try:
        chosen = Settings.load().language
    except FootnoteError:
        chosen = "auto"  # what is wrong with the settings is said when they are needed, in whatever language
    wanted = [part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    return words_for(language_of(request.query_params.get("lang"), chosen, *wanted))


def _html(page: str, status: int) -> Response:
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": f"{_POLICY}; {frame_ancestors()}"}
    return HTMLResponse(page, status_code=status, headers=headers)


def _articles(load: Load, caller: Caller) -> Articles:
    place: IndexPlace | None = None
    try:
        settings = Settings.load().with_labels(caller.labels)
        place = settings.index
        return load(settings)
    except (FootnoteError, FootnoteIndexError) as error:
        raise _RefusedError(503, error_code(error), public_message(error, place)) from error


def _document(documents: Mapping[str, Document], id_: str) -> Document:
    found = documents.get(id_)
    if found is None:
        said = f"no article has the id {id_[:_SHOWN]!r}; GET /api/documents lists all"
        raise _RefusedError(404, "document_unknown", said)
    return found


def _of_index(settings: Settings) -> Articles:
    return visible(settings).documents


routes = document_routes(_of_index)
