"""What is known of a width before anything is searched for: proved families, and a lower bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from algebra.criterion.target import Target
from algebra.criterion.verdict import check
from algebra.groups.group import AbelianGroup
from algebra.optimizers import table as optimizers
from algebra.optimizers.width_bounds import onehot_bound, projected_bound

#: Families whose nodes have no constant part.
PLAIN = (
    "few-plus-real",
    "four-plus-real",
    "four-plus-six",
    "six-per-frequency",
    "nine-per-frequency",
    "memorization",
)


@final
@dataclass(frozen=True, slots=True)
class KnownWidths:
    """What is known for a task, over a group of order 2 or more.

    >>> known = KnownWidths(AbelianGroup("Z5"), "onehot")
    >>> known.proved["few-plus-constant"], known.least
    (8, 8)
    >>> print(known)
    Z5, target onehot: known: few-plus-constant has 8 nodes; cited: at least 8 (...)
    """

    group: AbelianGroup
    target: Target
    constants: bool = True  # nodes may have a constant part

    @property
    def proved(self) -> dict[str, int]:
        """The proved families, with their widths, narrowest first."""
        G, target = self.group, self.target
        names = optimizers.families(G, target=target)
        if not self.constants:
            # The one-hot target takes a constant node where there is no carrier.
            names = [
                name
                for name in names
                if name in PLAIN and (target == "projected" or optimizers.FAMILIES[name].carries(G))
            ]
        return {name: optimizers.width(G, name, target=target) for name in names}

    @property
    def narrowest(self) -> tuple[str, int]:
        """The narrowest proved family, and its width."""
        return next(iter(self.proved.items()))

    @property
    def least(self) -> int:
        """The width below which none suffices, with real weights."""
        bound = onehot_bound if self.target == "onehot" else projected_bound
        return bound(self.group, constants=self.constants)

    def __str__(self) -> str:
        family, width = self.narrowest
        plain = "" if self.constants else ", no constant parts"
        return (
            f"{self.group}, target {self.target}{plain}: known: {family} has {width} nodes; "
            f"cited: at least {self.least} (docs/theory/narrow.md)"
        )

    def verdict(self, width: int) -> str:
        """Return what follows for a width; that nodes suffice is proved anew, exactly.

        >>> print(KnownWidths(AbelianGroup("Z5"), "projected").verdict(7))
        whether 7 nodes suffice is not known
        """
        if width < self.least:
            return f"cited: {width} nodes do not suffice, with real weights"
        family, suffice = self.narrowest
        if width < suffice:
            return f"whether {width} nodes suffice is not known"
        found = check(optimizers.build(self.group, family, target=self.target), target=self.target)
        assert found.accepted, found
        return (
            f"proved: {width} nodes suffice: {found}\nits certificate: cogo build {self.group} "
            f"--target {self.target} --family {family} -o FILE.cert.json"
        )
