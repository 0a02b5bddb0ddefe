"""What goes into a version of an index, and what comes of writing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from index.origins import Origin
from index.schema import Document


@dataclass(frozen=True, slots=True)
class Contents:
    """What a version is to hold: its documents, where they were read, what their sites repeat (see `chrome`), and the
    places that access labels were given to (see `labels`)."""

    documents: Sequence[Document]
    origins: Sequence[Origin]
    chrome: Mapping[str, Sequence[str]]
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """A version that is in use: the number of its passages, and the twins as `View` has them."""

    passages: int
    twins: Mapping[str, tuple[str, ...]]
