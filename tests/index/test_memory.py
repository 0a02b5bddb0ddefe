"""Free memory is given back, but not at every answer."""

from __future__ import annotations

import subprocess
import sys

import pytest

from index import memory
from index.memory import Tidying
from tests.test_imports import ROOT


def test_it_is_not_given_back_at_every_answer() -> None:
    assert not Tidying()()


def test_what_is_free_goes_back_to_the_system() -> None:
    if memory._trim() is None:
        pytest.skip("this C library has no malloc_trim")
    code = """
import threading
from index import memory
def resident():
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
memory._EVERY_S = 0
kept = []
def work():
    held = [b"x" * 60_000 for _ in range(3_000)]
    kept.append(held[-1])  # the pool of this thread cannot shrink from its end
threads = [threading.Thread(target=work) for _ in range(2)]
[t.start() for t in threads], [t.join() for t in threads]
before = resident()
assert memory.Tidying()()
print(before - resident() > 50_000)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout == "True\n", done.stdout + done.stderr
