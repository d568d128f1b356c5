"""The sample province, from a seed: sites in a transmission tree, power feeds, technicians and customers.

Everything in the demo runs `PACE` times faster than life; battery hours here are already divided by it, so that what
the product predicts is what happens.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from guywire.inventory import Customer, Inventory, Link, PowerFeed, Resource, Site, Technician

PACE = 40.0
"""How many seconds of a province's life pass in one second of the demo at speed 1."""

TENANTS = ("Huayun", "Lantong", "Xinghe")
PROVINCE = "Jiangdong"
TIME_ZONE = "Asia/Shanghai"
_SITE_STEP_KM = 6.0
_KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class City:
    """A city of the province with its four areas; latitude and longitude of its middle."""

    name: str
    hanzi: str
    latitude: float
    longitude: float
    areas: tuple[tuple[str, str], ...]


CITIES = (
    City(
        "Linhe",
        "临河",
        31.95,
        119.10,
        (("Qingshan", "青山"), ("Baita", "白塔"), ("Heqiao", "河桥"), ("Nanling", "南岭")),
    ),
    City(
        "Yunzhou",
        "云州",
        32.55,
        119.95,
        (("Dongtai", "东台"), ("Xihu", "西湖"), ("Longquan", "龙泉"), ("Shiliang", "石梁")),
    ),
    City(
        "Haimen",
        "海汶",
        32.10,
        120.75,
        (("Beigang", "北港"), ("Chengnan", "城南"), ("Liuwan", "柳湾"), ("Taohua", "桃花")),
    ),
)


def make_province(
    sites: int = 300, technicians: int = 25, customers: int = 1200, seed: int = 7, pace: float = PACE
) -> Inventory:
    """The whole inventory; the same arguments make the same province. At least 24 sites."""
    random = Random(seed)  # noqa: S311 - a story, not a secret
    placed = _place_sites(random, sites, pace)
    links = _link_sites(placed)
    resources = [resource for number, site in enumerate(placed) for resource in _equip(random, number, site, links)]
    people = _hire(random, placed, technicians)
    return Inventory(
        sites={site.site_id: site for site in placed},
        resources={(resource.site_id, resource.resource): resource for resource in resources},
        links={link.link_id: link for link in links},
        technicians={person.technician_id: person for person in people},
        customers={customer.customer_id: customer for customer in _settle(random, placed, customers)},
        power_feeds={feed.feed_id: feed for feed in _feeds(placed)},
    )


