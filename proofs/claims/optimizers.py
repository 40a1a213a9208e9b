"""Every closed-form optimizer is one: zero loss exactly, for all values of its parameters."""

from __future__ import annotations

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
from algebra.semiring.element import Element
from algebra.semiring.made import element
from proofs.claims.claim import Claim, Context, Evidence, Side, first_difference, up_to
from proofs.claims.criterion import synthesis, with_conjugates

#: Above this order memorization is not attempted: O(d^3) multiply-adds, minutes.
MAX_MEMORIZATION = 1024
#: How ids of claims about a target end.
TARGETS: dict[Target, str] = {"projected": "", "onehot": ".onehot"}
THIS, MEMORIZATION = "this project", "[Tian24], perfect memorization"
ORDER6 = ("blocks.syn*nu", "blocks.real")
ORDER4 = ("blocks.nu(i)*xi", "blocks.order4-leftover")
#: For each family the source, a sentence, and the claims that it rests on.
STATEMENTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "order6": ("[Tian24, Corollaries 2 and 3]", "order-6 blocks at every frequency", ORDER6),
    "order46": (
        "[Tian24, Corollary 4]",
        "order-4 blocks carried by one order-6 block",
        (*ORDER4, *ORDER6),
    ),
    "order4-real": (THIS, "order-4 blocks carried by one real character", (*ORDER4, "blocks.real")),
    "order4-const": (THIS, "order-4 blocks carried by one constant node", (*ORDER4, "blocks.real")),
    "order42": (
        THIS,
        "order-4 blocks with R_* cancelled by constant-part nodes at twice the frequency",
        ("blocks.real",),
    ),
    "order431": (THIS, "short blocks and order-4 blocks carried by one constant node", ORDER4),
    "order431-shared": (
        THIS,
        "short blocks, three nodes a pair, and one node for all of equal double",
        (),
    ),
    "order431-real": (
        THIS,
        "order431 without constant parts, carried by a node of one input",
        ORDER4,
    ),
    "order9": (
        "[Tian24, Corollary 2]",
        "order-9 blocks at every frequency",
        ("blocks.three_c*syn", "blocks.real"),
    ),
    "memorization": (
        MEMORIZATION,
        "one node for every pair of inputs",
        ("laws.multiplicative", "characters.orthogonal"),
    ),
}


def zero_loss(
    family: str, target: Target, context: Context, *, element: Element | None = None
) -> Evidence:
    """Check that an optimizer's function tensor is the target."""
    group, s = context.over, context.subject
    if family == "memorization" and group.order > MAX_MEMORIZATION:
        figures = {"nodes": s.width(group, family, target=target)}
        cost = f"d^3 = {group.order**3:.2g} multiply-adds"
        return Evidence("not attempted", f"{cost}; at most d = {MAX_MEMORIZATION}", figures=figures)
    z = element or s.optimizer(group, family, target)
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


def _factorisation(context: Context) -> Evidence:
    group, s = context.over, context.subject
    d = group.order
    z = s.optimizer(group, "memorization", "projected")
    nodes: list[dict[tuple[str, Index], Exact]] = []
    for g, h in product(range(d), repeat=2):
        sum_ = group.add(g, h)
        node: dict[tuple[str, Index], Exact] = {}
        for k in range(1, d):
            node["a", k] = group.character_value(k, g)
            node["b", k] = group.character_value(k, h)
            node["c", k] = group.character_value(k, sum_).conjugate() * Fraction(1, d * d)
        nodes.append(node)
    wrong = first_difference([("nodes", z.expand(), element(group, nodes))])
    return Evidence("exhaustive", f"all {d * d} nodes, all entries", wrong)


