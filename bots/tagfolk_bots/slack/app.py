"""The bolt app: which of Slack's events mean a question, and nothing more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagfolk_bots.messages import ChartSpec, Language
from tagfolk_bots.slack.answering import PATIENCE, Answerer
from tagfolk_bots.slack.clock import EVERY, Bringer, Clock
from tagfolk_bots.slack.delivery import Delivery, Draw
from tagfolk_bots.slack.handlers import Handlers
from tagfolk_bots.slack.people import People
from tagfolk_bots.slack.settings import SlackSettings, SlackSetupError
from tagfolk_bots.slack.state import SlackState
from tagfolk_bots.talker import Talker

if TYPE_CHECKING:
    from slack_bolt import App
    from slack_sdk import WebClient

LOG = logging.getLogger("tagfolk.slack")
_RETRIES = 5
_LISTENERS = 24


class SlackApp:
    """The app with everything it holds: ``bolt`` takes requests, ``close`` ends it. ``name`` is the bot's user name."""

    def __init__(
        self,
        conversation: Talker,
        settings: SlackSettings,
        state: Path,
        *,
        draw: Draw | None = None,
        patience: float = PATIENCE,
        language: Language = "en",
    ) -> None:
        from slack_bolt import App
        from slack_bolt.error import BoltError

        self.settings = settings
        self.client = web_client(settings)
        identity = identify(self.client)
        self.name = str(identity.get("user") or "tagfolk")
        self.team = str(identity.get("team") or "")
        bot_user = str(identity["user_id"])
        self.state = SlackState(state / "slack.db")
        self._conversation = conversation
        self._clock: Clock | None = None
        self._people = people = People(self.client, settings.groups, bot_user, LOG, _granted(conversation))
        self._delivery = delivery = Delivery(self.client, _webhook, self.state.keep, draw or _draw, LOG)
        self.answerer = Answerer(conversation, delivery, people, LOG, patience=patience, language=language)
        self.handlers = Handlers(self.client, self.answerer, delivery, people, self.state, bot_user, language, LOG)
        self._listeners = ThreadPoolExecutor(max_workers=_LISTENERS, thread_name_prefix="tagfolk-slack")
        try:
            self.bolt: App = App(
                client=self.client,
                signing_secret=settings.signing_secret or "socket mode needs none",
                token_verification_enabled=False,
                listener_executor=self._listeners,
                logger=logging.getLogger("tagfolk.slack.bolt"),
            )
        except BoltError as error:
            raise SlackSetupError(str(error), "Check the tokens of the app.") from error
        self.handlers.register(self.bolt)

    def bringer(self) -> Bringer:
        """What brings subscriptions; only over a real conversation."""
        from tagfolk_bots.conversation import Conversation

        assert isinstance(self._conversation, Conversation)
        return Bringer(self._conversation, self._delivery, self._people, self.answerer)

    def start_clock(self, every: float = EVERY) -> None:
        """Look for due subscriptions until the app is closed."""
        from tagfolk_bots.conversation import Conversation

        if isinstance(self._conversation, Conversation):
            self._clock = Clock(self.bringer().look, every)
            self._clock.start()

    def close(self) -> None:
        """Let running answers finish, then close the state."""
        if self._clock is not None:
            self._clock.stop()
        self._listeners.shutdown(wait=True, cancel_futures=True)
        self.answerer.close()
        self.state.close()


def web_client(settings: SlackSettings) -> WebClient:
    """A client that waits as long as Slack's 429 says and then tries again."""
    from slack_sdk import WebClient
    from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

    client = WebClient(token=settings.bot_token, base_url=settings.api_url, timeout=30)
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=_RETRIES))
    return client


def identify(client: WebClient) -> Mapping[str, Any]:
    """Who the bot is; raises :class:`SlackSetupError` for a refused token or a Slack out of reach."""
    from slack_sdk.errors import SlackApiError

    try:
        answer: Any = client.auth_test().data
    except SlackApiError as error:
        raise _refused("SLACK_BOT_TOKEN", str(error.response.get("error"))) from error
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise SlackSetupError(f"Slack is out of reach at {client.base_url}: {reason}", "Check the network.") from error
    result: Mapping[str, Any] = answer
    return result


def _granted(conversation: Talker) -> Callable[[], Sequence[str]]:
    """The user groups with a role on record; none where the conversation has no desk."""
    desk = getattr(conversation, "desk", None)
    return tuple if desk is None else desk.granted_groups


def _refused(variable: str, code: str) -> SlackSetupError:
    hints = {
        "invalid_auth": "Copy the token again from the app's page at api.slack.com/apps.",
        "not_authed": "Copy the token again from the app's page at api.slack.com/apps.",
        "token_revoked": "The token was revoked: install the app to the workspace again.",
        "token_expired": "The token has expired: install the app to the workspace again.",
        "account_inactive": "The app was removed from the workspace: install it again.",
        "missing_scope": "Install the app again from bots/slack/manifest.json, which lists the scopes it needs.",
    }
    return SlackSetupError(f"Slack refuses {variable}: {code}", hints.get(code, "See the app's page at api.slack.com."))


def _webhook(url: str) -> Any:
    from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
    from slack_sdk.webhook import WebhookClient

    client = WebhookClient(url, timeout=30)
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=_RETRIES))
    return client


def _draw(spec: ChartSpec) -> bytes:
    from tagfolk_bots.charts import png

    return png(spec)
