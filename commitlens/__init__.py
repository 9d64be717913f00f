"""commitlens: what changed in a git repository, and does it matter?

One way through, which can be left after any step:

1. ``history = load_history(repo)`` reads what landed in a repository (a path,
   a URL or ``owner/name``) as two pandas frames, ``commits`` and ``files``.
2. ``classify(history)`` says what each commit is: one of `CHANGE_TYPES`.
3. ``gather_evidence(history)`` reads facts from messages, files and diffs.
4. ``rate(history)`` scores importance from 0 to 100, with its reasons, and
   sorts commits into `TIERS`. ``score(history)`` does steps 2 to 4 in one call.
5. ``analyse(history)`` says what there is to say of each commit, and
   ``write_analyses(history, model=...)`` has a model write it, and checks that.
6. ``daily_report(history, date)`` writes a day as Markdown or HTML, and
   ``summarize(history, since=...)`` tells a week or a release by theme.
7. ``trend(history)`` counts over time, and ``plot_trend(table)`` draws that;
   `trends` has a table for each question, ``compare`` takes two histories, and
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
    from . import evaluation, plots, trends
    from .analysis import analyse
    from .change_types import classify
    from .display import show
    from .errors import CommitlensError
    from .evidence import gather_evidence
    from .explorer import explore
    from .history import History, load_history, load_last_day
    from .identities import merge_identities
    from .importance import rate
    from .llm import Model
    from .many import Loaded, load_many
    from .merges import merge_changes
    from .planning import Plan, plan_analyses
    from .plots import plot_trend
    from .report import Report, daily_report
    from .schema import CHANGE_TYPES, TIERS
    from .scoring import score
    from .summary import Summary, summarize
    from .trends import change_points, compare, hotspots, releases, select, trend
    from .upkeep import rebuild, verify
    from .written import Written, write_analyses

__all__ = [
    "CHANGE_TYPES",
    "TIERS",
    "CommitlensError",
    "History",
    "Loaded",
    "Model",
    "Plan",
    "Report",
    "Summary",
    "Written",
    "__version__",
    "analyse",
    "change_points",
    "classify",
    "compare",
    "daily_report",
    "evaluation",
    "explore",
    "gather_evidence",
    "hotspots",
    "load_history",
    "load_last_day",
    "load_many",
    "merge_changes",
    "merge_identities",
    "plan_analyses",
    "plot_trend",
    "plots",
    "rate",
    "rebuild",
    "releases",
    "score",
    "select",
    "show",
    "summarize",
    "trend",
    "trends",
    "verify",
    "write_analyses",
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
    "Model": "llm",
    "Plan": "planning",
    "Report": "report",
    "Summary": "summary",
    "Written": "written",
    "analyse": "analysis",
    "change_points": "trends",
    "classify": "change_types",
    "compare": "trends",
    "daily_report": "report",
    "evaluation": "evaluation",
    "explore": "explorer",
    "gather_evidence": "evidence",
    "hotspots": "trends",
    "load_history": "history",
    "load_last_day": "history",
    "load_many": "many",
    "merge_changes": "merges",
    "merge_identities": "identities",
    "plan_analyses": "planning",
    "plot_trend": "plots",
    "plots": "plots",
    "rate": "importance",
    "rebuild": "upkeep",
    "releases": "trends",
    "score": "scoring",
    "select": "trends",
    "show": "display",
    "summarize": "summary",
    "trend": "trends",
    "trends": "trends",
    "verify": "upkeep",
    "write_analyses": "written",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    module = import_module(f".{_MODULES[name]}", __name__)
    # `trends`, `plots` and `evaluation` are rooms with more names than fit here.
    value = module if name == _MODULES[name] else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
