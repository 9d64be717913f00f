"""Importance: what must be high, what never is, and sums that add up."""

import pandas as pd
import pytest

from commitlens import schema
from commitlens.change_types import classify
from commitlens.errors import InputError
from commitlens.importance import HIGH, MEDIUM, SCORES, rate
from commitlens.testing import make_history


def file(path, lines=20, **row):
    """Return one file row with some lines added."""
    return {"path": path, "insertions": lines, "deletions": 0} | row


#: An ordinary past: small repairs and features in a core area and around it.
PAST = [
    {
        "sha": f"{9000 + n:040x}",
        "subject": ("fix: wrong offset", "feat: add a field", "docs: say it")[n % 3],
        "files": [
            file(
                ("src/app/core.py", "src/web/page.py", "docs/a.md")[n % 3],
                10 + n % 17,
            ),
            file("tests/test_a.py", 5),
        ],
    }
    for n in range(120)
]


def rated(*rows, facts=(), past=PAST):
    """Rate commits after the ordinary past, and return the frame."""
    lead = make_history(past) if past else None
    history = classify(make_history(rows, lead=lead))
    if facts:
        shas = history.commits["sha"].tolist()
        frame = schema.frame(
            [{"repo": "octo/demo", "sha": shas[0], **fact} for fact in facts],
            schema.FACTS,
        )
        history = history.replace(facts=frame)
    return rate(history).commits


def tier(subject, *files, facts=(), **row):
    """Return the tier of one commit after the ordinary past."""
    commits = rated({"subject": subject, "files": list(files)} | row, facts=facts)
    return commits["importance"].iloc[0]


CORE = file("src/app/core.py")


@pytest.mark.parametrize(
    ("subject", "files"),
    [
        ("feat!: drop the old interface", [CORE]),
        ("fix: deadlock when the pool shuts down", [CORE]),
        ("fix: data loss on rename", [file("src/app/core.py", 4)]),
        ("fix: CVE-2026-1234 in the parser", [file("src/web/page.py", 6)]),
        (
            "feat: a new engine",
            [file("src/app/engine.py", 900, status="A"), file("src/app/core.py", 80)],
        ),
        (
            "refactor: rewrite the scheduler",
            [file(f"src/app/part{n}.py", 200) for n in range(6)]
            + [file(f"src/web/part{n}.py", 200) for n in range(6)]
            + [file("src/db/store.py", 300)],
        ),
    ],
)
def test_what_the_reader_must_know_today_is_high(subject, files):
    """Breaks, serious repairs, large features and large refactors are high."""
    assert tier(subject, *files) == "high"


@pytest.mark.parametrize(
    ("subject", "files"),
    [
        ("fix: wrong offset in the header", [file("src/app/core.py", 8)]),
        ("feat: show the size of a file", [file("src/web/page.py", 25)]),
        ("refactor: rework the parser", [file("src/app/core.py", 300)]),
        ("test: cover the scheduler", [file("tests/test_b.py", 3000)]),
        ("docs: a guide to the scheduler", [file("docs/guide.md", 3000)]),
        ("ci: build wheels for ARM", [file(".github/workflows/ci.yml", 900)]),
    ],
)
def test_ordinary_and_notable_work_is_medium(subject, files):
    """Ordinary repairs, contained features and notable tests are medium."""
    assert tier(subject, *files) == "medium"


@pytest.mark.parametrize(
    ("subject", "files"),
    [
        ("docs: fix typo", [file("README.md", 2)]),
        ("feat: update locks", [file("yarn.lock", 90_000)]),
        ("feat: regenerate", [file("api/service.pb.go", 90_000)]),
        ("fix: update zlib", [file("vendor/zlib/inflate.c", 90_000)]),
        ("po: update", [file("po/de.po", 90_000)]),
        ("Release 1.2", [file("CHANGELOG.md", 900), file("pyproject.toml", 2)]),
        ("test: one more case", [file("tests/test_a.py", 12)]),
        ("style: cargo fmt", [file(f"src/app/m{n}.rs", 900) for n in range(30)]),
        (
            "refactor: move the engine",
            [file(f"src/b/{n}.py", 0, status="R") for n in range(90)],
        ),
        ("feat: nothing", []),
        ("fix: example of retries", [file("examples/retry.py", 8)]),
    ],
)
def test_mechanical_and_small_work_is_low(subject, files):
    """However many lines: what nobody reads line by line is low."""
    assert tier(subject, *files) == "low"


@pytest.mark.parametrize(
    "path", ["docs/guide.md", "tests/test_a.py", ".github/workflows/ci.yml"]
)
@pytest.mark.parametrize("lines", [3, 300, 90_000])
def test_documents_tests_and_ci_alone_are_never_high(path, lines):
    """A serious word in a subject does not make a document urgent."""
    assert tier("fix: deadlock and data loss", file(path, lines)) != "high"


