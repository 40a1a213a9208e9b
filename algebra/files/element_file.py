"""Elements as JSON: the composition with its leaves, so that nothing that was composed is lost.

    {"format": "cogo-element", "version": 1, "group": [7],
     "scalars": ["1", "zeta(3)", ...],
     "elements": [{"over": "pair", "name": "syn", "nodes": [{"a": [[0, 0]], "b": ..., "c": ...}]},
                  {"over": "pair", "product": [0, 1]},
                  {"over": "group", "placed": 2, "at": [1, 2, 3]},
                  {"over": "group", "sum": [3, 4]}]}

An element refers to earlier ones by position; the last one is meant. An entry of a node is
``[index, scalar]``: the index of the character (0 on one abstract frequency) at the smaller of
``{k, -k}``, and the position of its scalar, which is text in the grammar of
`algebra.numbers.parse` and is parsed, never evaluated.
"""

import json
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.groups.spectrum import PAIR, REAL, Spectrum
from algebra.machine.read_file import strict_json
from algebra.machine.write_file import write_bytes
from algebra.numbers.parse import parse
from algebra.numbers.scalar import Scalar
from algebra.semiring.element import (
    Element,
    Leaf,
    Operation,
    Placed,
    Product,
    Sum,
    every_part,
    operands,
)
from algebra.semiring.nodes import ROWS, from_entries

MAX_FILE = 1 << 26
MAX_ORDER = 10**7
MAX_ENTRIES = 10**7
MAX_DEPTH = 100
#: Of one entry of the expanded element, estimated from above: terms, and bits of a coefficient.
MAX_TERMS = 10**5
MAX_BITS = 10**6


class ElementFileError(ValueError):
    """Raised for a file that does not describe an element; the message says where and why."""


def to_text(z: Element) -> str:
    """Return an element over a group as JSON text."""
    group = z.group
    scalars: dict[Scalar, int] = {}
    numbers: dict[int, int] = {}
    lines: list[str] = []
    for x in every_part(z):
        record: dict[str, Any] = {"over": _over(x.spectrum)}
        if x.name is not None:
            record["name"] = x.name
        match x.operation:
            case Leaf():
                record["nodes"] = _nodes(x, scalars)
            case Sum(parts):
                record["sum"] = [numbers[id(y)] for y in parts]
            case Product(parts):
                record["product"] = [numbers[id(y)] for y in parts]
            case Placed(block, ks):
                record["placed"], record["at"] = numbers[id(block)], ks.tolist()
        numbers[id(x)] = len(lines)
        lines.append(json.dumps(record))
    head = json.dumps({"format": "cogo-element", "version": 1, "group": list(group.moduli)})
    values = json.dumps([repr(x) for x in scalars])
    return f'{head[:-1]},\n"scalars": {values},\n"elements": [\n' + ",\n".join(lines) + "\n]}\n"


def write(path: str | Path, z: Element, *, force: bool = False) -> None:
    """Write an element to a file, by rename; one that exists is replaced by ``force`` alone.

    >>> from tempfile import TemporaryDirectory
    >>> from algebra import optimizers
    >>> with TemporaryDirectory() as folder:
    ...     write(f"{folder}/z.json", optimizers.build("Z5"))
    """
    write_bytes(path, to_text(z).encode(), force=force)


def from_text(text: str | bytes) -> Element:
    """Return the element that JSON text, or its bytes in UTF-8, describes: no larger than limits.

    >>> from algebra import optimizers
    >>> from_text(to_text(optimizers.build("Z5"))) == optimizers.build("Z5")
    True
    """
    if len(text) > MAX_FILE:
        raise ElementFileError(f"more than {MAX_FILE} bytes")
    try:
        data = strict_json(text)
    except ValueError as error:
        raise ElementFileError(str(error)) from None
    _expect(
        isinstance(data, dict) and data.get("format") == "cogo-element",
        "format: expected 'cogo-element'",
    )
    _expect(_is_integer(data.get("version")) and data["version"] == 1, "version: expected 1")
    _expect(
        set(data) == {"format", "version", "group", "scalars", "elements"},
        "expected the keys format, version, group, scalars, elements and no others",
    )
    _expect(_are_integers(data["group"]), "group: expected a list of cyclic orders")
    _expect(
        isinstance(data["scalars"], list) and all(isinstance(x, str) for x in data["scalars"]),
        "scalars: expected a list of strings",
    )
    _expect(
        isinstance(data["elements"], list) and len(data["elements"]) > 0,
        "elements: expected a list that is not empty",
    )
    try:
        group = AbelianGroup(data["group"])
        scalars = [parse(x) for x in data["scalars"]]
    except ValueError as error:
        raise ElementFileError(str(error)) from None
    built: list[Element] = []
    sizes: dict[int, _Size] = {}
    for i, record in enumerate(data["elements"]):
        try:
            built.append(_element(record, group, scalars, built))
            sizes[id(built[-1])] = _size(built[-1].operation, sizes)
        except (ValueError, TypeError) as error:
            raise ElementFileError(f"elements[{i}]: {error}") from None
    _expect(built[-1].spectrum == group, "the last element is not over the group")
    return built[-1]


_KINDS = ("nodes", "sum", "product", "power", "placed")


