"""What a role allows, as Graph describes it."""

from urllib.parse import parse_qs

import msgspec
import pytest

from local.tenant import seed
from shared.graph import Answer, Call, Graph, GraphUnavailable
from shared.lookups.permission import MissingPermissionError
from shared.lookups.role_permissions import RoleDescribed, RolePermission, RolePermissions
from shared.roles import AUTHENTICATION_ADMINISTRATOR, DIRECTORY_READERS
from tests.fixtures.office import Office

DELETE = "microsoft.directory/users/authenticationMethods/delete"
RESTRICTED_READ = "microsoft.directory/users/authenticationMethods/standard/restrictedRead"


async def _role(office: Office, name: str) -> RoleDescribed:
    role = await RolePermissions(office.graph).of(name)
    assert role is not None
    return role


async def test_a_role_is_described_as_the_portal_does(office: Office) -> None:
    """With each action's description and whether it is privileged."""
    role = await _role(office, "Authentication Administrator")
    permissions = {permission.action: permission for permission in role.permissions}

    assert (role.id, role.is_built_in, role.is_privileged) == (AUTHENTICATION_ADMINISTRATOR, True, True)
    assert 19 == len(permissions) == len(role.permissions)
    assert permissions[DELETE] == RolePermission(
        action=DELETE, description="Remove people's authentication methods", privileged=True
    )
    assert permissions[RESTRICTED_READ].privileged is False
    assert [permission.action for permission in role.permissions if not permission.description] == []


@pytest.mark.parametrize(
    "name",
    [
        AUTHENTICATION_ADMINISTRATOR,
        AUTHENTICATION_ADMINISTRATOR.upper(),
        "authentication ADMINISTRATOR",
        " Authentication Administrator ",
    ],
)
async def test_a_role_is_found_by_template_id_and_by_name(office: Office, name: str) -> None:
    """In any case."""
    role = await _role(office, name)

    assert role.display_name == "Authentication Administrator"


async def test_a_built_in_role_has_the_permissions_of_another_besides(office: Office) -> None:
    """Those of Directory Readers; a custom role has its own only."""
    role, custom = await _role(office, "Authentication Administrator"), await _role(office, "Branch device helper")

    assert (role.inherits_from, custom.inherits_from) == ((DIRECTORY_READERS,), ())


async def test_permissions_are_in_the_order_of_their_names(office: Office) -> None:
    """Each one once."""
    actions = [permission.action for permission in (await _role(office, "Authentication Administrator")).permissions]

    assert actions == sorted(set(actions))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "No such role",
        "00000000-0000-0000-0000-000000000000",
        "O'Brien's role",
        "x' or displayName ne 'y",
        "Reports Reader' and isBuiltIn eq true and displayName eq 'Reports Reader",
        'a "role"',
        "a\\role",
        "a/role?x=y#z",
        "a&$filter=isBuiltIn eq true",
        "100%25",
        "a+b",
        "zoë 👩",
        "a\nb",
        "\ud800",
        "x" * 500,
    ],
)
async def test_a_role_that_is_not_there_is_none(office: Office, name: str) -> None:
    """Whatever is asked for stays one text."""
    assert await RolePermissions(office.graph).of(name) is None


async def test_a_built_in_role_comes_before_a_custom_one_of_its_name(office: Office) -> None:
    """Nobody can put a role of their own in the place of Microsoft's."""

    class WithImpostor(Graph):
        async def send(self, call: Call) -> Answer:
            answer = await super().send(call)
            return _with_impostor(answer) if "roleDefinitions" in call.path else answer

    graph = WithImpostor(office.tenant.url, office.credential)
    role = await RolePermissions(graph).of("Authentication Administrator")
    await graph.close()

    assert role is not None
    assert role.id == AUTHENTICATION_ADMINISTRATOR


def _with_impostor(answer: Answer) -> Answer:
    page = msgspec.json.decode(answer.body)
    page["value"].insert(0, page["value"][0] | {"id": "somebody's own", "isBuiltIn": False})
    return msgspec.structs.replace(answer, body=msgspec.json.encode(page))


async def test_a_name_reaches_graph_as_one_text(office: Office) -> None:
    """Apostrophes doubled, nothing left to read as a condition."""
    office.tenant.forget_trace()

    await RolePermissions(office.graph).of("x' or isBuiltIn eq true & y")

    query = parse_qs(office.tenant.trace()[0].query)
    assert query["$filter"] == ["displayName eq 'x'' or isBuiltIn eq true & y'"]


async def test_a_role_takes_two_calls(office: Office) -> None:
    """One for the role, and one batch for what its services call their actions."""
    office.tenant.forget_trace()

    await _role(office, AUTHENTICATION_ADMINISTRATOR)

    calls = office.tenant.trace()
    services = {"microsoft.azure.servicehealth", "microsoft.azure.supporttickets", "microsoft.directory"}
    office365 = {f"microsoft.office365.{name}" for name in ("servicehealth", "supporttickets", "webportal")}
    assert [call.path for call in calls] == [
        "/beta/roleManagement/directory/roleDefinitions/" + AUTHENTICATION_ADMINISTRATOR,
        "/beta/$batch",
    ]
    assert services | office365 == {member.path.split("/")[-2] for member in calls[1].members}


async def test_descriptions_on_further_pages_are_read_too(office: Office) -> None:
    """However small Graph's pages are."""
    office.tenant.turn(page_size=5)

    role = await _role(office, "Authentication Administrator")

    assert [permission.action for permission in role.permissions if not permission.description] == []


async def test_an_action_without_a_description_still_shows(office: Office) -> None:
    """Of a custom role, and of a service that Graph does not describe."""
    office.tenant.fault("answer", path="*/microsoft.azure.supporttickets/resourceActions", status=404)
    custom = await _role(office, "Branch device helper")
    role = await _role(office, "Authentication Administrator")
    bare = [permission for permission in role.permissions if permission.description is None]

    assert (RolePermission(action="microsoft.directory/devices/standard/read"),) == custom.permissions
    assert (custom.is_built_in, custom.is_privileged) == (False, False)
    assert [RolePermission(action="microsoft.azure.supportTickets/allEntities/allTasks")] == bare


async def test_what_graph_does_not_tell_is_left_out(office: Office) -> None:
    """Rather than said to be nothing."""
    custom = await _role(office, "Branch device helper")

    assert {"action"} == msgspec.to_builtins(custom.permissions[0]).keys()


async def test_every_role_of_the_tenant_can_be_described(office: Office) -> None:
    """None of them stumbles."""
    for name in (role.name for role in seed.read().roles):
        assert name == (await _role(office, name)).display_name


async def test_without_permission_the_lookup_names_it(office: Office) -> None:
    """Directory.Read.All shows roles, and not what their actions are called."""
    office.tenant.withdraw("reset", "RoleManagement.Read.Directory")

    with pytest.raises(MissingPermissionError) as caught:
        await RolePermissions(office.graph).of("Authentication Administrator")

    assert caught.value.permission == "RoleManagement.Read.Directory"


@pytest.mark.parametrize("path", ["*/roleDefinitions", "*/resourceActions"])
async def test_a_stumble_of_graph_is_no_empty_answer(office: Office, path: str) -> None:
    """Neither a missing role nor an action without a description."""
    office.tenant.fault("answer", path=path, status=500, times=None)

    with pytest.raises(GraphUnavailable, match="500"):
        await RolePermissions(office.graph).of("Authentication Administrator")
