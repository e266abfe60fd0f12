"""What a person wrote herself, whether it asks us to stop; and when an absent one is back."""
# ruff: noqa: RUF001 - the words of other alphabets have letters that look like ours

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.replies import read
from mailer.replies.machines.automatic import automatic_in
from mailer.replies.quoting.quotes import own_words
from mailer.replies.reading.html_text import text_from_html
from mailer.replies.reading.mail import Fields, Mail
from mailer.replies.requests import stop_request

NOW = datetime(2025, 5, 5, 9, tzinfo=UTC)

OWN = {
    "Gmail": (
        "Yes!\n\nOn Mon, May 5, 2025 at 9:00 AM Maria <m@f.example> wrote:\n\n> Hello\n> there\n",
        "Yes!",
    ),
    "two lines": (
        "Yes!\n\nOn Mon, May 5, 2025 at 9:00 AM Maria Long Name <\nm@f.example> wrote:\n> Hello\n",
        "Yes!",
    ),
    "unmarked": (
        "Yes!\n\nOn Mon, May 5, 2025 at 9:00 AM Maria <m@f.example> wrote:\n\nHello there\n",
        "Yes!",
    ),
    "German": ("Ja!\n\nAm 05.05.2025 um 09:00 schrieb Maria <m@f.example>:\n> Hallo\n", "Ja!"),
    "French": ("Oui\n\nLe lun. 5 mai 2025 à 09:00, Maria <m@f.example> a écrit :\n\nBonjour\n", "Oui"),
    "Spanish": ("Sí\n\nEl lun, 5 may 2025 a las 9:00, Maria (<m@f.example>) escribió:\n> Hola\n", "Sí"),
    "Polish": ("Tak\n\nW dniu 05.05.2025 o 09:00, Maria pisze:\n> Cześć\n", "Tak"),
    "Russian": ("Да\n\n5 мая 2025 г., 09:00, Maria <m@f.example> написал:\n> Привет\n", "Да"),
    "Japanese": ("はい\n\n2025年5月5日(月) 9:00 Maria <m@f.example>:\n> こんにちは\n", "はい"),
    "a language unknown": ("Jes\n\nLa 05.05.2025 09:00 Maria <m@f.example> skribis:\n> Saluton\n", "Jes"),
    "Outlook": (
        "Yes!\n\n____________\nFrom: Maria <m@f.example>\nSent: Monday, 5 May 2025\nTo: A\n\nHello\n",
        "Yes!",
    ),
    "Outlook in German": (
        "Ja!\n\nVon: Maria\nGesendet: Montag, 5. Mai 2025\nAn: Ana\nBetreff: Hallo\n\nHallo\n",
        "Ja!",
    ),
    "a divider": ("Yes!\n\n-----Original Message-----\nFrom: Maria\nHello\n", "Yes!"),
    "a forward with a word": ("See below\n\nBegin forwarded message:\n\nFrom: Maria\n", "See below"),
    "answers below": ("On Mon, May 5, 2025 Maria wrote:\n> Would you?\n\nYes, gladly.\n", "Yes, gladly."),
    "answers between": ("> Would you?\n\nYes.\n\n> When?\nIn June.\n", "Yes.\n\nIn June."),
    "a signature": ("Yes!\n\n-- \nAna\nLoire Python\n", "Yes!"),
    "a telephone": ("Yes!\n\nSent from my iPhone\n", "Yes!"),
    "regards": ("Yes!\n\nBest regards,\nAna\n", "Yes!"),
    "a list's footer": (
        "Yes!\n_______________\nloire mailing list\nhttps://lists.example/listinfo\n",
        "Yes!",
    ),
    "only a quote": ("> Hello\n> there\n", "> Hello\n> there"),
    "only a forward": (
        "Begin forwarded message:\n\nFrom: Maria\n",
        "Begin forwarded message:\n\nFrom: Maria",
    ),
    "prose that says wrote": (
        "As I wrote on 12.03.2025, here is the list:\n\nMonday\nTuesday",
        "As I wrote on 12.03.2025, here is the list:\n\nMonday\nTuesday",
    ),
    "prose with colons": ("Trip:\nFrom: Berlin, 5 May\nTo: Paris\n", "Trip:\nFrom: Berlin, 5 May\nTo: Paris"),
    "a dash is no signature": (
        "Yes!\nWe meet -- as always -- soon.\n",
        "Yes!\nWe meet -- as always -- soon.",
    ),
    "an answer below a bare heading": (
        "On Mon, May 5, 2025 at 9:00 Maria <m@f.example> wrote:\n\nYes, gladly.\n",
        "Yes, gladly.",
    ),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("text", "expected"), OWN.values(), ids=OWN.keys())
def test_what_the_person_wrote_herself_is_found(text, expected):
    assert own_words(text) == expected


