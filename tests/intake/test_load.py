"""Loads of small workspaces: mapping, tidying, duplicates, identity, rejects, each against figures counted by hand."""

import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from support.loading import CRM, HEAD, POS, loaded, rejected


def test_tidying_drops_counts_and_lists(tmp_path: Path) -> None:
    config = HEAD + CRM + (
        'attributes = { age = "age", gender = "sex", joined = "joined", city = "city", member = "member" }\n'
        '[attributes.age]\ntype = "integer"\nvalid = "0..120"\n'
        '[attributes.gender]\nvalues = { female = ["女", "F"], male = ["男", "M"] }\n'
        '[attributes.joined]\ntype = "date"\nformat = "%d/%m/%Y"\n[attributes.member]\ntype = "boolean"\n'
    )  # fmt: skip
    got = loaded(tmp_path, config, crm=(
        "id,age,sex,joined,city,member\n1,30,女,31/01/2024, Lyon "
        ",yes\n2,150,F,2024-01-31,,0\n3,abc,f,01/02/2024,Rome,是\n"
        "4, 41 ,M,,  ,maybe\n5,20.5,x,29/02/2024,Oslo,\n"))  # fmt: skip
    assert got.rows(
        "SELECT customer_id, age, gender, CAST(joined AS VARCHAR), city, member FROM customers ORDER BY 1"
    ) == [
        ("crm:1", 30, "female", "2024-01-31", "Lyon", True),
        ("crm:2", None, "female", None, None, False),
        ("crm:3", None, "f", "2024-02-01", "Rome", True),
        ("crm:4", 41, "male", None, None, None),
        ("crm:5", None, "x", "2024-02-29", "Oslo", None),
    ]
    age = got.json["attributes"]["age"]
    assert (age["filled"], age["dropped"]) == (0.4, 3)
    assert {(v["value"], v["count"]) for v in age["dropped_values"]} == {("150", 1), ("abc", 1), ("20.5", 1)}
    assert got.json["attributes"]["joined"]["dropped"] == 1
    assert got.json["attributes"]["member"]["dropped"] == 1
    assert got.json["attributes"]["gender"]["dropped"] == 0
    listed = (tmp_path / ".tagfolk/rejected/crm.dropped.jsonl").read_text()
    assert json.loads(listed.splitlines()[-1]) == {"field": "member", "value": "maybe", "count": 1}


def test_types_are_found_out_and_codes_stay_text(tmp_path: Path) -> None:
    config = (
        HEAD
        + CRM
        + 'attributes = { zip = "zip", points = "points", rate = "rate", code = "code", on = "d", ok = "ok", '
        'mixed = "mixed" }\n'
    )
    got = loaded(tmp_path, config, crm=(
        "id,zip,points,rate,code,d,ok,mixed\n1,01234,7,0.5,536365,2024-01-05,true,5\n2,75001,8,1,C536379,2024-02-05,FALSE,n/a\n"
        "3,75002,9,2,536367,2024-03-05,true,7\n4,1,1,1,1,2024-03-05,true,7\n5,1,1,1,1,2024-03-05,true,7\n"))  # fmt: skip # noqa: E501
    assert got.snapshot is not None
    assert {name: meta.type for name, meta in got.snapshot.meta.attributes.items()} == {
        "zip": "text", "points": "integer", "rate": "number", "code": "text", "on": "date", "ok": "boolean", "mixed": "integer",  # noqa: E501
    }  # fmt: skip
    assert got.rows("SELECT code, zip, mixed FROM customers WHERE customer_id = 'crm:2'") == [
        ("C536379", "75001", None)
    ]
    assert got.json["attributes"]["mixed"]["dropped"] == 1


def test_numbers_with_thousands_and_currency_where_declared(tmp_path: Path) -> None:
    config = HEAD + CRM + 'attributes = { spent = "spent" }\n[attributes.spent]\ntype = "number"\n'
    got = loaded(tmp_path, config, crm='id,spent\n1,"1,234.50"\n2,¥99\n3,1e3\n4,nan\n')
    assert got.rows("SELECT spent FROM customers ORDER BY customer_id") == [(1234.5,), (99.0,), (1000.0,), (None,)]


