"""How mail servers announce that a letter was not delivered, when they write for people."""
# ruff: noqa: RUF001 - the words of other alphabets have letters that look like ours

import re

from mailer.replies.machines.phrases import any_of

DAEMON = any_of(r"""
    mailer[-_. ]?daemon|mdaemon|maildaemon|mailerdaemon
    post[-_ ]?master
    mail[-_. ]deliver
    delivery[-_. ](sub)?system
    delivery (notification|status|agent)
    mail system
    (system|mail) administrator
    \bndr@|bounces?@
    returned mail
    antivirus.{0,20}gateway
    microsoft exchange
    courier mail server
    interscan|surfcontrol|mailmarshal|imss@|m-filter|content-filter at
    mail[-_ ]?gateway|mail ?router|mail transfer
    (spam|mail|bulk) ?firewall
    \bsmtp(32)?[ _](mail[ _])?(server|service|gateway)
    \bmta@|\bmail-?server@
    почтов\w* (систем|сервер|служб)
    系统退信|邮件系统|郵件系統|メール配信|メールサーバ
""")
"""Names under which mail servers write."""

SUBJECT = any_of(r"""
    undeliver|non-?deliver|not (been )?deliver
    un(able|successful).{0,20}deliver
    deliver\w* (status |notification|fail|problem|error|report|has failed|incomplete|issue|exception)
    delivery delayed|delayed \d+|delayed (mail|message|delivery)|(mail|message) delayed
    (mail|message|e-?mail).{0,20}(fail|delay|rejected|not be deliver|not be sent|not sent|could not|bounced)
    (mail|message|e-?mail).{0,20}(blocked)
    failed (mail|message|deliver)
    returned (mail|e-?mail|message|to sender)
    return(ed)? to sender
    failure (notice|delivery|notification|report)
    (bounce|bounced) (notification|message|mail|e-?mail)
    mail ?delivery
    mail (system|delivery|server)? ?(error|warning)
    processing error|nameserver error
    user unknown|unknown (user|address|recipient)
    mailbox (is )?(full|unavailable|over)
    (error|problem) (in )?(sending|delivering)
    error sending your
    permanent delivery|temporary delivery
    warning: .{0,40}(could not send|not sent|delay)
    can ?n[o'’]t (send|deliver)
    aws notification message|amazon ses e-?mail event

    unzustellbar|nicht zugestellt|nicht zustellbar|zustellung|zustellfehler
    fehler bei der (zustellung|übermittlung)
    échec|echec|non remis|non distribu|non recens|retour(né)? (à|de)|avis de non[- ]remise
    remise (impossible|retardée)
    non d[ée]livr
    devuelto|no (se ha podido|se pudo|entrega|se puede)|fallo de entrega|error de entrega|correo devuelto
    (mensaje|correo) (no|rechazado|retrasado)
    mancat[ao] (consegna|recapito)|recapito non riuscito|non recapitabil|impossibile recapitare
    errore di recapito
    não (foi )?(é possível )?entreg|falha (na|de) (entrega|envio)|mensagem devolvida|erro (de|na) entrega
    niet (be|af)ge?lever|onbestelbaar|bezorging mislukt|niet bezorgd
    nie dostarczono|niedostarcz|nie można dostarczyć|zwrot
    kunde inte leverer|kunne ikke lever|kan (inte|ikke) lever|ej levererat|olevererbar|går inte att leverera
    ikke leveret|ikke levert|leveringsfeil|leveringsfejl|leveransfel
    ei voi(da|tu)? toimittaa|toimitus (epäonnistui|ei onnistu)|perille toimittamat
    nedoručiteln|nedoručen|nelze doručit
    kézbesíthetetlen|sikertelen kézbesítés|nelivrabil|nelivrat
    не ?доставлен|недоставлен|не удалось доставить|не удается доставить|не вдалося доставити|ошибка доставки
    teslim ed(ilemedi|ilemiyor)|iletilemedi
    μη παραδοτέο|αδύνατη η παράδοση
    配信(不能|エラー|できません|に失敗)|配送(不能|エラー|できません)|送信(エラー|できません)|不達|返送
    退信|无法投递|無法投遞|投递失败|无法送达|無法傳遞|無法送達|未送达|未傳遞|传递失败|發送失敗|发送失败
    반송|배달(되지|할 수)|전송 실패|발송 실패
""")

