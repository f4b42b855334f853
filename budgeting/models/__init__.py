"""Tables of rounds, electors, ballots and tallies."""

from budgeting.models.ballot import Ballot, BallotCommitment, Elector, FinalBallot
from budgeting.models.round import BallotType, Phase, PhaseKind, Round, RoundState, SubBudget
from budgeting.models.simulation import (
    Simulation,
    SimulationFile,
    SimulationRun,
    SimulationState,
)
from budgeting.models.tally import Outcome, Tally, TallyState

__all__ = [
    "Ballot",
    "BallotCommitment",
    "BallotType",
    "Elector",
    "FinalBallot",
    "Outcome",
    "Phase",
    "PhaseKind",
    "Round",
    "RoundState",
    "Simulation",
    "SimulationFile",
    "SimulationRun",
    "SimulationState",
    "SubBudget",
    "Tally",
    "TallyState",
]
