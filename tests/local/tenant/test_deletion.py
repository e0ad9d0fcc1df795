"""Deleting authentication methods: what goes, what Graph keeps, and for how long it still shows what is gone."""

import pytest

from local.tenant.control_client import ControlClient
from local.tenant.method_kinds import KINDS, MethodKind
from local.tenant.methods import Phone
from tests.local.tenant.caller import ADELE, ALTERNATE, MIRIAM, MOBILE, PATTI, SAM, Graph, error, ids_of

MARCEL = "marcel.cadieux@contoso.com"
RENEE = "renee.lo@contoso.com"
CECIL = "cecil.folk@contoso.com"
EMILY = "emily.braun@contoso.com"
BEN = "ben.walters@contoso.com"
BREAK_GLASS = "emergency.one@contoso.com"

DELETABLE = [kind for kind in KINDS if kind.deletable and kind.name not in {"qrCodePin", "external", "phone"}]


def _segment(kind: MethodKind) -> str:
    return kind.segment


def _wipe(graph: Graph, control: ControlClient) -> None:
    """Delete all of Adele's second factors in the only order that works."""
    ids = ids_of(control, ADELE)
    assert graph.delete(ADELE, "softwareOathMethods", ids["softwareOath"]).status_code == 204
    assert graph.delete(ADELE, "phoneMethods", ALTERNATE).status_code == 204
    assert graph.delete(ADELE, "phoneMethods", MOBILE).status_code == 204
    assert graph.delete(ADELE, "microsoftAuthenticatorMethods", ids["microsoftAuthenticator"]).status_code == 204


@pytest.mark.parametrize("kind", DELETABLE, ids=_segment)
def test_a_method_is_deleted_at_its_own_segment(graph: Graph, control: ControlClient, kind: MethodKind) -> None:
    """204 without a body, and it is gone and journaled once, with the app that did it."""
    control.register(SAM, Phone(phone_type="office", phone_number="+1 4255550188"))
    method_id = ids_of(control, SAM)[kind.name]
    version = "v1.0" if kind.in_v1 else "beta"
    if kind.name == "microsoftAuthenticator":  # the default: make another one it
        path = f"/beta/users/{SAM}/authentication/signInPreferences"
        graph.call("PATCH", path, {"userPreferredMethodForSecondaryAuthentication": "voiceOffice"})

    answer = graph.delete(SAM, kind.segment, method_id, version)
    deletions = [entry for entry in control.journal() if entry.act == "methodDeleted"]

    assert (answer.status_code, answer.content) == (204, b"")
    assert method_id not in graph.methods(SAM, "beta")
    assert [(entry.method_kind, entry.method_id) for entry in deletions] == [(kind.name, method_id)]
    assert deletions[0].actor == control.facts().apps["reset"].client_id


def test_a_method_can_be_deleted_once(graph: Graph, control: ControlClient) -> None:
    """The second DELETE answers 404 resourceNotFound and does nothing."""
    codes = ids_of(control, ADELE)["softwareOath"]
    graph.delete(ADELE, "softwareOathMethods", codes)

    assert error(graph.delete(ADELE, "softwareOathMethods", codes))[:2] == (404, "resourceNotFound")
    assert len(control.journal()) == 1


def test_an_unknown_id_is_404(graph: Graph) -> None:
    """With Graph's code for methods, its message repeated in innerError."""
    answer = graph.delete(ADELE, "phoneMethods", "e37fc753-ff3b-4958-9484-eaa9425c82bc")

    assert error(answer)[:2] == (404, "resourceNotFound")
    assert answer.json()["error"]["innerError"]["message"] == error(answer)[2]


def test_an_id_at_the_wrong_segment_is_404(graph: Graph, control: ControlClient) -> None:
    """And nothing is deleted."""
    assert error(graph.delete(ADELE, "fido2Methods", MOBILE))[0] == 404
    assert control.journal() == []


# --- the default method -----------------------------------------------------------------------------------------------


