"""Check existence certificates: that an exact optimizer exists close to stated numbers.

    python existence_checker.py FILE [FILE...]  exit 0 accepted, 1 unproved, 2 malformed (the worst)

Standard library only, integers only, no search.  A certificate writes each weight of the network
f(x, y)[g] = 1/(2d) sum_j c_j(g) (a_j(x) + b_j(y))^2 on a group of order d as a linear form, with
integer coefficients, in real unknowns u_1, ..., u_m.  The basis is "functions", so that entries are
a_j(x), b_j(y), c_j(g), and the equations are those of f(x, y)[g] = [x + y = g], for the target
"projected" of the differences to g = 0; or it is "characters", so that entries are the real and the
imaginary parts of Fourier coefficients, and the equations are those of T[k1,k2,k] = [k1 = k2 = k],
k != 0 if the target is "projected".  With a "table" of d rows, "group" [d] and basis "functions",
x + y is an entry of the table, of any operation on 0, ..., d - 1.  Of these polynomials
F_1, ..., F_n are kept, all that are no rational combination of those before them.  The certificate
lists n free unknowns, the centre x, a radius r and a matrix Y.  All other unknowns are fixed: they
are what x says, in all that follows.
Acceptance proves, for each row, with J the derivatives of F by the free unknowns,
    |Y F(x)| + r (|1 - Y J(x)| + sup |Y (J(z) - J(x))|) < r,  sup over all z within r of x,
where |.| sums over a row.  So z - Y F(z) maps the box into itself and contracts, it has one fixed
point there, and Y is regular: exactly one zero of F, a real exact optimizer, lies in the box.  With
the fixed unknowns elsewhere there may be others, as close as one likes.
Not checked: that these equations mean zero loss (a theorem about the network), and "notes".
"""

import json
import os
import re
import sys
from collections import Counter, defaultdict, namedtuple
from itertools import accumulate, product
from math import gcd, prod
from typing import Any

MAX_FILE, MAX_DEPTH, MAX_DIGITS = 2**24, 32, 1000  # bytes, brackets open at once, decimal digits
MAX_RANK, MAX_ORDER, MAX_NODES = 8, 64, 1000  # cyclic factors, elements of the group, hidden nodes
MAX_UNKNOWNS, MAX_FREE, MAX_FORMS = 10**4, 1000, 10**5  # and terms of all linear forms
MAX_SCALE, MAX_COEFFICIENT = 3000, 10**6  # exponents of 2, and coefficients of linear forms
MAX_HELD, MAX_WORK = 2 * 10**6, 10**8  # terms in the equations, and products of numbers
HUGE, IMAGINARY = 10**MAX_DIGITS, -1  # the factor i of a monomial
Index = tuple[int, ...]  # an element or a character: one component for each cyclic factor
Polynomial = dict[tuple[int, ...], int]  # factors, sorted, at most one IMAGINARY -> coefficient
Node = dict[str, dict[Index, Polynomial]]  # by "a", "b", "c", then by element or character
Certificate = namedtuple(
    "Certificate",
    "group basis target scale radius values free nodes inverse_scale inverse table notes",
)


class Malformed(Exception):
    """The file is not a certificate, or exceeds a limit: exit code 2."""


