"""How people ask for no more letters, in the languages of our groups."""
# ruff: noqa: RUF001 - the words of other alphabets have letters that look like ours

from mailer.replies.phrases import any_of

REQUEST = any_of(r"""
    (?:^|[.!?;,:\u2013-] ?|please |pls |plz |kindly |just |and )(?:you )?unsubscribe\b
    unsubscribe (me|us|my|our|this address)\b
    \b(i|we)(.d| would| do)? (like|want|wish|prefer|need) to (unsubscribe|be (removed|unsubscribed|taken))
    \b(i|we)(.d| would| do)? (like|want|wish|prefer|need) (you )?to (opt out|stop (writing|sending|e?mailing))
    \bhow (do|can) (i|we) (unsubscribe|opt out|stop (this|these))
    remove (me|us|my (name|address|e-?mail)|our (name|address|e-?mail)|this address)\b
    remove .{1,40} from (your|the|this|any|all) (\w{1,12} )?(mailing|e-?mail|contact|distribution)
    take (me|us|my|our) .{0,30}\boff\b
    \b(i|we) (hereby )?opt out
    stop (sending|e-?mailing|mailing|contacting|writing|spamming|bothering)\b
    please stop\b
    leave (me|us) alone
    cease and desist
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
    nicht (mehr|weiter) (anschreiben|kontaktieren|schreiben|belästigen)

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

    (avregistrera|avanmäl) (mig|oss)
    avprenumerera
    ta bort (mig|oss|min)
    inga fler (mail|mejl|brev)
    sluta (skicka|maila|mejla|skriva)
    (af|fra)meld (mig|os)
    fjern (mig|os|meg|oss|min)
    ikke flere (mails|breve|e-?post)
    stop med at (sende|skrive)
    meld (meg|oss) av
    slutt å (sende|skrive)
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
    відпишіть|відписати
    видаліть (мене|мою|нас)
    не (пишіть|надсилайте|турбуйте) (мені|нам|мене|нас)

    listeden(izden)? çıkar\w*
    aboneliği(mi)? iptal
    (bir daha|artık) .{0,20}(yazma|gönderme|atma)y\w+

    (配信|登録|購読)(を)?(停止|解除)
    送らないで|連絡しないで|メール不要
    退订|退訂|取消订阅|取消訂閱|请勿再|停止发送|移除我
    不要再(给我|給我)?(发|發|联系|聯絡|聯繫|写|寫)
    수신 ?거부|구독 ?(취소|해지)|(보내지|연락하지) 마|그만 보내
""")

ALONE = any_of(r"""
    \W{0,5}(please )?(stop|unsubscribe|remove|abmelden|baja|désabonner|отписка|退订)( me)?( please)?\W{0,5}
""")
"""Said alone, these are a request too."""

NEGATED = any_of(r"""
    (\bnot|n.t|\bnever|no need to|rather than|instead of|without)( \w{1,12}){0,3} {0,2}$
    \b(nicht|kein\w*|ne|pas|no|non|niet|não|nie|inte|ikke|ei|не)( \w{1,12}){0,3} {0,2}$
""")
OFFER = any_of(r"""
    https?:|www\.|mailto:|<
    \b(click|link|here|visit|button)\b
    \bby (replying|sending)
    \bif you\b
    \bto be removed\b
""")
"""What a newsletter says around the word; nobody who asks for herself gives a link."""
