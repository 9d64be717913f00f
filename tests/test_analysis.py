"""The analysis: true to the facts, whole for every commit, equal in languages."""

from __future__ import annotations

import re
import string
import tomllib
from importlib.resources import files

import pandas as pd
import pytest

from commitlens import prose, schema
from commitlens.analysis import Statement, analyse, render
from commitlens.change_types import classify
from commitlens.diffs import mechanical
from commitlens.errors import InputError
from commitlens.testing import make_history


def scored(rows, *, tiers="high", facts=(), lead=None):
    """Return a history with tiers and facts as given, the rest worked out."""
    history = classify(make_history(rows, lead=lead))
    names = [tiers] * len(rows) if isinstance(tiers, str) else tiers
    commits = history.commits.assign(
        importance=pd.Categorical(names, schema.TIERS, ordered=True)
    )
    rows = [{"repo": "octo/demo"} | dict(fact) for fact in facts]
    return history.replace(commits=commits, facts=schema.frame(rows, schema.FACTS))


def said(history, *, lang="en"):
    """Return field and sentence of every statement, commit by commit."""
    return [
        [(s.field, render(s, lang)) for s in analysis.statements]
        for analysis in analyse(history)
    ]


SHA = f"{1:040x}"
LATER = f"{2:040x}"


def test_each_tier_has_its_fields():
    """High has all fields, medium folds what it lacks, low is a summary."""
    rows = [
        {
            "subject": "feat(api)!: read twice (#7)",
            "body": "It was read once.\n\nSigned-off-by: A <a@x>",
            "files": [{"path": "src/api.py", "insertions": 30, "deletions": 2}],
        }
    ]
    facts = [
        {"sha": SHA, "kind": "symbol_removed", "name": "read", "path": "src/api.py"},
        {"sha": SHA, "kind": "pull_request", "name": "#7"},
    ]

    high, medium, low = (
        said(scored(rows, tiers=tier, facts=facts))[0]
        for tier in reversed(schema.TIERS)
    )

    assert high == [
        ("summary", "read twice"),
        ("summary", "It was read once."),
        ("scope", "src/api.py: 1 file, +30 −2"),
        ("architecture", "No longer exported: read"),
        ("advice", "Whoever uses read has to change: it is removed"),
        ("risk", "32 lines of code change in 1 file, and no test does"),
        ("links", "Pull request #7"),
    ]
    assert [field for field, _ in medium] == [
        "summary", "summary", "scope", "summary", "advice", "scope", "links",
    ]  # fmt: skip
    assert [sentence for _, sentence in medium] == [s for _, s in high]
    assert low == [("summary", "read twice"), ("links", "Pull request #7")]


def test_languages_say_the_same():
    """Keys and placeholders are equal, so numbers and names are too."""

    def table(lang):
        text = (files("commitlens") / "locale" / f"{lang}.toml").read_text("utf-8")
        templates = tomllib.loads(text)["statement"]
        found = {}
        for key, value in templates.items():
            forms = value.values() if isinstance(value, dict) else [value]
            fields = [
                {name for _, name, _, _ in string.Formatter().parse(form) if name}
                for form in forms
            ]
            found[key] = frozenset.union(*map(frozenset, fields))
        return found

    assert table("en") == table("zh")


def test_every_kind_of_fact_can_be_told():
    """No kind of fact, with or without values, lacks a template."""
    from commitlens.evidence import KINDS

    mechanical = ["whitespace", "comments", "rename", "mode", "generated",
                  "vendored", "lock", "binary"]  # fmt: skip
    facts = [
        {"sha": SHA, "kind": kind, "name": name, **values}
        for kind in KINDS
        for values in ({}, {"old": "1", "new": "2"})
        for name in (
            mechanical if kind == "mechanical" else [str(n) for n in range(2, 9)]
        )
    ]
    history = scored([{"files": [{"path": "a.py"}]}], facts=facts)

    for lang in ("en", "zh"):
        for _, sentence in said(history, lang=lang)[0]:
            assert sentence
            assert not re.search(r"[{}]|None|nan", sentence)


