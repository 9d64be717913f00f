"""The words authors use for kinds of change, as tables.

Everything is lower case. A tag is compared after everything but letters and
digits is taken out, so ``Bug-Fix``, ``BUG FIX`` and ``bugfix`` are one.
"""

from __future__ import annotations

import re


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _table(**words: str) -> dict[str, str]:
    return {word: kind for kind, text in words.items() for word in text.split()}


#: What a prefix says: ``feat:``, ``[Bugfix]``, ``(docs)``, ``DOC:``.
TAGS: dict[str, str] = _table(
    feat="""feat feats feature features featadd newfeature new newmodel enhancement
        enhancements enhance enh add added implement implementation support
        improvement improvements improve introduce featurerequest api""",
    fix="""fix fixes fixed fixing bug bugs bugfix bugfixes fixbug hotfix hotfixes
        quickfix regression security sec crash bugfixe patchfix 修复 修正 bug修复""",
    perf="""perf performance optimization optimisation optimize optimise optim opt
        speed speedup perfimprovement 优化 性能 性能优化""",
    refactor="""refactor refactoring refacto ref refact cleanup cleanups clean rework
        restructure reorganize simplify nfc tidy typing types typ move rename remove
        removal deprecation deprecations codecleanup qol 重构""",
    docs="""doc docs documentation document readme comment comments changelog
        tutorial tutorials typo typos guide man manpage website i18n l10n translation
        translations example examples rfc news relnotes po notebook notebooks 文档""",
    test="""test tests testing tst unittest unittests e2e unit spec specs bench benches
        benchmark benchmarks fuzz integrationtest integrationtests caddytest 测试""",
    build="""build builds bld dep deps dependency dependencies dependabot docker
        dockerfile makefile cmake meson configure packaging package install installer
        installation bump upgrade gomod cargo3rdparty 3rdparty thirdparty buildsystem
        nix bazel vendor conda pip wheel renovate requirements 构建 依赖""",
    ci="""ci cd cicd cibuild buildci github githubactions githubaction actions action
        workflow workflows travis jenkins circleci gitlabci githooks precommit
        precommitci appveyor pipeline infra""",
    style="""style styles styling lint linter linting format formatting fmt prettier
        eslint clippy whitespace sty isort black ruff gofmt stylecheck 代码风格""",
    chore="chore chores maint maintenance release rel releases housekeeping 杂项",
    revert="revert reverts reverted rollback rev backout 回退 回滚",
)

#: Tags that say nothing of the kind of change.
NOISE = _set(
    """misc minor nit wip rfc draft donotmerge dnm trivial small tiny other others
    internal patch hack tweak tweaks update updates change changes part all various
    followup nfci experimental backport cherrypick cherrypicked stable main master
    squash fixup amend urgent easy nomerge skipci done tmp temp note warning"""
)

#: Tags that call a change incompatible.
BREAKING_TAGS = _set(
    """breaking breakingchange breakingchanges apibreaking breakingapi bcbreaking
    incompatible backwardincompatible backwardsincompatible"""
)

#: Tags that name a place more than a kind: they give way when code is touched.
PLACES = frozenset({"docs", "test", "ci", "build"})

