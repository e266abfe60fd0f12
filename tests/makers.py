"""Mails that come back, as makers of mail servers word them: each written from what is known of its form.

An entry is the maker's name, the kind expected (and the reason), whose address it speaks of, and the mail.
"""
# ruff: noqa: E501, RUF001 - a server's words stand as it writes them, in its own line and alphabet

from dataclasses import dataclass, field

from mailer.nouns import Kind, Reason

US = "maria@fellows.example"
KIM = "kim@riverpy.example"
LEE = "lee@riverpy.example"
HARD, SOFT, LATE, SEEN = Kind.BOUNCE_HARD, Kind.BOUNCE_SOFT, Kind.DELAYED, Kind.RECEIPT
GONE, FULL, NOWHERE, SPAM = Reason.USER_UNKNOWN, Reason.MAILBOX_FULL, Reason.HOST_UNKNOWN, Reason.SPAM
ORIGINAL = f"Received: from laptop by mx.fellows.example\nFrom: Maria <{US}>\nTo: {KIM}\nSubject: Project nights\n\nHello Kim\n"


@dataclass(frozen=True)
class Made:
    """One mail of a maker, with what it is."""

    maker: str
    kind: Kind
    reason: Reason
    text: str
    subject: str = "Undeliverable"
    sender: str = "Mail Delivery System <MAILER-DAEMON@mx.example>"
    to: tuple = (KIM,)
    form: str = "text/plain; charset=utf-8"
    more: dict = field(default_factory=dict)

    def raw(self):
        fields = {"From": self.sender, "To": US, "Subject": self.subject, **self.more}
        fields |= {
            "Date": "Mon, 05 May 2025 09:00:00 +0000",
            "MIME-Version": "1.0",
            "Content-Type": self.form,
        }
        header = "".join(f"{name}: {value}\n" for name, value in fields.items())
        return f"{header}\n{self.text}".encode()


def made(maker, kind, reason, text, **more):
    return Made(maker, kind, reason, text, **more)


NULL = {"Return-Path": "<>"}

