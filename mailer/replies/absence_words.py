"""What out-of-office notes and automatic receipts say, in the languages that our groups' mail programs speak.

Exchange translates its prefix into every language; the rest is what people habitually put into the box.
"""
# ruff: noqa: RUF001 - the words of other alphabets have letters that look like ours

from mailer.replies.phrases import any_of

_ABSENCE = {
    "en": r"""
        out of (the |my )?office
        \booo\b
        on (annual |maternity |paternity |parental |medical |sick )?(leave|vacation|holidays?|sabbatical)
        (\bam|\bbe|\bis|i'm|i’m) (currently )?(away|travell?ing|on the road|off|unavailable|offline)\b
        \bout (until|till|through)\b
        \b(away|offline|unavailable) (until|till|from|through|on)\b
        \b(vacation|pto)\b
        out of town
        away from (the|my) (office|desk|computer|mail|e-?mail)
        not (be )?(in|at) (the|my) office
        limited (access|ability)
        (no|little|limited|intermittent) access to (my )?e-?mail
        \b(be back|back (in the office|at work|on|from))\b
        \breturn(ing)? (to (the|my|our) office|to work|on|in|from)\b
        (until|upon|after) my return
        no longer (works?|working|with|employed) (at|for|here)
    """,
    "de": r"""
        nicht (im|in meinem) (büro|haus|dienst|amt)
        au(ß|ss)er haus
        abwesen(d|heit)
        im urlaub
        in (elternzeit|mutterschutz)
        auf dienstreise
        (derzeit|momentan|zurzeit|zur zeit|aktuell|bis .{1,30}) nicht (erreichbar|am arbeitsplatz)
        wieder (erreichbar|im büro|für sie da|zurück|da\b)
        nicht mehr (für|bei) .{1,40}tätig
    """,
    "fr": r"""
        absente?s?\b.{0,40}(du bureau|jusqu|du |le |pour|actuellement)
        suis (actuellement )?(absente?|en (congés?|vacances|déplacement|formation))
        actuellement absente?
        en (congés?|vacances)\b
        hors du bureau
        de retour (le|au|à partir)
        mon retour
        (pendant mon absence|absence du bureau)
    """,
    "es": r"""
        fuera de (la |mi )?oficina
        de vacaciones
        estoy ausente
        estaré (ausente|fuera|de vacaciones)
        me encuentro (fuera|ausente|de)
        a mi (regreso|vuelta)
        ausente (de|hasta|del)
        (estoy de baja|baja (médica|laboral|por))
        permiso de (maternidad|paternidad)
        regres(o|aré|are) (el|a)
        vuelvo el|volveré
    """,
    "it": r"""
        fuori (ufficio|sede)
        in (ferie|congedo)\b
        (sono|sarò) assente
        assente (dall|fino|per|dal)
        al mio rientro
        rientr(o|erò) (il|in|a)
        assenza dall
    """,
    "nl": r"""
        niet (op|in) (het )?kantoor
        afwezig
        met (vakantie|verlof)
        op vakantie
        niet bereikbaar
        weer (bereikbaar|aanwezig|op kantoor)
        terug op (maan|dins|woens|donder|vrij|\d)
        zwangerschapsverlof
    """,
    "pt": r"""
        fora do (escritório|trabalho)
        \bausente
        (de|em) férias
        de licença
        regresso (no|a|em)
        retorn(o|arei) (no|a|em|dia)
        meu (regresso|retorno)
        estarei (de volta|fora)
    """,
    "pl": r"""
        poza biurem
        nieobecn
        \burlop(ie|u)?\b
        wracam|wrócę
        ograniczony dostęp
        powrocie
        zwolnieni[ue] lekarski
    """,
    "sv": r"""
        inte på (kontoret|plats)
        frånvar
        på semester
        semester (till|fram|från)
        är ledig|föräldraledig|tjänstledig
        (tillbaka|åter) (på|den|i)
    """,
    "da": r"""
        ikke på (kontoret|arbejde)
        fravær
        (på|holder) ferie
        ferie (til|fra)
        \ber tilbage
        tilbage (på|den|igen)
        barsel
        ikke til stede
    """,
    "nb": r"""
        (har|tar) ferie
        permisjon
        \ber tilbake
        tilbake (på|den|igjen)
        bortreist
    """,
    "fi": r"""
        poissa|lomalla|vuosiloma
        en ole (paikalla|toimistolla|töissä)
        palaan
        tavoitettavissa
        vanhempainvapaa|virkamatkalla
    """,
    "cs": r"""
        mimo kancelář|nepřítom
        na dovolené|dovolenou
        nebudu (v |k )
        zpět (v|od)
        vrátím se
        mateřské
        nejsem v kanceláři
    """,
    "ru": r"""
        в отпуске|вне офиса|отсутств|не в офисе
        нет на рабочем месте
        в командировке
        вернусь|возвращаюсь
        на больничном
    """,
    "uk": r"""
        [ув] відпустці|поза офісом|відсутн|не в офісі
        у відрядженні
        повернуся|повертаюся
    """,
    "tr": r"""
        ofis(im)? dışında
        ofiste (değilim|olmayacağım|bulunm)
        izinde|izinli|tatilde|seyahatte
        yıllık iz[ni]
        (ofise|işe|izinden|tatilden) dön
    """,
    "ja": r"""
        不在|休暇|休業
        外出(して|中)
        休み(を|の|で|です|中)
        出張(中|で|の)
    """,
    "zh": r"""
        不在(办公室|辦公室)
        外出|休假|度假|出差|假期|放假|請假|请假|年假|产假
    """,
    "ko": r"""
        부재|휴가|외근|출장|휴직
        자리를 비
    """,
}
ABSENCE = tuple((language, any_of(words)) for language, words in _ABSENCE.items())
"""Each with the language in which the dates of such a note are to be read."""

