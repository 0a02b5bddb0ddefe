"""Who reads the page, carried from the connection's door to the script, which sees no more than its headers."""

from __future__ import annotations

import hmac
import json
import secrets
from functools import lru_cache

import streamlit as st

from bot.callers import ANYONE, Caller

HEADER = "x-footnote-reader"


@lru_cache(maxsize=1)
def _proof() -> str:
    """What only this process can write into the header."""
    return secrets.token_hex(16)


def written(caller: Caller) -> bytes:
    """A caller as the value of the header."""
    told = [caller.kind, caller.name, list(caller.labels), caller.address]
    return f"{_proof()} {json.dumps(told)}".encode("ascii")


def read(header: str) -> Caller:
    """The caller in a header; anyone where it was not written by this process."""
    proof, _, told = header.partition(" ")
    if not hmac.compare_digest(proof.encode("utf-8", "replace"), _proof().encode()):
        return ANYONE
    kind, name, labels, address = json.loads(told)
    return Caller(kind, name, tuple(labels), address)


def reader() -> Caller:
    """Who reads the page in this session."""
    return read(st.context.headers.get(HEADER) or "")
