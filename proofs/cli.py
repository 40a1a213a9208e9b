"""The command ``cogo``: construct, prove, show and check exact optimizers.

Exit codes: 0 accepted, 1 refuted (with the counterexample), 2 bad input (with what to do).
"""

from __future__ import annotations

import os
import sys
from errno import EDQUOT, EFBIG, EIO, ENOSPC

import typer
from rich.console import Console
from rich.markup import escape

from algebra.read_file import printable
from numeric import cli_recognise, cli_sweep, cli_train
from proofs import (
    cli_build,
    cli_certify,
    cli_check,
    cli_compose,
    cli_fuzz,
    cli_infeasible,
    cli_narrow,
    cli_prove,
    cli_reproduce,
    cli_show,
    terminal,
)

app = typer.Typer(
    name="cogo",
    help="Exact solutions of neural networks on finite Abelian groups: construct, prove, check.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("prove")(cli_prove.prove)
app.command("laws")(cli_prove.laws)
app.command("claims")(cli_prove.claims)
app.command("build")(cli_build.build)
app.command("show")(cli_show.show)
app.command("check")(cli_check.check)
app.command("train")(cli_train.train)
app.command("sweep")(cli_sweep.sweep)
app.command("recognise")(cli_recognise.recognise)
app.command("certify")(cli_certify.certify)
app.command("reproduce")(cli_reproduce.reproduce)
app.command("compose")(cli_compose.compose)
app.command("fuzz")(cli_fuzz.fuzz)
app.command("narrow")(cli_narrow.narrow)
app.command("infeasible")(cli_infeasible.infeasible)


#: What Typer makes of Ctrl-C.
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> None:
    """Run ``cogo``; every error of the user's becomes one line on stderr and exit code 2."""
    terminal.prepare()
    try:
        if terminal.folder_is_gone():
            raise ValueError("the working folder is gone; change to one that exists: cd /tmp")
        app(arguments, standalone_mode=True)
    except SystemExit as stop:
        if isinstance(stop.__context__, BrokenPipeError):  # Rich and Typer exit with 1: refuted
            sys.exit(2)
        if stop.code != INTERRUPTED:
            raise
        print("interrupted; nothing is left half written", file=sys.stderr)
        sys.exit(2)
    except (ValueError, OSError) as error:
        Console(stderr=True, highlight=False).print(
            f"[red]error:[/] {escape(_line(error))}", soft_wrap=True
        )
        sys.exit(2)
    except MemoryError:
        print("error: out of memory; take a smaller group or family", file=sys.stderr)
        sys.exit(2)


def _line(error: ValueError | OSError) -> str:
    """Return an error on one line; files of ours are named already, so the rest is the output."""
    if isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT, EFBIG, EIO):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is buffered is not tried again
        return f"{error.filename or 'the output'} cannot be written: {error.strerror}"
    if isinstance(error, OSError) and error.filename is not None:
        return f"{printable(error.filename)}: {error.strerror}"
    if "set_int_max_str_digits" in str(error):  # advice to change the interpreter
        return "a number of more than 4300 digits is not written; set parameters to shorter numbers"
    return printable(" ".join(str(error).split("\n")) or type(error).__name__)