SUBJECT_AUTOMATIC = any_of(r"""
    \[?auto(matic|mated)?[- ]?(reply|response|answer)
    auto:
    autosvar|autosvar:
    out of (the )?office (auto-?reply|notification|response)
    automatische (antwort|rückantwort)
    réponse automatique
    respuesta autom[áa]tica
    risposta automatica
    automatisch antwoord
    resposta automática
    (automatyczna odpowiedź|odpowiedź automatyczna|autoodpowiedź)
    automatiskt? svar
    automaattinen vastaus
    automatická odpověď
    (автоматический ответ|автоответ|автоматична відповідь)
    otomatik (yanıt|cevap)
    自動(応答|返信|回覆|回复|答复)
    自动(答复|回复)
    자동 ?(회신|응답|답장)
    automatikus válasz
    răspuns automat
    αυτόματη απάντηση
    vacation (reply|response|message)
""")
"""Beginnings of subjects that only machines write."""

SUBJECT_ABSENCE = any_of(r"""
    ^\[?out[- ]of[- ](the[- ])?office(?! hours)\b.{0,20}[:\]]
    ^out of (the )?office$
    ^ooo:
    ^away (from|until)
    ^on (vacation|leave|holiday)\b
    ^abwesen(d|heit)
    ^nicht im (büro|haus)
    ^absence( du bureau|:)
    ^absente? du bureau
    ^hors du bureau
    ^message d'absence
    ^fuera de (la )?oficina
    ^ausencia
    ^fuori (ufficio|sede)
    ^assenza
    ^(afwezig|niet aanwezig)
    ^fora do escritório
    ^ausência
    ^(poza biurem|nieobecność)
    ^(frånvaro|ej på kontoret)
    ^(fravær|ikke på kontoret)
    ^(poissa|lomalla)
    ^(mimo kancelář|nepřítomnost)
    ^(вне офиса|отсутствие|нет на работе|поза офісом|відсутність)
    ^ofis dışında
    ^不在(の|通知|:|：)
    ^(外出|休假|부재)
    \b(is|am) (currently )?out of (the )?office\b
""")
"""Subjects under which hardly anything but an absence is written."""

RECEIPT = any_of(r"""
    (have|has|was|been|successfully|hereby) .{0,15}(received|logged|registered|submitted|created|acknowledge)
    acknowledg(e|ement|ment)\b
    auto(matic|mated|-)[- ]?(re(ply|sponse)|message|e-?mail|confirmation)
    thank(s| you) for (contacting|your (e-?mail|message|inquiry|enquiry|request|interest))
    thank(s| you) for (reaching out|writing|getting in touch)
    (ticket|case|request|reference) ?(number|id|no\.?|#|\[#)
    will (get back|respond|reply|be in touch|answer|contact you)
    do not reply
    await(s|ing) (moderator|moderation|approval)
    held for (approval|moderation)|being held until

    eingangsbestätigung|empfangsbestätigung
    (erhalten|eingegangen)\b
    automatisch (erstellt|generiert|erzeugt)
    so (bald|schnell)|schnellst

    accusé de réception|bien reçu
    dans les (meilleurs|plus brefs) délais
    ne pas répondre
    acuse de recibo|hemos recibido|ha sido recibid|no responda|lo antes posible
    conferma di (ricezione|ricevimento)|abbiamo ricevuto|il prima possibile|non rispondere
    ontvangstbevestiging|hebben .{0,40}ontvangen|zo snel mogelijk
    aviso de rece(bi|p)|recebemos|assim que possível|não responda
    potwierdz|otrzymaliśmy|jak najszybciej
    mottagit|så snart|modtaget|mottatt|vastaanot|mahdollisimman pian
    přijali|obdrželi|co nejdříve
    получ(ено|или)|в ближайшее время|отриман|найближчим часом
    alınmıştır|aldık|en kısa sürede
    受け付け|受付|受信|ありがとうございます|已收到|收到您|접수
""")
"""What receipts say."""

OUTRIGHT = any_of(r"""
    auto(matic|mated|-)[- ]?(re(ply|sponse)|message|e-?mail|confirmation|ally)
    (ticket|case|request|reference) ?(number|id|no\.?|#|\[#)
    do not reply
    await(s|ing) (moderator|moderation|approval)
    held for (approval|moderation)|being held until
    eingangsbestätigung|empfangsbestätigung|automatisch|accusé de réception|ne pas répondre
    acuse de recibo|no responda|conferma di (ricezione|ricevimento)|non rispondere
    ontvangstbevestiging|aviso de rece(bi|p)|não responda|自動
""")
"""What only a machine says of its own mail; thanks for writing are a person's, too."""

SUBJECT_RECEIPT = any_of(r"""
    acknowledg(e|ement|ment)\b
    \breceipt\b
    we (have )?received
    (has|have) been received|request received
    thank(s| you) for (contacting|your|reaching)
    \[?(ticket|case|request|issue) ?(#|id|no|\d)
    \[#\d+\]
    \[[a-z]{1,12}-\d{2,}\]
    awaits moderator approval
    eingangsbest|empfangsbest
    accusé de réception|acuse de recibo|conferma di|ontvangstbevestiging|confirma(ção|ción) de
    potwierdzenie|bekräftelse|kvittering|bekreftelse|vastaanot|potvrzení
    подтверждение|підтвердження|受付|受信|自動
""")
MACHINE_SENDER = any_of(r"""
    no[-_.]?reply
    do[-_.]?not[-_.]?reply
    dont[-_.]?reply
    auto(mated|mat|reply|responder|-?notif|-?mail)
    notification
    nobody@
    -(bounces|owner)@
    ^(support|helpdesk|help|service|ticket)s?@
""")
