"""A name server on loopback that knows the texts a test gives it, and lies where a test wants it."""

import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from mailer.servers import dns_texts

FAILS, SILENT, GARBAGE, SPOOF = "fails", "silent", "garbage", "spoof"
"""Instead of texts: SERVFAIL; nothing at all; bytes that are no answer; first an answer to something else."""


class NameServer:
    """Answers for TXT records. A context manager.

    Attributes:
        texts: By name: a list of texts, or one of the words above. An empty list: the name has no texts.
        asked: Every name that was asked for, in order.
    """

    def __init__(self, texts):
        self.texts = texts
        self.asked = []

    def __enter__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *nothing):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self.thread.join()
        self.socket.close()

    def ask(self, wait=5.0):
        """What asks here."""
        return dns_texts(["127.0.0.1"], self.port, wait)

    def _serve(self):
        while True:
            raw, whom = self.socket.recvfrom(4096)
            if not raw:
                return
            for answer in self._answers(dns.message.from_wire(raw)):
                self.socket.sendto(answer, whom)

    def _answers(self, query):
        name = query.question[0].name.to_text(omit_final_dot=True)
        self.asked.append(name)
        known = self.texts.get(name.lower())
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        match known:
            case None:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            case "fails":
                answer.set_rcode(dns.rcode.SERVFAIL)
            case "silent":
                return
            case "garbage":
                yield b"\x00\x01 what?"
                return
            case "spoof":
                stranger = dns.message.make_response(dns.message.make_query("evil.example", "TXT"))
                yield stranger.to_wire()
                self._put(answer, query, ["v=spf1 -all"])
            case []:
                pass
            case texts:
                self._put(answer, query, texts)
        yield answer.to_wire(max_size=65535)

    @staticmethod
    def _put(answer, query, texts):
        # A text of more than 255 bytes travels in pieces, as in life.
        quoted = [" ".join(f'"{t[i : i + 200]}"' for i in range(0, len(t), 200)) or '""' for t in texts]
        answer.answer.append(dns.rrset.from_text(query.question[0].name, 300, "IN", "TXT", *quoted))
