"""JSON from strangers, read strictly: no key twice, no number or depth without end."""

from __future__ import annotations

import json
from typing import Any

MAX_DIGITS = 1000


def strict_json(text: str | bytes) -> Any:
    """Return what JSON text, or its bytes in UTF-8, says."""
    try:
        decoded = text.decode() if isinstance(text, bytes) else text
        return json.loads(decoded, object_pairs_hook=_distinct, parse_int=_integer)
    except UnicodeDecodeError:
        raise ValueError("not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from None
    except RecursionError:
        raise ValueError("not JSON that is read: brackets are nested too deep") from None


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r:.40} is given twice; give each key once")
        found[key] = value
    return found


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(
            f"the integer {digits[:20]}... has {len(digits)} digits; at most {MAX_DIGITS} are read"
        )
    return int(digits)
