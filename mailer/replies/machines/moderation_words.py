"""What list software says of a letter that waits for a moderator, or that it does not take, in twenty languages."""
# ruff: noqa: RUF001, E501 - letters of other alphabets look like ours; a paragraph of the table is a language

from mailer.replies.machines.phrases import Phrases, any_of

HELD = Phrases(
    r"""
    (?:await|pend|wait)\w* (?:for )?(?:\w+ ){0,3}(?:moderat|approv|review|an owner)\w*|(?:is|has been|was|being|be) held (?:for|until|in|pending)\b
    (?:forwarded|sent|submitted|passed) (?:on )?to (?:the |a |its |our )?(?:list |group )?(?:moderator|administrator|owner|editor|list owner)|to the moderator\b|moderator(?:s|['’]s)? (?:decision|queue|approval|will|must|has to|can review)|must be (?:approved|okayed|reviewed|accepted) by
    requires? (?:approval|moderation)|until (?:a|the|an) (?:\w+ )?(?:moderator|owner|administrator|editor)\b.{0,30}(?:approv|review|accept|look)|before it (?:is|goes|will be) (?:posted|published|distributed|out\b)
    (?:not|n['’]t) (?:allowed|authorized|authorised|permitted|eligible) to (?:post|send|write|submit|reply)|(?:does|do)(?:n['’]t| not) have (?:the )?(?:permission|privileges|rights?) to (?:post|send|write)|only (?:subscribers|members|registered) .{0,30}(?:may|can|are allowed to) (?:post|send|write)
    (?:post|message|posting) by (?:a )?non-?member|members[- ]only|non-?members? (?:are|is|may|can)\b|subscription (?:request|needs|requires|awaits)|owner['’]s (?:consent|approval)|(?:messages? (?:is|are|being)|posts are) moderated|moderation (?:response|queue)

    moderator\w*(?: \w{1,12}){0,2} (?:vorgelegt|weitergeleitet|übergeben)|needs? (?:approval|review) by (?:a |the )?(?:staff|moderator|administrator)
    zurückgehalten.{0,60}(?:bis|moderat|freig|genehm|geprüft)|(?:wartet|warten) auf (?:\w+ )?(?:die )?(?:freigabe|genehmigung|moderation|bestätigung durch)|(?:an|durch) (?:die|den|einen) (?:listen-?)?(?:moderator|administrator)\w*|nicht (?:berechtigt|befugt|erlaubt|autorisiert),? .{0,50}(?:liste|gruppe|schreiben|senden)|von der moderation|moderiert|nichtmitglied|nur (?:mitglieder|abonnenten)

    (?:attente|attend) .{0,20}(?:approbation|modération|validation|l['’]accord)|(?:par|au|aux|le|les|un) modérateurs?|pas (?:autorisée?|le droit|l['’]autorisation)\b.{0,30}(?:écrire|envoyer|poster|publier|diffuser|message)|diffusé après validation|réservée? aux (?:abonnés|membres)|modérée

    (?:pendiente|espera|retenido).{0,60}(?:aprob|moderad|revis)|(?:el|los|al|un) moderador\w*|no (?:tiene|está) (?:permiso|autorizado|permitido|autorización)\w* .{0,20}(?:enviar|escribir|publicar)|(?:solo|sólo|únicamente) los (?:suscriptores|miembros)

    (?:attesa|trattenut\w|in sospeso).{0,60}(?:approv|moderat|revision)|(?:ai|dal|il|del|dei) moderator[ei]|non (?:sei|è) autorizzat\w (?:a|ad) (?:scrivere|inviare|postare)|solo (?:gli iscritti|i membri)

    (?:wacht|vastgehouden).{0,50}(?:goedk|moderat|beheerder)|(?:de|een) moderator\b|(?:mag|kunt) geen berichten|niet (?:toegestaan|gerechtigd|gemachtigd) .{0,30}(?:sturen|lijst|schrijven|posten)|alleen (?:leden|abonnees)

    (?:aguard|retid|pendente|espera)\w*.{0,50}(?:aprova|modera|revis)|(?:o|os|dos|do|aos) moderador\w*|não (?:tem|possui|está) (?:permissão|autoriza\w+|direito)\w* .{0,20}(?:enviar|postar|escrever)|(?:só|apenas|somente) (?:os )?(?:membros|assinantes)

    (?:oczekuj|wstrzyman|zatrzyman|czeka)\w*.{0,40}(?:akcept|zatwierdz|moderat|zgod)|(?:przez|do) moderator\w*|nie masz (?:uprawnień|prawa|pozwolenia)|nie jest(?:eś)? (?:uprawnion|upoważnion)|tylko (?:członkowie|subskrybenci)

    (?:väntar|hålls kvar|inväntar).{0,40}(?:moder|godkän|granska)|moderators? (?:godkän|har|gransk)|(?:inte|ej) (?:tillåtelse|behörig\w*|tillåtet) (?:att )?(?:skriva|skicka|posta)|(?:endast|bara) (?:medlemmar|prenumeranter)

    (?:afventer|venter på|holdes tilbage|holdes tilbake|tilbageholdes|avventer).{0,40}(?:moder|godk)|ikke (?:tilladelse|lov|tillatelse|adgang|tillatt|rettigheder) til å?t? ?(?:at )?(?:skrive|sende|poste)|(?:kun|bare) (?:medlemmer|abonnenter)

    (?:odottaa|välitetty).{0,40}(?:hyväksyn|moderaat|valvoja|tarkist)|ei ole (?:oikeutta|lupaa) (?:lähettää|kirjoittaa)|vain (?:jäsenet|tilaajat)

    (?:čeká|pozdržen|zadržen)\w*.{0,40}(?:schvál|moderát|správc)|moderátor\w*|nemáte oprávnění|nejste oprávněn|pouze (?:členové|přihlášení)

    (?:ожида|задержан|жд[её]т)\w*.{0,50}(?:одобр|модерат|проверк|подтвержд\w+ (?:владельц|админ))|модератор(?:ом|а|у|ам)\b|не разрешено (?:отправлять|писать|посылать)|нет (?:прав|разрешения) .{0,20}(?:отправ|писать|рассыл)|только (?:подписчик|участник|члены)

    (?:очіку|затриман|чека)\w*.{0,50}(?:схвал|модерат|перевірк)|модератор(?:ом|а|у|ам)\b|не дозволено (?:надсилати|писати)|немає (?:прав|дозволу)|лише (?:підписник|учасник)

    (?:onay|moderatör|denetleyici)\w* .{0,24}(?:bekl|ilet|gönder|incele)|onaylanmak üzere|(?:gönder\w+|yazma|ileti) .{0,12}(?:izniniz|yetkiniz) (?:yok|bulunm)|(?:sadece|yalnızca) (?:üyeler|aboneler)

    (?:承認|審査|確認)(?:待ち|をお待ち|が必要|されるまで)|モデレータ|司会者|投稿(?:する)?(?:権限|資格|できません|は許可)|保留され|会員(?:のみ|だけ)
    (?:等待|待|正在|需|須).{0,10}(?:审核|審核|核准|批准|审批)|版主|(?:没有|沒有|无|無)(?:权限|權限|权|權).{0,12}(?:发帖|發|投稿|发送|列表)|不允许.{0,8}(?:发|投)|仅限(?:会员|订阅者)
    (?:승인|검토)(?:을|를)? ?(?:기다리|대기|필요|후)|중재자|운영자의 승인|(?:글을? ?쓸|게시할?|보낼) 권한이? ?(?:없|부족)|회원만
""",
    inside=True,
)
"""A letter is held, or its sender may not post there."""

