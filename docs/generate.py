"""Write the parts of the documentation that are made from the program: ``python docs/generate.py [--check]``.

``--check`` writes nothing and fails where a file is not what the program says. Run it without after a change of
commands, codes, keywords or settings.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, get_args, get_origin

REFERENCE = Path(__file__).resolve().parent / "reference"
MADE = "<!-- Made by docs/generate.py from the program. Do not edit: change the program, then run it again. -->\n"


def cell(text: str) -> str:
    """Text that fits into a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    names = list(head)
    lines = [names, ["---"] * len(names), *([cell(c) for c in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def code(words: Iterable[str]) -> str:
    """Words as code, with commas between."""
    return ", ".join(f"`{word}`" for word in words)


# --- commands ---------------------------------------------------------------------------------------------------


def commands() -> str:
    """Every command with its arguments and options, as the program itself knows them."""
    import typer
    from tagfolk_engine.cli.lazy import real
    from tagfolk_engine.cli.main import app

    group: Any = typer.main.get_command(app)
    context = group.make_context("tagfolk", [], resilient_parsing=True)
    parts = [
        "# Commands\n",
        MADE,
        "Every command ends with 0 where it did its work, 1 where the work found errors, 2 where it was called\n"
        "wrongly, 3 where a source, the store or the engine failed, and 130 after Ctrl-C. With `--json` one JSON\n"
        "document is all that is written to standard output.\n",
    ]
    for name in group.list_commands(context):
        parts.append(command(name, real(name)))
    return "\n".join(parts)


def command(name: str, found: Any) -> str:
    """One command; a group of commands with each of its own."""
    inner = getattr(found, "commands", None)
    if inner and len(inner) > 1:
        head = f"## tagfolk {name}\n\n{paragraphs(found.help)}\n"
        return head + "".join("\n" + command(f"{name} {sub}", inner[sub]) for sub in sorted(inner))
    return f"## tagfolk {name}\n\n{paragraphs(found.help)}\n\n{parameters(found)}"


def paragraphs(text: str | None) -> str:
    """Help text with its line breaks taken out, paragraph by paragraph."""
    return "\n\n".join(" ".join(part.split()) for part in (text or "").strip().split("\n\n"))


def parameters(found: Any) -> str:
    """A command's arguments and options as a table."""
    rows = []
    for parameter in found.params:
        if getattr(parameter, "hidden", False):
            continue
        if parameter.param_type_name == "argument":
            metavar = parameter.metavar or parameter.name.upper()
            rows.append([f"`{metavar}`", getattr(parameter, "help", None) or ""])
            continue
        names = [*parameter.opts, *parameter.secondary_opts]
        value = "" if parameter.is_flag else f" {parameter.metavar or 'VALUE'}"
        rows.append([", ".join(f"`{n}{value}`" for n in names), parameter.help or ""])
    return table(["argument or option", "meaning"], rows) if rows else ""


# --- codes ------------------------------------------------------------------------------------------------------

GROUPS = (
    ("T00", "T01", "What cannot be read"),
    ("T02", "T03", "Names"),
    ("T04", "T05", "Types and values"),
    ("T06", "T07", "How things hang together"),
    ("W00", "W04", "Warnings"),
)


def diagnostics() -> str:
    """All codes of rule files and of tagfolk.toml."""
    from tagfolk_dsl.codes import CODES
    from tagfolk_engine.workspace.codes import CODES as CONFIG

    parts = [
        "# Codes of errors and warnings\n",
        MADE,
        "`tagfolk check --explain T021` prints an entry. Codes that begin with T are errors of rule files, W are\n"
        "warnings, C concern `tagfolk.toml`. Warnings stop nothing.\n",
    ]
    for low, high, title in GROUPS:
        chosen = {key: entry for key, entry in CODES.items() if low <= key[:3] <= high}
        parts.append(f"## {title}\n")
        for key, entry in chosen.items():
            parts.append(
                f"### {key} {entry.title}\n\n{entry.meaning}\n\n*What to do:* {entry.mend}\n\n"
                f"**{entry.title_zh}**：{entry.meaning_zh} *怎么改：*{entry.mend_zh}\n"
            )
    parts.append("## tagfolk.toml\n")
    parts.append(
        table(
            ["code", "meaning", "what to do", "含义", "怎么改"],
            ([key, e.title, e.mend, e.title_zh, e.mend_zh] for key, e in sorted(CONFIG.items())),
        )
    )
    return "\n".join(parts)


# --- keywords ---------------------------------------------------------------------------------------------------

ROOMS = (
    ("statement", "Statements"), ("clause", "Clauses"), ("effect", "Effects"), ("expression", "Conditions"),
    ("window", "Time"), ("function", "Metrics"),
)  # fmt: skip


def keywords() -> str:
    """Every word of the language, in both languages."""
    from tagfolk_dsl.keywords import KEYWORDS, LAYERS, REFRESHES, UNITS, WEIGHTS

    parts = ["# Words of the language\n", MADE]
    for room, title in ROOMS:
        rows = ((code(k.en), code(k.zh), k.meaning, k.meaning_zh) for k in KEYWORDS if k.room == room)
        parts += [f"## {title}\n", table(["English", "Chinese", "meaning", "含义"], rows)]
    units: dict[str, list[str]] = {}
    for word, unit in UNITS.items():
        units.setdefault(unit.value, []).append(word)
    parts += [
        "## Units of time\n",
        table(["unit", "spellings"], ((unit, code(words)) for unit, words in units.items())),
    ]
    words = {"layer": LAYERS, "weight": WEIGHTS, "refresh": REFRESHES}
    rows = (
        (f"`{clause}`", f"`{english}`", f"`{chinese}`")
        for clause, those in words.items()
        for english, chinese in those.items()
    )
    parts += ["## Words after clauses\n", table(["clause", "English", "Chinese"], rows)]
    return "\n".join(parts)


# --- settings ---------------------------------------------------------------------------------------------------


def settings() -> str:
    """Every key of tagfolk.toml, from the models that read it."""
    from tagfolk_engine.workspace import settings as module

    parts = [
        "# Keys of tagfolk.toml\n",
        MADE,
        "`${NAME}` in a value is replaced from the environment. An unknown key is an error that names the nearest\n"
        "known one. The arguments of a plugin stand in its own block, beside `plugin`; `tagfolk plugins` lists the\n"
        "plugins.\n",
    ]
    for key, field in module.Settings.model_fields.items():
        model, head = model_of(field.annotation), heading(key, field.annotation)
        if model is None:
            continue
        doc = " ".join((model.__doc__ or "").split()).replace("``", "`")
        doc = doc.partition(":")[2].strip() if ":" in doc else ""  # without "[table]:", which is the heading
        rows = []
        for name, inner in model.model_fields.items():
            if name == "arguments":
                continue
            default = "required" if inner.is_required() else shown(inner.get_default(call_default_factory=True))
            rows.append([f"`{inner.alias or name}`", kind(inner.annotation), default])
        parts.append(f"## {head}\n")
        if doc:
            parts.append(doc[0].upper() + doc[1:] + "\n")
        if rows:
            parts.append(table(["key", "kind", "if not said"], rows))
    return "\n".join(parts)


def model_of(annotation: Any) -> Any:
    """The model inside ``X``, ``dict[str, X]`` or ``list[X]``."""
    inner = [annotation, *get_args(annotation)]
    return next((part for part in inner if hasattr(part, "model_fields")), None)


def heading(key: str, annotation: Any) -> str:
    """How the table is written in TOML."""
    origin = get_origin(annotation)
    if origin is list:
        return f"[[{key}]]"
    if origin is dict:
        return f"[{key}.NAME]" if key != "properties" else '[properties."EVENT.NAME"]'
    return f"[{key}]"


def kind(annotation: Any) -> str:
    """A type in plain words."""
    import types
    from typing import Annotated, Literal, Union

    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return kind(inner[0])
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in inner)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(kind(part) for part in inner if part is not type(None)))
    if origin is list:
        return f"list of {kind(inner[0])}"
    if origin is dict:
        return f"table of {kind(inner[1])}"
    names = {str: "text", bool: "true or false", int: "whole number", float: "number"}
    return names.get(annotation, getattr(annotation, "__name__", str(annotation)))


def shown(value: Any) -> str:
    """A default as TOML would have it; nothing for nothing."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


FILES: dict[str, Callable[[], str]] = {
    "cli.md": commands, "diagnostics.md": diagnostics, "keywords.md": keywords, "settings.md": settings,
}  # fmt: skip


def outdated() -> list[str]:
    """The files that are not what the program says."""
    return [
        name
        for name, made in FILES.items()
        if not (REFERENCE / name).is_file() or (REFERENCE / name).read_text(encoding="utf-8") != made()
    ]


def main(arguments: list[str]) -> int:
    """The exit code: 1 where ``--check`` found a file out of date."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python docs/generate.py [--check]\n")
        return 2
    old = outdated()
    if arguments:
        for name in old:
            sys.stderr.write(f"docs/reference/{name} is out of date: run 'python docs/generate.py' and commit it\n")
        return 1 if old else 0
    REFERENCE.mkdir(exist_ok=True)
    for name in old:
        (REFERENCE / name).write_text(FILES[name](), encoding="utf-8")
        sys.stdout.write(f"wrote docs/reference/{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
