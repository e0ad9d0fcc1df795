"""Administrative units: reading one."""

from local.tenant.call import Answer, Call
from local.tenant.metadata import METADATA
from local.tenant.odata import selected
from local.tenant.refusals import no_resource
from local.tenant.routing import Route
from local.tenant.world import World


def get_unit(call: Call, world: World) -> Answer:
    """GET /directory/administrativeUnits/{id}."""
    names = selected(call, "administrativeUnit")
    unit = world.directory.units.get(call.keys[0].lower())
    if unit is None:
        raise no_resource(call.keys[0])
    known = METADATA["administrativeUnit"].blank() | {
        "id": unit.id,
        "displayName": unit.name,
        "isMemberManagementRestricted": unit.restricted,
    }
    context = call.context("directory/administrativeUnits/$entity")
    return Answer(body={"@odata.context": context, **{name: known[name] for name in names}})


ROUTES = (
    Route(
        method="GET",
        path="/directory/administrativeUnits/{id}",
        handler=get_unit,
        family="directory",
        options=frozenset({"$select"}),
    ),
)
