"""GET /api/documents and /api/documents/{id}: what is indexed, and the text that offsets refer to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from bot.api.errors import ApiError, json_response
from bot.api.models import DocumentsOut, DocumentTextOut
from bot.api.serves import Serve, Serves
from bot.api.who import caller_of
from index.schema import Document
from index.view import View

_FIELDS = ("id", "source", "title", "author", "published", "updated", "outlet", "language", "url")
_SHOWN = 80  # characters of a bad value


def router(serve: Serve) -> APIRouter:
    """The routes over the index that `serve` gives."""
    found = APIRouter(tags=["documents"])

    @found.get("/api/documents", response_model=DocumentsOut)
    def every(request: Request) -> Response:
        """What is indexed, without the texts."""
        index = _visible(serve(caller_of(request.scope)))
        counts = index.counts()
        return json_response({"documents": [_entry(document, counts) for document in index.documents.values()]})

    @found.get("/api/documents/{id}", response_model=DocumentTextOut)
    def one(id: str, request: Request) -> Response:
        """One document with its text."""
        index = _visible(serve(caller_of(request.scope)))
        document = index.documents.get(id)
        if document is None:
            said = f"no article has the id {id[:_SHOWN]!r}; GET /api/documents lists all"
            raise ApiError(404, "document_unknown", said)
        return json_response({**_entry(document, index.counts()), "text": document.text})

    return found


def _visible(serving: Serves) -> View:
    return serving.opened.view(serving.settings.access)


def _entry(document: Document, passages: Mapping[str, int]) -> dict[str, Any]:
    """What programs get of a document; where it was read from stays here."""
    return {**{name: getattr(document, name) for name in _FIELDS}, "passages": passages.get(document.id, 0)}
