"""Charts as a reader sees them: colours told apart, words whole, any paper."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import combinations

import matplotlib.style
import numpy as np
import pytest
from chart_tables import HOSTILE, drawings, drawn, history, troubles, words
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from commitlens import CHANGE_TYPES, TIERS, plots, trend
from commitlens.plots.colours import THEMES, contrast, ink_of
from commitlens.plots.text import east_asian_font
from commitlens.testing import make_history

CHARTS = tuple(drawings())

# How a colour looks without the cones for red, and without those for green
# (Machado, Oliveira and Fernandes 2009, severity 1), of linear red, green, blue.
_PROTANOPIA = (
    (0.152286, 1.052583, -0.204868),
    (0.114503, 0.786281, 0.099216),
    (-0.003882, -0.048116, 1.051998),
)
_DEUTERANOPIA = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)
_EVERYBODY = np.eye(3)


def lab(colours: list[str], eyes: object) -> np.ndarray:
    """Return colours as CIE L*a*b*, as `eyes` see them."""
    rgb = np.array([to_rgb(colour) for colour in colours])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ np.array(eyes).T, 0, 1)
    to_xyz = np.array(
        [
            (0.4124564, 0.3575761, 0.1804375),
            (0.2126729, 0.7151522, 0.0721750),
            (0.0193339, 0.1191920, 0.9503041),
        ]
    )
    xyz = linear @ to_xyz.T / np.array([0.95047, 1, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = f.T
    return np.column_stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize(
    ("eyes", "least"),
    [(_EVERYBODY, 20), (_PROTANOPIA, 15), (_DEUTERANOPIA, 15)],
    ids=["everybody", "protanopia", "deuteranopia"],
)
@pytest.mark.parametrize("keys", [CHANGE_TYPES, TIERS], ids=["types", "tiers"])
def test_no_two_colours_look_alike(
    keys: tuple[str, ...], eyes: object, least: float
) -> None:
    """Also to those who see no red or no green; 2.3 is just noticeable."""
    seen = lab([plots.COLOURS[key] for key in keys], eyes)

    apart = {
        (one, two): float(np.linalg.norm(seen[one] - seen[two]))
        for one, two in combinations(range(len(keys)), 2)
    }
    assert min(apart.values()) > least


def test_neighbours_in_a_stack_differ_in_a_grey_print() -> None:
    """By lightness alone; what is not a neighbour is told by its place."""
    lightness = lab([plots.COLOURS[key] for key in CHANGE_TYPES], _EVERYBODY)[:, 0]

    assert np.abs(np.diff(lightness)).min() > 12


@pytest.mark.parametrize(
    ("size", "lang", "theme"),
    [("slide", "en", "dark"), ("small", "zh", "light"), ("small", "en", "light")],
    ids=["slide", "Chinese", "small"],
)
@pytest.mark.parametrize("chart", CHARTS)
def test_every_word_can_be_read(
    chart: str, size: str, lang: str, theme: str, recwarn: pytest.WarningsRecorder
) -> None:
    """None is cut, covers another, lacks its glyphs, or is lost on its paper."""
    plot, table, options = drawings()[chart]
    made_for = "slide" if size == "slide" else "notebook"
    figure = plots.chart(plot, table, size=made_for, lang=lang, theme=theme, **options)
    if size == "small":
        figure.set_size_inches(9, 4)

    assert troubles(drawn(figure)) == []
    assert [str(warning.message) for warning in recwarn] == []
    paper = ink_of(figure.axes[0]).paper
    assert contrast(paper, THEMES[theme]["axes.facecolor"]) == pytest.approx(1)
    for text in words(figure):
        if text.get_fontsize() == 8 and chart == "coupling":
            continue  # on the colour of its cell
        colour = matplotlib.colors.to_hex(text.get_color())
        assert contrast(colour, paper) >= 3, text.get_text()


@pytest.mark.parametrize("chart", CHARTS)
def test_words_are_whole_on_a_figure_that_nobody_lays_out(chart: str) -> None:
    """Axes of a plain ``subplots()`` make room for what stands beside them."""
    plot, table, options = drawings()[chart]
    if plot is plots.plot_multiples:
        pytest.skip("has a figure of its own")
    figure = Figure(figsize=(9, 4))

    plot(table, ax=figure.subplots(), **options)

    assert troubles(drawn(figure)) == []


def test_fifty_names_leave_room_for_the_bars() -> None:
    """They are written small, in columns, and cut short."""
    rows = [{"author_name": f"Somebody Called {n}"} for n in range(60)]
    table = trend(make_history([*rows, *rows[:50]]), by="author", tz="UTC", top=50)

    figure = drawn(plots.chart(plots.plot_trend, table))

    assert troubles(figure) == []
    assert figure.axes[0].get_position().width > 0.4


# Names are drawn as they are, also where no font has them all.
@pytest.mark.filterwarnings("ignore:Glyph .* missing from font:UserWarning")
@pytest.mark.parametrize("chart", CHARTS)
def test_hostile_names_are_only_text(chart: str) -> None:
    """Formulas are not set, lines not broken, and what is too long is cut."""
    plot, table, options = drawings(hostile=True)[chart]

    figure = drawn(plots.chart(plot, table, **options))

    assert troubles(figure) == []
    for text in words(figure):
        assert "$" not in text.get_text() or not text.get_parse_math()
        assert not set(text.get_text()) & set("\u202e\ud800\x00\x1b")
    shown = "\n".join(text.get_text() for text in words(figure))
    assert HOSTILE[4] not in shown
    if chart == "authors":
        assert HOSTILE[0] in shown
        assert "two lines" in shown


@pytest.mark.skipif(not east_asian_font(), reason="no font with Chinese is installed")
def test_change_types_have_their_chinese_names() -> None:
    """Those of the reports."""
    legend = plots.chart(plots.plot_trend, drawings()["trend"][1], lang="zh")
    shown = [text.get_text() for text in words(drawn(legend))]
    assert any(text.startswith("Bug修复") for text in shown)


def test_without_a_font_chinese_falls_back_to_english(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Words in English say more than empty boxes."""
    monkeypatch.setattr("commitlens.plots.text.east_asian_font", list)
    table = trend(history(), freq="M", tz="UTC")

    ax = plots.plot_trend(table, lang="zh", ax=Figure().subplots())

    assert ax.get_ylabel() == "commits landed per month"