#: Gitmoji, as characters and as codes.
EMOJI: dict[str, str] = _table(
    feat="""✨ :sparkles: 🎉 :tada: 💥 :boom: 🚸 :children_crossing: ♿ :wheelchair:
        🔊 :loud_sound: 📈 :chart_with_upwards_trend: 👔 :necktie: 🧵 :thread: 💬
        :speech_balloon: 🚩 :triangular_flag_on_post: 💄 :lipstick: 📱 :iphone: 💫
        :dizzy: 🥅 :goal_net: 🛂 :passport_control: 🦺 :safety_vest: 🔍 :mag:""",
    fix="""🐛 :bug: 🚑 :ambulance: 🔒 :lock: 🩹 :adhesive_bandage: ✏ :pencil2: 🥴
        🔐 :closed_lock_with_key: 👽 :alien:""",
    perf="⚡ :zap: 🐎 :racehorse: 🚀 :rocket:",
    refactor="""♻ :recycle: 🚚 :truck: 🔥 :fire: ⚰ :coffin: 🏗 :building_construction:
        🗑 :wastebasket: 🏷 :label: 🔇 :mute: 🗃 :card_file_box:""",
    docs="""📝 :memo: 💡 :bulb: 📄 :page_facing_up: 🌐 :globe_with_meridians: 📚
        :books: 📖 :book: 👥 :busts_in_silhouette: 🍱 :bento:""",
    test="✅ :white_check_mark: 🧪 :test_tube: 📸 :camera_flash: 🤡 :clown_face: 🚨",
    build="""⬆ :arrow_up: ⬇ :arrow_down: 📌 :pushpin: ➕ :heavy_plus_sign: ➖
        :heavy_minus_sign: 📦 :package: 🐳 :whale: 🧱 :bricks:""",
    ci="👷 :construction_worker: 💚 :green_heart:",
    style="🎨 :art: :rotating_light:",
    chore="🔧 :wrench: 🔖 :bookmark: 🙈 :see_no_evil: 🔨 :hammer: 🚧 :construction:",
    revert="⏪ :rewind:",
)
#: Emoji that say more than a kind.
BREAKING_EMOJI = frozenset({"💥", ":boom:"})
SECURITY_EMOJI = frozenset({"🔒", ":lock:"})

#: First word of a sentence without a prefix, when it leaves little doubt.
VERBS: dict[str, str] = _table(
    feat="""add adds added adding support supports supported implement implements
        implemented introduce introduces introduced allow allows allowed enable enables
        enabled expose exposes provide provides teach teaches create creates created
        initial extend extends emit report show display print export integrate
        register recognize recognise detect deprecate accept accepts learn permit
        augment offer publish include enhance enhances improve improves improved
        better let hide track warn optionally configurable suggest expand increase log
        give more gate auto automatic automatically surface stabilize scaffold
        scaffolding introducing basic impl customizable full native""",
    fix="""fix fixes fixed fixing fixup bugfix hotfix correct corrects corrected avoid
        avoids prevent prevents resolve resolves resolved repair handle handles handled
        ensure ensures guard restore restores preserve preserves respect respects honor
        honour properly correctly stop stops forbid disallow reject rejects validate
        propagate tolerate workaround work-around don't dont do never always bail
        unbreak clamp escape retry address addresses mitigate sanitize harden protect
        fail abort ignore skip close free release forward account catch suppress
        reset flush treat return check disable keep clear require only normalize
        explicitly limit initialize error die remember strip filter wake restrict raise
        exclude special-case gracefully unconditionally enforce silence match send unset
        assure defer wait align canonicalize discard patch""",
    perf="""optimize optimise optimizes optimized optimizing speed speedup accelerate
        cache memoize parallelize vectorize preallocate micro-optimize reduce
        batch""",
    refactor="""refactor refactors refactored refactoring rename renames renamed move
        moves moved extract extracts simplify simplifies simplified clean cleans cleanup
        cleaning restructure reorganize reorganise rework reworks inline dedup
        deduplicate unify consolidate merge split separate modernize modernise migrate
        convert replace replaces replaced port remove removes removed removing rm delete
        drop drops use uses using switch factor encapsulate decouple isolate abstract
        tidy rewrite hoist generalize get make makes pass turn reuse share streamline
        eliminate kill retire transition group localize phase reorder lift update
        updates change changes adjust adapt set mark apply store wrap relocate define
        declare call write redo redesign revise revamp tweak
        wire""",
    docs="""document documents documented clarify clarifies describe describes explain
        explains comment mention reword rephrase doc docs documentation readme typo
        typos spell
        spelling""",
    test="test tests testing cover exercise unit-test",
    build="bump bumps bumped upgrade upgrades upgraded pin unpin vendor build depend",
    style="reformat reformatted lint prettier rustfmt gofmt style reindent",
    chore="release prepare tag start version ignore-me",
    revert="revert reverts reverted rollback backout unrevert",
)
#: Verbs that only lean one way.
WEAK = _set(
    """report show display print include check return treat release close free reset
    flush skip ignore do always never get make makes pass use uses using replace drop
    remove removes removed rm delete move merge cache address initial catch retry create
    register stop fail forward build start turn extend account recognize pin switch
    suppress detect resolve provide enhance enhances improve improves improved wire
    better let hide track warn optionally configurable suggest expand increase log give
    more gate auto automatic automatically surface stabilize basic customizable full
    native disable keep clear require only normalize explicitly limit initialize error
    die remember strip filter wake restrict raise exclude special-case gracefully
    unconditionally enforce silence match send unset assure defer wait align discard
    canonicalize update updates change changes adjust adapt set mark apply store wrap
    relocate define declare call write reduce batch patch redo tweak comment"""
)

