"""Axes to draw on, and what all charts have: paper, ink, a title, a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .colours import Ink, ink_of, readable
from .text import AtDraw, say, spread, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

#: Inches of a new figure: 900 x 450 pixels in a notebook.
SIZE = (9.0, 4.5)

#: Between the parts of a note.
PARTS = "  ·  "


def open_axes(ax: Axes | None) -> tuple[Axes, Ink]:
    """Return axes to draw on, new ones by default, and the ink for them."""
    if ax is None:
        # Of pyplot, so that a notebook shows the figure.
        from matplotlib import pyplot

        _, ax = pyplot.subplots(figsize=SIZE, layout="constrained")
    return ax, ink_of(ax)


def dress(ax: Axes, ink: Ink, *, grid: str | None = "y") -> None:
    """Give axes their grid, and take away what says nothing."""
    ax.set_axisbelow(True)
    if grid:
        ax.grid(axis=grid, color=ink.grid, linewidth=0.8)  # type: ignore[arg-type]
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.spines["bottom"].set_color(ink.faint)
    ax.tick_params(length=0, colors=ink.faint, labelcolor=ink.text)
    # So that the first word below is clear of the lowest one at the side.
    ax.tick_params(axis="x", pad=6)
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set_color(ink.faint)


def headline(ax: Axes, ink: Ink, words: str, *, note: str = "") -> None:
    """Say above the axes what the chart shows, and below it what its marks mean.

    Both take as many lines as they need at the size at which they are drawn.
    """
    title = ax.set_title("", loc="left", fontweight="bold", color=ink.text)
    say(title, words)
    below = ax.xaxis.label
    if note:
        below = ax.set_xlabel("", loc="right", fontsize=9, color=ink.faint)
        below.set_multialignment("right")
        say(below, note)
    figure = ax.get_figure(root=True)
    assert figure is not None

    measuring = False

    def place() -> None:
        nonlocal measuring
        if measuring:
            return
        if figure.get_layout_engine() is None:
            # To measure axes is to place their words, which is what calls this.
            measuring = True
            _make_room(ax, figure)
            measuring = False
        box = ax.get_window_extent()
        spec = ax.get_subplotspec()
        if spec is None or spec.get_gridspec().ncols > 1:
            # Beside these axes are others, which have titles too.
            wrap(title, words, box.width)
            _fold(below, note, box.width)
            return
        # From the left edge of the figure: names beside the axes can be long.
        title.set_x((0.008 * figure.bbox.width - box.x0) / box.width)
        wrap(title, words, 0.98 * figure.bbox.width)
        _fold(below, note, box.x1 - 0.008 * figure.bbox.width)

    AtDraw(ax, place)


def _fold(text: Text, note: str, room: float) -> None:
    """Break a note between its parts, where it is wider than there is room."""
    if not note or say(text, note).get_window_extent().width <= room:
        return
    lines: list[str] = []
    for part in note.split(PARTS):
        longer = PARTS.join([*lines[-1:], part])
        if lines and say(text, longer).get_window_extent().width <= room:
            lines[-1] = longer
        else:
            lines.append(part)
    say(text, "\n".join(lines))


def _make_room(ax: Axes, figure: Figure) -> None:
    """Shrink axes that nobody lays out, if words beside them would be cut."""
    taken, page = ax.get_tightbbox(for_layout_only=True), figure.bbox
    if taken is None:
        return
    own = ax.get_position()
    left = own.x0 + max(0.0, (page.x0 - taken.x0) / page.width)
    right = own.x1 - max(0.0, (taken.x1 - page.x1) / page.width)
    low = own.y0 + max(0.0, (page.y0 - taken.y0) / page.height)
    high = own.y1 - max(0.0, (taken.y1 - page.y1) / page.height)
    if right - left > 0.1 and high - low > 0.1:
        ax.set_position((left, low, right - left, high - low))


def name_ends(ax: Axes, ends: list[tuple[str, float, str]], ink: Ink) -> None:
    """Write words beside the right edge of axes, at heights, in colours.

    Where they would cover each other they are moved apart.
    """
    texts = []
    for words, height, colour in ends:
        text = ax.annotate(
            "",
            (1.0, height),
            xycoords=ax.get_yaxis_transform(),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
            color=readable(colour, ink),
        )
        texts.append((height, say(text, words)))

    def place() -> None:
        box = ax.get_window_extent()
        wished = [ax.transData.transform((0, height))[1] for height, _ in texts]
        wished = [min(max(y, box.y0), box.y1) for y in wished]
        tall = max(text.get_window_extent().height for _, text in texts)
        points = 72 / ax.get_figure(root=True).dpi  # type: ignore[union-attr]
        settled = spread(wished, tall * 1.05, box.y0, box.y1)
        for (height, text), y in zip(texts, settled, strict=True):
            own = ax.transData.transform((0, height))[1]
            text.set_position((6, (y - own) * points))

    if texts:
        AtDraw(ax, place)


def nothing(ax: Axes, ink: Ink, title: str, words: str) -> Axes:
    """Say that there is nothing to draw."""
    headline(ax, ink, title)
    ax.set_xticks([])
    ax.set_yticks([])
    dress(ax, ink, grid=None)
    text = ax.text(0.5, 0.5, "", transform=ax.transAxes, ha="center", color=ink.faint)
    say(text, words)
    return ax
