"""Conversations kept: in order, by owner, found again, whatever their texts."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.ui.conversations.errors import ConversationError
from bot.ui.conversations.store import UNREADABLE, Conversations
from bot.ui.view.exchange import Exchange
from tests.ui.conversations.talk import LONG, TRICK, answered, hostile, silent, whole

ME, YOU = "me", "you"
START = datetime(2024, 5, 3, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "folder" / "conversations.sqlite"


@pytest.fixture
def kept(path: Path) -> Conversations:
    """Conversations whose clock goes on by a minute each time it is looked at."""
    minutes = count()
    return Conversations(path, lambda: START + timedelta(minutes=next(minutes)))


def titles(kept: Conversations, search: str = "", owner: str = ME) -> list[str]:
    return [found.title for found in kept.listing(owner, search)]


def changed(path: Path, statement: str, *values: object) -> None:
    """Changes the file behind the store's back."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement, values)


def test_what_was_put_is_read_after_a_restart(kept: Conversations, path: Path) -> None:
    exchanges = whole()
    for exchange in exchanges:
        kept.put(ME, "a", exchange)
    assert Conversations(path).read(ME, "a") == exchanges
    found = Conversations(path).conversation(ME, "a")
    assert found
    assert (found.id, found.exchanges, found.created) == ("a", 6, START)
    assert found.updated == START + timedelta(minutes=5)
    assert found.updated.tzinfo is UTC


def test_the_file_is_for_its_user_only_and_holds_no_owner(kept: Conversations, path: Path) -> None:
    kept.put("a secret token", "a", answered())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"a secret token" not in path.read_bytes()


def test_nothing_is_there_at_first(kept: Conversations) -> None:
    assert kept.listing(ME) == []
    assert kept.read(ME, "a") is None
    assert kept.conversation(ME, "a") is None
    assert kept.find_exchange(ME, "a") is None
    assert not kept.rename(ME, "a", "new")
    assert not kept.delete(ME, "a")
    assert not kept.drop_exchange(ME, "a", "b")


def test_an_exchange_is_replaced_in_its_place(kept: Conversations) -> None:
    for id in ("one", "two", "three"):
        kept.put(ME, "a", Exchange(f"What is {id}?", id=id))
    edited = answered("Something else?", "one")
    kept.put(ME, "a", edited)
    found = kept.read(ME, "a")
    assert found
    assert [e.id for e in found] == ["one", "two", "three"]
    assert found[0] == edited
    assert titles(kept) == ["Something else?"]


def test_an_exchange_is_dropped(kept: Conversations) -> None:
    for id in ("one", "two"):
        kept.put(ME, "a", Exchange(f"What is {id}?", id=id))
    assert kept.drop_exchange(ME, "a", "one")
    assert titles(kept) == ["What is two?"]
    assert kept.drop_exchange(ME, "a", "two")
    assert not kept.drop_exchange(ME, "a", "two")
    assert kept.read(ME, "a") == []
    assert titles(kept) == ["What is two?"]
    kept.put(ME, "a", Exchange("And now?"))
    assert titles(kept) == ["And now?"]


def test_the_last_changed_comes_first(kept: Conversations) -> None:
    for id in "abc":
        kept.put(ME, id, Exchange(f"{id}?", id=f"of {id}"))
    kept.put(ME, "a", Exchange("more?"))
    assert [c.id for c in kept.listing(ME)] == ["a", "c", "b"]
    kept.rename(ME, "b", "renamed")
    assert [c.id for c in kept.listing(ME)] == ["a", "c", "b"], "a new name is no news"
    assert [c.id for c in kept.listing(ME, limit=2)] == ["a", "c"]
    kept.drop_exchange(ME, "b", "of b")
    assert [c.id for c in kept.listing(ME)] == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("  What\nis\tthis? ", "What is this?"),
        ("word " * 30, "word word word word word word word word word word word word…"),
        ("x" * 100, "x" * 59 + "…"),
        ("\u202eturned\u2069 \x1b[1m", "turned \ufffd[1m"),
        (" ", "…"),
        ("می\u200cخواهم؟", "می\u200cخواهم؟"),
    ],
)
def test_the_first_question_is_the_title(kept: Conversations, question: str, title: str) -> None:
    kept.put(ME, "a", Exchange(question))
    assert titles(kept) == [title]


def test_a_given_title_stays(kept: Conversations) -> None:
    kept.put(ME, "a", Exchange("First?", id="one"))
    assert kept.rename(ME, "a", "  My\nname ")
    kept.put(ME, "a", Exchange("Changed?", id="one"))
    assert titles(kept) == ["My name"]
    assert titles(kept, "NAME") == ["My name"]
    assert kept.rename(ME, "a", "  ")
    assert titles(kept) == ["Changed?"]
    kept.rename(ME, "a", LONG)
    assert len(titles(kept)[0]) == 200


