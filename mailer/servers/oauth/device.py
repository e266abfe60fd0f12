"""Lets a person consent on another device, by a short code that she types there (RFC 8628).

For machines without a browser, and for those that she has reached from afar.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from mailer.errors import BadSettings, CampaignError, ServerUnavailable, SignInRefused, TryAgain, UsageError
from mailer.nouns import OAuth, visible
from mailer.servers.oauth.grants import LOGIN, Grant, grant, refusal
from mailer.servers.oauth.web import Answer, ask

_USUAL_INTERVAL = 5.0
_SHORTEST_INTERVAL = 1.0
_SLOWER = 5.0
_LONGEST_INTERVAL = 60.0
_USUAL_LIFE = 900.0
_LONGEST_LIFE = 1800.0
"""Seconds (§3.2, §3.5); what a provider says beyond these is not believed."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How time passes: `now` in seconds from anywhere, and `sleep` for so many."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def by_device(
    oauth: OAuth, user: str, secret: str, show: Callable[[str, str], None], clock: Clock | None = None
) -> Grant:
    """Ask a person for her consent, and wait until she has given it.

    Args:
        oauth: The provider.
        user: Whose account.
        secret: The client's; '' for none.
        show: Gets the address that she has to open on any device, and the code to type there.
        clock: How time passes.

    Raises:
        UsageError: the provider does not know this way.
        SignInRefused: she did not consent, or the provider does not let us in.
        TryAgain: she took too long.
        CampaignError: as `web.ask` does.
    """
    if not oauth.device_url:
        raise UsageError(f"{oauth.provider} lets no mail program in by --device", fix=LOGIN)
    clock = clock or Clock()
    answer = ask(oauth.device_url, {"client_id": oauth.client_id, "scope": " ".join(oauth.scopes)})
    if answer.error:
        raise refusal(oauth, user, answer)
    code = answer.text("device_code")
    show(*_to_show(answer))
    until = clock.now() + min(answer.number("expires_in", _USUAL_LIFE), _LONGEST_LIFE)
    interval = max(_SHORTEST_INTERVAL, answer.number("interval", _USUAL_INTERVAL))
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": code}
    while clock.now() + interval < until:
        clock.sleep(interval)
        given, interval = _asked(oauth, form, secret, interval)
        if isinstance(given, Grant):
            return given
        if given is not None and given.error == "expired_token":
            break
        if given is not None:
            raise _refused(oauth, user, given)
    raise TryAgain("nobody has consented in time", fix=f"{LOGIN} --device")


def _asked(
    oauth: OAuth, form: dict[str, str], secret: str, interval: float
) -> tuple[Grant | Answer | None, float]:
    """What is granted or refused, None while she has done neither; and how long to wait from now on."""
    try:
        given = grant(oauth, form, secret, time.time())
    except ServerUnavailable:
        return None, min(interval * 2, _LONGEST_INTERVAL)  # §3.5: back off when the line fails
    if isinstance(given, Grant):
        return given, interval
    match given.error:
        case "authorization_pending":
            return None, interval
        case "slow_down":
            return None, min(interval + _SLOWER, _LONGEST_INTERVAL)
    return given, interval


def _to_show(answer: Answer) -> tuple[str, str]:
    """The address and the code, both fit to be shown."""
    # Google and some others wrote verification_url before there was an RFC.
    url = answer.text("verification_uri") or answer.text("verification_url")
    code = answer.text("user_code")
    try:
        fine = urlsplit(url).scheme in {"https", "http"}
    except ValueError:
        fine = False
    if not (fine and code and answer.text("device_code")):
        raise BadSettings(
            f"{answer.host} answers with no code to type",
            fix="check device_url under [oauth] in campaigns/settings.toml",
        )
    return visible(url, limit=200), visible(code, limit=40)


def _refused(oauth: OAuth, user: str, answer: Answer) -> CampaignError:
    if answer.error == "access_denied":
        return SignInRefused(f"you did not consent ({answer.words()})", fix=f"{LOGIN} --device")
    return refusal(oauth, user, answer)
