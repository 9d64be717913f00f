"""How manifests and lock files are read, a reader a format.

Each reader takes one side of a hunk and yields ``(group, name, value)``, where
group is ``direct`` (people wrote it), ``locked`` (a tool did) or ``platform``.
What both sides say alike is no news, so unchanged lines around a change help
to find the name that a version belongs to, and do no harm.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

Entry = tuple[str, str, str]
Reader = Callable[[list[str], str], Iterator[Entry]]

_NPM = r"(?:@[\w.-]+/)?[A-Za-z0-9_][\w.-]*"
_RANGE = r"(?:[\^~<>=v! ]{0,3}\d|\*|x\b|workspace:|catalog:|npm:|file:|link:|latest$)"
_ENGINES = frozenset(["node", "npm", "pnpm", "yarn", "bun", "vscode", "deno"])
_NPM_LINE = re.compile(rf"\s*\"({_NPM})\":\s*\"({_RANGE}[^\"]*)\",?\s*$")
_YAML_LINE = re.compile(
    rf"\s+['\"]?({_NPM})['\"]?:\s*['\"]?({_RANGE}[^'\"\s]*)['\"]?\s*$"
)
_NOT_NPM = frozenset(
    ["version", "lockfileVersion", "schemaVersion", "port", "target", "lib", "level"]
)


def _package_json(lines: list[str], context: str) -> Iterator[Entry]:
    for line in lines:
        if match := re.match(r"\s*\"packageManager\":\s*\"(\w+)@([^\"+]+)", line):
            yield "platform", match[1], match[2]
        elif match := _NPM_LINE.match(line):
            if match[1] in _ENGINES:
                yield "platform", match[1], match[2]
            elif match[1] not in _NOT_NPM:
                yield "direct", match[1], match[2]


def _pnpm_workspace(lines: list[str], context: str) -> Iterator[Entry]:
    found = (_YAML_LINE.match(line) for line in lines)
    yield from (("direct", m[1], m[2]) for m in found if m)


_TOML_SECTION = re.compile(
    r"\s*\[+\s*([^\]\s](?:[^\]]{0,118}[^\]\s])?)\s*\]+\s*(?:#.*)?$"
)
_TOML_PLATFORM = re.compile(
    r"(?:(rust)-version|requires-(python))\s*=\s*[\"']([^\"']+)[\"']"
)
_TOML_TEXT = re.compile(r"([A-Za-z_][\w-]*)\s*=\s*[\"']([^\"']*)[\"']")
_TOML_TABLE = re.compile(r"([A-Za-z_][\w-]*)\s*=\s*\{(.*)")
_TOML_WORKSPACE = re.compile(r"([A-Za-z_][\w-]*)\.workspace\s*=\s*true")
_IN_TABLE = re.compile(r"\b(version|tag|rev|branch|git|path)\s*=\s*[\"']([^\"']*)[\"']")
_NOT_CRATE = frozenset(
    [
        *("version", "edition", "rust-version", "name", "license", "resolver", "path"),
        *("opt-level", "lto", "panic", "strip", "debug", "build", "publish", "links"),
        *("target-version", "requires-python", "python_version", "fallback_version"),
        *("minversion", "target", "msrv", "schema", "channel", "package", "rev", "tag"),
        *("line-length", "fail_under", "required-version", "minimum-version"),
    ]
)


def _is_dependencies(section: str) -> bool:
    last = section.replace('"', "").split(".")
    return any(s.endswith(("dependencies", "group")) or s == "patch" for s in last)


def _toml(lines: list[str], context: str) -> Iterator[Entry]:
    """Read tables of dependencies as Cargo and Poetry write them."""
    section: str | None = None
    for line in lines:
        if "]" in line and (match := _TOML_SECTION.match(line)):
            section = match[1]
            continue
        if match := _TOML_PLATFORM.match(line):
            yield "platform", match[1] or match[2], match[3]
            continue
        if section is not None and not _is_dependencies(section):
            continue
        if match := _TOML_TEXT.match(line):
            name, value = match.groups()
            owner = (section or "").replace('"', "").split(".")
            if name == "version" and len(owner) > 1 and _is_dependencies(owner[-2]):
                yield "direct", owner[-1], value
            elif name == "python":
                yield "platform", "python", value
            elif name not in _NOT_CRATE and re.match(r"[\^~<>=*\d]", value):
                yield "direct", name, value
        elif match := _TOML_TABLE.match(line):
            parts = dict(_IN_TABLE.findall(match[2]))
            value = next(
                (parts[k] for k in ("version", "tag", "rev", "branch") if k in parts),
                "",
            )
            if value or "git" in parts or (section and parts):
                yield "direct", match[1], value
        elif section and (match := _TOML_WORKSPACE.match(line)):
            yield "direct", match[1], ""


_PEP508 = (
    r"([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]\"']{0,120}\])?\s*"
    r"((?:[<>=!~]=?=?\s*[\w.*+!-]+\s*,?\s*){1,6})"
)
_PEP_TEXT = re.compile(rf"[\"']{_PEP508}(?:;[^\n]{{0,200}})?[\"']")
_PEP_LINE = re.compile(rf"\s*{_PEP508}(?:;|#|\\|--|$)")
_BARE_TEXT = re.compile(
    r"\s*[\"']([A-Za-z][\w.-]*)(?:\[[\w, -]*\])?[\"'],?\s*(?:#.*)?$"
)
_BARE_LINE = re.compile(r"([A-Za-z][\w.-]*)(?:\[[\w, -]*\])?\s*(?:#.*)?$")
_BARE_IN = re.compile(r"(?:dependencies|requires|install_requires)\s*=\s*\[")


def _pyproject(lines: list[str], context: str) -> Iterator[Entry]:
    yield from _toml(lines, context)
    outer = context
    for line in lines:
        if line[:1].isalpha() or line[:1] == "[":
            outer = line
        if "requires-python" in line or line.lstrip().startswith("#"):
            continue
        found = _PEP_TEXT.findall(line)
        for name, spec in found:
            yield "direct", name, _spec(spec)
        if not found and _BARE_IN.match(outer) and (match := _BARE_TEXT.match(line)):
            yield "direct", match[1], ""


def _setup(lines: list[str], context: str) -> Iterator[Entry]:
    for line in lines:
        if match := re.match(
            r"\s*python_requires\s*=\s*[\"']?([^\"',]+(?:,[^\"']+)?)", line
        ):
            yield "platform", "python", match[1].strip()
        elif not line.lstrip().startswith("#"):
            for name, spec in _PEP_TEXT.findall(line):
                yield "direct", name, _spec(spec)


def _setup_cfg(lines: list[str], context: str) -> Iterator[Entry]:
    for line in lines:
        if match := re.match(r"python_requires\s*=\s*(\S.*)", line):
            yield "platform", "python", match[1].strip()
        elif line[:1].isspace() and (match := _PEP_LINE.match(line)):
            yield "direct", match[1], _spec(match[2])


def _requirements(lines: list[str], context: str) -> Iterator[Entry]:
    for index, line in enumerate(lines):
        match = _PEP_LINE.match(line)
        bare = None if match else _BARE_LINE.match(line)
        # Tools that write such files say so, with hashes or with "# via".
        below = lines[index + 1] if index + 1 < len(lines) else ""
        written = "--hash" in below or line.endswith("\\") or "# via" in line + below
        group = "locked" if written else "direct"
        if match:
            yield group, match[1], _spec(match[2])
        elif bare:
            yield group, bare[1], ""


def _spec(text: str) -> str:
    return re.sub(r"\s+", "", text).strip(",")


_GO_MOD = re.compile(
    r"\s*(?:require\s+)?([\w.-]+\.[\w-]+(?:/\S*)?)\s+(v\d\S*)(\s*//\s*indirect)?\s*$"
)
_GO_PLATFORM = re.compile(r"(?:go|toolchain go)\s?(\d[\w.]*)\s*$")


def _go_mod(lines: list[str], context: str) -> Iterator[Entry]:
    for line in lines:
        if match := _GO_MOD.match(line):
            yield "locked" if match[3] else "direct", match[1], match[2]
        elif match := _GO_PLATFORM.match(line):
            name = "go" if line.startswith("go") else "go toolchain"
            yield "platform", name, match[1]


def _go_sum(lines: list[str], context: str) -> Iterator[Entry]:
    for line in lines:
        words = line.split()
        if len(words) == 3 and not words[1].endswith("/go.mod"):
            yield "locked", words[0], words[1]


def _all_lines(group: str, pattern: str) -> Reader:
    """Make a reader of lines that hold a name and a value."""
    rule = re.compile(pattern)

    def read(lines: list[str], context: str) -> Iterator[Entry]:
        for line in lines:
            if match := rule.match(line):
                yield group, match[1], match[2] or ""

    return read


_gemfile = _all_lines(
    "direct",
    r"\s*(?:gem|\w{1,20}\.add_(?:\w{1,20}_)?dependency)[\s(]+[\"']([\w-]+)[\"']"
    r"(?:,\s*[\"']([^\"']+)[\"'])?",
)
_gradle = _all_lines(
    "direct",
    r"\s*(?:\w*[iI]mplementation|\w*[aA]pi|compileOnly|runtimeOnly|classpath|kapt|ksp"
    r"|annotationProcessor|testRuntimeOnly)[\s(]+[\"']([\w.-]+:[\w.-]+):([\w.+-]+)",
)
_versions_toml = _all_lines("direct", r"([A-Za-z][\w-]*)\s*=\s*\"(\d[\w.+-]*)\"\s*$")


def _composer(lines: list[str], context: str) -> Iterator[Entry]:
    for line in lines:
        if match := re.match(
            r"\s*\"([\w.-]+/[\w.-]+|php|ext-\w+)\":\s*\"([^\"]*)\"", line
        ):
            if match[1] == "php":
                yield "platform", "php", match[2]
            elif re.match(r"[\^~<>=*v\d]|dev-|@", match[2]):
                yield "direct", match[1], match[2]


def _pom(lines: list[str], context: str) -> Iterator[Entry]:
    artifact = None
    for line in lines:
        if match := re.match(r"\s*<artifactId>([\w.-]+)</artifactId>", line):
            artifact = match[1]
        elif "<groupId>" in line or "</dependency>" in line or "</plugin>" in line:
            artifact = None
        elif match := re.match(r"\s*<version>([^<]+)</version>", line):
            if artifact:
                yield "direct", artifact, match[1]
        elif match := re.match(r"\s*<([\w.-]+)\.version>([^<]+)</", line):
            yield "direct", match[1], match[2]


_FROM = re.compile(
    r"FROM\s+(?:--platform=\S+\s+)?([\w./$:{}@-]+)(?:\s+AS\s+\S+)?\s*$", re.I
)


def _dockerfile(lines: list[str], context: str) -> Iterator[Entry]:
    for line in lines:
        match = _FROM.match(line)
        # A stage of the same file, or a variable, is no image.
        if match and (":" in match[1] or "/" in match[1]) and "$" not in match[1]:
            yield "platform", "base image", match[1]


_USES = re.compile(
    r"\s*(?:-\s+)?uses:\s*['\"]?([\w.-]+/[\w./-]+)@([\w./-]+)['\"]?(?:\s*#\s*(?:tag=)?(v?\d\S*))?"
)


def workflow(lines: list[str], context: str) -> Iterator[Entry]:
    for line in lines:
        if match := _USES.match(line):
            pinned = re.fullmatch(r"[0-9a-f]{40}", match[2])
            yield "direct", match[1], match[3] or match[2][: 12 if pinned else 60]


def _pre_commit(lines: list[str], context: str) -> Iterator[Entry]:
    name = None
    for line in lines:
        if match := re.match(
            r"\s*-?\s*repo:\s*['\"]?\S*?([\w.-]+/[\w.-]+?)(?:\.git)?/?['\"]?\s*$", line
        ):
            name = match[1]
        elif (match := re.match(r"\s*-?\s*rev:\s*['\"]?([^\s'\"#]+)", line)) and name:
            yield "direct", name, match[1]


def _version_file(name: str) -> Reader:
    def read(lines: list[str], context: str) -> Iterator[Entry]:
        if len(lines) == 1 and re.match(r"v?[\w./-]*\d[\w.*-]*\s*$", lines[0]):
            yield "platform", name, lines[0].strip()

    return read


_toolchain = _all_lines("platform", r"\s*(channel)\s*=\s*[\"']([^\"']+)[\"']")


def _rust_toolchain(lines: list[str], context: str) -> Iterator[Entry]:
    for _, _, value in _toolchain(lines, context):
        yield "platform", "rust toolchain", value


# --- Lock files ---------------------------------------------------------------


def _named_then(name: str, version: str, reset: str) -> Reader:
    """Make a reader of files where a name's version stands below it."""
    names, versions, ends = re.compile(name), re.compile(version), re.compile(reset)

    def read(lines: list[str], context: str) -> Iterator[Entry]:
        current = None
        for line in lines:
            if match := names.match(line):
                current = match[1]
            elif (match := versions.match(line)) and current:
                yield "locked", current.rpartition("node_modules/")[2], match[1]
                current = None
            elif ends.match(line):
                current = None

    return read


