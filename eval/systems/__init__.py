"""The systems under test: Footnote itself, with and without its reader, and the plain recipes that it has to beat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.schema import Turn
from bot.settings import Settings
from eval.schema import Corpus, Response
from index.address import IndexPlace


class System(Protocol):
    """Answers questions over one corpus. An exception from `respond` counts as a wrong answer."""

    @property
    def texts(self) -> Mapping[str, str]:
        """The text of every source, which offsets of citations refer to."""
        ...

    @property
    def index_s(self) -> float:
        """Seconds that it took to index the corpus; 0 if the index was there."""
        ...

    def respond(self, text: str, history: Sequence[Turn]) -> Response: ...


@dataclass(frozen=True, slots=True)
class Setup:
    """What a system is opened with. `index` is a directory for the index, shared by all that use Footnote's own."""

    corpus: Corpus
    index: Path
    settings: Settings

    @property
    def place(self) -> IndexPlace:
        """Where the index of the corpus is."""
        return self.settings.with_index(self.corpus.index or self.index).index


@dataclass(frozen=True, slots=True)
class Kind:
    """How a system is called, and "module:function" that opens it. `calibrated`: its confidence is a probability."""

    title: str
    opener: str
    calibrated: bool = False


SYSTEMS = {
    "footnote": Kind("Footnote", "eval.systems.footnote:open_footnote", calibrated=True),
    "unread": Kind("Footnote without reader", "eval.systems.footnote:open_unread", calibrated=True),
    "bm25": Kind("plain BM25", "eval.systems.plain:open_bm25"),
    "dense": Kind("plain dense", "eval.systems.plain:open_dense"),
    "langchain": Kind("LangChain recipe", "eval.systems.langchain_recipe:open_langchain"),
}
BASELINES = ("bm25", "dense", "langchain")
DEPTH = 50  # passages retrieved for ranking measures: enough for ten different sources
