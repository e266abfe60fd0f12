"""How complaints and receipts are worded that do not come in the form made for machines."""

from mailer.replies.machines.phrases import any_of

FEEDBACK_SENDER = any_of(r"""
    feedback|\bfbl\b|\bscomp@|complaint|abuse[-_.]?report|spamcop|junk(mail)?[-_.]?report|\barf\b
    email-abuse|staff@hotmail|jmrp|spam-?report
""")
"""Names under which providers pass on complaints."""

ABUSE_REPORT = any_of(r"""
    (this is|below is) an? (e-?mail )?(abuse|spam|complaint|feedback|opt-?out) (report|complaint|message)
    (e-?mail )?abuse report for an e-?mail( message)? received from
    (recipient|user|customer|subscriber|member)s? (has |have )?(complained|reported|marked|flagged)
    (marked|reported) (this|the|it|your) ?(e-?mail|message|mail)? as (spam|junk|unsolicited|unwanted)
    (flagged|identified) (this|the|it|your) ?(e-?mail|message|mail)? as (spam|junk|unsolicited|unwanted)
    complain(ed|t) about (message|e-?mail|mail|spam) from
    spamcop .{0,40}(report|has received)
    unsolicited (bulk )?e-?mail.{0,60}(report|complain)
""")

READ_SUBJECT = any_of(r"""
    (not )?read:
    (return|read) receipt
    (un)?gelesen:
    (non )?lu ?:
    (no )?le[ií]do:
    (non )?letto:
    (niet )?gelezen:
    (não )?lid[ao]:
    (nie )?przeczytano:|przeczytane:
    (inte |ikke )?l[äæ]st:
    lest:
    luettu:
    přečteno:
    прочитано:|прочтено:
    okundu:
    开封通知|開封(済み|通知)?:|已读:|已讀:|읽음:
    lesebestätigung|empfangsbestätigung \(angezeigt\)|accusé de (lecture|réception)|confirmación de lectura
    conferma di lettura|leesbevestiging|confirmação de leitura
""")

READ_WORDS = any_of(r"""
    (your|the) (message|mail|e-?mail).{0,400}(was|has been|were) (read|displayed|opened|deleted without)
    this (receipt|return receipt)( only)? (verif|shows|acknowledges|confirms)
    (message|mail).{0,60}displayed on the recipient
    (ihre|die) nachricht.{0,400}(gelesen|angezeigt|geöffnet)
    (votre|le) message.{0,400}(été lu|affiché)
    (su|el) mensaje.{0,400}(le[ií]do|mostrado|ha sido abierto)
    (il|suo) messaggio.{0,400}(è stato letto|visualizzato)
    (uw|het) bericht.{0,400}(gelezen|weergegeven)
    (sua|a) mensagem.{0,400}(foi lida|exibida)
    (wiadomość).{0,400}(przeczytan|wyświetlon)
    (ditt|dit) meddelande?.{0,400}(läs|læst|lest)
    (сообщение).{0,400}(прочитано|прочтено)
    開封|已读|已讀|阅读|閱讀|읽었습니다
""")
