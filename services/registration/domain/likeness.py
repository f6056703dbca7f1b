"""Finds registrations that look like the same people: a hint for the clerk, never more, because families share a phone.

Names, numbers and addresses are brought to a form in which different ways of writing them are alike. These keys are personal
data like what they are made of: they go when that goes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import permutations

MOST_TOGETHER = 4
"""Words of one person's name that are kept, and looked for, together; more would be many pairs of which none is asked for."""
HOME = "DE"
"""Numbers without a country code are German ones."""
LONGEST_KEY = 60
_WHOLE = re.compile(r"\+[1-9][0-9]{6,14}")
"""E.164 already."""


def name_words(name: str) -> list[str]:
    """The words of a name in plain letters, as people type them: Müller, Mueller and MULLER are alike, so are Łukasz and Lukasz,
    Yıldız and Yildiz, علي and علی, Олена and Olena.

    The letters are those of `anyascii`: one small table for all scripts, where ICU is a compiled library of 30 MB and knows letters
    that Unicode does not decompose by a rule set per language only.
    """
    from anyascii import anyascii

    return _words(anyascii(unicodedata.normalize("NFKC", name.casefold())).casefold())


def former_name_words(name: str) -> list[str]:
    """The words by which registrations of before can still be found, until the retention rule has erased them all."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return _words(plain)


def _words(plain: str) -> list[str]:
    words = re.findall(r"\w+", re.sub(r"([aou])e", r"\1", plain))
    return [word[:LONGEST_KEY] for word in dict.fromkeys(words)]


def phone_digits(phone: str) -> str:
    """A telephone number as E.164 has it but without the plus (04421 12 34 is 4944211234); empty where it is none."""
    if _WHOLE.fullmatch(phone):
        return phone[1:]
    import phonenumbers

    try:
        return phonenumbers.format_number(phonenumbers.parse(phone, HOME), phonenumbers.PhoneNumberFormat.E164)[1:]
    except phonenumbers.NumberParseException:
        return ""


def email_key(address: str) -> str:
    return address.strip().casefold()


def pair(word: str, other: str) -> str:
    """The key of two words of one person's name: of two names that many have, few have both."""
    return f"m:{word[: LONGEST_KEY // 2]} {other[: LONGEST_KEY // 2 - 1]}"


def keys(names: Iterable[str], phones: Iterable[str | None], emails: Iterable[str | None], code: str) -> list[str]:
    """The search keys of a registration: words of its people's names, alone and by two, numbers, addresses, the code for the door."""
    words = [name_words(name) for name in names]
    search_keys = [f"n:{word}" for name in words for word in name]
    search_keys += [pair(*two) for name in words for two in permutations(name[:MOST_TOGETHER], 2)]
    search_keys += [f"p:{digits}" for phone in phones if phone and (digits := phone_digits(phone))]
    search_keys += [f"e:{email_key(address)}" for address in emails if address]
    return list(dict.fromkeys([*search_keys, f"d:{code}"]))
