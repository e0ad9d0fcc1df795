"""`python -m local.tenant.sign_in somebody@contoso.com`: print a token of a person for the tenant that is running.

export GRAPH_ACCESS_TOKEN="$(python -m local.tenant.sign_in patti.fernandez@contoso.com)"

With `--desk` it is a token for the desk's API instead of one for Graph:

curl -H "Authorization: Bearer $(python -m local.tenant.sign_in lee.gu@contoso.com --desk)" http://127.0.0.1:7071/api/me
"""

import argparse
import sys

import httpx

from local.tenant.control_client import ControlClient

USUAL_TENANT = "http://127.0.0.1:8400"


def main(arguments: list[str]) -> int:
    """Return 0, or 1 with a sentence when nobody could sign in."""
    parser = argparse.ArgumentParser(prog="python -m local.tenant.sign_in", description="Print a token of a person.")
    parser.add_argument("user", help="user principal name or object id")
    parser.add_argument("--tenant", default=USUAL_TENANT, help=f"where the tenant listens ({USUAL_TENANT})")
    purpose = parser.add_mutually_exclusive_group()
    purpose.add_argument("--scope", action="append", help="a delegated permission; without any, all of them")
    purpose.add_argument("--desk", action="store_true", help="a token for the desk's API, not for Graph")
    options = parser.parse_args(arguments)
    try:
        with ControlClient(options.tenant) as tenant:
            print(tenant.desk_sign_in(options.user) if options.desk else tenant.sign_in(options.user, options.scope))
    except httpx.HTTPError as error:
        print(f"Nobody could sign in at {options.tenant}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
