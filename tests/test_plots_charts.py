"""Each chart draws what its table says: read back from the artists."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from chart_tables import drawings, drawn, history, troubles, words
from matplotlib.axes import Axes
from matplotlib.colors import same_color, to_hex
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from commitlens import CommitlensError, plots, trend, trends
from commitlens.plots.colours import contrast, luminance
from commitlens.plots.text import from_to, percent, spread
from commitlens.testing import make_history

NAN = float("nan")


def axes() -> Axes:
    """Return axes that belong to no window."""
    return Figure(figsize=(9, 4), layout="constrained").subplots()


def rates(shares: list[float], total: int = 200, **columns: object) -> pd.DataFrame:
    """Return a table of shares of some months, as `fix_share` makes it."""
    starts = pd.date_range("2025-01-01", periods=len(shares), freq="MS", tz="UTC")
    share = np.array(shares)
    table = pd.DataFrame(
        {
            "period": starts,
            "commits": np.nan_to_num(share * total).astype(int),
            "total": total,
            "share": share,
            "low": share - 0.05,
            "high": share + 0.05,
            "effective": float(total),
            "partial": False,
            "small": False,
        }
    ).assign(**columns)
    table.attrs = {"per": "month", "what": "fixes"}
    return table


def lines(ax: Axes, gid: str) -> list[np.ndarray]:
    """Return the heights of the lines that were drawn for one purpose."""
    return [line.get_ydata() for line in ax.lines if line.get_gid() == gid]


# Lines


def test_a_line_is_the_share_and_its_band_the_interval() -> None:
    """One point a period, in the middle of it."""
    ax = plots.plot_lines(rates([0.2, 0.3, 0.25]), ax=axes())

    (line,) = [line for line in ax.lines if line.get_gid() == "line"]
    assert line.get_ydata().tolist() == [0.2, 0.3, 0.25]
    assert line.get_xdata()[0] == date2num(pd.Timestamp("2025-01-01")) + 15.5
    (band,) = ax.collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert heights.min() == pytest.approx(0.15)
    assert heights.max() == pytest.approx(0.35)
    assert ax.get_ylabel() == "share of the commits of a month"


def test_what_is_missing_is_a_gap() -> None:
    """No line leads over a month without a share, or one that is not there."""
    table = rates([0.2, 0.3, NAN, 0.2, 0.25, 0.3])
    without = table.drop(index=2)

    known, absent = (plots.plot_lines(rows, ax=axes()) for rows in (table, without))

    for ax in (known, absent):
        assert np.isnan(lines(ax, "line")[0]).tolist() == [
            *(False, False, True, False, False, False)
        ]


def test_a_share_between_gaps_is_a_dot() -> None:
    """A line of one point would not be seen."""
    ax = plots.plot_lines(rates([0.2, NAN, 0.3, NAN, 0.2, 0.2]), ax=axes())

    assert lines(ax, "alone")[0].tolist() == [0.2, 0.3]


def test_few_commits_are_pale_and_a_partial_period_is_dashed() -> None:
    """The strong line is of what is whole and rests on enough."""
    table = rates([0.2, 0.9, 0.25, 0.3, 0.1])
    table["small"] = [False, True, False, False, False]
    table["partial"] = [False, False, False, False, True]

    ax = plots.plot_lines(table, ax=axes())

    strong, pale = lines(ax, "line")[0], lines(ax, "small")[0]
    assert np.isnan(strong).tolist() == [False, True, False, False, True]
    assert pale[:4].tolist() == [0.2, 0.9, 0.25, 0.3]
    dashed = lines(ax, "partial")[0]
    assert dashed[3:].tolist() == [0.3, 0.1]
    assert np.isnan(dashed[:3]).all()
    assert ax.get_xlabel() == (
        "band: 95 % interval  ·  pale: fewer than 5 commits  ·  "
        "dashed: only a part of the month"
    )


def test_the_title_says_what_rose_only_when_it_did() -> None:
    """Of the same size, a rise of 3 points is chance and one of 20 is not."""
    rising = plots.plot_lines(rates([0.2, 0.2, 0.2, 0.4]), ax=axes())
    steady = plots.plot_lines(rates([0.2, 0.2, 0.2, 0.23]), ax=axes())

    said = "fixes rose from 20% to 40% (2025-01 against 2025-04)"
    assert rising.get_title(loc="left") == said
    assert (
        steady.get_title(loc="left")
        == "No clear change of fixes from start to end: typically 20%"
    )


def test_other_values_rise_by_more_than_they_sway() -> None:
    """The medians of the ends are compared with how much the months differ."""
    calm = [10, 11, 10, 12, 11, 10, 12, 11, 12, 10] * 2
    steps = [*calm[:10], *(value + 30 for value in calm[:10])]

    titles = []
    for values in (calm, steps):
        table = rates([0.5] * 20).drop(columns="share").assign(authors=values)
        table.attrs = {"per": "month"}
        titles.append(plots.plot_lines(table, ax=axes()).get_title(loc="left"))

    assert titles == [
        "No clear change of authors from start to end: typically 11",
        "authors rose from 11 to 41 (2025-01 to 2025-05 against 2026-04 to 2026-08)",
    ]


def test_sums_are_told_by_where_they_end() -> None:
    """That a sum rises says nothing."""
    plot, table, _ = drawings()["cumulative"]

    ax = plot(table, ax=axes())

    last = table[table["change_type"] == "fix"]["commits"].iloc[-1]
    assert ax.get_title(loc="left") == f"fix has the most: {last}"
    assert ax.get_ylabel() == "commits landed since the first week"


def test_change_points_are_levels_and_the_title() -> None:
    """What `change_points` found is named, with its day and its levels."""
    table = rates([0.2, 0.2, 0.2, 0.4, 0.4, 0.4])
    found = pd.DataFrame(
        {
            "period": [table["period"].iloc[3]],
            "before": [0.2],
            "after": [0.4],
            "p_value": [0.001],
            "sentence": ["fixes rose from 20 % to 40 % in 2025-04"],
        }
    )

    ax = plots.plot_lines(table, changes=found, ax=axes())

    assert ax.get_title(loc="left") == "fixes rose from 20% to 40% in 2025-04"
    assert [level.tolist() for level in lines(ax, "level")] == [[0.2, 0.2], [0.4, 0.4]]
    change = date2num(pd.Timestamp("2025-04-01"))
    steps = [line.get_xdata() for line in ax.lines if line.get_gid() == "level"]
    assert steps[0][1] == steps[1][0] == change
    assert "20% → 40%" in [text.get_text() for text in ax.texts]


def test_keys_can_be_chosen_and_others_are_said_to_be_left_out() -> None:
    """By default the three with the most commits are drawn, each to its end."""
    table = drawings()["shares"][1]

    ax = plots.plot_lines(table, keys=["fix", "revert"], ax=axes())
    three = plots.plot_lines(table, ax=axes())

    ends = [text.get_text().split()[0] for text in ax.texts]
    assert ends == ["fix", "revert"]
    assert "not drawn: feat, perf and 7 more" in ax.get_xlabel()
    assert len(lines(three, "line")) == 3
    with pytest.raises(CommitlensError, match="no key 'nothing'.*feat, fix, perf"):
        plots.plot_lines(table, keys=["nothing"], ax=axes())


def test_the_scale_is_of_what_can_be_relied_on() -> None:
    """A month of one commit, all of it fixes, does not press the rest flat."""
    table = rates([0.02, 0.03, 1.0, 0.02], low=0.0, high=0.04)
    table["small"] = [False, False, True, False]

    ax = plots.plot_lines(table, ax=axes())

    assert ax.get_ylim()[1] < 0.1


def test_a_table_without_a_value_says_so() -> None:
    """An empty table is not an empty picture."""
    ax = plots.plot_lines(rates([NAN, NAN]), ax=axes())

    assert ax.get_title(loc="left") == "No month has a value"


# Time


def test_releases_are_marked_where_they_were_tagged() -> None:
    """Those in the range, without alphas; names may be anything."""
    table = drawings()["trend"][1]
    days = pd.to_datetime(["2024-02-01", "2024-06-01", "2024-06-15", "2030-01-01"])
    releases = pd.DataFrame(
        {
            "release": ["v1.0", "$v^2$", "v2.0-rc1", "v9.0"],
            "released_at": days.tz_localize("UTC"),
            "is_pre": [False, False, True, False],
        }
    )

    ax = plots.plot_trend(table, releases=releases, ax=axes())

    marked = [line.get_xdata()[0] for line in ax.lines]
    assert marked == [date2num(day) for day in days[:2]]
    assert [text.get_text().strip() for text in ax.texts] == ["v1.0", "$v^2$"]


def test_of_very_many_releases_the_large_ones_are_marked() -> None:
    """New minor versions where patches are too many, then new major ones."""
    table = drawings()["trend"][1]
    names = [f"v{n // 20}.{n // 5 % 4}.{n % 5}" for n in range(100)]
    days = pd.date_range("2024-01-10", periods=100, freq="7D", tz="UTC")
    releases = pd.DataFrame({"release": names, "released_at": days})

    ax = plots.plot_trend(table, releases=releases, ax=axes())

    shown = [text.get_text().strip() for text in ax.texts]
    assert len(shown) == 20
    assert all(name.endswith(".0") for name in shown)


def test_periods_between_releases_stand_side_by_side() -> None:
    """They last anything from hours to years, so their names are the axis."""
    table = pd.DataFrame(
        {
            "period": pd.to_datetime(
                ["2024-01-01", "2024-01-02", "2025-06-01"], utc=True
            ),
            "change_type": pd.Categorical(["fix"] * 3),
            "commits": [7, 8, 9],
            "partial": [False, False, True],
            "small": False,
            "release": ["v1", "v2", "unreleased"],
        }
    )
    table.attrs = {"per": "release"}

    ax = plots.plot_trend(table, ax=axes())

    assert [bar.get_x() + bar.get_width() / 2 for bar in ax.containers[0]] == [
        *(0.5, 1.5, 2.5)
    ]
    named = [label.get_text() for label in ax.get_xticklabels()]
    assert named == ["v1", "v2", "unreleased"]


def test_many_periods_become_areas_with_the_same_heights() -> None:
    """Ten years of weeks are areas: fast to draw, and open where weeks are missing."""
    starts = pd.date_range("2015-01-05", periods=520, freq="7D", tz="UTC")
    counts = np.arange(520) % 9 + 5
    table = pd.DataFrame(
        {
            "period": starts,
            "change_type": pd.Categorical(["fix"] * 520),
            "commits": counts,
            "partial": False,
            "small": False,
        }
    )
    table.attrs = {"per": "week"}

    whole = plots.plot_trend(table, ax=axes())
    gap = plots.plot_trend(table.drop(index=range(200, 260)), ax=axes())

    assert not whole.containers
    (area,) = whole.collections
    (path,) = area.get_paths()
    assert path.vertices[:, 1].max() == 13
    assert len(gap.collections[0].get_paths()) == 2


# Small multiples


def test_each_area_has_a_chart_with_its_own_counts() -> None:
    """One for each key, on one scale, named with how many there are."""
    table = drawings()["areas"][1]

    every = plots.plot_multiples(table, figure=Figure(figsize=(9, 5)))

    totals = table.groupby("area", observed=True)["commits"].sum()
    assert len(every) == len(totals)
    assert len({ax.get_ylim() for ax in every}) == 1
    assert every[0].get_ylim()[1] >= table["commits"].max()
    for ax, (key, rows) in zip(
        every, table.groupby("area", observed=True), strict=True
    ):
        drawn(ax.figure)
        assert ax.get_title(loc="left") == f"{key}  {totals[key]:,}"
        (outline,) = ax.patches[:1]
        assert outline.get_data()[0].tolist() == rows["commits"].to_list()


def test_each_repository_has_a_chart_of_its_types_in_their_colours() -> None:
    """A mapping of tables; the time is one for all, the legend too."""
    tables, figure = drawings()["repositories"][1], Figure(figsize=(9, 5))

    first, second = plots.plot_multiples(tables, same_scale=False, figure=figure)

    assert first.get_xlim() == second.get_xlim()
    assert not first.get_shared_y_axes().joined(first, second)
    shown = list(tables["a"]["change_type"].cat.categories)
    legend = [patch.get_facecolor() for patch in figure.legends[0].get_patches()]
    assert [to_hex(colour).upper() for colour in legend] == [
        plots.COLOURS[key] for key in shown[::-1]
    ]


def test_nothing_to_multiply_is_refused() -> None:
    """A picture without a chart would look like an error of ours."""
    with pytest.raises(CommitlensError, match="at least one table"):
        plots.plot_multiples({}, figure=Figure())


# Heat maps


def test_a_calendar_has_each_day_in_its_place() -> None:
    """Weeks from Monday to Sunday across, and a hatch where a day is not over."""
    days = ["2026-02-09", "2026-02-10", "2026-02-10", "2026-02-15"]
    table = trend(
        make_history([{"landed_at": f"{day}T09:00Z"} for day in days]),
        by="author",
        freq="D",
        tz="UTC",
    )

    ax = plots.plot_calendar(table, ax=axes())

    cells = ax.collections[0].get_array()
    assert cells.shape == (7, 1)
    assert cells[:, 0].tolist() == [1, 2, 0, 0, 0, 0, 1]
    (hatched,) = [patch for patch in ax.patches if patch.get_hatch()]
    assert hatched.get_xy() == (0, 6)
    title = "25% of 4 commits landed at weekends; the busiest day was 2026-02-10 with 2"
    assert ax.get_title(loc="left") == title


def test_a_calendar_has_rows_for_each_year_and_leaves_unknown_days_blank() -> None:
    """Days outside of the table are no days without commits."""
    table = drawings()["calendar"][1]

    ax = plots.plot_calendar(table, ax=axes())
    one = plots.plot_calendar(table, years=1, ax=axes())

    cells = ax.collections[0].get_array()
    years = table["period"].dt.year.nunique()
    assert cells.shape == (8 * years - 1, 54)
    assert cells.sum() == table["commits"].sum()
    assert (~cells.mask).sum() == table["period"].nunique()
    assert one.get_xlabel() == f"the last 1 of {years} years"


def test_a_busy_day_does_not_blanch_the_others() -> None:
    """The scale ends where days usually end, and says that it goes on."""
    days = pd.date_range("2025-01-01", periods=200, freq="D", tz="UTC")
    table = pd.DataFrame({"period": days, "commits": [900] + [5, 10] * 99 + [5]})

    ax = plots.plot_calendar(table, ax=axes())

    assert ax.collections[0].norm.vmax < 20


def test_the_hours_of_a_week_are_where_they_belong() -> None:
    """Monday is the first row, midnight the first column."""
    rows = pd.DataFrame(
        {
            "weekday": pd.Categorical(["Mon", "Sun", "Sun"]),
            "hour": [0, 23, 22],
            "commits": [6, 3, 1],
        }
    )

    ax = plots.plot_rhythm(rows, ax=axes())

    cells = ax.collections[0].get_array()
    assert (cells[0, 0], cells[6, 23], cells[6, 22], cells.sum()) == (6, 3, 1, 10)
    title = "40% of 10 commits were written at weekends; the busiest hour is Mon 0:00"
    assert ax.get_title(loc="left") == title


# Places


def hot(**columns: object) -> pd.DataFrame:
    """Return a table of three hotspots."""
    table = pd.DataFrame(
        {
            "path": ["src/core/engine.py", "src/core/b/engine.py", "src/core/c.py"],
            "area": "src",
            "commits": [9, 12, 2],
            "before": pd.array([4, None, 3], dtype="Int64"),
            "fixes": pd.array([3, 1, 0], dtype="Int64"),
            "size": pd.array([1200, 300, None], dtype="Int64"),
            "small": [False, False, True],
        }
    )
    return table.assign(**columns)


def test_hotspots_are_bars_in_the_order_of_the_table() -> None:
    """With their fixes, the time before where it is known, and their size."""
    ax = plots.plot_hotspots(hot(), ax=axes())

    bars, fixes = ax.containers
    assert [bar.get_width() for bar in bars] == [9, 12, 2]
    assert [bar.get_width() for bar in fixes] == [3, 1, 0]
    assert same_color(fixes[0].get_facecolor(), plots.COLOURS["fix"])
    assert [bar.get_y() for bar in bars] == sorted(
        (bar.get_y() for bar in bars), reverse=True
    )
    strokes = [path.vertices[0, 0] for path in ax.collections[-1].get_paths()]
    assert strokes == [4, 3]
    assert [text.get_text() for text in ax.texts] == ["1,200 lines", "300 lines"]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["engine.py", "b/engine.py", "c.py"]
    title = "core/engine.py is the largest hotspot: 9 commits, 4 in the time before"
    assert ax.get_title(loc="left") == title


def test_hotspots_without_sizes_or_a_time_before() -> None:
    """What is not known is not drawn."""
    unknown = pd.array([None] * 3, dtype="Int64")

    ax = plots.plot_hotspots(
        hot(before=unknown, size=unknown, fixes=unknown), ax=axes()
    )

    assert len(ax.containers) == 1
    assert not ax.collections
    assert not ax.texts


def test_coupling_is_a_matrix_with_two_cells_a_pair() -> None:
    """Files are named in rows, and counted in columns."""
    table = pd.DataFrame(
        {
            "left": ["a/x.py", "a/x.py"],
            "right": ["a/y.py", "b/z.py"],
            "together": [8, 5],
            "left_commits": [10, 10],
            "right_commits": [8, 9],
            "degree": [0.8, 0.36],
            "small": [False, True],
        }
    )

    ax = plots.plot_coupling(table, ax=axes())

    cells = ax.collections[0].get_array()
    assert cells.filled(0).tolist() == [[0, 0.8, 0.36], [0.8, 0, 0], [0.36, 0, 0]]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["a/x.py  1", "a/y.py  2", "b/z.py  3"]
    title = "a/x.py and a/y.py change together most: in 8 of 10 commits (80%)"
    assert ax.get_title(loc="left") == title
    assert ax.get_xlabel() == "pale: rests on few commits"


# Importance and comparison


def test_commits_are_marks_by_time_and_score_and_the_highest_are_named() -> None:
    """Every commit is a mark of its tier; names are of the highest first."""
    commits = history().commits

    ax = plots.plot_importance(commits, names=3, tz="UTC", ax=axes())

    marks = {marks.get_label(): marks.get_offsets() for marks in ax.collections}
    for tier in ("low", "medium", "high"):
        own = commits[commits["importance"] == tier]
        assert np.sort(marks[tier][:, 1]).tolist() == sorted(own["importance_score"])
    top = commits[commits["importance"] == "high"].sort_values(
        ["importance_score", "landed_at"], ascending=False
    )[:3]
    named = [text.get_text() for text in ax.texts][:3]
    assert [name[:20] for name in named] == [subject[:20] for subject in top["subject"]]
    high = (commits["importance"] == "high").sum()
    said = ax.get_title(loc="left")
    assert said.startswith(f"{high} of 900 commits are of high importance")


def test_names_of_commits_cover_no_mark_that_matters() -> None:
    """Where there is no room a name is left out rather than put over others."""
    ax = plots.plot_importance(history().commits, names=30, tz="UTC", ax=axes())
    drawn(ax.figure)

    high = next(marks for marks in ax.collections if marks.get_label() == "high")
    points = ax.transData.transform(high.get_offsets())
    shown = [t for t in ax.texts if t.get_visible() and t.get_text().count(":")]
    assert 2 <= len(shown) < 30
    assert [t.get_window_extent().count_contains(points) for t in shown] == [0] * len(
        shown
    )


def test_a_comparison_has_a_ring_before_and_a_dot_after() -> None:
    """What may be chance is pale, and is not what the title says."""
    table = pd.DataFrame(
        {
            "aspect": "change_type",
            "key": ["feat", "fix", "docs"],
            "before_share": [0.2, 0.3, 0.10],
            "after_share": [0.5, 0.1, 0.104],
            "low": [0.1, -0.3, -0.1],
            "high": [0.4, -0.1, 0.1],
            "small": [True, False, False],
        }
    )

    ax = plots.plot_comparison(table, ax=axes())

    spans = [line for line in ax.lines if line.get_gid() == "change"]
    assert [line.get_xdata().tolist() for line in spans] == [
        *([0.2, 0.5], [0.3, 0.1], [0.1, 0.104])
    ]
    rings = [line for line in ax.lines if line.get_marker() == "o"][::2]
    assert [ring.get_xdata()[0] for ring in rings] == [0.2, 0.3, 0.1]
    assert {to_hex(ring.get_markerfacecolor()) for ring in rings} == {"#ffffff"}
    assert ax.get_title(loc="left") == "fix fell from 30% to 10%"
    said = [text.get_text() for text in ax.texts]
    assert said == ["20% → 50%", "30% → 10%", "10.0% → 10.4%"]


def test_a_comparison_of_an_unknown_aspect_is_refused() -> None:
    """The message lists those that there are."""
    table = drawings()["compared"][1]

    with pytest.raises(CommitlensError, match="no aspect 'colour'.*change_type"):
        plots.plot_comparison(table, aspect="colour", ax=axes())


# All of them


@pytest.mark.parametrize("chart", tuple(drawings()))
def test_a_chart_changes_nothing_that_it_is_given(chart: str) -> None:
    """Neither the table nor settings of matplotlib."""
    import matplotlib

    plot, table, options = drawings()[chart]
    if isinstance(table, dict):
        table = table["a"]
    before, settings = table.copy(deep=True), dict(matplotlib.rcParams)

    plots.chart(plot, table, **options)

    pd.testing.assert_frame_equal(table, before)
    assert dict(matplotlib.rcParams) == settings


def test_axes_of_a_grid_that_is_there_are_drawn_on() -> None:
    """Several charts on one figure keep to their own places."""
    figure = Figure(figsize=(12, 7), layout="constrained")
    every = figure.subplots(2, 2).ravel()
    for ax, chart in zip(every, ("trend", "fixes", "rhythm", "compared"), strict=True):
        plot, table, options = drawings()[chart]
        assert plot(table, ax=ax, **options) is ax

    assert troubles(drawn(figure)) == []


def test_a_chart_can_be_resized_after_it_was_drawn() -> None:
    """Where words stand is found anew."""
    plot, table, options = drawings()["importance"]
    figure = drawn(plots.chart(plot, table, **options))
    figure.set_size_inches(6, 3.2)

    assert troubles(drawn(figure)) == []


def test_charts_are_saved_as_png_svg_and_pdf(tmp_path: object) -> None:
    """By the ending of the path, the same bytes each time."""
    figure = plots.chart(*drawings()["fixes"][:2])

    for format, start in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")):
        path = plots.save(figure, f"{tmp_path}/new/chart.{format}")
        assert path.read_bytes().startswith(start)
        assert path.read_bytes() == plots.image(figure, format=format)
    with pytest.raises(CommitlensError, match="unknown format 'gif'.*png, svg or pdf"):
        plots.save(figure, f"{tmp_path}/chart.gif")


def test_a_slide_has_the_size_of_a_slide() -> None:
    """And its words are larger than those of a notebook."""
    figure = plots.chart(*drawings()["fixes"][:2], size="slide")

    from matplotlib import image

    assert image.imread(io.BytesIO(plots.image(figure))).shape[:2] == (900, 1600)
    with pytest.raises(CommitlensError, match="unknown size 'poster'"):
        plots.chart(*drawings()["fixes"][:2], size="poster")


def test_a_table_of_another_kind_is_refused_by_every_chart() -> None:
    """The message names the call that makes the right one."""
    for plot, _, _ in drawings().values():
        with pytest.raises(CommitlensError, match="run "):
            plots.chart(plot, pd.DataFrame({"a": [1], "b": [2]}))


def test_a_table_without_rows_is_drawn_as_such() -> None:
    """A filter that nothing passes is no error."""
    for name, (plot, table, _) in drawings().items():
        if isinstance(table, dict) or plot is plots.plot_multiples:
            continue
        figure = drawn(plots.chart(plot, table.head(0)))

        assert words(figure), name


# Words


def test_shares_are_written_as_they_differ() -> None:
    """Without decimals, unless that would say nothing, or something wrong."""
    assert [percent(n) for n in (0, 0.004, 0.314, 0.996, 1)] == [
        *("0%", "0.4%", "31%", "99.6%", "100%")
    ]
    assert from_to(0.021, 0.024) == "2.1% → 2.4%"
    assert from_to(0.2, 0.2) == "20% → 20%"


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_places_are_spread_and_stay_inside(count: int) -> None:
    """No two closer than asked, while there is room; order is kept."""
    wished = [50.0 + n * 0.1 for n in range(count)]

    places = spread(wished, 10, 0, 100)

    assert places == sorted(places)
    assert min(places) >= 0
    assert max(places) <= 100
    apart = np.diff(places)
    assert (apart >= min(10, 100 / count) - 1e-9).all()


def test_both_languages_have_the_same_phrases() -> None:
    """With the same places for names and numbers."""
    import re

    from commitlens.plots.text import _phrases

    english, chinese = _phrases("en"), _phrases("zh")
    places = re.compile(r"\{(\w+)")
    for name, said in english.items():
        if isinstance(said, str) and not name.endswith("_one"):
            given = set(places.findall(said)) | {"per", "month", "n"}
            assert set(places.findall(chinese[name])) <= given, name
    assert set(english["values"]) == set(chinese["values"])


def test_trends_and_charts_fit_each_other() -> None:
    """Every function of trends that has periods or a chart of its own is drawn."""
    made = history()
    for table in (
        trends.contributors(made, tz="UTC"),
        trends.revert_rate(made, by="area", tz="UTC"),
        trends.ownership(made, tz="UTC"),
        trends.time_to_fix(made, tz="UTC"),
    ):
        assert words(drawn(plots.chart(plots.plot_lines, table)))


# What is said, and where it stands


def test_a_long_note_is_broken_between_its_parts() -> None:
    """It ends at the right of the axes, and must not begin left of the figure."""
    plot, table, options = drawings()["shares"]
    figure = Figure(figsize=(5, 4), layout="constrained")
    ax = plot(table, ax=figure.subplots(), **options)
    whole = ax.get_xlabel()

    drawn(figure)

    assert ax.get_xlabel().count("\n") >= 1
    assert ax.get_xlabel().replace("\n", "  ·  ") == whole
    assert ax.xaxis.label.get_window_extent().x0 >= 0


def test_files_of_one_name_are_told_apart_in_the_title() -> None:
    """Both of them being ``src/events.rs`` tells nothing."""
    pair = {"left": "term/src/events.rs", "right": "view/src/events.rs"}
    counts = {"together": 5, "left_commits": 5, "right_commits": 6, "degree": 5 / 6}

    ax = plots.plot_coupling(pd.DataFrame([pair | counts]), ax=axes())

    said = "term/src/events.rs and view/src/events.rs change together most: in 5 of 6"
    assert ax.get_title(loc="left").startswith(said)


def test_a_hotspot_that_changes_most_is_said_to() -> None:
    """Only where no other bar is longer."""
    ax = plots.plot_hotspots(hot(commits=[19, 12, 2]), ax=axes())

    said = "core/engine.py changes most: 19 commits, 4 in the time before"
    assert ax.get_title(loc="left") == said


@pytest.mark.parametrize(("lang", "said"), [("en", "core"), ("zh", "core ")])
def test_what_is_gathered_leads_no_small_charts(lang: str, said: str) -> None:
    """Also where it has a name in another language; merges are in no area."""
    counts = {"other": 30, "(no files)": 50, "core": 12, "docs": 8}
    table = pd.DataFrame(
        {
            "period": pd.Timestamp("2026-01-05", tz="UTC"),
            "area": pd.Categorical(list(counts)),
            "commits": list(counts.values()),
            "partial": False,
        }
    )
    figure = Figure(figsize=(9, 4))

    plots.plot_multiples(table, lang=lang, figure=figure)

    title = figure.get_suptitle()
    assert title.startswith(said)
    assert "24%" in title


def test_tiers_and_flags_are_told_by_what_is_looked_for() -> None:
    """That most commits are low, or break nothing, is no finding."""
    high = trend(history(), by="importance", freq="M", tz="UTC")
    broken = trend(history(), by="breaking", freq="M", tz="UTC")

    titles = [
        plots.plot_trend(table, ax=axes()).get_title(loc="left")
        for table in (high, broken)
    ]

    share = (history().commits["importance"] == "high").mean()
    assert titles[0] == f"Of high importance: {share:.0%} of 900 commits"
    assert titles[1].startswith("Breaking: 4% of 900 commits")


def test_what_matters_least_stands_back_on_dark_paper() -> None:
    """Near white it would be all that is seen; types keep their colours."""
    areas = trend(history(), by="area", freq="M", tz="UTC", top=2)
    figure = plots.chart(plots.plot_trend, areas, theme="dark")

    (ax,) = figure.axes
    *_, gathered = ax.containers
    assert luminance(to_hex(gathered[0].get_facecolor())) < 0.2
    assert contrast(to_hex(gathered[0].get_facecolor()), "#16181D") > 2


def ages() -> pd.DataFrame:
    """Lines of two years, at three moments."""
    at = pd.to_datetime(["2024-12-01", "2025-06-01", "2025-12-01"]).tz_localize("UTC")
    rows = [(at[0], 2024, 80), (at[1], 2024, 60), (at[1], 2025, 20)]
    rows += [(at[2], 2024, 45), (at[2], 2025, 55)]
    table = pd.DataFrame(rows, columns=["at", "cohort", "lines"])
    return table.assign(files=9, of=40)


def test_the_age_of_code_is_layers_of_years() -> None:
    """The oldest at the bottom; the newest shares stand beside the last moment."""
    ax = plots.plot_age(ages(), ax=axes())

    old, new = ax.collections
    assert max(old.get_paths()[0].vertices[:, 1]) == 80
    assert max(new.get_paths()[0].vertices[:, 1]) == 100
    assert [text.get_text() for text in ax.texts] == ["2024  45%", "2025  55%"]
    said = "2025 is the year of most lines: 55% of the sampled code on 2025-12-01"
    assert ax.get_title(loc="left") == said
    assert ax.get_xlabel() == "a sample: 9 of 40 files of code"


def test_how_lines_last_is_a_line_a_year() -> None:
    """From all of them, as years go by; the title has the one watched longest."""
    ax = plots.plot_survival(trends.survival(ages()), ax=axes())

    (line,) = ax.lines
    assert line.get_ydata().tolist() == [1.0, 0.75]
    title = ax.get_title(loc="left")
    assert title == "Of the lines of 2024, 75% are still there 0.5 years later"


@pytest.mark.parametrize("plot", [plots.plot_age, plots.plot_survival])
def test_no_lines_are_said_to_be_none(plot) -> None:
    """A folder of words has no code whose age could be drawn."""
    empty = ages().head(0)
    table = empty if plot is plots.plot_age else trends.survival(empty)

    assert plot(table, ax=axes()).get_title(loc="left") == "No lines of code"


def test_a_page_marks_releases() -> None:
    """What the chart of a page is given stands in its picture."""
    plot, table, options = drawings()["trend"]

    page = plots.trend_page(table, **options).decode()

    marked = sum(line.get_linestyle() != "-" for line in plot(table, **options).lines)
    assert marked == 4
    assert page.count("<path") > plots.trend_page(table).decode().count("<path")
