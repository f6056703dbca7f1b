"""The words of a language that a tenant added, as a catalogue. Apart, because it brings along more than a start has a use for."""

from __future__ import annotations

from gettext import c2py

from babel.support import NullTranslations
from markupsafe import Markup

from chassis.text.added_languages import Words


class AddedMessages(NullTranslations):
    """The words of an added language as a catalogue. `escaped`: for templates, which take a message for markup; a tenant's never is."""

    def __init__(self, words: Words, fallback: NullTranslations, *, escaped: bool) -> None:
        super().__init__()
        self.add_fallback(fallback)
        self._forms = words.messages
        self._escaped = escaped
        self._form_of = c2py(words.plural)

    def gettext(self, message: str) -> str:
        forms = self._forms.get(message)
        return self._shown(forms[0]) if forms else str(super().gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        forms = self._forms.get(msgid1)
        if not forms:
            return str(super().ngettext(msgid1, msgid2, n))
        return self._shown(forms[min(self._form_of(n), len(forms) - 1)])

    ugettext, ungettext = gettext, ngettext  # what Jinja looks for first

    def _shown(self, message: str) -> str:
        return str(Markup.escape(message)) if self._escaped else message
