"""The bot: a question and its history in, a checked answer out."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from copy import copy
from dataclasses import replace
from threading import Thread
from time import perf_counter

from bot.answerer import Answerer, Found, StreamingAnswerer, Token, WeighsWords
from bot.cite import number_citations, to_markdown
from bot.memory import standalone_question
from bot.schema import Answer, Draft, Timings, Turn
from bot.verify.check import Verdict
from index.access import Access
from index.errors import FootnoteIndexError
from index.filters import Filters
from index.reader import Loads, Reader
from index.rerank import READ, rerank
from index.schema import Hit
from index.search import Searcher, check_question
from index.view import View

Rewrite = Callable[[str, Sequence[Turn]], str]
_NEAREST = 3


class Bot:
    """Answers questions from one opened index. `rewrite` makes a follow-up and its history a question of its own.

    `access` is what those may see who ask without an access of their own: without one given, documents without labels.
    """

    def __init__(
        self,
        searcher: Searcher,
        answerer: Answerer,
        reader: Reader | None = None,
        *,
        passages: int = 20,
        rewrite: Rewrite = standalone_question,
        access: Access | None = None,
    ) -> None:
        self.searcher = searcher
        self._answerer = answerer
        self._reader = reader
        self._passages = passages
        self._rewrite = rewrite
        self._access = access or Access()

    def seen_by(self, access: Access) -> Bot:
        """This bot for readers with another access; all else is shared."""
        found = copy(self)
        found._access = access
        return found

    def prepare(self) -> None:
        """Begins to load the reader, which is wanted only once the encoder has loaded and passages are found."""
        reader: object = self._reader
        if isinstance(reader, Loads):

            def load() -> None:
                with suppress(FootnoteIndexError):  # who reads will meet it again, and is told
                    reader.load()

            Thread(target=load, name="reader").start()

    def view(self, access: Access | None = None) -> View:
        """The documents that a reader may see."""
        return self.searcher.index.view(access or self._access)

    def search(
        self,
        question: str,
        history: Sequence[Turn] = (),
        k: int = 10,
        filters: Filters | None = None,
        access: Access | None = None,
    ) -> list[Hit]:
        """The `k` best passages for a question, best first. Raises QueryError on an unusable question."""
        access = access or self._access
        standalone = self._standalone(check_question(question), history, access)
        return self._read(standalone, self.searcher.search(standalone, max(k, READ), filters, access))[:k]

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        k: int | None = None,
        filters: Filters | None = None,
        access: Access | None = None,
    ) -> Answer:
        """The answer, each sentence cited; abstained if the sources do not answer.

        `k` is how many passages are considered, of the documents that both the filters and the access admit. Raises
        QueryError on an unusable question.
        """
        (answer,) = [item for item in self.stream(question, history, k, filters, access) if isinstance(item, Answer)]
        return answer

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        k: int | None = None,
        filters: Filters | None = None,
        access: Access | None = None,
    ) -> Generator[Found | Token | Verdict | Answer, None, None]:
        """What `ask` gives, as the last item; first of all the passages found, then, from an answerer that writes, what
        it writes and what became of each sentence. Closing the iterator stops the work, and there is no answer then."""
        started = perf_counter()
        question, access = check_question(question), access or self._access
        standalone = self._standalone(question, history, access)
        rewritten = perf_counter()
        k = k or self._passages
        hits = self.searcher.search(standalone, max(k, READ), filters, access)
        retrieved = perf_counter()
        hits = self._read(standalone, hits)[:k]
        read = perf_counter()
        yield Found(tuple(hits))
        drafting = perf_counter()  # who watches may have taken a while
        draft = yield from self._drafted(self._answerer_for(access), standalone, hits)
        drafted = perf_counter()
        sentences, citations = number_citations(draft, hits)
        verified = perf_counter()
        abstained = not sentences
        yield Answer(
            question=question,
            standalone_question=standalone,
            abstained=abstained,
            confidence=draft.confidence,
            answer=_SILENT if abstained else to_markdown(sentences),
            sentences=sentences,
            citations=citations,
            timings_ms=Timings(
                rewrite=(rewritten - started) * 1000,
                retrieve=(retrieved - rewritten) * 1000,
                rerank=(read - retrieved) * 1000,
                answer=(drafted - drafting) * 1000,
                verify=(verified - drafted) * 1000,
                total=(verified - started - (drafting - read)) * 1000,
            ),
            answerer=draft.answerer or self._answerer.name,
            model=draft.model,
            nearest=tuple(hits[:_NEAREST]) if abstained else (),
            notice=draft.notice,
            considered=tuple(hits),
        )

    def _answerer_for(self, access: Access) -> Answerer:
        answerer = self._answerer
        return answerer.knowing(self.view(access).words) if isinstance(answerer, WeighsWords) else answerer

    def _drafted(
        self, answerer: Answerer, question: str, hits: Sequence[Hit]
    ) -> Generator[Token | Verdict, None, Draft]:
        """Passes on what the answerer writes; returns its draft."""
        if not isinstance(answerer, StreamingAnswerer):
            return answerer.answer(question, hits)
        draft = Draft((), 0.0)
        with closing(answerer.stream(question, hits)) as items:
            for item in items:
                if isinstance(item, Draft):
                    draft = item
                else:
                    yield item
        return draft

    def _read(self, question: str, hits: list[Hit]) -> list[Hit]:
        return rerank(question, hits, self._reader) if self._reader else hits

    def _standalone(self, question: str, history: Sequence[Turn], access: Access) -> str:
        """The question with what it leaves to the history filled in and slips mended, as the articles spell it."""
        history = [replace(turn, content=_encodable(turn.content)) for turn in history]
        return self.searcher.respell(self._rewrite(question, history), access)


def _encodable(text: str) -> str:
    """The text without lone surrogates, which JSON may hold and no model takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


_SILENT = "My sources don't say. None of the indexed articles answers this question."