def test_size_is_told_against_the_commits_before():
    """The rank is among the last human commits, those of the lead included."""
    lead = make_history(
        [{"files": [{"path": "a.py", "insertions": n}]} for n in range(40)]
        + [{"is_bot": True, "files": [{"path": "a.py", "insertions": 9999}]}]
    )
    rows = [{"sha": "f" * 40, "files": [{"path": "a.py", "insertions": 30}]}]

    sentences = [text for _, text in said(scored(rows, lead=lead))[0]]

    assert "Larger than 75 % of the last 40 commits" in sentences


def test_recent_fixes_of_a_file_are_counted():
    """Only fixes of the last thirty days count, and only of this file."""
    start = pd.Timestamp("2026-01-01T00:00:00Z")
    days = [0, 40, 50, 55]
    rows = [
        {
            "subject": "fix: a crash",
            "landed_at": start + pd.Timedelta(days=day),
            "files": [{"path": "src/cache.py"}],
        }
        for day in days
    ]
    rows.append(
        {
            "subject": "feat: more",
            "landed_at": start + pd.Timedelta(days=60),
            "files": [{"path": "src/cache.py"}, {"path": "src/other.py"}],
        }
    )

    sentences = [text for _, text in said(scored(rows))[-1]]

    assert "src/cache.py was fixed 3 times in the 30 days before" in sentences
    assert not [text for text in sentences if "other.py was fixed" in text]


@pytest.mark.parametrize(
    ("fact", "there", "back"),
    [
        ({"kind": "reverts", "name": SHA[:12]}, "Reverts", "Reverted by"),
        ({"kind": "reverts", "new": "feat: one"}, "Reverts", "Reverted by"),
        ({"kind": "fixes_commit", "name": SHA[:12]}, "Repairs", "Repaired by"),
        ({"kind": "issue", "name": "#7"}, "Refers to #7, which landed as",
         "Referred to by"),
    ],
)  # fmt: skip
def test_commits_of_a_range_point_at_each_other(fact, there, back):
    """What repairs, reverts or mentions another commit is told at both."""
    rows = [
        {"sha": "a" * 40, "subject": "feat: one", "files": [{"path": "a.py"}]},
        {"sha": "b" * 40, "subject": "fix: two", "files": [{"path": "b.py"}]},
    ]
    if fact.get("name") == SHA[:12]:
        fact = fact | {"name": "a" * 12}
    facts = [
        {"sha": "b" * 40, **fact},
        {"sha": "a" * 40, "kind": "pull_request", "name": "#7"},
    ]

    first, second = said(scored(rows, facts=facts))

    assert ("links", f"{there} aaaaaaa") in second
    assert ("links", f"{back} bbbbbbb") in first


def test_a_fix_of_the_same_files_is_told():
    """A fix names the earlier change of the day to the same code."""
    rows = [
        {"sha": "a" * 40, "subject": "feat: one", "files": [{"path": "src/a.py"}]},
        {"sha": "b" * 40, "subject": "fix: two", "files": [{"path": "src/a.py"}]},
    ]

    assert ("links", "Touches src/a.py, as aaaaaaa did before") in said(scored(rows))[1]


def test_what_others_wrote_is_handed_over_by_kind():
    """Text, code and commits reach the functions that make them safe."""
    rows = [{"subject": "feat: <b>", "files": [{"path": "src/<i>.py"}]}]
    statements = analyse(scored(rows))[0].statements

    shown = [
        render(s, text=lambda t: f"T({t})", code=lambda t: f"C({t})")
        for s in statements
    ]

    assert shown == ["T(<b>)", "C(src/<i>.py): 1 file, +1 −1"]


def test_a_template_cannot_be_smuggled_in():
    """Braces in a message are text, not a template."""
    statement = Statement("summary", "says", {"text": "{0} {text.__class__}"})

    assert render(statement) == "{0} {text.__class__}"


