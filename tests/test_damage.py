"""Damaged repositories: what can be read is read, and what is lost is said."""

from __future__ import annotations

import shutil
import stat
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_history import RANDOM, graphs, write_graph

from commitlens import upkeep
from commitlens.errors import CommitlensError
from commitlens.history import History, load_history, refresh
from commitlens.testing import RepositoryBuilder


@pytest.fixture(scope="session")
def whole(tmp_path_factory) -> tuple[Path, dict[str, str], History]:
    """A repository with a merge, the commits of interest, and its history."""
    folder = tmp_path_factory.mktemp("whole")
    builder = RepositoryBuilder(folder / "whole")
    shas = [
        builder.commit(
            f"main {n}",
            {f"d{n % 3}/f{n % 4}": f"{n}\n" * 3, "long": f"{n * 7 % 10}\n" * 40},
        )
        for n in range(10)
    ]
    builder.branch("topic", shas[4])
    topic = [builder.commit(f"topic {n}", {f"t{n}": f"{n}\n"}) for n in range(4)]
    builder.checkout("main")
    builder.merge("topic")
    tip = builder.commit("last", {"last": "1\n"})
    places = {"root": shas[0], "chain": shas[6], "side": topic[2], "tip": tip}
    history = load_history(builder.path, data=folder / "data", tz="UTC")
    return builder.path, places, history


@pytest.fixture
def load(tmp_path):
    """Load with a data folder of the test's own."""

    def load(repo, **options):
        return load_history(repo, data=tmp_path / "data", tz="UTC", **options)

    return load


def git(repo, *args):
    """Run git in a repository as its user would, and return its output."""
    done = subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@b", *args],
        cwd=repo, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def loose(repo, name):
    """Return the file of an object, made writable."""
    sha = git(repo, "rev-parse", name)
    path = Path(repo, ".git", "objects", sha[:2], sha[2:])
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    return path


