"""Tables of people, places, organisations, roles and sign-in."""

from accounts.models.area import Area, AreaKind
from accounts.models.credential import Credential, LoginCode, RecoveryCode, UserSession
from accounts.models.membership import Membership, Role, in_force
from accounts.models.notice import Notice
from accounts.models.organisation import Organisation, OrganisationKind
from accounts.models.person import Person
from accounts.models.register import RegisterEntry, RegisterUpload, Verification, VerificationState

__all__ = [
    "Area",
    "AreaKind",
    "Credential",
    "LoginCode",
    "Membership",
    "Notice",
    "Organisation",
    "OrganisationKind",
    "Person",
    "RecoveryCode",
    "RegisterEntry",
    "RegisterUpload",
    "Role",
    "UserSession",
    "Verification",
    "VerificationState",
    "in_force",
]
