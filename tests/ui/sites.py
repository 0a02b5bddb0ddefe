"""Sites of other people: pages on another origin than the server's, into which the widget or a frame is put."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

ICON = "<link rel=icon href=data:,>"


class Site:
    """What is at http://localhost:PORT: for a browser another site than 127.0.0.1. Pages may be added at any time."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://localhost:{port}"
        self.pages: dict[str, tuple[str, str]] = {}

    def put(self, path: str, body: str, *, policy: str = "", lang: str = "en", head: str = "") -> str:
        """A page with a heading, and with a Content-Security-Policy if one is given; its address."""
        html = (
            f"<!doctype html><html lang={lang}><head><meta charset=utf-8><title>Wiki</title>{ICON}{head}</head>"
            f"<body><main><h1>Wiki</h1><p>Words of the <a href=#x>wiki</a> itself.</p>{body}</main></body></html>"
        )
        self.pages[path] = (html, policy)
        return self.origin + path


def strict(server: str) -> str:
    """The strictest policy under which the widget works; docs/widget.md tells it."""
    rest = "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    return f"default-src 'none'; img-src data:; script-src {server}; connect-src {server}; {rest}"


@contextmanager
def site() -> Iterator[Site]:
    """A site on a free port."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            html, policy = found.pages.get(self.path.split("?")[0], ("", ""))
            body = html.encode()
            self.send_response(200 if html else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass  # standard error is the tests'

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    found = Site(server.server_address[1])
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
