"""Texts between Slack and the conversation: what people typed becomes plain, what we say cannot become markup."""

from __future__ import annotations

import html
import re

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_CHANNEL = re.compile(r"<#[CG][A-Z0-9]+(?:\|([^>]*))?>")
_SPECIAL = re.compile(r"<!(?:subteam\^[A-Z0-9]+|[a-z]+)(?:\^[^|>]*)?(?:\|([^>]*))?>")
_LINK = re.compile(r"<((?:https?|mailto|tel):[^|>]+)(?:\|([^>]*))?>")
_BOM = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))


def escape(text: str) -> str:
    """A text for a field that Slack reads as mrkdwn: no mention, link or entity can come out of it.

    >>> escape("<!channel> A&B <https://x.y|z>")
    '&lt;!channel&gt; A&amp;B &lt;https://x.y|z&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mentions(text: str) -> set[str]:
    """The ids of the people a message mentions."""
    return set(_MENTION.findall(text))


def plain(text: str, bot_user: str = "") -> str:
    """What a person typed, without Slack's markup and without the mention of the bot.

    >>> plain("<@U0BOT> how many in <#C1|retail>? see <https://a.b|a.b> &amp; more", "U0BOT")
    'how many in #retail? see a.b & more'
    """
    text = _MENTION.sub(lambda match: " " if match[1] == bot_user else "@" + match[1], text)
    text = _CHANNEL.sub(lambda match: "#" + (match[1] or ""), text)
    text = _SPECIAL.sub(lambda match: match[1] or "", text)
    text = _LINK.sub(lambda match: match[2] or match[1].removeprefix("mailto:").removeprefix("tel:"), text)
    text = html.unescape(text).translate(_BOM).replace("\u00a0", " ")
    return re.sub(r"[ \t]+", " ", text).strip()


def cut(text: str, limit: int) -> str:
    """At most ``limit`` characters, with an ellipsis where something is missing.

    >>> cut("abcdef", 4), cut("abc", 4)
    ('abc…', 'abc')
    """
    return text if len(text) <= limit else text[: limit - 1] + "…"


def pieces(text: str, limit: int) -> list[str]:
    r"""A long text in pieces of at most ``limit`` characters, cut at line ends where there are any.

    >>> pieces("aa\nbbb\nc", 5)
    ['aa', 'bbb\nc']
    """
    parts: list[str] = []
    while len(text) > limit:
        at = text.rfind("\n", 1, limit + 1)
        end, skip = (at, 1) if at > 0 else (limit, 0)
        parts.append(text[:end])
        text = text[end + skip :]
    return [*parts, text] if text else parts
