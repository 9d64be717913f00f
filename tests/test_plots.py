"""Charts, read back from what was drawn."""

from __future__ import annotations

import logging
import subprocess
import sys
from xml.etree import ElementTree

import matplotlib
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import same_color, to_rgb
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.text import Text

from commitlens import CHANGE_TYPES, TIERS, CommitlensError, plot_trend, trend
from commitlens.plots import COLOURS, save_figure, trend_page
from commitlens.plots.timeline import timeline
from commitlens.testing import make_history


@pytest.fixture
def table() -> pd.DataFrame:
    """Two weeks: six features and two fixes, then four fixes."""
    rows = [("2026-01-05", "feat")] * 6 + [("2026-01-05", "fix")] * 2
    rows += [("2026-01-12", "fix")] * 4
    history = make_history([{"landed_at": f"{day}T09:00Z"} for day, _ in rows])
    types = pd.Categorical([kind for _, kind in rows], categories=CHANGE_TYPES)
    commits = history.commits.assign(change_type=types)
    return trend(history.replace(commits=commits), tz="UTC")


def by_author(*names: str) -> pd.DataFrame:
    """Return a table by author of one commit each."""
    history = make_history([{"author_name": name} for name in names])
    return trend(history, by="author", tz="UTC")


def axes() -> Axes:
    """Return axes that belong to no window."""
    return Figure(layout="constrained").subplots()


def legend(ax: Axes) -> list[str]:
    """Return the words of the legend, from top to bottom."""
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_bars_are_the_counts_stacked_in_the_order_of_the_types(
    table: pd.DataFrame,
) -> None:
    """What is drawn is the table, and nothing for types that never occur."""
    ax = plot_trend(table, ax=axes())

    feat, fix = ax.containers
    assert [bar.get_height() for bar in feat] == [6, 0]
    assert [bar.get_height() for bar in fix] == [2, 4]
    assert [bar.get_y() for bar in fix] == [6, 0]
    assert [
        same_color(bars[0].get_facecolor(), COLOURS[key])
        for bars, key in [(feat, "feat"), (fix, "fix")]
    ] == [True, True]
    assert legend(ax) == ["fix  6", "feat  6"]


def test_the_title_says_what_leads(table: pd.DataFrame) -> None:
    """A reader learns the finding without measuring bars."""
    ax = plot_trend(table, ax=axes())

    assert ax.get_title(loc="left") == "feat and fix lead, each with 50% of 12 commits"
    assert ax.get_ylabel() == "commits landed per week"
    assert (
        ax.get_xlabel()
        == "hatched: only a part of the week  ·  pale: fewer than 5 commits"
    )


def test_a_partial_period_is_hatched_and_a_small_one_pale(table: pd.DataFrame) -> None:
    """The last bar is not mistaken for a fall; the legend keeps full colours."""
    ax = plot_trend(table.assign(partial=[row < 11 for row in range(22)]), ax=axes())

    (hatched,) = [patch for patch in ax.patches if patch.get_hatch()]
    week = date2num(pd.Timestamp("2026-01-05"))
    assert hatched.get_x() + hatched.get_width() / 2 == pytest.approx(week + 3.5)
    assert hatched.get_height() == 8
    fixes, colour = ax.containers[1], COLOURS["fix"]
    assert same_color(fixes[0].get_facecolor(), colour)
    assert sum(fixes[1].get_facecolor()) > sum(fixes[0].get_facecolor())
    marks = ax.get_legend().get_patches()
    assert same_color(marks[0].get_facecolor(), colour)


def test_what_is_gathered_does_not_lead() -> None:
    """The title names an author even when the others together have more."""
    names = ["Ada"] * 2 + [f"Author {index:02}" for index in range(20)]

    ax = plot_trend(by_author(*names), ax=axes())

    assert ax.get_title(loc="left") == "Ada leads: 9% of 22 commits"
    assert legend(ax)[0] == "other  13"


def test_equals_lead_together() -> None:
    """Nobody is put before another with as many commits."""
    ax = plot_trend(by_author("Ada", "Bo", "Cy", "Cy", "Bo", "Di"), ax=axes())

    title = ax.get_title(loc="left")
    assert title == "Bo and Cy lead, each with 33% of 6 commits"


