"""The policies of the parts, beside dispatch's own: what holds in a batch, and the files that say so."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from dispatch.board import Board
from dispatch.centre import policy as centre
from dispatch.clocks import policy as clocks
from dispatch.generators import policy as generators
from dispatch.review import policy as review
from dispatch.rota import policy as rota
from dispatch.rounds import policy as rounds
from dispatch.visits import policy as visits


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPolicies:
    """One for each part that has one; what ships holds where nothing else is said."""

    centre: centre.CentrePolicy = field(default_factory=centre.shipped_policy)
    clocks: clocks.SlaPolicy = field(default_factory=clocks.shipped_policy)
    rota: rota.RotaPolicy = field(default_factory=rota.shipped_policy)
    generators: generators.GeneratorPolicy = field(default_factory=generators.shipped_policy)
    visits: visits.VisitPolicy = field(default_factory=visits.shipped_policy)
    rounds: rounds.RoundPolicy = field(default_factory=rounds.shipped_policy)
    review: review.ReviewPolicy = field(default_factory=review.shipped_policy)

    def put_on(self, board: Board) -> None:
        """Has the batch decide by them."""
        board.centre.policy = self.centre
        board.clocks.policy = self.clocks
        board.rota.policy = self.rota
        board.generators.policy = self.generators
        board.visits.policy = self.visits
        board.rounds.policy = self.rounds
        board.review.policy = self.review


class PartPolicyFiles:
    """The operator's files in the data folder, each read again when it changes."""

    def __init__(self, data_dir: Path) -> None:
        self._centre = centre.policy_file(data_dir)
        self._clocks = clocks.policy_file(data_dir)
        self._rota = rota.policy_file(data_dir)
        self._generators = generators.policy_file(data_dir)
        self._visits = visits.policy_file(data_dir)
        self._rounds = rounds.policy_file(data_dir)
        self._review = review.policy_file(data_dir)

    def current(self) -> PartPolicies:
        return PartPolicies(
            centre=self._centre.current(),
            clocks=self._clocks.current(),
            rota=self._rota.current(),
            generators=self._generators.current(),
            visits=self._visits.current(),
            rounds=self._rounds.current(),
            review=self._review.current(),
        )


SHIPPED = PartPolicies()
