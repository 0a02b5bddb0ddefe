"""The systems that are compared: where their code is, and what has to be installed for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class System:
    """A system, made by `opener` ("module:class", a `Peer`). One with a `package` has an environment of its own, made
    from requirements-NAME.txt; the others run in Footnote's. `index_of` names the system whose index it searches,
    where it makes none itself."""

    name: str
    title: str
    opener: str
    package: str | None = None
    index_of: str | None = None


_HERE = "benchmarks.peers"
BASE = "footnote"
SYSTEMS = {
    system.name: system
    for system in (
        System(BASE, "Footnote", f"{_HERE}.footnote:Footnote"),
        System("footnote-reader", "Footnote, with its reader", f"{_HERE}.footnote:FootnoteReader", index_of=BASE),
        System("langchain", "LangChain + FAISS", f"{_HERE}.langchain_faiss:LangChain", "langchain-core"),
        System("llamaindex", "LlamaIndex", f"{_HERE}.llamaindex:LlamaIndex", "llama-index-core"),
        System("haystack", "Haystack", f"{_HERE}.haystack_memory:Haystack", "haystack-ai"),
        System("chroma", "Chroma", f"{_HERE}.chroma:Chroma", "chromadb"),
        System("txtai", "txtai", f"{_HERE}.txtai_faiss:Txtai", "txtai"),
    )
}


def choose(names: Iterable[str]) -> list[System]:
    """The systems of these names in the order of `SYSTEMS`, Footnote among them in any case: all are compared with it.
    Raises ValueError that names one that is unknown."""
    wanted = {BASE, *names}
    if unknown := sorted(wanted - SYSTEMS.keys()):
        raise ValueError(f"there is no system {unknown[0]!r}; known: {', '.join(SYSTEMS)}")
    return [system for name, system in SYSTEMS.items() if name in wanted]
