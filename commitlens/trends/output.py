"""What the command line makes of a trend: a table, a chart, a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .counts import trend
from .cuts import releases

if TYPE_CHECKING:
    from ..history import History


def steps_for(by: str) -> Callable[[History], History]:
    """Return the steps that counting by `by` needs, and no more.

    Importance reads diffs, change types read messages, the others need nothing.
    """
    if by == "importance":
        from ..scoring import score

        return score
    if by in ("change_type", "breaking", "security"):
        from ..change_types import classify

        return classify
    return lambda history: history


def trend_bytes(history: History, *, format: str, **options: Any) -> bytes:
    """Return a trend as the bytes of a ``csv``, ``png``, ``svg`` or ``html`` file.

    Parameters
    ----------
    history : History
        After `steps_for`.
    format : {"csv", "png", "svg", "html"}
        In a ``csv`` periods are the days on which they start.
    **options
        Those of `trend`.
    """
    from ..export import frame_bytes

    table = trend(history, **options)
    if format == "csv":
        days = table["period"].dt.strftime("%Y-%m-%d")
        return frame_bytes(table.assign(period=days))
    from ..plots import save_figure, trend_page

    marks = releases(history)
    if format == "html":
        return trend_page(table, releases=marks)
    return save_figure(table, format=format, releases=marks)