def _element(
    record: Any, group: AbelianGroup, scalars: list[Scalar], built: list[Element]
) -> Element:
    _expect(isinstance(record, dict), "expected an object")
    kind = next((k for k in _KINDS if k in record), None)
    if kind is None:
        raise ElementFileError(f"expected one of the keys {', '.join(_KINDS)}")
    more = {"power": "exponent", "placed": "at"}.get(kind, kind)
    unknown = set(record) - {"over", "name", kind, more}
    _expect(not unknown, f"unknown key {sorted(unknown)[:1]}")
    spectra: dict[str, Spectrum] = {"group": group, "pair": PAIR, "real": REAL}
    over = spectra.get(str(record.get("over")))
    if over is None:
        raise ElementFileError("over: expected 'group', 'pair' or 'real'")
    name = record.get("name")
    _expect(
        name is None or (isinstance(name, str) and len(name) < 1000 and name.isprintable()),
        "name: expected printable text",
    )

    def earlier(number: Any) -> Element:
        _expect(
            _is_integer(number) and 0 <= number < len(built),
            f"{number!r} is not the position of an earlier element",
        )
        x: Element = built[number]
        _expect(
            kind == "placed" or x.spectrum == over,
            f"element {number} is over {x.spectrum}, not {over}",
        )
        return x

    value = record[kind]
    operation: Operation
    if kind == "nodes":
        operation = _leaf(value, over, scalars)
    elif kind in ("sum", "product"):
        _expect(isinstance(value, list) and len(value) > 0, f"{kind}: expected a list")
        parts = tuple(earlier(x) for x in value)
        operation = Sum(parts) if kind == "sum" else Product(parts)
    elif kind == "power":
        m = record.get("exponent")
        _expect(_is_integer(m) and 0 <= m <= 1000, "exponent: expected an integer in 0..1000")
        operation = (earlier(value) ** m).operation
    else:
        _expect(_are_integers(record.get("at")), "at: expected a list of frequencies")
        placed = earlier(value).at(group, *record["at"])
        operation = placed.operation
        _expect(isinstance(operation, Placed) and over == group, "a placed block is over a group")
    z = Element(over, operation, name=name)
    _expect(z.order <= MAX_ORDER, f"more than {MAX_ORDER} nodes, the most that are read")
    return z


#: Of an element: the depth of its composition; of its entries, terms and bits, at most.
_Size = tuple[int, int, int]


def _size(operation: Operation, sizes: dict[int, _Size]) -> _Size:
    """Return the size of an element from those of its operands, or refuse it."""
    if isinstance(operation, Leaf):
        scalars = operation.nodes.value.scalars
        terms = max((1 if x.as_monomial() else len(list(x.terms())) for x in scalars), default=1)
        numbers = [q for x in scalars for q, _, _ in x.terms()]
        parts = (q.numerator.bit_length() + q.denominator.bit_length() for q in numbers)
        return 1, terms, max(parts, default=0)
    depths, several, lengths = zip(*(sizes[id(x)] for x in operands(operation)), strict=True)
    product = isinstance(operation, Product)
    depth, terms = 1 + max(depths), prod(several) if product else max(several)
    bits = sum(lengths) if product else max(lengths)
    _expect(depth <= MAX_DEPTH, f"composed more than {MAX_DEPTH} deep")
    _expect(terms <= MAX_TERMS, f"entries could have more than {MAX_TERMS} terms")
    _expect(bits <= MAX_BITS, f"numbers could have more than {MAX_BITS} bits")
    return depth, terms, bits


def _leaf(value: Any, over: Spectrum, scalars: list[Scalar]) -> Leaf:
    _expect(isinstance(value, list), "nodes: expected a list")
    count = 0
    nodes = []
    for j, node in enumerate(value):
        _expect(
            isinstance(node, dict) and set(node) <= set(ROWS),
            f"nodes[{j}]: expected an object with keys a, b, c",
        )
        entries: dict[tuple[str, int], Scalar] = {}
        for p, row in node.items():
            _expect(isinstance(row, list), f"nodes[{j}].{p}: expected a list")
            count += len(row)
            _expect(count <= MAX_ENTRIES, f"more than {MAX_ENTRIES} entries")
            for entry in row:
                _expect(
                    _are_integers(entry)
                    and len(entry) == 2
                    and 0 <= entry[0] < over.order
                    and 0 <= entry[1] < len(scalars),
                    f"nodes[{j}].{p}: {entry!r} is not [index, scalar] within range",
                )
                _expect((p, entry[0]) not in entries, f"nodes[{j}].{p}: {entry[0]} occurs twice")
                entries[p, entry[0]] = scalars[entry[1]]
        nodes.append(entries)
    return Leaf(from_entries(over, nodes))


def _nodes(x: Element, scalars: dict[Scalar, int]) -> list[dict[str, list[list[int]]]]:
    nodes = x.nodes
    size = nodes.spectrum.order
    ids = np.array([scalars.setdefault(s, len(scalars)) for s in nodes.value.scalars] or [0])
    table: list[dict[str, list[list[int]]]] = [{} for _ in range(x.order)]
    positions = ids[nodes.value.ids].tolist() if len(nodes) else []
    for j, r, s in zip(nodes.node.tolist(), nodes.row.tolist(), positions, strict=True):
        table[j].setdefault(ROWS[r // size], []).append([r % size, s])
    return table


def _over(spectrum: Spectrum) -> str:
    return "group" if isinstance(spectrum, AbelianGroup) else "pair" if spectrum == PAIR else "real"


def _is_integer(x: Any) -> bool:
    return isinstance(x, int) and not isinstance(x, bool)


def _are_integers(x: Any) -> bool:
    return isinstance(x, list) and all(_is_integer(y) for y in x)


def _expect(condition: Any, message: str) -> None:
    if not condition:
        raise ElementFileError(message)
