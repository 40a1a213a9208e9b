"""The stand-alone checkers of certificates, networks, tables: what is malformed or false.

A valid file is spoilt in one way for each rule of the format, and in one way for each kind of
falsehood. Valid certificates are accepted: see `certificates.accepted`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from hashlib import sha256
from operator import getitem
from typing import Any

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.networks.families import memorization
from proofs.certificates import certificate
from proofs.claims.claim import Compared, Context, Evidence, claim, up_to

File = dict[str, Any]
#: Changes a file, or returns what becomes of it.
Spoil = Callable[[File], File | bytes | None]
#: By the exit code, what is wrong with files, and how they are spoilt.
Table = Mapping[int, Mapping[str, Spoil]]


def at(*path: Any, do: Callable[[Any, Any], object]) -> Spoil:
    """Return what does something with the container and the key at a place of the JSON."""
    *inside, key = path

    def spoil(top: File) -> None:
        do(reduce(getitem, inside, top), key)

    return spoil


def put(*path: Any, value: Any) -> Spoil:
    """Return what puts a value at a place."""
    return at(*path, do=lambda there, key: there.__setitem__(key, value))


def drop(*path: Any) -> Spoil:
    """Return what removes what is at a place."""
    return at(*path, do=lambda there, key: there.pop(key))


def again(*path: Any) -> Spoil:
    """Return what repeats an item of a list."""
    return at(*path, do=lambda there, key: there.append(there[key]))


def spoilt(top: File, spoil: Spoil) -> bytes:
    """Return a spoilt copy as bytes."""
    copy = json.loads(json.dumps(top))
    changed = spoil(copy)
    changed = copy if changed is None else changed
    return changed if isinstance(changed, bytes) else json.dumps(changed).encode()


def judged(
    check: Callable[[Any], tuple[int, str]], files: Sequence[tuple[str, int, Any]], of: str
) -> Compared:
    """Yield, of files ``(name, code, data)``, the code that a checker says and the right one.

    A checker that crashes, whatever the file, has not decided.
    """
    bad = sum(code > 0 for _, code, _ in files)
    yield Evidence("exhaustive", f"{of}, {len(files)} files, {bad} of them spoilt")
    for name, code, data in files:
        try:
            found, message = check(data)
        except Exception as error:
            found, message = -1, f"crashed: {type(error).__name__}"
        yield f"{name}, exit code, {message}", found, code


def every(top: File, table: Table, *, name: str = "") -> list[tuple[str, int, bytes]]:
    """Return a file as it is, and spoilt in every way of a table."""
    whole: Table = {0: {"as it is": lambda top: None}, **table}
    return [
        (name + how, code, spoilt(top, spoil))
        for code, spoils in whole.items()
        for how, spoil in spoils.items()
    ]


def _text(change: Callable[[str], str]) -> Spoil:
    return lambda top: change(json.dumps(top)).encode()


_TERM = ("nodes", 0, "a", 0, 1, 0)
MALFORMED: dict[str, Spoil] = {
    "empty": _text(lambda text: ""),
    "truncated": _text(lambda text: text[:-2]),
    "trailing data": _text(lambda text: text + "{}"),
    "not UTF-8": lambda top: json.dumps(top).encode() + b"\xff",
    "NaN": _text(lambda text: text.replace('"version": 1', '"version": NaN')),
    "a key twice": _text(lambda text: text.replace('"version": 1', '"version": 1, "version": 1')),
    "deep nesting": put("notes", value=json.loads("[" * 40 + "]" * 40)),
    "unknown key": put("more", value=1),
    "missing key": drop("target"),
    "unknown format": put("format", value="certificate"),
    "unknown version": put("version", value=2),
    "unknown target": put("target", value="any"),
    "group of order 0": put("group", value=[0]),
    "huge group": put("group", value=[10**9]),
    "field 0": put("field", value=0),
    "parameter twice": put("parameters", value=["v", "v"]),
    "parameter that is code": put("parameters", value=["__import__('os')"]),
    "unknown key in a node": put("nodes", 0, "e", value=[]),
    "missing row": drop("nodes", 0, "b"),
    "entry twice": again("nodes", 0, "a", 0),
    "frequency out of range": put("nodes", 0, "a", 0, 0, value=[3]),
    "frequency of another rank": put("nodes", 0, "a", 0, 0, value=[1, 0]),
    "no terms": put("nodes", 0, "a", 0, 1, value=[]),
    "term twice": again(*_TERM),
    "zero numerator": put(*_TERM, 0, value=0),
    "float numerator": put(*_TERM, 0, value=1.0),
    "true as numerator": put(*_TERM, 0, value=True),
    "huge numerator": _text(lambda text: text.replace("[1, 1, 0]", f"[{'1' * 1001}, 1, 0]", 1)),
    "zero denominator": put(*_TERM, 1, value=0),
    "negative denominator": put(*_TERM, 1, value=-1),
    "exponent beyond the field": put(*_TERM, 2, value=12),
    "undeclared parameter": put(*_TERM, value=[1, 1, 0, {"w": 1}]),
    "huge power": put(*_TERM, value=[1, 1, 0, {"v": 10**7}]),
    "empty monomial": put(*_TERM, value=[1, 1, 0, {}]),
}


def _every_term(change: Callable[[list[Any]], list[Any]], *, row: str, node: int = 0) -> Spoil:
    """Return the change of all terms of one row of one node."""

    def spoil(top: File) -> None:
        for entry in top["nodes"][node][row]:
            entry[1] = [change(term) for term in entry[1]]

    return spoil


FALSE: dict[str, Spoil] = {
    "a coefficient": _every_term(lambda t: [2 * t[0], *t[1:]], row="c"),
    "a denominator": _every_term(lambda t: [t[0], t[1] + 1, *t[2:]], row="c"),
    "a sign": _every_term(lambda t: [-t[0], *t[1:]], row="a"),
    "a coefficient of the last node": _every_term(lambda t: [2 * t[0], *t[1:]], row="c", node=-1),
    "one conjugate entry missing": drop("nodes", 0, "a", 1),
    "one conjugate entry changed": put("nodes", 0, "a", 1, 1, 0, 0, value=5),
    "a conjugate entry of a constant part": put("nodes", 0, "a", 0, 0, value=[0]),
    "a conjugate entry of c with its parameter not inverted": put(
        "nodes", 1, "c", 1, 1, 0, 3, "v", value=-2
    ),
    "a node missing": drop("nodes", 0),
    "a node twice": again("nodes", 0),
    "no nodes": put("nodes", value=[]),
    "another field": put("field", value=24),
    "another group": put("group", value=[5]),
    "the one-hot target": put("target", value="onehot"),
    "rows exchanged": at("nodes", 1, do=lambda at, j: at[j].update(a=at[j]["c"], c=at[j]["a"])),
    "true for one value of the parameter only": _every_term(lambda t: t[:3], row="c", node=1),
}


def _refuses(table: Table, what: str, context: Context) -> Compared:
    """Spoil six-per-frequency of Z3, its parameter called v."""
    s = context.subject
    z = s.optimizer(AbelianGroup("Z3"), "six-per-frequency", "projected")
    top = json.loads(s.certificate(z, "projected").decode().replace("nu_1", "v"))
    return judged(s.checker, every(top, table), f"a file for each {what}")


@claim("checker.malformed", r"\text{checker}(\text{malformed}) = 2")
def malformed(context: Context) -> Compared:
    """the checker refuses a file that breaks a rule of the format"""
    return _refuses({2: MALFORMED}, "rule of the format", context)


@claim("checker.refutes", r"\text{checker}(\text{false}) = 1")
def refutes(context: Context) -> Compared:
    """the checker refutes a certificate that is false"""
    return _refuses({1: FALSE}, "kind of falsehood", context)


@claim(
    "checker.frequencies",
    r"T_{00k} = 2 \text{ or } z_{p,-k} \ne \overline{z_{pk}}",
    applies=up_to(16),
)
def frequencies(context: Context) -> Compared:
    """the checker refutes an entry of T, or of a row, that is wrong at one frequency only"""
    group, s = context.over, context.subject
    z = s.optimizer(group, s.families(group)[0], "projected")
    top = json.loads(s.certificate(z, "projected"))
    top["parameters"].append("v")

    def at_both(k: int, *monomial: dict[str, int]) -> list[Any]:
        return [[list(group.tuple(x)), [[1, 1, 0, *monomial]]] for x in {k, group.negate(k)}]

    zero = at_both(0)
    files = []
    for k in map(int, group.representatives):
        # At the trivial frequency a constant is free; a parameter is nowhere its own conjugate.
        wrong = {"T[0,0,{}] is 2": (int(k > 0), {"a": zero, "b": zero, "c": at_both(k)})}
        wrong |= {f"{p} has v at {{}}": (1, {p: at_both(k, {"v": 1})}) for p in "abc"}
        for what, (code, rows) in wrong.items():
            node = {"a": [], "b": [], "c": []} | rows
            data = json.dumps(top | {"nodes": [*top["nodes"], node]}).encode()
            files.append((what.format(group.label(k)), code, data))
    return judged(s.checker, files, "an entry of T or of a row at each frequency")


def _network(group: AbelianGroup) -> tuple[dict[str, Any], bytes]:
    """Return what is true of a network, and its weights, as a file of 64-bit floats.

    Nodes ``([x = g] + [y = h])^2`` at the outputs ``g + h``: half of their sum is 2 there, else 1.
    """
    from safetensors.numpy import save

    d, one = group.order, np.eye(group.order)
    g, h = np.divmod(np.arange(d * d), d)
    weights = {"first": one[:, g], "second": one[:, h], "last": one[group.add(g, h)]}
    parts = {name: [f"{name}[0:{len(w)}, 0:{len(w.T)}]"] for name, w in weights.items()}
    more = {"bias": [], "output_bias": [], "scale": "1/2", "activation": "square"}
    every = list(range(d))
    top = {
        "format": "cogo-verified",
        "version": 1,
        "file": "x.safetensors",
        "network": {**parts, **more},
        "operation": {"group": list(group.moduli), "p": every, "s": every, "r": every},
        "claim": {"wrong": [], "margin": ["1"] * 2, "loss": ["0"] * 2, "onehot": [str(d)] * 2},
    }
    return top, save({name: np.ascontiguousarray(w) for name, w in weights.items()})


#: What is wrong with a statement about a network, by the exit code for it.
ABOUT_NETWORKS: Table = {
    1: {
        "a margin that it has not": put("claim", "margin", value=["2", "3"]),
        "a loss that it has not": put("claim", "loss", value=["1e-9", "1"]),
        "a one-hot loss that is too small": put("claim", "onehot", value=["0", "1"]),
        "a right pair among the wrong ones": put("claim", "wrong", value=[[0, 0]]),
        "another scale": put("network", "scale", value="1"),
        "another activation": put("network", "activation", value="relu"),
        "another hash": put("sha256", value="0" * 64),
        "two inputs exchanged": at(
            "operation", "p", do=lambda at, key: at.update(p=[1, 0, *at["p"][2:]])
        ),
    },
    2: {
        "a part beyond its tensor": put("network", "first", value=["first[0:99, 0:1]"]),
        "a tensor that is not there": put("network", "last", value=["more[0:2, 0:2]"]),
        "a group of order 1": put("operation", "group", value=[1]),
        "an unknown key": put("more", value=1),
        "a key missing": drop("claim", "loss"),
    },
}


@claim(
    "checker.network", r"f(x, y)_{x+y} - \max_{g \ne x+y} f(x, y)_g = 1", applies=up_to(8, least=2)
)
def network(context: Context) -> Compared:
    """the checker of networks accepts what is true of an exact network, and nothing spoilt"""
    top, weights = _network(context.over)

    def named(data: bytes) -> File:
        return top | {"sha256": sha256(data).hexdigest()}

    spoils = every(named(weights), ABOUT_NETWORKS)
    files = [(name, code, (data, weights)) for name, code, data in spoils]
    # In the last byte is the sign of a weight that is not 0.
    changed, short = weights[:-1] + bytes([weights[-1] ^ 0x80]), weights[:-8]
    for how, code, other in ("a weight changed", 1, changed), ("a weight missing", 2, short):
        files.append((how, code, (json.dumps(named(other)).encode(), other)))
    return judged(lambda file: context.subject.network(*file), files, "one network")


#: What is wrong with a network over a table, by the exit code for it.
ABOUT_TABLES: Table = {
    1: {
        "another answer": at("table", -1, do=lambda rows, i: rows[i].reverse()),
        "a node missing": drop("nodes", 0),
        "a node twice": again("nodes", 0),
        "another number": put("values", -1, value=[[5, 1, 0]]),
    },
    2: {
        "a row of the table missing": drop("table", 0),
        "a number that is not there": put("nodes", 0, "a", 0, value=99),
        "field 0": put("field", value=0),
        "unknown target": put("target", value="any"),
        "unknown key": put("more", value=1),
        "missing key": drop("values"),
    },
}


@claim("checker.table", r"f(x, y) = e_{\text{table}[x][y]}", applies=up_to(8, least=2))
def table(context: Context) -> Compared:
    """the checker of networks over tables accepts memorization of the table, and nothing spoilt"""
    sums = context.over.products
    text = certificate.to_text(memorization(sums.tolist()), target="onehot")
    return judged(context.subject.table, every(json.loads(text), ABOUT_TABLES), "one table")


CLAIMS = (malformed, refutes, frequencies, network, table)
