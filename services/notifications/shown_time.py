"""Type of times in API responses: RFC 3339 in UTC, as `chassis.clock.rfc3339` writes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

ShownTime = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
