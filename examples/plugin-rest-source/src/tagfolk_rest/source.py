"""The source ``rest``: a list of JSON objects behind an address, page by page.

What you gain: one table of any service that answers with JSON. Errors, each a SourceError in words: a server that is
not there or refuses the key, an answer that is no JSON, a place in the answer where no list is.
"""

from __future__ import annotations

import email.utils
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pyarrow as pa
from pydantic import Field
from tagfolk_plugins import Source, SourceArguments, SourceContext, SourceError, hookimpl


class RestArguments(SourceArguments):
    """What ``[sources.NAME]`` may say."""

    url: str
    token: str | None = None
    items: str = ""
    next: str = ""
    since: str | None = None
    cursor: str | None = None
    tries: int = Field(default=5, ge=1)
    wait: float = Field(default=60.0, ge=0, description="the longest wait for a busy server, seconds")


class RestSource(Source):
    """A paged JSON service."""

    name = "rest"
    Arguments = RestArguments

    def __init__(self, arguments: RestArguments, context: SourceContext) -> None:
        super().__init__(arguments, context)
        self._largest: Any = None

    def schema(self) -> pa.Schema:
        """The columns of the first page."""
        first = next(self._pages(None), [])
        if not first:
            raise SourceError(
                f"{self.arguments.url} gave an empty list: its columns are not known", "is 'items' right?"
            )
        return _table(first).schema

    def read(self, columns: Sequence[str] | None = None, since: object = None) -> Iterator[pa.RecordBatch]:
        """One batch a page; a field that is an object or a list becomes its JSON text."""
        key = self.arguments.cursor
        for page in self._pages(since):
            if key is not None:
                known = [row[key] for row in page if row.get(key) is not None]
                self._largest = max([*known, self._largest] if self._largest is not None else known, default=None)
            table = _table(page)
            yield from (
                table.select([c for c in columns if c in table.column_names]) if columns else table
            ).to_batches()

    @property
    def cursor(self) -> object:
        """The largest value of the ``cursor`` column so far."""
        return self._largest

    def _pages(self, since: object) -> Iterator[list[dict[str, Any]]]:
        url: str | None = self.arguments.url
        if since is not None and self.arguments.since and url:
            mark = "&" if "?" in url else "?"
            url += mark + urllib.parse.urlencode({self.arguments.since: str(since)})
        seen: set[str] = set()
        while url and url not in seen:
            seen.add(url)
            answer = self._get(url)
            page = _at(answer, self.arguments.items)
            if not (isinstance(page, list) and all(isinstance(row, dict) for row in page)):
                place = f"at '{self.arguments.items}' " if self.arguments.items else ""
                raise SourceError(
                    f"{url} has no list of objects {place}in its answer", "set 'items' to where the list is"
                )
            yield page
            link = _at(answer, self.arguments.next) if self.arguments.next else None
            url = urllib.parse.urljoin(url, link) if isinstance(link, str) and link else None

    def _get(self, url: str) -> Any:
        headers = {"Accept": "application/json", "User-Agent": "tagfolk-rest-source"}
        if self.arguments.token:
            headers["Authorization"] = f"Bearer {self.arguments.token}"
        for attempt in range(self.arguments.tries):
            try:
                with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code not in (429, 503) or attempt + 1 == self.arguments.tries:
                        raise _refused(url, error) from error
                    pause = min(_pause(error.headers.get("Retry-After"), attempt), self.arguments.wait)
                time.sleep(pause)
            except urllib.error.URLError as error:
                raise SourceError(
                    f"{url} cannot be reached: {error.reason}", "is the server up, the address right?"
                ) from error
            except (ValueError, OSError) as error:
                raise SourceError(f"{url} did not answer with JSON: {error}", "open the address and look") from error
        raise SourceError(f"{url} gave no answer")


@hookimpl
def tagfolk_sources() -> Sequence[type[Source]]:
    """Give the source."""
    return [RestSource]


def _refused(url: str, error: urllib.error.HTTPError) -> SourceError:
    hints = {401: "set 'token'", 403: "the token may not read this", 404: "check the address", 429: "try again later"}
    return SourceError(f"{url} answered {error.code} {error.reason}", hints.get(error.code, ""))


def _pause(after: str | None, attempt: int) -> float:
    """Seconds to wait: what the server says (seconds or a date), else 1, 2, 4 …"""
    if after is None:
        return float(2**attempt)
    if after.strip().isdigit():
        return float(after)
    try:
        when = email.utils.parsedate_to_datetime(after)
    except ValueError:
        return float(2**attempt)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _at(answer: Any, path: str) -> Any:
    """``data.orders`` of an answer; the whole of it for an empty path; None where it is not."""
    for part in path.split(".") if path else []:
        answer = answer.get(part) if isinstance(answer, dict) else None
    return answer


def _table(page: list[dict[str, Any]]) -> pa.Table:
    """Rows as a table: every field that occurs, nested ones as JSON text, mixed ones as text."""
    names = list(dict.fromkeys(name for row in page for name in row))
    return pa.table({name: _column([row.get(name) for row in page]) for name in names})


def _column(values: list[Any]) -> pa.Array:
    plain = [json.dumps(v, ensure_ascii=False) if isinstance(v, (dict, list)) else v for v in values]
    kinds = {type(v) for v in islice((v for v in plain if v is not None), None)}
    if kinds <= {int, float} and len(kinds) == 2:
        return pa.array(plain, pa.float64())
    if len(kinds) > 1:
        return pa.array([None if v is None else str(v) for v in plain], pa.string())
    return pa.array(plain)
