"""The ingest flow: what is added, kept, refreshed and removed, and that a failure harms nothing."""

from __future__ import annotations

import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from index.build import add_documents, ingest, remove
from index.chunk import context_title, embedding_text
from index.encode import Vectors
from index.errors import FootnoteIndexError, IndexMissingError, ModelMismatchError
from index.manifest import current_version
from index.opened import open_index
from index.search import Searcher
from tests.fakes import ARTICLES, BAKERY, FERRY, HashedWords, document, snapshot, write_articles


def sources(directory: Path) -> list[str]:
    return [d.source for d in open_index(directory).documents.values()]


def texts(directory: Path) -> dict[str, str]:
    return {d.source: d.text for d in open_index(directory).documents.values()}


def test_a_first_ingest(articles: Path, tmp_path: Path, encoder: HashedWords) -> None:
    report = ingest([str(articles)], tmp_path / "index", encoder)
    assert report.added == ["bakery.txt", "ferry.txt", "owls.md"]
    assert (report.changed, report.unchanged, report.removed, report.skipped) == ([], [], [], [])
    index = open_index(tmp_path / "index")
    assert (report.documents, report.passages) == (3, len(index.passages))
    by_source = {d.source: d for d in index.documents.values()}
    assert by_source["ferry.txt"].title == "The Oldmouth ferry stops for the winter"
    assert (by_source["ferry.txt"].author, by_source["ferry.txt"].published) == ("Agnes Thule", "2022-11-14")
    assert by_source["owls.md"].origin == str(articles / "owls.md")
    assert index.manifest.model == encoder.spec


def test_every_vector_belongs_to_its_passage(small: Path, encoder: HashedWords) -> None:
    index = open_index(small)
    expected = []
    for p in index.passages:
        title = context_title(index.documents[p.document_id].title, encoder.max_tokens, encoder.count_tokens)
        expected.append(embedding_text(title, p.text))
    np.testing.assert_allclose(index.store.vectors(), encoder.encode(expected), atol=1e-6)


def test_what_has_not_changed_is_neither_encoded_nor_written_again(
    articles: Path, small: Path, encoder: HashedWords
) -> None:
    before, version = len(encoder.encoded), current_version(small)
    report = ingest([str(articles)], small, encoder)
    assert report.unchanged == ["bakery.txt", "ferry.txt", "owls.md"]
    assert (report.documents, report.added, report.changed) == (3, [], [])
    assert len(encoder.encoded) == before
    assert current_version(small) == version


def test_only_what_has_changed_is_encoded(articles: Path, small: Path, encoder: HashedWords) -> None:
    encoder.encoded.clear()
    (articles / "bakery.txt").write_text(BAKERY.replace("four loaves", "five loaves"))
    report = ingest([str(articles)], small, encoder)
    assert (report.changed, report.unchanged) == (["bakery.txt"], ["ferry.txt", "owls.md"])
    assert encoder.encoded and all("bakery in Crowle" in text for text in encoder.encoded)
    assert "five loaves" in texts(small)["bakery.txt"]
    assert len(sources(small)) == 3


def test_other_documents_stay_when_one_file_is_ingested(small: Path, tmp_path: Path, encoder: HashedWords) -> None:
    extra = write_articles(tmp_path / "more", {"new.txt": "New\n\nA new article came in today, she said."})
    report = ingest([str(extra)], small, encoder)
    assert (report.added, report.documents) == (["new.txt"], 4)
    assert sources(small) == ["bakery.txt", "ferry.txt", "new.txt", "owls.md"]


def test_a_file_that_is_gone_from_its_folder_stays_until_pruned(
    articles: Path, small: Path, encoder: HashedWords
) -> None:
    (articles / "owls.md").unlink()
    ingest([str(articles)], small, encoder)
    assert "owls.md" in sources(small)
    report = remove(small, encoder, lambda d: not Path(d.origin).exists())
    assert (report.removed, report.documents) == (["owls.md"], 2)
    assert sources(small) == ["bakery.txt", "ferry.txt"]