def test_the_default_cannot_go_while_others_are_left(graph: Graph, control: ControlClient) -> None:
    """400 badRequest in the words of 2022, which name the id, repeated in innerError."""
    app = ids_of(control, ADELE)["microsoftAuthenticator"]
    answer = graph.delete(ADELE, "microsoftAuthenticatorMethods", app)
    message = (
        f"The requested authentication method id of [{app}] matches the user's current default authentication method, "
        "and cannot be deleted until the default authentication method is changed"
    )

    assert error(answer) == (400, "badRequest", message)
    assert answer.json()["error"]["innerError"]["message"] == error(answer)[2]
    assert control.journal() == []


def test_the_refusal_can_be_worded_as_in_2021(graph: Graph, control: ControlClient) -> None:
    """The older message names no id."""
    control.turn(default_wording="2021")
    app = ids_of(control, ADELE)["microsoftAuthenticator"]
    expected = (
        "Cannot delete default method with other methods configured. Please change default method before deletion."
    )

    assert error(graph.delete(ADELE, "microsoftAuthenticatorMethods", app)) == (400, "badRequest", expected)


def test_the_default_goes_when_it_is_the_last_one(graph: Graph, control: ControlClient) -> None:
    """The password does not count; afterwards there is no default."""
    _wipe(graph, control)

    assert [str(method.__struct_config__.tag) for method in control.person(ADELE).methods] == ["password"]
    assert control.person(ADELE).default is None


@pytest.mark.parametrize(("reading", "expected"), [("any", 400), ("secondFactors", 204)])
def test_what_counts_as_others_is_a_switch(graph: Graph, control: ControlClient, reading: str, expected: int) -> None:
    """An address for password reset keeps the default phone, or does not."""
    control.turn(default_blocked_by=reading)

    assert graph.delete(CECIL, "phoneMethods", MOBILE).status_code == expected


def test_passkeys_keep_the_default_under_the_stricter_reading(graph: Graph, control: ControlClient) -> None:
    """Twelve computers with Windows Hello block the deletion of the only phone."""
    assert error(graph.delete(MARCEL, "phoneMethods", MOBILE))[:2] == (400, "badRequest")
    control.turn(default_blocked_by="secondFactors")
    assert graph.delete(MARCEL, "phoneMethods", MOBILE).status_code == 204


def test_somebody_with_passkeys_only_has_no_default(graph: Graph, control: ControlClient) -> None:
    """Then any of them can go."""
    keys = control.person(RENEE).methods

    assert control.person(RENEE).default is None
    assert [graph.delete(RENEE, "fido2Methods", key.id).status_code for key in keys] == [204, 204]


def test_of_two_apps_only_the_default_one_is_kept(graph: Graph, control: ControlClient) -> None:
    """Deleting the other is fine, and the default stays."""
    old, new = [method.id for method in control.person("johanna.lorenz@contoso.com").methods][:2]

    assert error(graph.delete("johanna.lorenz@contoso.com", "microsoftAuthenticatorMethods", old))[0] == 400
    assert graph.delete("johanna.lorenz@contoso.com", "microsoftAuthenticatorMethods", new).status_code == 204


def test_when_an_admin_removes_the_default_another_takes_over(control: ControlClient) -> None:
    """The portal may; the default is worked out anew."""
    app = ids_of(control, ADELE)["microsoftAuthenticator"]
    control.remove(ADELE, app, actor="admin:patti.fernandez@contoso.com")
    default = control.person(ADELE).default

    assert default is not None
    assert (default.preference, default.method_id) == ("oath", ids_of(control, ADELE)["softwareOath"])
    assert control.journal()[0].actor == "admin:patti.fernandez@contoso.com"


# --- phones -----------------------------------------------------------------------------------------------------------


def test_the_mobile_stays_while_there_is_an_alternate(graph: Graph) -> None:
    """400 until the alternate one is gone."""
    assert error(graph.delete(ADELE, "phoneMethods", MOBILE))[:2] == (400, "badRequest")
    assert graph.delete(ADELE, "phoneMethods", ALTERNATE).status_code == 204
    assert graph.delete(ADELE, "phoneMethods", MOBILE).status_code == 204


