"""The values that were asked for last."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Generic, TypeVar

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")


class Latest(Generic[_K, _V]):
    """The values of the `size` keys asked for last."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[_K, _V] = OrderedDict()
        self._lock = Lock()

    def holds(self, key: _K) -> bool:
        """True if the value of the key is at hand."""
        with self._lock:
            return key in self._kept

    def get(self, keys: Sequence[_K], make: Callable[[list[_K]], Sequence[_V]]) -> list[_V]:
        """The value of each key; `make` is asked for those missing, in one call. Nobody waits for what another
        makes, so that two who ask at once may both make it."""
        with self._lock:
            known = {key: self._kept[key] for key in keys if key in self._kept}
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            known.update(zip(missing, make(missing), strict=True))
        with self._lock:
            for key, value in known.items():
                self._keep(key, value)
        return [known[key] for key in keys]

    def once(self, key: _K, make: Callable[[], _V]) -> _V:
        """The value of the key, made by one while all others wait. `make` may not ask for another."""
        with self._lock:
            value = self._kept[key] if key in self._kept else make()
            self._keep(key, value)
            return value

    def _keep(self, key: _K, value: _V) -> None:
        self._kept[key] = value
        self._kept.move_to_end(key)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
