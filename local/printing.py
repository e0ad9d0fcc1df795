"""Outcomes as a person at a terminal wants to read them."""

from rich.console import Console
from rich.text import Text

from local.demonstration import Answer
from shared.outcome import ActionOutcome, MethodOutcome, Outcome, PersonNamed, Result, Status

_STYLES = {
    Status.SUCCEEDED: ("✔", "green"),
    Status.PARTIAL: ("◐", "yellow"),
    Status.FAILED: ("✘", "red"),
    Status.REFUSED: ("■", "magenta"),
    Status.REJECTED: ("■", "magenta"),
}
_DONE = {
    "requireReregistration": "must register MFA again",
    "revokeSessions": "sessions revoked",
    "setPerUserMfa": "per-user MFA set",
    "issueTemporaryAccessPass": "Temporary Access Pass issued",
}
_FORESEEN = {
    "requireReregistration": "would have to register MFA again",
    "revokeSessions": "sessions would be revoked",
    "setPerUserMfa": "per-user MFA would be set",
    "issueTemporaryAccessPass": "a Temporary Access Pass would be issued",
}
_WORDS = {
    Result.REMOVED: "removed",
    Result.ALREADY_GONE: "was gone already",
    Result.DEACTIVATED: "deactivated",
    Result.STILL_REGISTERED: "still registered",
    Result.WOULD_BE_REMOVED: "would be removed",
    Result.WOULD_BE_DEACTIVATED: "would be deactivated",
}


def show(console: Console, answer: Answer) -> None:
    """Print an outcome: who and what in the first line, then why, then every method."""
    outcome = answer.outcome
    sign, style = _STYLES.get(outcome.status, ("…", "cyan"))
    head = Text.assemble((f"{sign} {outcome.status:<9}", f"bold {style}"), "  ", (_subject(outcome), "bold"))
    if outcome.dry_run:
        head.append("  dry run, nothing changed", "cyan")
    if answer.seconds is not None:
        head.append(f"  {answer.seconds:.1f} s", "dim")
    console.print(head)
    for line in _lines(outcome):
        console.print(Text(f"             {line}"), soft_wrap=True)
    if not answer.as_expected and answer.situation:
        console.print(Text(f"             This should have been {answer.situation.expected}.", "bold red"))


def _subject(outcome: Outcome) -> str:
    ticket = f" ({outcome.ticket})" if outcome.ticket else ""
    return f"{_name(outcome.user)}{ticket}" if outcome.user else f"message {outcome.id}"


def _name(person: PersonNamed | None) -> str:
    return (person.display_name or person.user_principal_name or person.asked) if person else "somebody"


def _lines(outcome: Outcome) -> list[str]:
    lines = [f"asked by {_name(outcome.requested_by)}"] if outcome.requested_by else []
    if outcome.approval:
        lines.append(f"{outcome.approval.verdict} by {_name(outcome.approval.by)}")
    if outcome.problem:
        lines.append(outcome.problem.detail)
    if outcome.decision and outcome.status is Status.REFUSED:
        lines.append(outcome.decision.reason)
    words = _FORESEEN if outcome.dry_run else _DONE
    for action in outcome.actions:
        lines += _action(action, words[action.action])
    return lines


def _action(action: ActionOutcome, done: str) -> list[str]:
    went = "" if action.status is Status.SUCCEEDED else f": {action.status}"
    detail = f" ({action.detail})" if action.detail else ""
    return [f"{done}{went}{detail}", *(f"  {_method(method)}" for method in action.methods)]


def _method(method: MethodOutcome) -> str:
    why = f" ({method.why})" if method.why else ""
    return f"{method.type:<24} {method.label:<28} {_WORDS[method.result]}{why}"
