"""Certificates of infeasibility: Singular expresses a polynomial by the equations of a width that
is too small, and `proofs/certificates/infeasible_checker.py`, which makes the equations itself and
multiplies out, alone decides.
"""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from fractions import Fraction
from math import lcm

from algebra.criterion.target import Target, as_target
from algebra.groups.group import AbelianGroup
from numeric.work.time_limit import answer
from proofs.certificates.certificate import in_lines
from proofs.certificates.infeasible_checker import (
    MAX_NODES,
    MAX_ORDER,
    Label,
    Monomial,
    Polynomial,
    Statement,
    check,
    equations,
    goal,
)

Rational = dict[Monomial, Fraction]
#: The engine that finds certificates.
ENGINE = "Singular"
#: Powers of a functional that are tried.
POWERS = (1, 2, 3, 4)


def find(
    group: AbelianGroup,
    width: int,
    *,
    target: Target = "onehot",
    constants: bool = True,
    seconds: float = 600,
    report: Callable[[], None] = lambda: None,
) -> str | None:
    """Return a certificate that so many nodes do not suffice, accepted by the checker.

    The route is ``"squares"`` at the dimension of what is to be computed, and else ``"direct"``;
    see docs/reference/certificates.md. None is returned if the equations on this route have a
    solution in complex numbers, or if it asks for a power above 4; on the route ``"squares"`` that
    proves nothing. Singular is stopped after the seconds, all attempts together, and asks for a
    report twice in each. A ValueError says that it is not there, failed, or took longer, or what
    `require` refuses.
    """
    require(group, width, target=target)
    until = time.monotonic() + seconds
    d, rank = group.order, group.order - (target == "projected")
    tried = [("direct", list[int](), 1)]
    if width == rank:
        functionals = ([(h == g) - (h == 0) for h in range(d)] for g in range(1, d))
        tried = [("squares", values, power) for values in functionals for power in POWERS]
    for how in tried:
        statement = Statement(group.moduli, width, target, constants, *how)
        made = equations(statement)
        if width < rank:  # a rank: the equations at y = 0 suffice
            made = {label: f for label, f in made.items() if label[2] == 0}
        output = _run(_script(made, goal(statement)), until, seconds, report)
        cofactors = _lifted(output, list(made))
        if cofactors is not None:
            return _text(statement, cofactors)
    return None


def require(group: AbelianGroup, width: int, *, target: Target) -> None:
    """Raise, before any work is done, what `find` would raise about its arguments."""
    if not 2 <= group.order <= MAX_ORDER:
        raise ValueError(
            f"group={group} has order {group.order}; pass one of order 2 to {MAX_ORDER}"
        )
    if not 1 <= width <= MAX_NODES:
        raise ValueError(f"width={width}; pass 1 to {MAX_NODES}")
    as_target(target)


def _script(made: dict[Label, Polynomial], wanted: Polynomial) -> str:
    """Return what Singular is to do: express ``wanted`` by the equations, and print cofactors."""
    names = sorted({name for f in made.values() for m in f for name in m}, key=_order)
    ideal = ",\n".join(_singular(f) for f in made.values())
    return f"""ring R = 0, ({",".join(names)}), dp;
short = 0;
ideal I = {ideal};
poly f = {_singular(wanted)};
if (reduce(f, slimgb(I)) != 0) {{ "none"; }}
else {{
  matrix T = lift(I, ideal(f));
  int i;
  for (i = 1; i <= ncols(I); i++) {{ "cofactor " + string(T[i, 1]); }}
}}
"done";
quit;
"""


def _order(name: str) -> tuple[int, int, str]:
    """Output weights first; of the orders tried this one is the quickest."""
    return "cab".index(name[0]), len(name), name


def _singular(f: Polynomial) -> str:
    return "+".join("*".join([f"({x})", *m]) for m, x in f.items()) or "0"


def _run(script: str, until: float, seconds: float, report: Callable[[], None]) -> str:
    engine = shutil.which(ENGINE)
    if engine is None:
        raise ValueError(
            "Singular is not installed; it is needed to find certificates of infeasibility, not "
            "to check them (on Debian and Ubuntu: apt install singular-ui)"
        )
    command = [engine, "--quiet", "--no-rc", "--no-warn"]
    try:
        done = answer(command, script, seconds=until - time.monotonic(), report=report)
    except subprocess.TimeoutExpired:
        raise ValueError(
            f"Singular found nothing in {seconds:g} s; pass more time, or a smaller case"
        ) from None
    if done.returncode or not re.search(r"^done$", done.stdout, re.MULTILINE):
        raise ValueError(f"Singular failed: {(done.stdout + done.stderr).strip()[-200:]}")
    return done.stdout


def _lifted(output: str, labels: list[Label]) -> dict[Label, Rational] | None:
    lines = output.splitlines()
    if "none" in lines:
        return None
    found = [_parsed(line.split(" ", 1)[1]) for line in lines if line.startswith("cofactor ")]
    if len(found) != len(labels):
        raise ValueError(f"Singular printed {len(found)} cofactors, not {len(labels)}")
    return {label: f for label, f in zip(labels, found, strict=True) if f}


def _parsed(text: str) -> Rational:
    """Return a polynomial that Singular printed, such as ``-1/2*a0*b1^2+3``."""
    f: Rational = {}
    for sign, term in re.findall(r"([+-]?)([^+-]+)", text.strip()):
        value, names = Fraction(-1 if sign == "-" else 1), list[str]()
        for factor in term.split("*"):
            if factor[0].isdigit():
                value *= Fraction(factor)
            else:
                name, _, power = factor.partition("^")
                names += [name] * int(power or 1)
        f[tuple(sorted(names))] = value
    return {m: x for m, x in f.items() if x}


def _text(statement: Statement, cofactors: dict[Label, Rational]) -> str:
    scale = lcm(*(x.denominator for f in cofactors.values() for x in f.values()))
    keys = ["group", "width", "target", "constants", "route"]
    keys += ["values", "power"] if statement.route == "squares" else []
    head = {"format": "cogo-infeasible", "version": 1}
    head |= {key: getattr(statement, key) for key in keys} | {"scale": scale}
    lines = (
        json.dumps([list(label), [[int(x * scale), *m] for m, x in f.items()]])
        for label, f in cofactors.items()
    )
    text = in_lines(head, [("cofactors", lines)]) + "}\n"
    code, message = check(text.encode())
    if code:
        raise ValueError(f"what Singular found is not accepted: {message}")
    return text
