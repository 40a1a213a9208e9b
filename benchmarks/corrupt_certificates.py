"""Does the checker notice when one term of a valid certificate is changed?

Builds exact optimizers by hand (no import of ours but the checker), changes one random term, and
compares the checker's verdict with a floating-point evaluation of the definition at random values
of the parameters.  Prints how many changes of each kind were refused, and the longest time and
largest memory of one check.  A changed value can be accepted only if the network is still exact:
here that is a_0 -> -a_0 in the constant node of order4, where b = 0 and a_0 occurs as a_0^2.

    python corrupt_certificates.py [TRIALS [SEED]]
"""

import cmath
import copy
import importlib.util
import itertools
import json
import math
import random
import sys
import time
import tracemalloc
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import numpy as np


def load(path):
    """The module in this file, whatever is installed."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(path.stem, module)
    spec.loader.exec_module(module)
    return module


CHECKER = Path(__file__).resolve().parents[1] / "proofs" / "certificates" / "checker.py"

# A scalar is {(exponent of zeta, ((parameter, power), ...)): Fraction}; a node maps a row and a
# frequency to a scalar.


def scalar(n, value=1, root=Fraction(0), **powers):
    """value * exp(2 pi i root) * prod p^power."""
    exponent = root * n
    assert exponent.denominator == 1
    return {(int(exponent) % n, tuple(sorted(powers.items()))): Fraction(value)}


def times(n, *factors):
    total = {(0, ()): Fraction(1)}
    for factor in factors:
        product = defaultdict(Fraction)
        for (e, m), x in total.items():
            for (f, q), y in factor.items():
                powers = defaultdict(int)
                for name, power in (*m, *q):
                    powers[name] += power
                monomial = tuple(sorted((p, x) for p, x in powers.items() if x))
                product[(e + f) % n, monomial] += x * y
        total = product
    return {key: x for key, x in total.items() if x}


def bar(n, x):
    return {(-e % n, tuple((p, -power) for p, power in m)): c for (e, m), c in x.items()}


def negate(k, group):
    return tuple(-x % n for x, n in zip(k, group, strict=True))


def frequencies(group):
    return list(itertools.product(*map(range, group)))


def representatives(group):
    """Of every conjugate pair one, then the non-trivial real characters."""
    return (
        [k for k in frequencies(group) if k < negate(k, group)],
        [k for k in frequencies(group) if k == negate(k, group) and any(k)],
    )


def syn(n):
    w = [scalar(n, 1, Fraction(j, 3)) for j in range(3)]
    return list(zip(w, w, w, strict=True))


def nu(n, v):
    v2 = times(n, scalar(n, -1), bar(n, v), bar(n, v))
    one = scalar(n)
    return [(one, one, one), (v, times(n, scalar(n, -1), v), v2)]


def nu_i(n):
    one, i = scalar(n), scalar(n, 1, Fraction(1, 4))
    return [(one, one, one), (i, times(n, scalar(n, -1), i), one)]


def xi(n, x):
    one, i = scalar(n), scalar(n, 1, Fraction(1, 4))
    return [(one, one, one), (x, times(n, scalar(n, -1), i, bar(n, x)), i)]


def product_at(n, group, k, left, right):
    """The entrywise products of all pairs of nodes, at k and conjugated at -k; 1/order on c."""
    nodes = []
    share = scalar(n, Fraction(1, len(left) * len(right)))
    for x, y in itertools.product(left, right):
        entries = [times(n, u, v) for u, v in zip(x, y, strict=True)]
        entries[2] = times(n, entries[2], share)
        rows = zip("abc", entries, strict=True)
        nodes.append({p: {k: e, negate(k, group): bar(n, e)} for p, e in rows})
    return nodes


def real_block(n, k):
    one, minus = scalar(n), scalar(n, -1)
    half, minus_half = scalar(n, Fraction(1, 2)), scalar(n, Fraction(-1, 2))
    return [
        {"a": {k: one}, "b": {k: one}, "c": {k: half}},
        {"a": {k: one}, "b": {k: minus}, "c": {k: minus_half}},
    ]


def write(group, n, names, target, nodes):
    """A certificate as plain data."""

    def term(e, m, x):
        return [x.numerator, x.denominator, e, *([dict(m)] if m else [])]

    return {
        "format": "cogo-certificate",
        "version": 1,
        "group": list(group),
        "field": n,
        "parameters": names,
        "target": target,
        "nodes": [
            {
                p: [
                    [list(k), [term(e, m, x) for (e, m), x in sorted(entry.items())]]
                    for k, entry in sorted(node[p].items())
                ]
                for p in "abc"
            }
            for node in nodes
        ],
    }


def order6(*group, names=(), n=12):
    """syn * nu(v) on every pair; v runs through the names, or is 1."""
    pairs, reals = representatives(group)
    nodes = [node for k in reals for node in real_block(n, k)]
    for i, k in enumerate(pairs):
        v = scalar(n, **{names[i % len(names)]: 1}) if names else scalar(n)
        nodes += product_at(n, group, k, syn(n), nu(n, v))
    return write(group, n, list(names), "projected", nodes)


def order4(*group, names=(), n=12, target="projected"):
    """nu(i) * xi(x) on every pair, and one constant node."""
    pairs, reals = representatives(group)
    nodes = [node for k in reals for node in real_block(n, k)]
    carrier = {"a": {(0,) * len(group): scalar(n)}, "b": {}, "c": {}}
    for i, k in enumerate(pairs):
        x = scalar(n, **{names[i % len(names)]: 1}) if names else scalar(n)
        nodes += product_at(n, group, k, nu_i(n), xi(n, x))
        carrier["c"][k] = {**scalar(n, -2), **scalar(n, -2, Fraction(1, 4))}
        carrier["c"][negate(k, group)] = bar(n, carrier["c"][k])
    if target == "onehot":
        carrier["c"][(0,) * len(group)] = scalar(n, 2)
    return write(group, n, list(names), target, [*nodes, carrier])


def memorization(*group):
    """One node for each pair of group elements."""
    n, d, nodes = math.lcm(*group), math.prod(group), []

    def character(k, g, value=1):
        turns = [Fraction(x * y, m) for x, y, m in zip(k, g, group, strict=True)]
        return scalar(n, value, sum(turns))

    for g, h in itertools.product(frequencies(group), repeat=2):
        both = [-x - y for x, y in zip(g, h, strict=True)]
        nodes.append(
            {
                "a": {k: character(k, g) for k in frequencies(group)},
                "b": {k: character(k, h) for k in frequencies(group)},
                "c": {
                    k: character(k, both, Fraction(1, d * d)) for k in frequencies(group) if any(k)
                },
            }
        )
    return write(group, n, [], "projected", nodes)


# An independent evaluation in floating point.


def dense(certificate, values):
    """Arrays a, b, c of shape (nodes, d), at these values of the parameters."""
    index = {k: i for i, k in enumerate(frequencies(certificate["group"]))}
    arrays = {p: np.zeros((len(certificate["nodes"]), len(index)), complex) for p in "abc"}
    for j, node in enumerate(certificate["nodes"]):
        for p in "abc":
            for k, terms in node[p]:
                for num, den, e, *powers in terms:
                    x = num / den * cmath.exp(2j * cmath.pi * e / certificate["field"])
                    for name, power in powers[0].items() if powers else ():
                        x *= values[name] ** power
                    arrays[p][j, index[tuple(k)]] += x
    return arrays["a"], arrays["b"], arrays["c"]


def dense_tensor(certificate, values):
    """T[k1,k2,k] by its three sums."""
    group = certificate["group"]
    ks = frequencies(group)
    index = {k: i for i, k in enumerate(ks)}
    minus = np.array(
        [
            [index[tuple((x - y) % n for x, y, n in zip(k, q, group, strict=True))] for q in ks]
            for k in ks
        ]
    )  # k - k'
    a, b, c = dense(certificate, values)
    tensor = np.einsum("jx,jy,jk->xyk", a, b, c)
    tensor[:, 0, :] += np.einsum("jq,jxq,jk->xk", a, a[:, minus], c) / 2
    tensor[0, :, :] += np.einsum("jq,jyq,jk->yk", b, b[:, minus], c) / 2
    return tensor


def expected_code(certificate, values):
    """0, 1 or 2, by the definition."""
    group, n = certificate["group"], certificate["field"]
    for node in certificate["nodes"]:
        for p in "abc":
            ks = [tuple(k) for k, _ in node[p]]
            if len(set(ks)) < len(ks):
                return 2
            for k, terms in node[p]:
                seen = [(e, *(sorted(m.items()) for m in rest)) for _, _, e, *rest in terms]
                if (
                    not terms
                    or any(not 0 <= x < m for x, m in zip(k, group, strict=True))
                    or any(t[0] == 0 or t[1] < 1 or not 0 <= t[2] < n for t in terms)
                    or any(0 in m.values() for t in terms for m in t[3:])
                    or any(x in seen[:i] for i, x in enumerate(seen))
                ):
                    return 2
    flip = [frequencies(group).index(negate(k, group)) for k in frequencies(group)]
    gap = max(np.abs(x[:, flip] - x.conj()).max() for x in dense(certificate, values))
    tensor = dense_tensor(certificate, values)
    d = len(flip)
    tensor[range(d), range(d), range(d)] -= 1
    checked = slice(1, None) if certificate["target"] == "projected" else slice(None)
    return int(max(gap, np.abs(tensor[:, :, checked]).max(initial=0)) > 1e-9)


KINDS = {
    "numerator": "another numerator",
    "denominator": "another denominator",
    "exponent": "another root of unity",
    "power": "another power of a parameter",
    "name": "another parameter",
    "frequency": "another frequency of the entry",
    "drop": "a term is left out",
    "duplicate": "a term is written twice",
    "expand": "numerator and denominator times 2",
    "opposite": "-x times -1 for x",
    "relation": "x(-w - w^2) for x, w^3 = 1",
}


def corrupt(certificate, rng):
    """A kind of change, and a copy of the certificate so changed in one random term."""
    while True:
        kind, changed = change(certificate, rng)
        if changed != certificate:
            return kind, changed


def change(certificate, rng):
    changed = copy.deepcopy(certificate)
    rows = [row for node in changed["nodes"] for row in node.values() if row]
    row = rng.choice(rows)
    entry = rng.choice(row)
    i = rng.randrange(len(entry[1]))
    term = entry[1][i]
    n, names = changed["field"], changed["parameters"]
    kinds = [kind for kind in KINDS if kind not in ("power", "name") or len(term) == 4]
    kind = rng.choice(kinds)
    if kind == "numerator":
        term[0] = rng.choice([-term[0], term[0] + 1, term[0] - 1, 10**30, rng.randint(-9, 9)])
    elif kind == "denominator":
        term[1] = rng.choice([term[1] + 1, 2 * term[1], term[1] - 1, 10**30 + 57, -term[1]])
    elif kind == "exponent":
        term[2] = rng.choice([(term[2] + 1) % n, rng.randint(-1, n), rng.randint(0, n - 1)])
    elif kind == "power":
        name = rng.choice(list(term[3]))
        term[3][name] += rng.choice([-2, -1, 1, 2, 10**5])
    elif kind == "name":
        name = rng.choice(list(term[3]))
        term[3][rng.choice(names)] = term[3].pop(name)
    elif kind == "frequency":
        m = rng.randrange(len(entry[0]))
        entry[0][m] = rng.randint(-1, changed["group"][m])
    elif kind == "drop":
        del entry[1][i]
        if not entry[1] and rng.random() < 0.9:
            row.remove(entry)
    elif kind == "duplicate":
        entry[1].append(copy.deepcopy(term))
    elif kind == "expand":
        term[:2] = 2 * term[0], 2 * term[1]
    elif kind == "opposite" and n % 2 == 0:
        term[0], term[2] = -term[0], (term[2] + n // 2) % n
    elif kind == "relation" and n % 3 == 0:
        second = copy.deepcopy(term)
        term[0], term[2] = -term[0], (term[2] + n // 3) % n
        second[0], second[2] = -second[0], (second[2] + 2 * (n // 3)) % n
        entry[1].append(second)
    return kind, changed


def originals():
    """Valid certificates, small enough to be checked thousands of times."""
    return [
        order6(3, names=("nu",)),
        order6(5, names=("nu", "mu")),
        order6(4, names=("nu",)),
        order6(3, 3),
        order4(5, names=("x", "y")),
        order4(6, names=("x",), target="onehot"),
        order4(7, target="onehot"),
        memorization(3),
        memorization(2, 2),
        memorization(5),
    ]


def campaign(checker, trials, seed):
    """Rows (kind, verdict, expected verdict, seconds, bytes, certificate)."""
    rng = random.Random(seed)
    bases = originals()
    for _ in range(trials):
        certificate = rng.choice(bases)
        values = {p: cmath.exp(1j * rng.uniform(1, 6)) for p in certificate["parameters"]}
        kind, changed = corrupt(certificate, rng)
        data = json.dumps(changed).encode()
        start = time.process_time()
        code, _ = checker.check(data)
        seconds = time.process_time() - start
        tracemalloc.start()
        checker.check(data)
        memory = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        yield kind, code, expected_code(changed, values), seconds, memory, changed


def main(trials=10_000, seed=0):
    checker = load(CHECKER)
    rows, wrong = defaultdict(list), 0
    for kind, code, expected, seconds, memory, changed in campaign(checker, trials, seed):
        rows[kind].append((code, seconds, memory))
        if code != expected:
            wrong += 1
            print(f"WRONG: {code} instead of {expected}: {json.dumps(changed)}")
    rows["all"] = [row for found in rows.values() for row in found]
    print(f"{trials} changes of one term, seed {seed}")
    print(f"{'change':34}{'trials':>8}{'accepted':>10}{'refuted':>9}{'malformed':>11}", end="")
    print(f"{'max ms':>9}{'max KiB':>9}")
    for kind in [*KINDS, "all"]:
        codes = [code for code, _, _ in rows[kind]]
        print(f"{KINDS.get(kind, kind):34}{len(codes):8}", end="")
        print(f"{codes.count(0):10}{codes.count(1):9}{codes.count(2):11}", end="")
        print(f"{1000 * max((s for _, s, _ in rows[kind]), default=0):9.1f}", end="")
        print(f"{max((m for _, _, m in rows[kind]), default=0) / 1024:9.0f}")
    print(f"verdicts that differ from the definition in floating point: {wrong}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
