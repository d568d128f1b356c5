"""`guywire profile draft SOURCE`: a first profile from a MIB, from OpenNMS events or from snmptt.conf."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import click

from collectors.draft.compose import compose
from collectors.draft.from_mib import read_mib
from collectors.draft.from_opennms import read_opennms
from collectors.draft.from_snmptt import is_snmptt, read_snmptt
from collectors.draft.mib import is_mib
from collectors.draft.model import Definitions, DraftError, is_oid
from collectors.draft.write import write
from collectors.profile.compile import parse

_HEAD = 262_144


@click.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file instead of the terminal.")
@click.option("--name", default="", help="The profile's name; without it, the source's.")
@click.option(
    "--mib-path",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder with the MIBs that SOURCE refers to, beside its own; may be given again.",
)
@click.option("--known", multiple=True, metavar="NAME=OID", help="The OID of a name whose MIB is not at hand.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def draft(
    source: Path, output: Path | None, name: str, mib_path: tuple[Path, ...], known: tuple[str, ...], force: bool
) -> None:
    """Writes a first profile from SOURCE: a MIB, an OpenNMS event file or a snmptt.conf. It says what it guessed."""
    text = drafted(source, mib_path, name, _known(known))
    if output is None:
        click.echo(text, nl=False)
        return
    if output.exists() and not force:
        raise DraftError(f"{output} is there already. Choose another file, or give --force.")
    output.write_text(text, "utf-8")
    click.echo(f"{output}: drafted. Read its comments, mend it, then: guywire profile check {output}")


def drafted(
    source: Path, mib_path: Sequence[Path] = (), name: str = "", known: Mapping[str, str] = MappingProxyType({})
) -> str:
    """The text of a profile drafted from a file, checked to be one. Raises `DraftError`."""
    definitions = read_source(source, mib_path, known)
    if not definitions.traps:
        raise DraftError(
            f"{source}: defines no traps, so there is nothing to draft. {' '.join(definitions.notes)}".strip()
        )
    text = write(compose(definitions), name or _profile_name(definitions.title))
    parse(text, f"the draft from {source}")
    return text


def read_source(
    source: Path, mib_path: Sequence[Path] = (), known: Mapping[str, str] = MappingProxyType({})
) -> Definitions:
    """The traps that a file defines, whichever of the three kinds it is. Raises `DraftError`."""
    try:
        with source.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise DraftError(f"{source}: cannot be read: {error}") from error
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return read_opennms(source, mib_path)
    if is_snmptt(head.decode("utf-8", errors="replace")):
        return read_snmptt(source, mib_path)
    if is_mib(head):
        return read_mib(source, mib_path, known)
    raise DraftError(
        f"{source}: neither a MIB (... DEFINITIONS ::= BEGIN), nor OpenNMS events (<events>), "
        "nor a snmptt.conf (EVENT ...)."
    )


def _known(options: Sequence[str]) -> dict[str, str]:
    out = {}
    for option in options:
        name, _, oid = option.partition("=")
        if not is_oid(oid.removeprefix(".")):
            raise DraftError(f"--known {option}: not NAME=OID, as in acme=1.3.6.1.4.1.99999.")
        out[name] = oid.removeprefix(".")
    return out


def _profile_name(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower().removesuffix(".xml").removesuffix(".conf")).strip("-") or "draft"
