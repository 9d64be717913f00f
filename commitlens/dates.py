"""Dates, ranges and time zones, as people write them.

A day is the time between two midnights of one zone. Days divide the time line:
every instant is in exactly one of them, also where clocks change. All bounds
are half-open, in UTC.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import sys
import zoneinfo
from bisect import bisect_left
from collections.abc import Mapping
from pathlib import Path

from .errors import InputError

#: What may stand for a day or an instant.
DateLike = str | dt.date | dt.datetime

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RELATIVE = {"today": 0, "yesterday": -1}
# Beyond these years a midnight may lie outside of what datetime can hold.
_YEARS = (1900, 9998)


def zone(name: str | dt.tzinfo | None = None) -> dt.tzinfo:
    """Return the time zone called `name`.

    Parameters
    ----------
    name : str, datetime.tzinfo or None, default None
        A name of the IANA database such as ``"Asia/Shanghai"`` or ``"UTC"``; a
        zone is returned as it is. None is the machine's own zone: ``TZ``, else
        ``/etc/localtime``.

    Raises
    ------
    InputError
        When no zone has this name.

    Examples
    --------
    >>> zone_name(zone("Asia/Shanghai"))
    'Asia/Shanghai'
    """
    if name is None:
        return machine_zone()
    if isinstance(name, dt.tzinfo):
        return name
    text = str(name).strip()
    if text.upper() in {"UTC", "Z"}:
        return dt.UTC  # needs no database, which small containers do not have
    try:
        return zoneinfo.ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        import difflib

        known = {key.casefold(): key for key in zoneinfo.available_timezones()}
        close = difflib.get_close_matches(text.casefold(), known, n=1)
        hint = f"did you mean {known[close[0]]!r}?" if close else "try 'UTC'"
        msg = (
            f"unknown time zone {name!r}: expected a name of the IANA database "
            f"such as 'Asia/Shanghai'; {hint}"
        )
        raise InputError(msg) from None


def zone_name(tz: dt.tzinfo) -> str:
    """Return the printable name of `tz`, such as ``Asia/Shanghai``."""
    return getattr(tz, "key", None) or str(tz)


def machine_zone(
    environ: Mapping[str, str] | None = None, etc: str | os.PathLike[str] = "/etc"
) -> dt.tzinfo:
    """Return the zone this machine is set to.

    Parameters
    ----------
    environ : mapping, optional
        Where ``TZ`` is looked up first; the environment by default.
    etc : path-like, default "/etc"
        The folder of ``localtime`` and ``timezone``.

    Raises
    ------
    InputError
        When ``TZ`` is set to something that is not the name of a zone.
    """
    setting = (os.environ if environ is None else environ).get("TZ")
    if setting is not None:
        name = _after_zoneinfo(setting.strip().removeprefix(":"))
        try:
            return zone(name or "UTC")
        except InputError:
            msg = (
                f"the environment sets TZ={setting!r}, expected the name of a time "
                f"zone such as 'Asia/Shanghai'; set it so, or give tz"
            )
            raise InputError(msg) from None
    if sys.platform == "win32":
        import tzlocal

        return zone(tzlocal.get_localzone_name())
    localtime = Path(etc, "localtime")
    if not localtime.exists():
        return dt.UTC
    names = [_after_zoneinfo(os.path.realpath(localtime))]
    if not localtime.is_symlink() and Path(etc, "timezone").is_file():
        names.append(Path(etc, "timezone").read_text("utf-8", "replace").strip())
    for name in names:
        try:
            return zone(name)
        except InputError:
            continue
    # A copied file says when clocks change, but not what the zone is called.
    with localtime.open("rb") as file:
        return zoneinfo.ZoneInfo.from_file(file, key="local time")


def _after_zoneinfo(path: str) -> str:
    name = re.split(r"/zoneinfo(?:\.default)?/", path)[-1]
    return re.sub(r"^(?:posix|right)/", "", name)


def parse_day(
    text: DateLike,
    tz: str | dt.tzinfo | None = None,
    *,
    now: dt.datetime | None = None,
    name: str = "date",
) -> dt.date:
    """Return the day that `text` means.

    Parameters
    ----------
    text : str, datetime.date, datetime.datetime or pandas.Timestamp
        ``2026-02-10``, ``today`` or ``yesterday``; an instant stands for the day
        in `tz` that holds it (without a zone of its own, for the day it says).
    tz : str, datetime.tzinfo or None, default None
        The zone of the day; None is the machine's.
    now : datetime.datetime, optional
        The aware time that ``today`` starts from; the clock's by default.
    name : str, default "date"
        What the caller's user knows the value as, for the message.

    Raises
    ------
    InputError
        When it is not a day.

    Examples
    --------
    >>> parse_day("2026-02-10", "Asia/Shanghai")
    datetime.date(2026, 2, 10)
    """
    value = _parse(text, zone(tz), now, name)
    return day_of(value, zone(tz)) if isinstance(value, dt.datetime) else value


def day_of(instant: dt.datetime, tz: dt.tzinfo) -> dt.date:
    """Return the day of `tz` whose bounds hold the aware `instant`."""
    day = instant.astimezone(tz).date()
    # Where clocks go back over midnight, dates repeat; days do not.
    start, end = day_bounds(day, tz)
    return day + dt.timedelta(days=int(instant >= end) - int(instant < start))


def day_bounds(date: dt.date, tz: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
    """Return the first instant of a day and the first of the next, in UTC.

    The day has 23 or 25 hours where clocks change, and none where the zone
    skipped it.

    Parameters
    ----------
    date : datetime.date
        The day.
    tz : datetime.tzinfo
        Its zone, as :func:`zone` gives it.

    Examples
    --------
    >>> day_bounds(datetime.date(2026, 2, 10), zone("Asia/Shanghai"))[0].isoformat()
    '2026-02-09T16:00:00+00:00'
    """
    return _start(date, tz), _start(date + dt.timedelta(days=1), tz)


def _start(date: dt.date, tz: dt.tzinfo) -> dt.datetime:
    """Return the first instant that has this date, or a later one, in `tz`."""
    midnight = dt.datetime.combine(date, dt.time(), tz)  # the first, if it repeats
    start = midnight.astimezone(dt.UTC)
    if start.astimezone(tz).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return start
    # Clocks jumped over midnight: the day starts where they did, which is
    # between this midnight by the clock after the jump and by the one before.
    after = midnight.replace(fold=1).utcoffset()
    seconds = range(
        int(midnight.replace(fold=1).timestamp()), int(midnight.timestamp())
    )
    index = bisect_left(
        seconds,
        True,
        key=lambda second: dt.datetime.fromtimestamp(second, tz).utcoffset() == after,
    )
    return dt.datetime.fromtimestamp(seconds.start + index, dt.UTC)


def range_bounds(
    since: DateLike | None,
    until: DateLike | None,
    tz: str | dt.tzinfo | None = None,
    *,
    now: dt.datetime | None = None,
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Return the instants between which a range lies, first in, last out, in UTC.

    Parameters
    ----------
    since, until : str, datetime.date, datetime.datetime, pandas.Timestamp or None
        Days (see :func:`parse_day`) are whole and both included. Instants, such
        as ``2026-02-10T08:00:00+08:00``, are exact: from `since` on, before
        `until`; one without a zone is in `tz`, and at midnight it is that day.
        None leaves the end open.
    tz : str, datetime.tzinfo or None, default None
        The zone of the days; None is the machine's.
    now : datetime.datetime, optional
        The aware time that ``today`` starts from; the clock's by default.

    Raises
    ------
    InputError
        When one is neither, or the range ends before it starts.

    Examples
    --------
    >>> start, end = range_bounds("2026-02-10", "2026-02-11", "UTC")
    >>> (end - start).days
    2
    """
    where = zone(tz)
    first = None if since is None else _parse(since, where, now, "since")
    last = None if until is None else _parse(until, where, now, "until")
    start = None if first is None else _bounds(first, where)[0]
    end = None if last is None else _bounds(last, where)[1]
    # Two swapped neighbouring days meet: only their first instants are reversed.
    if start and end and last and end <= start > _bounds(last, where)[0]:
        msg = (
            f"the range ends before it starts: since={since!s}, until={until!s}; "
            f"give the earlier one as since"
        )
        raise InputError(msg)
    return start, end


