"""What a path is for, and which part of the tree it belongs to.

Both answers come from the path alone, by conventions that ecosystems share:
no file is opened, so they hold for files that no longer exist.
"""

from __future__ import annotations

import re
from functools import lru_cache

#: The closed set of categories, from what a product is to what surrounds it.
CATEGORIES: tuple[str, ...] = (
    "code",  # what runs: sources, schemas, charts, styles of a user interface
    "config",  # settings, of the product or of developers' tools
    "build",  # how it is built and packaged, containers included
    "dependency",  # manifests: pyproject.toml, package.json, go.mod ...
    "lock",  # lock files and checksums of dependencies
    "test",  # tests, their fixtures and snapshots
    "benchmark",  # measurements
    "example",  # examples, samples, demonstrations, notebooks
    "docs",  # text for people, and the site that shows it
    "translation",  # catalogues of messages, translated documents
    "ci",  # pipelines and the automation of a forge
    "asset",  # images, fonts, data, binaries
    "generated",  # written by a program
    "vendored",  # copies of others' work
)

_SOURCE = (
    r"\.(?:py|pyx|pxd|pyi|js|jsx|mjs|cjs|ts|tsx|mts|cts|vue|svelte|astro|rs|go|java"
    r"|kt|kts|scala|groovy|clj|cljs|c|cc|cpp|cxx|h|hh|hpp|hxx|cu|cuh|m|mm|s|asm|cs|fs"
    r"|vb|rb|php|swift|ex|exs|erl|hrl|hs|ml|mli|zig|nim|jl|r|lua|pl|pm|sh|bash|zsh"
    r"|fish|ps1|sql|proto|graphql|thrift|tf|dart|css|scss|sass|less)$"
)
_LANGUAGE = r"[a-z]{2}(?:[-_](?:[a-z]{2}|han[st]|latn|cyrl))?"