def test_quotes_of_html_mails_are_marked():
    html = '<p>Yes!<div class="gmail_quote">On 5 May 2025 Maria wrote:<blockquote>Hello<br>there</blockquote>'
    assert text_from_html(html) == "Yes!\nOn 5 May 2025 Maria wrote:\n\n> Hello\n> there"
    assert own_words(text_from_html(html)) == "Yes!"


def test_what_outlook_quotes_in_html_lasts_to_the_end():
    html = '<p>Yes!</p><div id="divRplyFwdMsg"><b>From:</b> Maria</div><div>Hello</div>'
    assert own_words(text_from_html(html)) == "Yes!"


def test_answers_between_the_quotes_of_an_html_mail_survive():
    html = (
        '<div class="gmail_quote"><blockquote>When?</blockquote>In June.<blockquote>Where?</blockquote></div>'
    )
    assert own_words(text_from_html(html)) == "In June."


AWAY = [
    ("Automatic reply: Hello", "I am out of the office until Monday, May 12.", date(2025, 5, 12)),
    ("Automatic reply: Hello", "I am out of the office from May 1 to May 12.", date(2025, 5, 13)),
    ("Automatic reply: Hello", "I am on annual leave, back on 05/12/2025.", date(2025, 5, 12)),
    ("Automatic reply: Hello", "I am on annual leave, back on 25/05/2025.", date(2025, 5, 25)),
    ("Automatic reply: Hello", "I'm on vacation and return on Friday.", date(2025, 5, 9)),
    ("Automatic reply: Hello", "I'm out of office May 5-16.", date(2025, 5, 17)),
    ("Automatic reply: Hello", "I am away. We met on 3 May 2019.", None),
    ("Out of Office: Hello", "I am on parental leave through May 9th, 2025.", date(2025, 5, 10)),
    ("Abwesenheitsnotiz: Hello", "Ich bin bis zum 12. Mai 2025 nicht im Büro.", date(2025, 5, 12)),
    ("Automatische Antwort: Hello", "Ich bin vom 01.05. bis 12.05.2025 im Urlaub.", date(2025, 5, 13)),
    ("Automatische Antwort: Hello", "Ich bin ab dem 13.5. wieder im Büro.", date(2025, 5, 13)),
    ("Réponse automatique : Hello", "Je suis absente du bureau jusqu'au 12 mai inclus.", date(2025, 5, 13)),
    ("Respuesta automática: Hello", "Estoy fuera de la oficina hasta el 12 de mayo.", date(2025, 5, 12)),
    ("Risposta automatica: Hello", "Sono in ferie fino al 12 maggio 2025.", date(2025, 5, 12)),
    ("Automatisch antwoord: Hello", "Ik ben met vakantie t/m 12 mei.", date(2025, 5, 13)),
    ("Resposta automática: Hello", "Estou de férias e retorno em 12/05/2025.", date(2025, 5, 12)),
    ("Automatyczna odpowiedź: Hello", "Jestem na urlopie do 12 maja 2025.", date(2025, 5, 12)),
    ("Autosvar: Hello", "Jag är på semester till och med den 12 maj.", date(2025, 5, 13)),
    ("Automatisk svar: Hello", "Jeg holder ferie og er tilbage den 12. maj.", date(2025, 5, 12)),
    ("Automatisk svar: Hello", "Jeg er ikke på kontoret før 12. mai.", date(2025, 5, 12)),
    ("Automaattinen vastaus: Hello", "Olen lomalla 12. toukokuuta asti.", date(2025, 5, 12)),
    ("Automatická odpověď: Hello", "Jsem mimo kancelář do 12. května 2025.", date(2025, 5, 12)),
    ("Автоматический ответ: Hello", "Я в отпуске до 12 мая 2025 г.", date(2025, 5, 12)),
    ("Автоматична відповідь: Hello", "Я у відпустці до 12 травня.", date(2025, 5, 12)),
    ("Otomatik yanıt: Hello", "12 Mayıs tarihine kadar ofis dışındayım.", date(2025, 5, 12)),
    ("自動応答: Hello", "5月12日まで不在にしております。", date(2025, 5, 12)),
    ("自动答复: Hello", "我正在休假，5月12日返回。", date(2025, 5, 12)),
    ("자동 회신: Hello", "5월 12일까지 휴가입니다.", date(2025, 5, 12)),
]


@pytest.mark.parametrize(("subject", "text", "back"), AWAY)
def test_an_absence_is_understood_with_the_day_of_return(subject, text, back):
    found = automatic_in(Mail(subject=subject, text=text, date=NOW))
    assert found.away
    assert found.until == back


def test_nobody_is_held_for_ever_by_a_header():
    raw = b"Date: Thu, 1 May 2025 09:00:00 +0000\nX-Apple-Action: VACATION\n"
    raw += b"X-Apple-Criteria: {endDate=9999-12-31T00:00:00Z}\n\nI am away."
    assert automatic_in(read(raw)).until is None


def test_apples_end_date_goes_before_all_words():
    raw = b"Date: Thu, 1 May 2025 09:00:00 +0000\nX-Apple-Action: VACATION\n"
    raw += b"X-Apple-Criteria: {endDate=2025-06-01T14:59:59Z}\n\nBack May 12."
    assert automatic_in(read(raw)).until == date(2025, 6, 1)