def flip(path):
    """Change a byte in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    path.write_bytes(data)


def halve(path):
    """Keep the first half of a file."""
    data = path.read_bytes()
    path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    path.write_bytes(data[: len(data) // 2])


WAYS = {
    "deleted": Path.unlink,
    "cut": halve,
    "flipped": flip,
    "empty": lambda path: path.write_bytes(b""),
}


def reached(history, *lost):
    """Return what the last commit reaches without passing one of `lost`."""
    parents = dict(zip(history.commits["sha"], history.commits["parents"], strict=True))
    seen, stack = set(), [history.commits["sha"].iloc[-1]]
    while stack:
        sha = stack.pop()
        if sha not in seen and sha not in lost:
            seen.add(sha)
            stack += parents[sha]
    return seen


def assert_rows_are_those(found, true, *, unknown=(), landed=True):
    """Compare commits and files with those of the whole repository."""
    commits = found.commits.set_index("sha")
    known = commits[~commits.index.isin(unknown)]
    expected = true.commits.set_index("sha").loc[known.index]
    some = [c for c in known if c != "repo" and (landed or c != "landed_at")]
    pd.testing.assert_frame_equal(known[some], expected[some])
    assert commits.loc[list(unknown), "files_changed"].isna().all()
    assert not found.files["sha"].isin(unknown).any()
    files = true.files[true.files["sha"].isin(known.index)]
    keys = ["sha", "path"]
    pd.testing.assert_frame_equal(
        found.files.drop(columns="repo").sort_values(keys, ignore_index=True),
        files.drop(columns="repo").sort_values(keys, ignore_index=True),
    )


def assert_the_same(found, true):
    """Compare two histories of one repository."""
    pd.testing.assert_frame_equal(
        found.commits.drop(columns="repo"), true.commits.drop(columns="repo")
    )
    pd.testing.assert_frame_equal(
        found.files.drop(columns="repo"), true.files.drop(columns="repo")
    )
    assert found.warnings == true.warnings


@pytest.mark.parametrize(
    ("way", "place", "indexed"),
    [
        *((way, "chain", False) for way in WAYS),
        *(("deleted", place, False) for place in ("root", "side")),
        *(("flipped", place, True) for place in ("root", "chain", "side")),
        ("deleted", "side", True),
    ],
)
def test_a_commit_that_cannot_be_read_costs_what_only_it_leads_to(
    whole, load, tmp_path, caplog, way, place, indexed
):
    """Others are exact, its child has no numbers, and all comes back with it."""
    path, places, true = whole
    repo = tmp_path / "damaged"
    shutil.copytree(path, repo)
    if indexed:
        git(repo, "commit-graph", "write", "--reachable")
    lost = places[place]
    spare = loose(repo, lost).read_bytes()
    WAYS[way](loose(repo, lost))

    found = load(repo)

    children = [
        sha
        for sha, parents in zip(
            true.commits["sha"], true.commits["parents"], strict=True
        )
        if lost in parents and len(parents) == 1
    ]
    everything = set(true.commits["sha"]) - {lost}
    expected = everything if indexed else reached(true, lost)
    assert set(found.commits["sha"]) == expected
    assert_rows_are_those(
        found,
        true,
        unknown=[] if indexed else children,
        # What a later merge leads to again was there before, nobody knows when.
        landed=indexed or place != "chain",
    )
    assert f"cannot read 1 commit of damaged ({lost[:10]})" in found.warnings[0]
    assert f"leaves {len(expected)} of the branch" in found.warnings[0]
    assert "git fsck" in found.warnings[0]
    (problem,) = upkeep.verify(repo, data=tmp_path / "data")
    assert problem == found.warnings[0]
    assert refresh(repo, data=tmp_path / "data") == len(expected)
    assert [record.getMessage() for record in caplog.records] == [problem]

    Path(repo, ".git", "objects", lost[:2], lost[2:]).write_bytes(spare)
    assert_the_same(load(repo), true)
    assert upkeep.verify(repo, data=tmp_path / "data") == []


@RANDOM
@given(graph=graphs(), data=st.data())
def test_random_losses_leave_what_can_be_reached(tmp_path_factory, graph, data):
    """Whatever is lost of whatever history, rows are right and none too few."""
    folder = tmp_path_factory.mktemp("losses")
    builder = RepositoryBuilder(folder / "demo")
    shas = write_graph(builder, graph)
    builder.git("update-ref", "refs/heads/main", shas[-1])
    true = load_history(builder.path, data=folder / "true", tz="UTC")
    lost = data.draw(st.sets(st.sampled_from(shas[:-1] or shas), max_size=3))
    lost -= {shas[-1]}
    if indexed := data.draw(st.booleans()):
        builder.git("commit-graph", "write", "--reachable")
    for sha in lost:
        loose(builder.path, sha).unlink()

    found = load_history(builder.path, data=folder / "data", tz="UTC")

    everything = set(true.commits["sha"])
    expected = everything - lost if indexed else reached(true, *lost)
    assert set(found.commits["sha"]) == expected
    assert len(found.commits) == len(expected)
    unknown = found.commits.loc[found.commits["insertions"].isna(), "sha"].tolist()
    below = {
        sha
        for sha, parents in zip(
            true.commits["sha"], true.commits["parents"], strict=True
        )
        if lost.intersection(parents[:1])
    }
    assert set(unknown) <= below
    assert_rows_are_those(found, true, unknown=unknown, landed=not lost)
    assert bool(found.warnings) == bool(lost & everything)


def test_what_is_stored_stays_when_it_cannot_be_read_again(whole, load, tmp_path):
    """A refresh adds to it, a rebuild leaves it, and neither loses a row."""
    path, places, _ = whole
    repo = tmp_path / "stored"
    shutil.copytree(path, repo)
    stored = load(repo)
    git(repo, "checkout", "--quiet", "-b", "other", "main~2")
    git(repo, "commit", "--quiet", "--allow-empty", "-m", "beside")
    git(repo, "checkout", "--quiet", "main")
    git(repo, "merge", "--quiet", "--no-ff", "-m", "again", "other")
    for place in ("root", "chain", "side"):
        loose(repo, places[place]).unlink()
    found = load(repo)

    assert len(found.commits) == len(stored.commits) + 2
    assert_rows_are_those(
        found.replace(commits=found.commits[: len(stored.commits)]), stored
    )
    with pytest.raises(CommitlensError, match="has more and is kept"):
        upkeep.rebuild(repo, data=tmp_path / "data")
    assert_the_same(load(repo), found)


@pytest.mark.parametrize(
    ("way", "depth"), [("deleted", 1), ("flipped", 2), ("empty", 3)]
)
def test_new_commits_behind_a_lost_one_are_added(whole, load, tmp_path, way, depth):
    """What was stored is taken for what came before, until it can be read."""
    path, _, _ = whole
    repo = tmp_path / "new"
    shutil.copytree(path, repo)
    stored = load(repo)
    for n in range(4):
        Path(repo, "new").write_text(f"{n}\n")
        git(repo, "add", "new")
        git(repo, "commit", "--quiet", "-m", f"new {n}")
    lost = git(repo, "rev-parse", f"HEAD~{depth}")
    file = loose(repo, lost)
    spare = file.read_bytes()
    WAYS[way](file)

    found = load(repo)

    assert found.commits["sha"].tolist() == [
        *stored.commits["sha"],
        *(git(repo, "rev-parse", f"HEAD~{n}") for n in reversed(range(depth))),
    ]
    assert lost[:10] in found.warnings[0]
    assert_the_same(load(repo), found)

    file.write_bytes(spare)
    again = load(repo)
    assert len(again.commits) == len(stored.commits) + 4
    assert again.warnings == ()
    assert upkeep.verify(repo, data=tmp_path / "data") == []


def test_a_rewritten_branch_keeps_what_is_stored_below(whole, load, tmp_path):
    """A branch that moved back and on drops just what it no longer has."""
    path, places, true = whole
    repo = tmp_path / "moved"
    shutil.copytree(path, repo)
    load(repo)
    loose(repo, places["chain"]).unlink()
    git(repo, "reset", "--quiet", "--hard", "main~2")
    git(repo, "commit", "--quiet", "--allow-empty", "-m", "another way")

    found = load(repo)

    assert len(found.commits) == 11
    assert_rows_are_those(found.replace(commits=found.commits[:-1]), true)
    assert found.warnings == ()


def test_a_branch_beside_a_lost_commit_is_no_continuation(load, tmp_path):
    """Two branches from one lost commit: the other one's commits are not ours."""
    builder = RepositoryBuilder(tmp_path / "demo")
    shas = [builder.commit(f"{n}") for n in range(4)]
    tree = builder.git("rev-parse", "HEAD^{tree}")
    other = builder.git("commit-tree", "-p", shas[1], "-m", "other", tree)
    loose(builder.path, shas[1]).unlink()
    assert load(builder.path).commits["sha"].tolist() == shas[2:]
    builder.git("update-ref", "refs/heads/main", other)

    found = load(builder.path)

    assert found.commits["sha"].tolist() == [other]
    assert shas[1][:10] in found.warnings[0]


