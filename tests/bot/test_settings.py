"""Settings: defaults, the file, the variables, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings
from index.encode import DEFAULT_MODEL


def load(folder: Path, **environment: str) -> Settings:
    return Settings.load({f"FOOTNOTE_{k.upper()}": v for k, v in environment.items()}, folder)


def test_defaults(tmp_path: Path) -> None:
    found = load(tmp_path)
    assert found == Settings()
    assert (found.index, found.model, found.answerer) == (Path(".footnote/index"), DEFAULT_MODEL, "extractive")
    assert found.reader == "footnote"


@pytest.mark.parametrize("name", ["off", "~/my.safetensors", "cross-encoder/ms-marco-MiniLM-L6-v2"])
def test_the_reader_is_taken_by_its_name(tmp_path: Path, name: str) -> None:
    assert load(tmp_path, reader=name).reader == name
    (tmp_path / "footnote.toml").write_text(f'reader = "{name}"\n')
    assert load(tmp_path).reader == name
    assert load(tmp_path, reader="footnote").reader == "footnote"


def test_the_file_and_above_it_the_variables(tmp_path: Path) -> None:
    (tmp_path / "footnote.toml").write_text('index = "from-file"\npassages = 7\nabstain_below = 0.25\n')
    found = load(tmp_path, passages="9")
    assert (found.index, found.passages, found.abstain_below) == (Path("from-file"), 9, 0.25)


def test_an_empty_variable_is_none(tmp_path: Path) -> None:
    assert load(tmp_path, index=" ", passages="").index == Settings().index


def test_home_is_expanded(tmp_path: Path) -> None:
    assert load(tmp_path, index="~/x").index == Path("~/x").expanduser()


def test_other_variables_are_not_read(tmp_path: Path) -> None:
    assert Settings.load({"INDEX": "a", "footnote_index": "b", "FOOTNOTE_NONE": "c"}, tmp_path) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("passages", "0"),
        ("passages", "many"),
        ("passages", "1.5"),
        ("passages", "100000"),
        ("abstain_below", "2"),
        ("abstain_below", "-0.1"),
        ("abstain_below", "nan"),
        ("answerer", "oracle"),
    ],
)
def test_a_bad_value_is_named_with_what_would_do(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, **{name: value})
    message = str(caught.value)
    assert message.startswith(f"FOOTNOTE_{name.upper()} is {value!r}; ")
    assert "give a number from" in message or "extractive" in message


@pytest.mark.parametrize("content", ["index = ", "\x00", "[[[", "passages = 1\npassages = 2"])
def test_a_broken_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "footnote.toml").write_text(content)
    with pytest.raises(SettingsError, match=r"footnote.toml cannot be read .*correct it or remove it"):
        load(tmp_path)


def test_a_file_that_is_no_text_and_a_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "footnote.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError):
        load(tmp_path)
    (tmp_path / "footnote.toml").unlink()
    (tmp_path / "footnote.toml").mkdir()
    with pytest.raises(SettingsError):
        load(tmp_path)


def test_an_unknown_setting_is_named_with_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "footnote.toml").write_text('idnex = "a"\n')
    known = "abstain_below, answerer, feedback, index"
    with pytest.raises(SettingsError, match=f"unknown setting 'idnex'; known: {known}"):
        load(tmp_path)
