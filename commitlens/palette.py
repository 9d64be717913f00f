"""One colour for each change type and tier, wherever they are drawn."""

from __future__ import annotations

#: The colour of each change type and tier, the same in every chart. They were
#: found by a search for colours that stay apart for readers with protanopia and
#: deuteranopia (as simulated by Machado, Oliveira and Fernandes 2009), and whose
#: neighbours in a stack also differ in lightness, for prints in grey. What is
#: routine is grey. All are seen on white and on near-black paper.
COLOURS: dict[str, str] = {
    "feat": "#719AF7",
    "fix": "#E4CA11",
    "perf": "#8B6089",
    "refactor": "#54C6F3",
    "docs": "#508815",
    "test": "#F0D372",
    "build": "#8B55BB",
    "ci": "#64B67E",
    "style": "#DADADA",
    "chore": "#969696",
    "revert": "#746A4C",
    "high": "#B2402A",
    "medium": "#E39B5B",
    "low": "#CFCFCF",
    "breaking": "#B2402A",
    "not breaking": "#CFCFCF",
    "security": "#B2402A",
    "not security": "#CFCFCF",
    "human": "#417ED1",
    "bot": "#8D8D8D",
    "other": "#CFCFCF",
    "(no files)": "#E4E4E4",
}
