"""Writes the hostile files into a folder and shows what they are: `python -m tests.hostile FOLDER`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from tests.hostile import Hostile, write_hostile


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or Path(arguments[0]).exists():
        sys.stderr.write("give a folder that is not there yet: python -m tests.hostile FOLDER\n")
        return 1
    written = write_hostile(Path(arguments[0]))
    sys.stdout.write("".join(f"{line}\n" for line in _table(written)))
    return 0


def _table(written: list[Hostile]) -> list[str]:
    """A line for each kind: family, number of files, whether one may be read, kind."""
    counts = Counter((one.family, one.kind, one.may_be_read) for one in written)
    lines = [f"{'family':10} {'files':>5}  {'to be':8} kind"]
    for (family, kind, may_be_read), count in counts.items():
        lines.append(f"{family:10} {count:5}  {'survived' if may_be_read else 'skipped':8} {kind}")
    return [*lines, f"{len(written)} files of {len({one.kind for one in written})} kinds"]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
