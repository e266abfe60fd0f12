"""A provider of consents on loopback (OAuth 2), like Google and Microsoft, with the faults that a test wants.

It knows RFC 6749 with RFC 7636, RFC 8628 and RFC 7662. Each refresh token is good for one use.
"""

import base64
import hashlib
import json
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from liars import CANARY

from mailer.nouns import OAuth

CLIENT = "campaign-of-the-tests"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class Authority(ThreadingHTTPServer):
    """Runs while its `with` lasts.

    `script` maps a path to what happens there instead, the first time, the second …: a dict is said as JSON
    with 200, (status, dict) with that status, bytes are sent as they are, a function gets the handler.
    """

    daemon_threads = True

    def __init__(self, user="fellow", *, secret="", lifetime=3600, rotates=True, padding=0):
        super().__init__(("127.0.0.1", 0), _Visitor)
        self.user, self.secret, self.lifetime, self.rotates = user, secret, lifetime, rotates
        self.padding = "x" * padding
        self.script = {}
        self.heard = []
        self.codes = {}
        self.refreshes = set()
        self.tokens = {}
        self.used = Counter()
        self.pending = 0
        self.lock = threading.Lock()
        self.over = threading.Event()

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve_forever, args=[0.01])
        self.thread.start()
        return self

    def __exit__(self, *nothing):
        self.over.set()
        self.shutdown()
        self.thread.join()
        self.server_close()

    def handle_error(self, request, client_address):
        """A caller who hangs up early, as ours does on some, is no news."""

    def url(self, path):
        return f"http://127.0.0.1:{self.server_address[1]}{path}"

    @property
    def oauth(self):
        """How the settings describe it."""
        urls = (self.url(path) for path in ("/token", "/authorize", "/device"))
        return OAuth("your provider", *urls, ("mail",), client_id=CLIENT)

    @property
    def section(self):
        """How `settings.toml` does."""
        lines = [f'{name}_url = "{self.url(path)}"' for name, path in (("token", "/token"),)]
        lines += [f'authorization_url = "{self.url("/authorize")}"', f'device_url = "{self.url("/device")}"']
        return "\n".join(["[oauth]", f'client_id = "{CLIENT}"', 'scopes = ["mail"]', *lines, ""])

    def forms(self, path):
        """What was posted there."""
        return [form for where, form in self.heard if where == path]

    def revoke(self):
        """As the person does it on her provider's page."""
        self.refreshes.clear()
        self.tokens.clear()

    # ── What it answers ──────────────────────────────────────────────────────────────────────────────────

    def grant(self):
        """A new pair of tokens."""
        number = len(self.tokens) + 1
        access, refresh = (f"{CANARY}-{kind}-{number}{self.padding}" for kind in ("access", "refresh"))
        self.tokens[access] = time.time() + self.lifetime
        self.refreshes.add(refresh)
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": self.lifetime,
            "refresh_token": refresh,
        }

    def authorize(self, form):
        """The browser's visit: she consents at once; the address to which it is sent."""
        code = f"{CANARY}-code-{len(self.codes)}"
        self.codes[code] = form
        return f"{form['redirect_uri']}?{urlencode({'code': code, 'state': form['state']})}"

    def token(self, form):
        if form.get("client_id") != CLIENT or form.get("client_secret", "") != self.secret:
            return 401, {"error": "invalid_client"}
        with self.lock:
            match form.get("grant_type"):
                case "authorization_code":
                    return self._by_code(form)
                case "refresh_token":
                    return self._by_refresh(form["refresh_token"])
                case kind if kind == DEVICE_GRANT and self.pending:
                    self.pending -= 1
                    return 400, {"error": "authorization_pending"}
                case kind if kind == DEVICE_GRANT and form.get("device_code") == f"{CANARY}-device":
                    return self.grant()
        return 400, {"error": "unsupported_grant_type"}

    def _by_code(self, form):
        asked = self.codes.pop(form["code"], {})
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        same = asked.get("redirect_uri") == form.get("redirect_uri")
        if not same or asked.get("code_challenge") != challenge or asked["code_challenge_method"] != "S256":
            return 400, {"error": "invalid_grant"}
        return self.grant()

    def _by_refresh(self, refresh):
        self.used[refresh] += 1
        if refresh not in self.refreshes:
            words = f"the refresh token {refresh} is expired or revoked"
            return 400, {"error": "invalid_grant", "error_description": words}
        granted = self.grant()
        if not self.rotates:
            self.refreshes.discard(granted.pop("refresh_token"))
            return granted
        self.refreshes.discard(refresh)
        return granted

    def device(self, form):
        return {
            "device_code": f"{CANARY}-device",
            "user_code": "WDJB-MJHT",
            "verification_uri": self.url("/code"),
            "expires_in": 900,
            "interval": 5,
        }

    def introspect(self, form):
        active = self.tokens.get(form["token"], 0) > time.time()
        return {"active": active, "username": self.user, "token_type": "Bearer"}


class _Visitor(BaseHTTPRequestHandler):
    """One request."""

    def do_GET(self):
        form = _form(urlsplit(self.path).query)
        self.server.heard.append(("/authorize", form))
        self.send_response(302)
        self.send_header("Location", self.server.authorize(form))
        self.end_headers()

    def do_POST(self):
        form = _form(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.heard.append((self.path, form))
        steps = self.server.script.get(self.path)
        step = steps.pop(0) if steps else getattr(self.server, self.path[1:])(form)
        if callable(step):
            step(self)
        elif isinstance(step, bytes):
            self.wfile.write(step)
        else:
            status, fields = step if isinstance(step, tuple) else (200, step)
            self.say(status, json.dumps(fields).encode())

    def say(self, status, body, **headers):
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        """Nothing is written down."""


def _form(text):
    return {name: values[0] for name, values in parse_qs(text).items()}


def visit(url):
    """What a person's browser does: go there, and wherever it is sent; the page in the end."""
    try:
        with urllib.request.urlopen(url, timeout=20) as page:
            return page.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return f"{refused.code} {refused.read().decode()}"


VISIT = "import sys, urllib.request as w; w.urlopen(sys.argv[1], timeout=20).close()"
"""The same as a program of its own, for the environment's BROWSER."""
