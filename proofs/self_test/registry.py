"""Planted faults, one file per place where they are planted; `proofs.self_test.run` tries them."""

from proofs.self_test import blocks, engine, files, operations, optimizers
from proofs.self_test.fault import Mutant

MUTANTS: tuple[Mutant, ...] = (
    *blocks.MUTANTS,
    *operations.MUTANTS,
    *engine.MUTANTS,
    *optimizers.MUTANTS,
    *files.MUTANTS,
)
