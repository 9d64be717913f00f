"""The shipped change-type model, and how it is weighed against rules."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from commitlens import change_types, type_model
from commitlens.message import parse
from commitlens.testing import make_history
from commitlens.token_weights import MODELS, fields, rounded
from commitlens.type_features import stem, tokens, unprefixed
from commitlens.type_habits import Habits
from commitlens.type_model import KINDS
from commitlens.type_rules import judge
from commitlens.type_weighing import weigh

CODE = ("code", "M", 12, 4, "cache.py")
TEST = ("test", "M", 20, 0, "test_cache.py")


def looked_at(subject: str, *files: tuple, body: str = "") -> list[str]:
    """Return the tokens of one commit."""
    message = unprefixed(parse(subject, body))
    return tokens(message, files, judge(message, {file[0] for file in files}))


@pytest.mark.parametrize(
    ("name", "outputs"),
    [("change_type", 10), ("judged_type", 10), ("word_weights", 1)],
)
def test_the_shipped_files_are_small_and_plain(name, outputs):
    """Loading needs no pickle, and a megabyte would be too much."""
    path = MODELS / f"{name}.npz"

    with np.load(path, allow_pickle=False) as arrays:
        assert arrays["weights"].dtype == np.int8
        assert arrays["weights"].shape == (
            len(bytes(arrays["tokens"]).decode().split("\n")),
            outputs,
        )
    assert path.stat().st_size < 400_000


def test_a_model_is_read_as_it_was_saved(tmp_path):
    """What is written comes back, token by token."""
    model = replace(
        type_model.shipped(),
        rows={"w a": 0, "w é": 1},
        weights=np.array([[1] * 10, [-3] * 10], np.int8),
    )
    type_model.save(model, tmp_path / "small.npz")

    again = type_model.TypeModel(**fields(tmp_path / "small.npz"))

    assert again.rows == model.rows
    np.testing.assert_array_equal(again.weights, model.weights)
    np.testing.assert_array_equal(again.rarities, model.rarities)
    np.testing.assert_array_equal(again.score(["w é", "w ?"]), model.score(["w é"]))


def test_weights_are_rounded_to_eight_bits():
    """The largest of each output is 127 units; tokens worth nothing are left out."""
    weights = np.array([[2.54, -1.0], [0.0, 0.0], [1.27, 0.5]])
    model = rounded({"a": 0, "b": 1, "c": 2}, weights, [0.5, 0.0])

    assert list(model.rows) == ["a", "c"]
    assert model.weights.tolist() == [[127, -127], [64, 64]]
    assert model.score(["a", "b"]) == pytest.approx([3.04, -1.0])


def test_the_prefix_is_not_looked_at():
    """The model sees the same commit whatever its author called it."""
    found = {
        tuple(looked_at(f"{prefix}keep entries that are being read", CODE, TEST))
        for prefix in ("", "fix: ", "feat(cache)!: ", "[Bugfix] ", "🐛 ")
    }

    assert len(found) == 1


def test_prefixes_in_the_body_are_not_looked_at():
    """Titles of squashed commits would tell what is to be told."""
    plain = looked_at("keep entries", CODE, body="Entries were lost.")
    listed = looked_at("keep entries", CODE, body="* fix: dropped\nEntries were lost.")

    assert "y entry" in plain
    assert {token for token in plain if token.startswith("y ")} == {
        token for token in listed if token.startswith("y ")
    }


def test_names_of_folders_do_not_count():
    """The same change elsewhere in the tree has the same type."""
    rows = [
        {"subject": "Hold entries back", "files": [{"path": f"{folder}/a.py"}]}
        for folder in ("src/core", "packages/zebra/lib")
    ]

    typed = change_types.classify(make_history(rows)).commits

    assert typed["type_confidence"].nunique() == 1


@pytest.mark.parametrize(
    ("word", "expected"),
    [("fixes", "fix"), ("adding", "add"), ("stopped", "stop"), ("is", "is")],
)
def test_stems(word, expected):
    """Forms of a verb are one token."""
    assert stem(word) == expected


@pytest.mark.parametrize(
    ("subject", "files", "expected"),
    [
        ("entries were dropped while still being read", [CODE, TEST], "fix"),
        ("support for a timeout in connect", [CODE, TEST], "feat"),
        ("speed up decoding of large frames", [CODE, TEST], "perf"),
        (
            "split the parser into two modules",
            [("code", "A", 120, 0, "a.py"), ("code", "M", 3, 118, "parser.py")],
            "refactor",
        ),
    ],
)
def test_sentences_without_a_prefix(subject, files, expected):
    """What a sentence says decides where no prefix does, and files do not object."""
    assert weigh(parse(subject), files).change_type == expected


def test_a_prefix_outweighs_a_guess():
    """An author who names the type is believed when nothing contradicts."""
    for prefix in ("feat", "fix", "perf", "refactor"):
        verdict = weigh(parse(f"{prefix}: entries and their keys"), [CODE])
        assert verdict.change_type == prefix
        assert verdict.reason == f"the author's prefix '{prefix}'"


def test_words_overrule_a_prefix_that_understates():
    """A repair is a repair, and the author's word for it is named."""
    subject = "chore: keep the cache usable even when the disk is full"
    verdict = weigh(parse(subject), [CODE, TEST])

    assert verdict.change_type == "fix"
    assert verdict.reason.startswith("the author says 'chore'; the word")
    assert "'when'" not in verdict.reason


def test_work_on_a_vendored_copy_is_what_its_sentence_says():
    """A repair of another project's code ships as a repair."""
    copy = [("vendored", "M", 3, 1, "bit.c")]

    assert weigh(parse("Fix overflow in bit.tohex"), copy).change_type == "fix"
    assert weigh(parse("Sync with upstream"), copy).change_type == "build"


