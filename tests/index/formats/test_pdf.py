"""PDF to blocks: paragraphs put together, page furniture out, hostile files refused with words that help."""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Sequence

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

from index.clean import clean_page
from index.errors import SourceError
from index.formats import Page, Place, pdf

STORY = (
    "The harbour board voted on Tuesday to close the ferry line after forty years of service, because the boats are "
    "old and the money for new ones has not been found. "
)
LEADING = 12.0


def sheets(*pages: Sequence[str], top: float = 760.0, **info: str) -> bytes:
    """A PDF with the given lines on each page, one below the other; "" leaves a gap."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    canvas.setTitle(info.get("title", ""))
    canvas.setAuthor(info.get("author", ""))
    for lines in pages:
        canvas.setFont("Helvetica", 10)
        for i, line in enumerate(lines):
            canvas.drawString(70, top - LEADING * i, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def flowing(*paragraphs: tuple[str, str], indent: float = 0.0, gap: float = 6.0) -> bytes:
    """A PDF of (style, text) paragraphs, set by a layout engine."""
    styles = getSampleStyleSheet()
    body = ParagraphStyle("b", parent=styles["BodyText"], firstLineIndent=indent, spaceBefore=gap, spaceAfter=0)
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=A4).build(
        [Paragraph(text, body if style == "Body" else styles[style]) for style, text in paragraphs]
    )
    return file.getvalue()


def by_hand(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, the first its catalogue."""
    out, starts = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        table,
        size,
        trailer,
        len(out),
    )


def packed(content: bytes) -> bytes:
    data = zlib.compress(content, 9)
    return b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(data), data)


def one_page(content: bytes, fonts: bytes = b"/F1 5 0 R", *more: bytes) -> bytes:
    return by_hand(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<<%s>>>>>>" % fonts,
            packed(content),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            *more,
        ]
    )


def read(data: bytes, name: str = "report.pdf") -> Page:
    (page,) = pdf.read(data, name)
    assert page.part == ""
    return page


def texts(data: bytes) -> list[str]:
    return [block.text for block in read(data).blocks]


def refusal(data: bytes) -> str:
    with pytest.raises(SourceError) as caught:
        pdf.read(data, "report.pdf")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_paragraphs_and_headings_come_whole_with_their_page() -> None:
    page = read(flowing(("Title", "The ferry closes"), ("Body", STORY * 2), ("Heading2", "Why"), ("Body", STORY * 3)))
    assert [(block.text, block.is_heading) for block in page.blocks] == [
        ("The ferry closes", True),
        ((STORY * 2).strip(), False),
        ("Why", True),
        ((STORY * 3).strip(), False),
    ]
    assert {block.place for block in page.blocks} == {Place("page 1", "page=1")}


@pytest.mark.parametrize(("indent", "gap"), [(14.0, 0.0), (0.0, 6.0), (0.0, 3.0)])
def test_paragraphs_are_told_apart_by_a_gap_or_an_indent(indent: float, gap: float) -> None:
    stories = [f"{number} boats. " + STORY * 2 + "So it was." for number in ("Ten", "Nine", "Eight")]
    assert texts(flowing(*(("Body", story) for story in stories), indent=indent, gap=gap)) == stories


def test_without_gap_or_indent_a_short_last_line_ends_a_paragraph() -> None:
    lines = ["The board of the harbour met on Tuesday evening in the", "old hall. It closed the line.", "Nobody spoke."]
    assert texts(sheets(lines)) == [f"{lines[0]} {lines[1]}", "Nobody spoke."]


def test_list_items_stay_apart_and_whole() -> None:
    lines = [
        "• a boat that was bought from the island of the north in 1981;",
        "  and is old",
        "• a pier;",
        "2. a bell.",
    ]
    assert texts(sheets(lines)) == [lines[0] + " and is old", "• a pier;", "2. a bell."]


def test_a_paragraph_that_goes_on_over_the_page_names_both() -> None:
    page = read(
        sheets(
            ["First things first.", "", "The board of the harbour met on Tuesday evening in the hall and"],
            ["closed the line.", "", "Nobody spoke."],
        )
    )
    assert [(block.text, block.place) for block in page.blocks] == [
        ("First things first.", Place("page 1", "page=1")),
        (
            "The board of the harbour met on Tuesday evening in the hall and closed the line.",
            Place("pages 1–2", "page=1"),
        ),
        ("Nobody spoke.", Place("page 2", "page=2")),
    ]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["The board gave no infor-", "mation about it."], "The board gave no information about it."),
        (["The board is well-known for it; it is a well-", "known board."], "it is a well-known board."),
        (["He is the son of Jean-", "Paul, they say."], "the son of Jean-Paul, they say."),
        (["There was a short term, then a long term, and a long-", "term plan."], "and a long-term plan."),
        (["The line of the harbour ran from 1981–", "2024 without a break."], "from 1981–2024 without"),
        (["The line of the harbour ran – so they say –", "without a break."], "– so they say – without"),
        (["It has a finance of-", "fice; the office is closed."], "finance office; the office"),
    ],
)
def test_words_cut_at_a_lines_end_are_joined_as_the_file_writes_them(lines: list[str], joined: str) -> None:
    assert joined in " ".join(texts(sheets(lines)))


