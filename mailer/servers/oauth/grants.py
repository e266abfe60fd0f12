"""What a provider grants, and what it says when it does not: tokens, how long they last, and refusals."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mailer.errors import BadSettings, CampaignError, ServerUnavailable, SignInRefused
from mailer.nouns import OAuth
from mailer.servers.oauth.web import PATIENCE, Answer, ask

LOGIN = "campaign login"

_MARGIN = 300
"""Seconds: a token that ends sooner is not begun with, for signing in takes its time, and clocks differ."""

_LONGEST = 86_400
"""Seconds; no provider's lasts longer, and a wrong number must not be believed for years."""

_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")
"""RFC 6749, appendix A: what can be seen; a line end or a ^A would be a word of its own to a mail server."""

_SECRETS = ("code", "code_verifier", "device_code", "refresh_token", "client_secret")

_OURS = frozenset(
    {"invalid_client", "unauthorized_client", "invalid_request", "invalid_scope", "unsupported_grant_type"}
)
"""Refusals of what the settings say, and not of the person."""

_PASSING = frozenset({"temporarily_unavailable", "server_error", "slow_down"})


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person's consent has brought.

    Attributes:
        refresh: Fetches the next access token; '' where the provider gives none. Never shown.
        access: What mail servers want to see. Never shown.
        since: When it was granted, in seconds since 1970 by this machine's clock.
        until: When the access token ends, likewise.
    """

    refresh: str = field(repr=False)
    access: str = field(repr=False)
    since: float
    until: float

    def left(self, now: float) -> float:
        """For how many seconds the access token may still be begun with; 0 when a new one is needed.

        A clock that was set back since then says nothing about the token, so that needs a new one, too.
        """
        margin = min(_MARGIN, (self.until - self.since) / 2)
        return max(0.0, self.until - now - margin) if now >= self.since else 0.0


def grant(
    oauth: OAuth, form: Mapping[str, str], secret: str, now: float, wait: float = PATIENCE
) -> Grant | Answer:
    """Ask for tokens (RFC 6749 §4.1.3, §6; RFC 8628 §3.4).

    Args:
        oauth: The provider.
        form: What we have to show for it.
        secret: The client's; '' for none.
        now: Seconds since 1970.
        wait: How many seconds it may take.

    Returns:
        The tokens, or the provider's refusal.

    Raises:
        CampaignError: as `ask` does, and BadSettings for tokens that are none.
    """
    told = {**form, "client_id": oauth.client_id, "client_secret": secret}
    secrets = [told.get(name, "") for name in _SECRETS]
    answer = ask(oauth.token_url, told, secrets, wait)
    if answer.error:
        return answer
    # Where it gives no new one, the old one goes on (§6).
    refresh = answer.text("refresh_token") or form.get("refresh_token", "")
    access = answer.text("access_token")
    good = _TOKEN.fullmatch(access) and (not refresh or _TOKEN.fullmatch(refresh))
    if not good or answer.text("token_type").lower() != "bearer":
        raise BadSettings(
            f"{answer.host} answers with no token that mail servers take",
            fix="check token_url under [oauth] in campaigns/settings.toml",
        )
    return Grant(refresh, access, now, now + min(answer.number("expires_in", 0), _LONGEST))


def refusal(oauth: OAuth, user: str, answer: Answer) -> CampaignError:
    """The error to raise for a refusal.

    Args:
        oauth: The provider.
        user: Whose consent it is about.
        answer: What it said.
    """
    words = answer.words()
    if answer.error in _PASSING:
        return ServerUnavailable(
            f"{answer.host} gives no token now: {words}", fix="try again in a few minutes"
        )
    if answer.error in _OURS:
        return BadSettings(
            f"{answer.host} does not take what [oauth] says: {words}",
            fix="check client_id under [oauth] in campaigns/settings.toml, and its client_secret_cmd if your "
            "provider has shown you a client secret, too",
        )
    return SignInRefused(
        f"{oauth.provider} does not (or no more) let campaign in for {user}: {words}",
        fix=f"{LOGIN}, and consent as {user}",
    )
