"""Everything that people have, in one folder and on one site: ingested, asked, and kept true as it changes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.cite import number_citations
from bot.schema import Citation, Draft, DraftSentence, Evidence
from index.build import add_documents, ingest, remove
from index.cli import is_named, main
from index.formats.table import Columns
from index.how import How
from index.manifest import current_version
from index.opened import open_index
from index.report import IngestReport
from index.schema import Document, Hit, Place
from index.search import Searcher
from tests.everything import BEES, FERRY, KNOWN, PUMP, Known, made_old, write_everything
from tests.fakes import HashedWords, snapshot, write_articles
from tests.index.web.helpers import Reply, Site, page, site
from tests.written import feed, item, mbox, message, pdf, sitemap, web_page

HERE = How(allow_private=True)  # the tests' own server is on this computer


def documents(index: Path) -> dict[str, Document]:
    return {d.source: d for d in open_index(index).documents.values()}


def best(index: Path, question: str, encoder: HashedWords | None = None) -> Hit:
    return Searcher(open_index(index), encoder or HashedWords()).search(question)[0]


def cited(hit: Hit, quote: str) -> Citation:
    """The citation of a quotation in a hit, as an answer would have it."""
    start = hit.document.text.index(quote)
    evidence = Evidence(hit.document, hit.passage.id, start, start + len(quote))
    _, (citation,) = number_citations(Draft((DraftSentence(quote, (evidence,), "verbatim"),), 0.9), [hit])
    assert hit.document.text[citation.start : citation.end] == citation.quote == quote
    return citation


def report_of(index: Path, encoder: HashedWords, *paths: Path | str, prune: bool = False) -> IngestReport:
    return ingest(list(map(str, paths)), index, encoder, how=HERE, prune=prune)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with every format. Not to be changed."""
    return write_everything(tmp_path_factory.mktemp("everything") / "folder")


