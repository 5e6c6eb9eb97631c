"""The commands ``ask``, ``chat``, ``slack`` and ``web``, as the shell loads them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from tagfolk_engine.query import Setup

    from tagfolk_bots.conversation import Conversation
    from tagfolk_bots.messages import Reply

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", "-w", metavar="DIR", help="the workspace (default: the nearest one upward)"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="one JSON document on stdout")]


def ask(
    question: Annotated[str | None, typer.Argument(metavar="QUESTION", help="a question in English or Chinese")] = None,
    user: Annotated[
        str | None, typer.Option("--user", metavar="U", help="ask as this user of [bot] (default: the owner)")
    ] = None,
    thread: Annotated[
        str | None, typer.Option("--thread", metavar="ID", help="keep the context of this thread")
    ] = None,
    batch: Annotated[
        Path | None, typer.Option("--batch", metavar="FILE.jsonl", help="one question a line, one JSON line each")
    ] = None,
    chart: Annotated[Path | None, typer.Option("--chart", metavar="FILE.png", help="draw the answer")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE.csv", help="write the rows")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask one question, get one answer."""
    if (question is None) == (batch is None):
        _fail("say either a QUESTION or --batch FILE.jsonl", code=2)
    with _Opened(workspace) as talk:
        if batch is not None:
            _batch(talk, batch, user)
            return
        from tagfolk_bots.messages import Incoming

        reply = talk.reply(Incoming(str(question), user=user, thread=_thread(thread, user)))
        drawn = _draw(reply, chart)
        if csv is not None:
            _write_csv(reply, csv)
        if as_json:
            _print_json({**reply.answer, "chart": drawn})
        else:
            from tagfolk_bots.terminal.show import show

            show(reply)
        if reply.answer.get("reason") == "not_loaded":
            raise typer.Exit(1)


def _thread(thread: str | None, user: str | None) -> str:
    """Threads of the shell are apart from those of other transports, and of other users."""
    return f"shell:{user or ''}:{thread}" if thread else ""


def _batch(talk: Conversation, path: Path, user: str | None) -> None:
    """Each line of the file, answered in order; a broken line gives a line that says so, and exit code 1 at the end."""
    from tagfolk_bots.messages import Incoming

    broken = 0
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            asked: dict[str, Any] = json.loads(line)
            text = asked["question"]
            if not isinstance(text, str):
                raise TypeError
        except (ValueError, KeyError, TypeError):
            broken += 1
            _print_json(
                {"line": number, "error": 'expected {"id", "thread", "question", "user"}, with "question" a text'}
            )
            continue
        who = asked.get("user", user)
        thread = asked.get("thread")
        reply = talk.reply(
            Incoming(
                text,
                user=None if who is None else str(who),
                thread=_thread(None if thread is None else str(thread), who),
            )
        )
        _print_json({"id": asked.get("id"), "thread": thread, **reply.answer})
    if broken:
        raise typer.Exit(1)


def _lines(path: Path) -> Iterator[str]:
    if str(path) == "-":
        yield from sys.stdin
        return
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from file
    except (OSError, UnicodeDecodeError) as error:
        _fail(f"cannot read {path}: {error.strerror if isinstance(error, OSError) else 'it is not UTF-8'}", code=2)


def _print_json(data: object) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _draw(reply: Reply, path: Path | None) -> str | None:
    """The chart as a file where one was asked for and the answer makes one."""
    if path is None or reply.chart is None:
        return None
    from tagfolk_bots.charts import draw

    draw(reply.chart, path)
    return str(path)


def _write_csv(reply: Reply, path: Path) -> None:
    from tagfolk_bots.wording.files import csv_file

    if reply.table is None:
        _fail("this answer has no rows", code=1)
    else:
        path.write_bytes(csv_file(*reply.table))


def chat(
    user: Annotated[
        str | None, typer.Option("--user", metavar="U", help="chat as this user of [bot] (default: the owner)")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Chat with the bot in the terminal."""
    with _Opened(workspace) as talk:
        from tagfolk_bots.terminal.chat import chat as talk_here

        talk_here(talk, user)


def slack(
    http: Annotated[bool, typer.Option("--http", help="serve signed requests instead of Socket Mode")] = False,
    host: Annotated[str, typer.Option("--host", help="with --http: where to listen")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="with --http: the port")] = 3000,
    workspace: WorkspaceOption = None,
) -> None:
    """Run the bot in Slack."""
    from tagfolk_bots.slack.command import serve

    with _Opened(workspace) as talk:
        setup = _setup(workspace)
        code = serve(talk, bot=setup.bot, state=setup.state, http=http, host=host, port=port, language=setup.language)
    if code:
        raise typer.Exit(code)


def web(
    host: Annotated[str, typer.Option("--host", help="where to listen")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="the port")] = 8765,
    user: Annotated[
        str | None, typer.Option("--user", metavar="U", help="show what this user may see (default: the owner)")
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Run the bot on a local page."""
    try:
        from tagfolk_bots.web.command import serve
    except ImportError as error:
        _fail(f"the web page needs packages that are not installed ({error.name}): pip install 'tagfolk[web]'", code=2)
        return
    with _Opened(workspace) as talk:
        setup = _setup(workspace)
        code = serve(talk, state=setup.state, host=host, port=port, user=user, language=setup.language)
    if code:
        raise typer.Exit(code)


def _fail(message: str, hint: str = "", code: int = 1) -> None:
    sys.stderr.write(f"error: {message}\n" + (f"  {hint}\n" if hint else ""))
    raise typer.Exit(code)


def _setup(workspace: Path | None) -> Setup:
    from tagfolk_engine.query import SetupError, set_up

    try:
        return set_up(workspace)
    except SetupError as error:
        _fail(error.message, error.hint, error.exit_code)
        raise


class _Opened:
    """A conversation over a workspace for the time of a command; failures of store and lake become exit code 3."""

    def __init__(self, workspace: Path | None) -> None:
        self.workspace = workspace
        self.talk: Conversation | None = None

    def __enter__(self) -> Conversation:
        from tagfolk_engine.query import Desk

        from tagfolk_bots.conversation import Conversation

        setup = _setup(self.workspace)
        self.talk = Conversation(Desk.open(setup.root), threads=setup.state / "threads")
        return self.talk

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        from tagfolk_engine.query import failure_of

        if self.talk is not None:
            self.talk.desk.close()
        found = failure_of(error) if error is not None else None
        if found is not None:
            _fail(found.message, found.hint, found.exit_code)
