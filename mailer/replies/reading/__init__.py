"""Takes a mail apart: bytes in, a `Mail` out, whatever they are."""
