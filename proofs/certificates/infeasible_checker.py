"""Check certificates that no network of so many nodes adds exactly in a finite Abelian group.

    python infeasible_checker.py FILE [FILE...]     exit: 0 accepted, 1 refuted, 2 malformed

Standard library only, integers only, no search.  With s_j(x, y) = a_j(x) + b_j(y), the network is
f(x, y)[g] = sum_j c_j(g) s_j(x, y)^2 (a factor 1/2d is absorbed by c), its weights any complex
numbers; if "constants" is false, those with sum_x a_j(x) = 0 = sum_y b_j(y).  Exact addition means
f(x, y)[g] = [x + y = g], target "onehot"; or that up to a constant over the outputs g, target
"projected".  D = d or d - 1 is the dimension of what is to be computed.  A file states an identity
scale * goal = sum_i cofactor_i * equation_i  of polynomials with integer coefficients.  Equations
and goal are made here, from group, width, target, constants and route alone:

"direct"   goal 1; unknown a_j(x), b_j(y) for y != 0, c_j(g); equation [g, x, y] is
           sum_j c_j(g) s_j(x, y)^2 - [x + y = g], and for "projected", g != 0, + [x + y = 0].
           Without loss b_j(0) = 0, moved into a_j; for "projected" c_j(0) = 0, taken off c_j(g).
           Without constant parts a_j(0) is minus the sum of all other a_j(x) and b_j(y), since
           the sum of s_j(x, y) over all x and y is 0, also after moving.
"squares"  width D, one unknown s = a(x) + b(y), likewise; equation [g, x], x != 0, is
           s(x, g - x)^2 - s(0, g)^2, and for "projected" [] is sum_g s(0, g)^2.  The goal is
           (sum_g values[g] s(0, g)^2)^power.  D squares that span the target space F, of dimension
           D, lie in it: each solves the equations, so each has sum_g values[g] s(0, g)^2 = 0.  But
           that is not zero on all of F: values is not 0, and for "projected" not constant.

Nodes with c = 0 fill up a narrower network: acceptance speaks of all widths up to the stated one.
Elements of the group are numbered lexicographically.  Not checked: "notes".
"""

import json
import os
import re
import sys
from collections import Counter, namedtuple
from itertools import accumulate, product
from math import prod
from typing import Any

MAX_FILE, MAX_DEPTH, MAX_DIGITS = 2**20, 8, 1000  # bytes, brackets open at once, decimal digits
MAX_RANK, MAX_ORDER, MAX_NODES, MAX_POWER = 4, 16, 16, 8  # of the group; in the network; of a goal
MAX_DEGREE, MAX_TERMS = 100, 10**5  # of a term of a cofactor; in all cofactors
MAX_GOAL, MAX_WORK = 10**5, 4 * 10**6  # products: in the power; in the sum, times 3 + the degree
HUGE, MAX_VALUE = 10**MAX_DIGITS, 10**6
Monomial = tuple[str, ...]  # names of unknowns, sorted, repeated by their exponents
Polynomial = dict[Monomial, int]
Label = tuple[int, ...]  # of an equation
Statement = namedtuple("Statement", "group width target constants route values power")
Certificate = namedtuple("Certificate", "statement scale cofactors notes")


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


def one_of(allowed: Any, x: Any, at: str, *, what: str = "") -> str:
    """x, which is one of the strings allowed."""
    if expect(str, 0, MAX_FILE, x, at) not in allowed:
        raise Malformed(f"{at}: {x!a:.40} is not {what or ' or '.join(allowed)}")
    return str(x)


def times(f: Polynomial, g: Polynomial) -> Polynomial:
    """The product, terms that cancel left out."""
    total: Counter[Monomial] = Counter()
    for m, x in f.items():
        for n, y in g.items():
            total[tuple(sorted(m + n))] += x * y
    return {m: x for m, x in total.items() if x}


def plus(*summands: tuple[int, Polynomial]) -> Polynomial:
    """The sum of multiples, terms that cancel left out."""
    total: Counter[Monomial] = Counter()
    for factor, f in summands:
        for m, x in f.items():
            total[m] += factor * x
    return {m: x for m, x in total.items() if x}


def square(j: str, x: int, y: int, *, plain: int) -> Polynomial:
    """(a_j(x) + b_j(y))^2 with b_j(0) = 0; if plain, the order, a_j(0) is written by the others."""
    s: Polynomial = {(f"b{j}{y}",): 1} if y else {}
    a: Polynomial = {(f"a{j}{x}",): 1}
    if plain and x == 0:
        a = {(f"{p}{j}{i}",): -1 for p in "ab" for i in range(1, plain)}
    s = plus((1, a), (1, s))
    return times(s, s)


def equations(statement: Statement) -> dict[Label, Polynomial]:
    """The equations by label, as the text at the top of this file defines them."""
    group, width, target, constants, route, *_ = statement
    elements = list(product(*map(range, group)))
    number = {x: i for i, x in enumerate(elements)}
    d = len(elements)
    plain = 0 if constants else d
    made: dict[Label, Polynomial] = {}

    def total(x: int, y: int) -> int:
        pairs = zip(elements[x], elements[y], group, strict=True)
        return number[tuple((u + v) % n for u, v, n in pairs)]

    if route == "squares":
        for x, y in product(range(1, d), range(d)):
            g = total(x, y)
            made[g, x] = plus(
                (1, square("", x, y, plain=plain)), (-1, square("", 0, g, plain=plain))
            )
        if target == "projected":
            made[()] = plus(*((1, square("", 0, g, plain=plain)) for g in range(d)))
        return made
    for g, x, y in product(range(target == "projected", d), range(d), range(d)):
        wanted = (total(x, y) == g) - (target == "projected" and total(x, y) == 0)
        nodes = [
            times({(f"c{j}_{g}",): 1}, square(f"{j}_", x, y, plain=plain)) for j in range(width)
        ]
        made[g, x, y] = plus((-wanted, {(): 1}), *((1, node) for node in nodes))
    return made


