"""The tables of docs/catalogue/widths.md, and its folder: the narrowest proven width of each group.

    python benchmarks/catalogue_page.py abelian        prints a table; so does `others`
    python benchmarks/catalogue_page.py certificates   writes the folder

Every certificate is checked before it is written, and again before it is counted. A certificate
proves its width for its target; one for the one-hot target also for the projected one, whose
conditions are fewer; and one without constant parts also where these are allowed. Of groups that
are not Abelian there is one certificate each, for both targets.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from algebra.criterion.target import Target
from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup, isomorphism_types
from algebra.groups.group_names import Factor, group, identified, named_groups, product_of
from algebra.machine.read_file import read_bytes
from algebra.machine.write_file import write_bytes
from algebra.networks.families import short
from algebra.networks.width_bounds import OURS, table_bound
from algebra.optimizers import table as optimizers
from numeric.narrow.problem import products
from proofs.certificates import (
    certificate,
    checker,
    infeasible_checker,
    table_checker,
)
from proofs.widths.known import KnownWidths

ROOT = Path(__file__).resolve().parent.parent
SUFFIX = ".cert.json"
TARGETS: tuple[Target, ...] = ("onehot", "projected")
#: Groups of order up to this are listed.
MAX_ORDER = 16


@final
@dataclass(frozen=True, slots=True)
class Proved:
    """What one accepted certificate proves.

    Attributes:
        file: its name.
        group: the group, as the certificate writes it.
        target: for which it is stated.
        width: the number of nodes.
        constants: whether a node has a constant part.
        family: what its notes say it was made from; not checked.
    """

    file: str
    group: AbelianGroup
    target: str
    width: int
    constants: bool
    family: str

    def proves(self, group: AbelianGroup, target: str, *, constants: bool) -> bool:
        """Whether this settles a question about a group, a target and constant parts."""
        same = self.group == group and (constants or not self.constants)
        return same and self.target in (target, "onehot")


#: Zeros that `cogo narrow` found by width, of so many starts (seed 0); one-hot if nothing is said.
SEARCHED = {
    "S3": "10: 27 of 60; 9, projected: 0 of 550",
    "D4": "12: 5 of 10",
    "Q8": "12: 2 of 60",
    "D5": "18: 4 of 10; 17, projected: 0 of 36",
    "D6": "20: 1 of 6; 19, projected: 0 of 12",
}


@final
@dataclass(frozen=True, slots=True)
class Excluded:
    """What one accepted certificate of infeasibility excludes.

    Attributes:
        file: its name.
        group: the group, as the certificate writes it.
        target: for which it is stated.
        constants: whether with constant parts too.
        width: the number of nodes that do not suffice.
    """

    file: str
    group: AbelianGroup
    target: str
    constants: bool
    width: int

    def excludes(self, group: AbelianGroup, target: str, *, constants: bool, width: int) -> bool:
        """Whether this shows that a width is too small; what is asked of projected is less."""
        same = self.group == group and self.target in (target, "projected")
        return same and self.constants >= constants and self.width >= width


def groups() -> list[AbelianGroup]:
    """Return one group of each isomorphism type of order 2 to `MAX_ORDER`.

    >>> len(groups())
    24
    """
    return [G for d in range(2, MAX_ORDER + 1) for G in isomorphism_types(d)]


def tables() -> list[FiniteGroup]:
    """Return the groups of order 2 to `MAX_ORDER` that are not Abelian and have a name here, and
    ``SL(2,3)``, the least of which a representation is induced from no character.

    >>> [G.name for G in tables()][:7]
    ['S3', 'D4', 'Q8', 'D5', 'A4', 'D6', 'Dic3']
    """
    found = [product_of(x) for d in range(2, MAX_ORDER + 1) for x in named_groups(d)]
    found.append(product_of((Factor("SL", 3),)))
    return [G for G in found if identified(G)[0] == G.name]


def read_table(path: Path) -> tuple[str, int, str]:
    """Return the name, the width and the family of a certificate over the table of a group.

    Raises:
        ValueError: if its checker does not accept it, or the table is not that of the name.
    """
    document = _accepted(path, table_checker.check)
    name = document["operation"]
    if document["target"] != "onehot" or products(group(name)).tolist() != document["table"]:
        raise ValueError(f"{path.name} is not about the one-hot task of {name}")
    return name, len(document["nodes"]), document["notes"]["family"]


def table_rows(folder: Path) -> list[str]:
    """Return a row for each group that is not Abelian, from certificates and bounds."""
    rows = []
    for G in tables():
        path = folder / f"{G.name}.onehot{SUFFIX}"
        name, width, family = read_table(path)
        cells = [name, str(G.order)]
        for target in TARGETS:
            known = KnownWidths(G, target)
            said = f"**{width}**" if width == known.least else str(width)
            cells += [f"[{said}](widths/{path.name}) {family}", str(known.least)]
        source = table_bound(G, target="onehot")[1]
        cells += [source.removeprefix(OURS).removeprefix("; ") or "-"]
        cells += [str(known.proved["representation"]), SEARCHED.get(name, "-")]
        rows.append("| " + " | ".join(cells) + " |")
    return rows


def read(path: Path) -> Proved:
    """Return what a certificate proves, after the stand-alone checker has accepted it.

    Raises:
        ValueError: if the checker does not accept it.
    """
    document = _accepted(path, checker.check)
    constants = any(
        not any(index) for node in document["nodes"] for row in "ab" for index, _ in node[row]
    )
    return Proved(
        path.name,
        AbelianGroup(document["group"]),
        document["target"],
        len(document["nodes"]),
        constants,
        str(document.get("notes", {}).get("family", "-")),
    )


def read_excluded(path: Path) -> Excluded:
    """Return what a certificate of infeasibility excludes, after its checker has accepted it.

    Raises:
        ValueError: if the checker does not accept it.
    """
    document = _accepted(path, infeasible_checker.check)
    group = AbelianGroup(document["group"])
    kind = document["target"], document["constants"]
    return Excluded(path.name, group, *kind, document["width"])


def _accepted(path: Path, check: Callable[[bytes], tuple[int, str]]) -> dict[str, Any]:
    data = read_bytes(path, limit=checker.MAX_FILE)
    code, message = check(data)
    if code:
        raise ValueError(f"{path.name} is not accepted by the checker: {message}")
    document: dict[str, Any] = json.loads(data)
    return document


def narrowest(
    proved: Iterable[Proved], group: AbelianGroup, target: str, *, constants: bool
) -> Proved:
    """Return the certificate of least width that settles a question.

    Raises:
        ValueError: if none does.
    """
    mine = [x for x in proved if x.proves(group, target, constants=constants)]
    if not mine:
        raise ValueError(f"no certificate for {group}, target {target}, constants={constants}")
    return min(mine, key=lambda x: (x.width, x.target != target, x.file))


def certificates(group: AbelianGroup) -> dict[str, bytes]:
    """Return the certificates that are kept for a group, by file name.

    One for the one-hot target, with and without constant parts, and one more for the projected
    target where it is narrower.

    >>> list(certificates(AbelianGroup("Z3")))
    ['Z3.onehot.cert.json', 'Z3.projected.cert.json', 'Z3.onehot.plain.cert.json']
    """
    made: dict[str, bytes] = {}
    for constants in (True, False):
        least: int | None = None
        for target in TARGETS:
            known = KnownWidths(group, target, constants).narrowest
            assert known is not None
            family, width = known
            if least is not None and width >= least:
                continue
            if not constants and f"{group}.{target}{SUFFIX}" in made:
                with_constants = optimizers.families(group, target=target)[0]
                if with_constants == family:
                    least = width
                    continue
            z = optimizers.build(group, family, target=target)
            name = f"{group}.{target}{'' if constants else '.plain'}{SUFFIX}"
            made[name] = certificate.to_text(z, target=target, notes={"family": family}).encode()
            least = width
    return made


def abelian_rows(proved: list[Proved], excluded: list[Excluded]) -> list[str]:
    """Return a row for each Abelian group, from certificates and proven bounds.

    Raises:
        ValueError: if a question has no certificate.
    """
    rows = []
    for G in groups():
        cells = [str(G), str(G.order)]
        for target in TARGETS:
            for constants in (True, False):
                best = narrowest(proved, G, target, constants=constants)
                least = KnownWidths(G, target, constants).least
                width = f"**{best.width}**" if best.width == least else str(best.width)
                cells.append(f"[{width}](widths/{best.file}) {best.family}")
                below = [
                    x
                    for x in excluded
                    if x.excludes(G, target, constants=constants, width=least - 1)
                ]
                cells.append(f"[{least}](infeasible/{below[0].file})" if below else str(least))
        cells.append(str(optimizers.width(G, "four-plus-six")))
        rows.append("| " + " | ".join(cells) + " |")
    return rows


ABELIAN = ("group", "d", "one-hot", "at least", "one-hot, plain", "at least")
ABELIAN += ("projected", "at least", "projected, plain", "at least", "paper")
OTHERS = ("group", "d", "one-hot", "at least", "projected", "at least")
OTHERS += ("rests on", "W", "searched")


def table(columns: Iterable[str], rows: Iterable[str]) -> str:
    """Return a table in Markdown."""
    head = [*columns]
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *rows])


def write_certificates(folder: Path) -> None:
    """Make every certificate, and write those that the checkers accept."""
    for G in groups():
        for name, data in certificates(G).items():
            code, message = checker.check(data)
            if code:
                raise SystemExit(f"{name}: {message}")
            write_bytes(folder / name, data, force=True)
    for H in tables():
        z = short(H)
        text = certificate.to_text(z, target="onehot", notes={"family": "short"})
        write_bytes(folder / f"{H.name}.onehot{SUFFIX}", text.encode(), force=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=["abelian", "others", "certificates"])
    what = parser.parse_args().what
    catalogue = ROOT / "docs" / "catalogue"
    folder = catalogue / "widths"
    names = {f"{G.name}.onehot{SUFFIX}" for G in tables()}
    if what == "certificates":
        write_certificates(folder)
    elif what == "others":
        print(table(OTHERS, table_rows(folder)))
    else:
        files = [x for x in sorted(folder.glob("*" + SUFFIX)) if x.name not in names]
        excluded = [read_excluded(x) for x in sorted((catalogue / "infeasible").glob("*.json"))]
        print(table(ABELIAN, abelian_rows([read(x) for x in files], excluded)))


if __name__ == "__main__":
    main()
