"""Commands whose reader stops reading."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from index.pipes import piped

def command() -> int:
    sys.stdin.readline()
    for line in range({lines}):
        print("a line of an answer", line)
    return 3

sys.exit(piped(command))
"""


@pytest.mark.parametrize("lines", [1, 100_000])
def test_a_reader_who_has_seen_enough_gets_no_traceback(lines: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(lines=lines)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin and process.stdout and process.stderr
    process.stdout.close()
    process.stdin.write(b"go\n")
    process.stdin.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141


def test_who_reads_to_the_end_gets_all_and_the_exit_code() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM.format(lines=2)], input="", capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.splitlines() == ["a line of an answer 0", "a line of an answer 1"]
