"""Faults in optimizers: near misses, each an optimizer with one thing wrong; and wrong widths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup
from algebra.numbers.scalar import Exact
from algebra.numbers.units import zeta
from algebra.optimizers.from_blocks import order46
from algebra.semiring.element import Element
from algebra.semiring.made import total
from proofs.self_test.fault import (
    Edit,
    Entries,
    Mutant,
    conjugated,
    dropped,
    edited,
    exchanged,
    moved,
    times,
)
from proofs.subjects.subject import Subject


def _instead(
    family: str, make: Callable[[AbelianGroup, Target, Element], Element]
) -> Callable[[Subject], Subject]:
    """Plant a faulty optimizer for one family, made from the right one."""

    def plant(s: Subject) -> Subject:
        def faulty(group: AbelianGroup, name: str, target: Target) -> Element:
            z = s.optimizer(group, name, target)
            return make(group, target, z) if name == family else z

        return replace(s, optimizer=faulty)

    return plant


def _edit(family: str, edit: Edit) -> Callable[[Subject], Subject]:
    return _instead(family, lambda group, target, z: edited(z, edit))


def _carrier(factor: Exact) -> Edit:
    """Return the edit that multiplies the carried constants of the first node that has any."""

    def edit(nodes: list[Entries]) -> list[Entries]:
        for i, node in enumerate(nodes):
            homes = {k for p, k in node if p != "c"}
            carried = [(p, k) for p, k in node if p == "c" and k not in homes]
            if carried:
                nodes[i] = {at: x * factor if at in carried else x for at, x in node.items()}
                return nodes
        return nodes

    return edit


def _without_reals(group: AbelianGroup, target: Target, z: Element) -> Element:
    reals = set(group.real_characters())
    return edited(z, lambda nodes: [n for n in nodes if not {k for p, k in n if p == "a"} <= reals])


def _half_mirrored(group: AbelianGroup, target: Target, z: Element) -> Element:
    """Take mirrored order-4 blocks and the carrier of the others."""
    right = order46(group, target=target)
    mirrored = order46(group, target=target, mirror=True)
    return edited(right, lambda nodes: [*nodes[:6], *mirrored.node_list()[6:]])  # type: ignore[list-item]


def _conjugated_memorization(group: AbelianGroup, target: Target, z: Element) -> Element:
    """Output g - h in place of g + h."""
    d = group.order
    negative = group.negate(np.arange(d)).tolist()

    def edit(nodes: list[Entries]) -> list[Entries]:
        return [
            {
                (p, k): nodes[g * d + negative[h]][p, k] if p == "c" else x
                for (p, k), x in nodes[g * d + h].items()
            }
            for g in range(d)
            for h in range(d)
        ]

    return edited(z, edit)


def _projected(group: AbelianGroup, target: Target, z: Element) -> Element:
    """Forget the mean output."""
    return edited(
        z,
        lambda nodes: [{at: x for at, x in n.items() if at != ("c", 0)} for n in nodes],
    )


def _too_many(group: AbelianGroup, target: Target, z: Element) -> Element:
    """Add a node that computes nothing: the loss is right, the width is not."""
    idle = edited(z, lambda nodes: [{at: x for at, x in nodes[0].items() if at[0] != "c"}])
    return total(group, [z, idle])


def _width(change: Callable[[int], int]) -> Callable[[Subject], Subject]:
    def plant(s: Subject) -> Subject:
        return replace(
            s, width=lambda group, family, **options: change(s.width(group, family, **options))
        )

    return plant


MUTANTS: tuple[Mutant, ...] = tuple(
    Mutant(f"optimizers.{name}", sentence, plant, noticed_by, group)
    for name, sentence, plant, noticed_by, group in (
        (
            "dropped-node",
            "order6 without one node",
            _edit("order6", dropped(4)),
            ("optimizers.order6", "certificates.accepted"),
            "Z5",
        ),
        (
            "sign",
            "order6 with b of one node negated",
            _edit("order6", times(-1, row="b", node=3)),
            ("optimizers.order6",),
            "Z5",
        ),
        (
            "conjugation",
            "order6 with a of one node conjugated",
            _edit("order6", conjugated(row="a", node=2)),
            ("optimizers.order6",),
            "Z5",
        ),
        (
            "root",
            "order6 with c of one node turned by a fifth",
            _edit("order6", times(zeta(5), row="c", node=1)),
            ("optimizers.order6",),
            "Z5",
        ),
        (
            "rows",
            "order6 with a and c of one node exchanged",
            _edit("order6", exchanged("a", "c", node=1)),
            ("optimizers.order6",),
            "Z5",
        ),
        (
            "frequency",
            "order6 with the blocks of two frequencies at one",
            _edit("order6", moved(2, 1)),
            ("optimizers.order6", "optimizers.order6.onehot"),
            "Z5",
        ),
        (
            "reals",
            "order6 without the blocks of real characters",
            _instead("order6", _without_reals),
            ("optimizers.order6", "optimizers.order6.onehot"),
            "Z6",
        ),
        (
            "large",
            "order46 with one node dropped",
            _edit("order46", dropped(-1)),
            ("optimizers.large", "optimizers.order46"),
            "Z5",
        ),
        (
            "carrier-sign",
            "order46 with the carried constants of one node negated",
            _edit("order46", _carrier(-1)),
            ("optimizers.order46", "optimizers.order46.onehot"),
            "Z5",
        ),
        (
            "carrier-half",
            "order46 with mirrored blocks and the carrier of the others",
            _instead("order46", _half_mirrored),
            ("optimizers.order46",),
            "Z7",
        ),
        (
            "carrier-norm",
            "order46 with twice the carrier on one node",
            _edit("order46", _carrier(2)),
            ("norms.carrier",),
            "Z5",
        ),
        (
            "carrier-real",
            "order4-real with half the carrier on one node",
            _edit("order4-real", _carrier(Fraction(1, 2))),
            ("optimizers.order4-real", "optimizers.order4-real.onehot"),
            "Z6",
        ),
        (
            "carrier-const",
            "order4-const with its constant doubled",
            _edit("order4-const", times(2, row="a", node=0)),
            ("optimizers.order4-const", "optimizers.order4-const.onehot"),
            "Z5",
        ),
        (
            "short-block",
            "order431 with c of its constant node doubled",
            _edit("order431", times(2, row="c", node=0)),
            ("optimizers.order431", "optimizers.order431.onehot"),
            "Z6",
        ),
        (
            "shared-node",
            "order431-shared with c of the shared node doubled",
            _edit("order431-shared", times(2, row="c", node=-1)),
            ("optimizers.order431-shared", "optimizers.order431-shared.onehot"),
            "Z8",
        ),
        (
            "short-real",
            "order431-real with c of its carrier doubled",
            _edit("order431-real", times(2, row="c", node=0)),
            ("optimizers.order431-real", "optimizers.order431-real.onehot"),
            "Z6",
        ),
        (
            "constant-part",
            "order42 with one constant part doubled",
            _edit("order42", times(2, row="a", node=-1, at=0)),
            ("optimizers.order42", "optimizers.order42.onehot"),
            "Z7",
        ),
        (
            "order9-scale",
            "order9 with c of one node doubled",
            _edit("order9", times(2, row="c", node=5)),
            ("optimizers.order9", "optimizers.order9.onehot"),
            "Z5",
        ),
        (
            "memorization-sign",
            "memorization outputs g - h",
            _instead("memorization", _conjugated_memorization),
            ("optimizers.memorization", "optimizers.memorization-factors"),
            "Z5",
        ),
        (
            "memorization-scale",
            "memorization with c of one node doubled",
            _edit("memorization", times(2, row="c", node=3)),
            ("optimizers.memorization", "norms.memorization", "optimizers.memorization.onehot"),
            "Z5",
        ),
        (
            "mean",
            "order6 without the mean output",
            _instead("order6", _projected),
            ("optimizers.order6.onehot", "certificates.accepted.onehot"),
            "Z5",
        ),
        (
            "idle",
            "order9 with a node that computes nothing",
            _instead("order9", _too_many),
            ("optimizers.order9",),
            "Z5",
        ),
        (
            "width",
            "widths are said to be two fewer",
            _width(lambda q: q - 2),
            ("optimizers.order6", "optimizers.order46"),
            "Z5",
        ),
        (
            "width-bound",
            "lower bounds are said to be one more",
            lambda s: replace(s, lower_bound=lambda *asked: s.lower_bound(*asked) + 1),
            ("width.lower-bound", "width.onehot", "width.projected"),
            "Z7",
        ),
        (
            "width-squares",
            "widths are said to be 3",
            _width(lambda q: 3),
            ("width.squares",),
            "Z4",
        ),
    )
)
