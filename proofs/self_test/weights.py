"""Faults in weights: blocks, optimizers and floats with one thing wrong, and wrong widths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np

from algebra.blocks import paper as building_blocks
from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup
from algebra.numbers.scalar import Exact, Scalar
from algebra.numbers.units import I, param, zeta
from algebra.optimizers.from_blocks import order46
from algebra.semiring import polynomial
from algebra.semiring.element import Element, one, uniform
from algebra.semiring.made import block, total
from numeric.weights.embed import Weights
from proofs.self_test.mutant import Mutant, Plant, fault
from proofs.subjects.edit import Edit, Nodes, conjugated, dropped, edited, exchanged, moved, times
from proofs.subjects.subject import BLOCKS, Subject


def _block(name: str, make: Callable[[], Element]) -> Plant:
    return lambda s: replace(s, blocks=MappingProxyType({**s.blocks, name: make}))


def _edit(name: str, edit: Edit) -> Plant:
    """Edit the nodes of a block, or of the optimizers of a family."""
    if name in BLOCKS:
        return lambda s: _block(name, lambda: edited(s.blocks[name](), edit))(s)
    return _family(name, lambda group, target, z: edited(z, edit))


def _construct(values: Callable[[Sequence[Scalar]], Sequence[Scalar]]) -> Plant:
    """Plant the construction with other values subtracted in its factors."""

    def construct(u: Element, kill: Sequence[str]) -> polynomial.Construction:
        found = polynomial.construct(u, kill)
        z = one(u.spectrum)
        for x in values(found.values):
            z = z * (u + uniform(u.spectrum, c=-x))
        return polynomial.Construction(z, z.merged(), found.values)

    return lambda s: replace(s, construct=construct)


def _xi() -> Element:
    """Xi, with x in place of its conjugate."""
    x = param("xi")
    return block([1, x], [1, -I * x], [1, I], name="xi")


def _family(family: str, make: Callable[[AbelianGroup, Target, Element], Element]) -> Plant:
    """Plant a faulty optimizer for one family, made from the right one."""

    def plant(s: Subject) -> Subject:
        def faulty(group: AbelianGroup, name: str, target: Target) -> Element:
            z = s.optimizer(group, name, target)
            return make(group, target, z) if name == family else z

        return replace(s, optimizer=faulty)

    return plant


def _carrier(factor: Exact) -> Edit:
    """Return the edit that multiplies the carried constants of the first node that has any."""

    def edit(nodes: Nodes) -> Nodes:
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

    def edit(nodes: Nodes) -> Nodes:
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


def _width(change: Callable[[int], int]) -> Plant:
    return lambda s: replace(
        s, width=lambda group, family, **options: change(s.width(group, family, **options))
    )


def _embed(change: Callable[[Weights], Weights]) -> Plant:
    return lambda s: replace(s, embed=lambda z, gauge: change(s.embed(z, gauge)))


def _rows(a: Any, b: Any, c: Any) -> Plant:
    """Change the float weights row by row."""
    return _embed(lambda w: Weights(w.group, a(w.w_a), b(w.w_b), c(w.w_c)))


def _single(x: Any) -> Any:
    return x.astype(np.float32).astype(np.float64)


def _same(x: Any) -> Any:
    return x


def _reversed_output(w: Weights) -> Weights:
    """Transform ``c`` with the characters in place of their conjugates."""
    negative = w.group.negate(np.arange(w.group.order))
    return Weights(w.group, w.w_a, w.w_b, w.w_c[negative])


W = zeta(6)

# fmt: off
MUTANTS: tuple[Mutant, ...] = (
    fault("blocks.syn-sign", "c of one node of syn negated",
          _edit("syn", times(-1, row="c", node=1)), "blocks.syn composition.syn blocks.syn*nu"),
    fault("blocks.syn-root", "syn with sixth roots of unity",
          _block("syn", lambda: block([1, W, W**2], [1, W, W**2], [1, W, W**2])),
          "blocks.syn optimizers.syn-alone"),
    fault("blocks.syn-order", "syn without its last node", _edit("syn", dropped(2)), "blocks.syn"),
    fault("blocks.nu-square", "nu with c = -v^2 in place of its conjugate",
          _edit("nu", conjugated(row="c", node=1)), "blocks.nu blocks.syn*nu"),
    fault("blocks.nu-i-root", "nu(zeta(8)) in place of nu(i)",
          _block("nu(i)", lambda: building_blocks.nu(zeta(8))),
          "blocks.nu(i) blocks.nu(i)*xi blocks.nu(i)*syn(alpha,beta)"),
    fault("blocks.xi-conjugate", "b of xi with x in place of its conjugate", _block("xi", _xi),
          "blocks.xi"),
    fault("blocks.xi-mirror", "the mirror of xi is xi itself", _block("xi'", building_blocks.xi),
          "blocks.order4-leftover"),
    fault("blocks.xi-mirror-half", "the mirror of xi with c not mirrored",
          _edit("xi'", conjugated(row="c", node=1)), "blocks.xi'"),
    fault("blocks.syn-ab-conjugate", "b of syn(alpha,beta) with beta in place of its conjugate",
          _edit("syn(alpha,beta)", conjugated(row="b", node=2)), "blocks.syn(alpha,beta)"),
    fault("blocks.three-c-rows", "b and c of one node of three_c exchanged",
          _edit("three_c", exchanged("b", "c", node=1)), "blocks.three_c blocks.three_c*syn"),
    fault("blocks.real-node", "the real block without its second node", _edit("real", dropped(1)),
          "blocks.real"),
    fault("blocks.normalised", "blocks are not normalised",
          lambda s: replace(s, normalised=lambda z: z),
          "blocks.normalised norms.blocks norms.ordering"),
    fault("blocks.normalised-twice", "blocks are normalised to abc = 2",
          lambda s: replace(s, normalised=lambda z: s.normalised(z).scaled(c=2)),
          "blocks.normalised blocks.order4-leftover"),
    fault("blocks.construct-factor", "the polynomial construction leaves out a factor",
          _construct(lambda values: values[:-1]), "composition.polynomial composition.syn"),
    fault("blocks.construct-sign", "the polynomial construction adds s where it should subtract it",
          _construct(lambda values: [-x for x in values]),
          "composition.polynomial composition.syn"),
    fault("optimizers.dropped-node", "order6 without one node", _edit("order6", dropped(4)),
          "optimizers.order6 certificates.accepted"),
    fault("optimizers.sign", "order6 with b of one node negated",
          _edit("order6", times(-1, row="b", node=3)), "optimizers.order6"),
    fault("optimizers.conjugation", "order6 with a of one node conjugated",
          _edit("order6", conjugated(row="a", node=2)), "optimizers.order6"),
    fault("optimizers.root", "order6 with c of one node turned by a fifth",
          _edit("order6", times(zeta(5), row="c", node=1)), "optimizers.order6"),
    fault("optimizers.rows", "order6 with a and c of one node exchanged",
          _edit("order6", exchanged("a", "c", node=1)), "optimizers.order6"),
    fault("optimizers.frequency", "order6 with the blocks of two frequencies at one",
          _edit("order6", moved(2, 1)), "optimizers.order6 optimizers.order6.onehot"),
    fault("optimizers.reals", "order6 without the blocks of real characters",
          _family("order6", _without_reals), "optimizers.order6 optimizers.order6.onehot", "Z6"),
    fault("optimizers.large", "order46 with one node dropped", _edit("order46", dropped(-1)),
          "optimizers.large optimizers.order46"),
    fault("optimizers.carrier-sign", "order46 with the carried constants of one node negated",
          _edit("order46", _carrier(-1)), "optimizers.order46 optimizers.order46.onehot"),
    fault("optimizers.carrier-half", "order46 with mirrored blocks and the carrier of the others",
          _family("order46", _half_mirrored), "optimizers.order46", "Z7"),
    fault("optimizers.carrier-norm", "order46 with twice the carrier on one node",
          _edit("order46", _carrier(2)), "norms.carrier"),
    fault("optimizers.carrier-real", "order4-real with half the carrier on one node",
          _edit("order4-real", _carrier(Fraction(1, 2))),
          "optimizers.order4-real optimizers.order4-real.onehot", "Z6"),
    fault("optimizers.carrier-const", "order4-const with its constant doubled",
          _edit("order4-const", times(2, row="a", node=0)),
          "optimizers.order4-const optimizers.order4-const.onehot"),
    fault("optimizers.short-block", "order431 with c of its constant node doubled",
          _edit("order431", times(2, row="c", node=0)),
          "optimizers.order431 optimizers.order431.onehot", "Z6"),
    fault("optimizers.shared-node", "order431-shared with c of the shared node doubled",
          _edit("order431-shared", times(2, row="c", node=-1)),
          "optimizers.order431-shared optimizers.order431-shared.onehot", "Z8"),
    fault("optimizers.short-real", "order431-real with c of its carrier doubled",
          _edit("order431-real", times(2, row="c", node=0)),
          "optimizers.order431-real optimizers.order431-real.onehot", "Z6"),
    fault("optimizers.constant-part", "order42 with one constant part doubled",
          _edit("order42", times(2, row="a", node=-1, at=0)),
          "optimizers.order42 optimizers.order42.onehot", "Z7"),
    fault("optimizers.order9-scale", "order9 with c of one node doubled",
          _edit("order9", times(2, row="c", node=5)), "optimizers.order9 optimizers.order9.onehot"),
    fault("optimizers.memorization-sign", "memorization outputs g - h",
          _family("memorization", _conjugated_memorization),
          "optimizers.memorization optimizers.memorization-factors"),
    fault("optimizers.memorization-scale", "memorization with c of one node doubled",
          _edit("memorization", times(2, row="c", node=3)),
          "optimizers.memorization norms.memorization optimizers.memorization.onehot"),
    fault("optimizers.mean", "order6 without the mean output", _family("order6", _projected),
          "optimizers.order6.onehot certificates.accepted.onehot"),
    fault("optimizers.idle", "order9 with a node that computes nothing",
          _family("order9", _too_many), "optimizers.order9"),
    fault("optimizers.width", "widths are said to be two fewer", _width(lambda q: q - 2),
          "optimizers.order6 optimizers.order46"),
    fault("optimizers.width-bound", "lower bounds are said to be one more",
          lambda s: replace(s, lower_bound=lambda *asked: s.lower_bound(*asked) + 1),
          "width.lower-bound width.onehot width.projected", "Z7"),
    fault("optimizers.width-squares", "widths are said to be 3", _width(lambda q: 3),
          "width.squares", "Z4"),
    fault("floats.output", "float outputs have g and -g exchanged", _embed(_reversed_output),
          "mirror.output mirror.torch mirror.gradient"),
    fault("floats.single", "weights are rounded to single precision",
          _rows(_single, _single, _single), "mirror.output mirror.gradient"),
    fault("floats.gauge", "balanced weights are scaled by c/8",
          _rows(lambda a: 2 * a, lambda b: 2 * b, lambda c: c / 8), "mirror.output"),
    fault("floats.saddle", "outputs are negated", _rows(_same, _same, lambda c: -c),
          "mirror.hessian"),
)
