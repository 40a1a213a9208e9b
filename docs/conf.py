"""The site of the documentation: ``python -m sphinx -W --keep-going -n docs build/site``."""

from __future__ import annotations

import contextlib
import importlib
import io
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

project = "CoGO"
author = "The CoGO contributors"
copyright = author
extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "myst_nb",
    "sphinx_copybutton",
]
nitpicky = True

# Pages: Markdown as GitHub reads it, and notebooks with the output that is stored in them.
myst_enable_extensions = ["dollarmath", "deflist", "attrs_inline"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 4
nb_execution_mode = "off"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
suppress_warnings = ["mystnb.unknown_mime_type"]

# Docstrings.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
napoleon_custom_sections = [("Source", "notes_style")]
napoleon_use_rtype = False
#: What hands on names, first what users import: each name is documented on the first page it is on.
HANDING_ON = ["cogo", "algebra.blocks", "algebra.optimizers", "numeric.pictures", "algebra"]
HANDING_ON += ["algebra.files", "numeric", "proofs", "proofs.strategies"]

# Formulas: KaTeX as the page has it, copied into the site, so that reading needs no network. What
# Sphinx writes for MathJax is what KaTeX reads, so that MathJax's place is taken by its starter.
KATEX = ROOT / "cogo" / "page" / "web" / "node_modules" / "katex" / "dist"
mathjax_path = "render.js"
mathjax_options = {"defer": "defer"}
myst_update_mathjax = False
html_css_files = ["katex/katex.min.css", "cogo.css"]
html_js_files = [(f"katex/{x}", {"defer": "defer"}) for x in ("katex.min.js", "auto-render.min.js")]
html_static_path = ["_static"]

html_theme = "pydata_sphinx_theme"
html_title = "CoGO"
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "header_links_before_dropdown": 9,
    "navbar_align": "left",
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}


def need_katex(app: Any, config: Any) -> None:
    """Say what is missing before anything is built."""
    from sphinx.errors import ConfigError

    if not KATEX.is_dir():
        raise ConfigError(f"{KATEX} is missing; run: npm ci --prefix cogo/page/web")


def copy_katex(app: Any, error: Exception | None) -> None:
    """Put what a reader's browser needs of KaTeX beside the pages."""
    to = Path(app.outdir) / "_static" / "katex"
    to.joinpath("fonts").mkdir(parents=True, exist_ok=True)
    files = ["katex.min.js", "katex.min.css", "contrib/auto-render.min.js"]
    for path in (*(KATEX / x for x in files), *(KATEX / "fonts").glob("*.woff2")):
        shutil.copy(path, to / "fonts" if path.suffix == ".woff2" else to)


def home_page(name: str) -> str | None:
    """Return the name under which users find something: `cogo.check`, and not its file's."""
    for package in HANDING_ON:
        if name in dir(importlib.import_module(package)):
            return f"{package}.{name}"
    return None


def skip_elsewhere(
    app: Any, kind: str, name: str, thing: Any, skip: bool, options: Any
) -> bool | None:
    """Leave out what an earlier package has handed on."""
    package = app.env.current_document.autodoc_module
    if kind == "module" and package in HANDING_ON and home_page(name) != f"{package}.{name}":
        return True
    return None


class Printed(SphinxDirective):
    """What commands print when the site is built: as Markdown, or, with `text`, as it is."""

    has_content = True
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Run the commands, one a line, and show what they print."""
        shown: list[nodes.Node] = []
        for line in self.content:
            printed, complaint = answer(shlex.split(line))
            if complaint:
                raise self.error(f"{line}: {complaint}")
            if self.arguments:
                text = f"$ {line}\n{printed}"
                shown.append(nodes.literal_block(text, text, language=self.arguments[0]))
            else:
                shown += self.parse_text_to_nodes(printed)
        return shown


def answer(words: list[str]) -> tuple[str, str]:
    """Return what a command prints, and what it complains of if it fails."""
    if words[0] != "cogo":
        command = [sys.executable, *words[1:]] if words[0] == "python" else words
        done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
        return done.stdout, done.stderr if done.returncode else ""
    from cogo.cli.main import main

    out, err = io.StringIO(), io.StringIO()  # in this process, which has loaded it already
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(words[1:])
        except SystemExit as stop:
            return out.getvalue(), err.getvalue() if stop.code else ""
    return out.getvalue(), ""


def close_up(app: Any, page: str, source: list[str]) -> None:
    """Drop the empty line that ends an example for the sake of doctest."""
    source[0] = source[0].replace("\n\n```\n", "\n```\n")


def link_sources(
    app: Any, kind: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """Let a docstring's "docs/theory/narrow.md" lead there."""
    for i, line in enumerate(lines):
        lines[i] = re.sub(r"\bdocs/([\w/-]+)\.md\b", r":doc:`/\1`", line)


def resolve_type(app: Any, env: Any, node: Any, shown: Any) -> Any:
    """Link a type's name, in full or short, to where users find it; others are plain words."""
    if node.get("refdomain") != "py" or node["reftype"] not in ("class", "obj", "exc"):
        return None
    name = node["reftarget"].rpartition(".")[2]
    objects = env.domains["py"].objects
    names = [x for x in (home_page(name), *objects) if x in objects and x.split(".")[-1] == name]
    known = [x for x in names if objects[x].objtype in ("class", "exception")]
    if not known:
        return None if node["reftype"] == "exc" else shown
    from sphinx.util.nodes import make_refnode

    to = objects[known[0]]
    return make_refnode(app.builder, node["refdoc"], to.docname, to.node_id, shown, known[0])


def setup(app: Any) -> None:
    """Connect what stands above."""
    app.add_directive("printed", Printed)
    app.connect("source-read", close_up)
    app.connect("autodoc-skip-member", skip_elsewhere)
    app.connect("autodoc-process-docstring", link_sources)
    app.connect("missing-reference", resolve_type)
    app.connect("config-inited", need_katex)
    app.connect("build-finished", copy_katex)
