"""Names of people and groups inside addresses of Microsoft Graph: quoted, so that they stay names."""

from urllib.parse import quote


def literal(text: str) -> str:
    """Return a text as OData writes it: in apostrophes, with those inside doubled (OData 4.01, 5.1.1.6.1)."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def encoded(expression: str) -> str:
    """Return an expression as it may stand in an address."""
    return quote(expression, safe="")


def key(text: str) -> str:
    """Return a key as it may stand in the brackets behind a collection's name: `'sean.o''neil%40contoso.com'`.

    In brackets even a name that begins with `$` is a name (Graph documentation, user: get).
    """
    return quote(literal(text), safe="'")
