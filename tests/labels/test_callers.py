"""The attempts by those who come with a key, through a proxy that names them, or from an origin: each has the labels of
their own, and no other entry lends them more. With the real model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.keys import add_key, revoke_key
from bot.settings import Settings
from bot.ui.library.listing import shelf
from bot.ui.library.work import Job
from bot.ui.service import choices, examples
from index.encode import Encoder
from tests.labels.leak import (
    ATTEMPTS,
    LABEL,
    SECRETS,
    check_all_is_seen,
    check_nothing_leaks,
    hidden_ids,
    secret_index,
)
from tests.labels.programs import HERE, client, program

PROXY = ("10.0.0.7", 40000)
# Each way in is tried in full once; what is left to try of the others is what is different of them.
SOME = {name: ATTEMPTS[name] for name in ("by prompt", "by its source", "by asking for all", "by history")}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, model: Encoder) -> Path:
    return secret_index(tmp_path_factory.mktemp("callers"), model)


@pytest.fixture
def served(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Sets the server up; the file of its keys."""

    def served(**settings: str) -> Path:
        fixed = {"index": str(index), "reader": "off", "keys": str(tmp_path / "keys.json"), "rate_per_minute": "0"}
        for name, value in {**fixed, **settings}.items():
            monkeypatch.setenv(f"FOOTNOTE_{name.upper()}", value)
        return tmp_path / "keys.json"

    return served


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_a_key_without_the_label_gets_nothing_and_one_with_it_all(served: Callable[..., Path], index: Path) -> None:
    keys = served(api_keys="required")
    plain, hr = add_key(keys, "plain", ("staff",)), add_key(keys, "people", (LABEL,))
    check_nothing_leaks(program(bearer(plain)), index)
    check_all_is_seen(program(bearer(hr)), index)
    check_nothing_leaks(program(bearer(plain)), index, SOME)  # after one who saw all


def test_one_without_a_key_gets_what_is_open_to_all(served: Callable[..., Path], index: Path) -> None:
    keys = served()
    hr = bearer(add_key(keys, "people", (LABEL,)))
    check_all_is_seen(program(hr), index, SOME)
    check_nothing_leaks(program(bearer("none")), index, SOME)
    check_nothing_leaks(program({"X-Forwarded-Groups": LABEL, "X-Footnote-Reader": LABEL}), index, SOME)
    revoke_key(keys, "people")
    assert client().get("/api/documents", headers=hr).status_code == 401


def test_users_of_a_proxy_have_the_labels_of_their_groups(served: Callable[..., Path], index: Path) -> None:
    served(trusted_proxies="10.0.0.0/8", labels_header="X-Forwarded-Groups")

    def user(groups: str) -> Mapping[str, str]:
        return {"X-Forwarded-User": "ann", "X-Forwarded-Groups": groups}

    check_nothing_leaks(program(user("staff, Domain Users"), PROXY), index)
    check_all_is_seen(program(user("Domain Users, HR"), PROXY), index)
    check_nothing_leaks(program(user(""), PROXY), index, SOME)
    for headers in (user(LABEL), {**user(LABEL), "X-Forwarded-For": "10.0.0.7"}):
        for id in hidden_ids(index):
            for path in (f"/api/documents/{id}", f"/document/{id}", "/api/search?q=Zorblatt"):
                assert client(HERE).get(path, headers=headers).status_code == 401


def test_a_user_has_the_labels_of_all_beside_their_own(served: Callable[..., Path], index: Path) -> None:
    served(trusted_proxies="10.0.0.0/8", labels_header="X-Forwarded-Groups", labels=LABEL)
    check_all_is_seen(program({"X-Forwarded-User": "ann", "X-Forwarded-Groups": "staff"}, PROXY), index, SOME)


def test_a_readers_labels_change_what_the_page_offers_and_nobody_elses(served: Callable[..., Path]) -> None:
    served()

    def offered(*labels: str) -> str:
        settings: Any = Settings.load().with_labels(labels)
        return f"{shelf(settings)} {choices(settings)} {examples(settings)}"

    for _ in range(2):
        assert "Veiled Gazette" in offered(LABEL) and "pay.txt" in offered(LABEL, "staff")
        for labels in ((), ("staff",)):
            assert [secret for secret in SECRETS if secret in offered(*labels)] == []


def test_what_a_change_of_the_library_did_is_told_to_who_may_see_as_much() -> None:
    job = Job(1, "refresh", labels=("hr", "staff"))
    assert job.seen_by(Settings(labels=("hr", "staff"))) and job.seen_by(Settings(labels=("a", "hr", "staff")))
    assert not job.seen_by(Settings(labels=("hr",))) and not job.seen_by(Settings())
    assert Job(1, "refresh").seen_by(Settings())
