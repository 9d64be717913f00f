"""A page of its own: pictures inside, links that work, nothing from elsewhere."""

import datetime as dt
import re
import shutil
import subprocess
from html.parser import HTMLParser

import mistune
import pytest
from test_report import HOSTILE, day, scored, with_web

from commitlens.dates import zone
from commitlens.markdown import html
from commitlens.palette import COLOURS
from commitlens.recent import Recent, days_svg, recent_days
from commitlens.report import daily_report
from commitlens.testing import make_history

#: Elements that a page may hold; anything else would be somebody's.
KNOWN = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "h4", "p"),
    *("a", "ul", "li", "strong", "em", "code", "span", "br", "hr", "blockquote"),
    *("table", "thead", "tbody", "tr", "th", "td"),
    *("div", "figure", "figcaption", "svg", "rect", "path", "text"),
}


class Page(HTMLParser):
    """Elements with their attributes, ids, and the text of the drawings."""

    def __init__(self, page):
        super().__init__()
        self.found, self.drawn, self.depth = [], [], 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        self.depth += tag == "svg"

    def handle_endtag(self, tag):
        self.depth -= tag == "svg"

    def handle_data(self, data):
        if self.depth:
            self.drawn.append(data)

    def all(self, name):
        return [attrs[name] for _, attrs in self.found if name in attrs]


def month(counts, **options):
    """Commits, so many on each day, the last one being 2026-02-10."""
    first = dt.date(2026, 2, 10) - dt.timedelta(len(counts) - 1)
    rows = [
        {"landed_at": f"{first + dt.timedelta(n)}T08:{k:02}:00Z"}
        for n, count in enumerate(counts)
        for k in range(count)
    ]
    return scored(rows, **options)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_page_has_its_pictures_and_asks_for_nothing(lang):
    """Two drawings, every contents link has its place, and no outside request."""
    history = with_web(month([2, 0, 5, 1, 3, 7]))
    page = daily_report(history, tz="UTC", lang=lang).to_html()
    parsed = Page(page)
    tags = {tag for tag, _ in parsed.found}

    assert tags <= KNOWN
    assert [tag for tag, _ in parsed.found].count("svg") == 2
    assert not parsed.all("src")
    assert not re.search(r"url\(|@import|xlink|<script|<link|\bon\w+=", page)
    assert "default-src 'none'" in page
    inner = {link[1:] for link in parsed.all("href") if link.startswith("#")}
    assert inner
    assert inner <= set(parsed.all("id"))
    outer = {link for link in parsed.all("href") if not link.startswith("#")}
    assert all(link.startswith("https://github.com/octo/demo/") for link in outer)
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page


def test_the_bars_are_the_days():
    """A bar a day, as high as its commits, and the last one is the day's."""
    history = month([2, 0, 5, 1, 3, 8])
    svg = daily_report(history, tz="UTC").figures.split("<svg")[2]
    bars = re.findall(r'height="([\d.]+)"[^>]*><title>([\d-]+): (\d+)<', svg)

    assert [(day, int(n)) for _, day, n in bars] == [
        ("2026-02-05", 2), ("2026-02-06", 0), ("2026-02-07", 5),
        ("2026-02-08", 1), ("2026-02-09", 3), ("2026-02-10", 8),
    ]  # fmt: skip
    heights = [float(height) for height, _, _ in bars]
    assert heights == pytest.approx(
        [n * heights[-1] / 8 for n in (2, 0, 5, 1, 3, 8)], abs=0.06
    )
    assert svg.count('fill="#0072B2"') == 1


def test_types_have_the_colours_of_charts():
    """Each type that landed has its bar, in the colour it has everywhere."""
    figures = daily_report(scored(day(11)), tz="UTC").figures

    assert re.findall(r'fill="(#\w+)"', figures)[:11] == [
        COLOURS[kind] for kind in list(COLOURS)[:11]
    ]


def test_a_day_with_little_before_it_has_no_trend():
    """With fewer than three days before it, a day is held against nothing."""
    few, enough = (daily_report(month([1] * n), tz="UTC") for n in (3, 4))

    assert "days before" not in str(few)
    assert few.figures.count("<svg") == 1
    assert "3 days before: 1 to 1 commits a day, 1 in the median; this day 1" in str(
        enough
    )
    assert "████ " in str(enough)


