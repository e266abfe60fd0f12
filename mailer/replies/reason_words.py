"""How mail servers say why they refuse a letter, gathered by what it means for the person written to."""

from mailer.replies.phrases import any_of

FULL = any_of(r"""
    (mail)?box(es)? (is |are )?(full|exceed)
    folder is full
    inbox (is )?(full|out of)
    \bmbox full
    quota (is )?(exceed|violat|full)
    quota .{0,30}exceeded
    over (the |its |their |disk ){0,3}quota
    overquota
    (exceed(s|ed|ing)?|reached) .{0,30}(quota|storage|local limit|allotted)
    storage (limit|exceed)
    (insufficient|out of|not enough|no) (system |disk |mailbox )?(storage|space)
    disk (is )?full
    too (much|many) (mail data|messages (in|on))
    postfach .{0,20}voll
    bo[iî]te .{0,30}pleine
    buz[oó]n .{0,20}lleno
    casella .{0,20}piena
    caixa .{0,20}cheia
    переполнен
""")

AGAINST_SENDER = any_of(r"""
    sender('s)? ?(address |domain )?(was )?(rejected|refused|denied|not |verif|invalid|unknown)
    domain of sender
    \b5\.1\.[78]\b
    (after|in reply to|response to|error:?) mail from\b
""")
"""Refused for who sends, before the recipient was even named."""

TOO_BIG = any_of(r"""
    (message|mail|e-?mail|it is|size).{0,40}too (big|large)
    (message|mail|e-?mail|size).{0,40}exceed(s|ed) .{0,40}(size|limit|maximum|byte)
    too (big|large) for
    size ?limit
""")

SPAM = any_of(r"""
    \bspam\b
    spam(like|ming| content| message|my)
    junk mail|unsolicited|suspicious|looks like bulk
    black-? ?list|block-? ?list|\brbl\b|dnsbl|gr[ae]ylist
    spamhaus|spamcop|barracuda|cloudmark|proofpoint
    reputation
    virus|infected|malware|banned|offensive
    client host rejected
    \bblocked (using|by|because|due|for)\b
    (was|been|is|are|address|ip) (black|b)?(listed|blocked)\s
    (content|message|data) (was )?(rejected|filtered|blocked)
""")

SWITCHED_OFF = any_of(r"""
    (account|mailbox|user|address|recipient)\b.{0,60}\b(is|has been|was|temporar\w*) (suspended|inactive)
    (account|mailbox|user|address|recipient)\b.{0,60}\b(is|has been|was|temporar\w*) (locked|frozen)
    (account|mailbox|user|address|recipient)\b.{0,60}\b(is|has been|was|temporar\w*) blocked
    (account|mailbox|user|address|recipient)\b.{0,60}\b(is|has been|was) disabled(?! or discontinued)
    compte .{0,40}bloqu
    disabled recipient
""")

