"""What the Slack app needs to start: tokens from the environment or from ``[bot]`` of tagfolk.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_KEYS = {
    "bot_token": ("SLACK_BOT_TOKEN", "slack_bot_token"),
    "app_token": ("SLACK_APP_TOKEN", "slack_app_token"),
    "signing_secret": ("SLACK_SIGNING_SECRET", "slack_signing_secret"),
    "api_url": ("SLACK_API_URL", "slack_api_url"),
}
_ENVIRONMENT = re.compile(r"\$\{(\w+)\}")


class SlackSetupError(Exception):
    """The Slack app cannot start. ``message`` says why, ``hint`` what to do; neither ever holds a token."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True)
class SlackSettings:
    """The tokens of the app, kept out of every repr, and where Slack's Web API is."""

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: str = "https://slack.com/api/"
    groups: tuple[str, ...] = ()
    """The user groups (S…) that have a role."""


def read_settings(environment: Mapping[str, str], bot: Mapping[str, object], *, http: bool | None) -> SlackSettings:
    """The settings for Socket Mode, or for HTTP mode (``http``), or (None) to send only. The environment goes before
    tagfolk.toml.

    Raises :class:`SlackSetupError` that names what is missing or mixed up.
    """
    found = {name: _value(environment, bot, *keys) for name, keys in _KEYS.items()}
    _expect(found["bot_token"], "SLACK_BOT_TOKEN", "slack_bot_token", "xoxb-", "the bot token (OAuth & Permissions)")
    if http is None:
        pass  # nothing is received: the bot token is enough
    elif http:
        if not found["signing_secret"]:
            raise _missing("SLACK_SIGNING_SECRET", "slack_signing_secret", "the signing secret (Basic Information)")
    else:
        where = "the app-level token with connections:write (Basic Information)"
        _expect(found["app_token"], "SLACK_APP_TOKEN", "slack_app_token", "xapp-", where)
    url = found["api_url"] or SlackSettings.api_url
    return SlackSettings(
        bot_token=found["bot_token"],
        app_token=found["app_token"],
        signing_secret=found["signing_secret"],
        api_url=url if url.endswith("/") else url + "/",
        groups=_groups(bot),
    )


def _value(environment: Mapping[str, str], bot: Mapping[str, object], variable: str, key: str) -> str:
    text = environment.get(variable, "").strip()
    if text:
        return text
    value = bot.get(key)
    if not isinstance(value, str):
        return ""
    return _ENVIRONMENT.sub(lambda match: environment.get(match[1], ""), value).strip()


def _expect(value: str, variable: str, key: str, prefix: str, where: str) -> None:
    if not value:
        raise _missing(variable, key, where)
    if not value.startswith(prefix):
        other = {"xoxb-": "a bot token", "xapp-": "an app-level token", "xoxp-": "a user token"}.get(value[:5])
        raise SlackSetupError(
            f"{variable} is not {where}: it should begin with {prefix}" + (f", this is {other}" if other else ""),
            f"Copy it again from the app's page at api.slack.com/apps and set {variable}.",
        )


def _missing(variable: str, key: str, where: str) -> SlackSetupError:
    return SlackSetupError(
        f"{variable} is not set: the Slack app needs {where}",
        f'Make the app at api.slack.com/apps from bots/slack/manifest.json, then set {variable}, or `{key} = "'
        f'${{{variable}}}"` under [bot] in tagfolk.toml.',
    )


def _groups(bot: Mapping[str, object]) -> tuple[str, ...]:
    ids: set[str] = set()
    for value in bot.values():
        if isinstance(value, list | tuple):
            ids.update(item for item in value if isinstance(item, str) and re.fullmatch(r"S[A-Z0-9]+", item))
    return tuple(sorted(ids))
