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
            server = urlsplit(f"//{self._address}")
            resolver.nameservers, resolver.port = [server.hostname or "127.0.0.1"], server.port or 53
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
    mechanism = f"include:{include}" if include else ""
    expected = f"v=spf1 {mechanism} ~all".replace("  ", " ")
    spf_records = [record for record in records or () if record.lower().split()[:1] == ["v=spf1"]]
    ok = len(spf_records) == 1 and (not mechanism or mechanism in spf_records[0].lower().split())
    return Finding(record="spf", name=domain, expected=expected, ok=ok, found=_shown(records, spf_records))


def _dkim(records: list[str] | None, name: str, expected: str) -> Finding:
    """DKIM needs the key that mails are signed with."""
    expected_tags = _tags(expected)
    ok = any(_tags(record).get("p") == expected_tags["p"] for record in records or ())
    return Finding(record="dkim", name=name, expected=expected, ok=ok, found=_shown(records, records or []))


def _dmarc(records: list[str] | None, name: str) -> Finding:
    """DMARC may have any policy: mails are signed for the domain in `From`, which is aligned also where alignment is strict."""
    dmarc_records = [record for record in records or () if _tags(record).get("v") == "DMARC1"]
    ok = len(dmarc_records) == 1 and _tags(dmarc_records[0]).get("p", "").lower() in ("none", "quarantine", "reject")
    return Finding(
        record="dmarc", name=name, expected="v=DMARC1; p=quarantine", ok=ok, found=_shown(records, dmarc_records)
    )


def _tags(record: str) -> dict[str, str]:
    parts = (part.partition("=") for part in record.split(";") if "=" in part)
    return {name.strip(): "".join(value.split()) for name, _, value in parts}


def _shown(records: list[str] | None, relevant: list[str]) -> str:
    """The relevant ones of the records for a person to read; `records` None: DNS gave no answer."""
    return NO_ANSWER if records is None else " · ".join(relevant)[:600]
