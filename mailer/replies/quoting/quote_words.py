"""The words by which mail programs announce a quote, in the languages they speak.

Facts about programs, not about people: Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, phones. Each pattern
is tried on one line in lower case, or on at most three joined ones, of at most 300 characters.
"""
# ruff: noqa: RUF001, E501 - other alphabets have letters that look like ours; a line of a table is one kind of phrase

import re

from mailer.replies.machines.phrases import any_of

WROTE = any_of(r"""
    \b(wrote|writes|schrieb|schreibt|geschrieben|a écrit|écrivait|escribió|ha escrito|escreveu|ha scritto)\b
    \b(scritto|schreef|geschreven|napisała?|pisze|skrev|kirjoitti|napsala?|napísala?|írta|a scris|yazdı)\b
    \b(пишет|написала?|писал|написав|пише|έγραψε|skrifaði|menulis|đã viết|va escriure|rašė|kirjutas)\b
    \b(ha escrit|escribiu|idatzi|napisao|napisala|pisao|је написао|је написала|напиша|напісаў|бичсэн)\b
    \b(rakstīja|parašė|shkroi|scríobh|ysgrifennodd|skribis|geskryf|жазды|yazıb|yozdi|je pisala?|je napisal)\b
    \b(sumulat|aliandika|píše|rašo)\b
    \b(missatge de|wiadomość napisana przez|написа|napisal|viết|წერდა)\b
    (wrote|写道|寫道|のメール|のメッセージ|さんは書きました|が書きました|作成|작성|书写|님이 작성|쓴 글|이\(가\) 쓴 글|כתב/ה|כתבה?|كتب|نوشت|لكتابة|ने लिखा|เขียนว่า|დაწერა|գրել է|লিখেছেন|எழுதியது)\W{0,4}$
""")
"""Said of the person whose words follow."""

WROTE_AT_END = (
    *("wrote", "schrieb", "a écrit", "escribió", "escreveu", "ha scritto", "schreef", "napisał", "napisała"),
    *("skrev", "kirjoitti", "napsal", "napsala", "írta", "yazdı", "написал", "написала", "написав", "έγραψε"),
    *("写道", "寫道", ":", "\uff1a", ":*", ":_", ">", "---"),
)
"""How an announcement ends; tried on every line, so without a pattern."""

OPENING = any_of(r"""
    [\[(*_"]{0,2}(on|am|le|el|em|il|op|w dniu|dnia|den|dne|dňa|v|pe|ma|ti|ke|to|la|su|a|în|at|om|u|dana|na|kl)\s
    (vào|pada|στις|på|em|o|em|a les|lugemisele|në|ar|i|ngày|ден|днес|în data|ved|il giorno|le jour)\s
    [\[(*_]{0,2}(in|from|von|de|tirsdag|mandag|onsdag|torsdag|fredag|lørdag|søndag)\s
    \d{1,4}[./-]\d
    [\w.]{2,14}[.,]{0,2} \d{1,2}
    \d{1,2}[.,]? \w
    [一-龥\d]{1,4}年
    (在|於|于|בתאריך|ב-|في|در|เมื่อ)
    (στις|на|от|у|в)\s
""")
"""How the line before a quote begins in one language or other, when it is not the name."""

