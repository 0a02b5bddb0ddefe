"""How many faults the check catches, and how many good sentences it drops."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.llm.answerer import Checks
from bot.schema import DraftSentence
from bot.verify.check import Verdict
from bot.verify.claim import Claim
from eval.faults.case import FAULTS, GOOD, Asked, Case
from eval.faults.good import good_sentences
from eval.faults.make import faults, sample
from eval.interval import statistic_interval
from eval.results import Figure


@dataclass(frozen=True, slots=True)
class Judged:
    """A case and what the check made of it; `right` if the fault was caught, or the good sentence was shown."""

    case: Case
    verdict: Verdict
    right: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """All that was judged. Figures are shares of right verdicts with bounds over questions."""

    judged: tuple[Judged, ...]

    def figure(self, kinds: Sequence[str]) -> Figure:
        """The share of right verdicts among the cases of these kinds."""
        ids = sorted({one.case.question for one in self.judged})
        rows = {id: n for n, id in enumerate(ids)}
        right, total = np.zeros(len(ids)), np.zeros(len(ids))
        for one in self.judged:
            if one.case.kind in kinds:
                right[rows[one.case.question]] += one.right
                total[rows[one.case.question]] += 1

        def share(drawn: np.ndarray) -> float:
            return float(right[drawn].sum() / total[drawn].sum()) if total[drawn].sum() else float("nan")

        value, low, high = statistic_interval(len(ids), share)
        return Figure(value, low, high, int(total.sum()))


def measure(
    questions: Sequence[Asked],
    checker: Checks,
    *,
    seed: int = 0,
    most: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Measured:
    """Checks the good sentences of all questions, and their faults: `most` of these, as even as can be over the kinds,
    or all for 0."""
    rng = random.Random(seed)
    by_id = {one.question.id: one for one in questions}
    bad = [case for one in questions for case in faults(one, rng)]
    if most:
        bad = sample(bad, most, rng)
    cases = [*(case for one in questions for case in good_sentences(one)), *bad]
    judged = []
    for done, case in enumerate(cases, 1):
        one = by_id[case.question]
        verdict = checker.check(Claim(case.text, case.cited), one.hits, one.question.text)
        judged.append(Judged(case, verdict, right(case, verdict.sentence)))
        progress(done, len(cases))
    return Measured(tuple(judged))


def right(case: Case, shown: DraftSentence | None) -> bool:
    """True for a good sentence that is shown as borne out, and for a fault that is not, or is no longer one: words put
    right, a citation moved to where the words stand."""
    supported = shown is not None and shown.support != "unsupported"
    if case.kind in GOOD:
        return supported
    if not supported or shown is None:
        return True
    if case.kind == "citation":
        spans = [(gold.document.id, *gold.span) for gold in case.gold]
        return any(
            (e.document.id == id and e.start < end and e.end > start) or case.text in e.quote
            for e in shown.evidence
            for id, start, end in spans
        )
    return bool(case.wrong) and case.wrong not in shown.text


def table(measured: Measured) -> str:
    """The figures as a Markdown table, percentages with 95 % intervals."""
    lines = ["| | sentences | % right [95 % interval] |", "|---|---|---|"]
    rows: list[tuple[str, Sequence[str]]] = [("good sentences shown", GOOD), *((f"good: {k}", (k,)) for k in GOOD)]
    rows += [("faults caught", FAULTS), *((f"fault: {k}", (k,)) for k in FAULTS)]
    for name, kinds in rows:
        figure = measured.figure(kinds)
        value = f"{100 * figure.value:.1f} [{100 * figure.low:.1f}, {100 * figure.high:.1f}]" if figure.n else "-"
        lines.append(f"| {name} | {figure.n} | {value} |")
    return "\n".join(lines)
