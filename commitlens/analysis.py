"""What there is to say of each commit, from evidence alone.

An `Analysis` is a list of `Statement`; a statement is a message key and values,
so that every language says the same: names, numbers and order come from here,
words from ``locale/<lang>.toml``. Each statement stands on a fact of the commit;
where there is no fact, nothing is said.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from . import prose
from .message import parse
from .paths import area, category
from .schema import require_columns

if TYPE_CHECKING:
    import pandas as pd

    from .history import History

#: Names told before the rest is counted.
NAMES = 4
#: Commits before one that say what size is usual, and days that count as recent.
WINDOW, RECENT_DAYS = 500, 30
#: Characters of the author's own words, by tier.
WORDS = {"high": 480, "medium": 320, "low": 160}


class Code(str):
    """A name from the code: shown as code."""

    __slots__ = ()


class Sha(str):
    """A commit: shown as a link where it can be."""

    __slots__ = ()


@dataclass(frozen=True)
class Statement:
    """One sentence before a language is chosen.

    Attributes
    ----------
    field : str
        Where it stands: summary, scope, architecture, performance, security,
        maintainability, risk, advice or links.
    message : str
        The key of its template.
    values : mapping of str to object
        What it says: text, `Code`, `Sha`, numbers, or tuples of these.
    """

    field: str
    message: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Analysis:
    """What there is to say of one commit.

    Attributes
    ----------
    repo, sha, tier : str
        Whose it is.
    source : str
        ``"evidence"``, or ``"model"``.
    statements : tuple of Statement
        In the order in which they are read.
    """

    repo: str
    sha: str
    tier: str
    source: str
    statements: tuple[Statement, ...]

    def __str__(self) -> str:
        return "\n".join(f"{s.field}: {render(s)}" for s in self.statements)


#: Where a lower tier, which has fewer fields, says what belongs to another one.
_FOLDED = {
    "high": {},
    "medium": {
        "architecture": "summary",
        "performance": "summary",
        "security": "summary",
        "maintainability": "scope",
        "risk": "scope",
    },
}
_LOW = ("summary", "links")


def analyse(history: History) -> list[Analysis]:
    """Say what there is to say of every commit of a scored history.

    Parameters
    ----------
    history : History
        Classified and rated; ``facts`` may be missing, then less is said.

    Returns
    -------
    list of Analysis
        In the order of ``history.commits``.

    Raises
    ------
    InputError
        The history is not scored.

    Examples
    --------
    >>> print(analyse(score(history))[-1])
    """
    require_columns(history.commits, ["change_type", "importance"], made_by="score()")
    around = _Surroundings(history)
    done = []
    for row in history.commits.to_dict("records"):
        tier = str(row["importance"])
        said = _place(_statements(row, around), tier)
        done.append(Analysis(row["repo"], row["sha"], tier, "evidence", tuple(said)))
    return done


def render(
    statement: Statement,
    lang: str = "en",
    *,
    text: Callable[[str], str] = str,
    code: Callable[[str], str] = str,
    commit: Callable[[str], str] = lambda sha: sha[:7],
) -> str:
    """Return a statement as a sentence.

    Parameters
    ----------
    statement : Statement
        What to say.
    lang : {"en", "zh"}, default "en"
        The language.
    text, code, commit : callable
        What becomes of text that a commit wrote, of a name from code, of a sha:
        the place to escape them and to make links.
    """
    words = _words(lang)
    values = statement.values  # noqa: PD011 - a mapping, not a frame
    template = words["statement"][statement.message]
    if isinstance(template, dict):
        template = template["one" if values.get("n") == 1 else "other"]

    def show(value: object) -> str:
        if isinstance(value, tuple):
            return str(words["list"]).join(map(show, value))
        if isinstance(value, Code):
            return code(value)
        if isinstance(value, Sha):
            return commit(value)
        return text(value) if isinstance(value, str) else str(value)

    shown = {name: show(value) for name, value in values.items()}
    more = values.get("more")
    if more is not None:
        shown["more"] = words["more"].format(n=more) if more else ""
    return str(template.format_map(shown))


@cache
def _words(lang: str) -> Mapping[str, Any]:
    import tomllib
    from importlib.resources import files

    text = files(__package__) / "locale" / f"{lang}.toml"
    return tomllib.loads(text.read_text("utf-8"))


def _place(said: Iterable[Statement], tier: str) -> Iterator[Statement]:
    """Put statements into the fields that a tier has."""
    for one in said:
        if tier == "low":
            if one.field in _LOW:
                yield one
        else:
            field = _FOLDED[tier].get(one.field, one.field)
            yield Statement(field, one.message, one.values)


class _Surroundings:
    """What a commit is seen against: its files, its facts, what came before."""

    def __init__(self, history: History) -> None:
        frames = [history.commits]
        file_frames = [history.files]
        if history.lead is not None:
            frames.insert(0, history.lead.commits)
            file_frames.insert(0, history.lead.files)
        self.files: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for frame in file_frames:
            for row in _records(frame, _FILE_COLUMNS):
                self.files[row["sha"]].append(row)
        self.facts: dict[str, dict[str, list[dict[str, Any]]]] = {}
        if history.facts is not None:
            for row in _records(history.facts, list(history.facts.columns)):
                kinds = self.facts.setdefault(row["sha"], {})
                kinds.setdefault(row["kind"], []).append(row)
        self.shas = {sha for frame in frames for sha in frame["sha"]}
        inside = set(history.commits["sha"])
        self.size_rank: dict[str, tuple[int, int]] = {}
        self.fixed_before: dict[str, list[tuple[str, int]]] = {}
        self.landed: dict[str, Any] = {}
        self._walk(frames, inside)
        self.links = _Links(history, self.facts, self.files)

    def _walk(self, frames: Sequence[pd.DataFrame], inside: set[str]) -> None:
        """Go through the commits in order, remembering sizes and fixes."""
        import pandas as pd

        recent = pd.Timedelta(days=RECENT_DAYS)
        sizes: list[int] = []
        window: deque[int] = deque()
        fixes: dict[str, deque[Any]] = defaultdict(deque)
        columns = ["sha", "landed_at", "is_bot", "is_merge", "change_type",
                   "insertions", "deletions"]  # fmt: skip
        for frame in frames:
            known = [name for name in columns if name in frame]
            for row in _records(frame, known):
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
                if row.get("change_type") == "fix":
                    for file in self.files[sha]:
                        if category(file["path"]) == "code":
                            fixes[file["path"]].append(when)
                if not row["is_bot"] and not row["is_merge"]:
                    window.append(size)
                    insort(sizes, size)
                    if len(window) > WINDOW:
                        sizes.pop(bisect_left(sizes, window.popleft()))


_FILE_COLUMNS = ["sha", "path", "old_path", "status", "insertions", "deletions"]


def _records(frame: pd.DataFrame, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield rows as dictionaries, missing values as None."""
    lists = []
    for name in columns:
        values = frame[name].astype(object)
        lists.append(values.where(values.notna(), None).tolist())
    for values in zip(*lists, strict=True):
        yield dict(zip(columns, values, strict=True))


