"""Query parameters that filter lists of messages."""

from typing import Annotated

from chassis.http.base_schemas import one_of
from services.notifications.domain.messages import CONTENTS

KindFilter = Annotated[str, one_of(sorted(CONTENTS), or_none=True)]
