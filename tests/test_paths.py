"""What a path is for, in the conventions of many ecosystems."""

import pytest

from commitlens.paths import CATEGORIES, area, category

EXPECTED = {
    "code": """
        src/click/core.py packages/vite/src/node/server.ts tokio/src/runtime/mod.rs
        http2/server.go builtin/clone.c kernel/sched/core.c lib/my_app/router.ex
        app/models/user.rb src/Data/Map.hs Sources/App/main.swift src/Kernel.php
        Controllers/HomeController.cs src/main/java/org/x/Contest.java
        helm/templates/deployment.yaml api/v1/service.proto git-stash git.c
        commitlens/history.py src/security.rs lib/install.sh src/changes.go
        src/bin/cargo/commands/build.rs src/bin/cargo/commands/test.rs
        packages/vite/bin/vite.js src/latest/index.ts go/doc/reader.go
        src/attestation.c src/license.go crates/table/src/spec/manifest.rs
        app/openapi/spec/enums.py scan/ScanSpec.cpp src/main/kotlin/x/TypeSpec.kt
        core/remotes/docker/registry.go container/tree.go
        src/app/console/commands/build.py pkg/spec/types.go""",
    "test": """
        tests/test_core.py src/click/test_core.py http2/server_test.go
        packages/a/src/__tests__/x.ts packages/a/x.spec.tsx t/t0001-init.sh
        src/test/java/org/x/FooTest.java FooTests.cs spec/user_spec.rb
        test/router_test.exs tests/fixtures/project/package.json
        src/tests.rs tests/vendor/a/lib.rs conftest.py foo_unittest.cc
        test/ParserSpec.hs Tests/AppTests/AppTests.swift tests/FooTest.php
        spec/models/user.rb spec/parser_spec.lua pkg/spec/spec_test.go
        tests/spec/helpers.py spec/support/server.py test/unit/spec/a.cpp
        src/test/java/org/spec/Foo.java e2e/specs/helpers.py
        src/MyApp.Specs/CustomerSpec.cs src/Akka.Tests.MultiNode/ClusterSpec.cs
        tests/testsuite/a/Cargo.lock caddytest/integration/a.caddyfiletest""",
    "docs": """
        README.md docs/conf.py docs/img/a.png Documentation/config/http.adoc
        CHANGELOG.md LICENSE LICENSE-MIT doc/guide.rst docs/tutorials/a.py
        src/doc/src/book.md man/git.1 .github/ISSUE_TEMPLATE/bug.yml AUTHORS
        .github/pull_request_template.md CHANGES.rst SECURITY.md RelNotes
        guides/cheatsheets/a.cheatmd
        website/src/App.tsx LICENSE.APACHE-2.0.txt changelogs/fragments/1-a.yml
        .changelog/12.txt newsfragments/1.bugfix .chloggen/a.yaml""",
    "ci": """
        .github/workflows/ci.yml .gitlab-ci.yml .travis.yml ci/run.sh Jenkinsfile
        .circleci/config.yml azure-pipelines.yml .github/dependabot.yml
        .readthedocs.yaml codecov.yml .github/labeler.yml""",
    "build": """
        Makefile CMakeLists.txt src/CMakeLists.txt meson.build docker/entry.sh
        Dockerfile Dockerfile.cuda BUILD.bazel tools/defs.bzl build.rs tsconfig.json
        docker/build.py build.py
        crates/cli/build.rs
        drivers/net/Kconfig vite.config.ts cmake/FindCUDA.cmake justfile""",
    "dependency": """
        pyproject.toml requirements.txt requirements/dev.txt Cargo.toml go.mod
        package.json pom.xml Gemfile app.gemspec composer.json mix.exs foo.cabal
        Package.swift src/App.csproj build.gradle.kts crates/a/Cargo.toml
        environment.yml Directory.Packages.props DESCRIPTION""",
    "lock": """
        Cargo.lock uv.lock package-lock.json pnpm-lock.yaml go.sum poetry.lock
        Gemfile.lock composer.lock mix.lock flake.lock Package.resolved""",
    "generated": """
        api/v1/service.pb.go proto/a_pb2.py api/zz_generated.deepcopy.go
        dist/index.js static/app.min.js lib/model.g.dart idna/tables15.0.0.go
        src/generated/client.ts html/nodetype_string.go""",
    "vendored": """
        vendor/github.com/x/y.go third_party/zlib/zlib.c 3rdparty/flash/a.cu
        pkg/vendor/kube/spec/a.go
        web/node_modules/a/index.js pip/_vendor/x.py vendor/x/x_test.go
        gradlew""",
    "asset": "logo.png public/favicon.svg fonts/a.woff2 data/model.onnx lib/a.so",
    "config": """
        .gitignore .editorconfig config/app.yaml ruff.toml .pre-commit-config.yaml
        settings.json command-list.txt .changeset/pre.json""",
    "translation": """
        po/zh_CN.po locale/zh.toml src/i18n/ja.json README.zh-CN.md lang/fr/auth.php
        README_JA.md""",
    "example": "examples/app.py samples/a/main.go demo/x.ts intro.ipynb",
    "benchmark": "benches/spawn.rs benchmarks/run.py bench/a.c t/perf/p0001.sh",
}


@pytest.mark.parametrize("expected", EXPECTED)
def test_category_of_paths_of_many_ecosystems(expected):
    """Each listed path is put in the category it is listed under."""
    paths = EXPECTED[expected].split()
    assert {path: category(path) for path in paths} == dict.fromkeys(paths, expected)


def test_every_category_is_reached():
    """The documented set is the set that the rules can answer."""
    assert set(EXPECTED) == set(CATEGORIES)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("packages/vite/src/node/server.ts", "packages/vite"),
        ("crates/core/src/lib.rs", "crates/core"),
        ("src/cargo/core/mod.rs", "cargo/core"),
        ("tokio/src/runtime/task/mod.rs", "tokio/runtime"),
        ("src/click/core.py", "click"),
        ("src/main/java/org/acme/net/Http.java", "acme/net"),
        ("builtin/clone.c", "builtin"),
        ("pkg/kubelet/server/server.go", "pkg/kubelet"),
        ("vllm/model_executor/layers/fused_moe.py", "vllm/model_executor"),
        ("src/main.rs", "src"),
        ("docs/guide/a.md", "docs"),
        (".github/workflows/ci.yml", ".github"),
        ("tests/unit/test_a.py", "tests"),
        ("README.md", "."),
        ("", "."),
    ],
)
def test_area_names_the_part_for_people(path, expected):
    """Folders that only hold sources are left out, shelves keep their package."""
    assert area(path) == expected


@pytest.mark.parametrize(
    "path", ["", "/", "a" * 1_000_000, "t-" * 100_000, "../" * 9999]
)
def test_any_path_has_an_answer(path):
    """Strange and endless paths are answered like others."""
    assert category(path) in CATEGORIES
    assert isinstance(area(path), str)