def test_the_later_row_wins_where_it_knows_more(tmp_path: Path) -> None:
    config = HEAD + CRM + 'attributes = { name = "name", city = "city" }\n'
    got = loaded(tmp_path, config, crm="id,name,city\n1,a,Lyon\n2,b,Oslo\n1,A,\n")
    assert got.rows("SELECT name, city FROM customers ORDER BY customer_id") == [("A", "Lyon"), ("b", "Oslo")]
    assert got.json["sources"]["crm"] | {"findings": 0} == {
        "read": 3, "kept": 2, "rejected": 0, "duplicates": 1, "filtered": 0, "findings": 0}  # fmt: skip


def test_the_first_listed_block_that_knows_wins(tmp_path: Path) -> None:
    config = HEAD + CRM + 'anchors = { email = "mail" }\nattributes = { name = "name", city = "city" }\n' + (
        '[sources.web]\nplugin = "csv"\npath = "web.csv"\n[[customers]]\nfrom = "web"\nid = "uid"\n'
        'anchors = { email = "email" }\nattributes = { name = "nick", age = "age", city = "town" }\n'
    )  # fmt: skip
    got = loaded(
        tmp_path,
        config,
        crm="id,mail,name,city\n9,X@a.org,Ann,\n",
        web="uid,email,nick,age,town\n1, x@A.org ,annie,30,Lyon\n2,,bob,40,\n",
    )
    assert got.rows("SELECT customer_id, name, age, city, email FROM customers ORDER BY 1") == [
        ("crm:9", "Ann", 30, "Lyon", "x@a.org"), ("web:2", "bob", 40, None, None)]  # fmt: skip
    known = ("records", "customers", "merged", "joined", "split", "placeholders")
    assert [got.json["identity"][name] for name in known] == [3, 2, 1, 0, 0, []]


def test_identity_through_others_and_phones_in_many_ways(tmp_path: Path) -> None:
    config = HEAD + CRM + 'anchors = { phone = "phone", email = "mail", wechat = "wx" }\n'
    got = loaded(tmp_path, config, crm=(
        "id,phone,mail,wx\n5,13800000001,,\n3,+86 "
        "138-0000-0001,a@x.cn,\n4,,A@X.CN,wxid\n2,,,wxid\n8,,,WXID\n7,12,,\n6,(0086)13800000001,,\n"))  # fmt: skip
    assert [row[0] for row in got.rows("SELECT customer_id FROM customers ORDER BY 1")] == ["crm:2", "crm:7", "crm:8"]
    assert got.report.identity.merged == 4
    assert got.rows("SELECT count(*) FROM customers WHERE phone = '+8613800000001'") == [(1,)]
    assert got.report.attributes["phone"].dropped == 1


def test_a_placeholder_joins_nobody_and_is_reported_masked(tmp_path: Path) -> None:
    config = HEAD + "max_shared = 3\n" + CRM + 'anchors = { email = "mail" }\n'
    lines = "".join(f"{n},none@shop.org\n" for n in range(4)) + "8,b@x.org\n9,b@x.org\n"
    got = loaded(tmp_path, config, crm="id,mail\n" + lines)
    assert got.report.customers == 5
    [(kind, value, count)] = got.report.identity.placeholders
    assert (kind, count) == ("email", 4)
    assert "none@shop.org" not in value


def test_merges_and_splits_are_recorded(tmp_path: Path) -> None:
    config = HEAD + CRM + 'anchors = { email = "mail" }\n'
    loaded(tmp_path, config, crm="id,mail\n1,a@x\n2,b@x\n3,c@x\n4,c@x\n")
    got = loaded(tmp_path, config, crm="id,mail\n1,a@x\n2,a@x\n3,c@x\n4,d@x\n")
    assert got.snapshot is not None
    changes = got.rows(f"SELECT * FROM read_parquet('{got.snapshot.file('identity_changes')}')")
    assert sorted(changes) == [("merged", "crm:1", "crm:1"), ("merged", "crm:2", "crm:1"),
                               ("split", "crm:3", "crm:3"), ("split", "crm:3", "crm:4")]  # fmt: skip
    before = got.snapshot.previous()
    assert before is not None
    assert before.meta.customers == 3


