"""Check what is claimed of a trained network, on the weights in its file as they are stored.

    python network_checker.py FILE.verify.json...     exit: 0 accepted, 1 refuted, 2 malformed

Standard library only, integers and their fractions, no floats, no search.  The file of weights, a
.safetensors or .npz, lies beside FILE, which has its SHA-256.  A float is an integer times a power
of two, so the network in it is exact.  With F, G, L products of matrices of the file, written
name[rows, columns], and .T if transposed, biases sums of such rows, and sigma the activation, which
is square, relu, abs or power:n,

    f(x, y)[g] = scale * (sum_j L[j, g] sigma(F[x, j] + G[y, j] + bias[j]) + output_bias[g]).

FILE says which elements of a group of order d, numbered lexicographically from 0, the inputs and
outputs stand for: p[x], s[y], r[g], -1 for none.  A pair x, y is right if f is larger at the g with
r[g] = p[x] + s[y] than anywhere else.  From all d^2 pairs it is computed which are wrong; the least
margin, f at that g less the largest other one; the loss, the mean of |P (f(x, y) - e)|^2, where P
removes the mean over outputs, and e is 1 at that g, 0 elsewhere; and onehot, the same without P.
FILE has bounds of these three.  Not checked: "notes".
"""

import io
import json
import os
import re
import struct
import sys
import zipfile
from collections import Counter, namedtuple
from fractions import Fraction
from functools import reduce
from hashlib import sha256
from itertools import accumulate, product
from math import prod
from operator import add, mul
from typing import Any

MAX_FILE, MAX_DEPTH, MAX_DIGITS = 2**22, 8, 1000  # bytes, brackets open at once, decimal digits
MAX_WEIGHTS, MAX_HEADER = 2**26, 2**20  # bytes of the file of weights, of a header in it
MAX_RANK, MAX_ORDER, MAX_PARTS, MAX_POWER = 32, 512, 4, 16  # of the group; of F, G, L; of sigma
MAX_NUMBERS, MAX_BITS = 2**22, 2**30  # of a tensor: as it is, and as integers
MAX_PRODUCTS, MAX_WORK = 2**30, 2**37  # of digits of 30 bits: of factors, and of all pairs
KINDS = {"F16": (5, 10, "H"), "BF16": (8, 7, "H"), "F32": (8, 23, "I"), "F64": (11, 52, "Q")}
NPY = rb"\{'descr': '([<>])f([248])', 'fortran_order': (\w+), 'shape': \(([\d, ]*)\), \} *\n"
PART = r"(.{1,400})\[(\d{1,7}):(\d{1,7}), (\d{1,7}):(\d{1,7})\](\.T)?"
NUMBER = r"-?\d{1,999}(?:/[1-9]\d{0,999}|(?:\.\d{1,99})?(?:e[+-]?\d{1,4})?)"  # -1/46, 8.9e-05
Matrix = namedtuple("Matrix", "rows exponent")  # lists of integers, times 2^exponent


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


def text(pattern: str, x: Any, at: str) -> Any:
    """The match of a string with a pattern."""
    found = re.fullmatch(pattern, expect(str, 1, 3 * MAX_DIGITS, x, at), re.ASCII | re.DOTALL)
    if not found:
        raise Malformed(f"{at}: {x!a:.40} is not what is written here")
    return found


def items(kind: Any, count: tuple[int, int], low: Any, high: Any, x: Any, at: str) -> list[Any]:
    """The items of a list of a length in these bounds, each as expected."""
    return [expect(kind, low, high, *y) for y in expect(list, *count, x, at)]