_toml_lock = _named_then(
    r"name = \"([^\"]+)\"", r"version = \"([^\"]+)\"", r"\[\[|\s*$"
)
_SOURCE = re.compile(r"source = (?:\"|\{ (?:registry|git|url))")


def _sourced_lock(lines: list[str], context: str) -> Iterator[Entry]:
    """Read packages that come from elsewhere: the project's own have no source."""
    for index, line in enumerate(lines[:-2]):
        if line.startswith("name = ") and _SOURCE.match(lines[index + 2]):
            yield from _toml_lock(lines[index : index + 2], context)


_npm_lock = _named_then(
    rf"\s*\"((?:[^\"]*node_modules/)?{_NPM})\": \{{",
    r"\s*\"version\": \"([^\"]+)\"",
    r"\s*\"(?:version|resolved)\"|\s*\}|.*\{$",
)
_yarn_lock = _named_then(
    rf"\"?({_NPM})@", r"\s+version:? \"?([^\"\s]+)\"?", r"\s*$|__metadata"
)
_pipfile_lock = _named_then(
    r"\s{8}\"([\w.-]+)\": \{", r"\s*\"version\": \"==([^\"]+)\"", r"\s{8}\}"
)
_composer_lock = _named_then(
    r"\s*\"name\": \"([^\"/]+/[^\"]+)\"", r"\s*\"version\": \"([^\"]+)\"", r"\s{8}\}"
)
_gem_lock = _all_lines("locked", r" {4}([\w.-]+) \((\d[^()\s]*)\)$")
_pnpm_lock = _all_lines(
    "locked", rf"  ['\"]?/?({_NPM})[@/](\d[\w.+-]*)(?:\([^:]*)?['\"]?:(?:\s|$)"
)

