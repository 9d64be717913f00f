"""What a user can set: options, environment variables, keys and defaults."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from .diffs import FileDiff
from .fields import flag_defaults

_Q = "[\"'`]"
_GO_SORT = (
    r"(?:String|Bool|Int|Uint|Float|Duration|Count|IP|Bytes|Text|Func|Var)\w{0,20}"
)
_LONG = r"(--[A-Za-z][\w-]*)"

_PY_OPTION = re.compile(
    r"(?:add_argument|\boption|\bOption|addoption|add_option)\(\s*"
    rf"(?:[^()\"']{{0,60}},\s*)?(?:[\"']-\w[\"'],\s*)?[\"']{_LONG}"
)
_JS_OPTION = re.compile(
    rf"\.(?:option|requiredOption)\(\s*{_Q}(?:-\w,?\s+)?{_LONG}"
    rf"|\.option\(\s*{_Q}([a-z][\w-]+){_Q},\s*\{{"
)
_GO_OPTION = re.compile(
    rf"(?:Flags\(\)|\bflag|\bflags|\bfs|[fF]lagSet)\.{_GO_SORT}\(\s*"
    r"(?:[&\w.\[\]]{1,80},\s*)?\"([A-Za-z][\w.-]*)\""
    r"|cli\.\w{1,30}Flag\{\s*Name:\s*\"([\w-]+)"
    r"|\b\w{1,20}\.Flag\(\s*\"([a-z][\w.-]*)\",\s*[\"`]"
)
_RS_OPTION = re.compile(
    r"\.long\(\s*\"([\w-]+)\"\s*\)"
    r"|#\[(?:arg|clap|structopt)\([^\]\"]{0,120}\blong\s*=\s*\"([\w-]+)\""
    r"|#\[bpaf\([^\]\"]{0,120}\blong\(\"([\w-]+)\"\)"
    r"|\b_?arg\(\s*(?:flag|opt|multi_opt|optional_opt)\(\s*\"([a-z][\w-]*)\""
)
_C_OPTION = re.compile(
    r"\bOPT_\w{1,40}\(\s*(?:'[^']{1,2}'|0)\s*,\s*\"([a-z][\w-]*)\""
    r"|\{\s*\"([a-z][\w-]+)\"\s*,\s*(?:no|required|optional)_argument"
    rf"|\b(?:strcmp|skip_prefix)\(\s*\*?\w{{1,20}}(?:\[\w{{1,10}}\])?\s*,\s*\"{_LONG}="
    r"|\bDEFINE_(?:bool|u?int(?:32|64)?|double|string|float)\(\s*([A-Za-z]\w*)\s*,"
    r"|\bABSL_FLAG\(\s*[\w:<>]{1,40}\s*,\s*(\w+)\s*,"
)
#: clap names an option after the field that it fills.
_RS_NAME = re.compile(r"\s*(?:pub(?:\([a-z]+\))?\s+)?(?:r#)?([a-z]\w*)\s*:")
_RS_BARE = {
    word: re.compile(rf"(?:^|,)\s*{word}\s*(?:,|$)") for word in ("long", "env")
}
_CS_OPTION = re.compile(
    r"\bnew Option(?:<[^>]{1,60}>)?\(\s*(?:name:\s*)?"
    r"(?:(?:new\s*(?:string)?\[\]\s*)?[{\[]\s*)?"
    rf"(?:\"-\w\",\s*)?\"{_LONG}\""
)
_JAVA_OPTION = re.compile(
    rf"@(?:CommandLine\.)?Option\(\s*names\s*=\s*(?:\{{\s*)?(?:\"-\w\",\s*)?\"{_LONG}\""
)
_PHP_OPTION = re.compile(r"(?:->addOption|new InputOption)\(\s*'([a-z][\w-]*)'")
_RB_OPTION = re.compile(rf"\.on\(\s*(?:[\"']-\w[^\"']{{0,20}}[\"'],\s*)?[\"']{_LONG}")
#: Suffix -> words one of which every definition has, and the rule.
_OPTIONS: dict[str, tuple[tuple[str, ...], re.Pattern[str]]] = {
    ".py": (("argument(", "ption("), _PY_OPTION),
    **dict.fromkeys(
        (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"), (("ption(",), _JS_OPTION)
    ),
    ".go": (("Flag", "flag", "fs."), _GO_OPTION),
    ".rs": (("long", "arg("), _RS_OPTION),
    **dict.fromkeys(
        (".c", ".cc", ".cpp", ".cxx"),
        (("OPT_", "_argument", '"--', "DEFINE_", "ABSL_FLAG"), _C_OPTION),
    ),
    ".rb": ((".on(",), _RB_OPTION),
    ".cs": (("Option",), _CS_OPTION),
    **dict.fromkeys((".java", ".kt"), (("Option(",), _JAVA_OPTION)),
    ".php": (("Option(",), _PHP_OPTION),
}

_CONFIG_READ = re.compile(
    r"\b(?:repo|git)_config_get_\w{1,30}\(\s*(?:[\w&.>-]{1,60},\s*)?"
    r"\"([a-z][\w-]*\.[\w.-]+)\""
    r"|!strcmp\(\s*(?:var|key|k)\s*,\s*\"([a-z][\w-]*\.[\w.-]+)\""
)
_CONFIG_KEY = re.compile(
    r"\s{0,8}[\"']?([A-Za-z_][\w-]*(?:\.[\w-]+)*)[\"']?\s*[:=](?:\s|$)"
)
_CONFIG_SUFFIX = frozenset(
    [".yaml", ".yml", ".toml", ".ini", ".conf", ".cfg", ".properties", ".env"]
)
_PROSE = frozenset(
    [
        *(
            "name",
            "version",
            "image",
            "description",
            "title",
            "id",
            "key",
            "value",
            "label",
        ),
        *(
            "labels",
            "metadata",
            "kind",
            "type",
            "apiversion",
            "spec",
            "help",
            "doc",
            "message",
        ),
        *(
            "text",
            "comment",
            "summary",
            "author",
            "authors",
            "license",
            "url",
            "msg",
            "error",
        ),
        *("tag", "ref", "rev", "sha"),
    ]
)


def options(suffix: str, text: str) -> list[str]:
    """Return the command-line options that code defines, as ``--name``."""
    if suffix not in _OPTIONS:
        return []
    words, rule = _OPTIONS[suffix]
    if not any(word in text for word in words):
        return []
    found = (next(x for x in m.groups() if x) for m in rule.finditer(text))
    told = [x if x.startswith("--") else f"--{x}" for x in found]
    if suffix == ".rs":
        told += [f"--{name.replace('_', '-')}" for name in _filled(text, "long")]
    return told


def _filled(text: str, word: str) -> Iterator[str]:
    """Yield the fields that clap fills from options or variables of their name."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        said = line.lstrip()
        if not said.startswith(("#[arg(", "#[clap(", "#[structopt(")):
            continue
        below = index + 1
        while ")]" not in said and below < min(index + 20, len(lines)):
            said, below = f"{said} {lines[below].strip()}", below + 1
        inside = re.sub(r"\([^()]*\)|\"[^\"]*\"", "", said.partition("(")[2])
        if not _RS_BARE[word].search(inside.rpartition(")]")[0]):
            continue
        for rest in lines[below : below + 12]:
            if rest.lstrip().startswith(("///", "//", "#[")):
                continue
            if match := _RS_NAME.match(rest):
                yield match[1]
            break


