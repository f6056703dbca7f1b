"""A name made short, for a list that lies on a borrowed device."""

from __future__ import annotations


def initials(name: str) -> str:
    """Shorten a name to the first sign of its first and of its last word: `O. K.` of Olena Kovalenko; empty where there is no name."""
    words = [word for word in name.split() if any(sign.isalnum() for sign in word)]
    chosen = words if len(words) < 2 else [words[0], words[-1]]
    return " ".join(f"{next(sign for sign in word if sign.isalnum())}." for word in chosen)
