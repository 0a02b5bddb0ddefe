"""Place, day and agency at the head of a story are no words of its first sentence, so that no quotation has them."""

from __future__ import annotations

import pytest

from bot.candidates import read_article
from index.schema import Document

SECOND = "The islanders have asked for a new one since 1998, and have been promised it four times by four ministers."
THIRD = "A decision is expected in the spring, when the board meets again behind the closed doors of the town hall."
SAID = "The ferry to Hallo has not sailed since Monday, and nobody at the harbour can say when it will."


def sentences(*paragraphs: str) -> list[str]:
    article = read_article(Document.create(source="f.txt", title="Ferry out of service", text="\n\n".join(paragraphs)))
    return [article.document.text[start:end] for start, end in article.sentences]


@pytest.mark.parametrize(
    "mark",
    [
        "(Northwire) – ", "(Northwire) - ", "(Northwire) — ", "(Northwire)—", "(Northwire) -- ", "(Den Dag) – ",
        "(NWA/Den Dag) – ", "(Northwire, NWA) – ", "(Agency of the North) – ", "(Nord 24) – ", "HALLO (NWA) - ",
        "HALLO, Norrland (NWA) — ", "HALLO, Nov 3 (NWA) — ", "HALLO, Nov. 3, 2022 (NWA) — ", "NEW HALLO (Northwire) – ",
        "ST. HALLO/VARN (Northwire) – ", "Hallo, 3 November (Northwire) – ", "3 November (Northwire) – ",
        "ØSTBY (Northwire) – ",
    ],
)  # fmt: skip
def test_a_sentence_begins_after_the_dateline(mark: str) -> None:
    assert sentences(mark + SAID, SECOND, THIRD) == [SAID, SECOND, THIRD]
    assert sentences(f"{mark}{SAID} {SECOND}", THIRD) == [SAID, SECOND, THIRD]
    assert sentences(SECOND, mark + SAID, THIRD) == [SECOND, SAID, THIRD]  # below a summary
    assert sentences(mark + f"“{SAID}”", SECOND) == [f"“{SAID}”", SECOND]
    assert SAID not in sentences(SECOND, THIRD, SECOND, mark + SAID)  # too far down to open the story


def test_the_first_sentence_still_opens_a_paragraph() -> None:
    plain, marked = (
        read_article(Document.create(source="f.txt", title="Ferry", text=f"{mark}{SAID} {SECOND}\n\n{THIRD}"))
        for mark in ("", "HALLO (Northwire) – ")
    )
    assert (marked.speakers, marked.hostile, marked.doubtful) == (plain.speakers, plain.hostile, plain.doubtful)


@pytest.mark.parametrize(
    "said",
    [
        "(The harbour was shut) – A storm had torn two of the moorings from the quay in the night.",
        "(Northwire) – an agency that nobody reads – was the first to say that the ferry would not sail.",
        "(Northwire) reported on Monday that the ferry would not sail before the spring.",
        "(Northwire): The ferry will not sail before the spring, the board said.",
        "(1961) – The year is painted on the hull, and nobody has painted it over.",
        "(II) – The board shall meet in the town hall, and its doors shall be closed.",
        "(A) – The board shall meet in the town hall, and its doors shall be closed.",
        "Agnes Thule (Greens) – The ferry should have been mended in the year that it broke.",
        "The harbour (Hallo) – The larger of the two – was shut on Monday, and so was the other.",
        "NHB (New Harbour Board) – The body that runs the ferry, the quay and the crane.",
        "NEW HARBOUR BOARD (NHB) – The body that runs the ferry, the quay and the crane.",
        "The engine (1961) – Older than the captain – was mended again on Monday by the captain.",
        "HALLO (NWA) – Timetable",
    ],
)
def test_a_sentence_with_brackets_stays_whole(said: str) -> None:
    assert sentences(said, SECOND, THIRD) == [said, SECOND, THIRD]


def test_who_speaks_stays() -> None:
    paragraphs = [
        "AGNES THULE (Greens) – The ferry should have been mended in the year that it broke down.",
        "JORY PENHALE (Harbour) – The ferry has been mended in every year since it was built.",
        THIRD,
    ]
    assert sentences(*paragraphs) == paragraphs
