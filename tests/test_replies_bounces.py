"""What machines report: bounces of many makers, complaints, receipts; people who only write about them."""
# ruff: noqa: E501 - a server's words stand in one line, as it writes them

import json
import quopri
import time

import pytest
from makers import GONE, HARD, KIM, LATE, MADE, ORIGINAL, SOFT, US, Made
from test_replies import Sent, id_of, mail, notice, report

from mailer.nouns import Kind, LetterId, Reason
from mailer.replies import classify, match, read

TO_KIM = LetterId("initial-contact", "riverpy", "initial-contact")
OURS = Sent(letters=((TO_KIM, KIM),))


def finding(raw, ours=OURS):
    letter = read(raw)
    return classify(letter, match(letter, ours), ours)


def facts(raw):
    found = finding(raw)
    return found.kind, found.reason, tuple(map(str, found.addresses))


@pytest.mark.parametrize("case", MADE, ids=lambda case: case.maker)
def test_every_makers_mail_is_understood(case: Made):
    assert facts(case.raw()) == (case.kind, case.reason, case.to)


def _quoted_printable(raw):
    head, _, body = raw.partition(b"\n\n")
    return head + b"\nContent-Transfer-Encoding: quoted-printable\n\n" + quopri.encodestring(body)


FORMS = {
    "line ends of DOS": lambda raw: raw.replace(b"\n", b"\r\n"),
    "line ends of old Macs": lambda raw: raw.replace(b"\n", b"\r"),
    "an mbox line in front": lambda raw: b"From MAILER-DAEMON Mon May  5 09:00:00 2025\n" + raw,
    "a byte order mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "quoted-printable": _quoted_printable,
    "through a list": lambda raw: b"List-Id: <l.lists.example>\nPrecedence: list\n" + raw,
}


LIKE_A_POST = {"X6", "Exim in one line of HTML"}
"""Neither a machine's address nor a machine's envelope: on a list it may be somebody's question."""


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_makers_mail_is_the_same_in_every_form(form):
    for case in MADE:
        if form is FORMS["through a list"] and case.maker in LIKE_A_POST:
            continue
        assert facts(form(case.raw())) == (case.kind, case.reason, case.to), case.maker


def test_the_dead_address_alone_has_failed():
    [case] = [case for case in MADE if case.maker.startswith("two recipients")]
    found = finding(case.raw())
    assert list(map(str, found.failed)) == [KIM]
    assert found.because[0] == f"{KIM}: there is no such mailbox"


def two_reports(first, second):
    """A delivery report on two recipients."""
    raw = report(*first, recipient="kim@riverpy.example").decode()
    more = f"Final-Recipient: rfc822; lee@riverpy.example\nAction: failed\nStatus: {second[0]}\n"
    return raw.replace(
        "--b\nContent-Type: text/rfc822", f"{more}\n--b\nContent-Type: text/rfc822", 1
    ).encode()


def test_each_recipient_of_a_report_has_a_reason_of_its_own():
    found = finding(two_reports(("5.2.2", "552 mailbox full"), ("5.1.1",)))
    assert (found.kind, found.reason) == (Kind.BOUNCE_HARD, Reason.USER_UNKNOWN)
    assert list(map(str, found.addresses)) == ["kim@riverpy.example", "lee@riverpy.example"]
    assert list(map(str, found.failed)) == ["lee@riverpy.example"]
    assert "kim@riverpy.example: the mailbox is full" in found.because


REASONS = [
    ("5.1.1", "550 5.1.1 no such user", GONE),
    ("", "kim wurde in x.example nicht gefunden. Unbekannte Empfängeradresse", GONE),
    ("", "Nie można odnaleźć wprowadzonego adresu e-mail", GONE),
    ("5.1.2", "550 Host unknown", Reason.HOST_UNKNOWN),
    ("5.1.6", "551 user has moved", Reason.MOVED),
    ("5.2.1", "550 5.2.1 The email account that you tried to reach is disabled", Reason.MAILBOX_DISABLED),
    ("5.2.2", "552 over quota", Reason.MAILBOX_FULL),
    ("5.3.4", "552 message size exceeds limit", Reason.TOO_BIG),
    ("5.7.1", "554 blocked using zen.spamhaus.org", Reason.SPAM),
    ("5.7.1", "550 SPF check failed: policy", Reason.POLICY),
    ("5.6.0", "554 attachment type not allowed", Reason.CONTENT),
    ("5.6.0", "", Reason.CONTENT),
    ("5.0.0", "550 unknown user (in reply to end of DATA command)", Reason.CONTENT),
    ("4.4.1", "connection timed out", Reason.TRY_LATER),
    ("5.4.4", "host name lookup failure", Reason.TRY_LATER),
    ("5.3.0", "554 mail loop detected", Reason.SERVER_TROUBLE),
    ("5.0.0", "", Reason.UNKNOWN),
    ("5.1.10", "550 5.1.10 does not accept mail (nullMX)", Reason.HOST_UNKNOWN),
]


