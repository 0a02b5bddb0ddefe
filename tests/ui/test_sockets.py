"""Who may open the page's connection, over plain ASGI."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.ui.routes.server import middleware


async def accepting(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("in")
    await socket.close()


SERVER = Starlette(routes=[WebSocketRoute("/stream", accepting)], middleware=middleware)


@pytest.mark.parametrize("origin", [None, "http://footnote:8501", "https://footnote:8501"])
def test_own_pages_and_programs_may(origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    with TestClient(SERVER).websocket_connect("ws://footnote:8501/stream", headers=headers) as socket:
        assert socket.receive_text() == "in"


@pytest.mark.parametrize(
    "origin", ["http://localhost:8501", "http://127.0.0.1", "http://footnote:8000", "null", "x", ""]
)
def test_others_may_not(origin: str) -> None:
    client = TestClient(SERVER)
    with (
        pytest.raises(WebSocketDisconnect) as caught,
        client.websocket_connect("ws://footnote:8501/stream", headers={"Origin": origin}),
    ):
        pass
    assert caught.value.code == 1008
