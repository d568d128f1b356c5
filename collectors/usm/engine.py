"""The life of an SNMPv3 notification, from datagram to trap, as one visible list in `Engine._believed`. No socket here.

RFC 3414, section 3.2, in its order. We are authoritative for informs; for a trap its sender is, whose id and clock are
learnt from its first message with a right digest. Who may what, and where this goes further than the RFC, is in
docs/credentials.md.
"""

from __future__ import annotations

import secrets
from collections import Counter, OrderedDict
from collections.abc import Iterable
from hmac import compare_digest
from itertools import count

import msgspec

from collectors.credentials import User
from collectors.usm.encode import STATISTICS, Clock, plain, protected, scoped_report
from collectors.usm.keys import SALT_BYTES, Keys, master_key
from collectors.usm.memory import WINDOW_SECONDS, Memory
from collectors.usm.message import (
    AUTH,
    ENGINE_LENGTHS,
    LARGEST_INTEGER,
    PRIV,
    REPORTABLE,
    Message,
    Reason,
    Scoped,
    UsmError,
    encrypted,
    open_scoped,
    parse,
)
from collectors.wire.decode import DecodeError, Trap, answer_to, decode_pdu

INFORM_REPEATS_SECONDS = 50.0
"""So long an inform may come again, for whoever missed our answer. Within it the spool knows repeats by `digest`."""

_KEYS_AT_MOST = 20_000
_DIGEST_BYTES = 12  # of every protocol's
_SALTS = (1 << 64) - 1


class Accepted(msgspec.Struct, frozen=True, gc=False):
    """A trap; or an inform, with the `answer` to send once it is kept. `pdu` is what was secured, as it stood.

    `digest` tells an inform's repeats, wherever they come from; it is empty for one that nobody authenticated.
    """

    trap: Trap
    pdu: bytes
    answer: bytes = b""
    digest: bytes = b""


class Refused(msgspec.Struct, frozen=True, gc=False):
    """Not a notification, or not to be believed; with the report that the sender is owed, if any.

    `engine` and `user` are who it says it is from; nobody proved it.
    """

    reason: str
    report: bytes = b""
    engine: bytes = b""
    user: bytes = b""


