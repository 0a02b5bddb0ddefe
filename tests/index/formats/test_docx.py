"""Word documents to blocks: what a reader sees of them, and what is refused."""

from __future__ import annotations

import io
import random
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml

from index.errors import SourceError
from index.formats import Page, Place, archive, docx

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DOCUMENT = "word/document.xml"


def saved(document: WordDocument) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def written(write: Callable[[WordDocument], object]) -> bytes:
    """A document with what `write` puts in it."""
    document = Document()
    write(document)
    return saved(document)


def with_xml(inner: str) -> bytes:
    """A document with these elements in its body."""
    document = Document()
    for element in parse_xml(f"<w:body {W}>{inner}</w:body>"):
        document.element.body.insert(len(document.element.body) - 1, element)
    return saved(document)


def repacked(data: bytes, **changes: bytes) -> bytes:
    """The archive with members replaced or added; a name is given with _ for / and . as in word_document_xml."""
    names = {"document": DOCUMENT, "types": "[Content_Types].xml", "links": "word/_rels/document.xml.rels"}
    changed = {names.get(key, f"word/{key}.xml"): content for key, content in changes.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changed.pop(name) if name in changed else old.read(name))
        for name, content in changed.items():
            new.writestr(name, content)
    return file.getvalue()


def member(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return packed.read(name)


def read(data: bytes) -> Page:
    (page,) = docx.read(data, "report.docx")
    assert page.part == ""
    return page


def texts(data: bytes) -> list[str]:
    return [block.text for block in read(data).blocks]


def refusal(data: bytes) -> str:
    with pytest.raises(SourceError) as caught:
        docx.read(data, "report.docx")
    assert "\n" not in str(caught.value)
    return str(caught.value)


STORY = written(lambda document: document.add_paragraph("The ferry is closed."))


def test_blocks_come_in_reading_order_with_the_heading_above_as_their_place() -> None:
    def write(document: WordDocument) -> None:
        document.add_paragraph("Before all.")
        document.add_heading("Boats", 1)
        document.add_paragraph("The boat is old.")
        table = document.add_table(2, 2)
        for cell, text in zip(table._cells, ["Year", "Boats", "1981", "2"], strict=True):
            cell.text = text
        document.add_heading("Piers", 2)
        document.add_paragraph("a pier", style="List Bullet")
        document.add_paragraph("a bell", style="List Number 2")

    boats, piers = Place("Boats"), Place("Piers")
    assert [(block.text, block.place, block.is_heading) for block in read(written(write)).blocks] == [
        ("Before all.", None, False),
        ("Boats", boats, True),
        ("The boat is old.", boats, False),
        ("Year | Boats", boats, False),
        ("1981 | 2", boats, False),
        ("Piers", piers, True),
        ("- a pier", piers, False),
        ("- a bell", piers, False),
    ]


def test_a_paragraph_is_one_line_whatever_it_is_made_of() -> None:
    paragraph = (
        '<w:p><w:r><w:t xml:space="preserve">The </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>fer</w:t></w:r>'
        "<w:r><w:t>ry</w:t><w:br/><w:t>is</w:t><w:tab/><w:t>well</w:t><w:noBreakHyphen/><w:t>kept</w:t></w:r></w:p>"
    )
    assert texts(with_xml(paragraph)) == ["The ferry is well-kept"]


def test_deleted_moved_and_hidden_text_is_not_seen_and_inserted_text_is() -> None:
    paragraph = (
        '<w:p><w:r><w:t xml:space="preserve">The line is </w:t></w:r>'
        "<w:del><w:r><w:delText>open</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>free</w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>now</w:t></w:r>'
        '<w:ins><w:r><w:t xml:space="preserve"> closed</w:t></w:r></w:ins></w:p>'
    )
    assert texts(with_xml(paragraph)) == ["The line is now closed"]


def test_links_fields_and_content_controls_are_text_and_field_codes_are_not() -> None:
    inner = (
        "<w:sdt><w:sdtPr/><w:sdtContent><w:p><w:r><w:t>In a control.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        '<w:p><w:hyperlink><w:r><w:t>A link</w:t></w:r></w:hyperlink><w:r><w:instrText> PAGE "x" </w:instrText></w:r>'
        '<w:fldSimple w:instr="DATE"><w:r><w:t xml:space="preserve"> of 1981</w:t></w:r></w:fldSimple></w:p>'
    )
    assert texts(with_xml(inner)) == ["In a control.", "A link of 1981"]


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent>"
    inner = (
        '<w:p><w:r><w:t>Around it.</w:t></w:r><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/'
        f'markup-compatibility/2006"><mc:Choice Requires="wps">{box}</mc:Choice><mc:Fallback><w:pict>{box}</w:pict>'
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert texts(with_xml(inner)) == ["Around it.", "In a box."]


def test_a_row_of_one_cell_is_a_frame_and_tables_in_cells_are_part_of_them() -> None:
    def write(document: WordDocument) -> None:
        frame = document.add_table(1, 1).cell(0, 0)
        frame.text = "One."
        frame.add_paragraph("Two.")
        cell = document.add_table(1, 2).cell(0, 1)
        cell.text = "outer"
        cell.add_table(1, 2).cell(0, 0).text = "inner"

    assert texts(written(write)) == ["One.", "Two.", " | outer inner | "]


def test_headings_are_known_by_their_outline_and_by_the_style_that_theirs_is_based_on() -> None:
    def write(document: WordDocument) -> None:
        style = document.styles.add_style("Our own", 1)
        style.base_style = document.styles["Heading 2"]
        document.add_paragraph("Ours", style="Our own")

    own = '<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r><w:t>Bare</w:t></w:r></w:p>'
    body = '<w:p><w:pPr><w:outlineLvl w:val="9"/></w:pPr><w:r><w:t>Body</w:t></w:r></w:p>'
    assert [block.is_heading for block in read(written(write)).blocks] == [True]
    assert [block.is_heading for block in read(with_xml(own + body)).blocks] == [True, False]


def test_styles_based_on_each_other_in_a_circle_are_no_trap() -> None:
    def write(document: WordDocument) -> None:
        one, two = document.styles.add_style("One", 1), document.styles.add_style("Two", 1)
        one.base_style, two.base_style = two, one
        document.add_paragraph("The ferry is closed.", style="One")

    assert texts(written(write)) == ["The ferry is closed."]


def test_numbered_paragraphs_are_list_items_unless_the_number_is_taken_off() -> None:
    item = '<w:p><w:pPr><w:numPr><w:numId w:val="{}"/></w:numPr></w:pPr><w:r><w:t>a pier</w:t></w:r></w:p>'
    assert texts(with_xml(item.format(1) + item.format(0))) == ["- a pier", "a pier"]


def test_notes_follow_the_text_in_the_order_of_their_marks() -> None:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    mark = '<w:p><w:r><w:t>The ferry is closed.</w:t><w:footnoteReference w:id="{}"/></w:r></w:p>'
    note = '<w:footnote w:id="{}"><w:p><w:r><w:footnoteRef/><w:t>{}</w:t></w:r></w:p></w:footnote>'
    data = with_xml(mark.format(7) + mark.format(3))
    notes = f"<w:footnotes {W}>{note.format(0, '----')}{note.format(3, 'B.')}{note.format(7, 'A.')}</w:footnotes>"
    type_ = f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>'
    link = f'<Relationship Id="rId99" Type="{link}" Target="footnotes.xml"/></Relationships>'
    types, links = member(data, "[Content_Types].xml"), member(data, "word/_rels/document.xml.rels")
    types, links = types.replace(b"</Types>", type_.encode()), links.replace(b"</Relationships>", link.encode())
    page = read(repacked(data, footnotes=notes.encode(), types=types, links=links))
    assert [(block.text, block.place) for block in page.blocks][2:] == [
        ("A.", Place("footnote 1")),
        ("B.", Place("footnote 2")),
    ]


def test_title_author_and_dates_are_the_documents_own() -> None:
    def write(document: WordDocument) -> None:
        properties = document.core_properties
        properties.title, properties.author = "The ferry  closes", "Ada Marsh"
        properties.created, properties.modified = datetime(2021, 3, 4, 23, 59), datetime(2021, 4, 1)
        document.add_paragraph("The ferry is closed.")

    page = read(written(write))
    assert (page.title, page.author, page.published, page.updated) == (
        "The ferry closes",
        "Ada Marsh",
        None,  # when a file was made is not when it was published
        "2021-04-01",
    )


def test_what_a_template_or_a_program_says_is_none() -> None:
    page = read(STORY)
    assert (page.title, page.author, page.published, page.updated) == (None, None, None, None)


def test_the_title_on_the_page_goes_before_the_one_in_the_properties() -> None:
    def write(document: WordDocument) -> None:
        document.core_properties.title = "Template of the office"
        document.add_heading("The ferry closes", 0)
        document.add_paragraph("The ferry is closed.")

    page = read(written(write))
    assert page.title == "The ferry closes"
    assert [block.text for block in page.blocks] == ["The ferry closes", "The ferry is closed."]


def test_a_document_in_utf_16_is_read() -> None:
    xml = member(STORY, DOCUMENT).decode("utf-8").replace("UTF-8", "UTF-16")
    assert texts(repacked(STORY, document=xml.encode("utf-16"))) == ["The ferry is closed."]


def test_pictures_are_not_unpacked() -> None:
    file = io.BytesIO(STORY)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/media/image1.png", b"\x00" * 5_000_000)
    tracemalloc.start()
    try:
        assert texts(file.getvalue()) == ["The ferry is closed."]
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "save it as .docx"),
        (b"The ferry is closed.", "not a ZIP archive"),
        (b"", "not a ZIP archive"),
        (STORY[: len(STORY) // 2], "not a ZIP archive"),
        (saved(Document()), "no text in the document"),
    ],
)
def test_what_is_no_document_is_refused_with_the_remedy(data: bytes, words: str) -> None:
    assert words in refusal(data)


def test_another_archive_is_no_document() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("word/notes.txt", "The ferry is closed.")
    assert "not a Word document" in refusal(file.getvalue())


def test_a_document_that_unpacks_to_far_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "200 times its size" in refusal(repacked(STORY, theme=b"<" + b" " * 2_000_000))
    monkeypatch.setattr(archive, "MAX_BYTES", 2**20)
    assert "over the limit of 1 MB" in refusal(repacked(STORY, theme=random.Random(3).randbytes(2**20)))


def test_a_member_that_lies_about_its_size_does_not_unpack_beyond_it() -> None:
    bomb = repacked(STORY, theme=b"<" + b" " * 20_000_000)
    at = bomb.index(b"PK\x01\x02")
    while b"theme.xml" not in bomb[at : at + 60]:
        at = bomb.index(b"PK\x01\x02", at + 4)
    lie = bomb[: at + 24] + struct.pack("<I", 900) + bomb[at + 28 :]
    tracemalloc.start()
    try:
        assert "damaged" in refusal(lie)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_an_archive_of_too_many_files_is_refused() -> None:
    file = io.BytesIO(STORY)
    with zipfile.ZipFile(file, "a") as packed:
        for number in range(2_100):
            packed.writestr(f"word/media/{number}", b"")
    assert "files in the archive" in refusal(file.getvalue())


ENTITIES = '<?xml version="1.0" encoding="{}"?><!DOCTYPE w:document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "{}">]>'


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "UTF-16-LE", "UTF-7", "IBM037", "UTF-32"])
def test_entities_are_refused_in_any_encoding(encoding: str) -> None:
    xml = member(STORY, DOCUMENT).decode("utf-8").split("?>", 1)[1].replace("The ferry", "&b;")
    bomb = (ENTITIES.format(encoding, "&a;" * 10) + xml).encode(encoding)
    assert ";" in refusal(repacked(STORY, document=bomb))