def test_two_folders_with_files_of_the_same_name(tmp_path: Path, encoder: HashedWords) -> None:
    for folder in ("one", "two", "deep/one"):
        write_articles(tmp_path / folder, {"notes.txt": f"Notes\n\nThis is the text in the folder {folder}, she said."})
    folders = [str(tmp_path / f) for f in ("one", "two", "deep/one")]
    report = ingest(folders, tmp_path / "i", encoder)
    assert len(set(report.added)) == 3
    assert {"notes.txt", "two/notes.txt"} <= set(report.added)
    assert len(set(texts(tmp_path / "i").values())) == 3
    assert ingest(folders, tmp_path / "i", encoder).unchanged == report.added


def test_the_same_folder_by_another_path_is_not_added_twice(articles: Path, small: Path, encoder: HashedWords) -> None:
    for given in (f"{articles}/../{articles.name}/", f"{articles}/ferry.txt"):
        report = ingest([given], small, encoder)
        assert (report.added, report.documents) == ([], 3)
        assert "ferry.txt" in report.unchanged


def test_a_folder_that_was_moved_is_not_added_twice(articles: Path, small: Path, encoder: HashedWords) -> None:
    encoder.encoded.clear()
    moved = articles.rename(articles.parent / "moved")
    report = ingest([str(moved)], small, encoder)
    assert (report.added, report.documents) == ([], 3)
    assert encoder.encoded == []
    assert {d.origin for d in open_index(small).documents.values()} == {str(p) for p in moved.iterdir()}


def test_one_file_of_a_folder_can_be_refreshed_by_its_own_path(
    articles: Path, small: Path, encoder: HashedWords
) -> None:
    (articles / "ferry.txt").write_text(FERRY.replace("84 inhabitants", "85 inhabitants"))
    assert ingest([str(articles / "ferry.txt")], small, encoder).changed == ["ferry.txt"]
    assert "85 inhabitants" in texts(small)["ferry.txt"]
    assert len(sources(small)) == 3


def test_a_title_is_taken_from_the_file_name_if_the_text_has_none(tmp_path: Path, encoder: HashedWords) -> None:
    text = "The board met on Monday and talked about the ferry for three hours without any break at all."
    folder = write_articles(tmp_path / "a", {"the_ferry-question.txt": text})
    ingest([str(folder)], tmp_path / "i", encoder)
    (only,) = open_index(tmp_path / "i").documents.values()
    assert (only.title, only.text) == ("the ferry question", text)


def test_bad_files_are_named_and_the_good_ones_ingested(articles: Path, tmp_path: Path, encoder: HashedWords) -> None:
    (articles / "empty.txt").write_bytes(b"")
    (articles / "binary.txt").write_bytes(b"\x00\x01\x02")
    (articles / "furniture.txt").write_text("Leave a Reply\n\nShare on Facebook\n")
    (articles / "picture.png").write_bytes(b"\x89PNG")
    (articles / "endless.txt").write_bytes(b"x" * 50 * 2**20)
    report = ingest([str(articles), str(tmp_path / "missing")], tmp_path / "i", encoder)
    assert report.added == ["bakery.txt", "ferry.txt", "owls.md"]
    skipped = {s.source: s.reason for s in report.skipped}
    assert set(skipped) == {
        "empty.txt",
        "binary.txt",
        "furniture.txt",
        "picture.png",
        "endless.txt",
        str(tmp_path / "missing"),
    }
    assert "furniture" in skipped["furniture.txt"]
    assert all("; " in reason and "\n" not in reason for reason in skipped.values())


def test_a_list_that_names_no_page_is_reported(articles: Path, tmp_path: Path, encoder: HashedWords) -> None:
    entry = '<entry><title>a</title><link href="hostname"/></entry>'
    (articles / "file.atom").write_text(
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="file:///etc/">{entry}</feed>'
    )
    (articles / "broken.rss").write_text("<rss><channel>")
    report = ingest([str(articles)], tmp_path / "i", encoder)
    assert report.added == ["bakery.txt", "ferry.txt", "owls.md"]
    broken, empty = sorted((s.source, s.reason) for s in report.skipped)
    assert empty == ("file.atom", "a feed, sitemap or list that names no web page; give the addresses of pages")
    assert broken[0] == "broken.rss"


def test_nothing_but_bad_files_makes_no_index(tmp_path: Path, encoder: HashedWords) -> None:
    report = ingest([str(tmp_path / "missing")], tmp_path / "i", encoder)
    assert (report.documents, report.added, len(report.skipped)) == (0, [], 1)
    with pytest.raises(IndexMissingError):
        open_index(tmp_path / "i")