OUTRIGHT = any_of(
    r"""
    following address\(es\) failed
    had (permanent|transient)( non-?fatal| fatal)? (delivery )?errors
    had delivery (problems|errors)
    transcript of (the )?session follows
    this is the (qmail|mail system at|mailer-daemon|dragonfly|haraka|mail delivery)
    message was created automatically by (the )?(mail|e-?mail|smtp)
    delivery has failed to these
    delivery to the following recipient
    did not reach the following recipient
    was not delivered to( the following)?:?
    (message|mail|e-?mail).{0,80}could ?n[o'’]t be (sent|delivered)( to)?.{0,60}[:@]
    (message|mail|e-?mail).{0,80}cannot be delivered to the following
    unable to deliver (your |the |this )?(message|mail|e-?mail) to
    (following|these) recipients? (were affected|could not be reached|did not receive)
    undeliverable (message )?to\b
    (sorry|afraid).{0,60}(un)?able to deliver your message
    list of (affected )?recipients
    could not be delivered to:?
    please do not reply to this e-?mail.{0,300}an error has occurred while attempting to deliver
    there was an error delivering your mail
    was blocked by our (spam|bulk)
    rejected recipient
    failed (recipients?|addresses) ?[-:]
    smtp error code \d
    your message was not delivered
    final-recipient:
    non-?delivery (report|receipt|notification)
    the (following|e-?mail below) (mail |message )?could not be delivered
""",
    re.DOTALL,
)
"""What nobody writes but a mail server."""

IN_OUTRIGHT = (
    "deliver",
    "recipient",
    "(es) failed",
    "errors",
    "problems",
    "session follow",
    "this is the",
    "created automatically",
    "be sent",
    "blocked by",
    "failed addresses",
    "smtp error",
)
"""One of these stands in whatever is said outright; most mail has none of them, and costs no more."""

