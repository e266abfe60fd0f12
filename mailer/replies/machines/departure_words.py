"""How people and their firms say that somebody has left or that an address has changed, in twenty languages."""
# ruff: noqa: RUF001, E501 - letters of other alphabets look like ours; a paragraph of the table is a language

from mailer.replies.machines.phrases import Phrases

DEPARTED = Phrases(
    r"""
    no longer (?:works?|working|with\b|employed|part of|at\b|a member|an employee|on the team|associated|the (?:right|correct) (?:person|contact))|(?:doesn['’]t|does not|don['’]t|do not) work (?:here|at|for|with) .{0,20}(?:any ?more|any longer)
    (?:has|have|i['’]ve) (?:\w+ )?(?:left (?:the|our|my|this)|moved on (?:to|from)|departed|retired|resigned)|(?:my|our|last) (?:last )?day (?:at|with|of)|former (?:employee|colleague)
    (?:e-?mail |mail )?address (?:has|was) (?:been )?(?:changed|replaced|discontinued|retired)|changed my (?:e-?mail )?address|my new (?:e-?mail )?address|(?:address|mailbox|account|inbox) is no longer (?:in use|used|active|monitored|valid|read|checked|maintained)
    (?:mailbox|account|address) (?:has been|is|was) (?:closed|deactivated|disabled|decommissioned)|(?:please )?update your (?:records|address book|contacts)

    nicht mehr (?:für|bei|in|im|teil|mitglied|am) .{0,40}(?:tätig|beschäftigt|angestellt|unternehmen|haus)|nicht mehr (?:tätig|beschäftigt|bei uns|im unternehmen|in unserem)|arbeite[t]? nicht (?:mehr|länger)|ausgeschieden|im ruhestand|in rente
    (?:unternehmen|firma|gesellschaft|organisation|uns|verein|hause?) .{0,30}verlassen|adresse (?:hat sich|wurde) .{0,10}(?:geändert|umgestellt)|neue (?:e-?mail-?|kontakt)?-?adresse|(?:adresse|postfach|konto) (?:ist |wird )?nicht (?:mehr|länger) (?:gültig|aktiv|genutzt|verwendet|gelesen|in gebrauch)|verwenden sie (?:künftig|ab sofort|bitte)

    ne (?:fait|fais|font) plus partie|ne travaille plus|(?:a|ai|j['’]ai) quitté (?:l['’]|la |notre |le |mes |son )|n['’]est plus (?:en poste|dans|chez|employé|salarié|parmi|utilisée|active|valable|consultée|relevée)|ne suis plus (?:en poste|chez|dans|joignable à cette)|parti\w* (?:à la|en) retraite
    (?:adresse|mail|e-?mail|courriel) .{0,20}(?:a changé|change\b|est désormais)|nouvelle adresse|(?:utiliser|écrire) (?:désormais|dorénavant)

    ya no (?:trabaj\w+|form\w+ parte|pertenec\w+|labor\w+|colabor\w+|está (?:en|con|activ)|se encuentra)|no (?:trabaj\w+|pertene[cz]\w+|labor\w+) (?:ya|más|a la|en la)|(?:ha|he) (?:dejado|abandonado) (?:la empresa|de trabajar|la organización|la compañía)|desvinculad[oa]
    (?:dirección|correo|email) .{0,20}(?:ha cambiado|cambió)|nueva dirección|nuevo correo|(?:cuenta|buzón|dirección|correo) .{0,20}(?:ya no está|no está|ha sido desactivad|deshabilitad)|jubilad[oa]

    non (?:lavor\w|fa\w* (?:più )?parte|collabor\w) più|non (?:lavor\w+|collabor\w+|fa\w*) .{0,10}più|non fa\w* più parte|(?:ha|ho) lasciato (?:l['’]|la |il )|non è più (?:attiv|in uso|valid|presidi|dipendente|in azienda|con noi)
    indirizzo .{0,20}(?:è cambiato|cambia)|nuovo (?:indirizzo|referente|contatto)|in pensione

    (?:niet|niet meer|niet langer) (?:meer |langer )?(?:werkzaam|in dienst|in gebruik|actief)|werk[t]? niet (?:meer|langer)|uit dienst|(?:organisatie|bedrijf) .{0,20}verlaten|adres is (?:gewijzigd|veranderd|vervallen)|nieuwe? (?:e-?mail-?)?adres|met pensioen|wordt niet (?:meer|langer) (?:gelezen|gebruikt)

    (?:já|mais) não (?:trabalh\w+|faz\w* parte|colabor\w+|integr\w+|está)|não (?:trabalh\w+|faç\w+|faz|integr\w+|está) mais|(?:deixei|deixou) (?:a empresa|de trabalhar|de colaborar|a organização)|desligad[oa] d|não pertence
    (?:endereço|e-?mail) .{0,25}(?:mudou|foi (?:alterado|desativado|descontinuado)|está desativad|já não)|novo (?:endereço|e-?mail|contato|contacto)|aposentad

    nie (?:pracuj\w+|jest\w*|jestem) (?:już|więcej|dłużej)|już nie pracuj|nie jest(?:em)? już|zakończył\w* (?:pracę|współpracę)|odszedł|odeszł[ao]m? z|(?:adres|skrzynka) .{0,25}(?:uległ|zmieni|nieaktywn|nie jest już)|nowy adres|nie jest (?:już )?(?:używan|obsługiwan|aktywn)\w+|na emerytur

    (?:arbetar|jobbar|är) (?:inte|ej) (?:längre|kvar)|inte längre (?:anställd|kvar|i tjänst|används|aktiv|arbetar|jobbar)|har (?:jag |hon |han )?(?:slutat|lämnat (?:företaget|sin|min|organisationen))|används inte längre|(?:adress|mejl)\w* .{0,12}(?:har ändrats|ändrats|bytts)|ny(?:a)? (?:e-?post|mejl)?adress|gått i pension

    ikke (?:længere|lenger|mere|mer) (?:ansat|ansatt|hos|en del|i bruk|i brug|aktiv|i tjeneste|jobber|arbejder)|(?:arbejder|arbeider|jobber|bruges|brukes|benyttes) ikke (?:længere|lenger|mere|mer)|er ikke (?:længere|lenger)|(?:er )?fratrådt|har (?:jeg |hun |han )?(?:forladt|sluttet|stoppet|forlatt)|adresse\w* .{0,10}(?:er ændret|er endret|ændres)|e-postadressen min er endret|(?:min|ny) nye? (?:mail|e-?post)?adresse|gått av med pensjon

    ei (?:ole|työskentele) enää|en (?:ole|työskentele) enää|ei enää (?:ole|työskentele|käytössä|palveluks)|jättänyt (?:yrityksen|työ)|siirtynyt (?:toisen|muihin|uusiin|eläkkeelle)|osoit\w+ .{0,6}on (?:muuttunut|vaihtunut|poistunut)|uusi (?:sähköposti)?osoit

    (?:již|už) .{0,40}ne(?:pracuj|ní|jsem|používá|působí)\w*|ne(?:pracuj|ní|jsem|používá|působí)\w* .{0,10}(?:již|už)|(?:ukonči|rozváza)\w+ (?:jsem )?(?:pracovní|spolupráci)|(?:společnost|firm|organizac)\w* .{0,12}(?:odešl|opusti)|odeš(?:el|la) .{0,12}(?:společnost|firm)|adresa .{0,12}(?:se změnila|byla změněna|zrušena)|nová (?:e-?mailová )?adresa|do důchodu

    больше не (?:работа|сотрудни|являет|использу|обслужив)\w*|не (?:работает|работаю|являюсь|является) (?:больше|уже)|уже не работа|(?:уволи(?:лс|ла)|уволен|покину(?:л|ла) компани|ушл?[аеё]?л? (?:из|с) (?:компани|работ))|больше не сотрудник|адрес .{0,24}(?:изменил|сменил|измен[её]н)|новый адрес|ящик .{0,16}(?:не использу|закрыт)|на пенси

    (?:більше|вже) не (?:працю|співробітни|використову|є )\w*|не працю\w+ (?:більше|вже)|звільн(?:и|ен)|залиши(?:в|ла) компані|адрес\w* .{0,20}(?:змін)|нова (?:електронна )?адреса

    artık .{0,60}(?:çalışm(?:a|ı)|değil|kullanılm|aktif değil|görev yapm)\w*|(?:işten|şirketten|görevimden|görevinden|kurumumuzdan|firmamızdan) ayrıl|adres\w* değiş|yeni (?:e-?posta )?adres

    退職|退社|離職|異動(?:により|に伴い|のため|いたし|し)|アドレス(?:が|は|を).{0,8}変更|新しい(?:メール)?アドレス|(?:現在)?使用(?:して(?:おりません|いません)|されていません)|担当(?:を外れ|を離れ|が変わり|変更)|後任
    离职|離職|已(?:不在|离开|離開)|不再(?:在|担任|使用|任职)|不在(?:该|本|贵|這|这家)?公司(?:工作|任职)|(?:邮箱|地址|郵箱|信箱|电子邮件).{0,6}(?:变更|更改|停用|更换|變更)|新(?:邮箱|地址|郵箱|信箱)|后续工作由
    퇴사|퇴직|그만두|더 ?이상 .{0,16}(?:근무|재직|사용|일하지)|(?:메일|이메일|주소).{0,8}(?:변경|바뀌)|새 ?(?:이메일 ?|메일 ?)?주소|후임
""",
    inside=True,
)
"""What only such a note says; people tell it of themselves too, so a machine's mark is wanted besides."""
