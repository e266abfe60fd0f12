"""Why a letter came back, from the words of the server that refused it and its status code.

A permanent failure is not a dead address: a full mailbox, a spam filter, a policy are "permanent" too (RFC 3463
class 5), and the person is there all the same. So the words decide first, the code second, and where neither
says that the address or its domain does not exist, it is taken to exist.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a letter came back, in our words; `dead` when writing to the address again is pointless."""

    words: str
    dead: bool = False


UNKNOWN = Reason("it does not say why")
_WAIT = Reason("the server asks to wait, or could not be reached")
_NO_MAILBOX = Reason("there is no such mailbox", dead=True)
_NO_DOMAIN = Reason("there is no such mail domain", dead=True)
_MOVED = Reason("the person has moved away from this address", dead=True)
_SWITCHED_OFF = Reason("the mailbox is switched off")
_FULL = Reason("the mailbox is full")
_TOO_BIG = Reason("the letter is too big")
_SPAM = Reason("it was taken for spam, or our server is on somebody's list")
_POLICY = Reason("a rule of the receiving server forbids it")
_AT_THE_END = Reason("it was refused after it had been read, so a filter did not like it")
_TROUBLE = Reason("a mail server has trouble of its own")

_IN_WORDS: tuple[tuple[Reason, tuple[str, ...]], ...] = (
    (
        _FULL,
        (
            r"(mail)?box(es)? (is |are )?(full|exceed)|folder is full|inbox (is )?(full|out of)|\bmbox full",
            r"quota (is )?(exceed|violat|full)|quota .{0,30}exceeded|over (the |its |their |disk )*quota|overquota",
            r"exceed(s|ed|ing)? .{0,30}(quota|storage|local limit|allotted)|storage (limit|exceed)",
            r"(insufficient|out of|not enough|no) (system |disk |mailbox )?(storage|space)|disk (is )?full",
            r"too (much|many) (mail data|messages (in|on))",
            r"postfach .{0,20}voll|bo[iî]te .{0,30}pleine|buz[oó]n .{0,20}lleno|casella .{0,20}piena",
            r"caixa .{0,20}cheia|переполнен",
        ),
    ),
    (
        _POLICY,
        (
            r"sender('s)? ?(address |domain )?(was )?(rejected|refused|denied|not |verif|invalid|unknown)",
            r"domain of sender|\b5\.1\.[78]\b|(after|in reply to|response to|error:?) mail from\b",
        ),
    ),
    (
        _TOO_BIG,
        (
            r"(message|mail|e-?mail|it is|size).{0,40}(too (big|large)|exceeds .{0,40}(size|limit|maximum|byte))",
            r"too (big|large) for|size ?limit",
        ),
    ),
    (
        _SPAM,
        (
            r"\bspam\b|spam(like|ming| content| message|my)|junk mail|unsolicited|looks like bulk|suspicious",
            r"black-? ?list|block-? ?list|\brbl\b|dnsbl|spamhaus|spamcop|barracuda|cloudmark|proofpoint|reputation",
            r"virus|infected|malware|banned|offensive|client host rejected|\bblocked (using|by|because|due|for)\b",
            r"(was|been|is|are|address|ip) (black|b)?(listed|blocked) |gr[ae]ylist",
            r"(content|message|data) (was )?(rejected|filtered|blocked)",
        ),
    ),
    (
        _SWITCHED_OFF,
        (
            r"(account|mailbox|user|address|recipient|compte)\b.{0,60}\b(is |has been |was |temporar\w* )"
            r"(disabled(?! or discontinued)|suspended|inactive|locked|frozen|blocked)",
            r"compte .{0,40}bloqu|disabled recipient",
        ),
    ),
    (
        _NO_MAILBOX,
        (
            r"(unknown|invalid|illegal|no such|non-?exist(ent|ing)|unrecogni[sz]ed|bad|inexistent|not a valid)"
            r" (or (illegal|invalid) )?(local |e-?mail |mail |destination |virtual |final |final delivery |rcpt )?"
            r"(user|recipient|mailbox|account|addressee|person|local[- ]?part|alias|customer|addr(ess)?(?! syntax))",
            r"(user|recipient|mailbox|account|addressee|alias|name|address|rcpt|customer|addr)\b.{0,60}"
            r"(\bunknown|\binvalid\b|unavailable|\bdeleted|non-?existent|inexistant|not exist"
            r"|n[o.]t (be )?(found|known|exist|recogni[sz]ed|listed|valid|on (this|file|server)|our|local|have an?\b)"
            r"|no longer (on|in|exist|valid|available|use)|not (a )?valid|is not in)",
            r"no (mailbox|account|user|recipient|person|one|such)\b.{0,25}"
            r"(here|by that name|with (that|this) name|at this address|user|person|address|found|match)",
            r"not (a |our )(valid |known |local )?(user|recipient|mailbox|account|customer)|not our user",
            r"unable to find user|unrouteable address|recip(ient)?notfound|not listed in|doesn.?t have an? .{1,60}account",
            r"no valid recipients|no-?such-?user|mailbox not|address (wasn|couldn)|invalid final delivery",
            r"recipient (address )?rejected: (access denied|user|<|$)|recipient rejected|account (is |has been |was )?(closed|expired|terminated|deactivated)|discontinued",
            r"inactive e-?mail address|did not exactly match|not a registered",
            r"(empf.nger|adressat|benutzer|adresse|postfach).{0,40}(unbekannt|nicht (gefunden|bekannt|vorhanden)|existiert nicht)",
            r"(adresse|destinataire|utilisateur).{0,60}(inconnue?|invalide|n.existe|inexistante?|non recens)",
            r"(usuario|buz[oó]n|cuenta|direcci[oó]n|destinatario|casella|utente|usu[aá]rio|conta|caixa|endere[cç]o)"
            r".{0,40}(desconocid|no existe|inexistente|sconosciut|non esist|desconhecid|n[aã]o existe|inv[aá]lid)",
            r"(пользовател|адрес|ящик).{0,40}(не (найден|существует)|неизвест)|宛先.{0,20}不明|見つかりません|不存在",
        ),
    ),
    (
        _NO_DOMAIN,
        (
            r"\b(host|domain|server|mx)\b.{0,40}(\bunknown|not found|not exist|doesn.?t exist|is not reachable|no such)",
            r"(unknown|no such|non-?existent|invalid|bad|illegal|unrouteable|unresolv\w+) (mail )?(host|domain)",
            r"(could ?n.t|could not|cannot|can.?t|unable to) (find|resolve|look ?up|locate) "
            r"(any |the |a |mx )?(mail )?(host|domain|mx|mail exchange|server)",
            r"no (mail )?(mx|mail exchange\w*|a or mx|mx or a)\b|nxdomain|name or service not known|null ?mx",
            r"indicated no smtp|all relevant mx records point|(host|domain|server) does not accept (e-?)?mail",
        ),
    ),
    (
        _MOVED,
        (
            r"\b(has|have) (been )?moved\b|no longer (works?|employed)|has left the|is no longer on server",
            r"forwarding (address|order) (has )?expired",
        ),
    ),
    (
        _POLICY,
        (
            r"policy|\bspf\b|dkim|dmarc|\bptr\b|reverse dns|rdns|unauthenticated|authentication",
            r"not (allowed|permitted|authori[sz]ed|accept(ed|ing))|prohibited|restricted|access denied|denied",
            r"relay(ing)? (access )?(denied|not|prohibited)|only members|members? only|not (a )?member|moderat",
        ),
    ),
    (
        _WAIT,
        (
            r"time-?d? ?out|timeout|connection (refused|reset|lost|dropped)|try again|retry|temporar|deferred",
            r"delay(ed)?\b|expired|too many (connections|recipients)|rate limit|at a rate|unreachable|no route",
            r"could not connect|unable to connect|has not been collected|in the queue too long|host is down|not responding|no response|insufficient system",
        ),
    ),
    (
        _TROUBLE,
        (
            r"internal (system |server )?error|local (error|configuration)|too many hops|loop(ing|s back)|mail ?loop",
            r"malformed or unexpected|configuration error|protocol (error|violation)|cannot append",
        ),
    ),
)
"""In this order: what names a living mailbox or speaks of us, the sender, must not be drowned by "address"."""

