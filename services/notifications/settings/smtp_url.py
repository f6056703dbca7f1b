"""The address of a municipality's own mail server, as it is stored and as it is used."""

from urllib.parse import quote, urlsplit, urlunsplit

import orjson


def url_of(stored: bytes) -> str:
    """The URL of a stored mail server with its credentials, as `MailServer` takes it."""
    known = orjson.loads(stored)
    place = urlsplit(known["url"])
    if not known["username"]:
        return str(known["url"])
    credentials = f"{quote(known['username'], safe='')}:{quote(known['password'], safe='')}@"
    return str(urlunsplit(place._replace(netloc=f"{credentials}{place.netloc}")))
