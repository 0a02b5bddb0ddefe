"""What python -X importtime tells, by library: who is heavy, and who asked for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_LINE = re.compile(r"import time:\s*(\d+) \|\s*(\d+) \| ( *)(\S+)")


@dataclass(frozen=True, slots=True)
class Import:
    """A module: its own microseconds, and the module that imported it first ("" if the interpreter or the program)."""

    name: str
    own_us: int
    by: str


@dataclass(frozen=True, slots=True)
class Library:
    """All modules of one package: their milliseconds together, and the first module outside that asked for one."""

    name: str
    ms: float
    modules: int
    by: str


def parse(lines: Iterable[str]) -> list[Import]:
    """The imports told; a module stands below all that it imported, one step further left."""
    found: list[Import] = []
    waiting: dict[int, list[tuple[str, int]]] = {}  # by depth: modules whose importer has not been told yet
    for line in lines:
        if not (match := _LINE.match(line)):
            continue
        depth, name = len(match[3]) // 2, match[4]
        found += [Import(child, own, name) for child, own in waiting.pop(depth + 1, ())]
        waiting.setdefault(depth, []).append((name, int(match[1])))
    return found + [Import(name, own, "") for modules in waiting.values() for name, own in modules]


def heaviest(imports: Iterable[Import], count: int = 10) -> list[Library]:
    """The packages that took longest to import, all their modules together, longest first."""
    by_name: dict[str, list[Import]] = {}
    for item in imports:
        by_name.setdefault(_package(item.name), []).append(item)
    libraries = [
        Library(
            name,
            sum(item.own_us for item in items) / 1000,
            len(items),
            next((item.by for item in items if _package(item.by) != name), ""),
        )
        for name, items in by_name.items()
    ]
    return sorted(libraries, key=lambda library: -library.ms)[:count]


def _package(module: str) -> str:
    return module.lstrip("_").partition(".")[0]
