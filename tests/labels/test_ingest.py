"""How labels come to documents, stay with them, and go."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.access import EVERYTHING, Access
from index.build import add_documents, ingest, remove
from index.cli import main
from index.encode import DEFAULT_MODEL
from index.how import How
from index.labels import Labelling
from index.opened import open_index
from index.report import IngestReport
from index.schema import Document
from tests.fakes import BAKERY, FERRY, OWLS, HashedWords, snapshot, write_articles

TABLE = "id,text\n" + "".join(f"{n},The {n}th mill of Oldmouth has {n} wheels and a miller.\n" for n in range(3))


class Shop:
    """A folder of articles and its index."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.index = folder / "articles", folder / "index"
        self.encoder = HashedWords()

    def write(self, name: str, text: str) -> Path:
        return write_articles(self.folder, {name: text}) / name

    def ingest(self, *paths: str, labels: Sequence[str] | None = None, **more: bool) -> IngestReport:
        how = How(labels=None if labels is None else tuple(labels))
        given = [str(self.folder / path) for path in paths]
        return ingest(given, self.index, self.encoder, how=how, **more)  # type: ignore[arg-type]

    def labels(self) -> dict[str, str]:
        return {d.source: ",".join(d.labels) for d in open_index(self.index).documents.values()}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = Shop(tmp_path)
    shop.write("open/bakery.txt", BAKERY)
    shop.write("hr/ferry.txt", FERRY)
    return shop


def test_a_label_is_of_what_that_ingest_names(shop: Shop) -> None:
    shop.ingest("open")
    report = shop.ingest("hr", labels=["HR", "staff"])
    assert shop.labels() == {"bakery.txt": "", "ferry.txt": "hr,staff"}
    assert report.added == ["ferry.txt"] and report.labelled == []


def test_labels_stay_when_a_later_ingest_does_not_name_them(shop: Shop) -> None:
    shop.ingest("hr", labels=["hr"])
    assert shop.ingest("hr").unchanged == ["ferry.txt"]
    shop.write("hr/ferry.txt", FERRY.replace("84 inhabitants", "85 inhabitants"))
    assert shop.ingest("hr").changed == ["ferry.txt"]
    assert shop.labels() == {"ferry.txt": "hr"}
    assert shop.ingest("hr", prune=True).removed == []
    assert shop.labels() == {"ferry.txt": "hr"}


def test_a_changed_label_reaches_an_unchanged_file_and_nothing_is_encoded_again(shop: Shop) -> None:
    shop.ingest("open", "hr")
    before = len(shop.encoder.encoded)
    report = shop.ingest("hr", labels=["hr"])
    assert (report.unchanged, report.labelled) == (["ferry.txt"], ["ferry.txt"])
    assert shop.labels() == {"bakery.txt": "", "ferry.txt": "hr"}
    assert shop.ingest("hr", labels=["staff"]).labelled == ["ferry.txt"]
    assert shop.labels()["ferry.txt"] == "staff"
    assert shop.ingest("hr", labels=["staff"]).labelled == []
    assert len(shop.encoder.encoded) == before


def test_labels_go_by_name_only(shop: Shop) -> None:
    shop.ingest("hr", labels=["hr"])
    assert shop.ingest("hr", labels=[]).labelled == ["ferry.txt"]
    assert shop.labels() == {"ferry.txt": ""}
    shop.write("hr/owls.md", OWLS)
    shop.ingest("hr")
    assert set(shop.labels().values()) == {""}


def test_what_is_new_in_a_labelled_folder_has_its_label(shop: Shop) -> None:
    shop.ingest("hr", labels=["hr"])
    shop.write("hr/deep/owls.md", OWLS)
    shop.ingest("")  # the folder above, without a label
    assert shop.labels() == {"ferry.txt": "hr", "hr/deep/owls.md": "hr", "open/bakery.txt": ""}


def test_the_nearest_labelled_place_counts(shop: Shop) -> None:
    shop.write("hr/news/owls.md", OWLS)
    shop.ingest("hr", labels=["hr"])
    shop.ingest("hr/news", labels=[])
    shop.write("hr/news/late.md", OWLS.replace("Seventeen", "Eighteen"))
    shop.write("hr/late.txt", BAKERY)
    shop.ingest("hr")
    assert shop.labels() == {"ferry.txt": "hr", "late.txt": "hr", "news/owls.md": "", "news/late.md": ""}
    shop.ingest("hr", labels=["staff"])  # said of the whole folder again
    assert set(shop.labels().values()) == {"staff"}


def test_a_moved_or_renamed_file_keeps_its_labels(shop: Shop) -> None:
    shop.ingest("hr", labels=["hr"])
    (shop.folder / "hr" / "ferry.txt").rename(shop.folder / "open" / "boat.txt")
    shop.ingest("open")
    assert set(shop.labels()) == {"bakery.txt", "boat.txt"} and shop.labels()["boat.txt"] == "hr"


