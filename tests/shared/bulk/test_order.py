"""What a bulk request may ask for, and the ordinary request which that is for each person."""

import json
from typing import Any

import pytest

from shared.bulk.order import MOST, content_hash, distinct, parse, request_id, request_of, terms_of
from shared.contract import Action, ContractError, PerUserMfaState, ResetRequest, is_request_id

ADELE = "adele.vance@contoso.com"
DIEGO = "diego.siciliani@contoso.com"


def body(**fields: Any) -> bytes:
    """Return an order, by default to revoke Adele's sessions."""
    return json.dumps({"users": [ADELE], "actions": ["revokeSessions"], **fields}).encode()


def test_each_person_is_an_ordinary_request() -> None:
    """With all that was said once for everybody."""
    order = parse(body(actions=["setPerUserMfa"], perUserMfaState="disabled", ticket="INC-7", reason="Phished"))

    request = request_of(terms_of(order), "bulk-1", ADELE, "lee.gu@contoso.com")

    assert request == ResetRequest(
        id=request_id("bulk-1", ADELE),
        user=ADELE,
        actions=(Action.SET_PER_USER_MFA,),
        per_user_mfa_state=PerUserMfaState.DISABLED,
        requested_by="lee.gu@contoso.com",
        ticket="INC-7",
        reason="Phished",
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        pytest.param({"users": [*[ADELE] * 17, "adele vance"]}, "users[17]", id="somebody malformed"),
        pytest.param({"users": []}, "users", id="nobody"),
        pytest.param({"users": [f"p{number}@contoso.com" for number in range(MOST + 1)]}, "users", id="too many"),
        pytest.param({"users": [ADELE, 7]}, "users[1]", id="no name"),
        pytest.param({"actions": []}, "actions", id="nothing to do"),
        pytest.param({"actions": ["revokeSessions", "revokeSessions"]}, "actions", id="an action twice"),
        pytest.param({"actions": ["issueTemporaryAccessPass"]}, "actions[0]", id="a pass"),
        pytest.param({"actions": ["setPerUserMfa"]}, "perUserMfaState", id="no state"),
        pytest.param({"perUserMfaState": "disabled"}, "perUserMfaState", id="a state for nothing"),
        pytest.param({"requestedBy": "lee.gu@contoso.com"}, "requestedBy", id="a requester, who is the caller"),
        pytest.param({"id": "a b"}, "id", id="no id"),
    ],
)
def test_what_is_wrong_is_named(fields: dict[str, Any], field: str) -> None:
    """Of a person by their place; then nothing of it is taken."""
    with pytest.raises(ContractError) as raised:
        parse(body(**fields))

    assert raised.value.field == field


def test_a_malformed_person_is_told_with_the_way_out() -> None:
    """Whoever has pasted a list has to find the line."""
    with pytest.raises(ContractError) as raised:
        parse(body(users=[ADELE, "../me"]))

    assert str(raised.value) == "Field 'users[1]': is not an object id or a user principal name."


def test_a_pass_is_not_offered() -> None:
    """A pass is shown to whoever waits, and nobody does."""
    with pytest.raises(ContractError) as raised:
        parse(body(actions=["issueTemporaryAccessPass"]))

    assert str(raised.value).count("issueTemporaryAccessPass") == 1


def test_who_is_named_twice_is_taken_once() -> None:
    """In whatever case, and as they were named first."""
    assert distinct((ADELE, DIEGO, ADELE.upper(), DIEGO)) == (ADELE, DIEGO)


def test_a_persons_part_has_one_id() -> None:
    """The same in whatever case, another for another person or bulk request, and one that the ledger takes."""
    same = {request_id("INC-7", ADELE), request_id("INC-7", ADELE.upper())}
    ids = same | {request_id("INC-7", DIEGO), request_id("INC-8", ADELE), request_id("x" * 64, ADELE)}

    assert (len(same), len(ids)) == (1, 4)
    assert all(is_request_id(each) for each in ids)


def test_another_caller_or_another_person_makes_another_order() -> None:
    """By that an id that was taken is told from the same request sent again."""
    terms = terms_of(parse(body()))

    assert content_hash(terms, (ADELE,), "lee") == content_hash(terms, (ADELE.upper(),), "lee")
    assert len({content_hash(terms, people, by) for people in ((ADELE,), (DIEGO,)) for by in ("lee", "nestor")}) == 4
