"""A patch of git taken apart: files, hunks, and whether anything happened.

A patch is written by strangers: any bytes, any length of line. Everything here
is linear in its size and never fails.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from .paths import category

#: Longer lines are cut: what people write is shorter, and rules stay linear.
LINE = 1000

_ESCAPE = re.compile(rb'\\([abfnrtv"\\]|[0-7]{3})')
_ESCAPES = {
    b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r",
    b"t": b"\t", b"v": b"\v", b'"': b'"', b"\\": b"\\",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hunk:
    """One place of a file, before and after.

    Attributes
    ----------
    context : str
        The line that git names as what the place is in, ``""`` if none.
    old, new : list of str
        Lines before and after, unchanged ones included.
    blocks : list of (list of str, list of str)
        Runs of removed lines with the added lines that took their place.
    """

    context: str
    old: list[str]
    new: list[str]
    blocks: list[tuple[list[str], list[str]]]


@dataclass(frozen=True)
class FileDiff:
    """What a patch says of one file.

    Attributes
    ----------
    path, old_path : str
        After and before the change; equal unless the file was renamed.
    status : str
        A added, D deleted, M modified, R renamed, C copied.
    is_binary : bool
        Git shows no lines.
    modes : bool
        Its mode or type changed.
    body : bytes
        The patch from the first hunk on.
    """

    path: str
    old_path: str
    status: str
    is_binary: bool
    modes: bool
    body: bytes

    @cached_property
    def suffix(self) -> str:
        """The end of the file's name, lower case, with its dot; ``""`` if none."""
        name = self.path.rpartition("/")[2].lower()
        return name[name.rindex(".") :] if "." in name else ""

    @cached_property
    def category(self) -> str:
        """What the file is for (`commitlens.paths.category`)."""
        return category(self.path)

    @cached_property
    def is_cut(self) -> bool:
        """Whether a line is longer than `LINE`."""
        return any(len(line) > LINE for line in self.body.split(b"\n"))

    @cached_property
    def hunks(self) -> list[Hunk]:
        """The places that changed, in order."""
        return list(_hunks(self.body))

    @cached_property
    def changed(self) -> int:
        """How many lines were removed or added."""
        return sum(len(r) + len(a) for hunk in self.hunks for r, a in hunk.blocks)


def read_patch(patch: bytes) -> list[FileDiff]:
    """Take a patch apart, file by file.

    Parameters
    ----------
    patch : bytes
        What ``git diff-tree -p`` prints, with any number of context lines.

    Examples
    --------
    >>> [(file.status, file.path) for file in read_patch(patch)]
    [('M', 'src/app.py')]
    """
    # Lines of content start with a sign, so this is never content.
    parts = (b"\n" + patch).split(b"\ndiff --git ")[1:]
    return [file for part in parts if (file := _file(part))]


def _file(part: bytes) -> FileDiff | None:
    at = part.find(b"\n@@ ")
    head = part if at < 0 else part[:at]
    title, *lines = head.split(b"\n")
    old = new = None
    status, binary, modes = "M", False, False
    for line in lines:
        key, _, value = line.partition(b" ")
        if key == b"---":
            old = _side(value) or old
        elif key == b"+++":
            new = _side(value) or new
        elif key in (b"rename", b"copy"):
            status = "R" if key == b"rename" else "C"
            which, _, name = value.partition(b" ")
            if which == b"from":
                old = _unquote(name)
            else:
                new = _unquote(name)
        elif key == b"new":
            status = "A" if value.startswith(b"file") else status
            modes = modes or value.startswith(b"mode")
        elif key == b"deleted":
            status = "D"
        elif key in (b"Binary", b"GIT"):
            binary = True
    same = _titled(title) if old is None or new is None else None
    new = new or old or same
    if not new:
        return None
    body = b"" if at < 0 else part[at + 1 :]
    return FileDiff(_text(new), _text(old or new), status, binary, modes, body)


def _side(value: bytes) -> bytes | None:
    """Read ``a/path`` of a ``---`` or ``+++`` line; None for ``/dev/null``."""
    name = _unquote(value.removesuffix(b"\t"))
    return None if name == b"/dev/null" else name[2:]