def test_a_lost_landing_lands_with_the_next(load, tmp_path):
    """What a lost merge brought is not lost where its parents are known."""
    builder = RepositoryBuilder(tmp_path / "demo")
    base = builder.commit("base", {"a": "1\n"})
    builder.branch("topic")
    topic = builder.commit("topic", {"b": "1\n"})
    builder.checkout("main")
    merge = builder.merge("topic")
    after = builder.commit("after", {"c": "1\n"}, date=1780000000)
    builder.git("commit-graph", "write", "--reachable")
    loose(builder.path, merge).unlink()

    commits = load(builder.path).commits.set_index("sha")

    assert commits.index.tolist() == [base, topic, after]
    assert commits.loc[topic, "landed_at"] == pd.Timestamp(
        1780000000, unit="s", tz="UTC"
    )
    assert commits.loc[after, "insertions"] == 1


def test_a_damaged_index_of_commits_is_not_believed(whole, load, tmp_path):
    """Where git's commit-graph leads astray, commits speak for themselves."""
    path, _, true = whole
    repo = tmp_path / "whole"
    shutil.copytree(path, repo)
    git(repo, "commit-graph", "write", "--reachable")
    flip(repo / ".git" / "objects" / "info" / "commit-graph")

    assert_the_same(load(repo), true)


@pytest.mark.parametrize(
    ("what", "way", "lines"),
    [
        *((":long", way, True) for way in WAYS),
        *(("^{tree}", "cut", lines) for lines in (True, False)),
        *((":d0", "flipped", lines) for lines in (True, False)),
        (":long", "deleted", False),
    ],
)
def test_numbers_come_back_when_they_can_be_read(
    whole, load, tmp_path, what, way, lines
):
    """A tree or a blob costs numbers until a refresh finds it again."""
    path, places, _ = whole
    repo = tmp_path / "whole"
    shutil.copytree(path, repo)
    true = load_history(repo, data=tmp_path / "true", tz="UTC", lines=lines)
    file = loose(repo, places["chain"] + what)
    spare = file.read_bytes()
    WAYS[way](file)
    column = "insertions" if lines else "files_changed"

    found = load(repo, lines=lines)

    missing = found.commits[found.commits[column].isna()]
    if lines or what != ":long":
        assert len(missing) in (2, 3)
        assert f"all of {len(missing)} commits" in found.warnings[0]
    else:
        assert missing.empty  # names need no contents
    again = load(repo, lines=lines)
    assert_the_same(again, found)

    file.write_bytes(spare)
    # A load is a refresh, and a refresh alone does it too.
    if lines:
        refresh(repo, data=tmp_path / "data")
    assert_the_same(load(repo, lines=lines, refresh=not lines), true)


