"""A small world of made-up towns, written in the layouts of the public data, and what the reader learns from it."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from index.network.torch import Network
from index.network.weights import Shape
from tests.fakes import HashedWords
from training.reader.examples import Example, Passage, make_examples
from training.reader.sources import Source, read_sources

TINY = Shape(width=8, layers=1, heads=2, inner=16)


class Town(NamedTuple):
    name: str
    owner: str
    year: int
    price: int
    stone: str

    @property
    def mill(self) -> str:
        return (
            f"The mill of {self.name} closed in {self.year}. {self.owner} had bought it for {self.price} crowns. "
            "In the last winter, its wheel (made of oak) was broken by the ice. A museum is kept in it today."
        )

    @property
    def quay(self) -> str:
        return (
            f"The quay of {self.name} is built of {self.stone}. It was never finished, since the money ran out early. "
            f"Boats from {self.name} have to wait for the tide."
        )


_NAMES = "Crowle Varnham Oldmouth Tessel Brunby Harrock Pellow Quint Skerrow Ulverby Wexholt Yarden Dunmere Fosby"
_OWNERS = "Quill Holm Penhale Sarn Lunt Brandt Thule Marrow Tibb Oake Nance Garrow Vell Ister"
_STONES = "granite slate basalt marble limestone sandstone flint gneiss quartzite travertine dolerite gabbro chalk tuff"
TOWNS = [
    Town(name, f"Ada {owner}", 1871 + 7 * n, 240 + 31 * n, stone)
    for n, (name, owner, stone) in enumerate(zip(_NAMES.split(), _OWNERS.split(), _STONES.split(), strict=True))
]
SALT, SAND = (Town("Salt Isle", "Ida Rook", 1801, 77, "coral"), Town("Sand Isle", "Ivo Rook", 1803, 79, "clay"))

POLICY = [
    "We keep your address for two years. After that it is deleted. Our staff is trained once a year.",
    "We share your name with our printers. They may not sell it. The printers are in Varnham.",
]
FEVER = (
    "Marsh fever spreads by gnats.\nIt lasts nine days in most of those who catch it. Willow bark is the usual cure. "
    "The fever was first seen in Brunby, and then along the coast."
)


def write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def squad_question(key: str, home: str, question: str, *answers: str) -> dict[str, Any]:
    return {"id": key, "question": question, "para_id": home, "answers": answers, "is_impossible": not answers}


def write_squad(folder: Path) -> None:
    """Version 1.1 asks for years and stones; 2.0 for years again, for owners, and for what is not told."""
    paragraphs: dict[str, list[dict[str, Any]]] = {"1.1": [], "v2.0": []}
    asked: dict[str, list[dict[str, Any]]] = {"1.1": [], "v2.0": []}
    for t in (*TOWNS, SALT, SAND):
        mill, quay, n = f"{t.name} mill", f"{t.name} quay", t.name
        for version, title in (("1.1", n), ("v2.0", n.replace(" ", "_") if t is SALT else n)):
            paragraphs[version].append({"id": version + mill, "title": title, "text": t.mill})
            paragraphs[version].append({"id": version + quay, "title": title, "text": t.quay})
            year = f"When did the mill of {n} close?"
            asked[version].append(squad_question(f"{n}-year", version + mill, year, str(t.year), f"in {t.year}"))
        asked["1.1"].append(
            squad_question(f"{n}-stone", "1.1" + quay, f"What is the quay of {n} built of?", t.stone, t.stone)
        )
        asked["v2.0"].append(squad_question(f"{n}-owner", "v2.0" + mill, f"Who bought the mill of {n}?", t.owner))
        asked["v2.0"].append(squad_question(f"{n}-none", "v2.0" + mill, f"Who designed the mill of {n}?"))
    for version in paragraphs:
        write_lines(folder / f"{version}_paragraphs.jsonl", paragraphs[version])
        write_lines(folder / f"{version}_questions.jsonl", asked[version])
    (folder / "test_only_titles.txt").write_text("Salt Isle\nSand_Isle\n", "utf-8")


def write_data(folder: Path) -> Path:
    """All four data sets, laid out as `read_sources` wants them; returns the folder."""
    write_squad(folder / "squad")
    halves = (TOWNS[:3], TOWNS[3:6])
    for file, towns in zip(("dev.json", "test.json"), halves, strict=True):
        rows = [
            {
                "article": t.name,
                "section": "Harbour",
                "question": f"Why do boats from {t.name} wait?",
                "candidates": [f"{t.name} is small. ", "Its harbour falls dry twice a day.", "No boat floats then."],
                "answers": [1, 2],
            }
            for t in towns
        ]
        write_json(folder / "selqa" / file, rows)
    cure = {"text": "Willow bark", "answer_start": FEVER.index("Willow")}
    days = {"text": "nine days", "answer_start": FEVER.index("nine")}
    asked = [{"question": "How long does it last?", "answers": [days]}, {"question": "What cures?", "answers": [cure]}]
    fever = {"context": FEVER, "qas": [*asked, {"question": "Who knows?", "answers": [], "is_impossible": True}]}
    write_json(folder / "covidqa" / "covidqa.json", {"data": [{"paragraphs": [fever]}]})
    for file, title in (("dev.json", "crowle.example"), ("test.json", "tessel.example")):
        answers = [{"text": "two years", "answer_start": POLICY[0].index("two")}]
        asked = [
            {"question": f"How long {ending}?", "answers": answers} for ending in (f"is it kept by {title}", title)
        ]
        kept = {"context": POLICY[0], "qas": asked}
        data = {"title": title, "paragraphs": [kept, {"context": POLICY[1], "qas": []}]}
        write_json(folder / "policyqa" / file, {"version": "1", "data": [data]})
    return folder


@cache
def sources() -> dict[str, Source]:
    """The public data as read; not to be changed."""
    with TemporaryDirectory() as folder:
        return {source.name: source for source in read_sources(write_data(Path(folder))) if source.name != "stories"}


def make(name: str, seed: int = 0) -> list[Example]:
    """The examples of one of the sources, in passages of about one paragraph."""
    return list(make_examples(sources()[name], HashedWords(max_tokens=70), random.Random(seed)))


@cache
def examples() -> list[Example]:
    """The examples of all sources; not to be changed."""
    return [example for name in sources() for example in make(name)]


def tiny_network() -> Network:
    """A network of the reader's kind that knows nothing and takes no time; the same for the same `manual_seed`."""
    return Network(TINY)


def passage(text: str, *answers: str, title: str = "Crowle") -> Passage:
    """A passage that answers where the words given stand first."""
    return Passage(title, text, tuple((text.index(a), text.index(a) + len(a)) for a in answers))


def example(positive: Passage, question: str = "When did the mill of Crowle close?", **changed: Any) -> Example:
    """An example with one passage that answers, and no others unless told otherwise."""
    answers = tuple(positive.text[s:e] for s, e in positive.spans)
    plain: dict[str, Any] = {
        "source": "squad",
        "dev": False,
        "near": (),
        "negatives": (),
        "answers": answers,
        "swapped": None,
        "sentences_only": False,
        "own_topic": False,
    }
    return Example(question=question, positives=(positive,), **plain | changed)