@pytest.mark.parametrize(("status", "words", "reason"), REASONS)
def test_a_report_gives_its_reason(status, words, reason):
    found = finding(report(status, words, recipient=KIM))
    assert found.reason is reason
    assert (found.kind is Kind.BOUNCE_HARD) == (reason in {GONE, Reason.HOST_UNKNOWN, Reason.MOVED})


def transcript(*lines):
    text = "   ----- Transcript of session follows -----\n... while talking to mx:\n" + "\n".join(lines)
    return report("5.0.0", "550 User unknown", recipient=KIM).replace(
        b"I'm sorry", text.encode() + b"\n\nSorry"
    )


def test_user_unknown_in_answer_to_the_letter_itself_is_a_filter():
    found = finding(transcript(">>> DATA", "<<< 550 : User unknown"))
    assert (found.kind, found.reason) == (Kind.BOUNCE_SOFT, Reason.CONTENT)


def test_user_unknown_before_a_refused_data_is_dead():
    found = finding(transcript(">>> DATA", "<<< 550 User unknown", "<<< 503 5.0.0 Need RCPT (recipient)"))
    assert (found.kind, found.reason) == (Kind.BOUNCE_HARD, GONE)


def test_a_report_that_names_nobody_is_about_whom_the_returned_letter_was_to():
    raw = report("5.1.1", "550 no such user", recipient="", to=KIM)
    assert facts(raw) == (HARD, GONE, (KIM,))


def test_our_own_address_and_whom_to_ask_for_help_have_not_failed():
    ours = notice(f"{US}\n\nYour letter was not delivered to {KIM}: no such user here.\n")
    help_ = notice(f"Undeliverable: for {KIM} there is no such user. For help contact hal@mx.example.\n")
    assert facts(ours) == facts(help_) == (HARD, GONE, (KIM,))


def test_where_nothing_names_an_address_it_is_the_one_we_wrote_to():
    raw = notice("Your letter was not delivered: no such user here.\n", in_reply_to=id_of(TO_KIM))
    assert list(map(str, finding(raw).failed)) == [KIM]


def test_the_more_signs_the_surer():
    sure = finding(report("5.1.1", "550 no such user", recipient=KIM)).confidence
    many = finding(MADE[0].raw()).confidence
    few = finding(notice(f"{KIM}\nno such user", return_path=None)).confidence
    vague = finding(report("5.0.0", recipient=KIM)).confidence
    assert sure == 99
    assert sure > many > few > vague > 80


ABOUT_BOUNCES = {
    "to us": mail(
        "Your mail to our list could not be delivered, it says “550 5.1.1 user unknown”. Write to me instead.\n",
        subject="Undelivered Mail Returned to Sender",
        in_reply_to=id_of(TO_KIM),
    ),
    "forwarded in the text": mail(
        f"Hi Maria, I got this, what does it mean?\n\n---------- Forwarded message ---------\nFrom: Mail Delivery "
        f"System <MAILER-DAEMON@mx.example>\n\nThe following address(es) failed:\n\n  {KIM}\n    no such user\n",
        subject="Fwd: Mail delivery failed: returning message to sender",
        **{"from": "Dan <dan@deltapy.example>"},
    ),
    "forwarded as a file": (
        f"From: Dan <dan@deltapy.example>\nTo: {US}\nSubject: Fwd: Undeliverable: Project nights\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=m\n\n--m\n\nLook, it came back.\n\n--m\nContent-Type: message/rfc822\n\n"
    ).encode()
    + report("5.1.1", "no such user")
    + b"\n--m--\n",
    "with the machine's part in the open": (
        f"From: Dan <dan@deltapy.example>\nTo: {US}\nSubject: FW: Undeliverable: Project nights\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=m\n\n--m\n\nLook, it came back.\n\n--m\n"
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; {KIM}\n"
        "Action: failed\nStatus: 5.1.1\n\n--m--\n"
    ).encode(),
    "on a list": mail(
        "Does anybody know what “550 5.1.1 user unknown” means?\n\nYour message could not be delivered to "
        f"{KIM}:\n550 5.1.1 user unknown\n",
        subject="Mail delivery failed: what now?",
        list_id="<mail.lists.example>",
    ),
    "a postmaster in person": mail(
        "Hello Maria, your message could not be delivered because of our filter. It should work now. Yours, Pat\n",
        subject="Re: Project nights",
        in_reply_to=id_of(TO_KIM),
        **{"from": "Postmaster <postmaster@riverpy.example>"},
    ),
    "about a parcel": mail(
        "The pizza could not be delivered to the venue last time, so we cook ourselves.\n",
        subject="Re: Project nights",
    ),
    "about a full mailbox": mail(
        "Sorry, my mailbox was full and mails were returned to sender. Yes, gladly!\n",
        subject="Re: Project nights",
    ),
    "with our quoted letter": mail(
        "Sure, which room?\n\n> If this letter cannot be delivered to the following recipient, tell me.\n",
        subject="Re: Project nights",
        in_reply_to=id_of(TO_KIM),
    ),
    "who asks about an address": mail(
        f"Kim's address seems wrong: your message could not be delivered to {KIM}: 550 5.1.1 user unknown.\n",
        subject="Kim",
    ),
    "who says hello first": mail(
        f"Hi Maria,\n\nmy message could not be delivered to {KIM}:\n550 5.1.1 user unknown\nDo you know another?\n",
        subject="Undeliverable mail to Kim",
    ),
    "about a delivery status": mail(
        "What's the delivery status of the stickers?\n", subject="Delivery status"
    ),
    "about a code review": mail(
        "I get “failed to send” and error 550 <queue> from the script; can we look at it together?\n",
        subject="mail error in the workshop script",
    ),
}


