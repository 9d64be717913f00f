"""Clones and fetches over HTTP, against a real git server on loopback."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from git_server import serve

from commitlens.addresses import (
    host_and_path,
    remote_url,
    web_page,
    without_password,
)
from commitlens.errors import RepositoryError
from commitlens.history import load_history, refresh
from commitlens.testing import RepositoryBuilder


@pytest.fixture
def origin(tmp_path):
    """A repository with two commits, served as owner/name."""
    builder = RepositoryBuilder(tmp_path / "served" / "owner" / "name")
    builder.commit("feat: one", {"a": "1\n"})
    builder.commit("fix: two", {"a": "2\n"})
    return builder


def address(url):
    """Return the URL of the served repository."""
    return f"{url}/owner/name/.git"


def test_a_clone_over_http_is_refreshed_by_one_fetch(origin, tmp_path):
    """The first load clones; the next one asks once and reads what is new."""
    data = tmp_path / "data"
    with serve(tmp_path / "served") as (url, log):
        first = load_history(address(url), data=data)
        log.clear()
        again = load_history(address(url), data=data)
        quiet = list(log)
        origin.commit("docs: three", {"b": "1\n"})
        third = load_history(address(url), data=data)

    assert first.commits["subject"].tolist() == ["feat: one", "fix: two"]
    assert again.commits["sha"].tolist() == first.commits["sha"].tolist()
    assert not [line for line in quiet if "git-receive-pack" in line]
    assert sum("info/refs" in line for line in quiet) == 1
    assert third.commits["subject"].tolist()[-1] == "docs: three"


def test_tags_alone_are_fetched_without_another_question(origin, tmp_path):
    """New and moved tags of a branch that stayed are in the mirror next time."""
    origin.git("tag", "v1")
    origin.git("tag", "-a", "v2", "-m", "two")
    data = tmp_path / "data"
    with serve(tmp_path / "served") as (url, log):
        refresh(address(url), data=data)
        mirror = next((data / "mirrors").rglob("*.git"))
        log.clear()
        refresh(address(url), data=data)
        quiet = list(log)
        origin.git("tag", "v3")
        origin.git("tag", "--force", "v1", "HEAD~1")
        refresh(address(url), data=data)
        moved = tags(mirror)
        log.clear()
        refresh(address(url), data=data)

    assert [line.split()[0] for line in quiet] == ["GET", "POST"]
    assert len(log) == len(quiet)
    assert moved == tags(origin.path / ".git")
    assert sorted(moved) == ["v1", "v2", "v3"]


def tags(git_dir):
    """Return what the tags of a repository name."""
    listed = subprocess.check_output(
        ["git", f"--git-dir={git_dir}", "for-each-ref", "refs/tags",
         "--format=%(refname:short) %(objectname)"], text=True,
    )  # fmt: skip
    return dict(line.split() for line in listed.splitlines())


def test_a_plain_refresh_is_the_refresh_of_the_command_line(origin, tmp_path):
    """Known without the command line's imports, it says and returns the same."""
    imported = (
        "import sys\n"
        "from commitlens.__main__ import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    costly = {'click', 'git', 'numpy', 'pandas', 'pyarrow'}\n"
        "    print(*sorted(costly & set(sys.modules)))\n"
    )

    def run(*words):
        done = subprocess.run([sys.executable, "-c", imported, "refresh", *words],
                              capture_output=True, text=True)  # fmt: skip
        out, _, modules = done.stdout.removesuffix("\n").rpartition("\n")
        return (done.returncode, out, done.stderr), modules.split()

    data = str(tmp_path / "data")
    with serve(tmp_path / "served") as (url, _):
        refresh(address(url), data=data)
        plain, few = run(address(url), "--data", data)
        other, more = run("--data", data, address(url))
    gone, _ = run(address(url), "--data", data)
    gone_too, _ = run("--data", data, address(url))
    nothing, _ = run(f"{tmp_path}/nothing", "--data", data)
    nothing_too, _ = run("--data", data, f"{tmp_path}/nothing")

    assert plain == other == (0, "2 commits", "")
    assert (few, more) == ([], ["click"])
    assert gone == gone_too
    assert gone[:2] == (1, "")
    assert "could not be fetched" in gone[2]
    assert nothing == nothing_too
    assert "no repository at" in nothing[2]


