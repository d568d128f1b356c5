"""Loads the province of benchmarks/complaint_context.py: ten million customers first, and their indexes after."""

from __future__ import annotations

import re
from pathlib import Path

from guywire.database import Connection

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹"
    "彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文辉力永健世广志义兴良"
    "海山仁波宁贵福生龙元全胜学祥才发武新利清飞彬富顺信子昌成康星光天达安岩中茂"
)
STREETS = (
    "解放人民中山建设和平胜利光明长江黄河泰山珠海青岛南京北京西湖"
    "东风红旗朝阳新华文化体育公园学府站前滨河环城迎宾花园工农"
)

_SCRIPT = Path(__file__).with_suffix(".sql")
_INDEXES = """
SELECT indexname AS name, indexdef AS definition FROM pg_indexes
WHERE schemaname = 'core' AND tablename = 'customer' AND indexname <> 'customer_pkey'
"""


def name_of(number: int) -> str:
    """The name of customer `K<number>`, as complaint_province.sql makes it."""
    second = GIVEN[(number // 7) % 77] if number % 3 else ""
    return SURNAMES[(number * 31) % 60] + GIVEN[(number * 17) % 77] + second


async def load_province(connection: Connection, customers: int, sites: int, outages: int) -> None:
    """Fills a migrated, empty database."""
    given = {"streets": STREETS, "surnames": SURNAMES, "given": GIVEN}
    script = _SCRIPT.read_text("utf-8")
    for name, text in given.items():
        script = script.replace(f":'{name}'", f"'{text}'")
    for name, number in {"sites": sites, "customers": customers, "open": outages}.items():
        script = re.sub(rf":{name}\b", str(number), script)
    indexes = await (await connection.execute(_INDEXES)).fetchall()
    for index in indexes:
        await connection.execute(f"DROP INDEX core.{index['name']}".encode())
    await connection.execute(script.encode())
    await connection.execute("SET maintenance_work_mem = '1GB'")
    for index in indexes:
        await connection.execute(index["definition"].encode())
    await connection.execute("VACUUM ANALYZE")