#: Words that tell a model something, and a reader of its reasons nothing.
SMALL_WORDS = _set(
    """a an and are as at be before by for from if in into is it its not of on or so
    than that the their them then this to up via was were when where while with"""
)

#: Words of trouble: whoever changes code for them repairs something.
TROUBLE = re.compile(
    r"\b(?:bugs?|regress(?:ion|ed)?s?|crash(?:es|ed|ing)?|seg(?:mentation )?faults?"
    r"|leak(?:s|ed|ing|age)?|deadlocks?|rac(?:e|y)(?: conditions?)?|panics?"
    r"|overflow(?:s|ed)?"
    r"|underflow|use-after-free|uaf|double[- ]free|null (?:pointer|deref\w*)|npe"
    r"|out[- ]of[- ]bounds|oob|infinite (?:loop|recursion)|hangs?|hung|stuck|corrupt\w*"
    r"|data loss|broken|breakage|wrong(?:ly)?|incorrect(?:ly)?|invalid|missing"
    r"|mistake\w*"
    r"|unexpected(?:ly)?|erroneous(?:ly)?|failures?|failing|misbehav\w+|spurious"
    r"|cve-\d+|vulnerab\w+|oom|undefined behaviou?r|flaky|issue #?\d+|fix(?:es|ed)?)\b"
)
#: Trouble that users feel as an outage, a loss or an attack.
SERIOUS = re.compile(
    r"\b(?:crash(?:es|ed|ing)?|seg(?:mentation )?faults?|segv|data loss"
    r"|los(?:e|es|ing|t) (?:data|writes?|messages?|updates?|commits?|objects?)"
    r"|corrupt(?:s|ed|ing|ion)?"
    r"|deadlock(?:s|ed|ing)?|livelock|rac(?:e|y)(?: conditions?)?|data races?|panics?"
    r"|panick?(?:ed|ing)|use[- ]after[- ]free|uaf|double[- ]free|memory leaks?"
    r"|leak(?:s|ed|ing)?|infinite (?:loop|recursion)|hang(?:s|ing)?"
    r"|regress(?:ion|ed)?s?"
    r"|out[- ]of[- ]bounds|oob|overflow(?:s|ed)?|null pointer|nil pointer|null deref\w*"
    r"|nil deref\w*|oom|out of memory|undefined behaviou?r|unsound\w*|buffer over\w+"
    r"|outage|stack overflow|misaccount\w*|miscompil\w*|wrong results?|silent(?:ly)?"
    r" (?:drop|corrupt|discard|los|truncat)\w*|崩溃|死锁|内存泄漏|泄漏|数据丢失|竞态)"
)
FASTER = re.compile(
    r"\b(?:speed(?: ?ups?|s up|ing up)?|faster|performance|perf|optimi[sz]\w+|latency"
    r"|throughput|less memory|memory (?:usage|footprint|consumption)|quadratic"
    r"|sav(?:e|es|ing) memory|(?:do(?:n't| not)|avoid|stop) (?:re-?)?allocat\w+"
    r" (?:(?:an?|the|new|extra|temporary|intermediate) )*"
    r"(?:memory|buffers?|strings?|vec\w*|arrays?|slices?|objects?|lists?|maps?|closures?)"
    r"|(?:reduce|fewer|avoid|unnecessary|redundant|extra)"
    r" (?:(?!on |in |of |when |crash|race|leak)[\w-]+ ){0,2}(?:allocations?|allocs?"
    r"|copies|copying|cloning|clones|lock(?:ing| contention)?|syscalls?))\b"
)
TEXTS = re.compile(
    r"\b(?:docs?|documentation|readme(?:\.\w+)?|comments?|docstrings?|changelog"
    r"|tutorials?|man ?pages?|jsdoc|javadoc|rustdocs?|doc ?comments?|doxygen|release"
    r" notes|php ?docs?|doc ?blocks?|roadmap|faq|examples?|wording|guide"
    r"|contributing(?:\.md)?)\b"
)
TESTS = re.compile(
    r"\b(?:unit |integration |regression |e2e )?(?:tests?|test ?cases?|coverage|fuzz"
    r"\w*|benchmarks?|fixtures?|testing)\b"
)
#: How people say that something was not as it should be.
AMISS = re.compile(
    r"\b(?:doesn't|does not|don't|can't|cannot|shouldn't|should|properly|correctly"
    r"|instead of|even (?:if|when))\b"
)
TYPING = re.compile(
    r"\b(?:typing|type (?:annotations?|hints?)|annotations|mypy|pyright)\b"
)
NEEDLESS = re.compile(
    r"\b(?:unused|dead|unnecessary|unneeded|needless|redundant|obsolete|legacy|stale"
    r"|duplicated?|superfluous|useless|old|leftover|trailing|outdated|extraneous|boiler"
    r"plate|todo|no longer (?:used|needed|necessary|required))\b"
)

