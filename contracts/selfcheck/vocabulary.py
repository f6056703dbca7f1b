"""Words that several events of selfcheck share."""

from contracts.envelope import Model

Texts = dict[str, str]
TOPIC = "selfcheck.v1"


class Titled(Model):
    """An id with the words people read for it."""

    id: str
    title: Texts