def _place_sites(random: Random, count: int, pace: float) -> list[Site]:
    areas = [(city, area) for city in CITIES for area in city.areas]
    return [_place(random, number, *areas[number % len(areas)], number // len(areas), pace) for number in range(count)]


def _place(random: Random, number: int, city: City, area: tuple[str, str], place: int, pace: float) -> Site:
    """The `place`-th site of an area; the first of each area is its hub, the hub of a city's first area the gateway."""
    quarter = city.areas.index(area)
    bearing = math.tau * (quarter + 0.5) / 4 + random.uniform(-0.7, 0.7)
    km = 4.0 if place == 0 else _SITE_STEP_KM * (0.8 + math.sqrt(place)) * random.uniform(0.85, 1.15)
    latitude = city.latitude + km * math.sin(bearing) / _KM_PER_DEGREE
    longitude = city.longitude + km * math.cos(bearing) / _KM_PER_DEGREE / math.cos(math.radians(city.latitude))
    hours = 10.0 if place == 0 else random.choice((2.0, 3.0, 4.0, 4.0, 6.0, 8.0))
    return Site(
        site_id=f"{city.name[:2].upper()}{number + 1:04d}",
        name=f"{area[1]}{place + 1:02d} {area[0]} {place + 1:02d}",
        latitude=round(latitude, 5),
        longitude=round(longitude, 5),
        region=f"{PROVINCE}/{city.name}/{area[0]}",
        site_class="A" if place == 0 else random.choices("ABC", (1, 4, 5))[0],
        tenants=tuple(sorted(random.sample(TENANTS, random.choice((1, 2, 2, 3))))),
        battery_hours=round(hours / pace, 4),
        power_feed=f"{city.name[:2].upper()}-{area[0]}-{place // 9 + 1}",
        time_zone=TIME_ZONE,
        gateway=place == 0 and quarter == 0,
        access=random.choice(("", "", "key at the village office", "gate code from the area manager", "4x4 when wet")),
        load_kw=round(random.uniform(1.5, 6.0), 1),
    )


def _link_sites(sites: list[Site]) -> list[Link]:
    """A tree: gateway of the city, hubs of its areas, then each site to the nearest one placed before it there."""
    links = []
    for site in sites:
        if (upstream := _upstream(site, sites)) is not None:
            medium = "fibre" if upstream.site_class == "A" and site.site_class == "A" else "microwave"
            links.append(
                Link(
                    link_id=f"{upstream.site_id}-{site.site_id}",
                    upstream_site_id=upstream.site_id,
                    downstream_site_id=site.site_id,
                    medium=medium,
                    resource=f"radio-{site.site_id}",
                    downstream_resource="radio-up",
                )
            )
    return links


def _upstream(site: Site, sites: list[Site]) -> Site | None:
    if site.gateway:
        return None
    earlier = sites[: sites.index(site)]
    if peers := [other for other in earlier if other.region == site.region]:
        return min(peers, key=lambda other: _km(site, other) + (0 if other is peers[0] else 2.0))
    return next(other for other in earlier if other.gateway and other.domain == site.domain)


def _equip(random: Random, number: int, site: Site, links: list[Link]) -> list[Resource]:
    def make(resource: str, kind: str, host: int = 0, profile: str = "", tenant: str = "") -> Resource:
        address = f"127.{20 + number // 200}.{number % 200 + 1}.{host}" if host else ""
        return Resource(
            site.site_id, resource, kind, address, profile, tenant=tenant, monitored_by="" if host else "fsu"
        )

    out = [
        make("fsu", "controller", 1, "huawei-site-monitor-mib"),
        make("rectifier-1", "rectifier"),
        make("battery-1", "battery"),
        make("aircon-1", "aircon"),
        make("door-1", "door"),
    ]
    if random.random() < 0.2:
        out.append(make("ups-1", "ups", 2, "ups-mib"))
    downstream = [link for link in links if link.upstream_site_id == site.site_id]
    out += [make(link.resource, "microwave", 10 + place, "if-mib") for place, link in enumerate(downstream)]
    if any(link.downstream_site_id == site.site_id for link in links):
        out.append(make("radio-up", "microwave", 3, "if-mib"))
    return out + [
        make(f"bts-{tenant}", "base-station", 100 + place, "alarm-mib", tenant)
        for place, tenant in enumerate(site.tenants)
    ]


def _feeds(sites: list[Site]) -> list[PowerFeed]:
    regions = {site.power_feed: site.region for site in sites}
    return [PowerFeed(feed, f"10 kV {feed}", region, "95598") for feed, region in sorted(regions.items())]


_FAMILY = ("王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙")
_GIVEN = ("建国", "志强", "海燕", "晓东", "丽华", "永强", "春梅", "国庆", "立新", "文军", "小平", "雪峰")


def _hire(random: Random, sites: list[Site], count: int) -> list[Technician]:
    """Technicians and one area manager an area. The first one lives where the story begins."""
    hubs = _hubs(sites)
    managers = [
        _person(random, f"M{place:02d}", hub, "area_manager", "") for place, hub in enumerate(hubs.values(), start=1)
    ]
    manager_of = {person.region: person.technician_id for person in managers}
    regions = list(hubs)
    crew = [
        _person(
            random,
            f"T{number + 1:02d}",
            hubs[regions[number % len(regions)]],
            "technician",
            manager_of[regions[number % len(regions)]],
        )
        for number in range(count)
    ]
    return crew + managers


def _person(random: Random, key: str, hub: Site, role: str, manager: str) -> Technician:
    skills = {"power", "environment"} | set(random.sample(("transmission", "radio", "tower"), 2))
    return Technician(
        technician_id=key,
        name=random.choice(_FAMILY) + random.choice(_GIVEN),
        phone=f"139{random.randrange(10**8):08d}",
        region=hub.region,
        role=role,
        manager_id=manager,
        home_latitude=round(hub.latitude + random.uniform(-0.05, 0.05), 5),
        home_longitude=round(hub.longitude + random.uniform(-0.05, 0.05), 5),
        skills=tuple(sorted(skills)) if role == "technician" else (),
        shift="00:00-24:00",
        generators=random.choice((1, 1, 2)) if role == "technician" else 0,
        company=random.choice(("Jiangdong Tower", "Anda Services", "Ruixin Maintenance")),
        languages=("zh",),
    )


def _settle(random: Random, sites: list[Site], count: int) -> list[Customer]:
    return [_customer(random, number, random.choice(sites)) for number in range(count)]


def _customer(random: Random, number: int, site: Site) -> Customer:
    return Customer(
        customer_id=f"C{number + 1:05d}",
        name=random.choice(_FAMILY) + random.choice(_GIVEN),
        phone=f"138{number + 1:08d}",
        latitude=round(site.latitude + random.uniform(-0.02, 0.02), 5),
        longitude=round(site.longitude + random.uniform(-0.02, 0.02), 5),
        serving_sites=(site.site_id,),
        vip=random.random() < 0.03,
        tenant=random.choice(site.tenants),
        type=random.choices(("home", "business"), (9, 1))[0],
    )


def _hubs(sites: list[Site]) -> dict[str, Site]:
    hubs: dict[str, Site] = {}
    for site in sites:
        hubs.setdefault(site.region, site)
    return hubs


def km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two places, latitude and longitude in degrees: flat, which a province nearly is."""
    north = (one[0] - other[0]) * _KM_PER_DEGREE
    east = (one[1] - other[1]) * _KM_PER_DEGREE * math.cos(math.radians(one[0]))
    return math.hypot(north, east)


def _km(one: Site, other: Site) -> float:
    return km((one.latitude, one.longitude), (other.latitude, other.longitude))