@pytest.mark.parametrize("raw", ABOUT_BOUNCES.values(), ids=ABOUT_BOUNCES.keys())
def test_a_person_who_writes_about_a_bounce_is_a_person(raw):
    assert finding(raw).kind in {Kind.HUMAN, Kind.UNRELATED}


def test_an_absence_that_speaks_of_many_people_is_an_absence():
    away = "I am on vacation until May 12; at the conference there are 500 people and 450 posters.\n"
    assert finding(mail(away, subject="Hi", return_path="<>")).kind is Kind.OUT_OF_OFFICE


def complaint(fields, letter=ORIGINAL, **header):
    head = {"From": "Feedback <fbl@provider.example>", "Subject": "complaint", **header}
    return (
        "".join(f"{name}: {value}\n" for name, value in head.items())
        + "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\n"
        f"This is an email abuse report.\n\n--b\nContent-Type: message/feedback-report\n\n{fields}\n\n--b\n"
        f"Content-Type: message/rfc822\n\n{letter}\n--b--\n"
    ).encode()


JMRP = (
    f"From: staff@hotmail.example\nTo: {US}\nSubject: complaint about message from 192.0.2.1\nMIME-Version: 1.0\n"
    f"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: {KIM}\n"
    f"{ORIGINAL}\n--b--\n"
).encode()
SNS = json.dumps(
    {
        "eventType": "Complaint",
        "complaint": {"complainedRecipients": [{"emailAddress": KIM}], "complaintFeedbackType": "abuse"},
        "mail": {"messageId": "0101"},
    }
)

COMPLAINTS = {
    "abuse": complaint(f"Feedback-Type: abuse\nVersion: 1\nUser-Agent: x/1\nOriginal-Rcpt-To: <{KIM}>"),
    "opt-out": complaint(
        f"Feedback-Type: opt-out\nVersion: 1\nRemoval-Recipient: {KIM}\nOriginal-Mail-From: <{US}>"
    ),
    "redacted": complaint("Feedback-Type: abuse\nVersion: 1\nOriginal-Rcpt-To: redacted-3f2a"),
    "redacted, but for the letter": complaint("Feedback-Type: fraud\nVersion: 1"),
    "Microsoft's form": JMRP,
    "through SNS": mail(SNS, subject="AWS Notification Message", **{"from": "SES <no-reply@sns.example>"}),
    "without its frame": mail(
        f"This is an email abuse report.\n\nFeedback-Type: abuse\nVersion: 1\nOriginal-Rcpt-To: {KIM}\n\nReceived: x\n",
        subject="FW: Project nights",
        **{"from": "Abuse desk <abuse-report@provider.example>"},
    ),
    "in words only": (
        f"From: complaints@provider.example\nTo: {US}\nSubject: Spam complaint\nMIME-Version: 1.0\nContent-Type: "
        "multipart/mixed; boundary=b\n\n--b\n\nThis is an email abuse report for an email message received from IP "
        f"192.0.2.1.\n\n--b\nContent-Type: message/rfc822\n\n{ORIGINAL}\n--b--\n"
    ).encode(),
}


@pytest.mark.parametrize("raw", COMPLAINTS.values(), ids=COMPLAINTS.keys())
def test_a_complaint_is_heard_and_says_of_whom(raw):
    found = finding(raw)
    assert found.kind is Kind.COMPLAINT
    assert list(map(str, found.addresses)) == [KIM]
    assert found.confidence > 80


def test_not_spam_is_no_complaint():
    assert finding(complaint("Feedback-Type: not-spam\nVersion: 1")).kind is Kind.RECEIPT