def test_an_unscored_history_says_what_to_run():
    """The error names the missing step."""
    with pytest.raises(InputError, match=r"run score\(\) first"):
        analyse(make_history([{}]))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", ""),
        ("One.\nTwo wraps\nhere.\n\nThree.", "One. Two wraps here. Three."),
        ("<!-- fill in -->\n## Summary\n\nIt\nworks.\n\n- [x] tested", "It works."),
        ("Signed-off-by: A <a@x>\nCo-authored-by: B <b@x>", ""),
        ("* one\n* two\n* three\n* four\n", "one; two; three; … (+1)"),
        ("Fixes #12\nhttps://example.org/x\n\nBecause.", "Because."),
        ("```\nnot this\n```\nbut this", "but this"),
        ("    indented code\n\nAnd prose", "And prose"),
        ("    app --now\n\nworks at once.", "app --now works at once."),
        ("It folds with:\n\n```\nx\n```\n\n`x` is y.", "It folds with … `x` is y."),
        ("It avoids:\n- one;\n- two\n\nThen", "It avoids: one; two. Then"),
        ("It ran.\n\nFor o/r#7.\n\nChange-Id: I1\nRobot-Result: r@x <r@x>", "It ran."),
        ("It ran.\n\nNote: it may run again", "It ran. Note: it may run again"),
        ("The rule\n\nThis was", "The rule. This was"),
        ("For more, see\n\nhttps://example.org/x", "For more, see https://example.org/x"),
        ("<!-- open ended", ""),
    ],
)  # fmt: skip
def test_the_authors_words_are_found(body, expected):
    """Templates, check lists, code and sign-offs are not what a commit says."""
    assert prose.lead(body, limit=200) == expected


def test_a_body_that_repeats_its_subject_is_not_told_twice():
    """What the title says already is left out of the explanation."""
    body = "`[Fix] stop it (#3)`\n\nIt went on."

    assert prose.lead(body, limit=200, subject="[Fix] stop it (#3)") == "It went on."
    for body in (
        "Stop it. It went on.",
        "* stop it\n* it went on",
        "[Fix] Stop it (#3)",
    ):
        said = prose.lead(body, limit=200, subject="[Fix] stop it (#3)")
        assert said.lower().rstrip(".") in ("it went on", "")


def test_a_title_that_nobody_can_see_is_not_told():
    """Invisible characters make no empty statement."""
    history = scored([{"subject": "\u2060\u200b", "body": "\u200b"}])

    assert [
        s.message for s in analyse(history)[0].statements if s.field == "summary"
    ] == []


def test_words_are_cut_where_a_sentence_ends():
    """Nothing is cut in the middle of a sentence that would have fitted."""
    body = "First sentence. Second one is here. " + "Third goes on and on " * 20

    assert prose.lead(body, limit=60) == "First sentence. Second one is here."
    assert prose.lead("word " * 100, limit=60).endswith("word …")
    assert len(prose.lead("x" * 500, limit=60)) < 70


def test_hostile_bodies_take_no_time():
    """Long runs of anything are read in one pass."""
    for body in ("<!--" * 50_000, " " * 200_000, "- [" * 50_000, "`" * 200_000,
                 ". " * 100_000, "BREAKING CHANGE: " * 9_000):  # fmt: skip
        history = scored([{"subject": "feat!: x", "body": body}])
        assert analyse(history)[0].statements


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("def go(a, b)", "def go(a, b, c=1)", "go takes c=1 now"),
        ("def go(a, b=(1, 2))", "def go(a)", "go no longer takes b=(1, 2)"),
        ("def go(a: int)", "def go(b: int)", "go: a: int becomes b: int"),
        ("pub fn go() -> A", "pub fn go() -> B",
         "go: pub fn go() -> A becomes pub fn go() -> B"),
        ("class go(A, B)", "class go(A, C)", "go derives from C, no longer from B"),
        ("class go", "class go(A)", "go derives from A now"),
        ("class go(A)", "class go()", "go derives no longer from A"),
        ("def go()" + " " * 300 + "-> A", "def go() -> B",
         "The signature of go changes"),
    ],
)  # fmt: skip
def test_of_a_signature_only_the_difference_is_told(old, new, sentence):
    """Parameters that stay are not repeated."""
    fact = {"sha": SHA, "kind": "symbol_changed", "name": "go", "old": old, "new": new}
    told = said(scored([{"files": [{"path": "a.py"}]}], facts=[fact]))[0]

    assert ("architecture", sentence) in told


