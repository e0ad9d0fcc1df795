"""The schemas of what goes over HTTP, from its types."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import inspect

Json = dict[str, Any]


def schemas(shapes: Iterable[type], template: str) -> Json:
    """Return the schema of each type and of all that they consist of, by name; references are by that template."""
    shapes = list(shapes)
    _, components = msgspec.json.schema_components(shapes, ref_template=template)
    for name, field in _moments(inspect.multi_type_info(shapes), set()):
        _say_moment(components[name]["properties"][field])
    for name in {"ResetRequest", "BulkOrder"} & components.keys():
        del components[name]["properties"]["id"]["default"]  # "" stands for an absent one, and may not be sent
    return dict(sorted(components.items()))


def _moments(types: Iterable[inspect.Type], seen: set[type]) -> Iterator[tuple[str, str]]:
    """Yield struct and field, wherever a field is a moment: msgspec's schema says so only of some of them."""
    for each in types:
        if isinstance(each, inspect.StructType) and each.cls not in seen:
            seen.add(each.cls)
            for field in each.fields:
                if any(isinstance(part, inspect.DateTimeType) for part in _parts(field.type)):
                    yield each.cls.__name__, field.encode_name
                yield from _moments(_parts(field.type), seen)


def _parts(each: inspect.Type) -> Iterator[inspect.Type]:
    """Yield what a type consists of: the members of a union, the items of a tuple."""
    if isinstance(each, inspect.Metadata):
        yield from _parts(each.type)
    elif isinstance(each, inspect.UnionType):
        for member in each.types:
            yield from _parts(member)
    elif isinstance(each, inspect.VarTupleType | inspect.ListType):
        yield from _parts(each.item_type)
    else:
        yield each


def _say_moment(schema: Json) -> None:
    for each in schema.get("anyOf", [schema]):
        if each.get("type") == "string":
            each["format"] = "date-time"
