"""Tells what somebody wrote herself from what she quotes, and from her signature."""
