"""Conversations as they are kept: in one SQLite file, each its owner's alone."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from bot.feedback import Verdict
from bot.ui.conversations.database import Database
from bot.ui.conversations.errors import ConversationError
from bot.ui.conversations.plain import encodable, folded, shortened
from bot.ui.view.exchange import Exchange

UNREADABLE = "This answer was kept by another version of Footnote and cannot be read; ask the question again"
_TITLE = 60  # characters of a title taken from a question
_NAME = 200  # of one that was given
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIELDS = "id, title, created, updated, (SELECT COUNT(*) FROM exchanges e WHERE e.conversation = c.id)"
# Each word stands in the title or in one of the exchanges; instr() takes every character of it as it is.
_FOUND = """NOT EXISTS (
    SELECT 1 FROM json_each(?) AS word WHERE instr(c.folded, word.value) = 0
    AND NOT EXISTS (SELECT 1 FROM exchanges e WHERE e.conversation = c.id AND instr(e.folded, word.value)))"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation without its exchanges, of which there are so many. The times are UTC; `updated` is that of the
    last change to an exchange."""

    id: str
    title: str
    created: datetime
    updated: datetime
    exchanges: int


class Conversations:
    """The conversations in one file, which is made when it is first needed, readable by its user only.

    `owner` is any string that only the owner knows; no more than its SHA-256 is kept. What belongs to another owner is
    for everyone else as if it were not there. What was written is on the disk when a call returns. Safe for many
    threads and processes. All methods raise ConversationError if the file cannot be used.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = Database(path)
        self._clock = clock

    def listing(self, owner: str, search: str = "", limit: int = 200) -> list[Conversation]:
        """The owner's conversations, the last changed first; of a search, those with all its words or parts of words
        in title, questions and answers, without regard to case and accents."""
        words = json.dumps(folded(search).split())
        with self._database.reading() as db:
            rows = db.execute(
                f"SELECT {_FIELDS} FROM conversations c WHERE owner = ? AND {_FOUND} "
                "ORDER BY updated DESC, rowid DESC LIMIT ?",
                (_key(owner), words, limit),
            ).fetchall()
        return [_conversation(row) for row in rows]

    def conversation(self, owner: str, id: str) -> Conversation | None:
        """The owner's conversation of that id; None if there is none."""
        with self._database.reading() as db:
            row = db.execute(
                f"SELECT {_FIELDS} FROM conversations c WHERE owner = ? AND id = ?", (_key(owner), encodable(id))
            ).fetchone()
        return _conversation(row) if row else None

    def read(self, owner: str, id: str) -> list[Exchange] | None:
        """A conversation's exchanges, in order; None if the owner has none of that id. One that can no longer be read,
        as another version of Footnote wrote it, has its question and UNREADABLE as its error; it is kept as it is."""
        with self._database.reading() as db:
            if not _owned(db, owner, id):
                return None
            rows = _exchanges(db, id)
        return [_exchange(*row) for row in rows]

    def find_exchange(self, owner: str, exchange_id: str) -> tuple[list[Exchange], Exchange] | None:
        """The exchanges before it in its conversation, and the exchange; None if the owner has none of that id."""
        with self._database.reading() as db:
            found = db.execute(
                "SELECT c.id FROM exchanges e JOIN conversations c ON c.id = e.conversation "
                "WHERE e.id = ? AND c.owner = ? ORDER BY e.rowid DESC",
                (encodable(exchange_id), _key(owner)),
            ).fetchone()
            if not found:
                return None
            rows = _exchanges(db, found[0])
        at = [id for id, *_ in rows].index(encodable(exchange_id))
        return [_exchange(*row) for row in rows[:at]], _exchange(*rows[at])

    def put(self, owner: str, conversation_id: str, exchange: Exchange) -> None:
        """Adds the exchange at the end of the conversation, or in place of the one with its id. A conversation that is
        new begins with it, and is titled by its first question until it is renamed. Raises ConversationError if the
        conversation is another's."""
        now = self._now()
        said = exchange.answer.sentences if exchange.answer else ()
        searched = [exchange.question, *(sentence.text for sentence in said)]
        values = {
            "conversation": encodable(conversation_id),
            "id": encodable(exchange.id),
            "question": encodable(exchange.question),
            "folded": folded("\n".join(searched)),
            # By way of Python's own JSON, which keeps lone surrogates and infinities.
            "body": json.dumps(_adapter().dump_python(exchange, mode="json"), separators=(",", ":")),
        }
        with self._database.writing() as db:
            db.execute(
                "INSERT INTO conversations (id, owner, created, updated, title, folded) VALUES (?, ?, ?, ?, '', '') "
                "ON CONFLICT (id) DO NOTHING",
                (values["conversation"], _key(owner), now, now),
            )
            if not _owned(db, owner, conversation_id):
                raise ConversationError(f"conversation {conversation_id!r} cannot be written to; start a new one")
            db.execute(
                """INSERT INTO exchanges (conversation, id, position, question, folded, body)
                SELECT :conversation, :id, COALESCE(MAX(position), 0) + 1, :question, :folded, :body
                FROM exchanges WHERE conversation = :conversation
                ON CONFLICT (conversation, id) DO UPDATE
                SET question = excluded.question, folded = excluded.folded, body = excluded.body""",
                values,
            )
            _changed(db, conversation_id, now)

    def judge(self, owner: str, exchange_id: str, verdict: Verdict) -> bool:
        """Notes what the owner thinks of an answer; False if there is none of that id, or it can no longer be read."""
        with self._database.writing() as db:
            found = db.execute(
                "SELECT e.conversation, e.body FROM exchanges e JOIN conversations c ON c.id = e.conversation "
                "WHERE e.id = ? AND c.owner = ?",
                (encodable(exchange_id), _key(owner)),
            ).fetchone()
            try:
                body = json.loads(found[1]) if found else None
            except ValueError:
                body = None
            if not isinstance(body, dict):
                return False
            db.execute(
                "UPDATE exchanges SET body = ? WHERE conversation = ? AND id = ?",
                (json.dumps({**body, "verdict": verdict}, separators=(",", ":")), found[0], encodable(exchange_id)),
            )
        return True

    def drop_exchange(self, owner: str, conversation_id: str, exchange_id: str) -> bool:
        """Deletes an exchange, False if the owner has none such. The conversation stays, if empty with its title."""
        with self._database.writing() as db:
            dropped = _owned(db, owner, conversation_id) and (
                db.execute(
                    "DELETE FROM exchanges WHERE conversation = ? AND id = ?",
                    (encodable(conversation_id), encodable(exchange_id)),
                ).rowcount
            )
            if dropped:
                _changed(db, conversation_id, self._now())
        return bool(dropped)

    def rename(self, owner: str, id: str, title: str) -> bool:
        """Gives a conversation a title, in one line of at most 200 characters; by an empty one it is titled by its
        first question again. False if the owner has none of that id."""
        name = shortened(title, _NAME)
        with self._database.writing() as db:
            renamed = db.execute(
                "UPDATE conversations SET title = ?, folded = ?, named = ? WHERE owner = ? AND id = ?",
                (name, folded(name), int(bool(name)), _key(owner), encodable(id)),
            ).rowcount
            if renamed:
                _titled(db, id)
        return bool(renamed)

    def delete(self, owner: str, id: str) -> bool:
        """Deletes a conversation, False if the owner has none of that id. Its text is overwritten in the file."""
        with self._database.writing() as db:
            return bool(
                db.execute(
                    "DELETE FROM conversations WHERE owner = ? AND id = ?", (_key(owner), encodable(id))
                ).rowcount
            )

    def _now(self) -> int:
        return (self._clock() - _EPOCH) // timedelta(microseconds=1)


