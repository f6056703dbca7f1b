"""Invitations: how often they may be used, what may be told of who came by them, and how their codes are read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chassis.ids import Secrets
from services.registration.domain.claim import Claim
from services.registration.domain.door_code import spaced
from services.registration.domain.invitations import (
    SMALLEST,
    Count,
    Invitation,
    InvitationCounts,
    add_shown,
    count_by_invitation,
    growth,
    refusal,
    without_ended_quotas,
)
from services.registration.invitations.codes import code_of, invitation_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECRETS = Secrets("a secret of this test")
claims = st.lists(
    st.builds(
        Claim,
        size=st.integers(1, 5),
        turn=st.just(1),
        seated=st.booleans(),
        confirmed=st.just(True),
        came=st.sampled_from([0, 1]),
        invitation=st.sampled_from(["", "course", "mosque"]),
    ),
    max_size=30,
)


@given(st.integers(1, 20), st.lists(st.integers(1, 5), max_size=20))
def test_no_more_people_than_it_is_good_for_sign_up_and_the_last_place_is_given(uses: int, groups: list[int]) -> None:
    invitation, used = Invitation("course", uses=uses), 0
    for size in groups:
        wrong = refusal(invitation, used, size, NOW)
        assert (wrong is None) == (used + size <= uses)
        used += size if wrong is None else 0
    assert used <= uses
    assert (growth(invitation, used, 1, "/party") is None) == (used < uses)


@given(st.integers(-3, 3), st.booleans())
def test_an_invitation_ends_at_its_time_or_when_it_is_withdrawn(hours: int, withdrawn: bool) -> None:
    invitation = Invitation("course", until=NOW + timedelta(hours=hours), withdrawn=withdrawn)
    assert (refusal(invitation, 0, 1, NOW) is None) == (hours > 0 and not withdrawn)
    assert refusal(None, 0, 1, NOW) is not None


@given(claims)
def test_few_groups_are_never_told_nor_can_they_be_worked_out(found: list[Claim]) -> None:
    for id, came in count_by_invitation(found).items():
        own = [claim for claim in found if claim.invitation == id]
        assert came.seated + came.waiting == Count(len(own), sum(claim.size for claim in own))
        told = came.shown()
        assert all(count is None or count.groups == 0 or count.groups >= SMALLEST for count in told.values())
        assert (told["seated"] is None) == (told["waiting"] is None)
        if told["registered"] is None:
            assert set(told.values()) == {None}


@given(claims, claims)
def test_what_is_kept_of_two_times_says_no_more_than_both(first: list[Claim], second: list[Claim]) -> None:
    earlier, later = (count_by_invitation(found).get("course", InvitationCounts()).shown() for found in (first, second))
    for name, count in add_shown(earlier, later).items():
        one, other = earlier[name], later[name]
        assert count == (None if one is None or other is None else one + other)
    assert add_shown(None, later) == later


@given(st.data(), st.text("0123456789abcdef", min_size=32, max_size=32))
def test_a_code_is_read_however_it_is_written_and_opens_its_own_invitation(data: st.DataObject, gathering: str) -> None:
    invitations = [Invitation(id) for id in ("course", "mosque", "women")]
    wanted = data.draw(st.sampled_from(invitations))
    code = code_of(SECRETS, gathering, wanted.id)
    arabic = code.translate({ord("0") + digit: 0x660 + digit for digit in range(10)})
    fullwidth = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    ways = [code, code.lower(), spaced(code), f" {code} ", f"https://x.example/g?code={code}", arabic, fullwidth]
    assert invitation_of(SECRETS, gathering, invitations, data.draw(st.sampled_from(ways))) == wanted
    assert invitation_of(SECRETS, f"{gathering}x", invitations, code) is None


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_is_no_code(entry: str) -> None:
    assert invitation_of(SECRETS, "g", [Invitation("course")], entry) in (None, Invitation("course"))


def test_another_gathering_takes_over_what_is_valid_with_the_quotas_it_has() -> None:
    kept = {"id": "a", "name": "A", "quota": "women", "withdrawn": False}
    dead = {"id": "b", "name": "B", "quota": "gone", "withdrawn": False}
    facts = {"quotas": [{"id": "women"}], "invitations": [kept, dead, {**kept, "id": "c", "withdrawn": True}]}
    assert without_ended_quotas(facts) == [kept, {**dead, "quota": None}]
