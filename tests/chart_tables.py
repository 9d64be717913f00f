"""Tables to draw, made of an invented history, and eyes for what was drawn."""

from __future__ import annotations

import io
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.text import Text

from commitlens import CHANGE_TYPES, TIERS, History, plots, trend, trends
from commitlens.testing import make_history

#: Names that want to be markup, formulas, or longer than any chart.
HOSTILE = (
    r"$\frac{1}{0}$",
    "_hidden",
    "two\nlines",
    "turned\u202eround",
    "x" * 300,
    "half a character \ud800",
    "张三丰" * 20,
    "{braces} %s $",
)


@cache
def history(*, hostile: bool = False) -> History:
    """Return two years of some 900 invented commits, with a rise of fixes."""
    draw = np.random.default_rng(7)
    start = pd.Timestamp("2024-01-03T09:00Z")
    names = HOSTILE if hostile else ("Ada", "Bo", "Cy", "Di", "Eve", "Flo", "Gus")
    rows: list[dict[str, Any]] = []
    kinds: list[str] = []
    for place in range(900):
        fixing = draw.random() < (0.15 if place < 450 else 0.4)
        kinds.append("fix" if fixing else str(draw.choice(CHANGE_TYPES)))
        name = names[int(draw.integers(len(names)) * draw.random())]
        area = ("core", "web/client", "docs", "tests", "tools")[int(draw.integers(5))]
        if hostile:
            area = name.replace("/", "-")
        # git has no halves of characters; frames from elsewhere may.
        area, name = (part.replace("\ud800", "?") for part in (area, name))
        files = [
            {"path": f"{area}/{part}.py", "insertions": int(draw.integers(1, 90))}
            for part in draw.choice(["alpha", "beta", "gamma", "delta"], 2, False)
        ]
        hours = float(place) * 19.3 + draw.random() * 9
        when = (start + pd.Timedelta(hours=hours)).isoformat()
        subject = f"{kinds[-1]}({name}): do number {place} of what there is to do"
        rows.append(
            {
                "landed_at": when,
                "authored_at": when,
                "author_name": name,
                "subject": subject,
                "files": files,
            }
        )
    made = make_history(rows)
    score = np.clip(draw.gamma(3, 12, len(rows)), 0, 100)
    tier = np.select([score < 30, score < 60], TIERS[:2], TIERS[2])
    commits = made.commits.assign(
        change_type=pd.Categorical(kinds, categories=CHANGE_TYPES),
        breaking=draw.random(len(rows)) < 0.03,
        security=draw.random(len(rows)) < 0.02,
        type_confidence=0.9,
        importance_score=score,
        importance=pd.Categorical(tier, categories=TIERS, ordered=True),
    )
    return made.replace(commits=commits)


