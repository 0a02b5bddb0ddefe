"""The stages of an ingest that `index.workers` do: reading, cleaning, cutting, encoding. What they take and give goes
from one process to another."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass

from index.articles import make_documents
from index.chunk import ChunkSettings, split_document
from index.encode import Encoder, Vectors
from index.errors import SourceError
from index.formats import Page
from index.formats.detect import Given, read_pages
from index.load import Skipped, SourceFile, os_reason, read_source
from index.origins import checksum_of
from index.schema import Document, Passage
from index.web.listing import Listed, links_in_file


@dataclass(frozen=True, slots=True)
class FileJob:
    """A file to read, by its absolute path, and what is known of it. Bytes of the checksum `known` are not read
    further: what is in them is in the index. `modified` is the file's time as `trusted_time` has it, `size` in bytes.
    """

    file: SourceFile
    given: Given
    known: str = ""
    modified: int = 0
    size: int = 0

    @property
    def source(self) -> str:
        return self.file.source

    def share(self) -> float:
        return _share(self.size)


@dataclass(frozen=True, slots=True)
class Found:
    """What was in a file or at an address: its pages, or the addresses that it lists. Without a checksum it could not
    be read at all; `problem` tells why there are no pages. `unseen_by` names the process for which there is no file."""

    checksum: str = ""
    size: int = 0
    pages: Sequence[Page] = ()
    listed: Sequence[Listed] | None = None
    problem: str = ""
    unseen_by: str = ""


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one file or address, cited by `source`."""

    source: str
    origin: str
    pages: list[Page]

    def share(self) -> float:
        return _share(sum(len(block.text) for page in self.pages for block in page.blocks))


def read_file(encoder: Encoder, job: FileJob) -> Found:
    """Reads a file and finds the pages in it."""
    try:
        data = read_source(job.file)
        listed = links_in_file(data, job.file.path.suffix)
    except SourceError as error:
        unseen = isinstance(error.__cause__, FileNotFoundError)
        return Found(problem=str(error), unseen_by=this_process() if unseen else "")
    except OSError as error:
        return Found(problem=os_reason(error))
    if listed is not None:
        return Found(checksum_of(data), len(data), listed=listed)
    # The whole path, the folders too: those of a wiki tell what its pages are.
    return find_pages(data, job.file.path.as_posix(), job.given, job.known)


def find_pages(data: bytes, name: str, given: Given, known: str = "") -> Found:
    """The pages in the bytes of a file; none if their checksum is `known`."""
    checksum = checksum_of(data)
    if checksum == known:
        return Found(checksum, len(data))
    try:
        return Found(checksum, len(data), read_pages(data, name, given))
    except SourceError as error:
        return Found(checksum, len(data), problem=str(error))


def make_articles(encoder: Encoder, job: Pages) -> list[Document | Skipped]:
    """Cleans pages: the documents on them."""
    return list(make_documents(job.pages, job.source, job.origin))


@dataclass(frozen=True, slots=True)
class ToCut:
    """A document to cut into passages."""

    document: Document
    settings: ChunkSettings

    @property
    def source(self) -> str:
        return self.document.source

    def share(self) -> float:
        return _share(len(self.document.text))


def cut(encoder: Encoder, job: ToCut) -> list[Passage]:
    """The passages of a document, in order."""
    return split_document(job.document, encoder.count_tokens, encoder.max_tokens, job.settings)


def encode(encoder: Encoder, texts: list[str]) -> Vectors:
    """Vectors of texts, (len(texts), dimension)."""
    return encoder.encode(texts)


def _share(size: int) -> float:
    """How much of a task something of that size is: sixteen small ones, or as many as make a megabyte."""
    return max(1 / 16, size / 2**20)


def this_process() -> str:
    """A name for this process that no other has, on this machine or another."""
    return f"{platform.node()} (process {os.getpid()})"
