"""The theorems of Coq compile from no axiom, and state what the library builds."""

import ast
import operator
import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

import proofs.formal
from algebra import AbelianGroup, I, blocks
from algebra.optimizers.table import FAMILIES, build, width
from proofs.claims.registry import CLAIMS
from proofs.formal.proved import PROVED

FOLDER = Path(proofs.formal.__file__).parent
FILES = sorted(FOLDER.glob("*.v"))
GROUPS = [AbelianGroup(name) for name in ("Z2", "Z2xZ2", "Z3", "Z4", "Z5", "Z6", "Z2xZ4", "Z15")]


def code(text: str) -> str:
    """Return a file's text without its comments, which nest; outside them ``x^*)`` ends none."""
    kept, depth = [], 0
    for part in re.split(r"(\(\*|\*\))", text):
        depth += part == "(*"
        if depth == 0:
            kept.append(part)
        depth -= part == "*)" and depth > 0
    return "".join(kept)


def assumed(text: str) -> list[str]:
    """Return the words by which a file would assume what it does not prove."""
    found = re.findall(r"\b(Admitted|admit|Abort|Axioms?|Parameters?|Conjecture)\b", code(text))
    depth = 0
    for line in code(text).splitlines():
        depth += line.startswith("Section ") - line.startswith("End ")
        if depth == 0:
            found += re.findall(r"\b(Hypothes[ie]s|Variables?|Context)\b", line)
    return found


def definitions(text: str) -> dict[str, str]:
    """Return the natural numbers that a file defines by a formula in P and R."""
    return dict(re.findall(r"(?m)^Definition (\w+)(?: P R)? : nat := (.*)\.$", code(text)))


def number(formula: str, **values: int) -> int:
    """Evaluate a sum of products, with comparisons 0 < P that count as 0 or 1."""
    of = {ast.Add: operator.add, ast.Mult: operator.mul, ast.Lt: operator.lt}

    def value(node: ast.expr) -> int:
        match node:
            case ast.Constant(int() as n):
                return n
            case ast.Name(name):
                return values[name]
            case ast.BinOp(left, op, right) | ast.Compare(left, [op], [right]):
                return int(of[type(op)](value(left), value(right)))
        raise ValueError(formula)

    return value(ast.parse(formula, mode="eval").body)


def compiled(folder: Path, out: Path) -> subprocess.CompletedProcess[str]:
    if shutil.which("coqc") is None:
        pytest.skip(
            "NOT CHECKED: coqc is missing, so the theorems of proofs/formal were not compiled"
        )
    command = [folder / "build", out]
    return subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False)


def test_every_theorem_compiles_and_is_closed(tmp_path):
    done = compiled(FOLDER, tmp_path / "out")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"all {len(theorems())} theorems are closed under the global context" in done.stdout


@pytest.mark.parametrize(
    ("proof", "code"),
    [("Proof. exact I. Qed.", 0), ("Proof. Admitted.", 1), ("Proof. exact wrong. Qed.", 1)],
)
def test_a_theorem_that_rests_on_an_axiom_is_refused(tmp_path, proof, code):
    (tmp_path / "_CoqProject").write_text("a.v\n")
    (tmp_path / "a.v").write_text(f"Axiom gone : True.\nTheorem first : True.\n{proof}\n")
    shutil.copy(FOLDER / "build", tmp_path)
    assert compiled(tmp_path, tmp_path / "out").returncode == code


def theorems() -> list[str]:
    text = "".join(code(path.read_text("utf-8")) for path in FILES)
    return re.findall(r"(?m)^Theorem\s+([\w']+)", text)


def test_no_file_assumes_what_it_does_not_prove():
    assert len(FILES) > 8
    for path in FILES:
        assert assumed(path.read_text("utf-8")) == [], path.name
    planted = "(* Admitted (* nested *) Axiom *)\n(x^*)\nAxiom a : b.\n"
    planted += "Section S.\nVariable x : c.\nEnd S.\n"
    assert assumed(planted + "Variable y : c.\nProof. Admitted.\n") == [
        "Axiom",
        "Admitted",
        "Variable",
    ]


def test_every_file_is_compiled_and_no_two_theorems_have_one_name():
    order = re.findall(r"(?m)^(\w+\.v)$", (FOLDER / "_CoqProject").read_text("utf-8"))
    assert sorted(order) == [path.name for path in FILES]
    assert len(set(theorems())) == len(theorems()) > 80
    for path in FILES:
        assert re.match(r"\(\* [A-Z]", path.read_text("utf-8")), f"{path.name} has no sentence"


def test_claims_name_what_the_build_finds_closed():
    assert set(PROVED) <= set(CLAIMS)
    assert {claim.id for claim in CLAIMS.values() if claim.theorems} == set(PROVED)
    named = {theorem.partition(":")[2] for names in PROVED.values() for theorem in names}
    assert len(named) > 30
    assert named <= set(theorems())


FORMULAS = definitions("".join(path.read_text("utf-8") for path in FILES))


def differing(formulas: dict[str, str]) -> list[str]:
    """Return the widths of the library that are not those of the theorems."""
    wrong = []
    for name, formula in formulas.items():
        family = name.removeprefix("width_").removesuffix("_onehot").replace("_", "-")
        if not name.startswith("width_"):
            continue
        target = "onehot" if name.endswith("_onehot") else "projected"
        for G in GROUPS:
            P, R = len(G.conjugate_pairs()), len(G.real_characters())
            if FAMILIES[family].lacks is not None and FAMILIES[family].lacks(G):
                continue
            if width(G, family, target=target) != number(formula, P=P, R=R):
                wrong.append(f"{name}, {G}")
    return wrong


def test_widths_are_those_of_the_theorems():
    assert {name for name in FORMULAS if name.startswith("width_")} >= {
        "width_six_per_frequency",
        "width_nine_per_frequency",
        "width_four_plus_constant",
        "width_four_plus_constant_onehot",
        "width_four_plus_real",
        "width_four_plus_six",
    }
    assert differing(FORMULAS) == []
    planted = {"width_four_plus_six": "4 * P + 2 * R + 3 * (0 < P)"}
    assert "width_four_plus_six, Z3" in differing(planted)


def carried(family: str, factor: Fraction) -> bool:
    """Whether the family's carrier has the entry -(1 + i) times the factor in c."""
    z = build(AbelianGroup("Z2xZ5"), family)
    entries = {z.entry("c", k, j) for k in z.spectrum.conjugate_pairs() for j in range(z.order)}
    return -(1 + I) * factor in entries


def test_factors_are_those_of_the_theorems():
    factors = {
        name: number(FORMULAS[name]) for name in ("constant_entry", "real_share", "six_share")
    }
    assert carried("four-plus-constant", Fraction(factors["constant_entry"]))
    assert carried("four-plus-real", Fraction(1, factors["real_share"]))
    assert carried("four-plus-six", Fraction(1, factors["six_share"]))
    assert not carried("four-plus-six", Fraction(1, 11))
    text = code((FOLDER / "blocks.v").read_text("utf-8"))
    for order, z in ((6, blocks.syn() * blocks.nu()), (4, blocks.nu(I) * blocks.xi())):
        assert re.search(rf"Definition order{order} .*times_c {order}%:R\^-1", text)
        assert z.order == order
