"""How the threads of the libraries that compute wait for one another."""

from __future__ import annotations

import os
import sys
from functools import lru_cache

_most: int | None = None  # what `use_at_most` said


def share_the_processor() -> None:
    """Lets threads that wait sleep instead of spin, unless OMP_WAIT_POLICY says otherwise.

    On a machine that does something else besides, such as showing the page, threads that spin take the time of those
    that they wait for: a question then takes several times as long. OpenMP reads this once, as torch is imported.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def take_share(of: int) -> None:
    """The calling thread computes with its share of the processors, as one of `of` such threads: two answers with a
    processor each take less time than one after the other with both."""
    if "torch" in sys.modules:
        import torch

        torch.set_num_threads(max(1, _all_threads() // max(1, of)))


def use_at_most(count: int) -> None:
    """This process computes with so many processors, as others beside it use the rest. To be said before a model is
    loaded: OpenMP and the tokenizers read it once."""
    global _most
    _most = count
    os.environ.setdefault("OMP_NUM_THREADS", str(count))
    os.environ.setdefault("RAYON_NUM_THREADS", str(count))


def processors() -> int:
    """As many as this process may use."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(there, _most or there)


@lru_cache(maxsize=1)
def _all_threads() -> int:
    """As many as torch takes by itself: the processors, or OMP_NUM_THREADS. Known only before a share is taken."""
    import torch

    return torch.get_num_threads()
