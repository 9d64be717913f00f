"""commitlens: what changed in a git repository, and does it matter?

One way through, which can be left after any step:

1. ``history = load_history(repo)`` reads what landed in a repository (a path,
   a URL or ``owner/name``) as two pandas frames, ``commits`` and ``files``.
2. ``classify(history)`` says what each commit is: one of `CHANGE_TYPES`.
3. ``gather_evidence(history)`` reads facts from messages, files and diffs.
4. ``rate(history)`` scores importance from 0 to 100, with its reasons, and
   sorts commits into `TIERS`. ``score(history)`` does steps 2 to 4 in one call.
5. ``analyse(history)`` says what there is to say of each commit.
6. ``daily_report(history, date)`` writes a day as Markdown or HTML.
7. ``trend(history)`` counts over time, and ``plot_trend(table)`` draws that;
   ``explore(history)`` is all of it to click through, in a notebook.

Each step takes a `History` and returns a new one; none changes its argument.
The command ``commitlens`` does the same from a terminal.

Examples
--------
>>> import commitlens as cl
>>> history = cl.score(cl.load_history(".", since="2026-01-01"))
>>> history.commits.nlargest(10, "importance_score")[["subject", "change_type"]]
>>> cl.daily_report(history, "2026-02-10", tz="Asia/Shanghai").save()
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .analysis import analyse
    from .change_types import classify
    from .errors import CommitlensError
    from .evidence import gather_evidence
    from .explorer import explore
    from .history import History, load_history, load_last_day
    from .identities import merge_identities
    from .importance import rate
    from .many import Loaded, load_many
    from .merges import merge_changes
    from .plots import plot_trend
    from .report import Report, daily_report
    from .schema import CHANGE_TYPES, TIERS
    from .scoring import score
    from .trends import trend
    from .upkeep import rebuild, verify

__all__ = [
    "CHANGE_TYPES",
    "TIERS",
    "CommitlensError",
    "History",
    "Loaded",
    "Report",
    "__version__",
    "analyse",
    "classify",
    "daily_report",
    "explore",
    "gather_evidence",
    "load_history",
    "load_last_day",
    "load_many",
    "merge_changes",
    "merge_identities",
    "plot_trend",
    "rate",
    "rebuild",
    "score",
    "trend",
    "verify",
]

__version__ = "0.1.0"

# A name's module is imported when the name is first used: the steps bring
# pandas along, which `import commitlens` and `commitlens --help` do not need.
_MODULES = {
    "CHANGE_TYPES": "schema",
    "TIERS": "schema",
    "CommitlensError": "errors",
    "History": "history",
    "Loaded": "many",
    "Report": "report",
    "analyse": "analysis",
    "classify": "change_types",
    "daily_report": "report",
    "explore": "explorer",
    "gather_evidence": "evidence",
    "load_history": "history",
    "load_last_day": "history",
    "load_many": "many",
    "merge_changes": "merges",
    "merge_identities": "identities",
    "plot_trend": "plots",
    "rate": "importance",
    "rebuild": "upkeep",
    "score": "scoring",
    "trend": "trends",
    "verify": "upkeep",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(import_module(f".{_MODULES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
