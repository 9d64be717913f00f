"""Change types from the message and the paths, in the habits of many projects."""

import pandas as pd
import pytest

from commitlens.change_types import classify
from commitlens.errors import InputError
from commitlens.schema import CHANGE_TYPES, CLASSIFIED, pandas_dtype
from commitlens.testing import make_history

CODE = "src/app/core.py"


def one(subject, *paths, body="", **row):
    """Classify one commit and return its row."""
    files = [{"path": path, "insertions": 9, "deletions": 4} for path in paths]
    history = make_history([{"subject": subject, "body": body, "files": files} | row])
    return classify(history).commits.iloc[0]


SUBJECTS = {
    "feat": [
        "feat(api): add a retry budget (#12)",
        "Feat: tracing",
        "[Feat][Gateway] typed routes",
        "[Add] a probe of the gateway",
        "feat[1/n]: the engine",
        "ENH: rolling windows over times",
        "✨ dark mode",
        ":sparkles: dark mode",
        "net/http: add a field",
        "Allow customization of the banner",
        "sync: expose counts of readers",
        "Support for shared accounts",
        "新增：支持多模型",
        "[Frontend] Support tables",
        'Reapply "feat: add a retry budget"',
        'Revert "Revert "feat: add a retry budget""',
    ],
    "fix": [
        "fix: race in shutdown",
        "Fix: nil map",
        "FIX(core): nil map",
        "[Bugfix][Core] wrong offsets",
        "[Core][Bugfix] wrong offsets",
        "BUG: fix wrong offsets",
        "🐛 wrong offsets",
        "codec: avoid overflowing sixteen bits",
        "x86/mm: Fix a use-after-free",
        "io: write buffers correctly in a crash",
        "Handle missing limits",
        "Don't lose data on disconnect",
        "修复 空指针异常",
        "chore: fix deadlock in pool",
        "bugfix: 解决登录问题",
        "html: memory leak in the reader",
        "(fix) wrong offsets",
        "fixup! fix: race in shutdown",
        "PROJ-123: fix wrong offsets",
        "repair: prevent a panic",
    ],
    "perf": [
        "[Web] Avoid array-buffer record copies (#2)",
        "perf: cache lookups",
        "html: speed up the reader",
        "[Performance] fewer syscalls",
        "Reduce memory usage of the index",
        "性能优化：减少锁竞争",
        "⚡️ faster lookups",
    ],
    "refactor": [
        "refactor(ctx): make paths explicit",
        "Rename Foo to Bar",
        "store-file: move `write_loose()`",
        "Remove unused helpers",
        "[NFC] extract a function",
        "重构：拆分模块",
        "♻️ split the module",
        "io: simplify the check of lengths",
    ],
    "docs": ["docs: explain retries", "Fix typo in comment", "doc: explain retries"],
    "style": ["style: sort imports", "cargo fmt", "chore: fix clippy warnings"],
    "build": [
        "build(deps): bump serde from 1.0.1 to 1.0.2",
        "Bump serde from 1.0.1 to 1.0.2",
        "fix(deps): update all non-major dependencies",
        "chore(deps): update dependency left-pad to v2.0.0",
        "go.mod: update all dependencies",
        "⬆️ serde 2",
    ],
    "chore": [
        "v1.2.3",
        "Release 1.2",
        "release: v2.0.0-beta.2",
        "chore(release): 1.2.3",
        "Demo 2.55-rc1",
        "Bump version to 2.0",
        "chore: bump to 1.2.3; update changelog",
        "chore: prepare Demo v1.52.2 (#81)",
        "create-demo@7.1.3",
        "bump: version 1.2.3 → 1.3.0",
        "Start version 3.1.2",
        "Bump package version",
        "Bump up version to 0.18.0",
        "Bump Demo version to 6.4.13",
    ],
    "revert": [
        'Revert "feat: add a retry budget"',
        "revert: feat: add a retry budget",
        "[Revert] retry budget",
        "fix: revert the new resolver",
        "⏪ retry budget",
        "回滚 重试",
    ],
}


@pytest.mark.parametrize("expected", SUBJECTS)
def test_subjects_of_many_habits_over_code(expected):
    """Over a commit that touches code, the words of the author decide."""
    found = {subject: one(subject, CODE).change_type for subject in SUBJECTS[expected]}
    assert found == dict.fromkeys(SUBJECTS[expected], expected)


