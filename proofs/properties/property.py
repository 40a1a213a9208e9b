"""Properties: what a fuzzing campaign asks of drawn values, about a subject under test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, final

import hypothesis
from hypothesis.strategies import SearchStrategy

from algebra.groups.group import AbelianGroup
from proofs.claims.claim import Side, first_difference
from proofs.subjects.subject import INSTALLED, Subject

Check = Callable[[Subject, Any], "str | Iterable[Side]"]


@final
@dataclass(frozen=True, slots=True)
class Property:
    """A property of drawn values."""

    id: str
    statement: str
    attacks: tuple[str, ...]  # claims that a failure would refute; ``laws.*`` is a whole family
    strategy: Callable[..., SearchStrategy[Any]]  # given ``among``, the groups to draw from
    check: Check  # of a drawn value: what is wrong, in words, or "", or what has to be equal
    max_order: int = 16  # larger groups are not given to the strategy

    def counterexample(self, subject: Subject, value: Any) -> str:
        """Return "" or what is wrong; an exception of the code under test is wrong as well."""
        try:
            found = self.check(subject, value)
            return found if isinstance(found, str) else first_difference(found)
        except Exception as error:
            return f"raised {type(error).__name__}: {error}"

    def test(
        self,
        groups: Sequence[AbelianGroup | str],
        subject: Subject = INSTALLED,
        *,
        seed: int = 0,
        **options: Any,
    ) -> Callable[[], None]:
        """Return a Hypothesis test that the property holds: call it, or decorate it.

        Options are those of ``hypothesis.settings``; an AssertionError has what is wrong, shrunk.
        """

        # A seed that is given last would take the database away.
        @hypothesis.seed(seed)
        def attack(value: Any) -> None:
            wrong = self.counterexample(subject, value)
            if wrong:
                raise AssertionError(wrong)

        every = {"deadline": None, "suppress_health_check": list(hypothesis.HealthCheck)}
        over = [AbelianGroup(G) if isinstance(G, str) else G for G in groups]
        drawn = hypothesis.given(self.strategy(among=over))(attack)
        return hypothesis.settings(**{**every, "database": None, **options})(drawn)

    def is_about(self, pattern: str) -> bool:
        """Whether an id, its beginning or a glob names this property, or a claim it attacks."""
        return any(
            fnmatchcase(name, pattern)
            or fnmatchcase(pattern, name)
            or name.startswith(f"{pattern}.")
            for name in (self.id, *self.attacks)
        )


def holds(
    id: str, attacks: str, strategy: Callable[..., SearchStrategy[Any]], *, max_order: int = 16
) -> Callable[[Check], Property]:
    """Make a property of a function: its check, with the statement as docstring."""

    def made(check: Check) -> Property:
        assert check.__doc__, "a property states something"
        return Property(id, check.__doc__, tuple(attacks.split()), strategy, check, max_order)

    return made
