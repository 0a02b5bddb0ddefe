"""The rows of passages: made for documents that are new, read again of those that go, weighed anew where they stay."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.chunk import ChunkSettings, context_titles, embedding_text
from index.encode import Encoder, Vectors
from index.milvus.client import Client
from index.milvus.expressions import told_of
from index.milvus.opened import MilvusIndex
from index.milvus.requests import Row
from index.milvus.state import measure_of
from index.milvus.tables import PASSAGES
from index.milvus.words import passage_vector
from index.report import Progress
from index.schema import Document, Passage, content_id
from index.stages import ToCut, cut, encode
from index.terms import terms
from index.workers import Workers

_AT_ONCE = 256
_READ = ["row", "document", "start", "end", "labels"]


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to be written: its key, its title as the encoder reads it, and its passages."""

    key: str
    document: Document
    title: str
    passages: tuple[Passage, ...]

    def texts(self) -> list[str]:
        """What each passage is searched by."""
        return [embedding_text(self.title, passage.text) for passage in self.passages]


@dataclass(frozen=True, slots=True)
class Told:
    """A passage that is there: its row, the labels of its document as rows have them, the text it is searched by."""

    row: int
    labels: str
    text: str


def cut_documents(
    fresh: Mapping[str, Document], encoder: Encoder, settings: ChunkSettings, workers: Workers
) -> list[NewDocument]:
    """The documents, by key, cut into passages."""
    titles = context_titles([d.title for d in fresh.values()], encoder.max_tokens, encoder.count_tokens)
    pieces = dict(workers.each(cut, (ToCut(d, settings) for d in fresh.values()), share=ToCut.share))
    return [
        NewDocument(key, document, title, tuple(pieces[number]))
        for number, ((key, document), title) in enumerate(zip(fresh.items(), titles, strict=True))
    ]


def told_passages(index: MilvusIndex, rows: Iterable[Sequence[Row]], encoder: Encoder) -> Iterator[Told]:
    """What the passages of an index in these rows are searched by, some at a time."""
    for some in rows:
        names = list(dict.fromkeys(row["document"] for row in some))
        index.documents.expect(names)
        documents = {name: index.documents[name] for name in names}
        plain = context_titles([documents[name].title for name in names], encoder.max_tokens, encoder.count_tokens)
        titles = dict(zip(names, plain, strict=True))
        for row in some:
            text = documents[row["document"]].text[row["start"] : row["end"]]
            yield Told(row["row"], row["labels"], embedding_text(titles[row["document"]], text))


def passages_of(client: Client, keys: Sequence[str]) -> Iterator[list[Row]]:
    """The rows of the documents with these keys, some at a time."""
    for at in range(0, len(keys), _AT_ONCE):
        yield client.rows_of(PASSAGES, "key", keys[at : at + _AT_ONCE], _READ)


class PassageWriter:
    """Writes the passages of new documents. Vectors are taken from where they are known before any are made."""

    def __init__(self, client: Client, workers: Workers, generation: int, average: float) -> None:
        self._client = client
        self._workers = workers
        self._generation = generation
        self._average = average

    def put(
        self, documents: Sequence[NewDocument], there: Collection[int], known: Mapping[str, int], progress: Progress
    ) -> None:
        """Writes all passages but those whose rows are `there`. `known` gives, by the hash of the text that a vector
        was made from, a row that has it."""

        def known_as(text: str) -> int | None:
            return known.get(content_id(text))

        waiting = [
            (new, passage, row)
            for new in documents
            for passage in new.passages
            if (row := row_of(new.key, passage)) not in there
        ]
        batches = [waiting[at : at + _AT_ONCE] for at in range(0, len(waiting), _AT_ONCE)]
        texts = [[embedding_text(new.title, passage.text) for new, passage, _ in some] for some in batches]
        done = 0
        # As they are done, in any order: what is written stays written if the ingest is killed.
        for number, made in self._workers.each(encode, ([t for t in some if known_as(t) is None] for some in texts)):
            found = vectors_of(self._client, [old for text in texts[number] if (old := known_as(text)) is not None])
            fresh = iter(made)
            rows = [
                self._row(new, passage, row, text, next(fresh) if (old := known_as(text)) is None else found[old])
                for (new, passage, row), text in zip(batches[number], texts[number], strict=True)
            ]
            self._client.put(PASSAGES, rows)
            done += len(rows)
            progress("encode", done, len(waiting))

    def _row(self, new: NewDocument, passage: Passage, row: int, text: str, vector: Vectors) -> Row:
        found = terms(text)
        return {
            "row": row,
            "key": new.key,
            "document": passage.document_id,
            "passage": passage.id,
            "start": passage.start,
            "end": passage.end,
            "generation": self._generation,
            "length": len(found),
            "measure": measure_of(self._average),
            "vector": vector.tolist(),
            "words": passage_vector(found, self._average),
            **told_of(new.document),
        }


def weigh_again(index: MilvusIndex, encoder: Encoder) -> None:
    """Weighs the words of passages that were weighed by another average length; all else of them stays."""
    client, state = index.client, index.state
    where = f"measure != {state.measure}"
    rows = [row["row"] for some in client.walk(PASSAGES, where, ["row"]) for row in some]
    every = [field.name for field in PASSAGES.fields if field.name != "words"]
    for at in range(0, len(rows), _AT_ONCE):
        some = client.rows_of(PASSAGES, "row", rows[at : at + _AT_ONCE], every)
        texts = {told.row: told.text for told in told_passages(index, [some], encoder)}
        weighed = [
            {
                **{name: row[name] for name in every},
                "measure": state.measure,
                "words": passage_vector(terms(texts[row["row"]]), state.average),
            }
            for row in some
        ]
        client.put(PASSAGES, weighed)


def row_of(key: str, passage: Passage) -> int:
    """The number of a passage's row: its place in its document, hashed."""
    return int(content_id(key, str(passage.start), str(passage.end)), 16) >> 1


def vectors_of(client: Client, rows: Sequence[int]) -> dict[int, Vectors]:
    """The vectors in rows."""
    told = client.rows_of(PASSAGES, "row", list(rows), ["row", "vector"])
    return {row["row"]: np.array(row["vector"], np.float32) for row in told}
