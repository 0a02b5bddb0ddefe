"""An OpenAI-compatible server on loopback that answers by a script: real HTTP, real server-sent events, one thread a
request. It misbehaves in the ways that real ones do."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What one request gets. With a `status` other than 200, `body` is sent as it is; else `tokens` as events.

    `silent_s` passes before the first token and `gap_s` between two. `raw` are events sent before the tokens as they
    are. `finish` None leaves out the reason for the end; `cut` drops the connection instead of ending the answer.
    """

    tokens: Sequence[str] = ()
    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    silent_s: float = 0.0
    gap_s: float = 0.0
    raw: Sequence[str] = ()
    finish: str | None = "stop"
    cut: bool = False
    content_type: str = "text/event-stream"


def error(status: int, message: str, **headers: str) -> Reply:
    """A failure in the form that OpenAI gives it."""
    body = json.dumps({"error": {"message": message, "type": "error", "code": None}})
    return Reply(status=status, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})


def says(text: str, **more: Any) -> Reply:
    """An answer, word by word."""
    return Reply(tokens=[part + " " for part in text.split(" ")], **more)


class ScriptedServer(ThreadingHTTPServer):
    """Gives the script's replies in order, the last of them for ever. Remembers what it was sent."""

    daemon_threads = True

    def __init__(self, script: Sequence[Reply]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = list(script)
        self.models: list[dict[str, Any]] | None = None  # what it lists; None: it has no such list
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.moments: list[float] = []
        self.hung_up = threading.Event()  # the client closed a connection before its answer was complete
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def prompts(self) -> list[str]:
        """The last message of each request."""
        return [body["messages"][-1]["content"] for body in self.bodies]

    def next_reply(self, body: dict[str, Any], key: str | None) -> Reply:
        with self._lock:
            self.bodies.append(body)
            self.keys.append(key)
            self.moments.append(time.monotonic())
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ScriptedServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        reply = self.server.next_reply(body, self.headers.get("Authorization"))
        try:
            self._give(reply)
        except OSError:
            self.server.hung_up.set()
        self.close_connection = True

    def do_GET(self) -> None:
        listed = self.server.models if self.path.endswith("/models") else None
        body = json.dumps({"object": "list", "data": listed}) if listed is not None else "{}"
        self._give(Reply(status=404) if listed is None else Reply(body=body, content_type="application/json"))
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests look at what was kept."""

    def _give(self, reply: Reply) -> None:
        if reply.status != 200 or reply.body:
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json" if reply.status != 200 else reply.content_type)
            self.send_header("Content-Length", str(len(reply.body.encode())))
            self.send_header("Connection", "close")
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body.encode())
            return
        self._wait(reply.silent_s)
        self.send_response(200)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")  # no idle connections that outlive a test
        self.end_headers()
        for event in reply.raw:
            self._chunk(event)
        for number, token in enumerate(reply.tokens):
            if number:
                self._wait(reply.gap_s)
            self._event({"content": token}, None)
        if reply.cut:
            # With nothing to linger for, closing resets the connection at once.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        if reply.finish:
            self._event({}, reply.finish)
        self._chunk("data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _wait(self, seconds: float) -> None:
        """Sleeps, but notices a client that hangs up."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.connection.settimeout(min(0.05, max(0.001, end - time.monotonic())))
            try:
                if self.connection.recv(1, socket.MSG_PEEK) == b"":
                    raise ConnectionResetError("the client hung up")
            except TimeoutError:
                pass
            finally:
                self.connection.settimeout(None)

    def _event(self, delta: dict[str, Any], finish: str | None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": [choice]}
        self._chunk(f"data: {json.dumps(event)}\n\n")

    def _chunk(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


@contextmanager
def serving(*script: Reply) -> Iterator[ScriptedServer]:
    """A running server that follows the script."""
    server = ScriptedServer(script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
