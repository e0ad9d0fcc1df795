"""What every test may ask for."""

pytest_plugins = [
    "tests.fixtures.azurite",
    "tests.fixtures.tenant",
    "tests.fixtures.office",
    "tests.fixtures.archive",
    "tests.fixtures.browser",
]