def test_a_file_that_vanishes_while_the_others_are_read(articles: Path, small: Path, encoder: HashedWords) -> None:
    (articles / "bakery.txt").write_text(BAKERY.replace("four", "six"))
    (articles / "zebra.txt").write_text("Zebra\n\nA zebra was seen in Crowle, the mayor said on Monday.")

    def unlink_after_the_first(stage: str, done: int, total: int) -> None:
        if (stage, done) == ("read", 1):
            (articles / "owls.md").unlink()
            (articles / "zebra.txt").unlink()

    report = ingest([str(articles)], small, encoder, progress=unlink_after_the_first)
    assert (report.changed, report.unchanged) == (["bakery.txt"], ["ferry.txt"])
    assert {s.source: s.reason.split(";")[0] for s in report.skipped} == {
        "owls.md": "the file is gone",
        "zebra.txt": "the file is gone",
    }
    assert sources(small) == ["bakery.txt", "ferry.txt", "owls.md"], "what was indexed before stays"


def test_a_file_gone_bad_keeps_its_old_text(articles: Path, small: Path, encoder: HashedWords) -> None:
    old = texts(small)
    (articles / "ferry.txt").write_bytes(b"\x00\x00")
    report = ingest([str(articles)], small, encoder)
    assert [s.source for s in report.skipped] == ["ferry.txt"]
    assert texts(small) == old


def test_another_model_is_refused_and_the_index_stays(articles: Path, small: Path) -> None:
    before = snapshot(small)
    (articles / "ferry.txt").write_text(FERRY + "\nMore.\n")
    another, message = (
        HashedWords(name="another"),
        "set FOOTNOTE_MODEL=hashed-words or ingest again into a new directory",
    )
    with pytest.raises(ModelMismatchError, match=message):
        ingest([str(articles)], small, another)
    with pytest.raises(ModelMismatchError, match=message):
        remove(small, another, lambda d: True)
    assert snapshot(small) == before


def test_progress_counts_to_the_end(articles: Path, tmp_path: Path, encoder: HashedWords) -> None:
    seen: dict[str, list[tuple[int, int]]] = {}
    report = ingest(
        [str(articles)], tmp_path / "i", encoder, progress=lambda s, d, t: seen.setdefault(s, []).append((d, t))
    )
    assert seen["read"] == [(1, 3), (2, 3), (3, 3)]
    assert seen["encode"][-1] == (report.passages, report.passages)


class FailingEncoder(HashedWords):
    """Fails in the middle of its work."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        raise MemoryError("no room")


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, ValueError])
def test_an_ingest_that_breaks_off_leaves_the_old_version(
    articles: Path, small: Path, encoder: HashedWords, error: type[BaseException]
) -> None:
    before = snapshot(small)
    (articles / "ferry.txt").write_text(FERRY + "\nAnd then some more was said about the ferry.\n")

    def break_off(stage: str, done: int, total: int) -> None:
        if stage == "encode":
            raise error

    with pytest.raises(error):
        ingest([str(articles)], small, encoder, progress=break_off)
    with pytest.raises(MemoryError):
        ingest([str(articles)], small, FailingEncoder())
    assert snapshot(small) == before


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """A system on which no file can grow beyond `size` bytes, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 300, 700, 1000, 1400, 2000, 2500])
def test_a_full_disk_is_an_error_and_the_old_version_stays(
    articles: Path, small: Path, encoder: HashedWords, size: int
) -> None:
    before = snapshot(small)
    assert max(map(len, before.values())) > 2500, "the limit bites"
    (articles / "ferry.txt").write_text(FERRY + "\nAnd then some more was said about the ferry.\n")
    with largest_file(size), pytest.raises((FootnoteIndexError, OSError), match=r"cannot be written|File too large"):
        ingest([str(articles)], small, encoder)
    assert snapshot(small) == before


def test_an_array_that_is_cut_off_is_noticed(small: Path, encoder: HashedWords) -> None:
    before = snapshot(small)
    documents = [document(f"Goat {n}.", "Goat", f"{n}.txt") for n in range(2)]
    # All but the last bytes of the signatures, which numpy writes without looking whether it could, fit.
    with largest_file(5800), pytest.raises(FootnoteIndexError, match="cannot be written"):
        add_documents(documents, small, encoder)
    assert snapshot(small) == before
    add_documents(documents, small, encoder)
    assert max(map(len, snapshot(small).values())) == 128 + 5 * 144 * 8


