"""Planted faults, one file per place where they are planted; `proofs.self_test` tries them."""

from proofs.planted import blocks, engine, files, operations, optimizers
from proofs.planted.fault import Fault

FAULTS: tuple[Fault, ...] = (
    *blocks.FAULTS,
    *operations.FAULTS,
    *engine.FAULTS,
    *optimizers.FAULTS,
    *files.FAULTS,
)
