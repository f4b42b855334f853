"""Tables of the auditor's desk."""

from audit.desk.models.finding import (
    EntryKind,
    Finding,
    FindingEntry,
    FindingEvidence,
    FindingState,
    Severity,
    Verdict,
    Visibility,
    finding_number,
)
from audit.desk.models.look import Look
from audit.desk.models.paper import WorkingPaper
from audit.desk.models.sample import Sample, SampleItem, SampleKind, sample_number

__all__ = [
    "EntryKind",
    "Finding",
    "FindingEntry",
    "FindingEvidence",
    "FindingState",
    "Look",
    "Sample",
    "SampleItem",
    "SampleKind",
    "Severity",
    "Verdict",
    "Visibility",
    "WorkingPaper",
    "finding_number",
    "sample_number",
]
