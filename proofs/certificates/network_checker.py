"""Check what is claimed of a trained network, on the weights in its file as they are stored.

    python network_checker.py FILE.verify.json...     exit: 0 accepted, 1 refuted, 2 malformed

Standard library only, integers and fractions, no search.  The file of weights, a .safetensors or
.npz, lies beside FILE, which has its SHA-256.  A float is read as the fraction that it is, so the
network is exact.  With F, G, L products of matrices of the file, written name[rows, columns], and
.T if transposed, biases sums of such rows, and sigma the activation, square, relu, abs or power:n,

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
from math import lcm, prod
from operator import add, mod, mul
from typing import Any
from zipfile import ZipFile

MAX_FILE, MAX_WEIGHTS, MAX_HEADER = 2**22, 2**26, 2**20  # bytes: FILE, weights, a header in them
MAX_ORDER, MAX_PARTS, MAX_NUMBERS = 512, 4, 2**19  # of the group; factors of F, G, L; of a matrix
MAX_DIGITS, MAX_PRODUCT, MAX_STEPS = 2**25, 2**32, 2**36  # of 30 bits; steps of a few ns
KINDS = {"F16": "e", "BF16": "f", "F32": "f", "F64": "d"}
NPY = rb"\x93NUMPY\x01\x00..\{'descr': '([<>])f([248])', 'fortran_order': (\w+), "
NPY += rb"'shape': \(([\d, ]*)\), \} *\n"
PART = r"(.{1,400})\[(\d{1,7}):(\d{1,7}), (\d{1,7}):(\d{1,7})\](\.T)?"
NUMBER = r"-?\d{1,999}(?:/[1-9]\d{0,999}|(?:\.\d{1,99})?(?:e[+-]?\d{1,4})?)"  # -1/46, 8.9e-05
ACTIVATION, NAME = r"square|relu|abs|power:([1-9]|1[0-6])", r"[^/\\:\0]{1,200}\.(npz|safetensors)"


def need(holds: Any, why: str) -> None:
    """Refuse what is not as it has to be, and too much work before it is begun: exit code 2."""
    if not holds:
        raise ValueError(why)


def parse(data: bytes) -> Any:
    """An object of JSON, none with a key twice; a number that is long or no integer is a str."""

    def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len(dict(pairs)) == len(pairs), f"a key occurs twice in {dict(pairs)!a:.99}")
        return dict(pairs)

    numbers: Any = {"parse_int": lambda x: int(x) if len(x) < 99 else x, "parse_float": str}
    found = json.loads(data, object_pairs_hook=distinct, parse_constant=int, **numbers)
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


def npz(data: bytes, names: set[str]) -> Any:
    """Name, shape, kind, bytes, their order, and whether by columns, of these tensors of a .npz."""
    archive = ZipFile(io.BytesIO(data))
    need(data.startswith(b"PK\3\4"), "weights: an archive begins with PK, to be one for NumPy")
    stored = [name.removesuffix(".npy") for name in archive.namelist()]  # as NumPy names them
    stored += archive.namelist()  # which it looks for first
    for key in names & {*stored}:
        need(stored.count(key) < 2, f"{key!a:.40} is there twice")
        raw = archive.open(f"{key}.npy").read(8 * MAX_NUMBERS + MAX_HEADER)  # and no more
        header: Any = re.match(NPY, raw, re.DOTALL)
        known = header and header.end() == 10 + int.from_bytes(raw[8:10], "little")
        need(known, f"{key!a:.40} is no array of floats as NumPy writes it")
        order, size, columns, sides = (x.decode() for x in header.groups())
        shape = [int(n) for n in re.findall(r"\d{1,12}", sides)]
        yield key, (shape, f"F{8 * int(size)}", raw[header.end() :], order, columns == "True")


def safetensors(data: bytes) -> Any:
    """The same of a .safetensors file, which its tensors fill without gap or overlap."""
    start, end = 8 + int.from_bytes(data[:8], "little"), 0
    need(start <= min(MAX_HEADER, len(data)), f"weights: a header of {start} bytes")
    header = parse(data[8:start])
    header.pop("__metadata__", None)
    for key, x in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        kind, shape, (low, high) = values("dtype shape data_offsets", x, f"{key!a:.40}")
        need(low == end, f"{key!a:.40} overlaps another tensor, or there is a gap before it")
        yield key, (shape, kind, data[start + low : start + high], "<", False)
        end = high
    need(start + end == len(data), "weights: its tensors do not end where it does")


def matrix(part: re.Match[str], found: dict[str, Any]) -> list[list[Fraction]]:
    """A part of a tensor, of which a vector is one row."""
    name, *numbers, turned = part.groups()
    top, bottom, left, right = map(int, numbers)
    need(name in found, f"no tensor is named {name!a:.40}")
    shape, kind, data, order, by_columns = found[name]
    known = kind in KINDS and len(shape) in (1, 2) and all(type(n) is int for n in shape)
    rows, columns = [1, *shape][-2:] if known else (0, 0)
    inside = top < bottom <= rows and left < right <= columns and rows * columns <= MAX_NUMBERS
    said = f"{part[0]!a:.60} is no part of {kind!a:.40} of shape {shape!a:.40}"
    need(inside, f"{said}, of at most {MAX_NUMBERS} numbers")
    if kind == "BF16":  # the upper half of an F32
        data = b"".join(b"\0\0" + data[i : i + 2] for i in range(0, len(data), 2))
    form = f"{order}{rows * columns}{KINDS[kind]}"
    need(len(data) == struct.calcsize(form), f"{name!a:.40}: not the bytes of shape {shape!a:.40}")
    flat = [*map(Fraction, struct.unpack(form, data))]  # which are finite, or this fails
    if by_columns:
        top, bottom, left, right, columns = left, right, top, bottom, rows
    lines = [flat[i * columns + left : i * columns + right] for i in range(top, bottom)]
    return [*map(list, zip(*lines, strict=True))] if by_columns != bool(turned) else lines


def whole(*matrices: Any) -> tuple[list[Any], int, int]:
    """Matrices as integers, what these are to be divided by, and the digits of 30 bits of one."""
    numbers = [n for rows in matrices for row in rows for n in row]
    below = lcm(*{n.denominator for n in numbers})
    digits = (max(abs(n.numerator) for n in numbers) * below).bit_length() // 30 + 1
    need(len(numbers) * digits <= MAX_DIGITS, f"network: {len(numbers)} numbers of {digits} digits")
    integer = lambda n: n.numerator * (below // n.denominator)  # noqa: E731
    return [[[*map(integer, row)] for row in rows] for rows in matrices], below, digits


def times(x: Any, y: Any) -> Any:
    """The product of two matrices."""
    need(len(x[0]) == len(y), f"factors of {len(x[0])} columns, {len(y)} rows")
    ([rows], e, m), ([others], f, n) = whole(x), whole(y)
    count, steps = len(x) * len(y[0]), len(x) * len(y[0]) * len(y) * (16 + m * n)
    need(count <= MAX_NUMBERS and steps <= MAX_PRODUCT, f"factors: {count} numbers, {steps} steps")
    columns = [*zip(*others, strict=True)]
    return [[Fraction(sum(map(mul, row, column)), e * f) for column in columns] for row in rows]


def evaluate(sides: Any, scale: Fraction, activation: str, table: Any, ends: int) -> Any:
    """The wrong pairs, of how many, the least margin, the loss, and the one-hot loss."""
    (first, second, last), (bias, shift) = (reduce(times, x) for x in sides[:3]), sides[3:]
    inputs, width = (len(table), len(table[0])), len(last)
    shapes = [(len(rows), len(rows[0])) for rows in (first, second, last, *bias, *shift)]
    wanted = [(inputs[0], width), (inputs[1], width), (width, ends)]
    wanted += [(1, width)] * len(bias) + [(1, ends)] * len(shift)
    need(shapes == wanted, f"network: the shapes are {shapes}, and {wanted} are wanted")
    degree = {"relu": 1, "abs": 1, "square": 2}.get(activation) or int(activation[6:])
    sigma = {"relu": lambda n: max(n, 0), "abs": abs}.get(activation, lambda n: n**degree)
    first = [[*map(sum, zip(row, *(b[0] for b in bias), strict=True))] for row in first]
    last = [*last, [sum(b[0][g] for b in shift) for g in range(ends)]]  # of a node that is 1
    [left, right], unit, m = whole(first, second)
    long = (scale.numerator * scale.denominator).bit_length() // 30
    held = len(last) * ends * long
    need(held <= MAX_DIGITS, f"network: {len(last) * ends} products with {long} digits")
    [rows], below, n = whole([[scale * x for x in row] for row in last])
    columns, unit, size = [*zip(*rows, strict=True)], unit**degree, (m + 1) * degree * n
    one = unit * below
    steps = prod(inputs) * ends * (width * (16 + size) + (size + one.bit_length() // 30) ** 2)
    need(steps <= MAX_STEPS, f"network: {steps} steps")
    wrong, margins, loss, onehot = [], [], 0, 0
    for x, y in product(*map(range, inputs)):
        if (at := table[x][y]) >= 0:
            hidden = [*map(sigma, map(add, left[x], right[y])), unit]
            f = [sum(map(mul, hidden, column)) for column in columns]
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
    once = all(sorted(e for e in x if e != -1) == [*range(d)] for x in maps)
    need(once, f"operation: not each of the {d} elements once in p, s and r")
    (p, s, r), elements = maps, [*product(*map(range, group))]
    output = {e: r.index(i) for i, e in enumerate(elements)}
    plus: Any = lambda i, k: output[tuple(map(mod, map(add, elements[i], elements[k]), group))]  # noqa: E731
    table = [[plus(i, k) if min(i, k) >= 0 else -1 for k in s] for i in p]
    plain = all(e in (i, -1) for x in maps for i, e in enumerate(x))
    task = f"{'x + y' if plain else 'r^-1(p(x) + s(y))'} over {'x'.join(f'Z{n}' for n in group)}"
    return table, len(r), task


def verify(path: str, read: Any) -> tuple[int, str]:
    """Compare what FILE says with what holds; return 0 or 1, and what was found."""
    top = parse(read(path, MAX_FILE))
    noted = "; notes were not read" if top.pop("notes", top) is not top else ""
    keys = "format version file sha256 network operation claim"
    form, version, file, digest, network, operation, claim = values(keys, top, "top level")
    known = repr((form, version)) == "('cogo-verified', 1)"
    need(known, f"format: {form!a:.40}, version {version!a:.40}")
    text(NAME, file, "file")
    keys = "first second last bias output_bias scale activation"
    *sides, scale, activation = values(keys, network, "network")
    need(max(map(len, sides)) <= MAX_PARTS, f"network: more than {MAX_PARTS} parts")
    need(all(sides[:3]), f"network: no factors {sides!a:.40}")
    sides = [[text(PART, part, "network") for part in side] for side in sides]
    corners = [[*map(int, part.groups()[1:5])] for side in sides for part in side]
    count = sum(abs((bottom - top) * (right - left)) for top, bottom, left, right in corners)
    need(count <= 4 * MAX_NUMBERS, f"network: parts of {count} numbers")
    text(ACTIVATION, activation, "network.activation")
    scale = Fraction(text(NUMBER, scale, "network.scale")[0])
    table, ends, task = operated(operation)
    listed, *bounds = values("wrong margin loss onehot", claim, "claim")
    listed = sorted((x, y) for x, y in listed)
    bounds = [[text(NUMBER, end, "claim")[0] for end in pair] for pair in bounds]
    raw = read(os.path.join(os.path.dirname(path), file), MAX_WEIGHTS)
    if sha256(raw).hexdigest() != digest:
        return 1, f"refuted: sha256: that of the weights is {sha256(raw).hexdigest()}"
    names = {part[1] for side in sides for part in side}
    found = dict(npz(raw, names) if file.endswith(".npz") else safetensors(raw))
    made = [[matrix(part, found) for part in side] for side in sides]
    wrong, pairs, *held = evaluate(made, scale, activation, table, ends)
    if listed != wrong:
        pair: Any = min({*listed} ^ {*wrong}, default="a pair that is there twice")
        return 1, f"refuted: wrong: {pair} is {'not ' * (pair in wrong)}listed"
    said = ""
    for key, x, (low, high) in zip(("margin", "loss", "onehot"), held, bounds, strict=True):
        if not Fraction(low) <= x <= Fraction(high):
            side = "below" if x < Fraction(low) else "above"
            return 1, f"refuted: {key}: it is {side} the bounds"
        said += f", {key} in [{low}, {high}]"
    said += f"; {file!a} is read as {json.dumps(network)}{noted}"
    return 0, f"accepted: {pairs - len(wrong)} of {pairs} pairs of {task} are right{said}"


def regular(path: str, most: int) -> bytes:
    """The bytes of a regular file, no more than are allowed."""
    need(os.path.isfile(path), f"{os.path.basename(path)!a:.99}: not a regular file")
    with open(path, "rb") as stream:
        data = stream.read(most + 1)
    need(len(data) <= most, f"{os.path.basename(path)!a:.99}: more than {most} bytes")
    return data


def check(path: str, read: Any = regular) -> tuple[int, str]:
    """Exit code and message for a file; it and the weights beside it are read as said."""
    try:
        return verify(path, read)
    except Exception as error:  # of whatever a stranger wrote
        why = str(error) or type(error).__name__
        return 2, f"malformed: {why.encode('ascii', 'backslashreplace').decode()}"


def main(paths: list[str]) -> int:
    """Check all files, print one line for each, and return the largest exit code."""
    worst = 0 if paths else 2
    try:
        if not paths:
            print("usage: python network_checker.py FILE.verify.json [...]", file=sys.stderr)
        for path in paths:
            code, message = check(path)
            worst = max(worst, code)
            print(f"{ascii(path)[1:-1]}: {message}", flush=True)
    except (OSError, KeyboardInterrupt):  # a verdict was not delivered, or not reached
        os._exit(2)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
