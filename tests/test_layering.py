"""The arrows of the house: what each part may import, and what no module does while it is imported."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent
PURE: Final = (
    "announcement",
    "api.problem_details",
    "arrival",
    "audit.activities",
    "audit.actors",
    "audit.attribution",
    "audit.coverage",
    "audit.deeds",
    "audit.event",
    "audit.faces",
    "audit.grouping",
    "audit.harvest_plan",
    "audit.history",
    "audit.history_line",
    "audit.keys",
    "audit.meaning",
    "audit.page",
    "audit.rows",
    "audit.sheet",
    "audit.stretch",
    "audit.tally",
    "audit.traces",
    "audit.transactions",
    "audit.windows",
    "audit.wire",
    "audit.wording",
    "authority",
    "bulk.bulk",
    "bulk.ending",
    "bulk.order",
    "bulk.refusals",
    "bulk.rows",
    "bulk.sheet",
    "bulk.tally",
    "caller",
    "contract",
    "contradictions",
    "delegation",
    "entity",
    "environment",
    "graph_shapes",
    "lookups.delegate",
    "methods",
    "object_id",
    "opening",
    "outcome",
    "permissions",
    "record",
    "report.chart",
    "report.completeness",
    "report.coverage",
    "report.day",
    "report.figures",
    "report.known",
    "report.report",
    "report.spreadsheet",
    "report.words",
    "reset_plan",
    "roles",
    "settings",
)
PURE_FOUNDATION: Final = frozenset(
    {
        *(f"shared.{name}" for name in PURE),
        "base64",
        "binascii",
        "codecs",
        "collections",
        "csv",
        "datetime",
        "enum",
        "hashlib",
        "io",
        "itertools",
        "json",
        "msgspec",
        "re",
        "typing",
        "zlib",
        "zoneinfo",
    }
)
"""All that a pure module may import: the other pure ones, and what neither talks nor looks at a clock."""

CLOCKS: Final = frozenset({"now", "today", "utcnow"})
CLIENTS: Final = (
    "Adapter",
    "Client",
    "Credential",
    "Desk",
    "Directory",
    "Graph",
    "Index",
    "Ledger",
    "Premises",
    "Provider",
    "Queue",
)
"""How the names of those end that hold a connection, the SDKs' and the desk's own."""
MAKERS: Final = frozenset({"credential", "desk", "from_connection_string", "premises", "table_service"})
"""The functions that make one."""

Checker = Callable[[str], list[str]]


def _modules(*parts: str) -> list[Path]:
    """Return the Python files of these parts of the house, each a folder or a file."""
    return sorted(
        path
        for part in parts
        for path in ([ROOT / part] if part.endswith(".py") else (ROOT / part).rglob("*.py"))
        if "node_modules" not in path.parts
    )


def _imports(source: str) -> Iterator[str]:
    """Yield the full name of whatever is imported anywhere in a module, lazily or for types alone as well."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


def _within(name: str, part: str) -> bool:
    return name == part or name.startswith(f"{part}.")


def _importing(*forbidden: str) -> Checker:
    """Return the check for imports of these parts."""

    def check(source: str) -> list[str]:
        return [name for name in _imports(source) if any(_within(name, part) for part in forbidden)]

    return check


def _importing_beyond(*allowed: str) -> Checker:
    """Return the check for imports of anything but these parts."""

    def check(source: str) -> list[str]:
        return [name for name in _imports(source) if not any(_within(name, part) for part in allowed)]

    return check


def _reading_clocks(source: str) -> list[str]:
    """Return the mentions of what tells the time: a pure function is given it."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS
    ]


def _run_on_import(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is evaluated while a module is imported: all but the bodies of its functions."""
    yield node
    for name, value in ast.iter_fields(node):
        if name == "body" and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.AST):
                yield from _run_on_import(part)


