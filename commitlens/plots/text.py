"""Words in charts: whatever a commit says is text, in a font that has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from matplotlib import font_manager
from matplotlib.artist import Artist

from ..wording import load_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Characters that break a line, or turn or hide the text around them, and halves
# of characters, which no font can draw.
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)

# From the radicals on: Chinese, Japanese, Korean, and what came to Unicode later.
_EAST_ASIAN = re.compile("[\u1100-\u11ff\u2e80-\U0010ffff]")

# Fonts that have Chinese, Japanese and Korean, tried in this order.
_CJK_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "SimHei",
)


# The files of those fonts, for when matplotlib listed fonts before one was installed.
_CJK_FILES = re.compile(r"notosanscjk|sourcehansans|wqy-|pingfang|msyh|simhei", re.I)


@cache
def east_asian_font() -> list[str]:
    """Return an installed font with Chinese, if there is one."""
    found = _known_font()
    if not found:
        for path in font_manager.findSystemFonts():
            if _CJK_FILES.search(path.replace("\\", "/").rpartition("/")[2]):
                with suppress(RuntimeError, OSError):
                    font_manager.fontManager.addfont(path)
        found = _known_font()
    return found


def _known_font() -> list[str]:
    known = set(font_manager.get_font_names())
    return [name for name in _CJK_FONTS if name in known][:1]


def speech(lang: str) -> str:
    """Return the language to write in: English where no font has the other."""
    from ..errors import InputError

    if lang not in ("en", "zh"):
        msg = f"lang must be en or zh, got {lang!r}"
        raise InputError(msg)
    return lang if lang == "en" or east_asian_font() else "en"


@cache
def _phrases(lang: str) -> dict[str, Any]:
    import tomllib
    from importlib.resources import files

    text = files("commitlens") / "locale" / f"plots.{lang}.toml"
    return tomllib.loads(text.read_text("utf-8"))


def phrase(lang: str, name: str, /, **values: Any) -> str:
    """Return a phrase of a chart in a language.

    A phrase that differs for one has a second form ``NAME_one``, which is taken
    when `values` has ``n=1``.
    """
    phrases = _phrases(lang)
    if values.get("n") == 1 and f"{name}_one" in phrases:
        name = f"{name}_one"
    return str(phrases[name]).format(**values)


def word(lang: str, kind: str, name: str) -> str:
    """Return one word of a closed set, such as a weekday."""
    return str(_phrases(lang)[kind].get(name, name))


def key_name(key: str, by: str | None, lang: str) -> str:
    """Return what a reader knows a key as, not yet cut to a length."""
    key = clean(str(key))
    if lang != "en":
        if by == "change_type":
            return str(load_words(lang)["types"].get(key, key))
        if by == "importance":
            return word(lang, "tiers", key)
    return word(lang, "keys", key)


def clean(words: str) -> str:
    """Return words without what would break or turn a line, or hide in it."""
    return _UNSEEN.sub(" ", words)


def cut(words: str, most: int) -> str:
    """Return at most so many characters, the last one saying that some are gone."""
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def cut_path(path: str, most: int) -> str:
    """Return the end of a path, where its name is: whole folders if they fit."""
    path = clean(path)
    if len(path) <= most:
        return path
    parts = path.split("/")
    while len(parts) > 1:
        parts = parts[1:]
        short = "…/" + "/".join(parts)
        if len(short) <= most:
            return short
    return f"…{path[len(path) - most + 1 :]}"


def percent(value: float, digits: int = 0) -> str:
    """Return a share as people write it: with a decimal only where it tells."""
    if 0 < value < 0.0095 or 0.9905 < value < 1:
        digits = max(digits, 1)
    return f"{value:.{digits}%}"


def from_to(before: float, after: float) -> str:
    """Return two shares, with a decimal where they would look the same."""
    digits = 1 if percent(before) == percent(after) and before != after else 0
    return f"{percent(before, digits)} → {percent(after, digits)}"


def say(text: Any, words: str) -> Any:
    """Set what a text shows, taking nothing in it for a formula or a layout.

    Line breaks are ours: names are cleaned before they come here.
    """
    words = "\n".join(clean(line) for line in words.split("\n"))
    text.set_parse_math(False)
    text.set_text(words)
    families = ["DejaVu Sans"]
    if _EAST_ASIAN.search(words):
        families += east_asian_font()
        # Those fonts rarely have a bold, and matplotlib complains of that.
        text.set_fontweight("normal")
    text.set_fontfamily(families)
    return text


def tick_words(axis: Any, places: Sequence[float], words: Sequence[str]) -> None:
    """Put words at places of an axis, as text."""
    axis.set_ticks(places, labels=["\n".join(map(clean, w.split("\n"))) for w in words])
    for label, text in zip(axis.get_ticklabels(), words, strict=True):
        say(label, text)


class AtDraw(Artist):
    """Calls a function whenever its axes are laid out or drawn.

    Where words fit is only known once sizes are: a figure can be resized, and
    other axes can come to stand beside these.
    """

    def __init__(self, ax: Axes, place: Callable[[], None]) -> None:
        super().__init__()
        self._place = place
        # Before any of the words is drawn.
        self.set_zorder(-100)
        ax.add_artist(self)
        self.set_clip_on(False)

    def get_window_extent(self, renderer: Any = None) -> Any:
        from matplotlib.transforms import Bbox

        return Bbox.null()

    def get_tightbbox(self, renderer: Any = None) -> Any:
        self._place()
        return None

    def draw(self, renderer: Any) -> None:
        self._place()


def wrap(text: Any, words: str, room: float, *, lines: int = 3) -> None:
    """Show words in as many lines as it takes to be `room` pixels wide."""
    import textwrap

    say(text, words)
    width = text.get_window_extent().width
    most = len(words)
    while width > room and most > 8:
        most = min(most - 1, int(most * max(room / width, 0.5)) + 1)
        rows = textwrap.wrap(words, most, break_on_hyphens=False)
        # Lines of about one length, rather than a last one of a single word.
        for narrower in range(most - 1, most // 2, -1):
            other = textwrap.wrap(words, narrower, break_on_hyphens=False)
            if len(other) > len(rows):
                break
            rows = other
        if len(rows) > lines:
            rows = [*rows[: lines - 1], cut(" ".join(rows[lines - 1 :]), most)]
        say(text, "\n".join(rows))
        width = text.get_window_extent().width


def spread(places: list[float], height: float, low: float, high: float) -> list[float]:
    """Return places at least `height` apart, close to those that are wished for.

    Where there is too little room between `low` and `high` they are spread
    evenly, and touch.
    """
    order = sorted(range(len(places)), key=lambda index: places[index])
    if len(places) * height > high - low:
        height = (high - low) / max(len(places), 1)
    taken: list[float] = []
    floor = low + height / 2
    for index in order:
        floor = max(places[index], floor)
        taken.append(floor)
        floor += height
    ceiling = high - height / 2
    for place in reversed(range(len(taken))):
        taken[place] = min(taken[place], ceiling)
        ceiling = taken[place] - height
    out = [0.0] * len(places)
    for index, value in zip(order, taken, strict=True):
        out[index] = value
    return out
