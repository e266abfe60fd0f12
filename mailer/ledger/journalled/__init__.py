"""TinyDB with a journal: every change survives a crash, and costs the same however much there is."""
