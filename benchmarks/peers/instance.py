"""The two instances every engine is given, and their shape as matrices.

Entries are monomials ``num/den * zeta_n^exponent`` with every conjugate written out. Weights are
real by construction (`Instance` refuses anything else), so half of the output frequencies decide
the rest: ``T[-k1, -k2, -k]`` is the conjugate of ``T[k1, k2, k]``.
"""

import random
from dataclasses import dataclass
from functools import cached_property
from math import gcd, lcm

Entry = tuple[int, int, int]
Node = dict[str, dict[int, Entry]]
PARTS = ("a", "b", "c")


@dataclass(frozen=True)
class Instance:
    """Nodes over the cyclic group ``Z_d`` with entries in ``Q(zeta_field)``."""

    d: int
    field: int
    nodes: list[Node]

    def __post_init__(self) -> None:
        for node in self.nodes:
            for part in PARTS:
                for k, entry in node[part].items():
                    if node[part].get(-k % self.d) != conjugate(entry, self.field):
                        raise ValueError(f"{part}[{k}]={entry} has no conjugate at {-k % self.d}")


def conjugate(entry: Entry, field: int) -> Entry:
    numerator, denominator, exponent = entry
    return numerator, denominator, -exponent % field


def order6(d: int, nu_exponent: int = 0, nu_field: int = 1) -> Instance:
    """Work A: ``syn * nu(v)`` on every conjugate pair, ``v = zeta_nu_field^nu_exponent``.

    Six nodes per pair, ``c`` scaled by 1/6; odd ``d`` (even groups have a real character).
    """
    if d < 3 or d % 2 == 0:
        raise ValueError(f"d={d} has a real character or no pair; pass an odd d >= 3")
    field = lcm(12, nu_field)
    v = nu_exponent * field // nu_field
    half = field // 2
    nu = ((0, 0, 0), (v, v + half, half - 2 * v))
    nodes = []
    for k in range(1, (d + 1) // 2):
        for power in range(3):
            for factor in nu:
                a, b, c = ((power * field // 3 + e) % field for e in factor)
                nodes.append(
                    {
                        "a": {k: (1, 1, a), d - k: (1, 1, -a % field)},
                        "b": {k: (1, 1, b), d - k: (1, 1, -b % field)},
                        "c": {k: (1, 6, c), d - k: (1, 6, -c % field)},
                    }
                )
    return Instance(d, field, nodes)


def memorization(d: int) -> Instance:
    """Work B: one node per pair ``(g, h)`` with every non-trivial frequency in all three parts."""
    frequencies = range(1, d)
    return Instance(
        d,
        d,
        [
            {
                "a": {k: (1, 1, k * g % d) for k in frequencies},
                "b": {k: (1, 1, k * h % d) for k in frequencies},
                "c": {k: (1, d * d, -k * (g + h) % d) for k in frequencies},
            }
            for g in range(d)
            for h in range(d)
        ],
    )


def balanced(d: int, *, complete: bool = True) -> Instance:
    """`order6` and four nodes whose ``R_n`` cancel between ``a`` and ``b`` but are not 0 alone.

    An engine that tests the sufficient conditions instead of the sums refuses it wrongly. Without
    the last node (``complete=False``) it is not a solution.
    """
    base = order6(d)

    def pair(numerator: int, exponent: int) -> dict[int, Entry]:
        return {1: (numerator, 1, exponent), d - 1: (numerator, 1, -exponent % base.field)}

    extra: list[Node] = [
        {"a": pair(1, 0), "b": {}, "c": pair(2, 0)},
        {"a": pair(1, 3), "b": {}, "c": pair(2, 0)},
        {"a": {}, "b": pair(1, 0), "c": pair(-2, 0)},
        {"a": {}, "b": pair(1, 3), "c": pair(-2, 0)},
    ]
    return Instance(d, base.field, base.nodes + (extra if complete else extra[:-1]))


def corrupt(instance: Instance, seed: int) -> Instance:
    """A copy with one entry times a root of unity other than 1, its conjugate kept consistent.

    On either work this changes ``T[k,k,k]`` for the frequency ``k`` that was hit.
    """
    rng = random.Random(seed)
    d, n = instance.d, instance.field
    j = rng.randrange(len(instance.nodes))
    part = rng.choice(PARTS)
    row = dict(instance.nodes[j][part])
    k = rng.choice(sorted(row))
    numerator, denominator, exponent = row[k]
    row[k] = (numerator, denominator, (exponent + rng.randrange(1, n)) % n)
    row[-k % d] = conjugate(row[k], n)
    nodes = list(instance.nodes)
    nodes[j] = {**nodes[j], part: row}
    return Instance(d, n, nodes)


@dataclass(frozen=True)
class Row:
    """One frequency of one part of a block: a monomial per node (numerator 0 where absent)."""

    numerators: list[int]
    exponents: list[int]


@dataclass(frozen=True)
class Block:
    """Nodes whose output frequencies no other block has, denominators cleared.

    ``X = scale * T`` is then in ``Z[zeta_n]`` and ``X[., ., k]`` depends on one block alone.
    """

    d: int
    field: int
    ka: list[int]
    kb: list[int]
    kc: list[int]
    a: list[Row]
    b: list[Row]
    c: list[Row]
    scale: int

    @cached_property
    def size(self) -> int:
        return len(self.c[0].numerators)

    @cached_property
    def half(self) -> list[int]:
        """Rows of ``c``, one per conjugate pair: enough for real weights."""
        return [i for i, k in enumerate(self.kc) if k <= -k % self.d]

    @cached_property
    def multiplier(self) -> int | None:
        """A generator ``t`` of ``(Z/d)*`` where dense entries in ``zeta_d`` may be equivariant.

        If ``z[t k] = sigma_t(z[k])`` for every node, which the engine has to check, then
        ``T[t k1, t k2, t k] = sigma_t(T[k1, k2, k])`` and one output frequency decides all.
        """
        everything = list(range(1, self.d))
        if self.field != self.d or not self.ka == self.kb == self.kc == everything:
            return None
        for t in everything:
            if len({pow(t, i, self.d) for i in everything}) == self.d - 1:
                return t
        return None

    @cached_property
    def targets(self) -> list[tuple[int, int] | None]:
        """Per row of ``c`` the position of ``k1 = k2 = k`` in ``ka x kb`` (None: there is none)."""
        return [
            (self.ka.index(k), self.kb.index(k)) if k in self.ka and k in self.kb else None
            for k in self.kc
        ]

    @cached_property
    def classes(self) -> tuple[list[list[int]], list[list[int]], int]:
        """Which products ``a a`` and ``b b`` are summed before they are compared with 0.

        ``T[m, 0, k]`` sums ``a_k1 a_k2`` over ``k1 + k2 = m``, ``T[0, m, k]`` the same for ``b``,
        and ``T[0, 0, k]`` both: class 0. Returns the class of each pair of ``a``, of ``b``, and the
        number of classes.
        """
        number: dict[tuple[str, int], int] = {("", 0): 0}

        def grid(part: str, support: list[int]) -> list[list[int]]:
            def of(m: int) -> int:
                return number.setdefault((part if m else "", m), len(number))

            return [[of((x + y) % self.d) for y in support] for x in support]

        grids = grid("a", self.ka), grid("b", self.kb)
        return grids[0], grids[1], len(number)

    def is_equivariant(self) -> bool:
        """Whether ``multiplier`` maps every node to itself; this is part of a check, so timed."""
        t = self.multiplier
        if t is None:
            return False
        for rows in (self.a, self.b, self.c):
            for k, row in enumerate(rows, start=1):
                image = rows[t * k % self.d - 1]
                if image.numerators != row.numerators or image.exponents != [
                    t * e % self.d for e in row.exponents
                ]:
                    return False
        return True

    @cached_property
    def bound(self) -> int:
        """How many monomials, numerators counted, a condition has at most, its target included.

        So ``|sigma(X)|`` is at most this for every embedding.
        """
        a, b, c = (
            [max(abs(row.numerators[j]) for row in rows) for j in range(self.size)]
            for rows in (self.a, self.b, self.c)
        )
        mixed = sum(u * v * w for u, v, w in zip(a, b, c, strict=True))
        in_a = len(self.ka) * sum(u * u * w for u, w in zip(a, c, strict=True))
        in_b = len(self.kb) * sum(v * v * w for v, w in zip(b, c, strict=True))
        return max(mixed, in_a + in_b) + self.scale


def blocks(instance: Instance) -> list[Block]:
    """Sort the nodes into blocks that share no output frequency.

    Raises:
        ValueError: An entry of ``a`` or ``b`` at frequency 0: the engines here do without.
    """
    owner: dict[int, int] = {}
    groups: dict[int, list[Node]] = {}
    for index, node in enumerate(instance.nodes):
        if 0 in node["a"] or 0 in node["b"]:
            raise ValueError(f"node {index} has a constant part; the peers' engines take none")
        outputs = [k for k in node["c"] if k]
        if not outputs:
            continue
        met = sorted({owner[k] for k in outputs if k in owner})
        home = met[0] if met else index
        group = groups.setdefault(home, [])
        for other in met[1:]:
            group += groups.pop(other)
            owner.update({k: home for k, old in owner.items() if old == other})
        group.append(node)
        owner.update(dict.fromkeys(outputs, home))
    return [_block(instance, nodes) for nodes in groups.values()]


def _block(instance: Instance, nodes: list[Node]) -> Block:
    supports = {part: sorted({k for node in nodes for k in node[part] if k}) for part in PARTS}
    clear = {
        part: lcm(*(entry[1] for node in nodes for entry in node[part].values())) for part in PARTS
    }
    clear["a"] = clear["b"] = lcm(clear["a"], clear["b"])
    rows = {
        part: [
            Row(
                [
                    node[part][k][0] * (clear[part] // node[part][k][1]) if k in node[part] else 0
                    for node in nodes
                ],
                [node[part][k][2] if k in node[part] else 0 for node in nodes],
            )
            for k in supports[part]
        ]
        for part in PARTS
    }
    return Block(
        instance.d,
        instance.field,
        *(supports[part] for part in PARTS),
        *(rows[part] for part in PARTS),
        clear["a"] ** 2 * clear["c"],
    )


def cyclotomic(n: int) -> list[int]:
    """Coefficients of the ``n``-th cyclotomic polynomial, constant term first."""
    phi = [-1] + [0] * (n - 1) + [1]
    for m in range(1, n):
        if n % m == 0:
            phi = _divide(phi, cyclotomic(m))[0]
    return phi


def _divide(f: list[int], g: list[int]) -> tuple[list[int], list[int]]:
    rest = list(f)
    quotient = [0] * (len(f) - len(g) + 1)
    for i in range(len(quotient) - 1, -1, -1):
        quotient[i] = rest[i + len(g) - 1]
        for j, coefficient in enumerate(g):
            rest[i + j] -= quotient[i] * coefficient
    return quotient, rest[: len(g) - 1]


def reduced_powers(n: int, count: int) -> list[list[int]]:
    """Coefficients of ``zeta_n^e``, ``e < count``, in ``1, zeta, ..., zeta^(phi(n) - 1)``."""
    phi = cyclotomic(n)
    degree = len(phi) - 1
    power = [1] + [0] * (degree - 1)
    powers = []
    for _ in range(count):
        powers.append(power)
        top = power[-1]
        power = [x - top * y for x, y in zip([0, *power[:-1]], phi[:-1], strict=True)]
    return powers


def packing(parts: list[Block]) -> tuple[int, int]:
    """``(x, N)``, ``N = Phi_n(x)``: ``zeta -> x`` is a zero test in the integers mod ``N``.

    A sum bounded as in `Block.bound` has reduced coefficients of modulus at most ``L``. If
    ``L < x/2``, the integer ``R(x)`` is 0 only for ``R = 0``; if ``L (x^phi - 1) < N (x - 1)``,
    it is smaller than ``N``. So ``R(x) = 0 mod N`` exactly when the sum is 0. ``x`` is a power
    of 2.
    """
    n = parts[0].field
    phi = cyclotomic(n)
    height = max(abs(x) for power in reduced_powers(n, n) for x in power)
    bound = height * max(block.bound for block in parts)
    x = 2
    while True:
        modulus = sum(coefficient * x**i for i, coefficient in enumerate(phi))
        if 2 * bound < x and bound * (x ** (len(phi) - 1) - 1) < modulus * (x - 1):
            return x, modulus
        x *= 2


def splitting_prime(n: int, above: int) -> tuple[int, list[int]]:
    """The least prime ``p = 1 mod n``, ``p > above``, and the primitive ``n``-th roots in it."""
    p = above // n * n + 1
    while p <= above or any(p % q == 0 for q in range(2, int(p**0.5) + 1)):
        p += n
    for g in range(1, p):
        root = pow(g, (p - 1) // n, p)
        if all(pow(root, n // q, p) != 1 for q in range(2, n + 1) if n % q == 0):
            return p, [pow(root, e, p) for e in range(n) if gcd(e, n) == 1]
    raise AssertionError(f"no primitive root modulo {p}")
