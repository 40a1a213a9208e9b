"""Subjects with one planted fault each, by name, so that other processes can import them."""

import os
import signal
from dataclasses import replace

from algebra.criterion.tensor import function_tensor
from proofs.self_test.faults import MUTANTS
from proofs.subjects.subject import INSTALLED

FAULTS = {fault.id: fault.plant(INSTALLED) for fault in MUTANTS}
#: The optimizer `four-plus-six` has half of one carrier entry.
WRONG_CARRIER = FAULTS["optimizers.four-plus-six.carrier-entry"]
#: A process that asks it for a product is gone.
DYING = replace(INSTALLED, multiply=lambda x, y: os.kill(os.getpid(), signal.SIGKILL))
#: The function tensor is always that of an optimizer.
ALWAYS_RIGHT = replace(
    INSTALLED,
    tensor=lambda z, route: function_tensor(INSTALLED.optimizer(z.group, "memorization", "onehot")),
)

#: A fault for every property, by its id.
PLANTED = {
    "laws.semiring": FAULTS["operations.add-drops"],
    "laws.homomorphism": FAULTS["operations.potential-node"],
    "composition.zero-sets": FAULTS["operations.coefficients"],
    "composition.polynomial": FAULTS["blocks.construct"],
    "criterion.routes": FAULTS["engine.dense-frequency"],
    "criterion.loss": FAULTS["engine.loss-target"],
    "criterion.near-misses": ALWAYS_RIGHT,
    "optimizers.zero-loss": WRONG_CARRIER,
    "optimizers.routes": FAULTS["optimizers.nine-per-frequency.output-scale"],
    "optimizers.network": FAULTS["optimizers.six-per-frequency.row-sign"],
    "optimizers.width": FAULTS["optimizers.width"],
    "checker.accepts": FAULTS["files.checker-refutes"],
    "checker.refuses": FAULTS["files.checker-accepts"],
    "checker.verdicts": FAULTS["files.checker-parameters"],
    "checker.round-trip": FAULTS["files.target"],
    "symmetry.tensor": FAULTS["operations.translation"],
    "symmetry.loss": FAULTS["operations.multiply-one"],
    "mirror.weights": FAULTS["floats.single"],
    "mirror.gauges": FAULTS["floats.single"],
    "path.potentials": FAULTS["operations.multiply-doubles"],
}
