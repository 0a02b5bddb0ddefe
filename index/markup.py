"""Markdown to plain blocks: the words of a page without its markup. The parsing itself is markdown-it-py."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


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
    for token in parser.parse(text):
        if token.type == "heading_open":
            heading = token.tag
        elif token.type == "inline":
            words = _plain(token).strip()
            if heading == "h1" and title is None:
                title = words
            elif words:
                blocks.extend(words.split("\n"))
            heading = None
        elif token.type in ("code_block", "fence") and token.content.strip():
            blocks.append(token.content.strip())
    return MarkdownText(blocks, title, meta)


def _yaml_strings(text: str) -> dict[str, str] | None:
    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError:
        return None  # not front matter after all: it stays in the text, where nothing is lost
    if not isinstance(loaded, dict):
        return None
    return {
        str(key).lower(): str(value)
        for key, value in loaded.items()
        if isinstance(value, (str, int, float)) or _is_date(value)
    }


def _is_date(value: object) -> bool:
    return hasattr(value, "isoformat")


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
