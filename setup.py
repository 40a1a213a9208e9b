"""What setup.cfg cannot say: the pages of the package follow from the repository's address.

The address is the line ``repository-code`` of CITATION.cff, and nowhere else. With it, the package
has project URLs, and the links and pictures of its README lead to the repository; in a clone the
README keeps its relative links, which are right there.
"""

import re
from pathlib import Path

from setuptools import setup

HERE = Path(__file__).parent
PAPER = "https://arxiv.org/abs/2410.01779"


def repository() -> str:
    """Return the address that CITATION.cff gives, or nothing."""
    citation = (HERE / "CITATION.cff").read_text(encoding="utf-8")
    found = re.search(r'^repository-code: *"?(https://[^\s"]+?)/?"?$', citation, re.MULTILINE)
    return found[1] if found else ""


def absolute(page: str, address: str) -> str:
    """Return Markdown whose relative links and pictures lead to the repository."""
    links = r"(!?)(\[[^\]]*\])\((?!https?:|#|mailto:)([^)\s]+)\)"
    kinds = {"!": "raw", "": "blob"}
    return re.sub(links, lambda m: f"{m[1]}{m[2]}({address}/{kinds[m[1]]}/HEAD/{m[3]})", page)


if __name__ == "__main__":
    page, address = (HERE / "README.md").read_text(encoding="utf-8"), repository()
    urls = {"Paper": PAPER}
    if address:
        page = absolute(page, address)
        urls |= {"Repository": address, "Issues": f"{address}/issues"}
        urls |= {"Changelog": f"{address}/blob/HEAD/CHANGELOG.md"}
        urls |= {"Documentation": f"{address}/blob/HEAD/docs/index.md"}
    setup(
        long_description=page,
        long_description_content_type="text/markdown",
        project_urls=urls,
    )
