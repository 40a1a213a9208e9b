"""Write docs/widths/ and docs/catalogue.md: the narrowest proven width of every small group.

    python benchmarks/catalogue_page.py [--keep]      --keep: the page from the files as they are

Every certificate is checked before it is written, and again before it is counted.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from algebra.machine.write_file import write_bytes
from proofs.certificates import checker
from proofs.widths import catalogue

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", action="store_true", help="use the certificates as they are")
    folder = ROOT / "docs" / "widths"
    if not parser.parse_args().keep:
        folder.mkdir(exist_ok=True)
        for group in catalogue.groups():
            for name, data in catalogue.certificates(group).items():
                code, message = checker.check(data)
                if code:
                    raise SystemExit(f"{name}: {message}")
                write_bytes(folder / name, data, force=True)
    proved = [catalogue.read(path) for path in sorted(folder.glob("*" + catalogue.SUFFIX))]
    files = sorted((ROOT / "docs" / "infeasible").glob("*.json"))
    excluded = [catalogue.read_excluded(path) for path in files]
    text = catalogue.page(proved, excluded)
    write_bytes(ROOT / "docs" / "catalogue.md", text.encode(), force=True)
    print(f"{len(proved)} certificates, {len(catalogue.groups())} groups")


if __name__ == "__main__":
    main()
