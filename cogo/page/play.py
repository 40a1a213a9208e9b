"""The panel Play: an optimizer, its phases, and what is left of it when something is broken."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple, final

import numpy as np

from algebra.criterion.target import Target, as_target
from algebra.criterion.verdict import Verdict, check
from algebra.files import closed_form
from algebra.groups.group import AbelianGroup
from algebra.numbers.scalar import ONE, Scalar, root
from algebra.numbers.text import to_latex
from algebra.numbers.to_float import root_to_complex, to_complex
from algebra.optimizers.table import FAMILIES, build, families, named, width
from algebra.semiring.element import Element, Sum
from algebra.semiring.made import element
from algebra.semiring.potential import Potential, parse_potential
from cogo.page.exchange import as_file, fields, of_kind
from numeric.pictures.tensors import slice_of
from numeric.recognition.recognise import POTENTIALS
from numeric.weights.embed import embed
from numeric.weights.plain_network import plain_network
from proofs.certificates import certificate

MAX_ORDER, MAX_NODES = 127, 2000
#: Steps of a slider in a whole turn; a phase is a root of unity, so a slider's value is exact.
STEPS = 360
#: The potentials of one real character, where a conjugate is the same.
REAL = ("abc", "aac", "bbc")


@final
class Asked(NamedTuple):
    """An optimizer of the panel Play, and what was broken in it: nodes left out, entries turned.

    A turn is a node, a row, and steps: ``z[row, k, node]`` times ``zeta(360)^steps`` at all ``k``.
    """

    group: AbelianGroup
    family: str
    target: Target
    deleted: frozenset[int]
    turned: tuple[tuple[int, str, int], ...]


def asked(data: Any) -> Asked:
    """Return what a request asks for; a ValueError for a value of another kind, or out of range."""
    name, family, target, deleted, turned = fields(
        data, group="Z7", family="auto", target="projected", deleted=[], turned=[]
    )
    group, goal = AbelianGroup(name), as_target(target)
    if not 1 < group.order <= MAX_ORDER:
        raise ValueError(f"{group} has order {group.order}; the page draws 2 to {MAX_ORDER}")
    turns = [tuple(fields(turn, node=-1, row="a", steps=0)) for turn in turned]
    for _, row, _ in turns:
        if row not in ("a", "b", "c"):
            raise ValueError(f"row={row!r}: rows are a, b and c")
    left_out = frozenset(of_kind(j, 0, "deleted") for j in deleted)
    return Asked(group, family, goal, left_out, tuple(turns))


def structure(data: Any) -> dict[str, Any]:
    """Return an optimizer, or what was left of it: its nodes, parameters, and the exact verdict."""
    wanted = asked(data)
    z, verdict = _made(wanted)
    group, label = wanted.group, wanted.group.label
    return {
        "group": str(group),
        "order": group.order,
        "family": z.name or wanted.family,
        "families": [
            {"name": name, "width": width(group, name, target=wanted.target)}
            for name in families(group, target=wanted.target)
        ],
        "target": wanted.target,
        "width": z.order,
        "parameters": list(z.parameters),
        "frequencies": [
            {"k": k, "label": label(k), "real": group.negate(k) == k}
            for k in map(int, group.representatives[1:])
        ],
        "parts": _parts(wanted),
        "nodes": [
            [
                {"row": row, "k": k, "label": label(k), "text": repr(x)}
                for (row, k), x in node.items()
            ]
            for node in z.node_list()
        ],
        "accepted": verdict.accepted,
        "loss": repr(verdict.loss),
        "lossLatex": to_latex(verdict.loss),
        "failures": [str(failure) for failure in verdict.failures(limit=12)],
        "failing": [label(k) for k in verdict.frequencies],
    }


def values(data: Any) -> dict[str, Any]:
    """Return the numbers at some phases: entries, potentials, the tensor, one node's rows."""
    wanted = asked(data)
    z, verdict = _made(wanted)
    group, nodes = wanted.group, z.nodes
    steps = _phases(data, z)
    at = {name: root_to_complex(e, STEPS) for name, e in steps.items()}
    number = np.array([to_complex(x, at) for x in nodes.value.scalars])[nodes.value.ids]
    entries: list[list[list[float]]] = [[] for _ in range(z.order)]
    for j, x in zip(nodes.node.tolist(), number.tolist(), strict=True):
        entries[j].append([x.real, x.imag])
    k, chosen = fields(data, frequency=1, node=0)
    if not 0 < k < group.order:
        raise ValueError(f"frequency={k}: pass 1 to {group.order - 1}")
    result = {
        "entries": entries,
        "loss": max(0.0, to_complex(verdict.loss, at).real),
        "lamps": _lamps(z, verdict, k, at),
        "tensor": _slice(verdict, k, at),
    }
    if 0 <= chosen < z.order:
        one = element(group, [z.node_list()[chosen]])
        w = embed(one.substitute({x: root(steps[x], STEPS) for x in one.parameters}))
        rows = zip("abc", (w.w_a, w.w_b, w.w_c), strict=True)
        result["curves"] = {p: x[:, 0].tolist() for p, x in rows}
    return result


def _phases(data: Any, z: Element) -> dict[str, int]:
    """Return the steps of the sliders by parameter; 0 where nothing is said."""
    (given,) = fields(data, phases={})
    steps = fields(given, **dict.fromkeys(z.parameters, 0))
    return {name: step % STEPS for name, step in zip(z.parameters, steps, strict=True)}


