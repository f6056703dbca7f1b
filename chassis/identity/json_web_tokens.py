"""Signs and reads JSON Web Tokens with joserfc, which is loaded when the first is: a start signs and reads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LEEWAY = 10
"""Seconds by which clocks may differ."""


def sign(claims: Mapping[str, Any], key: Any, algorithm: str) -> str:
    """A token that says these claims."""
    from joserfc import jwt

    return jwt.encode({"alg": algorithm}, dict(claims), key, algorithms=[algorithm])


def read(token: str, key: Any, algorithms: list[str]) -> dict[str, Any]:
    """The claims of a token signed with the key. Raises JoseError, ValueError: it was not, or is no token."""
    from joserfc import jwt

    return dict(jwt.decode(token, key, algorithms=algorithms).claims)


def check(claims: Mapping[str, Any], **required: Any) -> None:
    """What joserfc's claims registry asks of them, times among it. Raises JoseError."""
    from joserfc import jwt

    jwt.JWTClaimsRegistry(leeway=LEEWAY, **required).validate(dict(claims))
