"""Facts read from a commit's message, files and diff.

A fact that is wrong is worse than one that is missing: what the lines of a
change do not show is not said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from . import schema
from .change_types import classify
from .commands import commands
from .conditions import conditions
from .diffs import FileDiff, mechanical, read_patch
from .fields import fields
from .makeup import shares
from .manifests import dependencies
from .paths import category
from .public_names import public_names
from .references import Fact, from_message
from .settings import config_keys, defaults, options
from .symbols import declared, tests
from .variables import environment
from .word_weights import code_words

if TYPE_CHECKING:
    from .history import History

#: The closed set of kinds of facts: kind -> what a row of it says.
KINDS: dict[str, str] = {
    "reverts": "takes back the commit `name`, or the one whose subject is `new`",
    "fixes_issue": "closes the issue `name`",
    "fixes_commit": "repairs what the commit `name`, of subject `new`, did",
    "cherry_picked_from": "is the commit `name` again, on another branch",
    "pull_request": "came by the pull request `name`",
    "issue": "mentions the issue or pull request `name`",
    "co_author": "was written together with `name`",
    "symbol_added": "declares the public name `name`",
    "symbol_removed": "no longer declares the public name `name`",
    "symbol_changed": "changes the signature of `name` from `old` to `new`",
    "command_added": "defines the command `name`",
    "command_removed": "no longer defines the command `name`",
    "option_added": "defines the command-line option `name`",
    "option_removed": "no longer defines the command-line option `name`",
    "env_added": "reads the environment variable `name`",
    "env_removed": "no longer reads the environment variable `name`",
    "default_changed": "changes the value of `name` from `old` to `new`",
    "config_added": "has a new configuration key `name`",
    "config_removed": "no longer has the configuration key `name`",
    "dependency_added": "needs `name`, at `new`",
    "dependency_removed": "no longer needs `name`, which was at `old`",
    "dependency_changed": "needs `name` at `new`, no longer at `old`",
    "locked_changed": "locks `name` at `new`, no longer at `old`",
    "platform_changed": "runs on or is built with `name` `new`, no longer `old`",
    "migration": "brings the database migration `name`",
    "schema_changed": "changes the schema in `name`",
    "tests_added": "adds `name` tests",
    "tests_removed": "removes `name` tests",
    "deprecated": "marks `name` as deprecated",
    "condition_changed": "decides by `new` what it decided by `old`",
    "mechanical": "is nothing but a change of `name`",
    "comments": "changes code by comments and documentation, `new` percent of it",
    "inline_tests": "changes tests that stand inside code, `new` percent of it",
    "words": "has more of the words `new` in code than before, and fewer of `old`",
}

#: Bytes of a patch that are read; what is longer was not written by hand.
LIMIT = 1_000_000

#: A file with more new or lost keys was written anew, not changed.
_REWRITTEN = 15
_NAMES = ("command", "option", "env", "config")


def gather_evidence(history: History, *, progress: bool | None = None) -> History:
    """Read facts from every commit's message, files and diff.

    Parameters
    ----------
    history : History
        As loaded. Of a repository that is not in ``history.repositories`` only
        messages are read.
    progress : bool, optional
        As in `commitlens.progress.bar`.

    Returns
    -------
    History
        With ``facts``: one row a fact (`commitlens.schema.FACTS`), in the order
        of the commits; ``kind`` is one of `KINDS`. Change types and scores that are
        there are replaced by those in the light of the facts.

    Raises
    ------
    InputError
        ``history.commits`` lacks a column.

    Examples
    --------
    >>> history = gather_evidence(load_history(".", since="2026-01-01"))
    >>> history.facts.query("kind == 'option_added'")[["sha", "name", "path"]]
    """
    import pandas as pd

    from .progress import bar

    commits = history.commits
    needed = ["repo", "sha", "subject", "body", "trailers", "author_name", "is_bot",
              "is_merge"]  # fmt: skip
    schema.require_columns(commits, needed, made_by="load_history()")
    columns = {name: commits[name].tolist() for name in needed}
    names = {
        name: "/".join((source.web_url or name).split("/")[-2:])
        for name, source in history.repositories.items()
    }
    facts: list[list[Fact]] = [
        from_message(
            _str(subject), _str(body), _pairs(trailers),
            repo=names.get(repo, _str(repo)),
            author=_str(author), is_bot=bool(is_bot),
        )
        for repo, _, subject, body, trailers, author, is_bot, _ in zip(
            *columns.values(), strict=True
        )
    ]  # fmt: skip
    with bar("evidence", len(facts), show=progress) as watched:
        for name, rows in _by_repository(columns["repo"], columns["is_merge"]):
            source = history.repositories.get(name)
            if source is None:
                watched.update(len(rows))
                continue
            shas = [columns["sha"][row] for row in rows]
            patches = source.diffs(shas, context=3, limit=LIMIT)
            for row, (_, patch) in zip(rows, patches, strict=True):
                facts[row] += _told(patch)
                watched.update()
    table: dict[str, list[Any]] = {name: [] for name in schema.FACTS}
    for repo, sha, found in zip(columns["repo"], columns["sha"], facts, strict=True):
        table["repo"] += [repo] * len(found)
        table["sha"] += [sha] * len(found)
        for position, name in enumerate(("kind", "name", "old", "new", "path")):
            table[name] += [fact[position] for fact in found]
    frame = pd.DataFrame(
        {
            name: pd.Series(table[name], dtype=schema.pandas_dtype(kind))
            for name, (kind, _) in schema.FACTS.items()
        }
    )
    history = history.replace(facts=frame)
    if "change_type" in commits:
        history = classify(history)
    if "importance_score" in commits:
        from .importance import rate

        history = rate(history)
    return history


def _by_repository(
    repos: list[str], merges: list[bool]
) -> Iterator[tuple[str, list[int]]]:
    rows: dict[str, list[int]] = {}
    for index, (repo, is_merge) in enumerate(zip(repos, merges, strict=True)):
        if not is_merge:
            rows.setdefault(repo, []).append(index)
    yield from rows.items()


def _str(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _pairs(trailers: Any) -> list[tuple[str, str]]:
    if not isinstance(trailers, Iterable):
        return []
    return [(_str(pair["key"]), _str(pair["value"])) for pair in trailers]


def from_patch(patch: bytes) -> list[Fact]:
    """Read the facts that a patch shows.

    Parameters
    ----------
    patch : bytes
        What ``git diff-tree -p -M`` prints for one commit. Three lines of
        context show more than none.

    Returns
    -------
    list of (kind, name, old, new, path)

    Examples
    --------
    >>> from_patch(patch)
    [('symbol_added', 'load', None, None, 'src/app.py')]
    """
    return _facts(read_patch(patch), whole=_is_whole(patch))


def _told(patch: bytes) -> list[Fact]:
    """Return the facts of a patch, and the words of its code."""
    files, whole = read_patch(patch), _is_whole(patch)
    rows = _facts(files, whole=whole)
    if whole:
        lost, gained = code_words(f for f in files if f.category == "code" and f.body)
        if lost or gained:
            rows.append(("words", None, " ".join(lost), " ".join(gained), None))
    return rows


def _is_whole(patch: bytes) -> bool:
    # What lies beyond the limit could have taken back what lies before it.
    return len(patch) < LIMIT - 100


def _facts(files: list[FileDiff], *, whole: bool) -> list[Fact]:
    rows: list[Fact] = []
    if whole:
        if kind := mechanical(files):
            rows.append(("mechanical", kind, None, None, None))
        rows += shares(files)
    rows += _dependencies(files)
    if whole:
        code = [f for f in files if f.category == "code" and f.body]
        rows += public_names(code)
        rows += _settings(files)
        rows += _schemas(files)
        rows += _deprecated(code)
        rows += _tests(files)
        rows += conditions(code)
    return list(dict.fromkeys(rows))


_AROUND = ("example", "test", "docs", "benchmark")
_PACKAGE = re.compile(r"@?[A-Za-z0-9][\w.-]*(?:/[\w.-]+)*")


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.lower())


def _named(files: list[FileDiff], side: int) -> set[str]:
    """Return the words of removed (0) or added (1) lines of manifests."""
    return {
        _plain(word)
        for file in files
        if file.category == "dependency"
        for block in _blocks(file)
        for line in block[side]
        for word in _PACKAGE.findall(line)
    }


def _dependencies(files: list[FileDiff]) -> Iterator[Fact]:
    told: set[tuple[str | None, ...]] = set()
    rows = [
        (kind, name, old, new, file.path)
        for file in files
        for kind, name, old, new in (dependencies(file) if file.body else ())
    ]
    stays = {
        "dependency_removed": _named(files, 1),
        "dependency_added": _named(files, 0),
    }
    # The product comes before what surrounds it, and what people wrote before
    # what tools made of it.
    for row in sorted(
        rows, key=lambda row: (row[0] == "locked_changed", category(row[4]) in _AROUND)
    ):
        kind, name, old, new, _ = row
        if _plain(name) in stays.get(kind, ()):
            continue  # it moved to another manifest
        if kind in ("dependency_changed", "locked_changed", "platform_changed"):
            if (name, old, new) in told:
                continue
            told.add((name, old, new))
        yield row


_DEVELOPERS = re.compile(
    r"(?:^|/)(?:scripts?|tools?|hack|dev|ci|xtask|fuzz(?:er|ing)?|[\w-]+-(?:dev|test|scripts?))/"
)
_QUOTED = re.compile(r"[\"']([A-Z][A-Z0-9_]+)[\"']")


def _settings(files: list[FileDiff]) -> Iterator[Fact]:
    """Yield options, environment variables, keys and defaults."""
    sides: dict[str, tuple[dict[str, str], dict[str, str]]] = {
        n: ({}, {}) for n in _NAMES
    }
    changed: list[Fact] = []
    for file in files:
        if file.category not in ("code", "config") or not file.body:
            continue
        if _DEVELOPERS.search(file.path):
            continue
        for hunk in file.hunks:
            both = [_names(file, side, hunk.context) for side in (hunk.old, hunk.new)]
            for found, declared_here in zip(both, fields(file, hunk), strict=True):
                found["config"] += declared_here
            for name in _NAMES:
                same = set(both[0][name]) & set(both[1][name])
                for side, found in zip(sides[name], both, strict=True):
                    for item in found[name]:
                        if item not in same:
                            side.setdefault(item, file.path)
        if file.status not in "AD":
            changed += [
                ("default_changed", name, old, new, file.path)
                for name, old, new in defaults(file)
            ]
    _also_named(files, sides["env"])
    for name, (old, new) in sides.items():
        if name == "config" and len(old.keys() ^ new.keys()) > _REWRITTEN:
            continue
        for item, path in new.items():
            if item not in old:
                yield f"{name}_added", item, None, None, path
        for item, path in old.items():
            if item not in new:
                yield f"{name}_removed", item, None, None, path
    yield from changed


def _also_named(
    files: list[FileDiff], sides: tuple[dict[str, str], dict[str, str]]
) -> None:
    """Add to each side what the other reads and it names, read by other means."""
    apart = sides[0].keys() ^ sides[1].keys()
    if not apart:
        return
    for file in files:
        if file.category != "code" or _DEVELOPERS.search(file.path):
            continue
        for removed, added in _blocks(file):
            for side, lines in zip(sides, (removed, added), strict=True):
                for name in apart.intersection(_QUOTED.findall("\n".join(lines))):
                    side.setdefault(name, file.path)


def _names(file: FileDiff, lines: list[str], context: str) -> dict[str, list[str]]:
    code = file.category == "code"
    text = "\n".join(lines) if code else ""
    return {
        "command": commands(file, lines, context) if code else [],
        "option": options(file.suffix, text) if code else [],
        "env": environment(file.path, text) if code else [],
        "config": config_keys(file, lines),
    }


_MIGRATION = re.compile(
    r"(?:^|/)(?:migrations?|db/migrate|alembic/versions|versions/migrations)"
    r"/(?:[^/]+/)?([^/]*\d[^/]*\.(?:py|sql|rb|ts|js|go|php|rs|cs|java|exs))$"
    r"|(?:^|/)migrations/([^/]+)/(?:up|migration)\.sql$"
)
_SCHEMA = re.compile(
    r"\.(?:proto|graphqls?|gql|thrift|avsc|fbs|xsd|prisma|capnp)$"
    r"|(?:^|/)(?:openapi|swagger)[\w.-]*\.(?:ya?ml|json)$|\.schema\.json$"
    r"|(?:^|/)(?:schema|structure)\.(?:rb|sql)$",
    re.IGNORECASE,
)


def _schemas(files: list[FileDiff]) -> Iterator[Fact]:
    for file in files:
        if file.category in ("test", "example", "vendored", "docs") or not file.body:
            continue
        if file.status == "A" and (match := _MIGRATION.search(file.path)):
            yield "migration", match[1] or match[2], None, None, file.path
        elif _SCHEMA.search(file.path) and not _only_comments(file):
            yield "schema_changed", file.path, None, None, file.path


def _blocks(file: FileDiff) -> Iterator[tuple[list[str], list[str]]]:
    for hunk in file.hunks:
        yield from hunk.blocks


def _only_comments(file: FileDiff) -> bool:
    sides = ([[x.strip() for x in y] for y in block] for block in _blocks(file))
    if all(removed == added for removed, added in sides):
        return True
    lines = (x.strip() for r, a in _blocks(file) for x in (*r, *a))
    return all(not x or x.startswith(("//", "#", "/*", "* ", "--")) for x in lines)


def _tests(files: list[FileDiff]) -> Iterator[Fact]:
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for file in files:
        # Rust keeps tests beside the code.
        if file.body and (file.category == "test" or file.suffix == ".rs"):
            for hunk in file.hunks:
                before.update(tests(file.suffix, hunk.old))
                after.update(tests(file.suffix, hunk.new))
    added, removed = (after - before).total(), (before - after).total()
    if added:
        yield "tests_added", str(added), None, None, None
    if removed:
        yield "tests_removed", str(removed), None, None, None


_MARK = re.compile(
    r"@deprecated\b|#\[deprecated\b|@Deprecated\b|\[\[deprecated\b|^\s*\[Obsolete\b"
    r"|^\s*//\s*Deprecated:|@(?:typing_extensions\.|warnings\.)?deprecated\("
)
#: What may stand between a mark and what it marks.
_BETWEEN = ("*", "//", "/*", "#[", "@", "since", "note", ")]", '"', "///")
_SAID = re.compile(
    r"(?<!in )(?<!inside )(?<!within )(?<!of )(?<!under )(?<!use )"
    r"[\"'`]([A-Za-z_-][\w.:-]{1,60})[\"'`]"
    r"(?:\s(?:option|argument|parameter|function|method|class|flag|property|setting))?"
    r"\s(?:is|are|has been)\s(?:now\s)?deprecated"
)


def _deprecated(files: list[FileDiff]) -> Iterator[Fact]:
    before: set[str] = set()
    after: dict[str, str] = {}
    for file in files:
        if b"eprecated" not in file.body and b"[Obsolete" not in file.body:
            continue
        for hunk in file.hunks:
            before.update(_marked(file, hunk.old, hunk.context))
            for name in _marked(file, hunk.new, hunk.context):
                after.setdefault(name, file.path)
    for name, path in after.items():
        if name not in before:
            yield "deprecated", name, None, None, path


def _marked(file: FileDiff, lines: list[str], context: str) -> Iterator[str]:
    for index, line in enumerate(lines):
        if match := _SAID.search(line):
            yield match[1]
        elif _MARK.search(line):
            outer = next((x for x in lines[index::-1] if x[:1].isalpha()), context)
            for below in range(index + 1, min(index + 9, len(lines))):
                if lines[below].strip().startswith(_BETWEEN):
                    continue
                if found := declared(file.suffix, lines[below : below + 1], outer):
                    yield found[0][0]
                break
