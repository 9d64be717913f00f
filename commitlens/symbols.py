"""Public names and tests, read lightly from the lines around a change.

A hunk is read twice, as it was and as it is; what both sides declare alike is
no news. So a moved or re-indented declaration cancels out, and a signature
over several lines is compared as a whole where the hunk shows all of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

#: A declaration: its qualified name and, where all of it is shown, its signature.
Declared = tuple[str, str | None]

_SIGNATURE_LINES = 40
_SIGNATURE = 1500

_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
#: A comment at the end of a line, or a line of it; not the // of an address.
_COMMENT = {mark: re.compile(rf"(?:^|\s){mark}(?:\s[^\"']*)?$") for mark in ("#", "//")}


def signature(lines: list[str], index: int, ends: str) -> str | None:
    """Return the declaration that starts at a line, None if its end is not shown."""
    comment = _COMMENT["#" if ends == ":" else "//"]
    text = " ".join(
        comment.sub("", x).strip() for x in lines[index : index + _SIGNATURE_LINES]
    )
    depth, quote = 0, ""
    for at, char in enumerate(text[:_SIGNATURE]):
        if quote:
            quote = "" if char == quote and text[at - 1] != "\\" else quote
        elif char in "\"'`" and not (char == "'" and ends != ":"):
            # Elsewhere a single quote may be a lifetime or a character.
            quote = char
        elif depth == 0 and char in ends:
            return _tidy(text[:at])
        elif char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth -= 1
            if depth < 0:
                return None
    return None


def _tidy(text: str) -> str:
    text = " ".join(text.split())
    text = re.sub(r"([(\[]) ", r"\1", text)
    return re.sub(r",? ?([)\]])", r"\1", text).strip()


def same_signature(old: str, new: str) -> bool:
    """Whether two signatures take the same.

    Annotations of Python do not count, nor do names of parameters in languages
    whose callers do not write them.
    """
    return _meaning(old) == _meaning(new)


def _meaning(text: str) -> object:
    if text.startswith("class "):
        text = re.sub(r"\[[^\[\]]*\]", "", text)  # of what, only a type checker asks
    if not re.match(r"(?:async )?def ", text):
        return re.sub(r"\s+|,(?=[)\]}])", "", _unnamed(text)).replace("'", '"')
    parts, _ = parameters(text)
    return [_parameter(part) for part in parts], text[:5] == "async"


_RUST_FN = re.compile(r"pub\s+(?:[\w\"]+\s+)*fn\s")
_RUST_NAMES = re.compile(r"(?<=[(,])\s*(?:mut\s+)?\w+\s*:(?!:)|\b(?:\w+::)+")
#: Languages that say what a parameter is before its name.
_TYPE_FIRST = re.compile(r"(?!func\b|export\b|class\b|def\b|fun\b|pub\b|function\b)")
_UNUSED = re.compile(r"\b(?:MAYBE_)?UNUSED\b|\[\[maybe_unused\]\]|\bfinal\b")
_LAST_NAME = re.compile(r"(?<=[\w*&>\]])([\s*&]+)\w+(?=(?:\[\w*\])?\s*(?:=|$))")


def _unnamed(text: str) -> str:
    """Return a signature without the names of its parameters."""
    if _RUST_FN.match(text):
        return _RUST_NAMES.sub("", text)
    if "(" not in text or not _TYPE_FIRST.match(text) or " function " in text:
        return text
    parts, after = parameters(_UNUSED.sub("", text))
    bare = [_LAST_NAME.sub(r"\1", " ".join(part.split())) for part in parts]
    return f"{text.partition('(')[0]}({','.join(bare)}){after}"


def parameters(text: str) -> tuple[list[str], str]:
    """Return the parameters of a signature, and what follows them."""
    inside = text.partition("(")[2]
    parts: list[str] = [""]
    after = ""
    depth, quote = 0, ""
    for at, char in enumerate(inside):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            if depth == 0:
                after = inside[at + 1 :]
                break
            depth -= 1
        elif char == "," and depth == 0:
            parts.append("")
            continue
        parts[-1] += char
    return [part for part in parts if part.strip()], after


def _parameter(part: str) -> tuple[str, str]:
    """Return a parameter's name and default."""
    name, _, default = part.partition("=")
    return name.partition(":")[0].strip(), re.sub(r"\s+", "", default).replace("'", '"')


# --- What a language declares -------------------------------------------------

