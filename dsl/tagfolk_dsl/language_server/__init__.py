"""The language server for editors (``tagfolk lsp``). The only part of the language that needs pygls.

A workspace comes by :class:`Provider`; everything the server knows of it, it asks there.
"""

from __future__ import annotations

from tagfolk_dsl.language_server.provider import Provider, Unusable

__all__ = ["Provider", "Unusable", "serve"]


def serve(provider: Provider) -> None:
    """Serve one editor over standard input and output until it says goodbye. Raises ImportError without pygls."""
    from tagfolk_dsl.language_server.server import make

    make(provider).start_io()
