"""The explorer: a history in a notebook, to filter, to click through, to export."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np

from .dates import zone_name
from .errors import InputError
from .explore_view import Catalogue, Chart, period_word
from .markdown import clean
from .schema import CHANGE_TYPES, TIERS

if TYPE_CHECKING:
    from .explore_widget import Explorer
    from .history import History

#: Names that are offered while one writes an area or an author.
OFFERED = 500
#: Characters of a subject in the list.
SUBJECT = 160


def explore(history: History, *, tz: str | dt.tzinfo | None = None) -> Explorer:
    """Explore a history in a notebook: filter, click a bar, click a commit.

    A chart stands above a list; both follow the filters. A bar of the chart shows
    its commits, a commit its analysis and its diff. "Export" gives the code and the
    Markdown of what is shown. Nothing is asked of the network; where there is no
    kernel, a picture and the newest commits are shown in its place.

    Parameters
    ----------
    history : History
        Scored (`commitlens.score`); without scores there are no filters on types
        and tiers, and a commit is scored when it is opened.
    tz : str or datetime.tzinfo, optional
        The zone of days and times; the machine's by default.

    Returns
    -------
    Explorer
        It shows itself; `.view`, `.commits`, `.code` and `.markdown` are what is
        shown, for the cells that follow.

    Raises
    ------
    InputError
        The zone is not one, or what notebooks need is not installed.

    Examples
    --------
    >>> explorer = explore(score(load_history("owner/name")), tz="UTC")
    >>> explorer.view = {"types": ["fix"], "since": "2026-01-01"}
    >>> explorer.commits[["subject", "importance_score"]]
    """
    try:
        from .explore_widget import Explorer
    except ModuleNotFoundError as error:
        msg = (
            f"the explorer needs {error.name}, which is not installed here; "
            "`pip install 'commitlens[notebooks]'` brings it, then restart the kernel"
        )
        raise InputError(msg) from error
    return Explorer(history, tz=tz)


def offered(catalogue: Catalogue) -> dict[str, Any]:
    """Return what the browser offers to choose from."""
    names_of = {}
    for name, column in catalogue.columns.items():
        names = column.values
        if name not in ("types", "tiers"):
            counts = np.bincount(column.codes, minlength=len(names))
            names = [names[place] for place in np.argsort(-counts, kind="stable")]
        names_of[name] = names[:OFFERED]
    return {
        "splits": catalogue.splits,
        "offered": names_of,
        "scored": "importance" in catalogue.history.commits,
        "zone": zone_name(catalogue.tz),
        "colours": _colours([*CHANGE_TYPES], "change_type")
        | _colours([*TIERS], "importance"),
        "days": _range(catalogue),
    }


def _range(catalogue: Catalogue) -> list[str]:
    landed = catalogue.history.commits["landed_at"].dt.tz_convert(catalogue.tz)
    return [f"{day:%Y-%m-%d}" for day in (landed.min(), landed.max()) if day == day]


def _colours(keys: list[str], by: str) -> dict[str, str]:
    from .plots.colours import colours_of

    return dict(zip(keys, colours_of(keys, by), strict=True))


def drawn(chart: Chart, passing: int) -> dict[str, Any]:
    """Return a chart as the browser draws it."""
    colours = _colours(chart.keys, chart.by)
    totals = chart.counts.sum(axis=0).tolist()
    word = period_word(chart.freq)
    return {
        "per": word,
        "by": chart.by,
        "freq": chart.freq,
        "outside": passing - sum(totals),
        "keys": [
            {"key": key, "label": _label(key), "total": total, "colour": colours[key]}
            for key, total in zip(chart.keys, totals, strict=True)
        ],
        "periods": [
            {"start": start.isoformat(), "partial": part, "counts": counts}
            for start, part, counts in zip(
                chart.starts, chart.partial, chart.counts.tolist(), strict=True
            )
        ],
    }


def _label(key: str) -> str:
    return {"": "(no name)", ".": "(top folder)"}.get(key, clean(key)[:60])


def page(catalogue: Catalogue, rows: np.ndarray) -> list[dict[str, Any]]:
    """Return the commits of a page as the browser lists them."""
    some = catalogue.history.commits.iloc[rows]
    landed = some["landed_at"].dt.tz_convert(catalogue.tz).dt.strftime("%Y-%m-%d %H:%M")
    shown = []
    for row, time, record in zip(
        rows.tolist(), landed, some.to_dict("records"), strict=True
    ):
        subject = " ".join(clean(_string(record["subject"])).split())
        shown.append(
            {
                "row": row,
                "sha": record["sha"],
                "repo": clean(record["repo"]),
                "landed": time,
                "author": clean(_string(record["author_name"]))[:60],
                "type": _string(record.get("change_type")),
                "tier": _string(record.get("importance")),
                "score": record.get("importance_score"),
                "subject": subject[:SUBJECT] or "(no message)",
            }
        )
    return shown


def picture(chart: Chart, history: History, tz: dt.tzinfo) -> str:
    """Return the chart as an image that needs no kernel and no script."""
    import base64

    from .plots import save_figure
    from .trends import trend

    if not len(history.commits):
        return ""
    table = trend(history, by=chart.by, freq=chart.freq, tz=tz)
    data = base64.b64encode(save_figure(table, format="png")).decode()
    words = f"commits landed per {period_word(chart.freq)}"
    return f'<img alt="{words}" width="720" src="data:image/png;base64,{data}">'


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
