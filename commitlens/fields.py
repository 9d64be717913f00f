"""Settings that code declares: fields of types of settings, tables, flags.

A field is told where the type it belongs to was there before and still is: all
fields of a new type come with that type, and are no news of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from .diffs import FileDiff, Hunk
from .symbols import is_public

#: How types are called that hold what users set.
_HELD = r"(?:Config|Configuration|Options|Opts|Settings|Arguments|Args)"
_INNER = re.compile(r"(?:Resolved|Internal|Normali[sz]ed|Parsed|Test|Mock|_)")

_PY_CLASS = re.compile(rf"class\s+(\w*{_HELD})\b")
_PY_FIELD = re.compile(
    r"    ([a-z]\w*):\s{0,4}(?!Callable|ClassVar)"
    r"([A-Za-z_\"'][^=#]{0,160}?)\s{0,4}(?:[=#]|$)"
)
#: Where a type may have spaces; elsewhere they are between words of a sentence.
_PY_JOINT = re.compile(r" ?[|,] ?")
_GO_STRUCT = re.compile(
    r"type\s+(\w*(?:Config|Configuration|Options|Settings|Spec))\s+struct\b"
)
_GO_FIELD = re.compile(
    r"\t[A-Z]\w*\s+[^`\"]{1,120}`[^`]{0,200}?\b(?:yaml|json|toml|mapstructure|hcl):\"([A-Za-z][\w.-]*)"
)
_TS_TYPE = re.compile(
    r"export\s+(?:declare\s+)?(?:interface\s+(\w*(?:Config|Configuration|Options|Settings))\b"
    r"|type\s+(\w*(?:Config|Configuration|Options|Settings))\b[^=]{0,80}=\s*(?:[\w<>]+\s*&\s*)?\{\s*$)"
)
_TS_FIELD = re.compile(r"(?:  |\t)([A-Za-z_]\w*)\?:")
_RS_STRUCT = re.compile(rf"pub\s+struct\s+(\w*{_HELD})\b")
#: How a line starts that opens one of these types: most lines are indented.
_STARTS = frozenset("ctep")
_RS_FIELD = re.compile(r"    pub\s+([a-z]\w*):\s")
#: What says that a field is read from a file.
_RS_READ = re.compile(r"\s*#\[(?:serde|option|config|setting)\(")

#: Suffix -> the type that a field must be in, and the field.
_TYPES: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    ".py": (_PY_CLASS, _PY_FIELD),
    ".go": (_GO_STRUCT, _GO_FIELD),
    ".ts": (_TS_TYPE, _TS_FIELD),
    ".mts": (_TS_TYPE, _TS_FIELD),
    ".rs": (_RS_STRUCT, _RS_FIELD),
}

_JAVA_KEY = re.compile(
    r"\bstatic\s+final\s+String\s+\w+_CONFIG\s*=\s*\"([a-z][\w.-]*)\"\s*;"
    r"|@Value\(\s*\"\$\{([a-z][\w.-]*)"
)
_CS_KEY = re.compile(r"\[JsonPropertyName\(\s*\"([\w.-]+)\"")
_C_KEY = re.compile(
    r"\bcreate(?:Bool|Int|UInt|LongLong|ULong|ULongLong|SizeT|SSizeT|TimeT|OffT|String"
    r"|SDS|Enum|Special)\w{0,12}Config\(\s*\"([a-z][\w.-]*)\""
    r"|^\s*(?:\{\s*)?\.name\s*=\s*\"([a-z][\w-]*)\""
)
_GO_GATE = re.compile(r"\t+([A-Z]\w*):\s*\{\s*(?:\{\s*)?Default:\s*(?:true|false)\b")
_CALLED = re.compile(r"config|option|setting", re.IGNORECASE)

#: Where such types are passed from one part of a program to another, or copied.
_INSIDE = re.compile(r"(?:^|/)(?:kernels?|ops|backends|models?|applyconfigurations?)/")


def fields(file: FileDiff, hunk: Hunk) -> tuple[list[str], list[str]]:
    """Return the settings that a place of code declares, before and after."""
    if file.category != "code" or file.status in "AD" or _INSIDE.search(file.path):
        return [], []
    if not is_public(file.path):
        return [], []
    if rule := _TYPES.get(file.suffix):
        there = _types(rule[0], hunk.old, hunk.context) & _types(
            rule[0], hunk.new, hunk.context
        )
        if file.suffix == ".go":
            gates = [[m[1] for x in side if (m := _GO_GATE.match(x))]
                     for side in (hunk.old, hunk.new)]  # fmt: skip
        else:
            gates = [[], []]
        old, new = (
            list(_of_types(file.suffix, side, hunk.context, there))
            for side in (hunk.old, hunk.new)
        )
        return [*old, *gates[0]], [*new, *gates[1]]
    name = file.path.rpartition("/")[2]
    if file.suffix == ".java":
        pattern = _JAVA_KEY
    elif file.suffix == ".cs" and _CALLED.search(name):
        pattern = _CS_KEY
    elif file.suffix in (".c", ".cc", ".cpp") and _CALLED.search(name):
        pattern = _C_KEY
    else:
        return [], []
    old, new = (
        [str(_named(m)) for line in side for m in pattern.finditer(line)]
        for side in (hunk.old, hunk.new)
    )
    return old, new


def _named(match: re.Match[str] | None) -> str | None:
    return next((x for x in match.groups() if x), None) if match else None


def _types(pattern: re.Pattern[str], lines: list[str], context: str) -> set[str]:
    return {
        name
        for line in (context, *lines)
        if line[:1] in _STARTS
        and (name := _named(pattern.match(line)))
        and not _INNER.match(name)
    }


def _of_types(
    suffix: str, lines: list[str], context: str, there: set[str]
) -> Iterator[str]:
    if not there:
        return
    outer, field = _TYPES[suffix]
    inside = _named(outer.match(context)) in there
    read = False
    hidden = False
    quoted = False
    for line in lines:
        if line[:1].isalpha() or line.startswith(("@", "}", "#", ")")):
            inside = _named(outer.match(line)) in there
        if not inside:
            continue
        if suffix == ".py" and line.count('"""') % 2:
            quoted = not quoted
        if match := field.match(line):
            told = not quoted and not hidden and (suffix != ".rs" or read)
            if suffix == ".py":
                told = told and " " not in _PY_JOINT.sub(",", match[2])
            read = hidden = False
            if told:
                yield match[1]
        elif suffix == ".rs":
            read = bool(_RS_READ.match(line)) or (
                read and line.lstrip().startswith(("///", "#["))
            )
        elif line.lstrip().startswith(("/**", "*", "//")):
            hidden = hidden or "@internal" in line
        else:
            hidden = False