def test_a_file_outside_is_not_read_through_an_entity() -> None:
    xml = member(STORY, DOCUMENT).decode("utf-8").split("?>", 1)[1].replace("The ferry", "&a;")
    bomb = f'<!DOCTYPE w:document [<!ENTITY a SYSTEM "file:///etc/hostname">]>{xml}'
    assert "document type" in refusal(repacked(STORY, document=bomb.encode()))


def test_elements_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    start, end = member(STORY, DOCUMENT).split(b"<w:body>")
    monkeypatch.setattr(docx, "MAX_MARKS", 100_000)
    wide = repacked(STORY, document=start + b"<w:body>" + b"<w:p/>" * 100_000 + end)
    assert "XML marks are over the limit of 100,000" in refusal(wide)
    deep = repacked(STORY, document=start + b"<w:body>" + b"<w:p>" * 5_000 + b"</w:p>" * 5_000 + end)
    assert "damaged" in refusal(deep)


def test_no_damage_leads_to_anything_but_a_refusal() -> None:
    chance = random.Random(7)
    xml = member(STORY, DOCUMENT)
    for whole, build in ((STORY, bytes), (xml, lambda changed: repacked(STORY, document=bytes(changed)))):
        for _ in range(15):
            data = bytearray(whole)
            for _ in range(chance.randint(1, 20)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            try:
                docx.read(build(data), "x.docx")
            except SourceError as error:
                assert "\n" not in str(error)
