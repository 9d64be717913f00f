"""Public names, tests and signatures, read from lines."""

from __future__ import annotations

import pytest

from commitlens import symbols
from commitlens.symbols import declared, is_public, same_signature


@pytest.mark.parametrize(
    ("suffix", "code", "context", "names"),
    [
        (".py", "def load(a):", "", ["load"]),
        (".py", "def _hidden(a):", "", []),
        (".py", "    def run(self):", "class Job(Base):", ["Job.run"]),
        (".py", "    def inner(self):", "def outer():", []),
        (".py", "        def inner(self):", "class Job:", []),
        (".py", "    def run(self):", "class _Job:", []),
        (".py", "@t.overload\ndef load(a: int): ...", "", []),
        (".ts", "export async function go(a: b) {", "", ["go"]),
        (".ts", "function go() {", "", []),
        (".ts", "export { a, b as c, type D }", "", ["a", "c", "D"]),
        (".js", "export default class Foo {}", "", ["Foo"]),
        (".rs", "pub fn go(a: &'static str) -> u8 {", "", ["go"]),
        (".rs", "pub(crate) fn go() {", "", []),
        (".rs", "    pub async fn go(&self) {", "impl<T: A> Foo<T> {", ["Foo::go"]),
        (".rs", "    pub fn go(&self) {", "impl fmt::Display for Foo {", ["Foo::go"]),
        (".rs", "    pub fn go() {", "mod tests {", []),
        (".go", "func (s *Server) Serve(l L) error {", "", ["Server.Serve"]),
        (".go", "func (s *server) Serve(l L) error {", "", []),
        (".go", "func serve() {", "", []),
        (".go", "\tModeFast Mode = 1", "const (", ["ModeFast"]),
        (".go", "\tField int", "type T struct {", []),
        (".java", "    public static <T> List<T> of(T a) {", "", ["of"]),
        (".java", "    private int of(T a) {", "", []),
        (".cs", "    public async Task<int> Go(int a)", "", ["Go"]),
        (".kt", "private fun go() {", "", []),
        (".kt", "suspend fun go() {", "", ["go"]),
        (".swift", "    public func go() {", "", ["go"]),
        (".h", "int strbuf_add(struct strbuf *sb, int n);", "", ["strbuf_add"]),
        (".h", "struct strbuf {", "", ["strbuf"]),
        (".h", "struct strbuf;", "", []),
        (".h", "\treturn strbuf_add(sb, n);", "", []),
        (".h", "return f(x);", "", []),
        (".c", "int strbuf_add(struct strbuf *sb) {", "", []),
        (".rb", "class Job < Base", "", ["Job"]),
        (".ex", "  defp go(a) do", "", []),
        (".php", "    public function go($a) {", "", ["go"]),
        (".txt", "def load(a):", "", []),
    ],
)
def test_a_language_says_what_is_public(suffix, code, context, names):
    """By its own rules, as far as lines show them."""
    assert [name for name, _ in declared(suffix, code.split("\n"), context)] == names


def test_a_signature_over_many_lines_is_one():
    """How it is broken into lines says nothing."""
    wide = declared(".py", ['def f(a, b="(", *, c=1) -> int:'], "")
    tall = declared(
        ".py", ["def f(", "    a,", '    b="(",', "    *,", "    c=1,", ") -> int:"], ""
    )

    assert wide == tall == [("f", 'def f(a, b="(", *, c=1) -> int')]


def test_a_signature_that_is_cut_is_unknown():
    """Half a signature would make a wrong fact."""
    assert declared(".py", ["def f(", "    a,"], "") == [("f", None)]


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("def f(a: int, b=1) -> int", "def f(a, b = 1)", True),
        ("def f(a: Optional[int] = None)", "def f(a: int | None = None)", True),
        ("def f(a, b=1)", "def f(a, b=2)", False),
        ("def f(a)", "def f(a, b)", False),
        ("def f(a)", "async def f(a)", False),
        ("class A(Base[T])", "class A(Base[T, U])", True),
        ("class A(Base)", "class A(Other)", False),
        ("pub fn f(a: u8,)", "pub fn f(a: u8)", True),
        ("pub fn f(a: u8)", "pub fn f(a: u16)", False),
    ],
)
def test_signatures_are_compared_by_what_they_take(old, new, same):
    """Formatting and the annotations of Python change nothing for a caller."""
    assert same_signature(old, new) is same


@pytest.mark.parametrize(
    ("path", "public"),
    [
        ("src/pkg/core.py", True),
        ("src/pkg/__init__.py", True),
        ("src/pkg/_compat.py", False),
        ("scripts/release.py", False),
        ("net/internal/x.go", False),
    ],
)
def test_private_places_declare_nothing_public(path, public):
    """Nobody imports from there."""
    assert is_public(path) is public


@pytest.mark.parametrize(
    ("suffix", "code", "count"),
    [
        (".py", "def test_a():\n    async def test_b(self):\ndef helper():", 2),
        (".ts", "it('a', () => {\n  test.skipIf(x)(\n    'b',\nexpect(1)", 2),
        (".rs", "#[test]\nfn a() {}\n#[tokio::test]\nasync fn b() {}\n#[derive(A)]", 2),
        (".go", "func TestA(t *testing.T) {\nfunc helper() {", 1),
        (".java", "  @Test\n  void a() {\n  @TestOnly", 1),
        (".cc", "TEST_F(Foo, Bar) {\nTESTING(x)", 1),
        (".sh", "test_expect_success 'a' '\n\ttest_cmp a b", 1),
        (".rb", "it 'works' do\n  item 'x'", 1),
        (".md", "def test_a():", 0),
    ],
)
def test_tests_are_counted_as_their_tools_do(suffix, code, count):
    """One entry a test."""
    assert len(symbols.tests(suffix, code.split("\n"))) == count
