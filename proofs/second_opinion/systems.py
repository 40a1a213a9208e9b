"""Second opinions on a certificate, by PARI/GP and by Coq: no code in common with ``checker.py``.

Both compute the network's outputs at all ``x, y, g``, exactly, for all values of the parameters.
"""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import lcm, prod
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, final

from algebra.machine.read_file import read_bytes
from numeric.work.time_limit import answer
from proofs.certificates import checker
from proofs.certificates.checker_of import OTHERS, kind_of

FOLDER = Path(__file__).parent
#: Limits of the computation in Coq: products of three terms, and the field's n.
MOST_PRODUCTS, MOST_FIELD = 2 * 10**6, 200


@final
@dataclass(frozen=True, slots=True)
class Opinion:
    """What one system says: code 0 accepted, 1 refuted, 2 not checked, None not attempted."""

    system: str
    code: int | None
    message: str

    def __str__(self) -> str:
        return f"{self.system}: {self.message}"


def second_opinions(path: str | Path, *, seconds: float = 600) -> Iterator[Opinion]:
    """What PARI/GP and Coq say of the certificate of an exact optimizer, one after the other.

    Certificates that ``checker.py`` cannot read are not attempted; ``seconds`` are for each system.
    """
    data = read_bytes(Path(path), limit=checker.MAX_FILE)
    code, message = checker.check(data)
    if (kind := kind_of(Path(path), data)) in OTHERS:
        message = f"it is {OTHERS[kind][0]}; only optimizers over Abelian groups are put to it"
    for system, program, package, ask in SYSTEMS:
        if code == 2:
            yield Opinion(system, None, f"not attempted: {message}")
        elif shutil.which(program) is None:
            yield Opinion(system, None, f"not attempted: no {program} here (Debian: {package})")
        else:
            with TemporaryDirectory() as folder:
                (Path(folder) / "certificate.json").write_bytes(data)
                try:
                    yield Opinion(system, *ask(Path(folder), seconds))
                except subprocess.TimeoutExpired:
                    yield Opinion(system, 2, f"not checked: no answer within {seconds:g} s")


def _pari(folder: Path, seconds: float) -> tuple[int | None, str]:
    file, script = folder / "certificate.json", FOLDER / "certificate.gp"
    gp = ["gp", "-q", "-f", "--default", "parisizemax=2G", str(script)]
    found = answer(["env", f"CERTIFICATE={file}", *gp], "", seconds=seconds)
    message = found.stdout.strip() or (found.stderr.strip().splitlines() or ["no answer"])[-1]
    if message.startswith("not attempted: "):
        return None, message
    agreed = {0: "accepted: ", 1: "refuted: "}.get(found.returncode, "")
    if agreed and message.startswith(agreed):
        return found.returncode, message
    return 2, f"not checked: {message.removeprefix('not checked: ')}"


def _coq(folder: Path, seconds: float) -> tuple[int | None, str]:
    file = json.loads((folder / "certificate.json").read_bytes())
    products = prod(file["group"]) ** 3 * sum(
        _terms(node["c"]) * (_terms(node["a"]) + _terms(node["b"])) ** 2 for node in file["nodes"]
    )
    field = lcm(file["field"], *file["group"])
    for value, most, what in (
        (products, MOST_PRODUCTS, "products of three terms"),
        (field, MOST_FIELD, "the order of the roots of unity"),
    ):
        if value > most:
            return None, f"not attempted: {what}: {value} is more than {most}"
    head = f'Load "{FOLDER / "certificate.v"}".\nDefinition file := {_term_of(file)}.\n'
    for code, verdict, word in ((0, "true", "accepted"), (1, "false", "refuted")):
        statement = f"accepted file = {verdict}"
        proof = f"Proof. vm_cast_no_check (eq_refl {verdict}). Qed."
        (folder / "file.v").write_text(f"{head}Theorem {word}_file : {statement}.\n{proof}\n")
        found = answer(["coqc", "-q", str(folder / "file.v")], "", seconds=seconds)
        if found.returncode == 0:
            return code, f"{word}: Theorem {word}_file : {statement}, by computation in the kernel"
    return 2, f"not checked: {' '.join(found.stderr.split())[:200]}"


def _terms(row: list[Any]) -> int:
    return sum(len(entry) for _, entry in row)


def _term_of(file: dict[str, Any]) -> str:
    """The certificate as a term of ``certificate.v``; integers alone come from the file."""

    def numbers(values: list[int]) -> str:
        return f"[{'; '.join(f'({int(x)})' for x in values)}]"

    def entry(index: list[int], terms: list[list[Any]]) -> str:
        words = []
        for num, den, exponent, *powers in terms:
            monomial = numbers([dict(*powers).get(name, 0) for name in file["parameters"]])
            words.append(f"({num:d}, {den:d}, {exponent:d}, {monomial})")
        return f"({numbers(index)}, [{'; '.join(words)}])"

    def row(entries: list[Any]) -> str:
        return f"[{'; '.join(entry(*x) for x in entries)}]"

    nodes = "; ".join(f"Node {' '.join(row(node[p]) for p in 'abc')}" for node in file["nodes"])
    relabelled = "None"
    if "operation" in file:
        table, *rest = (file["operation"][key] for key in ("table", "p", "s", "r"))
        rows = "; ".join(numbers(line) for line in table)
        relabelled = f"(Some (Operation [{rows}] {' '.join(numbers(x) for x in rest)}))"
    onehot = str(file["target"] == "onehot").lower()
    return f"Certificate {numbers(file['group'])} {file['field']:d} {onehot} [{nodes}] {relabelled}"


SYSTEMS: list[tuple[str, str, str, Callable[[Path, float], tuple[int | None, str]]]] = [
    ("PARI/GP", "gp", "pari-gp", _pari),
    ("Coq", "coqc", "coq", _coq),
]
