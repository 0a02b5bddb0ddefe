"""Public data sets, given by path, as suites. One format, one module; the format is told by its content."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from eval.errors import SuiteError
from eval.loaders import beir, multihop, ramdocs, realtimeqa, scifact, selqa, squad
from eval.loaders.beir import write_beir
from eval.loaders.records import look
from eval.schema import Corpus, Suite
from index.address import IndexPlace

__all__ = ["FORMATS", "load", "write_beir"]

FORMATS: Mapping[str, Callable[..., Suite]] = {
    "squad": squad.load,
    "squad-flat": squad.load_flat,
    "beir": beir.load,
    "scifact": scifact.load,
    "selqa": selqa.load,
    "realtimeqa": realtimeqa.load,
    "multihop-rag": multihop.load,
    "ramdocs": ramdocs.load,
}

# A file is of the first format whose keys its first object has; for a folder, read: files.
_MARKS: tuple[tuple[str, frozenset[str]], ...] = (
    ("squad", frozenset({"data"})),
    ("squad-flat", frozenset({"question", "para_id"})),
    ("beir", frozenset({"corpus.jsonl", "queries.jsonl", "qrels"})),
    ("scifact", frozenset({"claim", "cited"})),
    ("scifact", frozenset({"claim", "cited_doc_ids"})),
    ("selqa", frozenset({"candidates", "answers"})),
    ("realtimeqa", frozenset({"choices", "answer"})),
    ("realtimeqa", frozenset({"question_sentence"})),
    ("multihop-rag", frozenset({"evidence_list"})),
    ("ramdocs", frozenset({"documents", "gold_answers"})),
)
_WITH_TITLES = ("squad", "squad-flat")
_WITHOUT_PASSAGES = ("realtimeqa",)  # formats whose questions may come without any passage


def load(
    path: Path, *, format: str | None = None, titles: frozenset[str] | None = None, index: IndexPlace | None = None
) -> Suite:
    """The suite at `path`, of the format named or else of the one that its content shows.

    `titles` (SQuAD) keeps the questions on articles with these titles. `index` is asked instead of the passages in
    the file, which need not hold any then. Raises SuiteError that names the path, what was found there, and the
    formats known.
    """
    name = format or _recognised(path)
    if name not in FORMATS:
        raise SuiteError(f"there is no format {name!r}; known: {', '.join(FORMATS)}")
    if titles is not None and name not in _WITH_TITLES:
        raise SuiteError(f"{path}: titles is not for {name} but for {', '.join(_WITH_TITLES)}; leave it out")
    options: dict[str, object] = {} if titles is None else {"titles": titles}
    if index is None:
        return FORMATS[name](path, **options)
    if name in _WITHOUT_PASSAGES:
        return FORMATS[name](path, index=index)
    return replace(FORMATS[name](path, **options), corpus=Corpus(index=index))


def _recognised(path: Path) -> str:
    known = "; ".join(f"{name} ({', '.join(sorted(marks))})" for name, marks in _MARKS)
    try:
        seen = look(path)
    except SuiteError as error:
        raise SuiteError(f"{error}. Known formats, with what marks them: {known}") from error
    for name, marks in _MARKS:
        if marks <= seen.keys:
            return name
    raise SuiteError(f"{path} is of no known format: found {seen}. Known, with what marks them: {known}")
