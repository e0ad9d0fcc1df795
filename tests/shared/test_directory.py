"""The directory over Microsoft Graph: every type of method at its own address, and who somebody is."""

from collections.abc import Mapping

import pytest

from local.tenant.methods import (
    Email,
    External,
    Fido2,
    HardwareOath,
    HardwareOathDevice,
    Method,
    MicrosoftAuthenticator,
    PasswordlessMicrosoftAuthenticator,
    Phone,
    PlatformCredential,
    QrCodePin,
    SoftwareOath,
    TemporaryAccessPass,
    Unheard,
    WindowsHelloForBusiness,
)
from shared.delegation import Rule
from shared.directory import Directory
from shared.graph import Answer, Call, Graph, GraphUnavailable
from shared.methods import ApiVersion, MethodType
from shared.outcome import Result, Status, Why
from shared.reading import Question
from tests.fixtures.office import ADELE, DIEGO, LEE, Office

NEWCOMER = "nobody.yet@contoso.com"
TOKEN = HardwareOath(device=HardwareOathDevice(serial_number="TK-1", manufacturer="Contoso", model="T1"))
EVERY_TYPE: dict[MethodType, Method] = {
    MethodType.PHONE: Phone(phone_type="office", phone_number="+1 2065550101"),
    MethodType.MICROSOFT_AUTHENTICATOR: MicrosoftAuthenticator(display_name="Phone"),
    MethodType.SOFTWARE_OATH: SoftwareOath(),
    MethodType.HARDWARE_OATH: TOKEN,
    MethodType.FIDO2: Fido2(display_name="Key", aa_guid="2fc0579f-8113-47ea-b116-555a8db9202a", model="YubiKey"),
    MethodType.WINDOWS_HELLO: WindowsHelloForBusiness(display_name="LAPTOP"),
    MethodType.EMAIL: Email(email_address="somebody@example.com"),
    MethodType.TEMPORARY_ACCESS_PASS: TemporaryAccessPass(start_date_time="2026-01-01T00:00:00Z"),
    MethodType.PLATFORM_CREDENTIAL: PlatformCredential(display_name="MacBook"),
    MethodType.EXTERNAL: External(display_name="Other", configuration_id="0e6d8a37-8d9b-4b0a-9f0c-6a2c8c3b5d11"),
    MethodType.QR_CODE_PIN: QrCodePin(),
    MethodType.PASSWORDLESS_AUTHENTICATOR: PasswordlessMicrosoftAuthenticator(display_name="Phone"),
}


async def test_every_type_is_in_the_table_below(office: Office) -> None:
    """A type that is added to the desk is tried against the tenant."""
    assert set(EVERY_TYPE) == set(MethodType)
    assert office.registered(NEWCOMER) == ["password"]


@pytest.mark.parametrize("method_type", MethodType)
async def test_every_type_goes_when_all_are_to_go(office: Office, method_type: MethodType) -> None:
    """Each type is deleted at its own address, in v1.0 or beta; a hardware token is unassigned."""
    office.tenant.register(NEWCOMER, EVERY_TYPE[method_type])
    office.clock.advance(seconds=5)

    outcome = await office.ask(user=NEWCOMER, methods="all")

    (told,) = outcome.actions[0].methods
    assert (outcome.status, told.type, told.result) == (Status.SUCCEEDED, method_type, Result.REMOVED)
    assert office.registered(NEWCOMER) == ["password"]


@pytest.mark.parametrize("address", ["ref", "plain", "both"])
async def test_an_external_method_goes_whichever_address_serves_it(office: Office, address: str) -> None:
    """Microsoft's page and its SDK differ about the address; the desk tries both."""
    office.tenant.turn(external_delete=address)
    office.tenant.register(NEWCOMER, EVERY_TYPE[MethodType.EXTERNAL])
    office.clock.advance(seconds=5)

    outcome = await office.ask(user=NEWCOMER, methods=["external"])

    assert outcome.actions[0].methods[0].result is Result.REMOVED


