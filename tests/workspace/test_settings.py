"""tagfolk.toml: everything the contract shows is taken, every mistake has its place and the nearest name."""

import re
from pathlib import Path

import pytest
from tagfolk_dsl.diagnostics import Diagnostic, render
from tagfolk_engine.workspace import Workspace, WorkspaceError, find_workspace, open_workspace
from tagfolk_engine.workspace.codes import CODES
from tagfolk_engine.workspace.locate import locate

GOOD = """
[workspace]
name = "Milk tea chain"
timezone = "Asia/Shanghai"
language = "zh"
currency = "CNY"
[store]
url = "sqlite:///.tagfolk/results.db"
[engine]
backend = "duckdb"
[sources.pos]
plugin = "csv"
path = "data/pos/*.csv"
[sources.crm]
plugin = "sql"
url = "${CRM_URL}"
table = "members"
[[customers]]
from = "crm"
id = "member_id"
anchors = { phone = "mobile", email = "email", wechat = "openid" }
attributes = { name = "full_name", age = "age", gender = "sex", city = "city", joined = "registered_at" }
personal = ["name"]
[[events]]
name = "purchase"
also = ["购买", "消费", "order"]
from = "pos"
customer = "member_no"
time = "paid_at"
properties = { amount = "quantity * price", category = "category", store = "store_id", channel = "'store'" }
key = ["order_no", "line_no"]
where = "status != 'test'"
[attributes.age]
type = "integer"
also = ["年龄"]
valid = "0..120"
[attributes.gender]
also = ["性别"]
values = { female = ["女", "F"], male = ["男", "M"] }
[properties."purchase.category"]
values = { coffee = ["咖啡"], low_sugar = ["低糖奶茶", "低糖"] }
[bot]
analysts = ["U0456"]
stewards = []
admins = ["U0123"]
[identity]
phone_region = "CN"
max_shared = 10
"""


def opened(root: Path, text: str, **environment: str) -> Workspace:
    (root / "tagfolk.toml").write_text(text, encoding="utf-8")
    return open_workspace(root, environment=environment)


def mistakes(root: Path, text: str, **environment: str) -> list[Diagnostic]:
    with pytest.raises(WorkspaceError) as raised:
        opened(root, text, **environment)
    assert all(d.code in CODES and d.message_zh for d in raised.value.diagnostics)
    return list(raised.value.diagnostics)


def the(found: list[Diagnostic], code: str) -> Diagnostic:
    [one] = [d for d in found if d.code == code]
    return one


def test_all_that_the_contract_shows(tmp_path: Path) -> None:
    workspace = opened(tmp_path, GOOD, CRM_URL="postgresql://reader@db/crm")
    settings = workspace.settings
    assert settings.sources["crm"].arguments == {"url": "postgresql://reader@db/crm", "table": "members"}
    assert settings.events[0].also == ["购买", "消费", "order"]
    assert settings.attributes["gender"].values["female"] == ["女", "F"]
    assert settings.bot.admins == ["U0123"]
    assert workspace.zone.key == "Asia/Shanghai"
    assert workspace.store_url == f"sqlite:///{(tmp_path / '.tagfolk/results.db').as_posix()}"
    assert settings.warnings == ()


def test_a_missing_file_says_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError) as raised:
        find_workspace(tmp_path)
    assert raised.value.diagnostics[0].code == "C006"
    assert "tagfolk init" in raised.value.diagnostics[0].hint


def test_the_nearest_workspace_upward(tmp_path: Path) -> None:
    opened(tmp_path, "")
    (tmp_path / "rules" / "deep").mkdir(parents=True)
    assert find_workspace(tmp_path / "rules" / "deep") == tmp_path.resolve()


@pytest.mark.parametrize(
    ("line", "code", "place", "said"),
    [
        ('[workspace]\ntimezne = "UTC"', "C002", (2, 1), "timezone"),
        ('[workspace]\nlanguage = "fr"', "C005", (2, 12), "en, zh"),
        ('[workspace]\ntimezone = "Asia/Shangai"', "C005", (2, 12), "Asia/Shanghai"),
        ("[identity]\nmax_shared = 'ten'", "C004", (2, 14), "a whole number"),
        ('[[events]]\nname = "buy"', "C003", (1, 1), "from"),
        ('[sources.x]\nplugin = "cvs"\npath = "a"', "C033", (2, 10), "csv"),
        ('[sources.x]\nplugin = "csv"\npath = "a"\ndelimeter = ";"', "C002", (4, 1), "delimiter"),
        ('[sources.x]\nplugin = "csv"\npath = 3', "C004", (3, 8), "text"),
        ('[sorces.x]\nplugin = "csv"', "C002", (1, 1), "sources"),
        ('[attributes.age]\nvalid = "0-120"', "C005", (2, 9), "0..120"),
        ('[engine]\nbackend = "spark"', "C041", (2, 11), "url"),
        ("[workspace\n", "C001", (1, 11), "TOML"),
    ],
)
def test_a_mistake_and_its_place(tmp_path: Path, line: str, code: str, place: tuple[int, int], said: str) -> None:
    found = mistakes(tmp_path, line)
    one = next(d for d in found if d.code == code)
    assert (one.span.line, one.span.column) == place
    assert one.span.file == "tagfolk.toml"
    assert said in one.message + one.hint