def test_files_overrule_a_prefix_and_the_reason_says_so():
    """The author's word is named beside what contradicts it."""
    verdict = weigh(parse("fix: cache the wheel"), [("ci", "M", 3, 1, "ci.yml")])

    assert verdict.change_type == "ci"
    assert verdict.reason == "the author says 'fix'; only the CI is touched"


def test_a_merge_is_what_the_rules_say():
    """A merge has no files, and merges were not learnt from."""
    message = parse("Merge branch 'ab/rework'", "Odd things are put in order.",
                    is_merge=True)  # fmt: skip

    assert weigh(message, []).rule == judge(message).rule


def test_scores_do_not_depend_on_what_else_is_in_the_history():
    """A commit alone has the type that it has among others."""
    rows = [
        {"subject": subject, "files": [{"path": "src/a.py", "insertions": n}]}
        for n, subject in enumerate(
            ["Entries may now expire", "Use the new reader", "Wrong key in cache"]
        )
    ]
    together = change_types.classify(make_history(rows)).commits
    columns = ["change_type", "type_confidence", "type_reason"]

    for at, row in enumerate(rows):
        alone = change_types.classify(make_history([row])).commits
        assert list(alone[columns].iloc[0]) == list(together[columns].iloc[at])


def test_training_packages_are_not_needed():
    """Judging imports neither sklearn nor scipy."""
    code = (
        "import sys; from commitlens.message import parse;"
        "from commitlens.type_weighing import weigh;"
        "weigh(parse('use the reader'), [('code', 'M', 1, 1, 'a.py')]);"
        "sys.exit(any(name in sys.modules for name in ('sklearn', 'scipy')))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def habitual(count: int, called: str, what: str = "extend") -> list[dict]:
    """Return commits that change tables, all called the same by their author."""
    return [
        {
            "subject": f"{called}: {what} the table of keys, part {n}",
            "files": [{"path": "src/keys.py", "insertions": 3, "deletions": 2}],
        }
        for n in range(count)
    ]


def once_more(what: str) -> dict:
    """Return a commit like those, without a prefix."""
    files = [{"path": "src/keys.py", "insertions": 3, "deletions": 2}]
    return {"subject": f"{what} the table of keys once more", "files": files}


@pytest.mark.parametrize("called", ["perf", "feat"])
def test_habits_are_learnt_from_the_repository(called):
    """A commit without a prefix is called what its author calls its like."""
    one, others = once_more("rework"), habitual(60, called, "rework")
    fresh = change_types.classify(make_history([one])).commits.iloc[-1]

    typed = change_types.classify(make_history([*others, one])).commits

    assert fresh["change_type"] == "refactor"
    assert typed["change_type"].iloc[-1] == called


@pytest.mark.parametrize(("what", "called"), [("extend", "feat"), ("rework", "fix")])
def test_habits_never_decide_what_is_a_repair(what, called):
    """Repairs are counted where less of the past is known: it may not decide."""
    one, others = once_more(what), habitual(60, called, what)
    fresh = change_types.classify(make_history([one])).commits.iloc[-1]

    typed = change_types.classify(make_history([*others, one])).commits

    assert (fresh["change_type"] == "fix") == (called != "fix")
    assert (typed["change_type"].iloc[-1] == "fix") == (called != "fix")


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("chore: remove the unused alias", "refactor"),
        ("chore: rename the receipts", "refactor"),
        ("fix(kit)!: remove the inner table", "feat"),
        ("refactor(api)!: hide the inner table", "feat"),
    ],
)
def test_a_chore_in_code_is_read_and_what_breaks_users_is_a_feature(subject, kind):
    """Readers have no chores in code, and behaviour changed on purpose is a feature."""
    files = [{"path": "src/keys.py", "insertions": 3, "deletions": 9}]
    typed = change_types.classify(make_history([{"subject": subject, "files": files}]))

    assert typed.commits["change_type"].tolist() == [kind]
    assert "the author" in typed.commits["type_reason"].iloc[0]


def test_few_prefixed_commits_are_no_habit():
    """Ten commits may be chance."""
    one = {"subject": "extend the table", "files": [{"path": "src/keys.py"}]}
    alone = change_types.classify(make_history([one])).commits.iloc[-1]

    typed = change_types.classify(make_history([*habitual(10, "perf"), one])).commits

    assert typed["type_confidence"].iloc[-1] == alone["type_confidence"]


def test_habits_are_learnt_from_the_lead_and_from_the_past_alone():
    """What landed before a range teaches; what comes after does not."""
    one = once_more("rework")
    lead = make_history(habitual(60, "perf", "rework"))
    history = make_history([one, *habitual(60, "feat", "rework")])

    with_lead = change_types.classify(history.replace(lead=lead)).commits
    without = change_types.classify(history).commits

    assert with_lead["change_type"].iloc[0] == "perf"
    assert without["change_type"].iloc[0] == "refactor"


def test_each_repository_has_its_own_habits():
    """What one repository's authors do says nothing of another's."""
    one = once_more("rework")
    other = {**one, "repo": "octo/other"}

    typed = change_types.classify(
        make_history([*habitual(60, "perf", "rework"), one, other])
    ).commits

    assert list(typed["change_type"].iloc[-2:]) == ["perf", "refactor"]


def test_a_habit_fades():
    """Prefixes further back than 500 commits are forgotten."""
    habits = Habits(type_model.shipped())
    found = looked_at("extend the table", CODE)
    scores = type_model.shipped().score(found)
    for _ in range(60):
        habits.learn(found, scores, "perf")

    assert np.argmax(habits.correction(found, scores)) == KINDS.index("perf")
    habits.at += 501
    assert not habits.correction(found, scores).any()
