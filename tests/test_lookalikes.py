"""Facts that would be wrong: shapes of change that only look like one."""

from __future__ import annotations

import pytest

from commitlens.evidence import KINDS, from_patch, gather_evidence
from commitlens.references import from_message
from commitlens.testing import RepositoryBuilder, make_history


def patch(*files):
    """Write a patch of (path, old lines, new lines), one hunk a file."""
    parts = []
    for path, old, new in files:
        body = [f"-{line}" for line in old] + [f"+{line}" for line in new]
        parts.append(
            f"diff --git a/{path} b/{path}\nindex 1..2 100644\n--- a/{path}\n"
            f"+++ b/{path}\n@@ -1,{len(old)} +1,{len(new)} @@\n"
            + "".join(f"{line}\n" for line in body)
        )
    return "".join(parts).encode()


def facts(*files):
    """Return (kind, name) of what a patch shows."""
    return [(kind, name) for kind, name, *_ in from_patch(patch(*files))]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("src/a.rs", "pub fn go(&self, options: Opt) -> Run {",
         "pub fn go(&self, _options: Opt) -> Run {"),
        ("src/a.rs", "pub fn go(id: core::Id) {", "pub fn go(id: workspace::Id) {"),
        ("lib/a.h", "int go(const char *fn, int mode);",
         "int go(const char *path, int mode);"),
        ("lib/a.h", "int go(struct repo *repo UNUSED);", "int go(struct repo *repo);"),
        ("src/A.java", "public int go(String fn) {", "public int go(String path) {"),
    ],
)  # fmt: skip
def test_another_name_of_a_parameter_is_no_other_signature(path, old, new):
    """Where callers pass by position, the names of parameters are not theirs."""
    assert facts((path, [old], [new])) == []


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("src/a.py", "def go(fn):", "def go(path):"),
        ("src/a.rs", "pub fn go(id: u32) {", "pub fn go(id: u64) {"),
        ("lib/a.h", "int go(const char *fn);", "int go(char *fn);"),
        ("lib/a.h", "int go(int a);", "int go(int a, int b);"),
        ("src/a.rs", "pub fn go(&mut self) {", "pub fn go(&self) {"),
        ("src/A.java", "public int go(String fn) {", "public int go(Path fn) {"),
        ("src/a.ts", "export function go(a: string) {",
         "export function go(a: number) {"),
    ],
)  # fmt: skip
def test_what_callers_pass_is_the_signature(path, old, new):
    """Types, counts and the names that Python's callers write are told."""
    assert facts((path, [old], [new])) == [("symbol_changed", "go")]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("src/a.py", ["class Info(Base):", "    x: int"],
         ["if TYPE_CHECKING:", "", "    class Info(Base):", "        x: int",
          "else:", "", "    class Info(dict):", "        x: int"]),
        ("src/a.py", ["def go():", "    pass"], ["from .b import go"]),
        ("src/a.py", ["class Go:", "    pass"],
         ["def __getattr__(name):", '    if name == "Go":', "        return _Go"]),
        ("lib/a.h", ["#define START { .a = 1 }"],
         ["#define START(algo) { .a = algo }"]),
    ],
)  # fmt: skip
def test_what_is_still_there_is_neither_new_nor_gone(path, old, new):
    """A name that the other side still speaks of is not lost."""
    told = facts((path, old, new))
    assert [row for row in told if row[0] in ("symbol_added", "symbol_removed")] == []


def test_a_dependency_that_moves_to_another_file_is_not_dropped():
    """Requirements that move into a manifest are needed as before."""
    files = [
        ("requirements/dev.in", ["tox"], []),
        ("pyproject.toml", [], ["[dependency-groups]", "dev = [", '    "tox",', "]"]),
    ]
    assert facts(*files) == []
    back = [(path, new, old) for path, old, new in files]
    assert facts(*back) == []


