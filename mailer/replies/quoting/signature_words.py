"""The words below a letter that nobody wrote for this letter: telephones, closing formulas, disclaimers, banners.

Each pattern is tried at the beginning of one line in lower case.
"""
# ruff: noqa: RUF001, E501 - other alphabets have letters that look like ours; a line of a table is one kind of phrase

from mailer.replies.machines.phrases import any_of

SENT_FROM = any_of(r"""
    [\[(*_<]{0,2}sent (from|via|with|by|using) (an? |my |the )?\S
    (get|download) (the )?outlook (for|app)
    get the new|get .{2,30} for (ios|android|mobile)\b
    (von|aus|mit) (meinem|meiner|outlook|gmx|web\.de|der) .{2,60} (gesendet|verschickt|versendet)
    von (meinem )?(iphone|ipad|handy|smartphone) .{0,30}$
    gesendet (von|mit|über|aus|durch|via|per)
    diese nachricht wurde (von|mit)
    (holen sie sich|laden sie) outlook
    outlook für .{2,60} (beziehen|herunterladen)
    (envoyé|expédié|envoi) (de|depuis|à partir d|par|via|avec)
    (télécharger|obtenir|obtenez) outlook
    provenance :
    (enviado|enviada|enviat|mandado) (desde|des de|de|do|da|del|dende|a través|via|por|com|con|a partir)
    (obtener|obtenga|obter|obtenha|baixar|descargar|scarica|ottieni|obteniu) (o |l['’])?outlook
    (inviato|spedito) (da|dal|dalla|con|tramite|mediante)
    (verstuurd|verzonden) (vanaf|met|vanuit|via|door)
    (outlook voor|download outlook)
    (wysłan[eoay]|wysłałem|wysłano|wiadomość wysłana) (z|za|przez|ze)
    pobierz (aplikację )?outlook
    (skickat|skickades|sänt) (från|med|via)
    (hämta|hent|hanki|skaff deg|få|získat|získajte|получить|скачать|отримати|завантажити|preuzmite|pridobite) outlook
    (sendt|afsendt) (fra|med|via|frå)
    lähetetty \S
    (odesláno|odoslané|odesláno|poslané|posláno|poslano|odeslané) (z|ze|s|iz|sa|pomocí|přes|cez|mého|môjho)
    (отправлено|надіслано|послано|изпратено|адпраўлена) (с|из|з|із|со|са|от|через|з мого|моег)
    (senden|sent) from
    \S+( \S+)? (üzerinden |ile )?gönderildi\W{0,2}$
    .{1,79}(?<=\S)d[ae]n gönderildi\W{0,2}$
    (küldve|elküldve) .{1,40}$
    .{0,20}(iphone|ipad|android|telefon)\S{0,10} (küldve|küldtem)\W{0,2}$
    (trimis|expediat) (de pe|din|cu|prin|de la)
    (εστάλη|στάλθηκε|απεστάλη) (από|με|μέσω)
    (išsiųsta|nosūtīts|saadetud|sūtīts) \S
    .{0,20}(iphone|ipad)\S{0,8} saadetud
    (dikirim|dihantar) (dari|dengan|daripada|melalui)
    (đã )?gửi (từ|bằng) \S
    (נשלח|נשלחה) מ
    (أُرسلت|أرسلت|مرسل|تم الإرسال|أُرسل|أرسل) (من|بواسطة)
    (ارسال شده|فرستاده شده) از
    (ส่ง)(มา)?จาก
    .{1,30}から送信(されました)?\W{0,2}$
    .{1,20}からのメール$
    (发|發)自(我的|于|於)?
    (從|从)我的 ?.{2,30} ?(傳送|发送|寄出|發送)
    (使用|通过|透過).{2,30}(发送|傳送|寄出)
    (获取|取得|下载) ?(适用于 )?outlook
    (내|나의|제)? ?.{1,30}에서 (보냄|보낸 메일|보낸 메일입니다)\W{0,2}$
    (yahoo|aol) mail: (search|get)
    virus-?free\b.{0,40}$
    (this|diese|cet|este) (e-?mail|message|correo).{0,40}(avast|avg|kaspersky|checked for viruses|antivirus)
    libre de virus|sans virus|virenfrei|senza virus|livre de vírus
""")
"""What a telephone or a program signs with."""
SIGN_OFF = any_of(r"""
    ((with |my |and )?(very )?(best|kind|warm|kindest|warmest|many|friendly|good)( and \w+)? (regards|wishes|greetings))\W{0,4}$
    (best )?regards\W{0,4}$
    (yours )?(sincerely( yours)?|faithfully|truly|yours (sincerely|faithfully|truly)|cheers|all the best|br|kr)\W{0,4}$
    mit (den )?(freundlichen|besten|herzlichen|lieben|freundlichem|kollegialen|sportlichen) (grüßen|gruessen|grüssen|gruß|gruss)\b.{0,30}$
    (viele|liebe|beste|herzliche|schöne|freundliche|sonnige|ganz liebe) gr(ü|ue)(ß|ss)e.{0,25}$
    (herzlichen|lieben|schönen|besten) gru(ß|ss).{0,25}$
    (mfg|lg|vg|mvh|bg|hg|sg|kgr)\W{0,4}$
    ((bien |très )?cordialement|bien à (vous|toi)|amicalement|sincères salutations|salutations( distinguées)?)\W{0,4}$
    (un )?(cordial(es)?|atent[oa]s?|afectuos[oa]s?) salud[oa]s?\W{0,4}$
    (saludos( cordiales)?|un (cordial )?saludo( cordial)?|un (fuerte )?abrazo|atentamente|atte)\W{0,4}$
    (atenciosamente|(com os melhores )?cumprimentos|(um )?abraços?|att|melhores cumprimentos)\W{0,4}$
    ((un )?cordial(e|i) salut[oi]|distinti saluti|(un )?(caro )?saluto|(cari )?saluti)\W{0,4}$
    ((met )?(vriendelijke|hartelijke) groet(en)?|groet(en|jes)?|mvg|hartelijke groeten)\W{0,4}$
    ((serdecznie )?pozdrawiam( serdecznie)?|z poważaniem|z wyrazami szacunku|pozdrowienia)\W{0,4}$
    ((med )?(vänlig|vänliga|bästa|varma) hälsning(ar)?|hälsningar|vänligen|m ?v ?h)\W{0,4}$
    ((med )?(ven(n)?lig|bedste|beste|de bedste|venlige|hjertelig) (hilsen|hilsner)|(de )?bedste hilsner|hilsen|vh|dbh)\W{0,4}$
    ((ystävällisin |parhain |terveisin|lämpimin )?terveisin|terveisin|terveiset|yt)\W{0,4}$
    (s (přátelským )?pozdravem|hezký den|zdravím|s úctou|s pozdravom)\W{0,4}$
    (с уважением|с наилучшими пожеланиями|всего доброго|всего хорошего|з повагою|з найкращими побажаннями|с поздрави|поздрави|с уважение)\W{0,4}$
    (saygılarımla|saygılar|sevgiler|iyi çalışmalar|selamlar|kolay gelsin)\W{0,4}$
    (üdvözlettel|tisztelettel|üdv|szívélyes üdvözlettel|baráti üdvözlettel)\W{0,4}$
    (cu (stimă|respect|drag|prietenie)|cu stima|numai bine|toate cele bune)\W{0,4}$
    (με εκτίμηση|φιλικά|με φιλικούς χαιρετισμούς|χαιρετισμούς|φιλικούς χαιρετισμούς)\W{0,4}$
    (s poštovanjem|lijep pozdrav|lep pozdrav|srdačan pozdrav|lp|pozdrav|срдачан поздрав|поздрав|с поштовањем)\W{0,4}$
    (pagarbiai|su pagarba|geriausi linkėjimai|ar cieņu|ar sveicieniem|lugupidamisega|parimate soovidega|tervitades)\W{0,4}$
    (cordialment|salutacions( cordials)?|(una )?salutació|adeitasunez|atentamente|saúdos|unha aperta)\W{0,4}$
    (salam|hormat saya|salam hormat|terima kasih dan salam|hormat kami|trân trọng|thân mến|kính thư)\W{0,4}$
    (בברכה|בכבוד רב|مع التحية|مع خالص التحية|تحياتي|با احترام|ขอแสดงความนับถือ|ด้วยความเคารพ)\W{0,4}$
    (どうぞ)?(よろしく|宜しく)(お願い|おねがい|御願い)(いた|致)?(し|申し上げ)?ます\W{0,4}$
    (敬具|草々|かしこ|以上)\W{0,4}$
    (此致|敬礼|敬上|敬啟|谨上|祝好|顺颂商祺|此致敬礼|順頌商祺)\W{0,4}$
    (감사합니다|고맙습니다)?[ .,]{0,2}\S{0,10} ?(드림|올림|배상)\W{0,4}$
""")
"""What is written before a name."""
DISCLAIMER = any_of(r"""
    \W{0,4}(confidentiality|legal|privacy|important|disclaimer)( (notice|note|disclaimer|and privileged|warning))?\s?([:\-–—]|$)
    \W{0,4}(this|the (information|content|contents) (contained )?in this) (e-?mail|message|communication|transmission)\b.{0,160}\b(confidential|privileged|intended|property of|addressee)
    \W{0,4}(if you (are not|have received) (the intended|this (e-?mail|message) in error))
    \W{0,4}(diese e-?mail|diese nachricht|der inhalt dieser e-?mail)\b.{0,120}(vertraulich|ausschließlich|rechtlich geschützt|bestimmt)
    \W{0,4}(ce (message|courriel|mail|courrier)|cet e-?mail)\b.{0,120}(confidentiel|destinataire|exclusi)
    \W{0,4}(este (mensaje|correo|e-?mail)|la información contenida)\b.{0,120}(confidencial|destinatari|exclusiv)
    \W{0,4}(esta (mensagem|comunicação)|este e-?mail|as informações contidas)\b.{0,120}(confidencia|destinatário|exclusiv)
    \W{0,4}(questo messaggio|questa e-?mail|la presente (e-?mail|comunicazione)|le informazioni contenute)\b.{0,120}(riservat|confidenzial|destinatari)
    \W{0,4}(dit (e-?mail)?bericht|deze e-?mail|de informatie in dit)\b.{0,120}(vertrouwelijk|bestemd|geadresseerde)
    \W{0,4}(niniejsza wiadomość|ta wiadomość|treść tej wiadomości)\b.{0,120}(poufn|adresat|przeznaczon)
    \W{0,4}(detta (meddelande|mail|e-post)|denne (e-?mail|e-?post|mail|melding|besked|meddelelse))\b.{0,120}(konfiden|fortrolig|avsed|bestem|beregnet|tiltenkt)
    \W{0,4}(tämä (viesti|sähköposti)\w{0,4})\b.{0,120}(luottamuksel|tarkoitettu)
    \W{0,4}(tato zpráva|tento e-?mail|táto správa)\b.{0,120}(důvěrn|určen|dôvern)
    \W{0,4}(это (сообщение|электронное сообщение|письмо)|данное сообщение|настоящее (сообщение|письмо)|цей лист|це повідомлення)\b.{0,140}(конфиденциальн|конфіденц|предназначен|призначен)
    \W{0,4}(bu (e-?posta|mesaj|ileti|elektronik posta))\b.{0,120}(gizli|amaçlan|kişi|özel)
    \W{0,4}(本(メール|邮件|郵件|电子邮件|電子郵件)|このメール|이 (메일|이메일|메시지)|본 (메일|이메일)).{0,80}(機密|机密|保密|秘密|기밀|지정된)
    \W{0,4}(p )?(please |bitte |merci de |por favor |prima di )?(consider|think of|denken sie an|penser? à|pensez à|piense en|pense no|considera|antes de imprimir|before printing|think before|avant d['’]imprimer)\b.{0,60}(environment|umwelt|environnement|medio ?ambiente|meio ambiente|ambiente|print|imprim)
""")
"""What lawyers have put below every mail of a house."""
BANNER = any_of(r"""
    \W{0,6}(caution|warning|achtung|attention|vorsicht|alert|important|security|notice)\W{1,4}.{0,60}\b(external|outside|extern[ea]?\w{0,2}|außerhalb|extérieur|unknown sender|untrusted)\b
    \W{0,6}(external|extern|externe|externo|esterno)( (e-?mail|sender|message))?\W{0,4}$
    \W{0,4}this (e-?mail|message) (originated|was sent|came|is|comes) (from )?(outside|an external|external)
    \W{0,4}(you don['’]t often get e-?mail from|some people who received this message don['’]t often)
    \W{0,4}(sie erhalten nicht (häufig|oft) e-?mails? von|diese (e-?mail|nachricht) (kommt|stammt) von (extern|außerhalb))
    \W{0,4}(vous (n['’]obtenez|ne recevez) pas souvent|(ce message|cet e-?mail) provient de l['’]ext|no suele recibir correo|você não costuma receber|non si ricevono spesso)
""")
"""What a gateway puts above every mail from outside."""
