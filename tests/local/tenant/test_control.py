"""The control API."""

import httpx
import pytest

from local.tenant.control_client import ControlClient
from local.tenant.methods import MicrosoftAuthenticator, Phone, SoftwareOath
from local.tenant.switches import Switches
from tests.local.tenant.caller import ADELE, DIEGO, Graph, ids_of

GUEST = "kim.akers_fabrikam.example#EXT#@contoso.com"


def test_a_reset_undoes_everything(graph: Graph, control: ControlClient) -> None:
    """People, switches, faults, journal and trace are as the seed has them."""
    before = control.person(ADELE)
    control.turn(latency=0.01)
    control.fault("answer", times=None)
    control.remove(ADELE, ids_of(control, ADELE)["softwareOath"])
    control.assign("Global Reader", ADELE)
    graph.call("GET", "/v1.0/users")
    control.reset()

    assert control.person(ADELE) == before
    assert control.switches() == Switches()
    assert (control.faults(), control.journal(), control.trace()) == ([], [], [])


def test_switches_are_turned_one_by_one(control: ControlClient) -> None:
    """The others stay as they are."""
    control.turn(page_size=7)
    control.turn(default_wording="2021")

    assert (control.switches().page_size, control.switches().default_wording) == (7, "2021")


@pytest.mark.parametrize("changes", [{"kindness": 1}, {"latency": "slow"}, {"default_blocked_by": "nothing"}])
def test_a_switch_that_does_not_exist_is_refused(control: ControlClient, changes: dict[str, object]) -> None:
    """400 with a sentence, and nothing is turned."""
    with pytest.raises(httpx.HTTPStatusError, match="error"):
        control.turn(**changes)

    assert control.switches() == Switches()


def test_a_person_registers_a_method(control: ControlClient) -> None:
    """It gets an id and a date, and becomes the default if there was none."""
    made = control.register("nobody.yet@contoso.com", MicrosoftAuthenticator(display_name="First phone"))
    person = control.person("nobody.yet@contoso.com")

    assert made in person.methods
    assert made.created_date_time is not None
    assert person.default is not None
    assert person.default.method_id == made.id
    assert [(entry.act, entry.actor) for entry in control.journal()] == [("methodRegistered", "person")]


def test_the_same_number_can_be_registered_again(control: ControlClient) -> None:
    """The id is the same, too: then nothing tells the new phone from the old one."""
    old = next(method for method in control.person(ADELE).methods if isinstance(method, Phone))
    control.remove(ADELE, old.id)
    new = control.register(ADELE, Phone(phone_type=old.phone_type, phone_number=old.phone_number))

    assert (new.id, new.created_date_time) == (old.id, None)


def test_a_second_method_does_not_take_the_default_away(control: ControlClient) -> None:
    """Whatever is better than what there is."""
    before = control.person("lynne.robbins@contoso.com").default
    control.register("lynne.robbins@contoso.com", SoftwareOath())

    assert control.person("lynne.robbins@contoso.com").default == before


def test_somebody_else_ends_sessions(control: ControlClient) -> None:
    """The journal names them."""
    control.revoke(DIEGO, actor="admin:patti.fernandez@contoso.com")

    assert [entry.actor for entry in control.journal()] == ["admin:patti.fernandez@contoso.com"]


def test_guests_are_found_by_their_names(control: ControlClient) -> None:
    """Number signs and all."""
    assert control.person(GUEST).upn == GUEST


def test_a_crowd_is_added_at_once(graph: Graph, control: ControlClient) -> None:
    """Each with the same methods, and known to Graph."""
    names = control.add_people(
        100, (Phone(phone_type="mobile", phone_number="+1 4255550155"), MicrosoftAuthenticator(display_name="phone"))
    )

    assert len(set(names)) == 100
    assert len(graph.methods(names[42])) == 3


def test_an_account_can_be_disabled(graph: Graph, control: ControlClient) -> None:
    """And the per-user MFA state set, without a trace in the journal."""
    control.change_person(ADELE, enabled=False, per_user_mfa="disabled")

    assert graph.get(f"/v1.0/users/{ADELE}?$select=accountEnabled")["accountEnabled"] is False
    assert control.person(ADELE).per_user_mfa == "disabled"
    assert control.journal() == []


def test_the_trace_counts_calls(graph: Graph, control: ControlClient) -> None:
    """With method, path, query, status, app and the caller's own id; it can be started anew."""
    graph.call("GET", f"/v1.0/users/{ADELE}?$select=id", **{"client-request-id": "mine"})
    call = control.trace()[-1]

    assert (call.method, call.version, call.path, call.query) == ("GET", "v1.0", f"/v1.0/users/{ADELE}", "$select=id")
    assert (call.status, call.client_request_id) == (200, "mine")
    assert call.app_id == control.facts().apps["reset"].client_id
    control.forget_trace()
    assert control.trace() == []


@pytest.mark.parametrize(
    ("call", "body", "status"),
    [
        ("GET /people/nobody@contoso.com", None, 404),
        (f"DELETE /people/{ADELE}/methods/x", None, 404),
        (f"POST /people/{ADELE}/methods", b'{"method": {"kind": "telepathy"}}', 400),
        (f"POST /people/{ADELE}/methods", b"{", 400),
        ("POST /roles", b'{"role": "King", "principal": "lee.gu@contoso.com"}', 404),
        ("POST /roles", b'{"role": "Global Reader", "principal": "nobody"}', 404),
        ("DELETE /roles", b'{"role": "Global Reader", "principal": "lee.gu@contoso.com"}', 404),
        ("POST /circles", b'{"circle": "Nobodies", "member": "lee.gu@contoso.com"}', 404),
        ("POST /circles", b'{"circle": "Milan", "member": "lee.gu@contoso.com", "owner": true}', 404),
        ("POST /permissions", b'{"app": "nothing", "permission": "x"}', 404),
        ("POST /faults", b'{"effect": "explode"}', 400),
        ("GET /nothing", None, 404),
        ("PUT /switches", None, 405),
    ],
)
def test_what_cannot_be_done_is_said(
    http: httpx.Client, control: ControlClient, call: str, body: bytes | None, status: int
) -> None:
    """404 for a name that does not exist, 400 for a body that is wrong; never a 500."""
    method, path = call.split()

    assert http.request(method, f"{control.url}/control{path}", content=body).status_code == status