async def test_the_portals_way_deactivates_a_hardware_token(office: Office) -> None:
    """The token stays assigned to the person, as with the portal's button."""
    office.tenant.register(NEWCOMER, TOKEN)
    office.clock.advance(seconds=5)

    outcome = await office.ask(user=NEWCOMER, methods="portal")

    (told,) = outcome.actions[0].methods
    assert (outcome.status, told.result, told.label) == (Status.SUCCEEDED, Result.DEACTIVATED, "TK-1")
    assert office.done(NEWCOMER) == ["hardwareTokenDeactivated hardwareOath"]
    assert office.registered(NEWCOMER) == ["password", "hardwareOath"]


async def test_a_token_already_deactivated_is_not_deactivated_again(office: Office) -> None:
    """Asked once more, nothing is left to do."""
    office.tenant.register(NEWCOMER, TOKEN)
    office.clock.advance(seconds=5)
    await office.ask(user=NEWCOMER)

    outcome = await office.ask(user=NEWCOMER)

    assert outcome.status is Status.SUCCEEDED
    assert office.done(NEWCOMER) == ["hardwareTokenDeactivated hardwareOath"]


async def test_an_unknown_type_is_told_and_makes_a_full_reset_partial(office: Office) -> None:
    """Of a type that Microsoft added later the desk does not claim that it is gone."""
    office.tenant.register(NEWCOMER, Unheard(odata_type="#microsoft.graph.palmVeinAuthenticationMethod"))
    office.tenant.register(NEWCOMER, EVERY_TYPE[MethodType.FIDO2])
    office.clock.advance(seconds=5)

    outcome = await office.ask(user=NEWCOMER, methods="all")

    told = {(method.type, method.result, method.why) for method in outcome.actions[0].methods}
    assert outcome.status is Status.PARTIAL
    assert told == {
        ("fido2", Result.REMOVED, None),
        ("palmVein", Result.STILL_REGISTERED, Why.UNKNOWN_TYPE),
    }


async def test_the_default_is_changed_where_something_else_stays(office: Office) -> None:
    """A single method can go even when it is the default: another one that stays takes its place."""
    outcome = await office.ask(methods=["microsoftAuthenticator"])

    assert outcome.status is Status.SUCCEEDED
    assert "microsoftAuthenticator" not in office.registered()
    assert outcome.actions[0].detail.startswith("The default method was changed to ")


async def test_an_alternate_mobile_that_is_the_default_goes_with_the_mobile(office: Office) -> None:
    """Each of the two stands in the other's way: the mobile becomes the default for a moment."""
    office.tenant.register(NEWCOMER, Phone(phone_type="mobile", phone_number="+1 2065550102"))
    office.tenant.register(NEWCOMER, Phone(phone_type="alternateMobile", phone_number="+1 2065550103"))
    await office.directory.prefer(office.tenant.person(NEWCOMER).id, "voiceAlternateMobile")
    office.clock.advance(seconds=5)

    outcome = await office.ask(user=NEWCOMER)

    assert outcome.status is Status.SUCCEEDED
    assert office.registered(NEWCOMER) == ["password"]


async def test_a_default_that_nothing_can_replace_stays_and_is_told(office: Office) -> None:
    """Where Graph keeps the default because a security key is registered, the outcome says so."""
    office.tenant.register(NEWCOMER, MicrosoftAuthenticator(display_name="Phone"))
    office.tenant.register(NEWCOMER, EVERY_TYPE[MethodType.FIDO2])
    office.clock.advance(seconds=5)

    outcome = await office.ask(user=NEWCOMER)

    told = {(method.type, method.why) for method in outcome.actions[0].methods}
    assert outcome.status is Status.FAILED
    assert told == {("microsoftAuthenticator", Why.IS_DEFAULT), ("fido2", Why.NOT_SELECTED)}


async def test_where_only_second_factors_count_the_default_goes_beside_a_security_key(office: Office) -> None:
    """No source settles which methods keep a default; where keys do not, the portal's way is whole."""
    office.tenant.turn(default_blocked_by="secondFactors")
    office.tenant.register(NEWCOMER, MicrosoftAuthenticator(display_name="Phone"))
    office.tenant.register(NEWCOMER, EVERY_TYPE[MethodType.FIDO2])
    office.clock.advance(seconds=5)

    outcome = await office.ask(user=NEWCOMER)

    assert outcome.status is Status.SUCCEEDED
    assert office.registered(NEWCOMER) == ["password", "fido2"]


