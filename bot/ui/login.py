"""Who has signed in with Streamlit's login (OpenID Connect): its cookie, verified as Streamlit itself does it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from starlette.requests import HTTPConnection
from starlette.types import Scope

from bot.api.who import known_labels
from bot.callers import Caller
from bot.settings import Settings

_SHORTEST = 32
_log = logging.getLogger(__name__)


def signed_in(scope: Scope, settings: Settings) -> Caller | None:
    """Who has signed in, in the browser that a request or a web socket comes from; None for nobody.

    A user is known by issuer and subject, which the provider never gives to another. No labels but those of the claim.
    """
    claims = _claims(HTTPConnection(scope).cookies)
    if claims is None:
        return None
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        return None
    return Caller("user", f"{claims.get('iss', '')} {subject}", _labels(claims.get(settings.login_labels_claim)))


def problem() -> str | None:
    """What keeps readers from signing in, None if nothing does; for the operator, without a secret."""
    from streamlit.auth_util import get_secrets_auth_section, is_authlib_installed
    from streamlit.web.server.server_util import get_cookie_secret

    section = get_secrets_auth_section()
    if not section:
        return "FOOTNOTE_LOGIN is 1, but .streamlit/secrets.toml has no [auth]; docs/access.md says what goes there"
    if len(get_cookie_secret()) < _SHORTEST:
        return f"cookie_secret in .streamlit/secrets.toml is shorter than {_SHORTEST} characters; give a random one"
    if not is_authlib_installed():
        return "Authlib is not installed; run: pip install -r requirements.txt"
    return None


def _claims(cookies: Mapping[str, str]) -> dict[str, Any] | None:
    """What the provider said of the user; None if the cookie is missing, forged, too old or of another address."""
    from streamlit.auth_util import get_cookie_with_chunks, get_origin_from_redirect_uri
    from streamlit.web.server.server_util import get_cookie_secret
    from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

    if USER_COOKIE_NAME not in cookies:
        return None
    if why := problem():  # with a secret that can be guessed, anybody could write such a cookie
        _warn(why)
        return None
    secret = get_cookie_secret()

    def one(name: str) -> bytes | None:
        return (
            decode_signed_value(secret, name, cookies[name].encode("latin-1", "replace")) if name in cookies else None
        )

    raw = get_cookie_with_chunks(one, USER_COOKIE_NAME)
    if not raw:
        return None
    try:
        claims = json.loads(raw)
    except ValueError:
        return None
    origin = get_origin_from_redirect_uri()
    if not isinstance(claims, dict) or not origin or claims.get("origin") != origin:
        return None
    return claims if claims.get("is_logged_in") is True else None


@lru_cache(maxsize=4)
def _warn(why: str) -> None:
    _log.error("%s", why)  # once, and not at every request


def _labels(claim: Any) -> tuple[str, ...]:
    if isinstance(claim, str):
        return known_labels(re.split(r"[,;\s]+", claim))
    return known_labels(one for one in claim if isinstance(one, str)) if isinstance(claim, list) else ()
