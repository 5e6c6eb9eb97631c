"""A guess at questions that were not understood, by any OpenAI-compatible endpoint. Off unless the workspace says::

    [bot]
    translate = { url = "http://127.0.0.1:8080/v1", model = "small", key = "${TRANSLATE_KEY}" }

What leaves: the question (without names, numbers of people and personal values) and the words that rules may use.
What comes back is a condition of the language, or nothing. No figure of an answer ever comes from a model.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from tagfolk_plugins.api.answer import TranslateSettings, Translation
from tagfolk_plugins.api.errors import PluginError
from tagfolk_plugins.api.hookspecs import hookimpl

_MOST = 200_000
_TASK = """You turn a question about customers into ONE condition of a small rule language, and nothing else.
Examples: city = Shanghai and age >= 30; no purchase 90 days; purchases in 30 days >= 2;
sum(purchase.amount) in 12 months > 500; has churn_risk; ever purchase where category = tea; in segment win_back.
Use only the words of the vocabulary. Answer with the condition alone. If it cannot be said so, answer NONE."""


@hookimpl
def tagfolk_translate(question: str, vocabulary: Mapping[str, Any]) -> Translation | None:
    """The endpoint's reading; None where none is set up or it has none. Raises PluginError where it fails."""
    settings = vocabulary.get("settings")
    if not isinstance(settings, TranslateSettings):
        return None
    words = {name: value for name, value in vocabulary.items() if name != "settings"}
    said = _ask(settings, question, json.dumps(words, ensure_ascii=False, sort_keys=True))
    condition = said.strip().strip("`").strip()
    if not condition or condition.upper().rstrip(".") == "NONE" or "\n" in condition:
        return None
    return Translation(condition)


def _ask(settings: TranslateSettings, question: str, words: str) -> str:
    body = {
        "model": settings.model,
        "temperature": 0,
        "max_tokens": 200,
        "messages": [
            {"role": "system", "content": f"{_TASK}\nVocabulary: {words}"},
            {"role": "user", "content": question},
        ],
    }
    headers = {"Content-Type": "application/json"}
    if settings.key:
        headers["Authorization"] = f"Bearer {settings.key}"
    url = f"{settings.url.rstrip('/')}/chat/completions"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    try:
        with _OPENER.open(request, timeout=settings.timeout) as answer:
            found = json.loads(answer.read(_MOST))
        content = found["choices"][0]["message"]["content"]
    except urllib.error.HTTPError as error:
        with error:
            raise PluginError(f"the endpoint of [bot] translate answered HTTP {error.code}") from None
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise PluginError(f"the endpoint of [bot] translate gave no answer: {type(error).__name__}") from error
    return content if isinstance(content, str) else ""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key and the question go where the workspace says, nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)
