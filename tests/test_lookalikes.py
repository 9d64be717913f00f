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


def within(path, context, lines):
    """Return (kind, name) of one hunk that git says to be in a context."""
    head = f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n"
    text = f"{head}@@ -1,9 +1,9 @@ {context}\n" + "\n".join(lines) + "\n"
    told = ("symbol_added", "symbol_removed", "condition_changed", "comments")
    return [row[:2] for row in from_patch(text.encode()) if row[0] not in told]


@pytest.mark.parametrize(
    ("path", "context", "lines", "expected"),
    [
        ("src/a.py", "class RunConfig(Base):", ["+    depth: int = 3"],
         [("config_added", "depth")]),
        ("src/a.py", "class RunConfig(Base):", ["", "+    on_end: str | None = None"],
         [("config_added", "on_end")]),
        ("src/a.py", "class RunConfig(Base):", ["+    note: the depth of it"], []),
        ("src/a.py", "class RunConfig(Base):",
         ['     """Set it.', "+    note: int", '     """'], []),
        ("src/a.py", "class RunResult(Base):", ["+    depth: int = 3"], []),
        ("src/a.py", "def run(config):", ["+    depth: int = 3"], []),
        ("src/a.py", "", ["+class RunConfig(Base):", "+    depth: int = 3"], []),
        ("src/kernels/a.py", "class RunConfig:", ["+    depth: int = 3"], []),
        ("pkg/a.go", "type RunConfig struct {", ['+\tDepth int `yaml:"depth"`'],
         [("config_added", "depth")]),
        ("pkg/a.go", "type JobSpec struct {",
         ['-\tDepth *int `json:"depth,omitempty"`'],
         [("config_removed", "depth")]),
        ("pkg/a.go", "type RunResponse struct {", ['+\tDepth int `json:"depth"`'], []),
        ("internal/a.go", "type RunConfig struct {", ['+\tDepth int `yaml:"depth"`'],
         []),
        ("pkg/gates.go", "var defaults = map[string]Spec{",
         ["+\tQuickPath: {Default: false},"], [("config_added", "QuickPath")]),
        ("src/a.ts", "export interface RunOptions {", ["+  depth?: number"],
         [("config_added", "depth")]),
        ("src/a.ts", "export interface RunOptions {",
         ["+  /** @internal */", "+  depth?: number"], []),
        ("src/a.ts", "interface RunOptions {", ["+  depth?: number"], []),
        ("src/a.ts", "export interface ResolvedOptions {", ["+  depth?: number"], []),
        ("src/a.rs", "pub struct RunOptions {",
         ["+    #[serde(default)]", "+    pub depth: u8,"],
         [("config_added", "depth")]),
        ("src/a.rs", "pub struct RunOptions {", ["+    pub depth: u8,"], []),
        ("src/Keys.java", "class Keys {",
         ['+    public static final String DEPTH_CONFIG = "run.depth";'],
         [("config_added", "run.depth")]),
        ("src/RunConfig.cs", "class RunConfig", ['+    [JsonPropertyName("depth")]'],
         [("config_added", "depth")]),
        ("src/Answer.cs", "class Answer", ['+    [JsonPropertyName("depth")]'], []),
        ("src/config.c", "",
         ['+    createBoolConfig("deep", NULL, M, s.deep, 0, N, N),'],
         [("config_added", "deep")]),
        ("options-table.c", "", ['+\t{ .name = "deep",'], [("config_added", "deep")]),
        ("src/parse.c", "", ['+\t{ .name = "deep",'], []),
    ],
)  # fmt: skip
def test_a_field_is_a_setting_where_its_type_holds_settings(
    path, context, lines, expected
):
    """Fields of answers, of new types and of what stays inside are no settings."""
    assert within(path, context, lines) == expected


@pytest.mark.parametrize(
    ("path", "context", "lines", "expected"),
    [
        ("src/a.rs", "struct Args {",
         ["+    #[clap(long, env)]", "+    max_depth: u8,"],
         [("option_added", "--max-depth")]),
        ("src/a.rs", "struct Args {",
         ["+    /// How deep.", "+    #[arg(", "+        long,", '+     help = "x")]',
          "+    pub max_depth: u8,"], [("option_added", "--max-depth")]),
        ("src/a.rs", "struct Args {", ["+    #[arg(short, help = \"a, long, b\")]",
                                       "+    max_depth: u8,"], []),
        ("src/a.rs", "struct Args {", ["     #[clap(long)]", "+    #[doc(hidden)]",
                                       "     max_depth: u8,"], []),
        ("src/a.rs", "", ['+    #[bpaf(long("max-depth"), hide)]'],
         [("option_added", "--max-depth")]),
        ("src/a.cc", "", ['+DEFINE_double(ratio, 0.5, "Share");'],
         [("option_added", "--ratio")]),
        ("src/a.cc", "",
         ['-DEFINE_double(ratio, 0.5, "A");', '+DEFINE_double(ratio, 0.9, "A");'],
         [("default_changed", "--ratio")]),
        ("src/a.cc", "",
         ['-DEFINE_double(ratio, 0.5, "A");', '+DEFINE_double(ratio, 0.5, "B");'],
         []),
        ("src/a.rs", "struct Args {",
         ["-    #[arg(long, default_value = 3)]",
          "+    #[arg(long, default_value = 4)]",
          "     max_depth: u8,"], [("default_changed", "--max-depth")]),
        ("src/a.rs", "struct Args {",
         ["-    #[arg(default_value_t = 3)]", "+    #[arg(default_value_t = 4)]",
          "     max_depth: u8,"], []),
        ("src/a.go", "",
         ['+\ta.Flag("web.depth", "How deep.").Default("3").IntVar(&x)'],
         [("option_added", "--web.depth")]),
        ("src/App.cs", "", ['+  var x = new Option<bool>("--depth", "-d") {'],
         [("option_added", "--depth")]),
        ("src/App.php", "", ["+  $this->addOption('depth', null)"],
         [("option_added", "--depth")]),
        ("src/a.rs", "impl Default for RunConfig {",
         ["-            quick: true,", "+            quick: false,"],
         [("default_changed", "quick")]),
        ("src/a.rs", "impl RunConfig {",
         ["-            quick: true,", "+            quick: false,"], []),
        ("src/a.rs", "impl Default for RunConfig {",
         ["-        let n = 1;", "+        let n = 2;"], []),
        ("src/a.ts", "export const defaultOptions = {",
         ["-  quick: true,", "+  quick: false,"], [("default_changed", "quick")]),
        ("src/a.go", "func DefaultConfig() *Config {",
         ["-\t\tDepth: 3,", "+\t\tDepth: 4,"], [("default_changed", "Depth")]),
    ],
)  # fmt: skip
def test_an_option_is_read_as_each_language_defines_it(path, context, lines, expected):
    """Options and their defaults are told; attributes that say neither are not."""
    assert within(path, context, lines) == expected


