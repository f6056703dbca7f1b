"""By which ids meetings stand in people's calendars, whoever puts them there."""


def meeting_entry(gathering: str, meeting: str) -> str:
    """One of several meetings of a gathering; a gathering that has no list of them stands there by its own id."""
    return f"{gathering}-{meeting}"
