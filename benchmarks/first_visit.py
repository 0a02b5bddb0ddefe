"""A first visit, in clicks and seconds: python -m benchmarks.first_visit

Runs `make run` where it stands (in a fresh clone that installs everything first), opens the page in Chromium as soon as
it answers, clicks the first example question and checks its first footnote. Prints the seconds since `make run` for
each step. Needs what requirements-dev.txt has, and Chromium.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
_PATIENCE_S = 1200
_CHECKED = """() => { const mark = document.querySelector('#t1 mark.fn-on');
    const box = mark?.getBoundingClientRect();
    return box && box.top >= 0 && box.bottom <= innerHeight; }"""


def answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/api/health", timeout=5):
            return True
    except (URLError, OSError):
        return False


def visit(browser: Browser, address: str, started: float) -> None:
    """The steps of somebody who has never been here."""

    def done(step: str) -> None:
        print(f"{time.monotonic() - started:8.2f} s  {step}", flush=True)

    while not answers(address):
        if time.monotonic() - started > _PATIENCE_S:
            raise SystemExit("error: the page did not come up; see what make run prints")
        time.sleep(0.05)
    done("the server answers")
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(120_000)
    page.goto(address)
    page.get_by_placeholder("Ask your articles a question").wait_for()
    done("a question can be typed")
    example = page.locator("[class*=st-key-fn-questions-] button").first
    example.wait_for()
    done("the models are loaded, examples are shown")
    example.click()
    page.locator("#t1 .fn-answer").wait_for()
    done("click 1, an example question: the answer is there")
    page.locator("#t1 .fn-ref").first.click()
    page.wait_for_function(_CHECKED)
    done("click 2, its first footnote: the quotation stands marked beside the answer")


def main() -> None:
    parser = argparse.ArgumentParser(description="A first visit, in clicks and seconds.")
    parser.add_argument("--chromium", default=os.environ.get("CHROMIUM", "/usr/bin/chromium"))
    options = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=options.chromium, args=arguments)
        started = time.monotonic()
        environment = {**os.environ, "STREAMLIT_SERVER_PORT": str(port)}
        made = subprocess.Popen(
            ["make", "run"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
        )
        try:
            visit(browser, f"http://127.0.0.1:{port}", started)
        finally:
            os.killpg(made.pid, signal.SIGTERM)
            made.wait()
            browser.close()


if __name__ == "__main__":
    main()
