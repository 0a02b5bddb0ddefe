"""Access labels: who may see which documents. A label is a name such as "hr"; what has none is open to all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.errors import LabelError
from index.schema import Document

_LABEL = re.compile(r"[a-z0-9_-]{1,40}")
_SHOWN = 60  # characters of a bad name


@dataclass(frozen=True, slots=True)
class Access:
    """What a reader may see: documents without labels, and those with at least one of `labels`. None admits all, for
    who has the files anyway.

    Not to be mixed up with `Filters`: those are the reader's wish, this is the server's rule, and both must admit.
    """

    labels: frozenset[str] | None = frozenset()

    @classmethod
    def of(cls, labels: Iterable[str]) -> Access:
        """The access of a reader with these labels. Raises LabelError for what is no label."""
        return cls(frozenset(check_labels(labels)))

    def admit(self, document: Document) -> bool:
        """True if the reader may see the document."""
        return self.labels is None or not document.labels or not self.labels.isdisjoint(document.labels)


EVERYTHING = Access(None)


def check_labels(given: Iterable[str]) -> tuple[str, ...]:
    """The labels in small letters, each once, in order. Raises LabelError that names what is no label."""
    return tuple(sorted({_checked(label) for label in given}))


def parse_labels(text: str) -> tuple[str, ...]:
    """The labels of a list with commas; none for an empty one. Raises LabelError that names what is no label."""
    return check_labels(text.split(",")) if text.strip() else ()


def _checked(given: str) -> str:
    label = given.strip().lower()
    if not _LABEL.fullmatch(label):
        raise LabelError(f"{given[:_SHOWN]!r} is no label; give 1 to 40 letters a-z, digits, hyphens or underscores")
    return label
