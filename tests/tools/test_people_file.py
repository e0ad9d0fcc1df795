"""A CSV file of people."""

import pytest

from tools.delegate.names import Named
from tools.delegate.people_file import PeopleFileError, people

ADELE_ID = "8c14b9a1-82a0-4e4a-a66b-dcf3cfaa2e14"
ADELE = "adele.vance@contoso.com"
LEE = "lee.gu@contoso.com"


def _said(content: str, encoding: str = "utf-8") -> list[str]:
    return [named.said for named in people("people.csv", content.encode(encoding))]


@pytest.mark.parametrize(
    "content",
    [
        f"user\n{ADELE}\n{LEE}\n",
        f"userPrincipalName\r\n{ADELE}\r\n{LEE}\r\n",
        f'"Name","UserPrincipalName","Department"\n"Vance, Adele","{ADELE}","Retail"\nLee,{LEE},Desk',
        f"name;user;ticket\nVance, Adele;{ADELE};1\nLee; {LEE} ;2\n",
        f"USER\tname\n{ADELE}\tAdele\n{LEE}\tLee\n",
        f"\n\nuser\n\n{ADELE}\n  \n{LEE}\n\n",
        f"user,name\n{ADELE}\n{LEE},Lee,and,more\n",
    ],
)
def test_the_column_is_found_whatever_else_there_is(content: str) -> None:
    """Comma, semicolon or tab, quoted or not, any line ends, other columns, empty lines, short and long lines."""
    assert _said(content) == [ADELE, LEE]


def test_a_byte_order_mark_is_no_part_of_the_header() -> None:
    """As spreadsheets write it."""
    assert _said(f"user\n{ADELE}", "utf-8-sig") == [ADELE]


def test_each_name_knows_its_line() -> None:
    """Counted from one, empty lines and a cell of two lines included."""
    content = f'note,user\n"two\nlines",{ADELE}\n\n,{LEE}\n'

    assert [named.place for named in people("desk.csv", content.encode())] == ["desk.csv, line 2", "desk.csv, line 5"]


def test_an_object_id_is_looked_up_and_the_name_beside_it_held_against_it() -> None:
    """Entra's own export has both; where one is empty, the other is taken."""
    content = f"userPrincipalName,id\n{ADELE},{ADELE_ID}\n{LEE},\n,{ADELE_ID}\n"

    assert people("x.csv", content.encode()) == (
        Named(said=ADELE_ID, also=ADELE, place="x.csv, line 2"),
        Named(said=LEE, place="x.csv, line 3"),
        Named(said=ADELE_ID, place="x.csv, line 4"),
    )


def test_a_line_that_names_nobody_is_kept_to_be_told() -> None:
    """It is one failure among the others, not the end of the file."""
    named = people("x.csv", b"user,name\n,Adele\n")[0]

    assert named.shown == " (x.csv, line 2)"
    assert named.fault.startswith("The line names nobody")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "x.csv is empty; its first line must name a column"),
        (b"\n \n", "x.csv is empty"),
        (b"name,mail\nAdele,a@b.c\n", "x.csv, line 1 names none of the columns .* it has 'name', 'mail'"),
        (b"adele.vance@contoso.com\n", "x.csv, line 1 names none of the columns"),
        (b"user,User\na@b.c,d@e.f\n", "x.csv, line 1 has the column 'user' twice"),
        ("user\nadele@contoso.com\nzoë@contoso.com\n".encode("cp1252"), r"x.csv, line 3 is not UTF-8 \(byte 0xeb\)"),
        ("user\nadele@contoso.com\n".encode("utf-16"), "x.csv, line 1 is not UTF-8"),
        (b'user\na@b.c\n"never closed\n', "x.csv, line 3 cannot be read"),
        (b'user\n"a"b,c\n', "x.csv, line 2 cannot be read"),
    ],
)
def test_a_file_that_is_no_list_of_people_is_refused_with_its_line(content: bytes, complaint: str) -> None:
    """A sentence says which line, and what to do."""
    with pytest.raises(PeopleFileError, match=complaint):
        people("x.csv", content)
