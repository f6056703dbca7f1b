"""Messages of refused rules that only staff meet, marked for the catalogues (see `rule_messages.py`)."""

from __future__ import annotations

from chassis.text.translations import mark

SAID = (
    mark("Add the text in the municipality's default language (%(language)s)."),
    mark("The end must be after the start."),
    mark("The start must be in the future."),
    mark("On %(day)s the clocks are put forward, and %(time)s does not exist. Please choose another time."),
    mark("The official list has no municipality with this key in this state. Leave it out where you do not know it."),
    mark("A party can't be larger than the capacity."),
    mark("Say where people should come to."),
    mark("Registration must close before the gathering starts."),
    mark("Registration must open before it closes."),
    mark("The deadline must be before the gathering starts."),
    mark("Each kind of support needs an id of its own."),
    mark("Each question needs an id of its own."),
    mark("Each option needs an id of its own."),
    mark("“%(answer)s” is among the answers already. Please write it differently, or take one of the two out."),
    mark("Give the options that one can choose from."),
    mark("Options are for questions of the kinds choice and choices alone."),
    mark("Name a question that stands before this one and is answered by yes or no or by options."),
    mark("A question for the whole group can't depend on what each person answers."),
    mark("Name an answer that the other question can have: one of its options, or true or false."),
    mark("Please shorten the questions: all of them together may have %(most)s letters in all languages."),
    mark(
        "With groups of up to %(people)s people the form would have %(fields)s fields. At most %(most)s fit: ask fewer questions, or ask the group once."
    ),
    mark(
        "People may have answered this question, so this stays as it is. Take the question out and add another one with an id of its own."
    ),
    mark("Each group that seats are kept for needs an id of its own."),
    mark("There are only %(capacity)s seats."),
    mark("%(kept)s seats would be kept, but there are only %(capacity)s. Keep fewer, or release some."),
    mark("These seats were released. Keep seats again under a new id."),
    mark("Seats were kept for %(most)s groups at this gathering; for more than that, make a new one."),
    mark("Please choose the kept seats, or enter the code."),
    mark("These seats are not kept any more; they are everybody's. Please choose again."),
    mark(
        "The group has seats that were kept, and for this choice not enough are free. Leave it as it is, or cancel and let them sign up again."
    ),
    mark("Each invitation needs an id of its own."),
    mark("There is an invitation of this name already."),
    mark("Codes of the invitation %(name)s may be out. Withdraw it (withdrawn: true) where it is to end."),
    mark("Too many questions or options were taken out of this gathering (at most %(most)s). Please make a new one."),
    mark("Choose a later day: none of the dates lies before this one."),
    mark("Enter at least two meetings, or none: a gathering with one meeting has its own beginning and end."),
    mark("At least one meeting has to take place. If none does, call off the whole gathering."),
    mark(
        "Whether a gathering has several meetings is settled when it is published: people's calendars hold them one by one."
    ),
    mark("A meeting that people know of can't be taken out. Call it off, so that it leaves their calendars."),
    mark("Each meeting needs an id of its own."),
    mark("This meeting has begun already and can't be changed any more."),
    mark("Enter the meetings in the order of time: this one begins before the one above it."),
    mark("This meeting begins before the one above it has ended. Please choose another time."),
    mark("It has to begin with its first meeting that takes place."),
    mark("It has to end with its last meeting that takes place."),
    mark("There is no such meeting (any more). Please open the door's page again."),
    mark("How seats are given out can't change once the gathering is published."),
    mark("A cancelled gathering can't be changed."),
    mark("This gathering has begun already; change its time first."),
    mark("A cancelled gathering can't be published again; make a new one."),
    mark("Only a published gathering has a lottery to draw."),
    mark("Seats of this gathering are not drawn."),
    mark("This meeting is over."),
    mark("This meeting is not over yet."),
    mark("This is not a code for the door: it has eight letters and digits."),
    mark("This group is still waiting for seats."),
    mark(
        "The seats of this meeting have not been drawn yet. Draw them first; then you can let in people who come unannounced."
    ),
    mark("More people than are registered: first change how many come."),
    mark("This is the only person who coordinates. Give somebody else the role of coordinator first."),
    mark("There is no admitted district with this slug."),
    mark("It belongs to %(district)s in that time."),
    mark("There is no membership in this district that begins on that day."),
    mark("This application was decided before: %(status)s."),
    mark("There is no contact of an application here (any more)."),
    mark("Decide the other applications for this short name first."),
    mark("Several applications for this short name wait. Say which one is meant (application)."),
    mark("So many questions are better talked over on the telephone."),
    mark("There is no open question. The programme office will write to you."),
    mark("This municipality does not take part: %(status)s."),
    mark("The deletion has begun and can't be stopped any more."),
    mark("The deletion is announced already. Call it off first to set another day."),
    mark("No deletion is announced."),
    mark("Somebody else published a version at the same moment. Look at it first."),
    mark("Many people are publishing this text at the same moment. Please try again."),
    mark("This can be changed, but not left empty."),
    mark("The programme office changes this; please write to it."),
)
