"""Settings: defaults, the file, the variables, and what is refused."""

from __future__ import annotations

import re
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
        ("llm_context", "100"),
        ("unsupported", "hide"),
    ],
)
def test_a_bad_value_is_named_with_what_would_do(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, **{name: value})
    message = str(caught.value)
    assert message.startswith(f"FOOTNOTE_{name.upper()} is {value!r}; ")
    assert re.search(r"give a number from|extractive, llm|give drop or show", message)


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
    known = "abstain_below, access_log, answer_seconds, answerer, api_keys, cache, conversations, feedback, index"
    with pytest.raises(SettingsError, match=f"unknown setting 'idnex'; known: {known}"):
        load(tmp_path)


def test_the_model_and_its_server(tmp_path: Path) -> None:
    found = load(tmp_path, answerer="llm", llm="openai:x", llm_url="http://127.0.0.1:8080/v1/", llm_context="8192")
    assert (found.answerer, found.llm, found.llm_url) == ("llm", "openai:x", "http://127.0.0.1:8080/v1")
    assert (found.llm_context, found.unsupported) == (8192, "drop")
    assert load(tmp_path, unsupported="show").unsupported == "show"


def test_a_key_is_not_in_the_repr(tmp_path: Path) -> None:
    found = load(tmp_path, llm_key="hunter2.hunter2")
    assert found.llm_key == "hunter2.hunter2"
    assert "hunter2" not in repr(found) + str(found)


@pytest.mark.parametrize(
    "url", ["localhost:8080", "ftp://host/v1", "http://", "http://host:port/v1", "http://h/v1?key=hunter2", "hunter2"]
)
def test_an_address_that_is_none_is_refused_without_repeating_it(tmp_path: Path, url: str) -> None:
    with pytest.raises(
        SettingsError, match=r"FOOTNOTE_LLM_URL is no address.*; give an address such as http"
    ) as caught:
        load(tmp_path, llm_url=url)
    assert "hunter2" not in str(caught.value)


def test_a_password_in_an_address_is_refused_without_repeating_it(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"FOOTNOTE_LLM_URL holds a user or a password; .*FOOTNOTE_LLM_KEY"
    ) as caught:
        load(tmp_path, llm_url="https://me:hunter2@host/v1")
    assert "hunter2" not in str(caught.value)
    with pytest.raises(SettingsError, match="FOOTNOTE_PUBLIC_URL holds a user or a password"):
        load(tmp_path, public_url="https://me:hunter2@host")
    assert load(tmp_path, public_url="https://wiki.test/footnote/").public_url == "https://wiki.test/footnote"


def test_who_names_a_chat_model_gets_its_answers(tmp_path: Path) -> None:
    assert load(tmp_path).answerer == "extractive"
    assert load(tmp_path, llm="openai:x").answerer == "llm"
    assert load(tmp_path, llm_url="http://127.0.0.1:8080/v1").answerer == "llm"
    assert load(tmp_path, llm="openai:x", answerer="extractive").answerer == "extractive"


def test_the_model_may_be_the_address_of_its_server(tmp_path: Path) -> None:
    found = load(tmp_path, llm="http://127.0.0.1:8080/v1/")
    assert (found.answerer, found.llm, found.llm_url) == ("llm", "", "http://127.0.0.1:8080/v1")
    with pytest.raises(SettingsError, match="FOOTNOTE_LLM_URL is no address"):
        load(tmp_path, llm="http://")


def test_the_limits_of_the_api_are_numbers_in_bounds(tmp_path: Path) -> None:
    found = load(tmp_path, max_waiting="0", answer_seconds="2.5", max_body_kib="64", access_log="1")
    assert (found.max_waiting, found.answer_seconds, found.max_body_kib, found.access_log) == (0, 2.5, 64, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [("max_waiting", "-1"), ("answer_seconds", "0"), ("answer_seconds", "nan"), ("max_body_kib", "0"),
     ("max_body_kib", "big"), ("access_log", "maybe")],
)  # fmt: skip
def test_a_limit_out_of_bounds_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"FOOTNOTE_{name.upper()}.*{value}"):
        load(tmp_path, **{name: value})


def test_who_may_ask(tmp_path: Path) -> None:
    found = load(
        tmp_path, trusted_proxies="127.0.0.1, 10.0.0.0/8,::1", user_header="Remote-User", labels_header="Groups"
    )
    assert found.trusted_proxies == ("127.0.0.1/32", "10.0.0.0/8", "::1/128")
    assert (found.user_header, found.labels_header, found.proxy_names_users) == ("remote-user", "groups", True)
    assert not load(tmp_path, trusted_proxies="127.0.0.1", user_header="off").proxy_names_users
    assert not Settings().proxy_names_users
    (tmp_path / "footnote.toml").write_text('trusted_proxies = ["10.0.0.0/8"]\nlogin = true\nrate_per_minute = 0\n')
    found = load(tmp_path)
    assert (found.trusted_proxies, found.login, found.rate_per_minute) == (("10.0.0.0/8",), True, 0)
    assert Settings(labels=("b",)).with_labels(("c", "a", "b")).labels == ("a", "b", "c")


@pytest.mark.parametrize(
    ("name", "value"),
    [("trusted_proxies", "10.0.0.1/8"), ("trusted_proxies", "proxy.example"), ("trusted_proxies", "10.0.0.1,"),
     ("user_header", "X User"), ("user_header", "Host"), ("labels_header", "Cookie"), ("labels_header", "X:Y"),
     ("api_keys", "maybe"), ("login", "maybe"), ("rate_per_minute", "-1"), ("max_streams", "many")],
)  # fmt: skip
def test_what_does_not_say_who_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(f"FOOTNOTE_{name.upper()} is {value!r}; ")):
        load(tmp_path, **{name: value})


def test_the_web_server_is_not_to_believe_others_than_the_settings_say(tmp_path: Path) -> None:
    environment = {"FORWARDED_ALLOW_IPS": "*", "FOOTNOTE_TRUSTED_PROXIES": "127.0.0.1"}
    with pytest.raises(SettingsError, match="FORWARDED_ALLOW_IPS is set; unset it"):
        Settings.load(environment, tmp_path)
    assert Settings.load({"FORWARDED_ALLOW_IPS": "*"}, tmp_path) == Settings()
