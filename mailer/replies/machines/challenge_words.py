"""What guards of mailboxes ask of a sender before they let his letter through, in twenty languages."""
# ruff: noqa: RUF001, E501 - letters of other alphabets look like ours; a paragraph of the table is a language

from mailer.replies.machines.phrases import Phrases

KNOWN = (
    *(
        "boxbe",
        "spamarrest",
        "spam arrest",
        "spamblocker",
        "mailinblack",
        "(tmda)",
        "qmail-confirm",
        "qconfirm",
    ),
    *(
        "antispam uol",
        "uol antispam",
        "tira-teima",
        "bitbounce",
        "choicemail",
        "active spam killer",
        "sendio",
    ),
    *("spamcease", "0spam", "guest list so your", "mail is being protected by", "just this once, please"),
    *("you won't have to do this again", "you won’t have to do this again", "challenge-response"),
)
"""Guards by name, and what only they say."""

ASKED = Phrases(
    r"""
    click|press|follow(?:ing)? (?:the|this) link|visit(?:ing)?\b|link below|repl(?:y|ying) to this (?:message|e?-?mail)|simply reply|please reply|send an empty|captcha|use your mailer
    klick|link|antworten sie|antworte (?:einfach|bitte)|(?:auf|beantworten) .{0,14}diese (?:nachricht|e?-?mail)|rufen sie
    cliqu|lien|répond(?:ez|re) (?:à|simplement)|rendez-vous
    pulse|pulsa|haga clic|clic|enlace|responda|visite
    clicc|link|rispond[aei]|bast[a]? rispondere
    klik|link|beantwoord|antwoord(?:en)?
    clique|ligação|link|responda|responder
    klik|link|odpowiedz|odpowied
    klicka|länk|svara på
    klik|lenk|link|svar (?:blot |bare )?på
    napsaut|klik|linkki|vastaa tähän|vastaamalla
    klikn|odkaz|odpověz
    наж[ми]|ссылк|перейд|ответьте|ответ(?:ить|ом) на это
    натисн|посиланн|перейш|перейд|відповід(?:ь|айте|жте)
    tıkla|bağlantı|yanıtla
    クリック|リンク|返信|アクセス
    点击|點選|點擊|链接|連結|回复此|回覆此
    클릭|링크|회신
    https?://
""",
    inside=True,
)
"""What the sender is to do."""

PROOF = Phrases(
    r"""
    (?:click (?:here|below)|link) .{0,20}to (?:deliver|release) (?:your|the) (?:message|e?-?mail)|waitlisted|suspect e-?mail folder
    (?:you are|you['’]re|you) (?:a |an )?(?:real |actual )?(?:human|person|not a (?:ro)?bot)|(?:prove|confirm|verify|show)\w* (?:that )?(?:you|your(?:self| (?:e-?mail )?address| identity| message))|has not been (?:verified|confirmed)|sender (?:verification|address verification|confirmation)|(?:list of )?allowed senders|verif(?:y|ication) (?:required|needed)|do not know you|never received mail from you
    (?:ein mensch|kein roboter|absenderadresse|(?:absender|adresse) .{0,40}(?:bestätig|freigeschaltet|verifizier))
    (?:pas un robot|êtes (?:un )?(?:humain|une personne)|vous authentifier|(?:confirmer|vérifier|valider) (?:votre|que vous))
    (?:es usted una persona|no (?:es|eres) un robot|(?:verificar|confirme|confirmar|confirma) (?:su|tu|que))
    (?:essere una persona|non essere un robot|verificar\w* .{0,24}indirizzo|confermar?[ei]? .{0,24}(?:indirizzo|identità))
    (?:een mens bent|geen robot|adres te bevestigen|bevestig (?:dat|uw))
    (?:é uma pessoa|não (?:é|sou) (?:um )?rob[ôo]|essa confirmação|confirm(?:ar|e) (?:o seu|seu|que|sua)|robôs)
    (?:jesteś człowiekiem|nie jesteś robotem|potwierdz\w* .{0,14}adres)
    (?:är en människa|inte är en robot|bekräfta (?:sin|din|att))
    (?:er et menneske|ikke er en robot|bekræfte? (?:deres|din|at)|bekreft\w* (?:adressen|at|din))
    (?:olevasi ihminen|ettet ole robotti|vahvist\w+ .{0,20}(?:osoite|osoittee))
    (?:jste člověk|nejste robot|potvrďte|ověř\w+ .{0,16}adres)
    (?:вы человек|вы не робот|подтверд\w+ (?:свой|ваш|что)|проверк\w+ отправител)
    (?:ви людина|ви не робот|підтверд\w+ (?:свою|вашу|що)|перевірк\w+ відправник)
    (?:insan olduğunuzu|robot olmadığınızı|adres\w+ (?:onayla|doğrula))
    (?:送信者確認|ロボットでは|アドレスの(?:ご)?確認|認証)
    (?:您不是机器人|不是機器人|验证您的|驗證您|验证(?:发件|寄件)|驗證寄件|确认您是)
    (?:사람임을|로봇이 아님|발신자 (?:확인|인증)|주소 (?:확인|인증))
""",
    inside=True,
)
"""What that is to prove."""

KEPT = Phrases(
    r"""
    (?:waitlisted|quarantined|suspect e?-?mail|on hold|is being held|will be (?:delivered|let through|released|deleted)|be moved to|(?:release|deliver) (?:your|the) (?:message|e?-?mail)|(?:could not|not) be(?:en)? delivered yet|so (?:that )?(?:i|we) can receive|reach my inbox|junk mail|unconfirmed messages|against spam|my inbox|protect\w*)
    (?:zugestellt|zurückgehalten|zum schutz vor spam|neue[rn]? absender|spamschutz|zum ersten mal)
    (?:en attente|sera (?:alors )?(?:remis|délivré|distribué)|me parviendra|remis à son|contre le spam|spam)
    (?:retenido|(?:será|sea) entregado|correo no deseado|una vez|spam)
    (?:in attesa|consegnar|recapitat|spam|nuovi mittenti)
    (?:vastgehouden|bezorgd|spam|komt aan|nieuwe afzenders|robot)
    (?:retida|encaminhada|entregue|spam)
    (?:wstrzyman|dostarczon|spam|robotem)
    (?:hålls kvar|levereras|skräppost|robot)
    (?:holdes tilba[gk]e|leveret|levert|spam|søppelpost|robot)
    (?:odottaa|toimitetaan|roskaposti|robotti)
    (?:pozdržena|doručena|spam|robot)
    (?:задержан|доставлен|спам|робот)
    (?:затриман|доставлен|спам|робот)
    (?:bekletil|teslim|spam|robot)
    (?:保留|配信|迷惑メール|ロボット|配送)
    (?:保留|投递|垃圾邮件|垃圾郵件|机器人|驗證|送達)
    (?:보류|전달|스팸|로봇)
""",
    inside=True,
)
"""What becomes of the letter."""
