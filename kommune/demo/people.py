"""Invented people: who they are, what they speak and how one reaches them, the same each time."""

from __future__ import annotations

import random
from typing import Any

_PEOPLE = (
    ("Oksana Kovalenko", "uk"),
    ("Petro Bondarenko", "uk"),
    ("Yuliia Tkachenko", "uk"),
    ("Layla Al-Masri", "ar"),
    ("Omar Khalil", "ar"),
    ("Rania Saleh", "ar"),
    ("Reza Ahmadi", "fa"),
    ("Shirin Karimi", "fa"),
    ("Ayşe Demir", "tr"),
    ("Mehmet Kaya", "tr"),
    ("Elif Şahin", "tr"),
    ("Natalia Petrova", "ru"),
    ("Dmitri Sokolov", "ru"),
    ("Aminata Diallo", "fr"),
    ("Jean-Paul Mbeki", "fr"),
    ("Grace Owusu", "en"),
    ("Rajesh Iyer", "en"),
    ("Hannelore Meyer", "de"),
    ("Klaus Brandt", "de"),
    ("Sabine Hoffmann", "de"),
    ("Thomas Krüger", "de"),
    ("Birte Harms", "de"),
    ("Uwe Lüders", "de"),
    ("Monika Schäfer", "de-simple"),
    ("Frank Neumann", "de-simple"),
    ("Lena Vogt", "de"),
)
_SURNAMES = (
    "Aydın",
    "Becker",
    "Costa",
    "Dobrev",
    "El-Amin",
    "Fischer",
    "Gashi",
    "Haile",
    "Ivanova",
    "Jansen",
    "Kovač",
    "Lindner",
    "Marin",
    "Nowak",
)


def participants(seed: str, count: int, support: list[str]) -> list[dict[str, Any]]:
    """Invent people: `count` registrations as a clerk would type them in, alone or in groups of up to three; the same for the same
    `seed`."""
    dice = random.Random(seed)  # noqa: S311 - believable data, not a secret
    registrations = []
    for number in range(count):
        full_name, language = _PEOPLE[(number * 7 + dice.randrange(len(_PEOPLE))) % len(_PEOPLE)]
        name = f"{full_name.split()[0]} {dice.choice(_SURNAMES)}" if number >= len(_PEOPLE) else full_name
        phone = f"+49 1512 555{dice.randrange(10_000):04}"
        by_mail = dice.random() < 0.4
        wishes = [
            item for item in support if item.endswith(f":{language}") or (":" not in item and dice.random() < 0.1)
        ]
        party = [""] * dice.choice((0, 0, 0, 1, 1, 2))
        registrations.append(
            {
                "name": name,
                "contact": {"email": f"{seed}.{number}@example.org"} if by_mail else {"phone": phone},
                "language": language,
                "party": party,
                "support": wishes,
                "channel": "email" if by_mail else "phone",
                "consent": {"text_version": "1"},
            }
        )
    return registrations


def with_answers(people: list[dict[str, Any]], questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same people, two of three of whom answer the questions that have options."""
    answering = []
    for number, person in enumerate(people):
        answers = {}
        for question in questions:
            if not question["options"] or number % 3 == 0:
                continue
            option = question["options"][number // 2 % len(question["options"])]["id"]
            answer = [option] if question["kind"] == "choices" else option
            companions = [None] * len(person["party"])
            answers[question["id"]] = [answer, *companions] if question["per"] == "person" else answer
        answering.append(person | {"answers": answers})
    return answering


def with_codes(people: list[dict[str, Any]], codes: list[str]) -> list[dict[str, Any]]:
    """The same people, of whom the first half comes by invitation, by each code in turn."""
    return [
        person | {"code": codes[number % len(codes)]} if number < len(people) // 2 else person
        for number, person in enumerate(people)
    ]
