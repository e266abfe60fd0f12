"""The words by which mail programs announce a quote or a signature, in the languages they speak.

Facts about programs, not about people: Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, phones. Each pattern is
tried on one line, or on at most three joined ones, of at most 300 characters.
"""

import re

WROTE = re.compile(
    r"\b(wrote|writes|schrieb|schreibt|geschrieben|a écrit|écrivait|escribió|ha escrito|escreveu|ha scritto|scritto"
    r"|schreef|geschreven|napisała?|pisze|skrev|kirjoitti|napsala?|napísala?|írta|a scris|yazdı|пишет|написала?|писал"
    r"|написав|пише|έγραψε|skrifaði|menulis|đã viết|va escriure|rašė|rakstīja|kirjutas|je napisao)\b"
    r"|(wrote|写道|寫道|のメール|作成|작성|님이 작성|书写|כתב|كتب)\s*[:\uff1a]?\s*$",
    re.IGNORECASE,
)
"""Said of the person whose words follow."""

OPENING = re.compile(
    r"\s{0,3}[\[(*_]{0,2}(on|am|le|el|em|il|op|w dniu|dnia|den|dne|dňa|v|pe|ma|ti|ke|to|la|su|tirsdag|mandag"
    r"|onsdag|torsdag|fredag|lørdag|søndag|a|în|at|vào|pada|στις|om|in|from|von|de)\s"
    r"|\s{0,3}(\d{1,4}[./-]\d|\w{2,12}[.,]{0,2} \d{1,2}|\d{1,2}[.,]? \w|[一-龥\d]{1,4}年)",
    re.IGNORECASE,
)
"""How the line before a quote begins in one language or other, when it is not the name."""

_NAMES = {
    "from": "from|von|de|da|van|od|från|fra|lähettäjä|от|від|kimden|gönderen|差出人|发件人|寄件者|寄件人|보낸 사람"
    "|feladó|expéditeur|remitente|mittente|afzender|avsändare|afsender|avsender|odesílatel|отправитель|de la|από",
    "date": "sent|date|gesendet|datum|envoyé(?: le)?|enviado(?: el| em)?|fecha|data|inviato|verzonden|wysłano"
    "|skickat|sendt|dato|lähetetty|päivämäärä|odesláno|отправлено|дата|надіслано|gönderilme tarihi|gönderildi|tarih"
    "|送信日時|日時|message du|日付|发送时间|日期|보낸 날짜|날짜|elküldve|dátum|trimis|ημερομηνία|送信",
    "to": "to|an|à|para|a|aan|do|komu|till|til|vastaanottaja|кому|kime|alıcı|宛先|收件人|받는 사람|címzett|către|προς"
    "|reply-to|antwort an|répondre à|cc|copie à|kopie|copie|kopia|kopi|copia|копия|копія|bilgi|抄送|참조",
    "subject": "subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|temat|ämne|emne|aihe|předmět|тема|konu|件名"
    "|主题|主旨|제목|tárgy|subiect|θέμα|predmet",
}
HEADER_LINES = {
    name: re.compile(rf"[\s>|]{{0,6}}[*_]{{0,2}}(?:{words})[*_]{{0,2}} ?[:\uff1a][*_]{{0,2}}(?:\s|$|\S)", re.IGNORECASE)
    for name, words in _NAMES.items()
}
"""The lines that Outlook and others put before what they quote without marking it."""

