"""What roles, kinds and states are called."""

from __future__ import annotations

from accounts.models import AreaKind, OrganisationKind, Role, VerificationState
from core.i18n import Message, lazy_gettext

ROLES: dict[str, Message] = {
    Role.ADMIN: lazy_gettext("Administrator"),
    Role.OFFICER: lazy_gettext("Round officer"),
    Role.VERIFIER: lazy_gettext("Name checker"),
    Role.REVIEWER: lazy_gettext("Department reviewer"),
    Role.FINANCE: lazy_gettext("Finance officer"),
    Role.APPROVER: lazy_gettext("Approver of payments"),
    Role.COMMITTEE: lazy_gettext("Residents' committee"),
    Role.PARTY: lazy_gettext("Community Party organisation"),
    Role.BUSINESS: lazy_gettext("Business"),
    Role.SOCIAL: lazy_gettext("Social organisation"),
    Role.AUDITOR: lazy_gettext("Auditor"),
}
ORGANISATION_KINDS: dict[str, Message] = {
    OrganisationKind.DEPARTMENT: lazy_gettext("Government department"),
    OrganisationKind.COMMITTEE: lazy_gettext("Residents' committee"),
    OrganisationKind.PARTY: lazy_gettext("Community Party organisation"),
    OrganisationKind.BUSINESS: lazy_gettext("Business"),
    OrganisationKind.SOCIAL: lazy_gettext("Social organisation or volunteer team"),
    OrganisationKind.AUDIT: lazy_gettext("Audit office"),
}
AREA_KINDS: dict[str, Message] = {
    AreaKind.CITY: lazy_gettext("City"),
    AreaKind.DISTRICT: lazy_gettext("District"),
    AreaKind.SUB_DISTRICT: lazy_gettext("Sub-district"),
    AreaKind.COMMUNITY: lazy_gettext("Community"),
}
VERIFICATION_STATES: dict[str, Message] = {
    VerificationState.WAITING: lazy_gettext("Waiting"),
    VerificationState.CONFIRMED: lazy_gettext("Checked"),
    VerificationState.REFUSED: lazy_gettext("Not confirmed"),
}
EVENTS: dict[str, Message] = {
    "area.created": lazy_gettext("An area was entered"),
    "area.changed": lazy_gettext("An area was changed"),
    "organisation.created": lazy_gettext("An organisation was entered"),
    "organisation.changed": lazy_gettext("An organisation was changed"),
    "role.granted": lazy_gettext("Somebody was given a role"),
    "role.ended": lazy_gettext("A role ended"),
    "register.uploaded": lazy_gettext("The electoral register was brought up to date"),
    "verification.requested": lazy_gettext("Somebody asked to have their name checked"),
    "verification.confirmed": lazy_gettext("A name was checked"),
    "verification.refused": lazy_gettext("A name was not confirmed"),
    "person.erased": lazy_gettext("A person's data was erased"),
}
