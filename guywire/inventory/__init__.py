"""Sites, resources, links, feeds and people: read from CSV, kept in the database, handed out as one `Inventory`."""

from guywire.inventory.model import (
    Contract,
    Customer,
    Inventory,
    Link,
    PowerFeed,
    Resource,
    Site,
    Technician,
)

__all__ = ["Contract", "Customer", "Inventory", "Link", "PowerFeed", "Resource", "Site", "Technician"]