# --- Defaults -------------------------------------------------------------------

_FLAG = re.compile(
    r"\bDEFINE_(?:bool|u?int(?:32|64)?|double|string|float|validated_\w{1,10})\(\s*(?P<name>\w+)\s*,"
    r"\s*(?P<value>\"[^\"\n]{0,60}\"|-?[\w.]{1,40})\s*,"
)
_GATE = re.compile(
    r"^\t+(?P<name>\w+):\s*\{\s*(?:\{\s*)?Default:\s*(?P<value>true|false)\b",
    re.MULTILINE,
)
_BOOLEAN = re.compile(
    r"\bcreateBoolConfig\(\s*\"(?P<name>[\w.-]+)\"\s*,[^,\n]{1,60},[^,\n]{1,80},[^,\n]{1,60},"
    r"\s*(?P<value>[01])\s*,"
)
_KINGPIN = re.compile(
    r"\.Flag\(\s*\"(?P<name>[a-z][\w.-]*)\",[^\n]{0,400}?\)\.Default\(\"(?P<value>[^\"\n]{0,60})\"\)"
)
_CLAP = re.compile(
    r"#\[(?:arg|clap)\((?=[^\]\n]{0,200}?\blong\s*[,)])[^\]\n]{0,200}?\bdefault_value(?:_t)?\s*=\s*(?P<value>\"[^\"\n]{0,60}\"|-?[\w.:]{1,40})"
    r"[^\]\n]{0,120}\)\](?:\n[ \t]*(?:///|#\[)[^\n]*)*"
    r"\n[ \t]*(?:pub(?:\(crate\))?\s+)?(?P<name>[a-z]\w*)\s*:"
)

#: Suffix -> word that every definition has, rule, how users write the name.
_VALUED: dict[str, tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...]] = {
    **dict.fromkeys(
        (".c", ".cc", ".cpp", ".h"),
        (
            ("DEFINE_", _FLAG, lambda name: f"--{name}"),
            ("createBoolConfig", _BOOLEAN, str),
        ),
    ),
    ".go": (
        ("Default:", _GATE, str),
        (".Default(", _KINGPIN, lambda name: f"--{name}"),
    ),
    ".rs": (("default_value", _CLAP, lambda name: f"--{name.replace('_', '-')}"),),
}


def flag_defaults(file: FileDiff) -> Iterator[tuple[str, str, str]]:
    """Yield (name, old, new) of flags whose definition gives another default."""
    rules = _VALUED.get(file.suffix, ())
    if not rules or file.category != "code":
        return
    for hunk in file.hunks:
        texts = ["\n".join(side) for side in (hunk.old, hunk.new)]
        for word, pattern, written in rules:
            if word not in texts[0] or word not in texts[1]:
                continue
            old, new = (
                {m["name"]: m["value"] for m in pattern.finditer(text)}
                for text in texts
            )
            for name, value in old.items():
                if name in new and new[name] != value:
                    yield written(name), value, new[name]
