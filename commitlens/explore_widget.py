"""The widget of the explorer: views come from the browser, plain data goes back.

It holds no logic: `commitlens.explore_view` says what passes, and
`commitlens.explorer` what is sent. The browser sets all of it as text, and asks
nobody but the kernel.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from .display import history_html, history_text
from .errors import CommitlensError, InputError
from .explore_commit import commit_detail
from .explore_export import as_code, as_markdown
from .explore_view import PAGE, Catalogue, View
from .explorer import drawn, offered, page, picture
from .markdown import clean

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from .history import History

_STATIC = files(__package__) / "static"


class Explorer(anywidget.AnyWidget):
    """What :func:`explore` returns: it shows itself, and follows the filters.

    Attributes
    ----------
    view : dict
        The filters, as in `commitlens.explore_view.View`; set it to change what is
        shown: ``explorer.view = {"types": ["fix"], "text": "parser"}``.
    commits : pandas.DataFrame
        The commits that are listed now, all pages of them, in order.
    code, markdown : str
        The view as Python and as Markdown.
    """

    _esm = (_STATIC / "explorer.js").read_text("utf-8")
    _css = (_STATIC / "explorer.css").read_text("utf-8")

    view = traitlets.Dict().tag(sync=True)
    _options = traitlets.Dict().tag(sync=True)
    _shown = traitlets.Dict().tag(sync=True)

    def __init__(self, history: History, *, tz: str | dt.tzinfo | None = None) -> None:
        self._catalogue = Catalogue(history, tz=tz)
        super().__init__()
        self._options = offered(self._catalogue)
        self._show()
        self.on_msg(self._asked)

    @property
    def commits(self) -> pd.DataFrame:
        """The commits that are listed now, in order."""
        return self._catalogue.history.commits.iloc[self._rows]

    @property
    def code(self) -> str:
        """Python that makes this view from ``history``."""
        return as_code(self._view, self._chart, self._catalogue.tz)

    @property
    def markdown(self) -> str:
        """This view as Markdown."""
        return as_markdown(self._catalogue, self._view, self._chart, self._rows)

    @traitlets.validate("view")
    def _check(self, proposal: Mapping[str, Any]) -> dict[str, Any]:
        View.of(proposal["value"])
        return dict(proposal["value"])

    @traitlets.observe("view")
    def _changed(self, change: Mapping[str, Any]) -> None:
        self._show()

    def _show(self) -> None:
        """Work out what is shown, and send it."""
        catalogue = self._catalogue
        self._view = View.of(self.view)
        passing = catalogue.passing(self._view)
        self._chart = catalogue.chart(self._view, passing)
        self._rows: np.ndarray = catalogue.listed(self._view, passing, self._chart)
        last = max(0, (len(self._rows) - 1) // PAGE)
        at = min(max(0, self._view.page), last)
        self._shown = {
            "passing": int(passing.sum()),
            "listed": len(self._rows),
            "page": at,
            "pages": last + 1,
            "rows": page(catalogue, self._rows[at * PAGE : (at + 1) * PAGE]),
            "chart": drawn(self._chart, int(passing.sum())),
        }

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return what the browser is told when it asks for something.

        Parameters
        ----------
        asked : mapping
            ``{"kind": "open", "row": 7}`` or ``{"kind": "export"}``.
        """
        kind = asked.get("kind")
        if kind == "export":
            return {"kind": kind, "code": self.code, "markdown": self.markdown}
        if kind != "open":
            return None
        row, catalogue = asked.get("row"), self._catalogue
        try:
            if not isinstance(row, int) or not 0 <= row < len(
                catalogue.history.commits
            ):
                msg = f"there is no commit {row!r} in this history"
                raise InputError(msg)
            detail = commit_detail(catalogue.history, row, tz=catalogue.tz)
        except (CommitlensError, OSError) as error:
            return {"kind": "error", "row": row, "text": clean(str(error))}
        except Exception as error:
            # Else the page would wait for ever; the kernel's log has the rest.
            self.send({"kind": "error", "row": row, "text": clean(repr(error))})
            raise
        return {"kind": "commit", "row": row, **detail}

    def _asked(self, _: Any, asked: Mapping[str, Any], __: Any) -> None:
        told = self.answer(asked)
        if told is not None:
            self.send(told)

    def __repr__(self) -> str:
        return history_text(self._listed())

    def _ipython_display_(self) -> None:
        """Show the widget, and below it what shows without a kernel.

        Two outputs: whoever knows of widgets takes nothing else of an output that
        has one, and where there is no kernel that would be an empty place. The
        widget's style hides the second as long as there is one.
        """
        from IPython.display import display

        display(self._repr_mimebundle_()[0], raw=True)
        display({"text/html": self.still()}, raw=True)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        made = super()._repr_mimebundle_(**kwargs)
        data, *rest = made if isinstance(made, tuple) else (made or {},)
        return ({**data, "text/plain": repr(self).partition("\n")[0]}, *rest)

    def still(self) -> str:
        """Return this view as HTML that needs no kernel: a picture and a table."""
        shown = picture(self._chart, self._listed(), self._catalogue.tz)
        shown += history_html(self._listed())
        return f'<div class="cl-still">{shown}</div>'

    def _listed(self) -> History:
        """Return a history of what passes, oldest first, for display."""
        history = self._catalogue.history
        chosen = self._rows[::-1]
        commits = history.commits.iloc[chosen].sort_values("landed_at", kind="stable")
        return history.replace(
            commits=commits.reset_index(drop=True),
            files=history.files[history.files["sha"].isin(commits["sha"])],
        )
