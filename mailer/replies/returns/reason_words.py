"""How mail servers say why they refuse a letter, gathered by what it means for the person written to."""
# ruff: noqa: RUF001 - the words of other alphabets have letters that look like ours

import re

from mailer.replies.machines.phrases import any_of

DOMAIN_FIRST = any_of(r"""
    account or domain may not exist
    all relevant mx records point
""")
"""It is the domain, although the same sentence speaks of an address, or of lists."""

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
    postfach .{0,50}voll
    bo[iî]te .{0,50}pleine
    buz[oó]n .{0,50}lleno
    casella .{0,50}piena
    caixa .{0,50}cheia
    (mailbox|postbus|brevlåda\w*|postlåda\w*|postkasse\w*|innboks\w*) (is |är |er )?(vol|full|fuld)\b
    (skrzynka|schránka).{0,30}(przepełnion|pełna|plná)|postilaatikko.{0,20}täynnä
    speicherplatz|quota.{0,20}(überschritten|dépass|superad|supera|excedid|atingid|erreicht|lleno|raggiunt)
    (espace|espacio|spazio|espaço).{0,40}(insuffisant|insuficiente|insufficiente|épuisé)
    переполн|превышен\w* .{0,20}(квот|лимит|размер)|kutusu dolu|kota(sı)? (aşıl|dol)
    (容量|受信箱|ボックス).{0,20}(超|いっぱい|一杯)|いっぱいです|(邮箱|郵箱|信箱).{0,20}(已满|已滿|满|滿)|容量.{0,6}(不足|已满|已滿)
    (사서함|메일함|용량).{0,20}(가득|초과|꽉|부족)
    as their mailbox is full
    (exceeds|exceeded|over) (the |its )?(allowed|allotted) (space|storage|capacity)
    number of messages in recipient.s mailbox exceeded
    not enough (disk )?space|\bquotaexceeded|mailbox size limit
