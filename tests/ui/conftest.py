"""A real server over a real index, and a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.ui.sites import Site, site

ROOT = Path(__file__).parents[2]
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
# The parts of Chromium that are switched off: what Playwright switches off, as a second list takes the place of its
# own, and the address bar's suggestions, which are pages of their own that each window would load unseen.
_SWITCHED_OFF = (
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter",
    "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxPopup",
)  # fmt: skip
ARGUMENTS = ("--no-sandbox", "--disable-background-networking", f"--disable-features={','.join(_SWITCHED_OFF)}")
STORED = "cookies,file_systems,indexeddb,local_storage,service_workers,cache_storage"  # all but the cache
LOCAL = ("http://127.0.0.1:", "ws://127.0.0.1:", "http://localhost:", "data:", "blob:")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives the page in a real Chromium")


@contextmanager
def running(index: Path, port: int = 0, /, **settings: str) -> Iterator[str]:
    """`streamlit run app.py` over an index, on a free port or this one, with these variables; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", port))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    kept = {  # beside the index, so that each server of a test has its own
        "FOOTNOTE_CONVERSATIONS": str(index.parent / "conversations.sqlite"),
        "FOOTNOTE_FEEDBACK": str(index.parent / "feedback.jsonl"),
        "FOOTNOTE_SECRET": str(index.parent / "secret"),
    }
    environment = {**os.environ, "FOOTNOTE_INDEX": str(index), **kept, **settings}
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(address, server)
        yield address
    finally:
        server.terminate()
        try:
            server.communicate(timeout=patience_ms() / 1000)  # it finishes what it is answering
        except subprocess.TimeoutExpired:
            server.kill()
            server.communicate()


def _wait_until_up(address: str, server: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + patience_ms() / 1000
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"the server ended: {server.communicate()[0]}")
        try:
            with urlopen(f"{address}/api/health", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)  # between two attempts; there is nothing to wait on before the port is open
    pytest.fail("the server did not come up")


@pytest.fixture(scope="session")
def sample_index(bundled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the bundled articles, in a folder where a server can keep what it keeps beside it."""
    return shutil.copytree(bundled, tmp_path_factory.mktemp("sample") / "index")


@pytest.fixture(scope="session")
def sample_server(sample_index: Path) -> Iterator[str]:
    with running(sample_index) as address:
        yield address


@pytest.fixture(scope="session")
def wiki() -> Iterator[Site]:
    """A site of another origin, which `listed_server` lists."""
    with site() as other:
        yield other


@pytest.fixture(scope="session")
def listed_server(sample_index: Path, wiki: Site) -> Iterator[str]:
    """A server that lists a site's origin, and answers without the reader, for quickness' sake."""
    listed = f"{wiki.origin},https://wiki.example"
    with running(sample_index, FOOTNOTE_ORIGINS=listed, FOOTNOTE_READER="off") as address:
        yield address


def patience_ms() -> float:
    """How long a page may take to come to what a test waits for: a guard against hanging, no measure of anything, as a
    busy machine takes its time to load the models."""
    return float(os.environ.get("BROWSER_PATIENCE_S", "120")) * 1000


@pytest.fixture(scope="module")  # not longer: while it lives, its event loop bars asyncio.run from other tests
def browser() -> Iterator[Any]:
    """Debian's Chromium. Without it the test fails in CI and is skipped elsewhere."""
    reason = None
    try:
        from playwright.sync_api import expect, sync_playwright
    except ImportError:
        reason = "playwright is not installed; run: pip install playwright"
    if reason is None and not CHROMIUM.exists():
        reason = f"there is no Chromium at {CHROMIUM}; install it (apt-get install chromium) or set CHROMIUM"
    if reason is not None:
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=patience_ms())
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def profile(browser: Any) -> Iterator[Any]:
    """What the tabs of one module share: a window, and the cache, so that Streamlit's scripts are fetched and compiled
    once. Its first tab stays blank and open."""
    context = a_context(browser)
    context.new_page()
    yield context
    context.close()


@pytest.fixture
def page(profile: Any) -> Iterator[Any]:
    """A fresh tab, as `a_tab` gives it; the test fails if any page of it logged an error or asked anything of another
    host."""
    with watched(profile), a_tab(profile) as tab:
        yield tab


@pytest.fixture
def unwatched(profile: Any) -> Iterator[Any]:
    """A fresh tab that may log errors: what is refused is one."""
    with a_tab(profile) as tab:
        yield tab


@contextmanager
def a_tab(profile: Any) -> Iterator[Any]:
    """A tab of a browser that remembers no other page but for its cache."""
    origins: set[str] = set()

    def visited(request: Any) -> None:
        if request.url.startswith("http:"):
            origins.add("/".join(request.url.split("/", 3)[:3]))

    profile.on("request", visited)
    tab = profile.new_page()
    tab.set_default_timeout(patience_ms())
    yield tab
    forget(profile, origins)
    profile.remove_listener("request", visited)


def forget(profile: Any, origins: set[str]) -> None:
    """Leaves the blank tab and the cache."""
    blank, *others = profile.pages
    for tab in others:
        tab.close()
    profile.unroute_all()
    profile.clear_permissions()
    profile.clear_cookies()
    session = profile.new_cdp_session(blank)
    for origin in sorted(origins):
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": STORED})
    session.detach()


def a_context(browser: Any, **options: Any) -> Any:
    return browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", **options})


@contextmanager
def a_reader(browser: Any, **options: Any) -> Iterator[Any]:
    """A tab in a browser of its own, without any cookies; the test fails if any page of it logged an error or asked
    anything of another host."""
    context = a_context(browser, **options)
    with watched(context):
        tab = context.new_page()
        tab.set_default_timeout(patience_ms())
        yield tab
        context.close()


@contextmanager
def watched(context: Any) -> Iterator[None]:
    """Fails if any page logs an error or asks anything of another host."""
    problems: list[str] = []

    def watch(message: str, bad: bool) -> None:
        if bad:
            problems.append(message)

    listeners = {
        "console": lambda message: watch(message.text, message.type == "error"),
        "weberror": lambda error: watch(str(error.error), True),
        "request": lambda request: watch(request.url, not request.url.startswith(LOCAL)),
    }
    for event, listener in listeners.items():
        context.on(event, listener)
    yield
    for event, listener in listeners.items():
        context.remove_listener(event, listener)
    assert problems == []