def test_the_products_own_manifest_is_named_first():
    """A fact that examples share is told of the product."""
    line = 'requires-python = ">=3.{}"'
    files = [
        (path, [line.format(8)], [line.format(10)])
        for path in ("examples/a/pyproject.toml", "pyproject.toml")
    ]
    assert from_patch(patch(*files)) == [
        ("platform_changed", "python", ">=3.8", ">=3.10", "pyproject.toml")
    ]


def test_a_moved_deprecation_is_no_news():
    """What another file said before is not marked today."""
    line = '    warnings.push("profile `doc` is deprecated");'
    assert facts(("src/a.rs", [line], []), ("src/b.rs", [], [line])) == []


def test_rules_of_a_cluster_are_no_settings():
    """Fields of a manifest are not keys that somebody sets."""
    told = facts(
        ("operator/config/rbac/role.yaml", [], ["  verbs:", "  - get"]),
        ("helm/values-example.yaml", [], ["tolerations: []"]),
    )
    assert told == []


def test_tests_whose_title_stands_below_are_counted():
    """A test that becomes conditional is still a test."""
    old = ["  test('a long title', async () => {", "  })"]
    new = ["  test.skipIf(slow)(", "    'a long title',", "    async () => {"]
    assert facts(("a.spec.ts", old, new)) == []
    assert facts(("a.spec.ts", [], old)) == [("tests_added", "1")]


@pytest.mark.parametrize(
    ("subject", "body", "unwanted"),
    [
        ("revert: initialize const value", "", "reverts"),
        ("xdiff: remove unused data",
         "Together with the last commit this effectively\nreverts 6d507bd41a.",
         "reverts"),
        ("watch: fix two bugs",
         "1. Wrong variable.\n2. Double output.\n\nFix #1 by checking the error.\n"
         "Fix #2 by removing the call.", "fixes_issue"),
        ("chore: bump", "<!-- hidden words that take some room here -->\n"
         "Bumps [a](b)\nfixes #12", "fixes_issue"),
        ("fix: x", "<!-- closes #12 -->", "fixes_issue"),
        ("fix: x", "This does not fix #12.", "fixes_issue"),
    ],
)  # fmt: skip
def test_words_that_only_look_like_a_reference(subject, body, unwanted):
    """A number of a list or the name of a command is no other commit or issue."""
    kinds = [kind for kind, *_ in from_message(subject, body)]
    assert unwanted not in kinds


@pytest.mark.parametrize(
    ("subject", "body", "name"),
    [
        ("Revert \"a\"", "This reverts commit 6d507bd41a.", "6d507bd41a"),
        ("revert: a change (#12) (#13)", "", None),
        ("revert: feat(x): a change", "", None),
        ("revert: 6d507bd41a", "", "6d507bd41a"),
    ],
)  # fmt: skip
def test_reverts_are_read(subject, body, name):
    """With a sha, a quoted or a prefixed subject, the author says it plainly."""
    rows = from_message(subject, body)
    assert [row[1] for row in rows if row[0] == "reverts"] == [name]


def test_kinds_are_closed_and_any_bytes_are_read(tmp_path):
    """A real history with hostile files gives known kinds and no error."""
    repo = RepositoryBuilder(tmp_path / "demo")
    repo.commit("one", {"a.py": b"\xff\xfe def x(:\n" * 50, "b.bin": b"\0" * 99})
    repo.commit("two", {"a.py": b"def f(a):\n    if a < 1:\n", 'é\t".js': "x(" * 9999})
    repo.commit("three", {"a.py": b"def f(a, b):\n    if a < 2:\n", "c.spec.ts": ""})
    repo.commit("four", {"a.py": None, "c.spec.ts": "test(\n", "go.mod": "require (\n"})
    from commitlens.history import load_history

    found = gather_evidence(
        load_history(repo.path, data=tmp_path / "data", progress=False)
    ).facts
    assert set(found["kind"]) <= set(KINDS)
    assert "symbol_changed" in set(found["kind"])


def test_literal_histories_have_facts_of_their_messages():
    """Without a repository, messages are read and nothing fails."""
    found = gather_evidence(
        make_history([{"subject": "a (#7)"}, {"parents": ["1", "2"]}])
    )
    assert found.facts["name"].tolist() == ["#7"]
