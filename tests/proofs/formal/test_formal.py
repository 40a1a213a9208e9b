"""The theorems of Coq compile from no axiom, and state what the library builds."""

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from math import prod
from pathlib import Path

import pytest

import proofs.formal
from algebra import AbelianGroup, I, blocks
from algebra.blocks.order6 import coplanar, cubic
from algebra.blocks.short import short_block
from algebra.criterion.tensor import loss, residual
from algebra.groups.group import character_order
from algebra.optimizers.table import FAMILIES, build, width
from algebra.optimizers.width_bounds import onehot_bound, projected_bound
from proofs.claims.registry import CLAIMS
from proofs.formal.proved import PROVED, statement
from proofs.subjects.subject import INSTALLED

FOLDER = Path(proofs.formal.__file__).parent
FILES = sorted(FOLDER.glob("*.v"))
GROUPS = [
    AbelianGroup(name)
    for name in ["Z2", "Z2xZ2", "Z3", "Z4", "Z5", "Z6", "Z7", "Z8", "Z10", "Z2xZ4", "Z15", "Z20"]
]


def code(text: str) -> str:
    """Return a file's text without its comments, which nest; outside them ``x^*)`` ends none."""
    kept, depth = [], 0
    for part in re.split(r"(\(\*|\*\))", text):
        depth += part == "(*"
        if depth == 0:
            kept.append(part)
        depth -= part == "*)" and depth > 0
    return "".join(kept)


def number(formula: str, **values: int) -> int:
    """Evaluate a formula of our own files, where comparisons 0 < P count as 0 or 1."""
    return int(eval(formula.strip(), {"__builtins__": {}}, values))


#: All theorems, without comments.
TEXT = "".join(code(path.read_text("utf-8")) for path in FILES)
THEOREMS = re.findall(r"(?m)^Theorem\s+([\w']+)", TEXT)


def compiled(folder: Path, out: Path) -> subprocess.CompletedProcess[str]:
    if shutil.which("coqc") is None:
        pytest.skip(
            "NOT CHECKED: coqc is missing, so the theorems of proofs/formal were not compiled"
        )
    command = [folder / "build", out]
    return subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False)


def test_every_theorem_compiles_and_is_closed(tmp_path, request):
    cache = None if os.environ.get("CI") else getattr(request.config, "cache", None)
    done = compiled(FOLDER, cache.mkdir("formal") if cache else tmp_path / "out")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"all {len(THEOREMS)} theorems are closed under the global context" in done.stdout


def test_a_theorem_that_rests_on_an_axiom_is_refused_also_if_it_was_closed_before(tmp_path):
    (tmp_path / "_CoqProject").write_text("-Q . CoGO\na.v\nb.v\n")
    (tmp_path / "b.v").write_text(
        "From CoGO Require Import a.\nTheorem second : True.\nProof. exact first. Qed.\n"
    )
    shutil.copy(FOLDER / "build", tmp_path)
    for proof in ("exact I. Qed.", "Admitted.", "exact I. Qed.", "exact wrong. Qed."):
        text = f"Axiom gone : True.\nTheorem first : True.\nProof. {proof}\n"
        (tmp_path / "a.v").write_text(text)
        right = compiled(tmp_path, tmp_path / "out").returncode == 0
        assert right == (proof == "exact I. Qed."), proof
    (tmp_path / "a.v").unlink()
    (tmp_path / "_CoqProject").write_text("-Q . CoGO\nb.v\n")
    assert compiled(tmp_path, tmp_path / "out").returncode != 0, "what is gone is not kept"


def test_no_file_assumes_what_it_does_not_prove():
    """What stands outside sections, such as a variable, Coq alone finds."""
    words = re.compile(r"\b(Admitted|admit|Abort|Axioms?|Parameters?|Conjecture)\b")
    assert words.findall(TEXT) == []
    planted = "(* Admitted (* nested *) Axiom *)\n(x^*)\nAxiom a : b.\nProof. Admitted.\n"
    assert words.findall(code(planted)) == ["Axiom", "Admitted"]


def test_every_file_is_compiled_and_no_two_theorems_have_one_name():
    order = re.findall(r"(?m)^(\w+\.v)$", (FOLDER / "_CoqProject").read_text("utf-8"))
    assert sorted(order) == [path.name for path in FILES]
    assert len(set(THEOREMS)) == len(THEOREMS) > 80
    for path in FILES:
        assert re.match(r"\(\* [A-Z]", path.read_text("utf-8")), f"{path.name} has no sentence"


def test_claims_name_what_the_build_finds_closed():
    assert set(PROVED) <= set(CLAIMS)
    assert {claim.id for claim in CLAIMS.values() if claim.theorems} == set(PROVED)
    named = {theorem.partition(":")[2] for names in PROVED.values() for theorem in names}
    assert len(named) > 30
    assert named <= set(THEOREMS)


