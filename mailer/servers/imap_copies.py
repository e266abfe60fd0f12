"""Says in which folders of a mailbox copies of sent mail lie."""

from collections.abc import Mapping

_UNREADABLE = frozenset({b"\\noselect", b"\\nonexistent"})
_USUAL = (
    *("sent", "sent items", "sent mail", "sent messages", "sent-mail"),
    *("gesendet", "gesendete objekte", "gesendete elemente", "envoyés", "éléments envoyés"),
    *("enviados", "elementos enviados", "inviata", "posta inviata", "verzonden", "verzonden items"),
    *("skickat", "sendt", "wysłane", "odeslané", "отправленные", "送信済み", "已发送"),
)
"""What the folder is called where no mark tells: the last part of its name, in small letters."""


def places(there: Mapping[str, frozenset[bytes]]) -> tuple[str, ...]:
    r"""The folders in which copies of what was sent lie, that for sent mail before that for all mail.

    Args:
        there: Every folder by its name, with its flags in small letters (RFC 6154: `\sent`, `\all`).

    Returns:
        None at all where the mailbox keeps no copies, or nobody can tell where.
    """
    everything = [name for name, flags in _readable(there).items() if b"\\all" in flags]
    return tuple(dict.fromkeys([*sent_places(there), *everything]))


def sent_places(there: Mapping[str, frozenset[bytes]]) -> tuple[str, ...]:
    """The folders for sent mail alone, in which nobody files anything but the fellow and her provider.

    Args:
        there: As for `places`.
    """
    readable = _readable(there)
    marked = [name for name, flags in readable.items() if b"\\sent" in flags]
    return tuple(marked or _by_name(readable))


def _readable(there: Mapping[str, frozenset[bytes]]) -> dict[str, frozenset[bytes]]:
    return {name: flags for name, flags in there.items() if not flags & (_UNREADABLE | {b"\\drafts"})}


def _by_name(names: Mapping[str, object]) -> list[str]:
    """The folder with the most usual name; it may stand below the INBOX, with a dot or a slash between."""
    longest_first = sorted(names, key=len, reverse=True)
    called = {name.replace(".", "/").rpartition("/")[2].lower(): name for name in longest_first}
    return [called[usual] for usual in _USUAL if usual in called][:1]
