"""What the acts of one operation come to, each kind of deed once."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from shared.audit.grouping import SAYS_LITTLE, Act
from shared.audit.history_line import Deed, Kind, Method

_ORDER: Final = {kind: place for place, kind in enumerate(Kind)}
_EACH_BY_ITSELF: Final = frozenset({Kind.ROLE_GIVEN, Kind.ROLE_TAKEN, Kind.OTHER})
"""Deeds that are told apart by their detail."""
_ALL_IN_ONE: Final = "re-registration"
"""In the reason of the one event which the portal's button leaves; the directory's own event tells the methods."""


def told(acts: Iterable[Act]) -> tuple[Deed, ...]:
    """Return the deeds of an operation; one that only failed stands there as failed.

    Where a service repeats what another one told, it counts for what that one did not say.
    """
    acts = tuple(acts)
    first = [(act, deed) for act in acts if not act.is_echo for deed in act.deeds]
    kinds = {deed.kind for _, deed in first}
    echoes = [(act, deed) for act in acts if act.is_echo for deed in act.deeds]
    new = [(act, deed) for act, deed in echoes if deed.kind not in kinds and not _is_mere_echo(deed, kinds)]
    grouped: dict[tuple[Kind, str], list[tuple[Act, Deed]]] = {}
    for act, deed in [*first, *new]:
        key = (deed.kind, deed.detail if deed.kind in _EACH_BY_ITSELF else "")
        grouped.setdefault(key, []).append((act, deed))
    whole = [_merged(pairs, [deed for _, deed in echoes if deed.kind is kind]) for (kind, _), pairs in grouped.items()]
    return tuple(sorted(whole, key=lambda deed: (_ORDER[deed.kind], deed.detail)))


def _is_mere_echo(deed: Deed, kinds: set[Kind]) -> bool:
    """Return whether it only says that something about a person was updated, beside what says more."""
    return bool(kinds) and deed.kind in SAYS_LITTLE


def _merged(pairs: list[tuple[Act, Deed]], echoes: list[Deed]) -> Deed:
    done = [deed for act, deed in pairs if not act.failed]
    deeds = done or [deed for _, deed in pairs]
    all_in_one = any(_ALL_IN_ONE in act.event.reason.lower() for act, _ in pairs)
    repeated = all(act.is_echo for act, _ in pairs)
    echoed = [method for echo in echoes for method in echo.methods]
    methods = [method for deed in deeds for method in deed.methods]
    methods = list(dict.fromkeys(echoed)) if repeated else _completed(methods, echoed, add=all_in_one or not methods)
    known = [*deeds, *echoes]
    return Deed(
        kind=deeds[0].kind,
        methods=tuple(sorted(methods, key=lambda method: (method.type, method.label))),
        before=next((deed.before for deed in known if deed.before), ""),
        after=next((deed.after for deed in reversed(deeds) if deed.after), "")
        or next((echo.after for echo in echoes if echo.after), ""),
        detail=deeds[0].detail,
        failed=not done,
    )


def _completed(methods: list[Method], echoed: list[Method], *, add: bool) -> list[Method]:
    """Return the methods with the labels that the echoes know; with the methods that they alone know, where told to."""
    known = {(method.type, method.label) for method in methods}
    spare = [method for method in dict.fromkeys(echoed) if method.label and (method.type, method.label) not in known]
    completed = []
    for method in methods:
        better = next((each for each in spare if each.type == method.type and not method.label), None)
        completed.append(better or method)
        spare = [each for each in spare if each is not better]
    if not add:
        return completed
    types = Counter(method.type for method in methods)
    return completed + [method for method in dict.fromkeys(echoed) if not types[method.type]]
