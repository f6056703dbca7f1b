"""What staff read when something about a wave is refused."""

from __future__ import annotations

from chassis.text.translations import mark
from services.reporting.domain import wave as w

REFUSALS: dict[type[w.Refusal], str] = {
    w.WaveNotOpen: mark("This wave is not open yet."),
    w.WaveFrozen: mark("This wave is frozen: who takes part does not change any more."),
    w.WaveHasMembers: mark(
        "Municipalities take part in this wave, so it can't be removed any more. It may stay as it is: while too few take part, "
        "nothing is shown of it."
    ),
    w.WaveNotFrozen: mark("This wave has to be frozen first."),
    w.WavePublished: mark("This wave is published: it does not change any more."),
    w.WaveTooSmall: mark(
        "Too few municipalities take part: nothing could be shown of them. Wait for more, or leave this wave as it is."
    ),
    w.UnknownGroup: mark("This wave has no such group. Name groups by their ids, each once."),
    w.NoGroupLeft: mark("At least one group has to stay."),
}
CHANGED = mark("Somebody else has changed this wave meanwhile. Look at it first.")
OUT_OF_ORDER = mark("Please write the smaller number first.")
FREEZES_FIRST = mark("Please choose a time after the opening.")
STATE = mark("Please write one of the states: %(states)s.")
TWICE = mark("Please give each group an id of its own.")
QUESTIONNAIRE = mark("Please choose a published questionnaire and its versions.")
OWN_CHECK = mark("Please choose one of your own self-checks.")
SAME_QUESTIONNAIRE = mark("Please choose a self-check with this wave's questionnaire.")
USABLE_CHECK = mark("Please choose a closed self-check of which figures count beyond the municipality.")
AUDIT_TOO_LONG = mark("The audit takes too long. Merge groups, and try again.")
CONTENDED = mark("Many people are changing this at the same moment. Please try again.")
