"""Who is asked, and how: an inventory address and a credential as gufo-snmp wants them."""

from __future__ import annotations

from functools import lru_cache

import gufo.snmp
from gufo.snmp import SnmpVersion
from gufo.snmp.aio import SnmpSession
from gufo.snmp.user import BaseAuthKey, BasePrivKey, KeyExpansion, KeyType

from collectors.credentials import Community, User
from guywire.errors import GuywireError

SNMP_PORT = 161

_VERSIONS = {"1": SnmpVersion.v1, "2c": SnmpVersion.v2c}
_AUTHS: dict[str, type[BaseAuthKey]] = {
    "md5": gufo.snmp.Md5Key,
    "sha1": gufo.snmp.Sha1Key,
    "sha224": gufo.snmp.Sha224Key,
    "sha256": gufo.snmp.Sha256Key,
    "sha384": gufo.snmp.Sha384Key,
    "sha512": gufo.snmp.Sha512Key,
}
_PRIVS: dict[str, type[BasePrivKey]] = {
    "des": gufo.snmp.DesKey,
    "aes128": gufo.snmp.Aes128Key,
    "aes192": gufo.snmp.Aes192Key,
    "aes256": gufo.snmp.Aes256Key,
}


class AgentError(GuywireError):
    """A device that cannot be asked as the inventory and its credential say."""


def open_session(address: str, credential: Community | User, timeout: float) -> SnmpSession:
    """A session with the agent at `ip`, `ip:port` or `[ip]:port`; `timeout` in seconds, for one request.

    Raises OSError when there is no socket to be had.
    """
    host, port = split_address(address)
    if isinstance(credential, Community):
        community, version = credential.community.decode("ascii"), _VERSIONS[credential.version]
        return SnmpSession(host, port, community=community, version=version, timeout=timeout)
    return SnmpSession(host, port, user=_user(credential), timeout=timeout)


def check(credential: Community | User) -> None:
    """Raises `AgentError` for what gufo-snmp cannot do."""
    if isinstance(credential, Community):
        if not credential.community.isascii():
            raise AgentError(f"credential {credential.name}: its community is not ASCII. Give the device another one.")
    elif credential.context:
        raise AgentError(f"credential {credential.name}: contexts cannot be polled. Use one without context.")


def split_address(address: str) -> tuple[str, int]:
    """Host and port of an inventory address; 161 where it names none."""
    if address.startswith("["):
        host, _, port = address[1:].partition("]")
        return host, int(port.removeprefix(":") or SNMP_PORT)
    host, colon, port = address.partition(":")
    if colon and ":" not in port:
        return host, int(port)
    return (address if colon else host), SNMP_PORT


@lru_cache(maxsize=1024)
def _user(credential: User) -> gufo.snmp.User:
    """The user with master keys: hashing a megabyte for each password (RFC 3414, A.2) is done once, not per poll."""
    if not credential.auth:
        return gufo.snmp.User(credential.user)
    auth = _AUTHS[credential.auth]
    auth_key = auth(auth.get_master_key(credential.auth_password), KeyType.Master)
    if not credential.priv:
        return gufo.snmp.User(credential.user, auth_key=auth_key)
    name, _, cisco = credential.priv.partition("-")
    priv_key = _PRIVS[name](auth.get_master_key(credential.priv_password), KeyType.Master)
    expansion = KeyExpansion.Cisco if cisco else KeyExpansion.Blumenthal
    return gufo.snmp.User(credential.user, auth_key=auth_key, priv_key=priv_key, key_expansion=expansion)
