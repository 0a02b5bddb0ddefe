"""Reading python -X importtime, and the table of cold starts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.cold import STEPS, make_index, report
from benchmarks.imports import Import, Library, heaviest, parse

TOLD = """\
import time: self [us] | cumulative | imported package
import time:        50 |         50 |   encodings.aliases
import time:       100 |        150 | encodings
a warning that a library prints
import time:      4000 |       4000 |       numpy._core
import time:      1000 |       5000 |     numpy
import time:       300 |       5300 |   index.encode
import time:       200 |        200 |     numpy.linalg
import time:       700 |        900 |   index.fuse
import time:        10 |       6210 | bot
""".splitlines()


def test_each_module_is_told_with_the_one_that_imported_it() -> None:
    found = {item.name: item for item in parse(TOLD)}
    assert len(found) == 8
    assert found["numpy._core"] == Import("numpy._core", 4000, "numpy")
    assert found["numpy"].by == "index.encode"
    assert found["index.encode"].by == found["index.fuse"].by == "bot"
    assert found["bot"].by == found["encodings"].by == ""


def test_the_modules_of_a_library_count_together() -> None:
    assert heaviest(parse(TOLD), 2) == [
        Library("numpy", 5.2, 3, "index.encode"),
        Library("index", 1.0, 2, "bot"),
    ]


def test_what_python_prints_is_understood() -> None:
    command = [sys.executable, "-X", "importtime", "-c", "import json"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    found = {item.name: item for item in parse(told.splitlines())}
    assert found["json.scanner"].by == "json.decoder"
    assert found["json.decoder"].by == "json"
    assert len(found) == told.count("\nimport time:") + told.startswith("import time:") - 1


def test_the_report_has_medians_and_the_median_of_the_ratios() -> None:
    ours = [[1.0, 2.0, 3.0, 4.0], [2.0, 2.0, 3.0, 4.0], [9.0, 2.0, 3.0, 4.0]]
    theirs = [[2.0, 4.0, 3.0, 4.0], [4.0, 4.0, 3.0, 4.0], [3.0, 4.0, 3.0, 4.0]]
    lines = report([Path("/a/now"), Path("/a/before")], [ours, theirs]).splitlines()
    assert lines[0].split() == ["now", "before"]
    assert [line[:22].strip() for line in lines[1:]] == list(STEPS)
    assert lines[1][22:].split() == ["2.00", "s", "3.00", "s", "ratio", "0.50"]
    assert lines[2][22:].split() == ["2.00", "s", "4.00", "s", "ratio", "0.50"]


def test_one_tree_has_no_ratio() -> None:
    assert "ratio" not in report([Path("/a/now")], [[[1.0, 2.0, 3.0, 4.0]]])


def test_a_tree_that_cannot_ingest_stops_the_measuring(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        make_index(tmp_path, tmp_path / "index")
