"""The chat: a line in, an answer out, until Ctrl-D."""

from __future__ import annotations

import sys
import uuid
from typing import TYPE_CHECKING

from tagfolk_bots.actions import act_of
from tagfolk_bots.messages import Incoming, Reply
from tagfolk_bots.suggestions import suggestions
from tagfolk_bots.terminal.show import show

if TYPE_CHECKING:
    from rich.console import Console

    from tagfolk_bots.conversation import Conversation

HELP = {
    "en": "Ask in your own words. A number picks a choice. "
    "/list /csv FILE /excel FILE /chart show the last answer otherwise, /propose RULE tries a rule, "
    "/save NAME keeps the group, /wrong says why, /subscriptions lists yours, /new starts a new thread, /quit ends.",
    "zh": "用自己的话提问。输入数字选择。/list /csv 文件 /excel 文件 /chart 换一种方式看上个回答，"
    "/propose 规则 试一条规则，/save 名称 保存人群，/wrong 说明哪里不对，"
    "/subscriptions 我的订阅，/new 开始新话题，/quit 结束。",
}


def chat(talk: Conversation, user: str | None = None) -> None:
    """Talk until the end of input, ``/quit`` or Ctrl-C at an empty line."""
    from rich.console import Console
    from rich.text import Text
    from tagfolk_engine.query import QuestionError

    out = Console(highlight=False, soft_wrap=True)
    _history()
    thread = f"chat:{uuid.uuid4().hex}"
    out.print(Text(HELP[talk.language], style="dim"))
    try:
        for question in suggestions(talk.desk.lexicon(), talk.language):
            out.print(Text(f"  · {question}", style="dim"))
    except QuestionError:
        pass  # nothing is loaded yet: the first question's answer says so
    last: Reply | None = None
    while True:
        try:
            line = input("› " if sys.stdin.isatty() else "").strip()
        except (EOFError, KeyboardInterrupt):
            out.print()
            return
        if not line:
            continue
        if line in ("/quit", "/exit", "/q"):
            return
        if line == "/new":
            thread, last = f"chat:{uuid.uuid4().hex}", None
            continue
        if line == "/help":
            out.print(Text(HELP[talk.language], style="dim"))
            line = "help" if talk.language == "en" else "帮助"
        try:
            last = (
                _command(talk, line, last, user, thread, out)
                if line.startswith("/") and act_of(Incoming(line)) is None
                else _say(talk, line, user, thread, out)
            )
        except KeyboardInterrupt:
            out.print(Text("…", style="dim"))


def _say(talk: Conversation, line: str, user: str | None, thread: str, out: Console) -> Reply:
    reply = talk.reply(Incoming(line, user=user, thread=thread))
    show(reply, out)
    return reply


def _command(
    talk: Conversation, line: str, last: Reply | None, user: str | None, thread: str, out: Console
) -> Reply | None:
    """``/list``, ``/csv FILE``, ``/excel FILE``, ``/chart``: the last answer in another form."""
    from rich.text import Text

    word, _, rest = line.partition(" ")
    button = next((b for b in (last.buttons if last else ()) if b.id == word[1:]), None)
    if button is None:
        out.print(Text(HELP[talk.language], style="dim"))
        return last
    reply = talk.reply(Incoming("", user=user, thread=thread, action=button.id, payload=button.value))
    if word in ("/csv", "/excel") and reply.file is not None:
        from pathlib import Path

        path = Path(rest.strip() or reply.file[0])
        try:
            path.write_bytes(reply.file[1])
            out.print(Text(str(path)))
        except OSError as error:
            out.print(Text(f"{path}: {error.strerror}"))
        return last
    show(reply, out, chart=word == "/chart")
    return reply


def _history() -> None:
    """Arrow keys find earlier lines of this session, where the terminal library is there."""
    if sys.stdin.isatty():
        try:
            import readline
        except ImportError:  # not on every system
            return
        readline.set_history_length(1000)
