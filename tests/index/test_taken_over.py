"""What an ingest takes over from the version before is what it would have made of everything anew."""

from __future__ import annotations

import random
from pathlib import Path

from index.build import add_documents, remove
from index.manifest import current_version
from index.postings import Postings
from index.schema import Document
from tests.fakes import HashedWords

WORDS = "Ferry ferry FERRY owl Owls harbour Harbour mill mayor clock Straße strasse winter bread".split()
LABELS: list[tuple[str, ...]] = [(), (), ("hr",), ("hr", "staff"), ("board",)]
SAME = ("documents.jsonl", "documents.npy", "passages.npy", "spellings.txt", "spellings.npy", "signatures.npy")


def document(chance: random.Random, number: int) -> Document:
    text = ". ".join(" ".join(chance.choices(WORDS, k=chance.randint(1, 9))) for _ in range(chance.randint(1, 20)))
    return Document.create(source=f"{number}.txt", title=f"No. {number}", text=text, labels=chance.choice(LABELS))


def test_an_index_changed_many_times_is_the_one_made_at_once(tmp_path: Path) -> None:
    chance, encoder = random.Random(5), HashedWords()
    now: dict[str, Document] = {}
    for step in range(8):
        some = [document(chance, number) for number in chance.sample(range(20), 5)]
        now |= {d.source: d for d in some}
        add_documents(some, tmp_path / "changed", encoder)
        if step % 2:
            gone = set(chance.sample(sorted(now), 2))
            now = {source: d for source, d in now.items() if source not in gone}
            remove(tmp_path / "changed", encoder, lambda d, gone=gone: d.source in gone)  # type: ignore[misc]
        add_documents(now.values(), tmp_path / str(step), encoder)
        changed, fresh = current_version(tmp_path / "changed"), current_version(tmp_path / str(step))
        for name in SAME:
            assert (changed / name).read_bytes() == (fresh / name).read_bytes(), (step, name)
        assert told(changed) == told(fresh), step


def told(version: Path) -> tuple[list[int], dict[bytes, list[tuple[int, int]]]]:
    """The length of each text, and for each term the texts that hold it with how often they do."""
    found = Postings.load(version / "lexical")
    ends = found.indptr.tolist()
    held = list(zip(found.rows.tolist(), found.counts.tolist(), strict=True))
    terms = {term: sorted(held[ends[n] : ends[n + 1]]) for n, term in enumerate(found.terms)}
    return found.lengths.tolist(), terms
