"""``cogo show``: what is in an element file or a certificate; ``cogo families``."""

from cmath import phase
from collections.abc import Callable, Iterator
from dataclasses import replace
from math import degrees
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from algebra.criterion.target import Target, as_target
from algebra.files import closed_form, element_file
from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group_names import group as group_of
from algebra.groups.isotopy import Isotopy
from algebra.machine.read_file import printable, read_bytes
from algebra.machine.write_file import require_writable
from algebra.networks import any_group
from algebra.networks.table_network import TableNetwork
from algebra.numbers.scalar import Scalar
from algebra.numbers.to_float import to_complex
from algebra.optimizers.table import FAMILIES, width
from algebra.semiring.element import Element
from algebra.semiring.shown import EXPANDED, rows
from cogo.cli import options as opt
from cogo.cli.terminal import table, wrote
from numeric import pictures
from numeric.pictures.figure import save_figure
from proofs.certificates import certificate, checker
from proofs.certificates.checker_of import OTHERS, kind_of

MAX_ROWS = 60
#: The order of groups that are not Abelian: a second for S5, a minute or two for D100.
MAX_TABLE = 250
#: Entries of more characters have their modulus and angle below them.
LONG = 12


def show(
    file: Annotated[Path, typer.Argument(help="an element (.json) or a certificate (.cert.json)")],
    *,
    latex: Annotated[bool, opt.option("print LaTeX", "--latex")] = False,
    cosine: Annotated[bool, opt.option("print w_a, w_b, w_c as cosines", "--cosine")] = False,
    tree: Annotated[opt.File, opt.option("draw how it was composed", metavar="FILE.png")] = None,
    phases: Annotated[
        opt.File, opt.option("draw the phases of all nodes", metavar="FILE.png")
    ] = None,
    force: opt.Force = False,
    out: opt.Output,
) -> None:
    """Show an element: its nodes, composition, phases, and whether it is an optimizer.

    Example: [bold]cogo build Z7 -o z7.json; cogo show z7.json --tree tree.png[/]
    """
    z, target, operation = load(file)
    is_table = isinstance(z, TableNetwork)
    asked = (tree, pictures.tree), (phases, pictures.phases)
    drawn: list[tuple[Path, Any]] = [(path, draw) for path, draw in asked if path]
    if is_table and (latex or cosine or drawn):
        raise ValueError(f"{printable(file)}: a network over a table is shown without options")
    require_writable(*(path for path, _ in drawn), force=force)
    for path, draw in drawn:
        save_figure(draw(z), path, force=force)
    if is_table:
        about = {"operation": z.name, "order": len(z.table)}
        z = replace(z, name=f"a table of {len(z.table)} that is named {z.name!a}")
    else:
        about = {"group": str(z.spectrum), "name": z.name, "parameters": list(z.parameters)}
        about["operation"] = operation and operation.as_json()
    found = any_group.check(z, target=target)
    about |= {"width": z.order, "target": target, "accepted": found.accepted}
    about |= {"loss": repr(found.loss), "failures": list(map(str, found.failures()))}

    def lines() -> Iterator[RenderableType]:
        if latex:
            yield closed_form.to_latex(z)
        elif cosine:
            yield from closed_form.cosine_lines(z)
        elif drawn:
            yield from wrote(*(path for path, _ in drawn))
        else:
            yield from nodes(z)
            yield str(found)
            if operation:
                name = f"the name, {operation.name!a}, was not checked"
                yield f"relabelled, it computes the operation of its table; {name}"

    out.end(0, about, lines())


