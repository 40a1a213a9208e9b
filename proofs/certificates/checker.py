"""Check certificates of exact optimizers for addition in a finite Abelian group.

    python checker.py FILE [FILE...]      exit 0 accepted, 1 refuted, 2 malformed (the worst of all)

Standard library only, integers only, no search.  A certificate lists, for each hidden node j of
f(x, y) = 1/(2d) sum_j c_j (a_j(x) + b_j(y))^2 on a group of order d, its non-zero Fourier
coefficients a_k, b_k, c_k as sums of rational multiples of powers of zeta = exp(2 pi i/n) and of
parameters of modulus 1.  Acceptance proves, for all values of the parameters, that the weights are
real, and that T[k1,k2,k] = [k1 = k2 = k] for all k1, k2, k (k != 0 if the target is "projected"):
    T[k1,k2,k] = sum_j a_k1 b_k2 c_k + 1/2 [k2=0] sum_j sum_k' a_k' a_(k1-k') c_k
                                     + 1/2 [k1=0] sum_j sum_k' b_k' b_(k2-k') c_k.
An "operation" is a table on 0..d-1, with permutations p, s, r of the elements in row-major order.
Acceptance proves r(table[x][y]) = p(x) + s(y) for all x, y: f(p(x), s(y)) at r(z) computes it.
Not checked: that the identities mean zero loss (a theorem), an operation's name, and "notes".
"""

import json
import os
import re
import sys
from collections import Counter, defaultdict, namedtuple
from functools import cache
from itertools import accumulate, product
from math import gcd, isqrt, lcm, prod
from typing import Any

MAX_FILE, MAX_DEPTH, MAX_DIGITS = 2**24, 32, 1000  # bytes, brackets open at once, decimal digits
MAX_RANK, MAX_ORDER, MAX_FIELD = 32, 10**6, 10**9  # cyclic factors, elements of the group, and n
MAX_PARAMETERS, MAX_NAME, MAX_POWER = 1000, 64, 10**6  # their number, length, and |exponent|
MAX_TABLE, MAX_TITLE = 10**6, 200  # entries of the table of an operation, length of its name
MAX_NODES, MAX_TERMS = 10**5, 10**6  # in the file; a term counts 1 + (bits of its monomial)//1024
MAX_BITS, MAX_HELD, MAX_WORK = 3 * 2**15, 5 * 10**6, 5 * 10**8  # of products of three: see plan()
HUGE, NAME = 10**MAX_DIGITS, "[A-Za-z_][A-Za-z_0-9]*"
RADIX = (6 * MAX_POWER).bit_length()  # exponents in products of three stay below 2^(RADIX - 1)
# num/den * zeta^exponent * monomial, where prod_i p_i^x_i is stored as sum_i x_i 2^(RADIX i):
Term = namedtuple("Term", ["num", "den", "exponent", "monomial"])
Index = tuple[int, ...]  # a frequency: one component for each cyclic factor
Node = dict[str, dict[Index, list[Term]]]  # by "a", "b", "c", then by frequency
Polynomial = dict[int, dict[int, int]]  # monomial -> exponent of zeta -> integer
Certificate = namedtuple("Certificate", "group field parameters target nodes notes operation")
Operation = namedtuple("Operation", "name table p s r")  # a table, and three permutations


class Malformed(Exception):
    """The file is not a certificate, or exceeds a limit: exit code 2."""


class Refuted(Exception):
    """The file is a certificate, and what it claims is false: exit code 1."""


