"""Whose conversation a session shows: that of the one who reads now."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest


def session(folder: str) -> None:
    """A script that draws nothing but who owns what; who reads is in the session's state."""
    from pathlib import Path

    import streamlit as st

    from bot.callers import Caller
    from bot.settings import Settings
    from bot.ui.session import Session

    name, labels = st.session_state["who"]
    settings = Settings(conversations=Path(folder) / "kept.sqlite").with_labels(labels)
    found = Session(settings, Caller("user", name))
    st.text(f"{found.owner} {found.current.keeper.owner} {found.current.id}")


def test_a_session_that_another_reader_takes_up_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # AppTest puts a module of its own there
    page = AppTest.from_function(session, kwargs={"folder": str(tmp_path)})

    def told(name: str, *labels: str) -> tuple[str, str]:
        page.session_state["who"] = (name, labels)
        owner, kept_for, id = page.run(timeout=30).text[0].value.split()
        assert owner == kept_for and owner.startswith("user-")
        return owner, id

    ann = told("ann", "hr")
    assert told("ann", "hr") == ann
    bob = told("bob", "hr")
    assert bob[0] != ann[0] and bob[1] != ann[1]
    assert told("ann") != ann, "nor does one who has lost a label see what was answered with it"
