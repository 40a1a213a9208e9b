"""``cogo show``: what is in an element file or a certificate; ``cogo families``."""

from __future__ import annotations

from cmath import phase
from collections.abc import Callable
from math import degrees
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Column

from algebra.criterion.target import Target, as_target
from algebra.criterion.verdict import check
from algebra.files import closed_form, element_file
from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group_names import group as group_of
from algebra.groups.isotopy import Isotopy
from algebra.machine.read_file import printable, read_bytes
from algebra.machine.write_file import require_writable
from algebra.networks import any_group
from algebra.networks.table_network import TableNetwork
from algebra.networks.verdict import table_check
from algebra.numbers.scalar import Scalar
from algebra.numbers.to_float import to_complex
from algebra.optimizers.table import FAMILIES, width
from algebra.semiring.element import Element
from algebra.semiring.shown import EXPANDED, rows
from cogo.cli.options import Force, Json, TargetName
from cogo.cli.terminal import console, print_json, say, table
from numeric.pictures import elements as pictures
from numeric.pictures.figure import save_figure
from proofs.certificates import certificate, checker, table_certificate
from proofs.certificates.file_kind import OTHERS, kind_of

MAX_ROWS = 60
#: Entries of more characters have their modulus and angle below them.
LONG = 12


def show(
    file: Annotated[Path, typer.Argument(help="an element (.json) or a certificate (.cert.json)")],
    latex: Annotated[bool, typer.Option("--latex", help="print LaTeX")] = False,
    cosine: Annotated[
        bool, typer.Option("--cosine", help="print w_a, w_b, w_c as cosines")
    ] = False,
    tree: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="draw how it was composed")
    ] = None,
    phases: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="draw the phases of all nodes")
    ] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Show an element: its nodes, composition, phases, and whether it is an optimizer.

    Example: [bold]cogo build Z7 -o z7.json; cogo show z7.json --tree tree.png[/]
    """
    if (over_table := _over_a_table(file)) is not None:
        if latex or cosine or tree or phases:
            raise ValueError(f"{printable(file)}: a network over a table is shown without options")
        network, target = over_table
        found = table_check(network, target=target)
        if as_json:
            print_json(
                {
                    "operation": network.name,
                    "order": len(network.table),
                    "width": network.order,
                    "target": target,
                    "accepted": found.accepted,
                    "loss": repr(found.loss),
                    "failures": found.failures(),
                }
            )
        else:
            print_table_network(network)
            say(str(found))
        return
    z, target, operation = load(file)
    drawn = [path for path in (tree, phases) if path is not None]
    require_writable(*drawn, force=force)
    for path, draw in ((tree, pictures.tree), (phases, pictures.phases)):
        if path is not None:
            save_figure(draw(z), path, force=force)
    if latex:
        typer.echo(closed_form.to_latex(z))
    elif cosine:
        typer.echo("\n".join(closed_form.cosine_lines(z)))
    elif as_json:
        verdict = check(z, target=target)
        print_json(
            {
                "group": str(z.spectrum),
                "name": z.name,
                "width": z.order,
                "target": target,
                "operation": operation and operation.as_json(),
                "parameters": list(z.parameters),
                "accepted": verdict.accepted,
                "loss": repr(verdict.loss),
                "failures": [str(x) for x in verdict.failures()],
            }
        )
    elif not drawn:
        print_element(z)
        say(str(check(z, target=target)))
        say(*([f"relabelled, it computes {operation.name}"] if operation else []))
    for path in drawn:
        typer.echo(f"wrote {printable(path)}", err=latex or cosine or as_json)


def _over_a_table(file: Path) -> tuple[TableNetwork, Target] | None:
    """Return the network over a table that a file holds, or None if it is of another kind."""
    data = read_bytes(file, limit=max(checker.MAX_FILE, element_file.MAX_FILE))
    if kind_of(file, data) != "cogo-table":
        return None
    try:
        return table_certificate.from_bytes(data)
    except ValueError as error:
        raise ValueError(f"{printable(file)}: {error}") from None


def families(
    group: Annotated[
        str | None, typer.Argument(metavar="[GROUP]", help="Z7, ...: those it has, and their nodes")
    ] = None,
    target: TargetName = "projected",
    as_json: Json = False,
) -> None:
    """List the families of optimizers: names, nodes, and what each is.

    A name or its short name is what [bold]--family[/] of [bold]cogo build[/] takes.

    Example: [bold]cogo families Z8[/]
    """
    over, goal = None if group is None else group_of(group), as_target(target)
    found: list[dict[str, Any]]
    if isinstance(over, FiniteGroup):
        found = [
            {"family": name, "what it is": _sentence(made)}
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
    if as_json:
        print_json(found)
        return
    for row in found:
        name, short = row["family"], row.get("short name", row["family"])
        also = f" ({short})" if short != name else ""
        nodes = f", {row['nodes']} nodes" if "nodes" in row else ""
        say(f"{name}{also}{nodes}: {row['what it is']}")


def _sentence(made: Callable[..., Any]) -> str:
    return (made.__doc__ or "").removeprefix("Return ").partition(".")[0].replace("`", "")


def load(file: Path) -> tuple[Element, Target, Isotopy | None]:
    """Return the element in a file, the target it is meant for, and its operation if not x + y.

    Raises:
        ValueError: if the file cannot be read, or is neither an element nor a certificate.
    """
    data = read_bytes(file, limit=max(checker.MAX_FILE, element_file.MAX_FILE))
    try:
        kind = kind_of(file, data)
        if kind == "cogo-element":
            return element_file.from_bytes(data), "projected", None
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


def print_element(z: Element) -> None:
    """Print the nodes of an element as a table, the first of many."""
    nodes = table(
        f"{z.name or 'element'} over {z.group}: {z.order} nodes",
        Column("node", justify="right", no_wrap=True),
        Column("k", justify="right", no_wrap=True),
        *"abc",
        caption="entries at k; their conjugates at -k",
    )
    found = rows(z, _entry)
    for row in found[:MAX_ROWS]:
        nodes.add_row(*map(escape, row))
    console().print(nodes)
    if len(found) > MAX_ROWS:
        say(f"... {len(found) - MAX_ROWS} more rows")
    if z.order > EXPANDED:
        say("more nodes than are printed; see its composition with --tree FILE.png")


def print_table_network(network: TableNetwork) -> None:
    """Print the nodes of a network over a table, the different values of each row."""
    over = network.name or f"a table of {len(network.table)}"
    nodes = table(
        f"{network.family or 'network'} over {over}: {network.order} nodes",
        Column("node", justify="right", no_wrap=True),
        *"abc",
        caption=f"different values on the {len(network.table)} inputs, and outputs",
    )
    for j, node in enumerate(network.nodes()):
        if j == MAX_ROWS:
            break
        cells = (list(dict.fromkeys(map(repr, row))) for row in node)
        nodes.add_row(str(j), *(escape(", ".join(x[:6]) + ", ..." * (len(x) > 6)) for x in cells))
    console().print(nodes)
    if network.order > MAX_ROWS:
        say(f"... {network.order - MAX_ROWS} more nodes")
