"""Questions out of the app's feedback log: what people were not content with becomes a case that stays tested."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bot.errors import InputError
from bot.feedback import Feedback, read_feedback
from bot.names import names_in
from eval.drafts import write_suite
from eval.errors import EvalError
from eval.match import holds
from index.address import IndexPlace

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def write_feedback_suite(log: Path, place: IndexPlace, folder: Path) -> str:
    """Writes the questions with a thumb down as a suite over the index, and says what is left to fill in.

    The last verdict on a question counts. Raises EvalError if the log cannot be read, holds no thumb down, or the
    folder holds questions already.
    """
    try:
        verdicts = {(f.question, f.history): f for f in read_feedback(log)}
    except InputError as error:
        raise EvalError(str(error)) from error
    down = [f for f in verdicts.values() if f.verdict == "down"]
    if not down:
        raise EvalError(f"{log} holds no thumb down; nothing to make questions of")
    lines = [_line(number, item) for number, item in enumerate(down, start=1)]
    write_suite(folder, place, "Questions from feedback", lines)
    bare = sum(line["answerable"] and not line["nuggets"] for line in lines)
    hint = f"; {bare} came without the expected answer: add nuggets, or set answerable to false" if bare else ""
    return f"{folder / 'queries.jsonl'}: {len(lines)} question{'s' * (len(lines) != 1)}{hint}"


def _line(number: int, item: Feedback) -> dict[str, Any]:
    line: dict[str, Any] = {
        "_id": f"feedback-{number:03}",
        "text": item.question,
        "kind": "feedback",
        "answerable": True,
        "nuggets": [{"any": [gold], "vital": True} for gold in gold_words(item.expected, item.question)],
        "answers": [item.expected] if item.expected else [],
        "note": " | ".join(part for part in (item.time, item.reason, _said(item)) if part),
    }
    if item.history:
        line["history"] = [{"role": turn.role, "content": turn.content} for turn in item.history]
    return line


def gold_words(expected: str, question: str) -> list[str]:
    """What of an expected answer can be looked for: its numbers and names that the question lacks, or all of it."""
    parts = [*_NUMBER.findall(expected), *names_in(expected)]
    fresh = [part for part in dict.fromkeys(parts) if not holds(question, part)]
    return fresh or ([expected] if expected.strip() else [])


def _said(item: Feedback) -> str:
    return f"was answered: {str((item.answer or {}).get('answer', ''))[:200]}" if item.answer else ""