class Engine:
    """Our SNMP engine as a receiver of notifications. Times are seconds since the epoch that never go back."""

    def __init__(self, clock: Clock, memory: Memory, users: Iterable[User]) -> None:
        self._clock = clock
        self._memory = memory
        memory.boot(clock.engine, clock.boots)
        self._told: Counter[bytes] = Counter()
        self._salts = count(secrets.randbits(62))
        self._masters: dict[User, tuple[bytes, bytes]] = {}
        self._keys: OrderedDict[tuple[bytes, str], Keys] = OrderedDict()
        self._users: dict[bytes, list[User]] = {}
        self.learn(users)

    def learn(self, users: Iterable[User]) -> None:
        """These users, and no others, from now on. Several of one name differ in passwords or protocols."""
        known = list(users)
        self._users = {}
        for user in known:
            self._users.setdefault(user.user.encode(), []).append(user)
        self._masters = {user: self._masters[user] for user in known if user in self._masters}
        self._keys.clear()

    def receive(self, data: bytes, now: float) -> Accepted | Refused:
        """One datagram. Never raises, whatever it holds. What changed in the memory is to be saved before it counts."""
        try:
            message = parse(data)
            try:
                return self._believed(data, message, now)
            except UsmError as error:
                report = self._report(error.reason, data, message, now)
                return Refused(error.reason, report, message.engine, message.user)
        except (DecodeError, UsmError) as error:
            return Refused(error.reason)
        except IndexError:
            return Refused("truncated")

    def _believed(self, data: bytes, message: Message, now: float) -> Accepted:
        if len(message.engine) not in ENGINE_LENGTHS:
            raise UsmError("usm_discovery")
        ours = message.engine == self._clock.engine
        keys = self._authenticated(data, message)
        if ours and message.flags & AUTH:
            self._check_own_time(message, now)
        if keys.user.flags != message.level:
            raise UsmError("usm_level")
        scoped = _opened(data, message, keys)
        trap = decode_pdu(scoped.plain, scoped.pdu_at, scoped.end)
        if trap.inform and not ours:
            raise UsmError("usm_unknown_engine")
        if message.flags & AUTH:
            if not ours:
                self._memory.hear(message.engine, message.boots, message.time, now)
            self._check_fresh(message, trap.inform, now)
        pdu = scoped.plain[scoped.pdu_at : scoped.end]
        if not trap.inform:
            return Accepted(trap, pdu)
        digest = message.mac[:_DIGEST_BYTES] if message.flags & AUTH else b""
        return Accepted(trap, pdu, self._answer(message, keys, scoped, trap, now), digest)

    def _authenticated(self, data: bytes, message: Message) -> Keys:
        """The keys of the user whose digest is right. A wrong one leaves nothing behind."""
        users = self._users.get(message.user)
        if users is None:
            raise UsmError("usm_unknown_user")
        able = [user for user in users if not message.level & ~user.flags]
        if not message.flags & AUTH:
            able = [user for user in able if not user.flags]
        if not able:
            raise UsmError("usm_level")
        able.sort(key=lambda user: user.flags != message.level)
        if not message.flags & AUTH:
            return self._keys_of(able[0], message.engine)
        mac_end = message.mac_at + len(message.mac)
        blank = data[: message.mac_at] + bytes(len(message.mac)) + data[mac_end:]
        for user in able:
            keys = self._keys_of(user, message.engine)
            if compare_digest(keys.mac(blank), message.mac):
                self._hold(keys, message.engine)
                return keys
        raise UsmError("usm_wrong_digest")

    def _check_own_time(self, message: Message, now: float) -> None:
        clock = self._clock
        off = abs(message.time - clock.time(now)) > WINDOW_SECONDS or message.time <= self._memory.floor(clock.engine)
        if off or message.boots != clock.boots or clock.boots == LARGEST_INTEGER:
            raise UsmError("usm_time_window")

    def _check_fresh(self, message: Message, inform: bool, now: float) -> None:
        """Remembers a message; refuses one that came before, but for an inform whose answer may have been lost."""
        seen_at = self._memory.seen_at(message.mac)
        if seen_at is None:
            self._memory.remember(message.mac, message.engine, message.boots, message.time, now)
        elif not inform or now - seen_at > INFORM_REPEATS_SECONDS:
            raise UsmError("usm_replayed")

    def _answer(self, message: Message, keys: Keys, scoped: Scoped, trap: Trap, now: float) -> bytes:
        response = answer_to(scoped.plain, trap)[scoped.at : scoped.end]
        if not message.flags & AUTH:
            return plain(response, message, self._clock, now)
        return protected(response, message, keys, self._clock, now, self._salt() if message.flags & PRIV else b"")

    def _report(self, reason: Reason, data: bytes, message: Message, now: float) -> bytes:
        """RFC 3412, section 7.1. Only a report on time is authenticated: a sender sets its clock by it."""
        statistic = STATISTICS.get(reason)
        if statistic is None:
            return b""
        self._told[statistic] += 1
        on_time = reason == "usm_time_window"
        if not message.flags & REPORTABLE or (on_time and message.engine != self._clock.engine):
            return b""
        scoped = scoped_report(statistic, self._told[statistic], self._clock)
        if on_time:
            return protected(scoped, message, self._authenticated(data, message), self._clock, now)
        return plain(scoped, message, self._clock, now)

    def _salt(self) -> bytes:
        return (next(self._salts) & _SALTS).to_bytes(SALT_BYTES, "big")

    def _keys_of(self, user: User, engine: bytes) -> Keys:
        return self._keys.get((engine, user.name)) or Keys(user, self._master(user), engine)

    def _master(self, user: User) -> tuple[bytes, bytes]:
        if user not in self._masters:
            auth = master_key(user.auth, user.auth_password) if user.auth else b""
            self._masters[user] = auth, master_key(user.auth, user.priv_password) if user.priv else b""
        return self._masters[user]

    def _hold(self, keys: Keys, engine: bytes) -> None:
        """Keeps keys at hand for the engine's next message, in the place of those that were not used for longest."""
        name = (engine, keys.user.name)
        self._keys[name] = keys
        self._keys.move_to_end(name)
        if len(self._keys) > _KEYS_AT_MOST:
            self._keys.popitem(last=False)


def _opened(data: bytes, message: Message, keys: Keys) -> Scoped:
    """The scoped PDU. What decrypts to no such thing was encrypted with another key."""
    if not message.flags & PRIV:
        return open_scoped(data, message.scoped_at, len(data))
    if len(message.salt) != SALT_BYTES:
        raise UsmError("usm_decryption")
    try:
        plain = keys.cipher.decrypt(message.boots, message.time, message.salt, encrypted(data, message))
        return open_scoped(plain, 0, len(plain))
    except (DecodeError, IndexError, ValueError):
        raise UsmError("usm_decryption") from None