_PY = re.compile(r"([ \t]*)(?:async\s+)?(def|class)\s+([A-Za-z_]\w*)")
#: Another form of a name that is declared elsewhere.
_AGAIN = re.compile(r"\s*@(?:[\w.]*overload|\w+\.(?:setter|deleter|register))\b")
_JS = re.compile(
    r"export\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
    r"(function|class|const|let|var|interface|type|enum|namespace)\b\s*\*?\s*"
    r"([A-Za-z_$][\w$]*)"
)
_JS_LIST = re.compile(r"export\s+(?:type\s+)?\{([^{}]*)\}")
_RS = re.compile(
    r"([ \t]*)pub\s+"
    r"(?:default\s+|const\s+|async\s+|unsafe\s+|extern\s+(?:\"[^\"]*\"\s+)?)*"
    r"(fn|struct|enum|trait|union|type|static|const|mod|macro)\s+([A-Za-z_]\w*)"
)
_RS_IMPL = re.compile(
    r"(?:unsafe\s+)?impl\b(?:\s*<[^{]*?>(?=\s))?\s*(?:[^{]*\sfor\s+)?(?:[\w:]+::)?(\w+)"
)
_RS_TRAIT = re.compile(r"pub\s+(?:unsafe\s+)?trait\s+(\w+)")
_GO = re.compile(
    r"func\s+(?:\(\s*(?:\w+\s+)?\*?(?P<of>\w+)[^)]{0,80}\)\s*)?(?P<func>[A-Z]\w*)\s*[\[(]"
    r"|(?P<sort>type|const|var)\s+(?P<name>[A-Z]\w*)"
)
_GO_GROUP = re.compile(r"\t([A-Z]\w*)(?:\s+[\w.*\[\]]+)?(?:\s*=|\s*$|\s*//)")
_JAVA = re.compile(
    r"[ \t]{0,8}public\s+(?:(?:static|final|abstract|default|synchronized|native|sealed"
    r"|virtual|override|async|readonly|partial|open|const|unsafe|strictfp|non-sealed)\s+)*"
    r"(?:(?:class|interface|enum|record|struct|delegate|@interface|trait)\s+(?P<type>\w+)"
    r"|(?:<[^>]{1,80}>\s*)?[\w.<>\[\],?]{1,120}(?:\s[\w.<>\[\],?]{1,80})?\s+(?P<func>\w+)\s*\()"
)
_KT = re.compile(
    r"[ \t]{0,4}(?:public\s+)?(?:(?:suspend|inline|operator|infix|data|sealed|open"
    r"|abstract|enum|annotation|value|const|tailrec|external|case|implicit|final|lazy)\s+)*"
    r"(?:class|interface|object|fun|def|trait)\s+(?:<[^>]{1,60}>\s*)?(?:[\w<>?]+\.)?(\w+)"
)
_SWIFT = re.compile(
    r"[ \t]{0,8}(?:@\w+\s+)*(?:public|open)\s+(?:(?:static|final|class|override"
    r"|mutating|convenience|indirect)\s+)*(?:func|class|struct|enum|protocol|actor|typealias)\s+(\w+)"
)
_PHP = re.compile(
    r"[ \t]{0,8}(?:(?:abstract|final|readonly)\s+)*"
    r"(?:(?:class|interface|trait|enum)\s+(?P<type>\w+)"
    r"|public\s+(?:static\s+)?function\s+&?(?P<func>\w+))"
)
_RB = re.compile(
    r"[ \t]{0,8}(?:(?:class|module)\s+([A-Z][\w:]*)|def\s+self\.(\w+[?!]?))"
)
_EX = re.compile(
    r"[ \t]{0,4}(?:defmodule\s+([A-Z][\w.]*)|def(?:macro)?\s+([a-z_]\w*[?!]?))"
)
_C_TYPE = re.compile(
    r"(?:typedef\s+)?(?:struct|class|enum(?:\s+class)?|union)\s+(?:[A-Z_]{3,}\s+)?(\w+)"
    r"(?:\s*(?:final\s*)?(?::[^;]*)?\{|\s*$)"
)
_C_MACRO = re.compile(r"#\s*define\s+([A-Za-z]\w*)\(")
_C_HEAD = re.compile(r"[A-Za-z_][\w\s*&:<>,]*")
_C_NOT = frozenset(
    [
        *("return", "if", "while", "for", "switch", "else", "typedef", "do", "case"),
        *("sizeof", "using", "namespace", "static_assert", "friend", "template"),
        *("goto", "delete", "new", "throw"),
    ]
)


def _outer(lines: list[str], context: str) -> Iterator[tuple[int, str, str]]:
    """Yield each line with the last line before it that is not indented."""
    outer = context
    for index, line in enumerate(lines):
        yield index, line, outer
        if line[:1].isalpha() or line[:1] == "_":
            outer = line


