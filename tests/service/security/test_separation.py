"""Whoever takes one service has what that service has: no other's links, no sessions, no passes."""

from __future__ import annotations

import base64
import hmac
import json

import httpx
import pytest
from joserfc.errors import UnsupportedKeyOperationError
from joserfc.jwk import OKPKey

from chassis.identity.passes import SECONDS, pass_for
from chassis.identity.sessions import PURPOSE, SESSION_COOKIE
from chassis.identity.signatures import Signatures
from chassis.ids import Secrets
from kommune.services import NAMES
from tests.service.security.conftest import Everything
from tests.service.security.erasures import carry_out_erasures, published_gathering
from tests.service.security.test_bad_input import PERSON
from tests.support.clocks import StillClock
from tests.support.separation import KEY

TAKEN = [name for name in NAMES if name != "registration"]
CLAIMS = {"sub": "attacker", "roles": ["operator", "programme_office"], "grants": {"wilhelmshaven": ["coordinator"]}}


@pytest.fixture
async def holder(everything: Everything) -> tuple[str, str]:
    """(id, code) of somebody who registered, known to all services."""
    answer = await everything.client().post(f"{await published_gathering(everything)}/registrations", json=PERSON)
    assert answer.status_code == 201, answer.text
    await carry_out_erasures(everything)
    id = str(answer.json()["id"])
    return id, everything.services["registration"].context.secrets.code("manage", id)


def exports(id: str) -> dict[str, str]:
    return {name: f"/{name}/v1/wilhelmshaven/people/{id}/export" for name in NAMES}


async def ask(everything: Everything, path: str, link: str, method: str = "GET") -> httpx.Response:
    return await everything.client().request(method, everything.url(path), headers={"Authorization": f"Link {link}"})


async def as_session(everything: Everything, token: str) -> list[int]:
    """What a browser with this cookie gets at the doors of staff of each service."""
    paths = [f"/{name}/v1/wilhelmshaven/export" for name in NAMES] + ["/registration/v1/applications"]
    client = everything.client()
    headers = {"Cookie": f"{SESSION_COOKIE}={token}"}
    return [(await client.get(everything.url(path), headers=headers)).status_code for path in paths]


@pytest.mark.parametrize("taken", TAKEN)
async def test_links_can_not_be_made_from_another_services_secret(
    everything: Everything, holder: tuple[str, str], taken: str
) -> None:
    id, code = holder
    forged = everything.services[taken].context.secrets.code("manage", id)
    page = f"/registration/v1/wilhelmshaven/registrations/{id}"
    assert (await ask(everything, page, code)).status_code == 200
    assert (await ask(everything, page, forged)).status_code == 404
    assert (await ask(everything, exports(id)["notifications"], code)).status_code == 200
    assert (await ask(everything, exports(id)["notifications"], forged)).status_code == 404


async def test_what_registration_signs_is_a_session_everywhere(everything: Everything) -> None:
    signed = everything.services["registration"].context.signatures.sign(PURPOSE, 60, CLAIMS)
    assert await as_session(everything, signed) == [200] * 5


@pytest.mark.parametrize("taken", TAKEN)
async def test_only_registration_can_sign_a_session(everything: Everything, taken: str) -> None:
    context = everything.services[taken].context
    with pytest.raises(UnsupportedKeyOperationError):
        context.signatures.sign(PURPOSE, 60, CLAIMS)
    own_key = OKPKey.derive_key(context.secrets.key("signatures"), "Ed25519")
    forged = Signatures(own_key, context.clock).sign(PURPOSE, 60, CLAIMS)
    assert set(await as_session(everything, forged)) == {401}


def _with_algorithm(algorithm: str, key: bytes) -> str:
    head, claims = {"alg": algorithm}, CLAIMS | {"exp": 2**40, "iss": "urn:weltoffene-kommune:session"}
    text = ".".join(_base64(json.dumps(part).encode()) for part in (head, claims))
    return f"{text}.{_base64(hmac.digest(key, text.encode(), 'sha256')) if algorithm == 'HS256' else ''}"


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


