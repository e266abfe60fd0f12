"""The form of the ledger's documents, and how those of an earlier version of the program become today's.

Form 2: a delivery may have its envelope sender, and has no fields in which nothing stands.
"""

from mailer.ledger.documents import without_empty
from mailer.ledger.journalled import Document, Form
from mailer.ledger.lookups import DELIVERIES


def _upgraded(table: str, key: str, document: Document, form: int) -> Document:  # noqa: ARG001 - no key matters yet
    if form < 2 and table == DELIVERIES:  # noqa: PLR2004 - the form that brought it
        return without_empty(document)
    return document


FORM = Form(2, _upgraded)
"""What this version of the program writes. To change a document: raise the number, and add a step above."""
