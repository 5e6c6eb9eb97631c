"""A workspace of four customers, small enough to count by hand, whose files a test may change between runs."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONFIG = """\
[workspace]
name = "Tea shop"
timezone = "Asia/Shanghai"

[store]
url = "{store}"

[sources.crm]
plugin = "csv"
path = "data/members.csv"

[sources.pos]
plugin = "csv"
path = "data/orders.csv"

[[customers]]
from = "crm"
id = "id"
anchors = {{ phone = "phone" }}
attributes = {{ name = "name", city = "city", age = "age" }}
personal = ["name"]

[[events]]
name = "purchase"
from = "pos"
customer = "member"
time = "at"
properties = {{ amount = "amount" }}

[identity]
phone_region = "CN"
"""

MEMBERS = """\
id,name,city,age,phone
a,Ann,Shanghai,30,
b,Bob,Beijing,40,
c,Cem,Shanghai,20,
d,Dee,Beijing,50,
"""

ORDERS = """\
member,at,amount
a,2024-06-20 10:00:00,100
a,2024-06-25 10:00:00,50
b,2024-06-05 10:00:00,30
c,2024-03-01 10:00:00,20
"""

RULES = """\
purchase in 30 days -> active
no purchase 30 days -> quiet
sum(purchase.amount) >= 100 -> big

classify place by age:
    < 35 -> young
    otherwise -> old

segment call_them: has quiet and city = Shanghai
    title "Call them"
    action "A call"
"""


@dataclass
class Teashop:
    """The workspace on disk, and its commands as processes of their own."""

    root: Path

    @staticmethod
    def make(root: Path, store: str = "sqlite:///.tagfolk/results.db") -> Teashop:
        """Write it."""
        (root / "data").mkdir(parents=True)
        (root / "rules").mkdir()
        shop = Teashop(root)
        (root / "tagfolk.toml").write_text(CONFIG.format(store=store), encoding="utf-8")
        shop.members(MEMBERS)
        shop.orders(ORDERS)
        shop.rules(RULES)
        return shop

    def members(self, text: str) -> None:
        (self.root / "data" / "members.csv").write_text(text, encoding="utf-8")

    def orders(self, text: str) -> None:
        (self.root / "data" / "orders.csv").write_text(text, encoding="utf-8")

    def rules(self, text: str) -> None:
        (self.root / "rules" / "shop.tags").write_text(text, encoding="utf-8")

    def config(self, old: str, new: str) -> None:
        """Change ``tagfolk.toml``."""
        path = self.root / "tagfolk.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def process(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command as a process of its own."""
        command = [sys.executable, "-m", "tagfolk_engine.cli.main", *words, "--workspace", str(self.root)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    def cli(self, *words: str) -> int:
        """A command in this process; its exit code."""
        from tagfolk_engine.cli.main import run

        return run([*words, "--workspace", str(self.root)])

    def run(self, as_of: str | None = None, **named: Any) -> dict[str, Any]:
        """``tagfolk run`` in this process; its JSON."""
        from tagfolk_engine.run import run
        from tagfolk_engine.workspace import open_workspace

        report = run(open_workspace(self.root), as_of=as_of, **named).as_json()
        return json.loads(json.dumps(report))  # type: ignore[no-any-return]

    def assignments(self) -> list[tuple[Any, ...]]:
        """customer, tag, value, since, until, cause, until_cause: ids without their source, days only."""
        from sqlmodel import col, select
        from tagfolk_engine.results.models import Assignment
        from tagfolk_engine.run import prepare
        from tagfolk_engine.workspace import open_workspace

        store = prepare(open_workspace(self.root)).store
        with store.session() as session:
            order = (col(Assignment.tag), col(Assignment.customer_id), col(Assignment.since), col(Assignment.id))
            rows = session.exec(select(Assignment).order_by(*order)).all()
        store.dispose()
        return [
            (r.customer_id.removeprefix("crm:"), r.tag, r.value, f"{r.since:%m-%d}", r.until and f"{r.until:%m-%d}",
             r.cause, r.until_cause)
            for r in rows
        ]  # fmt: skip
