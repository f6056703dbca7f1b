"""Messages of refused rules, marked for the catalogues, which the domain does not know.

These residents meet; what only staff meet stands in `rule_messages_staff.py`. A test compares both with what the rules say.
"""

from __future__ import annotations

from chassis.text.translations import mark

MESSAGES = (
    mark("This gathering is not open for registration. Perhaps another one suits you."),
    mark("Registration has not opened yet. The page of the gathering says when it does."),
    mark("Registration has closed. Please call us, perhaps there is another way."),
    mark("At most %(most)s people can sign up together, you included. Please sign up the others separately."),
    mark("This support is not offered at this gathering (any more). Please choose again."),
    mark("No seats are kept for this group. Please choose again."),
    mark("We do not know this code. Please compare it with your invitation, or ask whoever invited you."),
    mark("This invitation is not valid any more. Please ask whoever invited you, or call us."),
    mark("The time of this invitation is over. Please ask whoever invited you, or call us."),
    mark("All places of this invitation are taken. Please ask whoever invited you, or call us."),
    mark(
        "More people that can sign up with this invitation: %(left)s. Please sign up fewer people, or ask whoever invited you."
    ),
    mark("For this meeting you need an invitation. Please enter its code, or call us."),
    mark("These seats are given by invitation alone. Please enter the code of your invitation, or choose again."),
    mark("This is not asked at this meeting (any more)."),
    mark("Please answer with yes or no."),
    mark("This is not offered (any more). Please choose again."),
    mark("Give an e-mail address, a telephone number or a postal address."),
    mark("We do not have the address or number for this way yet. Please add it, or choose another way."),
    mark("Change one e-mail address first; when it is confirmed, the other one."),
    mark("There are not enough free seats for a group of this size."),
    mark(
        "There is not enough of the support you booked for a group of this size. Come with fewer people or do without it."
    ),
    mark("The waiting list is full as well. Please call us, perhaps there is another way."),
    mark(
        "Too many seats are held for this address or number that nobody has confirmed yet. Please confirm them first, or call us."
    ),
    mark("This gathering does not take place."),
    mark("This gathering is over."),
    mark("This registration was cancelled or has lapsed."),
    mark("No seat is being offered to this registration."),
    mark("This group has no confirmed seats."),
    mark("We call you first and ask whether you come. You need not do anything."),
    mark("The way in is open to those who have a confirmed seat."),
    mark("Somebody else changed this registration just now. Look again."),
    mark("Many people are registering at this moment. Please try again."),
    mark("This word is reserved; choose another."),
    mark("This short name is taken: a municipality with it takes part or took part."),
    mark("Many applications for this short name wait for a decision already."),
)