def test_a_phone_registered_again_has_the_same_id(graph: Graph, control: ControlClient) -> None:
    """Only the number tells the new one from the old one."""
    graph.delete(ADELE, "phoneMethods", ALTERNATE)
    graph.delete(ADELE, "phoneMethods", MOBILE)
    control.register(ADELE, Phone(phone_type="mobile", phone_number="+1 4255550177"))
    phone = graph.get(f"/v1.0/users/{ADELE}/authentication/phoneMethods/{MOBILE}")

    assert phone["phoneNumber"] == "+1 4255550177"
    assert [(entry.act, entry.actor) for entry in control.journal()][-1] == ("methodRegistered", "person")


# --- propagation ------------------------------------------------------------------------------------------------------


def test_a_deleted_method_is_listed_for_a_while(graph: Graph, control: ControlClient) -> None:
    """Deletion is not immediate: list and item show it until the delay is over."""
    control.turn(propagation_delay=10)
    codes = ids_of(control, ADELE)["softwareOath"]
    graph.delete(ADELE, "softwareOathMethods", codes)
    path = f"/v1.0/users/{ADELE}/authentication/softwareOathMethods/{codes}"

    assert codes in graph.methods(ADELE)
    assert graph.call("GET", path).status_code == 200
    control.advance(10)
    assert codes not in graph.methods(ADELE)
    assert error(graph.call("GET", path))[0] == 404


def test_a_fading_method_cannot_be_deleted_again(graph: Graph, control: ControlClient) -> None:
    """404, although it is still listed."""
    control.turn(propagation_delay=10)
    codes = ids_of(control, ADELE)["softwareOath"]
    graph.delete(ADELE, "softwareOathMethods", codes)

    assert error(graph.delete(ADELE, "softwareOathMethods", codes))[:2] == (404, "resourceNotFound")
    assert len(control.journal()) == 1


def test_a_fading_method_still_keeps_the_default(graph: Graph, control: ControlClient) -> None:
    """The default goes only when the others' deletion is through."""
    control.turn(propagation_delay=10)
    ids = ids_of(control, "irvin.sayers@contoso.com")
    graph.delete("irvin.sayers@contoso.com", "softwareOathMethods", ids["softwareOath"])
    default = ("irvin.sayers@contoso.com", "microsoftAuthenticatorMethods", ids["microsoftAuthenticator"])

    assert error(graph.delete(*default))[:2] == (400, "badRequest")
    control.advance(10)
    assert graph.delete(*default).status_code == 204


def test_a_fading_alternate_still_keeps_the_mobile(graph: Graph, control: ControlClient) -> None:
    """The same holds for phones."""
    control.turn(propagation_delay=10)
    graph.delete(ADELE, "phoneMethods", ALTERNATE)

    assert error(graph.delete(ADELE, "phoneMethods", MOBILE))[0] == 400
    control.advance(10)
    assert graph.delete(ADELE, "phoneMethods", MOBILE).status_code == 204


def test_a_phone_registered_again_replaces_its_fading_self(graph: Graph, control: ControlClient) -> None:
    """The list shows the id once, with the new number."""
    control.turn(propagation_delay=10)
    graph.delete(ADELE, "phoneMethods", ALTERNATE)
    control.register(ADELE, Phone(phone_type="alternateMobile", phone_number="+1 4255550166"))

    assert graph.methods(ADELE).count(ALTERNATE) == 1
    control.advance(10)
    assert ALTERNATE in graph.methods(ADELE)


# --- hardware tokens, external methods, QR codes ----------------------------------------------------------------------


def test_deactivating_a_token_leaves_it_assigned(graph: Graph, control: ControlClient) -> None:
    """What the portal's button does: 204, the device becomes assigned, the token stays listed."""
    token_id = ids_of(control, EMILY)["hardwareOath"]
    path = f"/beta/users/{EMILY}/authentication/hardwareOathMethods"
    answer = graph.call("POST", f"{path}/{token_id}/deactivate")

    assert answer.status_code == 204
    assert graph.get(f"{path}?$expand=device")["value"][0]["device"]["status"] == "assigned"
    assert [entry.act for entry in control.journal()] == ["hardwareTokenDeactivated"]


