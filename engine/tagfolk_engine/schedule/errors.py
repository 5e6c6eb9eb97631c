"""What the daemon refuses."""


class MissingPackages(Exception):
    """The web packages are not installed."""

    message = "tagfolk serve needs packages that are not installed"
    hint = "pip install 'tagfolk[serve]'"