async def test_forty_credentials_go_in_one_request(office: Office) -> None:
    """The list comes in pages, and all of them are read."""
    office.tenant.turn(methods_page_size=7)
    for number in range(40):
        office.tenant.register(NEWCOMER, WindowsHelloForBusiness(display_name=f"LAPTOP-{number}"))
    office.clock.advance(seconds=5)

    outcome = await office.ask(user=NEWCOMER, methods="all")

    assert outcome.status is Status.SUCCEEDED
    assert office.registered(NEWCOMER) == ["password"]


@pytest.mark.parametrize(
    ("role", "unit", "eligible"),
    [
        pytest.param("Global Administrator", None, False, id="direct"),
        pytest.param("Directory Readers", None, False, id="a small one"),
        pytest.param("Authentication Administrator", None, True, id="eligible"),
        pytest.param("User Administrator", "Milan", False, id="scoped to an administrative unit"),
    ],
)
async def test_whoever_holds_a_role_in_any_way_is_found(
    office: Office, role: str, unit: str | None, *, eligible: bool
) -> None:
    """Direct, scoped and eligible roles count alike."""
    office.tenant.assign(role, DIEGO, eligible=eligible, unit=unit)

    reading = await office.directory.read(Question(user=DIEGO, requested_by=LEE, methods=False))

    assert len(reading.roles) == 1


async def test_a_role_through_a_group_is_found(office: Office) -> None:
    """Who has a role because a group has it, has it."""
    office.tenant.assign("Helpdesk Administrator", "Tier 0 Engineers")
    office.tenant.join("Tier 0 Engineers", DIEGO)

    reading = await office.directory.read(Question(user=DIEGO, requested_by=LEE, methods=False))

    assert "Helpdesk Administrator" in [str(role) for role in reading.roles]


async def test_a_member_of_a_group_to_which_roles_can_be_given_counts_as_one_who_has_a_role(office: Office) -> None:
    """The group's role may be one that is activated only when needed, which Graph lists under the group."""
    office.tenant.assign("Global Administrator", "Role-assignable, no role yet", eligible=True)

    reading = await office.directory.read(Question(user="bianca.pisani@contoso.com", requested_by=LEE, methods=False))

    assert reading.groups == ("member of Role-assignable, no role yet",)


async def test_an_owner_of_a_group_to_which_roles_can_be_given_counts_too(office: Office) -> None:
    """Whoever owns such a group can put themselves into it."""
    reading = await office.directory.read(Question(user="raul.razo@contoso.com", requested_by=LEE, methods=False))

    assert reading.groups == ("owner of Tier 0 Engineers",)


async def test_groups_without_names_close_the_door(office: Office) -> None:
    """Without the permission to read groups Graph lists them empty, and an owner could not be told from anybody."""
    office.tenant.withdraw("reset", "Directory.Read.All")
    office.tenant.grant("reset", "User.Read.All")

    asked = Question(user="raul.razo@contoso.com", requested_by=LEE, methods=False)
    reading = await Directory(office.graph).read(asked)

    (unreadable,) = reading.unreadable
    assert "GroupMember.Read.All" in unreadable


@pytest.mark.parametrize("who", ["allan.deyoung@contoso.com", "enrico.cattaneo@contoso.com", "alex.wilber@contoso.com"])
async def test_an_object_id_in_capitals_hides_no_role(office: Office, who: str) -> None:
    """Custom, scoped and eligible roles are asked for by object id, which Graph writes in lower case."""
    object_id = office.tenant.person(who).id.upper()

    reading = await office.directory.read(Question(user=object_id))

    assert [role for role in reading.roles if not role.is_within_reach]


async def test_a_tenant_without_pim_has_nobody_who_is_eligible(office: Office) -> None:
    """Without Entra ID P2 Graph refuses to list eligibilities, by a code of its own."""

    class WithoutPim(Graph):
        async def batch(self, version: ApiVersion, calls: Mapping[str, Call]) -> dict[str, Answer]:
            answers = await super().batch(version, calls)
            refusal = b'{"error": {"code": "AadPremiumLicenseRequired", "message": "The tenant needs a license."}}'
            return answers | {name: Answer(status=400, body=refusal) for name in calls if name == "eligibilities"}

    graph = WithoutPim(office.tenant.url, office.credential)

    reading = await Directory(graph).read(Question(user=ADELE, requested_by=LEE, methods=True))
    await graph.close()

    assert (reading.unreadable, reading.roles) == ((), ())


