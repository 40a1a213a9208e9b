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
r[g] = p[x] + s[y] than anywhere else.  Or FILE has a table of d rows of d outputs, of any
operation, and that g is table[x][y].  From all d^2 pairs it is computed which are wrong; the least
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
from fractions import Fraction
from functools import reduce
from hashlib import sha256
from itertools import product
from math import prod
from operator import add, mul
from typing import Any
from zipfile import ZipFile

MAX_FILE, MAX_WEIGHTS, MAX_HEADER = 2**22, 2**26, 2**20  # bytes: FILE, weights, a header in them
MAX_ORDER, MAX_PARTS, MAX_NUMBERS = 512, 4, 2**22  # of the group; factors of F, G, L; of a matrix
MAX_BITS, MAX_PRODUCTS, MAX_WORK = 2**30, 2**30, 2**36  # of a matrix; of 30 bits: factors, pairs
KINDS = {"F16": (5, 10, "H"), "BF16": (8, 7, "H"), "F32": (8, 23, "I"), "F64": (11, 52, "Q")}
NPY = rb"\x93NUMPY\x01\x00..\{'descr': '([<>])f([248])', 'fortran_order': (\w+), "
NPY += rb"'shape': \(([\d, ]*)\), \} *\n"
PART = r"(.{1,400})\[(\d{1,7}):(\d{1,7}), (\d{1,7}):(\d{1,7})\](\.T)?"
NUMBER = r"-?\d{1,999}(?:/[1-9]\d{0,999}|(?:\.\d{1,99})?(?:e[+-]?\d{1,4})?)"  # -1/46, 8.9e-05
ACTIVATION, NAME = r"square|relu|abs|power:([1-9]|1[0-6])", r"[^/\\:\0]{1,200}\.(npz|safetensors)"
Matrix = tuple[list[list[int]], int]  # rows of integers, times 2 to a power


def need(holds: Any, why: str) -> None:
    """Refuse what is not as it has to be, and too much work before it is begun: exit code 2."""
    if not holds:
        raise ValueError(why)


def parse(data: bytes) -> Any:
    """JSON in which no object has a key twice; a number that is long or no integer is a str."""

    def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len(dict(pairs)) == len(pairs), f"a key occurs twice in {dict(pairs)!a:.99}")
        return dict(pairs)

    numbers: Any = {"parse_int": lambda x: int(x) if len(x) < 99 else x, "parse_float": str}
    found = json.loads(data.decode(), object_pairs_hook=distinct, parse_constant=int, **numbers)
    need(type(found) is dict, f"{found!a:.40} is no object")
    return found


def values(keys: str, x: Any, at: str) -> list[Any]:
    """What an object has under these keys, and no others."""
    right = type(x) is dict and {*x} == {*keys.split()}
    need(right, f"{at}: the keys are not {keys}, but {list(x)!a:.99}")
    return [x[key] for key in keys.split()]


def text(pattern: str, x: Any, at: str) -> Any:
    """The match of a string with a pattern."""
    found = re.fullmatch(pattern, x, re.ASCII | re.DOTALL) if type(x) is str else None
    need(found, f"{at}: {x!a:.40} is not what is written here")
    return found


def safetensors(data: bytes) -> dict[str, Any]:
    """The tensors of a .safetensors file, which fill it without gap or overlap."""
    start = 8 + int.from_bytes(data[:8], "little")
    need(start <= min(MAX_HEADER, len(data)), f"weights: a header of {start} bytes")
    header, found, end = parse(data[8:start]), {}, 0
    header.pop("__metadata__", None)
    for key, x in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        kind, shape, (low, high) = values("dtype shape data_offsets", x, f"{key!a:.40}")
        need(low == end, f"{key!a:.40} overlaps another tensor, or there is a gap before it")
        found[key], end = (shape, kind, "<", False, data[start + low : start + high]), high
    need(start + end == len(data), "weights: its tensors do not end where it does")
    return found


