"""Speed and memory of the reader: python -m benchmarks.reader [--runs N]

Twenty passages of about 180 tokens, the most that ingest makes, are read for a question that was not asked before.
Prints medians, the same passages through the stock way (the encoder of transformers in float32) beside them in the
same run, and the memory that the reader adds.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch

from index.articles import read_documents
from index.chunk import ChunkSettings, split_document
from index.encode import DEFAULT_MODEL, open_encoder
from index.encoders.find import find_model
from index.load import SourceFile, find_sources
from index.reader import Text
from index.reader.minilm import MiniLMReader
from index.reader.tokens import PairTokenizer
from index.schema import Document
from index.threads import processors

ARTICLES = Path(__file__).parents[1] / "data" / "articles"
QUESTION = "What conditions has Russia set for normal relations"


def passages(count: int) -> list[Text]:
    """The longest passages of the sample articles, run together so that each fills its window."""
    encoder = open_encoder()
    files = [item for item in find_sources([str(ARTICLES)]) if isinstance(item, SourceFile)]
    bodies = [document.text for file in files for document in read_documents(file)]
    document = Document.create(source="all", title="What the articles say", text=" ".join(" ".join(bodies).split()))
    found = split_document(document, encoder.count_tokens, encoder.max_tokens, ChunkSettings(overlap=0))
    longest = sorted(found, key=lambda p: -len(p.text))[:count]
    return [Text(document.title, p.text) for p in longest]


def median_ms(run: Callable[[int], object], runs: int) -> float:
    """The median milliseconds of `run`, which is given the number of the run; the first two only warm up."""
    took = []
    for number in range(runs + 2):
        started = time.perf_counter()
        run(number)
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took[2:])


def resident_mib() -> float:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description="Speed and memory of the reader.")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--reader", type=Path, help="a reader's file (default: the one that ships)")
    options = parser.parse_args()
    texts = passages(20)
    before = resident_mib()
    reader = MiniLMReader(options.reader)
    started = time.perf_counter()
    reader.read(QUESTION, texts[:1])
    loading = (time.perf_counter() - started) * 1000
    added = resident_mib() - before
    ours = median_ms(lambda n: reader.read(f"{QUESTION} {n}?", texts), options.runs)

    from transformers import AutoModel

    tokenizer, stock = PairTokenizer(), AutoModel.from_pretrained(find_model(DEFAULT_MODEL)).eval()

    def plainly(number: int) -> None:
        batch = tokenizer.pairs([(f"{QUESTION} {number}?", text) for text in texts]).batch
        with torch.inference_mode():
            stock(input_ids=batch.ids, token_type_ids=batch.types, attention_mask=batch.mask)

    theirs = median_ms(plainly, options.runs)
    tokens = int(tokenizer.pairs([(QUESTION, text) for text in texts]).batch.mask.sum())
    print(f"{len(texts)} passages, {tokens} tokens, {processors()} processors, {options.runs} runs, medians")
    print(f"reader                       {ours:7.0f} ms   loads in {loading:.0f} ms, adds {added:.0f} MiB")
    print(f"transformers, float32        {theirs:7.0f} ms")
    print(f"ratio                        {ours / theirs:7.2f}")


if __name__ == "__main__":
    main()
