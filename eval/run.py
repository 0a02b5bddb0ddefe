"""Running systems over suites: every question is asked, every question is counted."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.settings import Settings
from eval.errors import SuiteError
from eval.figures import Confidences, by_kind, confidence_figures, curve, latencies, mean_figures, reliability
from eval.measures.ranking import ranking_scores
from eval.results import Outcome, Run
from eval.schema import Cost, Question, Response, Suite
from eval.score import score, would_be_right
from eval.support import Support
from eval.systems import SYSTEMS, Kind, Setup
from eval.worker import Worker
from index.address import IndexPlace

# (suite, system, questions asked, questions)
Progress = Callable[[str, str, int, int], None]
_KEPT_PASSAGES = 10


@dataclass(frozen=True, slots=True)
class Options:
    """How to run. `systems` are keys of `kinds`; `timeout_s` is for one question."""

    systems: tuple[str, ...] = ("footnote",)
    timeout_s: float = 60.0
    kinds: Mapping[str, Kind] = field(default_factory=lambda: SYSTEMS)


def run_suites(
    suites: Sequence[Suite], settings: Settings, support: Support, options: Options, progress: Progress
) -> tuple[Run, ...]:
    """A run of each system on each suite, the suites in order. Suites over the same articles share one index.

    Raises StartError if a system cannot be started, SuiteError if an index given lacks a suite's articles.
    """
    runs: list[Run] = []
    with tempfile.TemporaryDirectory(prefix="footnote-eval-") as folder:
        places: dict[int | IndexPlace, Path] = {}
        for suite in suites:
            key = suite.corpus.articles or suite.corpus.index or id(suite.corpus)
            place = places.setdefault(key, Path(folder) / f"index-{len(places)}")
            for name in options.systems:
                setup = Setup(suite.corpus, place, settings)
                runs.append(_run(suite, name, setup, support, options, progress))
    return tuple(runs)


def _run(suite: Suite, name: str, setup: Setup, support: Support, options: Options, progress: Progress) -> Run:
    kind = options.kinds[name]
    progress(suite.name, name, 0, len(suite.questions))
    worker = Worker(kind.opener, setup)
    try:
        _check_sources(suite, worker.texts)
        responses: list[Response] = []
        for question in suite.questions:
            responses.append(worker.ask(question.text, question.history, options.timeout_s))
            progress(suite.name, name, len(responses), len(suite.questions))
        return judge(suite, name, responses, worker.texts, worker.cost, support, calibrated=kind.calibrated)
    finally:
        worker.close()


def judge(
    suite: Suite,
    name: str,
    responses: Sequence[Response],
    texts: Mapping[str, str],
    cost: Cost,
    support: Support,
    *,
    calibrated: bool,
) -> Run:
    """The responses, one a question and in the same order, scored and summed up."""
    pairs = list(zip(suite.questions, responses, strict=True))
    ranked = ranking_scores(
        {q.id: q.qrels for q in suite.questions if q.answerable},
        {q.id: [source for source, _ in r.ranking] for q, r in pairs},
    )
    outcomes = tuple(
        _outcome(q, r, {**score(q, r, texts, suite.boilerplate, support), **ranked.get(q.id, {})}) for q, r in pairs
    )
    found = Confidences(outcomes)
    return Run(
        suite=suite.name,
        title=suite.title,
        system=name,
        figures={**mean_figures(outcomes), **confidence_figures(found, calibrated=calibrated)},
        kinds=by_kind(outcomes),
        risk_coverage=curve(found),
        calibration=reliability(found) if calibrated else (),
        latency_ms=latencies([r.timings_ms for r in responses if r.error is None]),
        cost=cost,
        outcomes=outcomes,
    )


def _outcome(question: Question, response: Response, scores: Mapping[str, float]) -> Outcome:
    return Outcome(
        id=question.id,
        text=question.text,
        kind=question.kind,
        answerable=question.answerable,
        expected=tuple(" / ".join(nugget.any) for nugget in question.nuggets if nugget.vital),
        sources=tuple(sorted(question.relevant)),
        scores=scores,
        response=replace(response, passages=response.passages[:_KEPT_PASSAGES]),
        would_be_right=would_be_right(question, response),
        history=question.history,
    )


def sampled(suite: Suite, limit: int | None, seed: int) -> Suite:
    """At most `limit` of the questions, drawn by chance but the same for the same seed, in their order."""
    if limit is None or limit >= len(suite.questions):
        return suite
    kept = sorted(random.Random(seed).sample(range(len(suite.questions)), limit))
    return replace(suite, questions=tuple(suite.questions[i] for i in kept))


def _check_sources(suite: Suite, texts: Mapping[str, str]) -> None:
    wanted = {source for q in suite.questions for source in q.relevant}
    if wanted and not wanted & texts.keys():
        raise SuiteError(
            f"none of the {len(wanted)} articles that suite {suite.name!r} expects is in the index (it expects such "
            f"as {sorted(wanted)[0]!r}, the index has such as {next(iter(sorted(texts)), 'nothing')!r}); "
            "give the index of its articles, or leave --index out"
        )
