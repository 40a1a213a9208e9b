"""How narrow can it be: lower bounds on the width, by counts of characters.

Coq proves them for all groups. Checked is that bounds say what its theorems do, and that no exact
network is narrower, here and at groups that attain them.
"""

from __future__ import annotations

from functools import partial

from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup, character_order
from proofs.claims.claim import THIS, Claim, Context, Evidence
from proofs.subjects.subject import Subject

#: Some family has as few nodes as the bounds say: with any of their terms one more, it has fewer.
ATTAINED_AT = ("Z3", "Z4", "Z5", "Z8", "Z10", "Z2")
#: The task that a bound is about.
TARGETS: dict[str, Target] = {
    "dimension": "onehot",
    "lower-bound": "projected",
    "projected": "projected",
    "onehot": "onehot",
}


def stated(group: AbelianGroup) -> dict[str, tuple[int, str]]:
    """Return, by bound, what Coq has proved for all groups, and by which of its theorems."""
    pairs, reals = group.conjugate_pairs(), len(group.real_characters())
    orders = {k: character_order(group, k) for k in pairs}
    long = [k for k in pairs if orders[k] >= 5]
    doubles = {frozenset((group.multiply(2, k), group.multiply(-2, k))) for k in long}
    products = 3 * len(pairs) + reals
    more = int(reals > 0 or set(orders.values()) != {3})
    more += bool(long) and len(long) + reals >= 3
    onehot = 1 + bool(long) + (len(long) >= 3 and len(doubles) >= 2)
    return {
        "dimension": (group.order, "onehot_width_at_least"),
        "lower-bound": (products, "projected_width_of_products"),
        "projected": (products + more, "projected_width_of_products"),
        "onehot": (products + onehot, "onehot_width_of_products"),
    }


def _narrower(s: Subject, group: AbelianGroup, kind: str, target: Target) -> str:
    """Return, in words, an exact network that is narrower than a bound allows, or nothing."""
    least = s.lower_bound(group, kind)
    families = s.families(group, target=target)
    narrowest = min(families, key=lambda name: s.width(group, name, target=target))
    if s.width(group, narrowest, target=target) >= least:
        return ""
    z = s.optimizer(group, narrowest, target)
    code, message = s.checker(s.certificate(z, target))
    if code or z.order >= least:
        return ""
    return f"{group}: at least {least} nodes, but {narrowest} has {z.order}; the checker: {message}"


def _at_least(kind: str, context: Context) -> Evidence:
    group, s = context.over, context.subject
    target = TARGETS[kind]
    least = s.lower_bound(s.group(str(group)), kind)
    said, theorem = stated(group)[kind]
    widths = {name: s.width(group, name, target=target) for name in s.families(group)}
    narrowest = min(widths.values())
    scope = f"a count: at least {least} nodes, narrowest family {narrowest}"
    scope += ", which is the least" if narrowest == least else ""
    figures = {"lower bound": least, **{f"{name} nodes": q for name, q in widths.items()}}
    groups = [group, *map(AbelianGroup, ATTAINED_AT)]
    wrong = "" if least == said else f"{group}: at least {least} nodes; the theorem says {said}"
    wrong = next(filter(None, (_narrower(s, g, kind, target) for g in groups)), wrong)
    return Evidence("proved", f"Coq, {theorem}; {scope}", wrong, figures)


#: For each bound its statement, formula and source, and the claim it rests on.
BOUNDED = {
    "dimension": (
        "d outputs take d nodes, for the projected task with complex weights d - 1",
        r"q \ge d",
        THIS,
        "criterion.tensor",
    ),
    "lower-bound": (
        "no network for the task is narrower than 2(d-1) minus the non-trivial real factors",
        r"q \ge 2(d-1) - \#\{\text{non-trivial simple factors of } \mathbb{R}[G]\}",
        "Alder and Strassen 1981; applied to this task: this project",
        "criterion.tensor",
    ),
    "projected": (
        "the projected task takes a node more unless all orders are 3, or two if some exceed 4",
        r"q \ge 3P + R + [\exp G \ne 3] + [L \ge 1, L + R \ge 3]",
        THIS,
        "width.lower-bound",
    ),
    "onehot": (
        "the one-hot task takes one to three nodes more, by the pairs of order 5 or more",
        r"q \ge 3P + R + 1 + [L \ge 1] + [L \ge 3, M \ge 2]",
        THIS,
        "width.lower-bound",
    ),
}
CLAIMS: tuple[Claim, ...] = tuple(
    Claim(
        f"width.{kind}",
        statement,
        latex,
        source,
        partial(_at_least, kind),
        needs=(below,),
        applies=lambda group: group.order > 1,
    )
    for kind, (statement, latex, source, below) in BOUNDED.items()
)
