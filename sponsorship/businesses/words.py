"""Businesses in words: states, sectors, registers, roles, relations, and what the record says."""

from __future__ import annotations

from core.i18n import Message, lazy_gettext
from sponsorship.models import RelationKind, Scheme, SeatRole, Sector
from sponsorship.states import BusinessState

STATES: dict[str, tuple[Message, str]] = {
    BusinessState.DRAFT: (lazy_gettext("Draft"), "quiet"),
    BusinessState.SUBMITTED: (lazy_gettext("Waiting for verification"), "gold"),
    BusinessState.VERIFIED: (lazy_gettext("Verified"), "jade"),
    BusinessState.REFUSED: (lazy_gettext("To be mended"), "seal"),
    BusinessState.SUSPENDED: (lazy_gettext("Suspended"), "seal"),
}
SECTORS: dict[str, Message] = {
    Sector.RETAIL: lazy_gettext("Shops and retail"),
    Sector.CATERING: lazy_gettext("Food and catering"),
    Sector.MANUFACTURING: lazy_gettext("Manufacturing"),
    Sector.CONSTRUCTION: lazy_gettext("Construction"),
    Sector.PROPERTY: lazy_gettext("Property and real estate"),
    Sector.FINANCE: lazy_gettext("Banks and insurance"),
    Sector.TECHNOLOGY: lazy_gettext("Technology"),
    Sector.HEALTH: lazy_gettext("Health"),
    Sector.EDUCATION: lazy_gettext("Education"),
    Sector.CULTURE: lazy_gettext("Culture and sport"),
    Sector.LOGISTICS: lazy_gettext("Transport and logistics"),
    Sector.SERVICES: lazy_gettext("Other services"),
    Sector.TOBACCO: lazy_gettext("Tobacco"),
    Sector.ALCOHOL: lazy_gettext("Alcohol"),
    Sector.GAMBLING: lazy_gettext("Gambling and lotteries"),
    Sector.LENDING: lazy_gettext("Consumer lending"),
    Sector.OTHER: lazy_gettext("Something else"),
}
SCHEMES: dict[str, Message] = {
    Scheme.USCC: lazy_gettext("Unified social credit code (mainland China)"),
    Scheme.HK: lazy_gettext("Company number in Hong Kong"),
    Scheme.LEI: lazy_gettext("Legal entity identifier (LEI)"),
    Scheme.OTHER: lazy_gettext("Number in another public register"),
}
ROLES: dict[str, Message] = {
    SeatRole.MANAGER: lazy_gettext("Manager: does everything, and invites others"),
    SeatRole.SIGNATORY: lazy_gettext("Signatory: offers and signs"),
    SeatRole.PAYER: lazy_gettext("Payer: pays what is due"),
    SeatRole.VIEWER: lazy_gettext("Viewer: only looks"),
}
SHORT_ROLES: dict[str, Message] = {
    SeatRole.MANAGER: lazy_gettext("Manager"),
    SeatRole.SIGNATORY: lazy_gettext("Signatory"),
    SeatRole.PAYER: lazy_gettext("Payer"),
    SeatRole.VIEWER: lazy_gettext("Viewer"),
}
RELATIONS: dict[str, Message] = {
    RelationKind.OWNER: lazy_gettext("Owner"),
    RelationKind.DIRECTOR: lazy_gettext("Director or legal representative"),
    RelationKind.EMPLOYEE: lazy_gettext("Employee"),
    RelationKind.FAMILY: lazy_gettext("Family of an owner or director"),
    RelationKind.GROUP: lazy_gettext("Company of the same group"),
    RelationKind.SUPPLIER: lazy_gettext("Supplier or customer"),
    RelationKind.OTHER: lazy_gettext("Close in another way"),
}
EVENTS: dict[str, Message] = {
    "business.submitted": lazy_gettext("A business asks to be verified"),
    "business.verified": lazy_gettext("A business verified"),
    "business.refused": lazy_gettext("A business not verified"),
    "business.suspended": lazy_gettext("A business suspended"),
    "business.restored": lazy_gettext("A business can give again"),
    "business.paper_opened": lazy_gettext("A business's sealed paper opened"),
    "business.seat_taken": lazy_gettext("Somebody acts for a business"),
    "business.seat_changed": lazy_gettext("Somebody's role for a business changed"),
    "business.seat_ended": lazy_gettext("Somebody no longer acts for a business"),
    "business.related": lazy_gettext("A business declares whom it is close to"),
    "business.relation_ended": lazy_gettext("A business says that a relation is over"),
}
