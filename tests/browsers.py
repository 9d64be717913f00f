"""A real browser and a real JupyterLab for the tests, on loopback alone.

Nothing here reaches a network, and whoever tries is caught: the browser's log
has every address that a page asked for, what the browser asks for itself goes to
a proxy of ours, and an audit hook in the processes of Python notes every address
that they connect to.
"""

from __future__ import annotations

import contextlib
import http.server
import ipaddress
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from selenium import webdriver

CHROMIUM = shutil.which("chromium") or ""
DRIVER = shutil.which("chromedriver") or ""

#: Addresses that are in the page or in the browser itself.
OWN_SCHEMES = {"data", "blob", "about", "chrome", "devtools", "file"}

# Chromium asks its makers for the time, lists and updates, and Debian's for the page
# that it starts with; here it gets none.
_MAKER = (
    *("google.com", "googleapis.com", "gstatic.com", "gvt1.com"),
    "start.duckduckgo.com",
)

# Imported by every Python that is started with its folder on the path.
_AUDIT = """\
import os
import sys


def note(event, args):
    if event == "socket.connect" and isinstance(args[1], tuple):
        with open(os.environ["AUDIT_LOG"], "a") as log:
            log.write(f"{args[1][0]}\\n")
    elif event == "socket.getaddrinfo" and args[0]:
        with open(os.environ["AUDIT_LOG"], "a") as log:
            name = args[0].decode() if isinstance(args[0], bytes) else args[0]
            log.write(f"{name}\\n")


sys.addaudithook(note)
"""


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own."""
    host = host.strip("[]").partition("%")[0]
    if host in {"localhost", socket.gethostname()}:
        return True
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(host)
        return address.is_loopback or address.is_unspecified
    return False


class Proxy(http.server.ThreadingHTTPServer):
    """Notes what it is asked for, and gives nothing."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(http.server.BaseHTTPRequestHandler):
            def refuse(self) -> None:
                asked.append(self.requestline)
                self.send_error(403)

            do_GET = do_POST = do_HEAD = do_CONNECT = refuse

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def pages(self) -> list[str]:
        """What was asked for on behalf of pages, not of the browser itself."""
        found = []
        for line in self.asked:
            _, address, _ = line.split()
            host = urlsplit(address).hostname or address.partition(":")[0]
            if not host.endswith(_MAKER):
                found.append(address)
        return found

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextlib.contextmanager
def proxy() -> Iterator[Proxy]:
    """Run a proxy for as long as it is needed."""
    with Proxy() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def chromium(folder: Path, through: Proxy) -> Iterator[webdriver.Chrome]:
    """Start a browser with a profile of its own in a folder."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (
        "headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run",
        "disable-background-networking", "disable-component-update", "disable-sync",
        "disable-dev-shm-usage", f"user-data-dir={folder}", "window-size=1400,1400",
        f"proxy-server={through.url}",
    ):  # fmt: skip
        options.add_argument(f"--{flag}")
    options.set_capability(
        "goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"}
    )
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        yield browser
    finally:
        browser.quit()


def addresses(browser: webdriver.Chrome) -> list[str]:
    """Return every address that pages asked for since the last call."""
    found = []
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            found.append(message["params"]["request"]["url"])
        elif message["method"] == "Network.webSocketCreated":
            found.append(message["params"]["url"])
    return found


def outside(found: list[str]) -> list[str]:
    """Return the addresses that are neither loopback nor the page's own."""
    return [
        url
        for url in found
        if (parts := urlsplit(url)).scheme not in OWN_SCHEMES
        and not is_loopback(parts.hostname or "")
    ]


class Lab:
    """A JupyterLab that is running.

    Attributes
    ----------
    url : str
        Where it is.
    """

    def __init__(self, url: str, log: Path) -> None:
        self.url = url
        self._log = log

    def is_ready(self) -> bool:
        """Whether the kernel of a notebook waits for what it is to run."""
        with urllib.request.urlopen(f"{self.url}/api/sessions") as answer:
            kernels = [session["kernel"] for session in json.load(answer)]
        return bool(kernels) and all(
            kernel["execution_state"] == "idle" and kernel["connections"]
            for kernel in kernels
        )

    def hosts(self) -> set[str]:
        """Return what the server and its kernels connected to."""
        return set(self._log.read_text().split()) if self._log.exists() else set()


@contextlib.contextmanager
def jupyterlab(folder: Path, notebooks: Path, data: Path) -> Iterator[Lab]:
    """Start JupyterLab on a folder of notebooks, with nothing of the user's own."""
    (folder / "audit").mkdir(parents=True)
    (folder / "audit/sitecustomize.py").write_text(_AUDIT)
    log = folder / "hosts.txt"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = {
        name: str(folder / name.lower())
        for name in (
            "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR",
            "IPYTHONDIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR",
        )
    }  # fmt: skip
    root = Path(__file__).parents[1]
    env = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    env |= home | {
        "PYTHONPATH": os.pathsep.join([str(folder / "audit"), str(root)]),
        "AUDIT_LOG": str(log),
        "COMMITLENS_DATA": str(data),
    }
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
        "--ip=127.0.0.1", f"--port={port}", "--IdentityProvider.token=",
        f"--ServerApp.root_dir={notebooks}", *quiet_flags(root),
    ]  # fmt: skip
    with (folder / "lab.log").open("w") as out:
        # With its kernels it is a group, so that nothing of it stays.
        process = subprocess.Popen(
            command, env=env, stdout=out, stderr=out, start_new_session=True
        )
    lab = Lab(f"http://127.0.0.1:{port}", log)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{lab.url}/api").close()
                break
            if process.poll() is not None:
                break
            time.sleep(0.1)
        else:
            process.kill()
        if process.poll() is not None:
            msg = f"JupyterLab did not start:\n{(folder / 'lab.log').read_text()}"
            raise AssertionError(msg)
        yield lab
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def quiet_flags(root: Path) -> list[str]:
    """Return the flags with which `make lab` keeps JupyterLab from asking around."""
    made = subprocess.run(
        ["make", "--dry-run", "--always-make", "lab"],
        cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    (line,) = [line for line in made.stdout.splitlines() if "jupyter lab" in line]
    return [word for word in line.split() if word.startswith("--LabApp")]