#: How files are called that hold what users set.
_SETTINGS = re.compile(
    r"(?:^|[._-])(?:values|config|configuration|settings|defaults?|options|application"
    r"|params|env)(?:[._-]|$)|\.(?:conf|ini|properties|env)$"
)
_SAMPLE = re.compile(r"example|sample|template|test|demo")


def is_settings(file: FileDiff) -> bool:
    """Whether a file holds settings of the product, not of a developer's tools."""
    name = file.path.rpartition("/")[2].lower()
    if file.suffix not in _CONFIG_SUFFIX or any(
        part.startswith(".") for part in file.path.split("/")
    ):
        return False
    if not _SETTINGS.search(name) or _SAMPLE.search(file.path.lower()):
        return False
    return file.category == "config" or name.startswith("values")


def config_keys(file: FileDiff, lines: list[str]) -> list[str]:
    """Return the configuration keys that lines define or read."""
    if file.suffix in (".c", ".h"):
        text = "\n".join(lines)
        if "config_get" not in text and "strcmp(" not in text:
            return []
        return [m[1] or m[2] for m in _CONFIG_READ.finditer(text)]
    if not is_settings(file) or file.status in "AD":
        return []
    keys = (_CONFIG_KEY.match(line) for line in lines if line.lstrip()[:1] not in "#;-")
    return [m[1] for m in keys if m and m[1].lower() not in _PROSE]


