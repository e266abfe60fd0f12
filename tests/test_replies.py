"""What comes back: which kind of mail it is, and which letter it answers."""

from dataclasses import dataclass, field
from email.message import Message

import pytest

from mailer.nouns import Address, Kind, LetterId, marks
from mailer.replies import NothingSent, Ours, classify, match, read, words_of

SEAL = marks.Seal("l-0123456789abcdef", b"the ledger's secret, 32 bytes...")
US = "maria@fellows.example"
ANA = "ana@loirepy.example"
FIRST = LetterId("initial-contact", "loirepy", "initial-contact")
AGAIN = LetterId("initial-contact", "loirepy", "initial-contact-again")
DELTA = LetterId("initial-contact", "deltapy", "initial-contact")
NIGHT = LetterId("project-night", "loirepy", "project-night")


@dataclass
class Sent(NothingSent):
    """What we sent, oldest first, and what the table and earlier mail say."""

    letters: tuple = ((FIRST, ANA), (AGAIN, ANA), (DELTA, "dan@deltapy.example"))
    ladder: dict = field(default_factory=dict)
    matched: dict = field(default_factory=dict)
    sender: Address = field(default_factory=lambda: Address.parse(US))

    def letter_of(self, text):
        ref = marks.genuine(text, SEAL)
        return next((letter for letter, _ in self.letters if marks.ref(letter, SEAL) == ref), None)

    def is_trial(self, text):
        return False

    def letters_to(self, address):
        return tuple(letter for letter, to in reversed(self.letters) if to == address)

    def letters_to_group_of(self, address):
        groups = self.ladder.get(address, ())
        return tuple(letter for letter, _ in reversed(self.letters) if letter.group in groups)

    def answered_by(self, message_id):
        return self.matched.get(message_id)

    def recipients(self, letter):
        return tuple(Address.parse(to) for known, to in self.letters if known == letter)


SENT: Ours = Sent()


def id_of(letter):
    return marks.message_id(letter, "fellows.example", SEAL)


def mail(text="Sounds great, call me on Tuesday.\n", **fields):
    """The bytes of a mail; `in_reply_to=` becomes `In-Reply-To:`."""
    message = Message()
    plain = {"from": f"Ana <{ANA}>", "to": US, "date": "Mon, 05 May 2025 09:00:00 +0000"}
    for name, value in {**plain, **fields}.items():
        if value is not None:
            message[name.replace("_", "-")] = value
    message.set_payload(text.encode(), "utf-8")
    return message.as_bytes()


def sort(raw, ours=SENT):
    letter = read(raw)
    found = match(letter, ours)
    return classify(letter, found, ours), found


def kind(raw, ours=SENT):
    return sort(raw, ours)[0].kind


def report(status, diagnostic="", action="failed", recipient=ANA, **original):
    """A delivery report as RFC 3464 has it, with the returned letter's header."""
    header = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in original.items())
    return (
        f"From: Mail Delivery System <MAILER-DAEMON@mx.example>\nTo: {US}\nSubject: Undelivered Mail\n"
        "Return-Path: <>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\n\nI'm sorry to have to inform you that your message could not be delivered.\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {diagnostic}\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\n{header}Subject: Project nights\n\n--b--\n"
    ).encode()


def notice(
    text, sender="Mail Delivery System <mailer-daemon@mx.example>", subject="failure notice", **fields
):
    return mail(text, **{"from": sender, "subject": subject, "return_path": "<>", **fields})


PEOPLE = {
    "an answer": mail(in_reply_to=id_of(FIRST)),
    "through a list": mail(in_reply_to=id_of(FIRST), precedence="list", list_id="<loire.lists.example>"),
    "an empty X-Autoreply": mail(in_reply_to=id_of(FIRST), x_autoreply=""),
    "Auto-Submitted: no": mail(in_reply_to=id_of(FIRST), auto_submitted="no (a person)"),
    "asking others for silence": mail(in_reply_to=id_of(FIRST), x_auto_response_suppress="All"),
    "about somebody's absence": mail(
        "Dan is out of office until May 12, but I can help.\n", subject="Re: Hello", in_reply_to=id_of(FIRST)
    ),
    "answering an absence note": mail(
        "I am back, let's talk!\n", subject="Re: Automatic reply: Hello", in_reply_to=id_of(FIRST)
    ),
    "about a bounce": mail(
        "Your mail to our list could not be delivered, write to me instead.\n",
        subject="Delivery failed for your mail",
        in_reply_to=id_of(FIRST),
    ),
    "about an absence, by its title": mail(
        "She can help, too.\n", subject="Re: Ana is out of office", in_reply_to=id_of(FIRST)
    ),
    "who is postmaster herself": mail(
        in_reply_to=id_of(FIRST), **{"from": "Postmaster <postmaster@loirepy.example>"}, subject="Re: Hello"
    ),
    "thanking": mail(
        "Thank you for your message! We will reply after our meeting.\n", subject="Re: Project nights"
    ),
}


