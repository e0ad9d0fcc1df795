"""A child process of the stand."""

import sys
from pathlib import Path

import pytest

from local.child import Child, ChildFailedError


def _child(folder: Path, program: str) -> Child:
    return Child("The child", [sys.executable, "-uc", program], log=folder / "state" / "child.log")


def test_what_the_child_prints_is_waited_for(tmp_path: Path) -> None:
    """wait_for returns the pattern's first group."""
    with _child(tmp_path, "print('listening on 42'); input()") as child:
        assert child.wait_for(r"listening on (\d+)", seconds=10) == "42"
        assert child.running

    assert not child.running


def test_child_that_ends_early_is_shown_with_its_output(tmp_path: Path) -> None:
    """A child that ends before it is ready gives its code, the file and the end of what it said."""
    with (
        _child(tmp_path, "print('oh no'); raise SystemExit(3)") as child,
        pytest.raises(ChildFailedError, match=r"(?s)The child ended with code 3\. The end of .*child\.log:\noh no"),
    ):
        child.wait_for("(ready)", seconds=10)


def test_child_that_says_nothing_is_not_waited_for_forever(tmp_path: Path) -> None:
    """After the deadline the wait is an error."""
    with (
        _child(tmp_path, "input()") as child,
        pytest.raises(ChildFailedError, match=r"The child was not ready after 0\.1 s"),
    ):
        child.wait_for("(ready)", seconds=0.1)


def test_stubborn_child_is_killed(tmp_path: Path) -> None:
    """A child that ignores SIGTERM ends all the same."""
    program = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready'); time.sleep(60)"
    child = _child(tmp_path, program)
    child.start()
    child.wait_for("(ready)", seconds=10)

    child.stop(seconds=0.1)

    assert not child.running


def test_check_tells_of_a_child_that_ended_by_itself(tmp_path: Path) -> None:
    """A child that died is an error; one that was stopped is not."""
    child = _child(tmp_path, "raise SystemExit(4)")
    child.start()
    child.wait(seconds=10)

    with pytest.raises(ChildFailedError, match="ended with code 4"):
        child.check()
    child.stop()
    child.check()


def test_output_of_an_earlier_run_is_kept_but_not_read(tmp_path: Path) -> None:
    """The file grows from run to run; waiting looks at this run alone."""
    with _child(tmp_path, "print('first'); input()") as child:
        child.wait_for("(first)", seconds=10)
    with _child(tmp_path, "print('second'); input()") as child:
        child.wait_for("(second)", seconds=10)

        assert child.tail() == "second"
    assert child.log.read_text() == "first\nsecond\n"


def test_second_start_is_an_error(tmp_path: Path) -> None:
    """A running child is not started again."""
    with _child(tmp_path, "input()") as child, pytest.raises(RuntimeError, match="already running"):
        child.start()