def test_events_by_id_unknown_customers_and_duplicates(tmp_path: Path) -> None:
    config = HEAD + CRM + 'attributes = { city = "city" }\n' + POS + (
        'customer = "who"\ntime = "at"\nkey = ["no", "line"]\nwhere = "status != \'test\'"\n'
        'properties = { amount = "quantity * price", category = "cat", channel = "\'store\'" }\n'
    )  # fmt: skip
    files = {"crm": "id,city\n007,Lyon\n", "pos": (
        "no,line,who,at,quantity,price,cat,status\n1,1,007,2024-03-01 10:00:00,2,10.5,tea,ok\n1,1,007,2024-03-01 "
        "10:00:00,2,10.5,tea,ok\n"
        "2,1,007,2024-03-02T10:00:00Z,1,n/a,tea,ok\n3,1,009,soon,1,3,tea,ok\n4,1,777,2024-03-02 "
        "10:00,1,3,,ok\n5,1,,2024-03-02 10:00,1,3,tea,ok\n"
        "6,1,007,2024-03-02 10:00,1,3,tea,test\n7,1,007\n8,1,007,,1,3,tea,ok\n"
    )}  # fmt: skip
    got = loaded(tmp_path, config, **files)
    assert got.rows(
        "SELECT customer_id, time, local, amount, category, channel FROM event_purchase JOIN customers USING "
        "(customer) ORDER BY 2"
    ) == [
        ("crm:007", datetime(2024, 3, 1, 2), datetime(2024, 3, 1, 10), 21.0, "tea", "store"),
        ("crm:777", datetime(2024, 3, 2, 2), datetime(2024, 3, 2, 10), 3.0, None, "store"),
        ("crm:007", datetime(2024, 3, 2, 10), datetime(2024, 3, 2, 18), None, "tea", "store"),
    ]
    source = got.json["sources"]["pos"]
    assert {k: source[k] for k in ("read", "kept", "rejected", "duplicates", "filtered")} == {
        "read": 9, "kept": 3, "rejected": 4, "duplicates": 1, "filtered": 1}  # fmt: skip
    assert {(r["place"], r["reason"]) for r in rejected(tmp_path, "pos")} == {
        ("pos.csv:9", "3 columns instead of 8"), ("pos.csv:5", "the time cannot be read: soon"),
        ("pos.csv:7", "the event has no customer"), ("pos.csv:10", "the event has no time")}  # fmt: skip
    assert got.report.properties["purchase.amount"].dropped == 1
    strict = loaded(tmp_path, config + "customers_from_events = false\n", **files)
    assert strict.report.customers == 1
    assert strict.report.events == {"purchase": 2}
    assert ("pos.csv:6", "unknown customer: 777") in {(r["place"], r["reason"]) for r in rejected(tmp_path, "pos")}


def test_events_without_customers_blocks_are_of_their_own_source(tmp_path: Path) -> None:
    got = loaded(tmp_path, HEAD + POS + 'customer = "who"\ntime = "at"\n', pos="who,at\n5,2024-01-01\n")
    assert got.rows("SELECT customer_id, local FROM customers JOIN event_purchase USING (customer)") == [
        ("pos:5", datetime(2024, 1, 1))
    ]


def test_events_by_anchors_join_and_link(tmp_path: Path) -> None:
    config = HEAD + CRM + 'anchors = { phone = "phone", email = "mail" }\n' + POS + (
        'anchors = { phone = "tel", email = "mail" }\ntime = "at"\n')  # fmt: skip
    got = loaded(tmp_path, config, crm="id,phone,mail\n1,13800000001,\n2,,b@x.org\n3,13800000003,\n", pos=(
        "tel,mail,at\n138 0000 "
        "0001,,2024-01-01\n13800000001,B@x.org,2024-01-02\n13900000009,,2024-01-03\n13900000009,,2024-01-04\n,,2024-01-05\n"))  # fmt: skip # noqa: E501
    counts = got.rows(
        "SELECT customer_id, count(time) FROM customers LEFT JOIN event_purchase USING (customer) GROUP BY 1 ORDER BY 1"
    )
    assert [(name if name.startswith("crm") else name[:4], n) for name, n in counts] == [
        ("crm:1", 2),
        ("crm:3", 0),
        ("pos:", 2),
    ]
    assert all("139" not in name for name, _ in counts)  # an anchor is personal, an id is not
    assert got.report.sources["pos"].rejected is not None
    assert got.report.sources["pos"].rejected.count == 1


