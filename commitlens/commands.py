"""The commands that a program offers, as code defines them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .diffs import FileDiff

_NAME = r"([a-z][\w:-]*)"
#: What a program's commands hang on; that of a chat or a server is called otherwise.
_CLI = r"(?:cli|main|app|program|prog|yargs|\w{0,30}_(?:cli|app|group|cmd|commands?))"

_PY = re.compile(
    rf"^@{_CLI}\.(?:command|group)\(\s*(?:name\s*=\s*)?[\"']{_NAME}[\"']"
    rf"|\bsub\w{{0,30}}\.add_parser\(\s*[\"']{_NAME}[\"']",
    re.MULTILINE,
)
_PY_BARE = re.compile(rf"@{_CLI}\.command(?:\(\s*(?:\)|[a-z]\w*\s*=|$)|\s*$)")
_PY_DEF = re.compile(r"(?:async\s+)?def\s+([a-z]\w*)")
_PY_CLASS = re.compile(r"class\s+\w+Command\(")
_PY_OWN = re.compile(r"    name(?::\s*str)?\s*=\s*\"([a-z][\w: -]*)\"\s*$")
_GO = re.compile(
    rf"^\t+Use:\s+[\"`]{_NAME}"
    rf"|cli\.Command\{{\s*Name:\s*\"{_NAME}\""
    rf"|\b(?!exec\b)\w+\.Command\(\s*\"{_NAME}\",\s*\"[A-Z][^\"\n]*\s",
    re.MULTILINE,
)
_RS = re.compile(
    rf"\.subcommand\(\s*(?:\w+::)?(?:Command|App)::new\(\s*\"{_NAME}\""
    rf"|\bSubCommand::with_name\(\s*\"{_NAME}\"|^    subcommand\(\"{_NAME}\"\)",
    re.MULTILINE,
)
_RS_ENUM = re.compile(r"(?:pub(?:\([a-z]+\))?\s+)?enum\s+\w*(?:[cC]ommands?|Cmd)\b")
_RS_MARK = re.compile(r"    #\[(?:command|clap)\(")
_RS_VARIANT = re.compile(
    r"    ([A-Z][A-Za-z0-9]*)\s*(?:(\((?:\w+::)*\w+(?:Args|Opts|Commands?)\))|[({,])"
)
_JS = re.compile(
    rf"(?:\b{_CLI}|^\s*)\.command\(\s*[\"'`]{_NAME}(?:\s[<\[][^\"'`\n]{{0,60}})?[\"'`]",
    re.MULTILINE,
)
_PHP = re.compile(
    rf"\$signature\s*=\s*[\"']{_NAME}|#\[AsCommand\(\s*(?:name:\s*)?[\"']{_NAME}[\"']"
)
_CS = re.compile(rf"\bnew Command\(\s*\"{_NAME}\"")
_JAVA = re.compile(rf"@(?:CommandLine\.)?Command\(\s*name\s*=\s*\"{_NAME}\"")
_C = re.compile(rf"\{{\s*\"{_NAME}\",\s*cmd_\w+")

#: Suffix -> a word that every definition has, and the rule.
_RULES: dict[str, tuple[str, re.Pattern[str]]] = {
    ".py": ("", _PY),
    ".go": ("", _GO),
    ".rs": ("ubc", _RS),
    **dict.fromkeys((".js", ".mjs", ".cjs", ".ts", ".mts"), (".command(", _JS)),
    ".php": ("", _PHP),
    ".cs": ("new Command(", _CS),
    **dict.fromkeys((".java", ".kt"), ("Command(", _JAVA)),
    ".c": ("cmd_", _C),
}
_WORDS = ("ommand", "cmd_", "add_parser", "Use:", "signature", "name", "Args)", "Opts)")


def commands(file: FileDiff, lines: list[str], context: str) -> list[str]:
    """Return the commands that one side of a hunk defines."""
    word, rule = _RULES.get(file.suffix, ("", None))
    if rule is None:
        return []
    text = "\n".join(lines)
    if not any(word in text for word in _WORDS):
        return []
    found: list[str] = []
    if word in text:
        found += (next(x for x in m.groups() if x) for m in rule.finditer(text))
    if file.suffix == ".py":
        found += _python(lines, context)
    elif file.suffix == ".rs":
        found += _variants(lines, context)
    return found


def _python(lines: list[str], context: str) -> Iterator[str]:
    """Yield commands called as their function, or by their class."""
    inside = bool(_PY_CLASS.match(context))
    waits = False
    for line in lines:
        if line[:1] == "@":
            waits = waits or bool(_PY_BARE.match(line))
        elif match := _PY_DEF.match(line):
            if waits:
                yield match[1].replace("_", "-")
            waits = False
        if line[:1].isalpha():
            inside = bool(_PY_CLASS.match(line))
        elif inside and (match := _PY_OWN.match(line)):
            yield match[1]


def _variants(lines: list[str], context: str) -> Iterator[str]:
    """Yield the variants of an enum of commands that clap reads, or seems to."""
    inside = bool(_RS_ENUM.match(context))
    marked = False
    for line in lines:
        if line[:1].isalpha() or line[:1] == "}":
            inside = bool(_RS_ENUM.match(line))
        elif inside and _RS_MARK.match(line):
            marked = True
        elif inside and (match := _RS_VARIANT.match(line)):
            if marked or match[2]:
                yield re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", match[1]).lower()
            marked = False