def goal(statement: Statement) -> Polynomial:
    """What the combination of the equations is to be: 1, or a power of a functional."""
    power: Polynomial = {(): 1}
    if statement.route == "squares":
        plain = 0 if statement.constants else prod(statement.group)
        f = plus(*((v, square("", 0, g, plain=plain)) for g, v in enumerate(statement.values)))
        expect(int, 0, MAX_GOAL, len(f) ** statement.power, "power: products")
        for _ in range(statement.power):
            power = times(power, f)
    return power


def read(data: bytes) -> Certificate:
    """The certificate that these bytes write down."""
    keys = ["format", "version", "group", "width", "target", "constants", "route"]
    keys += ["scale", "cofactors"]
    top = expect(dict, keys, [*keys, "values", "power", "notes"], parse(data), "top level")
    one_of(("cogo-infeasible",), top["format"], "format")
    expect(int, 1, 1, top["version"], "version")
    orders = expect(list, 1, MAX_RANK, top["group"], "group")
    group = tuple(expect(int, 1, MAX_ORDER, *order) for order in orders)
    d = expect(int, 2, MAX_ORDER, prod(group), "group: order")
    width = expect(int, 1, MAX_NODES, top["width"], "width")
    target = one_of(("projected", "onehot"), top["target"], "target")
    if type(constants := top["constants"]) is not bool:
        raise Malformed(f"constants: {constants!a:.40} is not true or false")
    route = one_of(("direct", "squares"), top["route"], "route")
    more = ["values", "power"] if route == "squares" else []
    expect(dict, [*keys, *more], [*keys, *more, "notes"], top, f"top level, route {route}")
    values, power = [], 1
    if more:
        dimension = d - (target == "projected")
        if width != dimension:
            raise Malformed(f"width: {width} is not {dimension}, the one that this route is for")
        values = [
            expect(int, -MAX_VALUE, MAX_VALUE, *v)
            for v in expect(list, d, d, top["values"], "values")
        ]
        if not any(values) or (target == "projected" and len(set(values)) == 1):
            raise Malformed("values: the functional is zero on all that is to be computed")
        power = expect(int, 1, MAX_POWER, top["power"], "power")
    statement = Statement(group, width, target, constants, route, values, power)
    square_terms = 3 if constants else (d + 1) ** 2 * 2  # about as many, at most
    size = square_terms * (d**3 * width if route == "direct" else d**2)
    expect(int, 0, MAX_TERMS, size, "group: terms")
    made = equations(statement)
    names = {name for f in made.values() for m in f for name in m}
    cofactors: dict[Label, Polynomial] = {}
    terms = work = 0
    for item, at in expect(list, 1, len(made), top["cofactors"], "cofactors"):
        (label, _), (polynomial, inside) = expect(list, 2, 2, item, at)
        place = tuple(expect(int, 0, d, *i) for i in expect(list, 0, 3, label, f"{at}[0]"))
        if place not in made or place in cofactors:
            raise Malformed(f"{at}[0]: {list(place)} is not the label of an equation, or not new")
        f: Polynomial = {}
        for term, here in expect(list, 1, MAX_TERMS, polynomial, inside):
            (coefficient, first), *factors = expect(list, 1, MAX_DEGREE + 1, term, here)
            x = expect(int, -HUGE, HUGE, coefficient, first)
            name = "the name of an unknown"
            monomial = tuple(sorted(one_of(names, *factor, what=name) for factor in factors))
            if not x or monomial in f:
                raise Malformed(f"{here}: the coefficient is 0, or the monomial is not new")
            f[monomial] = x
        cofactors[place] = f
        terms += len(f)
        work += sum(3 + len(monomial) for monomial in f) * len(made[place])
        expect(int, 0, MAX_TERMS, terms, f"{at}: terms so far")
        expect(int, 0, MAX_WORK, work, f"{at}: products so far")
    return Certificate(
        statement, expect(int, 1, HUGE, top["scale"], "scale"), cofactors, "notes" in top
    )


def verify(certificate: Certificate) -> str:
    """Multiply out and compare; return what was proved, in words."""
    statement, scale, cofactors, notes = certificate
    made = equations(statement)
    left = plus((scale, goal(statement)))
    right = plus(*((1, times(f, made[label])) for label, f in cofactors.items()))
    gap = plus((1, right), (-1, left))
    if gap:
        monomial = min(gap, key=lambda m: (len(m), m))
        there, wanted = (f.get(monomial, 0) for f in (right, left))
        values = [str(x) if abs(x) < 10**40 else "(long)" for x in (there, wanted)]
        name = "*".join(monomial[:12]) + "..." * (len(monomial) > 12) or "1"
        raise Refuted(f"the coefficient of {name} is {values[0]}, expected {values[1]}")
    group = "x".join(f"Z{m}" for m in statement.group)
    size = sum(map(len, cofactors.values()))
    return (
        f"{group}, target {statement.target}: no network of {statement.width} or fewer nodes, "
        f"{'' if statement.constants else 'no constant parts, '}"
        f"with real or complex weights; {len(cofactors)} of {len(made)} equations, {size} terms, "
        f"route {statement.route}{'; notes were not read' * notes}"
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
        print("usage: python infeasible_checker.py FILE [FILE...]", file=sys.stderr)
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
