"""The published description of the HTTP interface is the one the code has."""

from docs import api


def test_the_description_is_what_the_types_say() -> None:
    """A type or a door that changed without `make docs` shows here."""
    assert api.PAGE.read_text(encoding="utf-8") == api.text()
