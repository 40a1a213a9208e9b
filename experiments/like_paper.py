"""``python -m experiments like-paper FILE``: blocks as the paper's author names them, beside ours.

Written after the description of the public analysis script of [Tian24]: a node belongs to the
frequency of its largest ``|a_k|``; blocks of 4 and 6 nodes are cut into two halves by the ``c``
row alone; the halves' ratio and the first half are named by thresholds, ``xi`` before ``nu``.
"""

import argparse
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Any, final

import numpy as np

from algebra.machine.read_file import printable
from algebra.numbers.arrays import Complexes
from numeric.recognition.recognise import recognise
from numeric.recognition.report import Recognition
from numeric.weights.embed import spectrum_of
from numeric.weights.given import reading
from numeric.weights.plain_network import Weights

#: A node counts if its largest ``|a_k|`` exceeds this.
KEPT = 0.05
#: Two numbers closer than this are the same; signs are turned above `SIGN`.
THRESHOLD, SIGN = 0.1, 0.2
#: Spreads of ratios of ``c`` that differ by less are equal: float32 weights have no more digits.
TIED = 1e-6
_W = np.exp(2j * np.pi / 3)
_ORDERS = {n: np.array(list(permutations(range(n)))) for n in (4, 6)}
NON_FACTORABLE = "non-factorable"


@final
@dataclass(frozen=True, slots=True)
class AuthorsCount:
    """The author's counts of frequencies.

    Args:
        names: for orders 4 and 6, by the pair of names of the two factors.
        errors: the mean error of the factorisation by order, of factorable frequencies.
        labels: order and name by frequency.
    """

    orders: Mapping[int, int]
    names: Mapping[int, Mapping[str, int]]
    errors: Mapping[int, float]
    labels: Mapping[int, tuple[int, str]]

    def table2(self) -> dict[str, float]:
        """Return the shares of Table 2 of [Tian24], in percent, as `Recognition.table2`."""
        four, six = self.names[4], self.names[6]
        whole = max(1, sum(n for x in (four, six) for s, n in x.items() if s != NON_FACTORABLE))
        shares = {
            "nu(i)*xi": four.get("nu(i)*xi", 0),
            "nu(i)*syn(al,be)": six.get("nu(i)*syn(al,be)", 0) + six.get("nu(i)*syn", 0),
            "nu*syn": six.get("nu*syn", 0),
        }
        percent = {name: 100 * n / whole for name, n in shares.items()}
        percent["others"] = 100 * (whole - sum(shares.values())) / whole
        count = max(1, sum(four.values()))
        percent["non-factorable order 4"] = 100 * four.get(NON_FACTORABLE, 0) / count
        return percent

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "orders": {str(n): count for n, count in self.orders.items()},
            "compositions": {str(n): dict(x) for n, x in self.names.items()},
            "errors": dict(zip(map(str, self.errors), self.errors.values(), strict=True)),
            "table2": self.table2(),
        }


def like_paper(w: Weights) -> AuthorsCount:
    """Return the author's classification of a network's frequencies of order 4 and 6.

    The threshold of 0.05 on ``|a_k|`` is not free of gauge, so this is meant for networks as
    trained: of a network whose nodes are scaled it can find nothing.

    Source: [Tian24], Table 2; docs/theory/recognition.md says where it differs from `recognise`.
    """
    group = w.group
    a = spectrum_of(w.w_a, group, row="a")
    reps = group.representatives
    size = np.abs(a[reps])
    home = np.where(size.max(axis=0) > KEPT, reps[size.argmax(axis=0)], -1)
    b, c = spectrum_of(w.w_b, group, row="b"), spectrum_of(w.w_c, group, row="c")
    orders: Counter[int] = Counter()
    names: dict[int, Counter[str]] = {4: Counter(), 6: Counter()}
    errors: dict[int, list[float]] = {4: [], 6: []}
    labels: dict[int, tuple[int, str]] = {}
    for k in (int(x) for x in reps if x):
        nodes = np.flatnonzero(home == k)
        orders[len(nodes)] += 1
        if len(nodes) not in names:
            continue
        block = np.stack([a[k, nodes], b[k, nodes], c[k, nodes] / (2 * group.order)])
        name, error = _classified(block)
        names[len(nodes)][name] += 1
        labels[k] = len(nodes), name
        if name != NON_FACTORABLE:
            errors[len(nodes)].append(error)
    return AuthorsCount(
        dict(sorted(orders.items())),
        {n: dict(x.most_common()) for n, x in names.items()},
        {n: float(np.mean(x)) for n, x in errors.items() if x},
        labels,
    )


