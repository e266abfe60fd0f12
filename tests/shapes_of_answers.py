"""The shapes of `answers_to_letters`: the ways in which answers come back, and what must become of them."""

# ruff: noqa: RUF001 - the words of other alphabets have letters that look like ours

import random
import re
from dataclasses import replace
from datetime import timedelta
from textwrap import fill
from zoneinfo import ZoneInfo

from answers_to_letters import Case

from mailer.nouns import LetterId
from mailer.rehearsal.people import Program
from mailer.rehearsal.programs import Note, write

US = "fay@rehearsal.example"
WORDS = (
    "Thanks for writing! We talked about it yesterday and are interested. When could you call?",
    "That sounds lovely, but we have no room this summer. Ask again in autumn?",
    "Yes please. Our next evening is on the 14th, you could join us online.",
    "I am not the right person any more, but the others will like this, I think.",
    "Gerne! Wir besprechen das am Dienstag und melden uns.",
    "Merci pour votre message, on en parle à la prochaine réunion.",
)
SHAPES = {}


def shape(make):
    """Register one."""
    SHAPES[make.__name__] = make
    return make


class Hand:
    """Somebody who answers one letter, with one mail program.

    Attributes:
        sent: The letter.
        all: All letters, for shapes that need two of them.
    """

    def __init__(self, sent, all_sent, program, seed):
        self.sent, self.all, self.program = sent, all_sent, program
        self.random = random.Random(seed)

    def __call__(self, name=None, address=None, words=None, subject="", days=2.0, **fields):
        """The mail; with a `subject`, it has no quote and no links. Fields set headers; None drops one."""
        sent = self.sent
        note = Note(
            letter=sent.letter,
            name=sent.organizer.name if name is None else name,
            address=address or sent.address,
            written_to=sent.address,
            words=words or f"{self.random.choice(WORDS)}\n\n{name or sent.organizer.name}",
            at=sent.letter.at + timedelta(days=days),
            zone=ZoneInfo("Europe/Oslo"),
            subject=subject,
        )
        return headed(write(self.program, note), **fields)

    def bare(self, **more):
        """The same without what links it to the letter, as careless servers and old programs drop it."""
        return self(in_reply_to=None, references=None, **more)

    def renamed(self):
        """What the letter's Message-ID became, when the provider changed it."""
        return self.sent.renamed or self.sent.letter.message_id

    def case(self, raw, *, sure=True, expected=None, earlier=b""):
        return Case(raw, expected or self.sent.id, sure, earlier)

    def others(self, test):
        return [each for each in self.all if test(each)]

    def colleague(self):
        """A name and an address at the same host, unless that is everybody's."""
        host = self.sent.address.partition("@")[2]
        return {"name": "Sam Colleague", "address": f"sam@{host}"}

    @property
    def is_free(self):
        return "gmail" in self.sent.address

    @property
    def bare_subject(self):
        return self.sent.letter.bare_subject

    @property
    def siblings(self):
        """The letters of other campaigns to the same group."""
        mine = self.sent.id
        return self.others(lambda each: each.id.group == mine.group and each.id.campaign != mine.campaign)


def headed(raw, **fields):
    """The mail with other header fields; None drops one, `x_name` becomes `X-Name`."""
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = re.sub(rb"\r\n[ \t]+", b" ", head).split(b"\r\n")
    names = {name.replace("_", "-").lower().encode() for name in fields}
    kept = [line for line in lines if line.partition(b":")[0].lower() not in names]
    new = [
        f"{name.replace('_', '-')}: {value}".encode() for name, value in fields.items() if value is not None
    ]
    return b"\r\n".join([*new, *kept]) + b"\r\n\r\n" + body


def plain(text, **fields):
    """A mail of plain text, written by no program in particular."""
    fields = {"From": "x@x.example", "To": US, "Date": "Mon, 01 Sep 2026 09:00:00 +0000", **fields}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items() if value)
    body = text.replace("\n", "\r\n")
    more = (
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    )
    return f"{head}{more}\r\n{body}\r\n".encode()