# --- Defaults -----------------------------------------------------------------

_LITERAL = re.compile(
    r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|(?<![\w.])-?\d[\w.]*"
    r"|\b(?:True|False|None|true|false|null|nil|NULL|nullptr)\b"
)
_BEFORE = re.compile(
    r"(?P<name>[A-Za-z_][\w.-]*)(?:\[[^\]]{0,20}\])?[\"']?\s*"
    r"(?::\s*[\w\[\]|.<>&?, ]{1,60})?\s*(?P<mark>:=|=|:|\s)\s*$"
)
#: Go says the type after the name.
_BEFORE_GO = re.compile(
    r"(?:var|const|^\t)\s*(?P<name>[A-Za-z_]\w*)\s+[\w.*\[\]]{1,40}\s*(?P<mark>=)\s*$"
)
_AFTER = re.compile(r"(?:\s*\*\s*[\w.]+)?\s*(?:[,;)}\]]|$|#|//|/\*)")
_DECLARES = re.compile(
    r"(?:export\s+|pub\s+|public\s+|private\s+|protected\s+|static\s+|final\s+"
    r"|readonly\s+|inline\s+)*(?:const\b|static\b|constexpr\b|final\b|val\b|#\s*define\b|def\b|var\b"
    r"|(?:async\s+)?function\b|func\b)"
)
_SOURCES = frozenset(
    [
        *(".py", ".pyi", ".rb", ".rs", ".go", ".c", ".h", ".cc", ".cpp", ".hpp", ".cu"),
        *(".cuh", ".java", ".kt", ".scala", ".cs", ".swift", ".js", ".jsx", ".mjs"),
        *(
            ".cjs",
            ".ts",
            ".tsx",
            ".mts",
            ".cts",
            ".php",
            ".dart",
            ".zig",
            ".ex",
            ".lua",
        ),
    ]
)
_VERSION = re.compile(r"[\"']?v?\d+\.\d+\.\d+")
_WORDY = re.compile(
    r"(?:^|[_.-]|(?-i:(?<=[a-z0-9])(?=[A-Z])))"
    r"(?:version(?:_*|_?info)|description|help|message|msg|title|label|name|text|doc|summary|comment|sha"
    r"|hash|digest|checksum|url|date|copyright|license|author|id|type|kind|result|ret|res|rc"
    r"|status|line|lineno|idx|index|i|j|k|n|x|y|count|expected|err|error)$",
    re.IGNORECASE,
)


def defaults(file: FileDiff) -> list[tuple[str, str, str]]:
    """Return the named values whose literal is all that changed.

    Returns
    -------
    list of (name, old, new)
        Of constants, parameters and settings; not of variables inside a
        function, which are nobody's default.
    """
    found = list(flag_defaults(file))
    for hunk in file.hunks:
        for removed, added in hunk.blocks:
            if not removed or not added or len(removed) + len(added) > 60:
                continue
            old = [(x, *_skeleton(x)) for x in removed if _may_set(x)]
            new = [(x, *_skeleton(x)) for x in added if _may_set(x)] if old else []
            shapes = Counter(shape for _, shape, _ in old)
            for line, shape, literals in old:
                twins = [twin for twin in new if twin[1] == shape]
                if not literals or len(twins) != 1 or shapes[shape] != 1:
                    continue
                above = hunk.new[: hunk.new.index(twins[0][0])]
                outer = next(
                    (x for x in reversed(above) if x[:1].isalpha()), hunk.context
                )
                if row := _default(
                    file, line, literals, twins[0][2], above[-8:], outer
                ):
                    found.append(row)
    return found


#: Longer lines hold data, and quotes that never close would take long to read.
_LONGEST = 300


def _may_set(line: str) -> bool:
    """Whether a line has what stands between every name and its value."""
    return len(line) <= _LONGEST and ("=" in line or ":" in line or "#" in line)


def _skeleton(line: str) -> tuple[str, list[re.Match[str]]]:
    literals = list(_LITERAL.finditer(line))
    if not literals:
        return line.strip(), literals
    return _LITERAL.sub("\0", line).strip(), literals


