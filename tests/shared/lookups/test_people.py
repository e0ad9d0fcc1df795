"""People are found by the beginning of a name, whatever is typed."""

from random import Random
from urllib.parse import parse_qs

import msgspec
import pytest

from shared.graph import GraphUnavailable
from shared.lookups.people import People, PersonFound
from shared.lookups.permission import MissingPermissionError
from tests.fixtures.office import ADELE, Office

EVERYBODYS_KEYS = {"id", "userPrincipalName", "displayName", "accountEnabled", "userType"}


async def _names(office: Office, text: str) -> list[str | None]:
    return [person.display_name for person in await People(office.graph).search(text)]


def _asked(office: Office) -> list[str]:
    """Return the $search of each call so far, as Graph decodes it."""
    calls = [member for call in office.tenant.trace() for member in (call.members or (call,))]
    return [parse_qs(call.query)["$search"][0] for call in calls if "search" in call.query]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("vance", ["Adele Vance", "Vance Left"], id="a word of the name"),
        pytest.param("Vance Ad", ["Adele Vance"], id="words in another order"),
        pytest.param("lidia.holl", ["Lidia Holloway"], id="user principal name"),
        pytest.param("kim.akers@fab", ["Kim Akers"], id="mail of a guest"),
        pytest.param("  adele \n\t vance ", ["Adele Vance"], id="spaces and line breaks"),
        pytest.param("sean o'neil", ["Sean O'Neil"], id="apostrophe"),
        pytest.param("100%_kiosk+3@", ["Kiosk 3"], id="percent and plus"),
        pytest.param("kim.akers_fabrikam.example#EXT#", ["Kim Akers"], id="hash"),
        pytest.param("zoë", ["Zoë Müller-Łukasiewicz"], id="letters beyond ASCII"),
        pytest.param("no such person", [], id="nobody"),
    ],
)
async def test_people_are_found_as_somebody_types(office: Office, text: str, names: list[str]) -> None:
    """By the words of their name, or the beginning of their user principal name or mail."""
    assert names == await _names(office, text)


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        pytest.param('say "hello"', r"say \"hello\"", id="quotes"),
        pytest.param('"', r"\"", id="a quote alone"),
        pytest.param("\\", r"\\", id="a backslash alone"),
        pytest.param('a\\"', r"a\\\"", id="backslash before a quote"),
        pytest.param('x" OR "displayName:a', r"x\" OR \"displayName:a", id="a clause of one's own"),
        pytest.param("OR", "OR", id="an operator"),
        pytest.param("a AND (b)", "a AND (b)", id="operators and parentheses"),
        pytest.param("R&D", "R&D", id="ampersand"),
        pytest.param("a&$top=999", "a&$top=999", id="an option of one's own"),
        pytest.param("#1", "#1", id="hash"),
        pytest.param("100%", "100%", id="percent"),
        pytest.param("%22", "%22", id="an encoded quote"),
        pytest.param("a+b", "a+b", id="plus"),
        pytest.param("o'neil''", "o'neil''", id="apostrophes"),
        pytest.param("a\r\nb\x00c\u2028d", "a b c d", id="line breaks and control characters"),
        pytest.param("zoë 👩‍💻", "zoë 👩‍💻", id="emoji"),
        pytest.param("\ud83d a", "a", id="half an emoji"),
        pytest.param("a:b", "a:b", id="colon"),
        pytest.param("x" * 100, "x" * 100, id="long"),
    ],
)
async def test_what_is_typed_stays_text(office: Office, text: str, clause: str) -> None:
    """Graph is asked for three clauses, and takes all that was typed for the text of each."""
    office.tenant.forget_trace()

    await People(office.graph).search(text)

    expected = " OR ".join(f'"{name}:{clause}"' for name in ("displayName", "userPrincipalName", "mail"))
    assert [expected] == _asked(office)
    assert [call.status for call in office.tenant.trace()] == [200]


