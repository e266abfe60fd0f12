"""What out-of-office notes say, in the languages that our groups' mail programs speak.

Exchange translates its prefix into every language; the rest is what people habitually put into the box.
"""
# ruff: noqa: RUF001, E501 - letters of other alphabets look like ours; a paragraph of the table is a language

from mailer.replies.machines.phrases import Phrases, any_of

ABSENCE = Phrases(
    r"""
    out of (?:the |my )?office
    \b(?:ooo|pto|vacation|sabbatical|honeymoon)\b
    on (?:an? )?(?:\w{4,12} )?(?:leave|holidays?|business trip|break)\b|(?:parental|annual|maternity|sick) leave
    (?:\bam|\bbe|\bis|i['’]m|are) (?:currently |now |mostly )?(?:away|travell?ing|on the road|off\b|unavailable|offline|abroad)
    \b(?:out|away|offline|unavailable|closed|gone|off) (?:until|till|through|from|between|for)\b
    out of town|time off|days? off|gone fishing|at a conference|slow to (?:respond|reply|answer)
    away from (?:the|my) (?:office|desk|computer|mail|e-?mail|inbox)
    not (?:be )?(?:in|at) (?:the|my) (?:office|desk)|not (?:be )?in today|in (?:my|his|her) absence
    (?:won['’]t|will not|not) be (?:able to )?(?:check|read|answer|respond|reply|monitor|access)\w*
    (?:limited|no|little|intermittent|sporadic) (?:\w+ )?(?:access|connectivity|availability|internet)
    \b(?:be back|back (?:in the office|at work|on|from|in))\b|work part[- ]time|re-?open
    \breturn(?:ing)? (?:to (?:the|my|our) office|to work|on|in|from)\b|(?:until|upon|after|on) my return|reachable again

    nicht (?:im|in meinem|in unserem) (?:büro|haus|dienst|amt)|nicht am (?:platz|arbeitsplatz|schreibtisch)
    au(?:ß|ss)er haus|abwesen(?:d|heit)|im (?:\w+ )?urlaub\b|urlaubs|ferien|elternzeit|mutterschutz|dienstreise|betriebsferien
    geschäftsreise|krankheitsbedingt|arbeitsunfähig|erkrankt|freien tage?\b
    nicht (?:erreichbar|verfügbar|zu erreichen)|(?:eingeschränkt|kein)\w* (?:zugriff|zugang|erreichbar)
    wieder (?:erreichbar|im büro|für sie da|für euch da|zurück|da\b|verfügbar)|bin ich (?:wieder|zurück)
    geschlossen|meine rückkehr|meiner rückkehr|erst (?:wieder )?(?:ab|am) .{0,14}(?:lese|beantworte)|meine vertretung

    absente?s?\b|\bmon absence|congés?\b|en vacances|vacances (?:du|jusqu)|en déplacement|hors du bureau|arrêt maladie|en formation
    (?:de|mon|à mon|notre|dès mon) retour\b|pas (?:au bureau|joignable|disponible)|fermés?\b|jours de repos|(?:nouveau|pas) disponible
    je reviens|indisponible|consulte (?:peu|rarement) mes

    fuera de (?:la |mi )?oficina|vacaciones|ausente|mi ausencia|me encuentro (?:fuera|ausente|de)|(?:mi|a la|nuestra) (?:regreso|vuelta)\b
    de (?:baja|permiso|viaje)\b|no (?:me encuentro|estoy|estaré) (?:en|disponible)|(?:me )?reincorpor\w+|regres(?:o|aré) (?:el|a)
    vuelvo\b|volver(?:é|emos)|días libres|cerrad[ao]s?\b|acceso limitado

    fuori (?:ufficio|sede|città)|in (?:ferie|congedo|trasferta|vacanza|malattia|viaggio)\b|assente|assenza|rientr(?:o|erò|eremo)\b
    torno\b|tornerò|chius[oi]\b|riaprir|non sono (?:in|al|raggiungibile|disponibile)|reperibile|per malattia

    niet (?:op|in) (?:het |mijn )?(?:kantoor|werk)|afwezig|(?:met|op) (?:\w+ )?(?:vakantie|verlof|reis)\b|i\.v\.m\. vakantie|(?:ben|wegens) ziek
    niet (?:bereikbaar|aanwezig|beschikbaar|aan het werk|in de gelegenheid)|weer (?:bereikbaar|aanwezig|op kantoor|aan het werk)|\bverlof
    terug (?:op|vanaf)|vrije dagen|gesloten|ben ik .{0,20}terug\b

    fora do (?:escritório|trabalho|país)|ausente|minha ausência|férias|(?:de|em) (?:licença|viagem)|afastad[ao]|viajando|regresso\b|retorn(?:o|arei|ar)\b
    volto\b|voltamos|voltarei|estarei (?:de volta|fora)|encerrad[ao]|fechad[ao]|não (?:estou|estarei) (?:a trabalhar|no|disponível|trabalhando)

    poza biurem|nieobecn|\burlop|ograniczon\w+ dostęp|powroc?[iu]|zwolnieni[ue] lekarski|nie ma mnie|mam wolne|w (?:podróży|delegacji)
    wracam|wrócę|nieczynn|wakacj|będę dostępn|z powrotem|na chorobowym

    inte på (?:kontoret|plats|jobbet)|frånvar|semester|(?:är|föräldra|tjänst)\w* ?ledig|tjänsteresa|bortrest|sjukskriven|vab\w*
    (?:tillbaka|åter) (?:på|den|i)\b|åter igen|har stängt|begränsad tillgång|går att nå igen|är tillbaka

    ikke (?:på|til) (?:kontoret|arbejde|stede|arbeid|jobb)|fravær|\bferie|på rejse|barsel|sygemeldt|har fri|\ber tilbage|tilbage (?:på|den|igen)
    lukket|træffes igen|permisjon|\ber tilbake|tilbake (?:på|den|igjen)|bortreist|på reise|fridager|stengt|sykmeldt|tjenestereise|tilgjengelig igjen

    poissa|lomalla|lomalta|\bloma(?:n|ni|lla)?\b|vapaalla|vuosiloma|en ole (?:tällä|paikalla|toimistolla|töissä|tavoitettavissa)|palaan|palattua
    tavoitettavissa|(?:virka|työ)matkalla|suljettu|sairas|takaisin (?:töissä|työ)

    mimo (?:kancelář|pracoviště|firmu)|nepřítom|dovolen(?:é|á|ou)\b|nebudu (?:v |k )|ne(?:jsem|ní) (?:přítom|v kancel|na pracov)|služební cest
    zpět (?:v|od|budu)|zpátky|vrátím|mateřské|mám volno|nemocn|uzavřena|zavřeno|k zastižení|návrat

    в (?:\w+ )?отпуск|вне офиса|отсутств|не (?:в офисе|на месте|будет в)|нет (?:в офисе|на (?:рабочем )?месте)|командировк|верн(?:усь|ёмся|емся)
    возвращаюсь|больничн|выйду на|закрыт|отдыхаю|доступ к почте|почту не|появлюсь|связи нет|буду на связи|декрет

    відпустц|поза офісом|відсутн|не (?:в офісі|на місці|буде в)|відрядженн|поверн(?:уся|емося)|лікарнян|вийду на|зачинен|відпочива|доступ до пошти
    пошту не|з['’]явлюся|зв['’]язку нема|буду на зв|декрет

    ofis(?:im|imiz)?(?:in)? dışında|ofiste (?:değil|olmaya|bulunm)|\bizin(?:de|deyim|li|liyim)\b|izin kullan|yıllık iz|tatil|seyahat|raporlu
    (?:ofise|işe|izinden|tatilden) dön|(?<!size )dönece|döner dönmez|kapalı|masamın başında|yokluğumda|dönüşümde

    不在|休暇|休業|外出(?:して|中)|(?:お)?休み(?:を|の|で|です|中|と|いた)|出張|休職|留守|返信(?:が遅|できま)|休診|出社(?:いた)?し|年休|有給
    不在(?:办公室|辦公室|公司)|外出|休假|度假|出差|假期|放假|請假|请假|[年产病婚事]假|无法(?:及时)?(?:回复|查收)|無法回覆|恢[复復]上班|回来后|返回后
    부재|휴가|외근|출장|휴직|자리를 비|휴무|연차|병가|복귀|문을 닫|휴업|반차
""",
    inside=True,
)
"""What notes of absence speak of, wide: tried only on mails that a machine has marked as its own."""