def _python(lines: list[str], context: str) -> Iterator[Declared]:
    for index, line, outer in _outer(lines, context):
        match = _PY.match(line)
        if match is None:
            continue
        indent, sort, name = match.groups()
        owner = ""
        if indent:
            held = _PY.match(outer)
            if len(indent.expandtabs(4)) > 4 or held is None or held[2] != "class":
                continue
            owner = held[3] + "."
        if (name.startswith("_") and name != "__init__") or owner.startswith("_"):
            continue
        if name == "main" or (sort == "def" and name.startswith("test_")):
            continue
        if index and _AGAIN.match(lines[index - 1]):
            continue
        yield owner + name, signature(lines, index, ":")


def _script(lines: list[str], context: str) -> Iterator[Declared]:
    for index, line in enumerate(lines):
        if not line.startswith("export"):
            continue
        if match := _JS.match(line):
            whole = match[1] in ("function", "class", "interface")
            yield match[2], signature(lines, index, "{;") if whole else None
        elif match := _JS_LIST.match(line):
            for part in match[1].split(","):
                words = part.split()
                if words and words[-1].isidentifier() and words[-1] != "default":
                    yield words[-1], None


def _rust(lines: list[str], context: str) -> Iterator[Declared]:
    for index, line, outer in _outer(lines, context):
        match = _RS.match(line)
        if match is None:
            continue
        indent, sort, name = match.groups()
        owner = ""
        if indent:
            held = _RS_TRAIT.match(outer) or _RS_IMPL.match(outer)
            if held is None or len(indent.expandtabs(4)) > 4:
                continue
            owner = held[1] + "::"
        if name == "main":
            continue
        whole = sort in ("fn", "trait", "const", "static", "type")
        yield owner + name, signature(lines, index, "{;=") if whole else None


def _go(lines: list[str], context: str) -> Iterator[Declared]:
    for index, line, outer in _outer(lines, context):
        if match := _GO.match(line):
            of = match["of"]
            if of and not of[:1].isupper():
                continue
            if match["func"]:
                name = f"{of}.{match['func']}" if of else match["func"]
                yield name, signature(lines, index, "{")
            else:
                yield match["name"], None
        elif outer.startswith(("const (", "var (", "type (")) and (
            group := _GO_GROUP.match(line)
        ):
            yield group[1], None


def _lines_of(pattern: re.Pattern[str], ends: str) -> Callable[..., Iterator[Declared]]:
    """Make a reader for a language whose rule has the name in its only group."""

    def read(lines: list[str], context: str) -> Iterator[Declared]:
        for index, line in enumerate(lines):
            match = pattern.match(line)
            name = match and next((x for x in match.groups() if x), None)
            if name and name != "main":
                yield name, signature(lines, index, ends) if ends else None

    return read


def _header(lines: list[str], context: str) -> Iterator[Declared]:
    for index, line in enumerate(lines):
        first = line[:1]
        if first == "#":
            if match := _C_MACRO.match(line):
                yield match[1], None
            continue
        if not (first.isalpha() or first == "_"):
            continue
        if match := _C_TYPE.match(line):
            yield match[1], None
            continue
        head, bracket, _ = line.partition("(")
        words = head.replace("*", " ").replace("&", " ").split()
        if not bracket or len(words) < 2 or not _C_HEAD.fullmatch(head):
            continue
        name = words[-1].rpartition("::")[2]
        if name.isidentifier() and not _C_NOT.intersection(words):
            yield name, signature(lines, index, "{;")


_JS_LIKE = (
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".ts",
    ".tsx",
    ".mts",
    ".cts",
    ".vue",
    ".svelte",
)

#: Suffix -> a word that every declaration has, and the reader of the language.
READERS: dict[str, tuple[str, Callable[[list[str], str], Iterator[Declared]]]] = {
    **dict.fromkeys((".py", ".pyi", ".pyx"), ("", _python)),
    **dict.fromkeys(_JS_LIKE, ("export", _script)),
    ".rs": ("pub ", _rust),
    ".go": ("", _go),
    **dict.fromkeys((".java", ".cs"), ("public ", _lines_of(_JAVA, "{;"))),
    **dict.fromkeys((".kt", ".scala"), ("", _lines_of(_KT, "{="))),
    ".swift": ("", _lines_of(_SWIFT, "{")),
    ".php": ("", _lines_of(_PHP, "{;")),
    ".rb": ("", _lines_of(_RB, "")),
    **dict.fromkeys((".ex", ".exs"), ("def", _lines_of(_EX, ""))),
    **dict.fromkeys((".h", ".hh", ".hpp", ".hxx", ".cuh"), ("", _header)),
}

