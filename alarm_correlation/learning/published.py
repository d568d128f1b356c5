"""A published set of alarms with its true causes, as the learner takes it: alarm.csv, topology.npy, true_graph.npy.

The form of the NeurIPS 2023 causal structure learning competition: alarms as (type, device, start, end) in seconds,
the devices' adjacency, and the graph of types as rows of causes. A device stands for a site, two that are joined for
a link.
"""

from __future__ import annotations

import ast
import csv
import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alarm_correlation.causes import Scope
from alarm_correlation.learning.history import History, Onset, Place, Reach
from alarm_correlation.learning.reaches import same_site
from alarm_correlation.learning.score import Pair
from guywire.errors import GuywireError

_MAGIC = b"\x93NUMPY"
_NUMBERS = {"<f8": "d", "<i8": "q", "<i4": "i", "|b1": "b", "|u1": "B"}
_HEADER = ["alarm_id", "device_id", "start_timestamp", "end_timestamp"]
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Published:
    """Alarms on a topology, and which types truly cause which; `kinds` are all types of the graph."""

    history: History
    kinds: tuple[str, ...]
    truth: frozenset[Pair]

    @property
    def pairs(self) -> list[Pair]:
        """Every ordered pair of two types."""
        return [(cause, effect) for cause in self.kinds for effect in self.kinds if cause != effect]


def read_published(folder: Path, days: float | None = None) -> Published:
    """Reads a folder, or its first days. Raises `GuywireError` with file, place and reason."""
    topology = read_matrix(folder / "topology.npy")
    graph = read_matrix(folder / "true_graph.npy")
    onsets = _onsets(folder / "alarm.csv", len(graph), len(topology))
    if days is not None:
        onsets = [onset for onset in onsets if onset.at < days * _DAY]
    history = History(onsets, (same_site(), _joined(topology)), len(topology))
    kinds = tuple(str(number) for number in range(len(graph)))
    truth = {(kinds[i], kinds[j]) for i, row in enumerate(graph) for j, x in enumerate(row) if x and i != j}
    return Published(history, kinds, frozenset(truth))


def read_matrix(path: Path) -> list[Sequence[float]]:
    """A square matrix of a .npy file (NumPy format 1 to 3), row by row; nobody needs NumPy for it."""
    try:
        data = path.read_bytes()
        if data[:6] != _MAGIC:
            raise ValueError("it does not begin as a .npy file does")
        width = "<H" if data[6] == 1 else "<I"
        begin = 8 + struct.calcsize(width)
        end = begin + struct.unpack_from(width, data, 8)[0]
        header = ast.literal_eval(data[begin:end].decode("latin-1"))
        size, other = header["shape"]
        if size != other or header["fortran_order"]:
            raise ValueError("it is not a square matrix in C order")
        numbers = array(_NUMBERS[header["descr"]])
        numbers.frombytes(data[end:])
        if len(numbers) != size * size:
            raise ValueError(f"it holds {len(numbers)} numbers, not {size} x {size}")
    except (OSError, ValueError, KeyError, TypeError, SyntaxError, IndexError, struct.error) as error:
        raise GuywireError(f"{path} cannot be read: {error}. Fetch the set again.") from error
    return [numbers[row * size : (row + 1) * size] for row in range(size)]


def _onsets(path: Path, kinds: int, devices: int) -> list[Onset]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            if next(rows, None) != _HEADER:
                raise ValueError(f"its first line is not {','.join(_HEADER)}")
            # the same alarm told twice in one second began once
            return sorted({_onset(row, rows.line_num, kinds, devices) for row in rows})
    except (OSError, ValueError, csv.Error) as error:
        raise GuywireError(f"{path} cannot be read: {error}. Fetch the set again.") from error


def _onset(row: list[str], line: int, kinds: int, devices: int) -> Onset:
    if len(row) != len(_HEADER) or not (0 <= int(row[0]) < kinds and 0 <= int(row[1]) < devices):
        raise ValueError(f"line {line}: not an alarm of a known type and device")
    return Onset(float(row[2]), str(int(row[0])), str(int(row[1])), "")


def _joined(topology: Sequence[Sequence[float]]) -> Reach:
    beside: list[tuple[Place, ...]] = [
        tuple((str(other), "") for other, joined in enumerate(row) if joined and other != here)
        for here, row in enumerate(topology)
    ]
    return Reach(Scope.LINK, lambda effect: beside[int(effect.site)], lambda cause: len(beside[int(cause.site)]))
