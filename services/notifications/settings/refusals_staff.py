"""Error messages of the settings, which say how to correct the entry."""

from chassis.text.translations import mark

NO_DAY = mark("Please tick at least one day.")
TIME = mark("Please write a time of day, such as 20:00.")
SMTP = mark("Please write smtps://host:port or smtp+starttls://host:port.")
SENDER = mark("Please write at most 11 letters and digits, or a number.")
GATEWAY = mark("Please write an address that begins with https://.")
