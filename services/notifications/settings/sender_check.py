"""Checks in DNS whether mails from a municipality's own address can arrive (SPF, DKIM, DMARC)."""

from __future__ import annotations

from urllib.parse import urlsplit

import dns.asyncresolver
import dns.exception
import dns.resolver

from services.notifications.settings.documents import Finding

TIMEOUT = 5.0
NO_ANSWER = "no answer"


class Resolver:
    """Resolves TXT records, with the system's resolver or the one at `address` (`host:port`)."""

    def __init__(self, address: str | None = None) -> None:
        self._address = address

    async def txt(self, name: str) -> list[str] | None:
        """The records of a name, following CNAMEs; None: there was no answer."""
        resolver = dns.asyncresolver.Resolver(configure=self._address is None)
        if self._address is not None:
            place = urlsplit(f"//{self._address}")
            resolver.nameservers, resolver.port = [place.hostname or "127.0.0.1"], place.port or 53
        resolver.lifetime = TIMEOUT
        try:
            answer = await resolver.resolve(name, "TXT")
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError):
            return None
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


async def check_records(
    resolver: Resolver, domain: str, selector: str, dkim_record: str, spf_include: str
) -> tuple[Finding, ...]:
    """Check SPF, DKIM and DMARC of a domain. `spf_include`: whose servers SPF has to allow; empty where the domain's own server sends."""
    spf = _spf(await resolver.txt(domain), domain, spf_include)
    name = f"{selector}._domainkey.{domain}"
    dkim = _dkim(await resolver.txt(name), name, dkim_record)
    name = f"_dmarc.{domain}"
    dmarc = _dmarc(await resolver.txt(name), name)
    return spf, dkim, dmarc


def _spf(records: list[str] | None, domain: str, include: str) -> Finding:
    """SPF needs exactly one record (RFC 7208, 3.2), and it has to allow the servers that send."""
    wanted = f"include:{include}" if include else ""
    expected = f"v=spf1 {wanted} ~all".replace("  ", " ")
    found = [one for one in records or () if one.lower().split()[:1] == ["v=spf1"]]
    ok = len(found) == 1 and (not wanted or wanted in found[0].lower().split())
    return Finding(record="spf", name=domain, expected=expected, ok=ok, found=_shown(records, found))


def _dkim(records: list[str] | None, name: str, expected: str) -> Finding:
    """DKIM needs the key that mails are signed with."""
    wanted = _tags(expected)
    ok = any(_tags(one).get("p") == wanted["p"] for one in records or ())
    return Finding(record="dkim", name=name, expected=expected, ok=ok, found=_shown(records, records or []))


def _dmarc(records: list[str] | None, name: str) -> Finding:
    """DMARC may have any policy: mails are signed for the domain in `From`, which is aligned also where alignment is strict."""
    found = [one for one in records or () if _tags(one).get("v") == "DMARC1"]
    ok = len(found) == 1 and _tags(found[0]).get("p", "").lower() in ("none", "quarantine", "reject")
    return Finding(record="dmarc", name=name, expected="v=DMARC1; p=quarantine", ok=ok, found=_shown(records, found))


def _tags(record: str) -> dict[str, str]:
    parts = (part.partition("=") for part in record.split(";") if "=" in part)
    return {name.strip(): "".join(value.split()) for name, _, value in parts}


def _shown(records: list[str] | None, found: list[str]) -> str:
    return NO_ANSWER if records is None else " · ".join(found)[:600]
