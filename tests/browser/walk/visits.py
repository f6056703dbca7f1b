"""Which pages there are, and one visit to a page: where, as whom, in which state, in which languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from chassis.pages.brand import STAFF_LANGUAGES
from chassis.text.languages import EVERYWHERE
from kommune.services import NAMES

AUDIENCES = Path(__file__).parents[2] / "service" / "security" / "audiences.txt"
NO_PAGES = {
    **{f"/{name}/api": "for programmers, shown by a viewer that is not ours" for name in NAMES},
    "/notifications/{tenant}/letters/batches/{id}": "needs a letter that was printed: tests/service/notifications/test_desk_work.py",
    **{
        f"/{name}{place}/dead-letters/{{id}}": "needs an event that could not be handled: tests/service/chassis/test_upkeep.py"
        for name in NAMES
        for place in ("", "/{tenant}")
    },
    "/registration/security.txt": "a file for who found a weakness",
    "/registration/sign-in/callback": "the issuer sends people here, and they are sent on",
    "/registration/{tenant}/crest/{name}": "a picture",
    "/registration/{tenant}/desk/{id}/door/now": "a part of the door's page",
    "/registration/{tenant}/desk/{id}/door-worker.js": "the script that keeps the door's page for a time without a network",
    "/registration/{tenant}/desk/{id}/now": "a part of the desk's page",
    "/registration/{tenant}/gatherings/{id}/calendar": "a file for calendars",
    "/registration/{tenant}/my/{id}/{code}/certificate.pdf": "a document",
    "/registration/{tenant}/my/{id}/{code}/join": "leads to the online meeting, which is another house",
    "/registration/{tenant}/settings/languages/template": "a file to translate",
    "/registration/{tenant}/settings/languages/{language}/{version}/preview": "a page of residents, which is looked at as such",
    "/selfcheck/room/{code}/fragments": "a stream of parts of the room's page",
    "/selfcheck/{tenant}/assessments/{id}/board/fragments": "a stream of parts of the board",
}
"""What is no page by itself, and why."""


@dataclass(frozen=True)
class Visit:
    """One page in one state. `role`: signed in as this, or nobody in particular. `press`: a button to press on the page first, for
    what a form answers with; `patient`: only after a while, because a form for strangers refuses programs, who are quick; `cookies`: what this browser carries besides."""

    route: str
    path: str
    state: str = ""
    role: str = ""
    status: int = 200
    languages: tuple[str, ...] = tuple(EVERYWHERE)
    press: str = ""
    patient: bool = False
    cookies: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """For files and messages: which page, in which state."""
        words = re.sub(r"[^a-z_]+", "-", self.route).strip("-")
        return f"{words}.{self.state}" if self.state else words

    @property
    def fits(self) -> bool:
        """Whether the path is one of the route."""
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(self.route))
        return re.fullmatch(pattern, self.path.partition("?")[0]) is not None


def of_staff(route: str, path: str, role: str, state: str = "", **more: object) -> Visit:
    """A page that is written in fewer languages."""
    return Visit(route, path, state, role, languages=STAFF_LANGUAGES, **more)  # type: ignore[arg-type]


def pages() -> set[str]:
    """The routes that answer with a page, from the list of all routes."""
    routes = {line.split()[1].rstrip(":") for line in AUDIENCES.read_text().splitlines() if line.startswith("GET ")}
    return {
        route
        for route in routes
        if "/v1/" not in route and not route.endswith((".json", ".pdf", ".ics", ".png", ".csv"))
    } - NO_PAGES.keys()
