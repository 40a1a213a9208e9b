"""Lower bounds on the width of an exact network; `proofs.claims.width` says what is proved."""

from collections.abc import Callable, Mapping

from algebra.blocks.short import long_characters, shared_doubles
from algebra.groups.group import AbelianGroup


def lower_bound(group: AbelianGroup) -> int:
    """Return ``2 (d - 1) - m``, ``m`` the number of non-trivial simple factors over the reals.

    Source: A. Alder, V. Strassen, Theoretical Computer Science 15 (1981).

    >>> lower_bound(AbelianGroup("Z7")), lower_bound(AbelianGroup("Z2^3"))
    (9, 7)
    """
    factors = len(group.conjugate_pairs()) + len(group.real_characters())
    return 2 * (group.order - 1) - factors


def onehot_bound(group: AbelianGroup, *, constants: bool = True) -> int:
    """Return a width below which no network solves the one-hot task (docs/theory/narrow.md).

    That of `lower_bound` and one more; two more if a character has order 5 or more; three more if
    at least three pairs of them have, and their doubles are not all the same up to sign.
    ``constants``: whether nodes may have a constant part.

    >>> [onehot_bound(AbelianGroup(name)) for name in ("Z2^2", "Z3", "Z4xZ4", "Z5", "Z7", "Z8")]
    [4, 4, 22, 8, 12, 12]
    """
    long = len(long_characters(group))
    apart = long >= 3 and len(shared_doubles(group)) >= 2
    bound = lower_bound(group) + 1 + (long > 0) + apart
    return max(bound, projected_bound(group, constants=constants))


def projected_bound(group: AbelianGroup, *, constants: bool = True) -> int:
    """Return a width below which no network solves the projected task (docs/theory/narrow.md).

    That of `lower_bound`, and one more unless all characters have order 3; two more if there are
    pairs of order 5 or more, and with the real characters they are three or more. Without
    ``constants``, constant parts, it is one more for ``Z3^n`` too, and 6 for ``Z3``.

    >>> [projected_bound(AbelianGroup(name)) for name in ("Z2^3", "Z3", "Z4", "Z5", "Z7", "Z8")]
    [8, 3, 5, 7, 11, 12]
    >>> [projected_bound(AbelianGroup(name), constants=False) for name in ("Z3", "Z3^2", "Z5")]
    [6, 13, 7]
    """
    if group.order == 3 and not constants:
        return 6  # docs/theory/all-blocks.md
    attained = group.exponent == 1 or (group.exponent == 3 and constants)
    long, reals = len(long_characters(group)), len(group.real_characters())
    return lower_bound(group) + (not attained) + (0 < long >= 3 - reals)


BOUNDS: Mapping[str, Callable[[AbelianGroup], int]] = {
    "dimension": lambda group: group.order,
    "lower-bound": lower_bound,
    "projected": projected_bound,
    "onehot": onehot_bound,
}