def test_charts_follow_the_paper_that_they_are_given() -> None:
    """A dark style of matplotlib's own makes dark charts, without an argument."""
    table = trend(history(), freq="M", tz="UTC")
    with matplotlib.style.context("dark_background"):
        ax = plots.plot_trend(table, ax=Figure().subplots())

    assert contrast(matplotlib.colors.to_hex(ax.title.get_color()), "black") > 4.5
    assert ink_of(ax).paper == "#000000"


def test_a_chart_is_much_the_same_picture_everywhere(tmp_path: object) -> None:
    """With the fonts that matplotlib ships, in a process that knows no others."""
    image = pytest.importorskip("matplotlib.image")
    plot, table, options = drawings()["fixes"]
    one = plots.save(plots.chart(plot, table, **options), f"{tmp_path}/one.png")
    grey = image.imread(one)[..., :3].mean(axis=2)

    # Mostly paper, a good part of band, a little ink.
    assert grey.shape == (450, 900)
    assert 0.5 < (grey > 0.99).mean() < 0.85
    assert 0.1 < ((grey > 0.6) & (grey <= 0.99)).mean() < 0.45
    assert 0.005 < (grey < 0.4).mean() < 0.08


def test_charts_import_no_pyplot_unless_asked_for_a_new_figure() -> None:
    """A server that draws to files keeps no list of figures."""
    code = "import sys, commitlens.plots; assert 'matplotlib.pyplot' not in sys.modules"

    done = subprocess.run([sys.executable, "-c", code], env=os.environ, check=False)

    assert done.returncode == 0