class Unproved(Exception):
    """The file is a certificate, and does not prove what it states: exit code 1."""


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
    keys = "format version group basis target scale radius values free nodes inverse_scale inverse"
    top = expect(dict, keys.split(), [*keys.split(), "table", "notes"], parse(data), "top level")
    words = {"format": ["cogo-existence"], "target": ["projected", "onehot"]}
    for key, allowed in {**words, "basis": ["functions", "characters"]}.items():
        if expect(str, 0, HUGE, top[key], key) not in allowed:
            raise Malformed(f"{key}: {top[key]!a:.40} is not {' or '.join(allowed)}")
    expect(int, 1, 1, top["version"], "version")
    orders = expect(list, 1, MAX_RANK, top["group"], "group")
    group = tuple(expect(int, 1, MAX_ORDER, *order) for order in orders)
    d = expect(int, 1, MAX_ORDER, prod(group), "group: order")
    table: list[list[int]] = []
    if "table" in top:
        if len(group) > 1 or top["basis"] != "functions":
            raise Malformed("table: the group is not one number, or the basis not functions")
        for row in expect(list, d, d, top["table"], "table"):
            table.append([expect(int, 0, d - 1, *x) for x in expect(list, d, d, *row)])
    for key in "scale", "inverse_scale":
        expect(int, 0, MAX_SCALE, top[key], key)
    expect(int, 1, HUGE, top["radius"], "radius")
    listed = expect(list, 0, MAX_UNKNOWNS, top["values"], "values")
    values = [expect(int, -HUGE, HUGE, *x) for x in listed]
    free = [0]
    for x, at in expect(list, 0, MAX_FREE, top["free"], "free"):
        free.append(expect(int, free[-1] + 1, len(values), x, at))
    inverse = [
        [expect(int, -HUGE, HUGE, *x) for x in expect(list, len(free) - 1, len(free) - 1, *row)]
        for row in expect(list, len(free) - 1, len(free) - 1, top["inverse"], "inverse")
    ]
    size = 0

    def read_form(x: Any, at: str, *, factor: Index = ()) -> Polynomial:
        """A form is a list of terms [coefficient, number of the unknown, or 0 for a constant]."""
        nonlocal size
        form: Polynomial = {}
        for term, where in expect(list, 0, len(values) + 1, x, at):
            number, unknown = expect(list, 2, 2, term, where)
            expect(int, -MAX_COEFFICIENT, MAX_COEFFICIENT, *number)
            expect(int, 0, len(values), *unknown)
            monomial = (*factor, *([unknown[0]] if unknown[0] else []))
            if number[0] == 0 or monomial in form:
                raise Malformed(f"{where}: the coefficient is 0, or the unknown occurs twice")
            form[monomial] = number[0]
            expect(int, 1, MAX_FORMS, size := size + 1, f"{at}: number of terms so far")
        return form

    nodes: list[Node] = []
    parts = 1 if top["basis"] == "functions" else 2
    for node, node_at in expect(list, 0, MAX_NODES, top["nodes"], "nodes"):
        expect(dict, ["a", "b", "c"], ["a", "b", "c"], node, node_at)
        nodes.append({"a": {}, "b": {}, "c": {}})
        for p, row in nodes[-1].items():
            for x, at in expect(list, 0, HUGE, node[p], f"{node_at}.{p}"):
                index, *forms = expect(list, 1 + parts, 1 + parts, x, at)
                digits = zip(expect(list, len(group), len(group), *index), group, strict=True)
                k = tuple(expect(int, 0, m - 1, *y) for y, m in digits)
                bar = tuple(-y % m for y, m in zip(k, group, strict=True))
                real = read_form(*forms[0])
                if k in row or (parts == 2 and k > bar):
                    raise Malformed(f"{at}: an index occurs twice, or is not the smaller of k, -k")
                row[k] = real
                if parts == 2:
                    imaginary = read_form(*forms[1], factor=(IMAGINARY,))
                    if k == bar and imaginary:
                        raise Malformed(f"{at}: a real character has no imaginary part")
                    row[bar] = real | {m: -x for m, x in imaginary.items()}
                    row[k] = real | imaginary
    head = (group, top["basis"], top["target"], top["scale"], top["radius"], values, free[1:])
    return Certificate(*head, nodes, top["inverse_scale"], inverse, table, "notes" in top)


def add(f: Polynomial, g: Polynomial, factor: int = 1) -> None:
    """Add factor * g to f; what becomes 0 is left out."""
    for monomial, x in g.items():
        f[monomial] = f.get(monomial, 0) + factor * x
        if f[monomial] == 0:
            del f[monomial]


def times(f: Polynomial, g: Polynomial) -> Polynomial:
    """The product of two polynomials, i * i being -1."""
    h: Polynomial = defaultdict(int)
    for m, x in f.items():
        for n, y in g.items():
            both = sorted(m + n)
            square = both[:2] == [IMAGINARY, IMAGINARY]
            h[tuple(both[2:] if square else both)] += -x * y if square else x * y
    return h


def expand(certificate: Certificate) -> list[Polynomial]:
    """All equations, by output, then by the two inputs, the real before the imaginary part."""
    group, basis, target, nodes = (*certificate[:3], certificate.nodes)
    table = certificate.table
    elements = list(product(*map(range, group)))  # of the group, or its characters; 0 comes first
    d, zero = len(elements), elements[0]

    def join(k: Index, m: Index, sign: int = 1) -> Index:
        return tuple((x + sign * y) % n for x, y, n in zip(k, m, group, strict=True))

    held = len(nodes) * d**3 // 10
    for node in nodes:
        a, b, c = (sum(map(len, node[p].values())) for p in "abc")
        if basis == "functions":
            held += d * (a + b) ** 2 * (c + d * len(node["c"].get(zero, {})))
        else:
            held += (a + b) ** 2 * c
    expect(int, 0, MAX_HELD, held, "nodes: terms in the equations, at most")
    squares: list[dict[tuple[Index, Index], Polynomial]] = []
    for node in nodes:
        square: dict[tuple[Index, Index], Polynomial] = defaultdict(dict)
        if basis == "functions":
            for x, y in product(elements, elements):
                s = dict(node["a"].get(x, {}))
                add(s, node["b"].get(y, {}))
                add(square[x, y], times(s, s))
        else:
            inputs = [(k, zero, s) for k, s in node["a"].items()]
            inputs += [(zero, k, s) for k, s in node["b"].items()]
            for (x, y, s), (v, w, t) in product(inputs, inputs):
                add(square[join(x, v), join(y, w)], times(s, t))
        squares.append(square)
    outputs = [g for g in elements if basis == "functions" or g <= join(zero, g, -1)]
    found: list[Polynomial] = []
    for g in outputs[1 if target == "projected" else 0 :]:
        outs: list[Polynomial] = []
        for node in nodes:
            outs.append(dict(node["c"].get(g, {})))
            if (basis, target) == ("functions", "projected"):
                add(outs[-1], node["c"].get(zero, {}), -1)
        for x, y in product(elements, elements):
            if basis == "characters":
                goal = 2 * (x == y == g)
            else:
                xy = (table[x[0]][y[0]],) if table else join(x, y)
                goal = 2 * d * ((xy == g) - (target == "projected" and xy == zero))
            f: Polynomial = {(): -goal} if goal else {}
            for square, out in zip(squares, outs, strict=True):
                if (x, y) in square:
                    add(f, times(square[x, y], out))
            found.append({m: z for m, z in f.items() if m[:1] != (IMAGINARY,)})
            found.append({m[1:]: z for m, z in f.items() if m[:1] == (IMAGINARY,)})
    return found


