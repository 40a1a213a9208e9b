"""Names that a package hands on and loads when first asked for, written once, for mypy as well."""

import ast
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path


def handed_on(
    package: str, file: str
) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """Return ``__getattr__``, ``__dir__`` and ``__all__`` of the package of this name and file.

    What is imported in that file under ``if TYPE_CHECKING`` is handed on; of a file ``*``, its
    public functions.
    """
    homes = _homes(package, file)

    def get(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, attribute = homes[name]
        if module == package:  # a sub-package
            return import_module(f"{package}.{attribute}")
        return getattr(import_module(module), attribute)

    names = sorted(homes)
    return get, lambda: names, names


def _homes(module: str, file: str) -> dict[str, tuple[str, str]]:
    """Return where the names come from that a file defines or hands on, read from its source."""
    homes: dict[str, tuple[str, str]] = {}
    for node in ast.parse(Path(file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            homes[node.name] = (module, node.name)
        elif isinstance(node, ast.If):
            for line in node.body:
                assert isinstance(line, ast.ImportFrom)
                assert line.module is not None
                for x in line.names:
                    if x.name == "*":
                        spec = find_spec(line.module)
                        assert spec is not None
                        homes |= _homes(line.module, str(spec.origin))
                    else:
                        homes[x.asname or x.name] = (line.module, x.name)
    return homes
