"""Every closed-form optimizer is one: zero loss exactly, for all values of its parameters."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import product

from algebra.criterion.target import Target
from algebra.criterion.tensor import choose_route
from algebra.criterion.verdict import Verdict
from algebra.groups.group import Index
from algebra.numbers.scalar import Exact, Scalar
from algebra.optimizers.table import FAMILIES
from algebra.semiring.made import element
from proofs.claims.claim import THIS, Claim, Compared, Context, Evidence, claim, up_to
from proofs.claims.criterion import T_of, synthesis

#: Above this order memorization is not attempted: O(d^3) multiply-adds, minutes.
MAX_MEMORIZATION = 1024
#: How ids of claims about a target end.
TARGETS: dict[Target, str] = {"projected": "", "onehot": ".onehot"}
MEMORIZATION = "[Tian24], perfect memorization"
ORDER6 = ("blocks.syn*nu", "blocks.real")
ORDER4 = ("blocks.nu(i)*xi", "blocks.order4-leftover")
#: For each family the source, and the claims that it rests on.
STATEMENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "six-per-frequency": ("[Tian24, Corollaries 2 and 3]", ORDER6),
    "four-plus-six": ("[Tian24, Corollary 4]", (*ORDER4, *ORDER6)),
    "four-plus-real": (THIS, (*ORDER4, "blocks.real")),
    "four-plus-constant": (THIS, (*ORDER4, "blocks.real")),
    "four-two-plus-constant": (THIS, ("blocks.real",)),
    "few-plus-constant": (THIS, ORDER4),
    "three-plus-shared": (THIS, ()),
    "few-plus-real": (THIS, ORDER4),
    "nine-per-frequency": ("[Tian24, Corollary 2]", ("blocks.three_c*syn", "blocks.real")),
    "memorization": (MEMORIZATION, ("laws.multiplicative", "characters.orthogonal")),
}


def zero_loss(family: str, target: Target, context: Context) -> Evidence:
    """Check that an optimizer's function tensor is the target."""
    group, s = context.over, context.subject
    if family == "memorization" and group.order > MAX_MEMORIZATION:
        figures = {"nodes": s.width(group, family, target=target)}
        cost = f"d^3 = {group.order**3:.2g} multiply-adds"
        return Evidence("not attempted", f"{cost}; at most d = {MAX_MEMORIZATION}", figures=figures)
    z = s.optimizer(group, family, target)
    rest = s.tensor(z, choose_route(z)).minus(target)
    d, free = group.order, len(z.parameters)
    entries = d * d * (d - (target == "projected"))
    scope = f"all {entries} entries of T"
    scope += f", all values of {free} parameter{'s' * (free > 1)}" if free else ""
    width = s.width(group, family, target=target)
    wrong = str(Verdict(False, z, target, choose_route(z), rest)) if len(rest) else ""
    if not wrong and z.order != width:
        wrong = f"{z.order} nodes, and the width is said to be {width}"
    return Evidence("proved", scope, wrong, {"nodes": z.order})


@claim(
    "optimizers.memorization-factors",
    r"\sum_{g,h} (\chi_k(g), \chi_k(h), \overline{\chi_k(g+h)}/d^2)"
    r" = \sum_g (\chi_k(g), 1, \overline{\chi_k(g)})"
    r" \sum_h (1, \chi_k(h), \overline{\chi_k(h)}) / d^2",
    MEMORIZATION,
    applies=up_to(12),
)
def factorisation(context: Context) -> Compared:
    """memorization is the product of two sums of d nodes"""
    group = context.over
    d, chi = group.order, group.character_value
    z = context.subject.optimizer(group, "memorization", "projected")
    nodes: list[dict[tuple[str, Index], Exact]] = []
    for g, h in product(range(d), repeat=2):
        node: dict[tuple[str, Index], Exact] = {}
        for k in range(1, d):
            node |= {("a", k): chi(k, g), ("b", k): chi(k, h)}
            node["c", k] = chi(k, group.add(g, h)).conjugate() * Fraction(1, d * d)
        nodes.append(node)
    yield Evidence("exhaustive", f"all {d * d} nodes, all entries")
    yield "nodes", z.expand(), element(group, nodes)


