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
from algebra.optimizers.from_blocks import four_plus_six
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
    right = four_plus_six(group, target=target)
    mirrored = four_plus_six(group, target=target, mirror=True)
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
#: Optimizers with one thing wrong: the fault, the family, what is wrong with it, and how; which
#: claims notice it beside those about the family; and a group.
SPOILT: tuple[tuple[str, str, str, Edit, str, str], ...] = (
    ("dropped-node", "six-per-frequency", "without one node",
     dropped(4), "certificates.accepted", "Z5"),
    ("sign", "six-per-frequency", "with b of one node negated",
     times(-1, row="b", node=3), "", "Z5"),
    ("conjugation", "six-per-frequency", "with a of one node conjugated",
     conjugated(row="a", node=2), "", "Z5"),
    ("root", "six-per-frequency", "with c of one node turned by a fifth",
     times(zeta(5), row="c", node=1), "", "Z5"),
    ("rows", "six-per-frequency", "with a and c of one node exchanged",
     exchanged("a", "c", node=1), "", "Z5"),
    ("frequency", "six-per-frequency", "with the blocks of two frequencies at one",
     moved(2, 1), "", "Z5"),
    ("large", "four-plus-six", "with one node dropped", dropped(-1), "optimizers.large", "Z5"),
    ("carrier-sign", "four-plus-six", "with the carried constants of one node negated",
     _carrier(-1), "", "Z5"),
    ("carrier-norm", "four-plus-six", "with twice the carrier on one node",
     _carrier(2), "norms.carrier", "Z5"),
    ("carrier-real", "four-plus-real", "with half the carrier on one node",
     _carrier(Fraction(1, 2)), "", "Z6"),
    ("carrier-const", "four-plus-constant", "with its constant doubled",
     times(2, row="a", node=0), "", "Z5"),
    ("short-block", "few-plus-constant", "with c of its constant node doubled",
     times(2, row="c", node=0), "", "Z6"),
    ("shared-node", "three-plus-shared", "with c of the shared node doubled",
     times(2, row="c", node=-1), "", "Z8"),
    ("short-real", "few-plus-real", "with c of its carrier doubled",
     times(2, row="c", node=0), "", "Z6"),
    ("constant-part", "four-two-plus-constant", "with one constant part doubled",
     times(2, row="a", node=-1, at=0), "", "Z7"),
    ("nine-scale", "nine-per-frequency", "with c of one node doubled",
     times(2, row="c", node=5), "", "Z5"),
    ("memorization-scale", "memorization", "with c of one node doubled",
     times(2, row="c", node=3), "norms.memorization", "Z5"),
)
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
    *(fault(f"optimizers.{name}", f"{family} {what}", _edit(family, edit),
            f"optimizers.{family} optimizers.{family}.onehot {also}", group)
      for name, family, what, edit, also, group in SPOILT),
    fault("optimizers.reals", "six-per-frequency without the blocks of real characters",
          _family("six-per-frequency", _without_reals),
          "optimizers.six-per-frequency optimizers.six-per-frequency.onehot", "Z6"),
    fault("optimizers.carrier-half", "four-plus-six, its blocks mirrored and its carrier not",
          _family("four-plus-six", _half_mirrored), "optimizers.four-plus-six", "Z7"),
    fault("optimizers.memorization-sign", "memorization outputs g - h",
          _family("memorization", _conjugated_memorization),
          "optimizers.memorization optimizers.memorization-factors"),
    fault("optimizers.mean", "six-per-frequency without the mean output",
          _family("six-per-frequency", _projected),
          "optimizers.six-per-frequency.onehot certificates.accepted.onehot"),
    fault("optimizers.idle", "nine-per-frequency with a node that computes nothing",
          _family("nine-per-frequency", _too_many), "optimizers.nine-per-frequency"),
    fault("optimizers.width", "widths are said to be two fewer", _width(lambda q: q - 2),
          "optimizers.six-per-frequency optimizers.four-plus-six"),
    fault("optimizers.width-bound", "lower bounds are said to be one more",
          lambda s: replace(s, lower_bound=lambda *asked: s.lower_bound(*asked) + 1),
          "width.dimension width.lower-bound width.onehot width.projected", "Z7"),
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