#: Sentences in other languages: the first pattern found decides.
ABROAD: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"回滚|回退|撤销|还原|\bannul\w+|откат", "revert"),
        (r"文档|注释|说明|拼写|错别字|ドキュメント|문서|документаци", "docs"),
        (
            r"单元测试|单测|测试用例|(?:添加|新增|增加|补充|完善)测试|テスト|테스트",
            "test",
        ),
        (r"格式化|代码风格|代码格式|排版", "style"),
        (
            r"修复|修正|解决|修改.{0,20}(?:错误|问题|异常)|防止|避免|バグ|不具合|を修正"
            r"|버그|исправ|^(?:corrige|corrigé|corrigir|arregla|arreglo|behebe|behebt"
            r"|korrigiere|corre[çc][ãa]o|correction)\b",
            "fix",
        ),
        (r"性能|提速|加速|优化|最適化|高速化|최적화|оптимиз", "perf"),
        (
            r"重构|整理|清理|重命名|简化|抽取|リファクタ|리팩|рефактор|refactoris",
            "refactor",
        ),
        (r"依赖|升级.{0,30}版本|升级到|依存", "build"),
        (r"发布|版本号|バージョン|릴리즈", "chore"),
        (
            r"新增|添加|增加|支持|实现|引入|加入|追加|対応|実装|추가|지원|구현|добав|реализ"
            r"|^(?:ajoute?|ajout|añade|añadir|agrega|adiciona|hinzu|füge)\b",
            "feat",
        ),
        (
            r"删除|移除|去掉|削除|삭제|удал|^(?:supprime|elimina(?!t[ei])|entfern)\w*",
            "refactor",
        ),
        (r"更新|调整|修改|変更|수정|измен", "chore"),
    )
)

#: What can only be taken in from elsewhere, whatever files say so.
TAKEN_IN = re.compile(
    r"\bsubmodules?\b|\bvendor(?:ed)?\b|^roll\b"
    r"|\bfrom\s+[\"'`v]?(?:\d+\.\d|[\da-f]{7})|\bto\s+(?:version\s+)?v?\d+\.\d+\.\d+"
)

