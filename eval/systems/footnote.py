"""Footnote as the product wires it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from time import perf_counter

from bot.chat import Bot
from bot.schema import Turn
from bot.sides.words import credit
from bot.wire import make_answerer, make_bot, make_encoder
from eval.errors import StartError
from eval.schema import Found, Quote, Response, Sentence
from eval.systems import DEPTH, Setup
from index.access import EVERYTHING
from index.build import add_documents, ingest
from index.encode import Encoder
from index.errors import IndexMissingError
from index.manifest import current_version


class Footnote:
    """The bot over an index; what it would have said is asked of an answerer that never abstains."""

    def __init__(self, bot: Bot, setup: Setup, encoder: Encoder, index_s: float) -> None:
        self._bot = bot
        self._index_s = index_s
        index = bot.searcher.index
        self._bold = make_answerer(replace(setup.settings, abstain_below=0.0, answerer="extractive"), index, encoder)
        self._passages = setup.settings.passages
        self._texts = {d.source: d.text for d in index.view(EVERYTHING).documents.values()}

    @property
    def texts(self) -> Mapping[str, str]:
        return self._texts

    @property
    def index_s(self) -> float:
        return self._index_s

    def respond(self, text: str, history: Sequence[Turn]) -> Response:
        answer = self._bot.ask(text, history)
        hits = self._bot.search(text, history, DEPTH)
        would_say = ""
        if answer.abstained:
            seen = self._bot.search(text, history, self._passages)
            draft = self._bold.answer(answer.standalone_question, seen)
            would_say = " ".join(sentence.text for sentence in draft.sentences)
        return Response(
            answer=answer.answer,
            abstained=answer.abstained,
            confidence=answer.confidence,
            sentences=tuple(Sentence(s.text, s.citations) for s in answer.sentences),
            citations=tuple(Quote(c.n, c.source, c.start, c.end, c.quote, credit(c)) for c in answer.citations),
            passages=tuple(Found(h.document.source, h.score, h.passage.text) for h in hits),
            would_say=would_say,
            timings_ms=asdict(answer.timings_ms),
        )


def open_footnote(setup: Setup) -> Footnote:
    """The bot over the corpus, which is indexed first if need be."""
    encoder = make_encoder(setup.settings)
    encoder.encode(["warm"])  # loading the model is starting, not indexing, and no question's affair
    index_s = index_corpus(setup, encoder)
    settings = replace(setup.settings, index=setup.place)
    return Footnote(make_bot(settings, encoder), setup, encoder, index_s)


def open_unread(setup: Setup) -> Footnote:
    """The bot without its reader, over the same index: what the reader is worth is the difference."""
    return open_footnote(replace(setup, settings=replace(setup.settings, reader="off")))


def index_corpus(setup: Setup, encoder: Encoder) -> float:
    """Makes the index of the corpus with the product's own ingest, unless it is there; returns the seconds taken.

    Raises StartError if any article was refused: a suite that silently lost one would measure something else.
    """
    corpus, started = setup.corpus, perf_counter()
    if corpus.index is not None or _is_there(setup.index):
        return 0.0
    if corpus.articles is not None:
        report = ingest([str(corpus.articles)], setup.index, encoder)
        if report.skipped:
            first = report.skipped[0]
            raise StartError(f"{len(report.skipped)} articles were not indexed, such as {first.source}: {first.reason}")
    else:
        add_documents(corpus.documents, setup.index, encoder)
    return perf_counter() - started


def _is_there(directory: Path) -> bool:
    try:
        current_version(directory)
    except IndexMissingError:
        return False
    return True
