"""The command line: arguments and environment in, one frozen command out."""

import argparse
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from tools.delegate.duties import DUTIES, AppRole, Duty, duty_named
from tools.delegate.names import is_object_id
from tools.delegate.sign_in import GRAPH_COMMAND_LINE_TOOLS, SignIn
from tools.delegate.steps import Verb

EVERYTHING: Final = "all"
ENDPOINT_SETTING: Final = "GRAPH_ENDPOINT"
APP_SETTING: Final = "MFA_DESK_APP_ID"
_GRAPH: Final = "https://graph.microsoft.com"
_ADDRESS: Final = re.compile(r"https://[^\s/?#@]+/*|http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?/*")
_MOST_AT_ONCE: Final = 16

_EPILOG: Final = """\
examples:
  python -m tools.delegate list all
  python -m tools.delegate assign authentication-administrator adele.vance@contoso.com lee.gu@contoso.com
  python -m tools.delegate assign authentication-administrator --csv service-desk.csv --dry-run
  python -m tools.delegate assign privileged-authentication-administrator --group "Tier 0 Service Desk"
  python -m tools.delegate assign operator --group "Service Desk" --app 00000000-0000-0000-0000-000000000000
  python -m tools.delegate remove operator lee.gu@contoso.com

exit code: 0 all is as it should be, 1 something failed, 2 not started, 130 interrupted. Start it again after an
interruption, with the same arguments: what is done already is left alone. docs/delegating.md has the rest.
"""


class CommandError(Exception):
    """The command cannot be carried out as it was written."""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What the administrator wants."""

    verb: Verb
    duties: tuple[Duty, ...]
    people: tuple[str, ...]
    groups: tuple[str, ...]
    files: tuple[Path, ...]
    app_id: str
    dry_run: bool
    at_once: int
    endpoint: str
    sign_in: SignIn
    client_id: str
    tenant_id: str

    @property
    def names_somebody(self) -> bool:
        """Whether it is about certain people or groups."""
        return bool(self.people or self.groups or self.files)


def read(arguments: Sequence[str], environ: Mapping[str, str]) -> Command:
    """Return the command. Raises CommandError; SystemExit after --help, or where argparse cannot read the arguments."""
    options = _parser(environ).parse_intermixed_args(arguments)
    command = Command(
        verb=Verb(options.verb),
        duties=_duties(options.duty, options.app),
        people=tuple(options.people),
        groups=tuple(options.group),
        files=tuple(options.csv),
        app_id=options.app,
        dry_run=options.dry_run,
        at_once=options.at_once,
        endpoint=_address(options.graph),
        sign_in=SignIn(options.sign_in),
        client_id=options.client_id,
        tenant_id=options.tenant,
    )
    _check(command)
    return command


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.delegate",
        description="Give people and groups the roles of a service desk, or take them back, as yourself.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    words = ", ".join(duty.word for duty in DUTIES)
    parser.add_argument("verb", choices=[verb.value for verb in Verb])
    parser.add_argument("duty", help=f"one of {words}; for list also {EVERYTHING}")
    parser.add_argument("people", nargs="*", metavar="person", help="user principal name or object id")
    parser.add_argument("--csv", type=Path, action="append", default=[], metavar="FILE", help="a file of people")
    parser.add_argument("--group", action="append", default=[], metavar="NAME", help="display name or object id")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
    parser.add_argument(
        "--app", default=environ.get(APP_SETTING, ""), help=f"app id of the desk, for its app roles [{APP_SETTING}]"
    )
    parser.add_argument("--at-once", type=_few, default=4, metavar="N", help="changes at once, 1 to 16 [4]")
    parser.add_argument(
        "--sign-in", choices=[way.value for way in SignIn], default=SignIn.BROWSER.value, help="[browser]"
    )
    parser.add_argument("--tenant", default="", help="tenant id or domain to sign in to")
    parser.add_argument(
        "--client-id", default=GRAPH_COMMAND_LINE_TOOLS, help="app to sign in with [Microsoft Graph Command Line Tools]"
    )
    parser.add_argument(
        "--graph", default=environ.get(ENDPOINT_SETTING) or _GRAPH, help=f"address of Graph [{ENDPOINT_SETTING}]"
    )
    return parser


def _few(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text[:3]) <= _MOST_AT_ONCE:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 to {_MOST_AT_ONCE}")
    return int(text)


def _duties(name: str, app_id: str) -> tuple[Duty, ...]:
    if name.lower() == EVERYTHING:
        return tuple(duty for duty in DUTIES if app_id or not isinstance(duty, AppRole))
    duty = duty_named(name)
    if duty is None:
        raise CommandError(f"'{name}' is no role that can be delegated; write one of {_words()}.")
    return (duty,)


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise CommandError(f"'{text}' is no address of Microsoft Graph; write one without a path, like {_GRAPH}.")
    return text.rstrip("/")


def _check(command: Command) -> None:
    if command.verb is not Verb.LIST and len(command.duties) != 1:
        raise CommandError(f"Only list goes with '{EVERYTHING}'; to {command.verb}, write one of {_words()}.")
    if command.verb is not Verb.LIST and not command.names_somebody:
        raise CommandError(f"Nobody is named whom to {command.verb}; write people, --csv FILE or --group NAME.")
    if any(isinstance(duty, AppRole) for duty in command.duties) and not is_object_id(command.app_id):
        raise CommandError(
            f"An app role takes the app id of the desk, such as 00000000-0000-0000-0000-000000000000, in --app or in "
            f"{APP_SETTING}; this is '{command.app_id}'."
        )


def _words() -> str:
    return ", ".join(duty.word for duty in DUTIES)
