"""The realm for one machine issues tokens that the services accept, and holds no secret."""

from __future__ import annotations

import json
import re

from chassis.settings import Settings
from programme.roles import PLATFORM_ROLES
from tests.unit.deploy.compose import ROOT, containers, example, resolved

TEXT = (ROOT / "deploy/keycloak/realm.json").read_text()
REALM = json.loads(TEXT)


def test_the_client_is_ours_with_code_flow_and_pkce_alone() -> None:
    (client,) = REALM["clients"]
    assert client["clientId"] == Settings.model_fields["oidc_audience"].default
    assert client["standardFlowEnabled"]
    assert client["attributes"]["pkce.code.challenge.method"] == "S256"
    assert not client["implicitFlowEnabled"]
    assert not client["directAccessGrantsEnabled"]
    assert not client["publicClient"]


def test_codes_go_to_one_address_alone() -> None:
    """With a star, any page of ours that leads elsewhere would take codes along."""
    (client,) = REALM["clients"]
    assert client["redirectUris"] == ["${PUBLIC_URL}/registration/sign-in/callback"]
    assert "post.logout.redirect.uris" not in client["attributes"]


def test_tokens_name_our_audience() -> None:
    mapper, _ = REALM["clients"][0]["protocolMappers"]
    assert mapper["config"]["included.client.audience"] == Settings.model_fields["oidc_audience"].default
    assert mapper["config"]["access.token.claim"] == "true"


def test_who_signs_in_on_pages_brings_their_platform_roles() -> None:
    """Pages look at the ID token, and Keycloak by itself puts realm roles into the access token alone."""
    _, mapper = REALM["clients"][0]["protocolMappers"]
    assert mapper["config"]["claim.name"] == "roles"
    assert mapper["config"]["id.token.claim"] == "true"


def test_roles_are_the_platform_wide_ones() -> None:
    assert {role["name"] for role in REALM["roles"]["realm"]} == PLATFORM_ROLES.keys()
    assert {role for user in REALM["users"] for role in user.get("realmRoles", ())} == PLATFORM_ROLES.keys()


def test_demo_people_can_be_granted_roles_by_their_address() -> None:
    for user in REALM["users"]:
        assert user["emailVerified"]
        assert user["email"].endswith(".example")


def test_secrets_come_from_the_environment() -> None:
    passed = containers()["keycloak"]["environment"]
    assert set(re.findall(r"\$\{(\w+)\}", TEXT)) <= set(passed)
    assert REALM["clients"][0]["secret"] == "${OIDC_CLIENT_SECRET}"
    assert {c["value"] for user in REALM["users"] for c in user["credentials"]} == {"${DEMO_PASSWORD}"}


def test_services_browsers_and_keycloak_name_the_same_issuer() -> None:
    compose = resolved(example())["services"]
    address = compose["keycloak"]["environment"]["KC_HOSTNAME"]
    assert compose["registration-api"]["environment"]["OIDC_ISSUER"] == f"{address}/realms/{REALM['realm']}"
    host = address.removeprefix("http://").removesuffix(":8000")
    assert compose["caddy"]["networks"]["edge"]["aliases"] == [host]
    assert f"\n{address} {{" in (ROOT / "deploy/caddy/Caddyfile").read_text()