_NAMES = {
    "from": """from|von|de|da|van|od|från|fra|frå|lähettäjä|от|від|kimden|gönderen|feladó|expéditeur|remitente
        |mittente|afzender|avsändare|afsender|avsender|odesílatel|odosielateľ|отправитель|відправник|de la|από
        |nuo|no|saatja|kellelt|pošiljatelj|šalje|pošiljalac|пошиљалац|од|подател|од|dari|từ|người gửi|מאת|מ|من|از|จาก|pengirim|d'|de part de
        |差出人|送信者|发件人|發件人|寄件者|寄件人|보낸 사람|보낸사람|발신|nga|frá""",
    "date": """sent|date|gesendet|datum|envoyé|envoyé le|message du|enviado|enviado el|enviado em|fecha|data
        |inviato|verzonden|wysłano|skickat|sendt|dato|lähetetty|päivämäärä|odesláno|отправлено|дата|надіслано
        |gönderilme tarihi|gönderildi|tarih|elküldve|dátum|küldve|trimis|ημερομηνία|εστάλη|στάλθηκε|odoslané
        |išsiųsta|nosūtīts|saadetud|kuupäev|poslano|послато|изпратено|dikirim|tanggal|đã gửi|ngày|enviat
        |נשלח|תאריך|תאריך שליחה|تاريخ الإرسال|أُرسلت|التاريخ|تاریخ|ส่ง|วันที่|sent at|sent on|date sent
        |送信日時|送信|日時|日付|发送时间|發送時間|發送日期|寄件日期|日期|时间|時間|보낸 날짜|보낸날짜|날짜|dërguar""",
    "to": """to|an|à|para|per|a|aan|do|komu|till|til|vastaanottaja|кому|kime|alıcı|címzett|către|προς|reply-to
        |antwort an|répondre à|cc|copie à|kopie|copie|kopia|kopi|copia|копия|копія|bilgi|destinataire|destinatario
        |za|pre|kam|kellele|kas|до|kepada|ke|đến|tới|người nhận|kính gửi|אל|לכבוד|עותק|إلى|نسخة|به|ถึง|สำเนา
        |kópia|másolat|κοιν.|κοινοποίηση|primatelj|prejemnik|примаоц|към|за|salin|tembusan
        |宛先|收件人|收件者|받는 사람|받는사람|수신|抄送|副本|참조|tek""",
    "subject": """subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|temat|ämne|emne|aihe|předmět
        |тема|konu|tárgy|subiect|θέμα|predmet|predmetas|tēma|teema|zadeva|наслов|относно|subjek|perihal|judul
        |chủ đề|tiêu đề|assumpte|נושא|הנדון|الموضوع|موضوع|เรื่อง|หัวเรื่อง|dalykas|tema|subjekt|efni|gaia
        |件名|主题|主題|主旨|제목|titel|lëndë""",
}
HEADER_NAMES = {word.strip(): name for name, words in _NAMES.items() for word in words.split("|")}
"""The lines that Outlook and others put before what they quote without marking it: word to meaning."""

_DIVIDERS = """original message|original e-?mail|original appointment|original|forwarded message|forwarded by
    |reply message|ursprüngliche nachricht|ursprüngliche mail|ursprüngliche e-mail|original-?nachricht
    |originalnachricht|weitergeleitete nachricht|message d['’]origine|courriel original|mail original|e-mail d'origine
    |message original|message initial|message transféré|message transmis|mensaje original|mensaje reenviado
    |correo original|mensagem original|mensagem encaminhada|messaggio originale|messaggio inoltrato
    |oorspronkelijk(?:e)? bericht|origineel bericht|doorgestuurd bericht|wiadomość oryginalna
    |oryginalna wiadomość|wiadomość przekazana|treść oryginalnej wiadomości|przekazana wiadomość
    |ursprungligt meddelande|originalmeddelande|vidarebefordrat (?:brev|meddelande)
    |oprindelig (?:meddelelse|besked)|opprinnelig melding|videresendt (?:melding|meddelelse|besked)
    |alkuperäinen viesti|välitetty viesti|původní (?:zpráva|e-mail)|přeposlaná zpráva|pôvodná správa
    |preposlaná správa|исходное сообщение|оригинальное сообщение|пересылаемое сообщение|пересланное сообщение
    |оригінальне повідомлення|вихідне повідомлення|переслане повідомлення|оригинално съобщение
    |препратено съобщение|изворна порука|özgün ileti|orijinal mesaj|orijinal ileti|iletilen ileti|iletilmiş mesaj
    |eredeti üzenet|továbbított üzenet|mesaj original|mesaj redirecționat|αρχικό μήνυμα|προωθημένο μήνυμα
    |izvirno sporočilo|izvorna poruka|originalna poruka|proslijeđena poruka|algne kiri|algsõnum|edastatud kiri
    |originalus laiškas|pradinis pranešimas|persiųstas laiškas|sākotnējais ziņojums|pārsūtīta vēstule
    |missatge original|missatge reenviat|jatorrizko mezua|mensaxe orixinal|pesan asli|pesan terusan|mesej asal
    |thư gốc|tin nhắn gốc|thư đã chuyển tiếp|הודעה מקורית|ההודעה המקורית|הודעה שהועברה|الرسالة الأصلية|رسالة معاد توجيهها
    |پیام اصلی|ข้อความต้นฉบับ|ข้อความที่ส่งต่อ|upprunaleg skilaboð|mesazhi origjinal
    |元のメッセージ|オリジナルメッセージ|転送メッセージ|原始邮件|原始郵件|原邮件|转发邮件|轉寄郵件|已转发邮件|已轉寄訊息|回复的原邮件|回复邮件
    |전달된 메시지|전달된 메일|원본 메시지|원본 메일|원본메일"""
