"""`python -m eval.followups`: how often a follow-up, made to stand alone, finds the passage that answers it.

The sample articles are indexed into a folder of their own and searched as the settings in force say, with the reader
unless --reader off leaves it out.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bot.chat import Bot
from bot.errors import FootnoteError
from bot.settings import Settings
from bot.wire import make_bot, make_encoder
from eval.errors import EvalError
from eval.followups.conversations import CONVERSATIONS, Conversation, read_conversations
from eval.followups.measure import DEPTH, WAYS, Outcome, gain, measure, share_found, share_untouched
from eval.results import Figure
from eval.schema import Corpus
from eval.systems import Setup
from eval.systems.footnote import index_corpus
from index.errors import FootnoteIndexError

_ARTICLES = Path(__file__).parents[2] / "data" / "articles"
_PARTS = ("develop", "held-out")


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the tables. Returns 0; 1 after an error (a line on standard error)."""
    parser = argparse.ArgumentParser(prog="python -m eval.followups", description="Follow-up questions, measured.")
    parser.add_argument("--part", choices=_PARTS, help="only this half (default: both)")
    parser.add_argument("--index", type=Path, help="where the index is kept, made if missing (default: thrown away)")
    parser.add_argument("--reader", metavar="NAME", help="off: without one (default: the setting in force)")
    parser.add_argument(
        "--conversations", type=Path, default=CONVERSATIONS, metavar="FILE", help="others (form: conversations.py)"
    )
    parser.add_argument("--articles", type=Path, default=_ARTICLES, metavar="DIR", help="what they are about")
    parser.add_argument("--show", action="store_true", help="each question as it was searched for")
    options = parser.parse_args(arguments)
    parts = (options.part,) if options.part else _PARTS
    try:
        conversations = read_conversations(options.conversations)
        settings = Settings.load()
        settings = replace(settings, reader=options.reader or settings.reader)
        with tempfile.TemporaryDirectory() as folder:
            bot = _bot(settings, options.articles, options.index or Path(folder) / "index")
            print(f"reader: {settings.reader}")
            for part in parts:
                if chosen := [c for c in conversations if c.part == part]:
                    _print(part, bot, chosen, show=options.show)
    except (EvalError, FootnoteError, FootnoteIndexError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _bot(settings: Settings, articles: Path, index: Path) -> Bot:
    """The bot over the articles, indexed in that directory unless it holds an index."""
    encoder = make_encoder(settings)
    setup = Setup(corpus=Corpus(articles=articles), index=index, settings=settings)
    index_corpus(setup, encoder)
    return make_bot(replace(settings, index=index), encoder)


def _print(part: str, bot: Bot, conversations: Sequence[Conversation], *, show: bool) -> None:
    outcomes = {name: measure(bot, way, conversations) for name, way in WAYS.items()}
    print(table(part, outcomes))
    if show:
        for outcome in outcomes["rules"]:
            mark = outcome.untouched if outcome.conversation.self_contained else outcome.found
            print(f"{'+' if mark else '-'} {outcome.conversation.id:<20} {outcome.conversation.text!r} -> "
                  f"{outcome.standalone!r}")  # fmt: skip
    print()


def table(part: str, outcomes: Mapping[str, Sequence[Outcome]]) -> str:
    """Percentages with their 95 % intervals, a row for each way; `more` is what the row finds less than "rules"."""
    rules = outcomes["rules"]
    lines = [
        f"{part}: {share_found(rules).n} follow-ups, {share_untouched(rules).n} self-contained; % [95 % interval]",
        f"{'way':<18}{f'found at {DEPTH}':>22}{'rules find more by':>24}{'left untouched':>22}",
    ]
    for name, found in outcomes.items():
        less = gain(found, rules)
        more = f"{100 * less.mean:+.1f} [{100 * less.low:+.1f}, {100 * less.high:+.1f}]" if found is not rules else ""
        lines.append(f"{name:<18}{_cell(share_found(found)):>22}{more:>24}{_cell(share_untouched(found)):>22}")
    return "\n".join(lines)


def _cell(figure: Figure) -> str:
    return f"{100 * figure.value:.1f} [{100 * figure.low:.1f}, {100 * figure.high:.1f}]"


if __name__ == "__main__":
    sys.exit(main())
