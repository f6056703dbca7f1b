"""Settings as the API takes and tells them."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from chassis.http.base_schemas import AsGerman, Language, RequestModel
from chassis.text.text_types import EmailAddress, OptionalLine, text, whole
from services.notifications.shown_time import ShownTime

TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$"), Field(examples=["20:00"])]
SignatureText = Annotated[str, text(1_000, least=0, prose=True)]
_SMTP = re.compile(r"^(smtps|smtp\+starttls|smtp)://[^\s/]+$")


def _smtp_url(value: str) -> str:
    if not _SMTP.match(value):
        raise ValueError("write smtps://host:port or smtp+starttls://host:port")
    return value


class SmtpServer(RequestModel):
    """A mail server of one's own. `password` is written, never read."""

    url: Annotated[str, text(300), AfterValidator(_smtp_url)]
    username: OptionalLine = ""
    password: Annotated[str, text(500, least=0, visible=False)] = ""


class QuietHoursBody(RequestModel):
    """From one time of day until another in Germany; over midnight where `until` is the earlier one."""

    from_: TimeOfDay = Field(alias="from")
    until: TimeOfDay


class ReminderDays(RequestModel):
    days_before: Annotated[int, whole(1, 60)]


class SettingsBody(RequestModel):
    """What is not named stays as it is; `smtp: null` goes back to the platform's server, `reminders: null` to its days."""

    from_name: OptionalLine = ""
    from_address: EmailAddress | Literal[""] = ""
    reply_to: EmailAddress | Literal[""] = ""
    signature: Annotated[dict[Language, SignatureText], AsGerman] = Field(default_factory=dict)
    smtp: SmtpServer | None = None
    quiet_hours: QuietHoursBody | None = None
    reminders: list[ReminderDays] | None = Field(None, max_length=5)
    calls_reminders: bool = False
    stopped: bool = False


class ShownSmtp(BaseModel):
    url: str
    username: str
    password_set: bool


class ShownFinding(BaseModel):
    """What DNS has to say, and what it says."""

    record: Literal["spf", "dkim", "dmarc"]
    name: str
    expected: str
    ok: bool
    found: str


class ShownSender(BaseModel):
    """`unproven`: not yet proven to arrive; `delivering`; `failing`: was proven and is not any more. Unless it is delivering, mails
    come from `platform_address` under the municipality's name."""

    state: Literal["unproven", "delivering", "failing"]
    checked_at: ShownTime | None = None
    records: list[ShownFinding]
    platform_address: str


class ShownQuietHours(BaseModel):
    from_: str = Field(alias="from")
    until: str


class ShownReminder(BaseModel):
    days_before: int


class ShownSettings(BaseModel):
    from_name: str
    from_address: str
    reply_to: str
    signature: dict[str, str]
    smtp: ShownSmtp | None = None
    quiet_hours: ShownQuietHours | None = None
    reminders: list[ShownReminder]
    calls_reminders: bool
    stopped: bool
    sender: ShownSender