@pytest.mark.parametrize("raw", PEOPLE.values(), ids=PEOPLE.keys())
def test_a_person_is_not_taken_for_a_machine(raw):
    finding, found = sort(raw)
    assert finding.kind is Kind.HUMAN
    assert found.best.letter.group == "loirepy"


HARD = {
    "user unknown": report(
        "5.1.1", "550 5.1.1 <ana@loirepy.example>: Recipient address rejected: User unknown"
    ),
    "Exchange": report(
        "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup"
    ),
    "no words": report("5.1.1"),
    "no domain": report("5.4.4", "Host or domain name not found. Name service error"),
    "moved": report("5.1.6", "551 user has moved"),
    "unknown, said with a 4": report("4.1.1", "450 4.1.1 <ana@loirepy.example>: User unknown in local table"),
    "qmail": notice(
        "Hi. This is the qmail-send program.\nI'm afraid I wasn't able to deliver your message.\n\n"
        f"<{ANA}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy.\n"
    ),
    "Exim": notice(
        "This message was created automatically by mail delivery software.\n\nA message that you sent could "
        f"not be delivered. The following address(es) failed:\n\n  {ANA}\n    Unrouteable address\n",
        x_failed_recipients=ANA,
    ),
    "in German": notice(
        f"Ihre Nachricht konnte nicht zugestellt werden:\n\n{ANA}\n\nEmpfänger unbekannt.\n",
        subject="Unzustellbar: Hallo",
    ),
}


@pytest.mark.parametrize("raw", HARD.values(), ids=HARD.keys())
def test_a_dead_address_is_a_hard_bounce_and_named(raw):
    finding, found = sort(raw)
    assert finding.kind is Kind.BOUNCE_HARD
    assert finding.failed == (Address.parse(ANA),)
    assert finding.because[0].startswith(ANA)
    assert found.best.letter == AGAIN


SOFT = {
    "full": report("5.2.2", "552 5.2.2 Mailbox full"),
    "full, said with a dead code": report("5.1.1", "552 the user's mailbox is over quota"),
    "spam": report("5.7.1", "554 5.7.1 Message blocked: looks like spam, user unknown to our allow list"),
    "policy": report("5.7.26", "550 5.7.26 This mail is unauthenticated (DMARC policy)"),
    "about us": report("5.1.8", "501 5.1.8 Sender address rejected: domain not found"),
    "waited too long": report("4.4.7", "delivery time expired"),
    "nothing said": report("5.0.0"),
    "a code that only waits": report("4.4.4"),
    "a filter": report("5.0.0", "550 User unknown (in reply to end of DATA command)"),
    "text": notice(
        f"<{ANA}>:\nThe user's mailbox is full.\n\n--- Below this line is a copy of the message.\n"
    ),
}


@pytest.mark.parametrize("raw", SOFT.values(), ids=SOFT.keys())
def test_a_letter_that_comes_back_from_a_living_address_is_a_soft_bounce(raw):
    finding, _ = sort(raw)
    assert finding.kind is Kind.BOUNCE_SOFT
    assert finding.failed == ()


COMPLAINT = (
    b"From: fbl@provider.example\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
    b"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
    b"Original-Rcpt-To: ana@loirepy.example\n\n--b--\n"
)

