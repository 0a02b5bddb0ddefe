"""The commands: `ask` and `search`, one question or a batch, for people or as JSON; `mcp`, for agents; `keys`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

from bot import keys_cli
from bot.chat import Bot
from bot.errors import FootnoteError, InputError
from bot.schema import Answer, Turn, answer_to_json, hits_to_json
from bot.settings import ANSWERERS, Settings
from index.access import EVERYTHING, Access, parse_labels
from index.errors import FootnoteIndexError, LabelError
from index.filters import Filters
from index.schema import Hit
from index.search import check_question, printable


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Returns 0, or 1 after an error (one line on standard error), or 2 for a bad command line."""
    options = _parser().parse_args(arguments)
    if options.command in ("ask", "search") and (options.question is None) == (options.batch is None):
        _parser().error("give either a question or --batch FILE.jsonl")
    try:
        settings = Settings.load()
        if options.command == "keys":
            keys_cli.run(options, settings)
            return 0
        if options.index:
            settings = settings.with_index(options.index)
        if options.command == "mcp":
            from bot.mcp.server import serve  # heavy, like what follows

            serve(settings if options.labels is None else replace(settings, labels=tuple(options.labels.labels)))
            return 0
        if getattr(options, "answerer", None):
            settings = replace(settings, answerer=options.answerer)
        history = read_history(Path(options.history)) if getattr(options, "history", None) else []
        cases = list(_read_batch(Path(options.batch))) if options.batch else []
        from bot.wire import make_bot  # heavy: only once the command line is known to be sound

        bot = make_bot(settings)
        bot.prepare()
        if options.batch:
            return _run_batch(bot, options, cases)
        _run_one(bot, options, history)
    except (FootnoteError, FootnoteIndexError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Ask your own articles.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (("ask", "answer a question, each sentence cited"), ("search", "list the best passages")):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("question", nargs="?")
        command.add_argument("--index", metavar="DIR", help="index directory, or milvus:URI (default: FOOTNOTE_INDEX)")
        command.add_argument("--k", type=_positive, metavar="N", help="passages to consider or to list")
        command.add_argument("--json", action="store_true", help="one JSON document on standard output")
        command.add_argument(
            "--source", action="append", default=[], metavar="NAME", help="only this source (with * and ?)"
        )
        command.add_argument("--outlet", action="append", default=[], metavar="NAME", help="only this outlet")
        command.add_argument(
            "--language", action="append", default=[], metavar="CODE", help="only this language, as en"
        )
        command.add_argument("--since", type=_day, metavar="DATE", help="published on or after (YYYY-MM-DD)")
        command.add_argument("--until", type=_day, metavar="DATE", help="published on or before")
        command.add_argument(
            "--labels",
            type=_labels,
            metavar="NAME,...",
            help="answer as for a reader with these access labels (empty: none; default: see everything)",
        )
        command.add_argument("--batch", metavar="FILE.jsonl", help='many: {"id", "question", "history"?} a line')
        if name == "ask":
            command.add_argument("--history", metavar="FILE.json", help='JSON list of {"role", "content"} turns')
            command.add_argument("--answerer", choices=ANSWERERS, help="quote, or write with the model of FOOTNOTE_LLM")
    serve = commands.add_parser("mcp", help="serve agents on standard input and output (Model Context Protocol)")
    serve.add_argument("--index", metavar="DIR", help="index directory, or milvus:URI (default: FOOTNOTE_INDEX)")
    serve.add_argument("--labels", type=_labels, metavar="NAME,...", help="access labels (default: FOOTNOTE_LABELS)")
    keys_cli.add_parser(commands, _labels)
    return parser


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of passages; give 1 or more")
    return number


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write it as 2024-03-31") from error


def _filters(options: argparse.Namespace) -> Filters:
    return Filters(tuple(options.source), tuple(options.outlet), tuple(options.language), options.since, options.until)


def _access(options: argparse.Namespace) -> Access:
    """Who runs commands has the files anyway, and sees everything unless told otherwise."""
    return EVERYTHING if options.labels is None else cast(Access, options.labels)


def _labels(text: str) -> Access:
    try:
        return Access.of(parse_labels(text))
    except LabelError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _run_one(bot: Bot, options: argparse.Namespace, history: list[Turn]) -> None:
    if options.command == "search":
        hits = bot.search(options.question, k=options.k or 10, filters=_filters(options), access=_access(options))
        found = {"question": check_question(options.question), "hits": hits_to_json(hits)}
        print(json.dumps(found, ensure_ascii=False, indent=1) if options.json else _hits_as_text(hits))
        return
    answer = bot.ask(options.question, history, options.k, _filters(options), _access(options))
    print(json.dumps(answer_to_json(answer), ensure_ascii=False, indent=1) if options.json else answer_as_text(answer))


def _run_batch(bot: Bot, options: argparse.Namespace, cases: list[dict[str, Any]]) -> int:
    """One JSON answer a line, in order. A question that fails is answered with its error, and the rest go on."""
    failed = 0
    for case in cases:
        found: dict[str, Any]
        try:
            if options.command == "search":
                hits = bot.search(
                    case["question"], case["history"], options.k or 10, _filters(options), _access(options)
                )
                found = {"hits": hits_to_json(hits)}
            else:
                answer = bot.ask(case["question"], case["history"], options.k, _filters(options), _access(options))
                found = answer_to_json(answer)
        except (FootnoteError, FootnoteIndexError) as error:
            failed += 1
            found = {"question": printable(case["question"]), "error": str(error)}
        print(json.dumps({"id": case["id"], **found}, ensure_ascii=False), flush=True)
    return 1 if failed else 0


def read_history(path: Path) -> list[Turn]:
    """The turns in a JSON file. Raises InputError that says what is wrong and where."""
    try:
        return parse_history(json.loads(path.read_text("utf-8")), str(path))
    except (OSError, ValueError) as error:
        raise InputError(f"history {str(path)!r} cannot be read ({error}); give a JSON list of turns") from error


def parse_history(raw: Any, where: str) -> list[Turn]:
    """Turns from decoded JSON: a list of {"role": "user"|"assistant", "content": "..."}."""
    remedy = 'give a JSON list of {"role": "user"|"assistant", "content": "..."}'
    if not isinstance(raw, list):
        raise InputError(f"{where}: the history is no list; {remedy}")
    turns = []
    for number, item in enumerate(raw, start=1):
        role = item.get("role") if isinstance(item, dict) else None
        content = item.get("content") if isinstance(item, dict) else None
        if role not in ("user", "assistant") or not isinstance(content, str):
            raise InputError(f"{where}: turn {number} is {json.dumps(item)[:80]}; {remedy}")
        turns.append(Turn(role, content))
    return turns


def _read_batch(path: Path) -> Iterator[dict[str, Any]]:
    remedy = 'give one {"id", "question", "history"?} a line'
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"batch file {str(path)!r} cannot be read ({error}); {remedy}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = json.loads(line)
        except ValueError as error:
            raise InputError(f"{path}, line {number} is no JSON ({error}); {remedy}") from error
        if not isinstance(case, dict) or "id" not in case or not isinstance(case.get("question"), str):
            raise InputError(f"{path}, line {number} lacks an id or a question; {remedy}")
        history = parse_history(case.get("history") or [], f"{path}, line {number}")
        yield {"id": case["id"], "question": case["question"], "history": history}


_DOUBT = "  (! not confirmed by the source)"


def answer_as_text(answer: Answer) -> str:
    """The answer for people to read: sentences with footnotes, the quotations, how it was made and how sure it is."""
    if answer.abstained:
        lines = [answer.answer]
        if answer.nearest:
            lines += ["", "Nearest passages (they do not answer it):"]
            lines += [f"  {hit.document.source}: {_short(hit.passage.text)}" for hit in answer.nearest]
    else:
        lines = [
            f"{s.text} {''.join(f'[{n}]' for n in s.citations)}{_DOUBT if s.support == 'unsupported' else ''}"
            for s in answer.sentences
        ]
        lines.append("")
        for c in answer.citations:
            details = ", ".join(part for part in (c.title, c.author, c.outlet, c.published, c.place) if part)
            lines += [
                f"[{c.n}] {details}",
                f"    {c.source}:{c.start}-{c.end}{f' ({c.link})' if c.link else ''}",
                f"    {_short(c.quote, 300)}",
            ]
            if c.also:
                lines.append(f"    also in {', '.join(other.source for other in c.also)}")
    if answer.notice:
        lines += ["", answer.notice]
    lines += ["", f"confidence {answer.confidence:.2f}, {answer.timings_ms.total:.0f} ms"]
    return "\n".join(lines)


def _hits_as_text(hits: Sequence[Hit]) -> str:
    return "\n".join(
        f"{rank:2}. {hit.score:.4f}  {hit.document.source}:{hit.passage.start}-{hit.passage.end}"
        f"  {hit.document.title}\n"
        f"    {_short(hit.passage.text)}"
        for rank, hit in enumerate(hits, start=1)
    )


def _short(text: str, limit: int = 160) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"
