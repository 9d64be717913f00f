"""Facts from messages, files and diffs together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commitlens import load_history, schema
from commitlens.evidence import KINDS, from_patch, gather_evidence
from commitlens.testing import RepositoryBuilder, make_history


def patch(path, lines, context="", head=""):
    """Return a patch of one file with one hunk."""
    start = f"diff --git a/{path} b/{path}\n{head}--- a/{path}\n+++ b/{path}\n"
    return f"{start}@@ -1,9 +1,9 @@ {context}\n{lines}\n".encode()


def facts(path, lines, **rest):
    """Return (kind, name, old, new) of a patch of one file."""
    return [row[:4] for row in from_patch(patch(path, lines, **rest))]


@pytest.mark.parametrize(
    ("path", "lines", "expected"),
    [
        (
            "src/a.py",
            "+def load(a):\n+    pass",
            [("symbol_added", "load", None, None)],
        ),
        (
            "src/a.py",
            "-def load(a):\n-    pass",
            [("symbol_removed", "load", None, None)],
        ),
        (
            "src/a.py",
            "-def load(a):\n+def load(a, b=1):",
            [("symbol_changed", "load", "def load(a)", "def load(a, b=1)")],
        ),
        ("src/a.py", "-def load(a, b):\n+def load(\n+    a,\n+    b,\n+):", []),
        (
            "src/a.py",
            " def load(\n     a,\n+    b,\n ):",
            [("symbol_changed", "load", "def load(a)", "def load(a, b)")],
        ),
        (
            "src/a.py",
            "+class A:\n+    def run(self):\n+        pass",
            [("symbol_added", "A", None, None)],
        ),
        ("docs/a.py", "+def load(a):", []),
        (
            "src/a.py",
            '+    parser.add_argument(\n+        "--page-size",\n+    )',
            [("option_added", "--page-size", None, None)],
        ),
        (
            "src/a.py",
            '-    parser.add_argument("-p", "--page")',
            [("option_removed", "--page", None, None)],
        ),
        (
            "cli.py",
            '+@click.option("-v", "--verbose")',
            [("option_added", "--verbose", None, None)],
        ),
        (
            "src/cli.ts",
            "+  .option('-p, --port <n>', 'x')",
            [("option_added", "--port", None, None)],
        ),
        (
            "cmd/x.go",
            '+\tcmd.Flags().StringVarP(&x, "config", "c", "", "")',
            [("option_added", "--config", None, None)],
        ),
        (
            "src/x.rs",
            '+    .arg(Arg::new("x").long("locked"))',
            [("option_added", "--locked", None, None)],
        ),
        (
            "builtin/x.c",
            '+\t\tOPT_BOOL(0, "resolved", &r, N_("x")),',
            [("option_added", "--resolved", None, None)],
        ),
        (
            "src/a.py",
            '+x = os.environ.get("APP_MODE")\n+os.environ["APP_SET"] = "1"',
            [("env_added", "APP_MODE", None, None)],
        ),
        (
            "src/a.ts",
            "-  if (process.env.APP_MODE) {}",
            [("env_removed", "APP_MODE", None, None)],
        ),
        (
            "src/a.rs",
            '+    let x = env::var("APP_MODE");',
            [("env_added", "APP_MODE", None, None)],
        ),
        (
            "src/a.py",
            "-TIMEOUT = 30\n+TIMEOUT = 60",
            [("default_changed", "TIMEOUT", "30", "60")],
        ),
        (
            "src/a.go",
            "-const maxIdle = 5 * time.Second\n+const maxIdle = 9 * time.Second",
            [("default_changed", "maxIdle", "5 * time.Second", "9 * time.Second")],
        ),
        (
            "src/a.h",
            "-#define MAX_SIZE 10\n+#define MAX_SIZE 20",
            [("default_changed", "MAX_SIZE", "10", "20")],
        ),
        (
            "src/a.py",
            "-    timeout: int = 30\n+    timeout: int = 60",
            [("default_changed", "timeout", "30", "60")],
        ),
        (
            "src/a.py",
            ' p.add_argument(\n     "--port",\n-    default=80,\n+    default=81,',
            [("default_changed", "--port", "80", "81")],
        ),
        ("conf/app.yaml", "+other: 1", []),
        (
            "conf/config.yaml",
            "-port: 80\n+port: 81",
            [("default_changed", "port", "80", "81")],
        ),
        ("conf/config.yaml", "+maxAge: 80", [("config_added", "maxAge", None, None)]),
        ("src/a.py", "-    found = 1\n+    found = 2", []),
        ("src/a.py", '-__version__ = "1.0.0"\n+__version__ = "1.1.0"', []),
        ("src/a.py", '-NAME = "a long text"\n+NAME = "another text"', []),
        ("tests/test_a.py", "-TIMEOUT = 30\n+TIMEOUT = 60", []),
        (
            "tests/test_a.py",
            "+def test_a():\n+def test_b():",
            [("tests_added", "2", None, None)],
        ),
        (
            "tests/test_a.py",
            "-def test_a():\n+def test_b():",
            [("tests_added", "1", None, None), ("tests_removed", "1", None, None)],
        ),
        (
            "src/a.rs",
            "-    #[test]\n-    fn works() {",
            [("inline_tests", None, None, "100"), ("tests_removed", "1", None, None)],
        ),
        (
            "src/a.py",
            "-    if a:\n+    if a and b:",
            [("condition_changed", None, "a", "a and b")],
        ),
        (
            "src/a.c",
            "-\tif (!ret)\n+\tif (!ret && n)",
            [("condition_changed", None, "!ret", "!ret && n")],
        ),
        (
            "src/a.rs",
            "-    if let Some(x) = a\n+    if let Some(x) = b && c\n         .d() {",
            [],
        ),
        ("src/a.py", "-    if a.get(b):\n+    if c.get(b):", []),
        (
            "a/h2c.go",
            "+// Deprecated: use x.\n func NewHandler(h H) {",
            [("deprecated", "NewHandler", None, None)],
        ),
        (
            "src/a.py",
            "+    warn(\"'load' is deprecated\")",
            [("deprecated", "load", None, None)],
        ),
        (
            "api/x.proto",
            "+  string name = 3;",
            [("schema_changed", "api/x.proto", None, None)],
        ),
        (
            "api/x.proto",
            "+  // why",
            [("mechanical", "comments", None, None), ("comments", None, None, "100")],
        ),
        ("src/a.py", "-SIZE = 5.0\n+SIZE = 5", []),
        ("src/a.c", "-\tif (a)\n+\tif (b->a)", []),
        (
            "src/a.ts",
            "+/** @deprecated use b */\n a?: string\n }\n export class B {",
            [],
        ),
        ("src/a.py", "+    warn(\"'x' inside 'load' is deprecated\")", []),
    ],
)
def test_a_diff_shows_its_facts_and_no_more(path, lines, expected):
    """What moves, is reformatted, or is nobody's setting is no fact."""
    assert facts(path, lines) == expected


