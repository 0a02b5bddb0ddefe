"""What people thought of answers: a log of JSON lines, one a verdict, that `eval from-feedback` reads."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from bot.errors import InputError
from bot.schema import Turn
from index.search import printable

Verdict = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """A verdict on one answer. `expected` is the answer that the person would have wanted, `answer` the contract's
    JSON of the one given; `passages` say what was retrieved for it (source, title, start, end, score)."""

    time: str
    question: str
    verdict: Verdict
    history: tuple[Turn, ...] = ()
    reason: str = ""
    expected: str = ""
    answer: dict[str, Any] | None = None
    passages: tuple[dict[str, Any], ...] = ()


def append_feedback(path: Path, feedback: Feedback) -> None:
    """Adds a line to the log. Raises InputError if it cannot be written."""
    line = {name: value for name, value in asdict(feedback).items() if value}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A lone surrogate, which UTF-8 cannot hold, becomes what JSON writes for it: \udc80.
        with path.open("a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as error:
        raise InputError(f"the feedback log {path} cannot be written ({error}); set FOOTNOTE_FEEDBACK") from error


def read_feedback(path: Path) -> list[Feedback]:
    """The verdicts in a log, oldest first. Raises InputError that names the line that is no verdict."""
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the feedback log {path} cannot be read ({error}); give its path with --log") from error
    found = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            where = f"{path}, line {number}"
            try:
                found.append(parse_feedback(json.loads(line), where))
            except ValueError as error:
                raise InputError(f"{where} is no JSON ({error}); correct or remove the line") from error
    return found


def parse_feedback(raw: Any, where: str) -> Feedback:
    """A verdict from decoded JSON; without a time, it is from now. Raises InputError that says what is wrong."""
    try:
        if raw["verdict"] not in ("up", "down"):
            raise ValueError(f"verdict is {raw['verdict']!r}")
        if not isinstance(raw["question"], str) or not raw["question"].strip():
            raise ValueError("the question is empty")
        if not isinstance(raw.get("answer"), dict | None):
            raise ValueError("answer is no object")
        return Feedback(
            time=str(raw.get("time") or datetime.now(UTC).isoformat(timespec="seconds")),
            question=printable(raw["question"]),
            verdict=raw["verdict"],
            history=tuple(Turn(turn["role"], str(turn["content"])) for turn in raw.get("history") or ()),
            reason=str(raw.get("reason") or ""),
            expected=str(raw.get("expected") or ""),
            answer=raw.get("answer"),
            passages=tuple(dict(passage) for passage in raw.get("passages") or ()),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{where} is no verdict ({type(error).__name__}: {error})") from error
