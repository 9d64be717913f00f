"""Dependencies, read from manifests and lock files."""

from __future__ import annotations

import pytest

from commitlens.diffs import read_patch
from commitlens.manifests import dependencies


def patch(path, lines, context=""):
    """Return a patch of one file with one hunk."""
    head = f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n"
    return f"{head}@@ -1,9 +1,9 @@ {context}\n{lines}\n".encode()


def read(path, lines, context=""):
    """Return the facts of a patch of one file."""
    (file,) = read_patch(patch(path, lines, context))
    return dependencies(file)


CHANGED = "dependency_changed"


@pytest.mark.parametrize(
    ("path", "lines", "expected"),
    [
        (
            "package.json",
            '-    "vite": "^5.0.0",\n+    "vite": "^6.0.0",',
            [(CHANGED, "vite", "^5.0.0", "^6.0.0")],
        ),
        ("package.json", '-  "version": "1.0.0",\n+  "version": "1.1.0",', []),
        (
            "package.json",
            '-    "node": ">=18"\n+    "node": ">=20"',
            [("platform_changed", "node", ">=18", ">=20")],
        ),
        (
            "Cargo.toml",
            '-syn = "2.0"\n+syn = { version = "3.0", features = ["x"] }',
            [(CHANGED, "syn", "2.0", "3.0")],
        ),
        (
            "Cargo.toml",
            '-version = "1.0"\n-edition = "2021"\n+version = "1.1"\n+edition = "2024"',
            [],
        ),
        (
            "Cargo.toml",
            '-rust-version = "1.70"\n+rust-version = "1.80"',
            [("platform_changed", "rust", "1.70", "1.80")],
        ),
        ("Cargo.toml", ' [lints.rust]\n+level = "1"', []),
        (
            "Cargo.toml",
            ' [dependencies.foo]\n-version = "1"\n+version = "2"',
            [(CHANGED, "foo", "1", "2")],
        ),
        (
            "pyproject.toml",
            '-    "attrs>=1.0",\n+    "attrs>=2.0; python_version<\'4\'",',
            [(CHANGED, "attrs", ">=1.0", ">=2.0")],
        ),
        (
            "pyproject.toml",
            '-requires-python = ">=3.9"\n+requires-python = ">=3.10"',
            [("platform_changed", "python", ">=3.9", ">=3.10")],
        ),
        ("pyproject.toml", '+    "E501",', []),
        ("pyproject.toml", '-    "attrs",\n+    "attrs>=2",', []),
        (
            "requirements/dev.txt",
            "-click==8.1\n+click==8.2\n+new",
            [
                (CHANGED, "click", "==8.1", "==8.2"),
                ("dependency_added", "new", None, None),
            ],
        ),
        (
            "go.mod",
            "-\tgithub.com/a/b v1.0.0\n+\tgithub.com/a/b v1.1.0",
            [(CHANGED, "github.com/a/b", "v1.0.0", "v1.1.0")],
        ),
        (
            "go.mod",
            "-\tx.org/b v1.0.0 // indirect\n+\tx.org/b v1.1.0 // indirect",
            [("locked_changed", "x.org/b", "v1.0.0", "v1.1.0")],
        ),
        ("go.mod", "-go 1.21\n+go 1.22", [("platform_changed", "go", "1.21", "1.22")]),
        (
            "Gemfile",
            '-gem "rails", "~> 7.0"\n+gem "rails", "~> 8.0"',
            [(CHANGED, "rails", "~> 7.0", "~> 8.0")],
        ),
        (
            "composer.json",
            '-        "a/b": "^1"\n+        "a/b": "^2"',
            [(CHANGED, "a/b", "^1", "^2")],
        ),
        (
            "pom.xml",
            " <artifactId>guava</artifactId>\n-<version>1</version>\n"
            "+<version>2</version>",
            [(CHANGED, "guava", "1", "2")],
        ),
        (
            "build.gradle",
            "-implementation 'a:b:1'\n+implementation 'a:b:2'",
            [(CHANGED, "a:b", "1", "2")],
        ),
        (
            "Dockerfile",
            "-FROM python:3.11 AS base\n+FROM python:3.12 AS base",
            [("platform_changed", "base image", "python:3.11", "python:3.12")],
        ),
        (
            ".github/workflows/ci.yml",
            f"-  - uses: a/b@{'0' * 40} # v1.0\n+  - uses: a/b@{'1' * 40} # v1.1",
            [(CHANGED, "a/b", "v1.0", "v1.1")],
        ),
        (".github/workflows/ci.yml", "+  - uses: actions/checkout@v4", []),
        (
            ".pre-commit-config.yaml",
            " - repo: https://github.com/a/ruff\n-  rev: v1\n+  rev: v2",
            [(CHANGED, "a/ruff", "v1", "v2")],
        ),
        (
            "Cargo.lock",
            ' name = "bytes"\n-version = "1.11.0"\n+version = "1.11.1"\n'
            ' source = "registry+x"',
            [("locked_changed", "bytes", "1.11.0", "1.11.1")],
        ),
        (
            "Cargo.lock",
            ' name = "own"\n-version = "1.0.0"\n+version = "1.1.0"\n dependencies = [',
            [],
        ),
        ("Cargo.lock", '-version = "1.11.0"\n+version = "1.11.1"', []),
        (
            "poetry.lock",
            ' name = "a"\n-version = "1"\n+version = "2"',
            [("locked_changed", "a", "1", "2")],
        ),
        (
            "package-lock.json",
            '     "node_modules/a/node_modules/@b/c": {\n'
            '-      "version": "1.0",\n+      "version": "1.1",',
            [("locked_changed", "@b/c", "1.0", "1.1")],
        ),
        (
            "pnpm-lock.yaml",
            "-  '@a/b@1.0.0(c@1)':\n+  '@a/b@1.1.0(c@1)':",
            [("locked_changed", "@a/b", "1.0.0", "1.1.0")],
        ),
        (
            "pnpm-lock.yaml",
            "-  '@a/b-linux-x64@1.0.0':\n+  '@a/b-linux-x64@1.1.0':",
            [],
        ),
        (
            "yarn.lock",
            ' a@^1.0.0:\n-  version "1.0.0"\n+  version "1.1.0"',
            [("locked_changed", "a", "1.0.0", "1.1.0")],
        ),
        (
            "Gemfile.lock",
            "-    rails (7.0.1)\n+    rails (7.0.2)",
            [("locked_changed", "rails", "7.0.1", "7.0.2")],
        ),
        ("tests/fixtures/package.json", '-    "a": "^1"\n+    "a": "^2"', []),
        (
            "third_party/lib",
            f"-Subproject commit {'a' * 40}\n+Subproject commit {'b' * 40}",
            [(CHANGED, "third_party/lib", "a" * 12, "b" * 12)],
        ),
    ],
)
def test_a_manifest_tells_what_changed(path, lines, expected):
    """In the words of its ecosystem; what is no dependency is not one."""
    assert read(path, lines) == expected


def test_what_moves_inside_a_file_is_no_change():
    """Between sections, or by sorting."""
    lines = '-    "b": "^1.0.0",\n     "a": "^2.0.0",\n+    "b": "^1.0.0",'

    assert read("package.json", lines) == []


def test_bare_names_count_only_in_a_list_of_dependencies():
    """A quoted word elsewhere is anything."""
    lines = '+    "modelscope",'

    assert read("pyproject.toml", lines, context="dependencies = [") == [
        ("dependency_added", "modelscope", None, None)
    ]
    assert read("pyproject.toml", lines, context="select = [") == []