def test_what_moves_to_another_file_is_neither_added_nor_removed():
    """The name is still there."""
    moved = patch("src/a.py", "-def load(a):") + patch("src/b.py", "+def load(a):")

    assert from_patch(moved) == []


def test_a_new_migration_is_told_by_its_name():
    """Only when it is new: an old one is changed for other reasons."""
    path = "app/migrations/0002_users.py"

    assert ("migration", "0002_users.py", None, None) in facts(
        path, "+x = 1", head="new file mode 100644\n"
    )
    assert facts(path, "+y(1)") == []


def test_a_diff_without_context_has_facts_too():
    """Less is shown, and nothing wrong is said."""
    lines = '-version = "1.11.0"\n+version = "1.11.1"'

    assert facts("Cargo.lock", lines) == [("mechanical", "lock", None, None)]


@given(st.binary(max_size=600))
def test_any_bytes_give_known_kinds(noise):
    """A diff may hold anything."""
    for path in ("src/a.py", "src/a.go", "package.json", "conf/values.yaml", "x.h"):
        rows = from_patch(patch(path, "") + b"+" + noise.replace(b"\n", b"\n+"))

        assert {row[0] for row in rows} <= KINDS.keys()


@pytest.mark.parametrize(
    "piece",
    [
        b"a ",
        b"(",
        b"pub ",
        b'"',
        b"a=",
        b"export ",
        b" ",
        b"os.environ[",
        b"\\",
        b"@a ",
        b"public A ",
        b"/// ",
        b"    a: A[] | ",
        b"class AConfig:",
        b"#[arg(long, default_value=1)] /// ",
        b"sub_cli_get_env_",
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "src/a.py",
        "a.ts",
        "a.rs",
        "a.h",
        "a.java",
        "go.mod",
        "package.json",
        "values.yaml",
        "a.c",
        "pyproject.toml",
    ],
)
def test_hostile_lines_take_linear_time(path, piece):
    """One huge line and many long ones end soon; the suite would hang otherwise."""
    lines = b"-" + piece * 60000 + b"\n" + (b"+" + piece * 150 + b"\n") * 150

    assert isinstance(from_patch(patch(path, "") + lines), list)


def test_facts_of_a_repository(tmp_path):
    """Messages and diffs end in one frame, in the order of the commits."""
    builder = RepositoryBuilder(tmp_path / "demo")
    first = builder.commit("feat: load", {"src/a.py": "def load(a):\n    return a\n"})
    builder.branch("side")
    second = builder.commit(
        "fix: x\n\nFixes #3", {"src/a.py": "def load(a, b):\n    1\n"}
    )
    builder.checkout("main")
    merge = builder.merge("side", message="Merge pull request #9 from me/side")
    history = load_history(builder.path, data=tmp_path / "data")

    told = gather_evidence(history)

    assert history.facts is None
    assert list(told.facts.columns) == list(schema.FACTS)
    rows = told.facts[told.facts["kind"] != "words"].drop(columns="repo").fillna("")
    assert rows.to_numpy().tolist() == [
        [first, "symbol_added", "load", "", "", "src/a.py"],
        [second, "fixes_issue", "#3", "", "", ""],
        [second, "symbol_changed", "load", "def load(a)", "def load(a, b)", "src/a.py"],
        [merge, "pull_request", "#9", "", "", ""],
    ]


def test_a_literal_history_has_the_facts_of_its_messages():
    """Where no repository is, no diff is asked for."""
    told = gather_evidence(make_history([{"subject": "fix: x (#4)"}, {"subject": "y"}]))

    assert told.facts[["kind", "name"]].to_numpy().tolist() == [["pull_request", "#4"]]


def test_an_empty_history_has_no_facts():
    """And the columns all the same."""
    told = gather_evidence(make_history([]))

    assert told.facts.dtypes.to_dict() == (
        schema.frame([], schema.FACTS).dtypes.to_dict()
    )
