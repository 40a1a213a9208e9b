"""Write docs/catalogue/existence/: for small groups the least width at which a zero was found.

    OMP_NUM_THREADS=1 python benchmarks/existence_table.py

For each group of order 2 to 6 and each target, widths from the least that counting unknowns allows;
at each, random starts until a zero is regular, the most STARTS. Prints a row of the table on
docs/catalogue/certificates.md for each. What is found is proved, not that nothing is narrower. Then
the least widths of three groups, with a symmetry; --symmetric: only these.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup, isomorphism_types
from algebra.machine.write_file import write_bytes
from numeric.narrow.problem import Problem
from numeric.narrow.run import weights_of
from numeric.narrow.search import Searched, search
from numeric.narrow.symmetric import structure
from proofs.certificates import existence_checker
from proofs.widths.hit_proof import NotProvedError, prove_existence
from proofs.widths.invariant_network import coordinates, invariant

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "catalogue" / "existence"
STARTS, STEPS = 200, 120
SYMMETRIC = (
    ("Z3", 4, "swap"),
    ("Z2xZ2", 4, "auto 1,3; translate 1,1"),
    ("Z4", 5, "translate 2,2; swap"),
)


def least(group: AbelianGroup, target: Target) -> int:
    """Return the least width at which unknowns, without gauge, are as many as equations."""
    d = group.order
    outputs = d if target == "onehot" else d - 1
    return -(-d * d * outputs // (2 * d + outputs - 2))


def proof(problem: Problem, *, starts: int = STARTS) -> str | None:
    """Return the certificate of the first regular zero of a problem."""
    for hit in search(problem, starts=starts, steps=STEPS):
        if hit.outcome is Searched.ZERO:
            network = invariant(structure(problem, hit.start, seed=0))
            values = coordinates(network, weights_of(problem, hit))
            notes = {"found by": f"cogo narrow, seed 0, start {hit.start}"}
            try:
                return prove_existence(network, values, notes=notes)[0]
            except NotProvedError:
                continue
    return None


def symmetric() -> None:
    """Write the certificates of SYMMETRIC."""
    (FOLDER / "symmetric").mkdir(exist_ok=True, parents=True)
    for name, width, symmetry in SYMMETRIC:
        problem = Problem(AbelianGroup(name), width, "onehot", symmetry=symmetry)
        text = proof(problem, starts=4000)
        if text is None:
            raise SystemExit(f"{name}: no regular zero")
        path = FOLDER / "symmetric" / f"{name}.onehot.exist.json"
        write_bytes(path, text.encode(), force=True)
        print(f"{name}, {symmetry}: {existence_checker.check(text.encode())[1]}", flush=True)


def main() -> None:
    if "--symmetric" in sys.argv:
        return symmetric()
    FOLDER.mkdir(exist_ok=True)
    for group in [G for d in range(2, 7) for G in isomorphism_types(d)]:
        cells = [str(group)]
        for target in ("onehot", "projected"):
            lowest = width = least(group, target)
            while (text := proof(Problem(group, width, target))) is None:
                width += 1
            code, message = existence_checker.check(text.encode())
            if code:
                raise SystemExit(message)
            name = f"{group}.{target}.exist.json"
            write_bytes(FOLDER / name, text.encode(), force=True)
            cells += [str(lowest), f"[{width}](existence/{name})"]
        print("| " + " | ".join(cells) + " |", flush=True)
    symmetric()


if __name__ == "__main__":
    main()
