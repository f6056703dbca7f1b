"""Response models of delivery reports."""

from chassis.http.base_schemas import ResponseModel


class ReportTaken(ResponseModel):
    """How many texts it was about."""

    texts: int