def test_sources_can_be_removed_down_to_the_last(small: Path, articles: Path, encoder: HashedWords) -> None:
    report = remove(small, encoder, lambda d: d.source == "owls.md")
    assert (report.removed, report.documents) == (["owls.md"], 2)
    assert remove(small, encoder, lambda d: False).removed == []
    report = remove(small, encoder, lambda d: True)
    assert (report.removed, report.documents, report.passages) == (["bakery.txt", "ferry.txt"], 0, 0)
    empty = open_index(small)
    assert Searcher(empty, encoder).search("ferry") == []
    assert len(ingest([str(articles)], small, encoder).added) == len(ARTICLES)


def test_removing_encodes_nothing(small: Path, encoder: HashedWords) -> None:
    encoder.encoded.clear()
    remove(small, encoder, lambda d: d.source == "owls.md")
    assert encoder.encoded == []


def test_removing_from_no_index(tmp_path: Path, encoder: HashedWords) -> None:
    with pytest.raises(IndexMissingError):
        remove(tmp_path / "none", encoder, lambda d: True)
    assert not (tmp_path / "none").exists()


def test_documents_made_elsewhere_are_added_as_they_are(tmp_path: Path, encoder: HashedWords) -> None:
    furniture = document("Share this article\n\nIt was sold.  Twice. ", "", "one")
    other = document("Owls nest in the forest.", "Owls", "two")
    report = add_documents([furniture, other], tmp_path / "i", encoder)
    assert (report.added, report.changed, report.documents) == (["one", "two"], [], 2)
    index = open_index(tmp_path / "i")
    assert set(index.documents.values()) == {furniture, other}, "nothing is cleaned"
    assert report.passages == len(index.passages)
    assert Searcher(index, encoder).search("Who nests in the forest?")[0].document == other


def test_documents_are_added_to_those_that_are_there(small: Path, encoder: HashedWords) -> None:
    before = texts(small)
    encoder.encoded.clear()
    report = add_documents([document("A goat was sold.", "Goat", "goat")], small, encoder)
    assert (report.added, report.documents) == (["goat"], 4)
    assert texts(small) == before | {"goat": "A goat was sold."}
    assert encoder.encoded and all("goat" in text for text in encoder.encoded), "the others are not encoded again"


def test_a_document_of_a_known_source_replaces_it(small: Path, encoder: HashedWords) -> None:
    newer = document("The ferry sails again.", "Ferry", "ferry.txt")
    report = add_documents([newer, document("Goats.", "Goat", "goat")], small, encoder)
    assert (report.added, report.changed, report.documents) == (["goat"], ["ferry.txt"], 4)
    assert texts(small)["ferry.txt"] == "The ferry sails again."
    assert all("240,000" not in p.text for p in open_index(small).passages), "nothing of the old text is found"
    again = add_documents([newer], small, encoder)
    assert (again.added, again.changed, again.documents) == ([], [], 4)


def test_of_documents_with_one_source_the_last_counts(tmp_path: Path, encoder: HashedWords) -> None:
    first, last = document("First.", "A", "a"), document("Last.", "A", "a")
    report = add_documents([first, last], tmp_path / "i", encoder)
    assert (report.added, report.documents, texts(tmp_path / "i")) == (["a"], 1, {"a": "Last."})


def test_no_documents_make_an_empty_index(tmp_path: Path, encoder: HashedWords) -> None:
    report = add_documents([], tmp_path / "i", encoder)
    assert (report.added, report.documents, report.passages) == ([], 0, 0)
    assert Searcher(open_index(tmp_path / "i"), encoder).search("ferry") == []


def test_documents_for_an_index_of_another_model_are_refused(small: Path) -> None:
    before = snapshot(small)
    with pytest.raises(ModelMismatchError, match="ingest again into a new directory"):
        add_documents([document("Goats.")], small, HashedWords(name="another"))
    assert snapshot(small) == before


def test_adding_documents_that_breaks_off_leaves_the_old_version(small: Path) -> None:
    before = snapshot(small)
    with pytest.raises(MemoryError):
        add_documents([document("Goats.")], small, FailingEncoder())
    assert snapshot(small) == before
