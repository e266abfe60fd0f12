"""Text in every alphabet in use, with the right label, a wrong one, or none; and what gateways do to it."""
# ruff: noqa: RUF001, E501 - other alphabets have letters that look like ours; mails as they come

import pytest

from mailer.replies import read
from mailer.replies.reading.alphabet_names import is_known, python_name
from mailer.replies.reading.decoding import text_of

TEXTS = {
    "Russian": ("Привет! Спасибо за письмо, мы рады. Иван", "cp1251 koi8-r cp866 iso8859-5 mac-cyrillic"),
    "a Russian name": ("Иван Петров", "cp1251 koi8-r"),
    "Russian in capitals": ("ПРИВЕТ ВСЕМ", "cp1251 koi8-r"),
    "Ukrainian": ("Доброго дня! Дякуємо за лист. Олена Їжак", "cp1251 koi8-u"),
    "Greek": ("Γειά σας, ευχαριστούμε για το μήνυμα.", "cp1253 iso8859-7"),
    "Hebrew": ("שלום, תודה על המכתב. נשמח להשתתף.", "cp1255 iso8859-8"),
    "Arabic": ("مرحبا، شكرا على رسالتكم. نود المشاركة.", "cp1256 iso8859-6"),
    "Thai": ("สวัสดีครับ ขอบคุณสำหรับจดหมาย", "cp874"),
    "Polish": ("Dziękuję za list. Chętnie weźmiemy udział. Łukasz", "cp1250 iso8859-2"),
    "Czech": ("Dobrý den, děkujeme. Rádi přijdeme příští měsíc.", "cp1250 iso8859-2"),
    "Hungarian": ("Köszönjük, szívesen részt veszünk. Gergő, Ödön, Fűz", "cp1250"),
    "Turkish": ("Teşekkür ederiz, görüşmek üzere, Işıl Çağrı", "cp1254"),
    "Lithuanian": ("Ačiū už laišką, mes norėtume dalyvauti. Ąžuolas", "cp1257"),
    "German": ("Schöne Grüße, könnten Sie mehr erzählen? Weiß", "cp1252"),
    "French": ("C’est très intéressant. À bientôt, François", "cp1252"),
    "Icelandic": ("Þakka þér fyrir bréfið. Ágúst Þór", "cp1252"),
    "English": ("We’re happy – really “happy” … €5", "cp1252"),
    "Japanese": ("お世話になっております。ぜひ参加したいです。", "cp932 euc-jp iso-2022-jp utf-16"),
    "Chinese": ("您好，谢谢您的来信。我们很乐意参加。", "gb18030"),
    "Traditional Chinese": ("您好，謝謝您的來信。我們很樂意參加。", "big5"),
    "Korean": ("안녕하세요, 메일 감사합니다. 저희도 참가합니다.", "cp949"),
}
WRITTEN = [(text, codec) for text, codecs in TEXTS.values() for codec in codecs.split()]


@pytest.mark.parametrize(("text", "codec"), WRITTEN)
@pytest.mark.parametrize("label", ["", "us-ascii", "iso-8859-1", "unknown-8bit", "x-nobody-knows"])
def test_text_under_no_label_or_a_thoughtless_one_is_read(text, codec, label):
    assert text_of(text.encode(codec), label) == text


@pytest.mark.parametrize("text", [text for text, _ in TEXTS.values()])
def test_utf_8_under_another_label_and_the_reverse_are_read(text):
    for label in ("iso-8859-1", "windows-1252", "windows-1251", "koi8-r", "iso-8859-2", "us-ascii"):
        assert text_of(text.encode(), label) == text
    assert text_of("Schöne Grüße, François".encode("cp1252"), "utf-8") == "Schöne Grüße, François"


def test_one_broken_letter_does_not_make_another_alphabet():
    assert text_of("Grüße aus Köln".encode()[:-2] + b"\xff", "utf-8").startswith("Grüße aus K")
    assert text_of("今日は".encode()[:-1], "") == "今日\ufffd"


NAMES = {
    "windows-31j": "cp932",
    "X-SJIS": "cp932",
    "ANSI_X3.4-1968": "ascii",
    "ISO_8859-1:1987": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "x-mac-ce": "mac-latin2",
    "X-MAC-CYRILLIC": "mac-cyrillic",
    "ks_c_5601-1987": "cp949",
    "win-1251": "cp1251",
    "TIS-620": "cp874",
    "iso-2022-jp-ms": "iso-2022-jp",
    "iso-2022-jp-3": "iso-2022-jp",
    "utf-8;format=flowed": "utf-8",
    "koi8-ru": "koi8-u",
    "zlib": "",
    "unicode_escape": "",
    "iso-8859-12": "",
    "utf-999": "",
}


@pytest.mark.parametrize(("name", "expected"), NAMES.items())
def test_alphabets_are_known_under_the_names_that_programs_write(name, expected):
    assert python_name(name) == expected
    assert is_known(name) == bool(expected)
    text_of(b"abc\xff\xfe\x00\x1b$", name).encode("utf-8")


