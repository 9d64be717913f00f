"""The environment variables that code reads."""

from __future__ import annotations

import re

_NAME = r"([A-Z][A-Z0-9_]+)"
#: Of words that are said elsewhere too, one with an underscore is a variable.
_LONGER = r"([A-Z][A-Z0-9]*_[A-Z0-9_]+)"
_ENV = re.compile(
    rf"\b(?:\w+\.)?_?environ(?:\.get|\.pop)?[\[(]\s*[\"']{_NAME}[\"'](?!\s*\]\s*=[^=])"
    rf"|\b(?:getenv|secure_getenv|git_env_bool|git_env_ulong|get_env|get_env_os)\(\s*[\"']{_NAME}[\"']"
    rf"|\b(?:process|import\.meta)\.env(?:\.|\[[\"']){_NAME}\b(?![\"']?\]?\s*=[^=])"
    rf"|\benv::var(?:_os)?\(\s*\"{_NAME}\""
    rf"|\bos\.(?:Getenv|LookupEnv)\(\s*\"{_NAME}\""
    rf"|\bENV(?:\[|\.fetch\(|\.key\?\()\s*[\"']{_NAME}[\"'](?!\s*\]\s*=[^=])"
    rf"|\bGetEnvironmentVariable\(\s*\"{_NAME}\""
)
_ENV_WORDS = (
    *("environ.", "environ[", "getenv(", "Getenv(", "LookupEnv(", "process.env"),
    *("meta.env", "env::var", "ENV[", "ENV.", "EnvironmentVariable(", "git_env_"),
    "get_env",
)
#: Helpers of a project's own that read variables, and what binds an option to one.
_ENV_OWN = re.compile(
    rf"\b(?:env\.Parse\w{{1,30}}FromEnv|(?:get|parse|read|lookup)_?env\w{{0,12}}"
    rf"|get\w{{1,12}}env\w{{0,12}}|env_(?:bool|int|str|to_\w{{1,10}}|flag|list)"
    rf"|envor\w{{0,12}}|(?<![.>:\w])env)(?:<[\w:]{{1,20}}>)?\(\s*[\"'](?-i:{_LONGER})[\"']"
    rf"|\b(?:envvars?\s*=|(?<!\.)env\s*=|envvars?:|\.envar\()\s*(?:\[\]string\{{|\[)?"
    rf"(?:EnvVars::|[\"'])(?-i:{_LONGER})\b"
    rf"|\benv[a-z]\w{{0,40}}\s*=\s*\"(?-i:{_LONGER})\"",
    re.IGNORECASE,
)
#: A name given to itself: where a file holds nothing but names of variables.
_ENV_NAMED = re.compile(
    r"\bpub const (?P<name>[A-Z][A-Z0-9_]+): &(?:'static )?str = \"(?P=name)\";"
)
_UPPER = re.compile(r"[A-Z]_[A-Z0-9]")
#: Longer lines hold data.
_LONGEST = 300
#: Set by systems, not by a project's users.
_COMMON_ENV = frozenset(
    [
        *(
            "HOME",
            "PATH",
            "USER",
            "PWD",
            "TEMP",
            "TMP",
            "TMPDIR",
            "SHELL",
            "TERM",
            "LANG",
            "CI",
            "NODE_ENV",
        ),
        *("PYTHONPATH", "PROD", "DEV", "USERPROFILE", "APPDATA", "LOGNAME", "HOSTNAME"),
        *("OUT_DIR", "CARGO_MANIFEST_DIR", "DISPLAY", "MODE", "SSR", "BASE_URL"),
    ]
)


def environment(path: str, text: str) -> list[str]:
    """Return the environment variables that code of a file reads."""
    matches: list[re.Match[str]] = []
    if any(word in text for word in _ENV_WORDS):
        matches += _ENV.finditer(text)
    if "pub const" in text and "env" in path.rpartition("/")[2]:
        matches += _ENV_NAMED.finditer(text)
    if "nv" in text:
        lines = text.split("\n")
        for line, below in zip(lines, [*lines[1:], ""], strict=True):
            if line.endswith("("):
                line = line + below.lstrip()  # noqa: PLW2901
            if ("nv" in line or "NV" in line) and _UPPER.search(line):
                matches += _ENV_OWN.finditer(line[:_LONGEST])
    found = (next(x for x in m.groups() if x) for m in matches)
    return [x for x in dict.fromkeys(found) if x not in _COMMON_ENV]
