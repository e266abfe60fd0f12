"""The words by which mail programs announce a quote or a signature, in the languages they speak.

Facts about programs, not about people: Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, phones. Each pattern
is tried on one line in lower case, or on at most three joined ones, of at most 300 characters.
"""
# ruff: noqa: RUF001 - the words of other alphabets have letters that look like ours

import re

from mailer.replies.phrases import any_of

WROTE = any_of(r"""
    \b(wrote|writes|schrieb|schreibt|geschrieben|a écrit|écrivait|escribió|ha escrito|escreveu|ha scritto)\b
    \b(scritto|schreef|geschreven|napisała?|pisze|skrev|kirjoitti|napsala?|napísala?|írta|a scris|yazdı)\b
    \b(пишет|написала?|писал|написав|пише|έγραψε|skrifaði|menulis|đã viết|va escriure|rašė|kirjutas)\b
    (wrote|写道|寫道|のメール|作成|작성|书写|כתב|كتب)\s*[:\uff1a]?\s*$
""")
"""Said of the person whose words follow."""

WROTE_AT_END = (
    *("wrote", "schrieb", "a écrit", "escribió", "escreveu", "ha scritto", "schreef", "napisał", "napisała"),
    *("skrev", "kirjoitti", "napsal", "napsala", "írta", "yazdı", "написал", "написала", "написав", "έγραψε"),
    *("写道", "寫道", ":", "\uff1a", ":*", ">", "---"),
)
"""How an announcement ends; tried on every line, so without a pattern."""

OPENING = any_of(r"""
    [\[(*_]{0,2}(on|am|le|el|em|il|op|w dniu|dnia|den|dne|dňa|v|pe|ma|ti|ke|to|la|su|a|în|at|om)\s
    (vào|pada|στις)\s
    [\[(*_]{0,2}(in|from|von|de|tirsdag|mandag|onsdag|torsdag|fredag|lørdag|søndag)\s
    \d{1,4}[./-]\d
    \w{2,12}[.,]{0,2} \d{1,2}
    \d{1,2}[.,]? \w
    [一-龥\d]{1,4}年
""")
"""How the line before a quote begins in one language or other, when it is not the name."""

_NAMES = {
    "from": """from|von|de|da|van|od|från|fra|lähettäjä|от|від|kimden|gönderen|feladó|expéditeur|remitente
        |mittente|afzender|avsändare|afsender|avsender|odesílatel|отправитель|de la|από
        |差出人|发件人|寄件者|寄件人|보낸 사람""",
    "date": """sent|date|gesendet|datum|envoyé|envoyé le|message du|enviado|enviado el|enviado em|fecha|data
        |inviato|verzonden|wysłano|skickat|sendt|dato|lähetetty|päivämäärä|odesláno|отправлено|дата|надіслано
        |gönderilme tarihi|gönderildi|tarih|elküldve|dátum|trimis|ημερομηνία
        |送信日時|送信|日時|日付|发送时间|日期|보낸 날짜|날짜""",
    "to": """to|an|à|para|a|aan|do|komu|till|til|vastaanottaja|кому|kime|alıcı|címzett|către|προς|reply-to
        |antwort an|répondre à|cc|copie à|kopie|copie|kopia|kopi|copia|копия|копія|bilgi
        |宛先|收件人|받는 사람|抄送|참조""",
    "subject": """subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|temat|ämne|emne|aihe|předmět
        |тема|konu|tárgy|subiect|θέμα|predmet|件名|主题|主旨|제목""",
}
HEADER_NAMES = {word.strip(): name for name, words in _NAMES.items() for word in words.split("|")}
"""The lines that Outlook and others put before what they quote without marking it: word to meaning."""

_DIVIDERS = """original message|original e-?mail|original appointment|forwarded message|forwarded by
    |reply message|ursprüngliche nachricht|original-?nachricht|weitergeleitete nachricht|message d'origine
    |message original|message initial|message transféré|message transmis|mensaje original|mensaje reenviado
    |mensagem original|mensagem encaminhada|messaggio originale|messaggio inoltrato
    |oorspronkelijk(?:e)? bericht|doorgestuurd bericht|wiadomość oryginalna|oryginalna wiadomość
    |wiadomość przekazana|ursprungligt meddelande|originalmeddelande|vidarebefordrat (?:brev|meddelande)
    |oprindelig (?:meddelelse|besked)|opprinnelig melding|videresendt (?:melding|meddelelse)
    |alkuperäinen viesti|välitetty viesti|původní (?:zpráva|e-mail)|přeposlaná zpráva|исходное сообщение
    |пересылаемое сообщение|пересланное сообщение|оригінальне повідомлення|özgün ileti|orijinal mesaj
    |iletilen ileti|eredeti üzenet|mesaj original|αρχικό μήνυμα
    |元のメッセージ|原始邮件|原始郵件|转发邮件|전달된 메시지|원본 메시지"""
