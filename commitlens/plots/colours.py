"""The colours of charts: one for each change type, on light and dark paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.colors import to_hex, to_rgb, to_rgba

from ..palette import COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# For authors and areas, in this order; `_spare_colours` goes on after these.
_CYCLE = (
    *("#0072B2", "#E69F00", "#117733", "#882255", "#88CCEE"),
    *("#DDCC77", "#AA4499", "#44AA99", "#332288", "#CC6677"),
)

#: Keys that gather what has no name of its own.
UNNAMED = ("other", "(no files)")

# What is counted by a closed set of keys.
_CLOSED = ("change_type", "importance", "breaking", "security", "bot")

# What matters least is to stand back: near white it would be all that is seen.
_ON_DARK = {
    **dict.fromkeys(("low", "not breaking", "not security", "other"), "#666B75"),
    "(no files)": "#484C54",
}

#: Of what has no colour of its own: a single line, a heat map.
PLAIN = "#417ED1"

#: The settings of matplotlib that make a figure light or dark.
THEMES: dict[str, dict[Any, Any]] = {
    "light": {"figure.facecolor": "white", "axes.facecolor": "white"},
    "dark": {"figure.facecolor": "#16181D", "axes.facecolor": "#16181D"},
}


@dataclass(frozen=True)
class Ink:
    """What is written with, on the paper of some axes.

    Attributes
    ----------
    paper, text, faint, grid : str
        The background; words; words of less weight; lines behind the data.
    """

    paper: str
    text: str
    faint: str
    grid: str


def ink_of(ax: Axes) -> Ink:
    """Return the ink that is read on the paper of `ax`, whichever made it."""
    from matplotlib import rcParams

    figure = ax.get_figure(root=True)
    papers = [ax.get_facecolor()]
    if figure is not None:
        papers.append(figure.get_facecolor())
    # A transparent figure lies on a page that the user's own text is read on.
    dark_page = luminance(to_hex(to_rgb(rcParams["text.color"]))) > 0.5
    papers.append(to_rgba("#16181D" if dark_page else "white"))
    paper = to_hex(next(colour for colour in papers if to_rgba(colour)[3] > 0.5))
    text = "#E8E8E8" if luminance(paper) < 0.2 else "#1A1A1A"
    return Ink(paper, text, blend(text, paper, 0.28), blend(text, paper, 0.87))


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 to 1 (as WCAG 2 defines it)."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in to_rgb(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    """Return the contrast of two colours, 1 to 21 (as WCAG 2 defines it)."""
    darker, lighter = sorted((luminance(one), luminance(two)))
    return (lighter + 0.05) / (darker + 0.05)


def blend(colour: str, paper: str, part: float) -> str:
    """Return a colour that is nearer to `paper`, through which nothing shows."""
    pairs = zip(to_rgb(colour), to_rgb(paper), strict=True)
    red, green, blue = ((1 - part) * one + part * two for one, two in pairs)
    return to_hex((red, green, blue))


def pale(colour: str, ink: Ink) -> str:
    """Return the colour of what rests on few commits."""
    return blend(colour, ink.paper, 0.55)


def readable(colour: str, ink: Ink, *, least: float = 4.5) -> str:
    """Return a colour nearer to the text's, until words in it can be read."""
    for step in range(11):
        words = blend(colour, ink.text, step / 10)
        if contrast(words, ink.paper) >= least:
            return words
    return ink.text


def visible(colour: str, ink: Ink) -> str:
    """Return the colour for a thin mark, which paper must not swallow."""
    return readable(colour, ink, least=2.0)


def colours_of(
    keys: Iterable[str], by: str | None, ink: Ink | None = None
) -> list[str]:
    """Return a colour a key, none of them twice.

    Only types and tiers have colours of their own, and what gathers the rest:
    a person or a folder that is called ``fix`` is no fix.
    """
    own = COLOURS
    if ink is not None and luminance(ink.paper) < 0.2:
        own = COLOURS | _ON_DARK
    if by not in _CLOSED:
        own = {key: own[key] for key in UNNAMED}
    spare = _spare_colours()
    return [own.get(key) or next(spare) for key in keys]


def _spare_colours() -> Iterator[str]:
    """Yield colours without end."""
    from colorsys import hls_to_rgb

    yield from _CYCLE
    given = {*_CYCLE, *COLOURS.values()}
    turn = 0
    while True:
        # Steps of the golden ratio never come back to a hue.
        turn += 1
        colour = to_hex(hls_to_rgb(turn * 0.618 % 1, (0.35, 0.6)[turn % 2], 0.5))
        if colour.upper() not in given:
            given.add(colour.upper())
            yield colour
