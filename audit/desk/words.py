"""What findings, samples and flags are called."""

from __future__ import annotations

from audit.desk.models import (
    EntryKind,
    FindingState,
    SampleKind,
    Severity,
    Verdict,
    Visibility,
)
from audit.flags.models import FlagState, RunState
from core.i18n import Message, lazy_gettext

SEVERITIES: dict[str, Message] = {
    Severity.LOW: lazy_gettext("Minor"),
    Severity.MEDIUM: lazy_gettext("Serious"),
    Severity.HIGH: lazy_gettext("Grave"),
}
SEVERITY_TONES: dict[str, str] = {
    Severity.LOW: "quiet",
    Severity.MEDIUM: "gold",
    Severity.HIGH: "seal",
}
FINDING_STATES: dict[str, Message] = {
    FindingState.DRAFT: lazy_gettext("Draft"),
    FindingState.DROPPED: lazy_gettext("Dropped"),
    FindingState.ISSUED: lazy_gettext("Waits for the answer"),
    FindingState.ANSWERED: lazy_gettext("Answered, not judged yet"),
    FindingState.RETURNED: lazy_gettext("Asked again"),
    FindingState.CLOSED: lazy_gettext("Closed"),
}
FINDING_TONES: dict[str, str] = {
    FindingState.DRAFT: "quiet",
    FindingState.DROPPED: "quiet",
    FindingState.ISSUED: "gold",
    FindingState.ANSWERED: "blue",
    FindingState.RETURNED: "gold",
    FindingState.CLOSED: "jade",
}
VERDICTS: dict[str, Message] = {
    Verdict.REMEDIED: lazy_gettext("Put right"),
    Verdict.EXPLAINED: lazy_gettext("Explained: nothing was wrong"),
    Verdict.NOT_REMEDIED: lazy_gettext("Not put right"),
    Verdict.REFERRED: lazy_gettext("Handed to a higher authority"),
}
VERDICT_TONES: dict[str, str] = {
    Verdict.REMEDIED: "jade",
    Verdict.EXPLAINED: "blue",
    Verdict.NOT_REMEDIED: "seal",
    Verdict.REFERRED: "seal",
}
VISIBILITIES: dict[str, Message] = {
    Visibility.START: lazy_gettext("As soon as it is issued"),
    Visibility.ANSWER: lazy_gettext(
        "With the department's first answer, or when that answer is overdue"
    ),
}
ENTRIES: dict[str, Message] = {
    EntryKind.ISSUED: lazy_gettext("Issued"),
    EntryKind.ANSWER: lazy_gettext("Answer of the department"),
    EntryKind.RETURNED: lazy_gettext("Not enough: asked again"),
    EntryKind.FOLLOW_UP: lazy_gettext("What has happened since"),
    EntryKind.REMINDER: lazy_gettext("Reminded: the answer is overdue"),
    EntryKind.VERDICT: lazy_gettext("Verdict"),
}
SAMPLE_KINDS: dict[str, Message] = {
    SampleKind.RANDOM: lazy_gettext("At random"),
    SampleKind.AMOUNT: lazy_gettext("By amount"),
    SampleKind.RISK: lazy_gettext("By risk"),
}
FLAG_STATES: dict[str, Message] = {
    FlagState.OPEN: lazy_gettext("New"),
    FlagState.DISMISSED: lazy_gettext("Dismissed"),
    FlagState.FINDING: lazy_gettext("Became a finding"),
    FlagState.LAPSED: lazy_gettext("No longer so"),
}
FLAG_TONES: dict[str, str] = {
    FlagState.OPEN: "gold",
    FlagState.DISMISSED: "quiet",
    FlagState.FINDING: "seal",
    FlagState.LAPSED: "quiet",
}
RUN_STATES: dict[str, Message] = {
    RunState.WAITING: lazy_gettext("Waits for its turn"),
    RunState.RUNNING: lazy_gettext("The rules are looking"),
    RunState.DONE: lazy_gettext("Done"),
    RunState.FAILED: lazy_gettext("Broke off"),
}
EVENTS: dict[str, Message] = {
    "finding.issued": lazy_gettext("Auditors issued a finding"),
    "finding.published": lazy_gettext("A finding of the auditors became public"),
    "finding.answered": lazy_gettext("The department answered a finding"),
    "finding.returned": lazy_gettext("Auditors asked again about a finding"),
    "finding.follow_up": lazy_gettext("Something was added to a finding"),
    "finding.closed": lazy_gettext("A finding was closed"),
    "audit.sample_asked": lazy_gettext("Auditors asked for a sample"),
    "audit.sample_drawn": lazy_gettext("A sample was drawn"),
    "audit.flags_dismissed": lazy_gettext("Auditors dismissed flags"),
}