@cache
def drawings(*, hostile: bool = False) -> dict[str, tuple[Any, Any, dict[str, Any]]]:
    """Return by name a function of `plots`, what it draws, and with what."""
    made = history(hostile=hostile)
    weekly = trend(made, freq="W", tz="UTC", share=True)
    monthly = trend(made, freq="M", tz="UTC", share=True)
    fixes = trends.fix_share(made, freq="M", tz="UTC")
    tags = ["v1.0.0", "v1.1.0", "v2.0.0", r"$\odd$-3.0"]
    days = pd.to_datetime(["2024-03-01", "2024-08-01", "2025-01-15", "2025-02-01"])
    releases = pd.DataFrame({"release": tags, "released_at": days.tz_localize("UTC")})
    halves = [
        trends.select(made, until="2024-12-31", tz="UTC"),
        trends.select(made, since="2025-01-01", tz="UTC"),
    ]
    both = {name: trend(half, freq="M", tz="UTC") for name, half in zip("ab", halves)}  # noqa: B905
    if hostile:
        both = {name: both["a"] for name in HOSTILE}
    ages = _ages()
    return {
        "trend": (plots.plot_trend, weekly, {"releases": releases}),
        "authors": (plots.plot_trend, trend(made, by="author", freq="M", tz="UTC"), {}),
        "shares": (plots.plot_lines, monthly, {}),
        "fixes": (
            plots.plot_lines,
            fixes,
            {"changes": trends.change_points(fixes), "releases": releases},
        ),
        "churn": (plots.plot_lines, trends.churn(made, freq="M", tz="UTC"), {}),
        "sizes": (plots.plot_lines, trends.commit_sizes(made, freq="M", tz="UTC"), {}),
        "rolling": (plots.plot_lines, trends.rolling(weekly, 8), {}),
        "cumulative": (
            plots.plot_lines,
            trends.cumulative(trend(made, freq="W", tz="UTC")),
            {},
        ),
        "areas": (plots.plot_multiples, trend(made, by="area", freq="M", tz="UTC"), {}),
        "types": (plots.plot_multiples, monthly, {}),
        "repositories": (plots.plot_multiples, both, {"same_scale": False}),
        "calendar": (plots.plot_calendar, trend(made, freq="D", tz="UTC"), {}),
        "rhythm": (plots.plot_rhythm, trends.rhythm(made, tz="UTC"), {}),
        "hotspots": (plots.plot_hotspots, trends.hotspots(made, days=180), {}),
        "coupling": (plots.plot_coupling, trends.coupling(made), {}),
        "importance": (plots.plot_importance, made.commits, {"tz": "UTC"}),
        "compared": (plots.plot_comparison, trends.compare(*halves), {}),
        "age": (plots.plot_age, ages, {}),
        "survival": (plots.plot_survival, trends.survival(ages), {}),
        "compared authors": (
            plots.plot_comparison,
            trends.compare(*halves),
            {"aspect": "author"},
        ),
    }


def _ages() -> pd.DataFrame:
    """Return lines of six years at twelve moments, each year's halved in two."""
    at = pd.date_range("2020-06-01", periods=12, freq="182D", tz="UTC")
    rows = [
        (when, year, int(1000 * 0.7 ** (when.year - year)))
        for when in at
        for year in range(2020, when.year + 1)
    ]
    table = pd.DataFrame(rows, columns=["at", "cohort", "lines"])
    return table.assign(files=90, of=1400)


def drawn(figure: Figure) -> Figure:
    """Return a figure that was laid out and drawn."""
    figure.savefig(io.BytesIO(), format="png")
    return figure


def words(figure: Figure) -> list[Text]:
    """Return the texts of a figure that a reader sees."""
    hidden = {
        id(text)
        for ax in figure.axes
        for axis in (ax.xaxis, ax.yaxis)
        for text in axis.findobj(Text)
    }
    seen = []
    for ax in figure.axes:
        if not ax.get_visible():
            hidden |= {id(text) for text in ax.findobj(Text)}
            continue
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            ticks = axis.get_major_ticks()
            for tick, place in zip(ticks, axis.get_majorticklocs(), strict=False):
                inside = low - 1e-9 <= place <= high + 1e-9
                seen += [tick.label1] if inside and tick.label1.get_visible() else []
            seen.append(axis.label)
    seen += [text for text in figure.findobj(Text) if id(text) not in hidden]
    return [text for text in seen if text.get_visible() and text.get_text().strip()]


def troubles(figure: Figure) -> list[str]:
    """Return what a reader could not read: words that are cut, or cover others."""
    seen = words(figure)
    boxes = [(text, text.get_window_extent()) for text in seen]
    page = figure.bbox
    found = [
        f"cut: {text.get_text()!r}"
        for text, box in boxes
        if box.x0 < page.x0 - 1
        or box.y0 < page.y0 - 1
        or box.x1 > page.x1 + 1
        or box.y1 > page.y1 + 1
    ]
    for (one, first), (two, second) in combinations(boxes, 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        along = min(first.y1, second.y1) - max(first.y0, second.y0)
        # Boxes have room above and below their letters.
        if across > 1 and along > 0.25 * min(first.height, second.height):
            found.append(f"{one.get_text()!r} covers {two.get_text()!r}")
    return found
