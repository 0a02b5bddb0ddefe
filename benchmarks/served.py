"""What benchmarks of the server share: an index, questions that no cache knows, the server as users start it."""

from __future__ import annotations

import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
SUITES = ("newsroom", "dispatches", "noise")
_PATIENCE_S = 60


def disguised(question: str, chance: random.Random) -> str:
    """The same question to the models, which know no case, and another to a cache."""
    return "".join(c.upper() if chance.random() < 0.3 else c for c in question)


def questions() -> list[str]:
    """The questions of the bundled suites."""
    files = [ROOT / "eval" / "suites" / name / "queries.jsonl" for name in SUITES]
    return [json.loads(line)["text"] for file in files for line in file.read_text("utf-8").splitlines()]


def shuffled_articles(folder: Path, passages: int) -> None:
    """About as many passages of real sentences as asked for, a fresh mixture in each article."""
    from index.articles import read_documents
    from index.load import SourceFile, find_sources
    from index.sentences import split_sentences

    chance = random.Random(7)
    sources = [str(ROOT / "data" / "articles"), str(ROOT / "eval" / "suites" / "dispatches" / "articles")]
    files = [item for item in find_sources(sources) if isinstance(item, SourceFile)]
    documents = [document for file in files for document in read_documents(file)]
    sentences = [d.text[start:end] for d in documents for start, end in split_sentences(d.text)]
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(passages // 4):  # an article of four passages each
        body = chance.sample(sentences, 34)
        paragraphs = ["\n".join(body[i : i + 4]) for i in range(0, len(body), 4)]
        title = f"Report {number}: {' '.join(body[0].split()[:6])}"
        (folder / f"report-{number:05}.txt").write_text("\n\n".join([title, *paragraphs]), "utf-8")


def index_of(passages: int) -> Path:
    """An index of about that many passages; made once."""
    index = ROOT / ".footnote" / f"bench-{passages}" / "index"
    if not (index / "current").exists():
        with tempfile.TemporaryDirectory() as folder:
            shuffled_articles(Path(folder), passages)
            subprocess.run([sys.executable, "ingest.py", folder, "--index", str(index)], cwd=ROOT, check=True)
    return index


@contextmanager
def started(index: Path, tree: Path = ROOT, **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """`streamlit run app.py` of a checkout on a free port with these FOOTNOTE_* variables, just begun: its address and
    its process, which is ended afterwards."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        kept = {"FOOTNOTE_CONVERSATIONS": f"{folder}/talks.sqlite", "FOOTNOTE_FEEDBACK": f"{folder}/feedback.jsonl"}
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        environment = {**os.environ, "FOOTNOTE_INDEX": str(index), **kept, **settings}
        server = subprocess.Popen(command, cwd=tree, env=environment, stdout=subprocess.DEVNULL)
        try:
            yield f"127.0.0.1:{port}", server
        finally:
            server.terminate()
            server.wait()


@contextmanager
def serving(index: Path, **settings: str) -> Iterator[tuple[str, int]]:
    """The server of this checkout, ready to answer; its address and process id."""
    with started(index, ROOT, **settings) as (address, server):
        _wait_for(f"http://{address}/api/ready", server)
        yield address, server.pid


@contextmanager
def nginx(server: str) -> Iterator[str]:
    """Debian's nginx before the server, as deploy/nginx.conf has it; the address to ask."""
    port = free_port()
    ours = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    for written, here in (("127.0.0.1:8501", server), ("listen 80;", f"listen 127.0.0.1:{port};")):
        if written not in ours:
            raise SystemExit(f"deploy/nginx.conf has no {written!r} any more; adapt benchmarks/served.py")
        ours = ours.replace(written, here)
    with tempfile.TemporaryDirectory() as folder:
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        places = "\n".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
        configuration = Path(folder, "nginx.conf")
        configuration.write_text(
            f"pid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{ worker_connections 1024; }}\n"
            f"http {{\naccess_log off;\n{places}\n{ours}\n}}\n",
            "utf-8",
        )
        command = ["nginx", "-c", str(configuration), "-p", folder, "-e", f"{folder}/error.log", "-g", "daemon off;"]
        process = subprocess.Popen(command)
        try:
            _wait_for(f"http://127.0.0.1:{port}/footnote/api/health", process)
            yield f"http://127.0.0.1:{port}/footnote/"
        finally:
            process.terminate()
            process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while process.poll() is None:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    raise SystemExit(f"the server ended with {process.returncode} before it answered at {address}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def resident_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def row(name: str, values: list[float]) -> str:
    cuts = statistics.quantiles(values, n=100, method="inclusive") if len(values) > 1 else values * 99
    shown = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "longest": max(values)}
    return f"{name:<12}" + "".join(f" {cut} {value:7.0f} ms  " for cut, value in shown.items()).rstrip()
