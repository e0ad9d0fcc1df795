"""The lock files: what they pin can be installed on the day on which something newer is released."""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]


def pinned(lock_file: str) -> dict[str, set[str]]:
    """Return the extras of every package that a lock file pins."""
    lines = (ROOT / lock_file).read_text(encoding="utf-8").splitlines()
    pins = (Requirement(line.removesuffix("\\")) for line in lines if line[:1].isalnum())
    return {canonicalize_name(pin.name): set(pin.extras) for pin in pins}


def extras_asked_for(lock_file: str) -> Iterator[tuple[str, str, str]]:
    """Yield which pinned package asks which other one for which extra, on this Python."""
    pins = pinned(lock_file)
    for asking in pins:
        try:
            asked = [Requirement(each) for each in requires(asking) or ()]
        except PackageNotFoundError:
            continue  # pinned for another platform
        environments = [{"extra": extra} for extra in {"", *pins[asking]}]
        for each in asked:
            if each.marker is None or any(each.marker.evaluate(environment) for environment in environments):
                yield from ((asking, canonicalize_name(each.name), extra) for extra in each.extras)


@pytest.mark.parametrize("lock_file", ["requirements.txt", "requirements-dev.txt"])
def test_an_extra_that_is_asked_for_is_pinned_with_its_package(lock_file: str) -> None:
    """Otherwise pip with --require-hashes finds the newest release for it, not the pinned one, and installs nothing.

    That fails on the day of a release, in a deployment as well: the platform installs requirements.txt with pip.
    """
    pins = pinned(lock_file)
    asked = list(extras_asked_for(lock_file))

    assert asked != []
    assert [each for each in asked if each[2] not in pins[each[1]]] == []