def parse(data: bytes) -> Any:
    """Strict JSON; a number that the format does not admit (1.0, 1e3, -0, too long) is a str."""

    def number(text: str) -> int | str:
        return int(text) if re.fullmatch(f"0|-?[1-9][0-9]{{0,{MAX_DIGITS - 1}}}", text) else text

    def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        for key, count in Counter(key for key, _ in pairs).items():
            if count > 1:
                raise ValueError(f"key {key!a:.40} occurs twice in one object")
        return dict(pairs)

    if len(data) > MAX_FILE:
        raise Malformed(f"text: more than {MAX_FILE} bytes")
    brackets = re.sub(rb'(?s)"(?:[^"\\]++|\\.)*+"?|[^][{}"]++', b"", data)
    if max(accumulate(1 if x in b"[{" else -1 for x in brackets), default=0) > MAX_DEPTH:
        raise Malformed(f"text: brackets nested more than {MAX_DEPTH} deep")
    hooks: Any = {"parse_int": number, "parse_float": str, "parse_constant": int}  # no int is NaN
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=distinct, **hooks)
    except ValueError as error:
        raise Malformed(f"text: {error}") from None


def expect(kind: Any, low: Any, high: Any, x: Any, at: str) -> Any:
    """x, of this type and with value, length or keys from low to high; items with their places."""
    if type(x) is not kind:
        names = {int: f"an integer of at most {MAX_DIGITS} digits", list: "a list", str: "a string"}
        raise Malformed(f"{at}: {x!a:.40} is not {names.get(kind, 'an object')}")
    size, what = (x, "") if kind is int else (len(x), "length ")
    if kind is dict:
        for key in (*low, *x):
            if key not in x or key not in high:
                raise Malformed(f"{at}: {'unknown' if key in x else 'missing'} key {key!a:.40}")
    elif not low <= size <= high:
        bound = f"less than {low}" if size < low else f"more than {high}"
        raise Malformed(f"{at}: {what}{size!a:.40} is {bound}")
    return ((y, f"{at}[{i}]") for i, y in enumerate(x)) if kind is list else x


def read(data: bytes) -> Certificate:
    """The certificate that these bytes write down."""
    keys = ["format", "version", "group", "field", "parameters", "target", "nodes"]
    top = expect(dict, keys, [*keys, "notes", "operation"], parse(data), "top level")
    for key, allowed in ("format", ["cogo-certificate"]), ("target", ["projected", "onehot"]):
        if expect(str, 0, HUGE, top[key], key) not in allowed:
            raise Malformed(f"{key}: {top[key]!a:.40} is not {' or '.join(allowed)}")
    expect(int, 1, 1, top["version"], "version")
    orders = expect(list, 1, MAX_RANK, top["group"], "group")
    group = tuple(expect(int, 1, MAX_ORDER, *order) for order in orders)
    expect(int, 1, MAX_ORDER, prod(group), "group: order")
    field = expect(int, 1, MAX_FIELD, top["field"], "field")
    names: dict[str, int] = {}
    for name, at in expect(list, 0, MAX_PARAMETERS, top["parameters"], "parameters"):
        if expect(str, 1, MAX_NAME, name, at) in names or not re.fullmatch(NAME, name):
            raise Malformed(f"{at}: {name!a} is not an ASCII identifier, or not new")
        names[name] = len(names)
    nodes: list[Node] = []
    size = 0

    def read_term(x: Any, at: str) -> Term:
        nonlocal size
        parts, bounds = [*expect(list, 3, 4, x, at)], [(-HUGE, HUGE), (1, HUGE), (0, field - 1)]
        num, den, exponent = (expect(int, *b, *y) for b, y in zip(bounds, parts[:3], strict=True))
        powers = expect(dict, [], names, *parts[3]) if parts[3:] else {}
        for name, power in powers.items():
            expect(int, -MAX_POWER, MAX_POWER, power, f"{at}[3].{name}")
        if 0 in (num, *powers.values()) or x[3:] == [{}]:
            raise Malformed(f"{at}: a numerator, power or number of powers is 0; leave it out")
        monomial = sum(power << RADIX * names[name] for name, power in powers.items())
        size += 1 + monomial.bit_length() // 1024
        expect(int, 1, MAX_TERMS, size, f"{at}: number of terms so far")
        return Term(num, den, exponent, monomial)

    for node, node_at in expect(list, 0, MAX_NODES, top["nodes"], "nodes"):
        expect(dict, ["a", "b", "c"], ["a", "b", "c"], node, node_at)
        nodes.append({"a": {}, "b": {}, "c": {}})
        for p, row in nodes[-1].items():
            for x, at in expect(list, 0, HUGE, node[p], f"{node_at}.{p}"):
                index, listed = expect(list, 2, 2, x, at)
                digits = zip(expect(list, len(group), len(group), *index), group, strict=True)
                k = tuple(expect(int, 0, m - 1, *y) for y, m in digits)
                entry = [read_term(*y) for y in expect(list, 1, HUGE, *listed)]
                if k in row or len({term[2:] for term in entry}) < len(entry):
                    raise Malformed(f"{at}: a frequency, or the exponents of a term, occur twice")
                row[k] = entry
    operation = read_operation(top["operation"], prod(group)) if "operation" in top else None
    return Certificate(group, field, list(names), top["target"], nodes, "notes" in top, operation)


