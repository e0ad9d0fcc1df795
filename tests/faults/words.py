"""A schedule in words, for whoever has to find out what went wrong in it."""

import msgspec

from tests.faults.steps import (
    AroundTheDesk,
    Ask,
    AskMany,
    AuditDelay,
    Crash,
    Decide,
    Garbage,
    GraphFails,
    Intervene,
    Leave,
    Register,
    Schedule,
    Skew,
    Step,
    StorageFails,
    Timer,
    Wait,
    Work,
)


def told(schedule: Schedule) -> str:
    """Return it as a numbered list."""
    lines = [f"{number:3}. {sentence(step)}" for number, step in enumerate(schedule.steps, 1)]
    return "\n".join([f"Seed {schedule.seed}; a second person: {schedule.second_person}.", *lines])


def sentence(step: Step) -> str:  # noqa: C901, PLR0912 - one line for each kind
    """Return one step as a sentence."""
    match step:
        case Ask():
            return _asked(step)
        case AskMany():
            return _asked_many(step)
        case Intervene(by=by, verb=verb, after=after):
            return f"{_name(by)} asks for {verb} of the bulk requests, {after} turns into what comes next."
        case Garbage(message=message):
            return f"A message that is no request: {message}"
        case Decide(by=by, verdict=verdict):
            return f"{_name(by)} gives {verdict} to whatever waits."
        case Register(who=who, kind=kind, moment=moment):
            return f"{_name(who)} registers a {kind}{_when(moment)}."
        case AroundTheDesk(who=who, by=by, moment=moment):
            return f"{_name(who)} is reset around the desk ({by}){_when(moment)}."
        case Leave(who=who, moment=moment):
            return f"{_name(who)} leaves the service desk{_when(moment)}."
        case Wait(seconds=seconds):
            return f"{seconds} seconds pass."
        case Work(instances=instances, doubled=doubled):
            return f"{instances} instance(s) at work{', every message delivered twice' if doubled else ''}."
        case Timer(name=name, instance=instance):
            return f"The timer {name} fires on instance {instance}."
        case GraphFails(fault=fault):
            return f"Graph will fail: {_plain(fault)}"
        case StorageFails(where=where, after=after, skip=skip, times=times):
            side = "after" if after else "before"
            return f"The {where} will fail {times} times {side} the effect, {skip} requests from now."
        case Crash(instance=instance, moments=moments):
            return f"Instance {instance} will die in {moments} moments."
        case Skew(instance=instance, seconds=seconds):
            return f"The clock of instance {instance} is {seconds} seconds off from now on."
        case AuditDelay(seconds=seconds):
            return f"Audit events show {seconds} seconds late from now on."


def _asked(step: Ask) -> str:
    what = " and ".join(step.actions) + (f" to {step.per_user_mfa}" if step.per_user_mfa else "")
    how = f"methods {step.methods}" + (", dry" if step.dry_run else "") + (", nameless" if step.nameless else "")
    return f"{_name(step.by)} asks by {step.way} for {what} of {_name(step.user)} ({how}) as {step.id}."


def _asked_many(step: AskMany) -> str:
    people = ", ".join(_name(each) for each in step.users)
    how = " (dry)" if step.dry_run else ""
    return f"{_name(step.by)} asks for {' and '.join(step.actions)} of many: {people}{how}, as {step.id}."


def _plain(value: object) -> str:
    return msgspec.json.encode(msgspec.to_builtins(value)).decode()


def _name(who: str) -> str:
    return who.partition("@")[0]


def _when(moment: int | None) -> str:
    return "" if moment is None else f", {moment} moments into what comes next"