""")

AGAINST_SENDER = any_of(r"""
    sender('s)? ?(address |domain )?(was )?(rejected|refused|denied|not |verif|invalid|unknown)
    domain of sender
    \b5\.1\.[78]\b
    (after|in reply to|response to|error:?) mail from\b
    from: domain is invalid|valid from:
    (group|may) .{0,80}may not have permission|groups\.google\.com/support
""")
"""Refused for who sends, before the recipient was even named."""

TOO_BIG = any_of(r"""
    (message|mail|e-?mail|it is|size).{0,40}too (big|large)
    (message|mail|e-?mail|size).{0,40}exceed(s|ed) .{0,40}(size|limit|maximum|byte)
    too (big|large) for
    size ?limit
    larger than the (current )?(system )?limit|exceeds (the )?(maximum|size|fixed)
    sizelimit|resolver\.rst\.(send|recip)sizelimit
    (nachricht|mail).{0,30}zu groß|message trop (gros|volumineux)|mensaje.{0,20}demasiado grande
    messaggio.{0,20}troppo grande|mensagem.{0,20}muito grande|bericht.{0,20}te groot|大きすぎ|太大|过大
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
    banned sending ip|sending ip.{0,40}(blocked|banned|listed)|poor reputation|low reputation
    (ip|host|address|server|domain).{0,60}(is |was |been )?(black|block|deny|black)-?listed
    listed (in|at|on|by) [\w.-]{0,40}(bl|rbl|dul|zen|sbl|xbl|xen)\b
    service refused|mail content denied|\bhl:itc\b
    垃圾邮件|垃圾郵件|迷惑メール|스팸|спам|ungewollt|pourriel|correo no deseado|lixo eletrônico
""")

CONTENT = any_of(r"""
    (attachment|file ?type|file extension|executable|content).{0,40}(not (allowed|permitted|accepted))
    (attachment|file ?type|file extension|executable|content).{0,40}(prohibited|denied|removed)
    (attachment|file ?type|file).{0,20}(is |was )?(blocked|banned|forbidden)
    (message|mail) (content|body|header).{0,40}(not (allowed|acceptable|compliant|permitted)|unacceptable)
    (message|mail) (content|body|header).{0,40}(violat)
    (rfc ?-?(28|53|8)22|rfcs?).{0,40}(not|non|violat|compliant)|not rfc.{0,20}compliant
    (malformed|invalid|illegal|missing|bad|duplicate) (message|mime|header|from header|date|message-id)
    (malformed|invalid|illegal|missing|bad|duplicate) (encoding)
    header (error|check)|multiple (addresses in )?from|bare (lf|cr|line ?feed)
""")

SWITCHED_OFF = any_of(r"""
    (account|mailbox|user|address|recipient)\b.{0,60}\b(is|has been|was|temporar\w*) (suspended|inactive)
    (account|mailbox|user|address|recipient)\b.{0,60}\b(is|has been|was|temporar\w*) (locked|frozen)
    (account|mailbox|user|address|recipient)\b.{0,60}\b(is|has been|was|temporar\w*) blocked
    (account|mailbox|user|address|recipient)\b.{0,60}\b(is|has been|was) disabled(?! or discontinued)
    (account|mailbox|user|address|recipient)\b.{0,60}\b(is|has been|was) (not active|deactivated temporar)
    (account|mailbox|user|address|recipient)\b.{0,60}\b(is|has been|was) (on hold)
    (account|mailbox|user|address)\b.{0,60}\b(temporarily|currently) (unavailable|disabled|limited|inactive)
    (recipient)\b.{0,60}\b(temporarily|currently) (unavailable|disabled|limited|inactive)
    compte .{0,40}(bloqu|suspend)|cuenta .{0,40}(suspendid|bloquead|deshabilitad)
    conta .{0,40}(suspensa|bloquead)
    account .{0,40}(sospes|bloccat)|konto .{0,40}(gesperrt|deaktiviert|zablokowan)|учётн\w+ .{0,40}заблокир
    disabled recipient|disabled account|account ?(that you tried to reach )?(is )?(disabled|inactive)
    mailbox (is )?(disabled|inactive|locked|suspended|frozen)
    user is (suspended|inactive|not active|disabled)
    temporarily limited|停用|冻结|凍結|利用停止|휴면|사용 중지
""")

NO_MAILBOX = any_of(r"""
    (unknown|invalid|no such|unrecogni[sz]ed|bad|not a valid) (local |virtual )?(user|recipient|mailbox)
    (unknown|invalid|no such|unrecogni[sz]ed|bad|not a valid) (e-?mail |mail )?(addr(?!ess syntax)|account)
    (unknown|illegal|invalid|bad) or (illegal|invalid) (user|recipient|mailbox|account|address)
    (illegal|inexistent|non-?exist(ent|ing)) (e-?mail |local )?(user|recipient|mailbox|account|address|alias)
    (unknown|no such) (person|alias|customer|local[- ]?part|destination)
    invalid final delivery
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
    (ontvanger|gebruiker|adres|postbus).{0,40}(onbekend|bestaat niet|niet gevonden|kan niet worden gevonden)
    (odbiorc|użytkownik|adres|skrzynk).{0,40}(nieznan|nie istnieje|nie znaleziono|nie został\w* znalezion)
    (mottagare|modtager|användare|bruger|bruker|adress).{0,40}(okänd|ukendt|ukjent|finns inte|findes ikke)
    (mottagare|modtager|användare|bruger|bruker|adress).{0,40}(finnes ikke)
    (mottagare|modtager|e-?postadress|e-?mailadress).{0,60}(hittades inte|blev ikke fundet|ble ikke funnet)
    (mottagare|modtager|e-?postadress|e-?mailadress).{0,60}(gick inte att hitta)
    (vastaanottaja|käyttäjä|osoite).{0,40}(tuntematon|ei löyd|ei ole olemassa)
    (příjemce|uživatel|adresa|schránka).{0,40}(neznám|neexistuje|nebyl\w* nalezen)
    (címzett|felhasználó).{0,40}(ismeretlen|nem található|nem létezik)
    (пользовател|адрес|ящик|получател).{0,60}(не (найден|существует|знайден|існує)|неизвест|невідом)
    (пользовател|адрес|ящик|получател).{0,60}(отсутств|недейств)
    (alıcı|kullanıcı|adres|posta kutusu).{0,40}(bulunamad|bilinmiyor|mevcut değil|geçersiz|yok\b)
    宛先.{0,20}不明|見つかりません|存在しま(せん|しない)|不存在|找不到|未找到|查無|无此用户|無此(用戶|使用者)|无效的?(邮箱|地址|收件人)
    (사용자|수신자|주소|계정|받는 사람).{0,30}(없|존재하지|찾을 수|알 수)
    unbekannte empfängeradresse|wurde (?:in|bei|unter) \S{3,80} nicht gefunden
    nie można odnaleźć .{0,30}adresu
    (adresse|email).{0,60}(nicht gefunden|konnte nicht gefunden|introuvable|n.a pas été trouvée?)
    (direcci[oó]n|correo).{0,60}(no (se )?(ha )?(encontr|pudo encontrar)|incorrect)
    indirizzo.{0,40}(non trovato|non valido|errato)
    endere[cç]o.{0,60}(n[aã]o (foi )?encontrad|incorret)
    (nicht|ne|no|non|n[aã]o|niet|impossibile) .{0,25}(find|encontr|trouv|trova|vind)\w{0,6}.{0,12} (l.)?adress
    (no|n[aã]o|impossibile) .{0,25}(encontr|trova)\w{0,6}.{0,12} (direcci|endere|indirizzo|usuario|destinat)
    (couldn.t|can ?not|could not) find .{0,12} address
    \brecipnotfound|resolver\.adr\.|recipient not on|user not exist|mailbox for .{1,60} does not exist
    this user doesn.?t have|not a current user|no account by that name
    (does not|doesn.t) have an (email )?account
    unknown recipient|unknown-user|unkown user|user not known|user .{1,60} unknown|no mailbox
    undeliverable address|invalid user|incorrect address|(address|user) (entered )?is (incorrect|wrong)
    not listed in (public )?(domino|name)|could not find .{1,60}in the (domino|address)
    550 requested action not taken: mailbox unavailable|5\.1\.1 mailbox unavailable
    name (is |was )?not (recognized|found)|recipient name is not
    \bno longer (has|have) an? (e-?mail|mail)? ?(account|mailbox)
    sorry, no mailbox|no mail ?drop|no longer (a )?valid|is no longer (available|active|in use)
    \bas the (user|mailbox|address) does ?n[o'’]t exist
    kein(en)? (postfach|benutzer|empfänger|konto).{0,40}(vorhanden|gefunden|mit diesem)
    unbekannter (empfänger|benutzer)
    (compte|bo[iî]te).{0,40}(inexistant|n.existe pas|inconnu|supprim|ferm)
""")

MAILBOX_IS_NOT = re.compile(
    r"(?:user|recipient|mailbox|account|addressee|alias|name|address|customer|addr)\b.{0,60}(?:"
    + any_of(r"""
        \b(unknown|invalid)\b
        unavailable
        \bdeleted
        n[o'’]t exist
        non-?existent|inexistant
        is not in
        not (a )?valid
        n[o'’]t (be )?(found|known|recogni[sz]ed|listed)
        n[o'’]t (on (this|file|server)|our|local|have an?\b)
        no longer (on|in|exist|valid|available|use)
    """).pattern
    + ")"
)
"""What is said of the mailbox, whatever it is called."""

NO_ANSWER = any_of(r"""
    (host|domain) ?name lookup (failure|timed out|failed temporarily)
    host not found, try again|temporary (dns|lookup|name service|resolution)|dns (time-?out|soft error)
""")
"""The name could not be looked up for now; it may well exist."""

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
    (host|domain|server) does not accept (e-?)?mail|does not accept mail \(nullmx\)
    [a-z0-9-]+\.[a-z]{2,12} does not exist
    (remote |the )?(domain|host) does ?n[o'’]t exist|as the remote domain does
    no dns (information|entry|record)|dns (hard )?error|dns .{0,30}(nxdomain|non-?existent|no such|not found)
    bad destination (host|system)|host name (lookup|is not|not)|(host|domain|node) name not found
    unrouteable (mail )?domain|no route to (the )?(domain|host) ?name
    domain (name )?(is )?(invalid|expired|unknown)
    domain.{0,60}(konnte nicht gefunden|nicht gefunden|existiert nicht|introuvable|n.existe pas|no existe)
    domain.{0,60}(inesistente)
    (dominio|domínio|domein|domena|домен\w*).{0,60}(no existe|n[aã]o existe|non esiste|bestaat niet)
    (dominio|domínio|domein|domena|домен\w*).{0,60}(nie istnieje|не (найден|существует))
    (ドメイン|域名|网域).{0,20}(見つかり|存在し|不存在|找不到|错误|無效|无效)|알 수 없는 (도메인|호스트)
""")

MOVED = any_of(r"""
    \b(has|have) (been )?moved\b
    no longer (works?|employed)
    has left the
    is no longer on server
    forwarding (address|order) (has )?expired
    (address|e-?mail|account) (has )?(been )?changed( to)?
    please (try|forward|use) (the )?(new|another) address|user not local; please try
    new (e-?mail )?address (is|for)
    recipient has moved|mailbox (has )?moved
    (unternehmen|firma) verlassen|nicht mehr (im|in unserem) (unternehmen|haus)|a quitté
""")

POLICY = any_of(r"""
    polic(y|ies)|administrative prohibition
    \bspf\b|dkim|dmarc|\bptr\b|reverse dns|rdns
    unauthenticated|authentication
    not (allowed|permitted|authori[sz]ed|accept(ed|ing))
    prohibited|restricted|access denied|denied
    relay(ing)? (access )?(denied|not|prohibited)
    only members|members? only|not (a )?member|moderat
    sender not (in|on) (the )?(allow|white|safe)|not (in|on) (the )?(white|allow|guest) ?list
    resolver\.rst\.(notauth|restricted)|delivery restriction|do ?n[o'’]t have permission
    you.{0,20}not permitted
    berechtig|nicht (erlaubt|zulässig|zugelassen)|non autoris|no (está )?(autorizad|permitid)|non autorizzat
    n[aã]o (autorizad|permitid|tem permiss)|niet (toegestaan|gemachtigd)|nie (ma uprawn|zezwol)|запрещен
    отказано
    権限|許可されてい|拒否|拒收|拒绝|拒絕|没有权限|沒有權限|권한|거부
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
    insufficient system|system resources|server (is )?busy|busy|over(load| ?rate)
    not (currently )?accepting|unavailable|no (mail )?server .{0,40}(respond|answer|reach)
    (could not|unable to|failed to|cannot) (contact|reach|open|establish|complete)
    did not respond|tls .{0,40}(fail|error|required)|starttls
    retry timeout exceeded|(maximum|max\.?) (retr|attempt|time|age|hop)|given up|giving up|20 attempts
    queue (time|lifetime)
    zeitüberschreitung|не отвечает|タイムアウト|超时|逾時
    (délai|tiempo|tempo).{0,30}(dépassé|agotado|esgotado|scaduto)
""")

TROUBLE = any_of(r"""
    internal (system |server )?error
    local (error|configuration)|configuration error
    too many hops|mail ?loop|loop(ing|s back)
    malformed or unexpected
    protocol (error|violation)
    cannot append|internal error|system (error|failure)|software error|unexpected error
    (i/o|disk|file) error|read-only file|cannot (open|create|lock)|unable to (open|write|lock)
    routing loop|loop detected|mail forwarding loop|too many received|hop count
    command (not recognized|unrecognized)|syntax error|bad sequence|unrecognized command
""")
