"""The authentication methods of a person: the union list and one segment per type."""

from functools import partial
from typing import Any

import msgspec

from local.tenant import credentials
from local.tenant.audit import of_methods
from local.tenant.audit.actors import find
from local.tenant.call import Answer, Call
from local.tenant.default_method import blocks
from local.tenant.entities import Person
from local.tenant.graph_users import person_of
from local.tenant.method_kinds import KINDS, USABLE, MethodKind, body, device_body, listed, odata_type, usability
from local.tenant.methods import HardwareOath, Method, Phone, TemporaryAccessPass, kind_of
from local.tenant.odata import expanded, paged
from local.tenant.reach import is_beyond_reach
from local.tenant.refusals import (
    GraphRefusalError,
    access_denied,
    bad_method_request,
    default_in_the_way,
    method_not_allowed,
    no_generic_delete,
    no_method,
    no_segment,
)
from local.tenant.routing import Handler, Route
from local.tenant.world import World

BASE = "/users/{id}/authentication"
EVERYTHING = 10_000


def _listed(call: Call, world: World, methods: list[Method], *, typed: bool, segment: str) -> Answer:
    context = f"users('{call.keys[0]}')/authentication/{segment}"
    size = world.switches.methods_page_size or EVERYTHING
    return paged(call, methods, lambda method: _shown(call, world, method, typed=typed), context, size)


def _shown(call: Call, world: World, method: Method, *, typed: bool) -> dict[str, Any]:
    shown = body(method, call.version, world.clock(), masked=world.switches.mask_phone_numbers)
    if call.options and isinstance(method, HardwareOath) and "device" in _expansion(call):
        person = person_of(call, world)
        shown["device"] = device_body(method, {"id": person.id, "displayName": person.name})
    return {"@odata.type": odata_type(method), **shown} if typed else shown


def _expansion(call: Call) -> tuple[str, ...]:
    return expanded(call, frozenset({"device"}), one_only=False)


def _seen(call: Call, world: World, key: str) -> Method:
    """Return the method of this id as lists show it at present. Raises Graph's 404."""
    for method in person_of(call, world).seen(world.clock()):
        if method.id == key:
            return method
    raise no_method(key)


# --- the union list ---------------------------------------------------------------------------------------------------


def list_methods(call: Call, world: World) -> Answer:
    """GET methods: every method that this version has a type for, without any query option."""
    methods = [method for method in person_of(call, world).seen(world.clock()) if listed(method, call.version)]
    return _listed(call, world, methods, typed=True, segment="methods")


def get_method(call: Call, world: World) -> Answer:
    """GET methods/{id}."""
    method = _seen(call, world, call.keys[1])
    if not listed(method, call.version):
        raise no_method(method.id)
    context = call.context(f"users('{call.keys[0]}')/authentication/methods/$entity")
    return Answer(body={"@odata.context": context, **_shown(call, world, method, typed=True)})


def delete_method(call: Call, world: World) -> Answer:
    """DELETE methods/{id}: the SDKs offer it, the service has never heard of it."""
    person = person_of(call, world)
    raise no_generic_delete(f"/users('{person.id}')/authentication/methods('{call.keys[1]}')")


# --- one segment per type ---------------------------------------------------------------------------------------------


def list_kind(kind: MethodKind, call: Call, world: World) -> Answer:
    """GET {segment}: the person's methods of one type, which need not name it."""
    methods = [method for method in person_of(call, world).seen(world.clock()) if kind_of(method) == kind.name]
    return _listed(call, world, methods, typed=False, segment=kind.segment)


def get_kind(kind: MethodKind, call: Call, world: World) -> Answer:
    """GET {segment}/{id}."""
    method = _seen(call, world, call.keys[1])
    if kind_of(method) != kind.name:
        raise no_method(call.keys[1])
    context = call.context(f"users('{call.keys[0]}')/authentication/{kind.segment}/$entity")
    return Answer(body={"@odata.context": context, **_shown(call, world, method, typed=False)})


def delete_kind(kind: MethodKind, call: Call, world: World) -> Answer:
    """DELETE {segment}/{id}: 204, and for a hardware token its unassignment."""
    return _deleted(call, world, kind, call.keys[1])


def _deleted(call: Call, world: World, kind: MethodKind, key: str) -> Answer:
    person = person_of(call, world)
    if is_beyond_reach(call, world, person):
        raise access_denied()
    method = person.methods.get(key)
    if method is None or kind_of(method) != kind.name:
        raise no_method(key)
    try:
        _refuse_deletion(world, person, method)
    except GraphRefusalError as refusal:
        _tell_refusal(call, world, person, refusal.message)
        raise
    credentials.delete(world.directory, person, method, call.app_id, fade=world.switches.propagation_delay)
    if _ends_sessions(world, method):
        credentials.revoke_sessions(world.directory, person, call.app_id)
    return Answer(204)


def _tell_refusal(call: Call, world: World, person: Person, message: str) -> None:
    if world.switches.audit_refused_deletions:
        actor = find(world.directory, call.app_id, person.id)
        world.audit.scribe.write(of_methods.deletion_refused(actor, person, message))