def npz(data: bytes, keys: set[str]) -> dict[str, Any]:
    """These tensors of an .npz file; no more of one is unpacked than is allowed."""
    archive, found = ZipFile(io.BytesIO(data)), {}
    for key in keys & {name.removesuffix(".npy") for name in archive.namelist()}:
        need(archive.namelist().count(f"{key}.npy") == 1, f"{key!a:.40} is there twice")
        raw = archive.open(f"{key}.npy").read(8 * MAX_NUMBERS + MAX_HEADER)
        header: Any = re.match(NPY, raw, re.DOTALL)
        need(header, f"{key!a:.40} is no array of floats as NumPy writes it")
        order, size, columns, sides = (x.decode() for x in header.groups())
        shape = [int(n) for n in re.findall(r"\d{1,12}", sides)]
        found[key] = shape, f"F{8 * int(size)}", order, columns == "True", raw[header.end() :]
    return found


def matrix(part: re.Match[str], found: dict[str, Any]) -> Matrix:
    """A part of a tensor, of which a vector is one row."""
    at = f"{part[1]!a:.40}"
    need(part[1] in found, f"no tensor is named {at}")
    shape, kind, order, by_columns, data = found[part[1]]
    need(kind in KINDS and len(shape) in (1, 2), f"{at} is {kind!a:.40} of shape {shape!a:.40}")
    (high, low, letter), count = KINDS[kind], prod(shape)
    need(0 < count <= MAX_NUMBERS, f"{at} has {count} numbers")
    need(8 * len(data) == count * (1 + high + low), f"{at}: {len(data)} bytes for {count} numbers")
    numbers = []  # integers, and the powers of two that they are multiplied by
    for bits in struct.unpack(f"{order}{count}{letter}", data):
        power, n = divmod(bits & (1 << high + low) - 1, 1 << low)
        need(power < (1 << high) - 1, f"{at}: a number is infinite or NaN")
        n += (power > 0) << low  # all but the least ones have one more bit, a 1
        zeros = (n & -n).bit_length() - 1 if n else 0
        numbers.append(((-n if bits >> high + low else n) >> zeros, max(power, 1) + zeros))
    powers = [power for n, power in numbers if n] or [0]
    least, span = min(powers), max(powers) - min(powers) + low + 1
    need(span * count <= MAX_BITS, f"{at}: {span * count} bits")
    flat = [n << power - least if n else 0 for n, power in numbers]
    rows, columns = [1, *shape][-2:]
    top, bottom, left, right = map(int, part.groups()[1:5])
    inside = top < bottom <= rows and left < right <= columns
    need(inside, f"{at} has {rows} rows and {columns} columns")
    lines = [flat[i::rows] if by_columns else flat[i * columns :][:columns] for i in range(rows)]
    lines = [line[left:right] for line in lines[top:bottom]]
    lines = [*map(list, zip(*lines, strict=True))] if part[6] else lines
    return lines, least + 1 - (1 << high - 1) - low


