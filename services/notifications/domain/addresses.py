"""E-mail addresses as mail servers take them: domains of any script as punycode, other scripts before the @ only with SMTPUTF8."""

from __future__ import annotations

from dataclasses import dataclass

import idna

LONGEST_LOCAL, LONGEST = 64, 254
_SEPARATORS = frozenset('<>,;:\\"()[] \t')


class NoAddress(ValueError):
    """This is not an e-mail address a mail server would take."""


@dataclass(frozen=True)
class Address:
    """An e-mail address that may be written to. `wire`: as it goes to the server and into headers. `needs_smtputf8`: only servers
    that offer SMTPUTF8 take it."""

    wire: str
    needs_smtputf8: bool

    @property
    def domain(self) -> str:
        return self.wire.rpartition("@")[2]


def address(written: str) -> Address:
    """The address as people write it, for servers.

    Raises:
        NoAddress: with the reason.
    """
    local, at, domain = written.rpartition("@")
    if not at or not local or not domain:
        raise NoAddress("an address has a name, an @ and a domain")
    if any(sign in _SEPARATORS or not sign.isprintable() for sign in written):
        raise NoAddress("an address without control characters and separators is needed (CR or LF, comma, brackets)")
    if len(local.encode()) > LONGEST_LOCAL or len(written.encode()) > LONGEST:
        raise NoAddress("an address has at most 64 signs before the @ and 254 in all")
    try:
        domain = domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        raise NoAddress("the part after the @ is not a domain") from None
    return Address(f"{local}@{domain}", not local.isascii())