def test_many_events_of_one_phone_are_no_placeholder(tmp_path: Path) -> None:
    config = HEAD + CRM + 'anchors = { phone = "phone" }\n' + POS + 'anchors = { phone = "tel" }\ntime = "at"\n'
    lines = "".join(f"13800000001,2024-01-{n:02}\n" for n in range(1, 29))
    got = loaded(tmp_path, config, crm="id,phone\n1,13800000001\n", pos="tel,at\n" + lines)
    assert got.report.customers == 1
    assert got.rows("SELECT count(*) FROM event_purchase") == [(28,)]


def test_group_by_makes_one_event_of_lines(tmp_path: Path) -> None:
    config = HEAD + POS + (
        'customer = "who"\ntime = "at"\ngroup_by = ["no"]\nkey = ["no", "line"]\nwhere = "price > 0"\n'
        'properties = { amount = "sum(quantity * price)", items = "count(*)", store = "store" }\n'
    )  # fmt: skip
    got = loaded(tmp_path, config, pos=(
        "no,line,who,at,quantity,price,store\nA,1,x,2024-01-02 10:00,2,5,\nA,2,x,2024-01-02 "
        "09:00,1,3,S1\nA,2,x,2024-01-02 09:00,1,3,S1\n"
        "A,3,x,2024-01-02 "
        "08:00,9,0,S9\nB,1,y,2024-01-03,1,7,S2\nB,1,z,2024-01-03,1,8,S2\n,1,y,2024-01-03,1,7,S2\nC,1,y,never,1,7,S2\nC,2,y,,1,7,S2\nD,1,,2024-01-03,1,1,S2\n"))  # fmt: skip # noqa: E501
    assert got.rows("SELECT customer_id, local, amount, items, store FROM event_purchase JOIN customers USING "
                    "(customer) ORDER BY 1") == [
        ("pos:x", datetime(2024, 1, 2, 9), 13.0, 2, "S1"), ("pos:y", datetime(2024, 1, 3), 7.0, 1, "S2")]  # fmt: skip
    source = got.report.sources["pos"]
    assert (source.read, source.filtered, source.duplicates) == (10, 1, 2)
    assert {(r["place"], r["reason"]) for r in rejected(tmp_path, "pos")} == {
        ("pos.csv:8", "nothing to group by"), ("pos.csv:9", "the time cannot be read: "
                                                            "never"), ("pos.csv:10", "the event has no time"),
        ("pos.csv:11", "the event has no customer")}  # fmt: skip
    assert source.kept == 3