#: First match wins: category, rule over the folders (`/a/b/`), rule over the
#: file's name; both hold, and a missing rule always holds. Lower case.
_RULES: tuple[tuple[str, str | None, str | None], ...] = (
    (
        "vendored",
        r"^/(?:vendor|third[-_]?party|3rd[-_]?party|node_modules|external|extern|deps)/",
        None,
    ),
    (
        "translation",
        None,
        r"\.(?:po|pot|mo|xliff|xlf|arb|lproj|strings|stringsdict|xcstrings)$",
    ),
    (
        "translation",
        r"/(?:locales?|i18n|l10n|translations?|lang|languages|intl)/",
        r"\.(?:json5?|ya?ml|toml|properties|ftl|resx|ini|txt|md|csv)$",
    ),
    ("translation", rf"/(?:lang|locales?|translations)/{_LANGUAGE}/", r"\.(?:php|rb)$"),
    (
        "translation",
        None,
        r"^(?:readme|contributing|changelog)[._-](?:zh|ja|jp|ko|kr|cn|es|fr|de|pt|ru"
        r"|it|tr|uk|vi|id|ar|fa|hi|pl)(?:[-_](?:[a-z]{2}|han[st]))?"
        r"\.(?:md|rst|txt|adoc)$",
    ),
    (
        "ci",
        r"^/(?:\.github/(?:workflows|actions|scripts|ci)|\.circleci|\.gitlab(?:-ci)?"
        r"|\.azure(?:-pipelines|devops)?|azure-pipelines|\.buildkite|\.woodpecker"
        r"|\.semaphore|\.kokoro|\.tekton|\.teamcity|\.drone|\.ci|ci|\.jenkins"
        r"|jenkins|\.travis|\.evergreen|\.prow|\.cirrus|(?:tools?|scripts|test|tests"
        r"|src|build|dev|etc|hack)/ci)/",
        None,
    ),
    (
        "ci",
        None,
        r"^(?:\.gitlab-ci.*\.ya?ml|\.travis\.ya?ml|\.?appveyor\.ya?ml"
        r"|azure-pipelines.*\.ya?ml|jenkinsfile.*|\.drone\.ya?ml|\.cirrus\.(?:yml|star)"
        r"|\.?codecov\.ya?ml|\.coveralls\.yml|bitbucket-pipelines\.yml|buildspec\.ya?ml"
        r"|\.woodpecker\.ya?ml|cloudbuild.*\.ya?ml|dependabot\.ya?ml"
        r"|\.?renovate(?:rc)?\.json5?|\.?renovaterc|\.?mergify\.ya?ml|bors\.toml"
        r"|\.readthedocs\.ya?ml|netlify\.toml|\.?triagebot\.toml|\.asf\.yaml)$",
    ),
    ("docs", r"^/\.github/", r"\.(?:md|txt)$|^(?:codeowners|funding\.ya?ml)$"),
    ("docs", r"^/\.github/issue_template/", None),
    ("ci", r"^/\.github/", None),
    (
        "docs",  # what a release will tell, a file a change
        r"/(?:changelogs?/(?:fragments|unreleased)|\.changelogs?|\.changes/unreleased"
        r"|\.chloggen|\.changesets?|newsfragments|changelog\.d|changes\.d"
        r"|releasenotes/notes)/",
        r"^(?!(?:config|pre)\.)",
    ),
    (
        "vendored",
        r"/(?:_?vendor(?:ed)?|third[-_]?party|node_modules)/.*/specs?/",
        None,
    ),
    (
        "code",  # a specification that code implements: tests go by other names there
        r"^(?!/specs?/)(?!.*/(?:[\w.-]*tests?|__tests__|e2e|(?:test)?fixtures?|testdata"
        r"|support|_?vendor(?:ed)?|third[-_]?party|node_modules|_*generated_*|dist|docs?"
        r"|documentation|examples?|samples?)/).*/specs?/",
        r"^(?!tests?[-_.]|conftest\.|zz_generated)"
        r"(?!.*[-_.](?:tests?|specs?|pb|gen|generated)\.).+"
        r"\.(?:rs|go|py|pyi|c|cc|cpp|h|hpp|cu|java|kt|cs|zig|proto|thrift)$",
    ),
    (
        "test",
        r"/(?:tests?|__tests?__|specs?|e2e|testdata|test[-_]data|testsuites?"
        r"|test[-_]suite|test[-_]?fixtures?|fixtures|__fixtures__|__snapshots__"
        r"|__mocks__|testcases?|test[-_]cases?|test[-_]?utils?|test[-_]?helpers?"
        r"|test[-_]?support|[\w.-]*-test-support|unittests?"
        r"|\w*(?:unit|integration|functional|regression|system|smoke|acceptance|api"
        r"|browser|conformance|fuzz)[-_]?tests?|tests?[-_][\w.-]+|[\w.-]+[-_]tests"
        r"|androidtest|[\w.-]+\.(?:tests?|specs?)(?:\.[\w.-]+)?|\w+test/integration|cypress|playwright|fuzz|fuzzing|fuzz_targets)/",
        None,
    ),
    ("benchmark", r"^/t/perf/", None),
    ("test", r"^/t/", None),
    (
        "test",
        None,
        r"^(?:tests?[-_].+|.+[-_.](?:tests?|specs?|e2e|unittests?|spec-d|test-d)"
        r"|conftest|tests|testhelper|spec_helper|rails_helper|test_helper)"
        + _SOURCE
        + r"|\.(?:snap|\w+test)$"
        r"|^(?:jest|vitest|playwright|karma|cypress)\.(?:config|setup)\."
        r"|^(?:pytest\.ini|\.coveragerc|tox\.ini|noxfile\.py|phpunit\.xml.*|\.rspec)$",
    ),
    (
        "lock",
        None,
        r"^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.ya?ml"
        r"|bun\.lockb|go\.sum|go\.work\.sum|packages\.lock\.json|package\.resolved"
        r"|gradle\.lockfile|conda-lock\.ya?ml|cabal\.project\.freeze"
        r"|\.terraform\.lock\.hcl|elm-stuff|cartfile\.resolved|vendor/modules\.txt"
        r"|[\w.-]+\.lock)$",
    ),
    (
        "vendored",
        r"/(?:_?vendor(?:ed)?|third[-_]?party|3rd[-_]?party|node_modules|externals"
        r"|bower_components|godeps)/",
        None,
    ),
    (
        "vendored",
        None,
        r"^(?:gradlew(?:\.bat)?|mvnw(?:\.cmd)?|gradle-wrapper\.(?:jar|properties))$",
    ),
    (
        "generated",
        r"/(?:_*generated_*|__pycache__|autogen(?:erated)?|dist|storybook-static)/",
        None,
    ),
    (
        "generated",
        None,
        r"(?:\.pb(?:\.gw)?\.(?:go|cc|h|swift|dart)|_pb2(?:_grpc)?\.pyi?|_pb\.(?:js|ts)"
        r"|_pb\.d\.ts|\.g\.(?:dart|cs)|\.freezed\.dart|[._-]generated\.\w+"
        r"|[._-]gen\.(?:go|rs|ts)"
        r"|\.designer\.cs|\.min\.(?:js|css)|\.(?:js|css)\.map|^zz_generated.*"
        r"|^mock_\w+\.go|^bindata\.go|^tables\d+[\d.]*\.go|_string\.go"
        r"|^generated[._-].*|\.snap\.new)$",
    ),
    ("docs", r"^/(?:docs?|documentation|website|docs-[\w-]+|man|manual)/", None),
    (
        "benchmark",
        r"/(?:bench(?:es|mark|marks|marking)?|[\w.-]+[-_]benchmarks?|benchmarks?[-_]"
        r"[\w.-]+|microbench(?:marks?)?|perf[-_]tests?)/",
        None,
    ),
    (
        "benchmark",
        None,
        r"^(?:bench(?:mark)?[-_].+|.+[-_.]bench(?:mark)?)" + _SOURCE,
    ),
    (
        "example",
        r"/(?:examples?|samples?|demos?|playgrounds?|tutorials?|cookbooks?"
        r"|quick-?starts?|notebooks?|showcases?|example[-_][\w.-]+|[\w.-]+[-_]examples?"
        r")/",
        None,
    ),
    ("example", None, r"\.ipynb$"),
    (
        "dependency",
        None,
        r"^(?:pyproject\.toml|setup\.py|setup\.cfg|pipfile|package\.json"
        r"|environment[\w.-]*\.ya?ml|pnpm-workspace\.ya?ml|cargo\.toml|go\.mod|go\.work"
        r"|pom\.xml|build\.gradle(?:\.kts)?|settings\.gradle(?:\.kts)?"
        r"|libs\.versions\.toml|gemfile|[\w.-]+\.gemspec|composer\.json|mix\.exs"
        r"|rebar\.config|package\.ya?ml|[\w.-]+\.cabal|stack\.ya?ml|cabal\.project"
        r"|package\.swift|podfile|[\w.-]+\.podspec|cartfile|[\w.-]+\.(?:cs|fs|vb)proj"
        r"|packages\.config|directory\.packages\.props|[\w.-]+\.nuspec|pubspec\.ya?ml"
        r"|conanfile\.(?:py|txt)|vcpkg\.json|build\.sbt|project\.clj|deps\.edn"
        r"|deno\.jsonc?|[\w.-]*requirements[\w.-]*\.(?:txt|in)|constraints[\w.-]*\.txt"
        r"|module\.bazel|\.gitmodules|chart\.yaml|dub\.json"
        r"|gopkg\.toml|build\.zig\.zon|project\.toml)$",
    ),
    ("dependency", r"^/$", r"^description$"),  # of an R package
    ("dependency", r"/requirements/", r"\.(?:txt|in)$"),
    ("docs", r"/documentation/", None),
    ("code", r"/docs?/", _SOURCE),  # a package named doc, as compilers have
    ("docs", r"/(?:docs?|website|man)/", None),
    (
        "docs",
        None,
        r"\.(?:md|mdx|markdown|cheatmd|livemd|rst|adoc|asciidoc|textile|org|tex|rdoc|pod|[1-8])$"
        r"|^(?:readme|changelog|changes|history|news|copying|licen[cs]e|authors|notice"
        r"|contributors|contributing|maintainers|thanks|install|todo|code_of_conduct"
        r"|security|codeowners|roadmap|credits|patents|owners|citation|governance"
        r"|release[-_]?notes|upgrading|unlicense|relnotes|mailmap|\.mailmap)"
        r"(?:[-_.](?:mit|apache|bsd|gpl|lgpl|[\w-]*\d[\w.-]*))?"
        r"(?:\.(?:txt|cff|html|in))?$|^licen[cs]e[-_.](?!\w+$)|^licen[cs]e[-_]",
    ),
    (
        "code",  # a product that speaks to containers, or has a container for a name
        r"^/containers?/|/docker/",
        r"\.(?:go|rs|java|kt|scala|cs|swift|c|cc|cpp|h|hpp|tsx?)$",
    ),
    (
        "build",
        r"^/(?:cmake|docker|dockerfiles?|containers?|packaging|debian|rpm|snap|nix"
        r"|conda(?:[-.]recipe)?|\.devcontainer|\.cargo|buildscripts)/"
        r"|/(?:cmake|docker|\.docker|\.devcontainer|\.cargo)/",
        None,
    ),
    ("build", r"^(?!.*/src/)", r"^build\.rs$"),
    ("build", r"^(?!.*/(?:src|commands?|cli)/)", r"^build\.py$"),
    (
        "build",
        None,
        r"^(?:gnu)?makefile(?:\.\w+)?$|\.(?:mk|mak|cmake|bzl|bazel|ninja|gradle|gn|gni"
        r"|gyp|gypi|nix|am|m4|dockerfile|vcxproj|sln|slnx|pbxproj|xcconfig|targets"
        r"|props|nsi|wxs)$"
        r"|^(?:cmakelists\.txt|cmakepresets\.json|meson\.build|meson[_.]options(?:\.txt)?"
        r"|build|workspace|\.bazelrc|\.bazelversion|configure(?:\.ac|\.in)?"
        r"|(?:docker|container)file.*"
        r"|.*dockerfile|\.dockerignore|docker-compose.*\.ya?ml|compose.*\.ya?ml"
        r"|docker-bake\.\w+|justfile|taskfile\.ya?ml|rakefile|gulpfile.*|gruntfile.*"
        r"|build\.(?:zig|xml|ps1|sh|mill|cmd|bat)|kconfig.*|kbuild"
        r"|\.?goreleaser.*\.ya?ml|rust-toolchain(?:\.toml)?|\.nvmrc|\.node-version"
        r"|\.python-version|\.ruby-version|\.tool-versions|manifest\.in|snapcraft\.ya?ml"
        r"|tsconfig.*\.json|jsconfig\.json|(?:rollup|webpack|vite|tsup|tsdown|rolldown"
        r"|esbuild|babel|metro|rspack|unbuild|build)"
        r"\.config\.(?:js|mjs|cjs|ts|mts|cts|json5?)|(?:turbo|nx|lerna)\.json"
        r"|\.babelrc.*|gradle\.properties|versioneer\.py|global\.json|nuget\.config"
        r"|procfile|vagrantfile|app\.json|\.swcrc|build\.properties|pixi\.toml|hatch\.toml"
        r"|wscript|sconstruct|sconscript|gemfile\.\w+|config\.mak.*|git-version-gen)$",
    ),
    (
        "asset",
        None,
        r"\.(?:png|jpe?g|gif|svg|ico|icns|webp|avif|bmp|tiff?|psd|ai|eps|pdf|drawio"
        r"|excalidraw|woff2?|ttf|otf|eot|mp[34]|m4a|wav|ogg|flac|webm|mov|avi|zip|tar"
        r"|gz|tgz|bz2|xz|7z|jar|war|whl|so|dylib|dll|exe|bin|dat|db|sqlite|csv|tsv"
        r"|parquet|arrow|npy|npz|pkl|pt|onnx|gguf|safetensors|glb|gltf|obj|blend|out)$",
    ),
    ("code", r"/(?:helm|charts?|templates|crds?|manifests|migrations?)/", r"\.ya?ml$"),
    (
        "config",
        None,
        r"\.(?:ya?ml|json5?|jsonc|toml|ini|cfg|conf|config|env|properties|xml|plist"
        r"|hcl|tfvars|editorconfig|txt|list|code-workspace|rc)$"
        r"|^\.[\w.-]+$|^(?:pylintrc|brewfile|owners)$",
    ),
    (
        "config",
        r"^/(?:\.vscode|\.idea|\.changeset|\.husky|\.config|\.claude|\.cursor)/",
        None,
    ),
    ("code", None, None),
)


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    return re.compile(pattern) if pattern else None


