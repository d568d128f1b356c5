"""The inventory of the acceptance tests: two sites, a link between them, two technicians, three customers."""

from __future__ import annotations

from pathlib import Path

# ruff: noqa: E501 - CSV as it is
FILES = {
    "sites.csv": """site_id,name,latitude,longitude,region,site_class,tenants,battery_hours,power_feed,time_zone
S1,Hilltop,31.20,121.40,sh/pudong/north,A,Huayun;Lantong,4,F1,Asia/Shanghai
S2,Harbour,31.30,121.60,sh/pudong/north,B,Huayun,3,F2,Asia/Shanghai
""",
    "equipment.csv": """site_id,resource,kind,address,profile,credential
S1,ups-1,ups,127.0.10.1,ups-mib,
S1,radio-1,microwave,127.0.10.2,if-mib,
S2,ups-1,ups,127.0.20.1,ups-mib,
S2,radio-up,microwave,127.0.20.2,if-mib,
""",
    "links.csv": """upstream_site_id,downstream_site_id,medium,resource
S1,S2,microwave,radio-1
""",
    "technicians.csv": """technician_id,name,phone,region,role,manager_id,home_latitude,home_longitude,skills,shift,generators
T1,Near,13900000001,sh/pudong/north,technician,M1,31.21,121.41,power;transmission,00:00-24:00,1
T2,Far,13900000002,sh/pudong/north,technician,M1,31.60,121.90,power;transmission,00:00-24:00,1
M1,Manager,13900000003,sh/pudong/north,area_manager,,31.25,121.50,,00:00-24:00,0
""",
    "customers.csv": """customer_id,name,phone,latitude,longitude,serving_sites,vip,tenant
C1,Li,13800000001,31.201,121.402,S1,true,Huayun
C2,Wang,13800000002,31.301,121.602,S2,false,Huayun
C3,Zhao,13800000003,31.900,122.900,,false,Huayun
""",
}


def write(folder: Path) -> Path:
    """The CSV files in `folder`, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    return folder
