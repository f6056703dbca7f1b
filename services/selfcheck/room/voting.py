"""Votes of the room on what to work on first: opened and closed by moderators, one ballot for each device.

A vote stands in its assessment's document, ballots are documents of their own, so that a whole room can vote at once. A
ballot knows its device by a hash alone. An acknowledged ballot is counted: it was written before the vote was closed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from chassis.clock import rfc3339
from chassis.http.problems import FieldError, conflict, invalid, not_found
from chassis.http.rate_limits import counted_as
from chassis.ids import Secrets, new_id
from chassis.storage.aggregates import Change
from chassis.storage.idempotency import IdempotencyKey
from chassis.storage.mongo import Collection, Database, Document
from chassis.storage.tenancy import TenantScope
from chassis.text.languages import pick
from services.selfcheck.assessments.assessments import Assessments
from services.selfcheck.domain.assessment_model import Phase
from services.selfcheck.domain.errors import Invalid
from services.selfcheck.domain.priorities import MOST_OPTIONS, Outcome, check_ranking, tally
from services.selfcheck.domain.questionnaire import Questionnaire, Texts
from services.selfcheck.problems import flawed
from services.selfcheck.schemas import NewVote

OVER = conflict("vote-closed", "This vote is closed; thank you for taking part.")
CROWDED = conflict(
    "too-many-ballots", "Many ballots have come from this network already; ask the moderator to start the vote afresh."
)
MOST_VOTES = 20
MOST_FROM_ONE = 300
"""Ballots from one network in one vote: a hall on one Wi-Fi, and far from the end of the vote."""
MOST_BALLOTS = 2000
"""Of one vote; more than any workshop has people, so that a program can't fill the store."""


def vote_of(document: Document, id: str) -> Document:
    """A stored vote of an assessment. Raises Problem 404."""
    found = next((vote for vote in document.get("votes") or () if vote["id"] == id), None)
    if found is None:
        raise not_found("vote")
    return dict(found)


def open_vote(document: Document) -> Document | None:
    """The vote the room can take part in now."""
    return next((dict(vote) for vote in document.get("votes") or () if vote["status"] == "open"), None)


def shown(vote: Document) -> dict[str, Any]:
    """A vote as it is told: while it is open what can be chosen, afterwards what came out."""
    return {
        "id": vote["id"],
        "kind": vote["kind"],
        "options": vote["options"],
        "most": vote["most"],
        "status": vote["status"],
        "opened_at": rfc3339(vote["opened_at"]),
        "closed_at": rfc3339(vote["closed_at"]) if vote["closed_at"] else None,
        "result": vote["result"],
    }


def titles(questionnaire: Questionnaire, vote: dict[str, Any]) -> dict[str, Texts]:
    """What the options are called."""
    if vote["kind"] == "fields":
        return {field.id: field.title for field in questionnaire.fields}
    return {id: questionnaire.questions[id].text for id in vote["options"]}


