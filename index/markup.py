"""Markdown to plain blocks: the words of a page without its markup. The parsing itself is markdown-it-py."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)

_NOTHING = frozenset(["", "null", "~", "none"])


@dataclass(frozen=True, slots=True)
class MarkdownText:
    """The blocks of a Markdown file, its first level-one heading, and its front matter as plain strings."""

    blocks: list[str]
    title: str | None
    meta: dict[str, str] = field(default_factory=dict)


def read_markdown(text: str) -> MarkdownText:
    """Plain text blocks of a Markdown text, with YAML front matter read as metadata if it is well formed."""
    meta: dict[str, str] = {}
    match = _FRONT_MATTER.match(text)
    if match and (found := _yaml_strings(match.group(1))) is not None:
        meta, text = found, text[match.end() :]
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    blocks: list[str] = []
    title = None
    heading: str | None = None
    bullet = ""
    for token in parser.parse(text):
        if token.type == "heading_open":
            heading = token.tag
        elif token.type == "list_item_open":
            bullet = f"{token.info}{token.markup} " if token.info else "- "
        elif token.type == "list_item_close":
            bullet = ""
        elif token.type == "inline":
            words = _plain(token).strip()
            if heading == "h1" and title is None:
                title = words
            elif words:
                blocks.extend(f"{bullet}{words}".split("\n"))
                bullet = ""
            heading = None
        elif token.type in ("code_block", "fence") and token.content.strip():
            blocks.append(token.content.strip())
    return MarkdownText(blocks, title, meta)


def _yaml_strings(text: str) -> dict[str, str] | None:
    try:
        # BaseLoader makes nothing but strings: no code, and no error over a date such as 2022-13-45.
        loaded = yaml.load(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError):
        return None  # not front matter after all: it stays in the text, where nothing is lost
    if not isinstance(loaded, dict):
        return None
    return {
        key.lower(): value.strip()
        for key, value in loaded.items()
        if isinstance(key, str) and isinstance(value, str) and value.strip().lower() not in _NOTHING
    }


def _plain(token: Token) -> str:
    parts = []
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak":
            parts.append("\n")
        elif child.type == "image":
            parts.append(child.content)
    return "".join(parts)
