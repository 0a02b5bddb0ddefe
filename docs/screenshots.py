"""Takes the pictures of the page again: python docs/screenshots.py http://127.0.0.1:8501 (with the page running)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent
RUSSIA = "What conditions has Russia set for normal relations?"
SILENT = "Who won the 1998 football World Cup?"
WIDE, SMALL = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


def asked(page: Any, address: str, question: str, more: str = "") -> Any:
    page.goto(f"{address}/?q={quote(question)}{more}")
    page.locator("#t1 .fn-answer").wait_for()
    page.wait_for_timeout(1500)  # what scrolls comes to rest
    return page.locator("#t1")


def main(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-background-networking"],
        )

        def page(size: dict[str, int], scheme: str = "light") -> Any:
            context = browser.new_context(viewport=size, color_scheme=scheme, locale="en-GB", device_scale_factor=1.5)
            return context.new_page()

        def taken(page: Any, name: str) -> None:
            page.wait_for_timeout(900)
            page.screenshot(path=FOLDER / f"{name}.png")

        light = page(WIDE)
        asked(light, address, RUSSIA).locator(".fn-ref").nth(2).click()
        taken(light, "screenshot")
        light.locator("#t1 .fn-card.fn-on .fn-whole").click()
        light.frame_locator("#fn-document iframe").locator("mark").first.wait_for()
        taken(light, "page-document")
        dark = page(WIDE, "dark")
        asked(dark, address, RUSSIA).locator(".fn-ref").nth(1).hover()
        taken(dark, "page-dark")
        silent = page(WIDE)
        asked(silent, address, SILENT)
        silent.locator("[class*=st-key-fn-questions-] button").first.wait_for()
        taken(silent, "page-abstain")
        small = page(SMALL)
        asked(small, address, RUSSIA).locator(".fn-ref").nth(2).click()
        taken(small, "page-small")
        embedded = page({"width": 480, "height": 640})
        asked(embedded, address, "When will Marrowick’s Line 6 open?", "&embed=true&theme=dark")
        taken(embedded, "page-embed")
        library = page(WIDE)
        library.goto(address)
        library.get_by_role("link", name="Library").click()
        library.locator(".fn-row-title").first.wait_for()
        taken(library, "page-library")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
