"""Gather evidence, classify, rate: what most users want, in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .change_types import classify
from .evidence import gather_evidence
from .importance import rate

if TYPE_CHECKING:
    from .history import History


def score(history: History) -> History:
    """Add change types, facts and importance to a history.

    The same as ``rate(gather_evidence(classify(history)))``, types weighed once:
    facts count for them whether they are gathered before or after. Scoring again
    gives the same.

    Parameters
    ----------
    history : History
        As `load_history` gives it.

    Returns
    -------
    History
        With the columns of `classify` and `rate` in ``commits``, and ``facts``.

    Examples
    --------
    >>> scored = score(load_history("pallets/click", since="2026-01-01"))
    >>> scored.commits.nlargest(10, "importance_score")[["subject", "importance"]]
    """
    return rate(classify(gather_evidence(history)))
