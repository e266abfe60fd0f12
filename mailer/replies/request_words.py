"""How people ask for no more letters, in the languages of our groups."""
# ruff: noqa: RUF001, E501 - letters of other alphabets look like ours; a paragraph of the table is a language

from mailer.replies.machines.phrases import Phrases, any_of

REQUEST = Phrases(r"""
    (?:^|[.!?;,:\u2013-] ?|please |pls |plz |kindly |just |and )(?:you )?unsubscribe\b(?! (?:button|link|page|form|rate|footer|header|feature|list)s?\b)
    unsubscribe (me|us|(my|our|this) (\w+ )?(e-?mail|address|name|group|account|team|self))\b
    \b(i|we)(.d| would| do)? (like|want|wish|prefer|need) to (unsubscribe|be (removed|unsubscribed|taken))
    \b(i|we)(.d| would| do)? (like|want|wish|prefer|need) (you )?to (opt out|stop (writing|sending|e?mailing))
    \bhow (do|can) (i|we) (unsubscribe|opt out|stop (this|these))(?! (my|our|the) (?!(\w+ )?(e-?mail|address|group)))
    remove (me|us|my (name|address|e-?mail)|our (name|address|e-?mail)|this address)\b
    remove .{1,40} from (your|the|this|any|all) (\w{1,12} )?(mailing|e-?mail|contact|distribution)
    take (me|us|my|our) .{0,30}\boff\b
    \b(i|we) (hereby )?opt out
    stop (sending|e-?mailing|mailing|contacting|writing|spamming|bothering)\b(?! ["'“”‘’«])
    please stop\b(?! (?:by|in|at|over|for a)\b| \w+ ["'“”‘’«])
    leave (me|us) alone\b(?! (?:with|for|until)\b)
    (?:do not|don.?t|never) (?:contact|e-?mail|mail|write(?: to)?) (?:me|us)\W{0,3}$
    refrain from (?:sending|writing|e-?mailing|mailing|contacting)
    (?:do not|don.?t|never) send (?:me |us )?any (?:more|further)\b
    cease and desist
    take .{1,30} (?:out of|from) (?:your|the|this|that|any|all) (?:\w{1,12} ){0,2}(?:list|database)
    (do not|don.?t|never) (contact|e-?mail|mail|write( to)?) (me|us)\b.{0,40}\b(again|any ?more|further)\b
    (do not|don.?t|never) send (me|us)\b.{0,40}\b(e-?)?mails?\b
    no (more|further) (e-?mails?|mails?|messages|letters)\b
    delete my (data|address|e-?mail)

    (newsletter|e-?mails?|mails?) .{0,20}abbestell\w*
    abbestellen\W*$
    aus (dem|ihrem|eurem|deinem) (\w{1,20})?verteiler
    (nehmen|streichen|löschen|entfernen|tragen) sie .{0,20}(mich|uns|meine|unsere)
    (vom|von (ihrem|diesem)) (verteiler|newsletter) ab
    keine (weiteren? )?(e-?mails?|mails?|nachrichten|newsletter|anfragen) mehr
    keine (weiteren? )?(e-?mails?|mails?|nachrichten|newsletter|anfragen)\b.{0,30}(schicken|senden|erhalten)
    keine (?:weitere )?werbung mehr
    nicht (mehr|weiter) (anschreiben|kontaktieren|schreiben|belästigen)\b(?!,? als)

    (me|nous|moi) désabonne
    désabonne[zr]
    (me|nous) désinscri
    désinscri(vez|re)
    cesse[zr] de (m|nous)
    ne (plus|pas) (me|nous) (contacter|écrire|envoyer)
    ne (me|nous|m.) ?(contactez|écrivez|envoyez) (plus|pas)
    retire[zr][- ].{0,30}(liste|adresse)
    ne (souhait\w+|veux|voulons|désir\w+) plus recevoir

    (darme|darnos|denme|dadme|dar) de baja
    cancelar (la|mi) suscripción
    (?:quít|bórr|elimín|sáqu)(?:e|en)(?:me|nos)\b
    no (me|nos) (escriba|envíe|contacte|mande)n?\b
    no (deseo|quiero|queremos|deseamos) (seguir )?recib\w+
    dej(e|en|a|ad) de (escribir|enviar|mandar|contactar)

    disiscriv(i|er|et)\w*
    cancella(te|mi|temi|ci)\b
    rimuov(i|ete|ere|etemi|imi)\s
    non (scriv|contatt|mand|invi)\w+ più
    non (desider|vogli)\w+ (più )?ricevere

    schrijf (mij|me|ons) uit
    (me|ons|mij) uitschrijven
    van (de|uw) (mailing)?lijst
    geen (e-?)?mails? meer
    stuur (?:me|mij|ons) (?:niets|niks|geen .{0,12}) meer
    niet meer (mailen|schrijven|benaderen|contacteren)
    afmelden voor

    descadastr\w+
    cancelar (a|minha) (inscrição|assinatura)
    não (quer|desej)\w+ (mais )?receber
    remov(er|am|a) (o )?(meu|me)\b
    não (me |nos )(envie|contacte|escreva)m?\b

    wypis(ać|zcie|anie|z) (mnie|nas)
    (usunąć|usunięcie|usuńcie) (mnie|mój|mojego|nas)
    nie (chcę|chcemy) (więcej |już )?otrzymywać
    proszę (więcej |już )?nie (pisać|wysyłać)
    nie życz(?:ę|ymy) sobie (?:\w+ )?(?:wiadomości|maili|mejli|kontaktu|korespondencji)

    (avregistrera|avanmäl) (mig|oss)
    avprenumerera
    ta bort (mig|oss|min)
    inga fler (mail|mejl|brev)
    skriv (inte|aldrig) (mer |mera )?till (mig|oss)
    sluta (skicka|maila|mejla|skriva)
    (af|fra)meld (mig|os)
    fjern (mig|os|meg|oss|min)
    ikke flere (mails|breve|e-?post)
    stop med at (sende|skrive)
    meld (meg|oss) av
    slutte? å (sende|skrive)
    poista(kaa)? (minut|meidät|osoitteeni)
    älkää (enää )?lähettäkö
    en halua (enää )?(viestejä|saada|sähköpost)
    peruuta\w* tilau\w*

    odhlásit (mě|nás)
    odhlaste
    odstraňte (mě|nás)
    nepište (mi|nám)
    neposílejte
    nechci (už |dále )?dostávat

    отпишите|отписать(ся)?
    (удалите|исключите) (меня|мой|наш|нас)
    (прошу|больше) .{0,12}не (пиши|присыла|беспоко)\w+
    не (пишите|присылайте) (мне|нам)
    не (?:надо|нужно) (?:мне |нам )?(?:больше )?(?:писать|присылать|слать)
    відпишіть|відписати
    видаліть (мене|мою|нас)
    не (пишіть|надсилайте|турбуйте) (мені|нам|мене|нас)

    listeden(izden)? çıkar(?!m[ae]y)\w*
    aboneliği(mi)? iptal
    (bir daha|artık) .{0,20}(yazma|gönderme|atma)y\w+

    (配信|登録|購読)(を)?(停止|解除)
    送らないで|連絡しないで|メール不要
    退订|退訂|取消订阅|取消訂閱|请勿再|停止发送|移除我
    不要再(给我|給我)?(发|發|联系|聯絡|聯繫|写|寫)
    수신 ?거부|구독 ?(취소|해지)|(보내지|연락하지) 마|그만 보내

    lose my (?:number|address|e-?mail)|fuck off|piss off|get lost|(?:get|take) me off|off (?:your|this|the) (?:\w+ )?list
    (?:delete|erase|remove|drop|strike|purge) (?:me|us|(?:my|our|this|the) (?:\w+ )?(?:address|e-?mail|name|data|details|entry|account))\b|(?:remove|delete|drop) \S{3,60}@\S{3,60} from
    (?:not|\w{2,6}n['’]t|no longer) (?:wish|want|like|care) to (?:be (?:contacted|e-?mailed|written to)|(?:receive|get) (?:\w+ ){0,3}(?:e?-?mails?|messages|letters|these|this|those|more|anything)|hear from (?:you|them))\b|\bi['’]d rather not (?:receive|get|be contacted)|(?:not|\w{2,6}n['’]t) (?:wish|want) (?:to )?(?:be contacted|any more)|(?:do not|don['’]?t) (?:ever )?(?:e-?mail|mail|contact|write(?: to)?|message) (?:me|us) (?:again|any ?more|ever)
    (?:have|get) (?:me|us) (?:removed|unsubscribed|taken off)|(?:un)?subscribe me from|i(?:['’]m| am| want) (?:out|unsubscribing)\b(?= of (?:this|your) (?:list|mail))|opt(?:ing)? (?:me|us) out

    (?:tragen|trag|nehmen|nimm|streichen|streich|löschen|lösch\w?|entfernen|entferne?) (?:sie )?(?:bitte )?(?:umgehend |sofort )?(?:mich|uns|mein\w*|unser\w*)\b.{0,40}(?:aus|verteiler|liste|adresse|daten|ab\b|raus)
    (?:mich|uns|meine adresse) .{0,30}(?:austragen|abmelden|löschen|streichen|entfernen)|aus (?:ihrer|deiner|eurer|der) (?:\w+)?(?:liste|datenbank|kartei)|von (?:ihrer|eurer|deiner|der) (?:\w+)?liste
    (?:schreib\w*|kontaktier\w*|mail\w*|belästig\w*) .{0,20}(?:nicht mehr|nie wieder|nicht weiter|nicht noch)|(?:lass\w*|lasst) (?:sie )?(?:mich|uns) (?:endlich |bitte )?in ruhe|hör\w* (?:sie )?auf\b.{0,30}(?:schreiben|mailen|schicken|senden|belästigen)
    (?:keine|nie) (?:weiteren |mehr )?(?:e-?mails?|mails?|nachrichten|post|newsletter) (?:mehr )?(?:von ihnen |von euch )?(?:bekommen|erhalten|haben|empfangen|mehr)|verzichte auf weitere

    (?:me|nous) (?:retirer|désabonner|désinscrire|supprimer|enlever|rayer)|(?:retire[zr]?|supprime[zr]?|enleve[zr]|enlève|rayez|efface[zr])[- ](?:moi|nous|mon|notre|mes|nos)|ne (?:plus|pas) (?:m['’]|nous |me )?(?:envoyer|écrire|contacter|recevoir|solliciter|importuner)
    (?:arrêtez|arrête|cessez|merci d['’]arrêter) (?:de |d['’])|fiche[zr]?[- ](?:moi|nous) la paix|laisse[zr]?[- ](?:moi|nous) tranquilles?|ne (?:veux|veut|voulons|souhait\w+|désir\w+) (?:plus|pas) (?:recevoir|être)|ne m['’](?:écrivez|envoyez|contactez) plus|(?:ma|une|demande de) dés(?:inscription|abonnement)

    (?:bórr|elimin|quit|sáqu|sac|retir|remuev|d[ée])\w*(?:me|nos|nme)\b.{0,20}(?:lista|base|baja|correo|datos)|(?:elimin|borr|quit|retir)\w+ (?:por favor )?(?:mi|nuestr[ao]|mis) (?:dirección|correo|e-?mail|datos|nombre)|(?:no|nunca) (?:me|nos) (?:vuelv\w+|escrib\w+|envíe?\w*|mand\w+|contact\w+)
    (?:no|ya no) (?:quier\w+|dese\w+|queremos) (?:que|más|recibir|seguir)|dej\w+ de (?:enviar|mandar|molestar|escribir|contactar|llamar)\w*|no recibir más|(?:cancelar|anular) (?:la|mi|nuestra) (?:suscripción|inscripción)|déj\w+ en paz

    (?:toglie|leva|cancella|rimuove|elimina)\w*(?:mi|ci|temi|teci)\b|(?:toglie|leva|cancella|rimuove|elimina)\w* (?:il mio|la mia|i miei|il nostro)|(?:smette|smetti|basta|piantatela)\w* (?:la )?(?:di |con (?:queste|le) )?(?:scriver|mandar|inviar|contattar|mail|e-?mail)\w*|non (?:mi |ci )?(?:scriv|contatt|mand|invi|disturb)\w+ più
    non (?:voglio|vogliamo|desider\w+|intend\w+) (?:più )?(?:ricev|esser)\w*|rimozione del (?:mio|nostro)|lasciat\w+ in pace|(?:chiedo|richiedo) (?:la )?(?:cancellazione|disiscrizione|rimozione)|disiscrivermi

    ^\W*graag (?:uitschrijven|afmelden|verwijderen)
    (?:verwijder|schrap|haal|wis|gooi) (?:mij|me|ons|mijn|onze)\b|(?:mijn|ons|onze|dit) (?:e-?mail)?(?:adres|gegevens|naam) .{0,12}(?:verwijderen|schrappen|wissen)|(?:mij|me|ons) (?:alstublieft |a\.?u\.?b\.? |s\.?v\.?p\.? )?(?:uit ?te? ?schrijven|uitschrijven|afmelden|verwijderen)
    (?:stuur|mail|schrijf|bel) (?:mij|me|ons) (?:\w+ )?(?:geen|niet|nooit)\b(?! (?:uit|af)\b)|geen (?:e-?mails?|mails?|berichten) (?:meer|van)|niet meer .{0,20}(?:contact|opnemen|mailen|schrijven|benaderen|lastig)|stop met|laat (?:me|mij|ons) met rust|geen (?:verdere|nieuwe) (?:mails|berichten)

    (?:retir|remov|exclu|tir|apag|elimin|cancel|descadastr)\w+[- ](?:me|nos|o meu|a minha|meu|minha|os meus|nosso)\b|par(?:e|em|ar) de (?:me |nos )?(?:enviar|mandar|escrever|contatar|incomodar)|não (?:quer\w+|desej\w+|pretend\w+) (?:mais )?(?:receber|ser|que)|(?:favor )?não (?:entr\w+ mais|mais entrar|me contat|nos contat|escrev\w+ mais|envi\w+ mais|me env|me escrev)\w*
    (?:por favor,? )?me (?:remova|retire|exclua|tire|descadastre)\w*\b|cancelar (?:a |minha |o )?(?:subscrição|inscrição|assinatura|registo)|deix\w+[- ](?:me|nos) em paz|descadastrar|não (?:me|nos) (?:envi|escrev|contat|contact|mand)\w+

    (?:wypisa|wypisz|usunąć|usuń|usuńcie|wykreśl|skreśl|skasuj)\w* (?:mnie|nas|mój|moj\w+|nasz\w*)\b|(?:mnie|nas|mój adres) .{0,12}(?:wypisać|usunąć|wykreślić|skreślić)|(?:więcej|już) (?:do )?(?:mnie|nas|mi|nam)? ?nie (?:pis|wysył|kontakt)\w+|nie (?:pisz|wysyłaj|kontaktuj)\w* (?:do )?(?:mnie|nas|mi|nam|się ze mną) (?:więcej|już)
    nie (?:życz\w+|chc\w+) (?:sobie )?(?:już |więcej |dalszych |otrzym|dosta)\w*|przesta\w+ (?:mi |nam |do mnie )?(?:wysyłać|pisać|spamować)|dajcie (?:mi|nam) spokój|(?:zrezygnować|rezygnuj\w*) z (?:subskrypcji|newslettera|wiadomości)|^\W*rezygnuję\W*$|zaprzesta\w+

    (?:ta|plocka|stryk|radera) (?:bort )?(?:mig|oss|min\w*|vår\w*)\b|(?:inga|inte få|inte ha|slippa) (?:några )?(?:fler|flera) (?:mejl|mail|brev|meddelanden|e-?post)|sluta (?:att )?(?:skicka|maila|mejla|skriva|kontakta|spamma)|skicka (?:mig |oss )?(?:inget|inga|inte)\b.{0,12}(?:mer|fler)|kontakta (?:mig|oss) (?:inte|aldrig)
    (?:lämna|låt) (?:mig|oss) (?:vara )?i fred|(?:avsluta|säga upp|avregistrera) (?:min |prenumerationen|mig|oss)|vill (?:inte|ej) (?:längre )?(?:ha|få)\b.{0,20}(?:mejl|mail|brev|utskick)

    at (?:fjerne|slette) (?:mig|os|min)\b|(?:slet|fjern|slett|ta|stryk) (?:venligst )?(?:mig|os|meg|oss|min\w*|vor\w*)\b.{0,20}(?:liste|adresse|av|bort|ud|$|[.!])|slette? (?:min|adressen|vores|vår)\w*|ønsker (?:jeg )?ikke (?:flere|at modtage|å motta|mer|mere)|stop(?:p)? med (?:at |å )?(?:skrive|sende|maile|kontakte)|slutt (?:med )?å (?:sende|skrive|maile|kontakte)|send (?:mig|meg|os|oss)? ?ikke (?:mere|mer|flere)|ikke send (?:meg|oss|mig|os)
    la(?:d)? (?:mig|meg|os|oss) være i fred|(?:ikke kontakt|kontakt (?:mig|meg|os|oss) ikke|ikke ta kontakt)|(?:gerne|vil) (?:frameldes|afmeldes|avmeldes|melde meg av)|framelde? (?:mig|os)|ta (?:meg|oss) (?:av|ut)

    poista(?:kaa)? (?:\w+ )?(?:minut|meidät|osoit\w+|tieto\w+|yhteystie\w+)|(?:en|emme) halua (?:enää )?(?:näitä|mitään|saada|vastaanottaa|viest|posti)\w*|(?:älkää|älä) (?:\w+ ){0,2}(?:enää|lähet\w+|otta\w+|ota|kirjoit\w+) ?(?:enää|mitään|yhteyttä|meihin|minulle)?|lopet(?:a|taa|takaa) .{0,24}(?:lähet|kirjoit|posti)\w*|jättäkää (?:minut|meidät) rauhaan|(?:perua|peruuttaa|perukaa) (?:\w+ )?(?:tilau)\w*

    (?:odhl|vyřa[ďd]|vyma|smaž|odstra|vyškrt)\w* (?:prosím )?(?:mě|nás|mou|moji|můj|naši|mé)\b|(?:vymazání|odstranění|vyřazení|smazání) (?:mé|mojí|naší|mého|z)|(?:již|už|více|nadále) .{0,12}ne(?:piš|posíl|kontakt|zasíl)\w*|ne(?:piš|posílej|kontaktuj|zasílej)\w* .{0,8}(?:už|již|více|nikdy)|nepřej\w+ si .{0,10}(?:dostáv|kontakt|další|zasíl)\w*|přestaňte|dejte (?:mi|nám) pokoj|(?:chci|chceme) se odhlásit|nechc\w+ (?:už |dále )?(?:dostávat|žádné)

    (?:удалите|уберите|исключите|вычеркните|удалить|убрать|исключить) (?:пожалуйста )?(?:меня|нас|мой|мою|наш\w*)|не (?:пишите|присылайте|шлите|отправляйте|беспокойте|звоните) (?:\w+ )?(?:больше|мне|нам|нас|меня)|больше не (?:надо|нужно|хочу|пиш|присыл|шл)\w*|прекратите|перестаньте|(?:не хо(?:чу|тим)) (?:больше )?(?:получать|ваш|полу)\w*|отста(?:нь|ньте)|оставьте (?:меня|нас) в покое|отписаться
    (?:видаліть|приберіть|виключіть|викресліть|видалити|виключити|прибрати) (?:будь ласка )?(?:мене|нас|мою|мій|нашу|наш)|не (?:пишіть|надсилайте|шліть|турбуйте|телефонуйте) (?:\w+ )?(?:більше|мені|нам|нас|мене)|більше не (?:треба|потрібно|хочу|пиш|надсил)\w*|припиніть|перестаньте|не хо(?:чу|чемо) (?:більше )?(?:отримувати|ваш)\w*|(?:дайте|дай) (?:мені|нам) спокій|відчепі|відписатися

    (?:beni|bizi|adresimi|adresimizi|e-?postamı) .{0,40}(?:sil|çıkar|kaldır)(?!m[ae]y)\w*|(?:çıkarın|silin|kaldırın) (?:beni|bizi)\b|(?:bana|bize|bizimle|benimle) .{0,30}(?:gönderme|yazma|atma|geçme)(?:yin\w*|n\b)|(?:bir daha|artık) .{0,24}?(?:yazma|gönderme|atma|arama)(?:yın|yin)\w*|(?:e-?posta|mail|mesaj) almak istemiyor\w*|aboneli\w+ (?:çık|iptal|son)\w*|rahat bırak\w*
    (?:リスト|名簿|登録|配信先|宛先).{0,8}(?:削除|外し|抹消)|削除(?:して|を?(?:お願い|願い|希望|ください))|(?:メール|連絡|案内|配信)(?:は|を)?.{0,6}(?:不要|結構|やめて|止めて|お断り|停止|控えて)|(?:二度と|もう).{0,10}(?:送|連絡|メール).{0,6}(?:ないで|くるな)|送るのを?(?:やめ|止め)
    (?:请|請)?(?:把|将|將)(?:我|我们|我們).{0,16}(?:删除|移除|刪除|去掉)|(?:请|請)(?:将我)?(?:移除|刪除|删除)(?:我|我们)?|(?:不要|别|別|勿)再?(?:给我|給我|跟我|联系|聯絡|发|發|寄|打扰|骚扰)|不想再?(?:收到|接收)|停止(?:寄信|发送|發送|发信|联系|打扰)|將我移除
    (?:명단|목록|리스트|주소록)에서 .{0,10}(?:삭제|제외|빼)|(?:보내|연락하|메일하)(?:지|시지) ?(?:마|말|않)\w*|(?:수신|메일).{0,8}(?:원하지 않|거부|원치 않)|주소를? .{0,6}(?:지워|삭제)|(?:발송|메일|연락).{0,6}중단|그만 ?보내
""")