_TABLE = tuple(
    (name, _compiled(folders), _compiled(file)) for name, folders, file in _RULES
)

#: Test classes carry their mark in capitals: ContestTest.java, not contest.java.
_TEST_CLASS = re.compile(
    r"[a-z0-9](?:(?:Tests?|TestCase|IT)"
    r"\.(?:java|kt|kts|scala|groovy|cs|fs|vb|swift|php|hs|m|mm|cpp|cc|ts)"
    # Elsewhere a spec is what something shall be: ScanSpec.cpp, TypeSpec.kt.
    r"|Specs?\.(?:scala|groovy|swift|php|hs))$"
)


@lru_cache(maxsize=1 << 18)
def category(path: str) -> str:
    """Say what a file is for, from its path.

    Parameters
    ----------
    path : str
        Path inside a repository, ``/`` between folders.

    Returns
    -------
    str
        One of `CATEGORIES`. What no rule knows is ``"code"``: better to look at
        a file once too often than to take it for decoration.

    Examples
    --------
    >>> category("src/app.py"), category("src/app_test.go"), category("uv.lock")
    ('code', 'test', 'lock')
    """
    path = path[-4096:]
    folders, _, name = path.lower().rpartition("/")
    folders = f"/{folders}/" if folders else "/"
    if _TEST_CLASS.search(path):
        return "test"
    for found, in_folders, in_name in _TABLE:
        if (in_folders is None or in_folders.search(folders)) and (
            in_name is None or in_name.search(name)
        ):
            return found
    return "code"


