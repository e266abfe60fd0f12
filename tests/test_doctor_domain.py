"""The sender's domain: SPF, DKIM and DMARC, asked of a real name server on loopback."""

import base64
from datetime import UTC, datetime

import pytest
from nameserver import FAILS, GARBAGE, SILENT, SPOOF, NameServer

from mailer.doctor import Grade, check_domain
from mailer.doctor.dkim import is_aligned
from mailer.nouns import Door, Learned, Provider
from mailer.servers import dns_texts

DOMAIN = "users.example"
KEY = "v=DKIM1; k=rsa; p=" + base64.b64encode(b"k" * 294).decode()
PROVIDER = Provider("p", "Provider", Door(), spf="_spf.provider.example", selectors=("s1", "s2"))
GOOD = {
    DOMAIN: ["google-site-verification=x", "v=spf1 include:_spf.provider.example ~all"],
    "_spf.provider.example": ["v=spf1 ip4:192.0.2.0/24 -all"],
    "s1._domainkey.users.example": [KEY],
    "_dmarc.users.example": ["v=DMARC1; p=quarantine; rua=mailto:dmarc@users.example"],
}


def learned(*signers):
    return Learned(
        "smtp.provider.example", datetime(2026, 6, 1, tzinfo=UTC), keeps_message_id=True, signers=signers
    )


def check(texts, provider=PROVIDER, lesson=None, domain=DOMAIN):
    """The checks of a domain by what they are about, and what was asked for."""
    with NameServer(texts) as server:
        found = check_domain(domain, provider, lesson, server.ask())
    return {each.what: each for each in found}, server.asked


def test_a_domain_in_order_is_fine_with_few_questions():
    found, asked = check(GOOD)
    assert [each.grade for each in found.values()] == [Grade.FINE] * 3
    assert found["SPF"].says == "users.example says who may send for it; 1 of 10 look-ups, ~all"
    assert found["DKIM"].says == "there is a key: s1 of users.example"
    assert "asks for quarantine" in found["DMARC"].says
    assert asked == [
        *("users.example", "_spf.provider.example", "_dmarc.users.example"),
        *("s1._domainkey.users.example", "s2._domainkey.users.example"),
    ]


LONG = "v=spf1 " + " ".join(f"ip4:192.0.2.{number}" for number in range(60)) + " ~all"
TEN = {f"i{number}.example": ["v=spf1 -all"] for number in range(11)}

SPF = {
    "none": (
        {DOMAIN: ["hello"]},
        Grade.ATTENTION,
        "does not say who may send",
        'include:_spf.provider.example ~all"',
    ),
    "no name at all": ({DOMAIN: None}, Grade.ATTENTION, "does not say who may send", ""),
    "two": ({DOMAIN: ["v=spf1 -all", "V=SPF1 ~all"]}, Grade.WRONG, "has 2 SPF records", "correct"),
    "almost one": ({DOMAIN: ["v=spf10 -all"]}, Grade.ATTENTION, "does not say who may send", ""),
    "everybody": ({DOMAIN: ["v=spf1 include:_spf.provider.example +all"]}, Grade.WRONG, "anybody", "~all"),
    "everybody, by default": ({DOMAIN: ["v=spf1 all"]}, Grade.WRONG, "anybody", "~all"),
    "no opinion": (
        {DOMAIN: ["v=spf1 include:_spf.provider.example ?all"]},
        Grade.ATTENTION,
        "other servers",
        "~all",
    ),
    "no end": ({DOMAIN: ["v=spf1 include:_spf.provider.example"]}, Grade.ATTENTION, "other servers", "~all"),
    "not the provider": (
        {DOMAIN: ["v=spf1 mx -all"]},
        Grade.ATTENTION,
        "does not name your provider's",
        "include:_spf.provider.example",
    ),
    "the provider further in": (
        {
            DOMAIN: ["v=spf1 include:ours.example -all"],
            "ours.example": ["v=spf1 include:_spf.provider.example ?all"],
        },
        Grade.FINE,
        "2 of 10 look-ups, -all",
        "",
    ),
    "all within an include counts only there": (
        {DOMAIN: ["v=spf1 include:_spf.provider.example ~all"], "_spf.provider.example": ["v=spf1 +all"]},
        Grade.FINE,
        "~all",
        "",
    ),
    "redirected": (
        {
            DOMAIN: ["v=spf1 redirect=ours.example"],
            "ours.example": ["v=spf1 include:_spf.provider.example -all"],
        },
        Grade.FINE,
        "2 of 10 look-ups, -all",
        "",
    ),
    "redirected into nothing": (
        {DOMAIN: ["v=spf1 redirect=gone.example"]},
        Grade.WRONG,
        "gone.example has no SPF record",
        "",
    ),
    "included what is gone": (
        {DOMAIN: ["v=spf1 include:gone.example ~all"]},
        Grade.WRONG,
        "gone.example has no SPF record",
        "",
    ),
    "ten": (
        {
            DOMAIN: [
                "v=spf1 a mx a:x.example ptr exists:%{i} mx/9 a/9 a:y mx:z include:_spf.provider.example -all"
            ]
        },
        Grade.FINE,
        "10 of 10",
        "",
    ),
    "eleven": (
        TEN | {DOMAIN: ["v=spf1 " + " ".join(f"include:{name}" for name in TEN) + " -all"]},
        Grade.WRONG,
        "more than 10 names",
        "",
    ),
    "a ring": (
        {DOMAIN: ["v=spf1 include:b.example -all"], "b.example": ["v=spf1 include:users.example -all"]},
        Grade.WRONG,
        "more than 10 names",
        "",
    ),
    "what stands behind all": (
        {DOMAIN: ["v=spf1 include:_spf.provider.example -all include:gone.example"]},
        Grade.FINE,
        "1 of 10",
        "",
    ),
    "a slip of the pen": (
        {DOMAIN: ["v=spf1 inlcude:x.example -all"]},
        Grade.WRONG,
        "'inlcude:x.example'",
        "",
    ),
    "an include of nothing": ({DOMAIN: ["v=spf1 include: -all"]}, Grade.WRONG, "includes nothing", ""),
    "in pieces": (
        {DOMAIN: [LONG.replace("~all", "include:_spf.provider.example ~all")]},
        Grade.FINE,
        "1 of 10",
        "",
    ),
    "a macro": (
        {DOMAIN: ["v=spf1 include:_spf.provider.example include:%{d}.x.example ~all"]},
        Grade.FINE,
        "2 of 10",
        "",
    ),
    "hostile": ({DOMAIN: ["v=spf1 \x1b]0;x\x07\u202e -all"]}, Grade.WRONG, "means nothing", ""),
    "spoofed first": (
        {DOMAIN: SPOOF},
        Grade.ATTENTION,
        "does not name your provider's",
        "",
    ),
}