async def test_a_role_given_a_moment_ago_is_found(office: Office) -> None:
    """The transitive list lags behind (Graph documentation); what was given directly is read beside it."""

    class Lagging(Graph):
        async def batch(self, version: ApiVersion, calls: Mapping[str, Call]) -> dict[str, Answer]:
            answers = await super().batch(version, calls)
            return answers | {
                name: Answer(status=200, body=b'{"value": []}') for name in calls if name == "assignments"
            }

    office.tenant.assign("User Administrator", DIEGO, unit="Milan")
    graph = Lagging(office.tenant.url, office.credential)

    reading = await Directory(graph).read(Question(user=DIEGO, requested_by=LEE, methods=False))
    await graph.close()

    assert len(reading.roles) == 1


async def test_a_preference_that_graph_will_not_tell_closes_no_door(office: Office) -> None:
    """It is a hint for the order, and no more."""
    office.tenant.fault("answer", path="*/signInPreferences", status=403, times=None)

    assert (await office.ask()).status is Status.SUCCEEDED


async def test_hardware_tokens_that_cannot_be_read_are_not_taken_for_none(office: Office) -> None:
    """Only where Graph does not serve them there are none."""
    office.tenant.fault("answer", path="*/hardwareOathMethods*", status=400, times=None)

    outcome = await office.ask()

    assert outcome.decision is not None
    assert outcome.decision.rule is Rule.CANNOT_TELL


async def test_somebody_without_a_role_has_none(office: Office) -> None:
    """An ordinary person is not taken for an admin."""
    assert (await office.directory.read(Question(user=ADELE, requested_by=LEE, methods=False))).roles == ()


@pytest.mark.parametrize(
    "upn", ["sean.o'neil@contoso.com", "kim.akers_fabrikam.example#EXT#@contoso.com", "zoë.müller@contoso.com"]
)
async def test_odd_names_are_found(office: Office, upn: str) -> None:
    """An apostrophe, a guest's #EXT# and letters beyond ASCII reach Graph whole."""
    reading = await office.directory.read(Question(user=upn, requested_by=LEE, methods=True))

    assert reading.target is not None
    assert reading.target.user_principal_name == upn


async def test_a_known_object_id_is_read_in_one_round(office: Office) -> None:
    """Both calls go out at once; a name takes one after the other."""
    adele = office.tenant.person(ADELE)
    office.tenant.forget_trace()

    await office.directory.read(Question(user=adele.id, requested_by=LEE, methods=True))

    assert [(call.version, len(call.members)) for call in office.tenant.trace()] in (
        [("v1.0", 8), ("beta", 7)],
        [("beta", 7), ("v1.0", 8)],
    )


async def test_a_cloud_without_hardware_tokens_has_none(office: Office) -> None:
    """Sovereign clouds do not serve them: that is no reason to refuse anybody."""
    office.tenant.fault("answer", path="*/hardwareOathMethods*", status=404, times=None)

    outcome = await office.ask()

    assert outcome.status is Status.SUCCEEDED


async def test_a_page_that_graph_will_not_give_leaves_nothing_half_read(office: Office) -> None:
    """Half a list of methods is no list."""
    office.tenant.turn(methods_page_size=1)
    office.tenant.fault("answer", method="GET", path="/v1.0/users/*/authentication/methods", status=403, skip=1)

    with pytest.raises(GraphUnavailable, match="further page"):
        await office.directory.read(Question(user=ADELE, requested_by=LEE, methods=True))


async def test_methods_that_graph_does_not_list_are_not_taken_for_gone(office: Office) -> None:
    """In the middle of a reset a refusal to list them says nothing about what is left."""
    office.tenant.fault("answer", path="*/authentication/methods", status=403, times=None)

    with pytest.raises(GraphUnavailable, match="UserAuthenticationMethod"):
        await office.directory.registered(office.tenant.person(ADELE).id, with_beta=False)