MADE = [
    made(
        "qmail",
        HARD,
        GONE,
        f"Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the "
        f"following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<{KIM}>:\n"
        f"Sorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n{ORIGINAL}",
        subject="failure notice",
        sender="MAILER-DAEMON@mx.example",
    ),
    made(
        "Exim",
        HARD,
        NOWHERE,
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
        f"delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n"
        f"  {KIM}\n    Unrouteable address: all relevant MX records point to non-existent hosts\n\n"
        f"------ This is a copy of the message, including all the headers. ------\n\n{ORIGINAL}",
        subject="Mail delivery failed: returning message to sender",
        more={"X-Failed-Recipients": KIM, **NULL},
    ),
    made(
        "Exim in one line of HTML",
        SOFT,
        FULL,
        "<html><body><p>This message was created automatically by mail delivery software. A message that you sent could "
        "not be delivered to one or more of its recipients. This is a permanent error. The following address(es) "
        f"failed: {KIM} mailbox is full: retry timeout exceeded ------ This is a copy of the message, including all "
        f"the headers. ------ Return-path: &lt;{US}&gt; From: Maria &lt;{US}&gt; To: {KIM}</p></body></html>",
        subject="Mail delivery failed: returning message to sender",
        sender="Correo <correo@hosting.example>",
        form="text/html; charset=utf-8",
    ),
    made(
        "a hosting company of Latin America",
        HARD,
        GONE,
        f"Estimado usuario:\n\nSu mensaje no pudo ser entregado a los siguientes destinatarios:\n\n{KIM}\n\n"
        "Motivo: el usuario no existe en este servidor.\n",
        subject="Correo devuelto: mensaje no entregado",
        sender="Sistema de correo <postmaster@correo.example>",
    ),
    made(
        "a provider of Brazil",
        SOFT,
        FULL,
        f"Esta é uma mensagem automática.\n\nSua mensagem não pôde ser entregue para {KIM}.\n\nA caixa postal do "
        f"destinatário está cheia.\n\n----- Mensagem original -----\n\n{ORIGINAL}",
        subject="Falha na entrega da mensagem",
        sender="MAILER-DAEMON@provedor.example",
    ),
    made(
        "Amazon WorkMail",
        HARD,
        GONE,
        f"This message could not be delivered.\n\nRecipient: {KIM}\nReason: The email account that you tried to reach "
        f"does not exist.\n\nTechnical report:\n\nFinal-Recipient: rfc822;{KIM}\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 mailbox does not exist\n",
        subject="Undeliverable message",
        sender="postmaster@mail.example",
        more={"X-Mailer": "Amazon WorkMail", **NULL},
    ),
    made(
        "Amazon SES by SNS",
        HARD,
        GONE,
        '{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":'
        f'[{{"emailAddress":"{KIM}","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}}]'
        '},"mail":{"messageId":"0101"}}\n\n--\nIf you wish to stop receiving notifications from this topic, visit x\n',
        subject="AWS Notification Message",
        sender="SES <no-reply@sns.amazonaws.com>",
    ),
    made(
        "Amazon SES by SNS, waiting",
        LATE,
        Reason.TRY_LATER,
        '{"eventType":"DeliveryDelay","deliveryDelay":{"delayType":"TransientCommunicationFailure","delayedRecipients":'
        f'[{{"emailAddress":"{KIM}","status":"4.4.1","diagnosticCode":"smtp; 421 4.4.1 Unable to connect"}}]}},'
        '"mail":{"messageId":"0101"}}',
        subject="AWS Notification Message",
        sender="SES <no-reply@sns.amazonaws.com>",
    ),
    made(
        "OpenSMTPD",
        SOFT,
        FULL,
        "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    An error has occurred while "
        f"attempting to deliver a message for\n    the following list of recipients:\n\n{KIM}: 550 5.2.2 <{KIM}>... "
        f"Mailbox Full\n\n    Below is a copy of the original message:\n\n{ORIGINAL}",
        subject="Delivery status notification: error",
        sender="Mailer Daemon <MAILER-DAEMON@mx.example>",
    ),
    made(
        "OpenSMTPD, still trying",
        LATE,
        Reason.TRY_LATER,
        "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    A message is delayed for more "
        f"than 4 hours for the following\n    list of recipients:\n\n{KIM}: Network error on destination MXs: connection "
        f"timeout\n\n    Below is a copy of the original message:\n\n{ORIGINAL}",
        subject="Delivery status notification: warning",
        sender="Mailer Daemon <MAILER-DAEMON@mx.example>",
    ),
    made(
        "DragonFly",
        HARD,
        GONE,
        f"This is the DragonFly Mail Agent v0.13 at df.example.\n\nThere was an error delivering your mail to <{KIM}>.\n\n"
        f"mx.riverpy.example [192.0.2.9] did not like our RCPT TO:\n550 5.1.1 <{KIM}>: Recipient address rejected: User "
        f"unknown\n\nOriginal message headers follow.\n\n{ORIGINAL}",
        subject="Mail delivery failed",
        sender="MAILER-DAEMON <>",
    ),
    made(
        "old sendmail",
        HARD,
        GONE,
        "   ----- Transcript of session follows -----\n... while talking to mx.riverpy.example:\n>>> RCPT To:<"
        f"{KIM}>\n<<< 550 <{KIM}>... User unknown\n550 {KIM}... User unknown\n\n   ----- Unsent message follows -----\n"
        f"{ORIGINAL}",
        subject="Returned mail: User unknown",
        sender="Mail Delivery Subsystem <MAILER-DAEMON>",
    ),
    made(
        "EZweb",
        SOFT,
        Reason.MAILBOX_DISABLED,
        f"The user(s) account is temporarily limited.\n\n<{KIM}>\n\n--- Original mail\n{ORIGINAL}",
        subject="Mail System Error - Returned Mail",
        sender="Postmaster@phone.example",
    ),
    made(
        "KDDI",
        SOFT,
        FULL,
        f"Your mail sent on: Thu, 29 Apr 2010 11:04:47 +0900\n     Could not be delivered to: <{KIM}>\n     As their "
        "mailbox is full.\n",
        subject="Undelivered mail",
        sender="no-reply@app.phone.example",
        more=NULL,
    ),
    made(
        "m-FILTER",
        HARD,
        GONE,
        "このメールは「m-FILTER」が自動的に作成して送信しています。\nメールサーバーとの通信中、下記の理由により\nこのメールは"
        f"送信できませんでした。\n以下のメールアドレスへの送信に失敗しました。\n{KIM}\n-------server message\n550 5.1.1 user unknown "
        f"<{KIM}>\n-------SMTP command\nRCPT TO:<{KIM}>\n-------original message\n{ORIGINAL}",
        subject="failure notice",
        sender="POSTMASTER <postmaster@mx.example>",
    ),
    made(
        "Notes",
        HARD,
        GONE,
        f"Your message\n\n  Subject: Project nights\n\nwas not delivered to:\n\n  {KIM}\n\nbecause:\n\n  User kim ("
        f"{KIM}) not listed in Domino Directory\n",
        subject=f"DELIVERY FAILURE: User kim ({KIM}) not listed in Domino Directory",
        sender="Postmaster@riverpy.example",
    ),
    made(
        "Notes in German",
        HARD,
        GONE,
        f"Ihre Nachricht\n\n  Betreff: Project nights\n\nkonnte nicht zugestellt werden an:\n\n  {KIM}\n\naufgrund von:\n\n"
        f"  Benutzer kim ({KIM}) ist nicht im Domino-Verzeichnis aufgeführt: Empfänger unbekannt\n",
        subject="ZUSTELLFEHLER: Benutzer nicht gefunden",
        sender="Postmaster@riverpy.example",
    ),
    made(
        "Yahoo",
        HARD,
        GONE,
        f"Sorry, we were unable to deliver your message to the following address.\n\n<{KIM}>:\nRemote host said:\n554 "
        "delivery error: dd This user doesn't have a yahoo.com account (kim@riverpy.example) [-5] [RCPT_TO]\n\n"
        f"--- Below this line is a copy of the message.\n\n{ORIGINAL}",
        subject="Failure Notice",
        sender="MAILER-DAEMON@yahoo.example",
    ),
    made(
        "Exchange 2003",
        HARD,
        GONE,
        "Your message\n\n  To:      kim\n  Subject: Project nights\n  Sent:    Mon, 5 May 2025 09:00:00 -0000\n\ndid not "
        f"reach the following recipient(s):\n\n{KIM} on Mon, 5 May 2025 09:00:02 -0000\n    The recipient name is not "
        "recognized\n\tThe MTS-ID of the original message is: c=us;a= ;p=river;l=MAIL1\n    MSEXCH:IMS:River:MAIL:MX 0 "
        "(000C05A6) Unknown Recipient\n",
        subject="Undeliverable: Project nights",
        sender="System Administrator <postmaster@riverpy.example>",
    ),
    made(
        "Exchange 2007",
        SOFT,
        Reason.TOO_BIG,
        f"Delivery has failed to these recipients or distribution lists:\n\n{KIM}\nThis message is larger than the current "
        "system limit or the recipient's mailbox is not able to take it.\n\nDiagnostic information for administrators:\n\n"
        f"Generating server: mx.riverpy.example\n\n{KIM}\n#550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large ##\n\n"
        f"Original message headers:\n\n{ORIGINAL}",
        subject="Undeliverable: Project nights",
        sender="Microsoft Exchange <exchange@riverpy.example>",
    ),
    made(
        "Office 365 in French",
        HARD,
        GONE,
        f"Échec de la remise à ces destinataires ou groupes :\n\n{KIM}\nL’adresse de messagerie que vous avez entrée est "
        "introuvable. Vérifiez l’adresse et réessayez.\n\nInformations de diagnostic pour les administrateurs :\n\n"
        f"{KIM}\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found'\n",
        subject="Non remis : Project nights",
        sender="Microsoft Outlook <postmaster@riverpy.example>",
    ),
    made(
        "Exchange in Spanish",
        HARD,
        GONE,
        f"No se pudo entregar el mensaje a estos destinatarios o grupos:\n\n{KIM}\nNo se ha encontrado la dirección de "
        "correo electrónico que ha escrito.\n",
        subject="No se puede entregar: Project nights",
        sender="postmaster@riverpy.example",
    ),
    made(
        "Exchange in Portuguese",
        HARD,
        GONE,
        f"Falha na entrega a estes destinatários ou grupos:\n\n{KIM}\nNão foi possível encontrar o endereço: o destinatário "
        "não existe.\n",
        subject="Não é possível entregar: Project nights",
        sender="postmaster@riverpy.example",
    ),
    made(
        "Exchange in Italian",
        SOFT,
        FULL,
        f"Impossibile recapitare il messaggio ai seguenti destinatari o gruppi:\n\n{KIM}\nLa casella di posta del "
        "destinatario è piena.\n",
        subject="Non recapitabile: Project nights",
        sender="postmaster@riverpy.example",
    ),
    made(
        "Exchange in Dutch",
        HARD,
        GONE,
        f"De bezorging aan deze geadresseerden of groepen is mislukt:\n\n{KIM}\nHet ingevoerde e-mailadres van de "
        "geadresseerde: adres niet gevonden.\n",
        subject="Onbestelbaar: Project nights",
        sender="postmaster@riverpy.example",
    ),
    made(
        "Exchange in Swedish",
        HARD,
        GONE,
        f"Leveransen till följande mottagare eller grupper misslyckades:\n\n{KIM}\nE-postadressen du angav hittades inte.\n",
        subject="Kan inte leverera: Project nights",
        sender="postmaster@riverpy.example",
    ),
    made(
        "Exchange in Danish",
        HARD,
        GONE,
        f"Levering til disse modtagere eller grupper mislykkedes:\n\n{KIM}\nDen mailadresse, du angav, blev ikke fundet. "
        "Modtager: ukendt\n",
        subject="Kan ikke leveres: Project nights",
        sender="postmaster@riverpy.example",
    ),
    made(
        "Exchange in Polish",
        HARD,
        GONE,
        f"Dostarczenie do następujących adresatów lub grup nie powiodło się:\n\n{KIM}\nNie znaleziono wprowadzonego adresu: "
        "odbiorca nie istnieje.\n",
        subject="Niedostarczone: Project nights",
        sender="postmaster@riverpy.example",
    ),
    made(
        "Exchange in Czech",
        HARD,
        GONE,
        f"Doručení těmto příjemcům nebo skupinám se nezdařilo:\n\n{KIM}\nZadaná e-mailová adresa nebyla nalezena.\n",
        subject="Nedoručitelné: Project nights",
        sender="postmaster@riverpy.example",
    ),
    made(
        "Exchange in Finnish",
        HARD,
        GONE,
        f"Toimittaminen näille vastaanottajille tai ryhmille epäonnistui:\n\n{KIM}\nSähköpostiosoite ei löydy: "
        "vastaanottaja ei ole olemassa.\n",
        subject="Ei voi toimittaa: Project nights",
        sender="postmaster@riverpy.example",
    ),
    made(
        "Exchange in Turkish",
        HARD,
        GONE,
        f"Şu alıcılara veya gruplara teslim edilemedi:\n\n{KIM}\nGirdiğiniz e-posta adresi bulunamadı.\n",
        subject="Teslim edilemedi: Project nights",
        sender="postmaster@riverpy.example",
    ),
    made(
        "Exchange in Russian",
        HARD,
        GONE,
        f"Сбой доставки следующим получателям или группам:\n\n{KIM}\nВведенный адрес электронной почты не найден.\n",
        subject="Недоставлено: Project nights",
        sender="postmaster@riverpy.example",
    ),
    made(
        "Exchange in Japanese",
        HARD,
        GONE,
        f"次の受信者またはグループへの配信に失敗しました:\n\n{KIM}\n入力した電子メール アドレスが見つかりませんでした。\n",
        subject="配信不能: Project nights",
        sender="postmaster@riverpy.example",
    ),
    made(
        "Exchange in Chinese",
        HARD,
        GONE,
        f"未能将邮件传递给以下收件人或组:\n\n{KIM}\n找不到您输入的电子邮件地址。\n",
        subject="无法送达: Project nights",
        sender="postmaster@riverpy.example",
    ),
    made(
        "Exchange in Korean",
        HARD,
        GONE,
        f"다음 받는 사람 또는 그룹에 배달하지 못했습니다.\n\n{KIM}\n입력한 전자 메일 주소를 찾을 수 없습니다.\n",
        subject="배달되지 않음: Project nights",
        sender="postmaster@riverpy.example",
    ),
    made(
        "Courier",
        HARD,
        GONE,
        "This is a delivery status notification from mx.example,\nrunning the Courier mail server, version 0.65.\n\nThe "
        "original message was received on Mon, 05 May 2025 09:00:00 +0000\n\n"
        "---------------------------------------------------------------------------\n\n"
        "                           UNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n"
        f"<{KIM}>:\n    mx.riverpy.example [192.0.2.9]:\n>>> RCPT TO:<{KIM}>\n<<< 550 User unknown.\n",
        subject="NOTICE: mail delivery status.",
        sender='"Courier mail server at mx.example" <@>',
    ),
    made(
        "MailMarshal",
        HARD,
        GONE,
        f"Your message:\n   From:    {US}\n   Subject: Project nights\n\nCould not be delivered because of\n\n550 5.1.1 "
        f"User unknown\n\nThe following recipients were affected: \n    {KIM}\n\nAdditional Information\n"
        f"======================\n\nOriginal Sender:    <{US}>\nSender-MTA:         <192.0.2.1>\n",
        subject="Undeliverable Mail: Project nights",
        sender="MailMarshal <mailmarshal@riverpy.example>",
    ),
    made(
        "Barracuda",
        SOFT,
        SPAM,
        f"Your message to: {KIM}\nwas blocked by our Spam Firewall. The email you sent with the following subject has NOT "
        "BEEN DELIVERED:\n\nSubject: Project nights\n",
        subject="**Message you sent blocked by our bulk email filter**",
        sender="Mail Firewall <postmaster@riverpy.example>",
    ),
    made(
        "Postini",
        SOFT,
        Reason.TRY_LATER,
        f"Message delivery to {KIM} has failed.\n\nConnection to mx.riverpy.example timed out. [550 psmtp]\n",
        subject="Delivery failure",
        sender="MAILER-DAEMON@gateway.example",
    ),
    made(
        "GroupWise",
        HARD,
        GONE,
        f"The message that you sent was undeliverable to the following:\n\t{KIM} (user not found)\n\nPossibly truncated "
        f"original message follows:\n\n{ORIGINAL}",
        subject="Message status - undeliverable",
        sender="GroupWise <mailer-daemon@riverpy.example>",
    ),
    made(
        "InterScan",
        HARD,
        GONE,
        f"Unable to deliver message to <{KIM}>\n\nSent <<< RCPT TO:<{KIM}>\nReceived >>> 550 5.1.1 <{KIM}>... user "
        "unknown\n",
        subject="Mail could not be delivered",
        sender='"InterScan MSS" <imss@riverpy.example>',
    ),
    made(
        "X2",
        HARD,
        GONE,
        f"Unable to deliver message to the following address(es).\n\n<{KIM}>:\nThis user doesn't have a riverpy.example "
        f"account ({KIM}) [0]\n\n--- Original message follows.\n\n{ORIGINAL}",
        subject="Delivery failure",
        sender="MAILER-DAEMON@x2.example",
    ),
    made(
        "X6",
        HARD,
        GONE,
        "We had trouble delivering your message. Full details follow:\n\nSubject: 'Project nights'\nDate: 'Mon, 5 May "
        f"2025 09:00:00 +0000'\n\n1 error(s):\n\nSMTP Server <mx.riverpy.example> rejected recipient <{KIM}> (Error "
        "following RCPT command). It responded as follows: [550 5.1.1 User unknown]\n",
        subject="There was an error sending your mail",
        sender="mail@hosting.example",
    ),
    made(
        "IMail",
        HARD,
        GONE,
        f"Unknown user: {KIM}\n\nOriginal message follows.\n\n{ORIGINAL}",
        subject="Undeliverable Mail",
        sender="Mail Administrator <postmaster@riverpy.example>",
        more={"X-Mailer": "<SMTP32 v8.22>"},
    ),
    made(
        "MDaemon",
        SOFT,
        Reason.TRY_LATER,
        "The attached message had PERMANENT fatal delivery errors!\n\nAfter one or more unsuccessful delivery attempts the "
        "attached message has\nbeen removed from the mail queue on this server. The number and frequency\nof delivery "
        f"attempts are determined by local configuration.\n\nYOUR MESSAGE WAS NOT DELIVERED!\n\nFailed address: {KIM}\n\n"
        "--- Session Transcript ---\n Mon 2025-05-05 09:00:00: * Connection timed out (retry limit reached)\n",
        subject="Permanent Delivery Failure",
        sender="MDaemon at mx.example <MDaemon@mx.example>",
    ),
    made(
        "SurgeMail",
        HARD,
        GONE,
        f"Your message could not be delivered to: {KIM}\n\nReason: Remote server said: 550 no such user here\n\n"
        f"Message header follows:\n\n{ORIGINAL}",
        subject="Mail delivery failed",
        sender="surgemail <postmaster@mx.example>",
    ),
    made(
        "messagelabs",
        HARD,
        NOWHERE,
        f"The following message to <{KIM}> was undeliverable.\nThe reason for the problem:\n5.1.2 - Bad destination host "
        "'DNS Hard Error looking up riverpy.example (MX):  NXDomain'\n",
        subject="Mail Delivery Failure",
        sender="Mail Delivery System <MAILER-DAEMON@gateway.example>",
    ),
    made(
        "Gmail of old",
        SOFT,
        FULL,
        "This is an automatically generated Delivery Status Notification\n\nDelivery to the following recipient failed "
        f"permanently:\n\n     {KIM}\n\nTechnical details of permanent failure: \nGoogle tried to deliver your message, but "
        "it was rejected by the recipient domain. The error that the other server returned was: 552 552 5.2.2 Over quota "
        f"(state 14).\n\n----- Original message -----\n\n{ORIGINAL}",
        subject="Delivery Status Notification (Failure)",
        sender="Mail Delivery Subsystem <mailer-daemon@google.example>",
    ),
    made(
        "Gmail of old, still trying",
        LATE,
        Reason.TRY_LATER,
        "This is an automatically generated Delivery Status Notification\n\nTHIS IS A WARNING MESSAGE ONLY.\n\nYOU DO NOT "
        f"NEED TO RESEND YOUR MESSAGE.\n\nDelivery to the following recipient has been delayed:\n\n     {KIM}\n\nMessage "
        "will be retried for 2 more day(s)\n\nTechnical details of temporary failure: \nThe recipient server did not "
        "accept our requests to connect. (timed out)\n",
        subject="Delivery Status Notification (Delay)",
        sender="Mail Delivery Subsystem <mailer-daemon@google.example>",
    ),
    made(
        "GMX",
        HARD,
        GONE,
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
        "delivered to one or more of\nits recipients. This is a permanent error. The following address\nfailed:\n\n"
        f'"{KIM}":\nSMTP error from remote server after RCPT command:\nhost: mx.riverpy.example\n5.1.1 <{KIM}>: Recipient '
        f"address rejected: User unknown in virtual mailbox table\n\n--- The header of the original message is following. "
        f"---\n\n{ORIGINAL}",
        subject="Mail delivery failed: returning message to sender",
        sender="GMX Mailer Daemon <mailer-daemon@gmx.example>",
    ),
    made(
        "mail.ru",
        HARD,
        GONE,
        "Это письмо создано автоматически\nсервером Mail.Ru, # отвечать на него не нужно.\n\nК сожалению, Ваше письмо не "
        f"может\nбыть доставлено одному или нескольким\nполучателям:\n\n**********************\n\n{KIM}\nПользователь с "
        f"таким адресом не найден: user not found\n\n**********************\n\n{ORIGINAL}",
        subject="Mail failure.",
        sender="mailer-daemon@mail.example",
    ),
    made(
        "QQ",
        HARD,
        GONE,
        f"抱歉，您的邮件被退回来了……\n\n原邮件信息：\n主 题：Project nights\n收件人：{KIM}\n\n退信原因：收件人邮箱地址（{KIM}）"
        "不存在，邮件无法送达。\nhost mx said: 550 Mailbox not found\n",
        subject="系统退信/The email is returned",
        sender="PostMaster@qq.example",
    ),
    made(
        "163",
        SOFT,
        FULL,
        f"抱歉，您的邮件被退回来了……\n\n收件人（{KIM}）的邮箱已满，暂时无法接收邮件。\n",
        subject="系统退信",
        sender="Postmaster@163.example",
    ),
    made(
        "CommuniGate",
        HARD,
        GONE,
        f"Failed to deliver to '{KIM}'\nSMTP module(domain riverpy.example) reports:\n host mx.riverpy.example says:\n 550 "
        "5.1.1 user unknown\n",
        subject="Undeliverable mail: Project nights",
        sender="MAILER-DAEMON@cgate.example",
    ),
    made(
        "Smail",
        HARD,
        NOWHERE,
        "|------------------------- Message log follows: -------------------------|\n no valid recipients were found for "
        f"this message\n|------------------------- Failed addresses follow: ---------------------|\n <{KIM}> ... unknown "
        f"host\n|------------------------- Message text follows: ------------------------|\n{ORIGINAL}",
        subject="mail failed, returning to sender",
        sender="<MAILER-DAEMON@smail.example>",
    ),
    made(
        "Haraka",
        HARD,
        GONE,
        "This is the Haraka system at host mx.example.\n\nI'm sorry to have to inform you that your message could not be\n"
        f"delivered to one or more recipients.\n\nIntended Recipients: <{KIM}>\nFailure Reason: 550 no such user\n",
        subject="failed delivery: Project nights",
        sender="MAILER-DAEMON <postmaster@mx.example>",
    ),
    made(
        "Surf Control",
        HARD,
        GONE,
        "Your message could not be sent.\nA transcript of the attempts to send the message follows.\nThe number of attempts "
        f"made: 1\nAddressed To: {KIM}\n\nMon 5 May 2025 09:00:00 +0000\nFailed to send to identified host,\n{KIM}: "
        f"[192.0.2.9], 550 {KIM}... No such user\n\n--- Message non-deliverable.\n",
        subject="Message not delivered",
        sender="Mail gateway <gateway@riverpy.example>",
    ),
    made(
        "Verizon",
        HARD,
        GONE,
        f"Message could not be delivered to mobile.\nError: No valid recipients for this MM\n\nMessage details:\n  Subject: "
        f"Project nights\n  RCPT TO: {KIM}\n",
        subject="Undeliverable Message",
        sender="post_master@phone.example",
    ),
    made(
        "MailFoundry",
        SOFT,
        FULL,
        f"Unable to deliver message to: <{KIM}>\nDelivery failed for the following reason:\nServer mx.riverpy.example"
        f"[192.0.2.9] failed with: 552 <{KIM}> mailbox is full\n\nThis has been a permanent failure.  No further delivery "
        "attempts will be made.\n",
        subject="Message delivery has failed",
        sender="MAILER-DAEMON@foundry.example",
    ),
    made(
        "Messaging Server",
        HARD,
        GONE,
        "This report relates to a message you sent with the following header fields:\n\n  Message-id: <1@fellows.example>\n"
        f"  Date: Mon, 05 May 2025 09:00:00 +0000\n  From: Maria <{US}>\n  To: {KIM}\n  Subject: Project nights\n\nYour "
        f"message cannot be delivered to the following recipients:\n\n  Recipient address: {KIM}\n  Reason: Remote SMTP "
        "server has rejected address\n  Diagnostic code: smtp;550 5.1.1 User unknown\n",
        subject="Delivery Notification: Delivery has failed",
        sender="Internet Mail Delivery <postmaster@riverpy.example>",
    ),
    made(
        "BIGLOBE",
        SOFT,
        FULL,
        f"   ----- The following addresses had delivery problems -----\n{KIM}\n\n   ----- Non-delivered information -----\n"
        "The number of messages in recipient's mailbox exceeded the local limit.\n",
        subject="Returned mail: Service unavailable",
        sender="postmaster@provider.example",
    ),
    made(
        "two recipients, two reasons",
        HARD,
        GONE,
        f"This is the mail system at host mx.example.\n\nI'm sorry to have to inform you that your message could not\nbe "
        f"delivered to one or more recipients.\n\n<{LEE}>: host mx[192.0.2.9] said: 452 4.2.2 Mailbox full\n\n<{KIM}>: "
        "host mx[192.0.2.9] said: 550 5.1.1 User unknown (in reply to RCPT TO command)\n",
        subject="Undelivered Mail Returned to Sender",
        to=(LEE, KIM),
    ),
    made(
        "a company's own words",
        SOFT,
        Reason.POLICY,
        f"Your email to {KIM} was not delivered.\nReason: sender is not in the allow list of this recipient.\n",
        subject="Message rejected",
        sender="Mail gateway <no-reply@riverpy.example>",
        more=NULL,
    ),
    made(
        "a list that admits members only",
        SOFT,
        Reason.POLICY,
        f"You are not a member of this mailing list <{KIM}>.\n",
        subject="You maria@fellows.example are not member (river ML)",
        sender="river-admin@riverpy.example",
        more={"X-MLServer": "fml [fml 4.0.3 release]", "References": "<1@fellows.example>"},
    ),
    made(
        "OpenSMTPD, arrived",
        SEEN,
        Reason.NONE,
        "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    Your message was successfully "
        f"delivered to these recipients:\n\n{KIM}: 250 2.0.0: Message accepted\n",
        subject="Delivery status notification: success",
        sender="Mailer Daemon <MAILER-DAEMON@mx.example>",
        to=(),
    ),
    made(
        "a receipt without its frame",
        SEEN,
        Reason.NONE,
        f"Your message\n\n  To: {KIM}\n  Subject: Project nights\n  Sent: Mon, 5 May 2025\n\nwas read on Mon, 5 May 2025 "
        "10:00.\n",
        subject="Read: Project nights",
        sender=f"Kim <{KIM}>",
        to=(),
    ),
    made(
        "Zimbra",
        HARD,
        GONE,
        f"This is the mail system at host zimbra.example.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients. It's attached below.\n\nFor further assistance, please send mail to postmaster.\n\n                   The mail system\n\n<{KIM}>: unknown user: \"kim\"\n",
        subject="Undelivered Mail Returned to Sender",
        sender="MAILER-DAEMON@zimbra.example (Mail Delivery System)",
    ),
    made(
        "Mimecast",
        SOFT,
        Reason.POLICY,
        f"Your message to {KIM} has been rejected.\nReason: Email rejected due to security policies - administrative prohibition\n",
        subject="[Postmaster] Email Delivery Failure",
        sender="postmaster@mimecast.example",
    ),
    made(
        "Proofpoint",
        SOFT,
        SPAM,
        f"The following message to <{KIM}> was undeliverable.\n\nThe reason for the problem:\n5.3.0 - Other mail system problem 554-'5.7.1 [P4] Message blocked due to spam content in the message.'\n",
        subject="Delivery Status Notification (Failure)",
        sender="MAILER-DAEMON@pps.example",
    ),
    made(
        "Trend",
        SOFT,
        Reason.CONTENT,
        f"The message you sent to {KIM} could not be delivered because an attachment type is not allowed.\n",
        subject="Delivery failure notification",
        sender="Trend Micro IMSVA <postmaster@riverpy.example>",
    ),
    made(
        "Facebook",
        HARD,
        GONE,
        f"This message was created automatically by Facebook.\n\nSorry, your message could not be delivered to the following recipient:\n\n{KIM}\n\nThe user does not exist (RCP-P1).\n",
        subject="Sorry, your message could not be delivered",
        sender="Facebook <mailer-daemon@mx.facebook.example>",
    ),
    made(
        "Yandex",
        HARD,
        GONE,
        f"Это письмо отправлено почтовым сервером yandex.ru.\n\nК сожалению, мы вынуждены сообщить Вам о том, что Ваше письмо не может быть отправлено одному или нескольким адресатам. Технические подробности можно найти ниже.\n\n<{KIM}>: host mx[192.0.2.1] said: 550 5.7.1 No such user!\n",
        subject="Недоставленное сообщение",
        sender="mailer-daemon@yandex.example",
    ),
    made(
        "NIFTY",
        HARD,
        GONE,
        f"あなたが送信したメールは、宛先に配信できませんでした。\n\n{KIM}\n\n理由: ユーザーが存在しません (User unknown)\n",
        subject="Undelivered Mail",
        sender="postmaster@nifty.example",
    ),
    made(
        "Notes French",
        HARD,
        GONE,
        f"Votre message\n\n  Objet : Project nights\n\nn'a pas pu être remis à :\n\n  {KIM}\n\nparce que :\n\n  L'utilisateur kim ({KIM}) ne figure pas dans l'annuaire Domino : destinataire inconnu\n",
        subject="ECHEC DE LA DISTRIBUTION : utilisateur inconnu",
        sender="Postmaster@riverpy.example",
    ),
    made(
        "McAfee",
        HARD,
        GONE,
        f"This is an automatically generated Delivery Status Notification.\n\nDelivery to the following recipients failed.\n\n       {KIM}\n       --- The following addresses had delivery problems ---\n<{KIM}>   (User unknown {KIM})\n",
        subject="Delivery Status",
        sender="User Notification Service <postmaster@riverpy.example>",
    ),
    made(
        "IIS",
        SOFT,
        Reason.UNKNOWN,
        f"This is an automatically generated Delivery Status Notification.\n\nDelivery to the following recipients failed.\n\n       {KIM}\n",
        subject="Delivery Status Notification (Failure)",
        sender="postmaster@mail.example",
    ),
    made(
        "IIS delay",
        LATE,
        Reason.TRY_LATER,
        f"This is an automatically generated Delivery Status Notification.\n\nTHIS IS A WARNING MESSAGE ONLY.\n\nYOU DO NOT NEED TO RESEND YOUR MESSAGE.\n\nDelivery to the following recipients has been delayed.\n\n       {KIM}\n",
        subject="Delivery Status Notification (Delay)",
        sender="postmaster@mail.example",
    ),
    made(
        "sendmail warning",
        LATE,
        Reason.TRY_LATER,
        f"    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY      **\n    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n    **********************************************\n\nThe original message was received at Mon, 5 May 2025\n\n   ----- The following addresses had transient non-fatal errors -----\n<{KIM}>\n\n   ----- Transcript of session follows -----\n<{KIM}>... Deferred: Connection timed out with mx.riverpy.example.\nWarning: message still undelivered after 4 hours\nWill keep trying until message is 5 days old\n",
        subject="Warning: could not send message for past 4 hours",
        sender="Mail Delivery Subsystem <MAILER-DAEMON>",
    ),
    made(
        "Exim warning",
        LATE,
        Reason.TRY_LATER,
        f"This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on mx.example.\n\nThe address to which the message has not yet been delivered is:\n\n  {KIM}\n    Delay reason: Connection timed out\n\nNo action is required on your part. Delivery attempts will continue for\nsome time.\n",
        subject="Warning: message 1abc-0001 delayed 24 hours",
        sender="Mail Delivery System <Mailer-Daemon@mx.example>",
    ),
    made(
        "qmail host",
        HARD,
        NOWHERE,
        f"Hi. This is the qmail-send program at a.example.\n\n<{KIM}>:\nSorry, I couldn't find any host named riverpy.example. (#5.1.2)\n\n--- Below this line is a copy of the message.\n",
        subject="failure notice",
        sender="MAILER-DAEMON@a.example",
    ),
    made(
        "qmail given up",
        SOFT,
        Reason.TRY_LATER,
        f"Hi. This is the qmail-send program at a.example.\n\n<{KIM}>:\nSorry, I wasn't able to establish an SMTP connection. (#4.4.1)\nI'm not going to try again; this message has been in the queue too long.\n",
        subject="failure notice",
        sender="MAILER-DAEMON@a.example",
    ),
    made(
        "qmail vpopmail quota",
        SOFT,
        FULL,
        f"Hi. This is the qmail-send program at a.example.\n\n<{KIM}>:\nuser is over quota\n",
        subject="failure notice",
        sender="MAILER-DAEMON@a.example",
    ),
    made(
        "Hotmail",
        HARD,
        GONE,
        f"This is an automatically generated Delivery Status Notification.\n\nDelivery to the following recipients failed permanently:\n\n* {KIM}\n\nReason: There was an error while attempting to deliver your message. 550 Requested action not taken: mailbox unavailable\n",
        subject="Delivery Status Notification (Failure)",
        sender="postmaster@hotmail.example",
    ),
    made(
        "Gmail in German",
        HARD,
        GONE,
        f"** Adresse nicht gefunden **\n\nDeine Nachricht wurde nicht an {KIM} zugestellt, weil die Adresse nicht gefunden wurde oder keine E-Mails empfangen kann.\n\nDie Antwort lautete:\n\n550 5.1.1 The email account that you tried to reach does not exist.\n",
        subject="Delivery Status Notification (Failure)",
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
    ),
    made(
        "Gmail full",
        SOFT,
        FULL,
        f"** Message not delivered **\n\nThe recipient's inbox is out of storage space. {KIM}\n\n452 4.2.2 The recipient's inbox is out of storage space and inactive.\n",
        subject="Delivery Status Notification (Failure)",
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
    ),
    made(
        "Exchange in Hungarian",
        HARD,
        GONE,
        f"Nem sikerült kézbesíteni az üzenetet a következő címzettnek:\n\n{KIM}\n\nA címzett nem található.\n",
        subject="Kézbesíthetetlen: Project nights",
        sender="postmaster@riverpy.example",
    ),
    made(
        "a gateway",
        SOFT,
        Reason.TOO_BIG,
        f"Your e-mail message could not be delivered to {KIM}.\nThe message exceeds the maximum size of 10 MB.\n",
        subject="Message could not be delivered",
        sender="Mail Administrator <postmaster@riverpy.example>",
    ),
    made(
        "cPanel greylist",
        SOFT,
        Reason.TRY_LATER,
        f"This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  {KIM}\n    host mx [192.0.2.1]: SMTP timeout after end of data: retry timeout exceeded\n",
        subject="Mail delivery failed: returning message to sender",
        more={"X-Failed-Recipients": KIM},
    ),
    made(
        "a mailbox that has moved",
        HARD,
        Reason.MOVED,
        f"<{KIM}>: 551 5.1.6 User has moved; please try <lee@elsewhere.example>\n",
        subject="Undeliverable mail",
    ),
    made(
        "a mailbox that is switched off",
        SOFT,
        Reason.MAILBOX_DISABLED,
        f"<{KIM}>: host mx said: 554 5.2.1 This account has been suspended\n",
        subject="Undeliverable mail",
    ),
    made(
        "Terra",
        HARD,
        GONE,
        f"Sua mensagem não foi entregue.\n\nDestinatário: {KIM}\nMotivo: usuário inexistente\n",
        subject="Mensagem devolvida",
        sender="MAILER-DAEMON@terra.example",
    ),
    made(
        "Naver",
        HARD,
        GONE,
        f"메일 발송에 실패했습니다.\n\n받는 사람: {KIM}\n실패 이유: 존재하지 않는 사용자입니다. (User unknown)\n",
        subject="메일 발송 실패 안내",
        sender="postmaster@naver.example",
    ),
    made(
        "HTML Outlook.com",
        HARD,
        GONE,
        f"<html><body><p><b>Delivery has failed to these recipients or groups:</b></p><p><a href='mailto:{KIM}'>{KIM}</a><br>The email address you entered couldn't be found. Please check the recipient's email address and try to resend the message.</p><p>Diagnostic information for administrators:</p></body></html>",
        form="text/html; charset=utf-8",
        subject="Undeliverable: Project nights",
        sender="Microsoft Outlook <postmaster@outlook.example>",
    ),
]
