"""The bots: questions in English and Chinese, and the answers people read."""