def _classified(block: Complexes) -> tuple[str, float]:
    """Return the name of a block of 4 or 6 nodes, and the error of its factors.

    The pairs of nodes may stand in any order, a tie in which rounding decides in the author's code.
    Here it is the name that he tests for first, which does not depend on the order of the nodes.
    """
    half = block.shape[1] // 2
    orders = _ORDERS[block.shape[1]]
    c = block[2][orders]
    ratio = c[:, :half] / c[:, half:]
    spread = np.linalg.norm(ratio - ratio.mean(axis=1, keepdims=True), axis=1)
    tied = orders[spread <= spread.min() + TIED]
    return min((_factored(block[:, order]) for order in tied), key=_precedence)


def _factored(z: Complexes) -> tuple[str, float]:
    n = z.shape[1]
    half = n // 2
    quotient = z[0, half:] / z[0, :half]
    turned = np.flatnonzero(np.abs(quotient - quotient[0]) > SIGN)
    z[:2, turned] *= -1
    ratio = z[:, half:] / z[:, :half]
    mean = ratio.mean(axis=1)
    error = float(np.linalg.norm(ratio - mean[:, None]))
    if error > THRESHOLD * np.sqrt(3 * n):
        return NON_FACTORABLE, error
    first = np.stack([np.ones(3, dtype=complex), mean], axis=1)
    second = z[:, :half] / z[:, :1]
    parts = sorted([_named(first), _named(second)], key=_RANK.index)
    return "*".join(parts), error


def _precedence(found: tuple[str, float]) -> tuple[bool, int, list[int], float]:
    """Return what sorts factorable blocks first, then known factors, then by the author's tests."""
    name, error = found
    parts = [] if name == NON_FACTORABLE else name.split("*")
    return not parts, name.count("unknown"), [_RANK.index(part) for part in parts], error


#: Factors of two nodes first, nu(i) before the rest.
_RANK = ["nu(i)", "nu", "unknown(2)", "xi", "syn", "syn(al,be)", "unknown(3)"]


def _named(part: Complexes) -> str:
    part = part / part.prod(axis=0) ** (1 / 3)
    near = THRESHOLD
    if part.shape[1] == 2:
        a, b, c = part[:, 1]
        if min(abs(c - 1j), abs(c + 1j)) < near:
            return "xi"
        if abs(c - 1) < near and min(abs(a - 1j), abs(a + 1j)) < near:
            return "nu(i)"
        return "nu" if abs(a + b) < near else "unknown(2)"
    for j in (1, 2):
        if part[0, j].real > 0:
            part[:2, j] *= -1
    if part[2, 1].imag < 0:
        part = part.conj()
    first, second = np.linalg.norm(part[:, 1] - _W), np.linalg.norm(part[:, 2] - _W.conjugate())
    if max(first, second) < near * np.sqrt(3):
        return "syn"
    if abs(part[2, 1] - _W) < near and abs(part[2, 2] - _W.conjugate()) < near:
        return "syn(al,be)"
    return "unknown(3)"


def compare(words: list[str]) -> int:
    """Print the author's classification of files beside ours; return the exit code."""
    command = argparse.ArgumentParser(
        prog="python -m experiments like-paper",
        description="""Classify the blocks of trained networks as the paper's author does, and say
        where `cogo recognise` names them differently.""",
    )
    add = command.add_argument
    add("files", metavar="FILE", nargs="+", help="weights: .npz, .safetensors or .pt")
    add("--group", help="Z2xZ4, ...; by default the group named in the file, else cyclic")
    add("--normalised", action="store_true", help="the network multiplies its output by 1/2d")
    add("--json", action="store_true", help="print JSON for machines")
    asked = command.parse_args(words)
    weights = [
        reading(x, group=asked.group, normalised=asked.normalised).weights for x in asked.files
    ]
    counts = [like_paper(w) for w in weights]
    if asked.json:
        found = [{"file": x, **y.as_json()} for x, y in zip(asked.files, counts, strict=True)]
        print(json.dumps(found, indent=1))
        return 0
    for path, w, count in zip(asked.files, weights, counts, strict=True):
        print("\n".join([printable(path), *_comparison(recognise(w), count)]))
    return 0


def _comparison(found: Recognition, count: AuthorsCount) -> list[str]:
    lines = []
    for n, names in count.names.items():
        error = f", error {100 * count.errors[n]:.2f}e-2" if n in count.errors else ""
        each = ", ".join(f"{name} {times}" for name, times in names.items()) or "none"
        lines.append(f"  order {n}: {sum(names.values())} frequencies: {each}{error}")
    differ = [
        f"{x.label} ({x.composition}; the author's: {count.labels[x.frequency][1]})"
        for x in found.frequencies
        if x.frequency in count.labels and not _same(x.composition, count.labels[x.frequency][1])
    ]
    return [*lines, f"  named differently: {', '.join(differ) or 'none'}"]


def _same(ours: str, authors: str) -> bool:
    known = {"nu(i)*syn": ("nu(i)*syn(al,be)", "nu*syn"), NON_FACTORABLE: ()}
    return ours in known.get(authors, (authors,))