def test_blocks_of_one_name_are_one_event(tmp_path: Path) -> None:
    config = HEAD + POS + 'customer = "who"\ntime = "at"\nproperties = { amount = "amount", store = "store" }\n' + (
        '[sources.app]\nplugin = "csv"\npath = "app.csv"\n[[events]]\nname = "purchase"\nfrom = "app"\ncustomer '
        '= "u"\ntime = "t"\n'
        'properties = { amount = "total", coupon = "coupon" }\n'
    )  # fmt: skip
    got = loaded(
        tmp_path, config, pos="who,at,amount,store\n1,2024-01-01,5,S1\n", app="u,t,total,coupon\n1,2024-01-02,2.5,X\n"
    )
    assert got.rows("SELECT customer_id, amount, store, coupon FROM event_purchase JOIN customers USING "
                    "(customer) ORDER BY 2") == [
        ("app:1", 2.5, None, "X"), ("pos:1", 5.0, "S1", None)]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "written", "utc", "local"),
    [
        ("America/New_York", "2024-11-03 01:30", datetime(2024, 11, 3, 5, 30), datetime(2024, 11, 3, 1, 30)),
        ("America/New_York", "2024-03-10 02:30", datetime(2024, 3, 10, 7, 30), datetime(2024, 3, 10, 3, 30)),
        ("America/New_York", "2024-11-03T01:30:00-05:00", datetime(2024, 11, 3, 6, 30), datetime(2024, 11, 3, 1, 30)),
        ("Europe/London", "2024-03-31T01:30:00Z", datetime(2024, 3, 31, 1, 30), datetime(2024, 3, 31, 2, 30)),
        ("Australia/Lord_Howe", "2024-04-07 01:45", datetime(2024, 4, 6, 14, 45), datetime(2024, 4, 7, 1, 45)),
        ("Asia/Shanghai", "2024-01-01", datetime(2023, 12, 31, 16), datetime(2024, 1, 1)),
        (
            "Asia/Kolkata",
            "2024-01-01 00:00:00.250",
            datetime(2023, 12, 31, 18, 30, 0, 250000),
            datetime(2024, 1, 1, 0, 0, 0, 250000),
        ),
        ("Asia/Shanghai", "1988-07-01 12:00", datetime(1988, 7, 1, 3), datetime(1988, 7, 1, 12)),
        ("Asia/Shanghai", "1995-07-01 12:00", datetime(1995, 7, 1, 4), datetime(1995, 7, 1, 12)),
        ("UTC", "1704067200", datetime(2024, 1, 1), datetime(2024, 1, 1)),
        ("UTC", "1704067200000", datetime(2024, 1, 1), datetime(2024, 1, 1)),
    ],
)
def test_times(tmp_path: Path, zone: str, written: str, utc: datetime, local: datetime) -> None:
    config = f'[workspace]\ntimezone = "{zone}"\n' + POS + 'customer = "who"\ntime = "at"\n'
    got = loaded(tmp_path, config, pos=f"who,at\n5,{written}\n")
    assert got.rows("SELECT time, local FROM event_purchase") == [(utc, local)]


@pytest.mark.parametrize(
    ("written", "days", "finding"),
    [
        (["31/01/2024", "1/2/2024"], [(1, 31), (2, 1)], "DD/MM/YYYY"),
        (["01/31/2024 14:30", "02/01/2024 08:00"], [(1, 31), (2, 1)], "MM/DD/YYYY hh:mm"),
        (["31.01.24", "01.02.24"], [(1, 31), (2, 1)], "DD.MM.YY"),
        (["2024年1月31日", "2024年2月1日"], [(1, 31), (2, 1)], "YYYY年MM月DD日"),
        (["20240131", "20240201"], [(1, 31), (2, 1)], ""),
        (["31-Jan-2024", "01-Feb-2024"], [(1, 31), (2, 1)], "DD-Mon-YYYY"),
        (["01/02/2024", "03/04/2024"], [(1, 2), (3, 4)], "cannot be told apart"),
        (["2024-01-31", "31/01/2024", "2024/02/01"], [(1, 31), (1, 31), (2, 1)], "ISO"),
    ],
)
def test_date_formats_are_found_out_and_reported(
    tmp_path: Path, written: list[str], days: list[tuple[int, int]], finding: str
) -> None:
    config = HEAD + POS + 'customer = "who"\ntime = "at"\n'
    got = loaded(tmp_path, config, pos="who,at\n" + "".join(f"{n},{w}\n" for n, w in enumerate(written)))
    assert got.rows("SELECT month(local), day(local) FROM event_purchase ORDER BY customer") == days
    assert any(finding in line for line in got.report.sources["pos"].findings)


def test_an_attached_view_knows_nothing_after_t(tmp_path: Path) -> None:
    got = loaded(tmp_path, HEAD + POS + 'customer = "who"\ntime = "at"\n', pos="who,at\n1,2024-01-01\n1,2024-02-01\n")
    assert got.snapshot is not None
    connection = duckdb.connect()
    got.snapshot.attach(connection, before=datetime(2024, 1, 31, 16))
    assert connection.execute("SELECT count(*) FROM event_purchase").fetchone() == (1,)


def test_declared_events_have_a_view_when_empty(tmp_path: Path) -> None:
    config = (
        HEAD + POS + 'customer = "who"\ntime = "at"\nproperties = { amount = "amount" '
        '}\n[properties."purchase.amount"]\ntype = "number"\n'
    )
    got = loaded(tmp_path, config, pos="who,at,amount\n")
    assert got.rows("SELECT count(*), count(amount) FROM event_purchase") == [(0, 0)]
    assert got.report.customers == 0
