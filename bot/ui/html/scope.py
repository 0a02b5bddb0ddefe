"""What a question is asked of, said in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from babel import Locale, UnknownLocaleError

from bot.ui.html.markup import text
from bot.ui.words import Words
from index.filters import Filters

_NAMED = 3  # of a list; of the others, their number


def scope_text(filters: Filters, words: Words) -> str:
    """The conditions in a few words ("Daily Gull, 3 articles, from 1 May 2022"); empty if there are none."""
    parts = [_some(filters.outlets), _some([language_name(tag, words) for tag in filters.languages])]
    if len(filters.sources) > 1:
        parts.append(words.count("articles", len(filters.sources)))
    else:
        parts += filters.sources
    if filters.since:
        parts.append(words("scope.from", day=words.day(date.fromisoformat(filters.since))))
    if filters.until:
        parts.append(words("scope.to", day=words.day(date.fromisoformat(filters.until))))
    return ", ".join(part for part in parts if part)


def scope_html(filters: Filters, words: Words) -> str:
    """A line above an answer that was asked of some articles only; nothing for one asked of all."""
    if not filters:
        return ""
    return (
        f'<p class="fn-scope"><span aria-hidden="true">▽</span> {text(words("scope.asked"))} '
        f"<bdi>{text(scope_text(filters, words))}</bdi></p>"
    )


def language_name(tag: str, words: Words) -> str:
    """A language's name as the reader calls it ("German" for "de"); the tag itself where it is unknown."""
    try:
        return Locale.parse(tag.replace("-", "_")).get_display_name(words.language) or tag
    except (UnknownLocaleError, ValueError):
        return tag


def _some(names: Sequence[str]) -> str:
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" +{rest}" if rest > 0 else "")
