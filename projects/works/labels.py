"""What contracts' states are called on the pages of delivery."""

from __future__ import annotations

from core.i18n import Message, lazy_gettext
from projects.states import ContractState

CONTRACT_STATES: dict[str, tuple[Message, str]] = {
    ContractState.DRAWN: (lazy_gettext("Drawn up"), "quiet"),
    ContractState.AGREED: (lazy_gettext("Agreed to by the contractor"), "gold"),
    ContractState.SIGNED: (lazy_gettext("Signed"), "blue"),
    ContractState.CLOSED: (lazy_gettext("Closed"), "jade"),
    ContractState.TERMINATED: (lazy_gettext("Terminated"), "seal"),
}