class _Links:
    """How the commits of a range speak of one another."""

    def __init__(
        self,
        history: History,
        facts: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]],
        files: Mapping[str, Sequence[Mapping[str, Any]]],
    ) -> None:
        self.said: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
        rows = list(
            _records(history.commits, ["sha", "subject", "change_type", "is_merge"])
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
            if other["sha"] in told or other["change_type"] not in _CAUSES:
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


#: What a fix of the same day may repair.
_CAUSES = ("feat", "refactor", "perf", "fix")


def _statements(row: Mapping[str, Any], around: _Surroundings) -> Iterator[Statement]:
    """Yield all that can be said of a commit, for a reader of every field."""
    facts = around.facts.get(row["sha"], {})
    files = around.files.get(row["sha"], [])
    yield from _summary(row, facts)
    yield from _scope(row, files, around)
    yield from _from_facts(facts, breaking=bool(row.get("breaking")))
    yield from _quality(row, files, facts, around)
    for key, values in around.links.said.get(row["sha"], ()):
        yield Statement("links", key, values)


def _summary(row: Mapping[str, Any], facts: _Facts) -> Iterator[Statement]:
    """Yield what the message says, in its own words."""
    tier = str(row["importance"])
    said = parse(row["subject"], row["body"], is_merge=bool(row["is_merge"]))
    title = re.sub(r"\s*\(#\d+\)$", "", said.text).strip() or row["subject"]
    body = "" if row["is_merge"] else row["body"]
    words = ""
    if tier != "low":
        words = prose.lead(body, limit=WORDS[tier], subject=row["subject"])
    if title:
        yield Statement("summary", "says", {"text": title})
    if words and words.rstrip(".").lower() != title.rstrip(".").lower():
        yield Statement("summary", "explains", {"text": words})
    note = _breaking_note(row) if row.get("breaking") else ""
    if note:
        yield Statement("advice", "breaking_note", {"text": note})
    if row.get("change_type") == "perf" or row.get("security"):
        claims = [
            text
            for text in prose.sentences(body)
            if _MEASURED.search(text) and len(text) < 300
        ]
        if claims and row.get("change_type") == "perf":
            yield Statement("performance", "author_measured", {"text": claims[0]})
    if row.get("security"):
        names = dict.fromkeys(_ADVISORY.findall(f"{row['subject']}\n{body}"[:20_000]))
        if names:
            yield from _named("security", "advisories", [str(name) for name in names])
        else:
            yield Statement("security", "security_said", {})


_MEASURED = re.compile(
    r"\d(?:[\d.,]*\d)?\s?(?:%|x\b|×|ms\b|µs\b|us\b|ns\b|s\b|MB|GB|KB|MiB|GiB|tok)"
)
_ADVISORY = re.compile(r"\b(?:CVE-\d{4}-\d{4,7}|GHSA(?:-[0-9a-z]{4}){3})\b")
_BREAKING = re.compile(
    r"^[ \t]*\**BREAKING[ -]CHANGES?\**[ \t]*:?[ \t]*\n?"
    r"(.+(?:\n(?!\s*\n|[\w-]+: ).+)*)",
    re.MULTILINE | re.IGNORECASE,
)


def _breaking_note(row: Mapping[str, Any]) -> str:
    found = _BREAKING.search(row["body"][:20_000])
    if not found:
        return ""
    return prose.lead(found[1], limit=300)


def _scope(
    row: Mapping[str, Any], files: Sequence[Mapping[str, Any]], around: _Surroundings
) -> Iterator[Statement]:
    """Yield the areas touched, and the size against what is usual."""
    groups: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for file in files:
        groups[area(file["path"]) or "/"].append(file)

    def weight(item: tuple[str, list[Mapping[str, Any]]]) -> tuple[int, int, str]:
        name, some = item
        lines = sum((f["insertions"] or 0) + (f["deletions"] or 0) for f in some)
        return -lines, -len(some), name

    ranked = sorted(groups.items(), key=weight)
    for name, some in ranked[:NAMES]:
        shown = some[0]["path"] if len(some) == 1 else name
        values = {
            "area": Code(shown),
            "n": len(some),
            "added": sum(f["insertions"] or 0 for f in some),
            "removed": sum(f["deletions"] or 0 for f in some),
        }
        yield Statement("scope", "one_file" if len(some) == 1 else "area", values)
    if len(ranked) > NAMES:
        rest = ranked[NAMES:]
        yield Statement(
            "scope", "more_areas",
            {"n": len(rest), "files": sum(len(some) for _, some in rest)},
        )  # fmt: skip
    rank, window = around.size_rank.get(row["sha"], (0, 0))
    if files and window >= 20 and not row["is_bot"]:
        percent = 100 * rank // window
        if percent >= 50:
            yield Statement("scope", "size", {"percent": percent, "window": window})


_Facts = Mapping[str, Sequence[Mapping[str, Any]]]

#: Kinds that are told by name: kind -> field. One message each, named alike.
_BY_NAME = (
    ("symbol_added", "architecture"),
    ("symbol_removed", "architecture"),
    ("option_added", "architecture"),
    ("option_removed", "architecture"),
    ("env_added", "architecture"),
    ("env_removed", "architecture"),
    ("config_added", "architecture"),
    ("config_removed", "architecture"),
    ("schema_changed", "architecture"),
    ("deprecated", "maintainability"),
)

#: Kinds that are told one by one, with the value before and after.
_BY_VALUE = (
    ("dependency_added", "summary"),
    ("dependency_removed", "summary"),
    ("dependency_changed", "summary"),
    ("platform_changed", "summary"),
    ("locked_changed", "summary"),
    ("default_changed", "architecture"),
    ("symbol_changed", "architecture"),
    ("condition_changed", "architecture"),
)

#: What a reader has to do: kind -> message of advice, told by name.
_ADVICE = (
    ("symbol_removed", "callers_of_removed"),
    ("symbol_changed", "callers_of_changed"),
    ("option_removed", "users_of_option"),
    ("env_removed", "users_of_env"),
    ("config_removed", "users_of_config"),
    ("migration", "run_migration"),
)


_EXPORTS = ("symbol_removed", "symbol_changed")


def _from_facts(facts: _Facts, *, breaking: bool) -> Iterator[Statement]:
    """Yield what the diff shows."""
    for fact in facts.get("mechanical", ()):
        yield Statement("summary", f"only_{fact['name']}", {})
    for kind, field in _BY_NAME:
        yield from _named(field, kind, [f["name"] for f in facts.get(kind, ())])
    manifests = {f["name"] for kind in _DIRECT for f in facts.get(kind, ())}
    for kind, field in _BY_VALUE:
        told = [
            fact
            for fact in facts.get(kind, ())
            if kind != "locked_changed" or fact["name"] not in manifests
        ]
        for fact in told[:NAMES]:
            values = {key: Code(fact[key]) for key in ("name", "old", "new")
                      if fact[key] is not None}  # fmt: skip
            message = _with_values(kind, values)
            if message:
                yield Statement(field, message, values)
        if len(told) > NAMES:
            yield Statement(field, f"more_{kind}", {"n": len(told) - NAMES})
    for kind, key in _ADVICE:
        if kind in _EXPORTS and not breaking:
            continue  # exported inside a project; nobody outside need use it
        yield from _named("advice", key, [f["name"] for f in facts.get(kind, ())])
    for fact in facts.get("default_changed", ())[:2]:
        if None in (fact["old"], fact["new"]):
            continue
        values = {key: Code(fact[key] or "") for key in ("name", "old", "new")}
        yield Statement("advice", "keep_default", values)
    for fact in facts.get("platform_changed", ()):
        if fact["old"] and fact["new"]:
            values = {key: Code(fact[key]) for key in ("name", "old", "new")}
            yield Statement("advice", "platform_needed", values)


_DIRECT = ("dependency_added", "dependency_removed", "dependency_changed")


#: Kinds that say something without a version, too.
_BARE = {
    "dependency_added": ("new",),
    "dependency_removed": (),
    "dependency_changed": ("old", "new"),
    "locked_changed": ("old", "new"),
    "platform_changed": ("old", "new"),
}


def _with_values(kind: str, values: Mapping[str, Any]) -> str | None:
    """Return the message of a kind for the values that are known."""
    if all(key in values for key in _BARE.get(kind, ("old", "new"))):
        return kind
    return f"{kind}_bare" if kind in _BARE else None


def _named(field: str, key: str, names: Iterable[str]) -> Iterator[Statement]:
    """Yield one statement with the first names, and how many more there are."""
    told = list(dict.fromkeys(name for name in names if name))
    if told:
        values = {
            "names": tuple(map(Code, told[:NAMES])),
            "n": len(told),
            "more": max(0, len(told) - NAMES),
        }
        yield Statement(field, key, values)


_TEST_FILE = re.compile(r"test|spec", re.IGNORECASE)


def _quality(
    row: Mapping[str, Any],
    files: Sequence[Mapping[str, Any]],
    facts: _Facts,
    around: _Surroundings,
) -> Iterator[Statement]:
    """Yield what there is on tests, and on files that were fixed lately."""
    kinds = Counter(category(file["path"]) for file in files)
    tests = sorted(f["path"] for f in files if category(f["path"]) == "test")
    added = sum(int(f["name"]) for f in facts.get("tests_added", ()))
    lines = sum(
        (f["insertions"] or 0) + (f["deletions"] or 0)
        for f in files
        if category(f["path"]) == "code"
    )
    if added:
        yield Statement("maintainability", "tests_added", {"n": added})
    elif tests and kinds["code"]:
        # Those that hold tests rather than what tests read, first.
        tests.sort(key=lambda path: not _TEST_FILE.search(path.rpartition("/")[2]))
        shown = tuple(map(Code, tests[:2]))
        values = {"names": shown, "n": len(tests), "more": len(tests) - len(shown)}
        yield Statement("maintainability", "tests_changed", values)
    mechanical = "mechanical" in facts
    if kinds["code"] and not tests and lines >= 10 and not added and not mechanical:
        yield Statement("risk", "tests_missing", {"n": kinds["code"], "lines": lines})
    often = [item for item in around.fixed_before.get(row["sha"], ()) if item[1] >= 2]
    for path, times in often[:2]:
        values = {"name": Code(path), "n": times, "days": RECENT_DAYS}
        yield Statement("risk", "fixed_lately", values)
