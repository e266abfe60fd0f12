"""Reads `campaigns/settings.toml`, and the environment on top: who writes, through which servers."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from mailer.nouns import (
    CAUTIOUS,
    ONLY_TO,
    UNLIMITED,
    Address,
    BadAddress,
    Pace,
    Problem,
    Sender,
    Server,
    Settings,
    nearest,
    visible,
)
from mailer.workspace import toml_lines
from mailer.workspace.consent import oauth, slips
from mailer.workspace.files import read_text
from mailer.workspace.form import fill
from mailer.workspace.providers import filled_in
from mailer.workspace.shapes import (
    CampaignPaceShape,
    ImapShape,
    OAuthShape,
    PaceShape,
    SettingsShape,
    SmtpShape,
)

FILE = "campaigns/settings.toml"
ENVIRONMENT = "environment"
"""Stands for the file's name in a problem with a variable."""

_KEYS: Mapping[str, tuple[str, ...]] = {
    "sender": ("name", "email", "role"),
    "smtp": ("host", "port", "tls", "user", "password_cmd", "token_cmd", "oauth", "files_copies"),
    "imap": ("host", "port", "tls", "user", "password_cmd", "token_cmd", "oauth", "folders"),
    "pace": tuple(setting.name for setting in fields(PaceShape)),
    "oauth": tuple(part.name for part in fields(OAuthShape)),
}
_FRACTIONS = frozenset({"jitter", "bounce_rate"})
_WHOLE = frozenset({"port", "per_minute", "per_hour", "per_day", "per_domain", "canary", "connections"})
_PROVIDER = ("provider",)
_PREFIX = "CAMPAIGN_"
_NOBODY = "Your Name"
_NOWHERE = ".example"
"""RFC 2606 §2: a top-level domain in which there will never be anything."""

_ADVICE = {
    "name": "put your own name there",
    "email": "put your own address there",
    "host": "put your provider's server there",
    "user": "put your account's name there, or take the line out if the server asks for none",
}


def read_settings(root: Path, environ: Mapping[str, str]) -> tuple[Settings | None, tuple[Problem, ...]]:
    """The settings, with everything that is wrong in them.

    Args:
        root: The workspace, resolved.
        environ: `CAMPAIGN_SMTP_HOST` and its like stand above the file.

    Returns:
        The settings, or None when they cannot be used; and the problems. What is still the starter's example
        is a warning: with it one can write and preview letters, but not send any (see `placeholders`).
    """
    document = _document(root)
    said, misnamed = _variables(environ)
    missing: tuple[Problem, ...] = ()
    if isinstance(document, Problem):
        if not _is_missing(root) or not said:
            return None, (document, *misnamed)
        missing, document = (document,), toml_lines.Document()
    values = filled_in(_merged(document.values, said))
    merged = toml_lines.Document(values, document.keys, document.texts)
    shape, wrong = fill(SettingsShape, FILE, merged, {path: _variable(path) for path in said})
    if shape is None:
        return None, (*(missing or wrong), *misnamed)
    smtp, imap = _server(shape.smtp, shape.oauth), _server(shape.imap, shape.oauth)
    sender = Sender(shape.sender.name, shape.sender.email, shape.sender.role)
    pace = pace_of(shape.pace, UNLIMITED if smtp.loopback else CAUTIOUS)
    only_to, strange = _only_to(environ)
    settings = Settings(sender, smtp, imap, shape.imap.folders, shape.smtp.files_copies, pace, only_to)
    slipped = (Problem(*_place(path, merged, said), what, fix) for path, what, fix in slips(settings))
    problems = (
        *misnamed,
        *strange,
        *_in_the_clear(settings, merged, said),
        *slipped,
        *_unfinished(settings, merged, said),
    )
    return settings, problems


def pace_of(shape: PaceShape | CampaignPaceShape, otherwise: Pace) -> Pace:
    """The pace that a section `[pace]` says, and in what it does not say another one."""
    said = {field.name: getattr(shape, field.name) for field in fields(shape)}
    return replace(otherwise, **{name: value for name, value in said.items() if value is not None})


def placeholders(settings: Settings) -> tuple[str, ...]:
    """The settings that are still the starter's, such as `smtp.host`: while one is left, nothing may leave.

    A rehearsal on this very machine may have made-up names: its letters go nowhere.
    """
    if settings.smtp.loopback and settings.imap.loopback:
        return ()
    values = {
        "sender.name": settings.sender.name,
        "sender.email": str(settings.sender.address),
        "smtp.host": settings.smtp.host,
        "smtp.user": settings.smtp.user,
        "imap.host": settings.imap.host,
        "imap.user": settings.imap.user,
    }
    return tuple(name for name, value in values.items() if value == _NOBODY or value.endswith(_NOWHERE))


