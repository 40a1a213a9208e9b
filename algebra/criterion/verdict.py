"""Is this element a global optimizer? The answer, and on failure why not."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import islice
from typing import final

import numpy as np

from algebra.criterion.target import Target
from algebra.criterion.tensor import FunctionTensor, Route, choose_route, residual
from algebra.groups.group import AbelianGroup
from algebra.numbers.scalar import ONE, ZERO, Scalar
from algebra.numbers.text import parameter_latex
from algebra.semiring.element import Element, Leaf
from algebra.semiring.potential import Potential


@final
@dataclass(frozen=True, slots=True)
class Failure:
    """One wrong entry of the function tensor, and the potentials, by set, that it is the sum of."""

    group: AbelianGroup
    index: tuple[int, int, int]
    expected: Scalar
    found: Scalar
    potentials: tuple[tuple[str, Potential, Scalar], ...]

    def __str__(self) -> str:
        where = ",".join(self.group.label(k) for k in self.index)
        text = f"T[{where}] = {self.found!r}, expected {self.expected!r}"
        parts = [f"{name} {r} = {value!r}" for name, r, value in self.potentials]
        return text + (": " + "; ".join(parts) if parts else "")


@final
@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of `check`.

    Attributes:
        accepted: whether the loss is exactly zero, for all values of the parameters.
        route: how the function tensor was computed.
        residual: the exact ``T - target``; empty if accepted.
    """

    accepted: bool
    element: Element
    target: Target
    route: Route
    residual: FunctionTensor

    @property
    def frequencies(self) -> list[int]:
        """The output frequencies ``k <= -k`` at which some entry is wrong."""
        return sorted({k for (_, _, k), _ in self.residual})

    @property
    def loss(self) -> Scalar:
        """The exact loss."""
        return self.residual.squared_norm() / self.residual.group.order

    def failures(self, *, limit: int = 10) -> list[Failure]:
        """Return the first wrong entries, each with the potentials that are to blame."""
        result: list[Failure] = []
        for index, rest in islice(self.residual, limit):
            expected = ONE if len({*index}) == 1 else ZERO
            blame = tuple(_blame(self.element, index)) if self.element.order <= 10**5 else ()
            result.append(Failure(self.residual.group, index, expected, rest + expected, blame))
        return result

    def __repr__(self) -> str:
        return f"<Verdict on {self.element!r}: {'accepted' if self.accepted else 'refuted'}>"

    def _repr_html_(self) -> str:
        colour = "green" if self.accepted else "firebrick"
        first, *rest = (escape(line.strip()) for line in str(self).split("\n"))
        failures = f"<ul>{''.join(f'<li><code>{x}</code></li>' for x in rest)}</ul>" if rest else ""
        return f'<p style="color:{colour}">{first}</p>{failures}'

    def _repr_latex_(self) -> str:
        free = ", ".join(parameter_latex(x) for x in self.element.parameters)
        lines = [rf"\text{{loss}} &= {self.loss.to_latex()}"]
        if free and self.accepted:
            lines[0] += rf" \quad \text{{for all }} {free}"
        for x in self.failures(limit=5):
            where = ",".join(x.group.label(k) for k in x.index)
            lines.append(rf"T[{where}] &= {x.found.to_latex()} \ne {x.expected.to_latex()}")
        aligned = r" \\ ".join(lines)
        return rf"$$\begin{{aligned}}{aligned}\end{{aligned}}$$"

    def __str__(self) -> str:
        group, z = self.residual.group, self.element
        what = f"{z.name or 'element'}, {z.order} nodes, {group}, target {self.target}"
        if self.accepted:
            count = len(z.parameters)
            free = f" for all values of {count} parameter{'s' * (count > 1)}" if count else ""
            return f"{what}: loss = 0 exactly{free} ({self.route} route)"
        hit = ", ".join(group.label(k) for k in self.frequencies[:8])
        more = ", ..." if len(self.frequencies) > 8 else ""
        lines = [f"{what}: not an optimizer; loss = {self.loss!r}; frequencies hit: {hit}{more}"]
        return "\n  ".join(lines + [str(f) for f in self.failures(limit=5)])


def check(z: Element, *, target: Target = "projected", route: Route = "auto") -> Verdict:
    """Decide exactly whether ``z`` is a global optimizer, and if not, say what fails.

    Symbolic parameters are decided as Laurent polynomials, for all their values at once. With the
    target ``"projected"`` a constant over outputs is free, with ``"onehot"`` it is not. The route
    is one of `function_tensor`; source: the two-sided criterion of docs/theory/function-tensor.md.

    >>> from algebra import blocks
    >>> z = blocks.normalised(blocks.syn()).at(AbelianGroup("Z3"), 1)
    >>> print(check(z))                           # doctest: +ELLIPSIS
    element, 3 nodes, Z3, target projected: not an optimizer; loss = 1/3; frequencies hit: 1
      T[0,2,1] = 1/2, expected 0: R_* b[1]*b[1]*c[1] = 1
      T[2,0,1] = 1/2, expected 0: R_* a[1]*a[1]*c[1] = 1
    """
    chosen = choose_route(z) if route == "auto" else route
    rest = residual(z, target=target, route=chosen)
    return Verdict(not len(rest), z, target, chosen, rest)


def _blame(z: Element, index: tuple[int, int, int]) -> list[tuple[str, Potential, Scalar]]:
    """Return the potentials whose sum is ``T[index]``, those that are 0 left out."""
    group = z.group
    k1, k2, k = index
    found = []
    rho = Potential(group, [("a", k1), ("b", k2), ("c", k)])
    value = rho(z)
    diagonal = k1 == k2 == k
    if value != (ONE if diagonal else ZERO):
        found.append(("R_g" if diagonal else "R_c", rho, value))
    for p, m, other in (("a", k1, k2), ("b", k2, k1)):
        if other != 0:
            continue
        for x in _support(z, p):
            y = group.add(m, group.negate(x))
            r = Potential(group, [(p, x), (p, y), ("c", k)])
            value = r(z)
            if value and x <= y:
                found.append(("R_n" if m == 0 else "R_*", r, value))
    return found


def _support(z: Element, p: str) -> list[int]:
    """Return the characters at which row ``p`` has an entry, of at most 200 (for messages)."""
    size = z.spectrum.order
    if not isinstance(z.operation, Leaf) and z.order > 10**4:
        return []
    rows = np.unique(z.nodes.row)
    k = rows[rows // size == "abc".index(p)] % size
    both = np.union1d(k, z.spectrum.negate(k))
    return [int(x) for x in both[:200]]
