"""What is wrong in a TOML file of ours, as one sentence: its line, its table, what is wrong and what would be right."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

Step = int | str
HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\"' -]+?)\s*\]\]?\s*(?:#.*)?$")

IN_TOML = {
    "missing": "is missing",
    "tuple_type": 'must be a list, such as ["one", "two"]',
    "string_type": "must be a text in quotes",
    "dict_type": "must be a table",
    "model_type": "must be a table",
}
"""What pydantic says in Python's words, in those of TOML."""


def explain(error: ValidationError, data: object, text: str, model: type[BaseModel]) -> str:
    """The first problem of a validation, with the line of the key (or of its table) where it can be told."""
    # A key spelt wrong is often one that is missing too, and the spelling is what to mend.
    problem = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
    place, here = "", data
    for step in problem["loc"]:
        if isinstance(step, int):
            item = here[step] if isinstance(here, list) and step < len(here) else None
            name = item.get("name") if isinstance(item, dict) else None
            place += f" number {step + 1}" + (f" ({name!r})" if name else "")
            here = item
        else:
            place += ("." if place else "") + str(step)
            here = here.get(step) if isinstance(here, dict) else None
    message = IN_TOML.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        message = "is no key of this table; " + would_be_right(problem["loc"], model)
    line = line_of(problem["loc"], text)
    return (f"line {line}: " if line else "") + (f"[{place}] {message}" if place else message)


def would_be_right(place: Sequence[Step], model: type[BaseModel]) -> str:
    """The key that was meant, or all that the table may hold."""
    known = keys_of(place[:-1], model)
    near = difflib.get_close_matches(str(place[-1]), known, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"it may have {', '.join(known)}" if known else "check its spelling"


def keys_of(place: Sequence[Step], model: Any) -> list[str]:
    """The keys that the table at a place may have; none where the file's shape does not lead to one."""
    for step in place:
        if isinstance(step, str):
            fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
            model = next(models_in(fields.get(step)), None)
            if model is None:
                return []
    return [field.alias or name for name, field in model.model_fields.items()]


def models_in(annotation: Any) -> Any:
    """The models within a type: of ``tuple[Brand, ...]``, Brand."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def line_of(place: Sequence[Step], text: str) -> int | None:
    """The number of the line with the key at a place, else of its table's header; None for inline tables of lists and the like.

    The standard library's parser keeps no lines, so the headers are counted here: ``[[brand]]`` begins a brand, ``[brand.accounts]``
    and ``[[brand.product]]`` belong to the last one.
    """
    counts: dict[tuple[Step, ...], int] = {}
    here: tuple[Step, ...] = ()
    best: tuple[int, int] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if header := HEADER.match(line):
            names = [name.strip(" \"'") for name in header[2].split(".")]
            here = ()
            for name in names[:-1]:
                here += (name,)
                if here in counts:
                    here += (counts[here],)
            here += (names[-1],)
            if header[1] == "[[":
                # A new brand's products are counted from the first again.
                counts = {
                    known: count for known, count in counts.items() if known[: len(here)] != here or known == here
                }
                counts[here] = counts.get(here, -1) + 1
                here += (counts[here],)
            found = here
        elif key := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*=", line):
            found = (*here, key[1])
        else:
            continue
        if tuple(place[: len(found)]) == found and (best is None or len(found) > best[0]):
            best = len(found), number
    return best[1] if best else None
