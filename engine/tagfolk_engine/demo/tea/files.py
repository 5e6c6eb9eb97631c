"""Writes the files of the milk-tea chain as its systems would export them, dirt included."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
from pathlib import Path

import numpy as np

from tagfolk_engine.demo.tea.orders import CATEGORIES, SHOPS, Orders, Visits, make_orders, make_visits
from tagfolk_engine.demo.tea.people import CITIES, END, FAMOUS, GUESTS, SEED, People, make_people

TILL_COLUMNS = (
    "order_no", "member_no", "store_id", "city", "paid_at", "category", "product", "sugar", "quantity", "price",
    "coupon", "status",
)  # fmt: skip
FIVE_WAYS = ("{0}", "+86 {0}", "{1}-{2}-{3}", "86{0}", "{1} {2} {3}")


def write_data(folder: Path) -> None:
    """All source files under ``folder``; about 130,000 orders, a few seconds."""
    random = np.random.default_rng(SEED)
    people = make_people(random)
    orders = make_orders(random, people)
    visits = make_visits(random, people, orders)
    folder.mkdir(parents=True, exist_ok=True)
    twice = _write_members(random, people, folder / "crm.db")
    _write_tills(random, orders, twice, folder / "pos")
    _write_mini_program(random, people, orders, folder / "mini_program.jsonl")
    _write_visits(people, visits, folder / "visits.parquet")
    _write_complaints(random, people, orders, folder / "complaints.xlsx")
    _write_surveys(random, people, folder / "surveys.csv")


def member_number(person: int) -> str:
    """``M000001`` …: the CRM's own number of a person."""
    return f"M{person + 1:06d}"


def written_phone(phone: str, way: int) -> str:
    """A phone as one of five clerks writes it."""
    return FIVE_WAYS[way].format(phone, phone[:3], phone[3:7], phone[7:])


def _is_guest(people: People, person: int) -> bool:
    return person >= len(people) - GUESTS


