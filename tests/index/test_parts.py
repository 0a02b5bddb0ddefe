"""Files of many articles, some of which cannot be read: the others are ingested, and nothing is lost in silence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.articles import make_documents
from index.build import ingest, remove
from index.formats import Block, Page
from index.load import Skipped
from index.opened import open_index
from index.report import IngestReport
from tests.fakes import HashedWords
from tests.index.formats.test_mail import message
from tests.index.formats.test_mediawiki import entry, export, revision

TEXTS = {
    "1": "The ferry sails at dawn on Mondays.",
    "2": "The mill closed in 1930, the parish book says.",
    "3": "The beekeepers lost 71 hives to the frost.",
}
BAD = '{"id": "2", "text": "The mill'


def rows(*lines: str) -> str:
    """A table of the articles of these names, in JSONL; a line that is no name is taken as it is."""
    return "".join(f"{json.dumps({'id': n, 'text': TEXTS[n]}) if n in TEXTS else n}\n" for n in lines)


def put(folder: Path, encoder: HashedWords, text: str | bytes, name: str = "a.jsonl", **more: bool) -> IngestReport:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return ingest([str(folder)], folder.parent / "index", encoder, prune=more.get("prune", False))


def held(folder: Path) -> dict[str, str]:
    return {d.source: d.text for d in open_index(folder.parent / "index").documents.values()}


def mailbox(*bodies: str) -> bytes:
    start = b"From ada@example.org Tue Mar  9 08:00:00 2021\n"
    whole = (message(b, Message_ID=f"<{n}@example.org>").as_bytes() for n, b in enumerate(bodies))
    return b"".join(start + (each if b"broken" not in each else b"no header\n\nno mail\n") + b"\n" for each in whole)


def wiki(*pages: tuple[str, str]) -> bytes:
    return export(*(entry(title, revision(text)) for title, text in pages))


LONG = "a " * 2_200_000  # over what a page of a wiki may have


@pytest.mark.parametrize(
    ("name", "data", "added", "skipped", "why"),
    [
        ("a.jsonl", rows("1", BAD, "3"), ["1", "3"], "line 2", "no JSON "),
        ("a.jsonl", rows("1", '{"id": "9", "text": ""}', "3"), ["1", "3"], "9", "no text in it; "),
        (
            "a.csv",
            "id,text\n1,One is here.\n2,Two, is not.\n3,Three is.\n",
            ["1", "3"],
            "line 3",
            "3 fields, the header",
        ),
        ("a.mbox", mailbox("One.", "broken", "Three."), ["0@example.org", "2@example.org"], "message 2", "no mail: "),
        ("a.xml", wiki(("A", "Words."), ("B", LONG), ("C", "More.")), ["A", "C"], "B", "4,400,000 characters"),
    ],
    ids=["line", "no text", "row", "message", "page"],
)
def test_a_part_that_cannot_be_read_is_skipped_with_its_place_and_the_others_are_ingested(
    tmp_path: Path, encoder: HashedWords, name: str, data: str | bytes, added: list[str], skipped: str, why: str
) -> None:
    report = put(tmp_path / "in", encoder, data, name)
    assert report.added == [f"{name}#{part}" for part in added]
    (one,) = report.skipped
    assert one.source == f"{name}#{skipped}" and one.reason.startswith(why) and ";" in one.reason
    again = ingest([str(tmp_path / "in")], tmp_path / "index", encoder)
    assert (again.unchanged, again.skipped) == (report.added, report.skipped), "each time, until it is mended"


def test_the_name_of_a_part_that_cannot_be_read_stays_free_for_an_article() -> None:
    bad, good = Page((), part="line 7", problem="no JSON; mend it"), Page((Block("It is here."),), part="line 7")
    skipped, document = make_documents([bad, good], "a.csv", "/a.csv")
    assert skipped == Skipped("a.csv#line 7", "no JSON; mend it")
    assert not isinstance(document, Skipped) and document.source == "a.csv#line 7"


@pytest.mark.parametrize("prune", [False, True])
def test_an_article_stays_while_it_may_be_what_cannot_be_read(
    tmp_path: Path, encoder: HashedWords, prune: bool
) -> None:
    folder = tmp_path / "in"
    put(folder, encoder, rows("1", "2", "3"))
    encoder.encoded.clear()
    for report in (
        put(folder, encoder, rows("1", BAD, "3"), prune=prune),
        put(folder, encoder, rows("1", BAD, "3"), prune=prune),
        put(folder, encoder, rows("3", "1", BAD), prune=prune),
    ):
        assert (report.added, report.changed, report.removed) == ([], [], [])
        assert sorted(report.unchanged) == ["a.jsonl#1", "a.jsonl#2", "a.jsonl#3"]
        assert len(report.skipped) == 1
    assert sorted(held(folder).values()) == sorted(TEXTS.values())
    assert encoder.encoded == []


def test_what_is_gone_from_a_file_is_taken_out_once_all_of_it_can_be_read(tmp_path: Path, encoder: HashedWords) -> None:
    folder = tmp_path / "in"
    put(folder, encoder, rows("1", "2", "3"))
    assert put(folder, encoder, rows(BAD, "3")).removed == []
    assert put(folder, encoder, rows("2", "3")).removed == ["a.jsonl#1"]
    assert sorted(held(folder)) == ["a.jsonl#2", "a.jsonl#3"]


def test_a_row_that_lost_its_text_is_gone(tmp_path: Path, encoder: HashedWords) -> None:
    put(tmp_path / "in", encoder, rows("1", "2"))
    report = put(tmp_path / "in", encoder, rows("1", '{"id": "2", "text": ""}'))
    assert (report.removed, [one.source for one in report.skipped]) == (["a.jsonl#2"], ["a.jsonl#2"])


@pytest.mark.parametrize("to", ["in/b.jsonl", "there/a.jsonl"])
def test_a_file_of_which_a_part_cannot_be_read_may_be_moved(tmp_path: Path, encoder: HashedWords, to: str) -> None:
    folder = tmp_path / "in"
    put(folder, encoder, rows("1", "2", "3"))
    put(folder, encoder, rows("1", BAD, "3"))
    target = tmp_path / to
    target.parent.mkdir(exist_ok=True)
    (folder / "a.jsonl").rename(target)
    ingest([str(target.parent)], tmp_path / "index", encoder, prune=True)
    assert sorted(held(folder).values()) == sorted(TEXTS.values())
    target.write_text(rows("1", "2"))
    ingest([str(target.parent)], tmp_path / "index", encoder)
    assert held(folder) == {f"{target.name}#{n}": TEXTS[n] for n in ("1", "2")}


def test_what_was_removed_by_hand_does_not_come_back(tmp_path: Path, encoder: HashedWords) -> None:
    folder = tmp_path / "in"
    put(folder, encoder, rows("1", "2", "3"))
    remove(tmp_path / "index", encoder, lambda d: d.source.endswith("#2"))
    put(folder, encoder, rows("1", BAD, "3"))
    assert sorted(held(folder)) == ["a.jsonl#1", "a.jsonl#3"]


def test_a_file_most_of_which_cannot_be_read_leaves_what_was_there(tmp_path: Path, encoder: HashedWords) -> None:
    folder = tmp_path / "in"
    put(folder, encoder, rows("1", "2", "3"))
    for damaged in (rows("1", "x", "y"), rows("x", "y", "z"), "[" + rows("1").strip()):
        report = put(folder, encoder, damaged, prune=True)
        assert (report.removed, [one.source for one in report.skipped]) == ([], ["a.jsonl"])
    assert sorted(held(folder).values()) == sorted(TEXTS.values())


def test_rows_that_cannot_be_read_do_not_hide_what_the_others_repeat(tmp_path: Path, encoder: HashedWords) -> None:
    told = [f"Story number {n} is about the {w} of the old harbour." for n, w in enumerate("abcdef")]
    line = "Our readers can reach us under 555 0100"
    good = [json.dumps({"id": str(n), "text": f"{story}\n{line}\n{story} So it was."}) for n, story in enumerate(told)]
    report = put(tmp_path / "in", encoder, rows(*good, *[f'{{"id": "x{n}", "text": ""}}' for n in range(30)]))
    assert (len(report.added), len(report.skipped)) == (6, 30)
    assert not any(line in text for text in held(tmp_path / "in").values())
