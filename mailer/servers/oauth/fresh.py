"""Gives an access token that lasts long enough to sign in with, and gets a new one when it does not."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mailer.errors import BadSettings, SignInRefused
from mailer.nouns import OAuth
from mailer.servers.asking import NoAnswer, first_line
from mailer.servers.oauth.grants import LOGIN, Grant, grant, refusal
from mailer.servers.oauth.keeping import Keeper

_LONGEST_WAIT = 60.0
_SHORTEST = 60.0


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a mail server wants to see.

    Attributes:
        text: Never shown.
        left: For so many seconds it may be begun with.
    """

    text: str = field(repr=False)
    left: float


def access_token(
    oauth: OAuth, user: str, environ: Mapping[str, str], now: Callable[[], float] = time.time
) -> AccessToken:
    """A token to sign in with, from what a consent has brought.

    Args:
        oauth: The provider.
        user: The account.
        environ: The environment.
        now: The clock of this machine, in seconds since 1970.

    Raises:
        SignInRefused: there is no consent, or it has ended.
        BadSettings: the provider does not take what the settings say, or nothing can be kept.
        ServerUnavailable: the provider does not answer.
        TryAgain: another process is asking it, for too long.
    """
    keeper = Keeper(oauth, user, environ)
    kept = _kept(keeper, user)
    if left := kept.left(now()):
        return AccessToken(kept.access, left)
    with keeper.alone():
        # Another process may have got one meanwhile, and its refresh token may be worth nothing now.
        kept = _kept(keeper, user)
        if not kept.left(now()):
            kept = _refreshed(kept, oauth, user, environ, now)
            keeper.write(kept)
    # However soon it ends, or if nobody says when: it is fresh, so this is the one to try.
    return AccessToken(kept.access, max(_SHORTEST, kept.left(now())))


def keep(oauth: OAuth, user: str, given: Grant, environ: Mapping[str, str]) -> str:
    """Keep what a person has just consented to; where, in words.

    Raises:
        CampaignError: it cannot be kept.
    """
    keeper = Keeper(oauth, user, environ)
    with keeper.alone():
        return keeper.write(given)


def client_secret(oauth: OAuth, environ: Mapping[str, str]) -> str:
    """What some providers want besides the client id; '' when there is none.

    `client_secret_cmd`, or else CAMPAIGN_OAUTH_CLIENT_SECRET.

    Raises:
        BadSettings: the command does not give it.
    """
    if not oauth.client_secret_cmd:
        return environ.get("CAMPAIGN_OAUTH_CLIENT_SECRET", "")
    try:
        found, why = first_line(oauth.client_secret_cmd, environ, _LONGEST_WAIT), "printed nothing"
    except NoAnswer as trouble:
        found, why = b"", str(trouble)
    if not (found and found.isascii()):
        fix = "it names a command that prints what your provider calls the client secret; try it by hand"
        raise BadSettings(f"client_secret_cmd under [oauth] {why if not found else 'is no secret'}", fix=fix)
    return found.decode("ascii")


def _kept(keeper: Keeper, user: str) -> Grant:
    kept = keeper.read()
    if kept is None:
        raise SignInRefused(f"no consent of {user} is kept here", fix=LOGIN)
    return kept


def _refreshed(
    kept: Grant, oauth: OAuth, user: str, environ: Mapping[str, str], now: Callable[[], float]
) -> Grant:
    if not kept.refresh:
        what = f"{oauth.provider} lets campaign in for {user} for a short time only, and that is over"
        raise SignInRefused(what, fix=LOGIN)
    form = {"grant_type": "refresh_token", "refresh_token": kept.refresh}
    given = grant(oauth, form, client_secret(oauth, environ), now())
    if isinstance(given, Grant):
        return given
    raise refusal(oauth, user, given)
