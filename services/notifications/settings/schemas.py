"""Request and response models of settings."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from chassis.http.base_schemas import AsGerman, Language, RequestModel, ResponseModel
from chassis.text.field_rules import Rule, refused
from chassis.text.plain_text import is_web_address
from chassis.text.text_types import EmailAddress, OptionalLine, bounded_integer, number, text
from services.notifications.settings.refusals_staff import GATEWAY, NO_DAY, SENDER, SMTP, TIME
from services.notifications.shown_time import ShownTime
from services.notifications.sms.gateway import GatewayName

SignatureText = Annotated[str, text(1_000, least=0, prose=True)]
_TIME = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")
_HTTPS = re.compile(r"^https?://[^\s/]+(/[\x21-\x7e]*)?$")
_SENDER = re.compile(r"[A-Za-z0-9 .-]{1,11}|[+]?[0-9]{1,15}")
_SMTP = re.compile(r"^(smtps|smtp\+starttls|smtp)://[^\s/]+$")


def _time(value: Any, typed: bool) -> Any:
    if isinstance(value, str) and not _TIME.fullmatch(value):
        raise refused(TIME)
    return value


TimeOfDay = Annotated[str, Rule(_time, (("pattern", f"^{_TIME.pattern}$"), ("examples", ("20:00",))))]


def _smtp_url(value: str) -> str:
    if not _SMTP.match(value) or not is_web_address(value, ("smtps", "smtp+starttls", "smtp")):
        raise refused(SMTP)
    return value


def _sender(value: str) -> str:
    if value and not _SENDER.fullmatch(value):
        raise refused(SENDER)
    return value


class SmtpServer(RequestModel):
    """A municipality's own mail server. `password` is write-only."""

    url: Annotated[str, text(300), AfterValidator(_smtp_url)]
    username: OptionalLine = ""
    password: Annotated[str, text(500, least=0, visible=False)] = ""


class QuietHoursBody(RequestModel):
    """Quiet hours from one time of day until another in Germany; over midnight where `until` is the earlier one."""

    from_: TimeOfDay = Field(alias="from")
    until: TimeOfDay


def _some_day(days: list[int]) -> list[int]:
    if not days:
        raise refused(NO_DAY)
    return days


Weekdays = Annotated[list[Annotated[int, bounded_integer(1, 7)]], Field(max_length=7), AfterValidator(_some_day)]
"""At least one; 1 is Monday."""


class SendDaysBody(RequestModel):
    """Days of the week on which messages that may wait are sent by each channel; people are called on those of `call`."""

    email: Weekdays = Field([1, 2, 3, 4, 5, 6, 7])
    sms: Weekdays = Field([1, 2, 3, 4, 5, 6, 7])
    call: Weekdays = Field([1, 2, 3, 4, 5, 6, 7])


class ReminderDays(RequestModel):
    days_before: Annotated[int, bounded_integer(1, 60)]


def _https_url(value: str) -> str:
    if value and not (_HTTPS.match(value) and is_web_address(value)):
        raise refused(GATEWAY)
    return value


class SmsBody(RequestModel):
    """A municipality's own gateway for text messages. `key` and `secret` are write-only; left out, they stay. `sender`: what the
    telephone shows (at most 11 letters, or a number); `user`: token id or user name; `partner`: extension (sipgate) or platformPartnerId
    (LINK Mobility); `secret`: what reports are signed with; `price_cents`: of one part."""

    gateway: GatewayName
    sender: Annotated[
        str, text(16, least=0, pattern="^(|[A-Za-z0-9 .-]{1,11}|[+]?[0-9]{1,15})$"), AfterValidator(_sender)
    ] = ""
    user: OptionalLine = ""
    key: Annotated[str, text(500, least=0, visible=False)] = ""
    secret: Annotated[str, text(500, least=0, visible=False)] = ""
    partner: OptionalLine = ""
    url: Annotated[str, text(500, least=0), AfterValidator(_https_url)] = ""
    price_cents: Annotated[float, number(0, 1_000)] | None = None


class DigestBody(RequestModel):
    """When staff get digests: at this time in Germany, on these days of the week (1: Monday)."""

    at: TimeOfDay
    days: Weekdays = Field([1, 2, 3, 4, 5])


class SettingsBody(RequestModel):
    """Settings to change; what is not named stays as it is. `smtp: null` goes back to the platform's server, `sms: null` to its gateway, `reminders: null`
    to its days, `send_days: null` to every day; `digest: null`: staff get everything at once, unless they choose otherwise."""

    from_name: OptionalLine = ""
    from_address: EmailAddress | Literal[""] = ""
    reply_to: EmailAddress | Literal[""] = ""
    signature: Annotated[dict[Language, SignatureText], AsGerman] = Field(default_factory=dict)
    smtp: SmtpServer | None = None
    quiet_hours: QuietHoursBody | None = None
    send_days: SendDaysBody | None = None
    reminders: list[ReminderDays] | None = Field(None, max_length=5)
    calls_reminders: bool = False
    stopped: bool = False
    sms: SmsBody | None = None
    digest: DigestBody | None = None


class SmtpResponse(ResponseModel):
    url: str
    username: str
    password_set: bool


class SmsResponse(ResponseModel):
    """The gateway for text messages, without its secrets. `report_url`: where the gateway is to report to; null where it reports nothing."""

    gateway: GatewayName
    sender: str
    user: str
    partner: str
    url: str
    key_set: bool
    secret_set: bool
    price_cents: float | None = None
    report_url: str | None = None


class DigestResponse(ResponseModel):
    at: str
    days: list[int]


class DnsRecordResponse(ResponseModel):
    """A DNS record as it has to be, and as it was found."""

    record: Literal["spf", "dkim", "dmarc"]
    name: str
    expected: str
    ok: bool
    found: str


class SenderResponse(ResponseModel):
    """The state of the sender address. `unproven`: not yet proven to arrive; `delivering`; `failing`: was proven and is not any more. Unless it is delivering, mails
    come from `platform_address` under the municipality's name. `server_failure`: why the municipality's own mail server takes nothing,
    the code and status of its answer or the name of a fault; empty where it does, or the platform's is used."""

    state: Literal["unproven", "delivering", "failing"]
    checked_at: ShownTime | None = None
    records: list[DnsRecordResponse]
    server_failure: str
    platform_address: str


class QuietHoursResponse(ResponseModel):
    from_: str = Field(alias="from")
    until: str


class SendDaysResponse(ResponseModel):
    email: list[int]
    sms: list[int]
    call: list[int]


class ReminderResponse(ResponseModel):
    days_before: int


class SettingsResponse(ResponseModel):
    from_name: str
    from_address: str
    reply_to: str
    signature: dict[str, str]
    smtp: SmtpResponse | None = None
    quiet_hours: QuietHoursResponse | None = None
    send_days: SendDaysResponse
    reminders: list[ReminderResponse]
    calls_reminders: bool
    stopped: bool
    sms: SmsResponse | None = None
    digest: DigestResponse | None = None
    sender: SenderResponse


class SenderTestResponse(ResponseModel):
    """`from_address`: where the test mail came from."""

    sent: bool
    from_address: str