def test_many_equals_are_not_all_named() -> None:
    """And where the rest may have as many, nobody is said to lead."""
    five = plot_trend(by_author(*"ABCDE"), ax=axes())
    twenty = plot_trend(by_author(*"ABCDEFGHIJKLMNOPQRST"), ax=axes())

    title = five.get_title(loc="left")
    assert title == "A, B and 3 more lead, each with 20% of 5 commits"
    assert twenty.get_title(loc="left") == "No author leads: 20 commits"


def test_a_share_of_areas_is_of_the_commits_that_have_one() -> None:
    """Merges are in no area: counted among the rest, they would hide who leads."""
    change = {"files": [{"path": "docs/a.md"}]}
    merge = {"parents": ["a" * 40, "b" * 40]}

    def title(*rows: dict[str, object]) -> str:
        table = trend(make_history(list(rows)), by="area", tz="UTC")
        return plot_trend(table, ax=axes()).get_title(loc="left")

    assert title(change, merge, merge, merge) == (
        "docs leads: 100% of 1 commit that changed files"
    )
    assert title(change, change) == "docs leads: 100% of 2 commits"
    assert title(merge) == "No commit changed a file"


def test_a_name_without_a_font_is_drawn_quietly() -> None:
    """A script that no installed font has costs neither the chart nor a warning."""
    assert save_figure(by_author("张三", "\U00012000")).startswith(b"\x89PNG")


def test_names_are_never_taken_for_formulas_or_layout() -> None:
    """Dollars, underscores, line breaks and hidden characters do no harm."""
    names = [r"$\frac{1}$", "_hidden", "two\nlines", "turned\u202eround", "x" * 300]

    ax = plot_trend(by_author(*names), ax=axes())
    ax.figure.savefig("/dev/null", format="png")

    words = legend(ax)
    assert r"$\frac{1}$  1" in words
    assert "_hidden  1" in words
    assert "two lines  1" in words
    assert "turned round  1" in words
    assert max(map(len, words)) < 40


def test_a_table_without_rows_says_so() -> None:
    """An empty history is not an empty picture."""
    ax = plot_trend(by_author(), ax=axes())

    assert ax.get_title(loc="left") == "No commits landed"


def days(*landed: str, freq: str) -> pd.DataFrame:
    """Return a table by author of a commit at each time."""
    history = make_history([{"landed_at": time} for time in landed])
    return trend(history, by="author", freq=freq, tz="UTC")


def ticks(ax: Axes) -> dict[float, str]:
    """Return what is written below the bars, by its place."""
    words = [label.get_text() for label in ax.get_xticklabels()]
    return dict(zip(ax.get_xticks(), words, strict=True))


@pytest.mark.parametrize(
    ("freq", "start", "length", "words"),
    [
        ("D", "2026-02-10", 1, "10 Feb\n2026"),
        ("W", "2026-02-09", 7, "9 Feb\n2026"),
        ("M", "2026-02-01", 28, "Feb\n2026"),
    ],
)
def test_a_single_period_is_as_wide_as_it_lasts(
    freq: str, start: str, length: int, words: str
) -> None:
    """With one tick, in the middle of its bar, and room on both sides."""
    ax = plot_trend(days("2026-02-10T09:00Z", freq=freq), ax=axes())

    (bar,) = ax.containers[0]
    middle = date2num(pd.Timestamp(start)) + length / 2
    assert bar.get_width() == pytest.approx(0.9 * length)
    assert bar.get_x() + bar.get_width() / 2 == pytest.approx(middle)
    assert ticks(ax) == {middle: words}
    first, last = ax.get_xlim()
    assert first < middle - length < middle + length < last


@pytest.mark.parametrize("freq", ["D", "W", "M"])
@pytest.mark.parametrize("count", [2, 9, 10, 100, 400])
def test_ticks_are_few_and_each_is_below_a_bar(freq: str, count: int) -> None:
    """However long the history is, and so never finer than its periods."""
    last = pd.Timestamp("2025-11-20") + count * pd.Timedelta(
        days={"D": 1, "W": 7, "M": 30}[freq]
    )
    table = days("2025-11-20T09:00Z", f"{last}Z", freq=freq)
    ax = plot_trend(table, ax=axes())

    found = ticks(ax)
    bars = timeline(table).middles
    assert 2 <= len(found) <= 9
    assert all(min(abs(place - bar) for bar in bars) < 0.01 for place in found)
    assert "20" in found[min(found)]