@pytest.fixture(scope="module")
def everything(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the folder. Not to be changed."""
    index = tmp_path_factory.mktemp("index") / "index"
    report = ingest([str(folder)], index, HashedWords())
    assert report.skipped == []
    assert sorted(report.added) == sorted([*(known.source for known in KNOWN), "news.csv#16"])
    return index


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.source)
def test_a_fact_in_any_format_is_found_and_cited_with_all_that_its_file_says(everything: Path, known: Known) -> None:
    hit = best(everything, known.question)
    document = hit.document
    assert (document.source, document.title) == (known.source, known.title)
    assert known.fact in hit.passage.text
    found = cited(hit, known.fact)
    assert document.place(found.start) == (Place(known.place, known.fragment) if known.place else None)
    assert (found.author, found.published, found.updated) == (known.author, known.published, known.updated)
    assert (found.outlet, document.language, found.url) == (known.outlet, known.language, known.url)
    assert found.place == known.place
    assert found.link == (f"{known.url}#{known.fragment}" if known.url and known.fragment else known.url)
    assert known.around in document.text


def test_what_is_no_story_is_not_in_the_index(everything: Path) -> None:
    text = "\n".join(d.text for d in documents(everything).values())
    for furniture in ("cookies", "Accept", "Sport", "newsletter", "Where do we sing", "Customs House", "A book.", "In "
                      "short.", "Is this page right", "===", "[[", "**", "<p>", "dc:creator", "Category"):  # fmt: skip
        assert furniture not in text


def test_everything_again_changes_nothing_and_encodes_nothing(
    everything: Path, folder: Path, encoder: HashedWords
) -> None:
    before, version = snapshot(everything), current_version(everything)
    report = ingest([str(folder)], everything, encoder)
    assert sorted(report.unchanged) == sorted(documents(everything))
    assert (report.added, report.changed, report.removed, report.skipped) == ([], [], [], [])
    assert encoder.encoded == []
    assert (current_version(everything), snapshot(everything)) == (version, before)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder of an article, a PDF, a web page and a table, to be changed."""
    folder = write_articles(tmp_path / "papers", {"ferry.txt": f"{FERRY.title}\n\n{FERRY.fact} {FERRY.around}\n"})
    (folder / "pump.pdf").write_bytes(pdf([[PUMP.fact], [PUMP.around]], PUMP.title, "Ines Falk", "D:20230511"))
    (folder / "bees.html").write_bytes(web_page(BEES.title, [f"{BEES.fact} {BEES.around}"]))
    (folder / "tides.csv").write_text(
        "id,title,text\n1,Low,The low tide is at six.\n2,High,The high tide is at noon.\n"
    )
    made_old(folder)
    return folder


def test_of_one_file_that_has_changed_only_that_is_encoded(papers: Path, tmp_path: Path, encoder: HashedWords) -> None:
    index = tmp_path / "index"
    report_of(index, encoder, papers)
    encoder.encoded.clear()
    changed = PUMP.fact.replace("27", "29")
    (papers / "pump.pdf").write_bytes(pdf([[changed], [PUMP.around]], PUMP.title, "Ines Falk", "D:20230511"))
    report = report_of(index, encoder, papers)
    assert (report.changed, report.added, report.removed) == (["pump.pdf"], [], [])
    assert len(report.unchanged) == 4
    assert encoder.encoded and all("bilge pump" in text for text in encoder.encoded)
    assert changed in documents(index)["pump.pdf"].text


def test_of_one_row_that_has_changed_only_that_is_encoded(papers: Path, tmp_path: Path, encoder: HashedWords) -> None:
    index = tmp_path / "index"
    report_of(index, encoder, papers)
    encoder.encoded.clear()
    (papers / "tides.csv").write_text("id,title,text\n2,High,The high tide is at one.\n3,Neap,There is no tide here.\n")
    report = report_of(index, encoder, papers)
    assert (report.changed, report.added, report.removed) == (["tides.csv#2"], ["tides.csv#3"], ["tides.csv#1"])
    assert encoder.encoded == ["High\nThe high tide is at one.", "Neap\nThere is no tide here."]


def test_a_renamed_file_is_the_same_document_by_its_new_name(
    papers: Path, tmp_path: Path, encoder: HashedWords
) -> None:
    index = tmp_path / "index"
    report_of(index, encoder, papers)
    encoder.encoded.clear()
    (papers / "pump.pdf").rename(papers / "bilge.pdf")
    (papers / "tides.csv").rename(papers / "water.csv")
    report = report_of(index, encoder, papers)
    assert encoder.encoded == []
    assert report.added == ["bilge.pdf", "water.csv#1", "water.csv#2"]
    assert sorted(report.removed) == ["pump.pdf", "tides.csv#1", "tides.csv#2"]
    assert sorted(documents(index)) == ["bees.html", "bilge.pdf", "ferry.txt", "water.csv#1", "water.csv#2"]


def test_a_copy_under_another_name_takes_nothing_away(papers: Path, tmp_path: Path, encoder: HashedWords) -> None:
    index = tmp_path / "index"
    report_of(index, encoder, papers)
    (papers / "copy.txt").write_bytes((papers / "ferry.txt").read_bytes())
    report = report_of(index, encoder, papers)
    assert (report.added, report.removed) == (["copy.txt"], [])
    assert [sorted(group) for group in report.duplicates] == [["copy.txt", "ferry.txt"]]


def test_a_mailbox_moved_back_and_forth_holds_what_is_in_it_now(tmp_path: Path, encoder: HashedWords) -> None:
    index, date = tmp_path / "index", "Wed, 01 Jul 2020 18:20:00 +0200"
    engine = message("One", "a@tolm.example", date, "1@tolm.example", f"{FERRY.fact}\n")
    boiler = message("One", "a@tolm.example", date, "1@tolm.example", "The boiler of the ferry cost even more.\n")
    second = message("Two", "a@tolm.example", date, "2@tolm.example", f"{PUMP.fact}\n")
    here, there = tmp_path / "here" / "box.mbox", tmp_path / "there" / "box.mbox"
    for path, inside in ((here, (engine, second)), (there, (boiler,)), (here, (engine, second))):
        path.parent.mkdir(exist_ok=True)
        mbox(path, *inside)
        made_old(path.parent)
        report_of(index, encoder, path.parent)
        assert [f"{d.text}\n" for d in documents(index).values()] == [each.get_content() for each in inside]
        path.unlink()


def test_a_document_put_in_place_of_a_files_gives_way_when_that_is_read_again(
    papers: Path, tmp_path: Path, encoder: HashedWords
) -> None:
    index = tmp_path / "index"
    report_of(index, encoder, papers)
    add_documents([Document.create(source="ferry.txt", title="Ferry", text="It sank.")], index, encoder)
    assert report_of(index, encoder, papers).changed == ["ferry.txt"]
    assert FERRY.fact in documents(index)["ferry.txt"].text


def test_two_folders_may_hold_tables_of_one_name(tmp_path: Path, encoder: HashedWords) -> None:
    for name in ("north", "south"):
        write_articles(tmp_path / name, {"news.csv": f"id,text\n1,The ferry to the {name} sails at dawn on Mondays.\n"})
    for paths in ((tmp_path / "north", tmp_path / "south"), (tmp_path / "south",)):
        report_of(tmp_path / "index", encoder, *paths)
        found = {source: d.text for source, d in documents(tmp_path / "index").items()}
        assert {source: text.split()[4] for source, text in found.items()} == {
            "news.csv#1": "north",
            "south/news.csv#1": "south",
        }


def test_a_row_of_one_line_is_text_and_no_headline(tmp_path: Path, encoder: HashedWords) -> None:
    (tmp_path / "a.csv").write_text("id,text\n7,The pier is closed.\n8,Share this\n")
    report = report_of(tmp_path / "index", encoder, tmp_path / "a.csv")
    (document,) = documents(tmp_path / "index").values()
    assert (document.title, document.text) == ("7", "The pier is closed.")
    assert [one.source for one in report.skipped] == [f"{tmp_path / 'a.csv'}#8"]


def test_columns_named_later_are_read_although_the_file_is_the_same(tmp_path: Path, encoder: HashedWords) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,body,summary\n1,The pier is 212 metres long.,A pier was built at last.\n")
    made_old(tmp_path)
    ingest([str(path)], tmp_path / "index", encoder)
    report = ingest([str(path)], tmp_path / "index", encoder, how=How(columns=Columns(text="summary")))
    (document,) = documents(tmp_path / "index").values()
    assert (len(report.changed), document.text) == (1, "A pier was built at last.")


def test_prune_takes_out_what_has_vanished_and_nothing_else(papers: Path, tmp_path: Path, encoder: HashedWords) -> None:
    index = tmp_path / "index"
    report_of(index, encoder, papers)
    (papers / "tides.csv").unlink()
    (papers / "bees.html").unlink()
    assert report_of(index, encoder, papers).removed == []
    encoder.encoded.clear()
    report = report_of(index, encoder, prune=True)
    assert sorted(report.removed) == ["bees.html", "tides.csv#1", "tides.csv#2"]
    assert sorted(documents(index)) == ["ferry.txt", "pump.pdf"]
    assert encoder.encoded == []
    assert report_of(index, encoder, prune=True).removed == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look into every folder")
def test_a_folder_that_may_not_be_looked_into_is_not_gone(papers: Path, tmp_path: Path, encoder: HashedWords) -> None:
    report_of(tmp_path / "index", encoder, papers)
    papers.chmod(0)
    try:
        assert report_of(tmp_path / "index", encoder, prune=True).removed == []
    finally:
        papers.chmod(0o755)


def test_one_file_by_many_paths_is_one_document(
    papers: Path, tmp_path: Path, encoder: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(papers)
    Path("link.txt").symlink_to("ferry.txt")
    index = tmp_path / "index"
    paths = ["./ferry.txt", "ferry.txt", "link.txt", str(papers / "ferry.txt"), "../papers/ferry.txt"]
    assert report_of(index, encoder, *paths).added == ["./ferry.txt"]
    encoder.encoded.clear()
    for path in (*paths, ".", str(papers)):
        assert "./ferry.txt" in report_of(index, encoder, path).unchanged
    assert [source for source in documents(index) if "txt" in source] == ["./ferry.txt"]


STORY = """The Calder footbridge will stay shut until the autumn, the county said on Tuesday, after divers
found that the river has washed the gravel from under two of its five piers.

The bridge was closed in February, when a walker noticed a gap in the railing that had not been
there the day before. It has carried the path between Norham and the mill since 1911, and some 600
children used it on their way to school.

"We could prop it up in a week, and it would fall down in a month," said the county's engineer,
Hanna Orlet. She wants to sink steel tubes around both piers and to fill them with concrete, which
will cost about 410,000 crowns.

Until then a bus takes the children round by the road, a journey of 35 minutes. The headmaster, Piet
Sandvik, called that a scandal and offered to row them across himself. The county has asked him not
to."""
LIGHTLY = (
    ("will stay shut", "is to remain closed"),
    ("some 600 children", "about 600 children"),
    ("offered to row", "proposed to row"),
)


def test_two_copies_of_a_story_lightly_rewritten_are_one(tmp_path: Path, encoder: HashedWords) -> None:
    rewritten = "\n\n".join(" ".join(paragraph.split()) for paragraph in STORY.split("\n\n"))
    for words, others in LIGHTLY:
        assert words in rewritten
        rewritten = rewritten.replace(words, others)
    other = "The Calder brewery\n\nThe brewery on the Calder has found gravel in its beer, its owner said on Tuesday."
    articles = {"herald.txt": f"Footbridge stays shut\n\n{STORY}\n", "brewery.txt": other}
    folder = write_articles(tmp_path / "a", articles)
    post = web_page(
        "No bridge till autumn", rewritten.split("\n\n"), url="https://post.example/bridge", outlet="The Post"
    )
    (folder / "post.html").write_bytes(post)
    report = report_of(tmp_path / "index", encoder, folder)
    assert [sorted(group) for group in report.duplicates] == [["herald.txt", "post.html"]]
    hits = Searcher(open_index(tmp_path / "index"), encoder).search("Why will the Calder footbridge stay shut?", 10)
    pair = {"herald.txt", "post.html"}
    (told,) = {hit.document.source for hit in hits} & pair
    (other,) = pair - {told}
    assert {hit.document.source for hit in hits} == {told, "brewery.txt"}
    for hit in hits:
        assert [d.source for d in hit.also] == ([other] if hit.document.source == told else [])
    (copy,) = cited(hits[0], "two of its five piers").also
    assert (copy.source, copy.url) == (other, "https://post.example/bridge" if other == "post.html" else None)


Pages = dict[str, Reply]


def story(known: Known, outlet: str | None = None) -> bytes:
    """The page of a fact, as a server gives it."""
    return page(web_page(known.title, [f"{known.fact} {known.around}"], author="Ada Fenwick", outlet=outlet))


@pytest.fixture
def pages() -> Pages:
    """What the tests' server has; it answers 404 for all else."""
    return {}


@pytest.fixture
def server(pages: Pages) -> Iterator[Site]:
    with site(pages) as running:
        yield running


def test_a_site_by_its_sitemap_a_feed_and_a_list(
    pages: Pages, server: Site, tmp_path: Path, encoder: HashedWords
) -> None:
    index = tmp_path / "index"
    sheets = pdf([[FERRY.around], [FERRY.fact]], FERRY.title, "Ines Falk", "D:20230511")
    entry = item(server.url("/bees"), "In the feed", "Petra Holm", "Fri, 09 Jun 2023 07:00:00 +0000")
    pages["/sitemap.xml"] = page(sitemap(server.url("/ferry.pdf"), server.url("/bees")), kind="application/xml")
    pages["/feed"] = page(feed(entry), kind="application/rss+xml")
    pages["/ferry.pdf"] = page(sheets, kind="application/pdf")
    pages["/bees"] = story(BEES, outlet="Varn Weekly")
    pages["/pump"] = story(PUMP)
    lists = write_articles(tmp_path / "lists", {"wanted.urls": f"# ours\n{server.url('/pump')}\n"})
    (lists / "saved.rss").write_bytes(feed(entry))
    given: list[Path | str] = [server.url("/feed"), server.url("/sitemap.xml"), lists]
    report = report_of(index, encoder, *given)
    assert (report.skipped, report.removed) == ([], [])
    assert sorted(report.added) == sorted(server.url(path) for path in ("/bees", "/ferry.pdf", "/pump"))

    bees = cited(best(index, BEES.question), BEES.fact)
    assert (bees.source, bees.url, bees.link) == (server.url("/bees"),) * 3
    assert (bees.title, bees.author, bees.outlet) == (BEES.title, "Ada Fenwick", "Varn Weekly")
    assert bees.published == "2023-06-09T07:00:00+00:00", "the page does not say, the feed does"
    ferry = cited(best(index, FERRY.question), FERRY.fact)
    assert (ferry.title, ferry.author, ferry.updated) == (FERRY.title, "Ines Falk", "2023-05-11")
    assert ferry.published is None, "neither says it"
    assert (ferry.place, ferry.link) == ("page 2", f"{server.url('/ferry.pdf')}#page=2")
    pump = cited(best(index, PUMP.question), PUMP.fact)
    assert (pump.source, pump.link, pump.published) == (server.url("/pump"), server.url("/pump"), None)

    encoder.encoded.clear()
    version = current_version(index)
    report = report_of(index, encoder, *given)
    assert (sorted(report.unchanged), report.added, report.changed) == (sorted(documents(index)), [], [])
    assert (encoder.encoded, current_version(index)) == ([], version)


def test_pages_that_are_gone_stay_until_pruned_and_others_stay(
    pages: Pages, server: Site, tmp_path: Path, encoder: HashedWords, run: Callable[..., int]
) -> None:
    index, urls = tmp_path / "index", {name: server.url(f"/{name}") for name in ("bees", "ferry", "pump", "sails")}
    pages["/all"] = page("\n".join(urls.values()).encode(), kind="text/plain")
    for name, known in zip(urls, (BEES, FERRY, PUMP, KNOWN[13]), strict=True):
        pages[f"/{name}"] = story(known)
    local = write_articles(tmp_path / "local", {"here.txt": f"Here\n\n{KNOWN[14].fact} {KNOWN[14].around}\n"})
    assert len(report_of(index, encoder, server.url("/all"), local).added) == 5
    encoder.encoded.clear()

    del pages["/bees"]
    pages["/ferry"] = page(b"gone", status="410 Gone")
    pages["/pump"] = page(b"no", status="403 Forbidden")
    pages["/sails"] = story(KNOWN[13]).replace(b"Olof Krans", b"Olaf Krans")
    report = report_of(index, encoder, server.url("/all"), local)
    assert (report.changed, report.removed) == ([urls["sails"]], [])
    assert sorted(one.source for one in report.skipped) == [urls["bees"], urls["ferry"], urls["pump"]]
    assert len(documents(index)) == 5
    assert encoder.encoded and all("Olaf Krans" in text or "loft" in text for text in encoder.encoded)

    encoder.encoded.clear()
    assert run("--prune", "--allow-private", "--index", str(index)) == 3, "one of them could not be asked"
    assert sorted(documents(index)) == ["here.txt", urls["pump"], urls["sails"]]
    assert encoder.encoded == []


@pytest.fixture
def run(encoder: HashedWords, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The ingest command, with the stand-in for its model."""
    monkeypatch.setattr("index.cli.open_encoder", lambda *_: encoder)
    return lambda *arguments: main(arguments, default_index=Path("/nonexistent/index"), model="none")


def test_the_command_says_what_it_did(
    papers: Path, tmp_path: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    index = str(tmp_path / "index")
    (papers / "broken.docx").write_bytes(b"PK\x03\x04 word/ and no more")
    assert run(str(papers), "--index", index) == 3
    out, err = capsys.readouterr()
    assert "5 added, 1 skipped" in out and err.startswith("skipped broken.docx: ")
    (papers / "broken.docx").unlink()
    (papers / "ferry.txt").unlink()
    assert run(str(papers), "--prune", "--index", index) == 0
    assert "4 unchanged, 1 removed" in capsys.readouterr().out


def test_citations_of_a_published_folder_link_to_the_page_and_its_place(tmp_path: Path) -> None:
    wiki = "====== The works ======\n\n===== Pump house =====\n\nThe pump house was built in 1911 by Odd Lund.\n"
    own = "---\nurl: https://elsewhere.example/own\n---\n# Own\n\nThe weir was mended in 1950 by Siv Dahl.\n"
    plain = "The mill\n\nThe old mill on the river closed in 1930, the parish book says."
    write_articles(tmp_path / "in", {"data/pages/town/water_works.txt": wiki, "own.md": own, "a mill.txt": plain})
    how = How(base_url="https://wiki.example.org/w/")
    report = ingest([str(tmp_path / "in")], tmp_path / "index", HashedWords(), how=how)
    assert (len(report.added), report.skipped) == (3, [])
    found = documents(tmp_path / "index")
    house = found["data/pages/town/water_works.txt"]
    assert house.link(house.text.index("1911")) == "https://wiki.example.org/w/doku.php?id=town:water_works#pump_house"
    assert found["own.md"].url == "https://elsewhere.example/own", "what a page says of itself comes first"
    assert found["a mill.txt"].url == "https://wiki.example.org/w/a%20mill.txt"


def test_a_base_that_is_no_address_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path), "--base-url", "wiki.example.org"], default_index=tmp_path / "i", model="none")
    assert "write it as https://wiki.example.org/" in capsys.readouterr().err


def test_all_of_a_file_goes_by_its_own_name(papers: Path, tmp_path: Path, encoder: HashedWords) -> None:
    mbox(papers / "box.mbox", message("One", "A <a@x.example>", "Mon, 4 Mar 2024 10:00:00 +0000", "1", FERRY.fact),
         message("Two", "A <a@x.example>", "Mon, 4 Mar 2024 11:00:00 +0000", "2", BEES.fact))  # fmt: skip
    index = tmp_path / "index"
    report_of(index, encoder, papers)
    assert len([source for source in documents(index) if source.startswith("box.mbox#")]) == 2
    report = remove(index, encoder, partial(is_named, ["box.mbox"]))
    assert len(report.removed) == 2
    assert not any(source.startswith("box.mbox") for source in documents(index))


def test_an_address_that_is_none_is_no_address(tmp_path: Path) -> None:
    write_articles(tmp_path / "in", {"a.md": f"---\nurl: https://[::x/a\n---\n# A\n\n{FERRY.fact}\n", "b.html": (
        f'<link rel=canonical href="https://[bad/"><h1>B</h1><p>{BEES.fact}</p>'
    )})  # fmt: skip
    report = ingest([str(tmp_path / "in")], tmp_path / "index", HashedWords())
    assert (sorted(report.added), report.skipped) == (["a.md", "b.html"], [])
    assert {d.url for d in documents(tmp_path / "index").values()} == {None}
