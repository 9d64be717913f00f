"""Progress bars for long work, on a terminal or in a notebook, else silent."""

from __future__ import annotations

import sys
from typing import Any


def bar(label: str, total: int | None = None, *, show: bool | None = None) -> Any:
    """Return a tqdm bar, shown only where somebody watches unless told.

    Parameters
    ----------
    label : str
        What is being done.
    total : int, optional
        How many steps there are; without it only a count and a rate are shown.
    show : bool, optional
        True and False force it. None shows it when standard error is a
        terminal or a notebook is running.
    """
    from tqdm import tqdm

    if show is None:
        show = sys.stderr.isatty() or "ipykernel" in sys.modules
    return tqdm(
        total=total,
        desc=label,
        disable=not show,
        leave=False,
        dynamic_ncols=True,
        file=sys.stderr,
    )