def digits(*matrices: list[list[int]]) -> int:
    """The number of digits of 30 bits of the product of the largest integer of each."""
    most = (max(abs(n).bit_length() for row in rows for n in row) for rows in matrices)
    return prod(1 + bits // 30 for bits in most)


def times(x: Matrix, y: Matrix) -> Matrix:
    """The product of two matrices."""
    (rows, e), (others, f) = x, y
    need(len(rows[0]) == len(others), f"factors of {len(rows[0])} columns, {len(others)} rows")
    work = len(rows) * len(others) * len(others[0]) * digits(rows, others)
    need(work <= MAX_PRODUCTS, f"factors: {work} products")
    columns = list(zip(*others, strict=True))
    return [[sum(map(mul, row, column)) for column in columns] for row in rows], e + f


def at_exponent(to: int, *matrices: Matrix) -> list[list[list[int]]]:
    """The rows of matrices with this exponent, which is not larger than theirs."""
    bits = sum((e - to) * len(rows) * len(rows[0]) for rows, e in matrices)
    need(bits <= MAX_BITS, f"network: {bits} bits")
    return [[[n << e - to for n in row] for row in rows] for rows, e in matrices]


def evaluate(sides: Any, scale: Fraction, activation: str, table: Any, ends: int) -> Any:
    """The wrong pairs, of how many, the least margin, the loss, and the one-hot loss."""
    (first, second, last), (bias, shift) = (reduce(times, x) for x in sides[:3]), sides[3:]
    width, inputs = len(last[0]), (len(table), len(table[0]))
    wanted = [(inputs[0], width), (inputs[1], width), (width, ends)]
    wanted += [(1, width)] * len(bias) + [(1, ends)] * len(shift)
    shapes = [(len(rows), len(rows[0])) for rows, _ in (first, second, last, *bias, *shift)]
    need(shapes == wanted, f"network: the shapes are {shapes}, and {wanted} are wanted")
    degree = {"relu": 1, "abs": 1, "square": 2}.get(activation) or int(activation[6:])
    sigma = {"relu": lambda n: max(n, 0), "abs": abs}.get(activation, lambda n: n**degree)
    least = min(e for _, e in (first, second, *bias))
    left, right, *biases = at_exponent(least, first, second, *bias)
    left = [list(map(sum, zip(row, *(b[0] for b in biases), strict=True))) for row in left]
    lowest = min(0, last[1] + least * degree, *(e for _, e in shift))
    rows, *shifts = at_exponent(lowest, (last[0], last[1] + least * degree), *shift)
    columns = [(c, sum(b[0][g] for b in shifts)) for g, c in enumerate(zip(*rows, strict=True))]
    one = scale.denominator << -lowest
    sums = digits(left + right) * degree * digits(rows)  # digits of an output
    size = sums + digits([[one, scale.numerator]])
    work = prod(inputs) * ends * (width * (16 + sums) + size**2)
    need(work <= MAX_WORK, f"network: {work} products")
    wrong, margins, loss, onehot = [], [], 0, 0
    for x, y in product(*map(range, inputs)):
        if (at := table[x][y]) >= 0:
            hidden = list(map(sigma, map(add, left[x], right[y])))
            f = [(sum(map(mul, hidden, c)) + b) * scale.numerator for c, b in columns]
            margins.append(f[at] - max(f[:at] + f[at + 1 :]))
            wrong += [(x, y)] * (margins[-1] <= 0)
            f[at] -= one
            power = sum(e * e for e in f)
            loss, onehot = loss + power * ends - sum(f) ** 2, onehot + power
    pairs, unit = len(margins), one**2 * len(margins)
    losses = Fraction(loss, unit * ends), Fraction(onehot, unit)
    return wrong, pairs, Fraction(min(margins), one), *losses


def operated(operation: Any) -> tuple[list[list[int]], int, str]:
    """The output that is right for all x and y, or -1; the number of outputs; what that is."""
    if "table" in operation:
        d = len(table := values("table", operation, "operation")[0])
        need(1 < d <= MAX_ORDER, f"operation: a table of {d} rows")
        for x, row in enumerate(table):
            inside = all(type(g) is int and 0 <= g < d for g in row)
            need(inside and len(row) == d, f"operation.table: row {x} is not {d} of 0..{d - 1}")
        return table, d, f"its {d} x {d} table"
    group, *maps = values("group p s r", operation, "operation")
    d = prod(group) if len(group) < 32 and all(type(n) is int and n > 0 for n in group) else 0
    need(1 < d <= MAX_ORDER >= max(map(len, maps)), f"operation: a group of order {d}")
    for key, x in zip("psr", maps, strict=True):
        once = min(x) >= -1 and sorted(e for e in x if e >= 0) == list(range(d))
        need(once, f"operation.{key}: not each of the {d} elements once")
    p, s, r = maps
    output = {e: r.index(i) for i, e in enumerate(product(*map(range, group)))}
    table, elements = [[-1] * len(s) for _ in p], list(output)
    for x, y in product(range(len(p)), range(len(s))):
        if p[x] >= 0 <= s[y]:
            pair = zip(elements[p[x]], elements[s[y]], group, strict=True)
            table[x][y] = output[tuple((u + v) % n for u, v, n in pair)]
    plain = all(e in (i, -1) for x in maps for i, e in enumerate(x))
    task = f"{'x + y' if plain else 'r^-1(p(x) + s(y))'} over {'x'.join(f'Z{n}' for n in group)}"
    return table, len(r), task


def verify(data: bytes, weights: Any) -> tuple[int, str]:
    """Compare what FILE says with what holds; return 0 or 1, and what was found."""
    need(len(data) <= MAX_FILE, f"more than {MAX_FILE} bytes")
    top = parse(data)
    noted = "; notes were not read" if top.pop("notes", top) is not top else ""
    keys = "format version file sha256 network operation claim"
    form, version, file, digest, network, operation, claim = values(keys, top, "top level")
    known = repr((form, version)) == "('cogo-verified', 1)"
    need(known, f"format: {form!a:.40}, version {version!a:.40}")
    text(NAME, file, "file")
    keys = "first second last bias output_bias"
    *sides, scale, activation = values(f"{keys} scale activation", network, "network")
    need(max(map(len, sides)) <= MAX_PARTS, f"network: more than {MAX_PARTS} parts")
    need(all(sides[:3]), f"network: no factors {sides!a:.40}")
    sides = [[text(PART, part, "network") for part in side] for side in sides]
    text(ACTIVATION, activation, "network.activation")
    scale = Fraction(text(NUMBER, scale, "network.scale")[0])
    table, ends, task = operated(operation)
    listed, *bounds = values("wrong margin loss onehot", claim, "claim")
    listed = sorted((x, y) for x, y in listed)
    bounds = [[text(NUMBER, end, "claim")[0] for end in pair] for pair in bounds]
    raw = weights(file)
    need(len(raw) <= MAX_WEIGHTS, f"weights: more than {MAX_WEIGHTS} bytes")
    if sha256(raw).hexdigest() != digest:
        return 1, f"refuted: sha256: that of the weights is {sha256(raw).hexdigest()}"
    names = {part[1] for side in sides for part in side}
    found = npz(raw, names) if file.endswith(".npz") else safetensors(raw)
    made = [[matrix(part, found) for part in side] for side in sides]
    wrong, pairs, *held = evaluate(made, scale, activation, table, ends)
    if listed != wrong:
        pair: Any = min({*listed} ^ {*wrong}, default="a pair")
        why = "listed, and right" if pair in listed else "listed twice"
        return 1, f"refuted: wrong: {pair} is {'not listed' if pair in wrong else why}"
    said = ""
    for key, x, (low, high) in zip(("margin", "loss", "onehot"), held, bounds, strict=True):
        if not Fraction(low) <= x <= Fraction(high):
            side = "below" if x < Fraction(low) else "above"
            return 1, f"refuted: {key}: it is {side} the bounds"
        said += f", {key} in [{low}, {high}]"
    parts = [" @ ".join(part[0] for part in side) for side in sides]
    read = ", ".join(f"{key} = {x!a}" for key, x in zip(keys.split(), parts, strict=True) if x)
    read = f"{file!a} is read as {read}, scale {scale}, activation {activation}{noted}"
    return 0, f"accepted: {pairs - len(wrong)} of {pairs} pairs of {task} are right{said}; {read}"


def regular(path: str, most: int) -> bytes:
    """The bytes of a regular file, one more than are allowed if there are more."""
    what = "file" if most == MAX_FILE else "weights"
    need(os.path.isfile(path), f"{what}: not a regular file")
    with open(path, "rb") as stream:
        return stream.read(most + 1)


def check(path: str, read: Any = regular) -> tuple[int, str]:
    """Exit code and message for a file; it and the weights beside it are read as said."""
    try:
        beside = os.path.dirname(path)
        weights = lambda name: read(os.path.join(beside, name), MAX_WEIGHTS)  # noqa: E731
        return verify(read(path, MAX_FILE), weights)
    except Exception as error:  # of whatever a stranger wrote
        why = str(error) or type(error).__name__
        return 2, f"malformed: {why.encode('ascii', 'backslashreplace').decode()}"


def main(paths: list[str]) -> int:
    """Check all files, print one line for each, and return the largest exit code."""
    worst = 0 if paths else 2
    try:
        for path in paths:
            code, message = check(path)
            worst = max(worst, code)
            print(f"{ascii(path)[1:-1]}: {message}", flush=True)
    except (OSError, KeyboardInterrupt):  # a verdict was not delivered, or not reached
        os._exit(2)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