#: Files that run a project on a forge, or say who owns it and what it ignores.
_HOUSEKEEPING = re.compile(
    r"^\.(?:github|gitlab|gitea|forgejo)/(?:(?:issue|pull_request|merge_request)"
    r"_template|funding\.|codeowners|stale\.|labeler|discussion_template)"
    r"|(?:^|/)(?:codeowners|owners(?:_aliases)?|authors(?:\.\w+)?|maintainers(?:\.\w+)?"
    r"|\.mailmap|(?:un)?licen[cs]e(?:[-_.][\w.-]+)?|copying(?:\.\w+)?|notice(?:\.\w+)?"
    r"|\.(?:git|docker|npm|eslint|prettier|hg|helm|bzr|rg)ignore"
    r"|\.git-blame-ignore-revs|\.gitattributes|funding\.ya?ml)$"
)


@lru_cache(maxsize=1 << 18)
def purpose(path: str) -> str:
    """Say what a file is for, housekeeping set apart.

    Parameters
    ----------
    path : str
        Path inside a repository, ``/`` between folders.

    Returns
    -------
    str
        ``"housekeeping"`` for forms of a forge, owners, licences and what is ignored;
        else the `category`.

    Examples
    --------
    >>> purpose(".github/CODEOWNERS"), category(".github/CODEOWNERS")
    ('housekeeping', 'docs')
    """
    return (
        "housekeeping" if _HOUSEKEEPING.search(path[-4096:].lower()) else category(path)
    )


