"""Takes each promise about sending out of a copy of the program, once, and sees that the faults then show.

The same as test_mutations.py, for what is written down before and after a letter leaves.
"""

import pytest
from test_mutations import Mutation, see_it_fail

MUTATIONS = (
    Mutation(
        "R02 the intent is written down after the letter has left",
        "outbox/outbox.py",
        """\
        verdict = await self._office.deliver(letter, permit)
""",
        """\
        verdict = await self._office.deliver(letter)
        await permit.mark()
""",
        ("test_faults.py", "goes_on and after_reply"),
    ),
    Mutation(
        "R02 a letter that was being sent is taken for one that was not",
        "ledger/states.py",
        "if before.state is State.CLAIMED and here.same_boot(boot):",
        "if here.same_boot(boot):",
        ("test_faults.py", "goes_on and after_reply"),
    ),
    Mutation(
        "R01 the old journal goes before the snapshot is there",
        "ledger/journalled/keeping.py",
        """\
        snapshot.write(self._folder / SNAPSHOT, tables, Stand(position, form, self._owner))
        begin(self._folder, self._owner, self._form, start=position)
""",
        """\
        begin(self._folder, self._owner, self._form, start=position)
        snapshot.write(self._folder / SNAPSHOT, tables, Stand(position, form, self._owner))
""",
        ("test_faults.py", "becomes_a_snapshot"),
    ),
    Mutation(
        "R03 the bytes of a letter are left to the system",
        "ledger/segments.py",
        "                    durable.sync(fd)\n",
        "                    pass\n",
        ("test_faults_disk.py", "the_server_hears"),
    ),
    Mutation(
        "R04 a sync that failed is tried again",
        "ledger/journalled/durable.py",
        "        os.fdatasync(fd)\n",
        "        try:\n            os.fdatasync(fd)\n        except OSError:\n            os.fdatasync(fd)\n",
        ("test_faults_disk.py", "sync_that_fails and some"),
    ),
    Mutation(
        "R06 no room is kept for the outcome",
        "ledger/journalled/journal.py",
        "durable.write_all(self._fd, bytes(needed + STEP - size), size)",
        "pass",
        ("test_faults_disk.py", "fills_up"),
    ),
    Mutation(
        "R07 one write is taken for all of them",
        "ledger/journalled/durable.py",
        "    while left:",
        "    if left:",
        ("test_faults.py", "few_bytes and 1000"),
    ),
)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.fault)
def test_without_its_promise_a_fault_is_seen(mutation, tmp_path, need_tool):
    if mutation.tests[0] == "test_faults_disk.py":
        need_tool("strace", root=True)
    see_it_fail(mutation, tmp_path)