def later(hand, days=2.0):
    return (hand.sent.letter.at + timedelta(days=days)).strftime("%a, %d %b %Y %H:%M:%S +0000")


def quoted(text, mark="> "):
    return "\n".join(f"{mark}{line}".rstrip() for line in text.split("\n"))


# Ids, whole and mangled


@shape
def as_it_should_be(hand):
    return hand.case(hand())


@shape
def only_references(hand):
    return hand.case(hand(in_reply_to=None, references=hand.sent.letter.message_id))


@shape
def only_in_reply_to_with_new_subject(hand):
    own = hand(subject="A thought", in_reply_to=hand.sent.letter.message_id)
    return hand.case(own)


@shape
def id_in_capitals(hand):
    return hand.case(hand(in_reply_to=hand.sent.letter.message_id.upper(), references=None))


@shape
def id_without_brackets(hand):
    return hand.case(hand(in_reply_to=hand.sent.letter.message_id.strip("<>"), references=None))


@shape
def id_with_another_domain(hand):
    local = hand.sent.letter.message_id.partition("@")[0]
    return hand.case(hand(in_reply_to=f"{local}@relay.provider.example>", references=None))


@shape
def id_with_comment_and_date(hand):
    return hand.case(
        hand(in_reply_to=f"Your letter of Monday ({hand.sent.letter.message_id})", references=None)
    )


@shape
def id_folded(hand):
    own = hand.sent.letter.message_id
    return hand.case(hand(in_reply_to=None, references=f"<a@b.example>\r\n {own[:25]}\r\n {own[25:]}"))


@shape
def exchange_rule_with_parent_id(hand):
    raw = hand.bare(subject=f"Automatic reply: {hand.sent.letter.subject}", words="I am away until Monday.")
    return hand.case(headed(raw, X_MS_Exchange_Parent_Message_Id=hand.sent.letter.message_id))


@shape
def forwarded_message_id_field(hand):
    raw = hand.bare(name="Pat", address="pat@mailbox.example", subject="Fwd: somebody for us?")
    return hand.case(headed(raw, X_Forwarded_Message_Id=hand.sent.letter.message_id))


@shape
def forwarded_with_all_headers_in_the_text(hand):
    head = hand.sent.letter.header.decode("utf-8", "replace").replace("\r\n", "\n")
    text = f"Can you take this?\n\n-------- Forwarded message --------\n{head}\n\n{hand.sent.letter.text}"
    return hand.case(plain(text, From="Pat <pat@mailbox.example>", Subject="for you", Date=later(hand)))


@shape
def quoted_headers_broken_over_lines(hand):
    own = hand.sent.letter.message_id
    text = f"Sure.\n\n> From: Fay\n> Message-ID: {own[:22]}\n>  {own[22:]}\n> Subject: x\n"
    return hand.case(plain(text, From="Pat <pat@mailbox.example>", Subject="yes", Date=later(hand)))


@shape
def id_encoded_in_a_link(hand):
    own = hand.sent.letter.message_id.replace("<", "%3C").replace(">", "%3E").replace("@", "%40")
    text = f"Good idea!\n\nhttps://groupware.example/mail?id={own.upper()}&folder=INBOX\n"
    return hand.case(plain(text, From="pat@mailbox.example", Subject="your mail", Date=later(hand)))


@shape
def forwarded_as_a_file(hand):
    inner = hand.sent.letter.raw.decode("utf-8", "replace").replace("\r\n", "\n")
    text = (
        "Content-Type: multipart/mixed; boundary=outer\n\n"
        "--outer\nContent-Type: text/plain\n\nYes, see below!\n\n"
        f"--outer\nContent-Type: message/rfc822\n\n{inner}\n--outer--\n"
    )
    head = f"From: Pat <pat@mailbox.example>\nTo: {US}\nSubject: That letter\n"
    head += f"Date: {later(hand)}\nMIME-Version: 1.0\n"
    return hand.case((head + text).replace("\n", "\r\n").encode())