def test_a_new_part_of_a_labelled_file_is_labelled(shop: Shop) -> None:
    shop.write("mills.csv", TABLE)
    add_documents([], shop.index, shop.encoder)
    shop.ingest("mills.csv", labels=["hr"])
    shop.write("mills.csv", TABLE + "9,The last mill of Oldmouth burnt down in a night.\n")
    assert len(shop.ingest("mills.csv").added) == 1
    assert len(shop.labels()) == 4 and set(shop.labels().values()) == {"hr"}


def test_a_label_reaches_what_cannot_be_read_any_more_and_what_is_gone(shop: Shop) -> None:
    shop.write("hr/owls.md", OWLS)
    shop.ingest("hr", "open")
    (shop.folder / "hr" / "ferry.txt").write_bytes(b"\x00\x01\x02\x00")
    (shop.folder / "hr" / "owls.md").unlink()
    report = shop.ingest("hr", labels=["hr"])
    assert [s.source for s in report.skipped] == ["ferry.txt"] and sorted(report.labelled) == ["ferry.txt", "owls.md"]
    assert shop.labels() == {"ferry.txt": "hr", "owls.md": "hr", "bakery.txt": ""}


def test_removed_and_ingested_again_it_is_labelled(shop: Shop) -> None:
    shop.ingest("hr", "open", labels=["hr"])
    remove(shop.index, shop.encoder, lambda document: document.source == "ferry.txt")
    shop.ingest("hr")
    assert shop.labels() == {"bakery.txt": "hr", "ferry.txt": "hr"}


def test_documents_made_elsewhere_bring_their_own(tmp_path: Path) -> None:
    one = Document.create(source="a", title="A", text="A text.", labels=("hr",))
    bare = Document.create(source="a", title="A", text="A text.")
    assert one.id == bare.id, "who may see it is no part of what is seen"
    add_documents([one], tmp_path / "i", HashedWords())
    index = open_index(tmp_path / "i")
    assert index.view(Access()).documents == {} and len(index.view(EVERYTHING).documents) == 1


def test_an_index_without_labels_is_as_it_always_was(shop: Shop) -> None:
    shop.ingest("open", "hr")
    files = snapshot(shop.index)
    assert not any(name.endswith("places.jsonl") for name in files)
    (documents,) = (text for name, text in files.items() if name.endswith("documents.jsonl"))
    (manifest,) = (text for name, text in files.items() if name.endswith("manifest.json"))
    assert "labelled" not in json.loads(manifest)
    assert all("labels" not in json.loads(line) for line in documents.splitlines())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a.txt", "--label", "h r"], "'h r' is no label; give 1 to 40 letters"),
        (["a.txt", "--label", "hr,"], "'' is no label"),
        (["a.txt", "--label", ""], "the label is empty; give a name, or --no-labels"),
        (["a.txt", "--label", "hr", "--no-labels"], "not allowed with argument"),
    ],
)
def test_a_bad_label_on_the_command_line_is_named(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments, default_index=tmp_path / "index", model=DEFAULT_MODEL)
    assert caught.value.code == 2 and words in capsys.readouterr().err


@pytest.mark.parametrize("action", [["--list"], ["--prune"], ["--remove", "a"]])
def test_labels_without_a_path_are_an_error(
    action: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for labels in (["--label", "hr"], ["--no-labels"]):
        assert main([*action, *labels], default_index=tmp_path / "index", model=DEFAULT_MODEL) == 1
        assert "name its paths" in capsys.readouterr().err


def test_the_list_shows_labels(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop.ingest("open")
    shop.ingest("hr", labels=["hr", "staff"])
    assert main(["--list"], default_index=shop.index, model=DEFAULT_MODEL) == 0
    lines = {line.split("\t")[0]: line.split("\t")[3:] for line in capsys.readouterr().out.splitlines()}
    assert lines == {"bakery.txt": [], "ferry.txt": ["[hr, staff]"]}
    assert main(["--list", "--json"], default_index=shop.index, model=DEFAULT_MODEL) == 0
    listed = json.loads(capsys.readouterr().out)["documents"]
    assert {d["source"]: d["labels"] for d in listed} == {"bakery.txt": [], "ferry.txt": ["hr", "staff"]}


def test_what_a_labelled_feed_names_later_is_labelled() -> None:
    feed, page = "https://town.example/feed.xml", "https://town.example/mills"
    first = Labelling({}, ["hr"])
    first.reach(page, feed)
    first.give(feed, [])
    assert first.of(page, ()) == ("hr",) and first.of("https://town.example/other", ()) == ()
    later = Labelling(first.places, None)
    later.reach(f"{page}/new", feed)
    assert later.of(f"{page}/new", None) == ("hr",) and later.of(f"{page}/elsewhere", None) == ()