@pytest.mark.parametrize(
    ("subject", "paths", "expected"),
    [
        ("fix: cache the wheel", [".github/workflows/ci.yml"], "ci"),
        ("fix: wrong service name", ["docs/guide.md", "README.md"], "docs"),
        ("feat: cover retries", ["tests/test_retry.py"], "test"),
        ("[Bugfix] cover retries", ["tests/test_retry.py", "CHANGELOG.md"], "test"),
        ("fix: pin left-pad", ["pyproject.toml", "uv.lock"], "build"),
        ("update", ["yarn.lock"], "build"),
        ("bump actions/checkout from 3 to 4", [".github/workflows/a.yml"], "ci"),
        ("[Docs][Bugfix] wrong offsets", [CODE], "fix"),
        ("[Docs][Bugfix] wrong offsets", ["README.md"], "docs"),
        ("[CI/Build] bump python", [".github/workflows/ci.yml", "Dockerfile"], "ci"),
        ("Update de.po", ["po/de.po"], "docs"),
        ("fix: arguments of the image", ["Dockerfile"], "build"),
        ("feat: retries", [CODE, "docs/guide.md", "tests/test_a.py"], "feat"),
        ("Update README.md", ["README.md"], "docs"),
    ],
)
def test_paths_outrank_a_prefix_where_they_leave_no_doubt(subject, paths, expected):
    """Only documents, tests, workflows or manifests: the files decide."""
    assert one(subject, *paths).change_type == expected


@pytest.mark.parametrize(
    ("subject", "body", "expected"),
    [
        ("Merge pull request #7 from ada/fix-foo", "feat: add foo\n\nLong.", "feat"),
        ("Auto merge of #9 - ada:topic, r=grace", "fix: wrong foo", "fix"),
        ("Merge branch 'topic'", "", "chore"),
        ("Merge branch 'fix/foo' into main", "", "fix"),
        ("Merge branch 'ab/foo'", "A crash of 'foo' has been fixed.", "fix"),
        ("Merge remote-tracking branch 'origin/main'", "", "chore"),
    ],
)
def test_merges_are_read_by_what_they_bring(subject, body, expected):
    """The title of the pull request counts, a bare merge is a chore."""
    row = one(subject, body=body, parents=["a" * 40, "b" * 40])
    assert row.change_type == expected
    assert row.type_confidence <= 0.9


@pytest.mark.parametrize(
    ("subject", "scope"),
    [
        ("feat(api): add x", "api"),
        ("[Engine][Bugfix] wrong x", "Engine"),
        ("net/http: add x", "net/http"),
        ("[Feat] Helm: add x", "Helm"),
        ("x86/mm: Fix x", "x86/mm"),
        ("Add x", None),
        ("docs: say x", None),
        ("Fix crash in foo: say x", None),
        ("fix: x", None),
    ],
)
def test_scope_is_what_the_author_names(subject, scope):
    """A scope comes from the prefix, and is missing where there is none."""
    found = one(subject, CODE).scope
    assert (None if pd.isna(found) else found) == scope


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("feat!: drop v1", ""),
        ("feat!(cli): drop v1", ""),
        ("feat(api)!: drop v1", ""),
        ("feat: drop v1", "Words.\n\nBREAKING CHANGE: v1 is gone"),
        ("feat: drop v1", "BREAKING-CHANGE: v1 is gone"),
        ("feat: drop v1", "**BREAKING CHANGE**: v1 is gone"),
        ("[Breaking] drop v1", ""),
        ("[API-breaking] drop v1", ""),
        ("BREAKING: drop v1", ""),
        ("BREAKING(web): drop v1", ""),
        ("Drop v1", "Nobody has it.\n\nThis is a **breaking change** for v1 clients."),
        ("Drop v1", "* first try\n* BREAKING(web): drop v1\n* tests"),
        ("Drop support for Python 3.8", ""),
        ("💥 drop v1", ""),
        ("core: backwards-incompatible change of the format", ""),
    ],
)
def test_breaking_changes_say_so(subject, body):
    """Marks, footers and strong phrases are heard."""
    assert one(subject, CODE, body=body).breaking


