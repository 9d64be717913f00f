"""How much a commit matters, as a visible sum of parts.

importance = impact (`commitlens.impact`: what kind of change, what trouble it
ends, how much of the core it reaches, what users see of it) + risk
(`commitlens.risk`: how often changes like it needed a repair), then floors and
caps (`commitlens.bounds`). Every part is a ``score_*`` column, and every reason
names what moved the score.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .bounds import bounds
from .change_types import touched_files
from .context import Touched, Window, touched_by_commit
from .impact import Commit
from .interface import NOTHING, interfaces
from .known_fixes import known_fixes
from .message import parse
from .parts import SCORES, parts
from .risk import likelihood
from .schema import CLASSIFIED, RATED, TIERS, pandas_dtype, require_columns
from .tiers import HIGH, MEDIUM, turning_point
from .type_features import shown_tokens
from .word_weights import read

if TYPE_CHECKING:
    from .history import History

__all__ = ["HIGH", "MEDIUM", "SCORES", "commits_of", "rate"]

#: How many reasons a commit has at most.
REASONS = 4


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
        (low < medium < high: `MEDIUM` and `HIGH` are where tiers begin),
        ``importance_reasons`` (list of two to four sentences where there is as
        much to say, weightiest first, each with the points it moved the score
        by), ``risk`` (float64, the share of changes like it whose lines a repair
        had to touch within 180 days; missing without code) and ``tier_turns``
        (what would put it into another tier). Existing columns are replaced.

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

    rows: list[dict[str, Any]] = []
    for commit in commits_of(history):
        scores = parts(commit)
        total = sum(scores.values())
        scores["score_bounds"] = round(bounds(commit, total), 2)
        total += scores["score_bounds"]
        reasons = sorted(commit.reasons, key=lambda found: -abs(found[0]))
        rows.append(
            scores
            | {
                "risk": commit.risk,
                "importance_reasons": [
                    f"{why} ({points:+.0f})" for points, why in reasons[:REASONS]
                ],
                "tier_turns": turning_point(round(total, 2), commit.reasons),
            }
        )
    names = [*SCORES, "risk", "importance_reasons", "tier_turns"]
    found = pd.DataFrame(rows, columns=names)
    numbers = found[[*SCORES, "risk"]].astype("float64")
    total = numbers[list(SCORES)].sum(axis=1).round(2)
    columns: dict[str, Any] = {name: numbers[name].to_numpy() for name in numbers}
    columns["importance_score"] = total.to_numpy()
    columns["importance"] = pd.cut(
        total, [-1, MEDIUM, HIGH, 101], right=False, labels=list(TIERS)
    ).array
    for name in ("importance_reasons", "tier_turns"):
        columns[name] = pd.array(
            found[name].tolist(), dtype=pandas_dtype(RATED[name][0])
        )
    return history.replace(commits=history.commits.assign(**columns))


_READ = (
    *("repo", "sha", "author_email", "change_type", "subject", "body", "type_reason"),
    *("type_confidence", "breaking", "security", "is_merge", "is_bot"),
)
_NO_FILES = Touched()


def commits_of(history: History) -> Iterator[Commit]:
    """Yield the commits of a history, in order, as they are measured.

    Each is seen from where it stands: what is usual is learnt from the commits
    before it, those of the lead included.
    """
    commits = history.commits
    made_by = "classify()"
    require_columns(commits, CLASSIFIED, made_by=made_by)
    frames, files = [commits], [history.files]
    if history.lead is not None and len(history.lead.commits):
        require_columns(history.lead.commits, CLASSIFIED, made_by=made_by)
        frames.insert(0, history.lead.commits)
        files.insert(0, history.lead.files)
    touched = touched_by_commit(files)
    kinds = touched_files(history.files)
    facts = interfaces(history.facts)
    repaired = known_fixes(history)
    windows: dict[str, Window] = defaultdict(Window)
    for frame in frames:
        for row in zip(*(frame[name].tolist() for name in _READ), strict=True):
            repo, sha, author, change_type, subject, body, reason, *rest = row
            confidence, breaking, security, is_merge, is_bot = rest
            changed = touched.get((repo, sha), _NO_FILES)
            # A person made what an automation brings to another branch.
            is_bot = is_bot and not _BROUGHT.search(str(subject))
            window, author = windows[repo], str(author).lower()
            commit = Commit(
                change_type=change_type,
                text=_description(str(subject)[:400].lower()),
                body=str(body)[:4000].lower(),
                reason=reason,
                confidence=confidence,
                breaking=breaking,
                security=security,
                is_merge=is_merge,
                is_bot=is_bot,
                touched=changed,
                usual=window.usual(changed, author),
                interface=facts.get((repo, sha), NOTHING),
            )
            if commit.has_code:
                commit.risk = likelihood(change_type, changed, commit.usual)
            window.push(
                changed,
                author=author,
                is_fix=(repo, sha) in repaired,
                is_human=not (is_bot or is_merge),
            )
            if frame is commits:
                message = parse(str(subject), str(body), is_merge=is_merge)
                commit.called = next(iter(message.tags), "")
                seen = commit.interface
                commit.read = read(
                    message, kinds.get((repo, sha), []), seen.words, shown_tokens(seen)
                )
                yield commit


_BROUGHT = re.compile(
    r"\[[^\]]{0,60}\bback-?port\b[^\]]{0,60}\]|\(back-?port(?:ed)?\b"
    r"|^(?:back-?port|cherry[- ]?pick)(?:ed|s)?(?![-\w])|\bcherry[- ]picked from\b",
    re.IGNORECASE,
)


def _description(lower: str) -> str:
    """Return a subject without the prefix, which says nothing of the trouble."""
    prefix, colon, rest = lower.partition(": ")
    return rest if colon and len(prefix) <= 40 and rest else lower
