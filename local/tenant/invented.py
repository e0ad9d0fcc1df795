"""Invented people by the thousand, for benchmarks."""

from uuid import UUID

from local.tenant.directory import Directory
from local.tenant.methods import Method
from local.tenant.seed import SeedPerson
from local.tenant.settling import settle_person


def people(directory: Directory, count: int, methods: tuple[Method, ...]) -> list[str]:
    """Add so many people, each with these methods, and answer their user principal names."""
    first = len(directory.people)
    return [_add(directory, number, methods) for number in range(first, first + count)]


def _add(directory: Directory, number: int, methods: tuple[Method, ...]) -> str:
    upn = f"invented.{number:06}@contoso.com"
    seeded = SeedPerson(
        id=str(UUID(int=directory.random.getrandbits(128), version=4)),
        upn=upn,
        name=f"Invented {number:06}",
        department="Benchmark",
        methods=methods,
    )
    directory.add_person(settle_person(seeded, directory.random))
    return upn
