"""Messages of refused rules that forms of staff show, marked for the catalogues, which the domain does not know."""

from __future__ import annotations

from chassis.text.translations import mark

RULE_MESSAGES = (
    mark("Choose a time that is still to come, within two years."),
    mark("This self-check is archived; it can be read and does not change any more."),
    mark("There is no such assessment; leave it out for a first one."),
    mark("This self-check is part of a joint one; its district sets the deadline for all members together."),
    mark("The answers have been revealed; a deadline has no meaning any more."),
    mark("Close the self-check before you archive it, or delete it."),
    mark("This questionnaire cannot be asked with questions of one's own."),
    mark("Reveal the answers first; they say what there is to talk about."),
    mark("The workshop is over; its agenda does not change any more."),
    mark("Choose at most 40 questions."),
    mark("Reveal the answers first; a consensus needs to know them."),
    mark("The assessment is closed; its result does not change any more."),
    mark("Reveal the answers before closing."),
    mark("The assessment is closed already."),
    mark("The answers have been revealed already."),
    mark("The answers have been revealed; nobody can be invited any more."),
    mark("Reveal the answers first; until then the room sees who has answered."),
    mark("Your municipality does not belong to this district today."),
    mark("It does not belong to the district today; leave it out."),
    mark("The self-check for this was deleted; the district may ask you in a new one."),
    mark("The self-check for this was deleted; the district may ask you anew."),
    mark("The joint result stands already."),
    mark("At least two members have to close their own self-checks first."),
    mark("The joint result stands; nobody joins or leaves any more."),
    mark("The joint result stands; a deadline has no meaning any more."),
    mark("Choose at least one member of the district."),
    mark("Your self-check for this has begun; its own questions do not change any more. Leave them out."),
    mark("Only who takes part asks questions of its own. Take part as a district, or leave the questions out."),
    mark("This person has begun to answer; what they answered is theirs and counts."),
    mark("The answers have been revealed; nobody answers any more."),
    mark("This invitation was taken back; invite the person anew."),
    mark("This person has handed in already."),
    mark("There is no address to write to; pass the link on again."),
    mark("The deadline has passed; give people more time first."),
    mark("This person has been reminded today already; try again tomorrow."),
    mark("Give an e-mail address or a telephone number."),
    mark("Name an earlier self-check, not this one."),
    mark("The workshop is over; a new vote has no place any more."),
    mark("A vote is open already; close it first."),
    mark("There were 20 votes in this workshop; that is the most."),
)
"""A test compares them with the messages of the domain and the use cases."""
