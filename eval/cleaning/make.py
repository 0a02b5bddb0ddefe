"""Stories and site templates, both written by hand, to labelled pages: `python -m eval.cleaning.make`.

A file in `stories/` holds the stories of one site, a line of ===== between them: `name: value` lines (a name in -s has
any number of values, each in pieces between bars), a line ---, then blocks with an empty line between them, told apart
by how they begin (see `_KINDS` and `_ITEMS`; anything else is a paragraph; inline HTML is allowed).
`@name a | b` is a block of the kind `name`, which the site's template must know. The template in `sites/` puts them in
HTML and marks with the filters `s` and `t` what is story and what is the headline; all else on the page is chrome.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.cleaning.pages import PAGES, LabelledBlock, LabelledPage, SitePage, to_lines
from eval.cleaning.visible import visible_runs
from eval.errors import SuiteError
from eval.match import words

_HERE = Path(__file__).parent
_STORY = re.compile(r"^=====$\n?", re.M)
_MARK = re.compile(r"<!--@(?:[STC]|/)-->")
# Of blocks of several lines, each line begins alike and is an item.
_KINDS = {
    "## ": "h2",
    "### ": "h3",
    "! ": "figure",  # caption | credit
    "> ": "pull",  # words of the story, shown large
    '" ': "quote",  # words | who said them
    "~ ": "note",  # a correction, or a note of the editors
    "? ": "question",
    "= ": "answer",
}
_ITEMS = {"- ": "ul", "+ ": "ol", "| ": "table", "/ ": "verse", "$ ": "code"}


@dataclass(frozen=True, slots=True)
class Part:
    """A block of a story: its text, the pieces of it between bars, and its lines, each in pieces."""

    kind: str
    text: str
    args: list[str]
    lines: list[list[str]]


def build() -> list[LabelledPage]:
    """All pages, sites in name order, stories in theirs. The same every time."""
    environment = Environment(
        loader=FileSystemLoader(_HERE / "sites"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"s": _marker("S"), "t": _marker("T"), "c": _marker("C")}
    pages = []
    for path in sorted((_HERE / "stories").glob("*.txt")):
        stories = [_read(text, path) for text in _STORY.split(path.read_text("utf-8"))]
        template = environment.get_template(f"{path.stem}.html")
        for i, story in enumerate(stories):
            others = stories[i + 1 :] + stories[:i]
            pages.append(_page(path.stem, story, template.render(page=story, others=others, nth=i)))
    return pages


def _marker(label: str) -> Callable[[object], str]:
    return lambda text: f"<!--@{label}-->{text}<!--@/-->"


def _read(text: str, path: Path) -> Mapping[str, Any]:
    """What stands over a story, by name, with its blocks as `body`."""
    head, _, body = text.partition("---\n")
    story: dict[str, Any] = {"body": [_part(block) for block in re.split(r"\n(?:[ \t]*\n)+", body.strip())]}
    for line in head.splitlines():
        name, _, value = line.partition(": ")
        if name.endswith("s"):
            story.setdefault(name, []).append(_pieces(value))
        else:
            story[name] = value.strip()
    if not body.strip() or not {"title", "file"} <= story.keys():
        raise SuiteError(f"{path}: a story has lines with its title and file, a line ---, and text: {text[:60]!r}")
    return story


def _part(block: str) -> Part:
    kind, text = "p", block
    if named := re.match(r"@(\w+) ?", block):
        kind, text = named[1], block[named.end() :]
    for start, name in (_KINDS | _ITEMS).items():
        if block.startswith(start):
            kind, text = name, re.sub(rf"^{re.escape(start)}", "", block, flags=re.M)
    lines = [_pieces(line) for line in text.split("\n")]
    text = " ".join(text.split("\n"))
    return Part(kind, text, _pieces(text), lines)


def _pieces(text: str) -> list[str]:
    return [piece.strip() for piece in text.split(" | ")]


def _page(site: str, story: Mapping[str, Any], marked: str) -> LabelledPage:
    """The page without its marks, and what they say of its blocks; blocks without words are left out."""
    runs = [(label, text) for label, text in visible_runs(marked) if words(text)]
    titles = [i for i, (label, _) in enumerate(runs) if label == "T"]
    if len(titles) != 1 or runs[titles[0]][1] != " ".join(_visible_text(story["title"])):
        raise SuiteError(f"sites/{site}.html: mark the headline of {story['file']} once, with the filter t")
    blocks = tuple(LabelledBlock(text, label == "S") for label, text in runs if label != "T")
    html = _MARK.sub("", marked).lstrip()
    return LabelledPage(SitePage(site, story["file"], html), runs[titles[0]][1], titles[0], blocks)


def _visible_text(html: str) -> list[str]:
    """The texts of the runs in a piece of HTML."""
    return [text for _, text in visible_runs(f"<body>{html}")]


def main() -> int:
    """Writes pages.jsonl and says how large it is."""
    pages = build()
    PAGES.write_text(to_lines(pages), "utf-8")
    print(f"{PAGES}: {len(pages)} pages, {PAGES.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
