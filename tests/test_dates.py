"""Days divide the time line in every zone, and bad input gets one clear line."""

import datetime as dt
import subprocess
import sys
import zoneinfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commitlens import dates
from commitlens.errors import InputError

ZONES = [
    "UTC",
    "Asia/Shanghai",
    "Africa/Cairo",  # clocks go forward at midnight
    "America/Sao_Paulo",  # went forward at midnight, back to 23:00
    "America/Havana",  # midnight happens twice
    "America/St_Johns",  # went back at 00:01, into the day before
    "America/Toronto",  # in 1919 went from 23:30 to 00:30
    "Australia/Lord_Howe",  # changes by half an hour
    "Pacific/Apia",  # skipped 2011-12-30
    "Pacific/Kwajalein",  # skipped 1993-08-21
    "Asia/Kathmandu",
    "Europe/London",
]
UTC = dt.UTC
NOW = dt.datetime(2026, 2, 10, 17, 30, tzinfo=UTC)


@given(
    name=st.sampled_from(ZONES),
    instant=st.datetimes(dt.datetime(1915, 1, 1), dt.datetime(2037, 12, 31)),
)
def test_every_instant_is_in_exactly_one_day(name, instant):
    """The day of an instant holds it, and its neighbours do not."""
    tz, instant = dates.zone(name), instant.replace(tzinfo=UTC)
    day = dates.day_of(instant, tz)
    around = [day + dt.timedelta(days=shift) for shift in (-2, -1, 0, 1, 2)]
    holding = [
        each
        for each in around
        if dates.day_bounds(each, tz)[0] <= instant < dates.day_bounds(each, tz)[1]
    ]

    assert holding == [day]


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("year", [1918, 1919, 1993, 2010, 2011, 2018, 2026])
def test_days_follow_each_other_without_gap_or_overlap(name, year):
    """A year of days is one unbroken line, from one midnight to the next."""
    tz = dates.zone(name)
    days = [dt.date(year, 1, 1) + dt.timedelta(days=n) for n in range(370)]
    bounds = [dates.day_bounds(day, tz) for day in days]

    assert [start for start, _ in bounds[1:]] == [end for _, end in bounds[:-1]]
    for day, (start, end) in zip(days, bounds, strict=True):
        assert start <= end
        if start < end:
            assert start.astimezone(tz).date() == day
            assert (start - dt.timedelta(seconds=1)).astimezone(tz).date() < day


@pytest.mark.parametrize(
    ("name", "day", "hours"),
    [
        ("Asia/Shanghai", "2026-02-10", 24),
        ("Africa/Cairo", "2026-04-24", 23),
        ("Africa/Cairo", "2026-10-29", 25),
        ("America/Sao_Paulo", "2018-11-04", 23),
        ("America/Sao_Paulo", "2018-02-17", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Pacific/Apia", "2011-12-30", 0),
        ("Pacific/Apia", "2011-12-31", 24),
        ("America/Toronto", "1919-03-30", 23.5),
    ],
)
def test_length_of_a_day(name, day, hours):
    """A day is as long as its clocks say."""
    start, end = dates.day_bounds(dt.date.fromisoformat(day), dates.zone(name))

    assert (end - start) == dt.timedelta(hours=hours)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-02-10", dt.date(2026, 2, 10)),
        (" 2026-02-10 ", dt.date(2026, 2, 10)),
        ("today", dt.date(2026, 2, 11)),
        ("Yesterday", dt.date(2026, 2, 10)),
        (dt.date(2026, 2, 10), dt.date(2026, 2, 10)),
        (pd.Timestamp("2026-02-10"), dt.date(2026, 2, 10)),
        (pd.Timestamp("2026-02-10T17:00Z"), dt.date(2026, 2, 11)),
        (pd.Timestamp("2026-02-10T17:00"), dt.date(2026, 2, 10)),
        ("2026-02-10T16:00:00Z", dt.date(2026, 2, 11)),
        (dt.datetime(2026, 2, 10, 15, 59, tzinfo=UTC), dt.date(2026, 2, 10)),
    ],
)
def test_parse_day(value, expected):
    """A day may be written in each of the documented ways."""
    assert dates.parse_day(value, "Asia/Shanghai", now=NOW) == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "tomorrow",
        "2026-2-1",
        "20260210",
        "2026-02-30",
        "10.02.2026",
        "２０２６-02-10",
        "2026-02-10garbage",
        "2026-02-10T25:00",
        "0001-01-01",
        "9999-12-31",
        "2026-02-10\n<script>",
        5,
        None,
        True,
        pd.NaT,
        b"2026-02-10",
    ],
)
def test_what_is_not_a_day(value):
    """Anything else is refused in one line that says what was expected."""
    with pytest.raises(InputError, match=r"date must be a day like 2026-02-10") as info:
        dates.parse_day(value, "UTC", now=NOW)

    assert "\n" not in str(info.value)
    assert repr(value) in str(info.value)


