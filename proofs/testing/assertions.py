"""Assertions for anyone's own constructions; the messages show what fails, with exact values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from algebra.criterion.target import Target
from algebra.criterion.tensor import routes
from algebra.criterion.verdict import check
from algebra.groups.spectrum import Frequency
from algebra.semiring.element import Element
from algebra.semiring.potential import Potential, parse_potential
from proofs.subjects.recipe import Symmetry
from proofs.subjects.subject import INSTALLED, Subject

#: At most this many potentials or entries are shown.
SHOWN = 10
#: Wider elements are not moved by symmetries, and have no certificate made of them.
MAX_WIDTH = 2000


def assert_global_optimizer(
    z: Element, *, target: Target = "projected", subject: Subject = INSTALLED
) -> None:
    """Assert that an element has loss exactly zero, for all values of its parameters.

    The battery: every route of the checking engine finds the target's function tensor; the
    stand-alone checker accepts the certificate; the loss stays zero when rows are swapped, inputs
    translated, characters relabelled, nodes scaled, and along the zero-loss path.

    Raises:
        AssertionError: if it has not; the message shows the first wrong entries of the function
            tensor, and the potentials with their exact values that they are made of.
        ValueError: if ``z`` is a block of one frequency, over no group.

    >>> from algebra import AbelianGroup, optimizers
    >>> assert_global_optimizer(optimizers.four_plus_six(AbelianGroup("Z7")))
    """
    __tracebackhide__ = True
    problems = list(_problems(z, target, subject))
    if problems:
        raise AssertionError("\n".join(problems))


def _problems(z: Element, target: Target, subject: Subject) -> Iterator[str]:
    verdict = check(z, target=target)
    if not verdict.accepted:
        yield str(verdict)
        return
    # From here on the element is right, and what follows is about this project's own code.
    for route in routes(z):
        rest = subject.tensor(z, route).minus(target)
        for key, value in list(rest)[:SHOWN]:
            yield f"by the {route} route T - target is {value!r} at {list(key)}"
    if z.order > MAX_WIDTH:
        return
    code, message = subject.checker(subject.certificate(z, target))
    if code:
        yield f"the stand-alone checker does not accept it: {message}"
    group = z.group
    last = group.order - 1
    for symmetry in (
        Symmetry("swapped"),
        Symmetry("translated", (last, last // 2)),
        Symmetry("relabelled", group.scaling(group.exponent - 1 or 1).images),
        Symmetry("scaled", (Fraction(-1), Fraction(2), Fraction(1, 3))),
        Symmetry("lengthened", (1, 1, -1)),
    ):
        loss = subject.loss(symmetry(z, subject), target)
        if loss:
            yield f"{symmetry.kind} by {symmetry.arguments}, its loss is {loss!r}"


def assert_kills(z: Element, potentials: Iterable[Potential | str]) -> None:
    """Assert that potentials vanish on an element, for all values of its parameters.

    Over a group they are `Potential` values; of a block names do as well, such as ``"a-bc"``.

    Raises:
        AssertionError: if one does not vanish; the message shows each that does not, with its
            exact value.
        ValueError: for a name where ``z`` is over a group, or one that is no potential; if no
            potential is given, since that would assert nothing.

    >>> from algebra import blocks
    >>> assert_kills(blocks.syn(), ["a-bc", "ab-c", "abc-", "aa-c", "bb-c"])
    """
    __tracebackhide__ = True
    asked = [_potential(z, r) for r in potentials]
    if not asked:
        raise ValueError("potentials is empty; pass at least one, such as 'a-bc'")
    values = [(r, r(z)) for r in asked]
    left = [(r, value) for r, value in values if value]
    if left:
        shown = [f"  {r} = {value!r}" for r, value in left[:SHOWN]]
        if len(left) > SHOWN:
            shown.append(f"  and {len(left) - SHOWN} more")
        raise AssertionError(
            f"{z!r} leaves {len(left)} of {len(asked)} potentials:\n" + "\n".join(shown)
        )


def _potential(z: Element, r: Potential | str) -> Potential:
    if isinstance(r, Potential):
        return r
    if not isinstance(z.spectrum, Frequency):
        raise ValueError(
            f"potential={r!r} is a name, for blocks of one frequency; over {z.spectrum} pass "
            f"Potential({z.spectrum!r}, [('a', k1), ('b', k2), ('c', k)])"
        )
    return parse_potential(r, spectrum=z.spectrum)
