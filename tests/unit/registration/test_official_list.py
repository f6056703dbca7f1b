"""The official list is read whatever program it was saved with."""

from __future__ import annotations

import pytest

from services.registration.gazetteer.official_list import NotTheList, read

HEADER = (
    "satzart,textkennzeichen,land,rb,kreis,vb,gemeinde,gemeindename,flaeche,bevoelkerung,maennlich,weiblich,jekm2,"
    "postleitzahl,laengengrad,breitengrad,schluessel,bezeichnung,verstaedterungschluessel,verstaedterungbezeichnung"
)
ROWS = (
    "10,,03,,,,,Niedersachsen,,,,,,,,,,,,",
    '40,41,03,4,05,,,"Wilhelmshaven, Stadt",,,,,,,,,,,,',
    '60,61,03,4,05,0000,000,"Wilhelmshaven, Stadt", 107.07, 76 089, 37 000, 39 089, 711,26382,"8,10694","53,53",B06,X,01,dicht',
    "40,43,03,4,51,,,Ammerland,,,,,,,,,,,,",
    "60,64,03,4,51,0001,001,Übersee,10.5,1 234,,,,26160,,,B06,X,03,gering",
)


def whole(separator: str = "\n") -> str:
    return separator.join((HEADER, *ROWS)) + separator


@pytest.mark.parametrize(
    "content",
    [
        whole().encode(),
        b"\xef\xbb\xbf" + whole("\r\n").encode(),
        whole("\r").encode("latin-1"),
        whole().replace(" 076", "\u2009076").replace("76 089", "76\u202f089").encode(),
        ("Gemeinden in Deutschland am 31.12.2024\n\n" + whole()).encode(),
    ],
    ids=["plain", "with a mark and Windows lines", "Latin-1 and carriage returns", "thin blanks", "a title above"],
)
def test_the_official_list_is_read_in_each_of_its_formats(content: bytes) -> None:
    town, rural = read(content)
    assert (town.ags, town.name, town.state, town.district) == (
        "03405000",
        "Wilhelmshaven, Stadt",
        "Niedersachsen",
        "Wilhelmshaven, Stadt",
    )
    assert (town.kind, town.inhabitants, town.area) == ("district-free city", 76_089, 107.07)
    assert (town.latitude, town.longitude, town.urbanisation, town.postcode) == (53.53, 8.10694, 1, "26382")
    assert (rural.ags, rural.name, rural.district) == ("03451001", "Übersee", "Ammerland")
    assert (rural.inhabitants, rural.latitude, rural.urbanisation) == (1_234, None, 3)


@pytest.mark.parametrize("content", [b"", b"a,b,c\n1,2,3\n", HEADER.encode(), b"\x00\xff" * 50])
def test_what_is_no_list_is_refused_with_what_is_missing(content: bytes) -> None:
    with pytest.raises(NotTheList, match="missing"):
        read(content)


@pytest.mark.parametrize(
    ("before", "after", "column"), [(" 76 089", "viele", "bevoelkerung"), ("10.5", "klein", "flaeche")]
)
def test_a_number_that_can_not_be_read_is_named_with_its_line(before: str, after: str, column: str) -> None:
    line = 4 if column == "bevoelkerung" else 6
    with pytest.raises(NotTheList, match=f"line {line}.*{column} is no number: {after}"):
        read(whole().replace(before, after).encode())