def test_bots_are_not_high_without_hard_evidence():
    """A routine update is low, a large change of a bot at most medium."""
    bump = file("pyproject.toml", 2), file("uv.lock", 900)
    assert tier("build(deps): bump a from 1.0 to 1.1", *bump, is_bot=True) == "low"
    code = [file(f"src/app/m{n}.py", 900) for n in range(9)]
    assert tier("feat: regenerate the client", *code, is_bot=True) == "medium"
    assert tier("feat!: regenerate the client", *code, is_bot=True) == "high"


def test_a_merge_is_low_unless_it_breaks():
    """What a merge brings is listed by itself and must not count twice."""
    parents = ["a" * 40, "b" * 40]
    title = "Merge pull request #1 from ada/x"
    body = "fix: deadlock in the pool"
    assert tier(title, parents=parents, body=body) == "low"
    assert tier(title, parents=parents, body="feat!: drop v1") == "high"


@pytest.mark.parametrize("only", ["whitespace", "comments", "rename", "generated"])
def test_facts_hold_down_what_does_nothing(only):
    """A large change that the diff shows to do nothing is low."""
    files = [file(f"src/app/m{n}.py", 900) for n in range(9)]
    assert tier("refactor: the engine", *files) != "low"
    assert (
        tier(
            "refactor: the engine", *files, facts=[{"kind": "mechanical", "name": only}]
        )
        == "low"
    )


def test_a_title_that_understates_is_seen_through():
    """Under 'docs:', a removed option and a changed default still count."""
    facts = [
        {"kind": "option_removed", "name": "--depth", "path": "src/app/core.py"},
        {"kind": "default_changed", "name": "retries", "path": "src/app/core.py"},
    ]
    plain = rated({"subject": "docs: tidy up", "files": [CORE]})
    seen = rated({"subject": "docs: tidy up", "files": [CORE]}, facts=facts)
    assert seen["importance_score"].iloc[0] > plain["importance_score"].iloc[0] + 12
    assert seen["importance"].iloc[0] in ("medium", "high")
    assert any("'--depth'" in reason for reason in seen["importance_reasons"].iloc[0])


def test_facts_of_tests_do_not_count():
    """Nobody depends on a function of a test."""
    row = {"subject": "feat: a", "files": [CORE, file("tests/test_a.py")]}
    facts = [{"kind": "symbol_removed", "name": "f", "path": "tests/test_a.py"}]
    with_facts = rated(row, facts=facts)["importance_score"].iloc[0]
    assert with_facts == rated(row)["importance_score"].iloc[0]


def test_the_core_counts_more_than_the_periphery():
    """The same change weighs more where the history shows the core."""
    core, far = (
        rated({"subject": "fix: offset", "files": [file(path, 30)]})
        for path in ("src/app/core.py", "src/rare/thing.py")
    )
    assert core["score_reach"].iloc[0] > far["score_reach"].iloc[0] + 1


def test_parts_add_up_and_reasons_tell():
    """Scores are the sums of their parts, inside 0 to 100, with reasons."""
    commits = rated(*PAST[:60], {"subject": "feat!: b", "files": [CORE] * 3})
    total = commits[list(SCORES)].sum(axis=1)
    pd.testing.assert_series_equal(
        total, commits["importance_score"], check_names=False, atol=0.01
    )
    assert commits["importance_score"].between(0, 100).all()
    expected = pd.cut(
        commits["importance_score"],
        [-1, MEDIUM, HIGH, 101],
        right=False,
        labels=schema.TIERS,
    )
    assert commits["importance"].astype(str).tolist() == expected.astype(str).tolist()
    for kind, name in (
        ("list", "importance_reasons"),
        ("ordered category", "importance"),
    ):
        assert commits[name].dtype == schema.pandas_dtype(kind)
    assert all(len(reasons) >= 1 for reasons in commits["importance_reasons"])


def test_a_score_does_not_depend_on_the_range_loaded():
    """The same commit rates the same in a long and in a short range."""
    rows = [row | {"sha": f"{n:040x}"} for n, row in enumerate(PAST * 5)]
    last = {
        "subject": "feat: last",
        "sha": "f" * 40,
        "files": [file("src/app/x.py", 99)],
    }
    long = classify(make_history([*rows[50:], last], lead=make_history(rows[:50])))
    short = classify(make_history([last], lead=make_history(rows[100:])))
    columns = [*SCORES, "importance_score"]
    pd.testing.assert_frame_equal(
        rate(long).commits.tail(1)[columns].reset_index(drop=True),
        rate(short).commits[columns].reset_index(drop=True),
    )


