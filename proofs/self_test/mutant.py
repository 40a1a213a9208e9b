"""A planted fault: a change of the code under test, in data or functions, that claims must notice.

Faults in source are another matter: see docs/development/mutation.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from proofs.subjects.subject import Subject

Plant = Callable[[Subject], Subject]


@final
@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault and what must notice it."""

    id: str  # a dotted name, the first part saying where it is planted
    sentence: str  # what is wrong
    plant: Plant  # returns the subject with the fault
    noticed_by: tuple[str, ...]  # claims each of which must be refuted
    group: str = "Z5"  # for claims about one


def fault(id: str, sentence: str, plant: Plant, noticed_by: str, group: str = "Z5") -> Mutant:
    """Return a fault, whose claims are named in one text."""
    return Mutant(id, sentence, plant, tuple(noticed_by.split()), group)