#: Folders that hold sources and say nothing else.
_TRANSPARENT = frozenset(
    [
        *("src", "source", "sources", "lib", "main", "java", "kotlin", "scala"),
        *("org", "com", "io", "python", "include", "code", "lua", "ruby"),
    ]
)
#: Folders of packages: the folder below is the part, with this one before it.
_SHELVES = frozenset(
    [
        *("packages", "crates", "components", "apps", "libs", "libraries", "services"),
        *("plugins", "extensions", "modules", "projects", "workspaces", "pkg", "pkgs"),
        *("cmd", "internal", "tools", "drivers", "arch", "addons", "providers"),
    ]
)
#: Around the product the first folder is enough.
_AROUND = frozenset(
    [
        *("docs", "doc", "documentation", "test", "tests", "t", "ci", "website"),
        *(
            "examples",
            "example",
            "benchmarks",
            "benches",
            "playground",
            "po",
            "scripts",
        ),
    ]
)


@lru_cache(maxsize=1 << 18)
def area(path: str) -> str:
    """Name the part of the tree that a path belongs to, for people.

    One or two folders, those that only hold sources left out; a shelf of
    packages is named with the package.

    Parameters
    ----------
    path : str
        Path inside a repository, ``/`` between folders.

    Returns
    -------
    str
        Such as ``"packages/vite"`` or ``"cargo/core"``; ``"."`` for a file in
        the top folder.

    Examples
    --------
    >>> area("packages/vite/src/node/server.ts"), area("src/cargo/core/mod.rs")
    ('packages/vite', 'cargo/core')
    """
    folders = [folder for folder in path[:4096].split("/")[:-1] if folder]
    if not folders:
        return "."
    first = folders[0].lower()
    if first.startswith(".") or first in _AROUND:
        return folders[0]
    if first in _SHELVES and len(folders) > 1:
        return "/".join(folders[:2])
    named = [folder for folder in folders if folder.lower() not in _TRANSPARENT]
    if not named:
        return folders[0]
    return "/".join(named[:2])
