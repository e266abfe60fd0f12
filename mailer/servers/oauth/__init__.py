"""Lets campaign into a mailbox with its owner's consent, and without her password (OAuth 2, RFC 6749)."""

from mailer.servers.oauth.device import by_device
from mailer.servers.oauth.fresh import access_token, client_secret, keep
from mailer.servers.oauth.keeping import Keeper
from mailer.servers.oauth.loopback import by_browser

__all__ = ["Keeper", "access_token", "by_browser", "by_device", "client_secret", "keep"]
