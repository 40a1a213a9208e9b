"""``cogo build``: an exact optimizer, as files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from algebra.criterion.target import Target, as_target
from algebra.criterion.verdict import check
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
from algebra.numbers.arrays import Int64
from algebra.numbers.scalar import ONE
from algebra.optimizers.table import FAMILIES, build as build_family, families, family_name, width
from algebra.semiring.element import Element
from cogo.cli.options import FAMILY_NAMES, AnyGroup, Force, Json, Quiet, TargetName, output_to
from cogo.cli.show import print_element, print_table_network
from cogo.cli.terminal import console, print_json, progress_bar, say
from numeric.weights.any_network import embed
from numeric.weights.embed import Gauge
from numeric.weights.files import write_weights
from numeric.weights.plain_network import PlainNetwork, plain_network
from proofs.certificates import certificate, table_certificate

MAX_NODES = 300_000
#: The order of groups that are not Abelian: a second for S5, a minute or two for D100.
MAX_TABLE = 250
WEIGHT_SUFFIXES = (".npz", ".safetensors", ".pt")
SUFFIXES = (".cert.json", ".json", ".tex", ".py", *WEIGHT_SUFFIXES)


def build(
    group: AnyGroup,
    family: Annotated[
        str,
        typer.Option(
            help=f"{', '.join(FAMILIES)}, or narrowest, which is the default; cogo families says "
            "what each is",
            autocompletion=FAMILY_NAMES,
        ),
    ] = "narrowest",
    parameters: Annotated[
        list[str] | None,
        typer.Option(
            "--param",
            metavar="NAME=VALUE",
            help="'xi=zeta(8)', 'xi=(77+36i)/85', 'xi=exp(2*pi*i/8)', 'xi=unit(1/3)', xi=free; for "
            "one frequency 'xi@3=zeta(5)'; 'rho=3/2' is real",
        ),
    ] = None,
    mirror: Annotated[
        bool, typer.Option("--mirror", help="the mirror of xi: i and -i exchanged")
    ] = False,
    carrier: Annotated[
        str | None, typer.Option(help="frequency of the block that carries the constants")
    ] = None,
    form: Annotated[
        str | None, typer.Option(help="of six-per-frequency: syn*nu or nu(i)*syn_ab")
    ] = None,
    target: TargetName = "projected",
    operation: Annotated[
        str | None,
        typer.Option(
            metavar="FORMULA",
            help="instead of x + y: 'x - y', 'x+2y+3', 'x*y mod 13', a table (.csv); weights and "
            "certificates are then of the network relabelled",
        ),
    ] = None,
    gauge: Annotated[
        str,
        typer.Option(help="of weights: balanced (least norm) or rational (entries as they are)"),
    ] = "balanced",
    dtype: Annotated[str, typer.Option(help="of weights: float64 or float32")] = "float64",
    output: Annotated[
        list[Path] | None,
        output_to("FILE", f"by suffix: {', '.join(SUFFIXES)}; may be repeated"),
    ] = None,
    force: Force = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Build an exact optimizer, prove it, and write it in any of the formats.

    Parameters not set stay free, one per frequency, where the format can hold them; weights need
    numbers, so they are then set to 1. Without [bold]-o[/] the optimizer is printed, as it adds.

    Of a group that is not Abelian the families are short, representation and memorization.

    Example: [bold]cogo build Z7 --param 'xi=zeta(8)' -o z7.cert.json -o z7.npz[/]
    """
    goal = as_target(target)
    parsed, operation = _parsed(group, family, operation)
    if not isinstance(parsed, AbelianGroup):
        given = {"--mirror": mirror, "--carrier": carrier, "--form": form}
        given["--operation"] = operation
        for option, value in given.items():
            if value:
                raise ValueError(f"{option}: {_title(parsed)} has no such choice; leave it out")
        how = {"gauge": gauge, "dtype": dtype, "force": force, "parameters": parameters or []}
        raise typer.Exit(
            _over_a_table(parsed, family, goal, output or [], how, as_json=as_json, quiet=quiet)
        )
    _require_size(parsed, family, target=goal)
    paths = output or []
    asked = None if operation is None else isotopy_of(operation, parsed.order, group=parsed)
    weights = [path for path in paths if _suffix(path) in WEIGHT_SUFFIXES]
    for path in paths:
        if asked and path not in weights and _suffix(path) != ".cert.json":
            raise ValueError(f"output={path}: with --operation pass .cert.json or weights")
    require_writable(*paths, force=force)
    if gauge not in ("balanced", "rational"):
        raise ValueError(f"gauge={gauge!r}; pass balanced or rational")
    if dtype not in ("float64", "float32"):
        raise ValueError(f"dtype={dtype!r}; pass float64 or float32")
    options: dict[str, Any] = dict(_parameters(parsed, parameters or []))
    if mirror:
        options["mirror"] = True
    if carrier is not None:
        options["carrier"] = _frequency(parsed, carrier, what="carrier")
    if form is not None:
        options["form"] = form
    _require_places(parsed, family_name(parsed, family, target=goal), options)
    notes = []
    with progress_bar(silent=as_json or quiet) as show:
        show(f"building and proving {family} over {parsed}", 0, 1)
        z = build_family(parsed, family, target=goal, **options)
        if z.parameters and weights:
            free = next((x.split("=")[0] for x in parameters or () if x.endswith("=free")), None)
            if free is not None:
                raise ValueError(
                    f"{weights[0]}: weights are numbers, so {free} cannot be free; set it, for "
                    f"example --param {free}=zeta(8)"
                )
            names = sorted({name.split("_")[0] for name in z.parameters})
            notes.append(f"{', '.join(names)} set to 1 where not given: weights need numbers")
            z = z.substitute(dict.fromkeys(z.parameters, ONE))
        verdict = check(z, target=goal)
        network = None
        if weights:
            least: Gauge = "balanced" if gauge == "balanced" else "rational"
            w = embed(z, gauge=least, dtype=dtype)
            if asked:
                a, b, c = w.w_a[list(asked.p)], w.w_b[list(asked.s)], w.w_c[list(asked.r)]
                w = replace(w, w_a=a, w_b=b, w_c=c)
            network = plain_network(w, family=z.name)
        if asked:
            notes.append(f"relabelled, it computes {asked.name}")
        writers = [
            _writer(z, path, target=goal, operation=asked, network=network, force=force)
            for path in paths
        ]
    for write in writers:
        write()
    if as_json:
        print_json(
            {
                "group": str(parsed),
                "family": z.name,
                "width": z.order,
                "target": goal,
                "parameters": list(z.parameters),
                "operation": None if asked is None else asked.as_json(),
                "proved": verdict.accepted,
                "files": [str(path) for path in paths],
                "notes": notes,
            }
        )
    elif not quiet:
        if not paths:
            print_element(z)
        say(str(verdict))
        others = [
            f"{name} {width(parsed, name, target=goal)}"
            for name in families(parsed, target=goal)
            if name != z.name
        ]
        console().print(f"other families (nodes): {', '.join(others) or 'none'}", style="dim")
        say(*(f"note: {note}" for note in notes), *(f"wrote {printable(path)}" for path in paths))
        checkable = [path for path in paths if _suffix(path) == ".cert.json"]
        say(*(f"next: cogo check {printable(path)}" for path in checkable[:1]))
    raise typer.Exit(0 if verdict.accepted else 1)


