"""Administrative units."""

from tests.local.tenant.caller import Graph, error
from tests.local.tenant.schema import Schema

UNITS = "/v1.0/directory/administrativeUnits"
EXECUTIVES = "bb4ee2dd-5a74-47c3-9f70-2295eb66a95b"


def test_a_unit_is_read_by_its_id(graph: Graph) -> None:
    """With whether it is restricted; an unknown one is 404."""
    unit = graph.get(f"{UNITS}/{EXECUTIVES.upper()}")

    assert (unit["displayName"], unit["isMemberManagementRestricted"]) == ("Executives", True)
    assert Schema("v1.0").flaws("administrativeUnit", unit) == []
    assert error(graph.call("GET", f"{UNITS}/nothing"))[:2] == (404, "Request_ResourceNotFound")


def test_a_unit_shows_what_is_selected(graph: Graph) -> None:
    """No more and no less."""
    unit = graph.get(f"{UNITS}/{EXECUTIVES}?$select=displayName")

    assert {name: value for name, value in unit.items() if not name.startswith("@")} == {"displayName": "Executives"}