async def test_the_public_key_is_no_secret_to_sign_with(everything: Everything) -> None:
    """The classic confusion: HMAC with the bytes of the public key, or no signature at all."""
    public = KEY.as_der(private=False)
    raw = base64.urlsafe_b64decode(KEY.as_dict(private=False)["x"] + "=")
    for token in (_with_algorithm("HS256", public), _with_algorithm("HS256", raw), _with_algorithm("none", b"")):
        assert set(await as_session(everything, token)) == {401}


async def test_sessions_signed_as_before_are_over(everything: Everything) -> None:
    """One shared secret signed them: whoever had any service's had everybody's."""
    key = everything.services["registration"].context.secrets.key("session")
    assert set(await as_session(everything, _with_algorithm("HS256", key))) == {401}


async def test_a_holder_asks_reporting_with_a_pass(everything: Everything, holder: tuple[str, str]) -> None:
    id, code = holder
    path = exports(id)["reporting"]
    assert (await ask(everything, path, code)).status_code == 404, "reporting knows no links"
    given = await ask(everything, f"/registration/v1/wilhelmshaven/people/{id}/pass", code, "POST")
    assert given.status_code == 200
    assert given.json()["seconds"] == SECONDS == 300
    answer = await ask(everything, path, given.json()["pass"])
    assert answer.status_code == 200
    assert answer.json()["registration"]["size"] == 1
    assert (
        await ask(everything, f"/registration/v1/wilhelmshaven/people/{id}/pass", "guessed", "POST")
    ).status_code == 404


async def test_a_pass_is_for_one_person_in_one_place_for_five_minutes_and_nothing_else(
    everything: Everything, holder: tuple[str, str]
) -> None:
    id, _ = holder
    context, path = everything.services["registration"].context, exports(id)["reporting"]
    clock = StillClock(context.clock.now())
    clock.move(-SECONDS + 30)
    assert (await ask(everything, path, pass_for(Signatures(KEY, clock), "wilhelmshaven", id))).status_code == 200
    clock.move(-31)
    wrong = [
        pass_for(Signatures(KEY, clock), "wilhelmshaven", id),
        pass_for(context.signatures, "wilhelmshaven", "another"),
        pass_for(context.signatures, "wolfsburg", id),
        context.signatures.sign(PURPOSE, 60, {"sub": id, "tenant": "wilhelmshaven"}),
        pass_for(Signatures(OKPKey.generate_key("Ed25519"), context.clock), "wilhelmshaven", id),
    ]
    for token in wrong:
        assert (await ask(everything, path, token)).status_code == 404
    good = pass_for(context.signatures, "wilhelmshaven", id)
    for name in ("registration", "notifications"):
        assert (await ask(everything, exports(id)[name], good)).status_code == 404
    assert set(await as_session(everything, good)) == {401}


def test_the_pseudonym_of_an_address_is_the_one_thing_all_services_can_make() -> None:
    first, second = Secrets("a" * 40, "shared" * 8), Secrets("b" * 40, "shared" * 8)
    assert first.email_key("K@example.org ") == second.email_key("k@example.org")
    assert first.code("manage", "x") != second.code("manage", "x")
    assert first.derived_id("email", "k@example.org") != first.email_key("k@example.org")


async def test_every_service_knows_staff_by_the_same_pseudonym(everything: Everything) -> None:
    assert len({service.context.secrets.email_key("k@example.org") for service in everything.services.values()}) == 1
    for purpose in ("form", "idempotency", "signatures"):
        assert len({service.context.secrets.key(purpose) for service in everything.services.values()}) == len(NAMES)


def test_without_a_shared_key_the_pseudonyms_of_today_stay() -> None:
    """Roles granted before there was one are found again."""
    secrets = Secrets("only for this test, nothing is secret")
    assert secrets.email_key("K@example.org") == secrets.derived_id("email", "k@example.org")