async def test_graph_can_read_whatever_is_typed(office: Office) -> None:
    """No mixture of what means something to somebody on the way is refused."""
    random = Random(20261123)  # noqa: S311 - the same mixtures every time
    pieces = [
        '"',
        "\\",
        "'",
        "OR",
        "AND",
        "NOT",
        "(",
        ")",
        ":",
        "&",
        "=",
        "#",
        "%",
        "%22",
        "+",
        ";",
        "/",
        "?",
        "$",
        "*",
    ]
    pieces += [
        " ",
        "\n",
        "\x00",
        "\x7f",
        "\ud800",
        "\ufffe",
        "👩\u200d💻",
        "e\u0301",
        "李四",
        "a",
        "9",
        "_",
        "{}",
        "<a>",
    ]
    office.tenant.forget_trace()

    for _ in range(150):
        await People(office.graph).search("".join(random.choices(pieces, k=random.randint(1, 25))))

    assert {call.status for call in office.tenant.trace()} == {200}


@pytest.mark.parametrize("text", ["", "   ", "\n", "\x00", "\ud800"])
async def test_blank_text_finds_nobody_and_asks_nobody(office: Office, text: str) -> None:
    """There is nothing to look for."""
    office.tenant.forget_trace()

    assert await People(office.graph).search(text) == ()
    assert office.tenant.trace() == []


async def test_somebody_found_has_what_tells_people_apart(office: Office) -> None:
    """Title and department too, where they are known."""
    found = await People(office.graph).search("adele")

    assert found == (
        PersonFound(
            id=office.tenant.person(ADELE).id,
            user_principal_name=ADELE,
            display_name="Adele Vance",
            account_enabled=True,
            user_type="Member",
            job_title=found[0].job_title,
            department="Retail",
        ),
    )
    assert EVERYBODYS_KEYS | {"jobTitle", "department"} == msgspec.to_builtins(found[0]).keys()


async def test_a_guest_and_a_disabled_account_are_told_from_others(office: Office) -> None:
    """Before somebody is mistaken for them."""
    (guest,) = await People(office.graph).search("Kim Akers")
    (left,) = await People(office.graph).search("Vance Left")

    assert (guest.user_type, left.account_enabled) == ("Guest", False)
    assert msgspec.to_builtins(guest).keys() == EVERYBODYS_KEYS


async def test_an_object_id_finds_its_person(office: Office) -> None:
    """In any case of its letters, and with one call."""
    person = office.tenant.person(ADELE)
    await _names(office, "a")
    office.tenant.forget_trace()

    assert await _names(office, f" {person.id.upper()} ") == ["Adele Vance"]
    assert [call.path.lower() for call in office.tenant.trace()] == [f"/v1.0/users/{person.id}"]


async def test_an_object_id_of_nobody_finds_nobody(office: Office) -> None:
    """That of a group is no person's either."""
    assert await _names(office, "00000000-0000-0000-0000-000000000000") == []
    assert await _names(office, "15102454-66b1-41a4-9750-1f92c811e999") == []


async def test_no_more_are_found_than_wanted(office: Office) -> None:
    """A screenful by default; a search takes one call, however many would fit."""
    office.tenant.add_people(30)
    office.tenant.forget_trace()
    screenful = await People(office.graph).search("invented")
    few = await People(office.graph).search("invented", limit=3)

    assert (len(screenful), len(few)) == (20, 3)
    assert [call.path for call in office.tenant.trace()] == ["/v1.0/users"] * 2


@pytest.mark.parametrize("text", ["adele", "00000000-0000-0000-0000-000000000000"])
async def test_without_permission_the_search_names_it(office: Office, text: str) -> None:
    """The reset identity reads people with Directory.Read.All."""
    office.tenant.withdraw("reset", "Directory.Read.All")

    with pytest.raises(MissingPermissionError, match=r"Directory\.Read\.All") as caught:
        await People(office.graph).search(text)

    assert caught.value.permission == "Directory.Read.All"


async def test_a_search_that_graph_cannot_read_is_no_empty_answer(office: Office) -> None:
    """Otherwise it would look as if nobody were called that."""
    office.tenant.fault("answer", path="*/users", status=400)

    with pytest.raises(GraphUnavailable, match="400"):
        await People(office.graph).search("adele")


async def test_a_throttled_search_says_when_to_come_back(office: Office) -> None:
    """Longer than a short wait is not waited."""
    office.tenant.fault("answer", path="*/users", status=429, retry_after="90", times=None)

    with pytest.raises(GraphUnavailable) as caught:
        await People(office.graph).search("adele")

    assert caught.value.retry_after == 90.0
