"""The panel Play: an optimizer, its phases, and what is left of it when something is broken.

What is proved is proved once, with the phases as symbols; moving a slider asks for values alone.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from algebra.criterion.verdict import Verdict, check
from algebra.files import closed_form
from algebra.groups.group import AbelianGroup
from algebra.numbers.scalar import ONE, Scalar, root
from algebra.numbers.text import to_latex
from algebra.numbers.to_float import root_to_complex, to_complex
from algebra.optimizers.table import FAMILIES, build, families, named, width
from algebra.semiring.element import Element
from algebra.semiring.made import element
from algebra.semiring.nodes import ROWS
from algebra.semiring.operations import Sum
from algebra.semiring.potential import Potential, parse_potential
from cogo.page.asked import STEPS, Asked, asked, phases, whole
from numeric.pictures.tensors import slice_of
from numeric.recognition.recognise import POTENTIALS
from numeric.weights.embed import embed, from_spectrum
from numeric.weights.plain_network import plain_network
from proofs.certificates import certificate

MAX_NODES = 2000
#: The potentials of one real character, where a conjugate is the same.
REAL = ("abc", "aac", "bbc")


def structure(data: Any) -> dict[str, Any]:
    """Return an optimizer, or what was left of it: its nodes, parameters, and the exact verdict.

    >>> found = structure({"group": "Z5", "family": "four-plus-constant"})
    >>> found["accepted"], found["loss"], found["parameters"], len(found["nodes"])
    (True, '0', ['xi_1', 'xi_2'], 9)
    """
    wanted = asked(data)
    z, verdict = _made(wanted)
    group = wanted.group
    nodes = [
        [
            {"row": row, "k": k, "label": group.label(k), "text": repr(x)}
            for (row, k), x in node.items()
        ]
        for node in z.node_list()
    ]
    free = z.parameters
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
        "parameters": list(free),
        "frequencies": [
            {"k": k, "label": group.label(k), "real": group.negate(k) == k}
            for k in (int(k) for k in group.representatives)
            if k
        ],
        "parts": _parts(wanted),
        "nodes": nodes,
        "accepted": verdict.accepted,
        "loss": repr(verdict.loss),
        "lossLatex": to_latex(verdict.loss),
        "failures": [str(failure) for failure in verdict.failures(limit=12)],
        "failing": [group.label(k) for k in verdict.frequencies],
    }


def values(data: Any) -> dict[str, Any]:
    """Return the numbers at some phases: entries of nodes, potentials, the tensor, one node's rows.

    >>> found = values({"group": "Z5", "family": "four-plus-constant", "frequency": 1, "node": 1})
    >>> len(found["entries"]), len(found["curves"]["a"]), found["loss"]
    (9, 5, 0.0)
    """
    wanted = asked(data)
    z, verdict = _made(wanted)
    group = wanted.group
    steps = phases(data, z.parameters)
    at = {name: root_to_complex(e, STEPS) for name, e in steps.items()}
    nodes = z.nodes
    number = np.array([to_complex(x, at) for x in nodes.value.scalars])[nodes.value.ids]
    entries: list[list[list[float]]] = [[] for _ in range(z.order)]
    for j, x in zip(nodes.node.tolist(), number.tolist(), strict=True):
        entries[j].append([x.real, x.imag])
    k = whole(data.get("frequency", 1), "frequency")
    if not 0 < k < group.order:
        raise ValueError(f"frequency={k}: pass 1 to {group.order - 1}")
    chosen = whole(data.get("node", 0), "node")
    result = {
        "entries": entries,
        "loss": max(0.0, to_complex(verdict.loss, at).real),
        "lamps": _lamps(z, verdict, k, at),
        "tensor": _slice(verdict, k, at),
    }
    if 0 <= chosen < z.order:
        mine = nodes.node == chosen
        table = np.zeros((len(ROWS), group.order, 1), dtype=np.complex128)
        for r, x in zip(nodes.row[mine].tolist(), number[mine].tolist(), strict=True):
            row, frequency = divmod(r, group.order)
            table[row, frequency, 0] = x
            table[row, int(group.negate(frequency)), 0] = x.conjugate()
        w = from_spectrum(table, group)
        result["curves"] = {
            "a": w.w_a[:, 0].tolist(),
            "b": w.w_b[:, 0].tolist(),
            "c": w.w_c[:, 0].tolist(),
        }
    return result


def download(data: Any, kind: str) -> tuple[str, bytes]:
    """Return a file's name and content: a certificate and LaTeX for all phases, weights at these.

    Args:
        data: a request.
        kind: ``"certificate"``, ``"latex"``, or ``"weights"``, which are ``.npz``.
    """
    wanted = asked(data)
    z, verdict = _made(wanted)
    stem = f"{wanted.group}-{z.name or wanted.family}".lower()
    if kind == "latex":
        return f"{stem}.tex", closed_form.to_latex(z).encode()
    if kind == "certificate":
        if not verdict.accepted:
            raise ValueError(f"its loss is {verdict.loss!r}, so there is no certificate")
        notes = {"family": FAMILIES[z.name or ""].alias, "made by": "cogo page"}
        return f"{stem}.cert.json", certificate.to_text(
            z, target=wanted.target, notes=notes
        ).encode()
    if kind == "weights":
        exact = {name: root(e, STEPS) for name, e in phases(data, z.parameters).items()}
        network = plain_network(embed(z.substitute(exact), gauge="balanced"), family=z.name)
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **network.state())
        return f"{stem}.npz", buffer.getvalue()
    raise ValueError(f"kind={kind!r}: certificate, latex or weights")


@lru_cache(maxsize=64)
def _made(wanted: Asked) -> tuple[Element, Verdict]:
    """Return the element, phases free, and what is proved of it."""
    whole_one = _whole(wanted.group, wanted.family, wanted.target)
    z = whole_one
    if wanted.deleted or wanted.turned:
        nodes: list[dict[tuple[str, Any], Scalar]] = [dict(n) for n in whole_one.node_list()]
        out_of = f"{whole_one.order} nodes, numbered from 0"
        for turn in wanted.turned:
            if not 0 <= turn.node < len(nodes):
                raise ValueError(f"node={turn.node}: it has {out_of}")
            for (row, k), x in list(nodes[turn.node].items()):
                if row == turn.row and k:
                    nodes[turn.node][row, k] = x * _turned(wanted.group, k, turn.steps)
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
    real = minus == k
    found = []
    for name in REAL if real else POTENTIALS:
        indices = [(p, minus if bar else k) for p, bar in parse_potential(name).indices]
        value = Potential(group, indices)(z)
        found.append(
            {
                "name": name,
                "text": repr(value),
                "size": abs(to_complex(value, at)),
                "wanted": 1 if name == "abc" else 0,
                "met": not verdict.residual[_entry(group, indices)],
            }
        )
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
