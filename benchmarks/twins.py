"""How alike rewrites of a story are, and how fast twins are found: python -m benchmarks.twins [--documents N]

Twelve invented stories, each rewritten by hand in degrees, are compared by kind of rewrite: the true Jaccard similarity
of their word triples, its estimate from the signatures, the true containment, and how many pairs were joined. Then N
documents are signed and grouped, a tenth of them twins, and N reports of one template; the same signatures in
datasketch's MinHashLSH, without the check of what it finds, stand beside them in the same run.
"""

from __future__ import annotations

import argparse
import random
import re
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from index import twins


@dataclass(frozen=True, slots=True)
class Story:
    """A story and its rewrites. Paragraphs are parted by an empty line, the first is the headline."""

    text: str
    headline: str  # another one
    edits: list[list[str]]  # a light copy-edit: words as they stand, words in their place
    lead: str  # the first paragraph of a local paper's version
    added: str  # two paragraphs more
    heavy: str = ""  # every sentence rewritten, in the same order
    anew: str = ""  # the same events, by another author
    template: str = ""  # other facts in the same form


with (Path(__file__).parent / "stories.toml").open("rb") as _stream:
    STORIES = tuple(Story(**fields) for fields in tomllib.load(_stream)["stories"])


def paragraphs(text: str) -> list[str]:
    return [" ".join(block.split()) for block in text.strip().split("\n\n")] if text else []


def whole(text: str) -> str:
    return "\n\n".join(paragraphs(text))


def rewrites(story: Story) -> Iterator[tuple[str, str]]:
    """Every rewrite of a story, after its kind."""
    parts, added, (lead,) = paragraphs(story.text), paragraphs(story.added), paragraphs(story.lead)
    text = whole(story.text)
    place = STORIES.index(story)
    second, third = (whole(STORIES[(place + i) % len(STORIES)].text) for i in (1, 2))
    yield "another headline", "\n\n".join([story.headline, *parts[1:]])
    yield "light copy-edit", edited(text, story.edits)
    for i in range(1, len(parts)):
        yield "one paragraph cut", "\n\n".join(parts[:i] + parts[i + 1 :])
    yield "two paragraphs added", "\n\n".join([*parts[:3], added[0], *parts[3:], added[1]])
    yield "local lead before", "\n\n".join([story.headline, lead, *parts[1:]])
    yield "local lead instead", "\n\n".join([story.headline, lead, *parts[2:]])
    yield "cut to its first half", text[: len(text) // 2]
    yield "cut to its first third", text[: len(text) // 3]
    yield "in a digest of two", f"{text}\n\n{second}"
    yield "in a digest of three", f"{text}\n\n{second}\n\n{third}"
    for kind, other in (
        ("every sentence rewritten", story.heavy),
        ("told anew", story.anew),
        ("same template", story.template),
    ):
        if other:
            yield kind, whole(other)


def edited(text: str, edits: list[list[str]]) -> str:
    for old, new in edits:
        if old not in text:
            raise ValueError(f"{old!r} is not in the story {text[:40]!r}; mend the edit")
        text = text.replace(old, new)
    return text


def triples(text: str) -> set[tuple[str, ...]]:
    """The word triples of a text in Latin letters, told apart independently of the product's code."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return set(zip(words, words[1:], words[2:], strict=False))


def similarity_table() -> None:
    pairs = [(kind, whole(story.text), text) for story in STORIES for kind, text in rewrites(story)]
    pairs += [("unrelated", whole(one.text), whole(other.text)) for one, other in combinations(STORIES, 2)]
    print(f"{'kind':26}{'pairs':>6}{'Jaccard':>14}{'estimated':>14}{'containment':>14}{'joined':>8}")
    for kind in dict.fromkeys(kind for kind, _, _ in pairs):
        rows = [compared(one, other) for name, one, other in pairs if name == kind]
        spans = "".join(f"{min(column):>8.2f} -{max(column):.2f}" for column in list(zip(*rows, strict=True))[:3])
        print(f"{kind:26}{len(rows):6}{spans}{sum(row[3] for row in rows):8.0f}")


def compared(one: str, other: str) -> tuple[float, float, float, float]:
    """Jaccard similarity, its estimate, containment of the smaller in the larger, and 1 if they were joined."""
    a, b = triples(one), triples(other)
    left, right = twins.signature(one), twins.signature(other)
    joined = bool(twins.groups({"one": left, "other": right}))
    return len(a & b) / len(a | b), twins.similarity(left, right), len(a & b) / min(len(a), len(b)), float(joined)


def mixed(count: int, rng: random.Random) -> list[str]:
    """Texts of 400 made-up words, a tenth of them copies of the one before with 12 words changed."""
    words = ["".join(rng.choices("abcdefghijklmnoprstuvw", k=rng.randint(2, 10))) for _ in range(20_000)]
    texts = [rng.choices(words, k=400)]
    while len(texts) < count:
        copy = list(texts[-1]) if len(texts) % 10 == 1 else rng.choices(words, k=400)
        for place in rng.sample(range(400), 12):
            copy[place] = rng.choice(words)
        texts.append(copy)
    return [" ".join(text) for text in texts]


def templated(count: int, rng: random.Random) -> list[str]:
    """As many reports of the earthquake service, each with numbers of its own."""
    form = next(whole(story.text) for story in STORIES if "earthquake" in story.headline or "4.1" in story.text)
    return [re.sub(r"\d+", lambda _: str(rng.randint(1, 999)), form) for _ in range(count)]


def seconds_to_group(name: str, texts: list[str]) -> None:
    from datasketch import MinHash, MinHashLSH

    started = time.perf_counter()
    signed = {f"{n:06}": twins.signature(text) for n, text in enumerate(texts)}
    signing = time.perf_counter() - started
    started = time.perf_counter()
    found = twins.groups(signed)
    grouping = time.perf_counter() - started
    blank = MinHash(num_perm=128)
    started = time.perf_counter()
    lsh = MinHashLSH(num_perm=128, params=(42, 3))
    hashes = {
        key: MinHash(hashvalues=values[:128].astype("u8"), permutations=blank.permutations, scheme="affine32")
        for key, values in signed.items()
    }
    for key, value in hashes.items():
        lsh.insert(key, value)
    asked = list(hashes)[:: max(1, len(hashes) // 500)]  # a sample: on reports of one template each answer is long
    inserted = time.perf_counter()
    for key in asked:
        lsh.query(hashes[key])
    theirs = inserted - started + (time.perf_counter() - inserted) * len(hashes) / len(asked)
    print(
        f"{name}: {len(texts)} signed at {signing / len(texts) * 1e6:.0f} us each, {len(found)} groups in "
        f"{grouping:.2f} s; MinHashLSH {theirs:.2f} s (of its queries {len(asked)} timed), "
        f"ratio {grouping / theirs:.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Likeness of rewrites, and the speed of finding twins.")
    parser.add_argument("--documents", type=int, default=10_000)
    options = parser.parse_args()
    similarity_table()
    rng = random.Random(7)
    twins.signature("a warm-up that loads the library")
    seconds_to_group("mixed", mixed(options.documents, rng))
    seconds_to_group("one template", templated(options.documents, rng))


if __name__ == "__main__":
    main()