@pytest.mark.parametrize(("texts", "grade", "says", "fix"), SPF.values(), ids=SPF)
def test_spf(texts, grade, says, fix):
    found, asked = check(GOOD | {name: text for name, text in texts.items() if text is not None}
                         if None not in texts.values() else {})  # fmt: skip
    assert (found["SPF"].grade, says in found["SPF"].says, fix in found["SPF"].fix) == (grade, True, True), (
        found
    )
    assert len(asked) < 20
    assert "\x1b" not in found["SPF"].says


NOBODY = {"a failure": FAILS, "garbage": GARBAGE, "silence": SILENT}


@pytest.mark.parametrize("deed", NOBODY.values(), ids=NOBODY)
def test_when_nobody_answers_that_is_said_once_and_nobody_is_asked_again(deed):
    with NameServer({DOMAIN: deed}) as server:
        [check] = check_domain(DOMAIN, PROVIDER, None, server.ask(wait=0.2))
    assert check.grade is Grade.UNKNOWN
    assert "SPF, DKIM and DMARC of users.example were not looked up: " in check.says
    assert set(server.asked) == {DOMAIN}


def test_a_silence_in_the_middle_leaves_the_rest_unchecked():
    with NameServer(GOOD | {"_dmarc.users.example": SILENT}) as server:
        # Long enough for the names that are answered, on a machine that has much to do.
        found = check_domain(DOMAIN, PROVIDER, None, server.ask(wait=2))
    assert [each.grade for each in found] == [Grade.FINE, Grade.FINE, Grade.UNKNOWN]


def test_a_machine_without_network_is_a_sentence():
    # A port of this machine at which nobody listens: the system says so, as it does without a network.
    answer = dns_texts(["127.0.0.1"], 9, 0.3)("users.example")
    assert answer.trouble
    assert not answer.texts


@pytest.mark.parametrize("name", ["", "..", "a" * 70 + ".example", "x" * 300, "\x00.example", "ü.example"])
def test_a_name_that_is_none_is_no_traceback(name):
    with NameServer({}) as server:
        assert not server.ask(wait=0.2)(name).texts


