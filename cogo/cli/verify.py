"""``cogo verify``: what is proved of a trained network itself, on its floats as they are stored."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Annotated

from algebra.machine.read_file import printable, read_bytes
from algebra.machine.write_file import require_writable, write_bytes
from algebra.numbers.arrays import Floats
from cogo.cli import options as opt
from cogo.cli.terminal import wrote
from numeric.verification.verify import Verified, verify as verified
from numeric.weights.arrays.containers import stored_in
from numeric.weights.arrays.stored import EXACT
from numeric.weights.performance import accuracies, said
from numeric.weights.plain_network import WeightFileError
from proofs.certificates import network_checker
from proofs.certificates.verified_file import DIRECT, verified_file

SUFFIX = ".verify.json"
_OUTPUT = "what is proved, as a file for network_checker.py, beside the weights"


def verify(
    file: opt.Weights,
    *,
    output: Annotated[opt.File, opt.output_to(f"OUT{SUFFIX}", _OUTPUT)] = None,
    given: opt.Given,
    force: opt.Force = False,
    out: opt.Output,
) -> None:
    """Prove which pairs a network answers correctly, its least margin, and its loss.

    Its floats are taken as the exact numbers that they are. Bounds of all rounding errors decide,
    and integers where they do not.

    Exit code 0: all pairs are right; 1: some are wrong, and are listed; 2: bad input.

    Example: [bold]cogo verify weights.npz -o weights.verify.json[/], then [bold]python
    network_checker.py weights.verify.json[/] anywhere, with both files side by side.
    """
    copy = _checked(output, file, force) if output else Path()
    written: dict[Path, bytes] = {}
    with out.bar() as show:
        found = verified(file, **vars(given), progress=show)
        if output is not None:
            text, weights = verified_file(found, file, _arrays(file), copy=copy.name)
            show("replaying with the stand-alone checker", 0, 0)
            _replay(text, weights, file)
            written = {} if weights is None else {copy: weights}
            written[output] = text
    for path, data in written.items():
        write_bytes(path, data, force=force)
    lines = chain(_lines(file, found), wrote(output))
    if copy in written:
        same = f"wrote {printable(copy)}, the same numbers as a file that the checker reads"
        lines = chain(lines, [same])
    out.end(0 if found.correct else 1, {"file": str(file), **found.as_json()}, lines)


def _lines(file: Path, found: Verified) -> Iterator[str]:
    network = found.reading.network
    sizes = f"{network.width} nodes, {network.inputs} inputs, activation {network.activation}"
    yield f"{printable(file)}: {sizes}"
    yield from found.reading.notes
    yield from found.lines()
    if not (found.correct or found.reading.over_a_table) and network.activation == "square":
        share = 1 - len(found.verdict.wrong) / found.verdict.pairs
        others = accuracies(found.reading.weights).items()
        better = {name: accuracy for name, accuracy in others if accuracy > share}
        yield from filter(None, [said(share, better)])


def _checked(output: Path, file: Path, force: bool) -> Path:
    """Return the name of a copy of the weights, if one should be needed; refuse bad names first."""
    if not output.name.endswith(SUFFIX) or output.name == SUFFIX:
        raise ValueError(f"output={output}: the name of such a file ends in {SUFFIX}")
    if file.suffix.lower() in DIRECT and output.parent.resolve() != file.parent.resolve():
        raise ValueError(
            f"output={output}: the checker looks for the weights beside it; pass "
            f"{file.parent / output.name}"
        )
    copy = output.with_name(output.name.removesuffix(SUFFIX) + ".verify.safetensors")
    require_writable(output, copy, force=force)
    return copy


def _arrays(file: Path) -> dict[str, Floats]:
    """Return the matrices and vectors of floats in a file by name, those of finite numbers."""
    found = {}
    with stored_in(file) as (arrays, _):
        for name, x in arrays.items():
            if x.dtype in EXACT and 1 <= len(x.shape) <= 2 and x.size:
                with suppress(WeightFileError):  # of an array beside the network
                    found[name] = x.floats(name)
    return found


def _replay(text: bytes, weights: bytes | None, file: Path) -> None:
    """Have the stand-alone checker accept the statement, or refuse to write it."""

    def read(path: str, most: int) -> bytes:
        if path == SUFFIX:
            return text
        return read_bytes(file, limit=most) if weights is None else weights

    code, message = network_checker.check(SUFFIX, read)
    if code:
        raise ValueError(f"nothing was written; the stand-alone checker says: {message}")