def _titled(title: bytes) -> bytes | None:
    """Read the path of ``a/path b/path``, the same twice."""
    left = title[: (len(title) - 1) // 2]
    return _unquote(left)[2:] or None


def _unquote(name: bytes) -> bytes:
    if not (name.startswith(b'"') and name.endswith(b'"') and len(name) > 1):
        return name
    return _ESCAPE.sub(_unescaped, name[1:-1])


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return _ESCAPES.get(code) or bytes([int(code, 8) & 0xFF])


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")


def _hunks(body: bytes) -> Iterator[Hunk]:
    if not body:
        return
    text = _text(body)
    for part in ("\n" + text).split("\n@@ ")[1:]:
        title, *lines = part.split("\n")
        context = title.partition(" @@")[2].strip()[:LINE]
        old: list[str] = []
        new: list[str] = []
        removed: list[str] = []
        added: list[str] = []
        blocks: list[tuple[list[str], list[str]]] = []
        for line in lines:
            sign, content = line[:1], line[1 : LINE + 1].rstrip("\r")
            if sign == "-":
                if added:
                    blocks.append((removed, added))
                    removed, added = [], []
                removed.append(content)
                old.append(content)
            elif sign == "+":
                added.append(content)
                new.append(content)
            elif sign == " ":
                if removed or added:
                    blocks.append((removed, added))
                    removed, added = [], []
                old.append(content)
                new.append(content)
            # What is left says "\ No newline at end of file", or is empty.
        if removed or added:
            blocks.append((removed, added))
        yield Hunk(context, old, new, blocks)


# --- Commits that change nothing a person decided ----------------------------

_HASH = frozenset(
    [
        *(".py", ".pyi", ".pyx", ".rb", ".sh", ".bash", ".zsh", ".fish", ".yml"),
        *(".yaml", ".toml", ".r", ".pl", ".pm", ".ex", ".exs", ".jl", ".nix"),
        *(".cmake", ".mk", ".tf", ".cfg", ".ps1", ".nim", ".tcl"),
    ]
)
_SLASH = frozenset(
    [
        *(".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx", ".cu", ".cuh"),
        *(".m", ".mm", ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts"),
        *(".rs", ".go", ".java", ".kt", ".kts", ".scala", ".groovy", ".cs", ".swift"),
        *(".php", ".dart", ".zig", ".proto", ".css", ".scss", ".less", ".fs"),
    ]
)
#: Comments that a tool obeys.
_DIRECTIVE = re.compile(
    r"#!|.{0,6}@?\b[Dd]eprecated\b|#\s*(?:type:|noqa|pragma|pylint|mypy|cython|frozen_string|-\*-|distutils)"
    r"|//\s*(?:go:|\+build|#|nolint|@ts-|eslint|biome|prettier|export|line)"
    r"|///\s*<|/\*\s*(?:eslint|global|istanbul|webpack|@|#)|/[/*]\s*@(?:ts|jsx|flow)",
    re.IGNORECASE,
)
#: Where a space at the start of a line means something.
_INDENTED = frozenset(
    [
        *(".py", ".pyi", ".pyx", ".yml", ".yaml", ".mk", ".hs", ".fs", ".nim", ".sass"),
        *(".pug", ".haml", ".coffee", ".md", ".rst", ".txt", ".feature", ""),
    ]
)
_AROUND_SIGN = re.compile(r"\s*([^\w\s])\s*")


def mechanical(files: list[FileDiff]) -> str | None:
    """Say what a commit is, if it is nothing but one mechanical change.

    Parameters
    ----------
    files : list of FileDiff
        All files of the commit.

    Returns
    -------
    str or None
        ``whitespace``, ``comments``, ``rename``, ``mode``, ``generated``,
        ``vendored``, ``lock``, ``binary`` or ``messages`` (the wording of what
        code says, whatever tests and documents follow it).
    """
    kinds: set[str | None] = set()
    for file in files:
        kind = _mechanical(file)
        if kind is None and file.category == "code" and rewords(file):
            kind = "messages"
        if kind is None and file.category in ("test", "docs", "translation"):
            kind = "follows"
        if kind is None:
            return None
        kinds.add(kind)
    if "messages" in kinds:
        kinds -= {"comments", "whitespace", "follows"}
    elif "follows" in kinds:
        return None
    if kinds == {"whitespace", "comments"}:
        return "comments"
    return kinds.pop() if len(kinds) == 1 else None


def _mechanical(file: FileDiff) -> str | None:
    if file.body.find(b"Subproject commit", 0, 200) >= 0:
        return None  # another version of a dependency
    if file.category in ("generated", "vendored", "lock"):
        return file.category
    if file.is_binary:
        return "binary"
    if not file.body:
        if file.status == "R":
            return "rename"
        return "mode" if file.modes and file.status == "M" else None
    if file.status != "M" or file.modes or file.is_cut:
        return None
    if all(_same_text(r, a, file.suffix) for h in file.hunks for r, a in h.blocks):
        return "whitespace"
    comment = comment_test(file.suffix)
    changed = (
        x for h in file.hunks for block in h.blocks for x in (*block[0], *block[1])
    )
    if comment and all(comment(x.strip()) for x in changed):
        return "comments"
    return None


_STRING = re.compile(
    r"\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\"|\"(?:[^\"\\\n]|\\.)*\""
    r"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`"
)
_TOKEN = re.compile(r"\w+|[^\w\s]")
#: What may come and go around a message: how it is joined, marked, formatted.
_JOINTS = frozenset(["(", ")", "+", ".", ",", ";", "_", "N_", "f", "r", "b", "u", "\\"])
#: A name or a key is given a text: more than a message, perhaps.
_NAMED = re.compile(
    r"\s*(?:const |let |var |static )?[\w.\"'-]+\s*(?::\s*\w+\s*)?[:=]\s*[frbu]?[\"'`]"
)
_PROSE = re.compile(r"[^\W\d_]{2,}[^\w\"'`]*\s+[^\W\d_]*")
#: Languages whose strings are words of commands.
_SHELLS = frozenset([".sh", ".bash", ".zsh", ".fish", ".ps1", ".nu", ".bat", ".cmd"])


def rewords(file: FileDiff) -> bool:
    """Say whether a file of code changes in the wording of messages alone.

    Only strings differ, and those that do are prose: two words at least. What is
    compared, looked up or sent may still depend on them; it rarely does.
    """
    if file.status != "M" or file.is_cut or not file.body or file.is_binary:
        return False
    if file.suffix in _SHELLS:
        return False
    told = False
    for hunk in file.hunks:
        for removed, added in hunk.blocks:
            if len(removed) + len(added) > 400:
                return False
            if any(_NAMED.match(line) for line in removed):
                return False
            sides = []
            for lines in (removed, added):
                text = "\n".join(lines)
                code = [
                    token
                    for token in _TOKEN.findall(_STRING.sub(" ", text))
                    if token not in _JOINTS
                ]
                sides.append((code, Counter(x[1:-1] for x in _STRING.findall(text))))
            (code, old), (other, new) = sides
            if code != other or not (old or new):
                return False
            for string in [*(old - new), *(new - old)]:
                if not _PROSE.search(string) and len(string) > 3:
                    return False
                told = told or len(string) > 3
    return told


def _same_text(removed: list[str], added: list[str], suffix: str) -> bool:
    if len(removed) + len(added) > 20_000:
        return False
    spaced = suffix in _INDENTED
    return _squeezed(removed, spaced) == _squeezed(added, spaced)


def _squeezed(lines: list[str], spaced: bool) -> list[str]:
    """Return lines without the white space that means nothing."""
    if spaced:
        return [line.rstrip() for line in lines if line.strip()]
    return [
        # In a string every space counts.
        line.strip()
        if "'" in line or '"' in line or "`" in line
        else _AROUND_SIGN.sub(r"\1", " ".join(line.split()))
        for line in lines
        if line.strip()
    ]


def comment_test(suffix: str) -> Callable[[str], bool] | None:
    """Return what tells comments among stripped lines; None where nobody knows."""
    if suffix in _HASH:
        marks: tuple[str, ...] = ("#",)
    elif suffix in _SLASH:
        # Inside /* ... */ lines start with a star, as nothing else does.
        marks = ("//", "/*", "* ", "*/")
    else:
        return None

    def is_comment(line: str) -> bool:
        if not line or line == "*":
            return True
        if not line.startswith(marks) or _DIRECTIVE.match(line):
            return False
        # Code may follow a comment that ends.
        return "*/" not in line or line.endswith("*/")

    return is_comment