MACHINES = {
    "still trying": (report("4.4.1", "connection timed out", action="delayed"), Kind.DELAYED),
    "arrived": (report("2.0.0", "250 ok", action="delivered"), Kind.RECEIPT),
    "read receipt": (
        mail("Your message was read.\n", in_reply_to=id_of(FIRST)).replace(
            b'Content-Type: text/plain; charset="utf-8"', b"Content-Type: message/disposition-notification"
        ),
        Kind.RECEIPT,
    ),
    "complaint": (COMPLAINT, Kind.COMPLAINT),
    "our letter through a list": (
        mail("Hello", **{"from": "x@l.example"}, message_id=id_of(FIRST)),
        Kind.OWN_COPY,
    ),
    "our own hand": (mail("Hello", **{"from": US}, in_reply_to=id_of(FIRST)), Kind.OWN_COPY),
    "ours by its reference": (
        mail("Hi", **{"from": US}, x_campaign_ref=marks.ref(FIRST, SEAL)),
        Kind.OWN_COPY,
    ),
    "ticket": (mail("We have received your request.", subject="[Ticket #42] Received"), Kind.AUTO_ACK),
    "no-reply": (
        mail(
            "Your message has been received. Do not reply.",
            **{"from": "no-reply@x.example"},
            subject="Re: Hello",
        ),
        Kind.AUTO_ACK,
    ),
    "an answering machine without words": (mail("zzz", auto_submitted="auto-replied"), Kind.AUTO_ACK),
    "held by a list": (
        mail(
            "It is being held until the moderator reads it.", subject="Your message awaits moderator approval"
        ),
        Kind.AUTO_ACK,
    ),
    "a notification": (
        mail("On vacation? Buy now!", **{"from": "shop@x.example"}, auto_submitted="auto-generated"),
        Kind.UNRELATED,
    ),
    "from a stranger": (mail(**{"from": "stranger@x.example"}), Kind.UNRELATED),
    "an absence with an empty envelope": (
        mail("I am away. Your message has not been delivered to others.", return_path="<>", subject="Hi"),
        Kind.OUT_OF_OFFICE,
    ),
}


@pytest.mark.parametrize(("raw", "expected"), MACHINES.values(), ids=MACHINES.keys())
def test_machines_and_ourselves_are_told_apart(raw, expected):
    assert kind(raw) is expected


def test_a_complaint_belongs_to_the_letter_to_the_person_who_complained():
    assert sort(COMPLAINT)[1].best.letter == AGAIN


def test_a_receipt_that_says_rejected_is_a_bounce():
    raw = (
        b"From: postmaster@mx.example\nReturn-Path: <>\nContent-Type: multipart/report; boundary=b\n\n--b\n\n"
        b"Your message to <ana@loirepy.example> was automatically rejected: Quota exceeded\n\n"
        b"--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; ana@loirepy.example"
    )
    assert kind(raw) is Kind.BOUNCE_SOFT


def test_a_report_about_somebody_behind_our_address_says_nothing_of_it():
    raw = report("5.1.1", "550 no such user", recipient="ana1970@freemail.example", message_id=id_of(FIRST))
    assert sort(raw)[0].failed == (Address.parse("ana1970@freemail.example"),)


def test_a_request_to_stop_counts_only_in_her_own_words():
    assert kind(mail("Please unsubscribe me.", in_reply_to=id_of(FIRST))) is Kind.UNSUBSCRIBE
    quoted = mail("Sure!\n\n> To stop these letters, say so:\n> unsubscribe me\n", in_reply_to=id_of(FIRST))
    assert kind(quoted) is Kind.HUMAN


def test_the_subject_alone_is_a_request_when_there_are_no_other_words():
    assert kind(mail("", subject="Unsubscribe")) is Kind.UNSUBSCRIBE


IDS = {
    "In-Reply-To": mail(in_reply_to=id_of(FIRST)),
    "In-Reply-To, upper case": mail(in_reply_to=id_of(FIRST).upper()),
    "References": mail(references=f"<a@x.example> {id_of(FIRST)} <b@x.example>"),
    "References, folded": mail(references=f"<a@x.example>\n {id_of(FIRST)[:20]}\n {id_of(FIRST)[20:]}"),
    "no brackets": mail(in_reply_to=id_of(FIRST).strip("<>")),
    "Exchange's parent": mail(x_ms_exchange_parent_message_id=id_of(FIRST)),
    "a report's original": report("5.1.1", "no such user", message_id=id_of(FIRST)),
    "a report's reference": report("5.1.1", "no such user", x_campaign_ref=marks.ref(FIRST, SEAL)),
    "in the text of a bounce": notice(
        f"<{ANA}>: no such user\n\nReceived: from x\nMessage-ID: {id_of(FIRST)}\n"
    ),
    "an envelope id": report("5.1.1", "no such user").replace(
        b"Reporting-MTA: dns; mx.example", b"Original-Envelope-Id: " + marks.ref(FIRST, SEAL).encode()
    ),
}