#: The author's own release: the number alone, a verb of releasing, a tool's mark.
RELEASE = re.compile(
    r"""
    ^(?:v|version\s*|rel(?:ease)?[\s:/-]*)?\d+\.\d+[\w.+-]*$     # v1.2.3
    | ^[\w.-]+\s+v?\d+\.\d+[\w.+-]*$                             # Demo 2.55-rc1
    | ^[\w./@-]+@\d+\.\d+[\w.+-]*$                               # create-demo@7.1.3
    | ^(?:cut|tag|publish|prepar(?:e|ing|es)|finali[sz]e|mark|ship)\b
      .{0,40}?\b(?:release|v?\d+\.\d+[\w.+-]*)(?:\s|$|\()
    | ^(?:start|make|draft)\s+(?:(?:an?|the|our|new|next|v?\d[\w.+-]*)\s+){0,3}
      release(?:\s+v?\d[\w.+-]*)?$
    | ^start\s+(?:version\s+v?\d+\.\d|v?\d+\.\d[\w.+-]*\s+(?:dev|cycle|release))
    | ^releas(?:e|ing)(?:\s+of)?\b.{0,30}?\bv?\d+\.\d
    | ^(?:new\s+)?(?:minor\s+|major\s+|patch\s+)?release(?:s|\s+(?:notes?|prep.*))?$
    | ^(?:bump|increment|update|set|change|upgrade)s?\s+(?:up\s+)?(?:the\s+)?
      (?!(?:\w+\s)?(?:gradle|maven|wrapper|node(?:js)?|python|go(?:lang)?|rust|java
        |jdk|kotlin|ruby|php|swift|dart|flutter|deno|bun|docker|cmake|llvm|sdk
        |dep(?:endency|s)?|min(?:imum)?|required|locked|actions?|leaf)\s)
      (?:\w+\s+){0,2}version(?:s|\s+number)?
      (?:[\s:]+(?:to|from|for|in|v?\d|string).*|\s*)$
    | ^bump(?:s|ed|ing)?\s+(?:up\s+)?(?:to\s+)?v?\d+\.\d+[\w.+-]*(?:$|[\s;,]) | ^bump$
    | ^[a-z][\w./-]*?[-_]?\d+\.\d+\.\d+[\w.+-]*$                 # demo-0.4.1
    | ^(?:package\.json|manifests?|version)\b.{0,40}\bfor\b.{0,40}\brelease$
    | ^version\s+(?:bump|packages|up)\b
    | ^version\s+v?\d+\.\d\S*\s+(?:→|->|=>|to)\s+v?\d\S*$     # commitizen
    | ^(?:back\s+to|begin|start)\s+(?:dev|development|next|new)
    | ^prepare\s+(?:for\s+)?(?:the\s+)?(?:next|release|dev)
    | ^(?:post[- ]?release|next\s+dev)
    | ^publish$ | ^\[maven-release-plugin\]
    | ^(?:update|add|generate)\s+(?:the\s+)?(?:changelog|release\s+notes)
      \s+for\s+v?\d.*$
    """,
    re.VERBOSE,
)

#: A version of something that has a name: the project's own, or another's.
NAMED_VERSION = re.compile(
    r"^\w+\s+(?:up\s+)?(?:the\s+)?(?!(?:to|new|next|dev\w*|release|package|project|app|own"
    r"|major|minor|patch)\s)\w+\s+(?:\w+\s+)?version\b"
)

#: Notices that files carry of whose they are.
COPYRIGHT = re.compile(
    r"\b(?:copyrights?|licen[cs]e|spdx)[ -](?:headers?|notices?|years?|identifiers?"
    r"|statements?|lines?|dates?)\b|\bcopyright (?:update|to)\b"
    r"|\b(?:update|bump|fix|adds?) (?:the )?copyright\b"
)

