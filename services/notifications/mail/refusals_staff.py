"""Says in words why a mail that staff sent themselves did not go out, and what to do."""

from __future__ import annotations

from chassis.http.problems import Problem, conflict
from chassis.text.translations import mark
from services.notifications.domain.addresses import NoAddress
from services.notifications.mail import server
from services.notifications.mail.server import MailRefused, ServerAway, ServerRests

NOT_SENT = (ServerAway, MailRefused, NoAddress)
"""What ends an attempt to send a mail."""
NO_RECIPIENT = mark("The mail was not sent: no mail server takes mails to this address.")
RESTS = mark(
    "The mail was not sent: the mail server did not answer a moment ago. Please try again in %(seconds)s seconds."
)
AWAY = mark("The mail was not sent: the mail server takes nothing at the moment (%(reason)s). Please try again later.")
REFUSED = mark(
    "The mail was not sent: the mail server refuses it (%(reason)s). Please ask those who run the server whether it may send from this "
    "address."
)
SILENT = mark(
    "The mail was not sent: the mail server does not answer. Please check its address and its port. If they are right, try again in a "
    "few minutes."
)
_WHY_SILENT = {
    server.NO_HOST: mark(
        "The mail was not sent: the host of the mail server is not known, or its address is a private one. Please check its address."
    ),
    server.NO_LOGIN: mark(
        "The mail was not sent: the mail server does not take the user name or the password. Please write both anew."
    ),
    server.NO_CERTIFICATE: mark(
        "The mail was not sent: the certificate of the mail server is not valid. Please check its address, or ask those who run it."
    ),
    server.NO_ENCRYPTION: mark(
        "The mail was not sent: the mail server offers no encryption at this port. Please check the address: smtps:// or smtp+starttls://."
    ),
}

SENDER_FAILS = mark(
    "Your mail server does not let this address send (%(reason)s). Please ask those who run it to allow the user name to send from it, to "
    "anybody."
)
SERVER_BUSY = mark("Your mail server takes nothing at the moment (%(reason)s).")
SERVER_SILENT = mark("Your mail server does not answer. Please check its address and its port.")
_WHY_FAILS = {
    server.NO_HOST: mark(
        "The host of your mail server is not known, or its address is a private one. Please check its address."
    ),
    server.NO_LOGIN: mark("Your mail server does not take the user name or the password. Please write both anew."),
    server.NO_CERTIFICATE: mark(
        "The certificate of your mail server is not valid. Please check its address, or ask those who run it."
    ),
    server.NO_ENCRYPTION: mark(
        "Your mail server offers no encryption at this port. Please check the address: smtps:// or smtp+starttls://."
    ),
}


def why_server_fails(reason: str) -> str:
    """The sentence, with `reason` as its placeholder, that says why a municipality's own server takes nothing, and what to do."""
    answered = {"5": SENDER_FAILS, "4": SERVER_BUSY}.get(reason[:1], SERVER_SILENT)
    return _WHY_FAILS.get(reason, answered)


def not_sent(code: str, error: ServerAway | MailRefused | NoAddress) -> Problem:
    """The problem with status 409 that tells what became of it. `code`: of the problem."""
    match error:
        case NoAddress():
            return conflict(code, NO_RECIPIENT)
        case MailRefused():
            return conflict(code, REFUSED, {"reason": error.reason})
        case ServerRests():
            return conflict(code, RESTS, {"seconds": round(error.seconds)})
        case server.ServerSilent():
            return conflict(code, _WHY_SILENT.get(error.reason, SILENT))
        case _:
            return conflict(code, AWAY, {"reason": error.reason})
