"""Types held against prefixes, scores against what came of commits."""

import numpy as np
import pandas as pd
import pytest

import commitlens as cl
from commitlens.errors import InputError
from commitlens.evaluation import (
    calibration,
    hide_prefixes,
    outcomes,
    prefixes,
    ranking,
)
from commitlens.testing import make_history


def test_prefixes_are_what_authors_wrote():
    """Conventional prefixes and tags count; bots, merges and plain words do not."""
    history = make_history(
        [
            {"subject": "fix(api): crash"},
            {"subject": "[Docs] say it"},
            {"subject": "say it"},
            {"subject": "feat: x", "is_bot": True},
        ]
    )
    assert prefixes(history).astype(object).where(
        lambda s: s.notna(), None
    ).tolist() == [
        "fix",
        "docs",
        None,
        None,
    ]


def test_hidden_prefixes_are_nowhere():
    """Neither the commits nor those before them keep a prefix."""
    lead = make_history([{"subject": "perf: faster"}])
    history = make_history([{"subject": "fix(api): crash on start"}], lead=lead)
    hidden = hide_prefixes(history)
    assert hidden.commits["subject"].tolist() == ["crash on start"]
    assert hidden.lead.commits["subject"].tolist() == ["faster"]
    assert history.commits["subject"].tolist() == ["fix(api): crash on start"]
    assert hidden.commits.dtypes.equals(history.commits.dtypes)


def test_calibration_against_a_plain_count():
    """Bins, shares and the error are those of a loop over the commits."""
    rng = np.random.default_rng(7)
    sure = rng.uniform(size=500)
    right = rng.uniform(size=500) < sure**2
    table = calibration(sure, right, bins=5)
    error = 0.0
    for place in range(5):
        rows = [i for i in range(500) if min(int(sure[i] * 5), 4) == place]
        share = sum(right[i] for i in rows) / len(rows)
        mean = sum(sure[i] for i in rows) / len(rows)
        error += abs(share - mean) * len(rows) / 500
        assert table["right"].iloc[place] == pytest.approx(share)
        assert table["low"].iloc[place] < share < table["high"].iloc[place]
    assert table.attrs["error"] == pytest.approx(error)


def test_calibration_wants_an_answer_a_confidence():
    """Two lengths are an error that says so."""
    with pytest.raises(ValueError, match="2 confidences, but 1 answers"):
        calibration([0.1, 0.2], [True])


def test_ranking_is_the_share_of_pairs_in_order():
    """AUC equals counting every pair, ties as half."""
    rng = np.random.default_rng(3)
    table = pd.DataFrame(
        {"risk": rng.integers(0, 9, 80), "repaired": rng.uniform(size=80) < 0.3}
    )
    good = table.loc[table["repaired"], "risk"]
    bad = table.loc[~table["repaired"], "risk"]
    pairs = [(g > b) + 0.5 * (g == b) for g in good for b in bad]
    found = ranking(table, by=["risk"]).loc["risk"]
    assert found["auc"] == pytest.approx(np.mean(pairs))
    assert found["low"] < found["auc"] < found["high"]


def test_ranking_of_nothing_is_missing():
    """Where no commit was repaired there is nothing to rank."""
    table = pd.DataFrame({"risk": [0.1, 0.2], "repaired": [False, False]})
    assert np.isnan(ranking(table, by=["risk"]).loc["risk", "auc"])


FILE = [{"path": "src/a.py", "insertions": 20, "deletions": 1}]


def test_outcomes_count_only_what_had_time():
    """A stated repair in time counts, a late one not; the newest are left out."""
    sha = [f"{n:040x}" for n in range(1, 7)]
    days = ["2026-01-01", "2026-01-02", "2026-01-20", "2026-06-01", "2026-06-02"]
    rows = [
        {"sha": sha[0], "subject": "feat: a", "files": FILE},
        {"sha": sha[1], "subject": "feat: b", "files": FILE},
        {"sha": sha[2], "subject": 'Revert "feat: a"', "files": FILE,
         "body": f"This reverts commit {sha[0]}."},
        {"sha": sha[3], "subject": 'Revert "feat: b"', "files": FILE,
         "body": f"This reverts commit {sha[1]}."},
        {"sha": sha[4], "subject": "feat: c", "files": FILE},
    ]  # fmt: skip
    for row, day in zip(rows, days, strict=True):
        row["landed_at"] = row["committed_at"] = f"{day}T12:00:00Z"
    scored = cl.score(make_history(rows))
    found = outcomes(scored, days=30, lines=False).set_index("sha")
    assert found.index.tolist() == sha[:3]
    assert found["repaired"].tolist() == [True, False, False]
    assert found.loc[sha[0], "how"] == "reverts"


def test_outcomes_want_a_rated_history():
    """The message names the call that is missing."""
    with pytest.raises(InputError, match=r"run score\(\) first"):
        outcomes(make_history([{"subject": "x"}]))