def _name(node: ast.expr) -> str:
    """Return the last part of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _reading_environment(source: str) -> list[str]:
    """Return the reads of the environment while a module is imported."""
    return [
        ast.unparse(node)
        for node in _run_on_import(ast.parse(source))
        if isinstance(node, ast.Attribute | ast.Name) and _name(node) in {"environ", "environb", "getenv"}
    ]


def _making_clients(source: str) -> list[str]:
    """Return the connections made while a module is imported."""
    return [
        ast.unparse(node)
        for node in _run_on_import(ast.parse(source))
        if isinstance(node, ast.Call) and (_name(node.func).endswith(CLIENTS) or _name(node.func) in MAKERS)
    ]


NEVER_DEPLOYED: Final = ("local", "tests", "bench", "docs", "infra", "tools")
NOTHING_BACK: Final = _importing(*NEVER_DEPLOYED)
SHARED_ALONE: Final = _importing("azure.functions", "functions", "function_app", *NEVER_DEPLOYED)
DOORS_TO_SHARED: Final = _importing("function_app", *NEVER_DEPLOYED)
STAND_TO_APP: Final = _importing("functions", "tests", "bench")
STAND_INS_ALONE: Final = _importing("function_app", "functions", "shared", "tests", "bench")
"""What stands in for Microsoft must not learn from the app what Microsoft does; the host loads the app by its name."""
TOOLS_TO_SHARED: Final = _importing("function_app", "functions", "local", "tests", "bench")
PURE_ALONE: Final = _importing_beyond(*PURE_FOUNDATION)
INDEXED_ONCE: Final = _importing("function_app")
"""The library indexes an app once in a process: a second test that did so would fail whichever comes after it."""
INDEXER: Final = ROOT / "tests/fixtures/triggers.py"

HOUSE: Final = (
    ("function_app.py", NOTHING_BACK, _modules("function_app.py")),
    ("functions", DOORS_TO_SHARED, _modules("functions")),
    ("tools", TOOLS_TO_SHARED, _modules("tools")),
    ("shared", SHARED_ALONE, _modules("shared")),
    ("local", STAND_TO_APP, _modules("local")),
    ("stand-ins", STAND_INS_ALONE, _modules("local/host", "local/tenant")),
    ("pure", PURE_ALONE, _modules(*(f"shared/{name.replace('.', '/')}.py" for name in PURE))),
    ("clock", _reading_clocks, _modules(*(f"shared/{name.replace('.', '/')}.py" for name in PURE))),
    ("environment", _reading_environment, _modules("function_app.py", "functions", "shared")),
    ("index", INDEXED_ONCE, [path for path in _modules("tests") if path != INDEXER]),
    ("clients", _making_clients, _modules("function_app.py", "functions", "shared")),
)


@pytest.mark.parametrize(
    ("check", "path"),
    [
        pytest.param(check, path, id=f"{rule}-{path.relative_to(ROOT)}")
        for rule, check, paths in HOUSE
        for path in paths
    ],
)
def test_every_module_keeps_to_the_arrows(check: Checker, path: Path) -> None:
    """Nothing in the house points the wrong way, talks where it is pure, or acts while it is imported."""
    assert not check(path.read_text(encoding="utf-8"))


def test_the_house_is_looked_at() -> None:
    """Every rule has modules to hold for: a folder which moved would leave a rule without any."""
    assert not [rule for rule, _, paths in HOUSE if not paths]


@pytest.mark.parametrize(
    ("check", "source", "expected"),
    [
        pytest.param(NOTHING_BACK, "import local.tenant", ["local.tenant"], id="the app imports the stand"),
        pytest.param(NOTHING_BACK, "from tests import fixtures", ["tests.fixtures"], id="the app imports tests"),
        pytest.param(
            NOTHING_BACK,
            "def late():\n    from bench import cold",
            ["bench.cold"],
            id="the app imports a benchmark late",
        ),
        pytest.param(
            SHARED_ALONE,
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import azure.functions as func",
            ["azure.functions"],
            id="shared imports the binding for its types",
        ),
        pytest.param(
            SHARED_ALONE, "from azure import functions", ["azure.functions"], id="shared imports the binding by parts"
        ),
        pytest.param(
            SHARED_ALONE, "from functions.process import desk", ["functions.process.desk"], id="shared imports a door"
        ),
        pytest.param(DOORS_TO_SHARED, "import function_app", ["function_app"], id="a door imports the app"),
        pytest.param(
            STAND_TO_APP,
            "from functions.queues import delivery",
            ["functions.queues.delivery"],
            id="the stand uses a door",
        ),
        pytest.param(
            STAND_INS_ALONE,
            "from shared.methods import ENDPOINTS",
            ["shared.methods.ENDPOINTS"],
            id="the tenant learns from the desk",
        ),
        pytest.param(
            INDEXED_ONCE,
            "import function_app\nfunction_app.app.get_functions()",
            ["function_app"],
            id="a test indexes the app by itself",
        ),
        pytest.param(PURE_ALONE, "import os", ["os"], id="a pure part imports the system"),
        pytest.param(PURE_ALONE, "from time import time", ["time.time"], id="a pure part imports a clock"),
        pytest.param(PURE_ALONE, "import httpx, re", ["httpx"], id="a pure part talks"),
        pytest.param(
            PURE_ALONE, "from shared.ledger import Row", ["shared.ledger.Row"], id="a pure part imports one that talks"
        ),
        pytest.param(PURE_ALONE, "from . import ledger", ["..ledger"], id="a pure part imports beside itself"),
        pytest.param(
            _reading_clocks, "stamp = datetime.now(UTC)", ["datetime.now"], id="a pure part looks at the clock"
        ),
        pytest.param(
            _reading_clocks,
            "def at(now=datetime.datetime.utcnow): pass",
            ["datetime.datetime.utcnow"],
            id="a pure part hands the clock on",
        ),
        pytest.param(
            _reading_environment, "import os\nQUEUE = os.environ['Q']", ["os.environ"], id="a constant is a setting"
        ),
        pytest.param(
            _reading_environment,
            "def read(queue=os.getenv('Q')): pass",
            ["os.getenv"],
            id="a default is a setting",
        ),
        pytest.param(
            _reading_environment,
            "from os import environ\nclass Desk:\n    queue = environ.get('Q')",
            ["environ"],
            id="an attribute of a class is a setting",
        ),
        pytest.param(
            _making_clients,
            "tables = TableServiceClient.from_connection_string(text)",
            ["TableServiceClient.from_connection_string(text)"],
            id="a client from a connection string",
        ),
        pytest.param(
            _making_clients,
            "class Door:\n    identity = aio.ManagedIdentityCredential()",
            ["aio.ManagedIdentityCredential()"],
            id="an identity in a class",
        ),
        pytest.param(_making_clients, "desk = Premises(read({})).desk", ["Premises(read({}))"], id="a desk"),
    ],
)
def test_what_points_the_wrong_way_is_found(check: Checker, source: str, expected: list[str]) -> None:
    """Each rule names what breaks it, however it is written."""
    assert expected == check(source)


@pytest.mark.parametrize(
    ("check", "source"),
    [
        pytest.param(
            NOTHING_BACK, "import locale, localhost\nfrom shared import local_time", id="names that begin alike"
        ),
        pytest.param(SHARED_ALONE, "from azure.identity.aio import ManagedIdentityCredential", id="another SDK"),
        pytest.param(
            PURE_ALONE,
            "import msgspec.json\nfrom collections.abc import Mapping\nfrom shared.methods import BY_NAME",
            id="what a pure part stands on",
        ),
        pytest.param(_reading_clocks, "now = at + timedelta(days=1)", id="a moment that was given"),
        pytest.param(_reading_environment, "def read():\n    return os.environ['Q']", id="a setting read when asked"),
        pytest.param(_reading_environment, "read = lambda: os.environ['Q']", id="a setting read when asked, in short"),
        pytest.param(
            _making_clients,
            "def table_service():\n    return TableServiceClient()\n\nasync def desk():\n    return Premises({}).desk",
            id="a client made when asked",
        ),
        pytest.param(_making_clients, "def take(client: QueueClient) -> None: ...", id="a client that was given"),
    ],
)
def test_what_points_the_right_way_is_left_alone(check: Checker, source: str) -> None:
    """No rule finds fault with what the house allows."""
    assert not check(source)
