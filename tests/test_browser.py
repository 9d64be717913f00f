"""A real browser clicks through the explorer in JupyterLab, and reads a report.

Where there is no chromium these tests are skipped, unless COMMITLENS_BROWSER says
``required``, as `.ci/run` does after it has installed one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import browsers
import nbformat
import pytest
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    StaleElementReferenceException,
)
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

import commitlens as cl
from commitlens.testing import RepositoryBuilder

pytestmark = pytest.mark.skipif(
    not (browsers.CHROMIUM and browsers.DRIVER)
    and os.environ.get("COMMITLENS_BROWSER") != "required",
    reason="no browser: install Debian's chromium and chromium-driver",
)

#: Would show in the page, were any of it taken for markup.
HOSTILE = "<img src=x onerror=window.pwned=1><script>window.pwned=2</script> $x$"

#: Empty before a cell runs, with a star while it does, and then its number.
PROMPTS = ".jp-CodeCell .jp-InputPrompt"


@pytest.fixture(scope="module")
def proxy() -> Iterator[browsers.Proxy]:
    """What the browser asks for beyond this machine ends here."""
    with browsers.proxy() as server:
        yield server


@pytest.fixture(scope="module")
def browser(tmp_path_factory, proxy):
    """A browser with a profile of its own."""
    folder = tmp_path_factory.mktemp("chromium")
    with browsers.chromium(folder, proxy) as driver:
        yield driver


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    """Forty commits over three weeks; the last one means harm."""
    builder = RepositoryBuilder(tmp_path_factory.mktemp("repository") / "demo")
    first = 1767603600  # 2026-01-05, a Monday
    for n in range(39):
        kind = ("feat", "fix", "docs")[n % 3]
        of = n - (kind == "fix")  # what adds a file would be no fix, whatever it says
        text = f"def part_{of}():\n    return {n}  # {kind}\n"
        path = f"docs/{n}.md" if kind == "docs" else f"src/app/{of}.py"
        builder.commit(
            f"{kind}: number {n}",
            {path: text},
            date=first + n * 43_200,
            author=f"{('Ada Lovelace', 'Grace Hopper')[n % 2]} <x@example.org>",
        )
    code = f"text = '{HOSTILE}'\n# \u202e" + 300 * "x"
    builder.commit(f"fix: {HOSTILE}", {"src/app/0.py": code}, date=first + 39 * 43_200)
    return builder.path


def wait(browser, until, seconds: int = 60):
    """Return what `until` gives once it gives something."""
    # What is found may be drawn anew before it is used.
    again = [StaleElementReferenceException, ElementClickInterceptedException]
    waiting = WebDriverWait(
        browser, seconds, poll_frequency=0.1, ignored_exceptions=again
    )
    return waiting.until(until)


def find(browser, selector: str):
    """Return all elements of a selector."""
    return browser.find_elements(By.CSS_SELECTOR, selector)


def click(browser, selector: str) -> None:
    """Click the first element of a selector, once there is one."""

    def try_to(driver):
        element = driver.find_element(By.CSS_SELECTOR, selector)
        driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()
        return True

    wait(browser, try_to)


def write(browser, selector: str, text: str) -> None:
    """Write into the first element of a selector."""
    (element, *_) = wait(browser, lambda driver: find(driver, selector))
    element.send_keys(text)


def choose(browser, selector: str, value: str) -> None:
    """Choose an option of a list."""

    def try_to(driver):
        Select(driver.find_element(By.CSS_SELECTOR, selector)).select_by_value(value)
        return True

    wait(browser, try_to)
    wait(browser, lambda driver: texts(driver, selector, "value") == [value], 20)


def texts(browser, selector: str, name: str = "textContent") -> list[str]:
    """Return a property of all elements of a selector, read at one moment."""
    return browser.execute_script(
        "const [selector, name] = arguments;"
        "return [...document.querySelectorAll(selector)].map((node) => node[name])",
        selector, name,
    )  # fmt: skip


def says(browser, text: str) -> None:
    """Wait until the explorer says of its list what is expected."""
    wait(browser, lambda driver: texts(driver, ".cl-status") == [text], 20)


def shas(browser) -> list[str]:
    """Return the commits on the page."""
    return [data["sha"] for data in texts(browser, "tr.cl-commit", "dataset")]


def open_explorer(browser, lab, notebook: str) -> None:
    """Open the notebook, run all of its cells, and wait for the last one."""
    browser.get(f"{lab.url}/lab/tree/{notebook}")
    # A notebook whose kernel is still starting would ask for another one.
    wait(browser, lambda _: lab.is_ready())
    menu = "//*[contains(@class, 'lm-MenuBar-itemLabel')][text()='Run']"

    def run(driver):
        # A menu that is opened while the page settles may close again.
        if not find(driver, "[data-command='runmenu:run-all']"):
            driver.find_element(By.XPATH, menu).click()
        for item in find(driver, "[data-command='runmenu:run-all']"):
            item.click()
        return "".join(texts(driver, PROMPTS)).strip("[ ]:")

    wait(browser, run)
    wait(browser, lambda driver: texts(driver, ".cl-status"))
    wait(browser, lambda driver: texts(driver, PROMPTS)[-1].strip("[*]: "))


@pytest.mark.slow
def test_the_explorer_is_clicked_through(
    browser, proxy, repository: Path, tmp_path: Path
) -> None:
    """Filters, a bar, a commit and an export, in the notebook that is shipped."""
    data, notebooks = tmp_path / "data", tmp_path / "notebooks"
    history = cl.score(cl.load_history(repository, data=data, progress=False))
    commits = history.commits
    shipped = Path(__file__).parents[1] / "notebooks/explore.ipynb"
    notebook = nbformat.read(shipped, as_version=nbformat.NO_CONVERT)
    (cell,) = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", ())]
    cell.source = f'repo = {str(repository)!r}\nsince = None\ntz = "UTC"'
    notebooks.mkdir()
    nbformat.write(notebook, notebooks / "explore.ipynb")
    browsers.addresses(browser)

    with browsers.jupyterlab(tmp_path / "lab", notebooks, data) as lab:
        open_explorer(browser, lab, "explore.ipynb")

        # A later cell has set the view; without filters there is everything.
        fixes = commits[commits["change_type"] == "fix"]
        says(browser, f"1–{len(fixes)} of {len(fixes)} commits")
        click(browser, ".cl-reset")
        says(browser, "1–20 of 40 commits")
        assert shas(browser) == commits["sha"].tolist()[:-21:-1]

        # Filters narrow chart and list alike.
        click(browser, "[data-filter=types][data-value=feat]")
        feats = commits[commits["change_type"] == "feat"]
        says(browser, f"1–{len(feats)} of {len(feats)} commits")
        keys = {data["key"] for data in texts(browser, ".cl-bar", "dataset")}
        assert keys
        assert keys <= {"low", "medium", "high"}
        assert shas(browser) == feats["sha"].tolist()[::-1]
        write(browser, "[data-filter=text]", "NUMBER 1")
        found = feats[feats["subject"].str.contains("number 1")]
        says(browser, f"1–{len(found)} of {len(found)} commits")
        click(browser, ".cl-reset")
        says(browser, "1–20 of 40 commits")
        write(browser, "[data-filter=authors]", "Grace Hopper")
        says(browser, "1–19 of 19 commits")
        click(browser, ".cl-reset")
        says(browser, "1–20 of 40 commits")

        # A bar lists what it counts; the page has other commits then.
        choose(browser, "select[data-filter=freq]", "W")
        choose(browser, "select[data-filter=by]", "change_type")
        bar = ".cl-bar[data-start='2026-01-12'][data-key=docs]"
        click(browser, bar)
        landed = commits["landed_at"]
        week = commits[(landed >= "2026-01-12") & (landed < "2026-01-19")]
        of_bar = week[week["change_type"] == "docs"]
        says(browser, f"1–{len(of_bar)} of {len(of_bar)} commits")
        assert shas(browser) == of_bar["sha"].tolist()[::-1]
        assert texts(browser, ".cl-of-bar") == ["week of 2026-01-12, docs ×"]

        # The code that is exported makes these rows.
        click(browser, ".cl-do-export")
        (code,) = wait(browser, lambda driver: texts(driver, ".cl-code"))
        names: dict = {"history": history}
        exec(code, names)
        assert names["commits"]["sha"].tolist() == shas(browser)
        (markdown,) = texts(browser, ".cl-markdown")
        assert markdown.startswith(f"# demo: {len(of_bar)} commits")
        click(browser, ".cl-of-bar")
        says(browser, "1–20 of 40 commits")

        # A commit opens; nothing that it wrote does anything.
        click(browser, f"tr[data-sha='{commits['sha'].iloc[-1]}'] button")
        (article,) = wait(browser, lambda driver: texts(driver, ".cl-article"))
        assert HOSTILE in article
        assert "[object" not in article
        assert texts(browser, ".cl-article dt")[0].endswith("Summary")
        assert any(HOSTILE in text for text in texts(browser, ".cl-article dd"))
        added = texts(browser, ".cl-diff .cl-plus")
        assert added == [f"+text = '{HOSTILE}'", "+# [U+202E]" + 300 * "x"]
        assert len(texts(browser, ".cl-diff .cl-minus")) == 2
        assert texts(browser, ".cl-diff .cl-minus .cl-tk")[0] == "def"
        wide, room = texts(browser, ".cl-scroll, .cl-list", "scrollWidth")
        assert wide == room
        assert not find(browser, ".cl-explorer img, .cl-explorer script")
        assert browser.execute_script("return window.pwned") is None

        # With the keyboard: from bar to bar, and away from it.
        write(browser, ".cl-chart svg", Keys.ARROW_RIGHT)
        first = commits[landed < "2026-01-12"]
        says(browser, f"1–{len(first)} of {len(first)} commits")
        wait(browser, lambda driver: find(driver, ".cl-chart svg:focus"))
        browser.switch_to.active_element.send_keys(Keys.ESCAPE)
        says(browser, "1–20 of 40 commits")
        click(browser, ".cl-pager button:last-child")
        says(browser, "21–40 of 40 commits")
        errors = [e for e in browser.get_log("browser") if e["level"] == "SEVERE"]
        assert errors == []
        browser.get("about:blank")

    asked = browsers.addresses(browser)
    assert any(address.startswith(lab.url) for address in asked)
    assert browsers.outside(asked) == []
    assert proxy.pages == []
    assert {host for host in lab.hosts() if not browsers.is_loopback(host)} == set()
    assert lab.hosts()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_is_read_by_its_contents(
    browser, proxy, repository: Path, tmp_path: Path, scheme: str
) -> None:
    """Each link leads to its section, in a page without scripts or requests."""
    history = cl.load_history(repository, data=tmp_path / "data", progress=False)
    report = cl.daily_report(history, since="2026-01-05", until="2026-01-11", tz="UTC")
    page = report.save(tmp_path / "report.html")
    browsers.addresses(browser)
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    browser.get(page.as_uri())

    contents = [
        link
        for link in find(browser, "a[href^='#']")
        # The day in brief above the contents links to sections, too.
        if link.find_elements(By.XPATH, "preceding::*[@id='contents']")
        and link.find_elements(By.XPATH, "ancestor::li")
        and not link.find_elements(By.XPATH, "preceding::h4")
    ]
    targets = [link.get_attribute("href").partition("#")[2] for link in contents]
    assert len(set(targets)) == len(targets)
    # Seven days with two commits each, a section a commit.
    assert sum(target.startswith("c-") for target in targets) == 14
    for link, target in zip(contents, targets, strict=True):
        browser.execute_script("arguments[0].scrollIntoView()", link)
        link.click()
        assert browser.execute_script("return location.hash") == f"#{target}"
        top, heading = browser.execute_script(
            """
            const place = document.getElementById(arguments[0]);
            const after = [...document.querySelectorAll("h1, h2, h3, h4, td")].find(
              (node) => place.compareDocumentPosition(node)
                & (Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINS));
            return [place.getBoundingClientRect().top, after.textContent];
            """,
            target,
        )
        assert -1 <= top < browser.execute_script("return innerHeight")
        assert link.text.rstrip("…") in " ".join(heading.split())

    ink, paper = browser.execute_script(
        "const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]"
    )
    lightness = [
        sum(map(int, colour.strip("rgba()").split(",")[:3])) for colour in (ink, paper)
    ]
    assert (lightness[0] < lightness[1]) == (scheme == "light")
    assert abs(lightness[0] - lightness[1]) > 500
    assert browser.execute_script("return document.scripts.length") == 0
    assert browser.execute_script("return window.pwned") is None
    assert browsers.outside(browsers.addresses(browser)) == []
    assert proxy.pages == []
    printed = browser.execute_cdp_cmd("Page.printToPDF", {})
    assert json.dumps(printed["data"])[1:5] == "JVBE"  # %PDF
