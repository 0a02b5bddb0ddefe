"""Writes one complete version of an index. What the old version knows is neither cut nor encoded again."""

from __future__ import annotations

import errno
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.chunk import ChunkSettings, context_titles, embedding_text
from index.contents import Contents, Written
from index.documents import save_documents, save_passages, told
from index.encode import Encoder, Vectors
from index.faiss_store import EXACT_UP_TO, FaissStore
from index.lexical import LexicalIndex
from index.manifest import Manifest, built_files
from index.opened import (
    CHROME_FILE,
    ORIGINS_FILE,
    PLACES_FILE,
    SIGNATURES_FILE,
    TWINS_FILE,
    OpenIndex,
    twins_of,
)
from index.publish import publish, write_errors
from index.report import Progress
from index.schema import Document, Passage, content_id
from index.sentences import split_sentences
from index.spellings import Spellings, tally
from index.spool import Spool
from index.stages import ToCut, cut, encode
from index.twins import groups, signature
from index.workers import InProcess, Workers

_ENCODE_AT_ONCE = 256
_QUESTIONS = 256


def write_version(
    directory: Path,
    building: Path,
    contents: Contents,
    old: OpenIndex | None,
    encoder: Encoder,
    settings: ChunkSettings | None,
    progress: Progress,
    workers: Workers | None = None,
) -> Written:
    """Writes the contents into `building` and puts it in use. Passages are cut as the old version's unless there are
    `settings`.

    Raises FootnoteIndexError if it cannot be written; the old version stays in use then.
    """
    settings = settings or (old.manifest.chunks if old else ChunkSettings())
    documents = sorted(contents.documents, key=lambda d: d.source)
    workers = workers or InProcess(encoder)
    passages, texts, vectors, taken = _passages(directory, documents, old, encoder, settings, progress, workers)
    signatures = _signatures(documents, old)
    twins = groups({d.id: row for d, row in zip(documents, signatures, strict=True)})
    labelled = _labelled(documents, passages)
    with write_errors(directory):
        FaissStore.build(vectors, _questions(passages, encoder)).save(building)
        LexicalIndex.build(texts, old.lexical if old else None, taken).save(building)
        _spellings(documents, old, sorted(labelled)).save(building)
        save_documents(building, documents, sorted(labelled))
        save_passages(building, passages, documents)
        _write_lines(building / ORIGINS_FILE, map(told, contents.origins))
        np.save(building / SIGNATURES_FILE, signatures, allow_pickle=False)
        _write_lines(building / TWINS_FILE, [{"documents": group} for group in twins])
        _write_lines(building / CHROME_FILE, [{"site": s, "lines": found} for s, found in contents.chrome.items()])
        if contents.places:
            _write_lines(
                building / PLACES_FILE, [{"place": p, "labels": found} for p, found in contents.places.items()]
            )
        _check_arrays(building)
        created = datetime.now(UTC).isoformat(timespec="seconds")
        files = built_files(building)
        manifest = Manifest(
            encoder.spec,
            len(documents),
            len(passages),
            created,
            files,
            settings,
            labelled=labelled,
        )
        publish(directory, building, manifest)
    return Written(len(passages), twins_of(twins))


def _passages(
    directory: Path,
    documents: Sequence[Document],
    old: OpenIndex | None,
    encoder: Encoder,
    settings: ChunkSettings,
    progress: Progress,
    workers: Workers,
) -> tuple[list[Passage], list[str], Vectors, list[int]]:
    """The passages of the documents, the texts they are searched by, their vectors, and the rows that they have in the
    old version (-1 for none), row by row."""
    same = old if old and old.manifest.chunks == settings else None
    rows_of = _rows(same) if same else {}
    known = _known_vectors(old, {d.id for d in documents} & rows_of.keys(), encoder) if old else {}
    passages: list[Passage] = []
    texts: list[str] = []
    taken: list[int] = []  # the row of the old version, -1 for none
    fresh = [d for d in documents if d.id not in rows_of]
    pieces = dict(workers.each(cut, (ToCut(d, settings) for d in fresh), share=ToCut.share))
    cut_of = {document.id: pieces.pop(number) for number, document in enumerate(fresh)}
    titles = context_titles([d.title for d in documents], encoder.max_tokens, encoder.count_tokens)
    for document, title in zip(documents, titles, strict=True):
        rows = rows_of.get(document.id)
        found = [same.passages[row] for row in rows] if same and rows is not None else cut_of[document.id]
        passages += found
        texts += [embedding_text(title, passage.text) for passage in found]
        taken += rows if rows is not None else [-1] * len(found)
    vectors = np.zeros((len(texts), encoder.spec.dimension), np.float32)
    kept = np.array(taken, np.int64) >= 0
    if same and kept.any():
        vectors[kept] = same.store.vectors()[np.array(taken)[kept]]
    with Spool(directory, encoder.spec) as spool:
        _encode_missing(texts, vectors, np.flatnonzero(~kept).tolist(), known, spool, workers, progress)
    return passages, texts, vectors, taken


