"""The library as a reader meets it: a real browser against `streamlit run app.py`."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from index.build import ingest
from index.encode import Encoder
from tests.fakes import BAKERY, FERRY, OWLS, write_articles
from tests.ui.conftest import running
from tests.ui.steps import settled

pytestmark = pytest.mark.browser

HOSTILE = (
    "Harbour <script>window.pwned=1</script> :red[x] $x$ and $y$ ![i](http://x/i.png) **b** :smile: "
    "<img src=x onerror=window.pwned=1> [go](javascript:window.pwned=1) www.example.org"
)
TURNED = "Mill \u202egnp.exe"
WORDS = "church prison market bridge school garden tavern museum stable cellar".split()


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty stories in a table, two of them with titles that would like to be more, and a file beside it."""
    folder = write_articles(tmp_path_factory.mktemp("library") / "articles", {"bakery.txt": BAKERY})
    titles = [HOSTILE, TURNED, *(f"Story {n} of the {WORDS[n % 10]}" for n in range(2, 60))]
    with (folder / "news.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["title", "text", "published"])
        for n, title in enumerate(titles):
            word = WORDS[n % 10]
            text = f"The {word} of district {n} has {n + 3} windows, and its keeper counts them each {n + 2} days."
            table.writerow([title, text, f"2021-{1 + n % 12:02}-{1 + n % 28:02}"])
    return folder


@pytest.fixture(scope="module")
def index(articles: Path, model: Encoder) -> Path:
    index = articles.parent / "index"
    ingest([str(articles)], index, model)
    return index


@pytest.fixture(scope="module")
def server(index: Path) -> Iterator[str]:
    with running(index, FOOTNOTE_READER="off") as address:  # quick to load
        yield address


@pytest.fixture
def library(page: Any, server: str) -> Any:
    return opened(page, server)


def opened(page: Any, server: str, shows: str = ".fn-row") -> Any:
    """The library in a new session, by the link to it: where its address is opened, Streamlit looks for itself below
    that first, which a browser logs as an error."""
    page.goto(server)
    settled(page)
    page.get_by_role("link", name="Library").click()
    page.wait_for_selector(shows)
    settled(page)
    return page


def search(page: Any, words: str, found: int) -> None:
    page.get_by_role("searchbox").fill(words)
    page.wait_for_function(
        "found => document.querySelector('.stMain').innerText.match(/of ([\\d,]+)\\n/)?.[1] === found", arg=str(found)
    )
    settled(page)


def tick(page: Any, title: str) -> None:
    page.locator("[class*=st-key-fn-row-]", has=page.get_by_role("link", name=title)).locator("label").first.click()


def uploaded(page: Any, *files: tuple[str, bytes]) -> str:
    """Uploads the files; the report."""
    given = [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files]
    page.set_input_files("[data-testid=stFileUploader] input", given)
    return report(page)


def report(page: Any) -> str:
    """The report of the change that was asked for, which is then put away."""
    page.wait_for_selector(".fn-report")
    settled(page)
    shown = str(page.locator(".fn-report").inner_text())
    page.get_by_role("button", name="Close report").click()
    page.wait_for_selector(".fn-report", state="detached")
    return shown


def test_what_is_indexed_is_listed_with_links_to_it(library: Any) -> None:
    search(library, "bakery", 1)
    row = library.locator(".fn-row").first
    assert row.locator("a").get_attribute("href").startswith("document/")
    shown = row.inner_text()
    for detail in ("A bakery in Crowle sells bread by the minute", "3 May 2021", "passage", "bakery.txt"):
        assert detail in shown
    row.locator("a").click()
    library.wait_for_url("**/document/*")
    expect(library.locator("body")).to_contain_text("Marta Quill opened a bakery")


def test_titles_stay_text_and_cannot_act(library: Any) -> None:
    search(library, "harbour", 1)
    expect(library.locator(".fn-row a")).to_have_count(1)
    expect(library.locator(".fn-row a")).to_have_text(HOSTILE)
    box = library.locator(".st-key-fn-rows .stCheckbox")
    assert "Harbour ‹script›window.pwned" in box.locator("input").get_attribute("aria-label")
    inside = box.locator("[data-testid=stMarkdownContainer]").evaluate(
        "e => [...e.querySelectorAll('*')].map(x => x.tagName)"
    )
    assert inside == ["P"]
    tick(library, "Harbour")
    library.wait_for_selector("text=1 ticked")
    settled(library)
    library.get_by_role("button", name="Remove …").click()
    dialog = library.get_by_role("dialog")
    expect(dialog.locator("li")).to_have_text(HOSTILE)
    assert dialog.locator("script, img, .katex").count() == 0
    library.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert library.locator(".fn-row").locator("script, img, b, .katex, [style]").count() == 0
    assert library.evaluate("window.pwned") is None
    search(library, "mill", 1)
    library.wait_for_selector(".fn-row a:text('Mill')")
    title, details = library.locator(".fn-row a"), library.locator(".fn-row-details")
    assert title.evaluate("e => getComputedStyle(e).unicodeBidi") == "isolate"
    expect(details).to_have_text(re.compile("^2 February 2021"))


@pytest.mark.slow
def test_ticks_outlive_paging_and_searching(library: Any) -> None:
    search(library, "story", 58)
    tick(library, "Story 11 of the prison")
    library.wait_for_selector("text=1 ticked")
    library.get_by_role("button", name="Next page").click()
    library.wait_for_selector("text=26–50 of 58")
    library.locator(".st-key-fn-rows label").first.click()
    library.wait_for_selector("text=2 ticked")
    search(library, "prison", 5)
    expect(library.get_by_role("checkbox", name="Story 11 of the prison")).to_be_checked()
    expect(library.get_by_role("button", name="Ask only these")).to_be_visible()
    library.get_by_role("button", name="Untick all").click()
    library.wait_for_selector(".st-key-fn-chosen", state="detached")
    expect(library.get_by_role("checkbox", name="Story 11 of the prison")).not_to_be_checked()


@pytest.mark.slow
def test_the_order_can_be_chosen(library: Any) -> None:
    expect(library.locator(".fn-row-details").first).to_have_text(re.compile("^24 December 2021"))
    library.get_by_role("combobox", name="Order").click()
    library.get_by_role("option", name="By title").click()
    library.wait_for_function("() => document.querySelector('.fn-row a').innerText.startsWith('A bakery')")


def test_uploads_are_told_file_by_file_and_can_be_removed(library: Any, index: Path, server: str) -> None:
    bad = "<img src=x onerror=window.pwned=1>\u202e.txt"
    shown = uploaded(library, ("ferry.txt", FERRY.encode()), (bad, OWLS.encode()), ("tool.exe", b"MZ"), ("no.txt", b""))
    assert "2 added, 2 skipped" in shown
    assert "ferry.txt added" in shown and "<img src=x onerror=window.pwned=1>.txt added" in shown
    assert "tool.exe skipped: file type not supported" in shown and "no.txt skipped: the file is empty" in shown
    assert library.evaluate("window.pwned") is None
    search(library, "oldmouth", 1)
    expect(library.locator(".fn-row")).to_contain_text("ferry.txt")
    files = index.with_name("index-uploads")
    assert sorted(path.name for path in files.glob("*/*")) == ["<img src=x onerror=window.pwned=1>.txt", "ferry.txt"]

    assert "ferry.txt unchanged" in uploaded(library, ("ferry.txt", FERRY.encode()))
    shown = uploaded(library, ("ferry.txt", (FERRY + "\nThe wire held.\n").encode()))
    assert "ferry (2).txt added" in shown and "The same story:" in shown

    search(library, "ferry", 2)
    expect(library.locator(".fn-row")).to_have_count(2)
    for n in (1, 2):
        library.locator(".st-key-fn-rows label").nth(n - 1).click()
        library.wait_for_selector(f"text={n} ticked")
        settled(library)
    library.get_by_role("button", name="Remove …").click()
    library.get_by_role("dialog").get_by_role("button", name="Keep").click()
    library.get_by_role("dialog").wait_for(state="detached")
    settled(library)
    assert len(list(files.glob("*/ferry*"))) == 2
    library.get_by_role("button", name="Remove …").click()
    library.get_by_role("dialog").get_by_role("button", name="Remove").click()
    library.wait_for_selector(".fn-report")
    opened(library, server)  # what was done is told all the same
    assert "2 removed" in report(library)
    assert list(files.glob("*/ferry*")) == []
    expect(library.get_by_text("62 articles")).to_have_count(1)


def test_a_refresh_says_what_changed(library: Any, articles: Path) -> None:
    changed = BAKERY.replace("He added that he had bought four loaves.", "He added that he had bought nine loaves.")
    (articles / "bakery.txt").write_text(changed, "utf-8")
    library.get_by_role("button", name="Refresh").click()
    shown = report(library)
    assert "1 changed" in shown and "bakery.txt changed" in shown and "unchanged" in shown
    assert str(articles) not in shown


@pytest.mark.slow
def test_what_is_no_address_is_refused(library: Any) -> None:
    library.get_by_placeholder("A web address").fill("/etc/passwd")
    library.keyboard.press("Enter")
    said = "'passwd' is no web address; give one that begins with https://"
    expect(library.locator(".fn-notice")).to_contain_text(said)
    settled(library)
    assert library.locator(".fn-report, [role=progressbar]").count() == 0


@pytest.mark.slow
def test_by_keyboard_alone(library: Any) -> None:
    library.get_by_role("searchbox").focus()
    library.keyboard.type("tavern")
    library.wait_for_selector("text=1–6 of 6")
    library.wait_for_selector("[data-testid=stPagination]", state="detached")
    settled(library)
    for _ in range(6):  # over the order to the first box
        library.keyboard.press("Tab")
        if library.evaluate("document.activeElement.type") == "checkbox":
            break
    library.keyboard.press("Space")
    library.wait_for_selector("text=1 ticked")
    settled(library)
    library.get_by_role("button", name="Remove …").focus()
    library.keyboard.press("Enter")
    library.get_by_role("dialog").wait_for()
    library.keyboard.press("Escape")
    library.get_by_role("dialog").wait_for(state="detached")


@pytest.mark.slow
def test_the_library_fits_a_narrow_screen(library: Any) -> None:
    library.set_viewport_size({"width": 360, "height": 740})
    tick(library, "Story")
    library.wait_for_selector(".st-key-fn-chosen")
    settled(library)
    assert library.evaluate("document.querySelector('.stMain').scrollWidth") <= 360


@pytest.mark.slow
def test_a_read_only_library_shows_and_changes_nothing(page: Any, index: Path) -> None:
    with running(index, FOOTNOTE_READONLY="1") as address:
        opened(page, address)
        assert page.locator("[data-testid=stFileUploader], [data-testid=stForm]").count() == 0
        assert page.get_by_role("button", name="Refresh").count() == 0
        page.locator(".st-key-fn-rows label").first.click()
        page.get_by_role("button", name="Ask only these").wait_for()
        settled(page)
        expect(page.get_by_role("button", name="Remove …")).to_have_count(0)
        page.goto("about:blank")


@pytest.mark.slow
def test_an_empty_library_takes_its_first_article(page: Any, tmp_path: Path) -> None:
    with running(tmp_path / "index") as address:
        opened(page, address, "text=No articles are indexed yet.")
        assert "ferry.txt added" in uploaded(page, ("ferry.txt", FERRY.encode()))
        expect(page.locator(".fn-row")).to_have_count(1)
        page.goto("about:blank")
