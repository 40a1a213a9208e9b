"""Drawn values as plain data: JSON that rebuilds them, and Python that a reader can paste.

No pickle and no eval: a file is data, and what is not of the forms below is refused.

    null, true, 7, "text"                   themselves
    {"scalar": "1/2*zeta(3)"}               a scalar, in the grammar of `algebra.numbers.parse`
    {"fraction": "1/2"}                     a rational number
    {"group": [2, 4]}                       a group
    {"element": {...}}                      an element, as in `algebra.files.element_file`
    {"potential": [["a", 0], ...], "over": "pair"}
    {"symmetry": "translated", "arguments": {"tuple": [1, 2]}}
    {"fault": "output sign", "pick": 3}
    {"recipe": {"group": ..., "family": ..., ...}}
    {"tuple": [...]}, {"list": [...]}       of any of these
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any, get_args

from algebra.criterion.target import Target
from algebra.files import element_file
from algebra.groups.group import AbelianGroup
from algebra.groups.spectrum import PAIR, REAL, Spectrum
from algebra.numbers.parse import parse
from algebra.numbers.scalar import Scalar
from algebra.semiring.element import Element
from algebra.semiring.operations import Leaf, Placed, Power, Product, Sum
from algebra.semiring.potential import Potential
from proofs.subjects.near_miss import Change
from proofs.subjects.recipe import Recipe
from proofs.subjects.symmetry import Kind, Symmetry

MAX_DEPTH = 12
MAX_FRACTION = 4000
RECIPE_FIELDS = (
    *("group", "family", "target", "values", "options", "expanded", "symmetries", "fault"),
)


class PlainDataError(ValueError):
    """Raised for data that describes no value; the message says what was found instead."""


def encode(value: Any) -> Any:
    """Return a drawn value as JSON data.

    Raises:
        TypeError: for a type of value that has no form.

    >>> encode((Scalar(2), AbelianGroup("Z2xZ4"), True))
    {'tuple': [{'scalar': '2'}, {'group': [2, 4]}, True]}
    """
    match value:
        case None | bool() | int() | str():
            return value
        case Fraction():
            return {"fraction": str(value)}
        case Scalar():
            return {"scalar": repr(value)}
        case AbelianGroup():
            return {"group": list(value.moduli)}
        case Element():
            group = value.spectrum if isinstance(value.spectrum, AbelianGroup) else AbelianGroup(1)
            return {"element": json.loads(element_file.to_text(value, over=group))}
        case Potential():
            over = value.spectrum
            name = list(over.moduli) if isinstance(over, AbelianGroup) else repr(over).lower()
            return {"potential": [list(x) for x in value.indices], "over": name}
        case Symmetry():
            return {"symmetry": value.kind, "arguments": encode(value.arguments)}
        case Change():
            return {"fault": value.kind, "pick": value.pick}
        case Recipe():
            return {"recipe": {name: encode(getattr(value, name)) for name in RECIPE_FIELDS}}
        case tuple() | list():
            kind = "tuple" if isinstance(value, tuple) else "list"
            return {kind: [encode(x) for x in value]}
    raise TypeError(f"{type(value).__name__} has no form as plain data: {value!r}")


def decode(data: Any, *, depth: int = 0) -> Any:
    """Return the value that JSON data describes; ``decode(encode(x)) == x``.

    Raises:
        PlainDataError: if it describes none.

    >>> decode({"tuple": [{"scalar": "zeta(3)"}, 7]})
    (zeta(3), 7)
    """
    if depth > MAX_DEPTH:
        raise PlainDataError(f"values nested more than {MAX_DEPTH} deep")
    if data is None or isinstance(data, bool | int | str):
        return data
    try:
        match data:
            case {"fraction": str(text), **rest} if not rest and len(text) < MAX_FRACTION:
                return _fraction(text)
            case {"scalar": str(text), **rest} if not rest:
                return parse(text)
            case {"group": list(moduli), **rest} if not rest:
                return AbelianGroup(_integers(moduli))
            case {"element": dict(record), **rest} if not rest:
                return element_file.from_text(json.dumps(record), block=True)
            case {"potential": list(indices), "over": over, **rest} if not rest:
                return Potential(_spectrum(over), [_index(x) for x in indices])
            case {"symmetry": kind, "arguments": arguments, **rest} if not rest:
                return _symmetry(kind, decode(arguments, depth=depth + 1))
            case {"fault": str(kind), "pick": int(pick), **rest} if not rest:
                return Change(kind, pick)
            case {"recipe": dict(fields), **rest} if not rest:
                return _recipe({name: decode(x, depth=depth + 1) for name, x in fields.items()})
            case {"tuple": list(items), **rest} if not rest:
                return tuple(decode(x, depth=depth + 1) for x in items)
            case {"list": list(items), **rest} if not rest:
                return [decode(x, depth=depth + 1) for x in items]
    except PlainDataError:
        raise
    except (ValueError, TypeError, ArithmeticError) as error:
        raise PlainDataError(str(error)) from None
    raise PlainDataError(f"{json.dumps(data)[:80]} is no form of a value")


def _expect(condition: bool, message: str) -> None:
    if not condition:
        raise PlainDataError(message)


def _integers(items: list[Any]) -> list[int]:
    _expect(all(type(x) is int for x in items), f"{items!r:.80}: expected integers")
    return items


def _fraction(text: str) -> Fraction:
    numerator, _, denominator = text.partition("/")
    return Fraction(int(numerator), int(denominator or 1))


def _spectrum(over: Any) -> Spectrum:
    if isinstance(over, list):
        return AbelianGroup(_integers(over))
    _expect(over in ("pair", "real"), f"over={over!r:.80}; expected 'pair', 'real' or a group")
    return PAIR if over == "pair" else REAL


def _index(item: Any) -> tuple[str, int]:
    right = isinstance(item, list) and len(item) == 2 and type(item[1]) is int
    _expect(right and item[0] in ("a", "b", "c"), f"{item!r:.80}: expected [row, index]")
    return item[0], item[1]


def _symmetry(kind: Any, arguments: Any) -> Symmetry:
    _expect(kind in get_args(Kind), f"symmetry={kind!r:.80}; one of {', '.join(get_args(Kind))}")
    _expect(isinstance(arguments, tuple), "the arguments of a symmetry are a tuple")
    for x in arguments:
        plain = isinstance(x, int | Fraction) or (
            isinstance(x, tuple) and all(isinstance(y, int) for y in x)
        )
        _expect(plain, f"{x!r:.80} is no argument of a symmetry")
    return Symmetry(kind, arguments)


def _recipe(fields: dict[str, Any]) -> Recipe:
    _expect(
        set(fields) == set(RECIPE_FIELDS),
        f"a recipe has the keys {', '.join(RECIPE_FIELDS)} and no others",
    )
    values, options = fields["values"], fields["options"]
    _expect(isinstance(fields["group"], AbelianGroup), "group: expected a group")
    _expect(isinstance(fields["family"], str), "family: expected text")
    _expect(fields["target"] in get_args(Target), "target: expected projected or onehot")
    _expect(_are_pairs(values, Scalar), "values: expected pairs of a name and a scalar")
    _expect(_are_pairs(options, bool | int | str), "options: expected pairs of a name and a value")
    _expect(isinstance(fields["expanded"], bool), "expanded: expected true or false")
    moved, fault = fields["symmetries"], fields["fault"]
    _expect(
        isinstance(moved, tuple) and all(isinstance(x, Symmetry) for x in moved),
        "symmetries: expected symmetries",
    )
    _expect(fault is None or isinstance(fault, Change), "fault: expected a fault or null")
    return Recipe(**fields)


def _are_pairs(items: Any, kind: Any) -> bool:
    return isinstance(items, tuple) and all(
        isinstance(x, tuple) and len(x) == 2 and isinstance(x[0], str) and isinstance(x[1], kind)
        for x in items
    )


def as_code(value: Any) -> str:
    """Return a Python expression for a drawn value, in names of `algebra` and of recipes.

    >>> as_code((Scalar(2) / 3, AbelianGroup("Z2xZ4")))
    "(parse('2/3'), AbelianGroup('Z2xZ4'))"
    """
    match value:
        case Scalar():
            return f"parse({repr(value)!r})"
        case Fraction():
            return f"parse({str(value)!r}).to_fraction()"
        case Potential():
            return f"Potential({value.spectrum!r}, {list(value.indices)!r})"
        case Element():
            return _element_code(value)
        case Symmetry():
            return f"Symmetry({value.kind!r}, {as_code(value.arguments)})"
        case Change():
            return f"Fault({value.kind!r}, {value.pick})"
        case Recipe():
            parts = [as_code(value.group), repr(value.family)]
            plain = Recipe(value.group, value.family)
            for name in RECIPE_FIELDS[2:]:
                if getattr(value, name) != getattr(plain, name):
                    parts.append(f"{name}={as_code(getattr(value, name))}")
            return f"Recipe({', '.join(parts)})"
        case tuple():
            return "(" + ", ".join(map(as_code, value)) + ("," if len(value) == 1 else "") + ")"
        case list():
            return f"[{', '.join(map(as_code, value))}]"
        case _:
            return repr(value)


def _element_code(z: Element) -> str:
    over = repr(z.spectrum)
    match z.operation:
        case Leaf(nodes):
            listed = [
                "{" + ", ".join(f"{at!r}: {as_code(x)}" for at, x in node.items()) + "}"
                for node in nodes.entries()
            ]
            code = f"element({over}, [{', '.join(listed)}])"
        case Sum(parts):
            code = f"total({over}, [{', '.join(map(_element_code, parts))}])"
        case Product(parts):
            code = "(" + " * ".join(map(_element_code, parts)) + ")"
        case Power(base, m):
            code = f"{_element_code(base)} ** {m}"
            code = f"({code})"
        case Placed(block, ks):
            code = f"{_element_code(block)}.at({', '.join([over, *map(str, ks.tolist())])})"
    return code if z.name is None else f"{code}.named({z.name!r})"
