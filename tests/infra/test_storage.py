"""What the templates make in the storage account: every queue and table that the code uses, and no key to it."""

import importlib
import pkgutil
import re
from pathlib import Path

import shared
from tests.infra.app import SAMPLE, queues_of
from tests.infra.templates import arguments, data, repeated, resource

ACCOUNT = "modules/storage.bicep"


def test_every_queue_that_is_worked_on_is_there() -> None:
    """Those that trigger a function."""
    assert sorted(queues_of("queueTrigger")) == sorted(data("queues.json")["worked"])


def test_every_queue_that_is_written_to_is_there() -> None:
    """By output bindings, by the desk itself, and by the host, which puts there what has used up its tries."""
    worked = queues_of("queueTrigger")
    poison = {f"{queue}-poison" for queue in worked if not queue.endswith("-poison")}
    written = queues_of("queue") | {SAMPLE["REPORT_QUEUE"]} | poison

    assert sorted(written - worked) == sorted(data("queues.json")["written"])


def test_every_table_that_the_code_names_is_there() -> None:
    """But those of the audit events, which the app makes month by month."""
    modules = [importlib.import_module(each.name) for each in pkgutil.walk_packages(shared.__path__, "shared.")]
    named = {str(value) for module in modules for name, value in vars(module).items() if name.endswith("_TABLE")}

    assert sorted(name for name in named if name.isalpha()) == sorted(data("tables.json"))


def test_a_table_is_opened_by_such_a_name_alone() -> None:
    """Else the test before this one would not see it."""
    opened = re.compile(r"get_table_client\((?!\w*_TABLE\b|table\b|keys\.events_table\()")
    places = [path.name for path in Path(shared.__path__[0]).rglob("*.py") if opened.search(path.read_text())]

    assert places == []


def test_queues_and_tables_are_made_of_those_lists() -> None:
    """Nothing is written down twice."""
    given = arguments("storage")

    assert (given["queueNames"], given["tableNames"]) == (
        "concat(queueNames.worked, queueNames.written)",
        "tableNames",
    )
    assert (repeated(ACCOUNT, "queues"), repeated(ACCOUNT, "tables")) == ("queueNames", "tableNames")
    assert resource(ACCOUNT, "queues") == {"parent": "queueService", "name": "queueName"}
    assert resource(ACCOUNT, "tables") == {"parent": "tableService", "name": "tableName"}


def test_nobody_has_a_key_to_the_account() -> None:
    """Nor reaches it without encryption, nor reads a blob without a name."""
    expected = {
        "allowBlobPublicAccess": False,
        "allowCrossTenantReplication": False,
        "allowSharedKeyAccess": False,
        "defaultToOAuthAuthentication": True,
        "minimumTlsVersion": "TLS1_2",
        "supportsHttpsTrafficOnly": True,
    }
    account = resource(ACCOUNT, "account")["properties"]

    assert expected == {name: account[name] for name in expected}


def test_a_private_account_is_closed_to_the_internet() -> None:
    """Both switches: the older firewall, and public access altogether."""
    account = resource(ACCOUNT, "account")["properties"]

    assert account["publicNetworkAccess"] == "isPrivate ? Disabled : Enabled"
    assert account["networkAcls"]["defaultAction"] == "isPrivate ? Deny : Allow"


def test_who_wrote_to_the_queues_is_kept() -> None:
    """A queue has no sender; the storage account knows who it was."""
    writers = resource(ACCOUNT, "writers")

    assert (writers["scope"], writers["properties"]["logs"]) == (
        "queueService",
        [{"category": "StorageWrite", "enabled": True}],
    )


def test_the_record_cannot_be_deleted_by_a_slip() -> None:
    """A lock stands on the account, unless it is asked not to."""
    lock = resource(ACCOUNT, "lock")

    assert (lock["scope"], lock["properties"]["level"]) == ("account", "CanNotDelete")
