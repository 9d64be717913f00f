"""What words and files say of how much a commit matters."""

from __future__ import annotations

import pytest

from commitlens import classify, gather_evidence, load_history, rate
from commitlens.diffs import read_patch
from commitlens.message import parse
from commitlens.testing import RepositoryBuilder, make_history
from commitlens.word_weights import changed_words, code_words, read, shipped

CODE = ("code", "M", 12, 4, "cache.py")
PATCH = b"""diff --git a/src/cache.py b/src/cache.py
--- a/src/cache.py
+++ b/src/cache.py
@@ -1,2 +1,3 @@
-    oldTimeout = RETRY_LIMIT
+    if oldTimeout:
+        raise CacheError
"""


def told(subject: str, *files: tuple, words=((), ())) -> float:
    """Return the points of a commit's message."""
    return read(parse(subject), files or [CODE], words)["message"].points


def test_identifiers_are_taken_apart():
    """Words that both sides have alike do not count."""
    counts = changed_words(read_patch(PATCH))

    assert {word: n for word, n in counts.items() if n} == {
        "retry": -1, "limit": -1, "if": 1, "raise": 1, "cache": 1, "error": 1,
    }  # fmt: skip


def test_only_known_words_are_kept():
    """What the model does not know is no fact."""
    lost, gained = code_words(read_patch(PATCH))

    words = ("cache", "error", "if", "raise")
    assert set(lost) <= {"retry", "limit"}
    assert gained == [word for word in words if f"+ {word}" in shipped().rows] != []


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("deprecate the old endpoint", "fix typo in a comment"),
        ("prevent data loss on restart", "remove an unused helper"),
    ],
)
def test_wording_is_worth_what_readers_saw_in_it(more, less):
    """Words that users meet weigh more than words of upkeep."""
    assert told(more) > told(less)


def test_the_prefix_does_not_count():
    """An author's prefix is a measure of its own."""
    assert told("fix: prevent loss") == told("chore: prevent loss")


def test_points_are_the_sum_of_the_weights():
    """No point comes from elsewhere, and words of code are apart."""
    words = (["retry"], ["raise"])
    found = read(parse("use the reader"), [CODE], words)
    without = read(parse("use the reader"), [CODE])
    model = shipped()
    worth = sum(
        float(model.weights[model.rows[token], 0] * model.scale[0])
        for token in ("- retry", "+ raise")
        if token in model.rows
    )

    assert found["code"].points == pytest.approx(worth)
    assert without["code"].points == 0
    assert found["message"] == without["message"]


def test_words_are_named_as_written():
    """A reader sees the word that weighs, not its stem."""
    found = read(parse("Deprecates the endpoints of the old API"), [CODE])

    assert found["message"].points > 0
    assert found["message"].words
    assert set(found["message"].words) <= {"Deprecates", "endpoints", "old", "API"}


def test_fillers_are_not_named():
    """They weigh, but no reader takes them for a reason."""
    found = read(parse("Make sure that the use of it will do"), [CODE])["message"]

    assert found.points
    assert found.words == ()
    assert found.told == 0


def test_a_reason_tells_the_points_of_the_words_it_names():
    """Not those of the rest of the message."""
    subject = "Support the default API"
    commits = rate(
        classify(
            make_history(
                [{"subject": subject, "files": [{"path": "src/cache.py"}]}],
            )
        )
    ).commits
    model, scale = shipped(), float(shipped().scale[0])
    tokens = {"w support", "0 support", "w default", "2 default", "w api", "3 api"}
    worth = sum(
        int(model.weights[model.rows[token], 0]) * scale
        for token in tokens & model.rows.keys()
    )

    (told,) = [
        reason
        for reason in commits["importance_reasons"].iloc[0]
        if reason.startswith("words of the subject")
    ]
    assert set(told.split(": ")[1].split("'")[1::2]) == {"Support", "default", "API"}
    assert told.endswith(f"({worth:+.0f})")


def test_words_of_the_diff_are_a_fact_and_move_the_score(tmp_path):
    """Evidence notes them, the score counts them, and a reason names them."""
    builder = RepositoryBuilder(tmp_path / "r")
    builder.commit("Start", {"src/cache.py": "def get(key):\n    return 1\n"})
    after = "def get(key, timeout=None):\n    raise TimeoutError(deprecated)\n"
    builder.commit("Change get", {"src/cache.py": after})
    history = classify(load_history(builder.path, progress=False))

    gathered = gather_evidence(history, progress=False)
    facts = gathered.facts
    rated, bare = rate(gathered), rate(history)

    (words,) = facts.loc[
        (facts["kind"] == "words") & (facts["sha"] == history.commits["sha"].iloc[-1]),
        "new",
    ]
    assert "deprecated" in words.split()
    assert (
        rated.commits["score_wording"].iloc[-1]
        != bare.commits["score_wording"].iloc[-1]
    )


def test_a_history_without_files_is_read_too():
    """Nothing is needed but a message."""
    rated = rate(classify(make_history([{"subject": "Deprecate the endpoint"}])))

    assert rated.commits["score_wording"].notna().all()
