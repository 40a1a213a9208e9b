"""The tool doubts itself: faults are planted one at a time, and claims must notice each.

A fault is caught if every claim that is said to notice it, and can be checked here, is refuted: a
crash is no refutation. And every claim must notice some fault, or it could not fail.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from algebra.groups.group_names import named_group
from proofs.claims.claim import Context
from proofs.claims.registry import CLAIMS
from proofs.self_test.faults import MUTANTS
from proofs.subjects.subject import INSTALLED, Mutant

Said = tuple[str, str]


@final
@dataclass(frozen=True, slots=True)
class Doubt:
    """What came of one planted fault."""

    fault: str
    sentence: str
    refuted: Sequence[Said]  # claims that noticed, each with its counterexample
    missed: Sequence[Said]  # claims that should have, each with why they did not
    not_attempted: Sequence[Said]  # each with what it needs
    seconds: float

    @property
    def caught(self) -> bool:
        """Whether all claims that should notice, and could be asked, did."""
        return bool(self.refuted) and not self.missed


#: Claims that no fault of the code under test can reach: identities of SymPy alone. The suite
#: shows that they can fail in another way.
OUT_OF_REACH = frozenset({"path.falling"})


def try_fault(fault: Mutant) -> Doubt:
    """Plant one fault and ask the claims that should notice."""
    start = time.perf_counter()
    subject = fault.plant(INSTALLED)
    refuted, missed, not_attempted = list[Said](), list[Said](), list[Said]()
    for name in fault.noticed_by.split():
        claim = CLAIMS[name]
        group = named_group(fault.group) if claim.applies else None
        try:
            evidence = claim.check(Context(subject, group))
        except Exception as error:
            missed.append((name, f"crashed: {type(error).__name__}: {error}"))
            continue
        if evidence.counterexample:
            refuted.append((name, evidence.counterexample))
        elif evidence.kind == "not attempted":
            not_attempted.append((name, evidence.scope))
        else:
            missed.append((name, "holds"))
    seconds = time.perf_counter() - start
    return Doubt(fault.id, fault.sentence, refuted, missed, not_attempted, seconds)


def unnoticing(faults: Sequence[Mutant] = MUTANTS) -> list[str]:
    """Return the claims that none of the faults is said to reach."""
    noticed = {name for fault in faults for name in fault.noticed_by.split()} | OUT_OF_REACH
    return [name for name in CLAIMS if name not in noticed]
