"""Who is asking and what they may do: accounts, sign-in, tokens, permissions, and the record of who did what."""

from guywire.identity.accounts import Account, add_user, disable_user, list_users, set_password
from guywire.identity.audit import audit
from guywire.identity.permissions import PERMISSIONS, Permission, User, concerns, in_region, may
from guywire.identity.sign_in import LONGEST_SESSION, SignedIn, authenticate, issue_token, session, sign_in, sign_out

__all__ = [
    "LONGEST_SESSION",
    "PERMISSIONS",
    "Account",
    "Permission",
    "SignedIn",
    "User",
    "add_user",
    "audit",
    "authenticate",
    "concerns",
    "disable_user",
    "in_region",
    "issue_token",
    "list_users",
    "may",
    "session",
    "set_password",
    "sign_in",
    "sign_out",
]
