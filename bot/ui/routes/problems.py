"""Errors as programs get them."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response


def refused(status: int, code: str, message: str) -> Response:
    """The contract's JSON of an error."""
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status)
