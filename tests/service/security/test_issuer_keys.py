"""Keys of an OpenID Connect issuer: kept while it is away, asked for once, over after a day."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from chassis.http.problems import Problem
from chassis.identity import tokens
from chassis.identity.tokens import OidcVerifier


@pytest.fixture
def pause(monkeypatch: pytest.MonkeyPatch) -> float:
    """Seconds between two attempts to reach the issuer, few enough to wait for."""
    monkeypatch.setattr(tokens, "ASK_PAUSE", 0.2)
    return 0.3


class IssuerAtHand:
    """An issuer at hand: counts who fetches keys, can be away, slow, and change its key."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.key, self.away, self.slow, self.fetches = RSAKey.generate_key(2048, {"kid": "one"}), False, 0.0, 0
        self.verifier = OidcVerifier("https://issuer.example", "kommune")
        client = httpx.AsyncClient
        transport = httpx.MockTransport(self._answer)
        monkeypatch.setattr(httpx, "AsyncClient", lambda **options: client(transport=transport, **options))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        self.fetches += request.url.path == "/keys"
        await asyncio.sleep(self.slow)
        if self.away:
            raise httpx.ConnectError("away")
        if request.url.path == "/keys":
            return httpx.Response(200, json={"keys": [self.key.as_dict(private=False)]})
        return httpx.Response(200, json={"jwks_uri": "https://issuer.example/keys"})

    def token(self, key: RSAKey | None = None) -> str:
        key = key or self.key
        now = int(time.time())
        claims = {"iss": "https://issuer.example", "aud": "kommune", "sub": "karla", "exp": now + 300}
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)

    def new_key(self, name: str) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": name})


async def test_keys_known_go_on_while_the_issuer_is_away(monkeypatch: pytest.MonkeyPatch, pause: float) -> None:
    issuer = IssuerAtHand(monkeypatch)
    await issuer.verifier.verify(issuer.token())
    issuer.away, issuer.slow = True, 30
    monkeypatch.setattr(tokens, "KEYS_AGE", 0.0)
    for _ in range(3):
        await asyncio.sleep(pause)
        began = time.monotonic()
        assert (await issuer.verifier.verify(issuer.token())).subject == "karla"
        assert time.monotonic() - began < 5, "nobody waits for the issuer"
    assert issuer.fetches == 2, "one at a time, beside the requests"


async def test_keys_that_could_not_be_fetched_for_a_day_are_over(monkeypatch: pytest.MonkeyPatch, pause: float) -> None:
    issuer = IssuerAtHand(monkeypatch)
    await issuer.verifier.verify(issuer.token())
    issuer.away = True
    monkeypatch.setattr(tokens, "KEYS_MOST_AGE", 0.0)
    with pytest.raises(Problem) as refused:
        await issuer.verifier.verify(issuer.token())
    assert refused.value.status == 503


async def test_before_the_first_keys_all_wait_for_one_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = IssuerAtHand(monkeypatch)
    issuer.away, issuer.slow = True, 0.5
    began = time.monotonic()
    answers = await asyncio.gather(*(issuer.verifier.verify(issuer.token()) for _ in range(50)), return_exceptions=True)
    assert {answer.status for answer in answers if isinstance(answer, Problem)} == {503}
    assert len(answers) == 50
    assert time.monotonic() - began < 50 * issuer.slow / 2, "not one after the other"


async def test_a_key_that_is_not_known_is_asked_for_once(monkeypatch: pytest.MonkeyPatch, pause: float) -> None:
    issuer = IssuerAtHand(monkeypatch)
    await issuer.verifier.verify(issuer.token())
    await asyncio.sleep(pause)
    issuer.new_key("two")
    assert (await issuer.verifier.verify(issuer.token())).subject == "karla", "rotated: known at once"
    assert issuer.fetches == 2
    await asyncio.sleep(pause)
    forged = [RSAKey.generate_key(2048, {"kid": f"guessed-{number}"}) for number in range(2)] * 10
    answers = await asyncio.gather(
        *(issuer.verifier.verify(issuer.token(key)) for key in forged), return_exceptions=True
    )
    assert {answer.status for answer in answers if isinstance(answer, Problem)} == {401}
    assert issuer.fetches == 3, "tokens with made-up keys do not become requests to the issuer"
