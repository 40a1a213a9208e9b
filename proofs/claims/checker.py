"""The stand-alone checkers of certificates, networks, tables: what is malformed or false.

A valid file is spoilt in one way for each rule of the format, and in one way for each kind of
falsehood; exit codes are 2 and 1. Valid certificates are accepted: see `certificates.accepted`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import product
from typing import Any

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.networks.families import memorization
from proofs.certificates import certificate
from proofs.claims.claim import Context, Evidence, claim, up_to, verdicts

Spoil = Callable[[dict[str, Any]], dict[str, Any] | bytes]


def _at(*path: Any, do: Callable[[Any, Any], object]) -> Spoil:
    """Return the change that does something with the container and the key at a place."""

    def spoil(top: dict[str, Any]) -> dict[str, Any]:
        at: Any = top
        for key in path[:-1]:
            at = at[key]
        do(at, path[-1])
        return top

    return spoil


def _put(*path: Any, value: Any) -> Spoil:
    """Return the change that puts a value at a place of the JSON."""
    return _at(*path, do=lambda at, key: at.__setitem__(key, value))


def _drop(*path: Any) -> Spoil:
    return _at(*path, do=lambda at, key: at.pop(key))


def _again(*path: Any) -> Spoil:
    """Return the change that repeats an item of a list."""
    return _at(*path, do=lambda at, key: at.append(at[key]))


def _text(change: Callable[[str], str | bytes]) -> Spoil:
    def spoil(top: dict[str, Any]) -> bytes:
        changed = change(json.dumps(top))
        return changed if isinstance(changed, bytes) else changed.encode()

    return spoil


_TERM = ("nodes", 0, "a", 0, 1, 0)
MALFORMED: dict[str, Spoil] = {
    "empty": _text(lambda text: ""),
    "truncated": _text(lambda text: text[:-2]),
    "trailing data": _text(lambda text: text + "{}"),
    "not UTF-8": _text(lambda text: text.encode() + b"\xff"),
    "NaN": _text(lambda text: text.replace('"version": 1', '"version": NaN')),
    "a key twice": _text(lambda text: text.replace('"version": 1', '"version": 1, "version": 1')),
    "deep nesting": _put("notes", value=json.loads("[" * 40 + "]" * 40)),
    "unknown key": _put("more", value=1),
    "missing key": _drop("target"),
    "unknown format": _put("format", value="certificate"),
    "unknown version": _put("version", value=2),
    "unknown target": _put("target", value="any"),
    "group of order 0": _put("group", value=[0]),
    "huge group": _put("group", value=[10**9]),
    "field 0": _put("field", value=0),
    "parameter twice": _put("parameters", value=["v", "v"]),
    "parameter that is code": _put("parameters", value=["__import__('os')"]),
    "unknown key in a node": _put("nodes", 0, "e", value=[]),
    "missing row": _drop("nodes", 0, "b"),
    "entry twice": _again("nodes", 0, "a", 0),
    "frequency out of range": _put("nodes", 0, "a", 0, 0, value=[3]),
    "frequency of another rank": _put("nodes", 0, "a", 0, 0, value=[1, 0]),
    "no terms": _put("nodes", 0, "a", 0, 1, value=[]),
    "term twice": _again(*_TERM),
    "zero numerator": _put(*_TERM, 0, value=0),
    "float numerator": _put(*_TERM, 0, value=1.0),
    "true as numerator": _put(*_TERM, 0, value=True),
    "huge numerator": _text(lambda text: text.replace("[1, 1, 0]", f"[{'1' * 1001}, 1, 0]", 1)),
    "zero denominator": _put(*_TERM, 1, value=0),
    "negative denominator": _put(*_TERM, 1, value=-1),
    "exponent beyond the field": _put(*_TERM, 2, value=12),
    "undeclared parameter": _put(*_TERM, value=[1, 1, 0, {"w": 1}]),
    "huge power": _put(*_TERM, value=[1, 1, 0, {"v": 10**7}]),
    "empty monomial": _put(*_TERM, value=[1, 1, 0, {}]),
}


def _every_term(change: Callable[[list[Any]], list[Any]], *, row: str, node: int = 0) -> Spoil:
    """Return the change of all terms of one row of one node."""

    def spoil(top: dict[str, Any]) -> dict[str, Any]:
        for entry in top["nodes"][node][row]:
            entry[1] = [change(term) for term in entry[1]]
        return top

    return spoil


def overflowing(bits: int) -> Spoil:
    """Return the change that adds ``p^n - p^-n q`` to T[k,k,k], n being half of ``2^bits``.

    Where exponents are digits of so many bits of one integer, these are the same.
    """

    def spoil(top: dict[str, Any]) -> dict[str, Any]:
        third, rest = divmod(2 ** (bits - 1), 3)
        powers = {"a": third + rest, "b": third, "c": third}
        nodes = json.dumps(top["nodes"])
        top["parameters"] += ["p", "q"]
        for sign in (1, -1):
            for node in json.loads(nodes):
                for row, power in powers.items():
                    for [k], terms in node[row]:
                        turn = 1 if k == 1 else -1
                        for term in terms:
                            monomial = {} if len(term) == 3 else term.pop()
                            term.append(monomial | {"p": sign * turn * power})
                            if row == "c" and sign < 0:
                                term[0] *= -1
                                term[3]["q"] = turn
                top["nodes"].append(node)
        return top

    return spoil


def _exchanged(node: dict[str, Any]) -> dict[str, Any]:
    return {"a": node["c"], "c": node["a"]}


FALSE: dict[str, Spoil] = {
    "a coefficient": _every_term(lambda t: [2 * t[0], *t[1:]], row="c"),
    "a denominator": _every_term(lambda t: [t[0], t[1] + 1, *t[2:]], row="c"),
    "a sign": _every_term(lambda t: [-t[0], *t[1:]], row="a"),
    "a coefficient of the last node": _every_term(lambda t: [2 * t[0], *t[1:]], row="c", node=-1),
    "one conjugate entry missing": _drop("nodes", 0, "a", 1),
    "one conjugate entry changed": _put("nodes", 0, "a", 1, 1, 0, 0, value=5),
    "a conjugate entry of a constant part": _put("nodes", 0, "a", 0, 0, value=[0]),
    "a conjugate entry of c with its parameter not inverted": _put(
        "nodes", 1, "c", 1, 1, 0, 3, "v", value=-2
    ),
    "a node missing": _drop("nodes", 0),
    "a node twice": _again("nodes", 0),
    "no nodes": _put("nodes", value=[]),
    "another field": _put("field", value=24),
    "another group": _put("group", value=[5]),
    "the one-hot target": _put("target", value="onehot"),
    "rows exchanged": _at("nodes", 1, do=lambda nodes, j: nodes[j].update(_exchanged(nodes[j]))),
    "true for one value of the parameter only": _every_term(lambda t: t[:3], row="c", node=1),
    **{f"powers that differ by 2^{bits}": overflowing(bits) for bits in (20, 21, 22)},
}


def _base(context: Context) -> dict[str, Any]:
    """Return six-per-frequency of Z3 with its parameter called v, as JSON."""
    s = context.subject
    z = s.optimizer(AbelianGroup("Z3"), "six-per-frequency", "projected")
    text = s.certificate(z, "projected").decode().replace("nu_1", "v")
    top: dict[str, Any] = json.loads(text)
    return top


def _refuses(spoilt: dict[str, Spoil], code: int, context: Context) -> Evidence:
    base = "the certificate that is spoilt"
    files = [(base, 0, json.dumps(_base(context)).encode())]
    for name, spoil in spoilt.items():
        changed = spoil(_base(context))
        data = changed if isinstance(changed, bytes) else json.dumps(changed).encode()
        files.append((name, code, data))
    what = (
        "a file for each rule of the format" if code == 2 else "a file for each kind of falsehood"
    )
    return verdicts(context.subject.checker, files, what)


def _unreal(group: AbelianGroup) -> Iterator[tuple[str, int, list[Any], bool]]:
    """Yield entries ``[k, terms]`` of one row, the field they are in, and whether they are real."""
    for k in map(int, group.representatives):
        at, minus = (list(group.tuple(int(x))) for x in (k, group.negate(np.array(k))))
        name = group.label(k)
        if at == minus:
            yield f"1 at {name}", 1, [[at, [[1, 1, 0]]]], True
            yield f"v at {name}", 1, [[at, [[1, 1, 0, {"v": 1}]]]], False
            yield f"i at {name}", 4, [[at, [[1, 1, 1]]]], False
        else:
            for field, power, there in (1, 0, 2), (4, 3, 1), (4, 1, 1):
                entries = [[at, [[1, 1, field // 4]]], [minus, [[there, 1, power]]]]
                yield f"two at {name}", field, entries, power == 3


@claim("checker.malformed", r"\text{checker}(\text{malformed}) = 2")
def malformed(context: Context) -> Evidence:
    """the checker refuses a file that breaks a rule of the format"""
    return _refuses(MALFORMED, 2, context)


@claim("checker.refutes", r"\text{checker}(\text{false}) = 1")
def refutes(context: Context) -> Evidence:
    """the checker refutes a certificate that is false"""
    return _refuses(FALSE, 1, context)


@claim("checker.reality", r"z_{p,-k} = \overline{z_{pk}}", applies=up_to(64))
def reality(context: Context) -> Evidence:
    """the checker refutes weights that are not real, at every frequency and in every row"""
    group, check = context.over, context.subject.checker
    wrong, count = [], 0
    head = {"format": "cogo-certificate", "version": 1, "group": list(group.moduli)}
    for row, (name, field, entries, is_real) in product("abc", _unreal(group)):
        count += 1
        node = {"a": [], "b": [], "c": [], row: entries}
        rest = {"field": field, "parameters": ["v"], "target": "onehot", "nodes": [node]}
        code, message = check(json.dumps(head | rest).encode())
        # Such a network computes nothing: if this is not what is wrong with it, T is.
        if code != 1 or ("not conjugate" in message) == is_real:
            wrong.append(f"{row} has {name}, field {field}: exit code {code} ({message})")
    return Evidence("exhaustive", f"{count} entries", "; ".join(wrong[:4]))


@claim("checker.frequencies", r"T_{00k} = 2,\ k \ne 0", applies=up_to(16))
def frequencies(context: Context) -> Evidence:
    """the checker refutes what is wrong at one frequency only, if it is not the trivial one"""
    group, s = context.over, context.subject
    z = s.optimizer(group, s.families(group)[0], "projected")
    text = s.certificate(z, "projected")
    zero = [[list(group.tuple(0)), [[1, 1, 0]]]]
    wrong = []
    for k in map(int, group.representatives):
        at = {k, group.negate(k)}
        outputs = [[list(group.tuple(x)), [[1, 1, 0]]] for x in sorted(at)]
        top = json.loads(text)
        top["nodes"].append({"a": zero, "b": zero, "c": outputs})
        code, message = s.checker(json.dumps(top).encode())
        if code != bool(k):
            wrong.append(f"T[0,0,{group.label(k)}] is 2: exit code {code} ({message})")
    scope = f"one wrong entry at each of {len(group.representatives)} frequencies"
    return Evidence("exhaustive", scope, "; ".join(wrong))


def _network(group: AbelianGroup) -> tuple[dict[str, Any], bytes]:
    """Return what is true of a network, and its weights, as a file of 64-bit floats.

    For every pair ``g, h`` a node ``([x = g] + [y = h])^2`` at the output ``g + h``: half of the
    sum is 2 at ``x + y`` and 1 elsewhere.
    """
    d, pairs = group.order, list(product(range(group.order), repeat=2))
    q, header, data = len(pairs), {}, b""
    for name, rows in (
        ("first", [[x == g for g, _ in pairs] for x in range(d)]),
        ("second", [[y == h for _, h in pairs] for y in range(d)]),
        ("last", [[group.add(*pair) == out for out in range(d)] for pair in pairs]),
    ):
        start = len(data)
        data += struct.pack(f"<{q * d}d", *(x for row in rows for x in row))
        shape = [len(rows), len(rows[0])]
        header[name] = {"dtype": "F64", "shape": shape, "data_offsets": [start, len(data)]}
    head = json.dumps(header).encode()
    every = list(range(d))
    parts = {"first": [f"first[0:{d}, 0:{q}]"], "second": [f"second[0:{d}, 0:{q}]"]}
    more = {"last": [f"last[0:{q}, 0:{d}]"], "bias": [], "output_bias": []}
    top = {
        "format": "cogo-verified",
        "version": 1,
        "file": "x.safetensors",
        "network": {**parts, **more, "scale": "1/2", "activation": "square"},
        "operation": {"group": list(group.moduli), "p": every, "s": every, "r": every},
        "claim": {"wrong": [], "margin": ["1"] * 2, "loss": ["0"] * 2, "onehot": [str(d)] * 2},
    }
    return top, len(head).to_bytes(8, "little") + head + data


#: What is wrong with a statement about a network, by what was done, and the exit code for it.
ABOUT_NETWORKS: dict[str, tuple[int, Spoil]] = {
    "a margin that it has not": (1, _put("claim", "margin", value=["2", "3"])),
    "a loss that it has not": (1, _put("claim", "loss", value=["1e-9", "1"])),
    "a one-hot loss that is too small": (1, _put("claim", "onehot", value=["0", "1"])),
    "a right pair among the wrong ones": (1, _put("claim", "wrong", value=[[0, 0]])),
    "another scale": (1, _put("network", "scale", value="1")),
    "another activation": (1, _put("network", "activation", value="relu")),
    "another hash": (1, _put("sha256", value="0" * 64)),
    "two inputs exchanged": (
        1,
        _at("operation", "p", do=lambda at, key: at.update(p=[1, 0, *at["p"][2:]])),
    ),
    "a part beyond its tensor": (2, _put("network", "first", value=["first[0:99, 0:1]"])),
    "a tensor that is not there": (2, _put("network", "last", value=["more[0:2, 0:2]"])),
    "a group of order 1": (2, _put("operation", "group", value=[1])),
    "an unknown key": (2, _put("more", value=1)),
    "a key missing": (2, _drop("claim", "loss")),
}


@claim(
    "checker.network", r"f(x, y)_{x+y} - \max_{g \ne x+y} f(x, y)_g = 1", applies=up_to(8, least=2)
)
def network(context: Context) -> Evidence:
    """the checker of networks accepts what is true of an exact network, and nothing spoilt"""
    _, weights = _network(context.over)
    # The last bytes are the exponent of the last output's weight, which becomes another number.
    changed, short = weights[:-1] + bytes([weights[-1] ^ 0x40]), weights[:-8]
    files: list[tuple[str, int, Spoil, bytes]] = [
        ("as it is", 0, lambda top: top, weights),
        ("a weight changed", 1, lambda top: top, changed),
        ("a weight missing", 2, lambda top: top, short),
        *((name, code, spoil, weights) for name, (code, spoil) in ABOUT_NETWORKS.items()),
    ]

    def check(file: tuple[Spoil, bytes]) -> tuple[int, str]:
        spoil, held = file
        top = _network(context.over)[0] | {"sha256": sha256(held).hexdigest()}
        return context.subject.network(json.dumps(spoil(top)).encode(), held)

    return verdicts(check, [(name, code, (x, w)) for name, code, x, w in files], "one network")


#: What is wrong with a network over a table, by what was done, and the exit code for it.
ABOUT_TABLES: dict[str, tuple[int, Spoil]] = {
    "as it is": (0, lambda top: top),
    "another answer": (1, _at("table", -1, do=lambda rows, i: rows[i].reverse())),
    "a node missing": (1, _drop("nodes", 0)),
    "a node twice": (1, _again("nodes", 0)),
    "another number": (1, _put("values", -1, value=[[5, 1, 0]])),
    "a row of the table missing": (2, _drop("table", 0)),
    "a number that is not there": (2, _put("nodes", 0, "a", 0, value=99)),
    "field 0": (2, _put("field", value=0)),
    "unknown target": (2, _put("target", value="any")),
    "unknown key": (2, _put("more", value=1)),
    "missing key": (2, _drop("values")),
}


@claim("checker.table", r"f(x, y) = e_{\text{table}[x][y]}", applies=up_to(8, least=2))
def table(context: Context) -> Evidence:
    """the checker of networks over tables accepts memorization of the table, and nothing spoilt"""
    sums = context.over.products
    text = certificate.to_text(memorization(sums.tolist()), target="onehot")
    files = (
        (name, code, json.dumps(spoil(json.loads(text))).encode())
        for name, (code, spoil) in ABOUT_TABLES.items()
    )
    return verdicts(context.subject.table, files, "one table")


CLAIMS = (malformed, refutes, reality, frequencies, network, table)