def read_operation(x: Any, order: int) -> Operation:
    """The operation that a certificate is about, if that is not the addition of the group."""
    expect(dict, Operation._fields, Operation._fields, x, "operation")
    expect(str, 1, MAX_TITLE, x["name"], "operation.name")
    expect(int, 1, MAX_TABLE, order**2, "operation.table: number of entries")

    def numbers(row: Any, at: str) -> list[int]:
        return [expect(int, 0, order - 1, *y) for y in expect(list, order, order, row, at)]

    permutations = [numbers(x[p], f"operation.{p}") for p in "psr"]
    for p, q in zip("psr", permutations, strict=True):
        if len({*q}) < order:
            raise Malformed(f"operation.{p}: not a permutation, for a number occurs twice")
    rows = expect(list, order, order, x["table"], "operation.table")
    return Operation(x["name"], [numbers(*row) for row in rows], *permutations)


@cache
def prime_divisors(n: int) -> list[int]:
    """The primes that divide n, by trial division."""
    p = next((p for p in range(2, isqrt(n) + 1) if n % p == 0), n)
    return sorted({p, *prime_divisors(n // p)}) if n > 1 else []


def plan(certificate: Certificate) -> tuple[int, dict[Index, list[Node]]]:
    """A common denominator, and the nodes by output frequency; bounds all work beforehand."""
    group, n, names, _, nodes, *_ = certificate
    terms = [t for v in nodes for row in v.values() for entry in row.values() for t in entry]
    dens = {t.den for t in terms}
    users: dict[Index, list[Node]] = defaultdict(list)
    products: dict[Index, int] = defaultdict(int, {(): len(terms)})
    for node in nodes:
        linear = sum(len(entry) for p in "ab" for entry in node[p].values())
        for k, entry in node["c"].items():
            users[k].append(node)
            products[k] += (linear * (linear + 1) // 2 + 1) * len(entry)
    bits = 3 * sum(map(int.bit_length, [*dens, max((abs(t.num) for t in terms), default=0)]))
    weight = (1 + bits // 1024) ** 2 + RADIX * (len(names) + 3 * len(group)) // 1024  # of a product
    growth = 2 ** len(prime_divisors(n))  # of the number of terms in vanishes()
    most, total = max(products.values()), sum(products.values())
    expect(int, 0, MAX_BITS, bits, "nodes: bits in a product")
    expect(int, 0, MAX_HELD, (most + min(most * growth, n)) * weight, "nodes: products at once")
    expect(int, 0, MAX_WORK, total * growth * weight, "nodes: products in all")
    return lcm(*dens), users


def vanishes(f: Polynomial, n: int) -> bool:
    """Whether f = 0 at zeta = exp(2 pi i/n) for all parameters: whether each coefficient g is 0.

    g(zeta) = 0 iff g * prod_{p | n} (x^(n/p) - 1) = 0 modulo x^n - 1, so at all n-th roots of 1: a
    factor is 0 at those of order m < n (m divides some n/p), and none at the conjugates of zeta.
    """
    for g in f.values():
        for p in prime_divisors(n):
            h: dict[int, int] = defaultdict(int)
            for e, x in g.items():
                h[e] -= x
                h[(e + n // p) % n] += x
            g = h
        if any(g.values()):
            return False
    return True


def powers(monomial: int, names: list[str]) -> dict[str, int]:
    """The exponents of the parameters that occur in a monomial."""
    half = 1 << RADIX - 1
    shifted = monomial + sum(half << RADIX * i for i in range(len(names)))  # all digits >= 0
    digits = {name: (shifted >> RADIX * i) % (2 * half) - half for i, name in enumerate(names)}
    return {name: power for name, power in digits.items() if power}


def word(terms: list[Term], names: list[str]) -> str:
    """The sum of the terms for messages: cut short, and not reduced by the relations of zeta."""
    words = []
    for num, den, exponent, monomial in sorted(terms, key=lambda t: (t.monomial, t.exponent))[:6]:
        x, y = num // gcd(num, den), den // gcd(num, den)
        words.append("(long)" if max(abs(x), y) > 10**40 else f"{x}/{y}".removesuffix("/1"))
        factors = [("zeta", exponent), *powers(monomial, names).items()]
        words[-1] += "".join(f"*{name}^{power}" for name, power in factors if power)
    return " + ".join(words + ["..."] * (len(terms) > 6)) or "0"


def tensor(group: Index, n: int, scale: int, k: Index, nodes: list[Node]) -> Any:
    """2 scale^3 T[k1,k2,k] by k1 + k2, wherever T has a term; `nodes` are those with an entry c_k.

    These are the coefficients of scale^3 sum_j c_k (a(X) + b(Y))^2.  The exponents of X, Y, zeta
    and the parameters are digits of one integer, wide enough for three factors; reduced at the end.
    """
    orders, zero = (*group, *group, n), (0,) * len(k)
    width = (3 * max(orders)).bit_length()
    *shifts, top = range(0, width * len(orders) + 1, width)

    def code(t: Term, *index: int) -> tuple[int, int]:
        digits = zip((*index, t.exponent, t.monomial), (*shifts, top), strict=True)
        return sum(x << shift for x, shift in digits), t.num * (scale // t.den)

    sums: dict[int, int] = defaultdict(int)
    for node in nodes:
        s = [code(t, *x, *zero) for x, entry in node["a"].items() for t in entry]
        s += [code(t, *zero, *x) for x, entry in node["b"].items() for t in entry]
        for z, w in [code(t, *zero, *zero) for t in node["c"][k]]:
            for x, u in [(x + z, u * w) for x, u in s]:
                for y, v in s:
                    sums[x + y] += u * v
    found: dict[Index, Polynomial] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for key, value in sums.items():
        *index, e = ((key >> i) % (1 << width) % m for i, m in zip(shifts, orders, strict=True))
        found[tuple(index)][key >> top][e] += value
    return found


def verify(certificate: Certificate) -> str:
    """Check the certificate; return what was found, in words."""
    group, n, names, target, nodes, notes, operation = certificate
    scale, users = plan(certificate)
    one, indices, entries = 2 * scale**3, 0, 0

    def negate(k: Index) -> Index:
        return tuple(-x % m for x, m in zip(k, group, strict=True))

    for j, p, row in [(j, p, row) for j, node in enumerate(nodes) for p, row in node.items()]:
        entries += len(row)
        for k in sorted(row):
            there = row.get(negate(k), [])
            bar = [Term(-t.num, t.den, -t.exponent % n, -t.monomial) for t in row[k]]
            gap: Polynomial = defaultdict(lambda: defaultdict(int))
            for t in there + bar:
                gap[t.monomial][t.exponent] += t.num * (scale // t.den)
            if not vanishes(gap, n):
                x, y = word(row[k], names), word(there, names)
                at = f"nodes[{j}].{p} is {x} at {list(k)} and {y} at {list(negate(k))}"
                raise Refuted(f"{at}, which are not conjugate")
    # The weights are real, so T[-k1,-k2,-k] is the conjugate of T[k1,k2,k]: one is enough.
    half = [k for k in product(*map(range, group)) if k <= negate(k)]
    checked = half if target == "onehot" else half[1:]  # k = 0 comes first
    for k in checked:
        found = tensor(group, n, scale, k, users[k])
        indices += len(found)
        for index in sorted({*found, k + k}):
            f, want = found[index], int(index == k + k)
            if not vanishes({**f, 0: {**f[0], 0: f[0][0] - want * one}}, n):
                place = [list(index[: len(k)]), list(index[len(k) :]), list(k)]
                value = [Term(x, one, e, m) for m, g in f.items() for e, x in g.items() if x]
                raise Refuted(f"T{place} is {word(value, names)}, expected {want}")
    title = f"{'x'.join(f'Z{m}' for m in group)}, {len(nodes)} nodes, {len(names)} parameters"
    real = f"{title}, target {target}: the weights are real ({entries} entries); of {indices}"
    ones = f"entries of T with a term, up to conjugation, {len(checked)} are 1 and"
    zeros = f"{indices - len(checked)} are 0, exactly{verify_operation(group, operation)}"
    return f"{real} {ones} {zeros}{'; notes were not read' * notes}"


def verify_operation(group: Index, operation: Operation | None) -> str:
    """Check that r(table[x][y]) = p(x) + s(y); return what was found, in words, if it is there."""
    if operation is None:
        return ""
    name, table, p, s, r = operation
    elements = [*product(*map(range, group))]
    for x, row in enumerate(table):
        for y, z in enumerate(row):
            here, there = elements[p[x]], elements[s[y]]
            total = tuple((i + j) % m for i, j, m in zip(here, there, group, strict=True))
            if elements[r[z]] != total:
                at = f"operation: r(table[{x}][{y}]) is {list(elements[r[z]])}"
                raise Refuted(f"{at}, and p({x}) + s({y}) is {list(total)}")
    pairs = f"r(table[x][y]) = p(x) + s(y) at all {len(table) ** 2} pairs"
    relabelled = (
        f"; relabelled by its p, s, r, the network computes the operation of the table: {pairs}"
    )
    return f"{relabelled}; the name, {name!a}, was not checked"


def check(data: bytes) -> tuple[int, str]:
    """Exit code and message for the bytes of a certificate."""
    try:
        return 0, f"accepted: {verify(read(data))}"
    except Refuted as error:
        return 1, f"refuted: {error}"
    except Malformed as error:
        return 2, f"malformed: {error}"


def check_file(path: str) -> tuple[int, str]:
    """Exit code and message for a file, which must be a regular one."""
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            return 2, "malformed: file: not a regular file"
        with open(path, "rb") as stream:
            return check(stream.read(MAX_FILE + 1))
    except (OSError, MemoryError) as error:
        return 2, f"malformed: file: not checked ({type(error).__name__})"


def main(paths: list[str]) -> int:
    """Check all files, print one line for each, and return the largest exit code."""
    worst = 0 if paths else 2
    if not paths:
        print("usage: python checker.py FILE [FILE...]", file=sys.stderr)
    try:
        for path in paths:
            code, message = check_file(path)
            worst = max(worst, code)
            name = path if path.isascii() and path.isprintable() else ascii(path)
            print(f"{name}: {message}", flush=True)
    except (OSError, KeyboardInterrupt):  # a verdict was not delivered, or not reached
        os._exit(2)  # what is buffered is not tried again
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
