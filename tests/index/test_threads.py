"""Threads that compute share the processors, and sleep while they wait."""

from __future__ import annotations

import os
import subprocess
import sys
from threading import Thread

import pytest
import torch

from index.threads import share_the_processor, take_share


def test_waiting_threads_sleep_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    share_the_processor()
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    share_the_processor()
    assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"


@pytest.mark.parametrize("encoder", ["index.encode:open_encoder", "index.reader.minilm:MiniLMReader"])
def test_it_is_said_before_torch_is_imported(encoder: str) -> None:
    module, name = encoder.split(":")
    code = (
        f"import os, sys; from {module} import {name}; {name}();"
        "print(os.environ['OMP_WAIT_POLICY'], 'torch' in sys.modules)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120)
    assert done.stdout == "PASSIVE False\n", done.stderr


def test_a_share_is_that_of_the_thread_that_takes_it() -> None:
    before, found = torch.get_num_threads(), {}

    def take(of: int) -> None:
        take_share(of)
        found[of] = torch.get_num_threads()

    for of in (1, 2, 1000):
        thread = Thread(target=take, args=(of,))
        thread.start()
        thread.join()
    assert found == {1: before, 2: max(1, before // 2), 1000: 1}
    assert torch.get_num_threads() == before


def test_a_worker_takes_no_more_than_its_share() -> None:
    code = (
        "import os; os.environ.pop('OMP_NUM_THREADS', None)\n"
        "from index.threads import processors, use_at_most\n"
        "before = processors(); use_at_most(1)\n"
        "print(before == len(os.sched_getaffinity(0)), processors(),"
        " os.environ['OMP_NUM_THREADS'], os.environ['RAYON_NUM_THREADS'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "True 1 1 1\n", done.stderr
