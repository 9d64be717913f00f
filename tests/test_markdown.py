"""What a commit wrote shows as it was written, and does nothing."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from commitlens.markdown import cell, clean, code, escape, label, link

ENGINE = MarkdownIt("commonmark", {"html": True, "linkify": True})
ENGINE.enable(["table", "strikethrough", "linkify"])
# As on GitHub: links are made of addresses and mail, not of names like "a.rs".
ENGINE.linkify.set({"fuzzy_link": False, "fuzzy_email": True})
ENGINE.linkify.add("//", None)

PIECES = [
    *"\\`*_{}[]()#+-.!|<>&$@~:=\"'/^%;,? \t\n\r",
    *"\x00\x1b\u200b\u202e\u2066\ufeff\xad\u2011",
    *[
        "<script>",
        "</td>",
        "<!--",
        "-->",
        "](http://x.y)",
        "![",
        "https://a.bc/d",
        "1. ",
    ],
    *["www.example.com", "a@b.co", "#12", "GH-7", "```", "~~~", "---", "===", "&amp;"],
    *[
        "&#60;",
        "$$x$$",
        "\\(x\\)",
        "\\begin{a}",
        "{{x}}",
        "|---|",
        "    ",
        "a",
        "é",
        "修复",
    ],
    *[
        "__init__",
        "snake_case",
        "[x]",
        "[^1]",
        "<br>",
        "\u2028",
        "\ud800",
        "🐛",
        "\ufe0f",
    ],
    *["👩\u200d💻", "@octocat", "owner/name#3", "<https://a.b>", "\U000e0041"],
]
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.text(max_size=40),
)

# Where foreign text may stand: Markdown around it, and the element it fills.
PLACES = {
    "paragraph": ("{}", "p"),
    "after text": ("x\n{}", "p"),
    "heading": ("### {}", "h3"),
    "item": ("- {}", "li"),
    "cell": ("| a | b |\n|---|---|\n| {} | end |", "td"),
    "link": ("[{}](#here)", "a"),
    "strong": ("**x**: {}", "p"),
}


class Page(HTMLParser):
    """The tags of a page, and the text of its first element of one name."""

    def __init__(self, html, element):
        super().__init__()
        self.element, self.tags, self.depth, self.found = element, [], 0, []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == self.element and not self.found:
            self.depth += 1
            self.found.append("")
        if tag == "br" and self.depth:
            self.found[-1] += "\n"

    def handle_endtag(self, tag):
        if tag == self.element and self.depth:
            self.depth -= 1

    def handle_data(self, data):
        if self.depth:
            self.found[-1] += data

    @property
    def text(self):
        return self.found[0] if self.found else ""


def flat(text):
    return " ".join(clean(text).split())


def math_free(html):
    """No `$` or backslash stands beside text that MathJax could read with it."""
    bare = re.sub(r"<span>[$\\]</span>|<code>.*?</code>", "", html, flags=re.DOTALL)
    return "$" not in bare and "\\" not in bare


@pytest.mark.parametrize("place", PLACES)
@given(text=texts)
def test_escaped_text_shows_itself_and_nothing_else(place, text):
    """In every place the visible text comes back, with no tag of its own."""
    source, element = PLACES[place]
    if not flat(text):
        return
    write = label if place == "link" else escape
    html = ENGINE.render(source.format(write(text)))
    plain = Page(ENGINE.render(source.format("word")), element)
    page = Page(html, element)

    shown = " ".join(page.text.split())
    assert shown.removeprefix("x: ").removeprefix("x ") == flat(text).removeprefix(
        "x: "
    ).removeprefix("x ")
    assert [tag for tag in page.tags if tag != ("span", {})] == plain.tags
    assert math_free(html)


@given(text=texts)
def test_code_shows_itself_in_text_and_in_a_table(text):
    """Code survives backticks, pipes and dollars, in a table as elsewhere."""
    if not flat(text):
        assert code(text) == ""
        return
    for source, count in ((f"a {code(text)} b", 0), (PLACES["cell"][0], 2)):
        html = ENGINE.render(source.format(code(text)) if count else source)
        page = Page(html, "code")

        assert page.text == flat(text)
        assert sum(tag == "td" for tag, _ in page.tags) == count
        assert not {"a", "img", "script", "em"} & {tag for tag, _ in page.tags}
        assert math_free(html)


@given(text=texts)
def test_cell_keeps_lines_in_one_cell(text):
    """A cell has as many lines as the text has that are not empty."""
    lines = [flat(line) for line in clean(text).split("\n") if flat(line)]
    page = Page(ENGINE.render(PLACES["cell"][0].format(cell(text))), "td")

    assert sum(tag == "td" for tag, _ in page.tags) == 2
    assert [" ".join(line.split()) for line in page.text.split("\n")] == (lines or [""])


@given(text=texts)
def test_clean_is_done_once(text):
    """Clean text stays as it is, and can be written as UTF-8."""
    assert clean(clean(text)) == clean(text)
    assert clean(text).encode().decode() == clean(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("non\u2011breaking\u00adword\u200b", "non-breakingword"),
        ("a\u202eb\u2066c\u200fd\U000e0041e\u2800\u3164\u034f", "abcde"),
        ("a\r\nb\rc\x85d\u2028e", "a\nb\nc\nd\ne"),
        ("\x1b[31mred\x00\x07", "[31mred"),
        ("wide\u3000and\xa0narrow", "wide and narrow"),
        ("👩\u200d💻 ⚡\ufe0f kept", "👩\u200d💻 ⚡\ufe0f kept"),
        ("a\u200db\ufe0f", "ab"),
        ("half \ud83d", "half \ufffd"),
        ("中文，也 é ü ß", "中文，也 é ü ß"),
    ],
)
def test_clean(text, expected):
    """Only what shows is kept, and what is searched for is found."""
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fix: read snake_case.py (v1.2)", "fix: read snake_case.py (v1.2)"),
        ("by @octocat", "by @<!-- -->octocat"),
        ("ada@example.org", "ada@<!-- -->example.org"),
        ("fix (#12), a/b#3, GH-7", "fix (#<!-- -->12), a/b#<!-- -->3, GH-<!-- -->7"),
        ("see https://a.bc", "see https:<!-- -->//a.bc"),
        ("www.a.bc", "www<!-- -->.a.bc"),
        ("$HOME", "<span>&#36;</span>HOME"),
        ("__init__", r"\_\_init\_\_"),
        ("# a #", r"\# a \#"),
        ("1. one", r"1\. one"),
        ("-Wall", r"\-Wall"),
        ("a | b", "a &#124; b"),
        ("`x`", r"\`x\`"),
    ],
)
def test_what_is_written(text, expected):
    """The source stays readable: only what would act is touched."""
    assert escape(text) == expected


def test_code_forms():
    """Plain code is a code span, anything else escaped inside of an element."""
    assert code("src/a.py") == "`src/a.py`"
    assert code("a|b") == "<code>a&#124;b</code>"
    assert code("$x") == "<code><span>&#36;</span>x</code>"
    assert code("`") == r"<code>\`</code>"


def test_label():
    """In a link an issue number needs no parting, and a search finds it."""
    assert label("fix @octocat (#12) [x]") == r"fix @octocat (#12) \[x\]"
    assert label("<!-- -->") == "&lt;!-- --&gt;"


def test_the_engine_would_act():
    """What is escaped here is not harmless to begin with."""
    html = ENGINE.render("<b> https://a.bc a@b.co *x* ![i](j) &amp; $x$")
    tags = [tag for tag, _ in Page(html, "p").tags]

    assert tags == ["p", "b", "a", "a", "em", "img"]
    assert not math_free(html)


@given(text=texts)
def test_other_readers_show_it_too(text):
    """The engine behind nbconvert shows the same text, with no tag of its own."""
    import mistune

    if not flat(text):
        return
    engine = mistune.create_markdown(
        escape=False, plugins=["table", "url", "strikethrough", "math"]
    )
    page = Page(engine(f"| a | b |\n|---|---|\n| x {escape(text)} | end |\n"), "td")

    assert " ".join(page.text.split()) == f"x {flat(text)}"
    assert {tag for tag, _ in page.tags} <= {
        *("table", "thead", "tbody", "tr", "th", "td", "span")
    }


def test_link_cannot_be_left():
    """An address with brackets or quotes stays one address."""
    html = ENGINE.render(link(escape("a]b"), 'https://x.yz/a)b"c d<e>'))

    assert Page(html, "a").tags[1:] == [
        ("a", {"href": "https://x.yz/a%29b%22c%20d%3Ce%3E"})
    ]