_PRIVATE = re.compile(
    r"(?:^|/)(?:_(?!_init__)[^/]*|internal|scripts?|tools?|hack|utils?/dev|contrib)(?:/|$)"
)


def is_public(path: str) -> bool:
    """Whether other projects may import what a path holds."""
    return not _PRIVATE.search(path.rpartition(".")[0])


def declared(suffix: str, lines: list[str], context: str) -> list[Declared]:
    """Read the public names that lines of a file declare.

    Parameters
    ----------
    suffix : str
        End of the file's name; a language that is not known declares nothing.
    lines : list of str
        One side of a hunk.
    context : str
        What git says the hunk is in.

    Examples
    --------
    >>> declared(".py", ["def load(path):", "    pass"], "")
    [('load', 'def load(path)')]
    """
    word, reader = READERS.get(suffix, ("", None))
    if reader is None or (word and not any(word in line for line in lines)):
        return []
    return list(reader(lines, context))


# --- Tests --------------------------------------------------------------------

_ATTRIBUTE = re.compile(
    r"\s*(?:#\[(?:\w+::)*\w*test(?:_case)?\b[^\]]*\]"
    r"|@(?:Test|ParameterizedTest|RepeatedTest|TestFactory)\b(?!\w)"
    r"|\[(?:Fact|Theory|Test|TestMethod|TestCase)\b[^\]]*\])"
)
#: A test as a language's tools write it; the last group is what tells it apart.
_TESTS: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    ((".py",), re.compile(r"\s*(?:async\s+)?def\s+(test\w*)")),
    (
        _JS_LIKE,
        re.compile(
            r"\s*(?:it|test|Deno\.test)(?:\.(?:only|skip|concurrent|fails|sequential|todo"
            r"|runIf|skipIf|each|for)\b(?:\([^)]*\))?)*\s*\(\s*(['\"`].{0,120})"
        ),
    ),
    ((".go",), re.compile(r"func\s+((?:Test|Fuzz|Example)[A-Z_]\w*)\s*\(")),
    (
        (".cc", ".cpp", ".cxx", ".cu", ".h"),
        re.compile(r"(?:TYPED_)?TEST(?:_F|_P|_CASE)?\s*\(\s*(.{1,120})"),
    ),
    (
        (".sh", ".bats"),
        re.compile(r"\s*(?:test_expect_(?:success|failure)|@test)\s(.{1,160})"),
    ),
    (
        (".rb",),
        re.compile(r"\s*(?:(?:it|specify|test)\s+(['\"].{1,120})|def\s+(test_\w+))"),
    ),
    ((".ex", ".exs"), re.compile(r"\s*test\s+(\".{1,120})")),
    ((".php",), re.compile(r"\s*(?:public\s+)?function\s+(test\w+)")),
    ((".swift",), re.compile(r"\s*func\s+(test\w+)")),
)
_TEST_RULE = {suffix: rule for suffixes, rule in _TESTS for suffix in suffixes}
_ATTRIBUTED = frozenset([".rs", ".java", ".kt", ".cs", ".scala", ".groovy", ".fs"])
_NAMED = re.compile(r"\b(?:fn|fun|void|def|Task|let)\s+[`\w]+|\b\w+(?=\s*\()")


def tests(suffix: str, lines: list[str]) -> list[str]:
    """Return what tells the tests in lines of a test file apart, one entry a test."""
    if suffix in _ATTRIBUTED:
        return [
            _after(lines, index)
            for index, line in enumerate(lines)
            if ("est" in line or "Fact" in line or "Theory" in line)
            and _ATTRIBUTE.match(line)
        ]
    rule = _TEST_RULE.get(suffix)
    if rule is None:
        return []
    if suffix in _JS_LIKE:
        # A long title stands on the line below.
        lines = [x + y.lstrip() if x.endswith("(") else x for x, y in _pairs(lines)]
    found = (rule.match(line) for line in lines)
    return [_title(next(x for x in m.groups() if x).strip()) for m in found if m]


def _title(text: str) -> str:
    """Return a quoted title without what follows it."""
    end = text.find(text[0], 1) if text[:1] in ("'", '"', "`") else -1
    return text if end < 0 else text[: end + 1]


def _pairs(lines: list[str]) -> Iterator[tuple[str, str]]:
    yield from zip(lines, [*lines[1:], ""], strict=False)


def _after(lines: list[str], index: int) -> str:
    """Return the name that stands below an attribute."""
    for line in lines[index + 1 : index + 6]:
        if not line.strip().startswith(("#[", "@", "//", "[")) and (
            match := _NAMED.search(line)
        ):
            return match[0]
    return ""