NO_MAILBOX = any_of(r"""
    (unknown|invalid|no such|unrecogni[sz]ed|bad|not a valid) (local |virtual )?(user|recipient|mailbox)
    (unknown|invalid|no such|unrecogni[sz]ed|bad|not a valid) (e-?mail |mail )?(addr(?!ess syntax)|account)
    (unknown|illegal|invalid|bad) or (illegal|invalid) (user|recipient|mailbox|account|address)
    (illegal|inexistent|non-?exist(ent|ing)) (e-?mail |local )?(user|recipient|mailbox|account|address|alias)
    (unknown|no such) (person|alias|customer|local[- ]?part|destination)
    invalid final delivery
    (user|recipient|mailbox|account|addressee|alias|name|address|customer|addr)\b.{0,60}\b(unknown|invalid)\b
    (user|recipient|mailbox|account|addressee|alias|name|address)\b.{0,60}(unavailable|\bdeleted|n[o.]t exist)
    (user|recipient|mailbox|account|alias|name|address)\b.{0,60}(non-?existent|inexistant|is not in)
    (user|recipient|mailbox|account|alias|name|address)\b.{0,60}not (a )?valid
    (user|recipient|mailbox|account|alias|name|address|addr)\b.{0,60}n[o.]t (be )?(found|known|recogni[sz]ed)
    (user|recipient|mailbox|account|alias|name|address)\b.{0,60}n[o.]t (be )?(listed|on (this|file|server))
    (user|recipient|mailbox|account|alias|name|address)\b.{0,60}n[o.]t (our|local|have an?\b)
    (user|recipient|mailbox|account|alias|address)\b.{0,60}no longer (on|in|exist|valid|available|use)
    no (mailbox|account|user|recipient|one|such)\b.{0,25}(here|by that name|at this address)
    no (mailbox|account|user|recipient|one|such)\b.{0,25}with (that|this) name
    no (mailbox|account|user|recipient|such)\b.{0,25}(user|person|address|found|match)
    not (a |our )(valid |known |local )?(user|recipient|mailbox|account|customer)
    (not our|unable to find|not a registered|no-?such-?) ?(\w{1,12} )?user
    unrouteable address
    recip(ient)?notfound
    not listed in
    doesn.?t have an? .{1,60}account
    no valid recipients
    bad destination mailbox
    mailbox not
    address (wasn|couldn)
    recipient (address )?rejected: (access denied|user|<|$)
    recipient rejected
    account (is |has been |was )?(closed|expired|terminated|deactivated)
    discontinued
    inactive e-?mail address
    did not exactly match

    (empf.nger|adressat|benutzer|adresse|postfach).{0,40}(unbekannt|nicht (gefunden|bekannt|vorhanden))
    (empf.nger|adressat|benutzer|adresse|postfach).{0,40}existiert nicht
    (adresse|destinataire|utilisateur).{0,60}(inconnue?|invalide|n.existe|inexistante?|non recens)
    (usuario|buz[oó]n|cuenta|direcci[oó]n|destinatario).{0,40}(desconocid|no existe|inexistente|inválid)
    (casella|utente|destinatario|indirizzo).{0,40}(sconosciut|non esist|inesistente)
    (usu[aá]rio|conta|caixa|endere[cç]o|destinatário).{0,40}(desconhecid|n[aã]o existe|inexistente|inv[aá]lid)
    (пользовател|адрес|ящик).{0,40}(не (найден|существует)|неизвест)
    宛先.{0,20}不明|見つかりません|不存在
""")

NO_DOMAIN = any_of(r"""
    \b(host|domain|server|mx)\b.{0,40}(\bunknown|not found|not exist|doesn.?t exist|is not reachable|no such)
    (unknown|no such|non-?existent|invalid|bad|illegal|unrouteable|unresolv\w+) (mail )?(host|domain)
    (could ?n.t|could not|can.?t|unable to) (find|resolve|look ?up|locate) (any |the )?(mail )?(host|domain)
    (could ?n.t|could not|can.?t|unable to) (find|resolve|look ?up|locate) (any |the |a )?(mx|mail exchange)
    cannot (find|resolve|look ?up|locate) (any |the |a )?(mail )?(host|domain|mx)
    no (mail )?(mx|mail exchange\w*|a or mx|mx or a)\b
    nxdomain
    name or service not known
    null ?mx
    indicated no smtp
    all relevant mx records point
    (host|domain|server) does not accept (e-?)?mail
""")

MOVED = any_of(r"""
    \b(has|have) (been )?moved\b
    no longer (works?|employed)
    has left the
    is no longer on server
    forwarding (address|order) (has )?expired
""")

POLICY = any_of(r"""
    policy
    \bspf\b|dkim|dmarc|\bptr\b|reverse dns|rdns
    unauthenticated|authentication
    not (allowed|permitted|authori[sz]ed|accept(ed|ing))
    prohibited|restricted|access denied|denied
    relay(ing)? (access )?(denied|not|prohibited)
    only members|members? only|not (a )?member|moderat
""")

WAIT = any_of(r"""
    time-?d? ?out|timeout
    connection (refused|reset|lost|dropped)
    try again|retry|temporar|deferred
    delay(ed)?\b
    expired|has not been collected|in the queue too long
    too many (connections|recipients)
    rate limit|at a rate
    unreachable|no route|not responding|no response|host is down
    could not connect|unable to connect
    insufficient system
""")

TROUBLE = any_of(r"""
    internal (system |server )?error
    local (error|configuration)|configuration error
    too many hops|mail ?loop|loop(ing|s back)
    malformed or unexpected
    protocol (error|violation)
    cannot append
""")

AFTER_DATA = any_of(r"""
    (after|in reply to|response to) (the )?end of data
    final data
""")
"""Refused after the recipient had been accepted, and the letter been read."""