_PATTERNS = tuple((reason, re.compile("|".join(words), re.IGNORECASE)) for reason, words in _IN_WORDS)
_AFTER_DATA = re.compile(r"(after|in reply to|response to) (the )?end of data|final data", re.IGNORECASE)
_WRAPPED = re.compile(r"5\.1\.0 - unknown address error ", re.IGNORECASE)
"""Amazon's preface to whatever the other side said."""

_BY_STATUS = {
    "1.0": _NO_MAILBOX,
    "1.1": _NO_MAILBOX,
    "1.2": _NO_DOMAIN,
    "1.3": _NO_MAILBOX,
    "1.6": _MOVED,
    "1.10": _NO_MAILBOX,
    "1.351": _NO_MAILBOX,
    "2.1": _NO_MAILBOX,
    "2.2": _FULL,
    "2.3": _TOO_BIG,
    "3.1": _FULL,
    "3.4": _TOO_BIG,
    "4.4": _NO_DOMAIN,
    "4.6": _TROUBLE,
}
_BY_SUBJECT = {"3": _TROUBLE, "4": _WAIT, "5": _TROUBLE, "6": _POLICY, "7": _POLICY}
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_EXAMINED = 4_000


def reason_in(words: str) -> Reason | None:
    """What the words of a server, or of the notice around them, say; None when nothing that we know."""
    words = _WRAPPED.sub("", " ".join(words[:_EXAMINED].split()))
    said = next((reason for reason, pattern in _PATTERNS if pattern.search(words)), None)
    return _AT_THE_END if said and said.dead and _AFTER_DATA.search(words) else said


def reason_for(status: str, words: str) -> Reason:
    """Why one recipient did not get the letter.

    Args:
        status: The enhanced status code (RFC 3463), perhaps with words around it; may be empty.
        words: What the refusing server said.
    """
    said = reason_in(words)
    if said:
        return said
    found = _STATUS.search(status) or _STATUS.search(words[:_EXAMINED])
    if not found:
        return UNKNOWN
    if found[1] == "4":
        return _WAIT
    return _BY_STATUS.get(found[2]) or _BY_SUBJECT.get(found[2].partition(".")[0], UNKNOWN)
