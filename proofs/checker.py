"""Check certificates of exact optimizers for addition in a finite Abelian group.

    python checker.py FILE [FILE...]      exit 0 accepted, 1 refuted, 2 malformed (the worst of all)

Standard library only, integers only, no search.  A certificate lists, for each hidden node j of
the network f(x, y) = 1/(2d) sum_j c_j (a_j(x) + b_j(y))^2 on a group of order d, its non-zero
Fourier coefficients a_k, b_k, c_k as sums of rational multiples of powers of zeta = exp(2 pi i/n)
and of parameters of modulus 1.  Acceptance proves, for all values of the parameters, that the
weights are real and that T[k1,k2,k] = [k1 = k2 = k] for all k1, k2 and all k != 0 (if the target
is "onehot", also T[k1,k2,0] = [k1 = k2 = 0]), where

    T[k1,k2,k] = sum_j a_k1 b_k2 c_k + 1/2 [k2=0] sum_j sum_k' a_k' a_(k1-k') c_k
                                     + 1/2 [k1=0] sum_j sum_k' b_k' b_(k2-k') c_k.

Not checked: that these identities mean zero loss (a theorem about the network), and "notes".
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from collections import defaultdict
from functools import cache
from itertools import accumulate, product
from math import gcd, isqrt, lcm, prod
from typing import Any, NamedTuple, TypeVar

MAX_FILE = 2**24  # bytes in a file
MAX_DEPTH = 32  # brackets open at once
MAX_DIGITS = 1000  # decimal digits of one integer
MAX_RANK, MAX_ORDER = 32, 10**6  # cyclic factors and elements of the group
MAX_FIELD = 10**9  # n of zeta_n
MAX_PARAMETERS, MAX_NAME = 1000, 64  # their number, and characters in a name
MAX_POWER = 10**6  # modulus of a parameter's exponent
MAX_NODES, MAX_TERMS = 10**5, 10**6  # in the file; a term counts 1 + (bits of its monomial)//1024
MAX_BITS = 2**15  # bits of the common denominator L of all a and b, and M of all c
MAX_HELD = 2**30  # bytes held by sums at one time; estimated before, see plan()
MAX_WORK = 3 * 10**8  # elementary products, weighted by length; estimated before, see plan()

KEYS = ["format", "version", "group", "field", "parameters", "target", "nodes"]
HUGE = 10**MAX_DIGITS
STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}  # change of the nesting depth
NOT_BRACKETS = bytes(x for x in range(256) if x not in STEP)
RADIX = (6 * MAX_POWER).bit_length()  # exponents in products of three stay below 2^(RADIX - 1)
Json = TypeVar("Json", int, str, list[Any], dict[str, Any])
Index = tuple[int, ...]  # a frequency: one component for each cyclic factor
Polynomial = dict[int, dict[int, int]]  # monomial -> exponent of zeta -> integer
Slice = dict[Index, Polynomial]


class Malformed(Exception):
    """The file is not a certificate, or exceeds a limit: exit code 2."""


class Refuted(Exception):
    """The file is a certificate, and what it claims is false: exit code 1."""


class Literal(str):
    """A number the format does not admit (1.0, 1e3, -0, too long): kept as text, not converted."""

    __repr__ = str.__str__


class Term(NamedTuple):
    """num/den * zeta^exponent * monomial; prod_i p_i^x_i is stored as sum_i x_i 2^(RADIX i)."""

    num: int
    den: int
    exponent: int
    monomial: int


Node = dict[str, dict[Index, list[Term]]]  # by "a", "b", "c", then by frequency


class Certificate(NamedTuple):
    """What a file says, in the right types; whether it is true is not known yet."""

    group: Index
    field: int
    parameters: list[str]
    target: str
    nodes: list[Node]
    notes: bool


def parse(data: bytes) -> object:
    """Strict JSON; the depth is bounded first, so that the recursive parser cannot overflow."""

    def whole(text: str) -> int | Literal:
        fits = len(text.lstrip("-")) <= MAX_DIGITS and text.isascii() and text != "-0"
        return int(text) if fits else Literal(text)

    def constant(text: str) -> object:
        raise ValueError(f"{text} is not JSON")

    def distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in pairs:
            if key in found:
                raise ValueError(f"key {key!a:.40} occurs twice in one object")
            found[key] = value
        return found

    if len(data) > MAX_FILE:
        raise Malformed(f"text: more than {MAX_FILE} bytes")
    brackets = re.sub(rb'(?s)"(?:[^"\\]++|\\.)*+"?', b"", data).translate(None, NOT_BRACKETS)
    if any(depth > MAX_DEPTH for depth in accumulate(map(STEP.__getitem__, brackets))):
        raise Malformed(f"text: brackets nested more than {MAX_DEPTH} deep")
    hooks: Any = {"parse_int": whole, "parse_float": Literal, "parse_constant": constant}
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=distinct, **hooks)
    except ValueError as error:
        raise Malformed(f"text: {error}") from None


def expect(kind: type[Json], x: object, at: str, low: int = 0, high: int = HUGE) -> Json:
    """x, which must be of this type, with its value (or else its length) from low to high."""
    if not isinstance(x, kind) or isinstance(x, (bool, Literal)):
        name = {int: f"an integer of at most {MAX_DIGITS} digits", list: "a list", str: "a string"}
        raise Malformed(f"{at}: {x!a:.40} is not {name.get(kind, 'an object')}")
    size = x if isinstance(x, int) else len(x)
    if not low <= size <= high:
        bound = f"less than {low}" if size < low else f"more than {high}"
        raise Malformed(f"{at}: {'' if isinstance(x, int) else 'length '}{size!a:.40} is {bound}")
    return x


def members(x: object, at: str, keys: list[str], extra: list[str]) -> dict[str, Any]:
    """x, which must be an object with all of these keys, and at most the extra ones besides."""
    found = expect(dict, x, at)
    for key in (*keys, *found):
        if key not in found or key not in (*keys, *extra):
            raise Malformed(f"{at}: {'unknown' if key in found else 'missing'} key {key!a:.40}")
    return found


def read(data: bytes) -> Certificate:
    """The certificate that these bytes write down."""
    top = members(parse(data), "top level", KEYS, ["notes"])
    for key, allowed in ("format", ["cogo-certificate"]), ("target", ["projected", "onehot"]):
        if expect(str, top[key], key) not in allowed:
            raise Malformed(f"{key}: {top[key]!a:.40} is not {' or '.join(allowed)}")
    expect(int, top["version"], "version", 1, 1)
    group = tuple(expect(list, top["group"], "group", 1, MAX_RANK))
    order = prod(expect(int, n, f"group[{i}]", 1, MAX_ORDER) for i, n in enumerate(group))
    expect(int, order, "group: order", 1, MAX_ORDER)
    field = expect(int, top["field"], "field", 1, MAX_FIELD)
    names: dict[str, int] = {}
    for i, name in enumerate(expect(list, top["parameters"], "parameters", 0, MAX_PARAMETERS)):
        expect(str, name, f"parameters[{i}]", 1, MAX_NAME)
        if name in names or not re.fullmatch("[A-Za-z_][A-Za-z_0-9]*", name):
            raise Malformed(f"parameters[{i}]: {name!a} is not an ASCII identifier, or not new")
        names[name] = i
    size = 0

    def read_term(x: object, at: str) -> Term:
        nonlocal size
        part = expect(list, x, at, 3, 4)
        num = expect(int, part[0], f"{at}[0]", -HUGE)
        den = expect(int, part[1], f"{at}[1]", 1)
        exponent = expect(int, part[2], f"{at}[2]", 0, field - 1)
        powers = expect(dict, part[3], f"{at}[3]", 1) if part[3:] else {}
        monomial = 0
        for name, power in powers.items():
            if name not in names:
                raise Malformed(f"{at}[3]: {name!a:.40} is not a declared parameter")
            expect(int, power, f"{at}[3].{name}", -MAX_POWER, MAX_POWER)
            monomial += power << RADIX * names[name]
        if 0 in (num, *powers.values()):
            raise Malformed(f"{at}: a numerator or a parameter's exponent is 0; leave it out")
        size += 1 + monomial.bit_length() // 1024
        expect(int, size, f"{at}: number of terms so far", 1, MAX_TERMS)
        return Term(num, den, exponent, monomial)

    def read_row(x: object, row_at: str) -> dict[Index, list[Term]]:
        row: dict[Index, list[Term]] = {}
        for i, pair in enumerate(expect(list, x, row_at)):
            at = f"{row_at}[{i}]"
            index, terms = expect(list, pair, at, 2, 2)
            expect(list, index, f"{at}[0]", len(group), len(group))
            k = tuple(expect(int, x, f"{at}[0][{m}]", 0, group[m] - 1) for m, x in enumerate(index))
            listed = enumerate(expect(list, terms, f"{at}[1]", 1))
            entry = [read_term(term, f"{at}[1][{m}]") for m, term in listed]
            if k in row or len({term[2:] for term in entry}) < len(entry):
                raise Malformed(f"{at}: a frequency, or a term with these exponents, occurs twice")
            row[k] = entry
        return row

    nodes = []
    for j, x in enumerate(expect(list, top["nodes"], "nodes", 0, MAX_NODES)):
        rows = members(x, f"nodes[{j}]", ["a", "b", "c"], [])
        nodes.append({p: read_row(rows[p], f"nodes[{j}].{p}") for p in "abc"})
    return Certificate(group, field, list(names), top["target"], nodes, "notes" in top)


@cache
def prime_divisors(n: int) -> list[int]:
    """Those of n >= 1, by trial division."""
    found: list[int] = []
    while n > 1:
        found.append(next((p for p in range(2, isqrt(n) + 1) if n % p == 0), n))
        while n % found[-1] == 0:
            n //= found[-1]
    return found


def negate(k: Index, group: Index) -> Index:
    """The conjugate character."""
    return tuple(-x % n for x, n in zip(k, group, strict=True))


def plan(certificate: Certificate) -> tuple[dict[str, int], dict[Index, list[Node]]]:
    """Common denominators by row, and nodes by output frequency; bounds all work beforehand."""
    group, n, _, _, nodes, _ = certificate
    scale = {"a": 1, "b": 1, "c": 1}
    terms = [(p, t) for v in nodes for p in "abc" for entry in v[p].values() for t in entry]
    for p, den in {(p, t.den) for p, t in terms}:
        for q in "c" if p == "c" else "ab":
            scale[q] = lcm(scale[q], den)
        if scale[p].bit_length() > MAX_BITS:
            raise Malformed(f"nodes: a common denominator has more than {MAX_BITS} bits")
    users: dict[Index, list[Node]] = defaultdict(list)
    products: dict[Index, int] = defaultdict(int, {(): len(terms)})
    for node in nodes:
        linear = sum(len(entry) for p in "ab" for entry in node[p].values())
        for k in node["c"]:
            if k <= negate(k, group):
                users[k].append(node)
                products[k] += (linear * (linear + 1) // 2 + 1) * len(node["c"][k])
    # In a product of three terms: the bits of the numerators, of the denominators, of the monomial.
    sizes = [(3 * t.num.bit_length(), t.monomial.bit_length()) for _, t in terms]
    bits = sum(map(max, zip(*sizes, strict=True))) + sum(x.bit_length() for x in scale.values())
    growth = 2 ** len(prime_divisors(n))  # of the number of terms in vanishes()
    most, total = max(products.values()), sum(products.values())
    held = (most + min(most * growth, n)) * (200 + bits // 8)
    work = total * growth * (1 + bits // 1024) ** 2
    for what, size, limit in ("memory", held, MAX_HELD), ("work", work, MAX_WORK):
        if size > limit:
            raise Malformed(f"nodes: the {what} may amount to {size}, and {limit} is allowed")
    return scale, users


def collect(terms: list[Term], scale: int) -> Polynomial:
    """scale times the sum of the terms."""
    total: Polynomial = defaultdict(lambda: defaultdict(int))
    for num, den, exponent, monomial in terms:
        total[monomial][exponent] += num * (scale // den)
    return total


def vanishes(f: Polynomial, n: int) -> bool:
    """Whether f = 0 at zeta = exp(2 pi i/n), identically in the parameters.

    A Laurent polynomial is 0 for all parameters of modulus 1 only if each coefficient g is.  And
    g(zeta) = 0 if and only if g * prod_{p | n} (x^(n/p) - 1) = 0 in Z[x]/(x^n - 1), where x^n - 1
    is squarefree: at a root of unity of order m < n some factor is 0, as m divides some n/p; at
    those of order n no factor is 0, and g is 0 at all of them or at none.
    """
    for g in f.values():
        for p in prime_divisors(n):
            h: dict[int, int] = defaultdict(int)
            for e, x in g.items():
                if x:
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


def word(f: Polynomial, scale: int, names: list[str]) -> str:
    """f/scale as text for messages: cut short, and not reduced by the relations of zeta."""
    words = []
    found = [(m, e, x) for m, part in sorted(f.items()) for e, x in sorted(part.items()) if x]
    for m, e, x in found[:6]:
        num, den = x // gcd(x, scale), scale // gcd(x, scale)
        words.append("(long)" if max(abs(num), den) > 10**40 else f"{num}/{den}".removesuffix("/1"))
        words[-1] += f"*zeta^{e}" if e else ""
        words[-1] += "".join(f"*{name}^{power}" for name, power in powers(m, names).items())
    return " + ".join(words + ["..."] * (len(found) > 6)) or "0"


def check_reality(certificate: Certificate, scale: dict[str, int]) -> int:
    """Refuse an entry at -k that is not the conjugate of the entry at k; count the entries."""
    group, n, names, _, nodes, _ = certificate
    for j, node in enumerate(nodes):
        for p, row in node.items():
            for k in sorted(row):
                there = row.get(negate(k, group), [])
                bar = [Term(-t.num, t.den, -t.exponent % n, -t.monomial) for t in row[k]]
                if not vanishes(collect(there + bar, scale[p]), n):
                    x, y = (word(collect(e, scale[p]), scale[p], names) for e in (row[k], there))
                    at = f"nodes[{j}].{p} is {x} at {list(k)} and {y} at {list(negate(k, group))}"
                    raise Refuted(f"{at}, which are not conjugate")
    return sum(len(row) for node in nodes for row in node.values())


def tensor(group: Index, n: int, scale: dict[str, int], k: Index, nodes: list[Node]) -> Slice:
    """2 L^2 M T[k1,k2,k] under the key k1 + k2, wherever T has a term; `nodes` have an entry c_k.

    The three sums of T are the coefficients of X^k1 Y^k2 in 1/2 sum_j c_k (a(X) + b(Y))^2, where
    a(X) = sum_k a_k X^k and b(Y) likewise.  The exponents of X, Y, zeta and the parameters are
    digits of one integer, so that monomials are multiplied by one addition; the digits are wide
    enough for three factors, and are reduced modulo their orders at the end.
    """
    orders, zero = group * 2, (0,) * len(k)
    widths = [(2 * m).bit_length() for m in orders]
    *starts, low = accumulate(widths, initial=0)
    high = low + (3 * n).bit_length()

    def code(t: Term, x: Index, scale: int) -> tuple[int, int]:
        digits = sum(i << start for i, start in zip(x, starts, strict=True))
        return (t.monomial << high) + (t.exponent << low) + digits, t.num * (scale // t.den)

    sums: dict[int, int] = defaultdict(int)
    for node in nodes:
        s = [code(t, x + zero, scale["a"]) for x, entry in node["a"].items() for t in entry]
        s += [code(t, zero + x, scale["b"]) for x, entry in node["b"].items() for t in entry]
        for z, w in [code(t, zero + zero, scale["c"]) for t in node["c"][k]]:
            for i, (x, u) in enumerate(s):
                xz, uw = x + z, u * w
                sums[xz + x] += uw * u
                uw *= 2
                for y, v in s[:i]:
                    sums[xz + y] += uw * v
    found: Slice = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for key, value in sums.items():
        digits = zip(starts, widths, orders, strict=True)
        index = tuple((key >> start) % (1 << width) % m for start, width, m in digits)
        found[index][key >> high][(key % (1 << high) >> low) % n] += value
    return found


def verify(certificate: Certificate) -> str:
    """Check the certificate; return what was found, in words."""
    group, n, names, target, nodes, notes = certificate
    scale, users = plan(certificate)
    entries = check_reality(certificate, scale)
    one, ones, indices = 2 * scale["a"] * scale["b"] * scale["c"], 0, 0
    for k in product(*map(range, group)):
        # The weights are real, so T[-k1,-k2,-k] is the conjugate of T[k1,k2,k]: one is enough.
        if k > negate(k, group) or (target == "projected" and not any(k)):
            continue
        found = tensor(group, n, scale, k, users[k])
        ones, indices = ones + 1, indices + len(found)
        for index in sorted({*found, k + k}):
            want = int(index == k + k)
            found[index][0][0] -= want * one
            if not vanishes(found[index], n):
                found[index][0][0] += want * one
                at = [list(index[: len(k)]), list(index[len(k) :]), list(k)]
                raise Refuted(f"T{at} is {word(found[index], one, names)}, expected {want}")
    title = "x".join(f"Z{m}" for m in group)
    return (
        f"{title}, {len(nodes)} nodes, {len(names)} parameters, target {target}: the weights are "
        f"real ({entries} entries); of {indices} entries of T with a term, up to conjugation, "
        f"{ones} are 1 and {indices - ones} are 0, exactly{'; notes were not read' * notes}"
    )


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
        if not stat.S_ISREG(os.stat(path).st_mode):
            return 2, "malformed: file: not a regular file"
        with open(path, "rb") as stream:
            return check(stream.read(MAX_FILE + 1))
    except (OSError, MemoryError) as error:
        return 2, f"malformed: file: not checked ({type(error).__name__})"


def main(paths: list[str]) -> int:
    """Check all files, print one line for each, and return the largest exit code."""
    if not paths:
        print("usage: python checker.py FILE [FILE...]", file=sys.stderr)
        return 2
    worst = 0
    try:
        for path in paths:
            code, message = check_file(path)
            worst = max(worst, code)
            name = path if path.isascii() and path.isprintable() else ascii(path)
            print(f"{name}: {message}", flush=True)
    except (OSError, KeyboardInterrupt):  # a verdict was not delivered, or not reached
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is buffered is not tried again
        return 2
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
