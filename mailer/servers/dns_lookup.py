"""Asks the domain name system for the texts that stand beside a name: SPF, DKIM and DMARC live there.

dnspython does it: Python itself can only ask for addresses.
"""

from collections.abc import Callable, Sequence

from mailer.nouns import Answer

LONGEST_WAIT = 5.0
"""Seconds for one name, all name servers and repetitions together."""


def dns_texts(
    servers: Sequence[str] = (), port: int = 53, wait: float = LONGEST_WAIT
) -> Callable[[str], Answer]:
    """What answers for TXT records (RFC 1035 §3.3.14), by the machine's own name servers.

    Args:
        servers: Other name servers to ask, as numbers; the machine's own when empty.
        port: Theirs.
        wait: How many seconds one name may take.
    """

    def ask(name: str) -> Answer:
        import dns.exception  # noqa: PLC0415 - heavy, and few commands ask
        import dns.resolver  # noqa: PLC0415 - the same

        try:
            resolver = dns.resolver.Resolver(configure=not servers)
            if servers:
                resolver.nameservers, resolver.port = list(servers), port
            # Final dot: never below a domain of the machine's own.
            found = resolver.resolve(f"{name.rstrip('.')}.", "TXT", lifetime=wait)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return Answer()
        except dns.resolver.NoResolverConfiguration:
            return Answer(trouble="this machine knows no name server")
        except dns.resolver.NoNameservers:
            return Answer(trouble="the name servers fail to answer for it")
        except dns.exception.Timeout:
            return Answer(trouble="no name server answers in time")
        except (dns.exception.DNSException, OSError, ValueError) as error:
            return Answer(trouble=f"the name servers cannot be asked ({type(error).__name__})")
        return Answer(tuple(b"".join(record.strings).decode("ascii", "replace") for record in found))

    return ask