@pytest.mark.parametrize(
    ("path", "lines", "expected"),
    [
        ("src/a.py", ['+x = self._environ.get("APP_MODE")'],
         [("env_added", "APP_MODE")]),
        ("src/a.py", ["+x = env_to_bool(", "+    'APP_MODE',"],
         [("env_added", "APP_MODE")]),
        ("src/a.py", ['+@option("-m", envvar="APP_MODE")'],
         [("env_added", "APP_MODE")]),
        ("src/a.py", ['-x = os.getenv("APP_MODE")', '+x = Variable("APP_MODE").read()'],
         []),
        ("src/a.rs", ['+    cmd.env("APP_MODE", "1");'], []),
        ("src/env_vars.rs", ['+    pub const APP_MODE: &\'static str = "APP_MODE";'],
         [("env_added", "APP_MODE")]),
        ("src/columns.rs", ['+    pub const APP_MODE: &str = "APP_MODE";'], []),
        ("src/env_vars.rs", ['+    pub const APP_MODE: &str = "MODE_A";'], []),
        ("src/a.go", ['+\tx := env.ParseNumFromEnv("APP_MODE", 1, 0, 9)'],
         [("env_added", "APP_MODE")]),
        ("src/a.go", ['+\tenvMode = "APP_MODE"'], [("env_added", "APP_MODE")]),
        ("src/a.cpp", ['+  auto x = GetEnvOr<int>("APP_MODE", 1);'],
         [("env_added", "APP_MODE")]),
        ("config/a.php", ["+  'mode' => env('APP_MODE', 1),"],
         [("env_added", "APP_MODE")]),
        ("src/a.py", ['+set_env("APP_MODE", "1")'], []),
    ],
)  # fmt: skip
def test_a_variable_is_told_when_it_is_read(path, lines, expected):
    """One that is set for others, or only read by other means, is no news."""
    assert within(path, "", lines) == expected


@pytest.mark.parametrize(
    ("path", "context", "lines", "expected"),
    [
        ("src/cli.py", "", ['+@cli.command("dig")', "+def go():"], ["dig"]),
        ("src/cli.py", "", ["+@main.command()", '+@option("-x")', "+def dig_up():"],
         ["dig-up"]),
        ("src/chat.py", "", ["+@bot.command()", "+async def dig(ctx):"], []),
        ("src/cli.py", "", ['+    subparsers.add_parser("dig")'], ["dig"]),
        ("src/dig.py", "class DigCommand(Base):", ['+    name = "dig"'], ["dig"]),
        ("src/dig.py", "class Dig(Base):", ['+    name = "dig"'], []),
        ("cmd/a.go", "", ['+\t\tUse:   "dig [flags]",'], ["dig"]),
        ("cmd/a.go", "", ['+\texec.Command("git", "Show me")'], []),
        ("src/a.rs", "enum Commands {", ["+    Fit(FitArgs),"], ["fit"]),
        ("src/a.rs", "enum Commands {", ["+    #[command(hide = true)]", "+    DigUp,"],
         ["dig-up"]),
        ("src/a.rs", "enum Command {", ["+    Stop,"], []),
        ("src/a.rs", "enum Commands {",
         ["+    #[command(hide = true)]", "     Fit(FitArgs),"], []),
        ("src/a.rs", "", ['+    Command::new("git").arg("x");'], []),
        ("src/cli.ts", "", ["+  .command('dig <what>', 'Dig.')"], ["dig"]),
        ("src/db.ts", "", ["+  await db.command('dig')"], []),
        ("src/Dig.php", "class Dig", ["+  protected $signature = 'ground:dig {--x}';"],
         ["ground:dig"]),
        ("git.c", "", ['+\t{ "dig", cmd_dig, RUN_SETUP },'], ["dig"]),
        ("src/App.cs", "", ['+  var x = new Command("dig", "Dig.");'], ["dig"]),
        ("src/App.cs", "", ['+  var x = new SqlCommand("select");'], []),
        ("tests/cli.py", "", ['+@cli.command("dig")'], []),
    ],
)  # fmt: skip
def test_a_command_is_told_where_a_program_defines_it(path, context, lines, expected):
    """Processes that are started and messages that are sent are no commands."""
    told = within(path, context, lines)
    assert told == [("command_added", name) for name in expected]
    back = [line.replace("+", "-", 1) for line in lines]
    if expected:
        assert within(path, context, back) == [("command_removed", expected[0])]
