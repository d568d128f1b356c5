"""The published set is read as it is and learned from: far better than answers that take no learning."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from click.testing import CliRunner

from alarm_correlation.learning.published import read_matrix, read_published
from alarm_correlation.learning.score import Score, area_under_curve, of_answer, of_ranking
from alarm_correlation.learning.trial import try_on
from guywire.cli import main
from guywire.errors import GuywireError

SET = Path(__file__).parents[4] / "shared" / "data" / "alarm_correlation" / "neurips2023_sample"
needs_the_set = pytest.mark.skipif(not SET.exists(), reason="the published alarms are not beside this repository")
HEADER = "alarm_id,device_id,start_timestamp,end_timestamp\n"


@needs_the_set
def test_on_a_published_set_what_is_learned_is_far_better_than_what_takes_no_learning() -> None:
    learned, *others = try_on(read_published(SET, days=2), window=300)
    assert learned.score.f1 > 0.85
    assert learned.score.precision > 0.95
    assert learned.score.auc > 0.93
    by_itself, *trivial = others
    assert learned.score.f1 > by_itself.score.f1 + 0.1
    assert all(learned.score.f1 > other.score.f1 + 0.4 for other in trivial)
    assert all(learned.score.auc > other.score.auc for other in others)


@needs_the_set
def test_the_published_set_is_read_as_it_is_described() -> None:
    published = read_published(SET)
    assert (len(published.kinds), len(published.truth), published.history.sites) == (59, 147, 45)
    assert len(published.history.onsets) == 30_691 - 14  # repeats within one second
    assert len(published.pairs) == 59 * 58


def test_the_command_prints_every_answer_with_its_scores(tmp_path: Path) -> None:
    write_set(
        tmp_path, alarms=[(kind, place, 100 * n + 5 * kind) for n in range(60) for kind in (0, 1) for place in (0,)]
    )
    done = CliRunner().invoke(main, ["causes", "try", str(tmp_path), "--window-minutes", "1"])
    assert done.exit_code == 0, done.output
    heading, learned, *rest = done.output.splitlines()
    assert heading.split() == ["answer", "pairs", "right", "precision", "recall", "F1", "AUC"]
    assert learned.startswith("learned")
    assert len(rest) == 5


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("alarm.csv", b"a,b\n", "its first line is not alarm_id"),
        ("alarm.csv", HEADER.encode() + b"0,0,1,2\n7,0,1,2\n", "line 3: not an alarm of a known type and device"),
        ("alarm.csv", HEADER.encode() + b"x,0,1,2\n", "invalid literal"),
        ("alarm.csv", b"\xff\xfe", "codec can't decode"),
        ("topology.npy", b"PK", "does not begin as a .npy file"),
        ("topology.npy", b"\x93NUMPY\x01\x00\x05\x00{1:2", "cannot be read"),
        ("true_graph.npy", None, "No such file"),
    ],
)
def test_a_set_that_is_broken_is_refused_with_file_and_reason(
    file: str, content: bytes | None, reason: str, tmp_path: Path
) -> None:
    write_set(tmp_path, alarms=[])
    if content is None:
        (tmp_path / file).unlink()
    else:
        (tmp_path / file).write_bytes(content)
    done = CliRunner().invoke(main, ["causes", "try", str(tmp_path)])
    assert done.exit_code == 1
    assert str(tmp_path / file) in done.stderr
    assert reason in done.stderr


@pytest.mark.parametrize(
    ("shape", "order", "numbers", "reason"),
    [((2, 3), False, 6, "not a square"), ((2, 2), True, 4, "not a square"), ((2, 2), False, 3, "holds 3 numbers")],
)
def test_a_matrix_of_another_shape_is_refused(
    shape: tuple[int, int], order: bool, numbers: int, reason: str, tmp_path: Path
) -> None:
    write_matrix(tmp_path / "m.npy", [0.0] * numbers, shape, order)
    with pytest.raises(GuywireError, match=reason):
        read_matrix(tmp_path / "m.npy")


def test_a_matrix_is_read_row_by_row(tmp_path: Path) -> None:
    write_matrix(tmp_path / "m.npy", [1, 2, 3, 4], (2, 2))
    assert [list(row) for row in read_matrix(tmp_path / "m.npy")] == [[1, 2], [3, 4]]


def test_scores_are_those_of_the_textbook() -> None:
    pairs = [("a", "b"), ("a", "c"), ("b", "c"), ("c", "a")]
    truth = {("a", "b"), ("b", "c")}
    score = of_answer({("a", "b"), ("a", "c"), ("c", "a")}, truth)
    assert score.precision == pytest.approx(1 / 3)
    assert score.recall == 0.5
    assert score.f1 == pytest.approx(2 * (1 / 3) * 0.5 / (1 / 3 + 0.5))
    ranking = {("a", "b"): 3.0, ("a", "c"): 2.0, ("b", "c"): 2.0}
    # of the four true-false comparisons three are won and one is drawn
    assert area_under_curve(ranking, truth, pairs) == pytest.approx(3.5 / 4)
    assert of_ranking(ranking, truth, pairs).found == 3
    assert of_ranking(ranking, truth, pairs).f1 == pytest.approx(0.8)


def test_a_score_of_nothing_is_no_error() -> None:
    assert (Score(0, 0, 0).precision, Score(0, 0, 0).recall, Score(0, 0, 0).f1) == (0.0, 0.0, 0.0)
    assert area_under_curve({}, set(), [("a", "b")]) == 0.5


def write_set(folder: Path, alarms: list[tuple[int, int, int]]) -> None:
    """Two types on two devices that are joined; the first type causes the second."""
    write_matrix(folder / "topology.npy", [0, 1, 1, 0], (2, 2))
    write_matrix(folder / "true_graph.npy", [0, 1, 0, 0], (2, 2))
    rows = "".join(f"{kind},{place},{at},{at + 10}\n" for kind, place, at in alarms)
    (folder / "alarm.csv").write_text(HEADER + rows, "utf-8")


def write_matrix(path: Path, numbers: list[float], shape: tuple[int, int], fortran: bool = False) -> None:
    """A .npy file of format 1.0, as its specification says."""
    header = f"{{'descr': '<f8', 'fortran_order': {fortran}, 'shape': {shape}, }}".encode()
    header += b" " * (-(10 + len(header) + 1) % 64) + b"\n"
    body = struct.pack(f"<{len(numbers)}d", *numbers)
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + body)