@shape
def colleague_in_the_thread(hand):
    return hand.case(hand(name="Sam Colleague", address="sam.colleague@gmx.example"))


@shape
def assistant_on_behalf(hand):
    return hand.case(hand(name="The Office on behalf of Ana", address="office@agency.example"))


@shape
def mobile_references_only_colleague(hand):
    raw = hand(name="Sam", address="sam.c@icloud.example", in_reply_to="<unknown-7@internal.example>")
    return hand.case(raw)


# Reports


def report(hand, *, original="", status="5.1.1", extra="", returned=""):
    return f"""\
From: Mail Delivery System <MAILER-DAEMON@mx.somewhere.example>
To: {US}
Subject: Undelivered Mail Returned to Sender
Date: {later(hand, 0.01)}
Return-Path: <>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.somewhere.example
{extra}
Final-Recipient: rfc822; {returned or hand.sent.address}
{original}Action: failed
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user

"""


@shape
def report_with_the_header(hand):
    raw = (
        report(hand)
        + f"--b\nContent-Type: text/rfc822-headers\n\n{hand.sent.letter.header.decode()}\n\n--b--\n"
    )
    return hand.case(raw.replace("\r\n", "\n").replace("\n", "\r\n").encode())


@shape
def report_with_the_envelope_id_only(hand):
    ref = re.search(r"X-Campaign-Ref: (\S+)", hand.sent.letter.header.decode())[1]
    raw = report(hand, extra=f"Original-Envelope-Id: {ref}\n", returned="someone@behind.example") + "--b--\n"
    return hand.case(raw.replace("\n", "\r\n").encode())


@shape
def report_without_the_letter(hand):
    raw = report(hand) + "--b--\n"
    last = [each for each in hand.all if each.address == hand.sent.address]
    return hand.case(raw.replace("\n", "\r\n").encode(), sure=len({each.id.group for each in last}) == 1)


@shape
def report_on_whom_it_was_passed_to(hand):
    raw = report(
        hand, original=f"Original-Recipient: rfc822;{hand.sent.address}\n", returned="p@freemail.example"
    )
    return hand.case((raw + "--b--\n").replace("\n", "\r\n").encode())


@shape
def text_bounce_with_the_subject_only(hand):
    text = (
        f"Hi. This is the mail program at mx.example.\nI'm afraid I wasn't able to deliver your message.\n\n"
        f"<{hand.sent.address}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        f"--- Below this line is the message header.\n\nSubject: {hand.sent.letter.subject}\nFrom: {US}\n"
    )
    fields = {"From": "MAILER-DAEMON@mx.example", "Subject": "failure notice", "Return-Path": "<>"}
    return hand.case(plain(text, Date=later(hand, 0.1), **fields))


@shape
def receipt_with_the_original_id(hand):
    raw = f"""\
From: {hand.sent.address}
To: {US}
Subject: Read: {hand.sent.letter.subject}
Date: {later(hand)}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary=b

--b

Your message was read.

--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822;{hand.sent.address}
Original-Message-ID: {hand.sent.letter.message_id}
Disposition: manual-action/MDN-sent-manually; displayed

--b--
"""
    return hand.case(raw.replace("\n", "\r\n").encode())


# Ids that the provider gave


@shape
def answer_to_a_renamed_letter(hand):
    return hand.case(hand(in_reply_to=hand.renamed(), references=hand.renamed()))


@shape
def answer_to_a_renamed_letter_with_new_subject_by_a_stranger(hand):
    raw = hand(name="Pat", address="pat@posteo.example", subject="Hi Fay", in_reply_to=hand.renamed())
    return hand.case(raw)


@shape
def bounce_of_a_renamed_letter(hand):
    head = f"Message-ID: {hand.renamed()}\nSubject: (none)\n"
    raw = (
        report(hand, returned="p@freemail.example")
        + f"--b\nContent-Type: text/rfc822-headers\n\n{head}\n--b--\n"
    )
    return hand.case(raw.replace("\n", "\r\n").encode())


# Chains