def test_a_name_is_owner_and_repository(origin, tmp_path):
    """The repo column of a remote is owner/name, its mirror named after it."""
    origin.git("clone", "--quiet", "--bare", ".", str(origin.path.parent / "it.git"))
    with serve(tmp_path / "served") as (url, _):
        history = load_history(f"{url}/owner/it.git", data=tmp_path / "data")

    assert set(history.commits["repo"]) == {"owner/it"}
    mirror = history.repositories["owner/it"].git_dir
    assert mirror.parts[-2:] == ("owner", "it.git")


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "refused access"), (404, "no such repository"), (500, "git failed")],
)
def test_a_refusal_is_one_clear_sentence(origin, tmp_path, status, words):
    """What the server answered is said with a next step, in one line."""
    with (
        serve(tmp_path / "served", status=status) as (url, _),
        pytest.raises(RepositoryError) as caught,
    ):
        load_history(address(url), data=tmp_path / "data")

    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_credentials_do_not_prompt(origin, tmp_path):
    """A 401 ends at once with one sentence; with the password it works."""
    with serve(tmp_path / "served", password="s3cr3t") as (url, _):
        with pytest.raises(RepositoryError, match="credentials"):
            load_history(address(url), data=tmp_path / "data")
        private = address(url).replace("://", "://ada:s3cr3t@")
        history = load_history(private, data=tmp_path / "data")

    assert len(history.commits) == 2


def test_a_password_in_a_url_is_kept_nowhere(origin, tmp_path):
    """Neither the mirror, the store, a frame nor a message has it."""
    with serve(tmp_path / "served", password="s3cr3t") as (url, _):
        private = address(url).replace("://", "://ada:s3cr3t@")
        history = load_history(private, data=tmp_path / "data")
    stale = load_history(private, data=tmp_path / "data")
    with pytest.raises(RepositoryError) as caught:
        refresh(private, data=tmp_path / "data")

    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert not [path for path in files if b"s3cr3t" in path.read_bytes()]
    assert not [path for path in files if "s3cr3t" in str(path)]
    assert "s3cr3t" not in history.commits.to_csv()
    assert "s3cr3t" not in json.dumps(stale.warnings)
    assert "s3cr3t" not in str(caught.value)


def test_an_unreachable_host_leaves_the_store_as_it_was(tmp_path):
    """Nothing listens: one clear sentence, and no folder of half a mirror."""
    with serve(tmp_path) as (url, _):
        pass
    with pytest.raises(RepositoryError, match="nothing answers|cannot be reached"):
        load_history(f"{url}/owner/name", data=tmp_path / "data")

    assert not list((tmp_path / "data").rglob("*.git"))
    assert not list((tmp_path / "data").rglob("manifest.json"))


def test_a_report_from_what_was_fetched_before_says_so(origin, tmp_path):
    """With the remote gone the report is whole, says it is stale, and exits 3."""
    with serve(tmp_path / "served") as (url, _):
        refresh(address(url), data=tmp_path / "data")
    done = subprocess.run(
        [sys.executable, "-m", "commitlens", "report", address(url), "--tz", "UTC",
         "--data", str(tmp_path / "data"), "--output", "-"],
        capture_output=True,
        text=True,
    )  # fmt: skip

    assert done.returncode == 3
    assert "stale" in done.stdout.splitlines()[2]
    assert "feat: one" in done.stdout
    assert "stale" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "url", "host", "steps", "web"),
    [
        (
            "octo/demo", "https://github.com/octo/demo", "github.com",
            ["octo", "demo"], "https://github.com/octo/demo",
        ),
        (
            "git@gitlab.example.org:group/sub/it.git",
            "git@gitlab.example.org:group/sub/it.git", "gitlab.example.org",
            ["group", "sub", "it"], "https://gitlab.example.org/group/sub/it",
        ),
        (
            "ssh://git@host:2222/srv/it.git", "ssh://git@host:2222/srv/it.git",
            "host:2222", ["srv", "it"], None,
        ),
        (
            "https://ada:pw@codeberg.org/a/../b/", "https://ada:pw@codeberg.org/a/../b/",
            "codeberg.org", ["a", "..", "b"], None,
        ),
    ],
)  # fmt: skip
def test_addresses_are_read_as_git_reads_them(text, url, host, steps, web):
    """Shorthand, scp-like and full URLs give host, path and web page."""
    assert remote_url(text) == url
    assert host_and_path(url) == (host, steps)
    assert web_page(url) == web


def test_a_shallow_remote_is_refused_and_leaves_no_mirror(origin, tmp_path):
    """Git fetches nothing from one and calls it done; we say why."""
    served = tmp_path / "served" / "shallow"
    origin.git("clone", "--quiet", "--depth=1", f"file://{origin.path}", str(served))

    with pytest.raises(RepositoryError, match="itself a shallow clone"):
        load_history(f"file://{served}", data=tmp_path / "data")

    assert not list((tmp_path / "data").rglob("*.git"))


def test_public_addresses_have_no_password():
    """User and password are cut out of an address that is shown."""
    assert without_password("https://ada:p@ss@host/x") == "https://host/x"
    assert without_password("git@host:x/y") == "git@host:x/y"
