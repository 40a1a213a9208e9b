"""Check certificates of exact networks for the table of a finite group, or any other operation.

    python table_checker.py FILE [FILE...]   exit 0 accepted, 1 refuted, 2 malformed (the worst)

Standard library only, integers only, no search.  A certificate holds the table of an operation on
0..d-1, and for each hidden node j of
    f(x, y)[g] = 1/(2d) sum_j c_j[g] (a_j[x] + b_j[y])^2
its d values a_j, b_j, c_j, as places in a list of numbers: sums of rational multiples of powers of
zeta = exp(2 pi i/n).  Acceptance proves that all numbers are real and that, for all x, y and g,
f(x, y)[g] is 1 if table[x][y] = g, else 0; for the target "projected", up to a function of x and y.
All d outputs of a pair are the digits of one long integer, for each power of zeta.
Not checked: that the table is that of a group or of the operation that is named, and "notes".
"""

import json
import os
import re
import sys
from collections import Counter, defaultdict, namedtuple
from functools import cache, lru_cache
from itertools import accumulate
from math import gcd, isqrt, lcm
from typing import Any

MAX_FILE, MAX_DEPTH, MAX_DIGITS = 2**24, 32, 1000  # bytes, brackets open at once, decimal digits
MAX_ORDER, MAX_FIELD, MAX_TITLE = 1000, 10**5, 200  # elements, n, and the length of a name
MAX_NODES, MAX_VALUES, MAX_TERMS = 10**5, 10**6, 10**6  # in the file, and numbers, and their terms
MAX_BITS, MAX_HELD, MAX_WORK = 10**4, 2**31, 10**9  # of one output, in all; and steps: see plan
HUGE = 10**MAX_DIGITS
Term = namedtuple("Term", ["num", "den", "exponent"])  # num/den * zeta^exponent
Row = list[int]  # places of numbers
Certificate = namedtuple("Certificate", "name field target table values nodes notes")
Packed = list[tuple[int, int]]  # exponent of zeta, and all outputs as digits of one integer


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
    keys = ["format", "version", "operation", "field", "target", "table", "values", "nodes"]
    top = expect(dict, keys, [*keys, "notes"], parse(data), "top level")
    for key, allowed in ("format", ["cogo-table"]), ("target", ["projected", "onehot"]):
        if expect(str, 0, HUGE, top[key], key) not in allowed:
            raise Malformed(f"{key}: {top[key]!a:.40} is not {' or '.join(allowed)}")
    expect(int, 1, 1, top["version"], "version")
    expect(str, 1, MAX_TITLE, top["operation"], "operation")
    field = expect(int, 1, MAX_FIELD, top["field"], "field")
    rows = [*expect(list, 1, MAX_ORDER, top["table"], "table")]
    d = len(rows)

    def numbers(size: int, x: Any, at: str) -> Row:
        return [expect(int, 0, size - 1, *y) for y in expect(list, d, d, x, at)]

    table = [numbers(d, *row) for row in rows]
    values: list[list[Term]] = []
    size = 0
    for x, at in expect(list, 1, MAX_VALUES, top["values"], "values"):
        terms = [[*expect(list, 3, 3, *y)] for y in expect(list, 0, field, x, at)]
        bounds = [(-HUGE, HUGE), (1, HUGE), (0, field - 1)]
        values.append(
            [
                Term(*(expect(int, *b, *y) for b, y in zip(bounds, term, strict=True)))
                for term in terms
            ]
        )
        size += len(terms)
        expect(int, 0, MAX_TERMS, size, f"{at}: number of terms so far")
        if len({t.exponent for t in values[-1]}) < len(terms) or 0 in (t.num for t in values[-1]):
            raise Malformed(f"{at}: a numerator is 0, or an exponent occurs twice")
    nodes: list[dict[str, Row]] = []
    for x, at in expect(list, 0, MAX_NODES, top["nodes"], "nodes"):
        expect(dict, ["a", "b", "c"], ["a", "b", "c"], x, at)
        nodes.append({p: numbers(len(values), x[p], f"{at}.{p}") for p in "abc"})
    return Certificate(top["operation"], field, top["target"], table, values, nodes, "notes" in top)


