"""Facts that messages state."""

from __future__ import annotations

import pytest

from commitlens.references import from_message

SHA = "9ee1e484e5aab0d95b3babbc6f1384d03f4f9e22"


def facts(subject, body="", **rest):
    """Return (kind, name) of what a message states."""
    return [(row[0], row[1]) for row in from_message(subject, body, **rest)]


@pytest.mark.parametrize(
    ("subject", "body", "expected"),
    [
        ("fix: x (#12)", "", [("pull_request", "#12")]),
        ("Merge pull request #7 from a/b", "", [("pull_request", "#7")]),
        ("Auto merge of #9 - a:b, r=c", "", [("pull_request", "#9")]),
        ("x", "PR-URL: https://github.com/a/b/pull/5", [("pull_request", "#5")]),
        (
            "x",
            "Reviewed-on: https://go-review.googlesource.com/c/net/+/431",
            [("pull_request", "#431")],
        ),
        ("x", "Fixes #1, #2 and o/r#3", [("fixes_issue", "#1"), ("fixes_issue", "#2"),
                                         ("fixes_issue", "o/r#3")]),
        ("x", "close #1\nclose #2\nclose #3", [("fixes_issue", "#1"),
                                              ("fixes_issue", "#2"),
                                              ("fixes_issue", "#3")]),
        ("fix a (fix #4) (#5)", "", [("pull_request", "#5"), ("fixes_issue", "#4")]),
        ("x", "Closes: https://github.com/o/r/issues/8", [("fixes_issue", "o/r#8")]),
        ("x", "Resolves KAFKA-123", [("fixes_issue", "KAFKA-123")]),
        ("KAFKA-9: go", "", [("issue", "KAFKA-9")]),
        ("use UTF-8 and SHA-256", "", []),
        ("x", "This does not fix #3.", [("issue", "#3")]),
        ("x", "This does not\nfix #3.", [("issue", "#3")]),
        ("x", "Related to #1\nFixes #2", [("fixes_issue", "#2"), ("issue", "#1")]),
        ("x", "Partially fixes #3", [("issue", "#3")]),
        ("x", "See #4, and step #2 of &#39; color #ff0000", [("issue", "#4")]),
        ("x", "```\nfixes #4\n```\n> closes #5\n\n    fixes #6\n", []),
        ("x", "<!-- Fixes #1234 -->", []),
        ("x", "[#10](https://github.com/o/r/pull/10)", [("issue", "o/r#10")]),
        ("x", f"Fixes: {SHA[:12]} (\"a thing\")", [("fixes_commit", SHA[:12])]),
        ("x", f"(cherry picked from commit {SHA})", [("cherry_picked_from", SHA)]),
        ('Revert "x (#1)" (#2)', f"This reverts commit {SHA}.",
         [("reverts", SHA), ("pull_request", "#2")]),
        ('Revert "fixes #9"', "", [("reverts", None)]),
        ("revert the default to 5", "", []),
        ("feat: y", f"* try\n* Revert try\n\nThis reverts commit {SHA}.", []),
        ("feat: y", "This partially reverts commit abcdef1234.", []),
        ("Bump x", "Bumps [x](https://y).\n<details>\nFixes #99", []),
    ],
)  # fmt: skip
def test_messages_state_what_they_say_and_no_more(subject, body, expected):
    """What others say, in quotes and release notes, is not said here."""
    assert facts(subject, body) == expected


def test_a_revert_without_a_sha_keeps_the_reverted_subject():
    """Its subject is how the commit can be found."""
    assert from_message('Revert "feat: y (#3)"')[0] == (
        "reverts", None, None, "feat: y (#3)", None,
    )  # fmt: skip


def test_issues_of_the_own_project_have_no_owner():
    """However they are written, they are one issue."""
    body = "Fixes #5\nhttps://github.com/Octo/Demo/issues/5 and octo/demo#5"

    assert facts("x", body, repo="octo/demo") == [("fixes_issue", "#5")]


def test_an_automation_speaks_only_in_its_subject():
    """Its body quotes the release notes of others."""
    assert facts("Bump a (#3)", "fixes #44 in a", is_bot=True) == [
        ("pull_request", "#3")
    ]


def test_co_authors_are_the_others():
    """Nobody is a co-author of their own commit, or twice."""
    pair = ("Co-authored-by", "Grace <g@x>")
    own = ("co-authored-by", "Ada <a@x>")

    assert facts("x", trailers=[pair, own, pair], author="Ada") == [
        ("co_author", "Grace")
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("fix " * 9000, "#" * 30000, "a/" * 20000, "(" * 30000, 'Revert "' * 5000),
        *("<!--" * 9000, "[" * 30000, "fixes #1 and " * 4000, "A" * 50000),
        *("```\n" * 9000, "A-1 " * 9000, "This reverts commit " * 3000),
    ],
)
def test_hostile_messages_are_read(text):
    """No pattern needs more than linear time; the suite would hang otherwise."""
    assert len(from_message(text, text)) < 200
