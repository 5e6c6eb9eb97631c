"""Setting and taking back pins. A pin holds at once: the assignment changes with it, in the same transaction."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import Session, col, func, select
from tagfolk_dsl.program import TagInfo

from tagfolk_engine.results.models import Assignment, Run
from tagfolk_engine.results.people import Pin
from tagfolk_engine.run.errors import UnknownName
from tagfolk_engine.run.opening import Prepared


def pin(
    prepared: Prepared, customer: str, tag: str, *, why: str, by: str, value: str | None = None, out: bool = False,
    until: datetime | None = None,
) -> Pin:  # fmt: skip
    """Give a tag to a customer (``out``: keep it away), whatever the rules say. Raises UnknownName, ValueError."""
    info = _known(prepared, tag)
    if value is not None and info.type is None:
        raise ValueError(f"the tag '{tag}' has no values")
    if value is None and not out and info.type is not None:
        raise ValueError(f"the tag '{tag}' has values: say which with --value")
    new = Pin(customer_id=customer, tag=tag, value=value, out=out, why=why, by=by, until=until)
    with prepared.store.session(write=True) as session:
        _end(session, customer, tag, by)
        session.add(new)
        session.flush()
        run = _latest(session)
        if run is not None and (until is None or until > run.as_of):
            _apply(session, new, run, many=info.many)
    prepared.memberships().forget()
    return new


def unpin(prepared: Prepared, customer: str, tag: str, *, by: str) -> int:
    """Take back the pins of a customer's tag; how many there were. What the rules say holds again at the next run."""
    with prepared.store.session(write=True) as session:
        return _end(session, customer, tag, by)


def _known(prepared: Prepared, tag: str) -> TagInfo:
    tags = prepared.program.tags
    if tag not in tags:
        raise UnknownName("tag", tag, tags)
    return tags[tag]


def _end(session: Session, customer: str, tag: str, by: str) -> int:
    """A later word takes the place of an earlier one."""
    standing = session.exec(
        select(Pin).where(Pin.customer_id == customer, Pin.tag == tag, col(Pin.ended_at).is_(None))
    ).all()
    for old in standing:
        old.ended_at, old.ended_by = datetime.now(UTC), by
        session.add(old)
    return len(standing)


def _latest(session: Session) -> Run | None:
    standing = select(Run).where(col(Run.replaced_by).is_(None))
    return session.exec(standing.order_by(col(Run.id).desc()).limit(1)).first()


def _apply(session: Session, new: Pin, run: Run, *, many: bool) -> None:
    """The assignment as it is under the pin, since the T of the latest run."""
    held = session.exec(
        select(Assignment).where(
            Assignment.customer_id == new.customer_id, Assignment.tag == new.tag, col(Assignment.until).is_(None)
        )
    ).all()
    if not new.out and any(row.value == new.value for row in held):
        held = [] if many else [row for row in held if row.value != new.value]
        missing = False
    else:
        missing = not new.out
    for row in held:
        if new.out or not many:
            row.until, row.until_cause = run.as_of, "pin"
            session.add(row)
    if missing:
        number = int(session.exec(select(func.max(Assignment.id))).one() or 0) + 1
        session.add(
            Assignment(
                id=number, customer_id=new.customer_id, tag=new.tag, value=new.value, since=run.as_of, cause="pin"
            )
        )
    run.revision += 1
    session.add(run)
