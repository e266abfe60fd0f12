"""What automatic receipts say, in the languages that help desks speak."""
# ruff: noqa: RUF001, E501 - letters of other alphabets look like ours; a paragraph of the table is a language

import re

from mailer.replies.machines.phrases import Phrases, any_of

RECEIPT = Phrases(
    r"""
    (?:have|has|was|been|successfully|hereby|we['’]ve|we) .{0,15}(?:received|logged|registered|submitted|created|acknowledge|got|opened)|acknowledg(?:e|ement|ment)\b|delivered to our|has been (?:assigned|opened)
    thank(?:s| you) for (?:contacting|your (?:e-?mail|message|inquiry|enquiry|request|interest)|reaching out|writing|getting in touch)|(?:one of our|our (?:support|team|staff|volunteers)|a (?:support|member)|representative)
    (?:ticket|case|request|reference) ?(?:number|id|no\.?|#|\[#)|will (?:get back|respond|reply|be in touch|answer|contact you)|business days?|do not (?:reply|answer|respond)|shared inbox

    eingangsbestätigung|empfangsbestätigung|(?:erhalten|eingegangen)\b|automatisch (?:erstellt|generiert|erzeugt|versandt)|so (?:bald|schnell) wie|schnellst|bestätigen .{0,20}(?:eingang|erhalt)|in kürze|ticket .{0,12}(?:eröffnet|erstellt|angelegt)|mitarbeiter.{0,10} wird|antworten sie nicht|kontaktiert haben|um ihr anliegen
    accusé de réception|bien (?:reçu|parvenu)|dans les (?:meilleurs|plus brefs) délais|ne pas (?:y )?répondre|message automatique|ticket .{0,30}créé|(?:conseiller|équipe) .{0,16}(?:répondra|étudie|reviendra)|de nous avoir contactés|revenons vers vous|enregistrée?s? sous|sous \d+ heures
    acus\w+ (?:de )?recibo|hemos recibido|ha sido (?:recibid|registrad)|no responda|lo antes posible|mensaje automático|(?:creado|abierto) .{0,14}(?:ticket|caso)|agente|por contactar|a la brevedad|en breve
    conferm\w+ (?:la |di )?(?:ricezione|ricevimento)|abbiamo ricevuto|(?:il|quanto) prima|non rispondere|messaggio automatico|aperto il ticket|preso in carico|per averci (?:contattato|scritto)|operatore
    ontvangstbevestiging|(?:hebben|is|de) .{0,40}ontv(?:angen|angst)|zo (?:snel|spoedig) mogelijk|automatisch gegenereerd|ticket .{0,16}aangemaakt|(?:twee|\d) werkdagen|bedankt voor (?:uw|je) (?:bericht|aanvraag|mail)
    aviso de rece(?:bi|p)|receb(?:emos|ida)|assim que possível|não responda|mensagem automática|(?:aberto|criado) .{0,10}(?:chamado|ticket|pedido)|protocolo|registad[oa]|(?:mais breve|breve|brevemente)|confirmamos a rece|entrar em contat?cto|por entrar em contat
    potwierdz|otrzyma(?:liśmy|nie)|(?:jak )?najszybciej|zgłoszeni[ea]|wygenerowan\w+ automatycznie|dotarł|dziękujemy za kontakt|(?:czeka|jest) w kolejce
    mottagit|tagit emot|så snart|automatiskt meddelande|ärende|kommit fram|tack för att du kontaktar|arbetsdagar|bekräftar
    modtaget|modtagelsen|hurtigst muligt|automatisk (?:besked|svar|melding)|din sag|landet hos|fordi du kontakter|hverdage|bekræfter
    mottatt|så (?:raskt|snart) som|saken din|kommet frem|for at du kontakter|virkedager|bekrefter
    vastaanot|mahdollisimman pian|automaattinen viesti|tukipyyn|saapunut|yhteydenotosta|arkipäiv|käsitel
    přija(?:li|t)|obdrže|co nejdříve|automaticky (?:generovan|vygenerovan)|ti(?:c)?ket|zaevidov|kontaktovali|pracovních dn|potvrzujeme|přijetí|požadavek
    получ(?:ено|или|ение)|в ближайшее время|автоматическое|присвоен|заявк|за обращение|рабочих дн|передали|принят[аоы]?\b
    отрима(?:ли|но|ння)|найближчим часом|автоматичне|присвоєно|заявк|за звернення|робочих дн|передали|прийнят
    al(?:ın)?m(?:ış|ıştır)|aldık|en kısa sürede|otomatik (?:bir )?(?:mesaj|ileti|e-?posta)|kayd|bize ulaş|iletişime geçtiğiniz|iş günü|talebiniz|ulaştığını|incelen
    受け付け|受付|受信|承りました|ありがとうございます|自動(?:送信|的に|配信|返信)|折り返し|営業日|チケット
    已收到|收到您|自动发送|請勿|请勿(?:直接)?回复|工单|工作日内|成功送达|尽快(?:与您|回复|处理)|案號|已登記|感谢您的(?:来信|咨询)
    접수|발신 ?전용|티켓|영업일|잘 받았|자동으로|곧 연락|담당자가
""",
    inside=True,
)
"""What receipts say."""