#: Another project's release taken in.
DEPENDENCY = re.compile(
    r"""
    ^(?:bump|updat|upgrad|roll|sync|pin|downgrad)(?:e|s|es|d|ed|ing)?\b
    (?:
        .{1,80}?\bfrom\s+["'`v]?(?=[\w.+-]*\d)[\da-f][\w.+-]*["'`]?\s+to\s
      | .{0,60}?\b(?:dep|deps|dependenc(?:y|ies)|submodules?|lock\s?files?|vendor(?:ed)?
          |requirements|crates|packages|cargo\.lock|go\.(?:mod|sum)|digests?|devdeps)\b
      | \s(?:@?[\w./-]+\s+){1,3}(?:version\s+)?to\s+(?:version\s+)?["'`v]?\d
      | \s(?:to\s+)?[\w./@-]+\s+v?\d+(?:\.\d+)+$
      | \s(?:the\s+)?[\w./-]+\s+group\b
      | \s(?:the\s+)?[\w./@-]+\s+action\b
      | \s(?:minimum\s+)?(?:rust|msrv|go|node|python|java|jdk|kotlin|ruby|php|gradle
          |maven|cmake|llvm|toolchain)\b.{0,20}\d
    )
    | ^change\s+(?:gradle|maven|go|node|python|java|kotlin)\s+version\s+from\s
    | ^squashed\s+'[^']+'\s+(?:changes|content)\s+from\s    # git subtree
    | ^lock\s+file\s+maintenance | ^pre-commit\s+autoupdate
    | ^update\s+rust(?:\s+crate)?\b | ^\[?pre-commit\.ci\]?
    """,
    re.VERBOSE,
)

TYPO = re.compile(
    r"\btypos?\b|\bmisspell|\bspelling\b|\bgrammatical\b|\bcapitali[sz]ation\b|\bword"
    r"ing\b|\bmissp\w+|\bmisspelt\b|错别字|拼写"
)
FORMAT = re.compile(
    r"\b(?:fmt|cargo fmt|rustfmt|gofmt|gofumpt|goimports|clang-?format|clang-?tidy"
    r"|prettier|black|isort|yapf|ruff(?: format)?|oxfmt|biome|whitespaces?"
    r"|indent(?:ation)?"
    r"|re-?format(?:ted|ting)?|code ?style|coding style|linter|lint(?:s|ing)?"
    r"(?: errors?| issues?| warnings?| fix(?:es)?)?|clippy|golangci-lint|eslint|pylint"
    r"|flake8|pre-?commit (?:fix\w*|happy)|automatic fixes"
    r"|trailing (?:spaces?|commas?|newlines?)|line endings?|import order"
    r"|sort imports|styleci)\b"
)
#: The whole of a subject that speaks of a formatter or a linter alone.
ONLY_FORMAT = re.compile(
    r"^(?:(?:cargo|run|ran|re-?run|apply|make|yarn|npm run|pnpm|fix|code)\s+)*"
    r"(?:fmt|(?:auto-?|re-?)?format(?:ting|ted)?|rustfmt|gofmt|gofumpt|goimports"
    r"|prettier|clang-?format|black|isort|yapf|ruff(?: format)?|oxfmt|scalafmt|ktlint"
    r"|spotless(?:apply)?|dprint|stylua"
    r"|lint(?:ing|er)?(?: (?:errors?|issues?|warnings?|fix(?:es)?))?)"
    r"(?: (?:the )?(?:code|files?|everything|all))?[.!]?$"
)

#: Comments that document code, whatever is done to them.
DOC_COMMENTS = re.compile(
    r"\b(?:php ?docs?|doc ?blocks?|docstrings?|doc[- ]comments?|[jt]s ?docs?)\b"
)

#: What one does to formatting and to the complaints of a linter.
FORMAT_VERBS = _set(
    """fix fixes fixed run rerun apply format reformat make satisfy appease silence
    please resolve clean cleanup remove trim cargo gofmt gofumpt black prettier rustfmt
    clang-format ruff isort whitespace whitespaces style lint linting formatting pass
    address indent indentation correct code coding minor more eslint clippy pre-commit
    sort autoformat fmt use quell quiet shut"""
)