#: File name (lower case) -> reader; first match wins.
_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (r"(?:^|.*/)package\.json$", _package_json),
        (r"(?:^|.*/)pnpm-workspace\.ya?ml$", _pnpm_workspace),
        (r"(?:^|.*/)cargo\.toml$", _toml),
        (r"(?:^|.*/)pyproject\.toml$", _pyproject),
        (r"(?:^|.*/)pipfile$", _toml),
        (r"(?:^|.*/)setup\.py$", _setup),
        (r"(?:^|.*/)setup\.cfg$", _setup_cfg),
        (
            r"(?:^|.*/)(?:[\w.-]*requirements[\w.-]*|constraints[\w.-]*)\.(?:txt|in)$",
            _requirements,
        ),
        (r"(?:^|.*/)requirements/[\w.-]+\.(?:txt|in)$", _requirements),
        (r"(?:^|.*/)go\.mod$", _go_mod),
        (r"(?:^|.*/)go\.sum$", _go_sum),
        (r"(?:^|.*/)(?:gemfile|[\w.-]+\.gemspec)$", _gemfile),
        (r"(?:^|.*/)composer\.json$", _composer),
        (r"(?:^|.*/)pom\.xml$", _pom),
        (r"(?:^|.*/)build\.gradle(?:\.kts)?$", _gradle),
        (r"(?:^|.*/)libs\.versions\.toml$", _versions_toml),
        (
            r"(?:^|.*/)(?:(?:docker|container)file[\w.-]*|[\w.-]+\.dockerfile)$",
            _dockerfile,
        ),
        (r"\.github/.*\.ya?ml$|(?:^|.*/)action\.ya?ml$", workflow),
        (r"\.pre-commit-config\.ya?ml$", _pre_commit),
        (r"\.nvmrc$|\.node-version$", _version_file("node")),
        (r"\.python-version$", _version_file("python")),
        (r"\.ruby-version$", _version_file("ruby")),
        (r"\.go-version$", _version_file("go")),
        (r"rust-toolchain$", _version_file("rust toolchain")),
        (r"rust-toolchain\.toml$", _rust_toolchain),
        (r"(?:^|.*/)(?:cargo|uv)\.lock$", _sourced_lock),
        (r"(?:^|.*/)(?:poetry|pdm)\.lock$", _toml_lock),
        (r"(?:^|.*/)(?:package-lock|npm-shrinkwrap)\.json$", _npm_lock),
        (r"(?:^|.*/)yarn\.lock$", _yarn_lock),
        (r"(?:^|.*/)pnpm-lock\.ya?ml$", _pnpm_lock),
        (r"(?:^|.*/)pipfile\.lock$", _pipfile_lock),
        (r"(?:^|.*/)gemfile\.lock$", _gem_lock),
        (r"(?:^|.*/)composer\.lock$", _composer_lock),
    )
)


@lru_cache(maxsize=10_000)
def reader_of(path: str) -> Reader | None:
    """Return what reads a file of this name, None if it is no manifest."""
    low = path.lower()
    return next((reader for rule, reader in _READERS if rule.match(low)), None)
