"""The usual mail providers: what is known of them is in order, and fills in what the settings leave open."""

import re
import tomllib
from importlib import resources

import pytest
from stage import START

from mailer.nouns import CAUTIOUS, Address, Learned, Sender, Server, Settings, files_copies
from mailer.workspace import provider_of, providers
from mailer.workspace.settings import read_settings

SENDER = '[sender]\nname = "Ana"\nemail = "ana@users.org"\n'


def read(tmp_path, text, **environ):
    (tmp_path / "campaigns").mkdir(exist_ok=True)
    (tmp_path / "campaigns/settings.toml").write_text(text, encoding="utf-8")
    settings, problems = read_settings(tmp_path, environ)
    return settings, [f"{each.line}:{each.column} {each.what} → {each.fix}" for each in problems]


def test_every_provider_is_complete_and_can_be_used(tmp_path):
    assert {"gmail", "microsoft365", "outlook", "fastmail", "posteo", "mailbox-org", "gmx"} <= set(
        providers()
    )
    for name, provider in providers().items():
        assert re.fullmatch(r"[a-z0-9-]+", name)
        assert provider.name
        for door in (provider.smtp, provider.imap):
            assert all(1 <= port <= 65535 for port, _ in door.ports)
            assert {tls for _, tls in door.ports} <= {"implicit", "starttls"}
            assert all(tls == "implicit" for port, tls in door.ports if port in {465, 993})
            assert all(host == host.lower() for host in door.hosts)
        assert bool(provider.sign_in) == bool(provider.sign_in_page)
        assert provider.sign_in_page.startswith(("https://", ""))
        users = "" if provider.user else 'user = "ana"\n'
        own = {"smtp": users, "imap": users}
        for section, door in (("smtp", provider.smtp), ("imap", provider.imap)):
            if not door.host:  # depends on the account
                own[section] += 'host = "mail.users.org"\n' + ("" if door.ports else "port = 993\n")
        text = f'provider = "{name}"\n{SENDER}[smtp]\n{own["smtp"]}[imap]\n{own["imap"]}'
        settings, problems = read(tmp_path, text)
        assert settings, (name, problems)
        assert (settings.smtp.port, settings.smtp.tls) == provider.smtp.ports[0]


def test_each_line_of_the_table_has_its_source():
    text = resources.files("mailer.workspace").joinpath("providers.toml").read_text("utf-8")
    for name in tomllib.loads(text):
        section = text.partition(f"[{name}]")[2].partition("\n[")[0]
        assert re.search(r"^# .*(\.\w{2,}/|ISPDB|kb\.|\.help|\w/\w+#\d+)", section, re.MULTILINE), name


def test_two_lines_are_enough_for_a_known_provider(tmp_path):
    settings, problems = read(tmp_path, f'provider = "gmail"\n{SENDER}')
    assert not problems
    sender = Sender("Ana", Address("ana", "users.org"))
    smtp = Server("smtp.gmail.com", 465, "implicit", "ana@users.org")
    imap = Server("imap.gmail.com", 993, "implicit", "ana@users.org")
    assert settings == Settings(sender, smtp, imap, pace=CAUTIOUS)


CASES = {
    "another port brings its encryption": (
        "[smtp]\nport = 587\n",
        ("smtp.gmail.com", 587, "starttls", "ana@users.org"),
    ),
    "another encryption brings its port": (
        '[smtp]\ntls = "starttls"\n',
        ("smtp.gmail.com", 587, "starttls", "ana@users.org"),
    ),
    "a port of her own": ("[smtp]\nport = 2525\n", ("smtp.gmail.com", 2525, "implicit", "ana@users.org")),
    "a server of her own": (
        '[smtp]\nhost = "relay.users.org"\n',
        ("relay.users.org", 465, "implicit", "ana@users.org"),
    ),
    "a user of her own": ('[smtp]\nuser = "ana"\n', ("smtp.gmail.com", 465, "implicit", "ana")),
    "no user": ('[smtp]\nuser = ""\n', ("smtp.gmail.com", 465, "implicit", "")),
}


