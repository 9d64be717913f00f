"""What happened on one day only: by whom, in which words, to which files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from words import AREAS, PACKAGES, shape, test_shape

Changes = Mapping[str, str | bytes | None]
#: At which hour (UTC), by whom, in which words, and what changes.
Event = tuple[float, str, str, Callable[[Any], Changes]]

#: A picture of two grey boxes: a binary file, made of bytes nobody drew.
LOGO = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 3


def project(version: str, python: str) -> str:
    """Return the project's manifest."""
    needs = "".join(f'    "{name}>=1.0",\n' for name in PACKAGES)
    return (
        f'[project]\nname = "ferry"\nversion = "{version}"\n'
        f'requires-python = ">={python}"\ndependencies = [\n{needs}]\n\n'
        '[project.scripts]\nferry = "ferry.cli.commands:main"\n'
    )


def begin(story: Any) -> Changes:
    """Return the files of the first commit."""
    chance = story.random.random
    files: dict[str, str | bytes | None] = {
        "README.md": "# ferry\n\nMoves files between stores, on time.\n",
        "LICENSE": "Do with it as you please.\n",
        "pyproject.toml": project("0.0.1", "3.9"),
        "ferry.lock": "".join(f"{name} 1.0\n" for name in PACKAGES),
        "CHANGELOG.md": "# Changelog\n",
        ".gitignore": "__pycache__/\n",
        ".mailmap": "Ingrid Solberg <ingrid@ferry.example> <ingrid@solberg.example>\n",
        "ferry/__init__.py": '"""Moves files between stores."""\n',
        "docs/faq.md": "# Questions\n",
        "docs/zh/guide.md": "# 使用指南\n",
        "docs/logo.png": LOGO,
        "tests/conftest.py": '"""Things every test needs."""\n',
    }
    for area in AREAS.values():
        files[area.page] = f"# {area.says.capitalize()}\n"
        for path in area.paths:
            text = f'"""{area.says.capitalize()}."""\n'
            stem = path.rpartition("/")[2].partition(".")[0]
            for verb in ("open", "close", "list"):
                text += shape(f"{verb}_{stem}", area.thing, chance)
            # The storage modules lived elsewhere at first.
            files[path.replace("/storage/", "/store/")] = text
    return {p: c for p, c in files.items() if not p.startswith("ferry/web/")}


def web(story: Any) -> Changes:
    """Return the first files of the dashboard."""
    area = AREAS["web"]
    files: dict[str, str | bytes | None] = {"ferry/web/__init__.py": ""}
    for path in area.paths:
        stem = path.rpartition("/")[2].partition(".")[0]
        files[path] = f'"""{area.says.capitalize()}."""\n' + "".join(
            shape(f"{verb}_{stem}", area.thing, story.random.random)
            for verb in ("answer", "check", "list")
        )
    return files


def move_store(story: Any) -> Changes:
    """Move the storage modules to the folder of their name."""
    files = story.main.files
    old = [path for path in files if path.startswith("ferry/store/")]
    new = {path.replace("/store/", "/storage/"): files[path] for path in old}
    return new | dict.fromkeys(old)


def replaced(old: str, new: str, *paths: str) -> Callable[[Any], Changes]:
    """Return a change that puts `new` for `old` in files, at their end if absent."""

    def change(story: Any) -> Changes:
        texts = {path: story.text(story.main, path) for path in paths}
        return {
            path: text.replace(old, new) if old and old in text else f"{text}\n{new}\n"
            for path, text in texts.items()
        }

    return change


def added(
    area: str, path: str, *names: str, page: str = ""
) -> Callable[[Any], Changes]:
    """Return a change that adds functions, their tests, and words on a page."""

    def change(story: Any) -> Changes:
        text = story.text(story.main, path)
        where = f"tests/test_{path.rpartition('/')[2]}"
        tests = story.text(story.main, where)
        for name in names:
            text += shape(name, AREAS[area].thing, story.random.random)
            tests += test_shape(name, story.random.random)
        made = {path: text, where: tests.lstrip("\n")}
        if page:
            made[page] = f"{story.text(story.main, page)}\n{names[0]} is new.\n"
        return made

    return change


def edited(*paths: str, times: int = 1) -> Callable[[Any], Changes]:
    """Return a change of a few lines in each of some files."""

    def change(story: Any) -> Changes:
        made = {}
        for path in paths:
            text = story.text(story.main, path)
            for _ in range(times):
                text = story.edit(text)
            made[path] = text
        return made

    return change


