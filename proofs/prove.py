"""What `cogo prove` shows for a group: blocks, laws and optimizers, each with how it was shown."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, final

from algebra import blocks
from algebra.composition import operands
from algebra.element import Element
from algebra.group import AbelianGroup
from algebra.optimizers import build, families, width
from algebra.potential import omega_0, potential_sets
from algebra.scalar import I
from algebra.tensor import Target
from algebra.verdict import check
from proofs import certificate, checker, laws

#: Above this order memorization is not attempted by `prove`: O(d^3) multiply-adds, minutes.
MAX_MEMORIZATION = 1024
#: More entries than this and no certificate is written: the checker reads at most MAX_TERMS.
MAX_ENTRIES = checker.MAX_TERMS // 2


@final
@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the report.

    Attributes:
        claim: the statement.
        holds: True, False, or None if it was not attempted.
        how: how it is known ("proved", with what generality), or why it was not attempted.
        seconds: wall time.
        group: the group it is about, or an empty string.
        width: the number of hidden nodes, for optimizers.
        counterexample: what is wrong, if it does not hold.
        certificate: the file written, or why none was.
    """

    claim: str
    holds: bool | None
    how: str
    seconds: float = 0.0
    group: str = ""
    width: int | None = None
    counterexample: str = ""
    certificate: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields for JSON."""
        return {
            "claim": self.claim,
            "holds": self.holds,
            "how": self.how,
            "seconds": round(self.seconds, 6),
            "group": self.group,
            "width": self.width,
            "counterexample": self.counterexample,
            "certificate": self.certificate,
        }


#: Each block with exactly the potentials it kills, for all values of its parameters.
BLOCKS: tuple[tuple[Callable[[], Element], str], ...] = (
    (blocks.syn, "a-bc ab-c abc- aa-c bb-c a-a-c b-b-c"),
    (blocks.nu, "aac bbc"),
    (lambda: blocks.nu(I), "a-bc ab-c aac a-a-c bbc b-b-c"),
    (blocks.xi, "abc-"),
    (lambda: blocks.xi(mirror=True), "abc-"),
    (blocks.syn_ab, "abc- aa-c bb-c"),
    (blocks.three_c, "a-bc ab-c aac a-a-c bbc b-b-c"),
    (blocks.real_character, "aac bbc"),
    (lambda: blocks.syn() * blocks.nu(), "all but abc"),
    (lambda: blocks.nu(I) * blocks.syn_ab(), "all but abc"),
    (lambda: blocks.three_c() * blocks.syn(), "all but abc"),
    (lambda: blocks.nu(I) * blocks.xi(), "a-bc ab-c abc- aac a-a-c bbc b-b-c"),
)


def _timed(work: Callable[[], Outcome]) -> Outcome:
    start = time.perf_counter()
    return replace(work(), seconds=time.perf_counter() - start)


def prove_laws() -> Iterator[Outcome]:
    """Prove the semiring axioms and the homomorphism laws on symbolic entries."""
    for law in laws.LAWS:

        def work(law: laws.Law = law) -> Outcome:
            found = laws.prove(law)
            return Outcome(
                law.statement,
                found.holds,
                f"proved, all entries, {found.orders}",
                counterexample=found.counterexample,
            )

        yield _timed(work)


def _block_name(z: Element) -> str:
    return z.name or " * ".join(str(x.name) for x in operands(z.operation))


def prove_blocks() -> Iterator[Outcome]:
    """Prove the zero set of every block, for all values of its parameters."""
    for make, expected in BLOCKS:

        def work(make: Callable[[], Element] = make, expected: str = expected) -> Outcome:
            z = make()
            sets = potential_sets(z.spectrum)
            every = {str(r) for members in sets.values() for r in members}
            wanted = every - {"abc"} if expected == "all but abc" else set(expected.split())
            found = {str(r) for r in omega_0(z)}
            how = "proved, all parameter values" if z.parameters else "proved"
            wrong = sorted(found ^ wanted)
            claim = f"{_block_name(z)} kills exactly {expected}"
            return Outcome(
                claim,
                not wrong,
                how,
                width=z.order,
                counterexample=", ".join(wrong),
            )

        yield _timed(work)


def prove_optimizers(
    group: AbelianGroup,
    *,
    target: Target = "projected",
    chosen: tuple[str, ...] | None = None,
    write: Callable[[str, bytes], str] | None = None,
) -> Iterator[Outcome]:
    """Prove that every family's optimizer has zero loss, all parameters free.

    Args:
        group: any finite Abelian group.
        target: ``"projected"`` or ``"onehot"``.
        chosen: the families to prove, all that exist by default.
        write: where certificates go: called with the family's name and the bytes, returns what
            to report. Each certificate is checked by `proofs.checker` before.
    """
    for family in chosen or tuple(families(group, target=target)):
        yield _timed(partial(_optimizer, group, family, target, write))


def _optimizer(
    group: AbelianGroup, family: str, target: Target, write: Callable[[str, bytes], str] | None
) -> Outcome:
    claim = f"{family} has zero loss"
    if family == "memorization" and group.order > MAX_MEMORIZATION:
        return Outcome(
            claim,
            None,
            f"not attempted: d^3 = {group.order**3:.2g} multiply-adds",
            group=str(group),
            width=width(group, family, target=target),
        )
    z = build(group, family, target=target)
    verdict = check(z, target=target)
    d = group.order
    entries = d * d * (d - (target == "projected"))
    free = len(z.parameters)
    how = f"proved, all {entries} entries of T"
    if free:
        how += f", all values of {free} parameter{'s' * (free > 1)}"
    result = Outcome(
        claim,
        verdict.accepted,
        how,
        group=str(group),
        width=z.order,
        counterexample="" if verdict.accepted else str(verdict),
    )
    if write is None:
        return result
    estimate = z.order * 3 if family != "memorization" else z.order * 3 * d
    if estimate > MAX_ENTRIES:
        return replace(
            result, certificate=f"none: about {estimate} entries, checker reads {checker.MAX_TERMS}"
        )
    notes = {"family": family, "made by": "cogo prove"}
    data = certificate.to_text(z, target=target, notes=notes).encode()
    code, message = checker.check(data)
    if code:
        return replace(result, holds=False, counterexample=f"the checker: {message}")
    return replace(result, certificate=write(family, data))
