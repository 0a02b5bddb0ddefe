"""What an ingest costs, and a refresh: python -m benchmarks.ingest [--documents N] [--no-model] [--profile]

Writes N invented articles of 60 to 150 words to a temporary folder, ingests them into a new index, changes three and
ingests all of them again, in this process and with the packaged embedding model. Prints of both the seconds on the
clock and of the processor (on a busy machine the clock tells little; where encoding takes several cores the processor
shows more than the clock), their ratio, the passages of the first per second, and the peak memory of the process. The
seconds hold all that an ingest does (finding and reading the files, cleaning, cutting, encoding, twins, word index,
writing with checksums and fsync) but for loading the model. The files are dated back an hour, as files are that lie
about: what was changed within two seconds of its ingest is read once more by the next.

--no-model puts in place of the model an encoder that makes a vector of a text's checksum and tokens of words by rule of
thumb, so that what is not encoding can be seen. --profile prints where the refresh spent its time (and slows it down).
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import random
import resource
import tempfile
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.build import IngestReport, ingest
from index.encode import Encoder, ModelSpec, TokenVectors, Vectors, normalize, open_encoder

WHO = "mayor council farmer baker teacher ferryman doctor judge miller school bank theatre union museum club".split()
DID = "opened closed sold bought repaired promised refused counted painted moved lent measured praised lost".split()
WHAT = "bridges boats loaves houses lamps bells fields roofs horses books letters wells trees chairs clocks".split()
WHY = "winter harvest storm election strike festival flood drought fair quarrel wedding fire holiday court".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
HEADS = "Ald Bren Cor Dun Esk Fal Gar Hol Ing Kel Lor Mor Nor Old Pen Quin Ros Sel Tor Ul Var Wes Yar Zel".split()
TAILS = "ford mouth ham wick ton bury stead holm gate field haven well combe ley marsh thorpe dale minster".split()


class NoModel:
    """An `Encoder` without a model: the vector of a text is drawn from its checksum, ten words are 14 tokens."""

    spec = ModelSpec("no model", "0" * 64, 384)
    max_tokens = 254

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [round(1.4 * len(text.split())) for text in texts]

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = [np.random.default_rng(zlib.crc32(t.encode())).standard_normal(384, np.float32) for t in texts]
        return normalize(np.stack(rows))

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        raise NotImplementedError("an ingest compares no tokens")


def sentence(chance: random.Random) -> str:
    """One invented sentence."""
    place, other = (chance.choice(HEADS) + chance.choice(TAILS) for _ in range(2))
    who, did, what, why, day = (chance.choice(words) for words in (WHO, DID, WHAT, WHY, DAYS))
    number = chance.randint(2, 9000)
    return chance.choice(
        (
            f"The {who} of {place} {did} {number:,} {what} after the {why}.",
            f"On {day} the {who} said that {place} had {did} {number} {what} for {other}.",
            f"Nobody in {place} knows why the {who} {did} {what} before the {why} of {2000 - number // 90}.",
            f"“We {did} {number} {what},” the {who} in {other} told a meeting on {day}, “and then came the {why}.”",
            f"Since the {why} the {what} of {place} have cost {number} crowns, and {other} has {did} none.",
        )
    )


def article(number: int) -> str:
    """The article of that number: a headline, a date and 60 to 150 words."""
    chance = random.Random(number)
    words, sentences = chance.randint(60, 140), [sentence(chance)]
    while sum(len(s.split()) for s in sentences) < words:
        sentences.append(sentence(chance))
    paragraphs = [" ".join(sentences[i : i + 2]) for i in range(0, len(sentences), 2)]
    place, day = chance.choice(HEADS) + chance.choice(TAILS), chance.randint(1, 28)
    title = f"{place} and the {chance.choice(WHAT)} of the {chance.choice(WHY)}"
    return "\n\n".join([title, f"{day} May {chance.randint(2001, 2024)}", *paragraphs]) + "\n"


def write_articles(folder: Path, count: int) -> None:
    """The articles, a hundred to a folder, dated back an hour."""
    before = time.time() - 3600
    for number in range(count):
        path = folder / f"{number // 100:04}" / f"{number:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(article(number), "utf-8")
        os.utime(path, (before, before))


def timed(folder: Path, index: Path, encoder: Encoder) -> tuple[float, float, IngestReport]:
    """The seconds of an ingest, those of the processor, and its report."""
    started, worked = time.perf_counter(), time.process_time()
    report = ingest([str(folder)], index, encoder)
    return time.perf_counter() - started, time.process_time() - worked, report


def main() -> None:
    parser = argparse.ArgumentParser(description="What an ingest costs, and a refresh with three articles changed.")
    parser.add_argument("--documents", type=int, default=10_000, metavar="N")
    parser.add_argument("--no-model", action="store_true", help="a stand-in for the model, to see all else")
    parser.add_argument("--profile", action="store_true", help="print where the refresh spent its time")
    options = parser.parse_args()
    encoder: Encoder = NoModel() if options.no_model else open_encoder()
    started = time.perf_counter()
    encoder.encode(["Loads the model."])
    loading = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as work:
        folder, index = Path(work) / "articles", Path(work) / "index"
        write_articles(folder, options.documents)
        first, first_cpu, report = timed(folder, index, encoder)
        for path in sorted(folder.rglob("*.txt"))[:: max(1, options.documents // 3)][:3]:
            path.write_text(path.read_text("utf-8") + f"\n{sentence(random.Random(path.name))}\n", "utf-8")
        profile = cProfile.Profile()
        if options.profile:
            profile.enable()
        again, again_cpu, refreshed = timed(folder, index, encoder)
        profile.disable()
        assert len(report.added) == options.documents
        assert len(refreshed.changed) == min(3, options.documents)
        size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    model = "no" if options.no_model else "the packaged"
    print(f"{options.documents:,} articles, {report.passages:,} passages, {model} model")
    print(f"loading the model            {loading:8.2f} s")
    speed = report.passages / first
    print(
        f"first ingest                 {first:8.2f} s   {first_cpu:.2f} s of processor, {speed:,.0f} passages a second"
    )
    print(f"refresh, three changed       {again:8.2f} s   {again_cpu:.2f} s of processor")
    print(f"refresh / first ingest       {again / first:8.3f}")
    print(f"peak memory                  {memory:8.0f} MiB   the index takes {size / 2**20:.0f} MiB on disk")
    if options.profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
