"""How the commits of a range speak of one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .paths import category
from .statements import NAMES, Code, Sha

if TYPE_CHECKING:
    import pandas as pd

    from .history import History

#: What a fix of the same day may repair.
CAUSES = ("feat", "refactor", "perf", "fix")


def records(frame: pd.DataFrame, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield rows as dictionaries, missing values as None."""
    lists = []
    for name in columns:
        values = frame[name].astype(object)
        lists.append(values.where(values.notna(), None).tolist())
    for values in zip(*lists, strict=True):
        yield dict(zip(columns, values, strict=True))


class Relations:
    """How the commits of a range speak of one another."""

    def __init__(
        self,
        history: History,
        facts: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]],
        files: Mapping[str, Sequence[Mapping[str, Any]]],
    ) -> None:
        self.said: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
        rows = list(
            records(history.commits, ["sha", "subject", "change_type", "is_merge"])
        )
        order = [row["sha"] for row in rows]
        if history.lead is not None:
            order = [*history.lead.commits["sha"], *order]
        inside = {row["sha"] for row in rows}
        by_subject = {row["subject"]: row["sha"] for row in rows if row["subject"]}
        by_request: dict[str, str] = {}
        for row in rows:
            for fact in facts.get(row["sha"], {}).get("pull_request", ()):
                if not row["is_merge"]:
                    by_request.setdefault(fact["name"], row["sha"])
        place = {sha: n for n, sha in enumerate(order)}
        for row in rows:
            mine = facts.get(row["sha"], {})
            told: set[str] = {row["sha"]}
            for kind, key, back in (
                ("reverts", "reverts", "reverted_by"),
                ("fixes_commit", "repairs", "repaired_by"),
                ("cherry_picked_from", "cherry_pick", "picked_by"),
            ):
                for fact in mine.get(kind, ()):
                    name = fact["name"] or ""
                    other = by_subject.get(fact["new"] or "") if not name else next(
                        (sha for sha in order if sha.startswith(name)), name
                    )  # fmt: skip
                    if not other or other in told:
                        continue
                    told.add(other)
                    self._say(row["sha"], key, commit=Sha(other))
                    if other in inside and place[other] < place[row["sha"]]:
                        self._say(other, back, commit=Sha(row["sha"]))
            for kind in ("issue", "fixes_issue"):
                for fact in mine.get(kind, ()):
                    other = by_request.get(fact["name"], row["sha"])
                    if other not in told and place[other] < place[row["sha"]]:
                        told.add(other)
                        self._say(
                            row["sha"], "follows", commit=Sha(other), name=fact["name"]
                        )
                        self._say(other, "followed_by", commit=Sha(row["sha"]))
            if row["change_type"] in ("fix", "revert"):
                self._near(row, rows, files, told)
        for row in rows:
            mine = facts.get(row["sha"], {})
            for kind in ("pull_request", "fixes_issue"):
                names = tuple(dict.fromkeys(f["name"] for f in mine.get(kind, ())))
                if names:
                    more = len(names) - len(names[:NAMES])
                    self._say(row["sha"], kind, names=names[:NAMES], more=more)

    def _say(self, sha: str, key: str, **values: Any) -> None:
        self.said[sha].append((key, values))

    def _near(
        self,
        row: Mapping[str, Any],
        rows: Sequence[Mapping[str, Any]],
        files: Mapping[str, Sequence[Mapping[str, Any]]],
        told: set[str],
    ) -> None:
        """Tell that a repair touches code that changed earlier in the range."""
        if len(rows) > 400:  # a range of months: everything is near everything
            return
        mine = {f["path"] for f in files[row["sha"]] if category(f["path"]) == "code"}
        if not mine or len(mine) > 8:
            return
        for other in reversed(rows[: rows.index(row)]):
            if other["sha"] in told or other["change_type"] not in CAUSES:
                continue
            theirs = {f["path"] for f in files[other["sha"]]}
            shared = sorted(mine & theirs)
            if shared and len(theirs) <= 40:
                told.add(other["sha"])
                names = tuple(map(Code, shared[:2]))
                self._say(
                    row["sha"], "same_files", commit=Sha(other["sha"]), names=names,
                    more=len(shared) - len(names),
                )  # fmt: skip
                return
