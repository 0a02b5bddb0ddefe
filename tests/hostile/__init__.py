"""Files made to break whatever reads them: bombs, loops, lies and things without end, each of a kind with a plain name.

`python -m tests.hostile FOLDER` writes them all, the same at every run; they take under 100 MB. They may harm programs
that read them, among them those that remove folders: use `remove_hostile`, or `chmod -R u+rwx` and `rm -rf`.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.hostile.archives import archives
from tests.hostile.case import Case, Family
from tests.hostile.mails import mails
from tests.hostile.markdowns import markdowns
from tests.hostile.names import write_odd
from tests.hostile.pages import pages
from tests.hostile.pdfs import pdfs
from tests.hostile.tables import tables
from tests.hostile.texts import texts
from tests.hostile.wikis import wikis
from tests.hostile.xmls import xmls

__all__ = ["FAMILIES", "SECRET", "Case", "Hostile", "cases", "remove_hostile", "write_hostile"]

FAMILIES: dict[str, Family] = {
    "archives": archives, "mails": mails, "markdowns": markdowns, "pages": pages, "pdfs": pdfs, "tables": tables,
    "texts": texts, "wikis": wikis, "xmls": xmls,
}  # fmt: skip
SECRET = "The secret word of the sexton is hollyhock."
_SEED = 20


@dataclass(frozen=True, slots=True)
class Hostile:
    """A hostile file as it was written. If not `may_be_read`, it must be skipped; else it may be.

    `listed` are the addresses that a list names, under which it is reported.
    """

    kind: str
    family: str
    path: Path
    may_be_read: bool
    listed: tuple[str, ...] = ()


def cases(family: str) -> list[Case]:
    """The files of a family, not written."""
    return list(FAMILIES[family](Random(_SEED)))


def write_hostile(folder: Path, every: int = 1) -> list[Hostile]:
    """Writes the hostile files into the folder, which is made if need be, and beside it a secret that links lead to: of
    each family every so manieth, and all those whose names are odd.

    The secret stands in `outside/secret.txt` next to the folder, as SECRET, and is named so in the files: started from
    the folder's parent, whoever knows it has read what is none of the folder's.
    """
    outside = folder.parent / "outside" / "secret.txt"
    outside.parent.mkdir(parents=True, exist_ok=True)
    outside.write_text(f"{SECRET}\n\n{SECRET}\n", "utf-8")
    written = []
    for family in FAMILIES:
        for case in cases(family)[::every]:
            path = folder / family / case.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(case.data)
            written.append(Hostile(case.kind, family, path, case.may_be_read, case.listed))
    odd = write_odd(folder / "names", outside)
    return written + [Hostile(one.kind, "names", one.path, one.may_be_read) for one in odd]


def remove_hostile(folder: Path) -> None:
    """Removes the folder, which is nested deeper than Python's own way of doing so can go."""
    locked = folder / "names" / "locked"
    if locked.exists():
        locked.chmod(0o700)
    subprocess.run(["rm", "-rf", "--", str(folder)], check=True)
