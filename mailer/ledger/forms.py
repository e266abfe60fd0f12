"""The form of the ledger's documents, and how those of an earlier version of the program become today's.

Form 2: a delivery may have its envelope sender, and has no fields in which nothing stands.
Form 3: a finding has its reason, confidence, addresses, a proposed contact; an order may say what is to be.
"""

from mailer.ledger.documents import without_empty
from mailer.ledger.journalled import Document, Form
from mailer.ledger.lookups import DELIVERIES, MESSAGES, ORDERS

_NEW_IN_A_FINDING: Document = {"reason": "", "confidence": 0, "addresses": [], "instead": None}


def _upgraded(table: str, key: str, document: Document, form: int) -> Document:  # noqa: ARG001 - no key matters yet
    if form < 2 and table == DELIVERIES:  # noqa: PLR2004 - the form that brought it
        document = without_empty(document)
    if form < 3 and table == MESSAGES:  # noqa: PLR2004 - as above
        document = {**document, "finding": {**_NEW_IN_A_FINDING, **document["finding"]}}
    if form < 3 and table == ORDERS:  # noqa: PLR2004 - as above
        document = {"says": "", **document}
    return document


FORM = Form(3, _upgraded)
"""What this version of the program writes. To change a document: raise the number, and add a step above."""