def read(data: bytes) -> dict[str, Any]:
    """The statement that these bytes write down; nothing is read of the weights yet."""
    keys = ["format", "version", "file", "sha256", "network", "operation", "claim"]
    top = expect(dict, keys, [*keys, "notes"], parse(data), "top level")
    text("cogo-verified", top["format"], "format")
    expect(int, 1, 1, top["version"], "version")
    text(r"[^/\\:\0]{1,200}\.(npz|safetensors)", top["file"], "file")
    text("[0-9a-f]{64}", top["sha256"], "sha256")
    keys = ["first", "second", "last", "bias", "output_bias", "scale", "activation"]
    network = expect(dict, keys, keys, top["network"], "network")
    for i, key in enumerate(keys[:5]):
        parts = expect(list, int(i < 3), MAX_PARTS, network[key], f"network.{key}")
        network[key] = [text(PART, *x) for x in parts]
    network["scale"] = Fraction(text(NUMBER, network["scale"], "network.scale")[0])
    form, at = r"square|relu|abs|power:([1-9]\d?)", "network.activation"
    expect(int, 1, MAX_POWER, int(text(form, network["activation"], at)[1] or 2), at)
    keys = ["group", "p", "s", "r"]
    operation = expect(dict, keys, keys, top["operation"], "operation")
    group = items(int, (1, MAX_RANK), 1, MAX_ORDER, operation["group"], "operation.group")
    d = expect(int, 2, MAX_ORDER, prod(group), "operation.group: order")
    for key in keys[1:]:
        found = items(int, (d, MAX_ORDER), -1, d - 1, operation[key], f"operation.{key}")
        if sorted(e for e in found if e >= 0) != list(range(d)):
            raise Malformed(f"operation.{key}: not each of the {d} elements once")
    keys = ["wrong", "margin", "loss", "onehot"]
    claim = expect(dict, keys, keys, top["claim"], "claim")
    pairs = expect(list, 0, d * d, claim["wrong"], "claim.wrong")
    claim["wrong"] = [tuple(items(int, (2, 2), 0, MAX_ORDER, *pair)) for pair in pairs]
    for key in keys[1:]:
        bounds = expect(list, 2, 2, claim[key], f"claim.{key}")
        claim[key] = [text(NUMBER, *x)[0] for x in bounds]
    return dict(top)


def safetensors(data: bytes) -> dict[str, Any]:
    """The tensors of a .safetensors file, which fill it without gap or overlap."""
    start = 8 + expect(int, 2, MAX_HEADER, int.from_bytes(data[:8], "little"), "header")
    header, found, spans = parse(data[8:start]), {}, []
    expect(dict, [], header, header, "header").pop("__metadata__", None)
    for key, x in header.items():
        at, keys = f"header: {key!a:.40}", ["dtype", "shape", "data_offsets"]
        shape = items(int, (0, 9), 0, 2**40, expect(dict, keys, keys, x, at)["shape"], at)
        low, high = items(int, (2, 2), 0, 2**40, x["data_offsets"], at)
        spans.append((low, high))
        kind = expect(str, 1, 9, x["dtype"], at)
        found[key] = (shape, kind, "<", False, data[start + low : start + high])
    ends = [0, *(high for _, high in sorted(spans))]
    if ends[:-1] != [low for low, _ in sorted(spans)] or start + ends[-1] != len(data):
        raise Malformed("header: tensors overlap, leave gaps, or do not end where the file does")
    return found


