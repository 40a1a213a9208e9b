"""Claims: statements with an identifier, a source, and a check that returns evidence.

The kind of the evidence is part of the result, and its words are never mixed:
docs/catalogue/claims.md#five-words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, final

from algebra.criterion.target import Target
from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup
from algebra.semiring.element import Element
from proofs.subjects.subject import INSTALLED, Subject

#: What is compared: a name, and two sides.
Side = tuple[str, object, object]
#: The evidence if all is well, then what has to be equal.
Compared = Iterator["Evidence | Side"]
THIS = "this project"
Kind = Literal["proved", "exhaustive", "sampled", "measured", "cited", "not attempted"]


@final
@dataclass(frozen=True, slots=True)
class Evidence:
    """What a check found."""

    kind: Kind  # "not attempted" if the check could not be made here
    scope: str  # over what, how many, or the figure; or why it was not attempted
    counterexample: str = ""  # what is wrong; empty if the claim holds
    figures: Mapping[str, Any] = field(default_factory=dict)  # such as {"nodes": 13}


@final
@dataclass(frozen=True, slots=True)
class Context:
    """What a check is given: the code under test, the group where there is one, and the seed."""

    subject: Subject = INSTALLED
    group: AbelianGroup | FiniteGroup | None = None
    seed: int = 0

    @property
    def over(self) -> Any:
        """The group; only for claims about one: Abelian, or where these are ``finite`` not."""
        assert self.group is not None, "a claim about a group is given one"
        return self.group


def up_to(order: int, *, least: int = 1) -> Callable[[AbelianGroup], bool]:
    """Return a predicate: groups of at least ``least`` and at most ``order`` elements."""
    return lambda group: least <= group.order <= order


@final
@dataclass(frozen=True, slots=True)
class Claim:
    """A statement and its test, which returns the evidence, or yields it and what has to be equal.

    Exceptions are bugs, not refutations.
    """

    id: str  # a dotted name, "laws.distributive"; the first part is the theorem family
    statement: str  # one sentence
    latex: str  # the same as a formula, without dollar signs
    source: str  # a theorem of a paper, or "this project"
    test: Callable[[Context], Evidence | Compared]
    needs: tuple[str, ...] = ()  # the ids of claims that this one rests on
    applies: Callable[[Any], bool] | None = None  # whether it says anything about a group
    finite: bool = False  # whether these groups are those that are not Abelian
    optimizer: tuple[str, Target] | None = None  # the family, and the target, that it is about
    theorems: tuple[str, ...] = ()  # those of Coq that prove it, "file.v:name" in proofs/formal

    def check(self, context: Context) -> Evidence:
        """Make the test; the evidence of sides that are not equal has the first of them."""
        found = self.test(context)
        if isinstance(found, Evidence):
            return found
        evidence = next(found)
        assert isinstance(evidence, Evidence), "what was done is said before its sides"
        return replace(evidence, counterexample=first_difference(found))  # type: ignore[arg-type]

    @property
    def coq(self) -> str:
        """What Coq has proved of it, in words: ``"proved for all groups (Coq: name)"``, or ""."""
        names = ", ".join(theorem.partition(":")[2] for theorem in self.theorems)
        whom = " for all groups" if self.applies else ""
        return f"proved{whom} (Coq: {names})" if names else ""

    @property
    def about(self) -> str:
        """Whether it is about one group, or made once."""
        return "a group" if self.applies else "everything"

    @property
    def family(self) -> str:
        """The theorem family, the first part of the id."""
        return self.id.partition(".")[0]

    def is_about(self, group: AbelianGroup | FiniteGroup) -> bool:
        """Return whether it says anything about a group."""
        mine = isinstance(group, FiniteGroup) == self.finite
        return mine and self.applies is not None and self.applies(group)


def claim(
    id: str,
    latex: str,
    source: str = THIS,
    *,
    needs: str = "",
    applies: Callable[[Any], bool] | None = None,
    finite: bool = False,
) -> Callable[[Callable[[Context], Evidence | Compared]], Claim]:
    """Make a claim of a function: its test, with the statement as docstring."""

    def made(test: Callable[[Context], Evidence | Compared]) -> Claim:
        assert test.__doc__, "a claim states something"
        return Claim(id, test.__doc__, latex, source, test, tuple(needs.split()), applies, finite)

    return made


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

    Of tables, which have 0 where they have no entry, the first entry that differs is shown.
    """
    for name, x, y in pairs:
        if x != y:
            if isinstance(x, dict) and isinstance(y, dict):
                at = next((at for at in {**x, **y} if x.get(at, 0) != y.get(at, 0)), None)
                name, x, y = f"{name} at {at}", x.get(at, 0), y.get(at, 0)
            return f"{name}: {_shown(x)} is not {_shown(y)}"
    return ""