def _key(owner: str) -> bytes:
    return hashlib.sha256(owner.encode("utf-8", "surrogatepass")).digest()


def _owned(db: sqlite3.Connection, owner: str, id: str) -> bool:
    found = db.execute("SELECT 1 FROM conversations WHERE owner = ? AND id = ?", (_key(owner), encodable(id)))
    return found.fetchone() is not None


def _exchanges(db: sqlite3.Connection, conversation: str) -> list[tuple[str, str, str]]:
    """Id, question and body of each exchange, in order."""
    return db.execute(
        "SELECT id, question, body FROM exchanges WHERE conversation = ? ORDER BY position", (encodable(conversation),)
    ).fetchall()


def _changed(db: sqlite3.Connection, conversation: str, now: int) -> None:
    db.execute("UPDATE conversations SET updated = ? WHERE id = ?", (now, encodable(conversation)))
    _titled(db, conversation)


def _titled(db: sqlite3.Connection, conversation: str) -> None:
    """Titles a conversation by its first question, if it has one and was given no title."""
    first = db.execute(
        "SELECT question FROM exchanges WHERE conversation = ? ORDER BY position LIMIT 1", (encodable(conversation),)
    ).fetchone()
    if first:
        title = shortened(first[0], _TITLE) or "…"
        db.execute(
            "UPDATE conversations SET title = ?, folded = ? WHERE id = ? AND NOT named",
            (title, folded(title), encodable(conversation)),
        )


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Exchange]:
    return TypeAdapter(Exchange)


def _conversation(row: tuple[str, str, int, int, int]) -> Conversation:
    id, title, created, updated, exchanges = row
    return Conversation(id, title, _time(created), _time(updated), exchanges)


def _time(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def _exchange(id: str, question: str, body: str) -> Exchange:
    try:
        return _adapter().validate_python(json.loads(body))
    except ValueError:  # of JSON's or of pydantic's making
        return Exchange(question, error=UNREADABLE, id=id)