@pytest.mark.parametrize(
    ("subject", "path", "body"),
    [
        ("feat: no breaking change", CODE, ""),
        ("fix: breaking test", CODE, ""),
        ("fix line breaking in headers", CODE, ""),
        ("feat: x", CODE, "BREAKING CHANGE: none"),
        ("feat: x", CODE, "- [ ] Add `[BREAKING]` to the title if this is one"),
        ("feat: x", CODE, "This is not a breaking change."),
        ("feat: x", CODE, "I don't think this is a breaking change."),
        ("feat: x", CODE, "Say whether this introduces breaking changes."),
        ("feat: x", CODE, "- [ ] This PR introduces a breaking change"),
        ("feat: x", CODE, "* Breaking: none"),
        ("build(deps): bump acme to v2", "go.mod", "> * BREAKING: drop node 12"),
        ("build(deps): bump acme to v2", "go.mod", "* BREAKING: drop node 12"),
        ("feat: x", CODE, "BREAKING CHANGE: N/A"),
        ("feat: non-breaking change of x", CODE, ""),
        ("docs: list breaking changes", "docs/a.md", ""),
        ("BreakingChanges: clarify a sentence", "Documentation/B.adoc", ""),
        ("Remove support for Python 3.6 in tox.ini", "tox.ini", ""),
        ('Revert "feat!: drop v1"', CODE, ""),
        ("Remove deprecated call of foo()", CODE, ""),
    ],
)
def test_what_only_sounds_breaking_is_not(subject, path, body):
    """Denials, other senses of the word and documents do not count."""
    assert not one(subject, path, body=body).breaking


@pytest.mark.parametrize(
    ("subject", "path", "body", "expected"),
    [
        ("fix: CVE-2026-1234 in the parser", CODE, "", True),
        ("gateway: fix a vulnerability", CODE, "", True),
        ("fix: avoid path traversal", CODE, "", True),
        ("html: limit nesting", CODE, "Fixes CVE-2026-12345", True),
        ("build(deps): bump x from 1 to 2 [security]", "yarn.lock", "", True),
        ("sanitize user input in forms", CODE, "", True),
        ("build(deps): update the site for vulns", "yarn.lock", "", True),
        ("fix: refuse to write files outside the output folder", CODE, "", True),
        ("fix: prevent crash when running outside project root", CODE, "", False),
        ("fix: prevent clicks outside the root element", CODE, "", False),
        ("fix: block drawing outside of the clip path", CODE, "", False),
        ("Update module example.org/x/vuln to v1.2.0", "go.mod", "", False),
        ("🔒 reject unsigned tokens", "src/security/token.py", "", True),
        ("[Security] fix the voters", "src/Component/Security/Voter.php", "", False),
        ("[Security] fix XSS of names", "src/Component/Security/Name.php", "", True),
        ("docs: security policy", "SECURITY.md", "", False),
        ("Merge commit from fork", "src/app/core.py", "", True),
        ("Fix catastrophic backtracking", "src/app/core.py", "", True),
        ("feat: add auth to the client", CODE, "", False),
        ("fix: sanitize docker tags", CODE, "", False),
        ("feat: count tokens", CODE, "", False),
        ("ci: run the address sanitizer", ".github/workflows/a.yml", "", False),
        ("test: CVE-2026-1234", "tests/test_a.py", "", False),
    ],
)
def test_security_means_a_repair(subject, path, body, expected):
    """Security is flagged for repairs, not for the mere word."""
    assert bool(one(subject, path, body=body).security) is expected


def test_columns_dtypes_and_reasons():
    """The documented columns come with their dtypes, and nothing is changed."""
    lead = make_history([{"subject": "fix: a"}])
    history = make_history([{"subject": "feat: b"}, {"subject": ""}], lead=lead)
    before = history.commits.copy()
    typed = classify(history)
    for name, (kind, _) in CLASSIFIED.items():
        assert typed.commits[name].dtype == pandas_dtype(kind)
    pd.testing.assert_frame_equal(history.commits, before)
    assert typed.lead.commits["change_type"].tolist() == ["fix"]
    assert typed.commits["change_type"].isin(CHANGE_TYPES).all()
    assert typed.commits["type_confidence"].between(0, 1).all()
    assert typed.commits["type_reason"].str.len().gt(0).all()
    again = classify(typed)
    pd.testing.assert_frame_equal(again.commits, typed.commits)


def test_an_empty_history_is_classified():
    """No commits give the columns and no rows."""
    typed = classify(make_history([]))
    assert list(typed.commits.columns)[-len(CLASSIFIED) :] == list(CLASSIFIED)
    assert typed.commits.empty


def test_a_missing_column_is_named():
    """A frame of another shape gets an error that names the column."""
    history = make_history([{"subject": "x"}])
    broken = history.replace(commits=history.commits.drop(columns="subject"))
    with pytest.raises(InputError, match=r"no column 'subject'.*run load_history\(\)"):
        classify(broken)


@pytest.mark.parametrize(
    "subject",
    [
        "",
        " ",
        "a" * 1_000_000,
        "[" * 100_000,
        "(" * 100_000,
        "fix" * 100_000,
        ": " * 100_000,
        "a " * 200_000 + ":",
        "Revert " * 50_000,
        'Revert "' * 50_000,
        "bump " + "a " * 100_000 + "from 1",
        "[a]" * 50_000,
        ":a:" * 50_000,
        "\u202e\x00\ufeff",
        "🐛" * 10_000,
        "no " * 50_000 + "breaking change",
    ],
)
def test_hostile_messages_get_an_answer(subject):
    """No message makes a rule fail, or backtrack without end."""
    row = one(subject, CODE, body=subject)
    assert row.change_type in CHANGE_TYPES


