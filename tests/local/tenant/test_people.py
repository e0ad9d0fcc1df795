"""The seed file."""

from pathlib import Path

import pytest

from local.tenant.method_kinds import KINDS
from local.tenant.methods import Unheard, kind_of
from local.tenant.seed import PEOPLE, Seed, SeedError, read


@pytest.fixture(scope="module")
def seed() -> Seed:
    """Read the real seed once."""
    return read()


def test_everybody_whom_other_parts_rely_on_is_there(seed: Seed) -> None:
    """The lost phone, the revocation, the agent, the administrator and the break-glass account exist."""
    names = {person.upn for person in seed.people}

    assert names >= {
        "adele.vance@contoso.com",
        "diego.siciliani@contoso.com",
        "lee.gu@contoso.com",
        "patti.fernandez@contoso.com",
        "emergency.one@contoso.com",
    }


def test_adele_has_two_phones_the_app_and_codes_but_no_passkey(seed: Seed) -> None:
    """The person with the lost phone has what the portal's button removes, and Authenticator by push as default."""
    adele = next(person for person in seed.people if person.upn == "adele.vance@contoso.com")

    assert [kind_of(method) for method in adele.methods] == ["phone", "phone", "microsoftAuthenticator", "softwareOath"]
    assert adele.default == "push"


def test_every_kind_of_method_occurs_and_one_that_nobody_knows(seed: Seed) -> None:
    """Each row of the methods table has somebody to be tried on."""
    methods = [method for person in seed.people for method in person.methods]

    assert {kind_of(method) for method in methods} | {"password"} == {kind.name for kind in KINDS} | {"unheard"}
    assert any(isinstance(method, Unheard) for method in methods)


def test_somebody_has_two_authenticators_and_somebody_twelve_computers(seed: Seed) -> None:
    """Several methods of one kind occur."""
    counts = {person.upn: [kind_of(method) for method in person.methods] for person in seed.people}

    assert counts["johanna.lorenz@contoso.com"].count("microsoftAuthenticator") == 2
    assert counts["marcel.cadieux@contoso.com"].count("windowsHelloForBusiness") == 12


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("upn: lee.gu@contoso.com", "upm: lee.gu@contoso.com", "unknown field `upm`"),
        ("enabled: false", "enabled: perhaps", "Expected `bool`, got `str`"),
        ("kind: softwareOath", "kind: softOath", "Invalid value 'softOath'"),
        ("members: [lidia.holloway@contoso.com]", "members: [lydia@contoso.com]", "names 'lydia@contoso.com'"),
        ("role: Security Reader", "role: Security Writer", "the assignment of 'Security Writer'"),
        ("  audit:", "  auditor:", "the app 'audit' is missing"),
        ("holders: [Service Desk]", "holders: [Service Disk]", "the app role 'MfaDesk.Operator' names 'Service Disk'"),
    ],
)
def test_a_mistake_in_the_seed_is_named(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    """An unknown field, a wrong type or a name that is not there is said together with the file."""
    people = tmp_path / "mine.yaml"
    people.write_text(PEOPLE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    with pytest.raises(SeedError, match=complaint) as caught:
        read(people)

    assert str(caught.value).startswith("mine.yaml: ")


def test_a_seed_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A missing file is an error of the seed, too."""
    with pytest.raises(SeedError, match=r"gone\.yaml"):
        read(tmp_path / "gone.yaml")


def test_an_id_twice_is_refused(tmp_path: Path) -> None:
    """Two entries with one id would be one object."""
    text = PEOPLE.read_text(encoding="utf-8")
    first = text.split("people:")[1].split("- id: ")[1][:36]
    second = text.split("people:")[1].split("- id: ")[2][:36]
    people = tmp_path / "twice.yaml"
    people.write_text(text.replace(second, first), encoding="utf-8")

    with pytest.raises(SeedError, match="occurs twice"):
        read(people)