def test_the_year_stands_where_it_begins() -> None:
    """No word of the axis is elsewhere, where another one could cover it."""
    ax = plot_trend(days("2025-11-20T09:00Z", "2026-03-20T09:00Z", freq="M"), ax=axes())
    ax.figure.canvas.draw()

    words = ["Nov\n2025", "Dec", "Jan\n2026", "Feb", "Mar"]
    assert list(ticks(ax).values()) == words
    assert ax.xaxis.get_offset_text().get_text() == ""
    boxes = [label.get_window_extent() for label in ax.get_xticklabels()]
    note = ax.xaxis.label.get_window_extent()
    assert (
        ax.get_xlabel()
        == "hatched: only a part of the month  ·  pale: fewer than 5 commits"
    )
    assert not any(note.overlaps(box) for box in boxes)


@pytest.mark.parametrize("by", ["author", "area"])
def test_no_two_keys_share_a_colour(by: str) -> None:
    """Also those that are called like a change type, and however many there are."""
    names = ["fix", "feat", "docs", "ci", "low", *(f"name{n}" for n in range(60))]
    rows = [{"author_name": n, "files": [{"path": f"{n}/a.py"}]} for n in names]
    table = trend(make_history([*rows, *rows, {}]), by=by, tz="UTC", top=50)

    ax = plot_trend(table, ax=axes())

    marks = [patch.get_facecolor() for patch in ax.get_legend().get_patches()]
    assert len(marks) > 50
    assert len(set(marks)) == len(marks)


def test_a_title_in_chinese_asks_for_no_bold() -> None:
    """Fonts that have Chinese often have none, which would be complained of."""
    latin, chinese = (
        next(text for text in plot_trend(by_author(name), ax=axes()).get_children()
             if isinstance(text, Text) and "leads" in text.get_text())
        for name in ("Ada", "张三")
    )  # fmt: skip

    assert latin.get_fontweight() == "bold"
    assert chinese.get_fontweight() == "normal"


def test_saving_says_nothing_of_fonts_and_leaves_logging_as_it_was(
    table: pd.DataFrame, caplog: pytest.LogCaptureFixture
) -> None:
    """What matplotlib thinks of installed fonts is nothing to act on."""
    fonts = logging.getLogger("matplotlib.font_manager")
    level = fonts.level
    with matplotlib.rc_context({"font.family": "No Such Font"}):
        save_figure(table)

    assert caplog.records == []
    assert fonts.level == level


def test_without_axes_a_new_figure_is_made(table: pd.DataFrame) -> None:
    """Two charts do not draw over each other."""
    first, second = plot_trend(table), plot_trend(table)

    assert first.figure is not second.figure


def test_a_table_of_another_kind_is_refused() -> None:
    """The message names the call that makes the right one."""
    with pytest.raises(CommitlensError, match=r"no column 'period'.*run trend\(\)"):
        plot_trend(pd.DataFrame({"a": [1]}))


def test_every_type_and_tier_has_a_colour_of_its_own() -> None:
    """No two types share a colour, and neighbours differ also without hues."""

    def light(key: str) -> float:
        red, green, blue = to_rgb(COLOURS[key])
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for keys in (CHANGE_TYPES, TIERS):
        assert len({COLOURS[key] for key in keys}) == len(keys)
        steps = [abs(light(a) - light(b)) for a, b in zip(keys, keys[1:], strict=False)]
        assert min(steps) > 0.1


def test_files_are_what_they_say_and_the_same_each_time(table: pd.DataFrame) -> None:
    """A PNG is a PNG, an SVG parses, and the same table gives the same bytes."""
    png, svg = save_figure(table), save_figure(table, format="svg")

    assert png.startswith(b"\x89PNG")
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert (png, svg) == (save_figure(table), save_figure(table, format="svg"))


def test_the_page_has_the_numbers_and_nothing_of_a_name_runs() -> None:
    """An author's name is text on the page, whatever it looks like."""
    page = trend_page(by_author("<script>alert(1)</script>", "Ada")).decode()

    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "2026-01-05" in page


def test_drawing_to_a_file_leaves_pyplot_alone(table: pd.DataFrame) -> None:
    """A notebook's backend and figures are its own."""
    code = (
        "import sys, pandas, commitlens.plots as plots\n"
        "table = pandas.read_pickle(sys.argv[1])\n"
        "plots.save_figure(table)\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.pickle")
        table.to_pickle(path)
        done = subprocess.run([sys.executable, "-c", code, str(path)], check=False)

    assert done.returncode == 0