DIVIDER = re.compile(
    r"[-_=*~\u2010-\u2015\u2500]{2,80}+\s{0,3}+"
    rf"(?:{'|'.join(each.strip() for each in _DIVIDERS.split('|'))})(?!\w).{{0,80}}$"
)
FORWARD = any_of(r"""
    (begin|début du|inizio|inicio del?|início da|inici del) (forwarded |reply )?(message|messaggio|mensaje|mensagem|missatge)\b.{0,40}$
    (début du message|anfang der weitergeleiteten|inizio messaggio|początek przekazywanej|začátek přeposílané).{0,40}$
    (begin doorgestuurd bericht|vidarebefordrat brev|videresendt (besked|melding)|välitetty viesti).{0,20}$
    (start på videresendt|zahájení přeposílané|továbbított levél kezdete|iletilmiş mesajın başlangıcı).{0,20}$
    (начало переадресованного|початок листа|αρχή προωθημένου|inceputul mesajului|začiatok preposlanej).{0,40}$
    (以下は、転送|転送メッセージ|下面是被转发的|开始转发|開始轉寄|다음은 전달|전달된 메시지).{0,20}$
""")
ABOVE_THIS_LINE = any_of(r"""
    (type|write|enter|post|add) (your )?(reply|response|answer|comment)s? (above|over) this line
    (please )?(reply|respond|answer)( only)? above this line
    (antwort|antworten sie|schreiben sie).{0,30}(über|oberhalb) dieser (linie|zeile)
    (répond(re|ez)|écri(re|vez)|saisi(r|ssez)).{0,40}au-dessus de cette ligne
    (respond[ae]|escriba|responda).{0,40}(encima|arriba|acima) de(sta| esta) (línea|linha)
    (rispond[ie]|scriv[ie]).{0,40}sopra questa (riga|linea)
    (reageer|antwoord|schrijf).{0,30}boven deze (regel|lijn)
    (пишите|ответ).{0,30}выше этой (линии|строки|черты)
""")
"""Help desks draw this line above the letter that they ask an answer to."""
IN_ABOVE = ("this line", "dieser ", "cette ligne", "línea", "linha", "questa ", "deze ", "этой ")
"""One of these stands in it; most mails have none of them."""
LIST_FOOTER = any_of(r"""
    \W{0,3}you('re| are)? receiv(ed|ing) (this|all) (message|email|mail|messages sent)\b.{0,10}( because you('re| are)|to this group)
    \W{0,3}you are receiving this (message|email|mail|because)
    to unsubscribe from this (group|list|topic)
    to (un)?subscribe( or unsubscribe)? (via the|from this|from the .{1,60} list|send an? (e-?mail|message) to)
    groups\.io links?:
    __\._,_\.___
    visit (topic|message)\b.{0,60}(or reply|to respond)
    sie (erhalten|haben) diese (nachricht|e-?mail)( erhalten)?, weil
    vous (recevez|avez reçu) ce (message|courriel|mail),? (car|parce que)
    (has recibido|recibiste|recibes) este (mensaje|correo) porque
    (você )?(está recebendo|recebeu) esta mensagem porque
    (hai ricevuto|ricevi) questo messaggio perché
    je (ontvangt|hebt) dit bericht( ontvangen)? omdat
    (otrzymujesz|otrzymałeś) tę wiadomość, ponieważ
    (du (får|fick|modtager|mottar)|dette) .{0,30}(meddelande|meddelelse|e-post).{0,10} (eftersom|fordi)
    вы получили это (сообщение|письмо), (поскольку|потому что|так как)
    (このメールは|このメッセージは).{0,60}(グループに登録|グループに参加)
    您收到此(邮件|訊息|郵件)是因为
""")
"""Lines that a mailing list appends; they speak of unsubscribing, and nobody wrote them."""
LIST_NAME = re.compile(
    r"mailing[- ]?list|mailman|/listinfo|/postorius|groups\.(google|io|yahoo)\b|-liste?\b|\blists?\.|listserv|sympa"
    r"|verteiler|liste de diffusion|lista de correo|mailinglist|メーリングリスト|邮件列表|рассылк"
)
TIMED = re.compile(r"\d[:.h]\d\d\W{0,3}([ap]\.?m\.?)?\W{0,3}$")
"""A time of day right before the colon."""
RULE = re.compile(r"([-_=*#~+\u2010-\u2015\u2500]\s?){2,200}$")
"""A drawn line; only what stands after it tells whether it divides letter and quote."""
