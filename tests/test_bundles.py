"""A bundle is read as the repository that it was made of."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import commitlens as cl
from commitlens.testing import RepositoryBuilder


@pytest.fixture
def builder(tmp_path: Path) -> RepositoryBuilder:
    """A repository with two commits and a tag."""
    builder = RepositoryBuilder(tmp_path / "work")
    builder.commit("feat: say hello", {"hello.py": "def hello():\n    return 1\n"})
    builder.git("tag", "v1.0")
    builder.commit("fix: say it", {"hello.py": "def hello():\n    return 2\n"})
    return builder


def test_a_bundle_gives_the_history_it_was_made_of(
    builder: RepositoryBuilder, tmp_path: Path
) -> None:
    """Commits, files and what diffs show are those of the repository."""
    bundle = tmp_path / "greeting.bundle"
    builder.git("bundle", "create", str(bundle), "HEAD", "main", "v1.0")

    read = cl.gather_evidence(cl.classify(cl.load_history(bundle)))
    again = cl.load_history(bundle)

    expected = cl.load_history(builder.path)
    assert read.commits["repo"].unique().tolist() == ["greeting"]
    for frame in ("commits", "files"):
        one = getattr(again, frame).drop(columns="repo")
        assert one.equals(getattr(expected, frame).drop(columns="repo"))
    assert (read.facts["kind"] == "symbol_added").any()
    git_dir = read.repositories["greeting"].git_dir
    tags = subprocess.run(
        ["git", f"--git-dir={git_dir}", "tag"], capture_output=True, check=True
    )
    assert tags.stdout == b"v1.0\n"


def test_a_bundle_written_anew_is_read_anew(
    builder: RepositoryBuilder, tmp_path: Path
) -> None:
    """What was unpacked belongs to the bytes, not to the name."""
    bundle = tmp_path / "greeting.bundle"
    builder.git("bundle", "create", str(bundle), "HEAD", "main")
    before = cl.load_history(bundle)
    builder.commit("docs: more", {"README.md": "hello\n"})
    builder.git("bundle", "create", str(bundle), "HEAD", "main")

    after = cl.load_history(bundle)

    assert len(before.commits) == 2
    assert after.commits["subject"].tolist()[-1] == "docs: more"


def test_a_bundle_without_head_or_history_says_how_to_make_one(
    builder: RepositoryBuilder, tmp_path: Path
) -> None:
    """Bundles that git cannot clone from are told apart from empty repositories."""
    headless, partial, broken = (tmp_path / f"{n}.bundle" for n in ("a", "b", "c"))
    builder.git("bundle", "create", str(headless), "v1.0")
    builder.git("bundle", "create", str(partial), "v1.0..main", "HEAD")
    broken.write_bytes(b"# v2 git bundle\nnothing\n")

    for bundle in (headless, partial, broken):
        with pytest.raises(cl.CommitlensError, match="bundle create FILE HEAD"):
            cl.load_history(bundle)

    # And nothing is left that would pass for one that was read.
    mirrors = Path(os.environ["COMMITLENS_DATA"]) / "mirrors" / ".bundles"
    assert [path for path in mirrors.rglob("*.git") if path.is_dir()] == []


def test_another_file_is_no_bundle(builder: RepositoryBuilder) -> None:
    """A file of a work tree still means the repository that it is in."""
    history = cl.load_history(builder.path / "hello.py")

    assert history.commits["repo"].unique().tolist() == ["work"]


def refs(bundle: Path) -> bytes:
    """Return the names of commits and tags in a bundle."""
    done = subprocess.run(
        ["git", "bundle", "list-heads", str(bundle)], capture_output=True, check=True
    )
    return done.stdout


def test_the_demo_is_what_its_script_makes(root: Path, tmp_path: Path) -> None:
    """The script makes the shipped history, and the same bytes each time.

    A commit's name is a hash of all that it holds, so equal names are equal
    histories, whatever version of git and zlib packed them.
    """
    made = [tmp_path / "one.bundle", tmp_path / "two.bundle"]
    for target in made:
        script = [sys.executable, str(root / "data" / "demo"), str(target)]
        subprocess.run(script, check=True, capture_output=True)

    shipped = root / "data" / "demo.bundle"
    assert refs(made[0]) == refs(shipped)
    assert made[0].read_bytes() == made[1].read_bytes()
    assert shipped.stat().st_size < 1_000_000


def test_the_demo_has_something_to_say_about_everything(root: Path) -> None:
    """Every type, tier and flag is there, with people, bots, releases and merges."""
    scored = cl.score(cl.load_history(root / "data" / "demo.bundle"))

    commits = scored.commits
    assert 600 <= len(commits) <= 1000
    assert set(commits["change_type"]) == set(cl.CHANGE_TYPES)
    assert set(commits["importance"]) == set(cl.TIERS)
    assert (commits[["breaking", "security", "is_bot", "is_merge"]].sum() >= 4).all()
    assert commits["author_name"].nunique() > 12
    span = commits["landed_at"].max() - commits["landed_at"].min()
    assert span.days > 18 * 30
