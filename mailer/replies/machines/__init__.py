"""Tells answering machines, help desks, moderators and guards from people."""