def test_days_that_the_lead_cuts_are_not_counted():
    """The first day of a full lead may be a part of one, and is left out."""
    rows = [{"landed_at": f"2026-02-0{n}T08:00Z"} for n in range(1, 7)]
    lead = make_history(rows)
    history = make_history([{"landed_at": "2026-02-07T08:00Z"}], lead=lead)
    args = (history, dt.date(2026, 2, 7), dt.UTC)

    assert recent_days(*args, capped=7).before == (1,) * 6
    assert recent_days(*args, capped=6).before == (1,) * 5


def test_a_range_has_no_trend():
    """A week is not held against days."""
    report = daily_report(month([3] * 9), since="2026-02-04", until="2026-02-10",
                          tz="UTC")  # fmt: skip

    assert "days before" not in str(report)


def test_days_are_those_of_the_zone():
    """The trend counts by the midnights of the zone, clock changes included."""
    hours = [f"2026-03-{day:02}T04:30Z" for day in range(1, 12)]
    history = make_history([{"landed_at": hour} for hour in hours])
    # 04:30 UTC is before midnight in New York until the clocks go forward: from
    # the seventh to the ninth of March it skips a day.
    found = recent_days(history, dt.date(2026, 3, 10), zone("America/New_York"),
                        capped=500)  # fmt: skip
    assert found.before == (1, 1, 1, 1, 1, 1, 1, 1, 0, 1)
    assert found.count == 1


def test_pictures_are_the_same_bytes():
    """Nothing in a drawing is random or dated."""
    recent = Recent(dt.date(2026, 2, 10), (1, 2, 3), 4)

    assert days_svg(recent, title="t", today="x") == days_svg(
        recent, title="t", today="x"
    )


@pytest.mark.parametrize("text", ["</title><b>", '"><script>', "a & b"])
def test_words_of_a_drawing_are_escaped(text):
    """A drawing shows its words and takes none of them for markup."""
    recent = Recent(dt.date(2026, 2, 10), (1, 2, 3), 4)
    parsed = Page(days_svg(recent, title=text, today=text))

    assert {tag for tag, _ in parsed.found} <= {*KNOWN, "title"}
    assert text in "".join(parsed.drawn)
    assert parsed.all("aria-label") == [text]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_other_engines_read_the_lines_alike(lang):
    """nbconvert's engine finds the same items, bold words and links."""
    rows = [
        {"subject": f"feat(a|b): {HOSTILE} {n}", "importance": "high", "scope": "a|b"}
        for n in range(3)
    ]
    text = str(daily_report(scored(rows), tz="UTC", lang=lang))
    text = text.partition('<a id="brief"></a>')[2].partition("\n| ")[0]
    engine = mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])
    pages = [re.sub(r"\s+", "", each(text)) for each in (engine, html)]

    for tag in ("<li>", "<strong>", "<code>", "<h3>", "<table>", "<img"):
        assert pages[0].count(tag) == pages[1].count(tag)
    assert pages[0].count("<li>") == pages[0].count("<strong>") == 3
    links = [re.findall(r'href="(.*?)"', page) for page in pages]
    assert links[0] == links[1]
    assert len(links[0]) == 3


@pytest.mark.parametrize("field", ["subject", "author_name", "body"])
def test_hostile_text_cannot_move_the_pictures(field):
    """Text that looks like the mark before the pictures is text."""
    text = f'<a id="contents"></a> </title></svg> {HOSTILE}'
    rows = [{field: text, "importance": "high"}]
    page = daily_report(scored(rows), tz="UTC").to_html()
    parsed = Page(page)

    assert {tag for tag, _ in parsed.found} <= KNOWN
    assert parsed.all("id").count("contents") == 1
    assert page.index("<figure>") < page.index('<a id="contents">')
    assert page.index('<a id="statistics">') < page.index("<figure>")


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.skipif(not CHROMIUM, reason="needs chromium")
def test_a_browser_prints_it(tmp_path):
    """A real browser makes paper of the page, with the links inside."""
    report = daily_report(with_web(month([2, 0, 5, 1, 3, 7])), tz="UTC", lang="zh")
    page = report.save(tmp_path / "page.html")
    subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu",
         "--no-pdf-header-footer", f"--user-data-dir={tmp_path / 'profile'}",
         f"--print-to-pdf={tmp_path / 'page.pdf'}", page.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    pdf = (tmp_path / "page.pdf").read_bytes()

    assert pdf.startswith(b"%PDF")
    assert b"/Dest /c-000000000012" in pdf