def families(
    group: Annotated[
        opt.Text,
        typer.Argument(metavar="[GROUP]", help="Z7, S4, ...: those it has, and their nodes"),
    ] = None,
    *,
    target: opt.TargetName = "projected",
    out: opt.Output,
) -> None:
    """List the families of optimizers: names, nodes, and what each is.

    A name or its short name is what [bold]--family[/] of [bold]cogo build[/] takes.

    Example: [bold]cogo families Z8[/]
    """
    over, goal = None if group is None else group_of(group), as_target(target)
    found: list[dict[str, Any]]
    if isinstance(over, FiniteGroup):
        found = [
            {"family": name, "what it is": _sentence(made)} | _nodes(over, name)
            for name, made in any_group.FAMILIES.items()
        ]
    else:
        found = [
            {"family": name, "short name": info.alias, "what it is": info.sentence}
            | ({} if over is None else {"nodes": width(over, name, target=goal)})
            for name, info in FAMILIES.items()
            if over is None or info.exists(over)
        ]
    found.sort(key=lambda row: row.get("nodes", 0))
    lines = []
    for row in found:
        name, short = row["family"], row.get("short name", row["family"])
        also = f" ({short})" if short != name else ""
        nodes = f", {row['nodes']} nodes" if "nodes" in row else ""
        lines.append(f"{name}{also}{nodes}: {row['what it is']}")
    out.end(0, found, lines)


def _nodes(group: FiniteGroup, family: str) -> dict[str, int]:
    """Return how many nodes a family has, where that is known in seconds."""
    if family == "memorization":  # one for each pair, and a constant
        return {"nodes": group.order**2 + 1}
    return {"nodes": any_group.build(group, family).order} if group.order <= MAX_TABLE else {}


def _sentence(made: Callable[..., Any]) -> str:
    return (made.__doc__ or "").removeprefix("Return ").partition(".")[0].replace("`", "")


def load(file: Path) -> tuple[Any, Target, Isotopy | None]:
    """Return the network in a file, the target it is meant for, and its operation if not x + y."""
    data = read_bytes(file, limit=max(checker.MAX_FILE, element_file.MAX_FILE))
    try:
        kind = kind_of(file, data)
        if kind == "cogo-table":
            return *certificate.table_from_bytes(data), None
        if kind == "cogo-element":
            return element_file.from_text(data), "projected", None
        if kind in OTHERS:
            what, then = OTHERS[kind]
            raise ValueError(f"{what}, and no exact optimizer; {then}")
        named = b'"operation"' in data  # read twice only then
        return *certificate.from_bytes(data), certificate.operation_of(data) if named else None
    except ValueError as error:
        raise ValueError(f"{printable(file)}: {error}") from None


def _entry(x: Scalar) -> str:
    """Return an entry; below one that is long, its modulus and angle, rounded."""
    text = repr(x)
    if len(text) <= LONG or x.parameters:
        return text
    try:
        value = to_complex(x)
    except OverflowError:
        return text
    return f"{text}\n≈ {abs(value):.5g} at {degrees(phase(value)):.2f}°"


def nodes(z: Element | TableNetwork) -> Iterator[RenderableType]:
    """Yield the nodes of a network as a table, the first of many, and how many more there are."""
    names: tuple[str, ...] = ("node", "k")
    found: list[tuple[str, ...]]
    if isinstance(z, Element):
        title, what = f"{z.name or 'element'} over {z.group}", "rows"
        caption, found = "entries at k; their conjugates at -k", rows(z, _entry)
        more = len(found) - MAX_ROWS
    else:
        d, names, what, more = len(z.table), ("node",), "nodes", z.order - MAX_ROWS
        title = f"{z.family or 'network'} over {z.name or f'a table of {d}'}"
        caption = f"different values on the {d} inputs, and outputs"
        found = [
            (str(j), *(", ".join(x[:6]) + ", ..." * (len(x) > 6) for x in cells))
            for j, node in zip(range(MAX_ROWS), z.nodes(), strict=False)
            for cells in [[list(dict.fromkeys(map(repr, row))) for row in node]]
        ]
    first, columns = found[:MAX_ROWS], (*names, *"abc")
    yield table(f"{title}: {z.order} nodes", *columns, rows=first, right=names, caption=caption)
    if more > 0:
        yield f"... {more} more {what}"
    if isinstance(z, Element) and z.order > EXPANDED:
        yield "more nodes than are printed; see its composition with --tree FILE.png"
