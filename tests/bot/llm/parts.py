"""What the tests of the LLM answerer share: three articles, a checker that knows words only, a model at a server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.llm.answerer import LlmAnswerer
from bot.llm.calls import Limits
from bot.llm.model import ChatModel, open_model
from bot.schema import DraftSentence, Evidence
from bot.verify.check import Verdict
from bot.verify.claim import Claim
from index.schema import Document, Hit
from tests.bot.llm.server import ScriptedServer
from tests.fakes import FirstSentence, document, hit

# Few and short waits between attempts; all else is patient, for the machine may be busy.
SWIFT = Limits(connect=30, first=60, between=60, whole=200, attempts=3, backoff=0.01, longest_wait=1)
QUESTION = "When does the ferry stop?"
FERRY = Document.create(
    source="ferry.txt",
    title="The ferry stops",
    text="The ferry stops on 2 December. The board blamed the engine. Repairs cost 240,000 crowns.",
    author="Agnes Thule",
    outlet="Oldmouth Post",
    published="2022-11-14",
    updated="2022-11-20",
)
OWLS = document("Seventeen pairs of owls nested in the Varn forest. The forester put it down to the mice.", "Owls")
HITS = [hit(FERRY), hit(OWLS)]


class WordChecker:
    """Verifies a claim whose every word stands in the one passage that it cites; quotes all of that passage for it."""

    def __init__(self) -> None:
        self.checked: list[tuple[Claim, int]] = []

    def check(self, claim: Claim, hits: Sequence[Hit], question: str) -> Verdict:
        self.checked.append((claim, len(hits)))
        known = [n for n in claim.cited if 1 <= n <= len(hits)]
        if not known:
            return Verdict(claim, None, "cites no passage")
        of = hits[known[0] - 1]
        evidence = (Evidence(of.document, of.passage.id, of.passage.start, of.passage.end),)
        if {w.strip(".,").lower() for w in claim.text.split()} <= {
            w.strip(".,").lower() for w in of.passage.text.split()
        }:
            return Verdict(claim, DraftSentence(claim.text, evidence, "verified"), "")
        return Verdict(claim, DraftSentence(claim.text, evidence, "unsupported"), "a word is not in the passage")


def model_at(server: ScriptedServer, limits: Limits = SWIFT, context: int | None = None, key: str = "") -> ChatModel:
    return open_model("scripted", server.url, key, context, environment={}, limits=limits)


def answerer_at(
    server: ScriptedServer, limits: Limits = SWIFT, *, context: int | None = None, show_unsupported: bool = False
) -> LlmAnswerer:
    model = model_at(server, limits, context)
    return LlmAnswerer(model, WordChecker(), FirstSentence(), show_unsupported=show_unsupported)


def long_hits(count: int) -> list[Hit]:
    """Passages of forty sentences each, every one of them different."""
    found = []
    for n in range(count):
        text = " ".join(f"Report {n} says that the ferry number {n}{k} stopped in the winter." for k in range(40))
        found.append(replace(hit(document(text, f"Report {n}", f"{n}.txt"))))
    return found