BLOCK = '[sources.pos]\nplugin = "csv"\npath = "a.csv"\n[[customers]]\nfrom = "pos"\nid = "id"\n'


@pytest.mark.parametrize(
    ("text", "code", "place", "said"),
    [
        ('[[customers]]\nfrom = "pso"\nid = "x"', "C030", (8, 8), "pos"),
        ('attributes = { a = "b +" }', "C020", (7, 23), "missing"),
        ('attributes = { a = "SELECT 1" }', "C021", (7, 21), "expression"),
        ('attributes = { a = "sum(b)" }', "C023", (7, 20), "group_by"),
        ('attributes = { time = "b" }', "C035", (7, 16), "reserved"),
        ('attributes = { Age = "b", age = "b" }', "C036", (7, 27), "case"),
        ('attributes = { "2nd" = "b" }', "C037", (7, 16), "letter"),
        ('attributes = { age = "b" }\n[attributes.aeg]\ntype = "integer"', "C038", (8, 1), "age"),
        ('attributes = { age = "b" }\npersonal = ["name"]', "C038", (8, 13), "age"),
        ('attributes = { g = "b" }\n[attributes.g]\nvalues = { a = ["x"], b = ["x"] }', "C040", (9, 27), "'x'"),
        ('[[events]]\nname = "e"\nfrom = "pos"\ntime = "t"', "C032", (7, 1), "customer"),
        ('[[events]]\nname = "e"\nfrom = "pos"\ntime = "t"\ncustomer = "c"\nof = "crm"', "C031", (12, 6), "pos"),
    ],
)
def test_references_and_names(tmp_path: Path, text: str, code: str, place: tuple[int, int], said: str) -> None:
    one = the(mistakes(tmp_path, BLOCK + text), code)
    assert (one.span.line, one.span.column) == place
    assert said in one.message + one.hint


def test_whose_ids_must_be_said_with_several_blocks(tmp_path: Path) -> None:
    several = BLOCK + '[sources.crm]\nplugin = "csv"\npath = "b.csv"\n[[customers]]\nfrom = "crm"\nid = "id"\n'
    event = '[[events]]\nname = "e"\nfrom = "pos"\ntime = "t"\ncustomer = "c"\n'
    assert "crm" in the(mistakes(tmp_path, several + event), "C031").hint
    assert opened(tmp_path, several + event + 'of = "crm"\n').settings.events[0].of == "crm"


def test_every_mistake_in_one_report(tmp_path: Path) -> None:
    text = (
        '[workspace]\nlanguage = "fr"\n[store]\nulr = "x"\n'
        + BLOCK.replace('"pos"\nid', '"pso"\nid')
        + "[[events]]\nname = 3\n"
    )
    found = mistakes(tmp_path, text)
    assert [d.code for d in found] == ["C005", "C002", "C030", "C003", "C003", "C004"]
    assert [d.span.line for d in found] == sorted(d.span.line for d in found)


def test_environment(tmp_path: Path) -> None:
    text = BLOCK.replace("a.csv", "${DIR}/a.csv")
    assert opened(tmp_path, text, DIR="data").settings.sources["pos"].arguments["path"] == "data/a.csv"
    one = the(mistakes(tmp_path, text), "C010")
    assert "DIR" in one.message
    assert (one.span.line, one.span.column) == (3, 8)


def test_a_secret_in_clear_is_a_warning(tmp_path: Path) -> None:
    clear = '[store]\nurl = "postgresql://u:hunter2@db/x"\n'
    [warning] = opened(tmp_path, clear).settings.warnings
    assert (warning.code, warning.severity, warning.span.line) == ("C011", "warning", 2)
    assert "hunter2" not in warning.message + warning.hint
    assert opened(tmp_path, clear.replace("hunter2", "${PW}"), PW="hunter2").settings.warnings == ()


def test_places_of_all_kinds_of_keys() -> None:
    text = 'a.b = 1\n[t."x y"]\nk = """\nlong\n"""\n[[l]]\nv = [1,\n  "two", # note ]\n  { p = 3 }]\n[[l]]\n[l.sub]\nw = 2\n'  # noqa: E501
    places = locate(text, "f")
    where = {path: (span.line, span.column) for path, span in places.values.items()}
    assert where[("a", "b")] == (1, 7)
    assert where[("t", "x y", "k")] == (3, 5)
    assert where[("l", 0, "v", 1)] == (8, 3)
    assert where[("l", 0, "v", 2, "p")] == (9, 9)
    assert where[("l", 1, "sub", "w")] == (12, 5)


def test_a_diagnostic_shows_its_line(tmp_path: Path) -> None:
    text = "[workspace]\ntimezne = 'UTC'\n"
    shown = render(mistakes(tmp_path, text)[0], text)
    assert re.search(r"^error\[C002\] tagfolk\.toml:2:1 .*\n +2 \| timezne.*\n +\| \^{7} ", shown)


def test_rule_files_in_name_order(tmp_path: Path) -> None:
    workspace = opened(tmp_path, "")
    (tmp_path / "rules").mkdir()
    for name in ("b.tags", "a.tags", "c.txt"):
        (tmp_path / "rules" / name).write_text(name)
    assert list(workspace.rule_sources().items()) == [("rules/a.tags", "a.tags"), ("rules/b.tags", "b.tags")]
