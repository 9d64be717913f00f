"""How the documentation is built: `make docs` puts it into site/.

Sphinx with numpydoc reads the docstrings, MyST-NB runs the notebooks and the
gallery. A page that would fetch anything from elsewhere fails the build.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.errors import ExtensionError

import commitlens

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "commitlens"
author = "The commitlens authors"
copyright = author  # noqa: A001 - Sphinx's name for it
version = release = commitlens.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_nb",
]

# The source is the project's folder, so that a link between two of these files is
# the same here and where the repository is browsed.
root_doc = "docs/index"
include_patterns = [
    "docs/**",
    "notebooks/*",
    "data/README.md",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
]
exclude_patterns = ["**/.*", "site", "build", "dist", "data/*/**", "**/__pycache__"]

# -- docstrings ---------------------------------------------------------------

autosummary_generate = True
autodoc_typehints = "none"  # the docstring has them, in words
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

# -- notebooks and the gallery ------------------------------------------------

# Each page runs in the folder it is in, as in JupyterLab; what is loaded is
# kept in the folder of the build, not in the user's.
nb_execution_mode = os.environ.get("COMMITLENS_DOCS_EXECUTION", "force")
nb_execution_timeout = 120
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_execution_excludepatterns: list[str] = [
    "llm_analysis.ipynb",  # asks a model that somebody has to serve
]
nb_merge_streams = True
nb_output_stderr = "remove"  # bars of progress
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # else two scripts of a CDN
nb_mime_priority_overrides = [
    ("*", "image/svg+xml", 5),
    ("html", "application/vnd.jupyter.widget-view+json", None),
]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["mystnb.unknown_mime_type"]

# -- pages --------------------------------------------------------------------

html_theme = "pydata_sphinx_theme"
html_title = f"commitlens {release}"
html_static_path = ["_static"]
html_css_files = ["commitlens.css"]
html_show_sourcelink = False
html_theme_options = {
    "show_prev_next": False,
    "navbar_align": "left",
    "header_links_before_dropdown": 7,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}
html_sidebars = {"CHANGELOG": [], "docs/gallery": []}

#: What makes a browser fetch: links that a reader may click are not among them.
_FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|audio|video|embed)\b[^>]*\bsrc=["'](?:https?:)?//
      | <link\b(?=[^>]*\brel=["'](?:stylesheet|preload|icon|preconnect|dns-prefetch
            |modulepreload|manifest))[^>]*\bhref=["'](?:https?:)?//
      | @import\s+(?:url\()?["']?(?:https?:)?//
      | \burl\(["']?(?:https?:)?//""",
    re.VERBOSE | re.IGNORECASE,
)


#: The pages are in folders, as their sources are; whoever opens the site is led on.
_ENTRANCE = """<!doctype html>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url=docs/index.html">
<title>commitlens</title>
<a href="docs/index.html">commitlens</a>
"""


def _finish(app: Sphinx, exception: Exception | None) -> None:
    """Write the entrance; fail when a page would fetch something from elsewhere."""
    if exception or app.builder.format != "html":
        return
    (Path(app.outdir) / "index.html").write_text(_ENTRANCE, "utf-8")
    found = [
        f"{path.relative_to(app.outdir)}: {match[0]}"
        for path in sorted(Path(app.outdir).rglob("*"))
        if path.suffix in (".html", ".css")
        for match in _FETCHED.finditer(path.read_text("utf-8"))
    ]
    if found:
        msg = "pages would fetch from elsewhere:\n" + "\n".join(found)
        raise ExtensionError(msg)


def setup(app: Sphinx) -> None:
    """Prepare what the notebooks are run with, and check what came out."""
    os.environ["COMMITLENS_DATA"] = str(Path(app.doctreedir) / "data")
    app.connect("build-finished", _finish)