def test_a_report_about_our_signatures_says_that_it_is_no_persons_complaint():
    found = finding(complaint("Feedback-Type: auth-failure\nVersion: 1\nAuth-Failure: dmarc"))
    assert (found.kind, found.reason) == (Kind.COMPLAINT, Reason.POLICY)


def test_a_person_who_complains_of_spam_is_a_person():
    words = "I marked it as spam by mistake, sorry! Yes, we would love to take part.\n"
    assert finding(mail(words, in_reply_to=id_of(TO_KIM))).kind is Kind.HUMAN


def receipt(words, disposition="manual-action/MDN-sent-manually; displayed"):
    return (
        f"From: Kim <{KIM}>\nTo: {US}\nSubject: Read: Project nights\nMIME-Version: 1.0\nContent-Type: multipart/report; "
        f"report-type=disposition-notification; boundary=b\n\n--b\n\n{words}\n\n--b\nContent-Type: "
        f"message/disposition-notification\n\nFinal-Recipient: rfc822; {KIM}\nOriginal-Message-ID: {id_of(TO_KIM)}\n"
        f"Disposition: {disposition}\n\n--b--\n"
    ).encode()


RECEIPTS = {
    "shown": receipt("This receipt shows that the message has been displayed on the recipient's computer."),
    "deleted unread": receipt(
        "Your message was deleted without being read.", "manual-action/MDN-sent-manually; deleted"
    ),
    "relayed": report("2.1.9", "250 ok", action="relayed", recipient=KIM),
    "expanded": report("2.1.5", "250 ok", action="expanded", recipient=KIM),
    "arrived, by its code alone": report("2.0.0", "250 ok", action="", recipient=KIM),
    "delivered, with SNS": mail(
        json.dumps({"notificationType": "Delivery", "delivery": {"recipients": [KIM]}, "mail": {}}),
        **{"from": "no-reply@sns.example"},
    ),
}


@pytest.mark.parametrize("raw", RECEIPTS.values(), ids=RECEIPTS.keys())
def test_a_receipt_changes_nothing(raw):
    found = finding(raw)
    assert found.kind is Kind.RECEIPT
    assert found.failed == ()


def test_a_receipt_that_says_rejected_names_the_address():
    raw = receipt(f"Your message to <{KIM}> was automatically rejected:\nMailbox is full")
    assert facts(raw) == (SOFT, Reason.MAILBOX_FULL, (KIM,))


def test_arrived_at_one_and_failed_at_another_is_a_bounce():
    raw = report("2.0.0", "250 ok", action="delivered", recipient="lee@riverpy.example").decode()
    more = f"Final-Recipient: rfc822; {KIM}\nAction: failed\nStatus: 5.1.1\n"
    raw = raw.replace("--b\nContent-Type: text/rfc822", f"{more}\n--b\nContent-Type: text/rfc822", 1).encode()
    assert facts(raw) == (HARD, GONE, (KIM,))


def test_a_letter_that_waits_is_late_and_no_bounce():
    raw = report("4.4.1", "connection timed out", action="delayed", recipient=KIM)
    assert facts(raw) == (LATE, Reason.TRY_LATER, (KIM,))


@pytest.mark.parametrize(
    "text",
    [
        "{" * 60_000,
        '{"mail": ' + "[" * 30_000,
        '{"mail":{},"notificationType":"Bounce","bounce":[1]}',
        '{"mail":{},"notificationType":"Bounce","bounce":{"bouncedRecipients":[1,{"emailAddress":5}]}}',
        '{"mail":{},"notificationType":7}',
        '{"mail":{},"notificationType":["Bounce"]}',
        '{"mail":{},"eventType":"Complaint","complaint":{"complainedRecipients":{"a":1}}}',
    ],
)
def test_a_record_that_is_none_is_no_trouble(text):
    finding(mail(text, **{"from": "no-reply@sns.example"}))


SLOW = [
    "delivery failed " * 2,
    "host a said: ",
    "could not be delivered to ",
    "a@b.example ",
    "user " + "x" * 58 + " ",
    ">>> rcpt to:" + "x" * 199,
    "final-recipient: ",
    "not no non find ",
    "[45] 550 5.1.1 ",
    "\n>>> data\n<<< 5",
    "message mail e-mail recipient address ",
]


@pytest.mark.parametrize("piece", SLOW)
def test_a_long_notice_takes_no_longer_than_its_length(piece):
    def seconds(size):
        raw = notice((piece * (size // len(piece) + 1))[:size])
        best = []
        for _ in range(3):
            began = time.process_time()
            finding(raw)
            best.append(time.process_time() - began)
        return min(best)

    assert seconds(80_000) < 2.5 * seconds(40_000) + 0.02
