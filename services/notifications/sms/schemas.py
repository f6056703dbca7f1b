"""Reports as the API answers them."""

from __future__ import annotations

from pydantic import BaseModel


class ReportTaken(BaseModel):
    """How many texts it was about."""

    texts: int
