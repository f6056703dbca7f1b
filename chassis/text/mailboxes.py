"""Decides which spellings of an e-mail address reach one mailbox. Pure: only for counting, never for sending."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import idna

_DOTS_ARE_NOTHING = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
_SIGNS_ARE_NOTHING = {"proton.me": "proton.me", "protonmail.com": "proton.me", "pm.me": "proton.me"}
"""Providers at which dots, or dots, hyphens and underscores, make no other mailbox, and their domains that are one."""
_ONE_PROVIDER = {
    **dict.fromkeys(("me.com", "mac.com"), "icloud.com"),
    **dict.fromkeys(("yandex.com", "yandex.ru", "yandex.ua", "yandex.by", "yandex.kz"), "ya.ru"),
}
"""Domains of one provider at which a name is the same person's."""


def mailbox(address: str) -> str:
    """One spelling for what a mail server takes for one mailbox: case, `+tag`, the form of an international domain and, at some
    providers, dots do not make another."""
    local, _, domain = unicodedata.normalize("NFKC", address).strip().casefold().rpartition("@")
    domain = _wire(domain.rstrip("."))
    local = local.partition("+")[0] or local
    if domain in _DOTS_ARE_NOTHING:
        return f"{local.replace('.', '')}@{_DOTS_ARE_NOTHING[domain]}"
    if domain in _SIGNS_ARE_NOTHING:
        return f"{''.join(sign for sign in local if sign not in '._-')}@{_SIGNS_ARE_NOTHING[domain]}"
    return f"{local}@{_ONE_PROVIDER.get(domain, domain)}"


@lru_cache(maxsize=2048)
def _wire(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain
