"""Silence as alarms: contacts with devices -> which device, site, or the collector itself is not to be heard. Pure.

    one device does not answer         fsu-offline        on that resource, whatever its kind: no proof of an outage
    no device of a site answers        site-unreachable   on the site; its devices' own alarms give way to it
    nearly nothing answers at once     collector-silent   of the collector, `cut-off`; nothing else is told meanwhile
    nobody is even asked any more      collector-silent   of the collector, `polling`

Only what is polled can be silent: a device that sends traps when something is wrong says nothing as long as it is well.
Nothing is cleared because time goes by: only a sign of life clears, or that the inventory no longer has it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from collectors.catch import Contact
from collectors.places import Places
from collectors.policy import Policy
from collectors.supervision.silence import Device, Look, dark_sites, is_crowd, look, watched_above
from guywire.catalogue import CATALOGUE
from guywire.model import UNASSIGNED, AlarmEvent, Identity, Severity

DEVICE, SITE, COLLECTOR = "fsu-offline", "site-unreachable", "collector-silent"
_ROUNDS_WITHOUT_A_POLL = 3


class _Verdict(NamedTuple):
    """What is wrong now, in words; and what no longer is."""

    wrong: dict[Identity, str]
    over: set[Identity]


class Supervision:
    """`heard` and `inventory` as it happens, `tick` every second; `kept` once the tick's events are on disk.

    What is not said to be kept is told again by the next tick. `standing` is what an earlier run told: it is cleared by
    the first sign of life, and told once more if the silence goes on, because its last words may not have been kept.
    """

    def __init__(self, collector: str, now: datetime, standing: Iterable[Identity] = ()) -> None:
        self._source = self._collector = f"collector:{collector}"
        self._cut_off = Identity("", self._collector, COLLECTOR, "cut-off")
        self._unasked = Identity("", self._collector, COLLECTOR, "polling")
        self._began = now
        self._asked_at: datetime | None = None
        self._devices: dict[str, Device] = {}
        self._polled: dict[Identity, Device] = {}
        self._sites: dict[str, list[Device]] = {}
        self._upstreams: Mapping[str, frozenset[str]] = {}
        self._domains: Mapping[str, str] = {}
        self._told = set(standing)
        self._unsure = set(self._told)
        self._knows_inventory = False

    @property
    def standing(self) -> frozenset[Identity]:
        """What is told and not cleared; for the next run."""
        return frozenset(self._told)

    def inventory(self, places: Places, now: datetime) -> None:
        """Takes over who there is to be heard. Who is new, or elsewhere now, gets time to speak."""
        before = self._devices
        self._devices = {}
        sites: dict[str, list[Device]] = defaultdict(list)
        for address, row in places.speakers.items():
            polled = address in places.polled
            device = before.get(address)
            if device is None or (device.site, device.resource, device.polled) != (row.site, row.resource, polled):
                device = Device(
                    address=address, site=row.site, resource=row.resource, kind=row.kind, polled=polled, since=now
                )
            self._devices[address] = device
            sites[row.site].append(device)
        self._polled = {_device(device): device for device in self._devices.values() if device.polled}
        self._sites, self._upstreams, self._domains = dict(sites), places.upstreams, places.domains
        self._knows_inventory = bool(self._devices) or places.version >= 0

    def heard(self, contacts: Iterable[Contact]) -> None:
        """Signs of life, and polls without an answer. Addresses that the inventory does not have are nobody's."""
        for contact in contacts:
            if contact.asked:
                self._asked_at = max(contact.at, self._asked_at or contact.at)
            if (device := self._devices.get(contact.address)) is not None:
                device.meet(contact)

    def tick(self, now: datetime, policy: Policy) -> list[AlarmEvent]:
        """What has to be told now: clears first, then raises. Nothing before it was told who there is."""
        if not self._knows_inventory:
            return []
        verdict = self._judge(now, policy)
        said = [self._event(one, Severity.CLEARED, "heard again", now) for one in sorted(verdict.over & self._told)]
        wrong = sorted(verdict.wrong.keys() - (self._told - self._unsure))
        said += [self._event(one, _severity(one), verdict.wrong[one], now) for one in wrong]
        return said

    def kept(self, events: Iterable[AlarmEvent]) -> None:
        """These events of a tick are on disk. When a site, or everything, can be heard again, all there get time."""
        for event in events:
            one = event.identity
            self._unsure.discard(one)
            (self._told.discard if event.clears else self._told.add)(one)
            if one == self._unasked:
                self._began = event.at
            for device in self._concerned(event):
                device.give_time(event.at)

    def _concerned(self, event: AlarmEvent) -> Iterable[Device]:
        """Who is given time: after a silence those not heard yet, at its beginning those who may be quiet."""
        if event.alarm_type == DEVICE:
            return ()
        devices = self._devices.values() if event.alarm_type == COLLECTOR else self._sites.get(event.site, ())
        if event.clears:
            return [device for device in devices if not device.alive or event.identity == self._unasked]
        return [device for device in devices if not device.polled]

    def _judge(self, now: datetime, policy: Policy) -> _Verdict:
        seen = look(self._devices.values(), now, timedelta(seconds=policy.supervision.silent_after_seconds))
        verdict = _Verdict({}, set())
        unasked = self._judge_polling(now, policy, verdict)
        held = self._judge_cut_off(seen, policy, verdict) or unasked
        dark = self._judge_sites(seen, verdict, held=held)
        self._judge_devices(seen, dark, verdict, held=held)
        return verdict

    def _judge_polling(self, now: datetime, policy: Policy, verdict: _Verdict) -> bool:
        """Whether nobody is asked. While something answers there is a poll in every interval, else at every probe."""
        polled = self._polled.values()
        quick = self._asked_at is None or any(device.alive for device in polled)
        pace = policy.polling.interval_seconds if quick else policy.polling.back_off_seconds
        last = max(self._began, self._asked_at or self._began)
        if polled and now - last >= timedelta(seconds=pace) * _ROUNDS_WITHOUT_A_POLL:
            minutes = (now - last).total_seconds() / 60
            verdict.wrong[self._unasked] = f"no device was polled for {minutes:.0f} min: their silence goes unnoticed"
            return True
        if not polled or (self._asked_at is not None and self._asked_at >= self._began):
            verdict.over.add(self._unasked)
        return self._unasked in self._told

    def _judge_cut_off(self, seen: Look, policy: Policy, verdict: _Verdict) -> bool:
        """Whether to hold everything else: it is the collector that is cut off, or may be. What stood counts not."""
        everybody = [device for one, device in self._polled.items() if not self._told & {one, _site(one.site)}]
        silent = [device for device in everybody if device.address in seen.silent]
        if is_crowd(silent, everybody, policy.supervision):
            verdict.wrong[self._cut_off] = f"{len(silent)} of {len(everybody)} devices stopped answering together"
            return True
        if self._cut_off in self._told:
            away = [device for device in everybody if not device.alive]
            if not is_crowd(away, everybody, policy.supervision):
                verdict.over.add(self._cut_off)
            return True
        unwell = [device for device in everybody if device.address in seen.silent | seen.in_doubt]
        return is_crowd(unwell, everybody, policy.supervision)

    def _judge_sites(self, seen: Look, verdict: _Verdict, *, held: bool) -> set[str]:
        """The sites that speak for their devices: dark, or just back, whose devices have yet to get their time."""
        told = {one.site for one in self._told if one.alarm_type == SITE}
        back = {site for site in told if self._is_back(site)}
        verdict.over.update(_site(site) for site in back)
        if held:
            return told
        dark = dark_sites(self._sites, self._upstreams, told - back, seen) - back
        for site in dark - (told - {one.site for one in self._unsure}):
            if seen.is_mute(self._sites.get(site, ())):
                number = sum(device.polled for device in self._sites[site])
                verdict.wrong[_site(site)] = "its only device does not answer, nor does anything on its way up"
                if number > 1:
                    verdict.wrong[_site(site)] = f"none of its {number} devices answers"
        return dark | back

    def _judge_devices(self, seen: Look, dark: set[str], verdict: _Verdict, *, held: bool) -> None:
        for one in self._told:
            known = self._polled.get(one)
            if one.alarm_type == DEVICE and (known is None or known.alive or one.site in dark):
                verdict.over.add(one)
        if held:
            return
        for address in seen.silent:
            device = self._devices[address]
            if device.site not in dark and not self._too_soon(device, seen):
                minutes = (seen.now - max(device.since, device.heard or device.since)).total_seconds() / 60
                verdict.wrong[_device(device)] = (
                    f"{device.kind or 'device'} {device.resource} at {address} does not answer:"
                    f" {device.misses} polls in {minutes:.0f} min"
                )

    def _too_soon(self, device: Device, seen: Look) -> bool:
        """Whether its whole site, or for its only device what is above, may turn out to be dark in a moment."""
        if seen.is_unsettled(self._sites[device.site]):
            return True
        above = watched_above(device.site, self._sites, self._upstreams)
        alone = sum(other.polled for other in self._sites[device.site]) == 1
        return alone and any(seen.is_unsettled(self._sites[site]) for site in above)

    def _is_back(self, site: str) -> bool:
        devices = self._sites.get(site, ())
        return any(device.alive for device in devices) or not any(device.polled for device in devices)

    def _event(self, one: Identity, severity: Severity, text: str, now: datetime) -> AlarmEvent:
        return AlarmEvent(
            at=now,
            received_at=now,
            site=one.site,
            resource=one.resource,
            alarm_type=one.alarm_type,
            qualifier=one.qualifier,
            severity=severity,
            text=text,
            domain=self._domains.get(one.site, UNASSIGNED),
            source=self._source,
        )


def _device(device: Device) -> Identity:
    return Identity(device.site, device.resource, DEVICE, "")


def _severity(one: Identity) -> Severity:
    """Behind a collector that cannot listen nothing at all is seen: worse than what it tells of itself otherwise."""
    return Severity.CRITICAL if one.alarm_type == COLLECTOR else CATALOGUE[one.alarm_type].severity


def _site(site: str) -> Identity:
    return Identity(site, "site", SITE, "")
