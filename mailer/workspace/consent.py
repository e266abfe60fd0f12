"""Reads how the settings want to sign in without a password, and names what is missing or too much there."""

from collections.abc import Iterator
from dataclasses import replace

from mailer.nouns import OAUTH_PRESETS, OAuth, Server, Settings
from mailer.workspace.shapes import OAuthShape
from mailer.workspace.toml_lines import Path


def oauth(chosen: str, said: OAuthShape) -> OAuth | None:
    """What a server's `oauth` and the section `[oauth]` come to together; None where it is not wanted.

    Args:
        chosen: What stands behind `oauth` under the server.
        said: The section; what it says stands above what is known of the provider, as a company's own
            addresses at Microsoft do.
    """
    if not chosen:
        return None
    known = OAUTH_PRESETS.get(chosen, OAuth("your provider", ""))
    return replace(
        known,
        token_url=said.token_url or known.token_url,
        authorization_url=said.authorization_url or known.authorization_url,
        device_url=said.device_url or known.device_url,
        scopes=said.scopes or known.scopes,
        client_id=said.client_id,
        client_secret_cmd=said.client_secret_cmd,
    )


def slips(settings: Settings) -> Iterator[tuple[Path, str, str]]:
    """What is wrong with it: where in the settings, what, and the remedy."""
    for section, server in (("smtp", settings.smtp), ("imap", settings.imap)):
        yield from _slips_of(section, server)
    consents = [server.oauth for server in (settings.smtp, settings.imap) if server.oauth]
    if consents and not consents[0].client_id:
        yield (
            ("oauth", "client_id"),
            "[oauth] has no client_id",
            "register a desktop program with your provider, and copy its client id; or use token_cmd",
        )
    if not all(one.token_url and (one.authorization_url or one.device_url) for one in consents):
        yield (
            ("oauth", "token_url"),
            "[oauth] does not describe your provider",
            "write token_url, and authorization_url or device_url; its page for developers names them",
        )


def _slips_of(section: str, server: Server) -> Iterator[tuple[Path, str, str]]:
    ways = {"password_cmd": server.password_cmd, "token_cmd": server.token_cmd, "oauth": server.oauth}
    said = [way for way, value in ways.items() if value]
    if len(said) > 1:
        what = f"[{section}] says two ways to sign in: {' and '.join(said)}"
        yield (section, said[-1]), what, "take all but one out"
    if not server.user and (server.oauth or server.token_cmd):
        fix = 'add: user = "ana@users.example"'
        yield (section, said[-1]), f"[{section}] says how to sign in, and not who", fix
