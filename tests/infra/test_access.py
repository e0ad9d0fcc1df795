"""Who may reach what: each role assignment there is, and none besides."""

from typing import NamedTuple

from tests.infra.templates import arguments, data, repeated, resource, template

ACCESS = "modules/access.bicep"
ASSIGNMENT = "Microsoft.Authorization/roleAssignments"


class Grant(NamedTuple):
    """A role, to whom it is given, and where."""

    role: str
    to: str
    at: str
    of_each: str = ""
    """Over what it is repeated."""


EXPECTED = {
    # The Functions host: locks, timers and the package (identity-based connections).
    Grant("storageBlobDataOwner", "resetPrincipalId", "account"),
    # The ledger, the audit events, whose tables come and go by months, and the reports.
    Grant("storageTableDataContributor", "resetPrincipalId", "account"),
    # The queues with a trigger: to take messages, to hold on to them, to put requests back.
    Grant("storageQueueDataContributor", "resetPrincipalId", "worked[i]", "workedQueues"),
    Grant("storageQueueDataMessageSender", "resetPrincipalId", "written[i]", "writtenQueues"),
    # Other systems: the one queue, to write to it.
    Grant("storageQueueDataMessageSender", "principalId", "requests", "producerPrincipalIds"),
    Grant("monitoringMetricsPublisher", "resetPrincipalId", "insights"),
}
BUILT_IN = {
    "storageBlobDataOwner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "storageQueueDataContributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
    "storageQueueDataMessageSender": "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a",
    "storageTableDataContributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    "monitoringMetricsPublisher": "3913510d-42f4-4e42-8a64-420c390055eb",
}
"""Azure's own role definitions (Azure documentation, built-in roles)."""


def _grant(symbol: str) -> Grant:
    assigned = resource(ACCESS, symbol)
    role = assigned["properties"]["roleDefinitionId"].rpartition(", ")[2].removesuffix(")")
    return Grant(role, assigned["properties"]["principalId"], assigned["scope"], repeated(ACCESS, symbol))


def test_everybody_may_what_their_work_takes_and_no_more() -> None:
    """The audit identity reads Microsoft Graph alone: it has no role in Azure at all."""
    given = template(ACCESS)["resources"]

    assert {_grant(symbol) for symbol, each in given.items() if each["type"] == ASSIGNMENT} == EXPECTED


def test_roles_are_given_in_this_module_alone() -> None:
    """One place to read who may what."""
    others = ["main.bicep", "directory.bicep"]
    others += [f"modules/{name}.bicep" for name in ("storage", "app", "configuration", "monitoring", "network")]

    assert [
        (name, symbol)
        for name in others
        for symbol, each in template(name).get("resources", {}).items()
        if each["type"] == ASSIGNMENT
    ] == []


def test_the_roles_are_azures_own() -> None:
    """By their ids, which are the same everywhere."""
    variables = {name: each["value"] for name, each in template(ACCESS)["variables"].items()}

    assert variables == BUILT_IN


def test_the_queues_are_those_of_the_desk() -> None:
    """Producers reach that of the requests."""
    given = arguments("access")
    queues = data("queues.json")

    assert (given["workedQueues"], given["writtenQueues"]) == ("queueNames.worked", "queueNames.written")
    assert given["requestQueue"] == "queueNames.names.requests"
    assert queues["names"]["requests"] in queues["worked"]
    assert given["resetPrincipalId"] == "identities.outputs.reset.principalId"
