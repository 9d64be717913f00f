"""How much a commit matters, as a visible sum of parts.

importance = impact (what kind of change, what trouble it ends, how much of the
core it reaches, what users see of it) + risk (size and spread against what is
usual here, files repaired of late, missing tests), then floors and caps. Every
part is a ``score_*`` column, and every reason names what moved the score. The
parts themselves are in `commitlens.parts`, floors and caps in `commitlens.bounds`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from .bounds import bounds
from .context import Touched, Window, touched_by_commit
from .interface import NOTHING, Interface, interfaces
from .parts import HIGH, MEDIUM, PARTS, SCORES, Commit, level, plain
from .schema import CLASSIFIED, RATED, TIERS, pandas_dtype, require_columns

if TYPE_CHECKING:
    from .history import History

__all__ = ["HIGH", "MEDIUM", "SCORES", "rate"]


def rate(history: History) -> History:
    """Add a score, a tier and the reasons to every commit.

    Parameters
    ----------
    history : History
        After `classify`; after `gather_evidence` it is rated by facts, too.

    Returns
    -------
    History
        With, in ``commits``, a ``score_*`` column (float64) for every part of
        `SCORES`, ``importance_score`` (their sum, 0 to 100), ``importance``
        (low < medium < high: `MEDIUM` and `HIGH` are where tiers begin) and
        ``importance_reasons`` (list of sentences, weightiest first, each with
        the points it moved the score by). Existing columns are replaced.

    Raises
    ------
    InputError
        If commits lack the columns that `classify` adds.

    Examples
    --------
    >>> rated = rate(classify(history))
    >>> rated.commits.nlargest(3, "importance_score")["importance_reasons"]
    """
    import pandas as pd

    commits = history.commits
    made_by = "classify()"
    require_columns(commits, CLASSIFIED, made_by=made_by)
    frames, files = [commits], [history.files]
    if history.lead is not None and len(history.lead.commits):
        require_columns(history.lead.commits, CLASSIFIED, made_by=made_by)
        frames.insert(0, history.lead.commits)
        files.insert(0, history.lead.files)
    touched = touched_by_commit(files)
    facts = interfaces(history.facts)
    windows: dict[str, Window] = defaultdict(Window)
    rows: list[dict[str, Any]] = []
    for frame in frames:
        for row in zip(*(frame[name].tolist() for name in _READ), strict=True):
            parts, reasons = _rated(row, touched, facts, windows)
            if frame is commits:
                rows.append(parts | {"importance_reasons": reasons})
    scores = pd.DataFrame(rows, columns=[*SCORES, "importance_reasons"])
    total = scores[list(SCORES)].astype("float64").sum(axis=1).round(2)
    columns: dict[str, Any] = {
        name: scores[name].astype("float64").to_numpy() for name in SCORES
    }
    columns["importance_score"] = total.to_numpy()
    columns["importance"] = pd.cut(
        total, [-1, MEDIUM, HIGH, 101], right=False, labels=list(TIERS)
    ).array
    columns["importance_reasons"] = pd.array(
        scores["importance_reasons"].tolist(),
        dtype=pandas_dtype(RATED["importance_reasons"][0]),
    )
    return history.replace(commits=commits.assign(**columns))


_READ = (
    *("repo", "sha", "author_email", "change_type", "subject", "type_reason"),
    *("type_confidence", "breaking", "security", "is_merge", "is_bot"),
)
_NO_FILES = Touched()


def _description(lower: str) -> str:
    """Return a subject without the prefix, which says nothing of the trouble."""
    prefix, colon, rest = lower.partition(": ")
    return rest if colon and len(prefix) <= 40 and rest else lower


def _rated(
    row: tuple[Any, ...],
    touched: dict[tuple[str, str], Touched],
    facts: dict[tuple[str, str], Interface],
    windows: dict[str, Window],
) -> tuple[dict[str, float], list[str]]:
    """Rate one commit, and let the window of its repository see it."""
    repo, sha, author, change_type, subject, reason, confidence, *flags = row
    files = touched.get((repo, sha), _NO_FILES)
    window = windows[repo]
    author = str(author).lower()
    breaking, security, is_merge, is_bot = flags
    commit = Commit(
        change_type=change_type,
        text=_description(str(subject)[:400].lower()),
        reason=reason,
        confidence=confidence,
        breaking=breaking,
        security=security,
        is_merge=is_merge,
        is_bot=is_bot,
        touched=files,
        usual=window.usual(files, author),
        interface=facts.get((repo, sha), NOTHING),
    )
    parts = {name: round(part(commit), 2) for name, part in PARTS.items()}
    total = sum(parts.values())
    human = not (commit.is_bot or commit.is_merge) and bool(files.files)
    window.push(
        files,
        author=author,
        is_fix=change_type == "fix",
        score=round(plain(commit), 2) if human else None,
    )
    parts["score_level"] = round(level(commit, total), 2)
    total += parts["score_level"]
    parts["score_bounds"] = round(bounds(commit, total), 2)
    reasons = sorted(commit.reasons, key=lambda found: -abs(found[0]))
    return parts, [f"{why} ({points:+.0f})" for points, why in reasons]