#: The natural numbers that files define by a formula in counts of characters.
FORMULAS = dict(re.findall(r"(?m)^Definition (\w+)(?: [A-Z])* : nat := ([^a-z]*)\.$", TEXT))
#: Those that are compared as factors.
FACTORS = {"constant_entry", "real_share", "six_share"}
#: What Coq calls a number of a group, in our words.
WORDS = {"size (pairs X)": "P", "size (reals X)": "R", "#|gT|.-1": "(d - 1)", "#|gT|": "d"}
WORDS |= {"size z": "q", "size memorization": "q"}
WORDS |= {"size (one_more z)": "more", "(q).+1": "q + 1", "size syn_alone": "q", "<=": "<"}


def numbers_of(G: AbelianGroup) -> dict[str, int]:
    """The numbers that formulas are about: d, P, R, and what saves nodes.

    T, F, L are pairs of order 3, 4, and more; S counts T, F, each two of order 5; M doubles of L.
    """
    orders = {k: character_order(G, k) for k in G.conjugate_pairs()}
    of = Counter(orders.values())
    doubles = {G.multiply(2, k) for k, order in orders.items() if order > 4}
    numbers = {"d": G.order, "P": len(orders), "R": len(G.real_characters()), "T": of[3]}
    numbers |= {"F": of[4], "S": of[3] + of[4] + of[5] // 2, "L": len(orders) - of[3] - of[4]}
    return numbers | {"M": len({min(k, G.negate(k)) for k in doubles})}


def library(name: str, G: AbelianGroup) -> int | None:
    """The number of the library that a definition of Coq says, if the group has it."""
    if name.startswith("width_"):
        family = name.removeprefix("width_").removesuffix("_onehot").replace("_", "-")
        if (lacks := FAMILIES[family].lacks) is not None and lacks(G):
            return None
        target = "onehot" if name.endswith("_onehot") else "projected"
        return width(G, family, target=target)
    if name == "least_plain":
        return projected_bound(G, constants=False)
    return {"least_products": projected_bound, "least_onehot": onehot_bound}[name](G)


def differing(name: str, formula: str) -> list[AbelianGroup]:
    """Return the groups for which a width or bound of the library is not that of the theorem."""
    values = {G: number(formula, **numbers_of(G)) for G in GROUPS}
    return [G for G, value in values.items() if library(name, G) not in (None, value)]


def one_more(found: re.Match[str]) -> str:
    """Return a text with one more for the number that was found in it."""
    return f"{found.string[: found.start()]}{int(found[0]) + 1}{found.string[found.end() :]}"


def test_there_are_widths_and_bounds_in_the_theorems():
    assert len(FORMULAS.keys() - FACTORS) >= 14


@pytest.mark.parametrize("name", sorted(FORMULAS.keys() - FACTORS))
def test_widths_and_bounds_are_those_of_the_theorems(name):
    assert differing(name, FORMULAS[name]) == []
    for found in re.finditer(r"\d+", FORMULAS[name]):  # every number in the formula is seen
        assert differing(name, one_more(found)), one_more(found)


#: Theorems that say a width as an equation: the width of the library for a group, None if another.
EQUATIONS: dict[str, Callable[[AbelianGroup], int | None]] = {
    "every_group.v:memorization_width": lambda G: width(G, "memorization"),
    "every_group.v:syn_alone_width": lambda G: (
        blocks.syn().order * len(G.conjugate_pairs()) if G.order % 2 else None
    ),
    "network.v:one_more_width": lambda G: width(G, "six-per-frequency"),
    "bounds.v:onehot_width_at_least": lambda G: G.order,
    "bounds.v:projected_width_at_least": lambda G: G.order - 1,
    "bounds.v:projected_width_real": lambda G: projected_bound(G) if G.exponent == 2 else None,
}


def equation(theorem: str) -> str:
    """The equation that a theorem ends with, in our words."""
    stated = statement(theorem, folder=FOLDER).partition(":")[2].rstrip(".")
    text = re.sub(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)%N", r"\1", stated.rpartition("->")[2]).strip()
    for coq, ours in WORDS.items():
        text = text.replace(coq, ours)
    return re.sub(r"\bn\b", "d", text).replace("^", "**").replace("d < q", "d = q")


def unequal(theorem: str, text: str) -> list[AbelianGroup]:
    """Return the groups for which an equation of a theorem is not that of the library."""
    left, right = text.split("=")

    def differs(G: AbelianGroup, q: int) -> bool:
        more = width(G, "six-per-frequency", target="onehot")
        values = numbers_of(G) | {"q": q, "more": more}
        return number(left, **values) != number(right, **values)

    widths = {G: EQUATIONS[theorem](G) for G in GROUPS}
    return [G for G, q in widths.items() if q is not None and differs(G, q)]


@pytest.mark.parametrize("theorem", EQUATIONS)
def test_equations_about_widths_are_those_of_the_library(theorem):
    text = equation(theorem)
    assert unequal(theorem, text) == [], text
    for found in re.finditer(r"(?<![\w])\d+", text):
        assert unequal(theorem, one_more(found)), one_more(found)
    assert unequal(theorem, f"{text} + 1")


def test_no_theorem_about_a_width_is_left_out():
    about = {name for name in THEOREMS if "width" in name}
    by_definition = {f"{task}_width_of_products" for task in ("projected", "onehot", "plain")}
    elsewhere = {"representation_width"}  # of groups that are not Abelian: claims groups.*
    named = {theorem.partition(":")[2] for theorem in EQUATIONS}
    assert about == named | by_definition | elsewhere
    for name in by_definition:
        assert "least_" in statement(f"bounds_products.v:{name}")


def carried(family: str, factor: Fraction) -> bool:
    """Whether the family's carrier has the entry -(1 + i) times the factor in c."""
    z = build(AbelianGroup("Z2xZ5"), family)
    entries = {z.entry("c", k, j) for k in z.spectrum.conjugate_pairs() for j in range(z.order)}
    return -(1 + I) * factor in entries


def test_factors_are_those_of_the_theorems():
    factors = {name: number(FORMULAS[name]) for name in FACTORS}
    assert carried("four-plus-constant", Fraction(factors["constant_entry"]))
    assert carried("four-plus-real", Fraction(1, factors["real_share"]))
    assert carried("four-plus-six", Fraction(1, factors["six_share"]))
    assert not carried("four-plus-six", Fraction(1, 11))


#: Solutions of one frequency, whose c is divided by their order.
ORDERS = {
    "order6": blocks.syn() * blocks.nu(),
    "order6_ab": blocks.nu(I) * blocks.syn_ab(),
    "order9": blocks.three_c() * blocks.syn(),
    "order4": blocks.nu(I) * blocks.xi(),
    "syn_alone": blocks.syn(),
    # nu times nodes of abc = 1, or halves of two blocks
    **dict.fromkeys(("order4_any", "opposites", "mirrors", "triples"), blocks.nu(I)),
}


def divided(text: str) -> dict[str, int]:
    """By definition of Coq, what its c is divided by."""
    found = re.findall(r"(?s)Definition (\w+)[^.]*?times_c (\d+)%:R\^-1", text)
    return {name: int(order) for name, order in found}


def test_solutions_are_divided_by_their_orders():
    assert divided(TEXT) == {name: z.order for name, z in ORDERS.items()}
    assert divided(TEXT.replace("times_c 9%", "times_c 8%"))["order9"] == 8


def test_weights_of_order_six_are_those_of_the_theorems():
    """c of cubic at its first point, and of coplanar at the first node of the line."""
    half = int(re.search(r"cubic_c .* := - \(F v / \((\d+)%:R \* \(u - v\)\)\)", TEXT)[1])
    eight = int(re.search(r"on_line .* w / \((\d+)%:R \* \(s - t\)\)", TEXT)[1])
    s, u, v = [1, -1, 2, -2, 3, -3], 1 + I, -1 - I
    of_v, slope = prod(v - x for x in s), prod(1 - x for x in s[1:])
    found = cubic(s, [u, v], root=1).entry("c", 0, 0)
    first = -of_v / ((u - v) * slope * (1 - u) * (1 - v))
    assert [first / n == found for n in (half, half + 1)] == [1, 0]
    found = coplanar([0, 1], [[1, 0, 1], [1, 2, 0]], direction=2 + I).entry("c", 0, 4)
    assert [-(1 + I) / (n * (0 - 1)) == found for n in (eight, eight + 1)] == [1, 0]


def test_the_loss_of_syn_alone_and_what_blocks_leave_are_those_of_the_theorems():
    stated = statement("every_group.v:syn_alone_loss")
    factor = int(re.search(r"\(#\|gT\|\.-1\)%:R / \((\d+)%:R \* d\)\.", stated)[1])
    for G in (AbelianGroup("Z3"), AbelianGroup("Z5")):
        z = INSTALLED.normalised(blocks.syn()).at(G, *G.conjugate_pairs())
        assert loss(z, target="projected") == Fraction(G.order - 1, factor * G.order)
    text = code((FOLDER / "few.v").read_text("utf-8"))
    up, down = re.search(
        r"few_left k : C := .*then (\d+)%:R / (\d+)%:R else 1 \+ e k", text
    ).groups()
    left = dict(residual(short_block(AbelianGroup("Z4"), 1)))
    assert left[0, 0, 1] == Fraction(int(up), int(down))