@dataclass(frozen=True)
class Voting:
    """The functions behind the routes. Unknown things raise Problem 404, what is not possible now 409, flaws 422."""

    assessments: Assessments
    database: Database
    secrets: Secrets

    @property
    def ballots(self) -> Collection:
        return self.database["ballots"]

    async def ensure_indexes(self) -> None:
        order = [("tenant", ASCENDING), ("vote", ASCENDING)]
        await self.ballots.create_indexes([IndexModel(order, name="vote")])

    def new_device(self) -> str:
        """A code that stands for one device and means nothing else."""
        return self.secrets.code("device", new_id())

    async def open(
        self, scope: TenantScope, id: str, body: NewVote, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Begin a vote on fields or on certain questions, one at a time; the room is shown it. (answer, replayed)."""
        questionnaire = await self.assessments.questionnaire(await self.assessments.document(scope, id))
        known = [field.id for field in questionnaire.fields] if body.kind == "fields" else list(questionnaire.questions)
        options = body.options or (known if body.kind == "fields" else [])
        flaws = [
            FieldError(f"/options/{index}", "The questionnaire has no such entry; correct the id.")
            for index, option in enumerate(options)
            if option not in known or option in options[:index]
        ]
        if not 2 <= len(options) <= MOST_OPTIONS:
            flaws.append(FieldError("/options", f"Put 2 to {MOST_OPTIONS} things to the vote."))
        if flaws:
            raise invalid(*flaws)
        vote = {
            "id": request.key or new_id(),
            "kind": body.kind,
            "options": options,
            "most": min(body.most, len(options)),
            "status": "open",
            "opened_at": now,
            "closed_at": None,
            "result": None,
        }

        def change(document: Document) -> Change:
            votes = list(document.get("votes") or ())
            if Phase(document["phase"]) is Phase.CLOSED:
                raise conflict("assessment-already-closed", "The workshop is over; a new vote has no place any more.")
            if open_vote(document) is not None:
                raise conflict("vote-open", "A vote is open already; close it first.")
            if len(votes) >= MOST_VOTES:
                raise conflict("too-many-votes", f"There were {MOST_VOTES} votes in this workshop; that is the most.")
            revision = (document.get("stage") or {}).get("revision", 0) + 1
            stage = {"picture": "vote", "question": None, "revision": revision}
            return Change({"votes": [*votes, vote], "stage": stage}, answer=shown(vote))

        return await self.assessments.execute(scope, id, change, request, now)

    async def cast(
        self, scope: TenantScope, document: Document, id: str, device: str, address: str, ranking: list[str]
    ) -> None:
        """One device's ballot, which it may change until the vote is closed. A room may share one address, a whole vote not."""
        vote = vote_of(document, id)
        if vote["status"] != "open" or Phase(document["phase"]) is Phase.CLOSED:
            raise OVER
        try:
            check_ranking(vote["options"], vote["most"], ranking)
        except Invalid as error:
            raise flawed(error) from None
        if await self.number(scope, id) >= MOST_BALLOTS:
            raise OVER
        network = self.secrets.derived_id("network", f"{id}\0{counted_as(address)}")
        known = await self.ballots.find_one(scope.filter(_id=_ballot(id, device)), {"_id": 1})
        if (
            known is None
            and await self.ballots.count_documents(scope.filter(vote=id, network=network)) >= MOST_FROM_ONE
        ):
            raise CROWDED
        fields = {
            "tenant": scope.tenant,
            "vote": id,
            "assessment": document["_id"],
            "network": network,
            "ranking": ranking,
        }
        await self.ballots.update_one(
            {"_id": _ballot(id, device), "tenant": scope.tenant}, {"$set": fields}, upsert=True
        )
        # Closing says so first and counts then: if the vote is still open here, this ballot will be counted.
        now = await self.assessments.document(scope, document["_id"])
        if vote_of(now, id)["status"] != "open" or Phase(now["phase"]) is Phase.CLOSED:
            raise OVER

    async def start_afresh(
        self, scope: TenantScope, id: str, vote_id: str, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """Throw away every ballot of an open vote: the same options go to the vote again under a new id; (answer, replayed).

        Ballots of the former id count nowhere any more, also those that arrive while this is written.
        """
        again = request.key or new_id()

        def change(document: Document) -> Change:
            vote = vote_of(document, vote_id)
            if vote["status"] != "open":
                raise OVER
            fresh = vote | {"id": again, "opened_at": now}
            votes = [fresh if one["id"] == vote_id else one for one in document["votes"]]
            return Change({"votes": votes}, answer=shown(fresh))

        done = await self.assessments.execute(scope, id, change, request, now)
        await self.ballots.delete_many(scope.filter(vote=vote_id))
        return done

    async def close_open(self, scope: TenantScope, document: Document, now: datetime) -> None:
        """With the workshop its open vote ends, counted as any other."""
        vote = open_vote(document)
        if vote is not None:
            await self.close(scope, document["_id"], vote["id"], IdempotencyKey(None, ""), now)

    async def ranking_of(self, scope: TenantScope, id: str, device: str | None) -> list[str]:
        """What a device chose, empty if nothing yet."""
        found = await self.ballots.find_one(scope.filter(_id=_ballot(id, device))) if device else None
        return list(found["ranking"]) if found else []

    async def forget(self, scope: TenantScope, assessment: str) -> int:
        """Empty the ballots of a self-check that was deleted; how many there were."""
        theirs = scope.filter(assessment=assessment)
        await self.ballots.update_many(theirs, {"$set": {"ranking": []}})
        return await self.ballots.count_documents(theirs)

    async def number(self, scope: TenantScope, id: str) -> int:
        """Ballots cast so far."""
        return await self.ballots.count_documents(scope.filter(vote=id))

    async def most_from_one_network(self, scope: TenantScope, document: Document) -> int | None:
        """The most ballots of the open vote that came from one network; None without one, and while all votes are few."""
        vote = open_vote(document)
        if vote is None:
            return None
        networks = await self.database.aggregate(
            self.ballots.name,
            [{"$match": scope.filter(vote=vote["id"])}, {"$group": {"_id": "$network", "ballots": {"$sum": 1}}}],
        )
        counts = [one["ballots"] for one in networks]
        return max(counts) if sum(counts) >= max(1, document["minimum_group"]) else None

    async def told(self, scope: TenantScope, document: Document) -> dict[str, Any] | None:
        """The newest vote as the room sees it, with how many have voted so far (None while they are few); None without any."""
        votes = document.get("votes") or ()
        if not votes:
            return None
        newest = dict(votes[-1])
        number = await self.number(scope, newest["id"]) if newest["status"] == "open" else 0
        told = number if number >= max(1, document["minimum_group"]) else None
        names = titles(await self.assessments.questionnaire(document), newest)
        return shown(newest) | {"ballots": told, "titles": {id: names[id] for id in newest["options"]}}

    async def close(
        self, scope: TenantScope, id: str, vote_id: str, request: IdempotencyKey, now: datetime
    ) -> tuple[dict[str, Any], bool]:
        """End a vote and count it, once; (answer, replayed). A count that a crash prevented is made by the repeat."""

        def end(document: Document) -> Change | None:
            if vote_of(document, vote_id)["status"] != "open":
                return None
            return Change({"votes": _with(document, vote_id, status="closed", closed_at=now)})

        if await self.assessments.all.execute(scope, id, end, now) is None:
            raise not_found("assessment")
        ballots = await self.ballots.find(scope.filter(vote=vote_id), {"ranking": 1}).to_list(None)
        rankings = [ballot["ranking"] for ballot in ballots]

        def count(document: Document) -> Change:
            vote = vote_of(document, vote_id)
            result = vote["result"] or _plain(tally(vote["options"], rankings, document["minimum_group"]))
            votes = _with(document, vote_id, result=result)
            return Change({"votes": votes}, answer=shown(vote | {"result": result}))

        return await self.assessments.execute(scope, id, count, request, now)


def _ballot(vote: str, device: str | None) -> str:
    return hashlib.sha256(f"{vote}\0{device}".encode()).hexdigest()


def _with(document: Document, id: str, **fields: Any) -> list[Document]:
    return [vote | fields if vote["id"] == id else vote for vote in document["votes"]]


def _plain(outcome: Outcome) -> Document:
    """As it is stored and told. W is never without the number of voters and its words."""
    return {
        "voters": outcome.voters,
        "places": [
            {"option": one.option, "chosen": one.chosen, "mean_rank": float(one.rank)} for one in outcome.places
        ],
        "rest": list(outcome.rest),
        "agreement": None
        if outcome.w is None
        else {"w": float(outcome.w), "words": outcome.words, "voters": outcome.voters},
    }


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
TOO_FEW = {
    "de": "Es haben zu wenige abgestimmt; deshalb wird kein Ergebnis gezeigt.",
    "en": "Too few voted for it to be shown.",
}


def told_in_words(document: Document, questionnaire: Questionnaire, language: str) -> list[tuple[str, list[list[str]]]]:
    """Closed votes for documents, in `de` or `en`: how many voted and how far they agree, then option, chosen, mean rank."""
    told: list[tuple[str, list[list[str]]]] = []
    for vote in document.get("votes") or ():
        result, names = vote["result"], titles(questionnaire, vote)
        if result is None:
            continue
        if result["voters"] is None:
            told.append((TOO_FEW[language], []))
            continue
        said = VOTERS[language].format(result["voters"])
        if result["agreement"]:
            said += f", {AGREEMENT[language][result['agreement']['words']]} (W = {result['agreement']['w']:.2f})"
        rows = [
            [pick(names[one["option"]], language)[0], str(one["chosen"]), f"{one['mean_rank']:.1f}"]
            for one in result["places"]
        ]
        told.append((f"{said}.", rows))
    return told
