"""Recognition: from float weights to the composition of every frequency.

What is fitted, and why the fit knows no gauge, is in `numeric.compositions`; this module finds
the nodes of each frequency, fits all compositions of that many nodes, and chooses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, final

import numpy as np

from algebra.group import AbelianGroup
from numeric.compositions import COMPOSITIONS, ORDER_4, Fit, canonical, fit
from numeric.embed import Complexes, Reals, Weights
from numeric.frequencies import NodeTable, node_table
from numeric.performance import Performance, performance

#: Up to this residual a composition is said to fit.
FITS = 0.1
#: A composition with fewer parameters is preferred up to this ratio of residuals.
SIMPLER = 1.15
#: Up to this residual four nodes are called nu(i)*xi rather than a general block of order 4.
SPECIAL = 0.03
#: Potentials above this value are not zero.
NOT_ZERO = 0.1
UNKNOWN, NONE, REAL, SERVED = "unknown", "none", "real", "order 4 + constants"
POTENTIALS = ("abc", "a-bc", "ab-c", "abc-", "aa-c", "bb-c", "aac", "a-a-c", "bbc", "b-b-c")
LEARNED = 0.99


@final
@dataclass(frozen=True, slots=True, eq=False)
class FrequencyReport:
    """What is at one frequency.

    Args:
        frequency: its index; of ``{k, -k}`` the smaller.
        label: its name in the group.
        nodes: the hidden nodes that make its block, columns of the weights.
        composition: the best composition; ``unknown`` if none fits, ``none`` without nodes.
        parameters: the free parameters in their fundamental domain, as angles in degrees.
        turns: the phases by which ``a`` and ``b`` are turned, in degrees.
        residual: ``|nodes - composition| / |composition|``, every node in its balanced gauge.
        tried: the residual of every composition that was tried.
        gauge: ``s`` for each node: ``(a, b, c) = (s a', s b', c'/s^2)`` with equal moduli.
        potentials: the ten monomial potentials, by name.
        carried: what other frequencies' nodes add to ``T[0,0,k]``; ideally minus
            ``aa-c + bb-c``.
        served: what constant-part nodes add to ``aac, a-a-c, bbc, b-b-c``; ideally minus these.
        serving: those constant-part nodes.
        entries: the nodes' entries in their balanced gauge, shape (3, n).
        model: the fitted composition in the same gauge, shape (3, n); empty if none.
    """

    frequency: int
    label: str
    nodes: tuple[int, ...]
    composition: str
    parameters: Mapping[str, float]
    turns: tuple[float, float]
    residual: float
    tried: Mapping[str, float]
    gauge: tuple[float, ...]
    potentials: Mapping[str, complex]
    carried: complex
    served: tuple[complex, complex, complex, complex]
    serving: tuple[int, ...]
    entries: Complexes
    model: Complexes

    @property
    def order(self) -> int:
        """The number of nodes."""
        return len(self.nodes)

    def as_json(self) -> dict[str, Any]:
        """Return plain data; complex numbers as ``[re, im]``."""
        return {
            "frequency": self.label,
            "order": self.order,
            "nodes": list(self.nodes),
            "composition": self.composition,
            "parameters": {name: round(x, 4) for name, x in self.parameters.items()},
            "turns": [round(x, 4) for x in self.turns],
            "residual": _number(self.residual),
            "tried": {name: _number(x) for name, x in self.tried.items()},
            "gauge": [round(x, 6) for x in self.gauge],
            "potentials": {name: _pair(x) for name, x in self.potentials.items()},
            "carried": _pair(self.carried),
            "served": [_pair(x) for x in self.served],
            "serving": list(self.serving),
        }


@final
@dataclass(frozen=True, slots=True, eq=False)
class Recognition:
    """What is in a network.

    Args:
        group: the group.
        width: the number of hidden nodes.
        frequencies: one report for each pair ``{k, -k}`` and real character.
        dead: nodes without effect.
        carriers: nodes that write to frequencies they do not read.
        constants: nodes with a constant part.
        mixed: nodes that read several frequencies.
        memorized: the number of pairs ``(x, y)`` with a node that answers to them alone.
        measured: loss and accuracy on all pairs.
    """

    group: AbelianGroup
    width: int
    frequencies: tuple[FrequencyReport, ...]
    dead: tuple[int, ...]
    carriers: tuple[int, ...]
    constants: tuple[int, ...]
    mixed: tuple[int, ...]
    memorized: int
    measured: Performance
    table: NodeTable = field(repr=False)

    @property
    def orders(self) -> dict[int, int]:
        """The number of frequencies of each order."""
        return dict(sorted(Counter(x.order for x in self.frequencies).items()))

    @property
    def compositions(self) -> dict[str, int]:
        """The number of frequencies of each composition, most frequent first."""
        return dict(Counter(x.composition for x in self.frequencies).most_common())

    @property
    def learned(self) -> bool:
        """Whether at least 99 % of all pairs are answered correctly."""
        return self.measured.accuracy >= LEARNED

    def not_learned(self) -> str | None:
        """Return why the network is said not to have learned, or None."""
        if self.learned:
            return None
        empty = [x.label for x in self.frequencies if not x.order]
        some = f"; no node reads the frequencies {_some(empty)}" if empty else ""
        return (
            f"the network has not learned: {self.measured.accuracy:.1%} of all pairs are answered "
            f"correctly, loss {self.measured.loss:.3g}{some}"
        )

    def table2(self) -> dict[str, float]:
        """Return the shares of Table 2 of [Tian24], in percent of factorable orders 4 and 6.

        The last share, of non-factorable blocks, is in percent of the frequencies of order 4.
        """
        of = [x for x in self.frequencies if x.order in (4, 6)]
        served = [x for x in of if x.composition == SERVED]
        count = Counter(x.composition for x in of)
        whole = max(1, len(of) - len(served))
        names = ("nu(i)*xi", "nu(i)*syn(al,be)", "nu*syn")
        shares = {name: 100 * count[name] / whole for name in names}
        shares["others"] = 100 * (len(of) - len(served)) / whole - sum(shares.values())
        four = max(1, sum(x.order == 4 for x in of))
        return {**shares, "non-factorable order 4": 100 * len(served) / four}

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "group": str(self.group),
            "width": self.width,
            "loss": self.measured.loss,
            "accuracy": self.measured.accuracy,
            "learned": self.learned,
            "orders": {str(n): count for n, count in self.orders.items()},
            "compositions": self.compositions,
            "table2": self.table2(),
            "dead": len(self.dead),
            "carriers": list(self.carriers),
            "constants": list(self.constants),
            "mixed": list(self.mixed),
            "memorized": self.memorized,
            "frequencies": [x.as_json() for x in self.frequencies],
        }


def recognise(w: Weights) -> Recognition:
    """Return the composition of every frequency of a network.

    Args:
        w: the weights; ``w_c`` without the factor ``1/2d``, as everywhere (a plain network's
            file is turned into this by `PlainNetwork.weights`).

    Source: docs/recognition.md; compositions from [Tian24], Corollaries 2-4.

    >>> from algebra import AbelianGroup, optimizers, zeta
    >>> from numeric import embed
    >>> z = optimizers.order46(AbelianGroup("Z7"), xi=zeta(16), nu=zeta(20))
    >>> found = recognise(embed(z, gauge="balanced"))
    >>> [(x.label, x.composition, round(*x.parameters.values(), 6)) for x in found.frequencies]
    [('1', 'nu*syn', 18.0), ('2', 'nu(i)*xi', 22.5), ('3', 'nu(i)*xi', 22.5)]
    """
    table = node_table(w)
    group = w.group
    ks = [int(k) for k in group.representatives if k]
    blocks = {k: table.at(k) for k in ks}
    entries = {k: _balanced(table.z[:, k][:, nodes]) for k, nodes in blocks.items()}
    fits = _fits(group, {k: x[0] for k, x in entries.items()})
    reports = tuple(_report(table, k, blocks[k], entries[k], fits[k]) for k in ks)
    live = np.flatnonzero(table.live)
    return Recognition(
        group=group,
        width=w.width,
        frequencies=reports,
        dead=tuple(np.flatnonzero(~table.live).tolist()),
        carriers=tuple(table.carriers().tolist()),
        constants=tuple(np.flatnonzero(table.constant).tolist()),
        mixed=tuple(np.flatnonzero(table.mixed).tolist()),
        memorized=_memorized(w, live),
        measured=performance(w),
        table=table,
    )


def _balanced(z: Complexes) -> tuple[Complexes, Reals]:
    """Return each node ``(s a, s b, c/s^2)`` of least norm, and ``s``; shape (3, n)."""
    inputs = np.sqrt((np.abs(z[:2]) ** 2).sum(axis=0) / 2)
    output = np.abs(z[2])
    good = (inputs > 0) & (output > 0)
    s = np.where(good, np.cbrt(output / np.where(good, inputs, 1.0)), 1.0)
    return z * np.stack([s, s, s**-2]), s


def _fits(
    group: AbelianGroup, entries: Mapping[int, Complexes]
) -> dict[int, list[tuple[Fit, int]]]:
    """Fit all compositions, those frequencies at once that have the same number of nodes."""
    found: dict[int, list[tuple[Fit, int]]] = {k: [] for k in entries}
    for composition in COMPOSITIONS:
        some = [
            k
            for k, x in entries.items()
            if x.shape[1] == composition.order and int(group.negate(np.array(k))) != k
        ]
        if some:
            fitted = fit(np.stack([entries[k] for k in some]), composition)
            for i, k in enumerate(some):
                found[k].append((fitted, i))
    return found


def _report(
    table: NodeTable,
    k: int,
    nodes: Any,
    entries: tuple[Complexes, Reals],
    fits: list[tuple[Fit, int]],
) -> FrequencyReport:
    group = table.group
    z, balance = entries
    potentials = _potentials(table.z[:, k][:, nodes])
    serving = table.serving(k)
    served = _served(table, k, serving)
    carried = _carried(table, k, nodes)
    tried = {x.composition.name: float(x.residual[i]) for x, i in fits}
    name, parameters, turns = (NONE if not len(nodes) else UNKNOWN), {}, (0.0, 0.0)
    residual, model, gauge = float("inf"), z[:, :0], 1 / balance
    chosen = _chosen(fits)
    if int(group.negate(np.array(k))) == k and len(nodes) == 2:
        model, residual = _real(z)
        tried[REAL] = residual
        name = REAL if residual <= FITS else UNKNOWN
    elif chosen is not None:
        best, i = chosen
        residual, model = float(best.residual[i]), best.model[i]
        name = best.composition.name if residual <= FITS else UNKNOWN
        angles = np.degrees(canonical(best)[i])
        names = ("xi", "angle") if best.composition is ORDER_4 else best.composition.parameters[2:]
        parameters = dict(zip(names, map(float, angles), strict=True)) if name != UNKNOWN else {}
        p, r = np.degrees(best.parameters[i][:2]) % 360
        turns = float(p), float(r)
        gauge = best.gauge[i] / balance
    if name == UNKNOWN and len(nodes) == 4 and len(serving):
        defect = _defect(potentials, served)
        tried[SERVED] = defect
        if defect <= FITS:
            name, residual, model, gauge = SERVED, defect, z[:, :0], 1 / balance
    return FrequencyReport(
        frequency=k,
        label=group.label(k),
        nodes=tuple(int(j) for j in nodes),
        composition=name,
        parameters=parameters,
        turns=turns,
        residual=residual,
        tried=tried,
        gauge=tuple(map(float, gauge)),
        potentials=potentials,
        carried=carried,
        served=served,
        serving=tuple(int(j) for j in serving),
        entries=z,
        model=model,
    )


def _chosen(fits: list[tuple[Fit, int]]) -> tuple[Fit, int] | None:
    """Return the fit to report; the compositions with fewer parameters come first."""
    best: tuple[Fit, int] | None = None
    for fitted, i in fits:
        new = float(fitted.residual[i])
        if best is None:
            best = fitted, i
            continue
        old = float(best[0].residual[best[1]])
        if fitted.composition is ORDER_4:
            better = old > SPECIAL and new * SIMPLER < old
        else:
            better = new * SIMPLER < old
        if better:
            best = fitted, i
    return best


def _potentials(z: Complexes) -> dict[str, complex]:
    a, b, c = z
    bar = np.conj
    products = (
        a * b * c, bar(a) * b * c, a * bar(b) * c, a * b * bar(c), a * bar(a) * c,
        b * bar(b) * c, a * a * c, bar(a * a) * c, b * b * c, bar(b * b) * c,
    )  # fmt: skip
    return {name: complex(x.sum()) for name, x in zip(POTENTIALS, products, strict=True)}


def _served(table: NodeTable, k: int, serving: Any) -> tuple[complex, complex, complex, complex]:
    """Return what these nodes add to ``aac, a-a-c, bbc, b-b-c``, twice their part of ``T``.

    ``T[2k,0,k]`` is ``aac / 2`` of the block plus ``sum_j (a_0 + b_0) a_2k c_k``.
    """
    a, b, c = table.z[:, :, serving]
    double = int(table.group.multiply(2, np.array(k)))
    minus = int(table.group.negate(np.array(double)))
    factor = 2 * (a[0] + b[0]) * c[k]
    sums = [complex((factor * x).sum()) for x in (a[double], a[minus], b[double], b[minus])]
    return sums[0], sums[1], sums[2], sums[3]


def _carried(table: NodeTable, k: int, nodes: Any) -> complex:
    """Return what all other nodes add to ``T[0,0,k]``."""
    others = np.ones(table.z.shape[2], dtype=bool)
    others[nodes] = False
    a, b, c = table.z[:, :, others]
    inner = (np.abs(a) ** 2 + np.abs(b) ** 2).sum(axis=0) / 2 + (a[0] * b[0]).real
    return complex((inner * c[k]).sum())


def _defect(
    potentials: Mapping[str, complex], served: tuple[complex, complex, complex, complex]
) -> float:
    """Return the norm of ``abc - 1``, of R_c, and of R_* with what constant-part nodes add."""
    gaps = [potentials["abc"] - 1, *(potentials[name] for name in ("a-bc", "ab-c", "abc-"))]
    star = ("aac", "a-a-c", "bbc", "b-b-c")
    gaps += [potentials[name] + x for name, x in zip(star, served, strict=True)]
    return float(np.linalg.norm(gaps))


def _real(z: Complexes) -> tuple[Complexes, float]:
    """Return the nearest block of a real character, ``a b c = 1/2`` twice, and its residual.

    ``a = (1, 1), b = (1, -1), c = (1/2, -1/2)`` up to signs, gauge and ``(t a, b/t, c)``.
    """
    x = z.real
    size = np.log(np.maximum(np.abs(x), 1e-300))
    sign = np.sign(x)
    sign[2] = sign[0] * sign[1]
    ratio = (size[0] - size[1]).mean() / 2
    s = (size[0] + size[1] - 2 * size[2]) / 6
    u = np.log(0.5) / 3
    model = sign * np.exp(np.stack([u + s + ratio, u + s - ratio, u - 2 * s]))
    opposite = sign[2, 0] * sign[2, 1] < 0
    gap = float(np.linalg.norm(z - model) / np.linalg.norm(model))
    return model.astype(np.complex128), gap if opposite else float("inf")


def _memorized(w: Weights, live: Any) -> int:
    """Return the number of pairs with a node of their own, single peaks in all three matrices.

    Up to constants: the node of ``(x, y)`` has one peak in ``w_a`` at ``x``, in ``w_b`` at ``y``
    and in ``w_c`` at ``x + y``.
    """
    group = w.group
    if group.order < 4 or not len(live):
        return 0
    peaks, single = [], np.ones(len(live), dtype=bool)
    for matrix in (w.w_a, w.w_b, w.w_c):
        x = matrix[:, live].astype(np.float64)
        gap = np.abs(x - np.median(x, axis=0))
        peak = gap.argmax(axis=0)
        rest = gap.copy()
        rest[peak, np.arange(len(live))] = 0.0
        single &= rest.max(axis=0) < 0.2 * gap.max(axis=0)
        peaks.append(peak)
    single &= group.add(peaks[0], peaks[1]) == peaks[2]
    return len(np.unique(peaks[0][single] * group.order + peaks[1][single]))


def _number(x: float) -> float | None:
    return float(f"{x:.6g}") if np.isfinite(x) else None


def _pair(x: complex) -> list[float]:
    return [round(x.real, 6), round(x.imag, 6)]


def _some(names: list[str]) -> str:
    return ", ".join(names[:6]) + (f", ... ({len(names)} in all)" if len(names) > 6 else "")