def independent(polynomials: list[Polynomial]) -> list[Polynomial]:
    """The polynomials that are no rational combination of those before them, by elimination.

    The leading monomial of a polynomial is its rarest one, so that most rows have one of their own.
    """
    count = Counter(m for f in polynomials for m in f)
    pivots: dict[tuple[int, ...], Polynomial] = {}
    kept, work = [], 0
    for f in polynomials:
        rest = dict(f)
        while rest:
            lead = min(rest, key=lambda m: (count[m], m))
            if lead not in pivots:
                pivots[lead] = rest
                kept.append(f)
                break
            pivot = pivots[lead]
            work += len(rest) + len(pivot)
            expect(int, 0, 10 * MAX_HELD, work, "nodes: terms in the elimination so far")
            x, y = rest[lead], pivot[lead]
            rest = {m: z * y for m, z in rest.items()}
            add(rest, pivot, -x)
            common = gcd(*rest.values())
            rest = {m: z // common for m, z in rest.items()}
            largest = max(map(abs, rest.values()), default=0)
            expect(int, 0, HUGE, largest, "nodes: a number in the elimination")
    return kept


def value(f: Polynomial, point: list[int], one: int) -> int:
    """one^3 f(point / one), f of degree at most 3."""
    return sum(x * prod(point[i] for i in m) * one ** (3 - len(m)) for m, x in f.items())


def gradient(f: Polynomial, point: list[int], one: int) -> dict[int, int]:
    """one^2 times the derivatives of f at point / one, by unknown."""
    found: dict[int, int] = defaultdict(int)
    for m, x in f.items():
        for at, i in enumerate(m):
            rest = m[:at] + m[at + 1 :]
            found[i] += x * prod(point[j] for j in rest) * one ** (3 - len(m))
    return found


def verify(certificate: Certificate) -> str:
    """Check the certificate; return what was found, in words."""
    group, _, target, scale, radius, values, free, nodes, bits, inverse, table, notes = certificate
    equations = [f for f in expand(certificate) if f]
    kept = independent(equations)
    if len(kept) != len(free):
        raise Unproved(f"{len(kept)} independent equations, and {len(free)} free unknowns")
    one, centre, column = 1 << scale, [0, *values], {i: k for k, i in enumerate(free)}
    near = [abs(x) for x in centre]
    far = [x + radius if i in column else x for i, x in enumerate(near)]
    gaps = [value(f, centre, one) for f in kept]  # one^3 F(x)
    slopes, spread = [], []  # one^2 J(x), and one^2 times a bound on a row of J(z) - J(x)
    for f in kept:
        slopes.append([(column[i], x) for i, x in gradient(f, centre, one).items() if i in column])
        # By Taylor's formula |J(z) - J(x)| is largest where all terms add up.
        size = {m: abs(x) for m, x in f.items()}
        inner, outer = gradient(size, near, one), gradient(size, far, one)
        spread.append(sum(outer[i] - inner[i] for i in outer if i in column))
    expect(int, 0, MAX_WORK, len(free) * sum(map(len, slopes)), "inverse: products")
    unit = one**2 << bits
    for i, row in enumerate(inverse):
        gap = abs(sum(y * x for y, x in zip(row, gaps, strict=True)))
        left = [0] * len(free)
        left[i] = unit
        for y, slope in zip(row, slopes, strict=True):
            for k, x in slope if y else ():
                left[k] -= y * x
        steep = sum(map(abs, left)) + sum(abs(y) * x for y, x in zip(row, spread, strict=True))
        if gap + radius * steep >= radius * unit:
            raise Unproved(f"row {i}, unknown {free[i]}: the inequality does not hold")
    over = f"a table of {group[0]}" if table else "x".join(f"Z{m}" for m in group)
    title = f"{over}, {len(nodes)} nodes, target {target}"
    where = f"has its free unknowns within {radius}/2^{scale} of those stated"
    count = f"{len(kept)} equations in as many free unknowns of {len(values)}"
    rest = f"{len(equations) - len(kept)} equations follow from them"
    end = "; notes were not read" * notes
    what = "with the fixed unknowns as stated, exactly one real exact optimizer"
    return f"{title}: {what} {where}; {count}, {rest}{end}"


def check(data: bytes) -> tuple[int, str]:
    """Exit code and message for the bytes of a certificate."""
    try:
        return 0, f"accepted: {verify(read(data))}"
    except Unproved as error:
        return 1, f"unproved: {error}"
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
        print("usage: python existence_checker.py FILE [FILE...]", file=sys.stderr)
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
