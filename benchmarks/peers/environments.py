"""An environment for each peer: their dependencies contradict one another, and must not touch the project's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.peers.systems import System

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".footnote" / "peers"
_STAMP = "installed.txt"

# No system calls home, and none asks a hub for what lies in the model's folder.
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
}


# Some engines keep to these and others do not: with them set, systems would compute with different numbers of threads.
_THREADS = frozenset({"OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TORCH_NUM_THREADS"})


class InstallError(Exception):
    """A peer that cannot be installed; the message is pip's own."""


def python_of(system: System, home: Path = HOME) -> str:
    """The Python that runs the system; makes its environment the first time, and again when its requirements change.
    Raises InstallError."""
    if system.package is None:
        return sys.executable
    folder, wanted = home / system.name, requirements_of(system).read_text("utf-8")
    python, stamp = folder / "bin" / "python", folder / _STAMP
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return str(python)
    print(f"installing {system.title} into {folder}, once", file=sys.stderr, flush=True)
    stamp.unlink(missing_ok=True)
    _run([sys.executable, "-m", "venv", "--clear", str(folder)])
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements_of(system))]
    _run([str(python), *install])
    stamp.write_text(wanted, "utf-8")
    return str(python)


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """The variables that a system runs with, made of those of this process."""
    return {name: value for name, value in own.items() if name not in _THREADS} | QUIET


def requirements_of(system: System) -> Path:
    """The file of a peer's pinned packages."""
    return Path(__file__).with_name(f"requirements-{system.name}.txt")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()[-3:]
        raise InstallError(" ".join(said) or f"exit status {done.returncode}")