def test_an_idle_token_is_no_default(graph: Graph, control: ControlClient) -> None:
    """The phone takes over, and the token still counts as another method of it."""
    token_id = ids_of(control, EMILY)["hardwareOath"]
    graph.call("POST", f"/beta/users/{EMILY}/authentication/hardwareOathMethods/{token_id}/deactivate")
    default = control.person(EMILY).default

    assert default is not None
    assert (default.preference, default.method_id) == ("sms", MOBILE)
    assert error(graph.delete(EMILY, "phoneMethods", MOBILE))[0] == 400


def test_deleting_a_token_unassigns_it(graph: Graph, control: ControlClient) -> None:
    """Then it is no longer listed."""
    token_id = ids_of(control, BEN)["hardwareOath"]

    assert graph.delete(BEN, "hardwareOathMethods", token_id, "beta").status_code == 204
    assert graph.get(f"/beta/users/{BEN}/authentication/hardwareOathMethods")["value"] == []


def test_an_unknown_token_cannot_be_deactivated(graph: Graph) -> None:
    """404, for a method of another kind as well."""
    path = f"/beta/users/{ADELE}/authentication/hardwareOathMethods/{MOBILE}/deactivate"

    assert error(graph.call("POST", path))[0] == 404


@pytest.mark.parametrize(("form", "plain", "reference"), [("ref", 405, 204), ("plain", 204, 400), ("both", 204, 204)])
def test_where_an_external_method_is_deleted_is_a_switch(
    graph: Graph, control: ControlClient, form: str, plain: int, reference: int
) -> None:
    """At {id}/$ref as documented, at {id} as the SDKs do it, or at both."""
    control.turn(external_delete=form)
    method_id = ids_of(control, SAM)["external"]
    at_plain = graph.delete(SAM, "externalAuthenticationMethods", method_id).status_code
    control.reset()
    control.turn(external_delete=form)
    at_reference = graph.delete(SAM, "externalAuthenticationMethods", f"{method_id}/$ref").status_code

    assert (at_plain, at_reference) == (plain, reference)


def test_the_qr_code_is_deleted_without_an_id(graph: Graph) -> None:
    """Beta only; the second time it is 404."""
    assert graph.delete(SAM, "qrCodePinMethod", version="beta").status_code == 204
    assert error(graph.delete(SAM, "qrCodePinMethod", version="beta"))[:2] == (404, "resourceNotFound")


# --- administrators, restricted management ----------------------------------------------------------------------------


def test_graph_lets_an_app_delete_an_administrators_methods(graph: Graph) -> None:
    """The app permission reaches everybody, Global Administrators and break-glass accounts included."""
    assert graph.delete(PATTI, "phoneMethods", MOBILE).status_code == 204
    assert graph.delete(BREAK_GLASS, "fido2Methods", graph.methods(BREAK_GLASS)[0]).status_code == 204


def test_an_app_cannot_change_members_of_a_restricted_unit(graph: Graph, control: ControlClient) -> None:
    """403 accessDenied, whatever its permissions; reading is allowed."""
    assert error(graph.delete(MIRIAM, "phoneMethods", MOBILE)) == (403, "accessDenied", "Request Authorization failed")
    assert MOBILE in graph.methods(MIRIAM)
    assert control.journal() == []


def test_a_role_over_the_restricted_unit_lets_an_app_in(graph: Graph, control: ControlClient) -> None:
    """A role over the whole tenant does not."""
    control.assign("Privileged Authentication Administrator", "mfa-desk-reset")
    refused = graph.delete(MIRIAM, "phoneMethods", MOBILE)
    control.assign("Authentication Administrator", "mfa-desk-reset", unit="Executives")
    allowed = graph.delete(MIRIAM, "phoneMethods", MOBILE)

    assert (refused.status_code, allowed.status_code) == (403, 204)