def test_some_numbers_come_back_before_others(load, tmp_path):
    """Two losses heal one by one, in whatever part of the store they are."""
    builder = RepositoryBuilder(tmp_path / "demo")
    for n in range(6):
        builder.commit(f"{n}", {f"f{n}": f"{n}\n"})
        if n == 2:
            first = builder.git("rev-parse", "HEAD:f2")
    second = builder.git("rev-parse", "HEAD:f4")
    spares = {}
    for sha in (first, second):
        path = loose(builder.path, sha)
        spares[path] = path.read_bytes()
        path.unlink()
    assert load(builder.path).commits["insertions"].isna().sum() == 2

    left = [1, 0]
    for path, spare in spares.items():
        path.write_bytes(spare)
        found = load(builder.path)
        assert found.commits["insertions"].isna().sum() == left.pop(0)

    assert found.commits["insertions"].tolist() == [1] * 6
    assert found.files["path"].tolist() == [f"f{n}" for n in range(6)]
    assert upkeep.verify(builder.path, data=tmp_path / "data") == []


def test_a_retry_is_bounded(load, tmp_path, monkeypatch):
    """What stays unreadable is asked for a few times each load, not all of it."""
    builder = RepositoryBuilder(tmp_path / "demo")
    for n in range(40):
        builder.commit(f"{n}", {"f": f"{n}\n"})
        loose(builder.path, "HEAD:f").unlink()
        builder.git("update-index", "--force-remove", "f")
    load(builder.path)
    asked = []
    popen = subprocess.Popen

    def counting(command, *args, **options):
        asked.append(command)
        return popen(command, *args, **options)

    monkeypatch.setattr(subprocess, "Popen", counting)
    found = load(builder.path)

    assert found.commits["insertions"].isna().all()
    assert sum("diff-tree" in command for command in asked) < 30


def packed(path, repo):
    """Clone into one pack, without git's index of commits."""
    subprocess.run(
        ["git", "clone", "--quiet", "--no-local", path, repo],
        check=True, capture_output=True,
    )  # fmt: skip
    git(repo, "-c", "gc.writeCommitGraph=false", "gc", "--quiet")
    return next(Path(repo, ".git", "objects", "pack").glob("*.pack"))


