"""Sentences about what a chart shows, true of the numbers that it draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .text import clean, cut, key_name, percent, phrase, word
from .timeline import Timeline

if TYPE_CHECKING:
    import pandas as pd

# What is looked for in counts of tiers and of flags.
_SOUGHT = {
    "importance": "high",
    "breaking": "breaking",
    "security": "security",
    "bot": "bot",
}

# A difference of two shares of so many standard errors is not chance, also where
# a dozen shares are looked at.
_CLEAR = 3.0


def listed(names: list[str], lang: str, most: int = 3) -> str:
    """Return names as a sentence lists them, the last ones as a number."""
    if len(names) > most:
        names = [*names[: most - 1], phrase(lang, "more", n=len(names) - most + 1)]
    if len(names) == 1:
        return names[0]
    comma, last = phrase(lang, "list"), phrase(lang, "and")
    return f"{comma.join(names[:-1])}{last}{names[-1]}"


def leading(totals: pd.Series, by: str | None, lang: str) -> str:
    """Return what counts by key say, in a sentence that is true of all of them.

    Of tiers and flags it is how many have the one that is looked for; else it is
    who has the most, among what has a name.
    """
    total = int(totals.sum())
    without = int(totals.get("(no files)", 0)) if by == "area" else 0
    if without:
        # Merges and empty commits are in no area; they would hide the others.
        total -= without
        totals = totals.drop("(no files)")
        if not total:
            return phrase(lang, "no_files")
    what = phrase(lang, "commits", n=total)
    if without:
        what = phrase(lang, "changing_files", what=what)
    if by in _SOUGHT:
        share = percent(float(totals.get(_SOUGHT[by], 0)) / total)
        return phrase(
            lang, "sought", name=word(lang, "told", by), share=share, what=what
        )
    # The rest has no name to lead with, unless there is nothing else.
    named = totals.drop("other", errors="ignore") if by else totals
    named = named[named > 0] if named.sum() else totals[totals > 0]
    best = named.index[named == named.max()]
    if len(best) == len(named) > 1 and len(named) < len(totals[totals > 0]):
        # Among the rest may be some with just as many.
        return phrase(lang, "no_lead", by=word(lang, "by", str(by)), what=what)
    share = percent(named.max() / total)
    names = [key_name(str(key), by, lang) for key in best]
    if len(names) == 1:
        name = _subject(names[0], lang)
        return phrase(lang, "leads", name=name, share=share, what=what)
    names = [cut(name, 40) for name in names]
    return phrase(lang, "lead", names=listed(names, lang), share=share, what=what)


def written(number: float, value: str) -> str:
    """Return a number of a column as people write it."""
    if value in ("share", "drift", "degree"):
        return percent(number)
    whole = abs(number) >= 10 or number == int(number)
    return f"{number:,.0f}" if whole else f"{number:.1f}"


def moved(name: str, before: float, after: float, value: str, lang: str) -> str:
    """Return a sentence of a value that rose or fell."""
    return phrase(
        lang,
        "rose" if after > before else "fell",
        name=_subject(name, lang),
        before=written(before, value),
        after=written(after, value),
    )


def _subject(name: str, lang: str) -> str:
    """Return a name as a sentence begins with it: Chinese sets Latin apart."""
    name = cut(name, 40)
    return f"{name} " if lang == "zh" and name[-1:].isascii() else name


def flags(rows: pd.DataFrame, column: str) -> np.ndarray:
    """Return a column of flags, all down where there is no such column."""
    if column not in rows.columns:
        return np.zeros(len(rows), dtype=bool)
    return rows[column].eq(True).to_numpy(dtype=bool, na_value=False)


def said_of_changes(
    found: dict[str, pd.DataFrame],
    line: Timeline,
    value: str,
    names: dict[str, str],
    lang: str,
) -> str:
    """Return the surest change in words, and how many more there are."""
    rows = [
        (float(row.get("p_value", 0)), key, row)
        for key, changes in found.items()
        for row in changes.to_dict("records")
    ]
    if not rows:
        return ""
    _, key, row = min(rows, key=lambda item: item[0])
    place = int(line.periods.get_indexer([row["period"]])[0])
    ends = float(row["before"]), float(row["after"])
    what = moved(names[key], ends[0], ends[1], value, lang)
    said = phrase(lang, "since", what=what, when=line.when(place, lang))
    if len(rows) > 1:
        said += phrase(lang, "changes_more", n=len(rows) - 1)
    return said


def said_of_ends(
    drawn: dict[str, pd.DataFrame], value: str, names: dict[str, str], lang: str
) -> str:
    """Return what moved most from the first quarter of the periods to the last.

    A share has to move by more than chance does. Of other values the medians of
    the two quarters are compared, by the notches of their box plots (R. McGill,
    J. Tukey and W. Larsen, "Variations of box plots", 1978).
    """
    best: tuple[float, str] | None = None
    for key, rows in drawn.items():
        rows = rows[~flags(rows, "partial") & rows[value].notna()]
        if len(rows) < 2:
            continue
        quarter = max(1, len(rows) // 4)
        first, last = rows.head(quarter), rows.tail(quarter)
        if value == "share":
            clear, ends = _difference(first, last)
            moves = clear >= _CLEAR
        else:
            ends = [float(part[value].median()) for part in (first, last)]
            clear = abs(ends[1] - ends[0])
            moves = clear > _notch(first[value]) + _notch(last[value])
        if moves and (best is None or clear > best[0]):
            said = moved(names[key], ends[0], ends[1], value, lang)
            best = clear, _against(said, (first, last), lang)
    if best is not None:
        return best[1]
    largest, rows = max(drawn.items(), key=lambda item: item[1][value].sum())
    middle = written(float(rows[value].median()), value)
    return phrase(lang, "steady", name=_subject(names[largest], lang), after=middle)


def said_of_sums(
    drawn: dict[str, pd.DataFrame], value: str, names: dict[str, str], lang: str
) -> str:
    """Return which of the sums is the highest at the end."""
    ends = {key: float(rows[value].iloc[-1]) for key, rows in drawn.items()}
    best = max(ends, key=lambda key: ends[key])
    name, end = _subject(names[best], lang), written(ends[best], value)
    return phrase(lang, "sum", name=name, end=end)


def _notch(values: pd.Series) -> float:
    """Return half of the notch of a box plot; of a few values there is none."""
    if len(values) < 5:
        return float("inf")
    spread = float(values.quantile(0.75) - values.quantile(0.25))
    return 1.57 * spread / float(np.sqrt(len(values)))


def _against(said: str, parts: tuple[pd.DataFrame, ...], lang: str) -> str:
    """Add to a sentence which periods it compares: what lies between may differ."""
    spans = []
    for rows in parts:
        if "release" in rows.columns:
            names = [cut(clean(str(name)), 16) for name in rows["release"]]
        else:
            names = [f"{period:%Y-%m}" for period in rows["period"]]
        first, last = names[0], names[-1]
        one = first == last
        spans.append(first if one else phrase(lang, "span", first=first, last=last))
    if spans[0] == spans[1]:
        return said
    return phrase(lang, "against", what=said, first=spans[0], last=spans[1])


def _difference(first: pd.DataFrame, last: pd.DataFrame) -> tuple[float, list[float]]:
    """Return how many standard errors two shares are apart, and the shares."""
    shares, sizes = [], []
    for rows in (first, last):
        weights = rows["total"] if "total" in rows.columns else rows["share"] * 0 + 1
        worth = rows["effective"] if "effective" in rows.columns else weights
        total = float(weights.sum())
        shares.append(float((rows["share"] * weights).sum() / total) if total else 0.0)
        sizes.append(max(float(worth.sum()), 1e-9))
    pooled = np.average(shares, weights=sizes)
    error = np.sqrt(max(pooled * (1 - pooled), 1e-9) * sum(1 / size for size in sizes))
    return abs(shares[1] - shares[0]) / float(error), shares
