"""``cogo build``: an exact optimizer, as files."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from rich.console import RenderableType
from rich.text import Text

from algebra.criterion.target import Target, as_target
from algebra.files import closed_form, element_file
from algebra.groups.finite_group import FiniteGroup, NotAGroupError
from algebra.groups.group import AbelianGroup, Index
from algebra.groups.group_names import group as group_of
from algebra.groups.isotopy import Isotopy
from algebra.groups.operation import operation as isotopy_of, read_table
from algebra.machine.read_file import printable
from algebra.machine.write_file import require_writable, write_bytes
from algebra.networks import any_group
from algebra.networks.families import memorization
from algebra.networks.table_network import TableNetwork
from algebra.numbers.arrays import Int64
from algebra.numbers.scalar import ONE
from algebra.optimizers.table import FAMILIES, build as build_family, families, family_name, width
from algebra.semiring.element import Element
from cogo.cli import options as opt
from cogo.cli.show import MAX_TABLE, nodes
from cogo.cli.terminal import wrote
from numeric.weights.embed import embed
from numeric.weights.files import write_weights
from numeric.weights.plain_network import TwoLayer, plain_network
from proofs.certificates import certificate

MAX_NODES = 300_000
WEIGHT_SUFFIXES = (".npz", ".safetensors", ".pt")
SUFFIXES = (".cert.json", ".json", ".tex", ".py", *WEIGHT_SUFFIXES)
FAMILY = (
    f"{', '.join(FAMILIES)}, or narrowest, which is the default; cogo families says what each is"
)
PARAMETERS = (
    "'xi=zeta(8)', 'xi=(77+36i)/85', 'xi=exp(2*pi*i/8)', 'xi=unit(1/3)', xi=free; for one "
    "frequency 'xi@3=zeta(5)'; 'rho=3/2' is real"
)
OPERATION = (
    "instead of x + y: 'x - y', 'x+2y+3', 'x*y mod 13', a table (.csv); weights and certificates "
    "are then of the network relabelled"
)
GAUGE = "of weights: balanced (least norm) or rational (entries as they are)"

#: What a network is built for: a group, or any table, which is memorized.
Given = AbelianGroup | FiniteGroup | Int64


def build(
    group: opt.AnyGroup,
    *,
    family: Annotated[str, opt.option(FAMILY, autocompletion=opt.FAMILY_NAMES)] = "narrowest",
    parameters: Annotated[
        opt.Texts, opt.option(PARAMETERS, "--param", metavar="NAME=VALUE")
    ] = None,
    mirror: Annotated[bool, opt.option("the mirror of xi: i and -i exchanged", "--mirror")] = False,
    carrier: Annotated[
        opt.Text, opt.option("frequency of the block that carries the constants")
    ] = None,
    form: Annotated[opt.Text, opt.option("of six-per-frequency: syn*nu or nu(i)*syn_ab")] = None,
    target: opt.TargetName = "projected",
    operation: Annotated[opt.Text, opt.option(OPERATION, metavar="FORMULA")] = None,
    gauge: Annotated[str, opt.option(GAUGE)] = "balanced",
    dtype: Annotated[str, opt.option("of weights: float64 or float32")] = "float64",
    output: Annotated[
        list[Path] | None,
        opt.output_to("FILE", f"by suffix: {', '.join(SUFFIXES)}; may be repeated"),
    ] = None,
    force: opt.Force = False,
    out: opt.Output,
) -> None:
    """Build an exact optimizer, prove it, and write it in any of the formats.

    Parameters not set stay free, one per frequency, where the format can hold them; weights need
    numbers, so they are then set to 1. Without [bold]-o[/] the optimizer is printed, as it adds.

    Of a group that is not Abelian the families are short, representation and memorization.

    Example: [bold]cogo build Z7 --param 'xi=zeta(8)' -o z7.cert.json -o z7.npz[/]
    """
    goal, paths, texts = as_target(target), output or [], parameters or []
    parsed, operation = _parsed(group, family, operation)
    opt.one_of("gauge", gauge, "balanced", "rational")
    opt.one_of("dtype", dtype, "float64", "float32")
    weights = [path for path in paths if _suffix(path) in WEIGHT_SUFFIXES]
    others = [path for path in paths if path not in weights and _suffix(path) != ".cert.json"]
    options: dict[str, Any] = {**_parameters(parsed, texts)}
    choices = {"mirror": mirror, "carrier": carrier, "form": form}
    options |= {name: x for name, x in choices.items() if x}
    asked, title = None, _title(parsed)
    if isinstance(parsed, AbelianGroup):
        _require_size(parsed, family, target=goal)
        if operation is not None:
            asked = isotopy_of(operation, parsed.order, group=parsed)
        if carrier is not None:
            options["carrier"] = _frequency(parsed, carrier, what="carrier")
        _require_places(parsed, family_name(parsed, family, target=goal), options)
    elif operation is not None:
        raise ValueError(f"--operation: {title} has no such choice; leave it out")
    elif (parsed.order if isinstance(parsed, FiniteGroup) else len(parsed)) > MAX_TABLE:
        raise ValueError(f"{title}: such networks are built up to order {MAX_TABLE}")
    if others and (asked or not isinstance(parsed, AbelianGroup)):
        what = "with --operation" if asked else f"of {title}"
        raise ValueError(f"output={others[0]}: {what} pass .cert.json or weights")
    require_writable(*paths, force=force)
    with out.bar() as show:
        show(f"building and proving {family} over {title}", 0, 1)
        if isinstance(parsed, AbelianGroup | FiniteGroup):
            z = any_group.build(parsed, family, target=goal, **options)
        elif options:
            raise ValueError(f"--param {next(iter(options))}: memorization has no parameters")
        else:
            z = memorization(parsed)
        notes = [f"relabelled, it computes {asked.name}"] if asked else []
        if weights and isinstance(z, Element) and z.parameters:
            z, note = _numbers(z, texts, weights[0])
            notes.insert(0, note)
        verdict = any_group.check(z, target=goal)
        how = {"gauge": gauge, "dtype": dtype}
        contents = {path: _content(z, path, goal, asked, how) for path in paths}
    for path, content in contents.items():
        if isinstance(content, str):
            write_bytes(path, content.encode(), force=force)
        else:
            write_weights(path, content, force=force)

    def lines() -> Iterator[RenderableType]:
        if not paths:
            yield from nodes(z)
        yield str(verdict)
        if isinstance(parsed, AbelianGroup):
            names = [x for x in families(parsed, target=goal) if x != z.name]
            widths = ", ".join(f"{name} {width(parsed, name, target=goal)}" for name in names)
            yield Text(f"other families (nodes): {widths or 'none'}", "dim")
        yield from (f"note: {note}" for note in notes)
        yield from wrote(*paths)
        checkable = [path for path in paths if _suffix(path) == ".cert.json"]
        yield from (f"next: cogo check {printable(path)}" for path in checkable[:1])

    files = {"proved": verdict.accepted, "files": [str(path) for path in paths]}
    document = {**_about(z, asked), "target": goal, **files, "notes": notes}
    out.end(0 if verdict.accepted else 1, document, lines())


def _numbers(z: Element, texts: list[str], path: Path) -> tuple[Element, str]:
    """Set free parameters to 1, but for those that are said to be free; say which they are."""
    free = next((x.split("=")[0] for x in texts if x.endswith("=free")), None)
    if free is not None:
        raise ValueError(
            f"{path}: weights are numbers, so {free} cannot be free; set it, for example "
            f"--param {free}=zeta(8)"
        )
    names = sorted({name.split("_")[0] for name in z.parameters})
    note = f"{', '.join(names)} set to 1 where not given: weights need numbers"
    return z.substitute(dict.fromkeys(z.parameters, ONE)), note


def _content(
    z: Element | TableNetwork,
    path: Path,
    target: Target,
    asked: Isotopy | None,
    how: dict[str, Any],
) -> str | TwoLayer:
    """Return what is in a file, by its suffix."""
    suffix = _suffix(path)
    if suffix == ".cert.json":
        family = {"family": FAMILIES[z.name or ""].alias} if isinstance(z, Element) else {}
        notes = {**family, "made by": "cogo build"}
        return certificate.to_text(z, target=target, operation=asked, notes=notes)
    if suffix in WEIGHT_SUFFIXES:
        w: Any = embed(z, **how)
        if asked:
            a, b, c = w.w_a[list(asked.p)], w.w_b[list(asked.s)], w.w_c[list(asked.r)]
            w = replace(w, w_a=a, w_b=b, w_c=c)
        return plain_network(w, family=z.name) if isinstance(z, Element) else w
    assert isinstance(z, Element), "of a table there are no such files"
    to_text = {".json": element_file.to_text, ".tex": closed_form.to_latex}
    return to_text.get(suffix, closed_form.to_sympy_source)(z)


def _about(z: Element | TableNetwork, asked: Isotopy | None) -> dict[str, Any]:
    """Return what was built, for JSON."""
    if isinstance(z, TableNetwork):
        order = len(z.table)
        return {"group": z.name or None, "order": order, "family": z.family, "width": z.order}
    about: dict[str, Any] = {"group": str(z.group), "family": z.name, "width": z.order}
    operation = asked and asked.as_json()
    return {**about, "parameters": list(z.parameters), "operation": operation}


def _parsed(group: str, family: str, operation: str | None) -> tuple[Given, str | None]:
    """Return the group, or any table that is to be memorized; an Abelian table is an operation."""
    try:
        parsed = group_of(group)
    except NotAGroupError as error:
        if family == "memorization":
            return read_table(Path(group))[0], operation
        raise NotAGroupError(f"{error}; --family memorization takes any table") from None
    is_table = group.lower().endswith(".csv") and operation is None
    return parsed, group if is_table and isinstance(parsed, AbelianGroup) else operation


def _title(given: Given) -> str:
    if isinstance(given, AbelianGroup | FiniteGroup):
        return str(given)
    return f"a table of {len(given)} x {len(given)}"


def _require_size(group: AbelianGroup, family: str, *, target: Target) -> None:
    """Refuse, before any work is done, more nodes than are built and proved in minutes."""
    name = family_name(group, family, target=target)
    narrowest = families(group, target=target)[0]
    nodes, least = (width(group, x, target=target) for x in (name, narrowest))
    if nodes > MAX_NODES:
        other = f"pass --family {narrowest} ({least} nodes), or " if least <= MAX_NODES else "pass "
        raise ValueError(
            f"group={group}: {name} has {nodes} nodes, and at most {MAX_NODES} are built; "
            f"{other}a smaller group"
        )


def _require_places(group: AbelianGroup, family: str, options: dict[str, Any]) -> None:
    """Refuse a parameter that the family has at no frequency of the group; say which takes it."""

    def takes(other: str, name: str) -> bool:
        its = FAMILIES[other]
        if name not in its.parameters or "form" in its.options:
            return name in its.parameters and bool(group.conjugate_pairs())
        return any(x.startswith(f"{name}_") for x in build_family(group, other).parameters)

    for name in options:
        named, how = ("xi", "--mirror") if name == "mirror" else (name, f"--param {name}")
        if named not in FAMILIES[family].parameters or takes(family, named):
            continue
        others = [x for x in families(group) if takes(x, named)]
        raise ValueError(
            f"{how}: {family} has no {named} over {group}; "
            + (f"--family {others[0]} has it" if others else "no family has one there")
            + (f", as have {', '.join(others[1:])}" if others[1:] else "")
        )


def _suffix(path: Path) -> str:
    for suffix in SUFFIXES:
        if path.name.endswith(suffix) and path.name != suffix:
            return suffix
    raise ValueError(f"output={path}: the format follows the suffix; use {', '.join(SUFFIXES)}")


def _frequency(group: Given, text: str, *, what: str) -> int:
    if not isinstance(group, AbelianGroup):
        raise ValueError(f"{what}{text}: only Abelian groups have frequencies; leave it out")
    try:
        numbers = [int(x) for x in text.strip("()").split(",")]
    except ValueError:
        raise ValueError(f"{what}={text!r} is no frequency; write 3, or 1,0 for {group}") from None
    return group.index(numbers[0] if len(numbers) == 1 else numbers)


def _parameters(group: Given, texts: list[str]) -> dict[str, str | dict[Index | None, str]]:
    """Return ``NAME=VALUE`` and ``NAME@K=VALUE`` as parameters of a family."""
    found: dict[str, dict[Index | None, str]] = {}
    for text in texts:
        name, _, value = (x.strip() for x in text.partition("="))
        if not (name and "=" in text):
            one = "xi=zeta(8)" if isinstance(group, AbelianGroup) else "turn=1/3"
            raise ValueError(f"--param {text!r}: write NAME=VALUE, for example {one}")
        name, at, frequency = name.partition("@")
        if not name:
            raise ValueError(f"--param {text!r} names no parameter; write xi@3=zeta(8)")
        if name in ("mirror", "carrier", "form"):
            what = "" if name == "mirror" else f" {value}"
            raise ValueError(f"{name} is no --param, but an option; write --{name}{what}")
        if "_" in name:
            name, frequency = name.split("_", 1)
            one = f"{name}@{frequency.replace('_', ',')}={value}"
            raise ValueError(f"--param {text}: the parameter of one frequency is set as {one}")
        place = _frequency(group, frequency, what=f"{name}@") if at else None
        values = found.setdefault(name, {})
        if place in values:
            raise ValueError(f"--param {text}: {name}{at}{frequency} is set twice; set it once")
        values[place] = value
    return {name: x[None] if list(x) == [None] else x for name, x in found.items()}
