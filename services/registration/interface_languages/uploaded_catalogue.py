"""The catalogue that the parser fills from an uploaded file. Loaded with the first file: babel's parser is more than a service needs."""

from __future__ import annotations

from typing import Any

from babel.messages import Catalog, Message


class UploadedCatalogue(Catalog):
    """The messages of a file. Its head changes nothing; in particular it does not say how many plural forms there are to be."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self.twice: list[int] = []
        self.head, self.head_line = "", 1

    @property
    def num_plurals(self) -> int:
        return self._number

    def __setitem__(self, id: Any, message: Message) -> None:
        if not id:
            if not self.head:
                self.head, self.head_line = str(message.string), message.lineno or 1
        elif self.get(id, message.context) is not None:
            self.twice.append(message.lineno or 1)
        else:
            super().__setitem__(id, message)