def test_rating_changes_nothing_and_again_gives_the_same():
    """The argument stays as it was, and a second call replaces the columns."""
    history = classify(make_history(PAST))
    before = history.commits.copy()
    once = rate(history)
    pd.testing.assert_frame_equal(history.commits, before)
    pd.testing.assert_frame_equal(rate(once).commits, once.commits)


def test_an_empty_history_is_rated():
    """No commits give the columns and no rows."""
    commits = rated(past=None)
    assert commits.empty
    assert {*SCORES, *schema.RATED} <= set(commits.columns)


def test_unclassified_commits_are_refused():
    """The message names the column and the call that adds it."""
    with pytest.raises(InputError, match=r"'change_type'.*run classify\(\) first"):
        rate(make_history([{"subject": "x"}]))


def test_lines_that_git_could_not_count_are_no_error():
    """Binary files have no lines; the commit is rated all the same."""
    binary = file("src/app/core.py") | {"insertions": None, "deletions": None}
    commits = rated({"subject": "feat: x", "files": [binary]})
    assert commits["importance_score"].between(0, 100).all()


def test_no_score_is_below_zero():
    """A merge whose words count against it is low, and has a tier."""
    merge = {"subject": "Merge branch 'a/test-grep-lint'", "parents": ["a", "b"]}
    commits = rated(merge)
    assert commits["importance_score"].between(0, 100).all()
    assert commits["importance"].notna().all()


def test_what_would_change_the_tier_is_told():
    """The reason nearest to the border, or how many points it is short of one."""
    from commitlens.tiers import turning_point

    found = [(27.0, "change type fix"), (8.0, "adds the option 'a'")]
    assert turning_point(53.0, found) == "medium without: adds the option 'a' (+8)"
    assert turning_point(45.0, found) == "low without: change type fix (+27)"
    assert turning_point(33.0, [(2.0, "x")]) == "17 points short of high"
    assert turning_point(9.0, []) == "21 points short of medium"
    assert turning_point(80.0, [(9.0, "x")]) == "30 points above the border of medium"
    assert turning_point(49.8, []) == "1 point short of high"
    assert turning_point(50.0, []) == "1 point above the border of medium"


def test_what_a_commit_is_like_does_not_turn_its_tier():
    """Nobody asks what a commit were with fewer files, or in other words."""
    from commitlens.tiers import turning_point

    like = [
        (2.0, "3 files: code, tests"),
        (2.0, "of changes like it, 40% needed a repair within 180 days"),
        (2.0, "words of the subject: 'default'"),
    ]
    fact = (13.0, "change type fix")
    assert turning_point(31.0, [*like, fact]) == "low without: change type fix (+13)"
    assert turning_point(31.0, like) == "19 points short of high"


def test_risk_grows_with_size_and_repairs():
    """What was repaired of late, and is large, needs a repair more often."""
    fixes = [
        {"subject": f"fix: {n}", "files": [file("src/app/core.py", 9)]}
        for n in range(20)
    ]
    rows = rated(
        {"subject": "feat: a", "files": [file("src/new/a.py", 5)]},
        {"subject": "feat: b", "files": [file("src/new/b.py", 500)]},
        *fixes,
        {"subject": "feat: c", "files": [file("src/app/core.py", 500)]},
        {"subject": "docs: d", "files": [file("docs/a.md", 500)]},
    )
    small, large, repaired, none = rows["risk"].iloc[[0, 1, -2, -1]]
    assert small < large < repaired < 1
    assert pd.isna(none)


def test_a_reason_counts_one_line_as_one():
    """Numbers and nouns agree, and a place that is never touched has a share."""
    from commitlens.impact import MEASURES
    from commitlens.importance import commits_of

    docs = file("docs/a.md", 1)
    rare = file("src/rare/x.py", 1)
    history = classify(
        make_history(
            [
                *({"subject": "fix: wrong", "files": [file("src/app/core.py")]},) * 300,
                {"subject": "fix: wrong offset in rare", "files": [rare]},
                {"subject": "docs: say it", "files": [docs]},
            ]
        )
    )
    code, _ = list(commits_of(history))[-2:]
    (wide,) = rated({"subject": "feat: a", "files": [file("src/rare/x.py", 400)]})[
        "importance_reasons"
    ]
    words = rate(history).commits["importance_reasons"].iloc[-1]

    place = MEASURES["lines"].sentence(code)
    assert any(reason.startswith("400 lines of code in rare") for reason in wide)
    assert place.startswith("1 line of code in rare, an area that <1% of the last")
    assert any(reason.startswith("1 line of docs") for reason in words)
    assert not any("1 lines" in reason for reason in words)


