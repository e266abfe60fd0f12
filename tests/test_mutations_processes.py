"""Takes each rule for several processes, signals and clocks out of a copy of the program, once.

The same as test_mutations.py, for what happens beside a command, to it, and to its clock.
"""

import pytest
from test_mutations import Mutation, see_it_fail

MUTATIONS = (
    Mutation(
        "R09 everybody may send",
        "ledger/sender.py",
        "        while not lock(self._fd):\n",
        "        while not self._fd:\n",
        ("test_processes.py", "one_does_and_the_others_say_which and 2"),
    ),
    Mutation(
        "R10 a lock is what stands in a file",
        "ledger/sender.py",
        "        while not lock(self._fd):\n",
        "        while os.fstat(self._fd).st_size:\n",
        ("test_processes.py", "killed_sender"),
    ),
    Mutation(
        "R12 who looks waits for its turn",
        "cli/session.py",
        "        ledger = look_at(self.workspace.ledger_folder, self.workspace.ledger_id_file)\n",
        "        from mailer.ledger import open_ledger\n"
        "        from mailer.ledger.journalled import locks\n\n"
        "        locks.PATIENCE = 1\n"
        "        ledger = open_ledger(self.workspace.ledger_folder, self.workspace.ledger_id_file)\n",
        ("test_processes.py", "waits_for_nobody and only"),
    ),
    Mutation(
        "R16 what came first is read off the clock",
        "nouns/history.py",
        "        return {pair: tuple(deliveries) for pair, deliveries in found.items()}\n",
        "        return {p: tuple(sorted(ds, key=lambda d: d.claimed_at)) for p, ds in found.items()}\n",
        ("test_clocks.py", "which_letter_came_last"),
    ),
    Mutation(
        "R16 a deferred letter waits until its time has come",
        "planning/conversation.py",
        "if record and moment and moment - self.now > LONGEST_PATIENCE:",
        "if record is None and moment is None:",
        ("test_clocks.py", "no_deferred_letter"),
    ),
    Mutation(
        "R17 a second SIGHUP ends the letter in hand",
        "cli/sending.py",
        "        if number != signal.SIGHUP:\n",
        "        if number:\n",
        ("test_signals.py", "window_that_is_closed"),
    ),
    Mutation(
        "N17 a retry leaves in the name of today's sender",
        "outbox/outbox.py",
        "            delivery.sender or self._outbox.settings.sender.address,\n",
        "            self._outbox.settings.sender.address,\n",
        ("test_changed_files.py", ""),
    ),
)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.fault)
def test_without_its_rule_a_fault_is_seen(mutation, tmp_path):
    see_it_fail(mutation, tmp_path)
