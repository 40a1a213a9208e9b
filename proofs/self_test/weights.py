"""Faults in weights: blocks, optimizers and floats with one thing wrong, and wrong widths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from algebra.blocks import paper as building_blocks
from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup
from algebra.numbers.scalar import Scalar
from algebra.numbers.units import I, param, zeta
from algebra.semiring import polynomial
from algebra.semiring.element import Element, one, uniform
from algebra.semiring.made import block, total
from numeric.weights.plain_network import Weights
from proofs.subjects.near_miss import (
    Change,
    Edit,
    conjugated,
    dropped,
    edited,
    entries,
    exchanged,
    times,
)
from proofs.subjects.subject import Mutant, Plant, Subject, fault


def _block(name: str, make: Callable[[], Element]) -> Plant:
    return lambda s: replace(s, blocks=MappingProxyType({**s.blocks, name: make}))


def _edit(name: str, edit: Edit) -> Plant:
    """Edit the nodes of a block."""
    return lambda s: _block(name, lambda: edited(s.blocks[name](), edit))(s)


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


def _family(family: str, make: Callable[[Element, Target], Element]) -> Plant:
    """Plant a faulty optimizer for one family, made from the right one."""

    def plant(s: Subject) -> Subject:
        def faulty(group: AbelianGroup, name: str, target: Target) -> Element:
            z = s.optimizer(group, name, target)
            return make(z, target) if name == family else z

        return replace(s, optimizer=faulty)

    return plant


def _near_miss(family: str, kind: str) -> Plant:
    return _family(family, lambda z, target: Change(kind).plant(z, target=target))


def _projected(z: Element, target: Target) -> Element:
    """Forget the mean output."""
    return edited(z, entries(lambda p, k, x: (p, k, x * int((p, k) != ("c", 0)))))


def _too_many(z: Element, target: Target) -> Element:
    """Add a node that computes nothing: the loss is right, the width is not."""
    idle = edited(z, lambda nodes: [{at: x for at, x in nodes[0].items() if at[0] != "c"}])
    return total(z.group, [z, idle])


def _width(change: Callable[[int], int]) -> Plant:
    return lambda s: replace(
        s, width=lambda group, family, **options: change(s.width(group, family, **options))
    )


def _embed(change: Callable[[Weights], Weights]) -> Plant:
    return lambda s: replace(s, embed=lambda z, gauge: change(s.embed(z, gauge)))


def _single(w: Weights) -> Weights:
    a, b, c = (x.astype(np.float32).astype(np.float64) for x in (w.w_a, w.w_b, w.w_c))
    return Weights(w.group, a, b, c)


def _reversed_output(w: Weights) -> Weights:
    """Transform ``c`` with the characters in place of their conjugates."""
    negative = w.group.negate(np.arange(w.group.order))
    return Weights(w.group, w.w_a, w.w_b, w.w_c[negative])


W = zeta(6)

# fmt: off
#: Optimizers with one fault: the family, its kind, the claims that notice it beside those about
#: the family, and a group.
SPOILT = (
    ("six-per-frequency", "node dropped", "certificates.accepted", "Z5"),
    ("six-per-frequency", "row sign", "", "Z6"),
    ("six-per-frequency", "input conjugated", "", "Z5"),
    ("six-per-frequency", "output root", "", "Z5"),
    ("six-per-frequency", "output moved", "", "Z5"),
    ("four-plus-six", "node dropped", "optimizers.large", "Z5"),
    ("four-plus-six", "output conjugated", "", "Z7"),
    ("four-plus-six", "carrier entry", "norms.carrier", "Z5"),
    ("four-plus-real", "carrier entry", "", "Z6"),
    ("four-plus-constant", "input scale", "", "Z5"),
    ("few-plus-constant", "output scale", "", "Z6"),
    ("three-plus-shared", "output dropped", "", "Z8"),
    ("few-plus-real", "output sign", "", "Z6"),
    ("four-two-plus-constant", "input scale", "", "Z7"),
    ("nine-per-frequency", "output scale", "", "Z5"),
    ("memorization", "output scale", "norms.memorization", "Z5"),
    ("memorization", "outputs translated", "optimizers.memorization-factors", "Z5"),
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
    *(fault(f"optimizers.{family}.{kind.replace(' ', '-')}", f"{family} with one fault: {kind}",
            _near_miss(family, kind),
            f"optimizers.{family} optimizers.{family}.onehot {also}", group)
      for family, kind, also, group in SPOILT),
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
    fault("floats.output", "float outputs have g and -g exchanged", _embed(_reversed_output),
          "mirror.output mirror.torch mirror.gradient"),
    fault("floats.single", "weights are rounded to single precision",
          _embed(_single), "mirror.output mirror.gradient"),
    fault("floats.gauge", "balanced weights are scaled by c/8",
          _embed(lambda w: Weights(w.group, 2 * w.w_a, 2 * w.w_b, w.w_c / 8)), "mirror.output"),
    fault("floats.saddle", "outputs are negated",
          _embed(lambda w: Weights(w.group, w.w_a, w.w_b, -w.w_c)), "mirror.hessian"),
)