def download(data: Any, kind: str) -> tuple[str, bytes]:
    """Return a file's name and content: ``"certificate"`` and ``"latex"``, or weights at phases."""
    wanted = asked(data)
    z, verdict = _made(wanted)
    stem = f"{wanted.group}-{z.name or wanted.family}".lower()
    if kind == "latex":
        return f"{stem}.tex", closed_form.to_latex(z).encode()
    if kind == "certificate":
        if not verdict.accepted:
            raise ValueError(f"its loss is {verdict.loss!r}, so there is no certificate")
        notes = {"family": FAMILIES[z.name or ""].alias, "made by": "cogo page"}
        text = certificate.to_text(z, target=wanted.target, notes=notes)
        return f"{stem}.cert.json", text.encode()
    exact = {name: root(e, STEPS) for name, e in _phases(data, z).items()}
    w = embed(z.substitute(exact), gauge="balanced")
    return f"{stem}.npz", as_file(plain_network(w, family=z.name))


@lru_cache(maxsize=64)
def _made(wanted: Asked) -> tuple[Element, Verdict]:
    """Return the element, phases free, and what is proved of it."""
    whole_one = _whole(wanted.group, wanted.family, wanted.target)
    z = whole_one
    if wanted.deleted or wanted.turned:
        nodes: list[dict[tuple[str, Any], Scalar]] = [dict(n) for n in whole_one.node_list()]
        out_of = f"{whole_one.order} nodes, numbered from 0"
        for j, turned, steps in wanted.turned:
            if not 0 <= j < len(nodes):
                raise ValueError(f"node={j}: it has {out_of}")
            for (row, k), x in list(nodes[j].items()):
                if row == turned and k:
                    nodes[j][row, k] = x * _turned(wanted.group, k, steps)
        if any(not 0 <= j < len(nodes) for j in wanted.deleted):
            raise ValueError(f"deleted={sorted(wanted.deleted)}: it has {out_of}")
        kept = [node for j, node in enumerate(nodes) if j not in wanted.deleted]
        z = element(wanted.group, kept, name=whole_one.name)
    return z, check(z, target=wanted.target)


def _turned(group: AbelianGroup, k: int, steps: int) -> Scalar:
    """Return ``zeta(360)^steps``; at a real character, where entries are real, its sign."""
    if int(group.negate(k)) != k:
        return root(steps, STEPS)
    return -ONE if STEPS < 4 * (steps % STEPS) < 3 * STEPS else ONE


@lru_cache(maxsize=64)
def _whole(group: AbelianGroup, family: str, target: Any) -> Element:
    if named(family) in families(group):
        nodes = width(group, family, target=target)
        if nodes > MAX_NODES:
            raise ValueError(f"{family} over {group} has {nodes} nodes; the page draws {MAX_NODES}")
    return build(group, family, target=target)


def _parts(wanted: Asked) -> list[dict[str, Any]]:
    """Return the summands of the whole optimizer: their names, nodes and frequencies."""
    z = _whole(wanted.group, wanted.family, wanted.target)
    parts = z.operation.parts if isinstance(z.operation, Sum) else (z,)
    found, first = [], 0
    for part in parts:
        ks = sorted({k for node in part.node_list() for _, k in node if k})
        labels = [wanted.group.label(k) for k in ks]
        name = part.name or f"block at {', '.join(labels[:4])}{', ...' * (len(labels) > 4)}"
        found.append({"name": name, "first": first, "nodes": part.order, "labels": labels})
        first += part.order
    return found


def _lamps(z: Element, verdict: Verdict, k: int, at: Mapping[str, complex]) -> list[dict[str, Any]]:
    """Return the potentials of one frequency: value, and whether the tensor's entry is right."""
    group = z.group
    minus = int(group.negate(k))
    found: list[dict[str, Any]] = []
    for name in REAL if minus == k else POTENTIALS:
        indices = [(p, minus if bar else k) for p, bar in parse_potential(name).indices]
        value = Potential(group, indices)(z)
        met = not verdict.residual[_entry(group, indices)]
        size = abs(to_complex(value, at))
        found.append({"name": name, "text": repr(value), "size": size, "met": met})
    return found


def _entry(group: AbelianGroup, indices: list[tuple[str, int]]) -> tuple[int, int, int]:
    """Return the entry of ``T`` that a potential is a part of."""
    (p, x), (r, y), (_, k) = indices
    if p != r:
        return x, y, k
    both = int(group.add(x, y))
    return (both, 0, k) if p == "a" else (0, both, k)


def _slice(verdict: Verdict, k: int, at: Mapping[str, complex]) -> dict[str, Any]:
    """Return ``|T[k1, k2, k]|``, the cells that are not 0, and which of them are wrong."""
    rest, group = verdict.residual, verdict.residual.group
    wrong = slice_of(rest, k, at)
    cells = [
        [int(x), int(y), float(wrong[x, y])] for x, y in np.argwhere(wrong > 0) if (x, y) != (k, k)
    ]
    diagonal = abs(1 + to_complex(rest[k, k, k], at))
    return {
        "order": group.order,
        "k": k,
        "wrong": cells,
        "diagonal": diagonal,
        "labels": [group.label(x) for x in range(group.order)] if group.order <= 32 else [],
    }
