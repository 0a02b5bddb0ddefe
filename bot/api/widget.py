"""POST /api/widget/token: what the widget on a page of a listed origin asks with."""

from __future__ import annotations

from collections.abc import Callable
from time import time
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.api.errors import ApiError, json_response
from bot.api.models import ErrorOut, TokenOut
from bot.api.origins import TOKEN_PATH
from bot.api.tokens import issue, secret_of
from bot.settings import Settings


def router(settings: Callable[[], Settings]) -> APIRouter:
    """The route; it answers no origin but those of the settings, whatever let the request in."""
    found = APIRouter(tags=["widget"])
    refused: dict[int | str, dict[str, Any]] = {
        403: {"model": ErrorOut, "description": "Not sent by a page of an origin in FOOTNOTE_ORIGINS."}
    }

    @found.post(TOKEN_PATH, response_model=TokenOut, responses=refused)
    async def token(request: Request) -> Response:
        """A token for pages of the origin that asks, which has to be listed; send it as `Authorization: Bearer`."""
        now = settings()
        origin = request.headers.get("origin", "")
        if origin not in now.origins:
            raise ApiError(403, "origin_refused", "ask from a page of an origin that FOOTNOTE_ORIGINS lists")
        secret = await run_in_threadpool(secret_of, now.secret)
        given = issue(secret, origin, int(time()) + now.token_seconds)
        return json_response({"token": given, "expires_in": now.token_seconds})

    return found
