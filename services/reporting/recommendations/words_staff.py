"""What staff read when a mark is refused."""

from __future__ import annotations

from chassis.text.translations import mark

NOT_NAMED = mark("A mark stands only at a published practice that names its municipality.")
NOT_OFFERED = mark("A mark is offered only for fields of the practice in whose upper band your municipality stands.")
OTHERS_EXPOSED = mark("With this mark, somebody could tell the figure of another municipality within ten points.")