LISTS_ADDRESS = any_of(r"""
    -(?:bounces|owner|request|help|admin|moderators?|confirm|return)(?:\+[^@]{0,60})?@
    (?:^|[-+._])(?:owner|moderators?|bounces|noreply|no-reply|notifications?|listmaster)@|\+(?:owner|noreply|managers)@
    ^(?:listserv|sympa|mailman|majordomo|ecartis|lyris|mlmmj|postmaster|list-?master|schleuder|dada)\b
    ^(?:do-?not-?reply|forum|discourse|groups|lists?)@|@(?:googlegroups|groups)\.
""")
"""From where list software writes."""

TITLE = any_of(r"""
    await\w* (?:moderator )?(?:approval|moderation)|moderation (?:response|request|needed|notice)|held for (?:approval|moderation)|^moderate for\b|pending (?:approval|moderation|message)
    ^your message to \S|^message (?:to|for list)\b|request to mailing list|rejected by .{0,30}list|^(?:re: )?\[.{1,40}\] email issue
    (?:wartet|warten) auf (?:genehmigung|freigabe)|attente d['’]approbation|attend\w* .{0,30}approbation|espera de aprob|attesa di approv|wacht op goedk|aguarda\w* aprov|oczekuje na|väntar på|venter på|afventer|odottaa|čeká na|ожидает|очікує|onay bekl|承認|审核|審核|승인
""")
"""Subjects of such notices."""