def _document(root: Path) -> toml_lines.Document | Problem:
    source = read_text(root, FILE)
    if isinstance(source, str):
        return toml_lines.read_toml(FILE, source)
    if _is_missing(root):
        return Problem(FILE, 0, 0, source.what, "campaign init in an empty folder makes one to copy")
    return source


def _is_missing(root: Path) -> bool:
    return not (root / FILE).exists()


def _variable(path: toml_lines.Path) -> str:
    return _PREFIX + "_".join(map(str, path)).upper()


def _variables(environ: Mapping[str, str]) -> tuple[dict[toml_lines.Path, Any], tuple[Problem, ...]]:
    """What the environment sets, by path; and the variables that look as if they were meant to."""
    known: dict[str, toml_lines.Path] = {_variable(_PROVIDER): _PROVIDER}
    known |= {_variable((section, key)): (section, key) for section in _KEYS for key in _KEYS[section]}
    said: dict[toml_lines.Path, Any] = {}
    misnamed = []
    for name, value in sorted(environ.items()):
        section, _, key = name.removeprefix(_PREFIX).lower().partition("_")
        if name in known:
            said[known[name]] = _from_text(str(known[name][-1]), value)
        # The servers ask for secrets themselves.
        elif name.startswith(_PREFIX) and section in _KEYS and key not in {"password", "client_secret"}:
            near = nearest(key, _KEYS[section])
            fix = f"did you mean {_variable((section, near))}?" if near else "see campaigns/README.md"
            misnamed.append(Problem(ENVIRONMENT, 0, 0, f"{name} sets nothing", fix, warning=True))
    return said, tuple(misnamed)


def _only_to(environ: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Whom the variable names, and what it names that is nobody: there the safe side is to send to none."""
    named: list[str] = []
    strange: list[Problem] = []
    for word in environ.get(ONLY_TO, "").replace(",", " ").split():
        try:
            address = Address.parse(f"a{word}" if word.startswith("@") else word)
        except BadAddress as error:
            what = f"{ONLY_TO} names {visible(word, limit=60)!r}, which {error}"
            fix = "write addresses, or domains such as @foundation.example, with commas between them"
            strange.append(Problem(ENVIRONMENT, 0, 0, what, fix))
        else:
            named.append(f"@{address.domain}" if word.startswith("@") else address.key)
    return tuple(named), tuple(strange)


def _from_text(key: str, text: str) -> Any:
    """A variable's text as the file would have the value."""
    if key in _WHOLE and text.strip().isascii() and text.strip().isdigit():
        return int(text[:9])
    if key in _FRACTIONS:
        with suppress(ValueError):
            return float(text)
    if key == "files_copies":
        return {"true": True, "false": False}.get(text.strip().lower(), text)
    if key == "scopes":
        return text.split()
    return text.split(",") if key == "folders" else text


def _merged(values: Mapping[str, Any], said: Mapping[toml_lines.Path, Any]) -> Mapping[str, Any]:
    merged = dict(values)
    for (section, *keys), value in said.items():
        below = merged.get(str(section), {}) if keys else {}
        if isinstance(below, dict):
            merged[str(section)] = {**below, str(keys[0]): value} if keys else value
    return merged


def _server(shape: SmtpShape | ImapShape, consent: OAuthShape) -> Server:
    known = shape.host, shape.port, shape.tls, shape.user, shape.password_cmd, shape.token_cmd
    return Server(*known, oauth(shape.oauth, consent))


def _place(
    path: toml_lines.Path, document: toml_lines.Document, said: Mapping[toml_lines.Path, Any]
) -> tuple[str, int, int]:
    return (ENVIRONMENT, 0, 0) if path in said else (FILE, *document.text(path))


def _in_the_clear(
    settings: Settings, document: toml_lines.Document, said: Mapping[toml_lines.Path, Any]
) -> Iterator[Problem]:
    """Servers elsewhere that we would talk to in the clear."""
    for name, server in (("smtp", settings.smtp), ("imap", settings.imap)):
        if server.tls == "none" and not server.loopback:
            what = f"without encryption anybody on the way to {server.host} can read your password"
            yield Problem(
                *_place((name, "tls"), document, said), what, 'write tls = "implicit" or "starttls"'
            )


def _unfinished(
    settings: Settings, document: toml_lines.Document, said: Mapping[toml_lines.Path, Any]
) -> Iterator[Problem]:
    for name in placeholders(settings):
        path = tuple(name.split("."))
        what = f"{_variable(path) if path in said else name} is still the starter's example"
        yield Problem(*_place(path, document, said), what, _ADVICE[path[-1]], warning=True)