def headers(story: Any) -> Changes:
    """Put a line at the top of every Python file."""
    line = "# Part of ferry; see LICENSE.\n"
    free = set(story.main.files) - story.locked()
    return {
        path: line + story.text(story.main, path)
        for path in sorted(free)
        if path.endswith((".py", ".md", ".yml", ".toml"))
    }


def rewritten(story: Any) -> Changes:
    """Write the scheduler anew, in the words of its new author."""
    chance = story.random.random
    made: dict[str, str | bytes | None] = {}
    for path in AREAS["scheduler"].paths:
        stem = path.rpartition("/")[2].partition(".")[0]
        made[path] = '"""When a transfer runs: one loop, and leases for workers."""\n'
        for verb in ("plan", "claim", "renew", "drop", "finish", "report", "wake",
                     "drain", "place"):  # fmt: skip
            made[path] += shape(f"{verb}_{stem}", "transfer", chance)
    return made


def locked(story: Any) -> Changes:
    """Raise two dependencies at once."""
    return story.bump(story.main)[3]


def undone(subject: str) -> Callable[[Any], Changes]:
    """Return a change that takes back the commit of that subject."""

    def change(story: Any) -> Changes:
        story.undone, before = story.landed[subject]
        return before

    return change


SECURITY = "docs/security.md"

