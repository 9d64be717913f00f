"""What a commit is seen against: its files and facts, and what came before."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict, deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .known_fixes import known_fixes
from .paths import category
from .relations import Relations, records

if TYPE_CHECKING:
    import pandas as pd

    from .history import History

#: Commits before one that say what size is usual, and days that count as recent.
WINDOW, RECENT_DAYS = 500, 30


class Surroundings:
    """What a commit is seen against: its files, its facts, what came before."""

    def __init__(self, history: History) -> None:
        frames = [history.commits]
        file_frames = [history.files]
        if history.lead is not None:
            frames.insert(0, history.lead.commits)
            file_frames.insert(0, history.lead.files)
        self.files: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for frame in file_frames:
            for row in records(frame, _FILE_COLUMNS):
                self.files[row["sha"]].append(row)
        self.facts: dict[str, dict[str, list[dict[str, Any]]]] = {}
        if history.facts is not None:
            for row in records(history.facts, list(history.facts.columns)):
                kinds = self.facts.setdefault(row["sha"], {})
                kinds.setdefault(row["kind"], []).append(row)
        self.shas = {sha for frame in frames for sha in frame["sha"]}
        inside = set(history.commits["sha"])
        self.size_rank: dict[str, tuple[int, int]] = {}
        self.fixed_before: dict[str, list[tuple[str, int]]] = {}
        self.landed: dict[str, Any] = {}
        self._walk(frames, inside, known_fixes(history))
        self.relations = Relations(history, self.facts, self.files)

    def _walk(
        self,
        frames: Sequence[pd.DataFrame],
        inside: set[str],
        repaired: set[tuple[str, str]],
    ) -> None:
        """Go through the commits in order, remembering sizes and fixes."""
        import pandas as pd

        recent = pd.Timedelta(days=RECENT_DAYS)
        sizes: list[int] = []
        window: deque[int] = deque()
        fixes: dict[str, deque[Any]] = defaultdict(deque)
        columns = ["repo", "sha", "landed_at", "is_bot", "is_merge",
                   "insertions", "deletions"]  # fmt: skip
        for frame in frames:
            for row in records(frame, columns):
                sha, when = row["sha"], row["landed_at"]
                size = (row["insertions"] or 0) + (row["deletions"] or 0)
                if sha in inside:
                    self.size_rank[sha] = (bisect_left(sizes, size), len(sizes))
                    counts = []
                    for file in self.files[sha]:
                        times = fixes.get(file["path"])
                        while times and when - times[0] > recent:
                            times.popleft()
                        if times:
                            counts.append((file["path"], len(times)))
                    self.fixed_before[sha] = sorted(counts, key=lambda c: -c[1])
                if (row["repo"], sha) in repaired:
                    for file in self.files[sha]:
                        if category(file["path"]) == "code":
                            fixes[file["path"]].append(when)
                if not row["is_bot"] and not row["is_merge"]:
                    window.append(size)
                    insort(sizes, size)
                    if len(window) > WINDOW:
                        sizes.pop(bisect_left(sizes, window.popleft()))


_FILE_COLUMNS = ["sha", "path", "old_path", "status", "insertions", "deletions"]
