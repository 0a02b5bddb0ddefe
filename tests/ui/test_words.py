"""The interface's words: every language says all of it, the source asks for nothing else, numbers and days fit."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest

from bot.feedback import Verdict
from bot.schema import Support, Timings
from bot.ui.library.listing import ORDERS
from bot.ui.library.work import Outcome
from bot.ui.words import ENGLISH, LANGUAGES, language_of, words_for

ROOT = Path(__file__).parents[2]
UI = ROOT / "bot" / "ui"
FORMS = ("zero", "one", "two", "few", "many", "other")  # CLDR's plural categories
SUPPORT, OUTCOMES = get_args(Support), get_args(Outcome)
TIMES = tuple(field.name for field in fields(Timings))
SCORES = ("meaning", "words", "reading")
# What can stand in the braces of a key that is put together, by that key.
PUT_IN: dict[str, tuple[str, ...]] = {
    "answer.{}": SUPPORT,
    "document.{}": ("prev", "next"),
    "document.cite_{}": ("form", "outside", "twice", "many"),
    "evidence.{}": ("previous", "next", "close"),
    "export.{}": (*SUPPORT, "sources", "outlets", "languages", "since", "until"),
    "library.by.{}": ORDERS,
    "library.outcome.{}": OUTCOMES,
    "library.stage.{}": ("start", "save", "read", "prune", "encode"),
    "library.told.{}": OUTCOMES,
    "scope.{}": ("since", "until"),
    "tools.{}": ("copy", "markdown", "reason", "expected", *get_args(Verdict)),
    "why.{}": (*TIMES, "rank", "passage", *SCORES),
    "why.{}_help": SCORES,
}


@dataclass(frozen=True)
class Use:
    """A key that the source asks for; `given` are the names of the values put in, None where that cannot be told."""

    key: str
    where: str
    counted: bool
    given: frozenset[str] | None


def uses() -> list[Use]:
    """What all of the page's source asks for by words(...) and words.count(...)."""
    found = []
    for path in sorted(UI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("words", "words.count"):
                where = f"{path.relative_to(ROOT)}, line {node.lineno}"
                counted = ast.unparse(node.func) == "words.count"
                names = [keyword.arg for keyword in node.keywords]
                literal = isinstance(node.args[0], ast.Constant | ast.IfExp) and None not in names
                given = frozenset(name for name in names if name) if literal else None
                found += [Use(key, where, counted, given) for key in keys(node.args[0], path, where)]
    return found


def keys(asked: ast.expr, path: Path, where: str) -> Iterator[str]:
    """The keys that an expression can be."""
    if isinstance(asked, ast.Constant):
        yield str(asked.value)
    elif isinstance(asked, ast.IfExp):
        yield from keys(asked.body, path, where)
        yield from keys(asked.orelse, path, where)
    elif isinstance(asked, ast.JoinedStr):
        parts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in asked.values]
        pattern = "".join(parts)
        assert pattern in PUT_IN, f"{where} puts {pattern!r} together; say in PUT_IN what can be put in"
        yield from (pattern.format(value) for value in PUT_IN[pattern])
    elif isinstance(asked, ast.Name):
        values = [
            node.value
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == asked.id
        ]
        assert values, f"{where}: {asked.id} is assigned nowhere in the file"
        for value in values:
            yield from keys(value, path, where)
    else:
        pytest.fail(f"{where}: a key cannot be told from {ast.unparse(asked)}")


def of_script() -> set[str]:
    """The keys that the page's script asks for: it gets a section, and what is taken off here beside it."""
    (section,) = re.findall(r'words\.section\("(\w+)"\)', (UI / "html" / "render.py").read_text("utf-8"))
    names = set(re.findall(r"\btexts\.(\w+)", (UI / "static" / "page.js").read_text("utf-8")))
    return {f"{section}.{name}" for name in names - {"close", "lang"}}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_language_has_the_same_keys_and_puts_in_the_same_values() -> None:
    assert LANGUAGES == ("de", "en")
    english = words_for(ENGLISH).entries
    for language in LANGUAGES:
        entries = words_for(language).entries
        assert entries.keys() ^ english.keys() == set(), language
        differing = {key for key in english if placeholders(entries[key]) != placeholders(english[key])}
        assert differing == set(), language


