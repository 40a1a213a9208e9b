"""How narrow can it be: lower bounds on the width, by counts of characters.

Coq proves them for all groups. Checked is that bounds say what its theorems do, and that no exact
network is narrower, here and at groups that attain them.
"""

from functools import partial

from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup, character_order
from proofs.claims.claim import THIS, Claim, Context, Evidence
from proofs.subjects.subject import Subject

#: Some family has as few nodes as the bounds say: with any of their terms one more, it has fewer.
ATTAINED_AT = ("Z3", "Z4", "Z5", "Z8", "Z10", "Z2")


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
    least, widths = s.lower_bound(group, kind), _widths(s, group, target)
    family = min(widths, key=widths.__getitem__)
    if widths[family] < least:
        z = s.optimizer(group, family, target)
        code, message = s.checker(s.certificate(z, target))
        if not code and z.order < least:
            says = f"{family} has {z.order}; the checker: {message}"
            return f"{group}: at least {least} nodes, but {says}"
    return ""


def _widths(s: Subject, group: AbelianGroup, target: Target) -> dict[str, int]:
    return {name: s.width(group, name, target=target) for name in s.families(group, target=target)}


def _at_least(kind: str, target: Target, context: Context) -> Evidence:
    group, s = context.over, context.subject
    least = s.lower_bound(s.group(str(group)), kind)
    said, theorem = stated(group)[kind]
    widths = _widths(s, group, target)
    narrowest = min(widths.values())
    scope = f"Coq, {theorem}; a count: at least {least} nodes, narrowest family {narrowest}"
    scope += ", which is the least" if narrowest == least else ""
    figures = {"lower bound": least, **{f"{name} nodes": q for name, q in widths.items()}}
    groups = [group, *map(AbelianGroup, ATTAINED_AT)]
    wrong = "" if least == said else f"{group}: at least {least} nodes; the theorem says {said}"
    wrong = next(filter(None, (_narrower(s, g, kind, target) for g in groups)), wrong)
    return Evidence("proved", scope, wrong, figures)


#: For each bound its task, statement, formula and source, and the claim it rests on.
BOUNDED: dict[str, tuple[Target, str, str, str, str]] = {
    "dimension": (
        "onehot",
        "d outputs take d nodes, for the projected task with complex weights d - 1",
        r"q \ge d",
        THIS,
        "criterion.tensor",
    ),
    "lower-bound": (
        "projected",
        "no network for the task is narrower than 2(d-1) minus the non-trivial real factors",
        r"q \ge 2(d-1) - \#\{\text{non-trivial simple factors of } \mathbb{R}[G]\}",
        "Alder and Strassen 1981; applied to this task: this project",
        "criterion.tensor",
    ),
    "projected": (
        "projected",
        "the projected task takes a node more unless all orders are 3, or two if some exceed 4",
        r"q \ge 3P + R + [\exp G \ne 3] + [L \ge 1, L + R \ge 3]",
        THIS,
        "width.lower-bound",
    ),
    "onehot": (
        "onehot",
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
        partial(_at_least, kind, target),
        needs=(below,),
        applies=lambda group: group.order > 1,
    )
    for kind, (target, statement, latex, source, below) in BOUNDED.items()
)