MYSELF = Phrases(r"""
    (?:i am|i['’]m|i will be|i['’]ll be|i shall be|we are|we['’]re|our office is|please note that i am) (?:currently |now |presently |still )?(?:on my |an? |the )?(?:out of (?:the |my )?office|ooo|away|on (?:\w{3,12} )?(?:leave|vacation|holidays?)\b|on (?:a )?(?:business trip|sabbatical)|out until|out from|out of town|travell?ing|offline|off (?:until|from|sick)|not in the office|unavailable|closed|at a conference)
    i will not be (?:in the office|available|reading)|currently out of (?:the )?office|i have (?:limited|no) access to (?:my )?e-?mail
    (?:ich )?(?:bin|befinde mich)\b.{0,60}\b(?:nicht im (?:büro|haus|dienst)|im (?:\w+ )?urlaub|außer haus|abwesend|in (?:elternzeit|mutterschutz)|nicht erreichbar|nicht am platz|auf dienstreise)
    (?:habe ich|ich habe) .{0,50}(?:eingeschränkten|keinen) zugriff auf|ich mache gerade (?:ferien|urlaub)|unser büro (?:bleibt|ist) .{0,50}geschlossen
    je (?:suis|serai)\b.{0,40}\b(?:absente?|en (?:congés?|vacances|déplacement|formation|arrêt)|hors du bureau|de retour|pas joignable|indisponible)|actuellement (?:absente?|en congé)|absente? pour cause
    (?:estoy|estaré|me encuentro)\b.{0,20}\b(?:fuera de (?:la |mi )?oficina|ausente|de (?:vacaciones|baja|permiso|viaje))|no me encuentro en la oficina
    (?:sono|sarò)\b.{0,20}\b(?:fuori (?:ufficio|sede)|in (?:ferie|congedo|trasferta|vacanza|malattia|maternità)|assente)|non sono (?:al lavoro|in (?:ufficio|sede))
    ik ben\b.{0,40}\b(?:afwezig|(?:met|op) (?:\w+ )?(?:vakantie|verlof|reis)|niet (?:op kantoor|bereikbaar|aanwezig|aan het werk)|met \w*verlof|ziek en)|ben ik tot .{0,30} (?:afwezig|niet)
    (?:estou|estarei|encontro-me)\b.{0,20}\b(?:fora do (?:escritório|trabalho)|ausente|(?:de|em) (?:férias|licença|viagem))|afastad[ao] por motivos
    (?:jestem|przebywam|będę)\b.{0,40}\b(?:na (?:\w+ )?(?:urlopie|zwolnieniu|wakacjach)|nieobecn|poza biurem|w (?:podróży|delegacji))|do .{0,30} na urlopie
    jag (?:är|har)\b.{0,20}\b(?:semester|inte på (?:kontoret|plats)|\w*ledig\b|bortrest|på (?:tjänste)?resa|på semester|sjukskriven|frånvarande)
    jeg (?:er|holder|har|har tatt)\b.{0,30}\b(?:ferie|ikke på (?:kontoret|arbejde|jobb)|på (?:ferie|rejse|reise|barsel)|fraværende|sygemeldt|sykmeldt|fri\b|bortreist|i \w*permisjon)
    olen\b.{0,30}\b(?:\w*lomalla|poissa|vapaalla|\w+matkalla|sairaana)|en ole (?:tällä hetkellä )?(?:töissä|paikalla|toimistolla)
    (?<!byla )(?<!byl )(?:jsem|čerpám|budu)\b.{0,30}\b(?:mimo kancelář|na (?:\w+ )?dovolené|dovolenou|na služební cestě|nepřítom|nemocn)|čerpám dovolenou|nejsem v kanceláři
    (?:нахожусь|я(?! был)|сейчас)\b.{0,30}\b(?:в (?:\w+ )?отпуске|отсутству[ю]|вне офиса|в командировке|на больничном)|меня не будет в офисе
    (?:перебуваю|я(?! був| була)|наразі)\b.{0,30}\b(?:[ув] (?:\w+ )?відпустці|відсутн|поза офісом|[ув] відрядженні|на лікарняному)|мене не буде в офісі
    (?:ofis dışındayım|izindeyim|tatildeyim|seyahatindeyim|ofiste değilim|raporluyum|iznindeyim|izinliyim)
    (?:不在にし|休暇(?:を|中)|休職し|休業中|出張中|お休みを?いただ)
    (?:我|本人|目前|最近).{0,24}(?:休假|出差|不在办公室|请假|休.{0,2}假|外出)
    (?:휴가 중|부재 ?중|출장 중|휴직 중|병가 중|자리를 비[웠우])
""")
"""Said of oneself and of now: what a note of absence says even where no header marks it as one."""