def _write_members(random: np.random.Generator, people: People, path: Path) -> dict[int, str]:
    """The CRM, a SQLite database. Gives the second number of those who registered twice."""
    ways = random.integers(0, len(FIVE_WAYS), len(people))
    wrong_age = random.random(len(people)) < 0.004
    no_city = random.random(len(people)) < 0.015
    sexes = random.random(len(people))
    rows: list[tuple[object, ...]] = []
    for person in range(len(people) - GUESTS):
        age = _age(people, person)
        if wrong_age[person] and person != FAMOUS:
            age = 150
        woman = bool(people.woman[person])
        sex = ("女" if sexes[person] < 0.7 else "F") if woman else ("男" if sexes[person] < 0.7 else "M")
        city = CITIES[people.city[person]]
        rows.append(
            (
                member_number(person), people.name[person], sex, age, people.birthday[person].isoformat(),
                None if no_city[person] else (city if sexes[person] < 0.9 else city + "市"),
                written_phone(people.phone[person], int(ways[person])),
                f"user{person + 1}@example.com" if sexes[person] < 0.6 else None,
                people.openid[person],
                str(people.joined[person]).replace("T", " "),
            )
        )  # fmt: skip
    twice: dict[int, str] = {}
    for number, person in enumerate(np.sort(random.choice(len(people) - GUESTS, 260, replace=False)).tolist()):
        first = rows[person]
        second = f"M{900_001 + number:06d}"
        twice[person] = second
        phone = written_phone(people.phone[person], int((ways[person] + 1) % len(FIVE_WAYS)))
        rows.append((second, first[1], first[2], None, None, first[5], phone, None, None, "2024-03-01 10:00:00"))
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE TABLE members (member_id TEXT PRIMARY KEY, full_name TEXT, sex TEXT, age INTEGER, birthday TEXT,"
            " city TEXT, mobile TEXT, email TEXT, openid TEXT, registered_at TEXT)"
        )
        database.executemany("INSERT INTO members VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
    database.close()
    return twice


def _age(people: People, person: int) -> int:
    """Whole years at the end of the log."""
    born = people.birthday[person]
    return END.year - born.year - ((born.month, born.day) > (END.month, END.day))


def _write_tills(random: np.random.Generator, orders: Orders, twice: dict[int, str], folder: Path) -> None:
    """One gzipped CSV a shop; some orders exported twice, some test orders, members known by either number."""
    folder.mkdir(exist_ok=True)
    files = [io.StringIO() for _ in range(SHOPS)]
    writers = [csv.writer(f, lineterminator="\n") for f in files]
    for writer in writers:
        writer.writerow(TILL_COLUMNS)
    again = random.random(len(orders.person)) < 0.004
    test = random.random(len(orders.person)) < 0.002
    second = random.random(len(orders.person)) < 0.5
    for i in np.flatnonzero(~orders.online).tolist():
        person, shop = int(orders.person[i]), int(orders.shop[i])
        number = twice[person] if person in twice and second[i] else member_number(person)
        row = (
            f"P{i:07d}", number, f"S{shop + 1:02d}", CITIES[shop % len(CITIES)], str(orders.time[i]).replace("T", " "),
            CATEGORIES[orders.category[i]], orders.product[i], orders.sugar[i], int(orders.quantity[i]),
            f"{orders.price[i]}.00", "春季券" if orders.coupon[i] else "", "paid",
        )  # fmt: skip
        writers[shop].writerow(row)
        if again[i]:
            writers[shop].writerow(row)
        if test[i]:
            writers[shop].writerow((f"T{i:07d}", *row[1:8], 99, "999.00", "", "test"))
    for shop, file in enumerate(files):
        # mtime 0: the same bytes every time
        with gzip.GzipFile(folder / f"shop_{shop + 1:02d}.csv.gz", "wb", mtime=0) as out:
            out.write(file.getvalue().encode("utf-8"))


def _write_mini_program(random: np.random.Generator, people: People, orders: Orders, path: Path) -> None:
    """The mini-program's orders, one JSON document a line, its users known by phone and openid."""
    ways = random.integers(0, len(FIVE_WAYS), len(orders.person))
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for i in np.flatnonzero(orders.online).tolist():
            person = int(orders.person[i])
            order = {
                "id": f"W{i:07d}",
                "openid": people.openid[person],
                "phone": written_phone(people.phone[person], int(ways[i])),
                "time": f"{orders.time[i]}+08:00",
                "store": f"S{int(orders.shop[i]) + 1:02d}",
                "category": CATEGORIES[orders.category[i]],
                "product": orders.product[i],
                "sugar": orders.sugar[i],
                "cups": int(orders.quantity[i]),
                "total": float(orders.quantity[i] * orders.price[i]),
                "coupon": "小程序券" if orders.coupon[i] else None,
            }
            out.write(json.dumps(order, ensure_ascii=False) + "\n")


def _write_visits(people: People, visits: Visits, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {
            "openid": [people.openid[p] for p in visits.person.tolist()],
            "at": pa.array(visits.time.astype("datetime64[us]")),
            "page": visits.page,
            "seconds": visits.seconds,
        }
    )
    pq.write_table(table, path, compression="zstd")


def _write_complaints(random: np.random.Generator, people: People, orders: Orders, path: Path) -> None:
    """The service desk's workbook: who called, when, about what."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["电话", "日期", "类型", "已解决"])
    for i in np.sort(random.choice(len(orders.person), 700, replace=False)).tolist():
        person = int(orders.person[i])
        phone = written_phone(people.phone[person], int(random.integers(0, len(FIVE_WAYS))))
        topic = ("送达慢", "口味", "价格", "服务")[int(random.choice(4, p=(0.4, 0.3, 0.12, 0.18)))]
        when = orders.time[i].astype("datetime64[s]").astype(object)
        sheet.append([phone, when, topic, "是" if random.random() < 0.8 else "否"])
    book.save(path)


def _write_surveys(random: np.random.Generator, people: People, path: Path) -> None:
    """Paper questionnaires typed into a Chinese spreadsheet program: GBK, semicolons, dates day first."""
    with path.open("w", encoding="gb18030", newline="") as out:
        writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
        writer.writerow(["会员号", "填写日期", "推荐分", "最看重"])
        for person in np.sort(random.choice(len(people) - GUESTS, 900, replace=False)).tolist():
            day = END.toordinal() - int(random.integers(1, 200))
            filled = END.fromordinal(day)
            score = int(np.clip(round(random.normal(7.9, 1.9)), 0, 10))
            topic = ("健康", "价格", "口味", "速度")[int(random.choice(4, p=(0.35, 0.2, 0.35, 0.1)))]
            writer.writerow([member_number(person), filled.strftime("%d/%m/%Y"), score, topic])