DMARC = {
    "none": (
        {"_dmarc.users.example": ["v=spf1 -all"]},
        Grade.ATTENTION,
        'TXT record to _dmarc.users.example: "v=DMARC1',
    ),
    "two": (
        {"_dmarc.users.example": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]},
        Grade.WRONG,
        "leave only one",
    ),
    "nonsense": ({"_dmarc.users.example": ["v=DMARC1; p=maybe"]}, Grade.WRONG, "p=none, p=quarantine"),
    "no policy": ({"_dmarc.users.example": ["v=DMARC1; rua=mailto:a@users.example"]}, Grade.WRONG, "p=none"),
    "small letters, spaces": ({"_dmarc.users.example": ["v=dmarc1 ;  P = Reject"]}, Grade.FINE, ""),
}


@pytest.mark.parametrize(("texts", "grade", "fix"), DMARC.values(), ids=DMARC)
def test_dmarc(texts, grade, fix):
    found, _ = check(GOOD | texts)
    assert (found["DMARC"].grade, fix in found["DMARC"].fix) == (grade, True), found["DMARC"]


def test_a_policy_is_inherited_from_above_with_its_word_for_what_is_below():
    texts = {
        "_dmarc.example.example": ["v=DMARC1; p=reject; sp=none"],
        "a.b.example.example": ["v=spf1 -all"],
    }
    found, asked = check(texts, provider=None, domain="a.b.example.example")
    assert found["DMARC"].grade is Grade.FINE
    assert "example.example asks for none" in found["DMARC"].says
    assert "_dmarc.example" not in asked


DKIM = {
    "none of the provider's": (
        {},
        (),
        Grade.ATTENTION,
        "none of the keys that your provider signs with (s1, s2)",
    ),
    "withdrawn": ({"s1._domainkey.users.example": ["v=DKIM1; p="]}, (), Grade.ATTENTION, "none of the keys"),
    "seen, and there": (
        {"x._domainkey.users.example": ["p=" + KEY[18:]]},
        ("x",),
        Grade.FINE,
        "x of users.example",
    ),
    "seen, and gone": ({}, ("x",), Grade.WRONG, "x of users.example cannot be found"),
    "seen, and withdrawn": (
        {"x._domainkey.users.example": ["v=DKIM1; p="]},
        ("x",),
        Grade.WRONG,
        "withdrawn",
    ),
    "seen, and garbled": ({"x._domainkey.users.example": ["v=DKIM1; p=?"]}, ("x",), Grade.WRONG, "garbled"),
    "seen, and something else": (
        {"x._domainkey.users.example": ["v=spf1"]},
        ("x",),
        Grade.WRONG,
        "no DKIM record",
    ),
}


@pytest.mark.parametrize(("texts", "selectors", "grade", "says"), DKIM.values(), ids=DKIM)
def test_dkim(texts, selectors, grade, says):
    without = {name: text for name, text in GOOD.items() if "_domainkey" not in name}
    lesson = learned(*((selector, DOMAIN) for selector in selectors))
    found, _ = check(without | texts, lesson=lesson)
    assert found["DKIM"].grade is grade, found["DKIM"]
    assert says in found["DKIM"].says


def test_a_key_that_nobody_can_name_is_found_out_by_a_letter():
    found, _ = check(GOOD, provider=None)
    assert (found["DKIM"].grade, found["DKIM"].fix) == (Grade.UNKNOWN, "campaign doctor --probe")


def test_a_strangers_signature_says_nothing_of_the_domain():
    found, asked = check(GOOD, provider=None, lesson=learned(("x", "provider.example")))
    assert found["DKIM"].grade is Grade.UNKNOWN
    assert "x._domainkey.provider.example" not in asked


def test_a_letter_with_a_thousand_signatures_asks_for_few_keys():
    lesson = learned(*((f"k{number}", DOMAIN) for number in range(1000)))
    _, asked = check(GOOD, lesson=lesson)
    assert sum("_domainkey" in name for name in asked) == 6


def test_the_providers_own_domain_is_its_business():
    provider = Provider("p", "Provider", Door(), domains=(DOMAIN,))
    found, asked = check(GOOD, provider)
    assert found["records"].grade is Grade.FINE
    assert not asked


@pytest.mark.parametrize(
    ("signer", "sender", "organization", "strict", "aligned"),
    [
        ("a.example", "a.example", "", False, True),
        ("a.example", "b.a.example", "", False, True),
        ("b.a.example", "a.example", "", False, True),
        ("b.a.example", "c.a.example", "", False, False),
        ("b.a.example", "c.a.example", "a.example", False, True),
        ("evil-a.example", "a.example", "", False, False),
        ("example", "a.example", "", False, False),
        ("b.a.example", "a.example", "a.example", True, False),
        ("a.example", "a.example", "a.example", True, True),
        ("", "a.example", "", False, False),
    ],
)
def test_alignment(signer, sender, organization, strict, aligned):
    assert is_aligned(signer, sender, organization, strict=strict) is aligned
