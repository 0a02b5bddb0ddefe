"""docs/wikis.md, followed to the letter with the wikis that Debian packages: what stands there in blocks is what is
done, with other addresses and folders."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.conftest import Runner
from tests.ui.conftest import ROOT, a_reader, running
from tests.ui.steps import drawn
from tests.ui.test_widget import ask, opened
from tests.wikis import make, serve

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(1200)]

RUSSIA = "What conditions has Russia set for normal relations?"
ARTICLES = ROOT / "data" / "articles"
PICTURES = os.environ.get("WIKI_PICTURES")  # a folder in which pictures are left


def steps(wiki: str) -> list[str]:
    """The blocks of the guide for a wiki, in their order."""
    part = (ROOT / "docs" / "wikis.md").read_text("utf-8").split(f"\n## {wiki}\n")[1].split("\n## ")[0]
    blocks, block = list[str](), list[str]()
    for line in [*part.splitlines(), "end"]:
        if line.startswith("       ") or (block and not line.strip()):
            block.append(line[7:])
        elif block:
            blocks.append("\n".join(block).strip() + "\n")
            block = []
    return blocks


def placed(text: str, **places: str) -> str:
    """A block with our places in it; each has to be named there."""
    for name, place in places.items():
        guide = {"wiki": "https://wiki.example/", "footnote": "https://footnote.example"}.get(name, name)
        assert guide in text, f"{guide} in {text}"
        text = text.replace(guide, place)
    return text


def articles() -> dict[str, tuple[str, str]]:
    """Title and text of each of the bundled articles, by a short name."""
    found = {}
    for path in sorted(ARTICLES.iterdir()):
        if path.suffix in (".txt", ".md"):
            lines = path.read_text("utf-8").splitlines()
            if lines[0] == "---":
                lines = lines[lines.index("---", 1) + 1 :]
            lines = [line for line in lines if line.strip()]
            found[path.stem] = (lines[0].lstrip("# "), "\n\n".join(line.lstrip("# ") for line in lines[1:]))
    return found


@pytest.fixture(autouse=True, scope="module")
def installed() -> None:
    """Without the packages the tests fail in CI and are skipped elsewhere."""
    if reason := make.missing():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


def taken(page: Any, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(900)  # what scrolls comes to rest
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    with a_reader(browser, device_scale_factor=1.5) as tab:
        yield tab


def check_widget(page: Any, address: str, source: str, section: str) -> None:
    """The widget on a page of the wiki answers, and the footnote leads back to page and section."""
    turn = ask(opened(page, address), RUSSIA)
    turn.locator(".ref").first.hover()
    tip = page.locator("footnote-widget .tip")
    original = tip.get_by_role("link", name="Original")
    link = original.get_attribute("href") or ""
    assert link.startswith(source) and link.endswith(section)
    quote = tip.locator("blockquote").inner_text()
    taken(page, "wiki-widget")
    with page.context.expect_page() as led:
        original.click()
    expect(led.value.locator(section)).to_be_visible()
    expect(led.value.locator("body")).to_contain_text(quote[:60].strip("“”"))
    led.value.close()


def check_frame(page: Any, address: str, footnote: str) -> None:
    """The frame on a page of the wiki answers."""
    page.goto(address)
    frame = page.locator("iframe[title='Ask the wiki']")
    expect(frame).to_have_attribute("src", f"{footnote}/?embed=true")
    inside = frame.content_frame
    inside.get_by_placeholder("Ask your articles a question").fill(RUSSIA)
    inside.get_by_placeholder("Ask your articles a question").press("Enter")
    inside.locator("#t1 .fn-ref").first.wait_for()
    drawn(inside)
    inside.locator("#t1 .fn-ref").nth(2).click()
    inside.locator("#t1 mark.fn-on").first.wait_for()
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(1, 1)
    page.set_viewport_size({"width": 1280, "height": 1000})
    taken(page, "wiki-iframe")
    page.goto("about:blank")


def check_spared(page: Any, address: str) -> None:
    """A page where the widget has no business: what the guide adds has run, and has added none."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    expect(page.locator("form").first).to_be_visible()
    expect(page.locator("footnote-widget, script[src$='widget.js']")).to_have_count(0)