_DIVIDERS = (
    "original message|original e-?mail|original appointment|ursprüngliche nachricht|original-?nachricht|weitergeleitete nachricht"
    "|message d'origine|message original|message initial|message transféré|message transmis|mensaje original"
    "|mensaje reenviado|mensagem original|mensagem encaminhada|messaggio originale|messaggio inoltrato"
    "|oorspronkelijk(?:e)? bericht|doorgestuurd bericht|wiadomość oryginalna|oryginalna wiadomość"
    "|wiadomość przekazana|ursprungligt meddelande|originalmeddelande|vidarebefordrat (?:brev|meddelande)"
    "|oprindelig (?:meddelelse|besked)|opprinnelig melding|videresendt (?:melding|meddelelse)|alkuperäinen viesti"
    "|välitetty viesti|původní (?:zpráva|e-mail)|přeposlaná zpráva|исходное сообщение|пересылаемое сообщение"
    "|пересланное сообщение|оригінальне повідомлення|özgün ileti|orijinal mesaj|iletilen ileti|元のメッセージ"
    "|原始邮件|原始郵件|转发邮件|전달된 메시지|원본 메시지|forwarded message|forwarded by|reply message"
    "|eredeti üzenet|mesaj original|αρχικό μήνυμα"
)
DIVIDER = re.compile(rf"\s{{0,3}}[-_=*]{{2,60}}\s?(?:{_DIVIDERS})\b.{{0,80}}$", re.IGNORECASE)
FORWARD = re.compile(
    r"\s{0,3}(begin forwarded message|anfang der weitergeleiteten|début du message (?:réexpédié|transféré)"
    r"|inicio del mensaje reenviado|início da mensagem (?:re)?encaminhada|inizio messaggio inoltrato"
    r"|begin doorgestuurd bericht|vidarebefordrat brev|videresendt (?:besked|melding)|начало переадресованного"
    r")\b.{0,40}:\s*$",
    re.IGNORECASE,
)
LIST_FOOTER = re.compile(
    r"(you('re| are)? receiv(ed|ing) this (message|email|mail) because you('re| are)|to unsubscribe from this group"
    r"|sie erhalten diese (nachricht|e-?mail), weil|vous recevez ce message,? car)",
    re.IGNORECASE,
)
"""Lines that a mailing list appends; they speak of unsubscribing, and nobody wrote them."""
LIST_NAME = re.compile(r"mailing[- ]?list|mailman|/listinfo|groups\.google\.|-liste?\b|lists?\.", re.IGNORECASE)
RULE = re.compile(r"\s{0,3}(_{2,}|-{10,}|={4,})\s*$")
"""A drawn line; only what stands after it tells whether it divides letter and quote."""

SENT_FROM = re.compile(
    r"\s{0,3}[\[(*_<]{0,2}(sent (?:from|via|with|by) (?:my |the )?\S|get outlook for|von meinem .{2,40} gesendet|gesendet (?:von|mit|über|aus)"
    r"|diese nachricht wurde von meinem|holen sie sich outlook|envoyé (?:de|depuis|à partir d)|télécharger outlook|obtenir outlook"
    r"|provenance :|enviado (?:desde|de|do|via|a partir)|obtener outlook|obter o outlook|inviato (?:da|dal|con)"
    r"|scarica outlook|ottieni outlook|verstuurd vanaf|verzonden (?:vanaf|met|vanuit)|outlook voor"
    r"|wysłan[eo] z|pobierz (?:aplikację )?outlook|skickat från|hämta outlook|sendt fra|hent outlook|lähetetty \w+"
    r"|hanki outlook|odesláno z|získat outlook|отправлено (?:с|из)|получить outlook|надіслано з|\S+ gönderildi$"
    r"|iphone'umdan gönderildi|.{2,20}から送信|发自我的|從我的 .{2,20} 傳送|내 .{2,20}에서 보냄|나의 .{2,20}에서 보냄)",
    re.IGNORECASE,
)
SIGN_OFF = re.compile(
    r"\s{0,3}(((?:with |my )?(?:best|kind|warm|kindest|warmest|many) (?:regards|wishes|greetings)|(?:best )?regards"
    r"|sincerely(?: yours)?|yours (?:sincerely|faithfully|truly)|cheers|all the best|mit (?:freundlichen|besten|herzlichen|lieben) grüßen"
    r"|(?:viele|liebe|beste|herzliche|schöne|freundliche) grü(?:ß|ss)e.{0,15}|mfg|lg|vg|(?:bien )?cordialement|bien à vous|amicalement"
    r"|(?:un )?(?:cordial(?:es)?|atent[oa]s?) salud[oa]s?|saludos(?: cordiales)?|un saludo|atentamente|atenciosamente"
    r"|cumprimentos|abraços|cordiali saluti|distinti saluti|un saluto|met vriendelijke groet(?:en)?|groet(?:en|jes)?"
    r"|pozdrawiam(?: serdecznie)?|med vänliga hälsningar|vänliga hälsningar|mvh|(?:med )?venlig hilsen|(?:med )?vennlig hilsen"
    r"|ystävällisin terveisin|terveisin|s pozdravem|с уважением|з повагою|saygılarımla|よろしくお願い(?:いた)?します))"
    r"\s{0,3}[,.!]{0,2}\s*$",
    re.IGNORECASE,
)