def npz(data: bytes, keys: set[str]) -> dict[str, Any]:
    """These tensors of an .npz file; no more of one is unpacked than is allowed."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for key in keys & {name.removesuffix(".npy") for name in archive.namelist()}:
            if archive.namelist().count(f"{key}.npy") != 1:
                raise Malformed(f"not one tensor alone is named {key!a:.40}")
            with archive.open(f"{key}.npy") as stream:
                raw = stream.read(8 * MAX_NUMBERS + MAX_HEADER)
            at = {b"\x93NUMPY\1\0": 10, b"\x93NUMPY\2\0": 12}.get(raw[:8], 8)
            start = at + int.from_bytes(raw[8:at], "little")
            if not (header := re.fullmatch(NPY, raw[at : min(start, MAX_HEADER)])):
                raise Malformed(f"{key!a:.40} is no array of floats as NumPy writes it")
            order, size, by_columns, shape = (x.decode() for x in header.groups())
            sides = [int(n) for n in re.findall(r"\d{1,12}", shape)]
            found[key] = (sides, f"F{8 * int(size)}", order, by_columns == "True", raw[start:])
    return found


def tensors(name: str, data: bytes, keys: set[str]) -> dict[str, Any]:
    """Shape, kind, byte order, whether columns come first, and bytes of these tensors of a file."""
    try:
        found = npz(data, keys) if name.endswith(".npz") else safetensors(data)
        for key in sorted(keys - set(found)):
            raise Malformed(f"no tensor is named {key!a:.40}")
        return found
    except Malformed as error:
        raise Malformed(f"weights: {error}") from None
    except Exception as error:  # of zipfile and zlib, which have many kinds
        raise Malformed(f"weights: cannot be read ({type(error).__name__})") from None


def matrix(part: re.Match[str], found: dict[str, Any]) -> Matrix:
    """A part of a tensor, of which a vector is one row."""
    shape, kind, order, by_columns, data = found[part[1]]
    at = f"weights: {part[1]!a:.40}"
    expect(list, 1, 2, shape, f"{at}: shape")
    count = expect(int, 1, MAX_NUMBERS, prod(shape), f"{at}: numbers")
    if kind not in KINDS:
        raise Malformed(f"{at}: {kind!a:.40} is not {', '.join(KINDS)}")
    high, low, letter = KINDS[kind]
    if len(data) != count * (high + low + 1) // 8:
        raise Malformed(f"{at}: {len(data)} bytes for {count} numbers of {high + low + 1} bits")
    numbers = []
    for bits in struct.unpack(f"{order}{count}{letter}", data):
        exponent, n = bits >> low & (1 << high) - 1, bits & (1 << low) - 1
        if exponent == (1 << high) - 1:
            raise Malformed(f"{at}: a number is infinite or NaN")
        n += (exponent > 0) << low
        zeros = (n & -n).bit_length() - 1 if n else 0
        place = max(exponent, 1) + zeros + 1 - (1 << high - 1) - low
        numbers.append(((-n if bits >> high + low else n) >> zeros, place))
    least = min((place for n, place in numbers if n), default=0)
    span = max((place for n, place in numbers if n), default=0) - least + low + 1
    expect(int, 1, MAX_BITS, span * count, f"{at}: bits")
    flat = [n << place - least if n else 0 for n, place in numbers]
    rows, columns = [1, *shape][-2:]
    top, bottom, left, right = map(int, part.groups()[1:5])
    if not (top < bottom <= rows and left < right <= columns):
        raise Malformed(f"{at}: it has {rows} rows and {columns} columns")
    lines = [flat[i::rows] if by_columns else flat[i * columns :][:columns] for i in range(rows)]
    lines = [line[left:right] for line in lines[top:bottom]]
    return Matrix([list(x) for x in zip(*lines, strict=True)] if part[6] else lines, least)


def bits(x: Matrix) -> int:
    """The length of the largest integer."""
    return max(int(max(row, key=abs)).bit_length() for row in x.rows)


def times(x: Matrix, y: Matrix) -> Matrix:
    """The product of two matrices."""
    if len(x.rows[0]) != len(y.rows):
        raise Malformed(f"network: factors of {len(x.rows[0])} columns and {len(y.rows)} rows")
    work = len(x.rows) * len(y.rows) * len(y.rows[0]) * (1 + bits(x) // 30) * (1 + bits(y) // 30)
    expect(int, 1, MAX_PRODUCTS, work, "network: products")
    columns = list(zip(*y.rows, strict=True))
    rows = [[sum(map(mul, row, column)) for column in columns] for row in x.rows]
    return Matrix(rows, x.exponent + y.exponent)


def outputs(network: dict[str, Any], found: dict[str, Any], sizes: tuple[int, ...]) -> Any:
    """A function of x and y with all outputs as integers, and what they are to be divided by."""
    sides = ("first", "second", "last", "bias", "output_bias")
    made = [[matrix(part, found) for part in network[side]] for side in sides]
    (first, second, last), (bias, shift) = (reduce(times, x) for x in made[:3]), made[3:]
    width, ends = len(last.rows), sizes[2]
    wanted = [(sizes[0], width), (sizes[1], width), (width, ends)]
    wanted += [(1, width)] * len(bias) + [(1, ends)] * len(shift)
    shapes = [(len(x.rows), len(x.rows[0])) for x in (first, second, last, *bias, *shift)]
    if shapes != wanted:
        raise Malformed(f"network: the shapes are {shapes}, and {wanted} are wanted")
    least, *_, greatest = sorted(x.exponent for x in (first, second, *bias))
    expect(int, 0, MAX_BITS, (greatest - least) * width * (sizes[0] + sizes[1]), "network: bits")
    left, right, *rows = (
        Matrix([[n << x.exponent - least for n in row] for row in x.rows], least)
        for x in (first, second, *bias)
    )
    biased = (zip(x, *(y.rows[0] for y in rows), strict=True) for x in left.rows)
    left = Matrix([list(map(sum, x)) for x in biased], least)
    name = network["activation"]
    degree = {"relu": 1, "abs": 1, "square": 2}.get(name) or int(name[6:])
    most = degree * (max(bits(left), bits(right)) + 1)  # bits of an activation
    size = (most + bits(last) + width.bit_length()) // 8 + 1  # bytes of a signed sum of products
    digits = (1 + 8 * size * ends // 30) * (1 + most // 30)
    expect(int, 0, MAX_WORK, sizes[0] * sizes[1] * width * digits, "network: work")
    packed = [sum(n << 8 * size * g for g, n in enumerate(row)) for row in last.rows]
    half = 1 << 8 * size - 1
    halves = sum(half << 8 * size * g for g in range(ends))
    exponent = least * degree + last.exponent
    point = max(0, -exponent, *(-x.exponent for x in shift))  # binary places of an output
    above, below = network["scale"].numerator, network["scale"].denominator
    scale = above << exponent + point
    added = [sum(x.rows[0][g] * above << x.exponent + point for x in shift) for g in range(ends)]

    def at(x: int, y: int) -> list[int]:
        hidden: Any = map(add, left.rows[x], right.rows[y])
        if name in ("relu", "abs"):
            hidden = map(abs, hidden) if name == "abs" else (max(n, 0) for n in hidden)
        else:
            hidden = (n**degree for n in hidden)
        data = (sum(map(mul, hidden, packed)) + halves).to_bytes(size * ends, "little")
        sums = (int.from_bytes(data[i : i + size], "little") for i in range(0, len(data), size))
        return [(n - half) * scale + b for n, b in zip(sums, added, strict=True)]

    return at, below << point


def evaluate(network: dict[str, Any], operation: dict[str, Any], found: Any) -> tuple[Any, ...]:
    """The wrong pairs, the least margin, the loss, and the one-hot loss."""
    group, p, s, r = (operation[key] for key in ("group", "p", "s", "r"))
    at, one = outputs(network, found, (len(p), len(s), len(r)))
    elements = list(product(*map(range, group)))
    output = {x: r.index(i) for i, x in enumerate(elements)}
    wrong, margins, loss, onehot = [], [], 0, 0
    for x, y in product(range(len(p)), range(len(s))):
        if p[x] >= 0 <= s[y]:
            pair = zip(elements[p[x]], elements[s[y]], group, strict=True)
            right = output[tuple((u + v) % n for u, v, n in pair)]
            f = at(x, y)
            margins.append(f[right] - max(f[:right] + f[right + 1 :]))
            wrong += [(x, y)] * (margins[-1] <= 0)
            f[right] -= one
            power = sum(e * e for e in f)
            loss, onehot = loss + power * len(r) - sum(f) ** 2, onehot + power
    below = one**2 * len(margins)
    bounded = Fraction(min(margins), one), Fraction(loss, below * len(r)), Fraction(onehot, below)
    return wrong, *bounded


def verify(statement: dict[str, Any], data: bytes) -> str:
    """Compare the statement with what holds; return it in words."""
    if len(data) > MAX_WEIGHTS:
        raise Malformed(f"weights: more than {MAX_WEIGHTS} bytes")
    if (digest := sha256(data).hexdigest()) != statement["sha256"]:
        raise Refuted(f"sha256: that of the weights is {digest}")
    network, operation, claim = (statement[key] for key in ("network", "operation", "claim"))
    sides = {key: x for key, x in network.items() if type(x) is list and x}
    keys = {part[1] for x in sides.values() for part in x}
    wrong, *held = evaluate(network, operation, tensors(statement["file"], data, keys))
    there, listed = Counter(wrong), Counter(claim["wrong"])
    for pair in sorted({*listed, *wrong}):
        if listed[pair] != there[pair]:
            raise Refuted(f"wrong: {pair} is listed {listed[pair]} times, not {there[pair]}")
    for name, x in zip(("margin", "loss", "onehot"), held, strict=True):
        low, high = claim[name]
        if not Fraction(low) <= x <= Fraction(high):
            raise Refuted(f"{name}: it is {'below' if x < Fraction(low) else 'above'} the bounds")
    d = prod(operation["group"])
    plain = all(e in (i, -1) for key in "psr" for i, e in enumerate(operation[key]))
    name = "x + y" if plain else "r^-1(p(x) + s(y))"
    group = "x".join(f"Z{n}" for n in operation["group"])
    read_as = {key: " @ ".join(part[0] for part in parts) for key, parts in sides.items()}
    bounds = ", ".join(f"{x} in [{', '.join(claim[x])}]" for x in ("margin", "loss", "onehot"))
    said = ", ".join(f"{key} = {ascii(x)[1:-1]}" for key, x in read_as.items())
    return (
        f"{d * d - len(wrong)} of {d * d} pairs of {name} over {group} are right, {bounds}; "
        f"{statement['file']!a} is read as {said}, scale {network['scale']}, activation "
        f"{network['activation']}{'; notes were not read' * ('notes' in statement)}"
    )


def check(data: bytes, weights: Any) -> tuple[int, str]:
    """Exit code and message for the bytes of a certificate, and of the file that it names."""
    try:
        statement = read(data)
        return 0, f"accepted: {verify(statement, weights(statement['file']))}"
    except Refuted as error:
        return 1, f"refuted: {error}"
    except Malformed as error:
        return 2, f"malformed: {error}"
    except (OSError, MemoryError) as error:
        return 2, f"malformed: weights: not checked ({type(error).__name__})"


def check_file(path: str) -> tuple[int, str]:
    """Exit code and message for a file, which must be a regular one, as that of the weights."""

    def held(path: str, limit: int) -> bytes:
        if os.path.exists(path) and not os.path.isfile(path):
            raise Malformed(f"{'file' if limit == MAX_FILE else 'weights'}: not a regular file")
        with open(path, "rb") as stream:
            return stream.read(limit + 1)

    folder = os.path.dirname(path)
    try:
        data = held(path, MAX_FILE)
        return check(data, lambda name: held(os.path.join(folder, name), MAX_WEIGHTS))
    except Malformed as error:
        return 2, f"malformed: {error}"
    except (OSError, MemoryError) as error:
        return 2, f"malformed: file: not checked ({type(error).__name__})"


def main(paths: list[str]) -> int:
    """Check all files, print one line for each, and return the largest exit code."""
    worst = 0 if paths else 2
    if not paths:
        print("usage: python network_checker.py FILE [FILE...]", file=sys.stderr)
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
