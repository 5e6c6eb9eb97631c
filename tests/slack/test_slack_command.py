"""``tagfolk slack`` as an admin meets it: it starts, it ends, and it says plainly why it does not start."""

from __future__ import annotations

import io
import json
import socket
import threading
from pathlib import Path

import pytest
import tagfolk_bots.slack
from support.slack_scripted import Scripted
from support.slack_standin import SlackStandIn, event, post
from support.slack_workspace import APP_TOKEN, BOT, BOT_TOKEN, wait_until
from tagfolk_bots.slack.command import serve
from tagfolk_bots.slack.settings import SlackSetupError, read_settings

GOOD = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_SIGNING_SECRET": "the-signing-secret"}


def start(tmp_path: Path, environment: dict[str, str], *, http: bool = False, port: int = 0) -> tuple[int, str]:
    out = io.StringIO()
    code = serve(Scripted(), bot={}, state=tmp_path, http=http, port=port, environment=environment, out=out)
    assert "Traceback" not in out.getvalue()
    return code, out.getvalue()


@pytest.mark.parametrize(
    ("missing", "http"), [("SLACK_BOT_TOKEN", False), ("SLACK_APP_TOKEN", False), ("SLACK_SIGNING_SECRET", True)]
)
def test_a_missing_token_is_named_with_its_remedy(tmp_path: Path, missing: str, http: bool) -> None:
    code, said = start(tmp_path, {name: value for name, value in GOOD.items() if name != missing}, http=http)
    assert code == 3
    assert f"{missing} is not set" in said
    assert "manifest.json" in said
    assert missing.lower() in said


def test_mixed_up_tokens_are_told_apart_and_never_shown(tmp_path: Path) -> None:
    code, said = start(tmp_path, {"SLACK_BOT_TOKEN": "xapp-1-secret", "SLACK_APP_TOKEN": "xoxb-1-secret"})
    assert code == 3
    assert "should begin with xoxb-, this is an app-level token" in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("token", "named"), [("SLACK_BOT_TOKEN", "xoxb-wrong"), ("SLACK_APP_TOKEN", "xapp-wrong")], ids=["bot", "app"]
)
def test_a_refused_token_is_named(slack: SlackStandIn, tmp_path: Path, token: str, named: str) -> None:
    code, said = start(tmp_path, GOOD | {"SLACK_API_URL": slack.api, token: named})
    assert code == 3
    assert f"Slack refuses {token}: invalid_auth" in said
    assert "wrong" not in said


def test_slack_out_of_reach(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/api"
        code, said = start(tmp_path, GOOD | {"SLACK_API_URL": url})
    assert code == 3
    assert "out of reach" in said


def test_a_taken_port(slack: SlackStandIn, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = start(tmp_path, GOOD | {"SLACK_API_URL": slack.api}, http=True, port=port)
    assert code == 3
    assert f"cannot listen on 127.0.0.1:{port}" in said


def test_a_folder_that_cannot_be_written(slack: SlackStandIn, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    code, said = start(tmp_path / "file" / "state", GOOD | {"SLACK_API_URL": slack.api})
    assert code == 3
    assert "cannot write" in said


def test_tokens_come_from_the_workspace_too() -> None:
    bot = {"slack_bot_token": "${MINE}", "slack_app_token": "xapp-2", "admins": ["U1", "SADMIN"], "analysts": ["S2"]}
    found = read_settings({"MINE": "xoxb-2"}, bot, http=False)
    assert (found.bot_token, found.app_token, found.groups) == ("xoxb-2", "xapp-2", ("S2", "SADMIN"))
    assert "xoxb" not in repr(found)
    with pytest.raises(SlackSetupError, match="SLACK_BOT_TOKEN is not set"):
        read_settings({}, bot, http=False)


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
def test_it_runs_until_it_is_stopped(slack: SlackStandIn, tmp_path: Path, http: bool) -> None:
    out, stop, conversation = io.StringIO(), threading.Event(), Scripted()
    codes: list[int] = []

    def run() -> None:
        environment = GOOD | {"SLACK_API_URL": slack.api}
        done = serve(
            conversation, bot={}, state=tmp_path, http=http, port=0, environment=environment, out=out, stop=stop
        )
        codes.append(done)

    thread = threading.Thread(target=run)
    thread.start()
    assert wait_until(lambda: "Ctrl-C ends it" in out.getvalue()), out.getvalue()
    assert "@tagfolk (Stand-in)" in out.getvalue()
    body = event("app_mention", user="UANN", channel="C1", ts="1.1", text=f"<@{BOT}> how many?")
    if http:
        url = next(word for word in out.getvalue().split() if word.startswith("http://")).rstrip(".")
        assert post(url, body)[0] == 200
    else:
        slack.over_socket("events_api", body)
    assert wait_until(lambda: slack.workspace.said("C1"))
    stop.set()
    thread.join(20)
    assert codes == [0]


def test_the_manifest_asks_for_what_the_app_uses() -> None:
    packaged = Path(tagfolk_bots.slack.__file__).with_name("manifest.json").read_text()
    shown = Path(__file__).parents[2].joinpath("bots/slack/manifest.json").read_text()
    assert packaged == shown
    manifest = json.loads(packaged)
    scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    assert {"app_mentions:read", "chat:write", "commands", "files:write", "im:write", "usergroups:read"} <= scopes
    assert [shortcut["callback_id"] for shortcut in manifest["features"]["shortcuts"]] == [
        "who_is_this",
        "propose_rule",
    ]
    assert all(len(shortcut["name"]) <= 24 for shortcut in manifest["features"]["shortcuts"])
    assert len(manifest["display_information"]["description"]) <= 140
    assert len(manifest["display_information"]["long_description"]) >= 175
    assert manifest["settings"]["socket_mode_enabled"]
