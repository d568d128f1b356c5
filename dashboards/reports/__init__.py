"""The reports as one list, in the order in which they are shown. Each figure says how it is counted."""

from __future__ import annotations

from dashboards.reports.columns import COUNTED, MEAN, MEDIAN, share, spread
from dashboards.reports.model import By, Column, Kind, Limit, Report, Words

_PLACE = (By.AREA, By.CITY, By.SITE_CLASS)
_PEOPLE = (By.COMPANY, By.TECHNICIAN)

REPORTS: tuple[Report, ...] = (
    Report(
        "acknowledge",
        Words("平均确认时间 MTTA", "Time to acknowledge (MTTA)"),
        Words(
            "期内发生的故障，从发生到有人首次确认其中任一告警（以操作记录为准，告警再次发生也不改变）；无人确认的不计入"
            "时长，单独列出。合并掉的故障不计。",
            "Faults that opened in the period, from their opening until a person first acknowledged one of their "
            "alarms, as the audit trail has it: that stands when the alarm comes back. Those that nobody "
            "acknowledged have no time and are counted beside. Merged faults do not count.",
        ),
        spread(Words("无人确认", "Not acknowledged")),
        "mean",
        (*_PLACE, By.ALARM_TYPE, By.OPERATOR),
    ),
    Report(
        "restore",
        Words("平均修复时间 MTTR", "Time to restore (MTTR)"),
        Words(
            "期内开出的故障工单，从开单到解决，重新打开的计到最后一次解决，挂起时间不扣除；未解决的单独列出。巡检、隐患、"
            "已取消（含合并重复）和已驳回的工单不计。单位和人员按最后到站的一次计。",
            "Tickets of faults that were opened in the period, from opening to resolved, the last time where one "
            "was taken up again; time on hold is not taken off. Those not resolved yet are counted beside. Rounds, "
            "findings, and what was cancelled (duplicates too) or rejected do not count. Contractor and technician "
            "are those of the last visit.",
        ),
        spread(Words("未解决", "Not resolved")),
        "mean",
        (*_PLACE, By.ALARM_TYPE, *_PEOPLE),
    ),
    Report(
        "arrive",
        Words("到站时间", "Time to arrive"),
        Words(
            "期内需要人员上站（抢修、发电）的地点，从提出需求到第一组人员签到，提出时人员已在站的计 0；无人到站就已"
            "恢复、办结或取消的不计，仍在等待的单独列出。",
            "Places that wanted a repair or a generator from a time in the period on, until the first crew for "
            "them was on site, at once where one was there already. What healed, was done or taken back before "
            "anybody came does not count; what still waits is counted beside.",
        ),
        spread(Words("尚未到站", "Nobody there yet")),
        "mean",
        (*_PLACE, By.ALARM_TYPE, *_PEOPLE),
    ),
    Report(
        "first_time_fix",
        Words("一次修复率", "First-time fix"),
        Words(
            "期内结束的抢修上站中，已完成且同一工单在同一站址至今未再次上站（抢修或复查）的比例；失败的上站计为未一次"
            "修复。单纯发电、巡检的上站不计。",
            "Of the visits to repair that ended in the period, those done after which nobody has gone to the same "
            "site again for the same ticket, to repair or to look again. A failed visit is none. Visits for a "
            "generator or a round alone do not count.",
        ),
        share(Words("一次修复率", "First-time fix"), Words("一次修复", "Fixed at once")),
        "share",
        (By.COMPANY, By.TECHNICIAN, By.AREA, By.CITY),
        less_is_better=False,
    ),
    Report(
        "repeats",
        Words("重复故障", "Repeat faults"),
        Words(
            "期内发生的故障中，同一站址、同一根因类型在此前 30 天内已发生过的比例。根因不在站址（如供电线路）的和合并"
            "掉的故障不计。",
            "Of the faults that opened in the period, those whose root had the same type at the same site as one "
            "that opened in the thirty days before. Faults whose root is at no site, a power feed's for instance, "
            "and merged ones do not count.",
        ),
        share(Words("重复率", "Repeated"), Words("重复故障", "Repeats")),
        "share",
        (*_PLACE, By.ALARM_TYPE, By.SITE),
    ),
    Report(
        "availability",
        Words("租户可用率", "Availability by tenant"),
        Words(
            "租户所在站址的应服务分钟减去断站分钟，除以应服务分钟。站址自首次录入系统之时起计，退网后不计；租户自录入其"
            "在站之时起计，至录入其离开之时止；之外的时间为无数据，不按可用计。同站多个故障重叠的时间只计一次，次数和平均"
            "按每个故障计；共享站址对每个租户各计一份，断站也是，只影响某租户自有设备的断站只计入该租户。未结束的断站计到"
            "现在。免责时间不扣除。",
            "Minutes in which a tenant's sites should give service, less those in which they did not, of those "
            "that they should. A site counts from when it was first loaded until it was retired, for each tenant from "
            "the load that first said that it stands there until the one that no longer did; the rest of the period is "
            "no data, which is not available. Time in which outages of a site overlap counts once; number and mean are "
            "those of single outages. A shared site counts for each of its tenants, and so does its outage; where only "
            "equipment of some tenants is down, it is theirs alone. What is still down counts until now. Exemptions "
            "are not taken off.",
        ),
        (
            Column("available", Kind.PERCENT, Words("可用率", "Available")),
            Column("promised", Kind.PERCENT, Words("合同要求", "Promised")),
            Column("met", Kind.YES_NO, Words("达标", "Met")),
            Column("due", Kind.MINUTES, Words("应服务时长", "Due")),
            Column("down", Kind.MINUTES, Words("断站时长", "Down")),
            COUNTED._replace(words=Words("断站次数", "Outages"), sql=""),
            MEAN._replace(words=Words("平均断站", "Mean outage"), sql=""),
            Column("sites", Kind.COUNT, Words("站址数", "Sites")),
        ),
        "available",
        (By.TENANT, By.AREA, By.CITY, By.SITE_CLASS, By.SITE),
        less_is_better=False,
        rows=True,
        of_tenants=True,
    ),
    Report(
        "voltage",
        Words("直流电压达标", "DC voltage within limits"),
        Words(
            "直流输出电压在合同上下限之内的分钟，除以有测量的分钟；每个读数有效至下一读数，间隔超过 15 分钟即为空缺，"
            "空缺不计为达标也不计为超限，单独列出。一站多路输出取最差的一路。按站址当地日期逐日汇总，计期内开始的各日，"
            "首日自站址首次录入系统之时起；租户来去当天按其在站的时段分计；当天的数字每小时更新。",
            "Minutes with the DC output voltage within the contract's limits, of the minutes measured. A reading "
            "holds until the next one; more than 15 minutes between two is a gap, which is neither within nor "
            "outside and is told beside. Of several outputs of a site the worst counts. Summed up by the day of "
            "the site's own clock: days that begin in the period, the first from when the site was first loaded; a "
            "day on which a tenant came or left counts for as long as it stood there; the present day follows by the "
            "hour.",
        ),
        (
            Column("within", Kind.PERCENT, Words("达标率", "Within limits")),
            Column("promised", Kind.PERCENT, Words("合同要求", "Promised")),
            Column("met", Kind.YES_NO, Words("达标", "Met")),
            Column("limits", Kind.TEXT, Words("合同电压", "Limits")),
            Column("measured", Kind.MINUTES, Words("有测量", "Measured")),
            Column("gap", Kind.MINUTES, Words("空缺", "Gaps")),
            Column("lowest", Kind.VOLTS, Words("最低", "Lowest")),
            Column("highest", Kind.VOLTS, Words("最高", "Highest")),
            Column("measured_sites", Kind.COUNT, Words("有测量站址", "Sites measured")),
            Column("sites", Kind.COUNT, Words("站址数", "Sites")),
        ),
        "within",
        (By.TENANT, By.AREA, By.CITY, By.SITE),
        less_is_better=False,
        facts=False,
        rows=True,
        of_tenants=True,
    ),
    Report(
        "alarm_load",
        Words("人均告警量", "Alarm load per operator"),
        Words(
            "有人值守的小时内发声的告警（不含被抑制、屏蔽和首次同步的）除以值守人时；当小时内或此前不久动过监控台（键盘、鼠标或触屏；只开着页面不算）或有操作的值班长、"
            "值班员和管理员计为值守。无人值守的小时和其间的告警不计入人均，单独列出。ISA-18.2：每人每小时约 6 条为宜，"
            "12 条为上限，10 分钟内每人超过 10 条为告警泛滥。",
            "Alarms that spoke (not silenced, not the first look at a device) in hours in which somebody was there, "
            "by operator and hour. A leader, operator or administrator is there who used the console in that "
            "hour or shortly before it (a key or a pointer; a page that is only open is nobody), or who did anything "
            "in it. Hours in which nobody was, and what spoke in them, have no load and "
            "stand beside. ISA-18.2: about 6 an hour is right, 12 the most, more than 10 in ten minutes is a flood.",
        ),
        (
            Column("load", Kind.NUMBER, Words("每人每小时", "An hour, each")),
            Column("over_most", Kind.PERCENT, Words("超过 12 条的小时", "Hours over 12")),
            Column("peak", Kind.NUMBER, Words("每人 10 分钟最多", "Busiest 10 min, each")),
            Column("flood", Kind.PERCENT, Words("泛滥时间", "In flood")),
            COUNTED._replace(words=Words("告警数", "Alarms"), sql=""),
            Column("hours", Kind.COUNT, Words("值守人时", "Hours at work")),
            Column("unmanned", Kind.COUNT, Words("无人值守小时", "Hours with nobody")),
            Column("unheard", Kind.COUNT, Words("无人值守时告警", "Alarms to nobody")),
            Column("acknowledged", Kind.COUNT, Words("确认", "Acknowledged")),
            Column("acts", Kind.COUNT, Words("操作", "Actions")),
        ),
        "load",
        (By.OPERATOR,),
        rows=True,
        limits=(
            Limit("load", 6, Words("6 条为宜", "6: right")),
            Limit("load", 12, Words("12 条为上限", "12: the most")),
            Limit("peak", 10, Words("10 条以上为泛滥", "over 10: a flood")),
        ),
    ),
    Report(
        "bad_sites",
        Words("问题站址前十", "Ten worst sites"),
        Words(
            "期内断站时间最长的十个站址，其次按故障数、断站次数排序。同站重叠的断站时间只计一次，自站址首次录入系统之时"
            "起计；合计为全部站址。",
            "The ten sites that were down the longest in the period, then by faults and outages. Time in which "
            "outages overlap counts once, from when the site was first loaded. The totals are those of all sites.",
        ),
        (
            Column("down", Kind.MINUTES, Words("断站时长", "Down")),
            Column("outages", Kind.COUNT, Words("断站次数", "Outages")),
            Column("faults", Kind.COUNT, Words("故障数", "Faults")),
            Column("alarm_type", Kind.ALARM_TYPE, Words("最常见根因", "Most often")),
            Column("visits", Kind.COUNT, Words("上站次数", "Visits")),
            Column("complaints", Kind.COUNT, Words("投诉", "Complaints")),
            Column("area", Kind.TEXT, Words("区域", "Area")),
        ),
        "down",
        (By.SITE,),
        facts=False,
        rows=True,
    ),
    Report(
        "complaints",
        Words("投诉与原因", "Complaints by cause"),
        Words(
            "期内登记的投诉，按解释它的故障的根因类型；未关联故障的单独一行。“应转问题”：组内有站址因同一根因在 30 天内"
            "重复而引起至少 3 件投诉，且尚无未关闭的问题。",
            "Complaints that were registered in the period, by the root of the fault that explains them; those "
            "that none explains stand in a row of their own. A group wants a problem where one site has at least 3 "
            "complaints about faults of one cause that had come back within 30 days, and no problem of it is open.",
        ),
        (
            Column("per_outage", Kind.NUMBER, Words("每故障投诉", "Per fault"),
                   "round(count(incident)::numeric / nullif(count(DISTINCT incident), 0), 2)::float8"),
            COUNTED._replace(words=Words("投诉", "Complaints"), sql="count(*)"),
            Column("linked", Kind.COUNT, Words("已关联故障", "Explained"), "count(incident)"),
            Column("incidents", Kind.COUNT, Words("故障", "Faults"), "count(DISTINCT incident)"),
            Column("repeated", Kind.COUNT, Words("重复故障投诉", "Of repeats"), "count(*) FILTER (WHERE ok)"),
            Column("problems", Kind.COUNT, Words("已立问题", "Problems open"), "count(DISTINCT problem)"),
            Column("wants_problem", Kind.YES_NO, Words("应转问题", "Make it a problem"),
                   "coalesce(bool_or(wants_problem), false)"),
            Column("sites", Kind.COUNT, Words("站址数", "Sites"), "count(DISTINCT site)"),
        ),
        "per_outage",
        (By.ALARM_TYPE, By.AREA, By.CITY, By.TENANT, By.CHANNEL, By.SITE),
    ),
    Report(
        "satisfaction",
        Words("满意度", "Satisfaction"),
        Words(
            "期内客户的满意度评分，1 至 5 分；“满意”为 4 分及以上。未评分的不计。",
            "What customers said in the period, from 1 to 5; satisfied is 4 or 5. Who said nothing does not "
            "count.",
        ),
        (
            MEAN._replace(kind=Kind.NUMBER, sql="round(avg(value)::numeric, 2)::float8"),
            MEDIAN._replace(kind=Kind.NUMBER),
            Column("satisfied", Kind.PERCENT, Words("满意", "Satisfied"),
                   "round(100.0 * count(*) FILTER (WHERE value >= 4) / nullif(count(value), 0), 1)::float8"),
            Column("dissatisfied", Kind.COUNT, Words("1 至 2 分", "1 or 2"), "count(*) FILTER (WHERE value <= 2)"),
            COUNTED,
        ),
        "mean",
        (By.AREA, By.CITY, By.CATEGORY, By.CHANNEL, By.TENANT),
        less_is_better=False,
    ),
)  # fmt: skip

BY_ID = {report.id: report for report in REPORTS}