def test_deleted_is_gone_from_the_file_too(kept: Conversations, path: Path) -> None:
    kept.put(ME, "a", Exchange("Where is the quokka?"))
    kept.put(ME, "b", Exchange("Other?"))
    assert b"quokka" in path.read_bytes()
    assert kept.delete(ME, "a")
    assert titles(kept) == ["Other?"]
    assert b"quokka" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("warheads", ["Arms"]),
        ("WARHEADS 1,550", ["Arms"]),
        ("arms monks", ["Arms"]),
        ("warheads strasse", []),
        ("STRASSE", ["Wo ist die Straße?"]),
        ("muller", ["Who is Müller?"]),
        ("MÜLLER", ["Who is Müller?"]),
        ("mu\u0308ller", ["Who is Müller?"]),
        ("ПРИВЕТ", ["Привет, мир?"]),
        ("鐘の", ["鐘の縄は?"]),
        ("100%", ["Is it 100%_sure?"]),
        ("%", ["Is it 100%_sure?"]),
        ("_", ["Is it 100%_sure?"]),
        ('"', ['Who said "no" to O\'Neill?']),
        ("o'neill", ['Who said "no" to O\'Neill?']),
        ("' OR 1=1 --", []),
        ("*", []),
        ("NEAR( \\", []),
        ("\ud800", []),
        ("\x00", []),
    ],
)
def test_search(kept: Conversations, search: str, found: list[str]) -> None:
    kept.put(ME, "a", answered())
    kept.rename(ME, "a", "Arms")
    questions = ["Wo ist die Straße?", "Who is Müller?", "Привет, мир?", "鐘の縄は?", "Is it 100%_sure?"]
    for question in (*questions, 'Who said "no" to O\'Neill?'):
        kept.put(ME, question, Exchange(question))
    assert titles(kept, search) == found


def test_an_empty_search_finds_all(kept: Conversations) -> None:
    kept.put(ME, "a", answered())
    assert titles(kept, " \u0301") == titles(kept) == ["How many warheads?"]


def test_a_search_of_many_words(kept: Conversations) -> None:
    kept.put(ME, "a", answered())
    assert titles(kept, "how " * 50_000) == ["How many warheads?"]
    assert titles(kept, " ".join(map(str, range(50_000)))) == []


def test_an_exchange_with_what_was_before_it(kept: Conversations) -> None:
    exchanges = whole()
    for exchange in exchanges:
        kept.put(ME, "a", exchange)
    assert kept.find_exchange(ME, "silent") == (exchanges[:2], exchanges[2])
    assert kept.find_exchange(ME, "answered") == ([], exchanges[0])
    assert kept.find_exchange(ME, "none") is None


def test_owners_know_nothing_of_each_other(kept: Conversations) -> None:
    kept.put(ME, "a", answered())
    before = kept.read(ME, "a"), kept.listing(ME)
    assert kept.listing(YOU) == kept.listing(YOU, "warheads") == []
    assert kept.read(YOU, "a") is None
    assert kept.conversation(YOU, "a") is None
    assert kept.find_exchange(YOU, "answered") is None
    assert not kept.rename(YOU, "a", "mine now")
    assert not kept.drop_exchange(YOU, "a", "answered")
    assert not kept.delete(YOU, "a")
    with pytest.raises(ConversationError, match="cannot be written to; start a new one"):
        kept.put(YOU, "a", Exchange("mine?", id="answered"))
    assert (kept.read(ME, "a"), kept.listing(ME)) == before
    kept.put(YOU, "b", replace(answered(), question="mine?"))
    assert titles(kept, owner=YOU) == ["mine?"]
    assert (kept.read(ME, "a"), kept.listing(ME)) == before, "nor does an exchange of the same name change another"


@pytest.mark.parametrize("owner", ["", "ü", "\ud800", "a" * 100_000])
def test_any_owner(kept: Conversations, owner: str) -> None:
    kept.put(owner, "a", answered())
    assert titles(kept, owner=owner) == ["How many warheads?"]
    assert titles(kept, owner=f"{owner}.") == []


def test_hostile_texts_and_ids(kept: Conversations) -> None:
    exchanges = hostile()
    for id in ("a", "\ud800", "'; DROP TABLE conversations; --"):
        for exchange in exchanges:
            kept.put(ME, f"of {id}", exchange)
        assert kept.read(ME, f"of {id}") == exchanges
        found = kept.conversation(ME, f"of {id}")
        assert found
        assert len(found.title) <= 60
    assert len(titles(kept, TRICK)) == 3


def test_numbers_that_json_does_not_know(kept: Conversations) -> None:
    odd = replace(answered().considered[0], relevance=float("-inf"), dense=float("inf"))
    kept.put(ME, "a", replace(answered(), considered=(odd,)))
    found = kept.read(ME, "a")
    assert found
    assert found[0].considered == (odd,)


@pytest.mark.parametrize("body", ["{}", "not JSON", '{"question": "q?", "answer": {"text": "of old"}}', "[]"])
def test_an_exchange_of_another_version_leaves_the_others(kept: Conversations, path: Path, body: str) -> None:
    for exchange in (answered(id="one"), answered("Which?", "two"), silent(id="three")):
        kept.put(ME, "a", exchange)
    changed(path, "UPDATE exchanges SET body = ? WHERE id = 'two'", body)
    instead = Exchange("Which?", error=UNREADABLE, id="two")
    assert kept.read(ME, "a") == [answered(id="one"), instead, silent(id="three")]
    assert kept.find_exchange(ME, "two") == ([answered(id="one")], instead)
    assert titles(kept, "which") == ["How many warheads?"]


def test_fields_unknown_or_missing_are_no_harm(kept: Conversations, path: Path) -> None:
    kept.put(ME, "a", answered())
    changed(path, "UPDATE exchanges SET body = json_remove(json_set(body, '$.later', 1), '$.articles')")
    assert kept.read(ME, "a") == [replace(answered(), articles=0)]


def test_thirty_at_once(kept: Conversations, path: Path) -> None:
    def session(number: int) -> Iterator[int]:
        for turn in range(8):
            kept.put(f"owner {number}", f"of {number}", Exchange(f"{turn}?", id=f"{number}-{turn}"))
            yield len(Conversations(path).listing(f"owner {number}"))  # by a store of its own as well

    with ThreadPoolExecutor(30) as pool:
        assert set(pool.map(lambda n: tuple(session(n)), range(30))) == {(1,) * 8}
    for number in range(30):
        found = kept.read(f"owner {number}", f"of {number}")
        assert found
        assert [e.question for e in found] == [f"{turn}?" for turn in range(8)]
