"""Tables to pages: rows, columns, and what is wrong with a table in words that say where."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Sequence

import pytest

from index.errors import SourceError
from index.formats import Page, table, table_json
from index.formats.table import Columns


def as_csv(*rows: Sequence[object], dialect: str = "excel", **options: str) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, dialect, **options).writerows(rows)  # type: ignore[arg-type]
    return file.getvalue().encode("utf-8")


def as_jsonl(*rows: object) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode("utf-8")


def texts(data: bytes, name: str = "a.csv") -> list[str]:
    return [page.text for page in table.read(data, name) if page.blocks]


def one(data: bytes, name: str = "a.csv", columns: Columns | None = None) -> Page:
    (page,) = (page for page in table.read(data, name, columns) if page.blocks)
    return page


def told(data: bytes, name: str = "a.csv") -> list[tuple[str, str]]:
    """The text of each part of a table that has one; of the others where they stand, and why they cannot be read."""
    return [("", page.text) if page.blocks else (page.part, page.problem) for page in table.read(data, name)]


def refusal(data: bytes, name: str = "a.csv", columns: Columns | None = None) -> str:
    with pytest.raises(SourceError) as caught:
        table.read(data, name, columns)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_row_is_a_page_and_its_columns_are_found_by_name() -> None:
    header = ["ID", "Headline", "Byline", "Published at", "Link", "Body", "Other"]
    row = ["7", "The ferry", "Ada Marsh", "9 March 2021", "https://example.org/7", "First.\nSecond, and last.\n", "x"]
    page = one(as_csv(header, row))
    assert [block.text for block in page.blocks] == ["First.", "Second, and last."]
    assert (page.title, page.author, page.published) == ("The ferry", "Ada Marsh", "9 March 2021")
    assert (page.url, page.part) == ("https://example.org/7", "7")


def test_the_likeliest_of_several_names_is_taken() -> None:
    assert one(as_csv(["content", "text", "article"], ["c", "t", "a"])).text == "t"
    assert one(as_csv(["text", "text"], ["first", "second"])).text == "first"


def test_columns_are_taken_as_given_and_the_others_found_by_name() -> None:
    data = as_csv(["title", "text", "Story", "kicker"], ["T", "not this", "This.", "K"])
    page = one(data, columns=Columns(text="story", title="kicker"))
    assert (page.text, page.title) == ("This.", "K")
    assert one(data, columns=Columns(text="Story")).title == "T"


def test_a_column_that_is_not_there_is_refused_with_those_that_are() -> None:
    assert refusal(as_csv(["title", "story"], ["T", "S"])) == (
        "no column named text, body, content or article; say which one holds it (--columns text=NAME): 'title', 'story'"
    )
    words = refusal(as_csv(["title", "text"], ["T", "S"]), columns=Columns(author="writer"))
    assert words == "no column 'writer' for the author; there are: 'title', 'text'"
    many = refusal(as_csv([f"column {n}" + "x" * 100 for n in range(500)], ["x"] * 500))
    assert many.endswith(", ...") and len(many) < 2_000


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_delimiter_and_the_line_ends_are_found(delimiter: str, line_end: str) -> None:
    rows = [["id", "text"], ["1", "One, two; three | four."], ["2", f"Five,{line_end}six; “seven”."]]
    quote: dict[str, str] = {"delimiter": delimiter, "lineterminator": line_end}
    data = as_csv(*rows, **quote)
    assert texts(data) == ["One, two; three | four.", "Five,\n\nsix; “seven”."]


def test_a_single_column_is_a_table() -> None:
    assert texts(as_csv(["text"], ["One, two."], ["Three."])) == ["One, two.", "Three."]


def test_tsv_may_leave_quotation_marks_alone() -> None:
    data = b'text\tid\n"We are closed," she said.\t1\n"Closed"\t2\n'
    assert texts(data, "a.tsv") == ['"We are closed," she said.', '"Closed"']
    assert texts(b'text\tid\n"One\nTwo"\t1\n', "a.tsv") == ["One\n\nTwo"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_older_encodings_and_byte_order_marks_are_read(encoding: str) -> None:
    text = "Der Vorstand hat die Fähre über den Fluss geschlossen, weil die Möwen störten und das Geld für Öl fehlte."
    assert texts(f'text,title\r\n"{text}",Fähre\r\n'.encode(encoding)) == [text]


def test_jsonl_and_json_lists_are_tables() -> None:
    rows = [{"id": 1, "text": "One.\u2028Still one."}, {"text": "Two.", "title": "T"}]
    for data, name in (
        (as_jsonl(*rows), "a.jsonl"),
        (json.dumps(rows, indent=1).encode(), "a.json"),
        (as_jsonl(*rows), "download"),
    ):
        pages = table.read(data, name)
        assert [(page.text, page.title) for page in pages] == [("One.\n\nStill one.", None), ("Two.", "T")]
        assert pages[0].part == "1"
    assert texts(b'\n{"text": "One."}\n\n \n{"text": "Two."}', "a.jsonl") == ["One.", "Two."]


def test_values_of_other_kinds_are_text_or_nothing() -> None:
    row = (
        b'{"text": ["One.", null, "Two."], "title": 1e3, "author": [{"name": "Ada"}, {"id": 3}, "Bo"],'
        b' "date": 20210309, "url": {"href": "x"}, "id": 123456789012345678901234567890}\n'
    )
    page = one(row + b'{"text": {"rendered": "x"}}\n{"text": NaN}\n{"text": true}\n{"text": -Infinity}\n', "a.jsonl")
    assert [block.text for block in page.blocks] == ["One.", "Two."]
    assert (page.title, page.author, page.published, page.url) == ("1e3", "Ada, Bo", "20210309", None)
    assert page.part == "123456789012345678901234567890"


@pytest.mark.parametrize("nothing", ["", "NaN", "nan", "NULL", "None", "N/A", " "])
def test_nothing_is_none(nothing: str) -> None:
    page = one(as_csv(["text", "title", "author", "date", "url", "id"], ["One.", *[nothing] * 5], [nothing] * 6))
    assert (page.title, page.author, page.published, page.url) == (None, None, None, None)
    assert len(page.part) == 16


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ferry.html", "https://", "https://a b"])
def test_an_address_that_is_none_of_the_web_is_no_link(url: str) -> None:
    assert one(as_csv(["text", "url"], ["One.", url])).url is None


def test_the_name_of_a_row_is_its_id_or_address_or_hash_and_does_not_depend_on_the_others() -> None:
    header, ours = ["text", "url", "id"], ["Ours.", "", ""]
    (alone,) = table.read(as_csv(header, ours), "a.csv")
    among = table.read(
        as_csv(header, ["One.", "https://example.org/1", ""], ["Two.", "https://example.org/2", "2"], ours), "a.csv"
    )
    assert [page.part for page in among] == ["https://example.org/1", "2", alone.part]


def test_the_same_row_counts_once() -> None:
    assert texts(as_csv(["text", "id"], ["One.", "1"], ["One.", "1"], ["Two.", "1"])) == ["One.", "Two."]


def test_rows_without_text_are_told_by_their_name_or_place() -> None:
    data = as_csv(["text", "title", "id"], ["", "T", ""], [], ["", "", ""], ["One.", "", "1"], ["nan", "", "2"])
    assert told(data) == [("line 2", ""), ("", "One."), ("2", "")]
    assert "no row has text in its column 'text'" in refusal(as_csv(["text", "title"], ["", "T"]))
    assert "no rows" in refusal(as_csv(["text", "title"]))
    assert "no rows" in refusal(b"[]", "a.json")


def test_invisible_characters_are_taken_out() -> None:
    page = one(b'{"text": "One\\u0000\\u202e two\\ud800.", "title": "T\\u200b\\n1", "id": "\\u0007\\udfff"}', "a.jsonl")
    assert (page.text, page.title, page.part) == ("One two\ufffd.", "T 1", "\ufffd")


@pytest.mark.parametrize(
    ("data", "name", "where", "why"),
    [
        (b'%s\n{"text": "b"\n%s\n', "a.jsonl", "line 2", "no JSON (Expecting ',' delimiter); give one object a line"),
        (b'%s\n["b"]\n%s', "a.jsonl", "line 2", "\"['b']\" is no object; give an object ({...}) for each row"),
        (b'%s\n{"text": ' + b"[" * 100_000 + b"\n%s", "a.jsonl", "line 2", "no JSON (maximum recursion depth"),
        (b"%s\n\n%s\n{", "a.jsonl", "line 4", "no JSON (Expecting property name enclosed in double quotes)"),
        (b"\xef\xbb\xbf}\n%s\n%s", "a.jsonl", "line 1", "no JSON (Expecting value)"),
        (b"[%s, 3, %s]", "a.json", "item 2", "'3' is no object; give an object ({...}) for each row"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_and_the_others_are_read(
    data: bytes, name: str, where: str, why: str
) -> None:
    rows = told(data % (b'{"text": "One."}', b'{"text": "Two."}'), name)
    assert [text for place, text in rows if not place] == ["One.", "Two."]
    ((place, problem),) = (row for row in rows if row[0])
    assert place == where
    assert problem.startswith(why) and ";" in problem


def test_a_row_of_more_fields_than_the_header_is_told_and_the_others_are_read() -> None:
    data = b'text,id\n"One,\nand more.",1\n\nTwo, and three,2\n"Four, five",3\nSix,6,,\n'
    why = "3 fields, the header has 2; put fields with a ',' in quotation marks"
    assert told(data) == [("", "One,\n\nand more."), ("line 5", why), ("", "Four, five"), ("", "Six")]


def test_a_row_too_long_is_told_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_FIELD_CHARS", 100)
    monkeypatch.setattr(table_json, "MAX_ROW_CHARS", 200)
    rows = [{"text": "One."}, {"text": "a" * 101}, {"text": "Two."}, {"text": "a", "other": "b" * 200}]
    first, second = "101 characters of text (limit 100); split it", "longer than 200 characters; give shorter "
    assert told(as_jsonl(*rows), "a.jsonl") == [
        ("", "One."), ("line 2", first), ("", "Two."), ("line 4", f"{second}rows")
    ]  # fmt: skip
    assert told(json.dumps(rows).encode(), "a.json") == [
        ("", "One."), ("item 2", first), ("", "Two."), ("item 4", f"{second}items")
    ]  # fmt: skip


def test_a_table_most_of_which_cannot_be_read_is_none() -> None:
    good, bad = '{"text": "One."}\n', "One.\n"
    assert told((good + bad).encode(), "a.jsonl")[0] == ("", "One.")
    words = refusal((good + bad * 2).encode(), "a.jsonl")
    assert words.startswith("2 of 3 parts cannot be read, the first is line 2: no JSON (Expecting value); ")
    assert refusal((bad * 200 + good).encode(), "a.jsonl").startswith("line 1: no JSON (Expecting value); ")
    assert refusal(b"text,id\nOne, two,1\n").startswith("line 2: 3 fields, the header has 2; ")


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"not json", "a.jsonl", "line 1: no JSON"),
        (b'[{"text": "a"},\n{"text": }]', "a.json", "item 2 is no JSON (Expecting value near line 2)"),
        (b'[{"text": "a"} {"text": "b"}]', "a.json", "no comma and no ] after item 1"),
        (b'[{"text": "a"}', "a.json", "no comma and no ] after item 1"),
        (b'[{"text": "a"}]\n[{"text": "b"}]', "a.json", "more after the end"),
        (b"[" * 100_000, "a.json", "item 1 is no JSON"),
        (b'text,id\n"One,1\nTwo,2\n', "a.csv", "the row at line 2 cannot be read"),
        (b'text,id\nOne,1\n"Two "too",2\n', "a.csv", "the row at line 3 cannot be read"),
        (b"text,id\nO\x00ne,1\n", "a.csv", "binary file"),
        ("text,id\nO\x00ne,1\n".encode("utf-16"), "a.csv", "binary file"),
        (b"\x00\x01\x02\x03" * 100, "a.csv", "binary file"),
        (b"", "a.csv", "no rows"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(data: bytes, name: str, words: str) -> None:
    assert words in refusal(data, name)


def test_the_number_of_rows_and_the_size_of_a_field_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "word " * (table.MAX_FIELD_CHARS // 5 + 1)
    assert "the row at line 3 cannot be read (field larger than field limit (1000000))" in refusal(
        as_csv(["text"], ["One."], [long])
    )
    assert "line 1: 1,000,005 characters of text" in refusal(as_jsonl({"text": long}), "a.jsonl")
    monkeypatch.setattr(table, "MAX_ROWS", 150)
    rows = [[f"Row {n}."] for n in range(151)]
    assert len(table.read(as_csv(["text"], *rows[:150]), "a.csv")) == 150
    assert refusal(as_csv(["text"], *rows)) == "over 150 rows; split the file"


def test_a_long_article_in_a_field_is_read() -> None:
    text = "A word of it. " * 20_000  # over what the library takes for the most
    assert one(as_csv(["text"], [text])).text == text.strip()


def test_no_damage_leads_to_anything_but_a_refusal() -> None:
    chance = random.Random(7)
    for name, whole in (
        ("a.csv", as_csv(["id", "text"], *([n, f"Row {n}, “quoted”\nand on."] for n in range(20)))),
        ("a.jsonl", as_jsonl(*({"id": n, "text": f"Row {n}."} for n in range(20)))),
        ("a.json", json.dumps([{"id": n, "text": f"Row {n}."} for n in range(20)]).encode()),
    ):
        for _ in range(40):
            data = bytearray(whole)
            for _ in range(chance.randint(1, 10)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            try:
                "".join(page.text + page.part for page in table.read(bytes(data), name)).encode("utf-8")
            except SourceError as error:
                assert "\n" not in str(error)
