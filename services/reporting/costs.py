"""What something costs, as requests and forms give it and answers show it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from chassis.http.base_schemas import RequestModel, ResponseModel
from chassis.pages.forms import Form
from chassis.text.field_rules import refused
from chassis.text.text_types import bounded_integer
from chassis.text.translations import mark
from services.reporting.domain.cost import Cost

Money = Annotated[int, bounded_integer(0, 1_000_000_000)]
OUT_OF_ORDER = mark("Please write the smaller amount first.")


class CostRange(RequestModel):
    """Euros, from and to. `yearly`: each year, else once."""

    from_: Annotated[Money, Field(alias="from")]
    to: Money
    yearly: bool = False

    @field_validator("to")
    @classmethod
    def _in_order(cls, value: int, info: ValidationInfo) -> int:
        if value < info.data.get("from_", 0):
            raise refused(OUT_OF_ORDER)
        return value

    def cost(self) -> Cost:
        return Cost(self.from_, self.to, self.yearly)


class CostResponse(ResponseModel):
    """Euros, from and to. `yearly`: each year, else once."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_: int = Field(alias="from")
    to: int
    yearly: bool


def shown_cost(cost: Cost | None) -> CostResponse | None:
    if cost is None:
        return None
    return CostResponse.model_validate({"from": cost.low, "to": cost.high, "yearly": cost.yearly})


def entered_cost(form: Form, name: str) -> dict[str, Any] | None:
    """What stands in the form's fields of a cost; one amount alone is both."""
    low, high = form.value(f"{name}.from"), form.value(f"{name}.to")
    if not low and not high:
        return None
    return {"from": low or high, "to": high or low, "yearly": form.value(f"{name}.yearly") == "yes"}


def cost_entries(cost: CostResponse | None, name: str) -> dict[str, str]:
    """A cost as the form's fields hold it."""
    if cost is None:
        return {}
    return {
        f"{name}.from": str(cost.from_),
        f"{name}.to": str(cost.to),
        f"{name}.yearly": "yes" if cost.yearly else "no",
    }
