"""The pictures of a report, drawn from the code under test, so that a fault shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any, final

from algebra.criterion.tensor import FunctionTensor
from algebra.groups.group import AbelianGroup
from algebra.groups.group_names import named_group
from algebra.numbers.scalar import Scalar
from algebra.semiring.element import Element
from numeric.pictures.composition import tree
from numeric.pictures.entries import phases
from numeric.pictures.figure import NODES, PAGE, SMALL, TITLE, as_svg, new_figure
from numeric.pictures.tensors import MAX_ORDER, function_tensors
from proofs.claims.blocks import SOLUTIONS
from proofs.claims.claim import Claim
from proofs.claims.registry import CLAIMS, digraph
from proofs.proving.prove import Outcome, by_claim
from proofs.subjects.subject import Subject

EXAMPLE = "Z7"
#: From bad to good: what is said of a claim is the worst of its outcomes.
WORST = ("refuted", "rests on refuted", "not attempted", "holds")
#: By family.
COLOURS = dict(zip(dict.fromkeys(x.family for x in CLAIMS.values()), cycle(NODES), strict=False))
RESULTS = {"refuted": "#CC0000", "rests on refuted": "#FF9900"}


@final
@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the report: what it shows, and how to read it."""

    title: str
    text: str
    svg: str  # empty if it could not be made
    wide: bool = False  # its texts are too small to be read at less than its own width


def pictures(outcomes: Sequence[Outcome], subject: Subject) -> tuple[Picture, ...]:
    """Return the pictures of a report."""
    group, why = _group(outcomes)
    found = [
        _drawn(
            "Phases of the blocks",
            "Entries at one frequency; colours and numbers are those of nodes. Free parameters "
            "are drawn at generic angles.",
            lambda: phases(
                *(subject.block(x).named(x) for x in {**subject.blocks, **dict.fromkeys(SOLUTIONS)})
            ),
        ),
        _drawn(
            f"Function tensors over {group}",
            "Before and after composing, and with and without the carrier. The loss is zero if "
            "and only if the framed cell of each map is 1 and every other cell is 0; the colours "
            f"are rounded, the losses are exact. {why}",
            lambda: function_tensors(_tensors(group, subject)),
        ),
        _drawn(
            f"A composition over {group}",
            "How the optimizer four-plus-six is put together: sums in blue, products in yellow, "
            "blocks in green.",
            lambda: tree(subject.optimizer(group, "four-plus-six", "projected")),
        ),
    ]
    results = worst(outcomes)
    if results:
        found.append(
            _drawn(
                "What rests on what",
                "The claims that were checked, and those that they rest on.",
                lambda: claims_figure([CLAIMS[name] for name in results], results=results),
                wide=True,
            )
        )
    return tuple(found)


def worst(outcomes: Sequence[Outcome]) -> Mapping[str, str]:
    """Return the worst result of each claim, by id."""
    results = {claim.id: {x.result for x in found} for claim, found in by_claim(outcomes).items()}
    return {name: min(found, key=WORST.index) for name, found in results.items()}


def _drawn(title: str, text: str, draw: Callable[[], Any], *, wide: bool = False) -> Picture:
    try:
        return Picture(title, text, as_svg(draw()), wide)
    except Exception as error:  # the code under test may be wrong in any way; the report is not
        return Picture(title, f"Could not be drawn: {type(error).__name__}: {error}", "")


def _group(outcomes: Sequence[Outcome]) -> tuple[AbelianGroup, str]:
    """Return the first group that was checked and suits a picture, or an example."""
    for name in dict.fromkeys(x.group for x in outcomes if x.group):
        group = named_group(name)
        if not isinstance(group, AbelianGroup) or not 5 <= group.order <= MAX_ORDER:
            continue
        if group.conjugate_pairs():
            return group, ""
    return AbelianGroup(EXAMPLE), f"{EXAMPLE} is an example."


def _tensors(group: AbelianGroup, subject: Subject) -> dict[str, tuple[FunctionTensor, Scalar]]:
    order4, constant = "nu(i) * xi", "four-plus-constant"
    elements = {
        "syn at every frequency": _everywhere(group, "syn", subject),
        "syn * nu at every frequency": _everywhere(group, "syn * nu", subject),
        "nu(i) * xi at every frequency": _everywhere(group, order4, subject),
        "nu(i) * xi and one carrier node": subject.optimizer(group, constant, "projected"),
    }
    return {
        title: (subject.tensor(z, "sparse"), subject.loss(z, "projected"))
        for title, z in elements.items()
    }


def _everywhere(group: AbelianGroup, name: str, subject: Subject) -> Element:
    """Return the block at every pair, and the real block at every real character."""
    z = subject.normalised(subject.block(name)).at(group, *group.conjugate_pairs())
    reals = group.real_characters()
    if reals:
        z = subject.add(z, subject.normalised(subject.block("real")).at(group, *reals))
    return z


def claims_figure(claims: Sequence[Claim], *, results: Mapping[str, str] | None = None) -> Any:
    """Return a figure of the claims, and of those that they rest on; arrows point to the latter.

    With results by id, refuted ones are framed in red, those that rest on them in orange, both
    thick, and those without a result, or not attempted, with dashes.
    """
    import networkx

    whole = digraph()
    kept = {claim.id for claim in claims}
    kept |= {other for claim in claims for other in networkx.descendants(whole, claim.id)}
    graph = whole.subgraph(kept)
    order = {name: i for i, name in enumerate(CLAIMS)}
    # A claim stands right of all that it rests on.
    generations = networkx.topological_generations(graph.reverse())
    columns = [sorted(names, key=order.__getitem__) for names in generations]
    tallest = max(map(len, columns))
    picture = new_figure(PAGE * max(len(columns), 4) / 3.2, 0.21 * tallest + 0.7)
    axes = picture.add_subplot()
    axes.set_axis_off()
    place = {
        name: (x, -(y + 0.5) * tallest / len(column) - 0.5 * (x % 2))
        for x, column in enumerate(columns)
        for y, name in enumerate(column)
    }
    texts = {}
    for name, (x, y) in place.items():
        result = (results or {}).get(name, "" if results else "holds")
        box = {
            "boxstyle": "round,pad=0.4",
            "facecolor": "#ffffff",
            "edgecolor": RESULTS.get(result, COLOURS[CLAIMS[name].family]),
            "linewidth": 2.6 if result in RESULTS else 1.4,
            "linestyle": "--" if result in ("", "not attempted") else "-",
        }
        style: Any = {"ha": "center", "va": "center", "fontsize": SMALL, "bbox": box, "zorder": 2}
        texts[name] = axes.text(x, y, name, **style)
    for source, target in networkx.transitive_reduction(graph).edges:
        arrow = {
            "arrowstyle": "->",
            "color": COLOURS[CLAIMS[source].family],
            "lw": 0.7,
            "alpha": 0.7,
            "shrinkA": 4,
            "shrinkB": 4,
        }
        ends: Any = {"xytext": (0, 0.5), "textcoords": texts[source], "xycoords": texts[target]}
        axes.annotate("", (1, 0.5), **ends, arrowprops=arrow, zorder=1)
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(-tallest - 0.7, 0.4)
    title = "What rests on what: arrows point to the claims rested on"
    if results:
        title += "\nred: refuted; orange: rests on a refuted claim; dashed: not checked"
    axes.set_title(title, fontsize=TITLE)
    return picture