#: Repairs of security, in a subject. What is merged from a fork by that name alone
#: was repaired in private, beside an advisory.
SECURITY = re.compile(
    r"""
    \b(?:cve-\d{4}-\d+ | ghsa(?:-[\w]{4}){3} | rustsec-\d{4}-\d+ | go-\d{4}-\d{4}
      | vulnerabilit(?:y|ies) | vulnerable | vulns | xss | csrf | ssrf | rce | xxe
      | redos
      | cross-site\ (?:scripting|request) | remote\ code\ execution | httpoxy
      | (?:sql|command|shell|code|header|html|log|template|argument|crlf|prompt)
        [\ -]injections?
      | (?:path|directory)[\ -]traversal | zip[\ -]slip | prototype\ pollution
      | denial[\ -]of[\ -]service | (?:re|billion\ laughs\ )?dos(?:\ attack|\ vector)
      | request\ smuggling | response\ splitting | open\ redirect | clickjacking
      | privilege\ escalation | timing\ (?:attack|leak|side) | side[\ -]channel
      | (?:auth\w*|acl|access\ control|sandbox|permission|signature|csp|origin|tls|mfa
          |2fa|rate[\ -]limit|check)\s+bypass
      | bypass(?:es|ing)?\s+(?:of\s+)?(?:auth\w*|acls?|access|permission|signature)
      | sandbox\ escape | toctou | use[\ -]after[\ -]free
      | buffer\ over(?:flow|read|run)
      | heap\ over(?:flow|read) | stack\ buffer
      | (?:leak|disclos)\w*\s+(?:\w+\s+){0,3}
        (?:secrets?|credentials?|passwords?|api[\ -]keys?|private\ keys?)
      | (?:don't|do\ not|avoid|stop|prevent|never)\s+
        (?:log|print|leak|expos|send|forward)\w*\s+(?:\w+\s+){0,3}
        (?:secrets?|credentials?|passwords?|tokens?|cookies?|authorization)
      | redact\w*\s+(?:\w+\s+){0,3}
        (?:sensitive|secrets?|tokens?|passwords?|headers?|credentials?|cookies?)
      | sensitive\s+(?:\w+\s+){0,3}redacted
      | attacks? | attackers?
      | sanitiz\w*\s+(?:\w+\s+){0,3}(?:html|input|urls?|paths?|headers?|user|output
          |requests?|markup|quer(?:y|ies)|svg|filenames?|argument\w*|shell)
      | (?:html|input|url|path|header|user|svg|filename)\s+sanitiz\w+
      | security\s+(?:fix\w*|issues?|bugs?|holes?|flaws?|patch\w*|hardening|problems?
          |regressions?|risks?|advisor(?:y|ies)|updates?|vulnerab\w+|alerts?)
      | (?:fix|patch|resolve|close|address|harden)\w*\s+(?:\w+\s+){0,3}security
      | (?:disallow|deny|den(?:ies|ied)|reject|prevent|forbid|block|refuse)\w*
        \s+(?:\w+\s+){0,3}
        (?:writ|read|access|escap|travers|extract|render|unpack|delet|serv)\w*
        \s+(?:\w+\s+){0,3}outside\s+(?:of\s+)?(?:the\s+|its\s+)?(?:\w+\s+){0,2}
        (?:director(?:y|ies)|folders?|root|workspace|sandbox)\b(?!\s+(?:element|node))
      | untrusted\s+(?:input|data|repos\w*|code|host\w*) | trusted[ _-]hosts?
      | least[\ -]privilege | symlink\s+(?:escapes?|traversal|attacks?)
      | catastrophic\s+(?:backtracking|performance)
    )\b | ^merge\ commit\ from\ fork\b | \[security\] | 漏洞 | 安全(?:问题|修复|加固)
    """,
    re.VERBOSE,
)
#: Identifiers of published vulnerabilities, which a body may name too.
ADVISORY = re.compile(r"\b(?:CVE-\d{4}-\d{4,}|GHSA(?:-\w{4}){3}|RUSTSEC-\d{4}-\d{4})\b")