@pytest.mark.parametrize("raw", IDS.values(), ids=IDS.keys())
def test_our_id_is_found_wherever_it_survives(raw):
    best = sort(raw)[1].best
    assert best.letter == FIRST
    assert best.points > 90


def test_a_colleague_from_an_unknown_address_answers_for_the_group():
    finding, found = sort(mail(**{"from": "colleague@elsewhere.example"}, in_reply_to=id_of(FIRST)))
    assert (finding.kind, found.best.letter) == (Kind.HUMAN, FIRST)
    assert "colleague@elsewhere.example is not whom we wrote to" in found.best.because


def test_a_forged_id_finds_nothing():
    forged = id_of(FIRST)[:-30] + "a" * 10 + id_of(FIRST)[-20:]
    assert sort(mail(**{"from": "x@x.example"}, in_reply_to=forged, references=forged))[1].candidates == ()


def test_the_letter_that_is_answered_counts_and_not_the_newest():
    raw = mail(in_reply_to=id_of(FIRST), references=f"{id_of(FIRST)} {id_of(AGAIN)}")
    assert sort(raw)[1].best.letter == FIRST


def test_the_last_reference_of_one_conversation_is_the_one_answered():
    assert sort(mail(references=f"{id_of(FIRST)} {id_of(AGAIN)}"))[1].best.letter == AGAIN


def test_references_to_two_groups_are_left_to_a_person():
    found = sort(mail(references=f"{id_of(FIRST)} {id_of(DELTA)}"))[1]
    assert found.best is None
    assert {group for _, group in found.conversations} == {"loirepy", "deltapy"}


def test_a_mail_in_the_thread_of_a_matched_mail_belongs_to_its_letter():
    ours = Sent(matched={"<theirs@x.example>": FIRST})
    found = sort(mail(**{"from": "boss@x.example"}, references="<theirs@x.example>"), ours)[1]
    assert found.best.letter == FIRST


def test_a_known_sender_answers_the_newest_letter_to_her():
    found = sort(mail())[1]
    assert found.best.letter == AGAIN
    assert found.candidates == (found.best,)
    assert found.best.because == f"we wrote to {ANA}"


def test_our_own_address_in_the_table_makes_no_match():
    ours = Sent(letters=((FIRST, US),))
    assert sort(mail(**{"from": US}), ours)[1].candidates == ()


def test_a_known_sender_in_any_case_or_behind_a_list_is_known():
    assert sort(mail(**{"from": "ANA@LoirePy.Example"}))[1].best.letter == AGAIN
    munged = mail(**{"from": "Ana via Loire <loire@lists.example>", "reply_to": ANA})
    assert sort(munged)[1].best.letter == AGAIN


def test_somebody_of_the_ladder_to_whom_we_did_not_write_is_matched_to_her_group():
    ours = Sent(ladder={"second@loirepy.example": ("loirepy",)})
    best = sort(mail(**{"from": "second@loirepy.example"}), ours)[1].best
    assert best.letter == AGAIN
    assert "stands in the table" in best.because


def test_a_sender_of_two_groups_is_left_to_a_person():
    ours = Sent(letters=((FIRST, ANA), (DELTA, ANA)))
    finding, found = sort(mail(), ours)
    assert finding.kind is Kind.HUMAN
    assert found.best is None
    assert len(found.conversations) == 2


def test_of_two_campaigns_to_one_group_a_person_says_which_is_answered():
    ours = Sent(letters=((FIRST, ANA), (NIGHT, ANA)))
    found = sort(mail(), ours)[1]
    assert found.best is None
    assert [candidate.letter for candidate in found.candidates] == [NIGHT, FIRST]
    assert len(found.conversations) == 2


@pytest.mark.parametrize("mark", ["list_id", "list_unsubscribe"])
def test_a_known_persons_post_to_many_is_no_certain_answer(mark):
    finding, found = sort(mail(**{mark: "<loire.lists.example>"}))
    assert finding.kind is Kind.HUMAN
    assert found.best is None
    assert found.candidates


def test_the_persons_own_words_are_kept_without_quote_and_signature():
    raw = mail(
        "Yes!\n\nOn Mon, 5 May 2025, Maria wrote:\n> Would you?\n\n-- \nAna\n", in_reply_to=id_of(FIRST)
    )
    letter = read(raw)
    assert words_of(letter, sort(raw)[0]) == "Yes!"
