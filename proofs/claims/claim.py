"""Claims: statements with an identifier, a source, and a check that returns evidence.

The kind of the evidence is part of the result, and the five words are never mixed:

* *proved*: an identity of exact numbers or of polynomials, for the generality in ``scope``;
* *exhaustive*: every case of a finite set was checked, exactly;
* *sampled*: random cases were checked, exactly; ``scope`` says how many and with which seed;
* *measured*: floats agree to a stated tolerance; ``scope`` says the figure and the tolerance;
* *cited*: a theorem that is not checked here says so; ``scope`` names it, and what was evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, final

from algebra.groups.group import AbelianGroup
from algebra.semiring.element import Element
from proofs.subjects.subject import INSTALLED, Subject

#: What is compared: a name, and two sides.
Side = tuple[str, object, object]
Kind = Literal["proved", "exhaustive", "sampled", "measured", "cited", "not attempted"]


@final
@dataclass(frozen=True, slots=True)
class Evidence:
    """What a check found.

    Attributes:
        kind: see the module; "not attempted" if the check could not be made here.
        scope: the generality, over what, how many, or the figure; or why it was not attempted.
        counterexample: what is wrong; empty if the claim holds.
        figures: numbers a reader may want, by name, such as ``{"nodes": 13}``.
    """

    kind: Kind
    scope: str
    counterexample: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)


@final
@dataclass(frozen=True, slots=True)
class Context:
    """What a check is given: the code under test, the group where there is one, and the seed."""

    subject: Subject = INSTALLED
    group: AbelianGroup | None = None
    seed: int = 0

    @property
    def over(self) -> AbelianGroup:
        """The group; only for claims about one."""
        assert self.group is not None, "a claim about a group is given one"
        return self.group


def up_to(order: int, *, least: int = 1) -> Callable[[AbelianGroup], bool]:
    """Return a predicate: groups of at least ``least`` and at most ``order`` elements.

    >>> up_to(8)(AbelianGroup("Z9"))
    False
    """
    return lambda group: least <= group.order <= order


@final
@dataclass(frozen=True, slots=True)
class Claim:
    """A statement and its check.

    Attributes:
        id: a dotted name, ``"laws.distributive"``; the first part is the theorem family.
        statement: one sentence.
        latex: the same as a formula, without dollar signs.
        source: a theorem of a paper, or "this project".
        check: returns the evidence; exceptions are bugs, not refutations.
        needs: the ids of claims that this one rests on.
        applies: for a claim about a group, made once for each: whether it says anything about it.
        theorems: those of Coq that prove it, ``"file.v:name"`` in proofs/formal.
    """

    id: str
    statement: str
    latex: str
    source: str
    check: Callable[[Context], Evidence]
    needs: tuple[str, ...] = ()
    applies: Callable[[AbelianGroup], bool] | None = None
    theorems: tuple[str, ...] = ()

    @property
    def coq(self) -> str:
        """What Coq has proved of it, in words: ``"proved for all groups (Coq: name)"``, or ""."""
        names = ", ".join(theorem.partition(":")[2] for theorem in self.theorems)
        whom = " for all groups" if self.applies else ""
        return f"proved{whom} (Coq: {names})" if names else ""

    @property
    def family(self) -> str:
        """The theorem family, the first part of the id."""
        return self.id.partition(".")[0]

    @property
    def about(self) -> Literal["everything", "a group"]:
        """Whether it is about one group, or made once."""
        return "a group" if self.applies else "everything"


def _shown(x: object) -> str:
    """Return the repr, of an element its first nodes."""
    if not isinstance(x, Element):
        return repr(x)
    nodes = [
        ", ".join(f"{p}[{x.spectrum.label(k)}] = {v!r}" for (p, k), v in node.items())
        for node in x.node_list()[:4]
    ]
    more = [f"... {x.order - 4} more"] if x.order > 4 else []
    return f"{{{'; '.join(nodes + more)}}}"


def first_difference(pairs: Iterable[Side]) -> str:
    """Return ``"name: left is not right"`` of the first unequal ``(name, left, right)``, or "".

    >>> first_difference([("x", 1, 1), ("y", 2, 3)])
    'y: 2 is not 3'
    """
    wrong = (f"{name}: {_shown(x)} is not {_shown(y)}" for name, x, y in pairs if x != y)
    return next(wrong, "")


def wrong_verdicts(
    check: Callable[[bytes], tuple[int, str]], files: Iterable[tuple[str, int, bytes]]
) -> list[str]:
    """Return, for files ``(name, code, data)``, what a checker says other than the code.

    A checker that crashes, whatever the file, has not decided.

    >>> wrong_verdicts(lambda data: (0, "accepted"), [("empty", 2, b"")])
    ['empty: exit code 0, expected 2 (accepted)']
    """
    wrong = []
    for name, code, data in files:
        try:
            found, message = check(data)
        except Exception as error:
            wrong.append(f"{name}: crashed ({type(error).__name__})")
            continue
        if found != code:
            wrong.append(f"{name}: exit code {found}, expected {code} ({message})")
    return wrong