PHRASE = any_of(r"""
    (could|can|was|were|has|have|did|is) ?(not|n.t) ?(yet )?(be(en)? )?(deliver|received by)
    (could|can|was|were|has|have|did) ?(not|n.t) ?(be(en)? )?(successfully )?(deliver|transmit|relayed)
    cannot be (delivered|forwarded)
    n[o'’]t (be )?reach(ed)? the (following|recipient|intended)
    (could|can) ?n[o'’]t be sent
    (could|can) ?n[o'’]t deliver
    (unable|failed|error)s? (has )?(occurred )?(while )?(trying |attempting )?(to )?(send|deliver|transfer)
    (problem|trouble)s? (has )?(occurred )?(while )?(trying |attempting )?(to )?(send|deliver|transfer)
    deliver\w* (to .{0,80})?(has |have )?(been )?(fail|delay|unsuccessful)
    un-?deliverable
    permanent(ly)? (delivery )?(fatal )?(error|fail)
    returned (to you )?without
    failed (recipient|address|permanent)
    message (has been )?(bounced|returned|rejected|refused|blocked)
    (following|these|this) (address|recipient|user)\w*(\(e?s\))? (failed|had|have|were|was)
    no such (user|recipient|mailbox|account)|user unknown|unknown (user|recipient)|unable to find user
    (user|recipient|mailbox|account|address) (is )?(not found|does not exist|doesn.t exist|is full)
    (user|recipient|mailbox|account|address) (is )?(is disabled|disabled|over quota)
    (invalid|rejected|unknown|bad) (user|recipient|mailbox|address)
    mailbox (is )?full|over quota|quota exceeded
    transcript of session follows
    this is the mail system|created automatically by mail delivery|mail delivery (agent|system|subsystem)
    did not (like|accept) our
    host .{1,80} said:
    smtp error
    final-recipient:
    your (message|mail|e-?mail) was (automatically )?(rejected|refused|blocked|returned|not delivered)
    no valid recipients
    [45]\d\d[ -]\#?[45]\.\d{1,2}\.\d

    konnte nicht (zugestellt|übermittelt|gesendet)|nicht zustell
    zustellung.{0,60}(fehlgeschlagen|nicht möglich)
    fehler bei der (nachrichten)?zustellung|empfänger.{0,40}nicht erreicht
    n.a (pas )?pu (être|etre)|non (remis|distribué|délivré)|n.a pas [ée]t[ée] (remis|distribué|délivré)
    échec de la remise
    impossible de (remettre|distribuer|livrer)
    no (se )?(ha |pudo |puede |fue |ha sido )(podido )?(ser )?entreg|error de entrega|no (llegó|pudo llegar) a
    no se (ha podido|pudo) (entregar|enviar)
    impossibile (recapitare|consegnare|inviare)|non (è stato|può essere) (recapitato|consegnato)
    recapito.{0,40}non riuscit
    não (pôde|foi|pode|podemos)( ser)?( possível)? ?entreg|falha na entrega|não foi possível (entregar|enviar)
    kon niet (worden )?(be|af)|kan niet worden (be|af)|bezorging.{0,60}mislukt
    niet (worden )?(bezorgd|afgeleverd)
    nie (może|mogła|można|została?|udało się) (zostać )?(być )?dostarcz|dostarczenie.{0,80}nie powiodło
    kunde inte (levereras|skickas)|kunne ikke (leveres|sendes)|kan (inte|ikke) (levereras|leveres)
    leveransen.{0,60}misslyckades|lever(ing|ans)\w* .{0,60}mis?slykk?ed
    toimittaminen.{0,60}epäonnistui|ei voi(da|tu) toimittaa
    (nelze|nebylo možné) doručit|doručení.{0,60}nezdařilo|nebyla doručena
    nem (lehetett|sikerült) kézbesíteni|nu a putut fi livrat
    не (может|могло|могут|можливо)( быть| бути)? достав|не (была?|было|удалось|вдалося) достав|сбой доставки
    teslim edilemedi|iletilemedi
    δεν (ήταν δυνατή|παραδόθηκε)
    配信(できません|でき(なかった|ません)|に失敗)|配送(できません|に失敗)|送信(できません|に失敗|できなかった)
    お届けできません|届(きません|けることができません)
    投递失败|无法(送达|投递|发送|传递|将)|無法(送達|投遞|傳遞|寄送)|未能(送达|投递|将)|被退回|退回|不存在
    (전달|배달|전송|발송)(하지 못|되지 않|할 수 없|에 실패|되지 못)|보내지 못
""")

LIST_REFUSAL = any_of(r"""
    (are|is) not (a )?member|not allowed to post|permission denied|rejected|loop alert|duplicated message-id
    members? only|unauthorized|メンバーではありません
""")
"""Why the program of a mailing list returns a letter."""

DELAYED = any_of(r"""
    not yet been (delivered|sent)
    delivery .{0,80}delayed
    \bdelayed\b.{0,40}(hours|days|by)
    (message|mail) (is|has been|was) delayed
    still (being )?(trying|retried)
    will (continue|keep|be retried|try again|attempt to deliver|be attempted)
    warning (message )?only
    do not need to resend
    temporarily (delayed|unable)
    delayed (mail|message|delivery)|delivery delayed|delivery status notification \(delay\)
    warning: .{0,40}(could not send|not yet|delay)
    temporary delivery failure
    delays in delivering
    verzögert|retard[ée]|retrasad|ritardo|vertraagd|opóźni|försenad|forsinke|viivästy|zpožd|задерж|gecik
    遅延|延迟|延遲|지연
""")

