"""Markdown to blocks: the words of a page without its markup. The parsing itself is markdown-it-py."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import yaml
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from index.errors import SourceError
from index.formats import Block, Page, Place
from index.formats.text import MAX_LINE_CHARS, web_address, without_controls, without_surrogates

MAX_CHARS = 4 * 2**20
MAX_TOKENS = 500_000  # of blocks; each takes some 250 bytes of memory
_LONGEST_FRONT_MATTER = 100_000  # characters
_LONGEST_VALUE = 2_000
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)

_NOTHING = frozenset(["", "null", "~", "none"])


def markdown_page(text: str) -> Page:
    """The blocks of a Markdown text; its YAML front matter is read as metadata if it is well formed.

    A block's place is the heading above it, its fragment the one that wikis and code hosts give it. Raises SourceError
    for what is far too long for a page.
    """
    if len(text) > MAX_CHARS:
        raise SourceError(f"{len(text):,} characters are too many for a Markdown page (limit {MAX_CHARS:,}); split it")
    meta: dict[str, str] = {}
    match = _FRONT_MATTER.match(text[:_LONGEST_FRONT_MATTER])
    if match and (found := _yaml_strings(match.group(1))) is not None:
        meta, text = found, text[match.end() :]
    blocks: list[Block] = []
    title = None
    heading: str | None = None
    place: Place | None = None
    taken: Counter[str] = Counter()
    bullet = ""
    row: list[str] | None = None
    for token in _tokens(text):
        if token.type == "heading_open":
            heading = token.tag
        elif token.type == "list_item_open":
            bullet = f"{token.info}{token.markup} " if token.info else "- "
        elif token.type == "list_item_close":
            bullet = ""
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            blocks.append(Block(" | ".join(row or []), place))
            row = None
        elif token.type == "inline" and row is not None:
            row.append(_plain(token).strip())
        elif token.type == "inline":
            words = _plain(token).strip()
            if heading == "h1" and title is None:
                title = words
            elif words:
                if heading:
                    place = Place(words.replace("\n", " "), _fragment(words, taken))
                lines = f"{bullet}{words}".split("\n")
                blocks.extend(Block(line, place, bool(heading)) for line in lines)
                bullet = ""
            heading = None
        elif token.type in ("code_block", "fence") and token.content.strip():
            blocks.append(Block(token.content.strip(), place))
    named = meta.get("title") or title
    if named and title and named != title:
        blocks.insert(0, Block(title))
    return Page(
        tuple(blocks),
        title=named,
        author=meta.get("author"),
        published=meta.get("date") or meta.get("published"),
        updated=meta.get("updated") or meta.get("lastmod") or meta.get("modified"),
        url=web_address(meta.get("url", "")),
        outlet=meta.get("outlet") or meta.get("site"),
        language=meta.get("lang") or meta.get("language"),
        section=meta.get("section") or meta.get("category"),
    )


class _Tokens(list[Token]):
    """The tokens of a text, as long as they are not too many."""

    def append(self, token: Token) -> None:
        if len(self) >= MAX_TOKENS:
            raise SourceError(f"over {MAX_TOKENS:,} blocks, lists and cells in one Markdown page; split it")
        super().append(token)


def _tokens(text: str) -> Iterator[Token]:
    """The tokens of the blocks, in order. What stands within lines is taken apart block by block: the tokens of all of
    it take some hundred times the memory of the text."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["inline", "text_join"])
    state = StateCore(text, parser, {})
    state.tokens = _Tokens()
    parser.core.process(state)
    for token in state.tokens:
        if token.type == "inline":
            if len(token.content) > MAX_LINE_CHARS:
                size = f"{len(token.content):,} characters (limit {MAX_LINE_CHARS:,})"
                raise SourceError(f"a paragraph of {size} is no article text; break it up")
            token.children = []
            parser.inline.parse(token.content, parser, state.env, token.children)
            yield token
            token.children = None
        else:
            yield token


def _fragment(heading: str, taken: Counter[str]) -> str:
    """The id that code hosts give a heading: lower case, hyphens for spaces, repeated ones numbered."""
    plain = re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
    taken[plain] += 1
    return plain if taken[plain] == 1 else f"{plain}-{taken[plain] - 1}"


def _yaml_strings(text: str) -> dict[str, str] | None:
    try:
        # BaseLoader makes nothing but strings: no code, and no error over a date such as 2022-13-45.
        loaded = yaml.load(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError):  # the last two: letters that there are not
        return None  # not front matter after all: it stays in the text, where nothing is lost
    if not isinstance(loaded, dict):
        return None
    return {
        key.lower(): text
        for key, value in loaded.items()
        if isinstance(key, str) and (text := _one_line(value)).lower() not in _NOTHING
    }


def _one_line(value: object) -> str:
    """A value as it is shown; of several, such as authors, all of them."""
    if isinstance(value, list):
        return ", ".join(filter(None, (_one_line(item) for item in value if isinstance(item, str))))
    line = without_surrogates(without_controls(value)) if isinstance(value, str) else ""
    return " ".join(line.split())[:_LONGEST_VALUE]


def _plain(token: Token) -> str:
    parts = []
    for child in token.children or []:
        if child.type in ("text", "text_special", "code_inline"):
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak":
            parts.append("\n")
        elif child.type == "image":
            parts.append(child.content)
    return "".join(parts)