def test_no_text_is_empty_or_left_in_the_other_language() -> None:
    english, german = words_for("en").entries, words_for("de").entries
    assert all(text.strip() == text != "" for entries in (english, german) for text in entries.values())
    same = {text for key, text in german.items() if text == english[key] and re.search(r"[a-z]{3}", text)}
    assert same == {"Original", "Original: {title}", "Name", "{title} – Footnote", "{number} ms", "{number} {support}"}


def test_every_key_that_is_asked_for_exists_and_gets_its_values() -> None:
    entries = words_for(ENGLISH).entries
    found = uses()
    assert len(found) > 150  # the source is read
    for use in found:
        names = [f"{use.key}.other"] if use.counted else [use.key]
        assert names[0] in entries, f"{use.where} asks for {names[0]}"
        if use.given is None:
            continue
        wanted, given = placeholders(entries[names[0]]), use.given | ({"number"} if use.counted else set())
        if wanted and not given:  # they are put in by hand, as they hold markup
            source = (ROOT / use.where.partition(",")[0]).read_text("utf-8")
            by_hand = (f'.partition("{{{name}}}")' in source or f".format({name}=" in source for name in wanted)
            assert all(by_hand), f"{use.where}: {use.key}"
        else:
            assert wanted <= given and use.given <= wanted, f"{use.where}: {use.key}"


def test_no_key_is_unused() -> None:
    asked = {key for use in uses() for key in ([f"{use.key}.{f}" for f in FORMS] if use.counted else [use.key])}
    assert words_for(ENGLISH).entries.keys() - asked - of_script() == set()
    assert of_script() <= words_for(ENGLISH).entries.keys()


@pytest.mark.parametrize(
    ("language", "key", "counts"),
    [
        ("en", "articles", ["0 articles", "1 article", "2 articles", "1,200 articles"]),
        ("de", "articles", ["0 Artikel", "1 Artikel", "2 Artikel", "1.200 Artikel"]),
        ("en", "passages", ["0 passages", "1 passage", "2 passages", "1,200 passages"]),
        ("de", "passages", ["0 Abschnitte", "1 Abschnitt", "2 Abschnitte", "1.200 Abschnitte"]),
    ],
)
def test_counts_have_the_form_for_their_number(language: str, key: str, counts: list[str]) -> None:
    assert [words_for(language).count(key, number) for number in (0, 1, 2, 1200)] == counts


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_counts_has_all_forms_of_the_language(language: str) -> None:
    words = words_for(language)
    counted = {use.key for use in uses() if use.counted}
    assert len(counted) > 8
    for key in counted:
        for number in (0, 1, 2, 1200):
            said = words.count(key, number)
            assert "{" not in said and (words.number(number) in said or "{number}" not in words.entries[f"{key}.one"])


def test_the_first_language_that_is_known_is_taken() -> None:
    assert language_of("de-AT") == language_of("de_CH") == language_of("DE") == "de"
    assert language_of("fr", "de") == language_of(None, "", "de-DE", "en") == "de"
    assert language_of("tlh") == language_of() == language_of(None) == language_of("../en") == "en"
    with pytest.raises(KeyError, match="no words for 'fr'; known: de, en"):
        words_for("fr")


def test_a_key_that_is_not_there_is_an_error_in_any_language() -> None:
    for language in LANGUAGES:
        with pytest.raises(KeyError):
            words_for(language)("ask.nothing")
        with pytest.raises(KeyError):
            words_for(language).count("ask", 2)


def test_days_moments_and_numbers_are_written_as_the_language_does() -> None:
    english, german = words_for("en"), words_for("de")
    day, moment = date(2022, 5, 3), datetime(2022, 5, 3, 14, 7, tzinfo=UTC)
    assert (english.day(day), german.day(day)) == ("3 May 2022", "3. Mai 2022")
    assert (english.moment(moment), german.moment(moment)) == ("3 May 2022, 14:07", "3. Mai 2022, 14:07")
    assert [words.number(n) for words in (english, german) for n in (1234567, 0.5)] == [
        "1,234,567",
        "0.5",
        "1.234.567",
        "0,5",
    ]


def test_the_files_are_what_a_translator_expects() -> None:
    """Sections of texts and of forms: nothing else, in the same order in every language."""
    raw: dict[str, Any] = {
        language: tomllib.loads((UI / "words" / f"{language}.toml").read_text("utf-8")) for language in LANGUAGES
    }
    assert [list(sections) for sections in raw.values()] == [list(raw[ENGLISH])] * len(LANGUAGES)
    for language in LANGUAGES:
        assert list(words_for(language).entries) == list(words_for(ENGLISH).entries)
