"""Finds the letter that a mail answers, with the evidence."""
