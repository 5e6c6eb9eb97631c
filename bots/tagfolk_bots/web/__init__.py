"""The local web page: the same conversation, and what the desk knows, as pages rendered on the server."""
