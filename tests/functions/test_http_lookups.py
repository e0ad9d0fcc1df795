"""People, delegates and roles over HTTP: what is handed on of the address, and what is answered."""

from typing import Any

import pytest

from functions import delegation, people
from shared.lookups.delegates import DelegateList
from shared.lookups.people import PersonFound
from shared.lookups.role_permissions import RoleDescribed
from shared.preview import PersonShown, Preview
from tests.functions.visit import ADELE, behind, call, caller, told

FOUND = PersonFound(
    id=ADELE,
    user_principal_name="adele.vance@contoso.com",
    display_name="Adele Vance",
    account_enabled=True,
    user_type="Member",
)
READER = RoleDescribed(
    id="f2ef992c-3afb-46b9-b7cf-a126ee74c451", display_name="Global Reader", is_built_in=True, permissions=()
)


async def test_people_are_found_by_what_is_known_of_them() -> None:
    """The text is handed on as it was written."""
    premises = behind((FOUND,))

    answer = await call(people.search_users, premises, query={"search": 'O\'Brien "Ann" OR 1'})

    assert premises.part.asked == [("search", ('O\'Brien "Ann" OR 1',), {})]
    assert [each["userPrincipalName"] for each in told(answer)["users"]] == ["adele.vance@contoso.com"]


@pytest.mark.parametrize("query", [{}, {"search": ""}, {"search": " "}, {"search": "x" * 101}, {"search": "\n\t"}])
async def test_a_search_says_something(query: dict[str, str]) -> None:
    """A blank one would find everybody or nobody, and a long one nobody."""
    premises = behind(())

    answer = await call(people.search_users, premises, query=query)

    assert (answer.status_code, told(answer)["field"], premises.part.asked) == (400, "search", [])


async def test_a_parameter_that_is_none_is_named() -> None:
    """A typing error does not pass for a search."""
    answer = await call(people.search_users, behind(()), query={"search": "adele", "serach": "x"})

    assert (answer.status_code, told(answer)["field"]) == (400, "serach")


@pytest.mark.parametrize("user", [ADELE, "adele.vance@contoso.com", "o'brien@contoso.com", "a_b.com#EXT#@contoso.com"])
async def test_somebody_is_looked_at_for_the_caller(user: str) -> None:
    """What may be done depends on who asks."""
    preview = Preview(user=PersonShown(id=ADELE, user_principal_name="adele.vance@contoso.com"), actions=())
    premises = behind(preview)

    answer = await call(people.show_user, premises, user=user)

    assert premises.part.asked == [("of", (user, caller(authority="operator")), {})]
    assert told(answer)["user"]["id"] == ADELE


@pytest.mark.parametrize("user", ["me", "..", "delta", "adele", "a@b/c", "a@b?x", "x" * 260 + "@b", "a@b\n", "$count"])
async def test_what_is_no_person_is_not_looked_for(user: str) -> None:
    """It would become part of an address of Graph, and mean something there."""
    premises = behind()

    answer = await call(people.show_user, premises, user=user)

    assert (answer.status_code, told(answer)["field"], premises.part.asked) == (400, "user", [])


async def test_somebody_who_is_not_there_is_not_found() -> None:
    """The problem names the parameter."""
    answer = await call(people.show_user, behind(None), user="nobody@contoso.com")

    assert (answer.status_code, told(answer)["field"]) == (404, "user")


async def test_delegates_are_listed_with_what_is_missing() -> None:
    """An incomplete list says so itself."""
    answer = await call(delegation.list_delegates, behind(DelegateList(delegates=(), unreadable=())))

    assert told(answer) == {"delegates": [], "unreadable": []}


@pytest.mark.parametrize(("role", "asked"), [("Global Reader", "Global Reader"), (" O'Role ", "O'Role")])
async def test_a_role_is_described(role: str, asked: str) -> None:
    """By what Graph calls it or by its id; quoting is Graph's affair."""
    premises = behind(READER)

    answer = await call(delegation.show_role_permissions, premises, role=role)

    assert premises.part.asked == [("of", (asked,), {})]
    assert told(answer)["displayName"] == "Global Reader"


@pytest.mark.parametrize("role", [" ", "x" * 129])
async def test_what_can_be_no_role_is_not_looked_for(role: str) -> None:
    """The problem names the parameter."""
    premises = behind(READER)

    answer = await call(delegation.show_role_permissions, premises, role=role)

    assert (answer.status_code, told(answer)["field"], premises.part.asked) == (400, "role", [])


@pytest.mark.parametrize(("role", "quoted"), [("Reader", "'Reader'"), ("x" * 128, f"'{'x' * 60}…'")])
async def test_a_role_that_is_not_there_is_not_found(role: str, quoted: str) -> None:
    """The sentence quotes the beginning of what was asked for."""
    answer: Any = await call(delegation.show_role_permissions, behind(None), role=role)

    assert (answer.status_code, told(answer)["field"], quoted in told(answer)["detail"]) == (404, "role", True)
