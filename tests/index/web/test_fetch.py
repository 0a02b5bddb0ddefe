"""Fetching, against real servers on loopback: what comes back, what is refused, and what nothing may get past."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from itertools import pairwise
from pathlib import Path

import pytest

from index.errors import SourceError
from index.web.fetch import Fetcher, Limits, StatusError
from tests.index.web.helpers import AGENT, QUICK, Reply, fetcher, local, page, redirect, site

HELLO = b"<p>Hello</p>"


def refusal(url: str, using: Fetcher | None = None) -> str:
    with pytest.raises(SourceError) as caught:
        (using or fetcher()).get(url)
    message = str(caught.value)
    assert "\n" not in message and ";" in message
    return message


def drip(first: bytes, piece: bytes, pause: float = 0.0, times: int = 1_000_000) -> Callable[[socket.socket], None]:
    """A reply that goes on and on."""

    def reply(line: socket.socket) -> None:
        line.sendall(first)
        for _ in range(times):
            line.sendall(piece)
            time.sleep(pause)

    return reply


def test_a_page_comes_as_it_is() -> None:
    answer = page(HELLO, 'ETag: "a1"', "Last-Modified: Sat, 01 Mar 2025 08:00:00 GMT", "X-A: b")
    with site({"/a?b=%C3%BC": answer}) as running:
        found = fetcher().get(running.url("/a?b=ü#part", "news.example"))
        assert found.asked == found.url == running.url("/a?b=%C3%BC", "news.example")
    assert found.data == HELLO
    assert (found.media_type, found.charset) == ("text/html", "utf-8")
    assert (found.etag, found.last_modified) == ('"a1"', "Sat, 01 Mar 2025 08:00:00 GMT")
    assert not found.is_downgraded


@pytest.mark.parametrize(
    ("kind", "media_type", "charset"),
    [
        ("Text/HTML", "text/html", None),
        ('application/atom+xml; charset="ISO-8859-1"; x=y', "application/atom+xml", "iso-8859-1"),
        ("", "", None),
        ("nonsense", "", None),
        ("text/html; charset=", "text/html", None),
    ],
)
def test_what_the_server_calls_it(kind: str, media_type: str, charset: str | None) -> None:
    with site({"/": page(HELLO, kind=kind)}) as running:
        found = fetcher().get(running.url())
    assert (found.media_type, found.charset) == (media_type, charset)


def test_only_the_agent_is_named_and_nothing_about_the_user_goes_along(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("default login jane password s3cret\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    replies: dict[str, Reply] = {"/b": page(HELLO)}
    with site(replies) as running:
        replies["/a"] = page(b"", "Set-Cookie: a=b", "Location: /b", status="301 Moved")
        using = fetcher()
        assert using.get(running.url("/a", "news.example")).data == HELLO
        assert using.get(running.url("/b", "news.example")).data == HELLO
        names = {line.split(":")[0] for head in running.asked for line in head.split("\r\n")[1:] if line}
        assert names == {"Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"}
        assert all(f"\r\nUser-Agent: {AGENT}\r\n" in head for head in running.asked)
        assert all(f"\r\nHost: news.example:{running.port}\r\n" in head for head in running.asked)


def test_a_chunked_answer_and_one_that_ends_with_the_connection() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
    with site({"/a": chunked, "/b": b"HTTP/1.0 200 OK\r\n\r\nabcde"}) as running:
        assert fetcher().get(running.url("/a")).data == b"abcde"
        assert fetcher().get(running.url("/b")).data == b"abcde"


# Redirects.


def test_redirects_are_followed_relative_and_absolute() -> None:
    replies: dict[str, Reply] = {"/x/a": redirect("../b?q#top"), "/end": page(HELLO)}
    with site(replies) as running:
        replies["/b?q"] = redirect(f"//other.example:{running.port}/end", "308 Permanent Redirect")
        found = fetcher().get(running.url("/x/a", "news.example"))
        assert found.asked == running.url("/x/a", "news.example")
        assert found.url == running.url("/end", "other.example")
        assert running.paths == ["/x/a", "/b?q", "/end"]


def test_redirects_end_after_five() -> None:
    replies: dict[str, Reply] = {f"/{n}": redirect(f"/{n + 1}") for n in range(9)}
    replies |= {"/5": page(HELLO), "/loop": redirect("/loop"), "/nowhere": page(b"", status="302 Found")}
    with site(replies) as running:
        assert fetcher().get(running.url("/0")).data == HELLO
        replies["/5"] = redirect("/6")
        assert "redirects more than 5 times; give the page's own address" in refusal(running.url("/0"))
        before = len(running.asked)
        assert "more than 5 times" in refusal(running.url("/loop"))
        assert len(running.asked) - before == 6
        assert "redirects, but not to an address" in refusal(running.url("/nowhere"))


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://127.0.0.1:{port}/secret", "leads to 127.0.0.1, an address of this computer"),
        ("//localhost:{port}/secret", "a name of this computer"),
        ("http://inside.example:{port}/secret", "leads to 127.0.0.1, an address of this computer"),
        ("http://0x7f.1:{port}/secret", "leads to 127.0.0.1"),
        ("http://[::ffff:127.0.0.1]:{port}/secret", "an address of this computer"),
        ("http://169.254.169.254/latest/meta-data/", "a cloud's own metadata"),
        ("http://jane:pw@news.example/", "take the part up to the @ out"),
        ("file:///etc/passwd", "is no web address"),
        ("gopher://127.0.0.1:6379/_FLUSHALL", "is no web address"),
        ("http://[news.example/", "has no valid host and port"),
        ("http://news.example:22/", "names port 22"),
    ],
)
def test_a_redirect_to_where_it_may_not_is_refused(monkeypatch: pytest.MonkeyPatch, location: str, words: str) -> None:
    names = {"news.example": ["93.184.215.14"], "inside.example": ["127.0.0.1"]}
    with site({"/secret": page(b"secret")}) as running:
        with site({"/": redirect(location.format(port=running.port))}) as outer:
            # The one public address of this test is answered by the outer server.
            connect = socket.create_connection

            def routed(address: tuple[str, int], *rest: object, **options: object) -> socket.socket:
                assert address == ("93.184.215.14", outer.port)
                return connect(("127.0.0.1", outer.port))

            monkeypatch.setattr(socket, "create_connection", routed)
            using = Fetcher(limits=QUICK, user_agent=AGENT, resolve=lambda host: names[host])
            message = refusal(outer.url(host="news.example"), using)
            assert outer.paths == ["/"]
        assert running.connections == 0
    assert words in message
    assert "pw" not in message


def test_every_url_is_checked_before_it_is_asked_for() -> None:
    seen: list[str] = []

    def check(url: str) -> None:
        seen.append(url)
        if url.endswith("/b"):
            raise SourceError("not that one; give another")

    with site({"/a": redirect("/b"), "/b": page(HELLO)}) as running:
        with pytest.raises(SourceError, match="not that one"):
            fetcher().get(running.url("/a"), check=check)
        assert seen == [running.url("/a"), running.url("/b")]
        assert running.paths == ["/a"]


# Where a name leads.

TRICKS = {
    "loopback": "http://127.0.0.1/",
    "loopback with a port": "http://127.0.0.1:8080/admin",
    "the rest of the loopback network": "http://127.8.8.8/",
    "localhost": "http://localhost/",
    "localhost with a dot": "http://localhost./",
    "below localhost": "http://admin.localhost/",
    "address with a dot": "http://127.0.0.1./",
    "decimal": "http://2130706433/",
    "octal": "http://0177.0.0.01/",
    "octal in one number": "http://017700000001/",
    "hexadecimal": "http://0x7f.0x0.0x0.0x1/",
    "hexadecimal in one number": "http://0x7F000001/",
    "short": "http://127.1/",
    "mixed": "http://0x7f.0.1/",
    "zeros before": "http://0000177.0.0.1/",
    "full-width digits": "http://１２７.０.０.１/",
    "circled digits": "http://①②⑦.⓪.⓪.①/",
    "ideographic full stops": "http://127。0。0。1/",
    "soft hyphen": "http://127.0.\u00ad0.1/",
    "percent-encoded": "http://%31%32%37.0.0.1/",
    "unspecified": "http://0.0.0.0:8080/",
    "zero": "http://0/",
    "private": "http://10.0.0.8/",
    "private, second": "http://172.20.0.1/",
    "router": "http://192.168.0.1/",
    "provider": "http://100.64.0.1/",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "metadata in decimal": "http://2852039166/",
    "metadata in hexadecimal": "http://0xA9FEA9FE/",
    "metadata of another cloud": "http://100.100.100.200/",
    "metadata at a public address": "http://168.63.129.16/",
    "multicast": "http://224.0.0.251:5353/",
    "broadcast": "http://255.255.255.255/",
    "IPv6 loopback": "http://[::1]/",
    "IPv6 loopback in full": "http://[0:0:0:0:0:0:0:1]/",
    "IPv6 unspecified": "http://[::]/",
    "IPv6 mapped": "http://[::ffff:127.0.0.1]/",
    "IPv6 mapped in hexadecimal": "http://[::ffff:7f00:1]/",
    "IPv6 compatible": "http://[::127.0.0.1]/",
    "IPv6 translated": "http://[::ffff:0:127.0.0.1]/",
    "NAT64": "http://[64:ff9b::7f00:1]/",
    "local NAT64": "http://[64:ff9b:1::a00:1]/",
    "6to4": "http://[2002:7f00:1::1]/",
    "Teredo": "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
    "IPv6 private": "http://[fd00::1]/",
    "IPv6 link-local": "http://[fe80::1]/",
    "IPv6 zone": "http://[fe80::1%25eth0]/",
    "IPv6 metadata": "http://[fd00:ec2::254]/",
    "IPv6 multicast": "http://[ff02::1]/",
    "credentials before the host": "http://news.example@127.0.0.1/",
    "credentials with an encoded @": "http://news.example%40127.0.0.1/",
    "backslash": "http://news.example\\@127.0.0.1/",
    "backslashes for slashes": "http:\\\\127.0.0.1\\",
    "tab in the host": "http://127.0.\t0.1/",
    "line end and a header": "http://news.example/\r\nHost: 127.0.0.1",
    "mail port": "http://news.example:25/",
    "redis port": "http://news.example:6379/",
    "no web scheme": "gopher://127.0.0.1:70/",
    "file": "file:///etc/passwd",
    "a name with a private address": "http://inside.example/",
    "a name with a public and a private address": "http://both.example/",
    "a name with a private address that IPv6 hides": "http://hidden.example/",
    "a name with the metadata address": "http://cloud.example/",
    "a name with a link-local address and its zone": "http://zone.example/",
}
NAMES = {
    "news.example": ["93.184.215.14"],
    "inside.example": ["10.0.0.8"],
    "both.example": ["93.184.215.14", "192.168.0.10"],
    "hidden.example": ["2606:4700::1111", "64:ff9b::a00:1"],
    "cloud.example": ["169.254.169.254"],
    "zone.example": ["fe80::1%eth0"],
}


@pytest.mark.parametrize("url", TRICKS.values(), ids=TRICKS)
def test_no_trick_leads_inside(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was made")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    # A name not listed would be a trick that got as far as the resolver.
    refusal(url, Fetcher(limits=QUICK, user_agent=AGENT, resolve=NAMES.__getitem__))


def test_with_allow_private_metadata_stays_shut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a connection was made"))
    using = fetcher(resolve=NAMES.__getitem__)
    assert "a cloud's own metadata" in refusal("http://cloud.example/", using)
    assert "a cloud's own metadata" in refusal("http://169.254.169.254/", using)


def test_a_name_that_changes_its_address_is_connected_to_where_it_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [["93.184.215.14"], ["127.0.0.1"]]
    tried: list[object] = []

    def connect(self: socket.socket, address: object) -> None:
        tried.append(address)
        raise ConnectionRefusedError

    with site({"/": page(b"secret")}) as running:
        monkeypatch.setattr(socket.socket, "connect", connect)
        using = Fetcher(limits=QUICK, user_agent=AGENT, resolve=lambda host: answers.pop(0))
        url = running.url(host="rebind.example")
        assert "cannot be reached" in refusal(url, using)
        assert tried == [("93.184.215.14", running.port)] and len(answers) == 1  # looked up once
        assert "an address of this computer; give --allow-private" in refusal(url, using)
        assert len(tried) == 1
        assert running.connections == 0


def test_one_lookup_a_request_and_the_next_address_if_the_first_is_dead() -> None:
    asked: list[str] = []

    def resolve(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.2", "127.0.0.1", "127.0.0.2"]

    with site({"/": page(HELLO)}) as running:
        assert fetcher(resolve=resolve).get(running.url(host="news.example")).data == HELLO
        assert asked == ["news.example"] and running.connections == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            socket.gaierror(-2, "Name or service not known"),
            "a host that is not known (news.example); check its spelling",
        ),
        (UnicodeError("label too long"), "a host that is not known"),
        ([], "a host without an address"),
        (["127.1"], "no valid address"),
        (["not an address"], "no valid address"),
    ],
)
def test_a_name_without_a_good_address(answer: list[str] | Exception, words: str) -> None:
    def resolve(host: str) -> list[str]:
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert words in refusal("http://news.example/", fetcher(resolve=resolve))


def test_a_lookup_that_hangs_is_given_up() -> None:
    released = threading.Event()

    def resolve(host: str) -> list[str]:
        released.wait(20)
        return []

    start = time.monotonic()
    assert "took over 0.3 seconds" in refusal("http://a.example/", fetcher(replace(QUICK, seconds=0.3), resolve))
    assert time.monotonic() - start < 15
    released.set()


def test_nothing_listens() -> None:
    with site({}) as running:
        url = running.url()
    assert "cannot be reached" in refusal(url)


# Limits.


def test_a_body_over_the_limit_is_not_read_to_its_end() -> None:
    small = fetcher(replace(QUICK, body_bytes=1_000_000))
    endless = drip(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536)
    chunks = drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n")
    announced = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nabc"
    with site({"/a": endless, "/b": chunks, "/c": announced, "/d": page(b"x" * 1_000_000)}) as running:
        for path in ("/a", "/b", "/c"):
            assert "is over the limit of 0.95" in refusal(running.url(path), small)
        assert len(small.get(running.url("/d")).data) == 1_000_000
        with pytest.raises(SourceError, match="over the limit"):
            small.get(running.url("/d"), most_bytes=999_999)


@pytest.mark.parametrize(
    ("first", "piece", "pause"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x", 0.05),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x", 0.001),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 0.05),
        (b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.05),
        (b"", b"H", 0.05),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.05),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n", 0.05),
    ],
    ids=["body", "fast", "chunks", "headers", "no answer", "continues", "trailers"],
)
def test_a_server_that_drips_is_given_up(first: bytes, piece: bytes, pause: float) -> None:
    start = time.monotonic()
    with site({"/": drip(first, piece, pause)}) as running:
        message = refusal(running.url(), fetcher(replace(QUICK, seconds=0.4)))
    assert "took over 0.4 seconds" in message
    assert time.monotonic() - start < 15


def test_the_time_is_one_for_all_redirects_and_retries() -> None:
    def slow(line: socket.socket) -> None:
        time.sleep(0.25)
        line.sendall(redirect("/"))

    start = time.monotonic()
    with site({"/": slow}) as running:
        assert "took over 0.6 seconds" in refusal(running.url(), fetcher(replace(QUICK, seconds=0.6)))
        assert len(running.asked) <= 3
    assert time.monotonic() - start < 15


@pytest.mark.parametrize("count", [1, 2000])
def test_huge_headers_are_refused(count: int) -> None:
    headers = [f"X-{n}: {'y' * (70_000 // count)}" for n in range(count)]
    endless = drip(b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 1000 + b"\r\n")
    with site({"/": page(HELLO, *headers), "/endless": endless}) as running:
        message = refusal(running.url())
        assert "bytes of headers (limit 65,536)" in message or "gives no valid answer" in message
        assert "gives no valid answer" in refusal(running.url("/endless"))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "gives no valid answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc", "gives no valid answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde", "gives no valid answer"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", "gives no valid answer"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc", "gives no valid answer"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: zip\r\n\r\nabc", "gives no valid answer"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "gives no valid answer"),
        (b"\x16\x03\x01\x00\x05\x00", "gives no valid answer"),
        (b"", "gives no valid answer"),
    ],
)
def test_answers_that_are_wrong_or_cut_off(answer: bytes, words: str) -> None:
    with site({"/": answer}) as running:
        assert words in refusal(running.url())


def test_more_than_was_announced_is_not_read() -> None:
    with site({"/": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef"}) as running:
        assert fetcher().get(running.url()).data == b"abc"


def packed(data: bytes, encoding: str = "gzip") -> bytes:
    return page(data, f"Content-Encoding: {encoding}")


def test_a_packed_body_is_unpacked() -> None:
    text = b"".join(b"Line %d of the story.\n" % n for n in range(20_000))
    two = gzip.compress(text[:1000]) + gzip.compress(text[1000:]) + b"\0\0\0"
    with site(
        {
            "/a": packed(gzip.compress(text)),
            "/b": packed(two, "X-GZip"),
            "/c": packed(b""),
            "/d": packed(text, "identity"),
        }
    ) as running:
        assert [fetcher().get(running.url(path)).data for path in ("/a", "/b", "/c", "/d")] == [text, text, b"", text]


@pytest.mark.parametrize(
    ("body", "encoding", "words"),
    [
        (gzip.compress(bytes(20_000_000), 9), "gzip", "unfolds to over 100 times its size"),
        (
            gzip.compress(gzip.compress(bytes(1_000_000))),
            "gzip, gzip",
            "is packed as 'gzip, gzip', which was not asked",
        ),
        (zlib.compress(HELLO), "deflate", "is packed as 'deflate', which was not asked for"),
        (HELLO, "br", "is packed as 'br'"),
        (HELLO, "gzip", "says that it is packed as gzip, but is not"),
        (gzip.compress(HELLO * 100)[:-9], "gzip", "ends in the middle of its packed data"),
        (gzip.compress(HELLO)[:-1], "gzip", "ends in the middle of its packed data"),
        (gzip.compress(HELLO)[:-4] + b"abcd", "gzip", "but is not"),
    ],
    ids=["bomb", "twice", "deflate", "brotli", "plain", "cut off", "cut in its end", "wrong size"],
)
def test_packed_bodies_that_are_refused(body: bytes, encoding: str, words: str) -> None:
    with site({"/": packed(body, encoding)}) as running:
        assert words in refusal(running.url())


def test_what_unfolds_over_the_size_limit_is_refused() -> None:
    text = b"".join(b"%d " % (n * 7919) for n in range(300_000))
    with site({"/": packed(gzip.compress(text))}) as running:
        assert len(fetcher().get(running.url()).data) == len(text) > 2_000_000
        assert "over the limit of" in refusal(running.url(), fetcher(replace(QUICK, body_bytes=len(text) - 1)))


# Answers that are no page, and manners.


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("404 Not Found", "answers 404 (Not Found); there is no such page"),
        ("410 Gone", "the page is gone"),
        ("403 Forbidden", "save the page and give the file"),
        ("401 Unauthorized", "it needs a login"),
        ("418 Short", "answers 418 (I'm a Teapot); check the address"),
        ("204 No Content", "answers 204 (No Content); check the address"),
        ("304 Not Modified", "answers 304"),
        ("299 Odd", "answers 299; check the address"),
    ],
)
def test_answers_that_are_no_page_are_named_and_not_repeated(status: str, words: str) -> None:
    with site({"/": page(b"", status=status)}) as running:
        with pytest.raises(StatusError, match="http://") as caught:
            fetcher().get(running.url())
        assert len(running.asked) == 1
    assert caught.value.status == int(status[:3])
    assert words in str(caught.value)


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable", "500 Internal Server Error"])
def test_a_busy_server_is_asked_three_times(status: str) -> None:
    replies: dict[str, Reply] = {"/": page(b"", status=status)}
    with site(replies) as running:
        with pytest.raises(StatusError, match="try again later") as caught:
            fetcher().get(running.url())
        assert caught.value.status == int(status[:3])
        assert len(running.asked) == 3

    def recover(line: socket.socket) -> None:
        replies["/"] = page(HELLO)
        line.sendall(page(b"", status=status))

    replies["/"] = recover
    with site(replies) as running:
        assert fetcher().get(running.url()).data == HELLO
        assert len(running.asked) == 2


def test_retry_after_is_kept_to_if_it_is_short_and_named_if_it_is_long() -> None:
    busy = "503 Service Unavailable"
    date = f"Retry-After: {formatdate(time.time() + 3600, usegmt=True)}"
    replies = {
        "/short": page(b"", "Retry-After: 1", status=busy),
        "/long": page(b"", "Retry-After: 3600", status=busy),
        "/date": page(b"", date, status="429 Too Many Requests"),
        "/odd": page(b"", "Retry-After: soon", status=busy),
    }
    with site(replies) as running:
        using = fetcher(replace(QUICK, longest_wait=1.0, retries=1))
        start = time.monotonic()
        assert "answers 503" in refusal(running.url("/short"), using)
        assert 1.0 <= time.monotonic() - start < 15 and running.paths == ["/short"] * 2
        assert "it asks to come back in 3600 seconds" in refusal(running.url("/long"), using)
        assert "it asks to come back in 3" in refusal(running.url("/date"), using)
        assert running.paths[2:] == ["/long", "/date"]
        assert "try again later" in refusal(running.url("/odd"), using)
        assert running.paths[4:] == ["/odd"] * 2


def all_at_once(using: Fetcher, urls: list[str]) -> None:
    threads = [threading.Thread(target=using.get, args=(url,)) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_host_is_asked_one_at_a_time_with_a_pause() -> None:
    spans: list[tuple[float, float]] = []

    def slow(line: socket.socket) -> None:
        start = time.monotonic()
        time.sleep(0.1)
        spans.append((start, time.monotonic()))
        line.sendall(page(HELLO))

    with site({"/": slow}) as running:
        all_at_once(fetcher(replace(QUICK, delay=0.2)), [running.url(host="news.example")] * 3)
    assert len(spans) == 3
    assert all(start - end >= 0.19 for (_, end), (start, _) in pairwise(sorted(spans)))


def test_hosts_do_not_wait_for_each_other() -> None:
    together = threading.Barrier(3, timeout=10)

    def meet(line: socket.socket) -> None:
        together.wait()
        line.sendall(page(HELLO))

    with site({"/": meet}) as running:
        all_at_once(fetcher(replace(QUICK, seconds=20)), [running.url(host=f"{n}.example") for n in range(3)])
        assert len(running.asked) == 3
    assert not together.broken


def test_a_pause_that_a_site_asks_for_is_kept_within_bounds() -> None:
    with site({"/": page(HELLO)}) as running:
        using = fetcher(replace(QUICK, longest_wait=0.4))
        using.slow_down("127.0.0.1", 3600)
        start = time.monotonic()
        using.get(running.url())
        using.get(running.url())
        assert 0.4 <= time.monotonic() - start < 15


# TLS.


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for news.example that vouches for itself, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl command to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=news.example "
        "-addext subjectAltName=DNS:news.example -keyout key.pem -out cert.pem"
    )
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    return folder


def contexts(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For the server, and for a client that trusts it."""
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    client.load_verify_locations(folder / "cert.pem")
    return server, client


