"""The SQLite file that conversations are kept in: made, checked, opened; its errors told with a remedy."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.ui.conversations.errors import ConversationError

VERSION = 1
_APPLICATION = 0x466F6F74  # "Foot", tells this file from those of other programs
_PATIENCE = 15.0  # seconds to wait for another writer
_ELSEWHERE = "set FOOTNOTE_CONVERSATIONS to another file"
# Times are microseconds since 1970. `folded` is what is searched; it stands before `body`, so that a search need not
# read over what is long. `owner` is a SHA-256; `named` is 1 for a title that was given, not taken from a question.
_SCHEMA = (
    """CREATE TABLE conversations (
        id TEXT PRIMARY KEY NOT NULL, owner BLOB NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
        named INTEGER NOT NULL DEFAULT 0, title TEXT NOT NULL, folded TEXT NOT NULL)""",
    "CREATE INDEX newest ON conversations (owner, updated DESC)",
    """CREATE TABLE exchanges (
        conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, id TEXT NOT NULL,
        position INTEGER NOT NULL, question TEXT NOT NULL, folded TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (conversation, id))""",
    "CREATE INDEX by_id ON exchanges (id)",
)
_creating = threading.Lock()


class Database:
    """One SQLite file, for any number of threads and processes: each transaction has a connection of its own, so that
    a file that was moved away, restored or deleted is noticed at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = threading.Lock()  # SQLite's own way to wait is to sleep and look again

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One state of the file, whatever is written meanwhile. Raises ConversationError."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All that is done within happens, and is on the disk when this returns, or none of it. Raises
        ConversationError."""
        with self._writer, self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            with closing(self._open()) as connection:  # closing without a commit undoes
                self._prepare(connection)
                connection.execute(begin)
                yield connection
                connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            raise ConversationError(self._told(error)) from error
        except OSError as error:
            raise ConversationError(
                f"conversations cannot be kept in {self.path} ({error.strerror or error}); make its folder writable or "
                f"{_ELSEWHERE}"
            ) from error

    def _open(self) -> sqlite3.Connection:
        # SQLite's locks belong to the process and end when it closes any descriptor of the file. So while the file is
        # being made, with its mode from the start, nobody else in the process may come to have it open.
        with _creating:
            if not self.path.exists():
                self.path.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        return sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
        if _kind(connection) != (_APPLICATION, VERSION):
            self._make(connection)
        connection.execute("PRAGMA journal_mode = WAL")  # so readers and a writer do not wait for each other

    def _make(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        application, version = _kind(connection)
        if (application, version) == (_APPLICATION, VERSION):  # another process was quicker
            connection.execute("COMMIT")
            return
        if application or version or connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]:
            if application != _APPLICATION:
                raise ConversationError(f"{self.path} is a database of another program; {_ELSEWHERE}")
            raise ConversationError(
                f"the conversations in {self.path} are of version {version}, this Footnote knows version {VERSION}; "
                f"update Footnote or {_ELSEWHERE}"
            )
        for statement in _SCHEMA:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")

    def _told(self, error: sqlite3.DatabaseError) -> str:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest of the bits are details
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return (
                f"the conversations in {self.path} are damaged ({error}); put back a copy of the file, or move it away "
                f"to begin anew, or {_ELSEWHERE}"
            )
        if code == sqlite3.SQLITE_BUSY:
            return f"{self.path} has been in use for {_PATIENCE:.0f} seconds ({error}); try again or {_ELSEWHERE}"
        return (
            f"conversations cannot be kept in {self.path} ({error}); make room on its disk, make its folder writable, "
            f"or {_ELSEWHERE}"
        )


def _kind(connection: sqlite3.Connection) -> tuple[int, int]:
    """The file's application id and version; (0, 0) of a new one."""
    return (
        connection.execute("PRAGMA application_id").fetchone()[0],
        connection.execute("PRAGMA user_version").fetchone()[0],
    )
