"""The curves of a run as an SVG drawing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

_PANELS = {
    "Building, seconds": {"build_s": "whole build"},
    "Searching, milliseconds (p95)": {"search_p95_ms": "search", "vectors_p95_ms": "vectors", "words_p95_ms": "words"},
    "Memory, MiB": {"build_peak_MiB": "building, peak", "own_MiB": "asking, own", "mapped_MiB": "asking, mapped"},
}
_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 300, 220, 60, 40, 50
_COLOURS = ("#1f5aa6", "#c2571a", "#2c7a3f")


def plot(rows: Sequence[Mapping[str, float]]) -> str:
    """A panel for each of building, searching and memory over the number of passages; both axes logarithmic."""
    panels = [
        _panel(n * (_WIDTH + _GAP + 40) + _LEFT, title, lines, rows) for n, (title, lines) in enumerate(_PANELS.items())
    ]
    width, height = len(_PANELS) * (_WIDTH + _GAP + 40) + 20, _TOP + _HEIGHT + 60
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="11"><rect width="{width}" height="{height}" fill="#fff"/>'
        f"{''.join(panels)}</svg>\n"
    )


def _panel(left: float, title: str, lines: Mapping[str, str], rows: Sequence[Mapping[str, float]]) -> str:
    xs = [math.log10(row["passages"]) for row in rows]
    values = [max(row[key], 0.01) for row in rows for key in lines]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)) + 1e-9)
    first, last = math.floor(min(xs) + 0.01), math.ceil(max(xs) - 0.01)

    def x(power: float) -> float:
        return left + (power - first) / max(1, last - first) * _WIDTH

    def y(power: float) -> float:
        return _TOP + _HEIGHT - (power - low) / max(1, high - low) * _HEIGHT

    parts = [f'<text x="{left}" y="{_TOP - 14}" font-weight="bold">{escape(title)}</text>']
    parts += [
        f'<line x1="{left}" x2="{left + _WIDTH}" y1="{y(power):.1f}" y2="{y(power):.1f}" stroke="#ddd"/>'
        f'<text x="{left - 6}" y="{y(power) + 4:.1f}" text-anchor="end">{10**power:,g}</text>'
        for power in range(low, high + 1)
    ]
    parts += [
        f'<line x1="{x(power):.1f}" x2="{x(power):.1f}" y1="{_TOP}" y2="{_TOP + _HEIGHT}" stroke="#ddd"/>'
        f'<text x="{x(power):.1f}" y="{_TOP + _HEIGHT + 16}" text-anchor="middle">{10**power:,}</text>'
        for power in range(first, last + 1)
    ]
    for key, colour in zip(lines, _COLOURS, strict=False):
        points = [(x(px), y(math.log10(max(row[key], 0.01)))) for px, row in zip(xs, rows, strict=True)]
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
        dots = "".join(f'<circle cx="{px:.1f}" cy="{py:.1f}" r="2.5" fill="{colour}"/>' for px, py in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>{dots}')
    for n, ((_, name), colour) in enumerate(zip(lines.items(), _COLOURS, strict=False)):
        parts.append(f'<text x="{left + 8}" y="{_TOP + 14 + 14 * n}" fill="{colour}">{escape(name)}</text>')
    parts.append(f'<text x="{left + _WIDTH / 2}" y="{_TOP + _HEIGHT + 34}" text-anchor="middle">passages</text>')
    return "".join(parts)