EVENTS: dict[dt.date, tuple[Event, ...]] = {
    dt.date(2024, 8, 5): ((9, "mara", "Initial commit", begin),),
    dt.date(2024, 8, 7): (
        (
            9,
            "mara",
            "Run the tests on every push",
            replaced(
                "", "name: tests\non: [push]\njobs:\n", ".github/workflows/test.yml"
            ),
        ),
    ),
    dt.date(2024, 9, 9): ((22, "tomas", "Add a dashboard with a small API", web),),
    dt.date(2024, 11, 18): (
        (
            22,
            "tomas",
            "[web] Escape names on every page (XSS vulnerability)\n\n"
            "A transfer could be called `<script>`.",
            edited("ferry/web/views.py", "ferry/web/api.py"),
        ),
    ),
    dt.date(2025, 1, 6): (
        (
            8,
            "ingrid",
            "docs: ask for Conventional Commits from now on",
            replaced("", "Subjects follow Conventional Commits.", "CONTRIBUTING.md"),
        ),
    ),
    dt.date(2025, 2, 17): (
        (
            2.5,
            "lin",
            "refactor(storage): move ferry/store to ferry/storage",
            move_store,
        ),
    ),
    dt.date(2025, 3, 11): (
        (
            2.5,
            "lin",
            "fix(storage)!: refuse names that leave their folder (path traversal)\n\n"
            "A name with `..` in it was written elsewhere.\n\n"
            "BREAKING CHANGE: names that begin with a slash are an error now.",
            added(
                "storage",
                "ferry/storage/objects.py",
                "check_object_name",
                page=SECURITY,
            ),
        ),
    ),
    dt.date(2025, 4, 14): (
        (
            8,
            "ingrid",
            "feat(config)!: rename `retries` to `retry.limit`\n\n"
            "BREAKING CHANGE: `retries` in a settings file is refused, with a hint.",
            added(
                "config",
                "ferry/config/reader.py",
                "read_retry_limit",
                page="docs/configuration.md",
            ),
        ),
    ),
    dt.date(2025, 6, 24): (
        (
            8,
            "ingrid",
            "feat(cli)!: `ferry copy` is `ferry send` now\n\n"
            "BREAKING CHANGE: scripts that call `ferry copy` must be changed.",
            added("cli", "ferry/cli/commands.py", "send_command", page="docs/cli.md"),
        ),
        (
            9.5,
            "priya",
            "fix(web): end sessions when a password changes (security)",
            edited("ferry/web/session.py", times=2),
        ),
    ),
    dt.date(2025, 7, 28): (
        (
            15,
            "jonah",
            "refactor(scheduler)!: plan transfers in one loop\n\n"
            "Workers asked the queue one by one, and two could take one transfer.\n"
            "One loop plans now, and a lease says who works on what.\n\n"
            "BREAKING CHANGE: `workers` is replaced by `leases.limit`.",
            rewritten,
        ),
        (
            17.3,
            "jonah",
            "feat(scheduler): lease transfers to workers\n\n"
            "A lease ends by itself when a worker dies.",
            added(
                "scheduler",
                "ferry/scheduler/leases.py",
                "grant_lease",
                "revoke_lease",
                page="docs/scheduling.md",
            ),
        ),
    ),
    dt.date(2025, 8, 6): (
        (
            4,
            "chen",
            "perf(scheduler): 缓存租约查询结果\n\n每个周期少查询一次。",
            edited("ferry/scheduler/leases.py", times=3),
        ),
        (
            15,
            "jonah",
            'Revert "perf(scheduler): 缓存租约查询结果"\n\n'
            "This reverts commit {story.undone}.\n\nWorkers saw leases that had ended.",
            undone("perf(scheduler): 缓存租约查询结果"),
        ),
    ),
    dt.date(2025, 10, 8): (
        (
            6,
            "priya",
            "fix(web): do not log session tokens\n\n"
            "Whoever reads the log could act as the user.",
            edited("ferry/web/session.py", "ferry/web/api.py"),
        ),
    ),
    dt.date(2025, 10, 21): (
        (
            4,
            "chen",
            "feat(storage)!: 清单格式升级到第二版\n\n"
            "BREAKING CHANGE: 旧版本无法读取新的清单，请先升级所有节点。",
            added(
                "storage",
                "ferry/storage/objects.py",
                "read_manifest_two",
                "write_manifest_two",
                page="docs/storage.md",
            ),
        ),
    ),
    dt.date(2025, 11, 12): (
        (8, "ingrid", "style: put the licence line at the top of every file", headers),
    ),
    dt.date(2025, 12, 9): (
        (
            4,
            "chen",
            "fix(config)!: 密钥文件权限过宽时拒绝启动（安全加固）\n\n"
            "BREAKING CHANGE: 所有人可读的密钥文件现在会报错。",
            added("config", "ferry/config/reader.py", "check_secret", page=SECURITY),
        ),
    ),
    dt.date(2026, 1, 19): (
        (
            6,
            "priya",
            "build!: drop Python 3.9 and 3.10\n\n"
            "BREAKING CHANGE: Python 3.11 is the oldest that works.",
            replaced(
                'requires-python = ">=3.9"',
                'requires-python = ">=3.11"',
                "pyproject.toml",
            ),
        ),
    ),
    dt.date(2026, 2, 10): (
        (3.2, "deps", "build(deps): {story.bumped}", locked),
        (
            2.5,
            "lin",
            "fix(storage): 修复并发上传时丢失最后一个分片的问题\n\n"
            "Fixes: {story.cause}",
            edited("ferry/storage/objects.py", "ferry/storage/base.py", times=2),
        ),
        (
            4,
            "chen",
            "feat(scheduler)!: 用优先级取代先进先出\n\n"
            "急需的传输不再排在批量任务之后。\n\n"
            "BREAKING CHANGE: `queue.order` 不再接受 `fifo`，请改用 `priority`。",
            added(
                "scheduler",
                "ferry/scheduler/queue.py",
                "rank_transfer",
                "promote_transfer",
                page="docs/scheduling.md",
            ),
        ),
        (
            6,
            "priya",
            "perf(metrics): count samples without a lock\n\n"
            "A scrape of 5,000 series takes 40 ms instead of 310 ms on my machine.",
            edited("ferry/metrics/counters.py", times=3),
        ),
        (
            8,
            "ingrid",
            "docs(cli): show a dry run before the first transfer",
            replaced(
                "", "Try `ferry send --dry-run` first: it moves nothing.", "docs/cli.md"
            ),
        ),
        (
            15,
            "jonah",
            "fix(web): compare tokens in constant time against timing attacks\n\n"
            "How long an answer took said how much of a token was right.",
            edited("ferry/web/session.py", "ferry/web/api.py"),
        ),
        (
            17.3,
            "jonah",
            'Revert "perf(metrics): count samples without a lock"\n\n'
            "This reverts commit {story.undone}.\n\nSamples were lost under load.",
            undone("perf(metrics): count samples without a lock"),
        ),
        (
            4.8,
            "lin",
            "docs: 更新中文指南中的优先级说明",
            replaced("", "优先级高的传输先执行。", "docs/zh/guide.md"),
        ),
        (
            8.3,
            "priya",
            "ci: give the nightly job 90 minutes",
            replaced(
                "",
                "  nightly:\n    timeout-minutes: 90\n",
                ".github/workflows/nightly.yml",
            ),
        ),
    ),
}