def _bounds(
    value: dt.date | dt.datetime, tz: dt.tzinfo
) -> tuple[dt.datetime, dt.datetime]:
    if isinstance(value, dt.datetime):
        return value, value
    return day_bounds(value, tz)


def _parse(
    value: object, tz: dt.tzinfo, now: dt.datetime | None, name: str
) -> dt.date | dt.datetime:
    """Return a date for a day, or a datetime in UTC for an instant."""
    parsed = None
    if isinstance(value, str):
        text = value.strip()
        if text.lower() in _RELATIVE:
            today = day_of(now or dt.datetime.now(dt.UTC), tz)
            return today + dt.timedelta(days=_RELATIVE[text.lower()])
        try:
            if _DATE.fullmatch(text):
                parsed = dt.date.fromisoformat(text)
            elif _DATE.match(text):
                parsed = dt.datetime.fromisoformat(text)
                if parsed.tzinfo is None:
                    parsed = parsed.replace(tzinfo=tz)
        except ValueError:
            parsed = None
    elif isinstance(value, dt.datetime):
        # pandas.NaT calls itself a datetime; only its type tells it apart.
        parsed = None if value != value else _plain(value, tz)  # noqa: PLR0124
    elif isinstance(value, dt.date):
        parsed = value
    if parsed is None or not _YEARS[0] <= parsed.year <= _YEARS[1]:
        # The ends of a range may be instants; a date is a whole day.
        instant = ", or a time like 2026-02-10T08:00" if name != "date" else ""
        msg = (
            f"{name} must be a day like 2026-02-10, 'today' or 'yesterday'{instant}, "
            f"got {value!r}; write it so"
        )
        raise InputError(msg)
    return parsed.astimezone(dt.UTC) if isinstance(parsed, dt.datetime) else parsed


def _plain(value: dt.datetime, tz: dt.tzinfo) -> dt.date | dt.datetime:
    """Return a datetime (pandas' own included) as Python's, or the day it names."""
    parts = (value.hour, value.minute, value.second, value.microsecond)
    if value.tzinfo is None and not any(parts):
        return value.date()
    return dt.datetime(
        value.year,
        value.month,
        value.day,
        *parts,
        tzinfo=value.tzinfo or tz,
        fold=value.fold,
    )
