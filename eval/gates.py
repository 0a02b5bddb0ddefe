"""Floors under the headline figures. A change that falls through one is told which, by how much, and where to look."""

from __future__ import annotations

import json
import textwrap
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from eval.errors import EvalError
from eval.measures.table import BY_NAME, shown
from eval.results import Outcome, Results

# Scores of single questions by suite, measure and question id.
Reference = dict[str, dict[str, dict[str, float]]]
_MOST_QUOTED = 4
# The stages of an answer in the order of the flow, by the group of measures that judges each.
_STAGES = (
    ("crash", "questions crash or take too long"),
    ("retrieval", "the ranking: the right articles no longer come first"),
    ("citations", "the citations: sentences and their footnotes no longer agree"),
    ("safety", "the guard against text that attacks"),
    ("abstention", "abstaining: what is answered and what is not has shifted"),
    ("answers", "the choice of sentences: answers hold less of what they should"),
)
# These sum up the confidence of all questions; the questions that flipped are those that are no longer right.
_POOLED = dict.fromkeys(("auroc", "aurc", "ece", "accuracy@90", "caught@90"), "right")


@dataclass(frozen=True, slots=True)
class Gate:
    """The floor under a figure of a suite; a ceiling over it, where lower is better."""

    suite: str
    measure: str
    limit: float

    @property
    def is_floor(self) -> bool:
        return BY_NAME[self.measure].better != "lower"

    def holds(self, value: float) -> bool:
        """True if the value is on the right side of the limit."""
        return value >= self.limit if self.is_floor else value <= self.limit


@dataclass(frozen=True, slots=True)
class Check:
    """A gate, the figure found (None: it was not measured), and the questions that score worse than accepted."""

    gate: Gate
    value: float | None
    flipped: tuple[tuple[str, str], ...]

    @property
    def passed(self) -> bool:
        return self.value is not None and self.gate.holds(self.value)


def read_gates(path: Path) -> list[Gate]:
    """The gates in a TOML file: a table for each suite, `measure = limit`. Raises EvalError on any other content."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise EvalError(f"{path} cannot be read ({error}); give a gates file") from error
    gates = []
    for suite, limits in raw.items():
        for name, limit in limits.items() if isinstance(limits, dict) else [(str(limits), None)]:
            if name not in BY_NAME or isinstance(limit, bool) or not isinstance(limit, int | float):
                raise EvalError(f"{path}: {suite}.{name} = {limit!r} is no gate; give a measure ({', '.join(BY_NAME)})")
            gates.append(Gate(suite, name, float(limit)))
    if not gates:
        raise EvalError(f"{path} holds no gate; add [suite] and measure = limit")
    return gates


def check_gates(found: Results, gates: Sequence[Gate], reference: Path) -> list[Check]:
    """Each gate against the figures of "footnote", the flipped questions by the accepted outcomes in `reference`."""
    accepted = _read_reference(reference)
    checks = []
    for gate in gates:
        run = found.run(gate.suite, "footnote")
        figure = run.figures.get(gate.measure) if run else None
        scored_by = _POOLED.get(gate.measure, gate.measure)
        before = accepted.get(gate.suite, {}).get(scored_by, {})
        flipped = tuple((o.id, o.text) for o in run.outcomes if _is_worse(o, scored_by, before)) if run else ()
        checks.append(Check(gate, figure.value if figure else None, flipped))
    return checks


def _is_worse(outcome: Outcome, measure: str, before: dict[str, float]) -> bool:
    if outcome.id not in before or measure not in outcome.scores:
        return False
    change = outcome.scores[measure] - before[outcome.id]
    return (change > 0.001) if BY_NAME[measure].better == "lower" else (change < -0.001)


def accept(found: Results, gates: Sequence[Gate], reference: Path) -> None:
    """Writes the outcomes that later runs are compared with: a line for each suite's measure and question."""
    kept: Reference = {}
    for gate in gates:
        run = found.run(gate.suite, "footnote")
        measure = _POOLED.get(gate.measure, gate.measure)
        if run:
            scores = {o.id: round(o.scores[measure], 3) for o in run.outcomes if measure in o.scores}
            kept.setdefault(gate.suite, {})[measure] = scores
    reference.write_text(json.dumps(kept, indent=0, sort_keys=True) + "\n", "utf-8")


def _read_reference(path: Path) -> Reference:
    try:
        return TypeAdapter(Reference).validate_json(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise EvalError(
            f"{path} is damaged ({str(error).splitlines()[0]}); make it again: python -m eval gates --accept"
        ) from error


def gates_text(checks: Sequence[Check]) -> str:
    """A line for each gate, what fell with the questions that flipped, and what most likely broke."""
    failed = [check for check in checks if not check.passed]
    lines = [_line(check) for check in checks]
    for check in failed:
        lines += ["", _line(check), f"  measures: {BY_NAME[check.gate.measure].meaning}"]
        lines += _flipped(check.flipped)
    lines += ["", f"{len(checks) - len(failed)} of {len(checks)} gates hold"]
    return "\n".join([*lines, *_diagnosis(failed)])


def _line(check: Check) -> str:
    gate = check.gate
    side = "floor" if gate.is_floor else "ceiling"
    value = "not measured" if check.value is None else shown(gate.measure, check.value)
    state = "ok  " if check.passed else "FAIL"
    return f"{state} {gate.suite}: {BY_NAME[gate.measure].label} {value} ({side} {shown(gate.measure, gate.limit)})"


def _flipped(questions: Sequence[tuple[str, str]]) -> list[str]:
    """The questions, the first with their words, the others by id."""
    if not questions:
        return []
    lines = [f"  flipped ({len(questions)}), such as:"]
    lines += [f"    {name}: {text}" for name, text in questions[:_MOST_QUOTED]]
    rest = " ".join(name for name, _ in questions[_MOST_QUOTED:])
    return lines + textwrap.wrap(
        rest, 116, initial_indent="    also ", subsequent_indent="    ", break_on_hyphens=False
    )


def _diagnosis(failed: Sequence[Check]) -> list[str]:
    """The earliest stage that fell: what comes after it in the flow falls with it."""
    for stage, told in _STAGES:
        here = [check for check in failed if BY_NAME[check.gate.measure].group == stage and check.value is not None]
        if stage == "crash":
            here = [check for check in failed if check.gate.measure == "failed"]
        if here:
            fell = ", ".join(dict.fromkeys(BY_NAME[check.gate.measure].label for check in here))
            places = dict.fromkeys(BY_NAME[check.gate.measure].look_at for check in here)
            after = len(failed) - len(here)
            follows = [f"  {after} more fell, as may follow from it"] if after else []
            return ["", f"WHAT BROKE: {told} ({fell})", *(f"  look at: {place}" for place in places), *follows]
    return ["", "WHAT BROKE: figures are missing; was every suite run?"] if failed else []