OUTRIGHT = Phrases(
    r"""
    \b(?:an?|this|is|our|by) auto(?:matic|mated|-)[- ]?(?:re(?:ply|sponse)|message|e-?mail|confirmation)|automatically (?:generated|sent|created)
    (?:ticket|case|request|reference) ?(?:number|id|no\.?|#|\[#)|(?:request|ticket|case) .{0,24}(?:has been|was) (?:received|created|opened|assigned|logged)
    do not (?:reply|respond|answer)|no need to reply to this (?:message|e-?mail)|received your (?:request|enquiry|inquiry)
    eingangsbestätigung|empfangsbestätigung|automatisch (?:erstellt|generiert|erzeugt|versandt)|accusé de réception|ne pas (?:y )?répondre|message automatique
    acuse de recibo|no responda|mensaje automático|conferma di (?:ricezione|ricevimento)|non rispondere|messaggio automatico
    ontvangstbevestiging|automatisch gegenereerd|aviso de rece(?:bi|p)|não responda|mensagem automática|wygenerowan\w+ automatycznie|prosimy .{0,12}nie odpowiadać
    automatiskt meddelande|automatisk (?:besked|melding)|automaattinen viesti|automaticky (?:vy)?generovan|автоматическое сообщение|автоматичне повідомлення|otomatik (?:bir )?(?:mesaj|ileti)
    自動(?:送信|的に|配信|返信)|自动(?:发送|回复)|발신 ?전용|자동으로
""",
    inside=True,
)
"""What only a machine says of its own mail; thanks for writing are a person's, too."""

SUBJECT_RECEIPT = any_of(r"""
    acknowledg(?:e|ement|ment)\b|\breceipt\b|we (?:have )?received|(?:has|have) been received|request received|ticket received|autoreply
    thank(?:s| you) for (?:contacting|your|reaching)|\[?(?:ticket|case|request|issue) ?(?:#|id|no|\d)|\[#\d+\]|\[[a-z]{1,12}-\d{2,}\]|\[[\w.-]{1,40} #\d+\]
    eingangsbest|empfangsbest|accusé de réception|acuse de recibo|conferma di|ontvangstbevestiging|confirma(?:ção|ción) de
    potwierdzenie|bekräftelse|kvittering|bekreftelse|vastaanot|potvrzení|подтверждение|підтвердження|受付|受信|自動
""")

QUESTION = re.compile(r"[?\uff1f](?=\s|$|[\"'”»)])")
"""A question mark that ends a sentence, not one inside a link."""

CONVERSATION = any_of(r"""
    [?\uff1f](?=\s|$|["'”»)])
    \b(?:i|i['’](?:m|ve|d|ll)|my)\b
    \b(?:ich|mein\w*|je|mon|yo|mi|io|mij|ik|eu|meu|minha|jag|jeg|minä|já|мой|моя|мне|мені|ben)\b|\bj['’]
    (?<!\w)я(?!\w)
""")
"""What stands in one person's word to another, and hardly in a machine's receipt: a question, an "I"."""
