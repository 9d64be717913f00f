"""Patches of git, taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commitlens.diffs import mechanical, read_patch
from commitlens.opening import open_repository
from commitlens.testing import RepositoryBuilder


@pytest.fixture
def patch_of(tmp_path):
    """Return a function from two states of a tree to git's own patch."""

    def make(before, after, *, context=3, modes=()):
        builder = RepositoryBuilder(tmp_path / "demo")
        builder.commit("before", before)
        for path in modes:
            builder.git("update-index", "--chmod=+x", path)
            (builder.path / path).chmod(0o755)
        sha = builder.commit("after", after)
        repository, _ = open_repository(builder.path, tmp_path / "data")
        return dict(repository.diffs([sha], context=context))[sha]

    return make


def test_every_way_a_file_changes_is_read(patch_of):
    """Added, deleted, modified, renamed and binary files keep their names."""
    text = "".join(f"line {n}\n" for n in range(20))
    patch = patch_of(
        {"gone.py": "x\n", "old.py": text, "same.py": "a\n", "b.bin": b"\0\1"},
        {
            "gone.py": None,
            "old.py": None,
            "new name.py": text,
            "same.py": "b\n",
            "b.bin": b"\0\2",
            "more.py": "y\n",
        },
    )

    files = {file.path: file for file in read_patch(patch)}

    assert {path: file.status for path, file in files.items()} == {
        "gone.py": "D",
        "new name.py": "R",
        "same.py": "M",
        "b.bin": "M",
        "more.py": "A",
    }
    assert files["new name.py"].old_path == "old.py"
    assert files["b.bin"].is_binary
    assert files["same.py"].hunks[0].blocks == [(["a"], ["b"])]


@pytest.mark.parametrize("name", ["tab\there", 'quo"te', "ünï", "a b/c d", "b b/x"])
def test_paths_with_any_characters_keep_their_name(patch_of, name):
    """Git quotes some names; all come back as they are."""
    patch = patch_of({name: "1\n"}, {name: "2\n"})

    assert [file.path for file in read_patch(patch)] == [name]


def test_lines_that_look_like_headers_are_content(patch_of):
    """A removed `-- x` reads `--- x` in a patch, and is still a line."""
    patch = patch_of(
        {"a.sql": "-- note\nselect 1\n"}, {"a.sql": "++ b\ndiff --git a/x b/x\n"}
    )

    (file,) = read_patch(patch)

    assert file.hunks[0].old == ["-- note", "select 1"]
    assert file.hunks[0].new == ["++ b", "diff --git a/x b/x"]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_failing(noise):
    """What is no patch at all gives no file, or a harmless one."""
    read_patch(noise)
    for file in read_patch(b"diff --git a/x.py b/x.py\n--- a/x.py\n" + noise):
        assert mechanical([file]) in {None, "mode", "rename", "binary", "whitespace",
                                      "comments"}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ({"a.c": "int  f(a,b);\n"}, {"a.c": "int f(a, b);\n"}, "whitespace"),
        ({"a.py": "x = 1  \n"}, {"a.py": "x = 1\n"}, "whitespace"),
        ({"a.py": "if x:\n  y()\n"}, {"a.py": "if x:\n    y()\n"}, None),
        ({"a.c": 'p("a  b");\n'}, {"a.c": 'p("a b");\n'}, None),
        ({"a.rs": "// one\nx();\n"}, {"a.rs": "// two\nx();\n"}, "comments"),
        ({"a.py": "# one\nx\n"}, {"a.py": "# two\n\nx\n"}, "comments"),
        ({"a.py": "x = 1\n"}, {"a.py": "x = 1  # noqa: E1\n"}, None),
        ({"a.go": "x()\n"}, {"a.go": "//go:build linux\nx()\n"}, None),
        ({"a.go": "x()\n"}, {"a.go": "// Deprecated: use y.\nx()\n"}, None),
        ({"a.c": "x();\n"}, {"a.c": "*p = 1;\nx();\n"}, None),
        ({"a.js": "x\n"}, {"a.js": "/* why */ y()\nx\n"}, None),
        (
            {"a.py": 'say("the old words")\n'},
            {"a.py": 'say("new words")\n'},
            "messages",
        ),
        ({"a.sh": "run 'do the old'\n"}, {"a.sh": "run 'do the new'\n"}, None),
        ({"uv.lock": "a\n"}, {"uv.lock": "b\n"}, "lock"),
        ({"uv.lock": "a\n", "a.py": "a\n"}, {"uv.lock": "b\n", "a.py": "b\n"}, None),
        ({"vendor/x.go": "a\n"}, {"vendor/x.go": "b\n"}, "vendored"),
        ({"x.png": b"\0a"}, {"x.png": b"\0b"}, "binary"),
        ({"a.py": "same\n"}, {"a.py": None, "b.py": "same\n"}, "rename"),
    ],
)
def test_a_commit_is_mechanical_only_if_nobody_decided_anything(
    patch_of, before, after, kind
):
    """The whole commit has to be one such change."""
    assert mechanical(read_patch(patch_of(before, after))) == kind


def test_a_changed_mode_alone_is_mechanical(patch_of):
    """Git shows no lines for it."""
    assert mechanical(read_patch(patch_of({"run": "x\n"}, {}, modes=["run"]))) == "mode"
