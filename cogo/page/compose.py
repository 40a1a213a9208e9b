"""The panel Compose: blocks of one frequency, added and multiplied; what each factor kills."""

from functools import cache, reduce
from math import prod
from operator import add, mul
from typing import Any

from algebra.blocks.paper import node, normalised, nu, syn, syn_ab, three_c, xi
from algebra.criterion.verdict import check
from algebra.groups.group import AbelianGroup
from algebra.numbers.parse import parse
from algebra.numbers.text import to_latex
from algebra.numbers.units import param, zeta
from algebra.semiring.element import Element
from algebra.semiring.made import block
from algebra.semiring.potential import parse_potential
from cogo.page.exchange import fields
from numeric.recognition.recognise import POTENTIALS

MAX_NODES, MAX_DEPTH = 400, 12


@cache
def tiles() -> dict[str, Element]:
    """Return the blocks by name."""
    w = zeta(3)
    return {
        "syn": syn(),
        "nu": nu(param("nu")),
        "nu(i)": nu(zeta(4)),
        "nu(1)": nu(1),
        "xi": xi(param("xi")),
        "syn_ab": syn_ab(),
        "3c": three_c(),
        "u": node(w, w, w),
        "1": node(1, 1, 1),
    }


def listed() -> list[dict[str, Any]]:
    """Return the tiles, each with its potentials."""
    return [_described(name, z) for name, z in tiles().items()]


def composed(data: Any) -> dict[str, Any]:
    """Return the potentials of an expression of blocks and of all its parts.

    An expression is ``{"block": NAME}``, ``{"rows": [a, b, c]}`` with each row a text of entries
    set apart by commas, or ``{"op": "+" or "*", "parts": [...]}``.
    """
    (expression,) = fields(data, expression={})
    z, result = _read(expression, 0)
    if z.order and result["lamps"][0]["state"] != "dark":
        G = AbelianGroup("Z7")
        try:
            verdict = check(normalised(z).at(G, *G.conjugate_pairs()))
        except ValueError as error:
            result["verdict"] = str(error)
        else:
            result["verdict"] = str(verdict)
            result["accepted"] = verdict.accepted
            result["lossLatex"] = to_latex(verdict.loss)
    return result


def _read(data: Any, depth: int) -> tuple[Element, dict[str, Any]]:
    """Return the element of an expression, checked before anything is multiplied, and its lamps."""
    if depth > MAX_DEPTH:
        raise ValueError(f"expression: at most {MAX_DEPTH} levels")
    name, rows, label, operation, inner = fields(
        data, block="", rows=[], label="mine", op="", parts=[]
    )
    if "block" in data:
        if name not in tiles():
            raise ValueError(f"block={name!r}: one of {', '.join(tiles())}")
        return tiles()[name], _described(name, tiles()[name])
    if "rows" in data:
        z = _rows(rows)
        return z, _described(label, z)
    if operation not in ("+", "*"):
        raise ValueError(f"op={operation!r}: + or *")
    if not inner:
        raise ValueError(f"{operation}: drop a block on it")
    parts = [_read(part, depth + 1) for part in inner]
    orders = [z.order for z, _ in parts]
    total = sum(orders) if operation == "+" else prod(orders)
    if total > MAX_NODES:
        raise ValueError(f"{total} nodes; the page composes up to {MAX_NODES}")
    z = reduce(add if operation == "+" else mul, (z for z, _ in parts))
    return z, {**_described(operation, z), "parts": [shown for _, shown in parts]}


def _rows(rows: list[Any]) -> Element:
    if len(rows) != 3 or not all(isinstance(row, str) and len(row) <= 2000 for row in rows):
        raise ValueError("rows: expected three texts, for a, b and c, of at most 2000 characters")
    try:
        a, b, c = ([parse(x) for x in row.split(",")] for row in rows)
        if max(map(len, (a, b, c))) > MAX_NODES:
            raise ValueError(f"rows: at most {MAX_NODES} nodes")
        return block(a, b, c)
    except ValueError as error:
        raise ValueError(f"your block: {error}") from None


def _described(label: str, z: Element) -> dict[str, Any]:
    values = [(name, parse_potential(name)(z)) for name in POTENTIALS]
    lamps = [{"name": n, "text": repr(x), "state": "lit" if x else "dark"} for n, x in values]
    return {"label": label, "order": z.order, "lamps": lamps, "parts": []}