@pytest.mark.parametrize(
    ("since", "until", "start", "end"),
    [
        ("2026-02-10", "2026-02-10", "2026-02-09T16:00Z", "2026-02-10T16:00Z"),
        ("2026-02-10", "2026-02-12", "2026-02-09T16:00Z", "2026-02-12T16:00Z"),
        ("2026-02-10", None, "2026-02-09T16:00Z", None),
        (None, "today", None, "2026-02-11T16:00Z"),
        (None, None, None, None),
        (
            "2026-02-10T08:00",
            "2026-02-10T09:30:00+01:00",
            "2026-02-10T00:00Z",
            "2026-02-10T08:30Z",
        ),
        (
            pd.Timestamp("2026-02-10"),
            pd.Timestamp("2026-02-10"),
            "2026-02-09T16:00Z",
            "2026-02-10T16:00Z",
        ),
    ],
)
def test_range_bounds(since, until, start, end):
    """Days are whole and included, instants exact, and an end may be open."""
    bounds = dates.range_bounds(since, until, "Asia/Shanghai", now=NOW)
    expected = tuple(
        None if t is None else dt.datetime.fromisoformat(t) for t in (start, end)
    )

    assert bounds == expected
    assert all(bound is None or bound.tzinfo is UTC for bound in bounds)


def test_a_range_that_ends_before_it_starts():
    """Swapped ends are refused, not swapped back."""
    with pytest.raises(InputError, match="ends before it starts: since=2026-02-11"):
        dates.range_bounds("2026-02-11", "2026-02-10", "UTC")
    with pytest.raises(InputError, match="ends before it starts"):
        dates.range_bounds("2026-02-11T10:00", "2026-02-11T09:00", "UTC")
    with pytest.raises(InputError, match="until must be a day"):
        dates.range_bounds("2026-02-11", "soon", "UTC")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Asia/Shangai", "did you mean 'Asia/Shanghai'"),
        ("asia/shanghai", "did you mean 'Asia/Shanghai'"),
        ("../../etc/passwd", "try 'UTC'"),
        ("America", "IANA"),
        ("", "try 'UTC'"),
        (8, "unknown time zone 8"),
    ],
)
def test_unknown_zone(name, hint):
    """A wrong zone is refused in one line, with the nearest name if there is one."""
    if name == "asia/shanghai" and sys.platform != "linux":
        pytest.skip("this file system finds names in any case")
    with pytest.raises(InputError, match=hint):
        dates.zone(name)


def test_zone_names():
    """A zone prints as the name people write."""
    assert dates.zone_name(dates.zone("Asia/Shanghai")) == "Asia/Shanghai"
    assert dates.zone_name(dates.zone("utc")) == "UTC"
    assert dates.zone(UTC) is UTC


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        ("Asia/Shanghai", "Asia/Shanghai"),
        (":Europe/London", "Europe/London"),
        ("/usr/share/zoneinfo/Africa/Cairo", "Africa/Cairo"),
        ("", "UTC"),
    ],
)
def test_machine_zone_from_the_environment(setting, name):
    """TZ decides when it is set, in each form that systems use."""
    assert dates.zone_name(dates.machine_zone({"TZ": setting})) == name


def test_machine_zone_with_a_rule_for_a_name():
    """A POSIX rule in TZ has no name to print, so a name is asked for."""
    with pytest.raises(InputError, match="TZ='CST-8'.*or give tz"):
        dates.machine_zone({"TZ": "CST-8"})


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no /etc")
def test_machine_zone_from_etc(tmp_path):
    """Without TZ the link, the name file, the bytes, then UTC decide."""
    target = tmp_path / "zoneinfo/Asia/Kathmandu"
    target.parent.mkdir(parents=True)
    target.write_bytes(b"")
    linked, copied, nameless, bare = (tmp_path / name for name in "abcd")
    for folder in (linked, copied, nameless, bare):
        folder.mkdir()
    (linked / "localtime").symlink_to(target)
    (copied / "localtime").write_bytes(b"")
    (copied / "timezone").write_text("Africa/Cairo\n")
    source = next(
        path
        for root in [*zoneinfo.TZPATH, *_tzdata()]
        for path in [dates.Path(root, "Asia/Shanghai")]
        if path.is_file()
    )
    (nameless / "localtime").write_bytes(source.read_bytes())

    names = [
        dates.zone_name(dates.machine_zone({}, folder))
        for folder in (linked, copied, nameless, bare)
    ]

    assert names == ["Asia/Kathmandu", "Africa/Cairo", "local time", "UTC"]
    assert NOW.astimezone(dates.machine_zone({}, nameless)).hour == 1


def _tzdata():
    try:
        import tzdata
    except ImportError:
        return []
    return [dates.Path(tzdata.__file__).parent / "zoneinfo"]


def test_pandas_is_not_imported():
    """Reading a date costs no import of pandas."""
    code = "import sys, commitlens.dates; sys.exit('pandas' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_a_bad_day_is_not_told_to_be_an_instant():
    """What the message offers is what the argument takes."""
    with pytest.raises(InputError) as day:
        dates.parse_day("soon", "UTC")
    with pytest.raises(InputError) as end:
        dates.range_bounds("soon", None, "UTC")

    assert "T08:00" not in str(day.value)
    assert "T08:00" in str(end.value)