def test_running_heads_and_page_numbers_are_taken_out() -> None:
    said = ["The boat is old.", "The pier is new.", "The bell rings.", "The line is closed.", "The end is near."]
    page = read(
        sheets(*([f"Harbour Report {2000 + n}", "", text, "", f"Page {n} of 5"] for n, text in enumerate(said, 1)))
    )
    assert [block.text for block in page.blocks] == said
    assert page.blocks[3].place == Place("page 4", "page=4")


def test_heads_of_left_and_right_pages_are_taken_out() -> None:
    heads = ["Harbour Report", "The Ferry Line"]
    said = [f"It was {word} that evening." for word in "cold warm wet dry dark loud calm".split()]
    assert texts(sheets(*([heads[n % 2], "", text] for n, text in enumerate(said)))) == said


def test_page_numbers_are_taken_out_where_the_words_beside_them_change() -> None:
    heads = ["7", "Chapter 1: Boats 8", "9", "Chapter 2: Piers 10", "11"]
    said = [f"It was {word} that evening." for word in "cold warm wet dry dark".split()]
    assert texts(sheets(*([head, "", text] for head, text in zip(heads, said, strict=True)))) == said


def test_numbers_and_lines_that_do_not_repeat_stay() -> None:
    said = ["1981", "In 1997 the pier was built.", "12"]
    assert texts(sheets(*([text] for text in said))) == said


def test_pages_that_are_all_the_same_are_text() -> None:
    assert texts(sheets([STORY], [STORY])) == [STORY.strip()] * 2


def test_a_table_of_contents_is_no_text() -> None:
    assert texts(sheets(["Boats . . . . . . . . . . . . 3", "Piers ............... 12", "", STORY])) == [STORY.strip()]


def test_ligatures_become_letters() -> None:
    mapped = b"1 beginbfchar\n<61> <FB01>\n<62> <FB04>\n<63> <D800>\nendbfchar\n"
    font = b"<</Type/Font/Subtype/TrueType/BaseFont/X/ToUnicode 7 0 R>>"
    text = read(one_page(b"BT /F1 12 Tf 50 700 Td (axxxxb c) Tj ET", b"/F1 6 0 R", font, packed(mapped))).text
    assert text == "fixxxxffl \ufffd"
    assert text.encode("utf-8")


def told(data: bytes, **info: str) -> Page:
    """The page of a PDF that says this of itself."""
    file = io.BytesIO()
    writer = PdfWriter(clone_from=io.BytesIO(data))
    writer.metadata = {f"/{name}": value for name, value in info.items()}
    writer.write(file)
    return read(file.getvalue())


def test_title_and_author_are_those_of_the_file() -> None:
    page = told(sheets([STORY]), Title="The  ferry closes", Author="Ada Marsh")
    assert (page.title, page.author) == ("The ferry closes", "Ada Marsh")


def test_the_dates_of_a_file_tell_when_it_was_changed_and_not_when_it_was_published() -> None:
    made, changed = {"CreationDate": "D:20210304235900-08'00'"}, {"ModDate": "D:20210401"}
    for info, date in (({**made, **changed}, "2021-04-01"), (changed, "2021-04-01"), (made, "2021-03-04"), ({}, None)):
        page = told(sheets([STORY]), **info)
        assert (page.published, page.updated) == (None, date)


def test_a_pdf_is_published_when_its_first_lines_say() -> None:
    data = sheets(["The ferry closes", "", "By Ada Marsh", "", "4 March 2021", "", STORY])
    found = clean_page(told(data, CreationDate="D:20240101"))
    assert (found.title, found.author, found.published, found.updated) == (
        "The ferry closes", "Ada Marsh", "2021-03-04", "2024-01-01"
    )  # fmt: skip


@pytest.mark.parametrize(
    "title",
    [
        *("", "untitled", "Untitled 2", "Microsoft Word - ferry.doc", "ferry.indd", "report.pdf", "Report"),
        *("PowerPoint Presentation", "2021", "Document1"),
    ],
)
def test_a_title_that_a_program_made_up_is_none(title: str) -> None:
    assert read(sheets([STORY], title=title)).title is None


@pytest.mark.parametrize("author", ["", "anonymous", "(Unspecified)", "Microsoft Office User", "admin", "123"])
def test_an_author_that_a_program_made_up_is_none(author: str) -> None:
    assert read(sheets([STORY], author=author)).author is None


@pytest.mark.parametrize("written", ["D:19700101000000Z", "D:20211301", "yesterday", ""])
def test_a_date_that_cannot_be_is_none(written: str) -> None:
    file = io.BytesIO()
    writer = PdfWriter(clone_from=io.BytesIO(sheets([STORY])))
    writer.add_metadata({"/CreationDate": written, "/ModDate": written})
    writer.write(file)
    page = read(file.getvalue())
    assert (page.published, page.updated) == (None, None)


