"""Who works on the invented project, on what, and in which words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Area:
    """One part of the invented project."""

    says: str
    thing: str
    paths: tuple[str, ...]
    nouns: tuple[tuple[str, str], ...]
    page: str
    partner: str  # the file that tends to change with it


AREAS = {
    "scheduler": Area(
        "when a transfer runs", "transfer",
        ("ferry/scheduler/loop.py", "ferry/scheduler/queue.py",
         "ferry/scheduler/leases.py"),
        (("lease", "租约"), ("transfer", "传输任务"), ("deadline", "截止时间"),
         ("retry budget", "重试额度"), ("queue", "队列"), ("worker", "工作进程"),
         ("tick", "调度周期"), ("backlog", "积压任务")),
        "docs/scheduling.md", "ferry/scheduler/queue.py",
    ),
    "storage": Area(
        "where bytes are kept", "part",
        ("ferry/storage/objects.py", "ferry/storage/base.py",
         "ferry/storage/local.py", "ferry/storage/checksums.py"),
        (("part", "分片"), ("upload", "上传"), ("checksum", "校验和"),
         ("listing", "目录列表"), ("object name", "对象名称"), ("manifest", "清单"),
         ("range", "区间"), ("copy", "副本")),
        "docs/storage.md", "ferry/storage/base.py",
    ),
    "cli": Area(
        "the command line", "command",
        ("ferry/cli/commands.py", "ferry/cli/output.py"),
        (("option", "选项"), ("progress bar", "进度条"), ("exit code", "退出码"),
         ("table", "表格输出"), ("profile", "配置档"), ("dry run", "试运行")),
        "docs/cli.md", "ferry/config/reader.py",
    ),
    "web": Area(
        "the dashboard and its API", "request",
        ("ferry/web/api.py", "ferry/web/session.py", "ferry/web/views.py"),
        (("request", "请求"), ("session", "会话"), ("page", "页面"),
         ("token", "令牌"), ("webhook", "回调"), ("filter", "过滤条件")),
        "docs/api.md", "ferry/web/views.py",
    ),
    "config": Area(
        "settings and their defaults", "setting",
        ("ferry/config/reader.py", "ferry/config/settings.py"),
        (("setting", "配置项"), ("default", "默认值"), ("secret", "密钥"),
         ("environment variable", "环境变量"), ("include", "引用文件")),
        "docs/configuration.md", "ferry/cli/commands.py",
    ),
    "metrics": Area(
        "numbers for operators", "sample",
        ("ferry/metrics/counters.py", "ferry/metrics/health.py"),
        (("counter", "计数器"), ("histogram", "直方图"), ("health check", "健康检查"),
         ("label", "标签"), ("sample", "采样")),
        "docs/operations.md", "ferry/metrics/health.py",
    ),
}  # fmt: skip

VERBS = (
    ("pause", "暂停"), ("resume", "恢复"), ("split", "拆分"), ("merge", "合并"),
    ("cancel", "取消"), ("inspect", "查看"), ("export", "导出"), ("filter", "筛选"),
    ("verify", "校验"), ("group", "分组"), ("rename", "重命名"), ("watch", "监听"),
    ("limit", "限制"), ("archive", "归档"), ("replay", "重放"), ("sort", "排序"),
    ("batch", "批量处理"), ("restore", "还原"),
)  # fmt: skip

FEATS = (
    ("{verb} {noun}s on request", "支持按需{verb}{noun}"),
    ("{verb} a {noun} without a restart", "支持不重启即可{verb}{noun}"),
    ("let operators {verb} every {noun}", "允许运维人员{verb}{noun}"),
    ("{verb} {noun}s by age", "支持按时间{verb}{noun}"),
    ("{verb} a {noun} from the dashboard", "控制台支持{verb}{noun}"),
)

PERFS = (
    ("read {noun}s in one pass", "一次遍历读取{noun}"),
    ("keep the last {noun} in memory", "缓存最近的{noun}"),
    ("look up a {noun} by its key", "按键查找{noun}以减少扫描"),
    ("copy a {noun} once, not twice", "减少一次{noun}拷贝"),
)

REFACTORS = (
    ("move {noun} checks to one place", "重构{noun}校验逻辑"),
    ("one class less for a {noun}", "简化{noun}的类结构"),
    ("name what a {noun} waits for", "重命名{noun}的等待状态"),
    ("split reading a {noun} from judging it", "拆分{noun}的读取与判断"),
)

TESTS = (
    ("cover an empty {noun}", "补充{noun}为空的测试"),
    ("cover a {noun} that never ends", "补充{noun}超时的测试"),
    ("a {noun} at midnight", "补充零点时{noun}的测试"),
    ("two {noun}s at once", "补充并发{noun}的测试"),
)

#: Where something happens, for what was said before.
PLACES = (
    ("over slow links", "慢速网络"), ("after a restart", "重启之后"),
    ("for large stores", "大容量存储"), ("behind a proxy", "经过代理"),
    ("on a full disk", "磁盘已满"), ("with two schedulers", "双调度器"),
    ("during a restore", "恢复期间"), ("in the nightly run", "夜间任务"),
    ("for guests", "访客"), ("at the hour change", "夏令时切换"),
)  # fmt: skip

FIXES = (
    (
        "keep the last {noun} when two arrive at once",
        "修复并发时丢失最后一个{noun}的问题",
    ),
    ("close the {noun} when it fails half way", "修复失败时{noun}未关闭的问题"),
    ("wait no longer for a {noun} than asked", "修复等待{noun}超时不生效"),
    ("accept a {noun} with spaces in its name", "修复名称含空格的{noun}无法识别"),
    ("do not count a {noun} twice after a restart", "修复重启后{noun}被重复计数"),
    ("handle an empty {noun}", "修复{noun}为空时崩溃"),
    ("tell which {noun} was refused", "修复{noun}被拒绝时缺少提示"),
    ("survive a {noun} that vanishes meanwhile", "修复{noun}中途消失导致的异常"),
    ("compare {noun} times in one zone", "修复{noun}时区比较错误"),
    ("release the lock of a {noun} on errors", "修复出错时{noun}锁未释放"),
    ("stop after the first bad {noun}", "修复遇到错误{noun}后仍继续执行"),
    ("keep the order of {noun} entries", "修复{noun}条目顺序错乱"),
    ("do not lose a {noun} on shutdown", "修复关闭时丢失{noun}的问题"),
    ("read a {noun} of more than 2 GiB", "修复超过2GiB的{noun}读取失败"),
)

#: Page, or "area" for the page of the area; what is said; the same in Chinese.
DOCS = (
    ("area", "explain how long a {noun} lives", "说明{noun}的生命周期"),
    ("area", "give an example of a {noun}", "补充{noun}示例"),
    ("area", "say what happens to a {noun} on errors", "说明{noun}出错时的行为"),
    ("docs/faq.md", "answer why a {noun} may wait", "常见问题：{noun}为何等待"),
    ("docs/zh/guide.md", "translate the section on the {noun}", "翻译{noun}一节"),
    ("README.md", "mention the {noun} in the overview", "在概览中提到{noun}"),
)

#: Lines that an edit puts into a function.
CASES = (
    "remaining = max(0, budget - {n})",
    "if len(entries) > {n}: entries = entries[:{n}]",
    "deadline = started + {n}",
    "log.debug('waited %s of {n} seconds', waited)",
    "if answer is None: continue_after({n})",
    "entries = sorted(entries, key=by_age)[-{n}:]",
    "budget = budget or {n}",
    "assert attempts < {n}, attempts",
)

PACKAGES = ("quayside", "tidy-http", "slipway", "bollard", "moorings", "capstan")

CLOSING = (
    "Release notes and the list of changes are in the package's own repository.\n\n"
    "This update is made every Monday; close it to skip this version."
)


@dataclass(frozen=True)
class Person:
    """Somebody who commits."""

    key: str
    name: str
    email: str
    offset: int  # minutes east of Greenwich in winter
    hours: tuple[float, float]
    first: dt.date
    last: dt.date
    pace: float  # chance of a commit on a working day
    areas: Mapping[str, float] = field(default_factory=dict)
    habit: str = "tag"  # before the conventions: tag, colon, sentence; or plain always
    chinese: bool = False
    signs: bool = False
    merges: bool = False
    branches: bool = False
    weekends: bool = False
    bot: bool = False
    summer: bool = False  # one hour more from April to October
    later: tuple[dt.date, str] | None = None  # another address, from that day on

    def offset_on(self, day: dt.date) -> int:
        """Return the minutes east of Greenwich on a day."""
        return self.offset + (60 if self.summer and 4 <= day.month <= 10 else 0)

    def address(self, day: dt.date) -> str:
        """Return the address used on a day."""
        return self.later[1] if self.later and day >= self.later[0] else self.email


_START, _END = dt.date(2024, 8, 5), dt.date(2026, 3, 1)

PEOPLE = (
    Person("mara", "Mara Okafor", "mara@ferry.example", 60, (8, 18), _START,
           dt.date(2025, 9, 26), 0.42, {"scheduler": 6, "storage": 2, "config": 2},
           signs=True, merges=True),
    Person("lin", "林晓雯", "lin.xiaowen@ferry.example", 480, (9.5, 20), _START,
           _END, 0.3, {"storage": 7, "scheduler": 1, "metrics": 2}, chinese=True,
           merges=True, habit="colon"),
    Person("tomas", "Tomás Ferreira", "tomas@ferry.example", -180, (18, 25.5), _START,
           dt.date(2025, 5, 16), 0.24, {"web": 8, "cli": 1}, weekends=True,
           branches=True),
    Person("ingrid", "Ingrid Solberg", "ingrid@ferry.example", 60, (7, 16),
           dt.date(2024, 9, 2), _END, 0.26, {"cli": 6, "config": 4, "web": 1},
           summer=True, merges=True, habit="sentence",
           later=(dt.date(2025, 10, 1), "ingrid@solberg.example")),
    Person("jonah", "Jonah Whitlock", "jonah@ferry.example", -300, (8.5, 18),
           dt.date(2025, 2, 10), _END, 0.4, {"scheduler": 7, "metrics": 2}, summer=True,
           merges=True, branches=True),
    Person("priya", "Priya Raman", "priya@ferry.example", 330, (10, 19),
           dt.date(2025, 4, 7), _END, 0.3, {"metrics": 4, "web": 4, "cli": 2},
           signs=True, branches=True),
    Person("chen", "陈思远", "chen.siyuan@ferry.example", 480, (10, 22),
           dt.date(2025, 6, 16), _END, 0.36,
           {"scheduler": 4, "storage": 4, "config": 1},
           chinese=True, weekends=True),
    Person("deps", "deps-updater[bot]", "deps-updater@bots.example", 0, (3, 4), _START,
           _END, 0, bot=True),
    Person("release", "ferry-release-bot", "release@bots.example", 0, (6, 7), _START,
           _END, 0, bot=True),
)  # fmt: skip

DRIVE_BYS = (
    ("Aiko Hanley", "aiko@mail.example", 540),
    ("Bram de Wilt", "bram@mail.example", 60),
    ("Celeste Arnoux", "celeste@mail.example", 60),
    ("高明", "gaoming@mail.example", 480),
    ("Dov Marlin", "dov@mail.example", 120), ("Edda Rask", "edda@mail.example", 0),
    ("Farah Idrisi", "farah@mail.example", 60), ("Gus Pell", "gus@mail.example", -420),
    ("Hana Mori", "hana@mail.example", 540), ("Ivo Kranz", "ivo@mail.example", 60),
    ("Kit Lowry", "kit@mail.example", -480), ("Nadia Vos", "nadia@mail.example", 120),
)  # fmt: skip


def shape(name: str, thing: str, chance: Callable[[], float]) -> str:
    """Return a function of that name, after two empty lines."""
    a, b, c = (int(chance() * 60) + 2 for _ in range(3))
    words = name.replace("_", " ")
    bodies = (
        f"    entries = [item for item in {thing}.entries if item.size > {a}]\n"
        f"    for attempt in range({b % 7 + 2}):\n"
        f"        answer = send({thing}.route, entries, timeout=timeout)\n"
        "        if answer.ok:\n"
        "            return answer.value\n"
        f"        pause(attempt * {c})\n"
        f"    raise {thing.capitalize()}Error({thing}.name)\n",
        f"    with {thing}.lock(seconds={a}):\n"
        f"        known = {thing}.children(limit={b})\n"
        "        missing = [child for child in known if not child.ready]\n"
        "        if missing:\n"
        f"            log.info('%s of {thing} wait', len(missing))\n"
        f"            return first(missing, within={c})\n"
        "    return None\n",
        f"    started = clock.now()\n"
        f"    budget = timeout - {a}\n"
        f"    while budget > {b % 5}:\n"
        f"        step = {thing}.advance()\n"
        "        if step.last:\n"
        "            break\n"
        "        budget -= step.seconds\n"
        f"    return clock.now() - started\n",
    )
    body = bodies[int(chance() * len(bodies))]
    return (
        f"\n\ndef {name}({thing}, *, timeout={c}):\n"
        f'    """{words.capitalize()}, and wait at most `timeout` seconds."""\n{body}'
    )


def test_shape(name: str, chance: Callable[[], float]) -> str:
    """Return a test function, after two empty lines."""
    a, b = (int(chance() * 900) + 1 for _ in range(2))
    return (
        f"\n\ndef test_{name}_{a}():\n"
        f'    """Case {a} of {name.replace("_", " ")}."""\n'
        f"    made = make(size={b}, seed={a})\n"
        f"    assert made.{name.split('_')[0]}() == {b % 17}\n"
    )
