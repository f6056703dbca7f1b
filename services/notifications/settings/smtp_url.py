"""The address of a municipality's own mail server, as it is stored and as it is used."""

from urllib.parse import quote, urlsplit, urlunsplit

import orjson


def url_of(stored: bytes) -> str:
    """The URL of a stored mail server with its credentials, as `MailServer` takes it."""
    server = orjson.loads(stored)
    if not server["username"]:
        return str(server["url"])
    url = urlsplit(server["url"])
    credentials = f"{quote(server['username'], safe='')}:{quote(server['password'], safe='')}@"
    return str(urlunsplit(url._replace(netloc=f"{credentials}{url.netloc}")))