def _syn_alone(context: Context) -> Evidence:
    group, s = context.over, context.subject
    d = group.order
    z = s.normalised(s.block("syn")).at(group, *group.conjugate_pairs())
    value = synthesis(group, with_conjugates(group, dict(s.tensor(z, "sparse"))))
    wrong = first_difference([("loss", s.loss(z, "projected"), Scalar(Fraction(d - 1, 2 * d)))])
    for x, y in product(range(d), repeat=2):
        if wrong:
            break
        out = [value(x, y, g).to_fraction() for g in range(d)]
        right = group.add(x, y)
        runner_up = max(v for g, v in enumerate(out) if g != right)
        if out[right] - runner_up < Fraction(1, 2):
            wrong = f"x={x}, y={y}: output {out[right]} at x+y, {runner_up} elsewhere"
    scope = f"all {d * d} pairs of inputs, exact outputs, margin at least 1/2"
    return Evidence("exhaustive", scope, wrong, {"nodes": z.order})


#: Groups beyond exhaustive lists: elementary, a square, a prime, the exponent of many kinds.
LARGE = (("Z997", "order46"), ("Z2^10", "order46"), ("Z30xZ30", "order46"), ("Z720", "order6"))


def _large(context: Context) -> Evidence:
    s = context.subject
    parameters = 0
    for name, family in LARGE:
        over = replace(context, group=s.group(name))
        z = s.optimizer(over.over, family, "projected")
        found = zero_loss(family, "projected", over, element=z)
        parameters += len(z.parameters)
        if found.counterexample:
            return Evidence("proved", name, f"{name}: {found.counterexample}")
    names = ", ".join(f"{family} of {name}" for name, family in LARGE)
    return Evidence("proved", f"{names}; all values of {parameters} parameters")


def _certified(target: Target, context: Context) -> Evidence:
    group, s = context.over, context.subject

    def sides() -> Iterator[Side]:
        for family in s.families(group, target=target):
            z = s.optimizer(group, family, target)
            code, message = s.checker(s.certificate(z, target))
            yield f"{family}: {message}", code, 0

    count = len(s.families(group, target=target))
    return Evidence("exhaustive", f"all {count} families", first_difference(sides()))


def _families(target: Target) -> Iterator[Claim]:
    word = "one-hot " if target == "onehot" else ""
    for name, info in FAMILIES.items():
        source, sentence, needs = STATEMENTS[name]
        yield Claim(
            f"optimizers.{name}{TARGETS[target]}",
            f"{name} has zero {word}loss: {sentence}",
            r"T_{k_1k_2k} = [k_1{=}k_2{=}k]" + (r",\ k \ne 0" if target == "projected" else ""),
            source,
            partial(zero_loss, name, target),
            needs=("criterion.loss", *needs),
            applies=info.exists,
        )


CLAIMS: tuple[Claim, ...] = (
    *(claim for target in TARGETS for claim in _families(target)),
    Claim(
        "optimizers.memorization-factors",
        "memorization is the product of two sums of d nodes",
        r"\sum_{g,h} (\chi_k(g), \chi_k(h), \overline{\chi_k(g+h)}/d^2)"
        r" = \sum_g (\chi_k(g), 1, \overline{\chi_k(g)})"
        r" \sum_h (1, \chi_k(h), \overline{\chi_k(h)}) / d^2",
        MEMORIZATION,
        _factorisation,
        applies=up_to(12),
    ),
    Claim(
        "optimizers.large",
        "families have zero loss for selected groups of up to 1024 elements as well",
        r"T_{k_1k_2k} = [k_1{=}k_2{=}k],\ k \ne 0",
        "this project",
        _large,
    ),
    Claim(
        "optimizers.syn-alone",
        "for odd d, syn alone answers every pair rightly, with a loss of (d-1)/2d",
        r"\ell = \tfrac{d-1}{2d},\ \operatorname{argmax}_g f(x,y)_g = x + y",
        "this project",
        _syn_alone,
        needs=("criterion.output",),
        applies=lambda group: 1 < group.order <= 9 and group.order % 2 == 1,
    ),
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
