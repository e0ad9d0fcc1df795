"""What callers write reaches Microsoft Graph as text, whole, in the one place where it belongs."""

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

import httpx
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from local.tenant.trace import TracedCall
from shared.contract import PERSON_PATTERN
from tests.fixtures.triggers import bindings
from tests.fuzz.conftest import Target, running

pytestmark = pytest.mark.stand

bounded = settings(
    max_examples=15,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1, max_size=40)
_CLAUSES = re.compile(
    r'"displayName:(?P<text>(?:[^"\\]|\\.)*)" OR "userPrincipalName:(?P=text)" OR "mail:(?P=text)"', re.DOTALL
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Yield a desk that does nothing by itself: whatever Graph is asked, it is asked for whoever calls."""
    others = [name for name, (trigger, *_) in bindings().items() if trigger["type"] != "httpTrigger"]
    disabled = {f"AzureWebJobs.{name}.Disabled": "1" for name in others}
    with running(tmp_path_factory.mktemp("injection"), disabled) as target:
        yield target


def asked(target: Target, path: str, **query: str) -> tuple[httpx.Response, list[TracedCall]]:
    """Return the answer to a question, and what Graph was asked for it."""
    target.tenant.forget_trace()
    response = httpx.get(f"{target.url}/api/{path}", params=query, headers=target.privileged_operator, timeout=30)
    return response, [member for call in target.tenant.trace() for member in call.members or (call,)]


def parameters(call: TracedCall) -> dict[str, str]:
    """Return the query options of a call, each once."""
    pairs = [part.partition("=") for part in call.query.split("&")]
    assert len({unquote(name) for name, _, _ in pairs}) == len(pairs)
    return {unquote(name): unquote(value) for name, _, value in pairs}


@bounded
@given(text=TEXT)
@example(text='" OR "displayName:')
@example(text='a\\" OR accountEnabled:true OR "')
@example(text="\\")
@example(text="a&$filter=startswith(displayName,'')&$select=*")
@example(text="a#b?c%22d+e")
@example(text="O'Brien' or '1' eq '1")
@example(text="OR AND NOT :")
@example(text="é😀\u202e")
def test_a_search_stays_one_text_in_its_three_clauses(target: Target, text: str) -> None:
    """A quote, a backslash or a word of the query's language does not leave the quotes."""
    response, calls = asked(target, "users", search=text)
    assert response.status_code == 200

    (call,) = calls
    found = _CLAUSES.fullmatch(parameters(call)["$search"])
    assert set(parameters(call)) == {"$search", "$count", "$top", "$select"}
    assert found is not None
    assert _ESCAPED.sub(r"\1", found["text"]) == text


@bounded
@given(role=TEXT)
@example(role="Global Reader' or displayName eq 'Global Administrator")
@example(role="'")
@example(role="''")
@example(role="x&$filter=true")
@example(role="x#y?z")
def test_the_name_of_a_role_stays_one_quoted_value(target: Target, role: str) -> None:
    """An apostrophe is doubled, and whatever else means something to OData means nothing."""
    assume(role.isprintable() and not {"/", "%"} & set(role) and role.strip(".") and role == role.strip())
    response, calls = asked(target, f"roles/{quote(role, safe='')}/permissions")
    assert response.status_code == 404

    (call,) = calls
    found = re.fullmatch(r"displayName eq '((?:[^']|'')*)'", parameters(call)["$filter"])
    assert set(parameters(call)) <= {"$filter", "$select"}
    assert found is not None
    assert found[1].replace("''", "'") == role


@bounded
@given(name=TEXT)
@example(name="o'brien")
@example(name="a_b.com#EXT#")
@example(name="a&$select=x")
@example(name="..'$count")
@example(name="$batch")
def test_a_user_principal_name_stays_one_segment_of_the_address(target: Target, name: str) -> None:
    """Whatever is read of somebody is read of exactly that name."""
    user = f"{name}@contoso.com"
    assume(re.match(PERSON_PATTERN, user))
    response, calls = asked(target, f"users/{quote(user, safe='')}")
    assert response.status_code == 404

    everything = [call.path.split("/") for call in calls]
    addresses = [address for address in everything if address[2] == "users"]
    of_caller = [address for address in addresses if unquote(address[3]) != user]
    assert {address[2] for address in everything} == {"users", "servicePrincipals"}
    assert len(addresses) > 1
    assert [len(address) for address in of_caller] == [4]


@pytest.mark.parametrize(
    "user", ["me", "$count", "delta", "a b@contoso.com", "@", "x@y@z", "a@b\n", "a\\b@c", "%2e%2e"]
)
def test_what_is_no_person_is_not_asked_for(target: Target, user: str) -> None:
    """Such a word means something else in an address of Graph."""
    response, calls = asked(target, f"users/{quote(user, safe='')}")

    assert (response.status_code, response.json()["field"], calls) == (400, "user", [])
