"""Says whether the servers, the sign-in and the sender's domain are as they should be, or what to do."""

from mailer.doctor.arrival import check_probe
from mailer.doctor.checks import Check, Grade
from mailer.doctor.domain import check_domain
from mailer.doctor.lines import check_imap, check_settings, check_smtp
from mailer.doctor.probe import Probed, send_probe

__all__ = [
    "Check",
    "Grade",
    "Probed",
    "check_domain",
    "check_imap",
    "check_probe",
    "check_settings",
    "check_smtp",
    "send_probe",
]
