"""What each system under comparison does, whichever it is. A peer's module is imported in that peer's own environment,
where nothing of Footnote is installed: this module and those of the peers import the standard library and the peer."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol


class Passage(NamedTuple):
    """A retrieved passage: the name of its file, and its words."""

    source: str
    text: str


class Peer(Protocol):
    """A system with the embedding model in a folder. Making one imports what it needs; the model may load later."""

    def __init__(self, model: Path) -> None: ...

    def embed(self, text: str) -> None:
        """Makes a vector of the text, so that afterwards the model is surely loaded."""
        ...

    def ingest(self, articles: Path, index: Path) -> int:
        """Reads the files in the folder `articles`, saves an index at `index`, and returns its number of passages."""
        ...

    def open(self, index: Path, k: int) -> None:
        """Opens what `ingest` saved, to find `k` passages for a question."""
        ...

    def search(self, question: str) -> list[Passage]:
        """The passages found, best first."""
        ...


def read_articles(folder: Path) -> list[tuple[str, str]]:
    """The name and the text of each article, for systems that read no files themselves."""
    return [(path.name, path.read_text("utf-8")) for path in sorted(folder.iterdir())]
