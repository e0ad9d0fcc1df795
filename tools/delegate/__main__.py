"""The command itself: `python -m tools.delegate list | assign | remove …`."""

import asyncio
import logging
import os
import sys
from collections.abc import Mapping, Sequence

from rich.console import Console

from shared.graph import GraphUnavailable
from tools.delegate.command_line import Command, CommandError, read
from tools.delegate.people_file import PeopleFileError
from tools.delegate.printing import complain
from tools.delegate.reading import RefusedError
from tools.delegate.results import INTERRUPTED, NOT_STARTED, SOME_FAILED
from tools.delegate.run import Run, Sleep, all_names
from tools.delegate.sign_in import SignInError


def main(arguments: Sequence[str], environ: Mapping[str, str], console: Console, sleep: Sleep = asyncio.sleep) -> int:
    """Carry one command out; return the exit code."""
    try:
        command = read(arguments, environ)
        return asyncio.run(_run(command, environ, console, sleep))
    except (CommandError, PeopleFileError, SignInError, OSError) as error:
        complain(console, str(error))
        return NOT_STARTED
    except RefusedError as error:
        complain(console, str(error))
        return SOME_FAILED
    except GraphUnavailable as error:
        complain(console, f"{error}. Nothing was changed; try again later.")
        return SOME_FAILED
    except KeyboardInterrupt:
        complain(console, "Interrupted before anything was changed.")
        return INTERRUPTED


async def _run(command: Command, environ: Mapping[str, str], console: Console, sleep: Sleep) -> int:
    names = all_names(command)
    if command.names_somebody and not names:
        raise CommandError("The files name nobody.")
    return await Run(command, environ, console, sleep).run(names)


if __name__ == "__main__":
    logging.getLogger("azure").addHandler(logging.NullHandler())  # what went wrong is said in one sentence
    sys.exit(main(sys.argv[1:], os.environ, Console(highlight=False)))
