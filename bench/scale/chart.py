"""Line charts as SVG, for a page that is read on a light and on a dark ground."""

from collections.abc import Sequence
from html import escape
from typing import Final

import msgspec

_WIDTH: Final = 720
_HEIGHT: Final = 300
_LEFT: Final = 60
_RIGHT: Final = 190
_TOP: Final = 40
_BOTTOM: Final = 50
_COLOURS: Final = ("#2f6fde", "#d9480f", "#2b8a3e", "#9c36b5")
_STYLE: Final = "font:12px sans-serif;fill:#868e96"


class Line(msgspec.Struct, frozen=True):
    """One line of a chart."""

    name: str
    points: Sequence[tuple[float, float]]


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """Lines on one ground, both axes from zero."""

    title: str
    across: str
    up: str
    lines: Sequence[Line]
    most_across: float
    most_up: float
    steps: int = 4

    def svg(self) -> str:
        """Return it as a document of its own."""
        parts = [
            *self._ground(),
            *(part for number, line in enumerate(self.lines) for part in self._line(number, line)),
        ]
        size = f'width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" style="{_STYLE}">'
        return "\n".join([head, f"<title>{escape(self.title)}</title>", *parts, "</svg>"]) + "\n"

    def _ground(self) -> list[str]:
        middle = (_LEFT + _WIDTH - _RIGHT) / 2
        parts = [
            _text(_LEFT, 20, self.title, "font-weight:bold"),
            _text(middle, _HEIGHT - 12, self.across, "text-anchor:middle"),
            _text(_LEFT - 8, _TOP - 8, self.up, "text-anchor:start"),
        ]
        for step in range(self.steps + 1):
            across, up = self.most_across * step / self.steps, self.most_up * step / self.steps
            x, y = self._place(across, up)
            parts += [
                f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#868e96" stroke-opacity=".3"/>',
                _text(_LEFT - 6, y + 4, f"{up:g}", "text-anchor:end"),
                _text(x, _HEIGHT - _BOTTOM + 16, f"{across:g}", "text-anchor:middle"),
            ]
        return parts

    def _line(self, number: int, line: Line) -> list[str]:
        colour = _COLOURS[number % len(_COLOURS)]
        places = [self._place(*point) for point in line.points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        y = _TOP + 14 + 20 * number
        return [
            f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
            f'<path d="M{_WIDTH - _RIGHT + 10} {y - 4}h16" stroke="{colour}" stroke-width="3"/>',
            _text(_WIDTH - _RIGHT + 32, y, line.name, ""),
        ]

    def _place(self, across: float, up: float) -> tuple[float, float]:
        width, height = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
        x = _LEFT + width * min(1.0, across / self.most_across)
        return x, _TOP + height * (1 - min(1.0, up / self.most_up))


def _text(x: float, y: float, words: str, style: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" style="{style}">{escape(words)}</text>'
