"""robots.txt: what it lets us read, what happens without it, and that hostile ones do no harm."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import replace

import pytest

from index.errors import SourceError
from index.web.robots import AGENT, MAX_BYTES, Robots
from tests.index.web.helpers import QUICK, Reply, Site, fetcher, page, redirect, site


def rules(*lines: str) -> bytes:
    return page("\n".join(lines).encode(), kind="text/plain")


def refusal(robots: Robots, url: str) -> str:
    with pytest.raises(SourceError) as caught:
        robots.check(url)
    message = str(caught.value)
    assert "\n" not in message and ";" in message
    return message


def allowed(running: Site, *paths: str) -> list[bool]:
    robots = Robots(fetcher())
    return [robots.allowed(running.url(path)) for path in paths]


def test_what_is_disallowed_for_all_and_for_us() -> None:
    with site({"/robots.txt": rules("User-agent: *", "Disallow: /private", "Allow: /private/open")}) as running:
        assert allowed(running, "/", "/private/a", "/private/open/a", "/robots.txt") == [True, False, True, True]
    ours = rules(
        "User-agent: *", "Disallow: /", "", "User-agent: footnoteBOT/2.0", "Disallow: /*.pdf$", "Disallow: /a?b="
    )
    with site({"/robots.txt": ours}) as running:
        assert allowed(running, "/", "/x.pdf", "/x.pdf?y", "/a?b=c", "/a") == [True, False, True, False, True]


@pytest.mark.parametrize(
    "group",
    [
        ("User-agent: FootnoteBot",),
        ("user agent: footnotebot",),
        ("useragent FootnoteBot",),
        ("User-agent: Other", "User-agent: FootnoteBot # ours", "User-agent: Third"),
        ("\ufeffUser-agent: *",),
        ("  User-agent:*  # all",),
    ],
)
def test_groups_that_are_ours(group: tuple[str, ...]) -> None:
    with site({"/robots.txt": rules(*group, "Disallow: /private")}) as running:
        assert allowed(running, "/", "/private") == [True, False]


@pytest.mark.parametrize("name", ["Other", "Foot", "NotFootnoteBot", "FootnoteBotty", "Bot", "other*", ""])
def test_groups_that_are_not_ours(name: str) -> None:
    with site({"/robots.txt": rules(f"User-agent: {name}", "Disallow: /")}) as running:
        assert allowed(running, "/") == [True]


def test_a_page_that_may_not_be_read_is_refused_with_the_remedy() -> None:
    with site({"/robots.txt": rules("User-agent: *", "Disallow: /private")}) as running:
        robots = Robots(fetcher())
        robots.check(running.url("/open"))
        message = refusal(robots, running.url("/private/a"))
        assert running.paths == ["/robots.txt"]
    assert message.startswith(running.url("/private/a"))
    assert "robots.txt of the site); save the page and give the file" in message


def test_a_redirect_into_what_is_disallowed_is_not_followed() -> None:
    replies = {
        "/robots.txt": rules("User-agent: *", "Disallow: /private"),
        "/a": redirect("/private/a"),
        "/private/a": page(),
    }
    with site(replies) as running:
        using = fetcher()
        with pytest.raises(SourceError, match=r"/private/a may not be read by programs"):
            using.get(running.url("/a"), check=Robots(using).check)
        assert running.paths == ["/robots.txt", "/a"]


def test_each_origin_is_asked_once_also_by_many_threads() -> None:
    with site({"/robots.txt": rules("User-agent: *", "Disallow: /private")}) as running:
        robots = Robots(fetcher())
        answers: list[bool] = []
        urls = [running.url(f"/{n}", host) for n in range(8) for host in ("a.example", "A.example", "b.example")]
        threads = [threading.Thread(target=lambda url=url: answers.append(robots.allowed(url))) for url in urls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [True] * 24
        assert sorted(head.split("\r\n")[1] for head in running.asked) == [
            f"Host: {host}.example:{running.port}" for host in "ab"
        ]


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "403 Forbidden", "401 Unauthorized"])
def test_without_a_robots_txt_all_may_be_read(status: str) -> None:
    with site({"/robots.txt": page(b"User-agent: *\nDisallow: /", status=status)}) as running:
        assert allowed(running, "/", "/a") == [True, True]
        assert running.paths == ["/robots.txt"]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (page(b"", status="500 Internal Server Error"), "answers 500"),
        (page(b"", status="503 Service Unavailable"), "answers 503"),
        (page(b"", status="429 Too Many Requests"), "answers 429"),
        (redirect("/robots.txt"), "redirects more than 5 times"),
        (page(b"#" * (MAX_BYTES + 1)), "is over the limit of 0.477 MB"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nUser", "gives no valid answer"),
        (lambda line: time.sleep(1), "took over 0.3 seconds"),
    ],
    ids=["500", "503", "429", "loop", "too long", "cut off", "slow"],
)
def test_a_robots_txt_that_cannot_be_had_forbids_all_and_says_why(reply: Reply, words: str) -> None:
    with site({"/robots.txt": reply, "/a": page()}) as running:
        robots = Robots(fetcher(replace(QUICK, seconds=0.3) if callable(reply) else QUICK))
        message = refusal(robots, running.url("/a"))
        asked = len(running.asked)
        assert "is left out, as the site does not say what may be read" in message
        assert running.url("/robots.txt") in message and words in message
        assert refusal(robots, running.url("/b")).removeprefix(running.url("/b")) == message.removeprefix(
            running.url("/a")
        )
        assert len(running.asked) == asked


def test_a_site_that_is_not_there() -> None:
    with site({}) as running:
        url = running.url("/a")
    assert "cannot be reached" in refusal(Robots(fetcher()), url)


def test_the_longest_robots_txt_is_read() -> None:
    lines = ["User-agent: *", "Disallow: /private"]
    body = "\n".join(lines).encode()
    with site({"/robots.txt": page(b"#" * (MAX_BYTES - len(body) - 1) + b"\n" + body)}) as running:
        assert allowed(running, "/private") == [False]


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>User-agent: * Disallow: /</body></html>",
        b"\x00\xff\xfe\x80" * 1000,
        b"",
        b":\n:::\nDisallow\nDisallow:\nUser-agent:\nCrawl-delay: soon\nCrawl-delay: inf\nCrawl-delay: -1\nAllow: [",
        "User-agent: *\nDisallow: /é\nDisallow: /%ff\nDisallow: //[x".encode(),
    ],
)
def test_nonsense_allows_what_it_does_not_forbid(body: bytes) -> None:
    with site({"/robots.txt": page(body, kind="text/html")}) as running:
        assert allowed(running, "/", "/a?b") == [True, True]


def test_thousands_of_names_and_rules_and_stars_do_no_harm() -> None:
    names = "".join(f"User-agent: n{n}\n" for n in range(14_000))
    many = names + "Disallow: /a\n" * 17_000
    stars = "User-agent: *\n" + f"Disallow: /{'*a' * 1000}b\n" * 200
    with site({"/robots.txt": page(many.encode())}) as running:
        start = time.process_time()
        assert allowed(running, "/a") == [True]
    with site({"/robots.txt": page(stars.encode())}) as running:
        assert allowed(running, "/" + "a" * 4000) == [True]
        assert time.process_time() - start < 5


def test_a_crawl_delay_is_kept_up_to_the_longest_wait() -> None:
    times: list[float] = []

    def reply(line: socket.socket) -> None:
        times.append(time.monotonic())
        line.sendall(page())

    delay = rules("User-agent: *", "Crawl-delay: 30", "User-agent: FootnoteBot", "Crawl-delay: 0.3")
    for given, longest, least, most in ((delay, 5.0, 0.3, 5), (delay.replace(b"0.3", b"99."), 0.4, 0.4, 15)):
        times.clear()
        with site({"/robots.txt": given, "/a": reply}) as running:
            using = fetcher(replace(QUICK, longest_wait=longest))
            Robots(using).check(running.url("/a"))
            using.get(running.url("/a"))
            using.get(running.url("/a"))
            assert least <= times[1] - times[0] < most


def test_what_may_not_be_fetched_is_refused_before_its_robots_txt_is() -> None:
    assert "is no web address" in refusal(Robots(fetcher()), "file:///etc/passwd")
    assert "cloud's own metadata" in refusal(Robots(fetcher()), "http://169.254.169.254/latest")
    assert AGENT == "FootnoteBot"
