"""A Ray cluster that does the work of an ingest. The only place that knows Ray."""

from __future__ import annotations

import os
import platform
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any
from uuid import uuid4

from index.encode import Encoder, ModelSpec
from index.errors import WorkersError
from index.threads import processors, use_at_most
from index.workers import Work
from index.workers.spread import Spread, TaskLost

_MISSING = "--workers ray needs Ray, which is not installed; run: pip install -r requirements-ray.txt"
_PROBE_S = 2.0
_COUNT_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class _Tools:
    """How a worker gets the encoder, and which model it has to be. `key` tells ingests of one process apart."""

    key: str
    make: Callable[[], Encoder]
    spec: ModelSpec


@contextmanager
def ray_workers(address: str, make: Callable[[], Encoder], spec: ModelSpec) -> Iterator[Spread]:
    """Workers of the Ray cluster at host:port, of which this machine must be a node; of one that is started on this
    machine for as long as it is wanted if the address is empty.

    `make` makes the encoder in each worker, once; there it must be `spec`'s. Raises WorkersError.
    """
    # Whoever started a cluster that is there already decides for it: `ray start --disable-usage-stats`.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    if not address:
        # Nobody else may use it, and the token for that is not to be kept in the user's home. Read at the import.
        os.environ.setdefault("RAY_AUTH_MODE", "token")
        os.environ.setdefault("RAY_AUTH_TOKEN", token_hex(32))
    try:
        import ray
    except ImportError as error:
        raise WorkersError(_MISSING) from error
    # The workers import the very code that runs here: another version of it would make another index.
    code = {"py_modules": [str(Path(__file__).parents[1])], "excludes": ["*.safetensors"]}
    where = {"address": address} if address else {"num_cpus": processors(), "include_dashboard": False}
    if address and not _answers(_split(address)):  # Ray itself would try for minutes
        raise WorkersError(
            f"no Ray cluster answers at {address}; start one there, or correct the address (docs/ray.md)"
        )
    try:
        ray.init(runtime_env=code, logging_level="error", log_to_driver=False, **where)
    except Exception as error:  # it raises what its parts raise
        told = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise WorkersError(
            f"no Ray cluster can be used at {address or 'this machine'} ({told}); start one and make this machine a "
            "node of it (docs/ray.md)"
        ) from error
    try:
        yield Spread(_RayCluster(ray, address, _Tools(uuid4().hex, make, spec)))
    finally:
        ray.shutdown()


class _RayCluster:
    """`index.workers.spread.Cluster` by Ray. Tasks, not actors: Ray finds each a place wherever a processor is free,
    on nodes too that came later. It retries nothing, as `Spread` does."""

    def __init__(self, ray: Any, address: str, tools: _Tools) -> None:
        self._ray = ray
        self._address = address
        self._tools = tools
        self._task = ray.remote(num_cpus=1, max_retries=0)(_run)
        self._node = ray.get_runtime_context().get_node_id()
        self._head = _split(ray.get_runtime_context().gcs_address)
        self._slots = 1
        self._counted = 0.0

    def slots(self) -> int:
        if time.monotonic() - self._counted > _COUNT_EVERY_S and _answers(self._head):
            self._slots = max(1, int(self._ray.cluster_resources().get("CPU", 0)))
            self._counted = time.monotonic()
        return self._slots

    def start(self, work: Work[Any, Any], items: Sequence[Any]) -> Any:
        return self._task.remote(self._tools, work, items)

    def wait(self, handles: Sequence[Any], seconds: float) -> Sequence[Any]:
        done: Sequence[Any] = self._ray.wait(list(handles), timeout=seconds)[0]
        return done

    def result(self, handle: Any) -> Sequence[Any]:
        errors = self._ray.exceptions
        try:
            found: Sequence[Any] = self._ray.get(handle)
        except errors.RayTaskError as error:  # the work raised, or could not be found
            if isinstance(error.cause, ImportError):
                raise WorkersError(
                    f"a node of the cluster lacks what Footnote needs ({error.cause}); run there: "
                    "pip install -r requirements.txt -r requirements-ray.txt"
                ) from error
            if isinstance(error.cause, Exception):
                raise error.cause from error
            raise WorkersError(f"a worker failed: {str(error).strip().splitlines()[-1]}") from error
        except errors.RuntimeEnvSetupError as error:
            raise WorkersError(
                f"a node of the cluster cannot be given Footnote's code ({str(error).strip().splitlines()[0]})"
            ) from error
        except errors.RayError as error:
            raise TaskLost(type(error).__name__) from error
        return found

    def drop(self, handles: Iterable[Any]) -> None:
        for handle in handles:
            self._ray.cancel(handle, force=False)

    def trouble(self) -> str:
        named = f"the Ray cluster{f' at {self._address}' if self._address else ''}"
        if not _answers(self._head):  # asked first: Ray's own calls wait for a cluster that is gone
            return f"{named} does not answer any more"
        nodes = [node for node in self._ray.nodes() if node["Alive"]]
        if self._node not in {node["NodeID"] for node in nodes}:
            return f"this machine is no node of {named} any more"
        if not any(node["Resources"].get("CPU") for node in nodes):
            return f"{named} has no node with processors left"
        return ""


def _split(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def _answers(address: tuple[str, int]) -> bool:
    """True if something listens there."""
    try:
        socket.create_connection(address, _PROBE_S).close()
    except (OSError, OverflowError):  # the latter for a port that is none
        return False
    return True


_opened: tuple[str, Encoder] | None = None  # of this process, if it is a worker


def _run(tools: _Tools, work: Work[Any, Any], items: Sequence[Any]) -> list[Any]:
    """A task, in a worker."""
    encoder = _encoder(tools)
    return [work(encoder, item) for item in items]


def _encoder(tools: _Tools) -> Encoder:
    """Loaded by the first task of a process, and kept for the others."""
    global _opened
    if _opened is None or _opened[0] != tools.key:
        use_at_most(1)  # a worker for each processor, each with one
        encoder = tools.make()
        if encoder.spec.checksum != tools.spec.checksum:
            raise WorkersError(
                f"the embedding model {tools.spec.name!r} has other weights on {platform.node()} "
                f"({encoder.spec.checksum[:12]}, here {tools.spec.checksum[:12]}); give all nodes the same"
            )
        _opened = tools.key, encoder
    return _opened[1]