def test_dokuwiki(page: Any, tmp_path: Path, run_command: Runner) -> None:
    ingest, widget, frame, link, touch = steps("DokuWiki")
    index, settings = tmp_path / "footnote" / "index", tmp_path / "wiki" / "conf"
    pages = {
        f"news:{name}": f"====== {title} ======\n\n===== Report =====\n\n{text}\n"
        for name, (title, text) in articles().items()
    }
    with serve.dokuwiki(tmp_path / "wiki", pages) as wiki:
        data = {"/var/lib/dokuwiki/data": str(tmp_path / "wiki" / "data")}
        command = shlex.split(placed(ingest, wiki=wiki, **data))
        assert command[0] == "python"
        done = run_command(*command[1:], "--index", str(index))
        assert done.returncode in (0, 3), done.stderr  # 3: a page that the package ships holds a heading alone
        page.goto(f"{wiki}doku.php?id=wiki:dokuwiki")  # the browser and the wiki have their caches
        expect(page.locator("footnote-widget")).to_have_count(0)
        with running(index, FOOTNOTE_ORIGINS=wiki.rstrip("/")) as footnote:
            (settings / "userscript.js").write_text(
                placed(widget, footnote=footnote) + placed(frame, footnote=footnote)
            )
            path = tmp_path / "wiki" / "data" / "pages" / "ask.txt"
            path.write_text(f"====== Ask ======\n\n{placed(link, footnote=footnote)}")
            assert placed(touch, **{"/etc/dokuwiki": str(settings)}).split()[0] == "touch"
            (settings / "local.php").touch()
            check_widget(page, f"{wiki}doku.php?id=wiki:dokuwiki", f"{wiki}doku.php?id=news:", "#report")
            check_frame(page, f"{wiki}doku.php?id=ask", footnote)
            check_spared(page, f"{wiki}doku.php?id=ask&do=edit")


def test_mediawiki(page: Any, tmp_path: Path, run_command: Runner) -> None:
    export, widget, frame, tag = steps("MediaWiki")
    index, port = tmp_path / "footnote" / "index", serve.free_port()
    folder, wiki = tmp_path / "wiki", f"http://localhost:{port}/"
    settings = make.install_mediawiki(folder, wiki.rstrip("/"), "")
    texts = {title: f"== Report ==\n\n{text}\n" for title, text in articles().values()}
    make.write_mediawiki(folder, settings, texts)
    dump, ingest = export.splitlines()
    assert dump == "php maintenance/dumpBackup.php --current > wiki.xml"
    (folder / "wiki.xml").write_bytes(make.maintain("dumpBackup.php", "--current", "--quiet", configured=settings))
    done = run_command(*placed(ingest, **{"wiki.xml": str(folder / "wiki.xml")}).split()[1:], "--index", str(index))
    assert done.returncode == 0, done.stderr
    with running(index, FOOTNOTE_ORIGINS=wiki.rstrip("/")) as footnote:
        added = placed(widget, footnote=footnote) + placed(frame, footnote=footnote)
        icon = "$wgFavicon = 'data:,';\n"  # a wiki that has just been installed has none, and each page would log that
        settings.write_text(settings.read_text("utf-8") + added + icon, "utf-8")
        make.write_mediawiki(folder, settings, {"Ask": tag})
        with serve.mediawiki(settings, port):
            check_widget(page, f"{wiki}index.php?title=Main_Page", f"{wiki}index.php", "#Report")
            check_frame(page, f"{wiki}index.php?title=Ask", footnote)
            check_spared(page, f"{wiki}index.php?title=Special:UserLogin")


def test_the_guide_has_the_blocks_that_are_followed() -> None:
    assert [len(steps(wiki)) for wiki in ("DokuWiki", "MediaWiki")] == [5, 4]