def test_what_locks_follow_with_is_counted():
    """Where a manifest tells the cause, the lock file is a number."""
    rows = [
        {"sha": SHA, "kind": kind, "name": name, "old": "1", "new": "2"}
        for kind, name in [
            ("dependency_changed", "a"),
            *(("locked_changed", name) for name in "abc"),
        ]
    ]
    history = scored([{"files": [{"path": "package.json"}]}], facts=rows)

    sentences = [text for _, text in said(history)[0]]

    assert "a goes from 1 to 2" in sentences
    assert "2 locked versions change with it" in sentences
    assert not [text for text in sentences if text.startswith("Locked")]


def test_a_merge_is_told_in_a_whole_sentence():
    """The title of a merge goes on where its paragraph does."""
    rows = [
        {
            "subject": "Merge branch 'ab/topic'",
            "body": "The command has been taught to look\nat both sides.\n\n* ab:",
            "parents": ["a" * 40, "b" * 40],
        }
    ]

    told = said(scored(rows, tiers="low"))[0]

    assert told == [("summary", "The command has been taught to look at both sides.")]


@pytest.mark.parametrize(
    ("name", "path", "advised"),
    [("--depth", "src/a.c", True), ("depth", "conf/app.yaml", True),
     ("DEPTH", "src/a.py", False)],
)  # fmt: skip
def test_only_what_can_be_set_is_advised_to_be_set(name, path, advised):
    """A constant that changed is told, but nobody can set it back."""
    fact = {"sha": SHA, "kind": "default_changed", "name": name, "old": "1",
            "new": "2", "path": path}  # fmt: skip
    told = said(scored([{"files": [{"path": path}]}], facts=[fact]))[0]

    assert ("architecture", f"{name} was 1, is now 2") in told
    assert any(field == "advice" for field, _ in told) is advised


def test_tests_that_go_are_told():
    """A commit that adds some tests and removes others says both."""
    facts = [{"sha": SHA, "kind": "tests_added", "name": "1"},
             {"sha": SHA, "kind": "tests_removed", "name": "6"}]  # fmt: skip
    sentences = [t for _, t in said(scored([{"files": [{"path": "a.py"}]}],
                                           facts=facts))[0]]  # fmt: skip

    assert "Adds 1 test" in sentences
    assert "Removes 6 tests" in sentences


def test_what_breaks_is_told_once():
    """The author's note on a break is an advice, and no part of the summary."""
    rows = [
        {
            "subject": "feat!: read twice",
            "body": "It was read once.\n\nBREAKING CHANGE: `read` takes\nno name.",
            "files": [{"path": "src/api.py", "insertions": 30, "deletions": 2}],
        }
    ]

    sentences = said(scored(rows))[0]

    assert ("summary", "It was read once.") in sentences
    assert [text for _, text in sentences if "no name" in text] == [
        "The author on what breaks: `read` takes no name."
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_whatever_mechanical_change_there_is_has_words(lang):
    """One that lacked them ended the whole report."""
    kinds = re.findall(r"``(\w+)``", mechanical.__doc__.partition("Returns")[2])

    for kind in kinds:
        assert render(Statement("summary", f"only_{kind}", {}), lang)
    assert {"whitespace", "messages"} < set(kinds)


def test_a_mark_inside_a_name_ends_no_sentence():
    """A macro keeps its mark; full-width marks end a sentence without a space."""
    assert prose.sentences("Use `assert!(x?)` here. Then go. 完成！继续？好。") == [
        "Use `assert!(x?)` here.",
        "Then go.",
        "完成！",
        "继续？",
        "好。",
    ]