def _parsed(
    group: str, family: str, operation: str | None
) -> tuple[AbelianGroup | FiniteGroup | Int64, str | None]:
    """Return the group, or any table that is to be memorized; an Abelian table is an operation."""
    try:
        parsed = group_of(group)
    except NotAGroupError as error:
        if family == "memorization":
            return read_table(Path(group))[0], operation
        raise NotAGroupError(f"{error}; --family memorization takes any table") from None
    is_table = group.lower().endswith(".csv") and operation is None
    return parsed, group if is_table and isinstance(parsed, AbelianGroup) else operation


def _options(texts: list[str]) -> dict[str, str]:
    """Return ``NAME=VALUE`` as options of a family."""
    pairs = [text.partition("=") for text in texts]
    for text, (name, equals, value) in zip(texts, pairs, strict=True):
        if not (name and equals and value):
            raise ValueError(f"--param {text!r}: write NAME=VALUE, for example turn=1/3")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _title(given: FiniteGroup | Int64) -> str:
    return (
        str(given) if isinstance(given, FiniteGroup) else f"a table of {len(given)} x {len(given)}"
    )


def _over_a_table(
    given: FiniteGroup | Int64,
    family: str,
    target: Target,
    paths: list[Path],
    how: dict[str, Any],
    *,
    as_json: bool,
    quiet: bool,
) -> int:
    """Build, prove and write a network for a table; return the exit code."""
    order = given.order if isinstance(given, FiniteGroup) else len(given)
    if order > MAX_TABLE:
        raise ValueError(f"{_title(given)}: such networks are built up to order {MAX_TABLE}")
    for path in paths:
        if _suffix(path) not in (".cert.json", *WEIGHT_SUFFIXES):
            raise ValueError(f"output={path}: of {_title(given)} pass .cert.json or weights")
    force, options = how.pop("force"), _options(how.pop("parameters"))
    require_writable(*paths, force=force)
    with progress_bar(silent=as_json or quiet) as show:
        show(f"building and proving {family} over {_title(given)}", 0, 1)
        if isinstance(given, FiniteGroup):
            z = any_group.build(given, family, target=target, **options)
        elif options:
            raise ValueError(f"--param {next(iter(options))}: memorization has no parameters")
        else:
            z = memorization(given)
        verdict = any_group.check(z, target=target)
        text = table_certificate.to_text(z, target=target, notes={"made by": "cogo build"})
        network = embed(z, **how)
    for path in paths:
        if _suffix(path) in WEIGHT_SUFFIXES:
            write_weights(path, network, force=force)
        else:
            write_bytes(path, text.encode(), force=force)
    if as_json:
        print_json(
            {
                "group": z.name or None,
                "order": order,
                "family": z.family,
                "width": z.order,
                "target": target,
                "proved": verdict.accepted,
                "files": [str(path) for path in paths],
            }
        )
    elif not quiet:
        if not paths:
            print_table_network(z)
        say(str(verdict), *(f"wrote {printable(path)}" for path in paths))
        checkable = [path for path in paths if _suffix(path) == ".cert.json"]
        say(*(f"next: cogo check {printable(path)}" for path in checkable[:1]))
    return 0 if verdict.accepted else 1


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
        named, its = "xi" if name == "mirror" else name, FAMILIES[other]
        if named not in its.parameters or "form" in its.options:
            return named in (*its.parameters, *its.options) and bool(group.conjugate_pairs())
        free = build_family(group, other).parameters
        return any(x.startswith(f"{named}_") for x in free)

    info = FAMILIES[family]
    for name in (x for x in options if x in ("mirror", *info.parameters, *info.options)):
        if name in ("carrier", "form") or takes(family, name):
            continue
        others = [x for x in families(group) if takes(x, name)]
        raise ValueError(
            f"{'--' if name == 'mirror' else '--param '}{name}: {family} has no "
            f"{'xi' if name == 'mirror' else name} over {group}; "
            + (f"--family {others[0]} has it" if others else "no family has one there")
            + (f", as have {', '.join(others[1:])}" if others[1:] else "")
        )