@claim(
    "optimizers.syn-alone",
    r"\ell = \tfrac{d-1}{2d},\ \operatorname{argmax}_g f(x,y)_g = x + y",
    needs="criterion.output",
    applies=lambda group: 1 < group.order <= 9 and group.order % 2 == 1,
)
def syn_alone(context: Context) -> Compared:
    """for odd d, syn alone answers every pair rightly, with a loss of (d-1)/2d"""
    group, s = context.over, context.subject
    d = group.order
    z = s.normalised(s.block("syn")).at(group, *group.conjugate_pairs())
    scope = f"all {d * d} pairs of inputs, exact outputs, margin at least 1/2"
    yield Evidence("exhaustive", scope, figures={"nodes": z.order})
    yield "loss", s.loss(z, "projected"), Scalar(Fraction(d - 1, 2 * d))
    value = synthesis(group, T_of(s, z))
    for x, y in product(range(d), repeat=2):
        out = [value(x, y, g).to_fraction() for g in range(d)]
        right = out.pop(group.add(x, y))
        enough = right - max(out) >= Fraction(1, 2)
        yield f"x={x}, y={y}: output {right} at x+y, {max(out)} elsewhere", enough, True


#: Groups beyond exhaustive lists: elementary, a square, a prime, the exponent of many kinds.
LARGE = (
    ("Z997", "four-plus-six"),
    ("Z2^10", "four-plus-six"),
    ("Z30xZ30", "four-plus-six"),
    ("Z720", "six-per-frequency"),
)


@claim("optimizers.large", r"T_{k_1k_2k} = [k_1{=}k_2{=}k],\ k \ne 0")
def large(context: Context) -> Compared:
    """families have zero loss for selected groups of up to 1024 elements as well"""
    names = ", ".join(f"{family} of {name}" for name, family in LARGE)
    yield Evidence("proved", f"{names}; all values of their parameters")
    for name, family in LARGE:
        found = zero_loss(family, "projected", replace(context, group=context.subject.group(name)))
        yield f"what is wrong of {name}", found.counterexample, ""


def _certified(target: Target, context: Context) -> Compared:
    group, s = context.over, context.subject
    families = s.families(group, target=target)
    yield Evidence("exhaustive", f"all {len(families)} families")
    for family in families:
        code, message = s.checker(s.certificate(s.optimizer(group, family, target), target))
        yield f"{family}: {message}", code, 0


def _families(target: Target) -> Iterator[Claim]:
    word = "one-hot " if target == "onehot" else ""
    for name, info in FAMILIES.items():
        source, needs = STATEMENTS[name]
        yield Claim(
            f"optimizers.{name}{TARGETS[target]}",
            f"{name} has zero {word}loss: {info.sentence}",
            r"T_{k_1k_2k} = [k_1{=}k_2{=}k]" + (r",\ k \ne 0" if target == "projected" else ""),
            source,
            partial(zero_loss, name, target),
            needs=("criterion.loss", *needs),
            applies=info.exists,
            optimizer=(name, target),
        )


CLAIMS: tuple[Claim, ...] = (
    *(claim for target in TARGETS for claim in _families(target)),
    factorisation,
    large,
    syn_alone,
    *(
        Claim(
            f"certificates.accepted{suffix}",
            f"the stand-alone checker accepts every family's certificate, target {target}",
            r"\text{checker}(\text{certificate}(z)) = \text{accepted}",
            THIS,
            partial(_certified, target),
            needs=("criterion.loss",),
            applies=up_to(16),
        )
        for target, suffix in TARGETS.items()
    ),
)