ASIDE = Phrases(
    r"""
    urgent|emergency|immediate (?:assistance|attention|help)|in (?:my|the) absence|on my return|when i return|when i get back|(?:please )?contact\b|get in touch with|write to
    dringend|eilig|vertretung|in meiner abwesenheit|nach meiner rückkehr|wenden sie sich|wende dich
    urgence|urgent|en mon absence|à mon retour|contacter|adresser à|joindre|écrire à|toute question
    urgentes?|durante mi ausencia|a mi (?:vuelta|regreso)|contacte|diríjase|le atenderá|escriba a
    urgenze|urgente|in mia assenza|al mio rientro|contattare|scrivere a|rivolgersi
    dringend|spoed|waargenomen|contact op|neem contact|bij afwezigheid
    urgência|urgente|minha ausência|contacte|contato|fale com|procure
    piln\w+|zastępuje|kontakt|powrocie
    brådskande|kontakta|i stället|hör av dig|vikarie
    haster|kontakt|skrive til|henvend
    kiireellis|yhteyttä|sijaise|yhteydessä
    naléhav|kontaktujte|obracejte|pište|zastupuje
    срочн|обращайтесь|пишите|замеща
    термінов|звертайтеся|пишіть|заміща
    acil|iletişime|yokluğumda|görüş
    お急ぎ|ご連絡|ご用件|お問い合わせ
    急事|联系|聯絡|代理
    급한|연락|문의
""",
    inside=True,
)
"""What such a note says besides: whom to turn to."""

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
    r: (risposta automatica|automatic)
    자동 ?(회신|응답|답장)
    automatikus válasz
    răspuns automat
    αυτόματη απάντηση
    vacation (reply|response|message)
""")
"""Beginnings of subjects that only machines write."""

SUBJECT_ABSENCE = any_of(r"""
    ^\[?out[- ]of[- ](the[- ])?office(?! hours)\b.{0,20}[:\]]
    ^auto: .{0,60}\b(is|ist|est|sta|är|er|on|is niet)\b.{0,12}\b(out of|au(ß|ss)er|absent|away|fuori|afwezig|borte)
    ^away from my mail|^(nicht|niet) (da|aanwezig)|^ikke til stede|^fraværende|^ej på|^ofis dışı|^нет на работе|^外出|^不在[:：]|^부재
    ^(auto|re|aw): (out of office|abwesenheit|absence)
    ^out of (the )?office\b(?! hours)
    ^ooo:
    ^away (from|until)
    ^on (vacation|leave|holiday)\b
    ^abwesen(d|heit)
    ^nicht im (büro|haus)
    ^absence( du bureau|:)
    ^absent(e|\(e\))? du bureau
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
