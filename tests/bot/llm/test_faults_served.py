"""Known faults as a chat model would write them: over HTTP, through the prompt, the stream and the check. Prints the
table of `python -m eval.faults` (pytest -s)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.llm.answerer import LlmAnswerer
from bot.schema import Draft, DraftSentence, Support
from bot.settings import Settings
from bot.verify.check import Checker, Verdict
from bot.verify.claim import Claim
from bot.wire import make_encoder
from eval.dataset import open_suite
from eval.faults.case import FAULTS, GOOD, asked
from eval.faults.measure import measure, table
from eval.systems import Setup
from eval.systems.footnote import index_corpus
from index.cached import CachedEncoder
from index.opened import open_index
from index.reader.minilm import MiniLMReader
from index.schema import Hit
from index.search import Searcher
from tests.bot.llm.parts import model_at
from tests.bot.llm.server import Reply, ScriptedServer, says, serving
from tests.fakes import FirstSentence

pytestmark = pytest.mark.slow


class Served:
    """Judges a claim by letting the server write it. What the check takes for several sentences is shown as one if
    all of it is shown; a part of it that is dropped is missing."""

    def __init__(self, server: ScriptedServer, checker: Checker) -> None:
        self._server = server
        self._answerer = LlmAnswerer(model_at(server, context=32_000), checker, FirstSentence())

    def check(self, claim: Claim, hits: Sequence[Hit], question: str) -> Verdict:
        self._server.script = [says(f"{claim.text} {''.join(f'[{n}]' for n in claim.cited)}")]
        items = list(self._answerer.stream(question, hits))
        verdicts = [item for item in items if isinstance(item, Verdict)]
        assert isinstance(items[-1], Draft)
        shown = [v.sentence for v in verdicts if v.sentence and v.sentence.support != "unsupported"]
        reason = "; ".join(v.reason for v in verdicts)
        if not shown:
            return Verdict(claim, None, reason)
        text = " ".join(s.text for s in shown)
        if len(shown) < len(verdicts):
            text += " (cut)"
        support: Support = "verified" if any(s.support == "verified" for s in shown) else "verbatim"
        evidence = tuple(e for s in shown for e in s.evidence)
        return Verdict(claim, DraftSentence(text, evidence, support), reason)


@pytest.mark.timeout(1800)
def test_faults_that_a_server_sends_are_caught(tmp_path_factory: pytest.TempPathFactory) -> None:
    suite, settings = open_suite("newsroom"), Settings()
    encoder = CachedEncoder(make_encoder(settings))
    setup = Setup(suite.corpus, tmp_path_factory.mktemp("served") / "index", settings)
    index_corpus(setup, encoder)
    index = open_index(setup.index)
    questions = asked(suite, Searcher(index, encoder), index, 8)
    with serving(Reply()) as server:
        found = measure(questions, Served(server, Checker(encoder, MiniLMReader())), most=200)
    print("\n" + table(found))
    assert found.figure(FAULTS).n == 200
    assert found.figure(FAULTS).value > 0.9
    assert found.figure(GOOD).value > 0.8
