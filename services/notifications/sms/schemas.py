"""Reports as the API answers them."""

from pydantic import BaseModel


class ReportTaken(BaseModel):
    """How many texts it was about."""

    texts: int
