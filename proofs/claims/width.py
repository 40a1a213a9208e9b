"""How narrow can it be: the exact count of Alder and Strassen for each group."""

from __future__ import annotations

from algebra.group import AbelianGroup
from proofs.claim import Claim, Context, Evidence


def lower_bound(group: AbelianGroup) -> int:
    """Return ``2 (d - 1) - m``, ``m`` the number of non-trivial simple factors over the reals.

    The part of the network that is bilinear in the two inputs multiplies in the real group
    algebra without its trivial factor, ``R^reals x C^pairs``, of dimension ``d - 1``, by ``q``
    products; its bilinear complexity is at least twice the dimension minus the factors.

    Source: A. Alder, V. Strassen, "On the algorithmic complexity of associative algebras",
    Theoretical Computer Science 15 (1981).

    >>> lower_bound(AbelianGroup("Z7")), lower_bound(AbelianGroup("Z2^3"))
    (9, 7)
    """
    factors = len(group.conjugate_pairs()) + len(group.real_characters())
    return 2 * (group.order - 1) - factors


def _bound(context: Context) -> Evidence:
    group, s = context.over, context.subject
    bound = lower_bound(context.subject.group(str(group)))
    widths = {f"{name} nodes": s.width(group, name) for name in s.families(group)}
    wrong = [f"{name}: {q} < {bound}" for name, q in widths.items() if q < bound]
    narrowest = min(widths.values())
    scope = f"a count: at least {bound} nodes, narrowest family {narrowest}"
    return Evidence("proved", scope, "; ".join(wrong), {"lower bound": bound, **widths})


CLAIMS: tuple[Claim, ...] = (
    Claim(
        "width.lower-bound",
        "no network for the task is narrower than 2(d-1) minus the non-trivial real factors",
        r"q \ge 2(d-1) - \#\{\text{non-trivial simple factors of } \mathbb{R}[G]\}",
        "Alder and Strassen 1981; applied to this task: this project",
        _bound,
        needs=("criterion.tensor",),
        about="a group",
        applies=lambda group: group.order > 1,
    ),
)
