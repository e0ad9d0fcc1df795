"""A child process of the stand: its output is appended to a file, and it is ended by whoever started it."""

import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

TAIL_LINES = 30
POLL_SECONDS = 0.02


class ChildFailedError(Exception):
    """A child process ended, or said nothing, before it was ready."""


class Child:
    """
    One command, run in a session of its own: Ctrl+C reaches the parent alone, which then stops its children in order.

    Its standard input is a pipe that nobody writes to: it ends with the parent, however the parent ends.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        environ: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self._command = [str(part) for part in command]
        self._environ = environ
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        """The process id, once started."""
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the command without waiting for it to be ready; a child already running is an error."""
        if self.running:
            raise RuntimeError(f"{self.name} is already running (process {self.pid}); stop it first.")
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self._process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
                self._command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environ,
                cwd=self._folder,
                start_new_session=True,
            )

    def wait_for(self, pattern: str, *, seconds: float) -> str:
        """
        Return the first group of `pattern` as soon as the child has printed it.

        Raises ChildFailedError with the end of the child's output when it ends, or the seconds do.
        """
        deadline = time.monotonic() + seconds
        while True:
            ended = not self.running
            if found := re.search(pattern, self._output(), re.MULTILINE):
                return found[1]
            if ended or time.monotonic() > deadline:
                raise ChildFailedError(self._why(ended=ended, seconds=seconds))
            time.sleep(POLL_SECONDS)

    def check(self) -> None:
        """Raise ChildFailedError when it has ended although nobody here ended it."""
        if self._process is not None and not self.running:
            raise ChildFailedError(f"{self.name} {self._ending()}")

    def wait(self, *, seconds: float) -> int:
        """Return its exit code when it has ended; raises subprocess.TimeoutExpired when it does not in time."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was not started.")
        return self._process.wait(seconds)

    def stop(self, *, seconds: float = 5) -> None:
        """Ask it to end, and kill it when it has not done so after that many seconds."""
        if (process := self._process) is None:
            return
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        self._reap(process)

    def kill(self) -> None:
        """End it at once with SIGKILL, as a crash would."""
        if process := self._process:
            process.kill()
            self._reap(process)

    def tail(self, lines: int = TAIL_LINES) -> str:
        """Return the last lines it has printed since it was started."""
        return "\n".join(self._output().splitlines()[-lines:])

    def _output(self) -> str:
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")

    def _why(self, *, ended: bool, seconds: float) -> str:
        return (
            f"{self.name} {self._ending()}"
            if ended
            else f"{self.name} was not ready after {seconds:g} s. {self._end()}"
        )

    def _ending(self) -> str:
        return f"ended with code {self._process.returncode if self._process else None}. {self._end()}"

    def _end(self) -> str:
        return f"The end of {self.log}:\n{self.tail()}"

    def _reap(self, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        if process.stdin:
            process.stdin.close()
        self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
