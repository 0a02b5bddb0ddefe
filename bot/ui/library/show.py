"""The library's rows and reports as HTML. Pure functions; what comes from articles and file names is escaped."""

from __future__ import annotations

import re
from collections import Counter

from babel import Locale

from bot.ui.html.markup import DOT, dated, text
from bot.ui.library.listing import Row
from bot.ui.library.work import Job, Result
from bot.ui.words import Words

_SIGNS = {"added": "+", "changed": "↻", "unchanged": "=", "removed": "−", "skipped": "⚠"}
_MOST = 200  # lines of a report; of the others, their number
# What Markdown, Streamlit's directives, shortcodes and formulas are made of, and what a reader takes for the same.
_ALIKE = str.maketrans("<>[]{}`*_~$:\\&|#@^=+-!", "‹›［］｛｝ˋ∗＿∼＄∶＼＆｜＃＠ˆ＝＋‑ǃ")
_WWW = re.compile(r"(?<=www)\.", re.IGNORECASE)


def spoken(title: str) -> str:
    """A title as the name of a checkbox, which is read out but not shown, on one line.

    Streamlit takes a name for Markdown and reads it out as it was given, escapes and all. Signs that could act are
    therefore replaced by others that look and sound alike; they act in no place.
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    return _WWW.sub("․", line.translate(_ALIKE)) or "…"


def row_html(row: Row, words: Words) -> str:
    """A document: its title as a link to all of its text, and what tells it from others."""
    speaks = f' lang="{text(row.language)}"' if row.language else ""
    details = [
        f'<span dir="auto">{text(row.outlet)}</span>' if row.outlet else "",
        dated(row.published, words),
        text(_language(row.language, words)) if row.language else "",
        text(words.count("passages", row.passages)),
        f'<code dir="auto">{text(row.source)}</code>',
    ]
    return (
        f'<div class="fn fn-row"><p class="fn-row-title"><a href="document/{text(row.id)}" dir="auto"{speaks}>'
        f"{text(row.title) or '…'}</a></p>"
        f'<p class="fn-row-details">{DOT.join(part for part in details if part)}</p></div>'
    )


def titles_html(titles: list[str], words: Words, most: int = 8) -> str:
    """A short list of titles, for a question about them."""
    items = "".join(f'<li dir="auto">{text(title)}</li>' for title in titles[:most])
    rest = len(titles) - most
    more = f"<li>{text(words.count('library.more', rest))}</li>" if rest > 0 else ""
    return f'<ul class="fn fn-told">{items}{more}</ul>'


def job_html(job: Job, words: Words) -> str:
    """What a change did, that is over: in short, then for each file."""
    if job.error is not None:
        return (
            f'<div class="fn fn-notice" role="alert"><p class="fn-notice-title">{text(words("library.failed"))}</p>'
            f"<p>{text(job.error)}</p></div>"
        )
    results = job.told.results
    counts: Counter[str] = Counter()
    for result in results:
        counts[result.outcome] += result.count
    summary = ", ".join(
        words.count(f"library.told.{outcome}", counts[outcome]) for outcome in _SIGNS if counts[outcome]
    )
    lines = [_result(result, words) for result in results if result.name]
    more = len(lines) - _MOST
    if more > 0:
        lines[_MOST:] = [f"<li>{text(words.count('library.more', more))}</li>"]
    same = [
        f"<li>{text(words('library.same'))} {', '.join(f'<code>{text(source)}</code>' for source in group)}</li>"
        for group in job.told.same[:_MOST]
    ]
    body = f'<ul class="fn-told">{"".join(lines + same)}</ul>' if lines or same else ""
    return f'<div class="fn fn-report"><p role="status">{text(summary or words("library.nothing"))}</p>{body}</div>'


def _result(result: Result, words: Words) -> str:
    what = words(f"library.outcome.{result.outcome}")
    if result.count > 1:
        what = f"{what} ({words.count('articles', result.count)})"
    why = f': <span dir="auto">{text(result.why)}</span>' if result.why else ""
    return (
        f'<li class="fn-{result.outcome}"><span class="fn-sign" aria-hidden="true">{_SIGNS[result.outcome]}</span> '
        f'<code dir="auto">{text(result.name)}</code> {text(what)}{why}</li>'
    )


def _language(code: str, words: Words) -> str:
    """The language's name in that of the page; its code if it has none there."""
    return str(Locale.parse(words.language).languages.get(code, code))
