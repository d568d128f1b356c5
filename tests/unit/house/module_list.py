"""The list of modules in docs/architecture.md: each file with the first sentence of its own docstring.

`python -m tests.unit.house.module_list` writes the list anew.
"""

from __future__ import annotations

import ast

from tests.unit.house.tree import PACKAGES, ROOT, files, name_of, parsed

DOCUMENT = ROOT / "docs" / "architecture.md"
_START = "<!-- the modules, as they say of themselves -->\n"


def module_list() -> str:
    """One section a package, one line a module."""
    return "\n".join(_section(package) for package in PACKAGES)


def written_list() -> str:
    """The list as the document has it now."""
    return DOCUMENT.read_text("utf-8").partition(_START)[2].lstrip("\n")


def rewrite() -> None:
    """Puts the list as it should be into the document."""
    before, start, _ = DOCUMENT.read_text("utf-8").partition(_START)
    DOCUMENT.write_text(f"{before}{start}\n{module_list()}", "utf-8")


def _section(package: str) -> str:
    modules = [path for path in files((".py",), package) if not path.name.startswith("__")]
    lines = [f"- `{name_of(path)}`: {_says(ast.get_docstring(parsed(path)) or '')}\n" for path in modules]
    return f"### {package}\n\n{''.join(lines)}"


def _says(docstring: str) -> str:
    return " ".join(docstring.partition("\n\n")[0].split())


if __name__ == "__main__":
    rewrite()