@pytest.mark.parametrize(("password", "opens"), [("", True), ("secret", False)])
def test_a_file_is_opened_without_a_password_or_not_at_all(password: str, opens: bool) -> None:
    file = io.BytesIO()
    writer = PdfWriter(clone_from=io.BytesIO(sheets([STORY])))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")
    writer.write(file)
    if opens:
        assert texts(file.getvalue()) == [STORY.strip()]
    else:
        assert "needs a password; save a copy without one" in refusal(file.getvalue())


def test_strong_encryption_says_what_it_needs() -> None:
    keys = b"/O<%s>/U<%s>/OE<%s>/UE<%s>/Perms<%s>" % (b"00" * 48, b"00" * 48, b"00" * 32, b"00" * 32, b"00" * 16)
    cipher = b"/CF<</StdCF<</CFM/AESV3/Length 32>>>>/StmF/StdCF/StrF/StdCF"
    trailer = b"/Encrypt<</Filter/Standard/V 5/R 6/Length 256/P -4%s%s>>" % (keys, cipher)
    pages = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page>>"]
    # The library for it, if it is not there; with it, the password.
    assert "needs " in refusal(by_hand(pages, trailer))


def test_scanned_pages_need_ocr() -> None:
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.rect(50, 50, 300, 300, fill=1)
    canvas.showPage()
    canvas.save()
    assert "OCR" in refusal(file.getvalue())


def test_a_scan_with_a_cover_sheet_in_letters_needs_ocr() -> None:
    assert "OCR" in refusal(sheets(["Scanned by the library of Harbour Lane."], *([[]] * 11)))


def test_a_font_that_does_not_tell_its_letters_needs_ocr() -> None:
    font = b"<</Type/Font/Subtype/Type0/Encoding/Identity-H/BaseFont/X/DescendantFonts[7 0 R]>>"
    inner = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X>>"
    data = one_page(b"BT /F1 12 Tf 50 700 Td <000100020003000400050006> Tj ET", b"/F1 6 0 R", font, inner)
    assert "OCR" in refusal(data)


def test_too_many_pages_are_refused() -> None:
    kids = b"3 0 R " * (pdf.MAX_PAGES + 1)
    page = b"<</Type/Page/MediaBox[0 0 9 9]>>"
    data = by_hand([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count 2001>>" % kids, page])
    assert refusal(data) == "2,001 pages are over the limit of 2,000; split the PDF"


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_SECONDS", 0.2)
    loops = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>"
    content = zlib.compress(b"0 g\n" * 2_000 + b"/X Do\n" * 9)
    data = by_hand(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</X 4 0 R>>>>>>",
            b"<</Length %d/Filter/FlateDecode%s>>stream\n%s\nendstream" % (len(content), loops, content),
        ]
    )
    assert "takes longer than" in refusal(data)


MAPPED_FONT = b"<</Type/Font/Subtype/TrueType/BaseFont/X/ToUnicode 7 0 R>>"
HOSTILE = {
    "a stream that unpacks to 100 MB": one_page(b" " * 100_000_000),
    "arrays in arrays": one_page(b"[" * 100_000),
    "letters that are long words": one_page(
        b"BT /F1 12 Tf (%s) Tj ET" % (b"a" * 2_000_000),
        b"/F1 6 0 R",
        MAPPED_FONT,
        packed(b"1 beginbfchar\n<61> <%s>\nendbfchar\n" % (b"0062" * 250)),
    ),
    "a page of fonts": one_page(b"", b"".join(b"/F%d 5 0 R" % n for n in range(200))),
    "pages that hold themselves": by_hand(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"]
    ),
    "pages within pages": by_hand(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            *(b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (n + 3) for n in range(2_000)),
        ]
    ),
    "nothing but a head": b"%PDF-1.7\n",
    "no objects": b"%PDF-1.7\n" + b"\n" * 500_000,
    "no PDF": b"PK\x03\x04 this is something else" * 20,
}


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.timeout(30)
def test_hostile_files_are_refused_in_good_time(what: str) -> None:
    assert ";" in refusal(HOSTILE[what])


def test_operators_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_STREAM_TOKENS", 10_000)
    assert "over a limit" in refusal(one_page(b"0 g " * 10_000))


def test_a_wrong_table_of_objects_is_mended() -> None:
    data = sheets([STORY])
    start = data.rindex(b"startxref")
    assert texts(data[:start] + b"startxref\n17\n%%EOF\n") == [STORY.strip()]


def test_no_damage_leads_to_anything_but_a_refusal() -> None:
    whole = flowing(("Title", "The ferry closes"), ("Body", STORY * 2))
    chance = random.Random(7)
    read_all = 0
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 30)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            read_all += bool(pdf.read(bytes(data[: chance.choice([len(data), len(data) // 2])]), "x.pdf"))
        except SourceError as error:
            assert "\n" not in str(error)
    assert read_all  # some of them can be read all the same


def test_the_test_files_are_what_they_say() -> None:
    assert len(PdfReader(io.BytesIO(sheets(["a"], ["b"]))).pages) == 2
