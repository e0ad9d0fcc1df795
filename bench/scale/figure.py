"""A figure that the model rests on, with where it comes from."""

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A number, and why it is believed."""

    value: float
    unit: str
    source: str
    """Where it is documented, the command that measures it, or the place in the code that sets it."""
    sure: bool = True
    """Whether that source settles it; what is assumed is marked on the page."""
