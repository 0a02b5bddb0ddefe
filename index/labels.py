"""Which labels the documents of an ingest get: those given, else those that they or their place had before."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePath

from index.access import check_labels
from index.schema import Document


class Labelling:
    """The labels of places while an ingest runs. A place is the real path of a file or folder, or an address.

    `known` are the places that labels were given to before: what is new there gets them too, so that a file put into
    a labelled folder is not published by an ingest that does not repeat the label. The nearest place counts.
    """

    def __init__(self, known: Mapping[str, tuple[str, ...]], labels: Iterable[str] | None) -> None:
        """`labels` are given to what is ingested now, none are taken from it if they are empty; with None, what is
        known stays. Raises LabelError for what is no label."""
        self.places = dict(known)
        self._labels = None if labels is None else check_labels(labels)
        self._given: set[str] = set()
        self._reached: dict[str, list[str]] = {}

    def settle(
        self,
        given: Iterable[str],
        documents: dict[str, Document],
        known: Mapping[str, Document],
        origins: Collection[str],
    ) -> list[str]:
        """Gives the documents of an index, by source, the labels that they are to have; returns the known sources whose
        labels change. `given` are the paths and addresses of this ingest, `known` the documents before it, `origins`
        what the index was read from. A new document may have labels already, of the file that it is a part of."""
        read = {*origins, *(d.origin for d in documents.values())}
        for path in given:
            self.give(path, read)
        changed = []
        for source, document in documents.items():
            before = known.get(source)
            labels = self.of(document.origin, before.labels if before else document.labels or None)
            if labels != document.labels:
                documents[source] = replace(document, labels=labels)
            if before and before.labels != labels:
                changed.append(source)
        return changed

    def give(self, path: str, origins: Collection[str]) -> None:
        """Notes that a path or address was named in this ingest. One that is nowhere, and of which nothing in the
        index was read (`origins`), is not worth remembering."""
        if self._labels is None:
            return
        place = path if "://" in path else os.path.realpath(path)
        if "://" not in place and not os.path.lexists(place) and not any(place in _around(o) for o in origins):
            return
        self._given.add(place)
        for below in [known for known in self.places if place in _around(known)]:
            del self.places[below]
        if self._labels or self._remembered(place):
            self.places[place] = self._labels

    def reach(self, origin: str, by: str) -> None:
        """Notes that an address was found through another, or in a file that lists it."""
        self._reached.setdefault(origin, []).append(by)

    def of(self, origin: str, before: tuple[str, ...] | None) -> tuple[str, ...]:
        """The labels of a document read from `origin`, which had those `before`; None for one that is new."""
        places = [*self._reached.get(origin, ()), origin]
        if self._labels is not None and any(around in self._given for place in places for around in _around(place)):
            return self._labels
        if before is not None:
            return before
        return next(filter(None, map(self._remembered, places)), ())

    def _remembered(self, place: str) -> tuple[str, ...]:
        return next((self.places[around] for around in _around(place) if around in self.places), ())


def _around(place: str) -> Iterator[str]:
    """The place and the folders that it is in, nearest first."""
    if place:
        yield place
        if "://" not in place:
            yield from map(str, PurePath(place).parents)
