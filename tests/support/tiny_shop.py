"""A shop that can be counted by hand: twelve customers, three kinds of events, Chinese and English names.

T is the end of 2024-06-30 in Shanghai. ``make`` writes the workspace; the tables below are the whole of its data.
"""

from __future__ import annotations

import csv
from pathlib import Path

MEMBERS = [
    # id, name, sex, age, city, joined, phone, birthday
    ("1", "张三", "女", "28", "上海", "2023-01-15", "13800000001", "1996-06-12"),
    ("2", "李四", "男", "35", "上海", "2023-03-02", "13800000002", "1989-01-05"),
    ("3", "王小美", "女", "22", "北京", "2023-05-20", "13800000003", "2002-07-03"),
    ("4", "Alice Wong", "F", "41", "上海", "2023-11-11", "13800000004", "1983-03-09"),
    ("5", "Bob Smith", "M", "19", "北京", "2024-01-08", "13800000005", "2005-06-20"),
    ("6", "陈晨", "女", "31", "广州", "2024-02-14", "13800000006", "1993-02-14"),
    ("7", "刘洋", "男", "52", "广州", "2022-12-01", "13800000007", ""),
    ("8", "Mary Jones", "F", "36", "杭州", "2024-05-05", "13800000008", "1988-05-05"),
    ("9", "赵敏", "女", "", "上海", "2024-06-10", "13800000009", "2000-12-31"),
    ("10", "孙悟", "男", "27", "北京", "2023-08-08", "13800000010", "1997-08-08"),
    ("11", "周周", "女", "33", "", "2024-06-25", "13800000011", "1991-04-01"),
    ("12", "吴凡", "男", "60", "上海", "2021-06-30", "13800000012", "1964-06-30"),
]

PURCHASES = [
    # order, member, paid at, amount, category, channel
    ("o1", "1", "2024-06-28 10:00", "30", "咖啡", "store"),
    ("o2", "1", "2024-06-20 12:30", "45", "奶茶", "app"),
    ("o3", "1", "2024-06-05 18:00", "25", "咖啡", "store"),
    ("o4", "1", "2024-03-01 09:00", "600", "蛋糕", "store"),
    ("o5", "2", "2024-06-15 08:20", "52", "奶茶", "app"),
    ("o6", "2", "2023-12-24 20:00", "300", "蛋糕", "store"),
    ("o7", "3", "2024-05-30 13:00", "18", "奶茶", "app"),
    ("o8", "3", "2024-06-02 13:00", "22", "奶茶", "app"),
    ("o9", "4", "2023-11-20 10:00", "800", "蛋糕", "store"),
    ("o10", "4", "2023-12-05 10:00", "700", "咖啡", "store"),
    ("o11", "5", "2024-02-02 16:00", "20", "咖啡", "app"),
    ("o12", "6", "2024-06-29 11:00", "35", "咖啡", "app"),
    ("o13", "6", "2024-04-10 11:00", "40", "奶茶", "store"),
    ("o14", "7", "2023-01-10 10:00", "50", "咖啡", "store"),
    ("o15", "8", "2024-05-15 15:00", "90", "蛋糕", "app"),
    ("o16", "10", "2024-01-20 10:00", "15", "奶茶", "app"),
    ("o17", "12", "2024-06-01 00:30", "1200", "蛋糕", "store"),
    ("o18", "12", "2024-05-01 10:00", "900", "咖啡", "store"),
    ("o19", "12", "2023-06-15 10:00", "400", "咖啡", "store"),
    ("o20", "12", "2024-06-18 19:00", "60", "奶茶", "app"),
]

VISITS = [
    ("1", "2024-06-29 09:00"),
    ("2", "2024-06-10 09:00"),
    ("3", "2024-06-30 20:00"),
    ("4", "2024-06-12 10:00"),
    ("5", "2024-03-01 10:00"),
    ("9", "2024-06-11 10:00"),
    ("9", "2024-06-12 10:00"),
    ("12", "2024-06-18 18:30"),
]

COMPLAINTS = [("4", "2024-06-13 10:00", "慢"), ("2", "2024-02-01 10:00", "贵")]

TOML = """
[workspace]
name = "Tiny shop"
timezone = "Asia/Shanghai"
language = "zh"
currency = "CNY"
as_of = 2024-06-30

[sources.crm]
plugin = "csv"
path = "data/members.csv"

[sources.pos]
plugin = "csv"
path = "data/purchases.csv"

[sources.app]
plugin = "csv"
path = "data/visits.csv"

[sources.service]
plugin = "csv"
path = "data/complaints.csv"

[[customers]]
from = "crm"
id = "id"
anchors = { phone = "phone" }
attributes = { name = "name", gender = "sex", age = "age", city = "city", joined = "joined", birthday = "birthday" }
personal = ["name"]

[[events]]
name = "purchase"
also = ["购买", "消费", "order"]
from = "pos"
customer = "member"
time = "paid_at"
properties = { amount = "amount", category = "category", channel = "channel" }
key = ["order_no"]

[[events]]
name = "visit"
also = ["访问", "到访"]
from = "app"
customer = "member"
time = "at"

[[events]]
name = "complaint"
also = ["投诉"]
from = "service"
customer = "member"
time = "at"
properties = { topic = "topic" }

[attributes.name]
also = ["姓名"]
[attributes.age]
type = "integer"
also = ["年龄"]
[attributes.city]
also = ["城市"]
[attributes.joined]
type = "date"
also = ["注册时间"]
[attributes.birthday]
type = "date"
also = ["生日"]
[attributes.gender]
also = ["性别"]
values = { female = ["女", "F"], male = ["男", "M"] }

[properties."purchase.category"]
values = { coffee = ["咖啡"], milk_tea = ["奶茶"], cake = ["蛋糕"] }
[properties."purchase.amount"]
type = "number"

[bot]
viewers = ["U_VIEW"]
analysts = ["U_ANA"]
stewards = ["U_STEW"]
admins = ["U_ADMIN"]
"""

RULES = """
let spend = sum(purchase.amount)
    title "消费额"
    also "消费金额"

tag churn_risk:
    title "流失风险"
    also "at risk", "may churn", "可能流失", "流失客户"
    about "Has stopped buying."
    layer behaviour

tag high_value:
    title "高价值客户"
    also "VIP"
    layer value

tag frequent:
    title "高频客户"

ever purchase and no purchase 90 days -> churn_risk
spend in 12 months >= 500 -> high_value
purchases in 30 days >= 2 -> frequent

classify value_tier by spend in 12 months:
    title "价值分层"
    values high "高", medium "中", low "低"
    >= 500 -> high
    60..500 -> medium
    otherwise -> low

segment win_back: has churn_risk and has high_value
    title "挽回人群"
    action "Exclusive coupon, then a call from the shop manager"
"""


def make(root: Path) -> Path:
    """Write the workspace at ``root`` and give its folder."""
    (root / "data").mkdir(parents=True)
    (root / "rules").mkdir()
    (root / "tagfolk.toml").write_text(TOML, "utf-8")
    (root / "rules" / "tags.tags").write_text(RULES, "utf-8")
    _csv(root / "data/members.csv", ("id", "name", "sex", "age", "city", "joined", "phone", "birthday"), MEMBERS)
    _csv(root / "data/purchases.csv", ("order_no", "member", "paid_at", "amount", "category", "channel"), PURCHASES)
    _csv(root / "data/visits.csv", ("member", "at"), VISITS)
    _csv(root / "data/complaints.csv", ("member", "at", "topic"), COMPLAINTS)
    return root


def _csv(path: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