def test_https_is_checked_by_name_though_the_address_was_chosen_here(certificate: Path) -> None:
    server, client = contexts(certificate)
    with site({"/": page(HELLO)}, tls=server) as running:
        using = fetcher(tls=client)
        assert using.get(running.url(host="news.example", scheme="https")).data == HELLO
        assert "certificate" in refusal(running.url(host="other.example", scheme="https"), using).lower()
        assert "certificate" in refusal(running.url(scheme="https"), using).lower()
        assert len(running.asked) == 1


def test_a_certificate_that_no_one_vouches_for_is_refused_whatever_the_environment_says(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    monkeypatch.setenv("SSLKEYLOGFILE", str(certificate / "keys.log"))
    server, _ = contexts(certificate)
    with site({"/": page(HELLO)}, tls=server) as running:
        assert "certificate" in refusal(running.url(host="news.example", scheme="https"), fetcher()).lower()
        assert running.asked == []
    assert not (certificate / "keys.log").exists()


def test_a_step_down_from_https_is_followed_and_told(certificate: Path) -> None:
    server, client = contexts(certificate)
    with site({"/b": page(HELLO)}) as plain:
        replies = {"/a": redirect(plain.url("/b", "news.example")), "/c": redirect("/d"), "/d": page(HELLO)}
        with site(replies, tls=server) as running:
            using = fetcher(tls=client)
            found = using.get(running.url("/a", "news.example", "https"))
            assert found.is_downgraded and found.url == plain.url("/b", "news.example")
            assert not using.get(running.url("/c", "news.example", "https")).is_downgraded
            assert not using.get(plain.url("/b", "news.example")).is_downgraded


def test_a_server_that_speaks_no_tls() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        line, _ = listener.accept()
        with line:
            line.recv(4096)
            line.sendall(page(HELLO))

    with listener:
        thread = threading.Thread(target=answer)
        thread.start()
        assert "cannot be reached" in refusal(f"https://news.example:{listener.getsockname()[1]}/")
        thread.join(5)


def test_a_tls_handshake_that_never_ends() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    with listener:
        port = listener.getsockname()[1]
        start = time.monotonic()
        message = refusal(f"https://news.example:{port}/", fetcher(replace(QUICK, seconds=0.4)))
        assert "took over 0.4 seconds" in message
        assert time.monotonic() - start < 15


def test_the_usual_limits_are_those_that_are_promised() -> None:
    usual = Limits()
    assert (usual.seconds, usual.body_bytes, usual.redirects, usual.retries) == (30, 32 * 2**20, 5, 2)
    assert (usual.delay, usual.longest_wait) == (0.5, 10)
    with pytest.raises(SourceError, match="--allow-private"):
        Fetcher(user_agent=AGENT, resolve=local).get("http://news.example/")
