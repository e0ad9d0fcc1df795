"""Ending sign-in sessions."""

from local.tenant.control_client import ControlClient
from tests.local.tenant.caller import DIEGO, KIM, MIRIAM, PATTI, Graph, error
from tests.local.tenant.conftest import GraphWith

SINCE = "?$select=signInSessionsValidFromDateTime"


def _revoke(graph: Graph, who: str) -> int:
    return graph.call("POST", f"/v1.0/users/{who}/revokeSignInSessions").status_code


def test_revoking_moves_the_time_from_which_sessions_are_valid(graph: Graph, control: ControlClient) -> None:
    """200 with true; the user's property can be read back; journaled once."""
    before = graph.get(f"/v1.0/users/{DIEGO}{SINCE}")["signInSessionsValidFromDateTime"]
    answer = graph.call("POST", f"/v1.0/users/{DIEGO}/revokeSignInSessions")
    after = graph.get(f"/v1.0/users/{DIEGO}{SINCE}")["signInSessionsValidFromDateTime"]

    assert answer.status_code == 200
    assert answer.json()["value"] is True
    assert answer.json()["@odata.context"].endswith("$metadata#Edm.Boolean")
    assert after > before
    assert [entry.act for entry in control.journal()] == ["sessionsRevoked"]


def test_a_guests_sessions_do_not_end(graph: Graph, control: ControlClient) -> None:
    """Graph says true all the same; guests sign in at home."""
    before = graph.get(f"/v1.0/users/{KIM}{SINCE}")["signInSessionsValidFromDateTime"]

    assert _revoke(graph, KIM) == 200
    assert graph.get(f"/v1.0/users/{KIM}{SINCE}")["signInSessionsValidFromDateTime"] == before
    assert control.journal() == []


def test_an_administrators_sessions_need_a_role(graph: Graph, control: ControlClient) -> None:
    """By default the app permission alone does not suffice; a role of the app's own does."""
    expected = "Access to invalidate refresh tokens operation is denied."

    refused = graph.call("POST", f"/v1.0/users/{PATTI}/revokeSignInSessions")
    assert error(refused) == (403, "Authorization_RequestDenied", expected)
    control.assign("Privileged Authentication Administrator", "mfa-desk-reset")
    assert _revoke(graph, PATTI) == 200


def test_whether_they_do_is_a_switch(graph: Graph, control: ControlClient) -> None:
    """No source settles it."""
    control.turn(revoke_needs_role_for_admins=False)

    assert _revoke(graph, PATTI) == 200


def test_a_restricted_unit_keeps_apps_out(graph: Graph) -> None:
    """403 of the directory."""
    answer = graph.call("POST", f"/v1.0/users/{MIRIAM}/revokeSignInSessions")

    assert error(answer)[:2] == (403, "Authorization_RequestDenied")


def test_a_higher_permission_does_as_well(graph_with: GraphWith) -> None:
    """User.ReadWrite.All revokes, too; reading does not."""
    assert _revoke(graph_with("User.ReadWrite.All"), DIEGO) == 200
    assert _revoke(graph_with("User.Read.All"), DIEGO) == 403
