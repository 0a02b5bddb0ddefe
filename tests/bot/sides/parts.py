"""What the tests of the sides share: reports of their own, a candidate out of each, and a bot that has read them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.candidates import Candidate, read_article
from bot.chat import Bot
from bot.settings import Settings
from bot.wire import make_bot
from index.build import add_documents
from index.encode import Encoder
from index.schema import Document


def report(text: str, outlet: str | None, published: str | None, title: str = "News of the town") -> Document:
    return Document.create(
        source=f"{outlet or title} {published}.txt", title=title, text=text, outlet=outlet, published=published
    )


def candidate(
    text: str, published: str | None = "2025-05-05", outlet: str = "Harbour Post", number: int = 0
) -> Candidate:
    """A sentence of a report that holds nothing else, unless the text holds more."""
    return Candidate(read_article(report(text, outlet, published)), number, "passage", 0.5, 0)


def bot_on(documents: Sequence[Document], folder: Path, model: Encoder, **settings: str) -> Bot:
    """The bot as the product wires it, over these documents alone."""
    add_documents(documents, folder / "index", model)
    return make_bot(Settings(index=folder / "index", **settings), model)  # type: ignore[arg-type]


FIRST = report(
    "A fire tore through a bakery in Mill Lane on Friday night. Twelve people were injured, the fire service said. "
    "Sixty firefighters fought the blaze for five hours. The cause is not known.",
    "Harbour Gazette",
    "2025-05-03",
    "Twelve hurt as fire guts Mill Lane bakery",
)
SECOND = report(
    "The number of people injured in the Mill Lane bakery fire has risen to 17, the hospital said on Sunday. The first "
    "count had been 12. Three remain in intensive care.",
    "Harbour Post",
    "2025-05-05",
    "Mill Lane fire: more injured than first thought",
)
INJURED = "How many people were injured in the Mill Lane fire?"