ARRIVED = any_of(r"""
    (was|were|been) (success?fully )?(delivered|relayed) (success?fully )?to
    success?fully (delivered|relayed|sent)
    wurde (erfolgreich )?(zugestellt|übermittelt)
    a été (remis|transmis|délivré)
    ha sido entregado|è stato recapitato|foi entregue
""")

SUBJECT_ARRIVED = any_of(r"""
    ^(delivered|relayed|expanded|zugestellt|übermittelt|remis|relayé|entregado|recapitato|entregue) ?:
    success?ful mail delivery|delivery status notification ?[\(:]? ?(success|relay|expanded)
    delivery (confirmation|receipt)|message delivered|mail delivered
""")

ORIGINAL = any_of(
    r"""
    ^[ \t>|=*_-]{0,80}below (this|the next) line is a copy
    ^[ \t>|=*_-]{0,80}(below is |this is |included is |here is )?(a |the )?copy of (the|your)
    ^[ \t>|=*_-]{0,80}(the following is )?(a |the )?copy of (the|your)
    ^[ \t>|=*_-]{0,80}(the )?original (e-?mail )?(message|mail)( (headers?|text|below|follow\w*|is follow\w*))
    ^[ \t>|=*_-]{0,80}(the )?original (e-?mail )?(message|mail)([ \t]{0,9}([-:=*|]|$))
    ^[ \t>|=*_-]{0,80}(the )?headers? of (the|your) (original|message|mail)
    ^[ \t>|=*_-]{0,80}(the )?(original )?message ?(text|headers?|body)? follow
    ^[ \t>|=*_-]{0,80}(unsent message|message header|old message:|start of returned|original-?nachricht)
    ^[ \t>|=*_-]{0,80}(returned|undelivered|rejected) (mail|message)( follows|\s{0,3}-|:?$)
    ^[ \t>|=*_-]{0,80}(message contents?|end of (message|session))
    ^[ \t>|=*_-]{0,80}(mensaje original|mensagem original|message d.origine|messaggio originale)
    ^[ \t>|=*_-]{0,80}(původní zpráva)
    ^[ \t>|=*_-]{0,80}(исходное сообщение|оригинал|元のメッセージ|原始邮件|원본 메일)
    ^(received|return-path|dkim-signature|message-id|x-ymail-osg|mime-version) ?:
    """,
    re.MULTILINE,
)
"""Where the letter that comes back begins."""

NOT_FAILED = any_of(r"""
    postmaster|mailer-daemon|abuse@|support@|helpdesk|noreply|no-reply
""")
"""Addresses that a notice names without meaning that they failed."""

NAMES_FAILED = any_of(r"""
    (recipients?|address(es|ee)?|user|mailbox|account|rcpt to|deliver(ed|y)? to)\b.{0,12}[:<\s(\[]$
    (addressed to|failed)\b.{0,12}[:<\s(\[]$
    \b(deliver\w*|message|mail|sent|forwarded|reach) to .{0,20}$
    (unknown|invalid|bad|no such) (user|recipient|address|mailbox|local-part).{0,12}$
    (expanded|generated) from:? {0,3}<?$
    (quota|violation|mailbox|account) (of|for) <?$
    (empfänger|destinataires?|destinatari[oa]s?|ontvangers?|odbiorc\w+|mottagare|modtager\w*)\b.{0,12}$
    (vastaanottaja\w*)\b.{0,12}$
    (получател\w+|адресат\w*|příjemc\w+|alıcı\w*|受信者|宛先|收件人|받는 사람)\w{0,9}.{0,12}$
""")
"""What stands right in front of an address that failed."""

ABOUT_OTHERS = any_of(r"""
    \b(from|contact|assistance|administrator|help|sender|return-path|visit|generated by|reporting-mta)\b
    \b(postmaster)\b
""")
"""What stands in front of an address of somebody else."""
