"""Sentences that are added to the templates of messages, in English; the catalogues translate them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.support import NullTranslations

from chassis.text import translations
from chassis.text.translations import mark

GREETING, GREETING_NOBODY = mark("Good day %(name)s,"), mark("Good day,")
FOR = mark("This is about %(name)s, whom you help. Please pass it on.")
UNTIL = mark("Please answer by %(until)s.")
AT_THE_DOOR = mark("Your code for the door is %(code)s. You can also show the square that stands behind your link.")
PLACE = mark("Where: %(place)s")
ONLINE = mark("We meet online. Your way in stands behind your link.")
GERMAN_TIME = mark("All times are times in Germany.")
CODE = mark("Your code for the door is %(code)s.")
MEETS_ONLINE = mark("We meet online. If you do not know the way in, please ask us.")
SQUARE = mark("Square for the door: %(code)s")
SUPPORT = {
    "granted": mark("%(what)s: booked for you."),
    "waiting": mark(
        "%(what)s: booked up at the moment. You are in line for it, and we tell you if it becomes free. Your seat does not depend on it."
    ),
    "with_seat": mark("%(what)s: your wish is noted. It is booked as soon as you have a seat, if it is still free."),
    "refused": mark(
        "%(what)s: it can no longer be ordered. Your seat does not depend on it. Please call us, perhaps there is another way."
    ),
}
WITHDRAWN = mark(
    "%(what)s: we can no longer offer it at this meeting. We are sorry. Your seat does not depend on it. Please call us, perhaps there is another way."
)
STANDING = {
    "confirmed": mark("You are still registered. If it no longer suits you, please tell us."),
    "waiting": mark("You keep your place on the waiting list. If it no longer suits you, please tell us."),
    "in-draw": mark("You still take part in the draw. If it no longer suits you, please tell us."),
    "offered": mark("We still keep a seat for you. Please say whether you take it."),
    "unconfirmed": mark("Your seat is not certain yet. Please confirm that you come."),
}
"""What a change of the gathering means for a registration, by its status."""
YOUR_MUNICIPALITY = mark("your municipality")
"""Stands for the name of a municipality where a stranger may have typed it."""

MODES = {"onsite": mark("on site"), "online": mark("online"), "hybrid": mark("on site and online")}
WHEN, WHERE, HOW = mark("When"), mark("Where"), mark("How we meet")
WHEN_SEVERAL = mark("%(first)s, and further dates until %(last)s")
DATES = mark("All dates:")
OFF, NEW_DATE = mark("does not take place: %(what)s"), mark("new date: %(what)s")
BEFORE, NOW = mark("until now: %(what)s"), mark("now: %(what)s")
NO_LONGER_THERE = mark("Please do not come to the place named before: we meet online.")
WAY_IN = mark("This is your way into the online meeting: %(address)s")
NEW_WAY_IN = mark("The way into the online meeting is a new one. Please use this link, not one you saved: %(address)s")
ASK = mark("The way into the online meeting is a new one. If you do not know it, please ask us.")
"""Said in a call instead of the address of the online meeting."""

ACTIONS = {
    "confirm": mark("Confirm"),
    "answer": mark("Say whether I come"),
    "registration": mark("My registration"),
    "feedback": mark("Say how it was"),
    "questions": mark("Answer the questions"),
    "application": mark("My application"),
    "sign-in": mark("Sign in"),
    "open": mark("Open"),
}
"""Labels of a mail's button, by what it is for."""
CALL_US, HOURS = mark("Telephone: %(phone)s"), mark("Hours: %(hours)s")
IMPRINT, PRIVACY = mark("Imprint"), mark("Privacy")
UNSUBSCRIBE = mark("You need not get mails like this one. Unsubscribe: %(address)s")
SEVERAL = mark("%(count)s messages for you")
OR_COPY = mark("Or copy this address into your browser:")


@cache
def catalogue() -> Mapping[str, NullTranslations]:
    """The translations of the service by language."""
    return translations.Messages(Path(__file__).parent.parent / "locale")


def sentence(language: str, message: str, **facts: str) -> str:
    """One of these sentences, translated."""
    return catalogue()[language].gettext(message) % facts
