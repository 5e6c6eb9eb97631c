"""Rules that people propose, and segments saved from a question: dry run, approval by an admin, written and tested."""

from __future__ import annotations

import re

from tagfolk_engine.query import Proposals, QuestionError, Role, RulesRefused, Trial

from tagfolk_bots.actions.asker import Asker
from tagfolk_bots.actions.typed import Act
from tagfolk_bots.actions.words import say
from tagfolk_bots.messages import Button, Language, Notice, Reply
from tagfolk_bots.understand import filter_text

_SHOWN = 1500


def propose(asker: Asker, act: Act) -> Reply:
    """``/propose RULE`` and the form: a dry run; with "submit" it is kept and the admins are told."""
    if act.kind == "submit_rule":
        return _submit(asker, act.value, "rule")
    if act.value == "submit":
        return _submit(asker, act.text, "rule")
    trial = Proposals(asker.desk).preview(act.text, asker.own)
    if not trial.sound:
        return _unsound(asker, trial)
    said = [*_would(asker.language, trial), asker.say("nothing_stored")]
    buttons = (Button("submit_rule", asker.say("b_submit_rule"), trial.text),)
    return asker.reply("propose", "\n".join(said), understood=trial.text, buttons=buttons,
                       private=not asker.incoming.private)  # fmt: skip


def save_segment(asker: Asker, act: Act) -> Reply:
    """The group of an answer under a name: written at once by an admin, proposed by everybody else."""
    condition = act.value or _group(asker)
    name = act.text.strip().strip("\"'“”「」")
    if not condition:
        return asker.reply("propose", asker.say("nothing_to_save"))
    if not re.fullmatch(r"[^\W\d]\w{0,63}", name):
        return asker.reply("propose", asker.say("segment_name", name=name[:80]))
    lexicon = asker.desk.lexicon()
    if name in lexicon.segments or name in lexicon.tags:
        return asker.reply("propose", asker.say("segment_known", name=name))
    statement = f"segment {name}: {condition}"
    if asker.own < Role.ADMIN:
        return _submit(asker, statement, "segment")
    proposals = Proposals(asker.desk)
    trial, number = proposals.propose(statement, asker.user, asker.own, kind="segment", language=asker.language)
    if number is None:
        return _unsound(asker, trial)
    try:
        written = proposals.approve(number, asker.user, asker.own)
    except RulesRefused as refusal:
        proposals.refuse(number, asker.user, asker.own, "not sound")
        return asker.reply("propose", asker.say("cannot_write", why=refusal.text[asker.language]))
    said = asker.say("segment_saved", name=name, file=written.file)
    return asker.reply("propose", said, understood=statement)


def decide(asker: Asker, act: Act) -> Reply:
    """An admin's word on a proposal; who proposed it hears of it."""
    number = int(act.value) if act.value.isdigit() else 0
    proposals = Proposals(asker.desk)
    given = proposals.get(number)
    if act.kind == "refuse":
        why = "" if asker.incoming.action else act.text
        proposals.refuse(number, asker.user, asker.own, why)
        key, values = ("refused_why" if why else "refused"), {"n": number, "why": why}
        return _decided(asker, given.user, given.language, key, values)
    try:
        written = proposals.approve(number, asker.user, asker.own)
    except RulesRefused as refusal:
        return asker.reply("propose", asker.say("not_written", n=number, why=refusal.text[asker.language]))
    found = {"n": number, "file": written.file, "examples": written.examples}
    return _decided(asker, given.user, given.language, "approved", found)


def pending(asker: Asker, act: Act) -> Reply:
    """What waits: all of it for an admin, one's own for others."""
    waiting = Proposals(asker.desk).pending()
    if asker.own < Role.ADMIN:
        waiting = [p for p in waiting if p.user == asker.user]
    if not waiting:
        return asker.reply("propose", asker.say("none_pending"))
    said = [asker.say("pending", n=len(waiting))]
    buttons: list[Button] = []
    for one in waiting[:10]:
        said.append(asker.say("one_pending", n=one.id, who=one.user or asker.say("owner"), text=one.text[:300]))
        if asker.own >= Role.ADMIN:
            buttons += _decisions(one.id, asker.language, f" {one.id}")
    return asker.reply("propose", "\n".join(said), buttons=tuple(buttons), private=not asker.incoming.private)


def _submit(asker: Asker, text: str, kind: str) -> Reply:
    proposals = Proposals(asker.desk)
    trial, number = proposals.propose(text, asker.user, asker.own, kind=kind, language=asker.language)
    if number is None:
        return _unsound(asker, trial)
    admins = tuple(proposals.admins())
    said = [asker.say("proposed", n=number), *_would(asker.language, trial)]
    tell: tuple[Notice, ...] = ()
    if admins and asker.user is not None:
        # the admins see the figures as they may, not as cut for the one who proposes
        whole = proposals.preview(text, Role.STEWARD)
        who = asker.say("asked_for", who=asker.user, n=number, text=text[:_SHOWN])
        body = "\n".join([who, *_would(asker.language, whole, sample=False)])
        tell = (Notice(admins, asker.reply("propose", body, buttons=_decisions(number, asker.language))),)
        said.append(asker.say("proposed_to"))
    buttons = _decisions(number, asker.language) if asker.own >= Role.ADMIN else ()
    return asker.reply("propose", "\n".join(said), understood=trial.text, buttons=buttons, tell=tell,
                       private=not asker.incoming.private)  # fmt: skip


def _decided(asker: Asker, proposer: str | None, language: str, key: str, values: dict[str, object]) -> Reply:
    tell: tuple[Notice, ...] = ()
    if proposer and proposer != asker.user:
        spoken: Language = "zh" if language == "zh" else "en"
        note = Asker(asker.desk, asker.incoming, asker.role, asker.own, spoken)
        tell = (Notice((proposer,), note.reply("propose", note.say(key, **values))),)
    return asker.reply("propose", asker.say(key, **values), tell=tell)


def _decisions(number: int, language: str, suffix: str = "") -> tuple[Button, ...]:
    return tuple(Button(kind, say(f"b_{kind}", language) + suffix, str(number)) for kind in ("approve", "refuse"))


def _unsound(asker: Asker, trial: Trial) -> Reply:
    return asker.reply("propose", asker.say("unsound", why=trial.wrong[asker.language]))


def _would(language: str, trial: Trial, *, sample: bool = True) -> list[str]:
    """What a rule would do, in sentences."""
    said = []
    if trial.tags:
        said.append(say("would", language, customers=_n(trial.customers), of=_n(trial.of), entered=_n(trial.entered),
                        left=_n(trial.left)))  # fmt: skip
        said.append(say("would_tags", language, tags=", ".join(trial.tags)))
    said += [say("would_segment", language, name=name, n=_n(n)) for name, n in trial.segments]
    if trial.unknown:
        said.append(say("would_unknown", language, n=_n(trial.unknown)))
    if trial.overlap:
        overlap = ", ".join(f"{tag} {_n(n)}" for tag, n in trial.overlap[:5])
        said.append(say("would_overlap", language, overlap=overlap))
    if sample and trial.sample:
        said.append(say("would_sample", language, sample=", ".join(trial.sample[:5])))
    return said


def _n(number: int | str) -> str:
    return f"{number:,}" if isinstance(number, int) else number


def _group(asker: Asker) -> str:
    """The condition of what was last talked about."""
    frame = asker.frame
    if frame is None or frame.at:
        return ""
    try:
        return filter_text((*frame.whole, *frame.groups)) or ""
    except QuestionError:
        return ""
