"""What was acknowledged survives `kill -9`, at whatever moment; and a killed process leaves no lock behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.stores.builders import ANNA, code
from tests.stores.faults import kill, start_committer

from paddock.stores.contract import Session
from paddock.stores.journal_file import JournalLocked
from paddock.stores.local import LocalStore

pytestmark = pytest.mark.processes


@pytest.mark.parametrize("lines", [1, 8, 50, 333, 1500])
async def test_acknowledged_means_kept(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "journal.db"
    process = await start_committer(path)
    assert process.stdout is not None
    told = [(await process.stdout.readline()).decode() for _ in range(lines)]
    told += await kill(process)
    acknowledged = {int(number): int(version) for number, version in (line.split() for line in told)}

    store = LocalStore(path)
    await store.open()

    for number, version in acknowledged.items():
        stored = await store.load(code(number))
        assert stored is not None
        # Something may have been kept whose acknowledgement was on its way; more than one change per room was not.
        assert version <= stored.version <= version + 1
        missed = await store.since(code(number), max(0, stored.version - 20))
        assert missed is not None
        versions = [entry.version for entry in missed]
        assert versions == list(range(versions[0], stored.version + 1))
        ruled = stored.version - (stored.version % 5 == 1 and stored.version > 1)
        assert stored.room.settings.title == str(ruled)
        session = await store.session(f"token-{number}")
        assert session in [Session(code(number), ANNA, f"node-{at}") for at in (version, version + 1)]
    await store.close()


async def test_a_journal_serves_one_server_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    process = await start_committer(path)
    assert process.stdout is not None
    await process.stdout.readline()
    second = LocalStore(path)

    with pytest.raises(JournalLocked, match="open in another process"):
        await second.open()

    await kill(process)
    third = LocalStore(path)
    await third.open()
    assert len(await third.rooms()) > 0
    await third.close()