def test_japanese_extras_and_utf_7_are_read_and_half_letters_are_not():
    assert text_of(b"\x1b$B:#F|$O-!-j\x1b(B ok \x1b(I6E\x1b(B", "iso-2022-jp") == "今日は①㈱ ok ｶﾅ"
    assert text_of(b"Gr+APwA3w-e", "utf-7") == "Grüße"
    text_of(b"+2AA-", "utf-7").encode("utf-8")


HEAD = b"From: ana@loirepy.example\nSubject: Hello\n"
FLOWED = HEAD + b"Content-Type: text/plain; charset=utf-8; format=flowed"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
BOTH = HEAD + b"Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
CALENDAR = (
    b"BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nSUMMARY:Project\n  night\n"
    b"ATTENDEE;CN=Ana;PARTSTAT=DECLINED:mailto:ana@loirepy.example\nCOMMENT:Too late\\, sorry\nEND:VEVENT\n"
)
SIGNED = (
    b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nYes\n- -- dash\n"
    b"-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"
)
ON_THE_WAY = {
    "flowed": (
        FLOWED + b"\n\nThis is one \nline.\n\n> quoted \n> too\n-- \nAna",
        "This is one line.\n\n> quoted too\n-- \nAna",
    ),
    "flowed without its spaces": (FLOWED + b"; delsp=yes\n\n" + "今日 \nは".encode(), "今日は"),
    "flowed, stuffed": (FLOWED + b"\n\n From here\n >not a quote", "From here\n>not a quote"),
    "quoted-printable without a label": (
        HEAD + b"\nGr=C3=BC=C3=9Fe =E2=80=93 a long li=\nne",
        "Grüße – a long line",
    ),
    "a formula is no quoted-printable": (HEAD + b"\nx=3D y=4A z=5B", "x=3D y=4A z=5B"),
    "a footer behind Base64": (
        HEAD + b"Content-Transfer-Encoding: base64\n\nSGVsbG8gdGhlcmUsIE1hcmlhLg==\n\n___\norga mailing list",
        "Hello there, Maria.\n___\norga mailing list",
    ),
    "text that is no Base64": (HEAD + b"Content-Transfer-Encoding: base64\n\nHello there!", "Hello there!"),
    "signed": (HEAD + b"\n" + SIGNED, "Yes\n-- dash"),
    "an answer to an invitation": (
        HEAD + b"Content-Type: text/calendar; method=REPLY\n\n" + CALENDAR,
        "(declines the invitation “Project night”)\n\nToo late, sorry",
    ),
    "plain text that apologizes": (
        BOTH + b"Please use an HTML capable mail client.\n--b\nContent-Type: text/html\n\n<p>Yes\n--b--",
        "Yes",
    ),
    "a foreign line in the header": (b"From: a@b.example\nthis is no field\nSubject: Hello\n\nYes", "Yes"),
    "UTF-16": ("\ufeffSubject: Hello\n\nПривет".encode("utf-16-le"), "Привет"),
    "plain/text": (HEAD + b"Content-Type: plain/text\n\nYes", "Yes"),
}


@pytest.mark.parametrize(("raw", "expected"), ON_THE_WAY.values(), ids=ON_THE_WAY.keys())
def test_what_happened_to_a_text_on_its_way_is_undone(raw, expected):
    mail = read(raw)
    assert mail.text.strip() == expected
    assert mail.subject == "Hello"


NOTED = {
    "PGP": (MIXED + b"Content-Type: application/pgp-encrypted\n\nVersion: 1\n--b--", "it is encrypted"),
    "S/MIME": (
        HEAD + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nxx",
        "it is encrypted",
    ),
    "PGP in the text": (HEAD + b"\n-----BEGIN PGP MESSAGE-----\n\nabc\n", "it is encrypted"),
    "winmail.dat": (MIXED + b"Content-Type: application/ms-tnef\n\nxx\n--b--", "winmail.dat"),
    "signed around": (
        HEAD
        + b"Content-Type: application/pkcs7-mime; smime-type=signed-data\n\n0\x80Content-Type: text/plain\n\nYes\n",
        "signed",
    ),
}


@pytest.mark.parametrize(("raw", "note"), NOTED.values(), ids=NOTED.keys())
def test_what_cannot_be_opened_is_noted(raw, note):
    mail = read(raw)
    assert any(note in each for each in mail.notes)
    assert ("Yes" in mail.text) == (note == "signed")


def test_encoded_words_that_programs_get_wrong_are_read():
    for raw, expected in (
        (b"=?utf-8?Q?What? Yes?=", "What? Yes"),
        (b"=?utf-8?B?Caf=C3=A9?=", "Café"),
        ("Иван Петров".encode("cp1251"), "Иван Петров"),
    ):
        assert read(b"Subject: " + raw + b"\n\nHi").subject == expected