def _rows(old: OpenIndex) -> dict[str, list[int]]:
    """The rows of each document's passages, in order; of a document without passages, none."""
    rows: list[list[int]] = [[] for _ in old.documents]
    for row, document in enumerate(old.passages.documents.tolist()):
        rows[document].append(row)
    return dict(zip(old.documents, rows, strict=True))


def _known_vectors(old: OpenIndex, stay: set[str], encoder: Encoder) -> dict[str, Vectors]:
    """Vectors of what does not stay as it is, by the hash of the text they were made from: a document that was moved
    or partly rewritten keeps those of its passages that are still the same."""
    vectors = old.store.vectors()
    gone = [d for d in old.documents.values() if d.id not in stay]
    texts = context_titles([d.title for d in gone], encoder.max_tokens, encoder.count_tokens)
    titles = dict(zip((d.id for d in gone), texts, strict=True))
    return {
        content_id(embedding_text(titles[document], old.passages[row].text)): vectors[row]
        for document, rows in _rows(old).items()
        if document in titles
        for row in rows
    }


def _encode_missing(
    texts: list[str],
    vectors: Vectors,
    rows: list[int],
    known: dict[str, Vectors],
    spool: Spool,
    workers: Workers,
    progress: Progress,
) -> None:
    """Fills the rows of `vectors` that are not there yet: with known ones by text, those of an ingest that ended before
    its time among them, else by encoding; the same text once."""
    missing: dict[str, list[int]] = {}
    for row in rows:
        name = content_id(texts[row])
        found = known.get(name)
        if found is None:
            missing.setdefault(name, []).append(row)
        else:
            vectors[row] = found
    for name, found in spool.take(list(missing)):
        vectors[missing.pop(name)] = found
    names, done, total = list(missing), 0, sum(map(len, missing.values()))
    batches = [names[n : n + _ENCODE_AT_ONCE] for n in range(0, len(names), _ENCODE_AT_ONCE)]
    to_encode = ([texts[missing[name][0]] for name in batch] for batch in batches)
    for number, made in workers.each(encode, to_encode):
        if len(batches) > 1 or spool:  # what is done at once is not worth the disk's time
            spool.add(batches[number], made)
        for name, vector in zip(batches[number], made, strict=True):
            vectors[missing[name]] = vector
            done += len(missing[name])
        progress("encode", done, total)


def _questions(passages: Sequence[Passage], encoder: Encoder) -> Vectors | None:
    """Vectors of sentences that stand for questions where the passages are so many that a search cannot look at all."""
    if len(passages) <= EXACT_UP_TO:
        return None
    asked = (passages[row].text for row in range(0, len(passages), len(passages) // _QUESTIONS))
    return encoder.encode([text[slice(*split_sentences(text)[0])] for text in asked])


def _spellings(documents: Sequence[Document], old: OpenIndex | None, labels: Sequence[str]) -> Spellings:
    """How the documents spell their words; only of those that are new, gone, or labelled anew is it counted."""
    if old is None:
        return Spellings.of(tally(documents), labels)
    before = {d.id: d.labels for d in old.documents.values()}
    now = {d.id: d.labels for d in documents}
    added = tally(d for d in documents if before.get(d.id) != d.labels)
    gone = tally(d for d in old.documents.values() if now.get(d.id) != d.labels)
    return Spellings.of(old.spellings.after(old.manifest.label_sets, added, gone), labels)


def _signatures(documents: Sequence[Document], old: OpenIndex | None) -> npt.NDArray[np.uint32]:
    """The signature of each document's text, row by row; known ones are taken over."""
    known = dict(zip(old.documents, old.signatures, strict=True)) if old else {}
    rows = [known[d.id] if d.id in known else signature(d.text) for d in documents]
    return np.stack(rows) if rows else np.zeros((0, 0), np.uint32)


def _labelled(documents: Sequence[Document], passages: Sequence[Passage]) -> dict[str, tuple[int, int]]:
    """How many documents and passages have which labels, for `Manifest`."""
    labels = {d.id: ",".join(d.labels) for d in documents if d.labels}
    held, cut = Counter(labels.values()), Counter(labels[p.document_id] for p in passages if p.document_id in labels)
    return {name: (count, cut[name]) for name, count in held.items()}


def _write_lines(path: Path, rows: Iterable[dict[str, object]]) -> None:
    encode = json.JSONEncoder(ensure_ascii=False, default=asdict).encode
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(encode(row) + "\n" for row in rows)


def _check_arrays(building: Path) -> None:
    """Raises OSError for an array that is cut off: on a full disk numpy may lose the end of one without an error."""
    for path in building.rglob("*.npy"):
        try:
            np.load(path, mmap_mode="r", allow_pickle=False)
        except (ValueError, EOFError) as error:
            raise OSError(errno.ENOSPC, f"{path.name} was cut off") from error