@cache
def prime_divisors(n: int) -> list[int]:
    """The primes that divide n, by trial division."""
    p = next((p for p in range(2, isqrt(n) + 1) if n % p == 0), n)
    return sorted({p, *prime_divisors(n // p)}) if n > 1 else []


def plan(certificate: Certificate) -> tuple[int, int, int]:
    """Common denominators of a and b, and of c, and the bits of an output; bounds all work.

    An output is at most the sum over nodes of |c| (|a| + |b|)^2, and the target; |.| is the sum of
    the moduli of the terms of a number, the largest of a row.  Centred it is up to 2d times that.
    """
    _, n, _, table, values, nodes, _ = certificate
    d = len(table)
    ids = [{i for node in nodes for p in row for i in node[p]} for row in ("ab", "c")]
    dens = {t.den for terms in values for t in terms}
    expect(int, 0, MAX_BITS, sum(map(int.bit_length, dens)), "values: bits of denominators")
    scales = [lcm(*(t.den for i in some for t in values[i])) for some in ids]
    sizes = [
        {i: sum(abs(t.num) * s // t.den for t in values[i]) for i in some}
        for s, some in zip(scales, ids, strict=True)
    ]
    bound, steps, held = 2 * d * d * scales[0] ** 2 * scales[1], n, n
    for node in nodes:
        a, b, c = (max(sizes[p == "c"][i] for i in set(node[p])) for p in "abc")
        bound += 2 * d * c * (a + b) ** 2
        x, y = (max(len(values[i]) for i in set(node[p])) for p in "ab")
        digits = len({t.exponent for i in set(node["c"]) for t in values[i]})
        terms = (x + y) ** 2  # of a square, before equal powers of zeta are collected
        steps += 1 + terms + min(n, terms) * digits
        held += digits
    bits = bound.bit_length() + len(prime_divisors(n)) + 2
    expect(int, 0, MAX_BITS, bits, "values: bits of an output")
    expect(int, 0, MAX_HELD, held * d * bits, "nodes: bits at once")
    expect(int, 0, MAX_WORK, d * d * (1 + d * bits // 4096) * steps, "nodes: steps in all")
    return scales[0], scales[1], bits


def vanishing(sums: dict[int, int], n: int) -> bool:
    """Whether each digit of sum_e sums[e] zeta^e is 0 at zeta = exp(2 pi i/n).

    g(zeta) = 0 iff g * prod_{p | n} (x^(n/p) - 1) = 0 modulo x^n - 1, so at all n-th roots of 1: a
    factor is 0 at those of order m < n (m divides some n/p), and none at the conjugates of zeta.
    """
    for p in prime_divisors(n):
        product: dict[int, int] = defaultdict(int)
        for e, x in sums.items():
            product[e] -= x
            product[(e + n // p) % n] += x
        sums = product
    return not any(sums.values())


def digits(x: int, bits: int, count: int) -> list[int]:
    """The signed digits of an integer, the lowest first."""
    found = []
    for _ in range(count):
        low = x % (1 << bits)
        low -= low >> bits - 1 << bits
        found.append(low)
        x = (x - low) >> bits
    return found


def word(terms: dict[int, int], den: int) -> str:
    """A sum of multiples of powers of zeta for messages: cut short, and not reduced."""
    words = []
    for e, num in sorted((e, x) for e, x in terms.items() if x)[:6]:
        x, y = num // gcd(num, den), den // gcd(num, den)
        words.append("(long)" if max(abs(x), y) > 10**40 else f"{x}/{y}".removesuffix("/1"))
        words[-1] += f"*zeta^{e}" * (e > 0)
    return " + ".join(words) or "0"


def verify(certificate: Certificate) -> str:
    """Check the certificate; return what was found, in words."""
    name, n, target, table, values, nodes, notes = certificate
    d = len(table)
    scale, over, bits = plan(certificate)
    for i, terms in enumerate(values):
        common = lcm(*(t.den for t in terms))
        gap: dict[int, int] = defaultdict(int)
        for t in terms:
            gap[t.exponent] += t.num * (common // t.den)
            gap[-t.exponent % n] -= t.num * (common // t.den)
        if not vanishing(gap, n):
            raise Refuted(f"values[{i}] is no real number")
    centred = target == "projected"

    size = min(n, 4 * max(map(len, values)) ** 2)  # of a square, each of some 1000 bits more
    most: int = MAX_HELD // ((size + 3) * (bits + 1000))

    @lru_cache(most)
    def squared(i: int, k: int) -> Packed:
        root: dict[int, int] = defaultdict(int)
        for t in values[i] + values[k]:
            root[t.exponent] += t.num * (scale // t.den)
        square: dict[int, int] = defaultdict(int)
        for e, x in root.items():
            for f, y in root.items():
                square[(e + f) % n] += x * y
        return [(e, x) for e, x in square.items() if x]

    def packed(row: Row) -> Packed:
        """All outputs of a node; less their mean, times d, for the target "projected"."""
        lines: dict[int, list[int]] = defaultdict(lambda: [0] * d)
        for g, i in enumerate(row):
            for t in values[i]:
                lines[t.exponent][g] += t.num * (over // t.den)
        if centred:
            lines = {e: [d * x - sum(line) for x in line] for e, line in lines.items()}
        joined = [(e, sum(x << bits * g for g, x in enumerate(line))) for e, line in lines.items()]
        return [(e, x) for e, x in joined if x]

    outputs = [packed(node["c"]) for node in nodes]
    unit = 2 * d * scale**2 * over
    ones = sum(unit << bits * g for g in range(d))
    for x, line in enumerate(table):
        first = [node["a"][x] for node in nodes]
        for y, right in enumerate(line):
            sums: dict[int, int] = defaultdict(int)
            sums[0] = ones - (d * unit << bits * right) if centred else -(unit << bits * right)
            for i, node, output in zip(first, nodes, outputs, strict=True):
                for e, square in squared(i, node["b"][y]):
                    for f, digit in output:
                        sums[(e + f) % n] += square * digit
            if not vanishing(sums, n):
                lines = {e: digits(z, bits, d) for e, z in sums.items()}
                at = [{e: line[g] for e, line in lines.items()} for g in range(d)]
                g = next(g for g in range(d) if not vanishing(at[g], n))
                wrong = word(at[g], unit * (d if centred else 1))
                less = " less its mean over g" * centred
                raise Refuted(f"f({x}, {y})[{g}]{less} is wrong by {wrong}; table is {right} there")
    title = f"a table of {d} x {d}, {len(nodes)} nodes, target {target}"
    free = " up to a function of x and y" * centred
    found = f"{title}: {len(values)} values are real, and all {d**3} outputs f(x, y)[g] equal"
    rest = f"; the name, {name!a}, was not checked{'; notes were not read' * notes}"
    return f"{found} [table[x][y] = g]{free}, exactly{rest}"


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
        print("usage: python table_checker.py FILE [FILE...]", file=sys.stderr)
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
