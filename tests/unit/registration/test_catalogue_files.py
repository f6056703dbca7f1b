"""Catalogues that municipalities upload: what is taken, what is said to be wrong and on which line, and that nothing else comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from babel.messages import Catalog
from hypothesis import given
from hypothesis import strategies as st

from chassis.pages.pages import Pages
from chassis.text.added_languages import Words, direction_of, language_tag, locale_of, own_name, plural_of
from chassis.text.added_messages import AddedMessages
from chassis.text.translations import Messages
from services.registration.interface_languages import mistakes_staff as said
from services.registration.interface_languages.po_files import LARGEST, WrongFile, check, decoded
from services.registration.interface_languages.template import Sentence, sentences, template
from tests.support.examples import all_but_slow

KNOWN = {
    "Sign up": Sentence("Sign up", None, ("Anmelden",)),
    "Hello %(name)s": Sentence("Hello %(name)s", None, ("Hallo %(name)s",)),
    "%(num)d seat": Sentence("%(num)d seat", "%(num)d seats", ("%(num)d Platz", "%(num)d Plätze")),
}
SIGN_UP = 'msgid "Sign up"\nmsgstr "%s"\n'
HELLO = 'msgid "Hello %%(name)s"\nmsgstr "%s"\n'
SEATS = 'msgid "%%(num)d seat"\nmsgid_plural "%%(num)d seats"\nmsgstr[0] "%s"\nmsgstr[1] "%s"\n'
HEAD = (
    'msgid ""\nmsgstr ""\n"Language: %s\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: %s;\\n"\n\n'
)


def mistakes(text: str, tag: str = "so") -> list[tuple[int, str]]:
    """What is wrong with a file, by line."""
    with pytest.raises(WrongFile) as wrong:
        check(text, tag, KNOWN)
    return [(one.line, one.message) for one in wrong.value.mistakes]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (SIGN_UP % "<script>alert(1)</script>", 1, said.MARKUP),
        ("\n\n" + SIGN_UP % "a < b", 3, said.MARKUP),
        (SIGN_UP % "100 %", 1, said.PERCENT),
        (SIGN_UP % "%s", 1, said.PERCENT),
        (SIGN_UP % "%(name)s", 1, said.NO_PLACEHOLDERS),
        (HELLO % "Salaan", 1, said.PLACEHOLDERS),
        (HELLO % "Salaan %(nam)s", 1, said.PLACEHOLDERS),
        (HELLO % "Salaan %(name)d", 1, said.PLACEHOLDERS),
        (HELLO % "Salaan %(name)", 1, said.PERCENT),
        (SEATS % ("hal kursi", "kuraas"), 1, said.PLACEHOLDERS),
        (SEATS % ("hal kursi", ""), 1, said.FORMS),
        ('msgid "%(num)d seat"\nmsgstr "kursi"\n', 1, said.FORMS),
        ('msgid "Sign up"\nmsgid_plural "x"\nmsgstr[0] "a"\nmsgstr[1] "b"\n', 1, said.FORMS),
        ('msgid "%(num)d seat"\nmsgid_plural "%(num)d seats"\nmsgstr[99] "kuraas"\n', 1, said.FORMS),
        (SIGN_UP % "a" + "# \n" + SIGN_UP % "b", 4, said.TWICE),
        (SIGN_UP % ("x" * 300), 1, said.TOO_LONG),
        ("hello", 1, said.UNREADABLE),
        ('msgid "Sign up"\nmsgstr hello\n', 2, said.UNREADABLE),
        ('msgid "Sign up"\nmsgstr "a" b"\n', 2, said.UNREADABLE),
        ('msgid "Sign up"\nmsgstr[-1] "a"\n', 2, said.UNREADABLE),
        ('msgid "Sign up"\n', 1, said.UNREADABLE),
        (HEAD % ("ps", "nplurals=2; plural=(n != 1)") + SIGN_UP % "a", 1, said.OTHER_LANGUAGE),
        ('msgid "x"\nmsgstr ""\n' * 3001, 6001, said.TOO_MANY),
    ],
)
def test_mistakes_are_named_with_their_line(text: str, line: int, message: str) -> None:
    assert (line, message) in mistakes(text)


@pytest.mark.parametrize(
    "text",
    [
        '"a"',
        'msgstr "a"',
        'msgid_plural "a"',
        'msgctxt "a"',
        'msgstr "a"\nmsgid "b"',
        'msgid_plural "a"\nmsgid "b"\nmsgstr[3] "c"',
    ],
)
def test_keywords_in_an_order_that_makes_no_message_are_no_fault_of_ours(text: str) -> None:
    try:
        assert not check(text, "so", KNOWN).words.messages
    except WrongFile as wrong:
        assert wrong.mistakes


def test_all_mistakes_are_told_at_once_but_not_thousands() -> None:
    found = mistakes(SIGN_UP % "<b>" + HELLO % "Salaan" + SEATS % ("a", "b"))
    assert [line for line, _ in found] == [1, 3, 5]
    assert len(mistakes("x\n" * 10_000)) == 50


def test_a_file_of_a_translator_is_taken() -> None:
    text = HEAD % ("so_SO", "nplurals=2; plural=(n != 1)")
    text += "# A note\n#. Deutsch: Anmelden\n#: a.html:12\n" + SIGN_UP % 'Is\\"qor\\"'
    text += "#, fuzzy, python-format\n" + HELLO % "Salaan %(name)s"
    text += SEATS % ("hal kursi", "%(num)d kuraas")
    text += '\n#~ msgid "Old"\n#~ msgstr "Hore"\n\nmsgid "Unknown"\nmsgstr "x"\n'
    found = check(text.replace("\n", "\r\n"), "so", KNOWN)
    assert found.words.messages == {"Sign up": ('Is"qor"',), "%(num)d seat": ("hal kursi", "%(num)d kuraas")}
    assert (found.missing, found.fuzzy, found.unknown) == (("Hello %(name)s",), 1, 1)


@pytest.mark.parametrize(
    "forms",
    [
        "nplurals=1000000000; plural=0",
        "nplurals=2; plural=__import__('os').abort()",
        "nplurals=-1; plural=n",
        "x",
        "nplurals=2; plural=" + "(" * 500,
    ],
)
def test_the_plural_rule_of_a_file_is_not_read(forms: str) -> None:
    found = check(HEAD % ("so", forms) + SEATS % ("hal kursi", "%(num)d kuraas"), "so", KNOWN)
    assert found.words.plural == plural_of("so")[1]
    assert len(found.words.messages["%(num)d seat"]) == 2


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ('msgid "a"\nmsgstr "ä"'.encode("latin-1"), 2, said.NOT_UTF8),
        ("a\nb".encode("utf-16"), 1, said.NOT_UTF8),
        (b'msgid "a"\nmsgstr "\x00"', 2, said.CONTROL),
        (b"x" * (LARGEST + 1), 1, said.TOO_MANY),
    ],
)
def test_a_file_that_is_not_text_is_refused(content: bytes, line: int, message: str) -> None:
    with pytest.raises(WrongFile) as wrong:
        decoded(content)
    assert [(one.line, one.message) for one in wrong.value.mistakes] == [(line, message)]


def test_a_byte_order_mark_does_no_harm() -> None:
    assert check(decoded(b"\xef\xbb\xbf" + (SIGN_UP % "a").encode()), "so", KNOWN).words.messages


LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40)


@given(
    st.lists(
        st.sampled_from(
            [
                "msgid ",
                "msgstr ",
                'msgstr "',
                'msgid "Sign up"\n',
                "#, fuzzy\n",
                '"',
                "\\",
                "\n",
                "%(name)s",
                "<b>",
                "msgctxt ",
                "msgid_plural ",
                "msgstr[1] ",
                "#~ ",
            ]
        )
        | LETTERS,
        max_size=40,
    )
)
def test_any_file_is_accepted_or_refused_with_its_mistakes(parts: list[str]) -> None:
    try:
        found = check("".join(parts), "so", KNOWN)
    except WrongFile as wrong:
        assert wrong.mistakes
        assert all(one.message % one.values for one in wrong.mistakes)
        return
    for message, forms in found.words.messages.items():
        assert message in KNOWN
        assert not any("<" in form for form in forms)
        assert forms[-1] % {"name": "a", "num": 1}


@given(LETTERS, st.integers(0, 10**6))
def test_words_in_templates_are_never_markup(word: str, number: int) -> None:
    words = Words({"Sign up": (f"{word}<i>\"'&",), "%(num)d seat": ("<b>", "%(num)d <b>")}, plural_of("so")[1])
    shown = AddedMessages(words, Messages()["en"], escaped=True)
    for text in (shown.gettext("Sign up"), shown.ngettext("%(num)d seat", "%(num)d seats", number)):
        assert not set("<>\"'") & set(text)
    plain = AddedMessages(words, Messages()["en"], escaped=False)
    assert plain.gettext("Sign up").startswith(word)
    assert plain.gettext("Something else") == "Something else"


def test_what_is_not_translated_reads_in_the_language_behind_it() -> None:
    assert AddedMessages(Words({}), Messages()["fa"], escaped=True).gettext("Sign out") == Messages()["fa"].gettext(
        "Sign out"
    )


def _fill(tag: str, say: Mapping[str, str] | None = None) -> str:
    """The template, every sentence translated by itself."""
    from io import BytesIO

    from babel.messages.pofile import read_po, write_po

    catalogue = read_po(BytesIO(template(tag, {})))
    filled = Catalog(locale=locale_of(tag))
    for message in catalogue:
        if isinstance(message.id, tuple):
            filled.add(message.id, (*message.id, *message.id[1:] * 4)[: catalogue.num_plurals])
        elif message.id:
            filled.add(message.id, message.id)
    out = BytesIO()
    write_po(out, filled)
    return out.getvalue().decode()


@pytest.mark.parametrize("tag", all_but_slow(["so", "ps", "sr-Latn", "prs", "ku-Arab", "am"], ["so", "ku-Arab"]))
def test_the_template_is_all_that_residents_read_and_comes_back_complete(tag: str) -> None:
    found = check(_fill(tag), tag, sentences())
    assert (found.missing, found.fuzzy, found.unknown) == ((), 0, 0)
    again = check(template(tag, found.words.messages).decode(), tag, sentences())
    assert again.words == found.words, "what was translated is in the file again"


def test_the_template_has_german_beside_each_sentence_and_nothing_that_only_staff_see() -> None:
    text = template("so", {}).decode()
    assert "#. Deutsch: Anmelden" in text
    assert "Further languages" not in text
    assert all(one.german and all(one.german) for one in sentences().values())
    assert not any("<" in text or ">" in text for one in sentences().values() for text in one.sources), (
        "translations have none"
    )


@pytest.mark.parametrize(
    ("entry", "tag"),
    [
        ("ps", "ps"),
        ("PS", "ps"),
        (" so ", "so"),
        ("KU-arab", "ku-Arab"),
        ("sr-latn-rs", "sr-Latn-RS"),
        ("prs", "prs"),
        ("es-419", "es-419"),
    ],
)
def test_tags_are_written_as_bcp_47_has_them(entry: str, tag: str) -> None:
    assert language_tag(entry) == tag


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "x",
        "xx",
        "qaa",
        "und",
        "en-simple",
        "ps-XX",
        "ps-Xxxx",
        "../etc",
        "ps_AF",
        "ps\x00",
        "a" * 500,
        "pashto",
        "٣٤",
    ],
)
def test_what_is_no_language_tag_is_read_as_none(entry: str) -> None:
    assert language_tag(entry) is None


def test_what_is_known_of_a_language_comes_from_cldr() -> None:
    assert (locale_of("ps"), own_name("ps"), direction_of(["د غونډې"])) == ("ps", "پښتو", "rtl")
    assert (locale_of("prs"), own_name("prs"), plural_of("prs")) == (None, "", (2, "(n != 1)"))
    assert direction_of(["Is qor 2026", "العربية"]) == "rtl"
    assert direction_of(["1 2 3"]) == "ltr"


def test_pages_without_added_catalogues_read_as_ours(tmp_path: Path) -> None:
    assert Pages("demo", tmp_path).catalogue("de").gettext("Sign out") == "Abmelden"