@pytest.mark.parametrize(
    ("subject", "path", "kind"),
    [
        ("Update release notes", "docs/release-notes.md", "docs"),
        ("Update CHANGELOG for v1.4.0", "CHANGELOG.md", "docs"),
        ("demo-0.4.1", "Cargo.toml", "chore"),
        ("bump", "lib/demo/version.rb", "chore"),
        ("package.json update for demo release", "package.json", "chore"),
        ("Change Gradle version from 9.0.0 to 8.14.3", "settings.gradle", "build"),
        ("Fix PHPDoc of groupBy", "src/Query.php", "docs"),
        ("Fix crash on docstrings without a quote", "src/parse.py", "fix"),
        ("fmt", "src/lib.rs", "style"),
        ("eliminate a superfluous pass", "src/lib.rs", "refactor"),
        ("feat: show streaming", "examples/stream/main.py", "docs"),
        ("Update roadmap from 2025 to 2026", "ROADMAP.md", "docs"),
    ],
)
def test_upkeep_and_texts_are_what_they_are(subject, path, kind):
    """Release notes, releases, tools, comments and examples have their own types."""
    assert one(subject, path)["change_type"] == kind


def test_a_hole_that_is_closed_by_a_break_is_a_repair():
    """What breaks users is told as new, unless it repairs security."""
    subject = "fix(storage)!: refuse names that leave their folder (path traversal)"
    assert one(subject, CODE).change_type == "fix"


@pytest.mark.parametrize(
    ("subject", "path", "kind", "reason"),
    [
        ("How to wait", "docs/a.md", "docs", "only documentation is touched"),
        (
            "docs: how to",
            "docs/a.md",
            "docs",
            "the author's prefix 'docs' and the files",
        ),
        ("docs: 0.1.17", "docs/a.md", "docs", "what is told of a release, in words"),
        ("Update SPDX license headers", CODE, "chore", None),
        ('Partially Revert "Faster start"', CODE, "revert", "the subject says Revert"),
        ("update sdk version to 8.0.200", "global.json", "build", None),
        ("Update the runner version", ".github/workflows/a.yml", "ci", None),
        ("Bump version to 2.0", "setup.cfg", "chore", None),
        ("Bump blink version to 6.4", "package.json", "build", None),
        ("Make tests run with oneclient >= 4.16", "tests/test_a.py", "test", None),
        ("Bump demo/checker from 1.2 to 1.3", ".github/workflows/a.yml", "ci", None),
        ("[ci] format", "tests/test_a.py", "style", None),
    ],
)
def test_releases_notices_and_reverts_are_told_apart(subject, path, kind, reason):
    """What has a version or a notice in it is no release because of that."""
    row = one(subject, path)

    assert row.change_type == kind
    assert reason is None or row.type_reason == reason


def test_what_is_raised_in_code_is_no_dependency():
    """A limit or a link has a number too: only some words must mean taking in."""
    told = "a dependency update"
    assert one("Bump the memory limit to 128MiB", CODE).type_reason != told
    assert one("Bump zlib to 1.3.1", CODE, "uv.lock").type_reason == told
    assert one("Update zlib submodule to 1af8", "src/zlib").type_reason == told
    assert one("Roll Skia from abc1234 to def5678", "DEPS").type_reason == told


def test_a_dependency_beside_code_is_none_of_the_ci():
    """An update of the CI touches a linter's settings beside; not the product."""
    workflow = ".github/workflows/a.yml"
    told = "a dependency update of the CI"
    assert one("Bump the linter action", workflow, "ruff.toml").type_reason == told
    assert one("Bump minimum rust version to 1.87", workflow, CODE).type_reason != told


def test_a_test_of_security_does_not_undo_what_the_author_says():
    """The word names a part only where all of the code lies in that part."""
    row = one("security: compare in constant time", CODE, "tests/security/test_a.py")
    assert row.security


@pytest.mark.parametrize(
    "subject",
    ["Make lock release atomic", "Version 1.2 to 1.3 migration", "Start 2.5 s later"],
)
def test_a_word_of_releases_in_a_sentence_is_no_release(subject):
    """Locks are released too, and data goes from one version to another."""
    assert not one(subject, CODE).type_reason.startswith("release bookkeeping")
