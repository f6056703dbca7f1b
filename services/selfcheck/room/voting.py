"""Votes of the room on what to work on first: opened and closed by moderators, one ballot for each device.

A vote stands in its assessment's document, ballots are documents of their own, so that a whole room can vote at once. A
ballot knows its device by a hash alone. An acknowledged ballot is counted: it was written before the vote was closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chassis.http.problems import FieldError, conflict, invalid
from chassis.http.rate_limits import rate_limit_key
from chassis.ids import Secrets, new_id
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.tenancy import TenantScope
from chassis.text.languages import pick
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.assessments.documents import StoredAssessment
from services.selfcheck.domain.assessment_model import Phase
from services.selfcheck.domain.errors import Invalid
from services.selfcheck.domain.own_section import is_own
from services.selfcheck.domain.priorities import MOST_OPTIONS, check_ranking
from services.selfcheck.domain.questionnaire import Questionnaire
from services.selfcheck.problems import flawed
from services.selfcheck.room.commands import OVER, CountVote, EndVote, OpenVote, RestartVote, vote_of
from services.selfcheck.room.documents import Ballot
from services.selfcheck.room.repository import Ballots, ballot_id
from services.selfcheck.room.responses import option_titles, shown_vote
from services.selfcheck.room.schemas import VoteInRoom, VoteResponse
from services.selfcheck.schemas import NewVote

CROWDED = conflict(
    "too-many-ballots", "Many ballots have come from this network already; ask the moderator to start the vote afresh."
)
MOST_FROM_ONE = 300
"""Ballots from one network in one vote: a hall on one Wi-Fi, and far from the end of the vote."""
MOST_BALLOTS = 2000
"""Of one vote; more than any workshop has people, so that a program can't fill the store."""


@dataclass(frozen=True)
class Voting:
    """Use cases of votes. Unknown things raise Problem 404, what is not possible now 409, flaws 422."""

    assessments: Assessments
    ballots: Ballots
    secrets: Secrets

    def new_device(self) -> str:
        """A code that stands for one device and means nothing else."""
        return self.secrets.code("device", new_id())

    async def open(
        self, scope: TenantScope, id: str, body: NewVote, request: IdempotencyKey, now: datetime
    ) -> tuple[VoteResponse, bool]:
        """Open a vote on fields or on certain questions, the municipality's own among them, one at a time; the room is shown it. (answer, replayed)."""
        assessment = await self.assessments.get(scope, id)
        if body.kind == "fields":
            votable = [field.id for field in (await self.assessments.questionnaire(assessment)).fields]
        else:
            votable = list((await self.assessments.questionnaire_of(assessment)).questions)
        options = body.options or (votable if body.kind == "fields" else [])
        flaws = [
            FieldError(f"/options/{index}", "The questionnaire has no such entry; correct the id.")
            for index, option in enumerate(options)
            if option not in votable or option in options[:index]
        ]
        if not 2 <= len(options) <= MOST_OPTIONS:
            flaws.append(FieldError("/options", f"Put 2 to {MOST_OPTIONS} things to the vote."))
        if flaws:
            raise invalid(*flaws)
        command = OpenVote(request.key or new_id(), body.kind, options, body.most)
        return await self.assessments.execute(scope, id, command, request, now)

    async def cast(
        self, scope: TenantScope, assessment: StoredAssessment, id: str, device: str, address: str, ranking: list[str]
    ) -> None:
        """Cast the ballot of a device, which may change it until the vote is closed. A room may share one address, a whole vote not."""
        vote = vote_of(assessment, id)
        if vote.status != "open" or assessment.phase is Phase.CLOSED:
            raise OVER
        try:
            check_ranking(vote.options, vote.most, ranking)
        except Invalid as error:
            raise flawed(error) from None
        if await self.ballots.number(scope, id) >= MOST_BALLOTS:
            raise OVER
        network = self.secrets.derived_id("network", f"{id}\0{rate_limit_key(address)}")
        own_id = ballot_id(id, device)
        if await self.ballots.get(scope, own_id) is None and (
            await self.ballots.number(scope, id, network) >= MOST_FROM_ONE
        ):
            raise CROWDED
        await self.ballots.upsert(
            Ballot(
                id=own_id,
                tenant=scope.tenant,
                vote=id,
                assessment=assessment.id,
                network=network,
                ranking=tuple(ranking),
            )
        )
        # Closing says so first and counts then: if the vote is still open here, this ballot will be counted.
        current = await self.assessments.get(scope, assessment.id)
        if vote_of(current, id).status != "open" or current.phase is Phase.CLOSED:
            raise OVER

    async def start_afresh(
        self, scope: TenantScope, id: str, vote_id: str, request: IdempotencyKey, now: datetime
    ) -> tuple[VoteResponse, bool]:
        """Throw away every ballot of an open vote, also those that arrive while this is written; (answer, replayed)."""
        command = RestartVote(vote_id, request.key or new_id())
        result = await self.assessments.execute(scope, id, command, request, now)
        await self.ballots.discard(scope, vote_id)
        return result

    async def close_open(self, scope: TenantScope, assessment: StoredAssessment, now: datetime) -> None:
        """End the open vote when the workshop ends, counted as any other."""
        vote = assessment.open_vote
        if vote is not None:
            await self.close(scope, assessment.id, vote.id, IdempotencyKey(None, ""), now)

    async def ranking_of(self, scope: TenantScope, id: str, device: str | None) -> list[str]:
        """What a device chose, empty if nothing yet."""
        ballot = await self.ballots.get(scope, ballot_id(id, device)) if device else None
        return list(ballot.ranking) if ballot else []

    async def most_from_one_network(self, scope: TenantScope, assessment: StoredAssessment) -> int | None:
        """The most ballots of the open vote that came from one network; None without one, and while all votes are few."""
        vote = assessment.open_vote
        if vote is None:
            return None
        counts = await self.ballots.by_network(scope, vote.id)
        return max(counts) if sum(counts) >= max(1, assessment.minimum_group) else None

    async def newest(self, scope: TenantScope, assessment: StoredAssessment) -> VoteInRoom | None:
        """The newest vote as the room sees it; None without any."""
        if not assessment.votes:
            return None
        vote = assessment.votes[-1]
        number = await self.ballots.number(scope, vote.id) if vote.status == "open" else 0
        titles = option_titles(await self.assessments.questionnaire_of(assessment), vote)
        return {
            **shown_vote(vote),
            "ballots": number if number >= max(1, assessment.minimum_group) else None,
            "titles": {id: titles[id] for id in vote.options},
            "own": [id for id in vote.options if is_own(id)],
        }

    async def close(
        self, scope: TenantScope, id: str, vote_id: str, request: IdempotencyKey, now: datetime
    ) -> tuple[VoteResponse, bool]:
        """End a vote and count it, once; (answer, replayed). A count that a crash prevented is made by the repeat."""
        await self.assessments.execute(scope, id, EndVote(vote_id), None, now)
        command = CountVote(vote_id, await self.ballots.rankings(scope, vote_id))
        return await self.assessments.execute(scope, id, command, request, now)


