"""Which tags are due, and what the spool takes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support.shop import Shop
from tagfolk_engine.schedule.due import begins, due, triggers
from tagfolk_engine.schedule.spool import BadLine, Spool
from tagfolk_engine.schedule.watch import Watch

ZONE = ZoneInfo("Asia/Shanghai")
RULES = """
tag slow:
    refresh monthly

tag quick:
    refresh on purchase where amount > 10

purchase in 30 days -> slow
purchase in 1 day -> quick
purchase in 7 days -> plain
purchase in 8 days -> weekly_one
    refresh weekly
"""


def program() -> object:
    return Shop(customers=[("a", {})], rows=[]).evaluator(RULES, "2024-07-01").program


@pytest.mark.parametrize(
    ("every", "first"),
    [("daily", (2024, 8, 15)), ("weekly", (2024, 8, 12)), ("monthly", (2024, 8, 1)), ("quarterly", (2024, 7, 1)),
     ("half-yearly", (2024, 7, 1)), ("yearly", (2024, 1, 1))],
)  # fmt: skip
def test_periods_begin(every: str, first: tuple[int, int, int]) -> None:
    assert begins(every, date(2024, 8, 15)) == date(*first)


def test_a_tag_is_due_when_its_period_has_begun_since_it_was_evaluated() -> None:
    made = program()
    noon = datetime(2024, 8, 15, 4, tzinfo=UTC)  # Thursday, noon in Shanghai

    def at(day: int) -> dict[str, datetime]:
        return dict.fromkeys(made.tags, datetime(2024, 8, day, 4, tzinfo=UTC))  # type: ignore[attr-defined]

    assert set(due(made, {}, noon, ZONE)) == {"slow", "plain", "weekly_one"}  # type: ignore[arg-type]
    assert due(made, at(15), noon, ZONE) == []  # type: ignore[arg-type]
    assert due(made, at(14), noon, ZONE) == ["plain"]  # type: ignore[arg-type]
    assert set(due(made, at(11), noon, ZONE)) == {"plain", "weekly_one"}  # type: ignore[arg-type]
    just_after_midnight = datetime(2024, 8, 31, 16, 1, tzinfo=UTC)
    assert "slow" in due(made, at(31), just_after_midnight, ZONE)  # type: ignore[arg-type]


def test_triggers_have_their_where() -> None:
    (found,) = triggers(program())  # type: ignore[arg-type]
    assert (found.tag, found.event) == ("quick", "purchase")
    assert found.where is not None


def test_what_is_taken_is_on_disk_and_whole_requests_only(tmp_path: Path) -> None:
    spool = Spool(tmp_path, {"purchase": "purchase", "order": "purchase"})
    taken = spool.read('{"event": "order", "member": "a"}\n\n[{"event": "purchase", "member": "张三"}]\n'.encode())
    assert spool.add(taken) == 2
    lines = spool.path("purchase").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["member"] for line in lines] == ["a", "张三"]
    spool.path("purchase").write_text('{"event": "purchase", "mem', encoding="utf-8")  # killed while writing
    spool.add(spool.read(b'{"event": "purchase", "member": "b"}'))
    assert json.loads(spool.path("purchase").read_text(encoding="utf-8").splitlines()[1])["member"] == "b"


@pytest.mark.parametrize(
    ("body", "said"),
    [(b'{"event": "purchase"}\n{"event"', "line 2: this is no JSON"),
     (b'{"event": "purchas"}', "did you mean 'purchase'?"),
     (b'{"x": 1}', 'expected an object with "event"'), (b"\n\xff", "line 2: this is not UTF-8")],
)  # fmt: skip
def test_a_bad_line_says_where(tmp_path: Path, body: bytes, said: str) -> None:
    with pytest.raises(BadLine) as error:
        Spool(tmp_path, {"purchase": "purchase"}).read(body)
    assert said in str(error.value)


def test_figures_are_prometheus_text() -> None:
    watch = Watch()
    watch.set("tagfolk_tag_customers", 3, tag='a "b"')
    watch.add("tagfolk_events_accepted_total", 2)
    text = watch.text()
    assert '# TYPE tagfolk_tag_customers gauge\ntagfolk_tag_customers{tag="a \\"b\\""} 3\n' in text
    assert "\ntagfolk_events_accepted_total 2\n" in text