def _ends_sessions(world: World, method: Method) -> bool:
    # documented in 2021 (microsoft-graph-docs#10995), not settled for today
    usable = isinstance(method, TemporaryAccessPass) and usability(method, world.clock()) == USABLE
    return usable and world.switches.temporary_access_pass_deletion_revokes


def _refuse_deletion(world: World, person: Person, method: Method) -> None:
    others = [other for other in person.seen(world.clock()) if other.id != method.id]
    if isinstance(method, Phone) and method.phone_type == "mobile" and _has_alternate(others):
        # "A user can't have an alternateMobile number without a mobile number" (phoneAuthenticationMethod: delete)
        raise bad_method_request("The mobile phone cannot be deleted while an alternate mobile phone exists.")
    if person.default is None or person.default[1] != method.id:
        return
    if any(blocks(other, world.switches.default_blocked_by) for other in others):
        raise default_in_the_way(method.id, world.switches.default_wording)


def _has_alternate(methods: list[Method]) -> bool:
    return any(isinstance(method, Phone) and method.phone_type == "alternateMobile" for method in methods)


# --- the exceptions ---------------------------------------------------------------------------------------------------


def delete_external(kind: MethodKind, form: str, call: Call, world: World) -> Answer:
    """DELETE externalAuthenticationMethods/{id}, or the same with /$ref: which of them works is a switch."""
    if world.switches.external_delete not in {form, "both"}:
        raise no_segment("$ref") if form == "ref" else method_not_allowed()
    return _deleted(call, world, kind, call.keys[1])


def get_qr_code_pin(kind: MethodKind, call: Call, world: World) -> Answer:
    """GET qrCodePinMethod: a single value, not a list."""
    method = _qr_code_pin(call, world)
    context = call.context(f"users('{call.keys[0]}')/authentication/{kind.segment}/$entity")
    return Answer(body={"@odata.context": context, **_shown(call, world, method, typed=False)})


def delete_qr_code_pin(kind: MethodKind, call: Call, world: World) -> Answer:
    """DELETE qrCodePinMethod: no id in the path."""
    return _deleted(call, world, kind, _qr_code_pin(call, world).id)


def _qr_code_pin(call: Call, world: World) -> Method:
    for method in person_of(call, world).seen(world.clock()):
        if kind_of(method) == "qrCodePin":
            return method
    raise no_method("qrCodePinMethod")


def deactivate(call: Call, world: World) -> Answer:
    """POST hardwareOathMethods/{id}/deactivate: what the portal's button does; the token remains assigned."""
    person = person_of(call, world)
    if is_beyond_reach(call, world, person):
        raise access_denied()
    token = person.methods.get(call.keys[1])
    if not isinstance(token, HardwareOath):
        raise no_method(call.keys[1])
    credentials.deactivate(world.directory, person, token, call.app_id)
    return Answer(204)


# --- routes -----------------------------------------------------------------------------------------------------------


def _route(method: str, path: str, handler: Handler, kind: MethodKind | None = None) -> Route:
    expandable = kind is not None and kind.name == "hardwareOath" and method == "GET"
    return Route(
        method=method,
        path=f"{BASE}/{path}",
        handler=handler,
        family="authentication",
        beta_only=kind is not None and not kind.in_v1,
        options=frozenset({"$skiptoken", "$expand"} if expandable else {"$skiptoken"}),
    )


def _borrowing(route: Route, key: str) -> Route:
    return msgspec.structs.replace(route, permission=key)


def _routes_of(kind: MethodKind) -> list[Route]:
    item = f"{kind.segment}/{{id}}"
    if kind.name == "qrCodePin":
        return [
            _route("GET", kind.segment, partial(get_qr_code_pin, kind), kind),
            _route("DELETE", kind.segment, partial(delete_qr_code_pin, kind), kind),
        ]
    routes = [
        _route("GET", kind.segment, partial(list_kind, kind), kind),
        _route("GET", item, partial(get_kind, kind), kind),
    ]
    if kind.name == "external":
        plain = _route("DELETE", item, partial(delete_external, kind, "plain"), kind)
        by_reference = _route("DELETE", f"{item}/$ref", partial(delete_external, kind, "ref"), kind)
        return [*routes, plain, _borrowing(by_reference, plain.needs)]
    if kind.deletable:
        routes.append(_route("DELETE", item, partial(delete_kind, kind), kind))
    return routes


_HARDWARE = next(kind for kind in KINDS if kind.name == "hardwareOath")

ROUTES = (
    _route("GET", "methods", list_methods),
    _route("GET", "methods/{id}", get_method),
    _borrowing(_route("DELETE", "methods/{id}", delete_method), f"GET {BASE}/methods/{{id}}"),
    _route("POST", "hardwareOathMethods/{id}/deactivate", deactivate, _HARDWARE),
    *(route for kind in KINDS for route in _routes_of(kind)),
)