DIVIDER = re.compile(
    rf"[-_=*]{{2,60}}\s?(?:{'|'.join(each.strip() for each in _DIVIDERS.split('|'))})\b.{{0,80}}$"
)
FORWARD = any_of(r"""
    (begin|début du|inizio|inicio del|início da) (forwarded )?(message|messaggio|mensaje|mensagem)\b.{0,40}:$
    anfang der weitergeleiteten .{0,40}:$
    (begin doorgestuurd bericht|vidarebefordrat brev|videresendt (besked|melding))\b.{0,20}:$
    начало переадресованного .{0,40}:$
""")
LIST_FOOTER = any_of(r"""
    (you('re| are)? receiv(ed|ing) this (message|email|mail) because you('re| are))
    to unsubscribe from this group
    sie erhalten diese (nachricht|e-?mail), weil
    vous recevez ce message,? car
""")
"""Lines that a mailing list appends; they speak of unsubscribing, and nobody wrote them."""
LIST_NAME = re.compile(r"mailing[- ]?list|mailman|/listinfo|groups\.google\.|-liste?\b|lists?\.")
RULE = re.compile(r"(_{2,}|-{10,}|={4,})$")
"""A drawn line; only what stands after it tells whether it divides letter and quote."""

SENT_FROM = any_of(r"""
    [\[(*_<]{0,2}sent (from|via|with|by) (my |the )?\S
    get outlook for
    von meinem .{2,40} gesendet
    gesendet (von|mit|über|aus)
    diese nachricht wurde von meinem
    holen sie sich outlook
    envoyé (de|depuis|à partir d)
    (télécharger|obtenir) outlook
    provenance :
    enviado (desde|de|do|via|a partir)
    (obtener|obter o|scarica|ottieni) outlook
    inviato (da|dal|con)
    (verstuurd|verzonden) (vanaf|met|vanuit)
    outlook voor
    wysłan[eo] z
    pobierz (aplikację )?outlook
    skickat från
    (hämta|hent|hanki|získat|получить) outlook
    sendt fra
    lähetetty \w+
    odesláno z
    отправлено (с|из)
    надіслано з
    \S+ gönderildi$
    .{2,20}から送信
    发自我的
    從我的 .{2,20} 傳送
    (내|나의) .{2,20}에서 보냄
""")
SIGN_OFF = any_of(r"""
    ((with |my )?(best|kind|warm|kindest|warmest|many) (regards|wishes|greetings))\W{0,4}$
    (best )?regards\W{0,4}$
    (sincerely( yours)?|yours (sincerely|faithfully|truly)|cheers|all the best)\W{0,4}$
    mit (freundlichen|besten|herzlichen|lieben) grüßen\W{0,4}$
    (viele|liebe|beste|herzliche|schöne|freundliche) grü(ß|ss)e.{0,15}$
    (mfg|lg|vg|mvh)\W{0,4}$
    ((bien )?cordialement|bien à vous|amicalement)\W{0,4}$
    (un )?(cordial(es)?|atent[oa]s?) salud[oa]s?\W{0,4}$
    (saludos( cordiales)?|un saludo|atentamente)\W{0,4}$
    (atenciosamente|cumprimentos|abraços)\W{0,4}$
    (cordiali saluti|distinti saluti|un saluto)\W{0,4}$
    (met vriendelijke groet(en)?|groet(en|jes)?)\W{0,4}$
    pozdrawiam( serdecznie)?\W{0,4}$
    (med )?vänliga hälsningar\W{0,4}$
    (med )?ven(n)?lig hilsen\W{0,4}$
    (ystävällisin )?terveisin\W{0,4}$
    s pozdravem\W{0,4}$
    (с уважением|з повагою|saygılarımla)\W{0,4}$
    よろしくお願い(いた)?します\W{0,4}$
""")
