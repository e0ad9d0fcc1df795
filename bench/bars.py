"""A chart of how each figure stands to its goal, as SVG that is read on a light and on a dark ground."""

from collections.abc import Sequence
from html import escape
from typing import Final

from bench.measurement import Measurement

_WIDTH: Final = 900
_ROW: Final = 24
_LEFT: Final = 430
_MOST: Final = 4.0
"""Times the goal; what is beyond is cut there."""
_REACHED: Final = "#2b8a3e"
_MISSED: Final = "#d9480f"
_STYLE: Final = "font:12px sans-serif;fill:#868e96"


def chart(measured: Sequence[Measurement]) -> str:
    """Return the chart; the line is the goal, and a longer bar is better whatever the figure."""
    height = _ROW * (len(measured) + 2)
    size = f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
    goal = _LEFT + _length(1.0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" style="{_STYLE}">',
        "<title>Each figure against its goal</title>",
        *(part for row, each in enumerate(measured) for part in _bar(row, each)),
        f'<path d="M{goal:.1f} 4V{height - _ROW}" stroke="#868e96" stroke-dasharray="4 3"/>',
        f'<text x="{goal:.1f}" y="{height - 8}" style="text-anchor:middle">the goal</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def times_the_goal(one: Measurement) -> float:
    """Return how often a figure reaches its goal: 1 is just so, 2 is twice as good. A goal of none is met by none."""
    if not one.goal or not one.value:
        return _MOST if one.reached else 0.0
    return one.goal / one.value if one.better == "at most" else one.value / one.goal


def _bar(row: int, one: Measurement) -> list[str]:
    top, reach = 6 + row * _ROW, times_the_goal(one)
    colour = _REACHED if one.reached else _MISSED
    told = one.told + (" →" if reach > _MOST else "")
    end = _LEFT + _length(reach)
    return [
        f'<text x="{_LEFT - 10}" y="{top + 13}" style="text-anchor:end">{escape(one.what)}</text>',
        f'<rect x="{_LEFT}" y="{top}" width="{end - _LEFT:.1f}" height="{_ROW - 8}" fill="{colour}"/>',
        f'<text x="{end + 6:.1f}" y="{top + 13}">{told}</text>',
    ]


def _length(times: float) -> float:
    return (_WIDTH - _LEFT - 60) * min(times, _MOST) / _MOST
