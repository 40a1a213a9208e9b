"""The command ``cogo``: construct, prove, show and check exact optimizers.

Exit codes: 0 accepted, 1 refuted (with the counterexample), 2 bad input (with what to do).
"""

import gc
import os
import re
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from errno import EDQUOT, EFBIG, EIO, ENOSPC
from importlib import import_module
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from algebra.machine.read_file import printable
from cogo.cli import terminal

#: The verbs, and the first sentence of the help of each.
VERBS = {
    "prove": "Check every claim of the theory for these groups, and say of each how it is known.",
    "laws": "Prove the semiring axioms and the homomorphism laws on symbolic entries.",
    "claims": "List the claims: id, statement, source, and what each rests on; nothing is checked.",
    "build": "Build an exact optimizer, prove it, and write it in any of the formats.",
    "families": "List the families of optimizers: names, nodes, and what each is.",
    "show": "Show an element: its nodes, composition, phases, and whether it is an optimizer.",
    "check": "Check certificates with the stand-alone checker of their format.",
    "train": "Train networks by gradient descent; the defaults are the protocol of the paper.",
    "sweep": "Train all combinations of groups, widths, decays, rates, splits and seeds.",
    "recognise": "Recognise the algebraic solution in the weights of a trained network.",
    "verify": "Prove which pairs a network answers correctly, its least margin, and its loss.",
    "certify": "Say which exact global optimizer a network is, or which are next to it, and prove "
    "it.",
    "compose": "Find all compositions that kill the given potentials; prove each exactly.",
    "fuzz": "Attack the claims with random values: weights, optimizers, near misses.",
    "narrow": "Say what is known of a width; else look for exact solutions, from random starts.",
    "page": "Show the interactive page: build, break, compose, recognise, train, and doubt.",
    "infeasible": "Prove that no network of so many nodes, complex weights even, adds exactly.",
}
#: Verbs that are not in a file of their name.
ELSEWHERE = {
    "laws": "cogo.cli.prove",
    "claims": "cogo.cli.prove",
    "families": "cogo.cli.show",
    "page": "cogo.page.verb",
}
#: What is wrong with words on the command line: of click, or of Typer's copy of it.
UsageError: Any = typer.BadParameter.__mro__[1]
HELP = {"help_option_names": ["-h", "--help"]}


class Verbs(TyperGroup):
    """The verbs, each loaded when it is called: help needs their names and first sentences."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names."""
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return what help says of a verb."""
        return TyperCommand(cmd_name, help=VERBS[cmd_name]) if cmd_name in VERBS else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the verb that was called, and the words after it."""
        word, *rest = args
        if word in VERBS:
            return word, verb(word), rest
        if ctx.resilient_parsing:  # a shell asks how the words may go on
            return None, None, rest
        near = get_close_matches(word, VERBS, n=1) or [x for x in rest if x in VERBS][:1]
        meant = f"; did you mean cogo {near[0]}?" if near else ""
        raise UsageError(f"{word!r:.60} is no verb{meant}", ctx=ctx)


def verb(name: str) -> Any:
    """Return the command of a verb."""
    from cogo.cli.options import flat

    function = getattr(import_module(ELSEWHERE.get(name, f"cogo.cli.{name}")), name)
    one = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")
    one.command(name, context_settings=HELP)(flat(function))
    return get_command(one)


app = typer.Typer(
    name="cogo",
    cls=Verbs,
    context_settings=HELP,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # since no room imports the face

        from algebra.machine.install import NAME

        print(f"cogo {version(NAME)}")
        raise typer.Exit


@app.callback()
def _cogo(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="print it, and stop"),
    ] = False,
) -> None:
    """Exact solutions of neural networks on finite Abelian groups: construct, prove, check."""


#: What Typer makes of Ctrl-C.
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> None:
    """Run ``cogo``; without arguments, print its help."""
    words = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
    gc.set_threshold(50_000, 20, 20)  # exact numbers are many small objects, without circles
    in_one_line(lambda: sys.exit(app(words, prog_name="cogo", standalone_mode=False) or 0), words)


def in_one_line(command: Callable[[], object], words: Sequence[str] = ()) -> None:
    """Run a command; every error of the user's becomes one line on stderr and exit code 2.

    Options are named as they are typed, where ``words`` has the verb.
    """
    terminal.prepare()
    try:
        os.getcwd()  # without a folder libraries die without a word
        command()
    except SystemExit as stop:
        if isinstance(stop.__context__, BrokenPipeError):  # Rich and Typer exit with 1: refuted
            sys.exit(2)
        if stop.code != INTERRUPTED:
            raise
        print("interrupted; nothing is left half written", file=sys.stderr)
        sys.exit(2)
    except (ValueError, OSError, UsageError) as error:
        said = terminal.coloured("error:", "red", f" {_as_typed(_line(error), words)}")
        Console(stderr=True).print(said, soft_wrap=True)
        sys.exit(2)
    except MemoryError:
        print("error: out of memory; take a smaller group or family", file=sys.stderr)
        sys.exit(2)


def _as_typed(line: str, words: Sequence[str]) -> str:
    """Return what says ``dtype=float64`` with ``--dtype=float64``, if the verb has the option."""
    name = next((word for word in words if word in VERBS), None)
    if name is None:
        return line
    options = {x.name: x.opts[0] for x in verb(name).params if x.opts[0].startswith("--")}
    options |= {text.removeprefix("--"): text for text in options.values()}
    named = "|".join(map(re.escape, options))
    return re.sub(rf"(?<![\w-])({named})=(?!=|True)", lambda m: f"{options[m[1]]}=", line)


def _line(error: Any) -> str:
    """Return an error on one line; files of ours are named already, so the rest is the output."""
    if isinstance(error, UsageError):
        said = " ".join(error.format_message().split()).rstrip(".")
        where = error.ctx.command_path if error.ctx else "cogo"
        return f"{printable(said)}; {where} -h says what there is"
    if isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT, EFBIG, EIO):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is buffered is not tried again
        return f"{error.filename or 'the output'} cannot be written: {error.strerror}"
    if isinstance(error, FileNotFoundError) and error.filename is None:
        return "the working folder is gone; change to one that exists: cd /tmp"
    if isinstance(error, OSError) and error.filename is not None:
        return f"{printable(error.filename)}: {error.strerror}"
    if "set_int_max_str_digits" in str(error):  # advice to change the interpreter
        return "a number of more than 4300 digits is not written; set parameters to shorter numbers"
    return printable(" ".join(str(error).split("\n")) or type(error).__name__)
