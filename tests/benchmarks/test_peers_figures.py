"""Medians, ratios and the table of the comparison."""

from __future__ import annotations

import json

import pytest

from benchmarks.peers.figures import COLUMNS, as_json, medians, ratios, table
from benchmarks.peers.gold import Quality
from benchmarks.peers.rounds import Entry, Round, order
from benchmarks.peers.systems import BASE, SYSTEMS


def a_round(ingest_s: float | None, p50_ms: float) -> Round:
    made = ingest_s is not None
    return Round(
        ingest_s=ingest_s,
        process_s=ingest_s + 2 if ingest_s is not None else None,
        passages=100 if made else None,
        ingest_mib=300.0 if made else None,
        p50_ms=p50_ms,
        p95_ms=2 * p50_ms,
        query_mib=200.0,
        cold_s=1.5,
        quality=Quality(0.5, 0.75, 0.625),
    )


OURS = Entry(SYSTEMS[BASE], [a_round(10, 20), a_round(20, 40), a_round(40, 30)])
THEIRS = Entry(SYSTEMS["chroma"], [a_round(20, 10), a_round(20, 80), a_round(20, 90)], version="1.2.3")
READING = Entry(SYSTEMS["footnote-reader"], [a_round(None, 500)])
FAILED = Entry(SYSTEMS["txtai"], failure="ingest ended with 1: no room")
SIZE = 200_000


def test_medians_over_the_rounds() -> None:
    found = medians(OURS, SIZE)
    assert found["ingest, s"] == 20
    assert found["ingest, KB/s"] == pytest.approx(10)
    assert found["passages/s"] == pytest.approx(5)
    assert found["query p50, ms"] == 30
    assert found["MRR@10"] == 0.5


def test_ratios_are_of_rounds_not_of_medians() -> None:
    found = ratios(THEIRS, OURS, SIZE)
    assert found["ingest, s"] == 1  # 2, 1 and 0.5 times
    assert found["query p50, ms"] == 2  # 0.5, 2 and 3 times
    assert found["ingest, KB/s"] == 1
    assert found["passages"] is None


def test_ratios_are_of_the_rounds_that_both_have() -> None:
    assert ratios(READING, OURS, SIZE)["query p50, ms"] == 25
    assert ratios(FAILED, OURS, SIZE)["query p50, ms"] is None


def test_the_table_has_a_row_a_system_a_dash_for_what_is_not_there_and_says_what_failed() -> None:
    shown = table([OURS, READING, THEIRS, FAILED], OURS, SIZE)
    lines = shown.splitlines()
    rows = [line for line in lines if line.startswith("| Chroma 1.2.3 |")]
    assert len(rows) == 2
    cells = [cell.strip() for cell in rows[0].strip("|").split("|")]
    assert dict(zip([c.name for c in COLUMNS], cells[1:], strict=True))["query p95, ms"] == "160.0"
    reading = next(line for line in lines if line.startswith("| Footnote, with its reader |"))
    assert reading.split("|")[2].strip() == "–"
    assert "txtai failed: ingest ended with 1: no room" in lines
    assert not any(line.startswith("| txtai") for line in lines)


def test_the_json_holds_all_rounds_and_failures() -> None:
    found = json.loads(json.dumps(as_json([OURS, FAILED], OURS, SIZE)))
    assert [len(system["rounds"]) for system in found] == [3, 0]
    assert found[0]["ratios"]["ingest, s"] == 1
    assert found[0]["rounds"][0]["quality"]["recall"] == 0.75
    assert found[1]["failure"] == "ingest ended with 1: no room"


def test_the_order_turns_round() -> None:
    assert [order(["a", "b", "c"], n) for n in range(3)] == [["a", "b", "c"], ["c", "b", "a"], ["a", "b", "c"]]
