"""Every figure of the model that is not computed by it."""

from typing import Final

from bench.scale.figure import Figure

_GRAPH: Final = "Microsoft Graph documentation, throttling limits"
_TABLES: Final = "Azure documentation, Scalability and performance targets for Table storage"
_QUEUES: Final = "Azure documentation, Scalability and performance targets for Queue Storage"
_SCALING: Final = "Azure documentation, Target-based scaling"
_CHOICE: Final = "chosen; no public figure"

# --- Microsoft Graph --------------------------------------------------------------------------------------------------

GRAPH_WRITES: Final = Figure(
    value=3_000,
    unit="writes in 150 s, an app in a tenant",
    source=f"{_GRAPH}, identity and access; that changes of authentication methods count there is not documented",
    sure=False,
)
GRAPH_UNITS: Final = Figure(value=8_000, unit="resource units in 10 s", source=f"{_GRAPH}, tenants above 500 people")
AUDIT_CALLS: Final = Figure(
    value=5, unit="calls in 10 s", source=f"{_GRAPH}, identity and access reports; `shared/audit/pacing.py`"
)
AUDIT_PAGE: Final = Figure(
    value=999,
    unit="events a page",
    source="`shared/audit/directory_audits.py`; no maximum is documented for this list",
    sure=False,
)
GRAPH_LATENCY: Final = Figure(
    value=0.25, unit="s, median of a call (log-normal)", source=f"{_CHOICE}, the spread neither", sure=False
)
GRAPH_SPREAD: Final = Figure(value=0.7, unit="sigma of its logarithm: p95 is 0.8 s", source=_CHOICE, sure=False)
AUDIT_LATENCY: Final = Figure(value=1.0, unit="s, a page of the audit log", source=_CHOICE, sure=False)
UNITS_OF_A_READING: Final = Figure(
    value=19, unit="resource units", source="`shared/reading.py`, by the cost that is documented for each call"
)
READINGS: Final = Figure(value=2, unit="calls before the first change", source="`shared/reading.py`")
METHODS: Final = Figure(value=3, unit="methods a person", source="as in `make bench`")

# --- the desk ---------------------------------------------------------------------------------------------------------

AT_WORK: Final = Figure(value=16, unit="resets at once on an instance", source="`host.json`")
SHORT_WAIT: Final = Figure(value=20, unit="s a call waits for Graph", source="`shared/graph.py`")
DOOR_WAIT: Final = Figure(value=150, unit="s a run waits at the door", source="`shared/desk.py`, half of RUN_LEASE")
RUN_TIME: Final = Figure(value=240, unit="s a run may take", source="`shared/desk.py`, four fifths of RUN_LEASE")
REQUEST_AGE: Final = Figure(value=86_400, unit="s until a request is too old", source="MAX_REQUEST_AGE")
POLLING: Final = Figure(value=5, unit="s between looks at an idle queue", source="`host.json`, maxPollingInterval")
SWEPT_AT_ONCE: Final = Figure(
    value=16, unit="requests that the sweeper looks after at once", source="`shared/sweeper.py`"
)
SWEEP: Final = Figure(value=300, unit="s after which a sweep begins with no further one", source="`shared/sweeper.py`")
SWEPT: Final = Figure(
    value=3,
    unit="storage requests, one after another, for each request the sweeper puts back",
    source="`shared/sweeper.py`",
)
STORAGE_OF_A_RESET: Final = Figure(value=12, unit="storage requests", source="`make bench`, storage requests per reset")
STORAGE_OF_A_DEFERRAL: Final = Figure(
    value=12,
    unit="storage requests more",
    source="Azurite's log of a request that was deferred: 9 of the desk, 1 where its person is known, 2 of the host",
)
STORAGE_OF_EVENTS: Final = Figure(
    value=31, unit="storage requests per 1,000 events", source="`make bench`, storage requests per 1,000 audit events"
)
REPORT_LINE: Final = Figure(
    value=330,
    unit="bytes of a compressed report for each act on somebody's MFA",
    source="`tests/bench/test_scale_counts.py`, acts of seven events",
)
REPORT_ROW: Final = Figure(value=700_000, unit="bytes of it in each row", source="`shared/report/packed_rows.py`")
LINE: Final = Figure(
    value=3_400,
    unit="bytes of memory for each act in a report",
    source="`tests/bench/test_scale_counts.py`, its line and its JSON; the events that it is made of come on top",
    sure=False,
)
SUMMARY: Final = Figure(
    value=1_000,
    unit="bytes of memory for each request that a report looks at",
    source="`tests/bench/test_scale_counts.py`",
)
BULK_SHARE: Final = Figure(
    value=0.95, unit="of Graph's limits for bulk requests", source="the pace of bulk requests; the rest is for singles"
)

# --- the platform -----------------------------------------------------------------------------------------------------

INSTANCES: Final = Figure(value=40, unit="instances", source="`infra/main.bicep`, maximumInstanceCount")
MESSAGES_AN_INSTANCE: Final = Figure(
    value=8, unit="messages for which one instance is wanted", source=f"{_SCALING}: batchSize, which `host.json` sets"
)
INSTANCES_AT_ONCE: Final = Figure(value=4, unit="instances added at a time", source=_SCALING)
SCALE_OUT: Final = Figure(
    value=30,
    unit="s between two additions",
    source="Azure documentation, Event-driven scaling, for the Consumption plan; none is given for Flex",
    sure=False,
)
COLD_START: Final = Figure(value=4, unit="s until a new instance works", source=_CHOICE, sure=False)
PARTITION: Final = Figure(value=2_000, unit="entities of 1 KiB a second in a table partition", source=_TABLES)
ACCOUNT: Final = Figure(value=20_000, unit="requests a second in a storage account", source=_TABLES)
QUEUE: Final = Figure(value=2_000, unit="messages of 1 KiB a second in a queue", source=_QUEUES)
TABLE_LATENCY: Final = Figure(value=0.02, unit="s, a request to a table or a queue", source=_CHOICE, sure=False)
TABLE_PAGE: Final = Figure(
    value=1_000, unit="entities an answer", source="Azure documentation, Query timeout and pagination"
)

# --- people -----------------------------------------------------------------------------------------------------------

RESETS: Final = Figure(value=0.001, unit="resets a person on a normal day", source=_CHOICE, sure=False)
SPRAYED: Final = Figure(
    value=0.02, unit="of all people reset on the day of a password spray", source=_CHOICE, sure=False
)
SPRAY_HOURS: Final = Figure(value=4, unit="h in which these come", source=_CHOICE, sure=False)
EVENTS: Final = Figure(
    value=40,
    unit="audit events a person and day",
    source="chosen: 40 million a day for a million people",
    sure=False,
)
RELEVANT: Final = Figure(
    value=0.01, unit="of them tell of somebody's MFA", source="`bench/harvest.py`, from recorded logs", sure=False
)
EVENTS_AN_ACT: Final = Figure(value=7, unit="relevant events make a line of history", source=_CHOICE, sure=False)


def figures() -> dict[str, Figure]:
    """Return them all by name, in the order in which they stand here."""
    return {name: value for name, value in globals().items() if isinstance(value, Figure)}
