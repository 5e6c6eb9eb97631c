"""An editor for tests: drives the real language server over its standard input and output."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class RequestFailed(Exception):
    """The server answered with an error."""


class Editor:
    """``with Editor(folder) as editor``: starts ``tagfolk lsp``, says hello, and goodbye at the end."""

    def __init__(self, root: Path, locale: str = "en", encodings: tuple[str, ...] = ()) -> None:
        self.root = root
        self.locale = locale
        self.encodings = encodings
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self.messages: list[str] = []
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._number = 0
        self._versions: dict[str, int] = {}

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tagfolk_engine.cli.main", "lsp"],
            cwd=self.root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        threading.Thread(target=self._read, daemon=True).start()
        general = {"positionEncodings": list(self.encodings)} if self.encodings else {}
        self.capabilities = self.request(
            "initialize",
            {"processId": None, "rootUri": self.root.as_uri(), "locale": self.locale,
             "capabilities": {"general": general}},
        )["capabilities"]  # fmt: skip
        self.notify("initialized", {})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.request("shutdown", None)
                self.notify("exit", None)
                self.process.wait(20)
        finally:
            self.process.kill()
            self.process.communicate()

    # --- the wire --------------------------------------------------------------------------------------------------

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def _read(self) -> None:
        assert self.process.stdout is not None
        stream = self.process.stdout
        while line := stream.readline():
            length = 0
            while line.strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
                line = stream.readline()
            message = json.loads(stream.read(length))
            if message.get("method") == "textDocument/publishDiagnostics":
                path = message["params"]["uri"].removeprefix(self.root.as_uri() + "/")
                self.diagnostics[path] = message["params"]["diagnostics"]
                self._answers.put({"published": path})
            elif message.get("method") == "window/showMessage":
                self.messages.append(message["params"]["message"])
            elif "id" in message and "method" not in message:
                self._answers.put(message)

    def request(self, method: str, params: Any) -> Any:
        """The answer's result. Raises RequestFailed with the server's words."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while True:
            message = self._answers.get(timeout=60)
            if message.get("id") == self._number:
                if "error" in message:
                    raise RequestFailed(message["error"]["message"])
                return message.get("result")

    def notify(self, method: str, params: Any) -> None:
        """Tell something."""
        self._send({"method": method, "params": params})

    def published(self) -> str:
        """Wait for the next findings; the path they are of."""
        while True:
            message = self._answers.get(timeout=60)
            if "published" in message:
                return str(message["published"])

    # --- documents -------------------------------------------------------------------------------------------------

    def uri(self, path: str) -> str:
        return (self.root / path).as_uri()

    def open(self, path: str, text: str | None = None) -> None:
        """Open a file, with another text than on disk if one is given."""
        shown = (self.root / path).read_text("utf-8") if text is None else text
        self._versions[path] = 1
        item = {"uri": self.uri(path), "languageId": "tagfolk", "version": 1, "text": shown}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, path: str, line: int, start: int, end: int, text: str) -> None:
        """Replace a stretch of a line (0-based, in the client's units)."""
        self._versions[path] += 1
        area = {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
        self.notify("textDocument/didChange", {
            "textDocument": {"uri": self.uri(path), "version": self._versions[path]},
            "contentChanges": [{"range": area, "text": text}],
        })  # fmt: skip

    def ask(self, what: str, path: str, line: int, character: int, **more: Any) -> Any:
        """A request about a place, ``textDocument/WHAT``."""
        place = {"textDocument": {"uri": self.uri(path)}, "position": {"line": line, "character": character}}
        return self.request(f"textDocument/{what}", {**place, **more})
