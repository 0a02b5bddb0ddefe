"""Tokens: what is signed, and the secret that signs."""

from __future__ import annotations

import hmac
import stat
import threading
from hashlib import md5, sha256
from pathlib import Path

import pytest

from bot.api.errors import ApiError
from bot.api.tokens import check, is_token, issue, secret_of
from bot.errors import SettingsError

SECRET, WIKI, NOW = b"s" * 32, "https://wiki.example", 1_800_000_000
TOKEN = issue(SECRET, WIKI, NOW + 600)
VERSION, EXPIRY, ID, MAC = TOKEN.split(".")
OTHER_ID = issue(SECRET, WIKI, NOW + 600).split(".")[2]


def test_a_token_is_good_for_its_origin_until_it_ends() -> None:
    check(SECRET, TOKEN, WIKI, NOW)
    check(SECRET, TOKEN, WIKI, NOW + 599)
    assert is_token(TOKEN) and ID != OTHER_ID
    assert SECRET.decode() not in TOKEN and "wiki" not in TOKEN


def test_one_that_has_ended_is_told_apart() -> None:
    with pytest.raises(ApiError, match="has ended; get one with POST") as caught:
        check(SECRET, TOKEN, WIKI, NOW + 600)
    assert (caught.value.status, caught.value.code) == (401, "token_expired")


def signed_with(kind: str, text: str) -> str:
    return f"{text}.{hmac.new(SECRET, text.encode(), kind).hexdigest()}"


FORGED = {
    "another id": f"{VERSION}.{EXPIRY}.{OTHER_ID}.{MAC}",
    "a later end": f"{VERSION}.{int(EXPIRY) + 1}.{ID}.{MAC}",
    "the end otherwise written": f"{VERSION}.0{EXPIRY}.{ID}.{MAC}",
    "a signature cut short": TOKEN[:-1],
    "a signature made longer": TOKEN + "A",
    "no signature": f"{VERSION}.{EXPIRY}.{ID}.",
    "bits of base64 that say nothing": TOKEN[:-1] + chr(ord(TOKEN[-1]) + 1),
    "another secret": issue(b"t" * 32, WIKI, NOW + 600),
    "another version": f"fnw2.{EXPIRY}.{ID}.{MAC}",
    "another algorithm": signed_with("md5", f"{VERSION}.{EXPIRY}.{ID}"),
    "a JWT without any": "eyJhbGciOiJub25lIn0.eyJvIjoiKiJ9.",
    "a line after it": TOKEN + "\n",
    "signs that are not ASCII": TOKEN[:-1] + "é",
    "nothing": "",
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_what_is_forged_is_refused(name: str) -> None:
    with pytest.raises(ApiError, match="; get one with POST /api/widget/token") as caught:
        check(SECRET, FORGED[name], WIKI, NOW)
    assert (caught.value.status, caught.value.code) == (401, "token_invalid")


@pytest.mark.parametrize("origin", ["https://wiki.example:8443", "http://wiki.example", "https://evil.example", "null"])
def test_for_another_origin_it_is_worth_nothing(origin: str) -> None:
    with pytest.raises(ApiError, match="was not issued here for pages of"):
        check(SECRET, TOKEN, origin, NOW)


def test_the_signature_is_hmac_sha256_over_all_of_it() -> None:
    import base64

    whole = f"{VERSION}.{EXPIRY}.{ID}\n{WIKI}".encode()
    assert base64.urlsafe_b64encode(hmac.digest(SECRET, whole, sha256)).decode().rstrip("=") == MAC
    assert base64.urlsafe_b64encode(hmac.digest(SECRET, whole, md5)).decode().rstrip("=") != MAC


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"
    first = secret_of(path)
    assert len(first) == 32 and secret_of(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["secret"]
    assert secret_of(tmp_path / "other") != first


def test_all_who_start_at_once_get_the_same(tmp_path: Path) -> None:
    path, gate, found = tmp_path / "secret", threading.Barrier(16), list[bytes]()

    def start() -> None:
        gate.wait()
        found.append(secret_of(path))

    threads = [threading.Thread(target=start) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16 and set(found) == {path.read_bytes()}
    assert [p.name for p in tmp_path.iterdir()] == ["secret"]


def test_a_secret_that_is_none_is_refused_without_its_place(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"s" * 31)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="holds fewer than 32 bytes; remove it"):
        secret_of(path)
    path.write_bytes(b"s" * 32)
    for mode in (0o640, 0o604, 0o660):
        path.chmod(mode)
        with pytest.raises(SettingsError, match="may be read by others; run chmod 600") as caught:
            secret_of(path)
        assert str(tmp_path) not in str(caught.value)
    path.chmod(0o600)
    assert secret_of(path) == b"s" * 32
    with pytest.raises(SettingsError, match=r"cannot be used .*name one that can be read and written") as caught:
        secret_of(path / "below a file")
    assert str(tmp_path) not in str(caught.value)
