"""How long drives take: by the crow and learned speeds, or as a routing service says; over a depot where need be."""

from dispatch.travel.crow import Nearest, Road, crow_km, estimate, estimates, measure
from dispatch.travel.depots import Drive, drives, with_depot
from dispatch.travel.known import KnownLegs

__all__ = [
    "Drive",
    "KnownLegs",
    "Nearest",
    "Road",
    "crow_km",
    "drives",
    "estimate",
    "estimates",
    "measure",
    "with_depot",
]
