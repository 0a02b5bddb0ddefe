"""Conversations to take away: as Markdown, as a page, as JSON. Pure functions."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from bot.schema import answer_to_json
from bot.ui.conversations.html import to_html
from bot.ui.conversations.markdown import answer_markdown, answer_text, to_markdown
from bot.ui.view.cards import Card
from bot.ui.view.exchange import Exchange
from bot.ui.words import Words

__all__ = [
    "FORMATS",
    "Export",
    "Format",
    "answer_markdown",
    "answer_text",
    "export",
    "to_html",
    "to_json",
    "to_markdown",
]

Format = Literal["md", "html", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
_MEDIA: dict[Format, str] = {"md": "text/markdown", "html": "text/html", "json": "application/json"}
_NO_NAME = re.compile(r"[\W_]+")
_LONGEST_NAME = 60
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Export:
    """A file to be saved: a name of letters, digits and hyphens, its media type, its text in UTF-8."""

    name: str
    media: str
    text: str


def export(form: Format, title: str, exchanges: Sequence[Exchange], words: Words, exported: datetime) -> Export:
    """The conversation as a file in that format."""
    made = {"md": to_markdown, "html": to_html}
    text = made[form](title, exchanges, words, exported) if form in made else to_json(title, exchanges, exported)
    name = _NO_NAME.sub("-", title)[:_LONGEST_NAME].strip("-") or "footnote"
    return Export(f"{name}.{form}", _MEDIA[form], text)


def to_json(title: str, exchanges: Sequence[Exchange], exported: datetime) -> str:
    """The conversation as JSON: each answer as the contract has it, the time in ISO format."""
    found = {
        "title": title,
        "exported": exported.isoformat(timespec="seconds"),
        "exchanges": [_exchange(exchange) for exchange in exchanges],
    }
    text = json.dumps(found, ensure_ascii=False, indent=2)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"  # or it could not be encoded


def _exchange(exchange: Exchange) -> dict[str, Any]:
    answer = answer_to_json(exchange.answer) if exchange.answer else None
    if answer and answer["abstained"]:  # the hits themselves are not kept, what was shown of them is
        answer["nearest"] = [near for card in exchange.cards for near in _nearest(card)]
    return {
        "id": exchange.id,
        "question": exchange.question,
        "answer": answer,
        "error": exchange.error,
        "stopped": exchange.stopped,
        "filters": asdict(exchange.filters),
        "articles": exchange.articles,
        "suggestions": list(exchange.suggestions),
        "considered": [asdict(passage) for passage in exchange.considered],
        "verdict": exchange.verdict,
    }


def _nearest(card: Card) -> list[dict[str, Any]]:
    found = []
    for span, excerpt in zip(card.spans, card.excerpts, strict=False):
        place = card.location or next(iter(excerpt.locations), None)
        found.append(
            {
                "source": card.source,
                "title": card.title,
                "document_id": card.document_id,
                "start": span.start,
                "end": span.end,
                "text": excerpt.text,
                "place": place.label if place else None,
                "link": place.link if place and place.link else card.url,
                "also": [other.source for other in card.also],
            }
        )
    return found