@shape
def second_mail_in_her_own_thread(hand):
    first = hand()
    own = re.search(rb"Message-ID: (\S+)", first)[1].decode()
    raw = hand(name="Sam", address="sam@yahoo.example", subject="Re: and the room?", in_reply_to=own, days=4)
    return hand.case(raw, earlier=first)


@shape
def third_who_answers_the_second(hand):
    first = hand(name="Sam", address="sam@yahoo.example")
    own = re.search(rb"Message-ID: (\S+)", first)[1].decode()
    raw = hand(name="Kim", address="kim@elsewhere.example", in_reply_to=None, references=own, days=4)
    return hand.case(raw, earlier=first)


# Quotes without ids


@shape
def other_address_with_the_whole_quote(hand):
    return hand.case(hand.bare(address="private.person@web.example"))


@shape
def stranger_with_new_subject_and_quote(hand):
    raw = headed(hand.bare(name="Pat", address="pat@posteo.example"), Subject="Question")
    return hand.case(raw)


@shape
def quote_broken_anew(hand):
    text = "\n\n".join(fill(part.replace("\n", " "), 50) for part in hand.sent.letter.text.split("\n\n"))
    body = f"We like it.\n\nPat\n\nFay Fellow schreef op 3-6-2026 om 10:12:\n\n{quoted(text, '> > ')}\n"
    return hand.case(plain(body, From="Pat <pat@posteo.example>", Subject="ja!", Date=later(hand)))


@shape
def quote_cut_after_the_first_paragraphs(hand):
    text = "\n\n".join(hand.sent.letter.text.split("\n\n")[:4])
    body = f"Thanks, call me.\n\n{quoted(text)}\n"
    return hand.case(plain(body, From="Pat <pat@posteo.example>", Subject="Re: letter", Date=later(hand)))


@shape
def quote_with_a_translated_header_block(hand):
    block = f"Von: Fay Fellow <{US}>\nGesendet: Montag, 1. Juni 2026 11:30\nAn: {hand.sent.address}\n"
    block += f"Betreff: {hand.sent.letter.subject}\n"
    body = f"Klingt gut.\n\n________________________________\n{block}\n{hand.sent.letter.text}\n"
    return hand.case(plain(body, From="Pat <pat@gmx.example>", Subject="AW: Anfrage", Date=later(hand)))


@shape
def header_block_without_the_text(hand):
    block = f"От: Fay Fellow <{US}>\nКому: {hand.sent.address}\nТема: {hand.sent.letter.subject}\n"
    body = f"Спасибо, это интересно.\n\n{block}\n"
    return hand.case(plain(body, From="Pat <pat@mail.example>", Subject="Вопрос", Date=later(hand)))