ALONE = any_of(r"""
    \W{0,5}(please |kindly |bitte )?(stop( it)?|unsubscribe|remove|removal|opt[- ]?out|cancel|delete|abmelde(n|ung)?|abbestellen|austragen|baja|désabonner|désinscription|désabonnement|cancellami|cancellazione|disiscri\w{3,9}|afmelden|uitschrijven|remover|descadastrar|cancelar|wypisz|wypisać|rezygnuję|avregistrera|avsluta|avanmäl|afmeld|frameld|meld av|avmeld|peru(uta)? tilaus|poista|odhlásit|отписка|отписаться|отпишите|відписатися|відписка|iptal|çıkar|退订|退訂|取消订阅|取消訂閱|td|解除|配信停止|停止|수신거부|구독취소)( me| us| mich| uns)?( please| bitte| svp| s\.?v\.?p\.?)?\W{0,5}
""")
"""Said alone, these are a request too."""

NEGATED = any_of(r"""
    (\bnot|n.t|\bnever|no need to|rather than|instead of|without|don['’]t)( (?!(?:and|so|please|but)\b)\w{1,12}){0,3} {0,2}$
    \b(nicht|kein\w*|ne|pas|no|non|niet|não|nie|inte|ikke|ei|en|emme|не)( (?!(?:und|bitte|aber|et|merci|mais|y|pero|por|ma|per|och|men|og|en|maar|ale|proszę|mutta|и|но|пожалуйста)\b)\w{1,12}){0,3} {0,2}$
    (?:不要|别|別|勿)(?:再)?$|(?:しないで|不要)$
    \b(?:may|might|could) (?:want|wish|need) to {0,2}$
    \b(surtout pas|nolite|neprosím|älkää|älä|prosím,? ne)[\w, ]{0,12}$
""")
NEGATED_WITHIN = any_of(r"""
    \b(?:mich|uns|mij|me|ons|mig|os|meg|oss|adresse) (?:\w{1,14} )?(?:nicht|keinesfalls|keineswegs|niet|ikke|inte)\b(?! (?:mehr|meer|mere|mer|länger|langer))
""")
"""What turns it round in its midst: "möchte mich nicht abmelden"."""
NEGATED_AFTER = any_of(r"""
    [ ](?:me |us )?from (?:the |your )?(?:cc|copy|thread|schedule|agenda|speakers?)\b
    [ ]?(?:\w{1,14} ){0,2}(?:nicht|not|pas|niet|inte|ikke)\b(?! (?:mehr|more|meer|mer|mere|länger|longer|send|kontakt|schreib))
    (?:は)?(?:しないで|不要では|せずに)|하지 ?(?:말|마)|\w{0,8}(?:mayın|meyin)|\w{0,8} istemiyor
""")
"""What turns the request round behind it: German and Japanese keep their "not" for the end."""
OFFER = any_of(r"""
    https?:|www\.|mailto:|<
    \b(click|link|here|visit|button)\b
    \bby (replying|sending)
    \bif you\b
    \bto be removed\b
    \b(?:our|the|their) members\b
""")
"""What a newsletter says around the word; nobody who asks for herself gives a link."""
