"""Error messages of the settings form, which say how to correct the entry."""

from chassis.text.translations import mark

NO_DAY = mark("Please tick at least one day.")
TIME = mark("Please write a time of day, such as 20:00.")

WORDS = {
    "from": TIME,
    "until": TIME,
    "at": TIME,
    "smtp": mark("Please write smtps://host:port or smtp+starttls://host:port."),
    "sender": mark("Please write at most 11 letters and digits, or a number."),
    "sms": mark("Please write an address that begins with https://."),
}
"""Error messages by the last part of the pointer to the field."""