_NOT_BREAKING = re.compile(
    r"\b(?:no|non|not|without|avoid|avoids|prevent|prevents|isn't|any|never|fix|fixes"
    r"|possibly|potentially|with|in|of|on|for|about|upcoming|future|planned|announce"
    r"|document|list|detect|check|unintentional|accidental|semver)[ -](?:an? |the )?$"
)
_BREAKING = re.compile(
    r"\b(?:(?:api[- ])?breaking[- ](?:changes?|api|release)\b(?![- ]mode)"
    r"|breaks? (?:backwards?[- ]|api |abi )?compat\w*"
    r"|backwards?[- ]incompat\w*|incompatible changes?\b)|不兼容|破坏性"
)


def says_breaking(text: str) -> bool:
    """Say whether a lower-case sentence calls itself an incompatible change."""
    return any(
        not _NOT_BREAKING.search(text, max(0, found.start() - 24), found.start())
        for found in _BREAKING.finditer(text)
    )


#: Support that ends, in what users run or install.
REMOVAL = re.compile(
    r"\b(?:drop|remove|end|discontinue)(?:s|ed|ing)?\s+(?:the\s+)?(?:\w+\s+)?support\s"
    r"(?:for|of)\b(?!.*\bin (?:tox|ci|tests?|docs?)\b)"
    r"|\bdrop(?:s|ped|ping)?\s+(?:\w+\s+){0,2}(?:py(?:thon)?|node(?:\.?js)?|ruby|php|go"
    r"|java|rails|django|rust|macos|windows)\s*v?\d[\d. ,&/+x]*(?:and [\d.]+)?"
    r"(?:\s*support)?\s*$|\bno longer supports?\b"
    r"|\bremov(?:e|es|ed|al of)\s+(?:the\s+|all\s+)?deprecated\s"
    r"(?!call|use|usage|using|warn|import|from\b|test|code\b)(?!.*\bin\b)"
)
#: `BREAKING CHANGE:` lines, bare or in Markdown, that do say something.
FOOTER = re.compile(
    r"^[\s#*>_-]{0,8}BREAKING[ -]CHANGES?\b[\s*_`]{0,6}[:\n]"
    r"(?!\s*(?i:none|no\b|n/?a\b|nothing|not\b|-\s*none|false)|\s*$)",
    re.MULTILINE,
)
#: Sentences of a body, or lines of a squashed one, that say the same: not where a
#: template asks, a word before doubts it, or another project's news are quoted.
TOLD_BREAKING = re.compile(
    r"^(?![ \t]{0,8}(?:[*-][ \t]{0,4}\[|>|\|))"
    r"(?!.{0,200}(?:\b(?:not|if|whether|unless|think|should|could|may|might)\b|n't\b)"
    r".{0,60}break)"
    r".{0,200}?\b(?:this|which|it|pr|patch|commit)[ ]{1,3}"
    r"(?:is|introduces|includes|contains|brings)[ ]{1,3}(?:an?[ ]|some[ ])?[*_]{0,2}"
    r"breaking(?:[ ]api)?[ ]changes?\b(?![ -]free)"
    r"|^[ \t]{0,4}\*[ \t]{1,4}(?:\[breaking changes?\]|breaking(?:\([^()\n]{1,40}\))?:)"
    r"(?![ \t]*(?:none|no\b|n/?a\b|nothing|not\b|false|$))",
    re.MULTILINE | re.IGNORECASE,
)
#: Trailers of kernels and issue trackers.
FIXES_COMMIT = re.compile(r"^Fixes:? [0-9a-f]{7,40} ?\(", re.MULTILINE)
FIXES_ISSUE = re.compile(
    r"^(?:Fix(?:es|ed)?|Resolves?|Closes?):? (?:[\w./-]{0,60}#\d|https?://)",
    re.MULTILINE | re.IGNORECASE,
)
