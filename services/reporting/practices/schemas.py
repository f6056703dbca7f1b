"""Bodies of requests about practices."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from chassis.http.base_schemas import AsGerman, Language, RequestModel
from chassis.http.merge_patch import apply_merge_patch
from chassis.text.field_rules import refused
from chassis.text.text_types import EmailAddress, Identifier, Label, WebAddress, bounded_integer, text
from chassis.text.translations import mark
from services.reporting.costs import CostRange, Money
from services.reporting.domain.practice import TEXTS, Contact, Content, Link, names_somebody

MOST_LETTERS = 6_000
NAMES_SOMEBODY = mark(
    "Please leave out e-mail addresses and telephone numbers here: who can be asked is an office with a mailbox."
)


def refuse_contact_details(value: str) -> str:
    """For texts that others read: refuses e-mail addresses and telephone numbers."""
    if names_somebody(value):
        raise refused(NAMES_SOMEBODY)
    return value


Prose = Annotated[str, text(MOST_LETTERS, least=0, prose=True), AfterValidator(refuse_contact_details)]
Texts = Annotated[dict[Language, Prose], AsGerman, Field(default_factory=dict)]
TextsChange = Annotated[dict[Language, Prose | None] | None, AsGerman]
Revision = Annotated[int, bounded_integer(1, 10**9)]
Title = Annotated[
    dict[Language, Annotated[Label, AfterValidator(refuse_contact_details)]], AsGerman, Field(min_length=1)
]


class ContactOffice(RequestModel):
    """An office with a mailbox of its own, no person."""

    office: Label
    email: EmailAddress


class DocumentLink(RequestModel):
    """A document elsewhere, by its title and address."""

    title: Label
    url: WebAddress


class PracticeBody(RequestModel):
    """What a municipality did; texts by language, a plain text is taken as German."""

    title: Title
    fields: Annotated[list[Identifier], Field(max_length=20)]
    start: Texts
    goal: Texts
    steps: Texts
    result: Texts
    went_wrong: Texts
    transfer: Texts
    evidence_of_result: Texts
    target_group: Texts
    partners: Texts
    staff: Texts
    duration: Texts
    cost: CostRange | None = None
    languages: Annotated[list[Language], Field(max_length=20, default_factory=list)]
    documents: Annotated[list[DocumentLink], Field(max_length=20, default_factory=list)]
    contact: ContactOffice | None = None
    named: bool = False
    public: bool = False

    def content(self) -> Content:
        texts = {part: {code: text for code, text in getattr(self, part).items() if text} for part in TEXTS}
        return Content(
            **texts,
            fields=tuple(dict.fromkeys(self.fields)),
            cost=self.cost.cost() if self.cost else None,
            languages=tuple(dict.fromkeys(self.languages)),
            documents=tuple(Link(one.title, one.url) for one in self.documents),
            contact=Contact(self.contact.office, self.contact.email) if self.contact else None,
            named=self.named,
            public=self.public,
        )


class WrittenPractice(PracticeBody):
    """The whole practice anew, from the form. `revision`: the one that was seen."""

    revision: Revision | None = None


class CostChange(RequestModel):
    """A change of the cost; what is left out stays."""

    from_: Annotated[Money | None, Field(alias="from")] = None
    to: Money | None = None
    yearly: bool | None = None


class ContactChange(RequestModel):
    """A change of the contact; what is left out stays."""

    office: Label | None = None
    email: EmailAddress | None = None


class PracticeChange(RequestModel):
    """A JSON Merge Patch: what is left out stays, null takes away, a text changes its language alone. `revision`: the one that was
    seen; where somebody changed it meanwhile, it is refused."""

    title: TextsChange = None
    fields: Annotated[list[Identifier], Field(max_length=20)] | None = None
    start: TextsChange = None
    goal: TextsChange = None
    steps: TextsChange = None
    result: TextsChange = None
    went_wrong: TextsChange = None
    transfer: TextsChange = None
    evidence_of_result: TextsChange = None
    target_group: TextsChange = None
    partners: TextsChange = None
    staff: TextsChange = None
    duration: TextsChange = None
    cost: CostChange | None = None
    languages: Annotated[list[Language], Field(max_length=20)] | None = None
    documents: Annotated[list[DocumentLink], Field(max_length=20)] | None = None
    contact: ContactChange | None = None
    named: bool | None = None
    public: bool | None = None
    revision: Revision | None = None

    def of(self, before: dict[str, Any]) -> PracticeBody:
        """The whole practice with the change. Raises ValidationError where the two together are none."""
        change = self.model_dump(by_alias=True, exclude_unset=True, exclude={"revision"})
        return PracticeBody.model_validate({"fields": [], **apply_merge_patch(before, change)})


class ReturnNote(RequestModel):
    """What the office asks for."""

    note: Annotated[str, text(2_000, prose=True), AfterValidator(refuse_contact_details)]


Size = Literal["small", "medium", "large"]