def _suffix(path: Path) -> str:
    for suffix in SUFFIXES:
        if path.name.endswith(suffix) and path.name != suffix:
            return suffix
    raise ValueError(f"output={path}: the format follows the suffix; use {', '.join(SUFFIXES)}")


def _writer(
    z: Element,
    path: Path,
    *,
    target: Target,
    operation: Isotopy | None,
    network: PlainNetwork | None,
    force: bool,
) -> Callable[[], None]:
    """Compute what goes into a file, so that only writing is left to fail."""
    if _suffix(path) in WEIGHT_SUFFIXES:
        assert network is not None
        return lambda: write_weights(path, network, force=force)
    notes = {"family": FAMILIES[z.name or ""].alias, "made by": "cogo build"}
    to_text: dict[str, Callable[[Element], str]] = {
        ".cert.json": lambda z: certificate.to_text(
            z, target=target, operation=operation, notes=notes
        ),
        ".json": element_file.to_text,
        ".tex": closed_form.to_latex,
        ".py": closed_form.to_sympy_source,
    }
    text = to_text[_suffix(path)](z)
    return lambda: write_bytes(path, text.encode(), force=force)


def _frequency(group: AbelianGroup, text: str, *, what: str) -> int:
    try:
        numbers = [int(x) for x in text.strip("()").split(",")]
    except ValueError:
        raise ValueError(f"{what}={text!r} is no frequency; write 3, or 1,0 for {group}") from None
    return group.index(numbers[0] if len(numbers) == 1 else numbers)


def _parameters(group: AbelianGroup, texts: list[str]) -> dict[str, str | dict[Index | None, str]]:
    """Return ``NAME=VALUE`` and ``NAME@K=VALUE`` as parameters of a family."""
    found: dict[str, dict[Index | None, str]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise ValueError(f"--param {text!r}: write NAME=VALUE, for example xi=zeta(8)")
        name, at, frequency = name.strip().partition("@")
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
