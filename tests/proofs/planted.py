"""Subjects with one planted fault each, by name, so that other processes can import them."""

from __future__ import annotations

import os
import signal
from dataclasses import replace

from algebra import Scalar, optimizers
from algebra.criterion.tensor import FunctionTensor, function_tensor
from algebra.semiring import symmetry
from algebra.semiring.element import Element
from algebra.semiring.potential import Potential, construct
from proofs.certificates import certificate
from proofs.subjects.near_miss import Change
from proofs.subjects.subject import INSTALLED


def _wrong_carrier(group, family, target):
    z = optimizers.build(group, family, target=target)
    return Change("carrier entry").plant(z, target=target) if family == "four-plus-six" else z


def _wrong_order9(group, family, target):
    z = optimizers.build(group, family, target=target)
    return Change("output sign").plant(z, target=target) if family == "nine-per-frequency" else z


def _index_missing(r: Potential, z: Element) -> Scalar:
    return Potential(r.spectrum, r.indices[1:])(z) if len(r.indices) > 3 else r(z)


def _without_conjugates(r: Potential, z: Element) -> Scalar:
    half = [(p, min(k, r.spectrum.negate(k))) for p, k in r.indices]
    return Potential(r.spectrum, half)(z.expand())


def _skips_the_last(z, route):
    T = function_tensor(z, route=route)
    return FunctionTensor(T.group, T.key[:-1], T.value[:-1]) if route == "sparse" else T


def _merged_certificate(z, target):
    return certificate.to_text(z.merged(), target=target).encode()


def _off(z, gauge):
    w = INSTALLED.embed(z, gauge)
    return replace(w, w_a=w.w_a * (1 + (1e-14 if gauge == "rational" else 1e-9)))


#: The optimizer `four-plus-six` has half of one carrier entry.
WRONG_CARRIER = replace(INSTALLED, optimizer=_wrong_carrier)
#: A process that asks it for a product is gone.
DYING = replace(INSTALLED, multiply=lambda x, y: os.kill(os.getpid(), signal.SIGKILL))
WRONG_ORDER9 = replace(INSTALLED, optimizer=_wrong_order9)

#: A fault for every property, by its id.
PLANTED = {
    "laws.semiring": replace(INSTALLED, add=lambda x, y: x + y if x.order < 2 else x),
    "laws.homomorphism": replace(INSTALLED, evaluate_expanded=_without_conjugates),
    "composition.zero-sets": replace(INSTALLED, multiply=lambda x, y: x + y),
    "composition.polynomial": replace(
        INSTALLED, construct=lambda u, kill: construct(u, list(kill)[:-1])
    ),
    "criterion.routes": replace(INSTALLED, tensor=_skips_the_last),
    "criterion.loss": replace(INSTALLED, loss=lambda z, target: INSTALLED.loss(z, "onehot")),
    "criterion.near-misses": replace(
        INSTALLED,
        tensor=lambda z, route: function_tensor(
            INSTALLED.optimizer(z.group, "memorization", "onehot")
        ),
    ),
    "optimizers.zero-loss": WRONG_CARRIER,
    "optimizers.routes": WRONG_ORDER9,
    "optimizers.network": WRONG_ORDER9,
    "optimizers.width": replace(
        INSTALLED,
        width=lambda group, family, *, target: (
            optimizers.width(group, family, target=target) + (family == "nine-per-frequency")
        ),
    ),
    "checker.accepts": replace(INSTALLED, checker=lambda data: (2, "malformed")),
    "checker.refuses": replace(INSTALLED, checker=lambda data: (0, "accepted")),
    "checker.verdicts": replace(INSTALLED, checker=lambda data: (0, "accepted")),
    "checker.round-trip": replace(INSTALLED, certificate=_merged_certificate),
    "symmetry.tensor": replace(INSTALLED, translated=lambda z, s, t: symmetry.translated(z, s, 0)),
    "symmetry.loss": replace(INSTALLED, relabelled=lambda z, phi: z.scaled(c=2)),
    "mirror.weights": replace(INSTALLED, embed=_off),
    "mirror.gauges": replace(INSTALLED, embed=_off),
    "path.potentials": replace(INSTALLED, multiply=lambda x, y: x + y),
}