def test_a_note_written_in_december_speaks_of_january():
    december = NOW.replace(month=12, day=20)
    note = Mail(subject="Automatic reply: x", text="Out of office until January 7.", date=december)
    assert automatic_in(note).until == date(2026, 1, 7)
    note = Mail(subject="Abwesenheitsnotiz: x", text="Ich bin ab 07.01. wieder da.", date=december)
    assert automatic_in(note).until == date(2026, 1, 7)


RECEIPTS = [
    "Thank you for contacting us. We have received your message and will get back to you shortly.",
    "Your request (#1234) was carried out on Monday and logged. We return to every request in two days.",
    "Vielen Dank für Ihre Nachricht. Wir melden uns so bald wie möglich bei Ihnen zurück.",
    "Nous avons bien reçu votre message et revenons vers vous bientôt. Merci de votre retour.",
    "Hemos recibido su mensaje y le responderemos lo antes posible. Para darse de baja, escriba a x.",
    "Abbiamo ricevuto il suo messaggio e risponderemo il prima possibile.",
    "Wij hebben uw bericht ontvangen en komen zo snel mogelijk terug op uw vraag.",
    "Recebemos a sua mensagem e responderemos assim que possível.",
    "Otrzymaliśmy Twoją wiadomość. Odpowiemy jak najszybciej.",
    "Vi har mottagit ditt meddelande och återkommer så snart vi kan.",
    "Vi har modtaget din henvendelse og vender tilbage til dig.",
    "Olemme vastaanottaneet viestisi ja palaamme asiaan mahdollisimman pian.",
    "Obdrželi jsme vaši zprávu a odpovíme co nejdříve.",
    "Мы получили ваше письмо и ответим в ближайшее время.",
    "Mesajınızı aldık, en kısa sürede size geri döneceğiz.",
    "お問い合わせを受け付けました。ありがとうございます。",
    "我们已收到您的邮件，将尽快回复。",
]


@pytest.mark.parametrize("words", RECEIPTS)
def test_a_receipt_is_no_absence(words):
    header = Fields((("auto-submitted", "auto-replied"),))
    assert not automatic_in(Mail(subject="Re: Hello", text=words, fields=header)).away


REQUESTS = [
    "Please unsubscribe me.",
    "Could you please unsubscribe me?",
    "How do I unsubscribe?",
    "Kindly remove our group from your mailing list.",
    "stop",
    "Hi, please take us off your list. Thanks, Ana",
    "Don't write to us again, please.",
    "Bitte nehmen Sie uns aus dem Verteiler.",
    "Bitte keine weiteren Mails mehr.",
    "Merci de ne plus nous écrire.",
    "Veuillez me désinscrire.",
    "Por favor, quiero darme de baja.",
    "No queremos recibir más correos.",
    "Vi prego di cancellarmi: non desidero ricevere altre mail.",
    "Graag geen mails meer.",
    "Não quero mais receber estes emails.",
    "Proszę mnie nie męczyć, nie chcę otrzymywać wiadomości.",
    "Ta bort mig från listan.",
    "Fjern mig fra listen.",
    "Slutt å skrive til oss.",
    "Poistakaa minut listalta.",
    "Prosím, odhlaste nás.",
    "Отпишите меня, пожалуйста.",
    "Відпишіть мене.",
    "Bir daha mail göndermeyin.",
    "配信停止をお願いします。",
    "请勿再发邮件。",
    "수신거부 부탁드립니다.",
]


@pytest.mark.parametrize("words", REQUESTS)
def test_a_request_to_stop_is_heard_in_many_languages(words):
    assert stop_request(own_words(words), "Re: Hello")


NO_REQUESTS = [
    "Please do not unsubscribe me, I want to stay.",
    "I never asked to be unsubscribed.",
    "How can our members unsubscribe from your newsletter?",
    "Sure!\n\n> To stop these letters, answer “unsubscribe”.\n",
    "Sure!\n\n--\nTo unsubscribe from this group, send mail to x@lists.example",
    "To unsubscribe, click here: https://x.example",
    "Unsubscribe: https://x.example",
    "Could you please remove the old logo from your page?",
    "We would love to take part. " * 10 + "By the way, our old list's members may want to unsubscribe me.",
    "I am not interested in a project night, but do tell me about the grants.",
]


@pytest.mark.parametrize("words", NO_REQUESTS)
def test_a_word_about_stopping_is_no_request(words):
    assert stop_request(own_words(words), "Re: Hello") == ""


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400))
def test_own_words_are_words_of_the_text(text):
    own = own_words(text)
    known = {line.strip() for line in text.replace("\u00a0", " ").replace("\u200b", "").split("\n")}
    assert {line.strip() for line in own.split("\n")} <= known | {""}
    assert bool(own.strip()) == bool(text.replace("\u200b", "").strip())
