"""What a report says of the model that wrote its analyses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .markdown import code, escape
from .statements import Statement, render
from .wording import Words

if TYPE_CHECKING:
    from .written import Written


def notice(written: Written, words: Words) -> str:
    """Return what stands at the top of a report some of whose analyses fell back.

    Parameters
    ----------
    written : Written
        The analyses of the report.
    words : mapping
        As `commitlens.wording.load_words` gives them.

    Returns
    -------
    str
        Markdown; ``""`` when the model wrote them all.
    """
    if not written.failures:
        return ""
    return str(words["model"]["notice"]).format(
        n=sum(written.failures.values()),
        total=written.written + sum(written.failures.values()),
        model=code(written.model.name),
        why=words["stop"].join(reasons(written, words)),
    )


def reasons(written: Written, words: Words) -> list[str]:
    """Return why commits fell back, with their numbers."""
    table = words["model"]
    return [
        table["why"].format(why=escape(_why(kind, words["lang"])), n=n)
        for kind, n in written.failures.items()
    ]


def _why(kind: str, lang: str) -> str:
    return render(Statement("source", f"why_{kind}", {}), lang)


def byline(written: Written, words: Words) -> str:
    """Return the line of the statistics that says who wrote the analyses."""
    counts = [one.grounding for one in written.analyses if one.grounding]
    return str(words["model"]["byline"]).format(
        model=code(written.model.name),
        n=written.written,
        total=written.written + sum(written.failures.values()),
        checked=sum(one.checked for one in counts),
        dropped=sum(one.dropped for one in counts),
        tokens=f"{written.tokens:,}",
    )