@pytest.mark.parametrize(("smtp", "expected"), CASES.values(), ids=CASES)
def test_what_she_says_herself_counts(tmp_path, smtp, expected):
    settings, problems = read(tmp_path, f'provider = "gmail"\n{SENDER}{smtp}')
    assert not problems
    assert (settings.smtp.host, settings.smtp.port, settings.smtp.tls, settings.smtp.user) == expected


def test_the_environment_may_name_the_provider_and_stands_above_the_file(tmp_path):
    said = {"CAMPAIGN_PROVIDER": "fastmail", "CAMPAIGN_SMTP_PORT": "587"}
    settings, problems = read(tmp_path, f'provider = "gmail"\n{SENDER}', **said)
    assert not problems
    assert (settings.smtp.host, settings.smtp.tls) == ("smtp.fastmail.com", "starttls")
    _, problems = read(tmp_path, SENDER, CAMPAIGN_PROVIDER="fastmial")
    assert problems == [
        "0:0 CAMPAIGN_PROVIDER names a provider that is not known here: 'fastmial' → did you mean fastmail?"
    ]


def test_a_slip_in_the_providers_name_is_one_mistake_with_its_remedy(tmp_path):
    settings, problems = read(tmp_path, f'provider = "gmial"\n{SENDER}')
    assert settings is None
    assert problems == [
        "1:13 provider names a provider that is not known here: 'gmial' → did you mean gmail?"
    ]
    _, problems = read(tmp_path, f'provider = "carrier-pigeon\x1b"\n{SENDER}'.replace("\x1b", "\\u001b"))
    [problem] = problems
    assert "\x1b" not in problem
    _, [problem] = read(tmp_path, f'provider = "carrier-pigeon"\n{SENDER}')
    assert problem.endswith("or write one of: " + ", ".join(providers()))
    _, [problem] = read(
        tmp_path, f"provider = 7\n{SENDER}[smtp]\nhost='a.b'\nport=1\n[imap]\nhost='a.b'\nport=1\n"
    )
    assert "provider must be text" in problem


def test_other_mistakes_are_named_all_the_same(tmp_path):
    _, problems = read(tmp_path, f'provider = "gmail"\n{SENDER}[smtp]\nprot = 587\n')
    assert [each for each in problems if "prot" in each and "did you mean port?" in each]


def test_a_server_set_by_hand_is_recognized():
    known = {
        Server("smtp.gmail.com", 465): "gmail",
        Server("imap.googlemail.com", 993): "gmail",
        Server("outlook.office365.com", 993): "microsoft365",
        Server("email-smtp.eu-central-1.amazonaws.com", 587): "ses",
        Server("127.0.0.1", 1143): "proton",
        Server("smtp.gmail.com.", 465): "gmail",
    }
    for server, name in known.items():
        assert provider_of(server).id == name
    for stranger in (Server("127.0.0.1", 1144), Server("gmail.com.users.org", 465), Server("users.org", 465)):
        assert provider_of(stranger) is None


@pytest.mark.parametrize("said", [True, False, None])
@pytest.mark.parametrize("seen", [True, False, None])
@pytest.mark.parametrize("known", ["gmail", "icloud", "posteo", None])
def test_who_is_believed_about_copies(said, seen, known):
    server = Server("smtp.users.org", 465)
    settings = Settings(Sender("Ana", Address("ana", "users.org")), server, server, files_copies=said)
    lesson = Learned("smtp.users.org", START, keeps_message_id=True, files_copies=seen)
    provider = providers()[known] if known else None
    preset = {"gmail": True, "icloud": False}.get(known)
    believed = next((one for one in (said, seen, preset) if one is not None), None)
    assert files_copies(settings, lesson, provider) is believed
    if seen is None:
        assert files_copies(settings, None, provider) is believed
