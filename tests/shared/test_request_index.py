"""The index of requests, as it is while two releases write to it."""

from azure.data.tables import TableServiceClient

from shared.record import RequestSummary
from shared.request_index import INDEX_TABLE, RequestIndex
from tests.fixtures.office import DIEGO, Office


def of_another_release(tables: TableServiceClient, request_id: str) -> None:
    """Have the summary of a request be in a shape that nobody knows here."""
    table = tables.get_table_client(INDEX_TABLE)
    for row in list(table.list_entities()):
        if str(row["RowKey"]).endswith(f"-{request_id}"):
            unknown = {name: '["another shape"]' for name in row if name.startswith("Summary")}
            table.update_entity({"PartitionKey": row["PartitionKey"], "RowKey": row["RowKey"], **unknown})


async def test_a_request_that_another_release_has_listed_is_listed_with_what_can_be_read(office: Office) -> None:
    """Its id, when it came, and how it stands: one such row hides none of the others."""
    ended = await office.ask(user=DIEGO, actions=["revokeSessions"])
    other = await office.ask(user=DIEGO, actions=["revokeSessions"])
    of_another_release(office.tables, ended.id)

    listed = await RequestIndex(office.table_service).of_day(ended.accepted_at.date(), None, None, 1000)

    found = {each.id: each for each in listed.requests}
    assert found[ended.id] == RequestSummary(id=ended.id, status=ended.status, accepted_at=ended.accepted_at)
    assert found[other.id].user is not None