@shape
def inline_answers_by_a_stranger(hand):
    lines = quoted(hand.sent.letter.text).split("\n")
    lines[len(lines) // 3 : len(lines) // 3] = ["", "We have tried that already.", ""]
    lines[2 * len(lines) // 3 : 2 * len(lines) // 3] = ["", "Yes, in September.", ""]
    return hand.case(plain("\n".join(lines), From="pat@laposte.example", Subject="hello", Date=later(hand)))


@shape
def quote_of_the_older_step(hand):
    first = [each for each in hand.all if each.id.group == hand.sent.id.group and each.id.step == "first"]
    own = first[0] if first else hand.sent
    hand = Hand(own, hand.all, hand.program, 3)
    return hand.case(hand.bare(days=30, words="Sorry for the delay. Yes!"), expected=own.id)


@shape
def quote_of_what_all_letters_say(hand):
    common = "If you would rather not hear from me again, just say so in a reply."
    night = "this summer I help with project nights: one evening, ten beginners, three open source projects"
    part = (
        night
        if hand.sent.id.campaign == "night"
        else f"Two things I hope to see before the year is out\n{common}"
    )
    body = f"Hi, {hand.sent.group.name} here. Why not?\n\n{quoted(part)}\n"
    return hand.case(plain(body, From="pat@posteo.example", Subject="hi", Date=later(hand)), sure=False)


@shape
def contact_quotes_common_words(hand):
    night = "this summer I help with project nights: one evening, ten beginners, three open source projects"
    part = (
        night
        if hand.sent.id.campaign == "night"
        else "Would you like to take part? One line in reply is plenty."
    )
    raw = hand.bare(subject="Hi Fay", words=f"Fine with us!\n\n{quoted(part)}\n")
    return hand.case(
        raw, expected=replace(hand.sent.id, step="night" if hand.sent.id.campaign == "night" else "first")
    )


# Subjects


@shape
def contact_keeps_the_subject(hand):
    return hand.case(hand.bare(subject=f"Re: {hand.bare_subject}"))


@shape
def through_a_list_that_munges(hand):
    raw = hand.bare(subject=f"[{hand.sent.group.id}] Re: {hand.bare_subject}")
    listed = f"list@lists.{hand.sent.group.id}.example"
    fields = {"From": f"Ana via List <{listed}>", "X_Original_From": hand.sent.address, "Reply_To": listed}
    return hand.case(headed(raw, List_Id=f"<{listed.replace('@', '.')}>", **fields))


@shape
def through_a_list_with_the_writer_in_the_name(hand):
    raw = hand.bare(subject=f"Re: [{hand.sent.group.id}] {hand.bare_subject}")
    fields = {"From": f"\"'{hand.sent.address}' via Organizers\" <organizers@googlegroups.com>"}
    return hand.case(headed(raw, List_Id="<organizers.googlegroups.com>", **fields))


@shape
def many_prefixes(hand):
    prefix = hand.random.choice(
        ("AW: [EXTERN] WG:", "SV: VS:", "R: I:", "RES: ENC:", "Odp: [SPAM?]", "Re[2]:", "Ynt:")
    )
    return hand.case(hand.bare(subject=f"{prefix} {hand.bare_subject}"))


@shape
def prefixes_of_the_east(hand):
    prefix = hand.random.choice(
        ("回复：", "答复: ", "返信：", "Re：", "【外部】Re: ", "답장: ", "רד: ", "رد: ", "ΑΠ: ")
    )
    subject = f"{prefix}{hand.bare_subject}"
    return hand.case(hand.bare(subject=subject))


@shape
def colleague_of_the_same_host_keeps_the_subject(hand):
    raw = hand.bare(
        subject=f"Re: {hand.bare_subject}", words=f"{hand.sent.group.name}: yes!", **hand.colleague()
    )
    alone = hand.sent.id.campaign != "night" or not hand.is_free
    return hand.case(raw, sure=alone and not hand.is_free)


@shape
def stranger_keeps_the_subject(hand):
    words = f"Somebody of {hand.sent.group.name} gave me this. Yes, we are in."
    raw = hand.bare(name="Pat", address="pat@posteo.example", subject=f"Re: {hand.bare_subject}", words=words)
    return hand.case(raw, sure=False)


@shape
def was_in_the_subject(hand):
    return hand.case(hand.bare(subject=f"Call on Friday? (was: {hand.bare_subject})"))


@shape
def two_campaigns_and_the_subject_of_the_older(hand):
    older = hand.siblings
    own = min([hand.sent, *older], key=lambda each: each.letter.at)
    hand = Hand(own, hand.all, hand.program, 5)
    return hand.case(hand.bare(subject=f"Re: {hand.bare_subject}", days=40), expected=newest_of(hand, 40))


# Writers


def newest_of(hand, days):
    """The newest letter of the same conversation when she writes."""
    at, mine = hand.sent.letter.at + timedelta(days=days), hand.sent.id
    same = [
        e
        for e in hand.all
        if (e.id.campaign, e.id.group) == (mine.campaign, mine.group) and e.letter.at <= at
    ]
    return max(same, key=lambda each: each.letter.at).id


def open_to(hand, days=2):
    """How many conversations with this writer had begun when she wrote."""
    at, mine = hand.sent.letter.at + timedelta(days=days), hand.sent.address
    return {(e.id.campaign, e.id.group) for e in hand.all if e.address == mine and e.letter.at <= at}


@shape
def contact_with_new_subject(hand):
    return hand.case(
        hand.bare(subject="Coffee next week?"), sure=len(open_to(hand)) == 1, expected=newest_of(hand, 2)
    )


@shape
def contact_by_another_spelling(hand):
    local, _, host = hand.sent.address.partition("@")
    address = (
        f"{local.replace('.', '')}+python@googlemail.com" if hand.is_free else f"{local.upper()}+list@{host}"
    )
    raw = hand.bare(address=address, subject="About your offer")
    return hand.case(raw, sure=len(open_to(hand)) == 1, expected=newest_of(hand, 2))


@shape
def second_organizer_who_never_got_a_letter(hand):
    others = [each for each in hand.sent.group.organizers if str(each.address) != hand.sent.address]
    if not others or "twins" in str(others[0].address):
        return contact_with_new_subject(hand)
    raw = hand.bare(name="All", address=str(others[0].address), subject="Your letter to us")
    groups = {
        e.id.campaign
        for e in hand.all
        if e.id.group == hand.sent.id.group and e.letter.at <= hand.sent.letter.at + timedelta(days=2)
    }
    return hand.case(raw, sure=len(groups) == 1, expected=newest_of(hand, 2))


@shape
def head_of_two_groups(hand):
    twins = [
        g
        for g in {e.id.group: e.group for e in hand.all}.values()
        if "Zoe Twin" in {o.name for o in g.organizers}
    ]
    group = hand.random.choice(sorted(twins, key=lambda each: each.id))
    zoe = next(str(o.address) for o in group.organizers if o.name == "Zoe Twin")
    own = next(each for each in hand.all if each.id.group == group.id)
    hand = Hand(own, hand.all, hand.program, 9)
    return hand.case(
        hand.bare(name="Zoe Twin", address=zoe, subject="Hello Fay"), sure=False, expected=newest_of(hand, 2)
    )


@shape
def head_of_two_groups_who_names_one(hand):
    case = head_of_two_groups(hand)
    name = next(each.group.name for each in hand.all if each.id.group == case.expected.group)
    raw = (
        case.raw.replace(b"Subject: Hello Fay", f"Subject: {name} says hello".encode())
        if name.isascii()
        else case.raw
    )
    return replace(case, raw=raw, sure=False)


@shape
def head_of_two_groups_who_quotes_one(hand):
    case = head_of_two_groups(hand)
    own = next(each for each in hand.all if each.id == case.expected)
    zoe = next(str(o.address) for o in own.group.organizers if o.name == "Zoe Twin")
    hand = Hand(own, hand.all, hand.program, 9)
    return hand.case(headed(hand.bare(name="Zoe Twin", address=zoe), Subject="Hello Fay"))


@shape
def colleague_of_the_same_host_with_new_subject(hand):
    raw = hand.bare(subject="Python", **hand.colleague())
    if hand.is_free:
        return Case(raw, None)
    return hand.case(raw, sure=False, expected=newest_of(hand, 2))


@shape
def web_form_with_reply_to(hand):
    text = (
        f"You have a new message from your contact form.\n\nName: {hand.sent.organizer.name}\nMessage: Yes!\n"
    )
    fields = {
        "From": "WordPress <wordpress@blog.example>",
        "Reply-To": hand.sent.address,
        "Subject": "New message",
    }
    return hand.case(
        plain(text, Date=later(hand), **fields), sure=len(open_to(hand)) == 1, expected=newest_of(hand, 2)
    )


@shape
def web_form_with_the_address_in_its_text(hand):
    text = f"Name: {hand.sent.organizer.name}\nE-mail: {hand.sent.address}\nMessage: We would like to.\n"
    raw = plain(text, From="forms@forms.example", Subject="New response", Date=later(hand))
    return hand.case(raw, sure=False, expected=newest_of(hand, 2))


@shape
def platform_that_names_the_group(hand):
    text = f"{hand.sent.organizer.name} ({hand.sent.group.name}) wrote to you:\n\nYes, we would like that!\n"
    raw = plain(text, From="Meetup <no-reply@meetup.com>", Subject="New message", Date=later(hand))
    return hand.case(raw, sure=False, expected=newest_of(hand, 2))


@shape
def moderators_of_her_list(hand):
    local, _, host = hand.sent.address.partition("@")
    text = "Your mail to the list is being held until the moderator has approved it.\n"
    raw = plain(
        text,
        From=f"{local}-owner@{host}",
        Subject=f"Your message to {local} awaits moderator approval",
        Date=later(hand),
    )
    return hand.case(raw, sure=len(open_to(hand)) == 1 and not hand.is_free, expected=newest_of(hand, 2))


# What is no answer, or not to be trusted


@shape
def stranger_about_something_else(hand):
    return Case(hand.bare(name="Pat", address="pat@shop.example", subject="Special offer"), None)


@shape
def same_free_mail_provider(hand):
    return Case(hand.bare(name="Pat", address="pat.stranger@gmail.com", subject="Python jobs"), None)


@shape
def newsletter_of_her_host(hand):
    raw = hand.bare(
        name="News", address=f"news@{hand.sent.address.partition('@')[2]}", subject="Our June news"
    )
    return Case(headed(raw, List_Id="<news.example>", List_Unsubscribe="<https://x.example/u>"), None)


@shape
def her_post_on_a_list(hand):
    raw = hand.bare(subject="Meeting on Tuesday")
    return hand.case(headed(raw, List_Id="<python.lists.example>"), sure=False, expected=newest_of(hand, 2))


@shape
def she_answers_something_else(hand):
    raw = hand(subject="Re: Invoice 2026-17", in_reply_to="<invoice@accounts.example>")
    return hand.case(raw, sure=False, expected=newest_of(hand, 2))


@shape
def forged_id(hand):
    forged = hand.sent.letter.message_id[:12] + "aaaaaaaa" + hand.sent.letter.message_id[20:]
    return Case(hand(name="Eve", address="eve@evil.example", subject="Hi", in_reply_to=forged), None)


@shape
def old_thread_used_again_by_a_stranger(hand):
    own = hand.sent.letter.message_id
    raw = hand(name="Pat", address="pat@posteo.example", subject="Rooms", references=f"<z@z.example> {own}")
    return hand.case(raw, sure=False)


@shape
def contact_of_one_group_in_anothers_thread(hand):
    other = hand.others(
        lambda each: each.id.group != hand.sent.id.group and each.address != hand.sent.address
    )
    writer = hand.random.choice(other)
    return hand.case(hand(name=writer.organizer.name, address=writer.address))


@shape
def contact_who_quotes_anothers_letter(hand):
    other = hand.others(
        lambda e: e.id.group != hand.sent.id.group and "@gmail" not in e.address and "team" not in e.address
    )
    writer = hand.random.choice(other)
    raw = headed(hand.bare(name=writer.organizer.name, address=writer.address), Subject="That letter")
    return hand.case(raw, sure=False)


@shape
def two_ids_of_two_groups(hand):
    other = hand.random.choice(hand.others(lambda each: each.id.group != hand.sent.id.group))
    ids = f"{hand.sent.letter.message_id} {other.letter.message_id}"
    raw = hand(name="Pat", address="pat@posteo.example", subject="Re: both", references=ids)
    return hand.case(raw, sure=False)


# Written after the rules, and never tuned on


@shape
def banner_of_a_gateway_above_a_stranger_s_quote(hand):
    banner = "CAUTION: This email originated from outside of the organization. Do not click links.\n\n"
    links = hand.sent.letter.text.replace("http://", "https://protect.example/v2/url?u=http-3A__")
    body = f"{banner}Sounds good to me.\n\n{quoted(links)}\n"
    fields = {"From": "pat@t-online.example", "Subject": "[EXTERNAL] RE: hello"}
    return hand.case(plain(body, Date=later(hand), **fields))


@shape
def forwarded_to_a_colleague_who_answers_the_forward(hand):
    block = (
        f"---------- Forwarded message ---------\nFrom: {hand.sent.organizer.name} <{hand.sent.address}>\n"
    )
    block += f"Date: Tue, Jun 2, 2026\nSubject: Fwd: {hand.sent.letter.subject}\n"
    block += "To: Sam <sam@gmx.example>\n\n"
    body = f"I can do that!\n\nSam\n\n{quoted(block + quoted(hand.sent.letter.text))}\n"
    fields = {
        "From": "Sam <sam@gmx.example>",
        "Subject": f"Re: Fwd: {hand.bare_subject}",
        "In-Reply-To": "<f@gmail.com>",
    }
    return hand.case(plain(body, Date=later(hand), **fields))


@shape
def digest_of_a_list(hand):
    body = "Send Organizers mailing list submissions to\n\torganizers@lists.example\n\nToday's Topics:\n\n"
    body += f"   1. Re: {hand.bare_subject} (Ana)\n\n\n{'-' * 70}\n\nMessage: 1\nDate: Tue, 2 Jun 2026\n"
    body += f"From: Ana <{hand.sent.address}>\nTo: organizers@lists.example\n"
    body += f"Subject: Re: [Org] {hand.bare_subject}\n\n"
    body += f"Shall we?\n\n{quoted(hand.sent.letter.text)}\n"
    fields = {"From": "organizers-request@lists.example", "Subject": "Organizers Digest, Vol 12, Issue 3"}
    return hand.case(plain(body, Date=later(hand), **{**fields, "List-Id": "<organizers.lists.example>"}))


@shape
def absence_note_from_another_address(hand):
    raw = hand.bare(
        address="a.b@webmail.example",
        subject=f"Abwesenheitsnotiz: {hand.bare_subject}",
        words="Ich bin bis 12. Juni im Urlaub.",
    )
    return hand.case(headed(raw, Auto_Submitted="auto-replied", Return_Path="<>"))


@shape
def calendar_answer_by_a_stranger(hand):
    words = f"{hand.sent.group.name} will be there."
    raw = hand.bare(
        name="Pat", address="pat@outlook.example", subject=f"Accepted: {hand.bare_subject}", words=words
    )
    return hand.case(raw, sure=False)


@shape
def new_mail_from_a_private_address_under_her_full_name(hand):
    raw = hand.bare(
        address="someone.else@mailbox.example", subject="Hello Fay", words="We spoke about it. Call me?"
    )
    return hand.case(raw, sure=False, expected=newest_of(hand, 2))


@shape
def ticket_with_the_subject_kept(hand):
    host = hand.sent.address.partition("@")[2]
    text = f"Your request has been received (#4711).\n\n{hand.sent.letter.subject}\n{hand.sent.group.name}\n"
    fields = {"From": f"Support <support@{host}>", "Subject": f"[Ticket #4711] {hand.sent.letter.subject}"}
    raw = plain(text, Date=later(hand), **fields)
    return Case(raw, hand.sent.id, not hand.is_free)


@shape
def quote_in_html_without_line_ends(hand):
    page = (
        "<html><body><p>Oui !</p><blockquote>"
        + hand.sent.letter.text.replace("\n", " ")
        + "</blockquote></body></html>"
    )
    raw = plain(page, From="Pat <pat@orange.example>", Subject="Bonjour", Date=later(hand))
    return hand.case(raw.replace(b"text/plain", b"text/html"))


@shape
def complaint_with_everything_redacted_but_the_text(hand):
    head = f"Subject: {hand.sent.letter.subject}\nFrom: {US}\nTo: redacted@redacted.invalid\n"
    raw = f"""\
From: feedback@provider.example
To: {US}
Subject: complaint
Date: {later(hand)}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b

This is an abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1

--b
Content-Type: message/rfc822

{head}Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{hand.sent.letter.text}
--b--
"""
    return hand.case(raw.replace("\n", "\r\n").encode())


PROGRAMS = tuple(Program)
"""With each of which each shape is written."""

__all__ = ["PROGRAMS", "SHAPES", "Hand", "LetterId"]