AGREEMENT = {
    "de": {
        "almost_one": "fast einer Meinung",
        "strong": "große Einigkeit",
        "moderate": "mittlere Einigkeit",
        "weak": "geringe Einigkeit",
        "hardly": "kaum Einigkeit",
    },
    "en": {
        "almost_one": "almost of one mind",
        "strong": "strong agreement",
        "moderate": "moderate agreement",
        "weak": "weak agreement",
        "hardly": "hardly any agreement",
    },
}
VOTERS = {"de": "{} Stimmen", "en": "{} votes"}
OWN = {"de": " (eigene Frage, mit nichts verglichen)", "en": " (own question, compared with nothing)"}
TOO_FEW = {
    "de": "Es haben zu wenige abgestimmt; deshalb wird kein Ergebnis gezeigt.",
    "en": "Too few voted for it to be shown.",
}


def votes_in_words(
    assessment: StoredAssessment, questionnaire: Questionnaire, language: str
) -> list[tuple[str, list[list[str]]]]:
    """Closed votes for documents, in `de` or `en`; `questionnaire` with the municipality's own questions: how many voted and how far they agree, then option, chosen, mean rank."""
    votes: list[tuple[str, list[list[str]]]] = []
    for vote in assessment.votes:
        result, names = vote.result, option_titles(questionnaire, vote)
        if result is None:
            continue
        if result.voters is None:
            votes.append((TOO_FEW[language], []))
            continue
        outcome = VOTERS[language].format(result.voters)
        if result.agreement:
            outcome += f", {AGREEMENT[language][result.agreement.words]} (W = {result.agreement.w:.2f})"
        rows = [
            [
                pick(names[place.option], language)[0] + (OWN[language] if is_own(place.option) else ""),
                str(place.chosen),
                f"{place.mean_rank:.1f}",
            ]
            for place in result.places
        ]
        votes.append((f"{outcome}.", rows))
    return votes
