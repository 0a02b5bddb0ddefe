"""Files read by others: a node that does not see a file is told, whoever else may lack it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index.build import ingest
from index.encode import Encoder
from index.errors import WorkersError
from index.formats.detect import Given
from index.load import SourceFile
from index.stages import FileJob, Found, read_file, this_process
from index.workers import InProcess, Share, Work, whole
from tests.fakes import HashedWords, snapshot

GONE = "the file is gone; check the path and ingest again"


class Elsewhere(InProcess):
    """Workers on a machine that has none of the files, as for one without the shared disk. With `late`, the files are
    removed from all machines before their turn comes."""

    def __init__(self, encoder: Encoder, *, late: bool = False) -> None:
        super().__init__(encoder)
        self._late = late

    def each(
        self, work: Work[Any, Any], items: Iterable[Any], *, share: Share[Any] = whole
    ) -> Iterator[tuple[int, Any]]:
        for number, item in enumerate(items):
            if isinstance(item, FileJob):
                if self._late:
                    item.file.path.unlink()
                yield number, Found(problem=GONE, unseen_by="node-7 (process 12)")
            else:
                yield from ((number, made) for _, made in super().each(work, [item]))


def test_a_node_without_the_files_ends_the_ingest(small: Path, articles: Path) -> None:
    before, encoder = snapshot(small), HashedWords()
    (articles / "goats.txt").write_text("Goats\n\nThe goats of Crowle were sold on Monday.")
    told = (
        r"^node-7 \(process 12\) does not see '\w+\.\w+', which is there on this machine; give the articles on a file "
        r"system that all nodes of the cluster have at the same path \(docs/ray\.md\)$"
    )
    with pytest.raises(WorkersError, match=told):
        ingest([str(articles)], small, encoder, workers=Elsewhere(encoder))
    assert snapshot(small) == before


def test_files_that_are_gone_everywhere_are_skipped(small: Path, articles: Path) -> None:
    (articles / "goats.txt").write_text("Goats\n\nThe goats of Crowle were sold on Monday.")
    report = ingest([str(articles / "goats.txt")], small, HashedWords(), workers=Elsewhere(HashedWords(), late=True))
    assert [(s.source, s.reason) for s in report.skipped] == [(str(articles / "goats.txt"), GONE)]
    assert report.documents == 3


def test_who_does_not_see_a_file_says_so(tmp_path: Path) -> None:
    found = read_file(HashedWords(), FileJob(SourceFile(tmp_path / "none.txt", "none.txt", tmp_path), Given()))
    assert (found.problem, found.checksum, found.unseen_by) == (GONE, "", this_process())
