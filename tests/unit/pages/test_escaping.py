"""What people type is text on every page: all templates escape, and what is let through unescaped stands here, to be read in reviews.

Cookies are out of reach of scripts and of other sites, whoever sets one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup

from chassis.pages.pages import Pages
from tests.support.sources import PACKAGES, ROOT, calls, parsed

UNESCAPED = {
    # SVG of our own, in which `Wording` and the charts escape what is written.
    "services/reporting/series/staff_pages.py: picture",
    "services/reporting/results/staff_pages.py: council_picture(wording)",
    "services/reporting/waves/staff_pages.py: benchmark_chart(benchmark.lines, titles, title, description)",
    "services/reporting/templates/staff/programme.html: bars(table.rows, id, caption, sentence)",
    # Squares for cameras; the library escapes their titles.
    "services/registration/registrations/pages.py: qr_svg(at_the_door, scale=4, border=3, light='#fff', **INLINE)",
    "services/registration/invitations/staff_pages.py: qr_svg(invitation['url'], scale=3, border=3, light='#fff', **INLINE)",
    "services/selfcheck/room/room_code.py: qr_svg(url, scale=6, title=url, omitsize=True, **INLINE)",
    # Parts of pages that templates have rendered, and so escaped, before.
    "services/selfcheck/templates/room.html: part",
    "services/selfcheck/templates/staff/board.html: live_parts",
}
"""What is said to be HTML already: file and expression."""


def _calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    for path, tree in parsed(*PACKAGES, with_any_of=names):
        yield from ((path, call) for call in calls(tree, *names))


def _templates() -> Iterator[tuple[str, str]]:
    for folder in PACKAGES:
        for file in sorted((ROOT / folder).rglob("templates/**/*.*")):
            yield str(file.relative_to(ROOT)), file.read_text()


def test_what_is_let_through_unescaped_is_what_was_agreed() -> None:
    found = set()
    for path, call in _calls("Markup"):
        # `Markup("<b>{}</b>").format` and a constant hold nothing that anybody typed; `format` escapes what it is given.
        if call.args and not isinstance(call.args[0], ast.Constant):
            found.add(f"{path}: {ast.unparse(call.args[0])}")
    for path, text in _templates():
        found |= {f"{path}: {shown.strip()}" for shown in re.findall(r"\{\{-?((?:(?!\}\}).)*?)\|\s*safe\b", text, re.S)}
        assert len(re.findall(r"\|\s*safe\b", text)) == sum(one.startswith(f"{path}:") for one in found), path
    assert found == UNESCAPED


def test_every_template_escapes() -> None:
    environments = [(path, {word.arg: word.value for word in call.keywords}) for path, call in _calls("Environment")]
    assert [path for path, _ in environments] == ["chassis/pages/pages.py"]
    assert ast.unparse(environments[0][1]["autoescape"]) == "True"
    assert {path for path, _ in _calls("HTMLResponse")} == {"chassis/pages/pages.py"}, (
        "no page is made without a template"
    )
    assert not list(_calls("select_autoescape"))
    switched = {
        f"{path}: {found}"
        for path, text in _templates()
        for found in re.findall(r"\{%-?\s*autoescape|\bMarkup\b|\|\s*(?:e|escape|forceescape|tojson|xmlattr)\b", text)
    }
    # Both escape: what would end the element, and what would end the value; names of attributes are our own.
    assert switched == {
        "services/reporting/templates/library_practice.html: | tojson",
        "chassis/templates/components.html: | xmlattr",
        "services/selfcheck/templates/answer.html: | xmlattr",
    }


def test_no_attribute_stands_without_quotes() -> None:
    """There escaping would not help: a blank would begin another attribute."""
    bare = [
        f"{path}: {found}"
        for path, text in _templates()
        for found in re.findall(r"<[^<>{}]*\s[\w-]+=\{\{[^}]*\}\}", text)
    ]
    assert bare == []


def test_no_script_stands_in_a_page() -> None:
    """Scripts are files; none has anything in it that a template put there. What search engines read is no script."""
    inline = {
        f"{path}: {found}"
        for path, text in _templates()
        for found in re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<[a-z][^>]*\son[a-z]+=|javascript:|<style", text)
    }
    assert inline == {'services/reporting/templates/library_practice.html: <script type="application/ld+json">'}


def test_texts_by_language_are_escaped(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "x.html").write_text(
        '<p title="{{ planted }}">{{ texts | text }} {{ planted | bdi }}</p>'
    )
    planted = "\"'><script>alert(1)</script>"
    shown = Pages("test", tmp_path).fragment("de", "x.html", texts={"de": planted}, planted=planted)
    foreign = Pages("test", tmp_path).fragment("uk", "x.html", texts={"de": planted}, planted=planted)
    for page in (shown, foreign):
        assert "<script" not in page
        assert page.count(str(Markup.escape(planted))) == 3


def test_cookies_are_out_of_reach_of_scripts_and_other_sites() -> None:
    found = []
    for path, call in _calls("set_cookie"):
        words = {word.arg: ast.unparse(word.value) for word in call.keywords}
        flags = (words.get("httponly"), words.get("samesite"), words.get("secure"))
        found.append((path, flags))
    assert len(found) >= 5
    https = ("request.url.scheme == 'https'", "secure")
    wrong = [
        one for one in found if one[1][0] != "True" or one[1][1] not in ("'lax'", "'strict'") or one[1][2] not in https
    ]
    assert wrong == []
    written = [
        path
        for path, tree in parsed(*PACKAGES, with_any_of=("ookie", "OOKIE"))
        if "set-cookie" in ast.unparse(tree).lower()
    ]
    assert written == [], "nobody writes the header by hand"