def test_reasons_say_what_changes_together():
    """Code with its tests is worth more than code alone, and both are said."""
    from commitlens.impact import MEASURES
    from commitlens.importance import commits_of

    both = [file("src/app/core.py"), file("tests/test_core.py")]
    history = classify(
        make_history(
            [
                {"subject": "fix: wrong offset", "files": both[:1]},
                {"subject": "fix: wrong offset", "files": both},
            ]
        )
    )
    alone, tested = commits_of(history)
    measure = MEASURES["files read"]

    assert measure.sentence(alone) == "1 file: code alone"
    assert measure.sentence(tested) == "2 files: code, tests"
    assert measure.value(alone) < measure.value(tested)


def test_a_file_whose_kind_is_unsure_is_not_called_configuration():
    """Beside code it is another file; alone, nothing is said of it."""
    from commitlens.impact import MEASURES
    from commitlens.importance import commits_of

    fragment = file("data/79862-debug.yml", 2)
    rows = [
        {"subject": "fix: wrong offset", "files": [file("src/app/core.py"), fragment]},
        {"subject": "fix: wrong offset", "files": [fragment]},
    ]
    sentence = MEASURES["files read"].sentence
    beside, alone = commits_of(classify(make_history(rows)))

    assert sentence(beside) == "2 files: code, other files"
    assert sentence(alone) == ""


def test_a_release_that_brings_code_is_not_held_down():
    """Bookkeeping is a line or two; some projects publish all their work at once."""
    score = {
        lines: rated({"subject": "Demo 2.28.9-1", "files": [file(CORE["path"], lines)]})
        for lines in (2, 400)
    }
    held = {
        lines: any(
            "release bookkeeping" in x for x in rows["importance_reasons"].iloc[0]
        )
        for lines, rows in score.items()
    }
    assert held[400] is False
    assert score[2]["importance_score"].iloc[0] <= 18
    assert score[400]["importance_score"].iloc[0] > 18


def test_a_backport_is_the_work_of_a_person():
    """An automation that brings a repair to another branch did not write it."""
    ask = {"files": [CORE, file("tests/test_a.py")], "is_bot": True}
    plain, brought = (
        rated({"subject": subject} | ask)
        for subject in (
            "Fix a crash on empty input",
            "[2.1 backport] Fix a crash on empty input",
        )
    )
    assert "written by an automation" in " ".join(plain["importance_reasons"].iloc[0])
    told = " ".join(brought["importance_reasons"].iloc[0])
    assert "written by an automation" not in told
    action = rated({"subject": "bump demo/backport-action from 4 to 5"} | ask)
    assert "an automation" in " ".join(action["importance_reasons"].iloc[0])


@pytest.mark.parametrize(
    ("subject", "held"),
    [
        ("Bump the minimum rust version to 1.87", False),
        ("Bump rust version to 1.87", True),
        ("Update requirements to rust 1.87", True),
    ],
)
def test_a_newer_platform_that_users_need_is_no_routine(subject, held):
    """What was enough until now is not any more: that is not held down."""
    fact = {"kind": "platform_changed", "old": "1.85", "path": "Cargo.toml"}
    rows = rated(
        {"subject": subject, "files": [file("Cargo.toml", 60)]},
        facts=[fact | {"name": name} for name in ("rust", "rust toolchain")],
    )
    told = " ".join(rows["importance_reasons"].iloc[0])
    assert ("held down: a routine update" in told) is held


def test_what_nobody_writes_by_hand_is_not_held_at_high():
    """Tables of half a million lines are data, though they end like code."""
    rows = rated(
        {"subject": "Add maps of names", "files": [file(CORE["path"], 400_000)]}
    )
    assert "much new code" not in " ".join(rows["importance_reasons"].iloc[0])


def test_where_every_commit_is_large_being_large_says_less():
    """A commit is held against the usual size of people's commits before it."""
    row = {"subject": "feat: add a field", "files": [CORE]}
    large = [
        one | {"files": [file(f["path"], 20 * f["insertions"]) for f in one["files"]]}
        for one in PAST
    ]
    ordinary, busy = (rated(row, past=past).iloc[0] for past in (PAST, large))
    bots = [
        one | {"sha": f"{7000 + n:040x}", "is_bot": True} for n, one in enumerate(large)
    ]
    beside = rated(row, past=[*PAST, *bots]).iloc[0]

    assert busy["score_level"] < ordinary["score_level"] - 3
    assert any("more happens here" in x for x in busy["importance_reasons"])
    assert beside["score_level"] == ordinary["score_level"]