def test_a_byte_anywhere_in_a_pack_costs_no_wrong_row(whole, tmp_path):
    """Wherever a pack is damaged, there is a warning, or nothing is amiss."""
    path, _, true = whole
    pack = packed(path, tmp_path / "packed")
    spare = pack.read_bytes()
    pack.chmod(stat.S_IRUSR | stat.S_IWUSR)
    kinds = set()
    for step in range(1, 16):
        data = bytearray(spare)
        data[len(data) * step // 16] ^= 0x55
        pack.write_bytes(data)
        try:
            found = load_history(tmp_path / "packed", data=tmp_path / str(step))
        except CommitlensError:
            kinds.add("error")
            continue
        unknown = found.commits.loc[found.commits["insertions"].isna(), "sha"]
        short = len(found.commits) < len(true.commits)
        assert len(found.warnings) == short + bool(len(unknown))
        kinds.add("short" if short else "numbers" if len(unknown) else "none")
        rest = ~found.commits["sha"].isin(unknown)
        expected = true.commits.set_index("sha").loc[found.commits["sha"][rest]]
        for name in ("subject", "files_changed", "insertions", "deletions"):
            assert found.commits.loc[rest, name].tolist() == expected[name].tolist()
    assert {"short", "numbers"} <= kinds


def no_index(repo):
    """Delete the index of the only pack."""
    next(repo.glob(".git/objects/pack/*.idx")).unlink()


def half_pack(repo):
    """Cut the only pack."""
    halve(next(repo.glob(".git/objects/pack/*.pack")))


def write(name, text):
    """Return what overwrites a file of git's folder."""
    return lambda repo: Path(repo, ".git", name).write_text(text)


BROKEN = {
    "no-pack-index": (no_index, "cannot be read (it is missing)"),
    "half-pack": (half_pack, "cannot be read (error: packfile"),
    "ref-to-nothing": (write("refs/heads/main", "1" * 40 + "\n"), "111111111111"),
    "ref-of-garbage": (write("refs/heads/main", "garbage\n"), "HEAD names is damaged"),
    "empty-ref": (write("refs/heads/main", ""), "HEAD names is damaged"),
    "head-of-garbage": (write("HEAD", "garbage\n"), "not a git repository"),
    "empty-head": (write("HEAD", ""), "not a git repository"),
    "no-head": (lambda repo: (repo / ".git" / "HEAD").unlink(), "not a git repository"),
    "unborn": (write("HEAD", "ref: refs/heads/nowhere\n"), "its branch is empty"),
    "settings": (write("config", "[[["), "bad config line 1"),
    "no-objects": (lambda repo: shutil.rmtree(repo / ".git" / "objects"), "not a git"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_cannot_be_read_at_all_is_one_sentence(whole, load, tmp_path, kind):
    """No traceback and no empty frame, but what is wrong and what to do."""
    repo = tmp_path / "broken"
    packed(whole[0], repo)
    damage, words = BROKEN[kind]
    damage(repo)

    with pytest.raises(CommitlensError) as caught:
        load(repo)

    assert words in str(caught.value)
    assert "; " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_another_branch_that_is_broken_does_not_matter(whole, load, tmp_path):
    """Only what the branch reaches is read."""
    path, _, true = whole
    repo = tmp_path / "whole"
    shutil.copytree(path, repo)
    write("refs/heads/other", "1" * 40 + "\n")(repo)

    assert_the_same(load(repo), true)


def test_without_its_alternates_a_repository_is_what_it_holds_itself(
    whole, load, tmp_path
):
    """Commits of its own are read, and what they build on is told to be lost."""
    path, places, _ = whole
    repo = tmp_path / "borrower"
    subprocess.run(["git", "clone", "-qs", path, repo], check=True)
    alternates = repo / ".git" / "objects" / "info" / "alternates"
    spare = alternates.read_text()
    alternates.write_text("/nowhere/objects\n")
    with pytest.raises(CommitlensError, match="cannot be read"):
        load(repo)

    alternates.write_text(spare)
    git(repo, "commit", "--quiet", "--allow-empty", "-m", "own")
    alternates.write_text("/nowhere/objects\n")
    found = load(repo)
    assert found.commits["subject"].tolist() == ["own"]
    assert places["tip"][:10] in found.warnings[0]

    alternates.write_text(spare)
    assert len(load(repo).commits) == len(whole[2].commits) + 1


def test_a_broken_newest_commit_leaves_what_was_stored(whole, load, tmp_path):
    """A load warns that it is stale; a refresh, which is to bring it, fails."""
    path, places, true = whole
    repo = tmp_path / "whole"
    shutil.copytree(path, repo)
    load(repo)
    git(repo, "commit", "--quiet", "--allow-empty", "-m", "new")
    loose(repo, "HEAD").write_bytes(b"")

    found = load(repo)

    assert_the_same(found.replace(warnings=()), true)
    assert found.warnings[0].startswith("stale: the newest commit of whole, ")
    assert found.warnings[0].endswith("what was stored before is used")
    with pytest.raises(CommitlensError, match="the newest commit"):
        refresh(repo, data=tmp_path / "data")


def test_a_damaged_mirror_says_how_it_is_fetched_anew(whole, load, tmp_path):
    """Once its folder is deleted the next load has everything again."""
    path, places, true = whole
    url = f"file://{path}"
    load(url)
    mirror = next((tmp_path / "data" / "mirrors").rglob("*.git"))
    shutil.rmtree(tmp_path / "data" / "history")
    for pack in mirror.glob("objects/pack/*.pack"):
        data = pack.read_bytes()
        pack.unlink()
        pack.with_suffix(".idx").unlink()
        subprocess.run(
            ["git", f"--git-dir={mirror}", "unpack-objects", "-q"],
            check=True, input=data,
        )  # fmt: skip
    shutil.rmtree(mirror / "objects" / "info")
    sha = places["side"]
    Path(mirror, "objects", sha[:2], sha[2:]).unlink()

    found = load(url)

    assert sha[:10] in found.warnings[0]
    assert f"delete {mirror}, and it is fetched anew" in found.warnings[0]
    shutil.rmtree(mirror)
    assert_the_same(load(url), true)
