"""The sender's domain: whether receiving servers can tell that her letters are hers."""

from collections.abc import Callable

from mailer.doctor.checks import Check, Grade
from mailer.doctor.dkim import check_keys, is_aligned
from mailer.doctor.dmarc import check_policy, find_policy
from mailer.doctor.spf import check_spf
from mailer.nouns import Answer, Learned, Provider


def check_domain(
    domain: str, provider: Provider | None, learned: Learned | None, ask: Callable[[str], Answer]
) -> tuple[Check, ...]:
    """Look at SPF, DKIM and DMARC of a domain. Once nobody answers, nobody is asked again.

    Args:
        domain: The sender's, in A-labels.
        provider: Whoever runs the SMTP server, if known.
        learned: What a probe through that server has shown.
        ask: For a name's texts.
    """
    if provider and domain in provider.domains:
        says = f"{domain} is {provider.name}'s own, which sees to SPF, DKIM and DMARC"
        return (Check("domain", "records", Grade.FINE, says),)
    spf = check_spf(domain, ask, provider.spf if provider else "")
    if spf.grade is Grade.UNKNOWN:
        says = f"SPF, DKIM and DMARC of {domain} were not looked up: {spf.says}"
        return (Check("domain", "records", Grade.UNKNOWN, says),)
    policy = find_policy(domain, ask)
    signers = learned.signers if learned else ()
    ours = [key for key in signers if is_aligned(key[1], domain, policy.domain, strict=policy.strict)]
    usual = [(selector, domain) for selector in (provider.selectors if provider else ())]
    return spf, check_keys(domain, ours or usual, ask, seen=bool(ours)), check_policy(domain, policy)
