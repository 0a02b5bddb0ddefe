"""A Ray cluster of two nodes on this machine, each with a processor, either of which can be killed."""

from __future__ import annotations

import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_OBJECTS_BYTES = 100_000_000


@dataclass(frozen=True)
class Node:
    """A node by its first process, which leads a session of its own."""

    process: subprocess.Popen[str]

    def kill(self) -> int:
        """Kills all that the node is, its workers too, as a machine dies. Returns how many processes that were."""
        session = self.process.pid
        found = [int(path.name) for path in Path("/proc").glob("[0-9]*") if _session(int(path.name)) == session]
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        return len(found)


@dataclass(frozen=True)
class TwoNodes:
    """`address` is that of the head, on which the ingest runs; `other` is the second node."""

    address: str
    head: Node
    other: Node


@contextmanager
def two_nodes() -> Iterator[TwoNodes]:
    """Starts the nodes, and kills what is left of them. Nobody but this process and its children may use them."""
    keep_others_out()
    port = _free_port()
    started: list[Node] = []
    with tempfile.TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder:
        try:
            started.append(_start("--head", f"--port={port}", "--include-dashboard=false", f"--temp-dir={folder}"))
            started.append(_start(f"--address=127.0.0.1:{port}"))
            yield TwoNodes(f"127.0.0.1:{port}", *started)
        finally:
            for node in started:
                node.kill()


def keep_others_out() -> None:
    """Puts a token into the environment that clusters will ask for. To be called before Ray is imported, which reads
    it once."""
    os.environ.setdefault("RAY_AUTH_MODE", "token")
    os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))


def _start(*arguments: str) -> Node:
    """Starts a node, and returns when it has started."""
    options = ["--block", "--num-cpus=1", "--disable-usage-stats", f"--object-store-memory={_OBJECTS_BYTES}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "ray.scripts.scripts", "start", *options, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    node, told = Node(process), []
    assert process.stdout
    for line in process.stdout:
        told.append(line)
        if "Ray runtime started" in line:
            return node
    node.kill()
    raise RuntimeError("".join(told))


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0


def _free_port() -> int:
    """A port that nobody uses, below those that Ray gives its workers."""
    while True:
        port = random.randint(6400, 9900)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("", port))
            return port