def _default(
    file: FileDiff,
    line: str,
    old: list[re.Match[str]],
    new: list[re.Match[str]],
    near: list[str],
    outer: str,
) -> tuple[str, str, str] | None:
    differ = [(a, b) for a, b in zip(old, new, strict=True) if a[0] != b[0]]
    if len(differ) != 1 or line.lstrip()[:2] in ("//", "* ", "/*", "# "):
        return None
    was, now = differ[0]
    before, after = line[: was.start()], line[was.end() :]
    match = _BEFORE_GO.search(before[-200:]) if file.suffix == ".go" else None
    match = match or _BEFORE.search(before[-200:])
    if match is None or not (end := _AFTER.match(after)):
        return None
    name = match["name"]
    if match["mark"].isspace() and not before.lstrip().startswith("#"):
        return None
    quoted = was[0][0] in "\"'" or now[0][0] in "\"'"
    if quoted and (_is_prose(was[0]) or _is_prose(now[0])):
        return None
    if not quoted and _number(was[0]) == _number(now[0]) is not None:
        return None
    if was[0][1:-1] == now[0][1:-1] and quoted:  # only the quotes differ
        return None
    if _VERSION.match(was[0]) and _VERSION.match(now[0]):
        return None
    if name == "default":
        option = next(
            (
                m[1]
                for x in reversed([*near, before])
                if (m := re.search(rf"[\"']{_LONG}", x))
            ),
            None,
        )
        if option is None:
            return None
        name = option
    elif (
        name in ("const", "var", "let", "default_value", "default_value_t")
        or _WORDY.search(name)
        or not (_lasting(file, before, name) or _of_defaults(file, before, outer))
    ):
        return None
    unit = end[0].rstrip(" ,;)}]#/*") if "*" in end[0][:3] else ""
    return name, was[0] + unit, now[0] + unit


def _number(literal: str) -> float | None:
    """Return a number's value, however it is written."""
    for read in (lambda text: int(text, 0), float):
        try:
            return float(read(literal))
        except (ValueError, OverflowError):
            continue
    return None


def _is_prose(literal: str) -> bool:
    text = literal[1:-1] if literal[:1] in "\"'" else literal
    return " " in text or len(text) > 60 or bool(re.fullmatch(r"[0-9a-f]{16,}", text))


def _lasting(file: FileDiff, before: str, name: str) -> bool:
    """Whether a name is a constant, a parameter or a setting, not a variable."""
    if is_settings(file):
        return True
    if file.category != "code" or file.suffix not in _SOURCES:
        return False
    bare = name.rpartition(".")[2]
    if len(bare) > 1 and bare.isupper():
        return True
    if "default" in name.lower() and "." not in name:
        return True
    if not before[:1].isspace():
        return file.suffix == ".py" or bool(_DECLARES.match(before))
    # An annotated name in a class or a signature of Python.
    return file.suffix == ".py" and bool(
        re.match(r"\s{4,8}[a-z]\w*\s*:\s*[\w\[\]|., ]+=\s*$", before)
    )


#: What holds nothing but defaults.
_DEFAULTS = re.compile(
    r"impl Default for \w*(?:Config|Configuration|Options|Opts|Settings|Args|Params)\b"
    r"|(?:export\s+)?(?:const|let|var)\s+\w*(?:[dD]efault(?![a-z])|[dD]efaults?[A-Z]|DEFAULT)"
    r"|(?:export\s+)?(?:const|let|var)\s+\w*[dD]efaults?\b"
    r"|func\s+(?:\(\w+ \*?\w+\)\s*)?(?:[nN]ew|[sS]et|[gG]et)?[dD]efaults?"
    r"(?:\w*(?:Config|Configuration|Options|Opts|Settings))?\("
    r"|_?DEFAULT\w*\s*(?::[^=]{1,60})?=\s*\{|\w*_DEFAULTS\s*(?::[^=]{1,60})?=\s*\{"
)
_MEMBER = re.compile(r"\s+\.?[\"']?[A-Za-z_][\w.-]*[\"']?\s*[:=]\s*$")


def _of_defaults(file: FileDiff, before: str, outer: str) -> bool:
    """Whether a line gives one of the values that settings have unless set."""
    return (
        file.category == "code"
        and bool(_MEMBER.match(before))
        and bool(_DEFAULTS.match(outer))
    )
