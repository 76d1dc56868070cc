"""The vectors' file: it can be made again, forgets without a trace, and is read while written."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from her_tui.errors import LibraryMissing
from her_tui.store import vector_blocks
from her_tui.store.locks import encoder_lock
from her_tui.store.vectors import NAME, Place, VectorReader, VectorStore, forget

MODEL = "a-model"


class Passage:
    """A vector that nobody computed: bytes by which it is known again."""

    def __init__(self, number: int) -> None:
        random = Random(number)
        self.digest = random.randbytes(8)
        self.body = random.randbytes(388)
        self.signs = random.randbytes(48)

    @property
    def vector(self) -> tuple[bytes, bytes, bytes]:
        return self.digest, self.body, self.signs


def place(passage: Passage, event: int, ordinal: int = 0) -> tuple[bytes, int, int, int, int]:
    return passage.digest, event, event // 100, 1 + event % 2, ordinal


def fill(store: VectorStore, numbers: range, batch: int = 10) -> None:
    """Passage n at event n."""
    for start in range(0, len(numbers), batch):
        passages = {number: Passage(number) for number in numbers[start : start + batch]}
        store.add(
            [passage.vector for passage in passages.values()],
            [place(passage, number) for number, passage in passages.items()],
        )


def held(reader: VectorReader) -> dict[int, bytes]:
    """Signs by vector id."""
    found: dict[int, bytes] = {}
    for segment in reader.segments():
        if isinstance(segment.ids, int):
            ids = vector_blocks.members(segment.ids, None, len(segment.kinds))
        else:
            ids = vector_blocks.numbers(segment.ids)
        assert len(segment.kinds) == len(ids)
        assert len(segment.events) == 4 * len(ids)
        for at, vector in enumerate(ids):
            assert vector not in found
            found[vector] = segment.signs[48 * at : 48 * at + 48]
    return found


def everything(home: Path) -> bytes:
    return b"".join(file.read_bytes() for file in home.iterdir())


def traces(home: Path, passage: Passage) -> list[str]:
    """What of a passage is in any file; a third of it is enough."""
    data = everything(home)
    parts = {"digest": passage.digest}
    for name, whole in (("body", passage.body), ("signs", passage.signs)):
        third = len(whole) // 3
        parts |= {f"{name} {at}": whole[at * third : (at + 1) * third] for at in range(3)}
    return [name for name, part in parts.items() if part in data]


@pytest.fixture(params=[4096, 16], ids=["fresh", "folded"])
def store(
    home: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[VectorStore]:
    """An empty store, where all is fresh for as long as a test takes, or soon folded."""
    monkeypatch.setattr(vector_blocks, "SEGMENT", request.param)
    opened = VectorStore(home, MODEL)
    opened.follow("a-library")
    yield opened
    opened.close()


@pytest.fixture
def reader(store: VectorStore, home: Path) -> Iterator[VectorReader]:
    opened = VectorReader(home, MODEL)
    yield opened
    opened.close()


def test_what_was_added_is_read_back(store: VectorStore, reader: VectorReader) -> None:
    fill(store, range(1000, 1050))

    assert held(reader) == {n - 999: Passage(n).signs for n in range(1000, 1050)}
    assert reader.bodies([50, 3, 99]) == [(3, Passage(1002).body), (50, Passage(1049).body)]
    assert reader.places([50, 3, 99]) == [Place(3, 1002, 10, 1, 0), Place(50, 1049, 10, 2, 0)]
    assert reader.vectors_of([1049, 1002, 5]) == [
        Place(3, 1002, 10, 1, 0),
        Place(50, 1049, 10, 2, 0),
    ]
    assert reader.count() == (50, 50)
    assert store.done() == set(range(1000, 1050))


def test_only_what_is_new_is_read_after_a_segment(store: VectorStore, reader: VectorReader) -> None:
    fill(store, range(40))
    base, changes = reader.version()
    last = max(segment.number for segment in reader.segments())
    assert reader.version() == (base, changes)
    fill(store, range(40, 45))

    assert reader.version() == (base, changes + 1)
    rest = b"".join(segment.signs for segment in reader.segments(last))
    assert rest.endswith(b"".join(Passage(n).signs for n in range(40, 45)))
    assert (len(rest) < 45 * 48) == bool(last)


def test_the_same_passage_has_one_vector_and_many_places(
    store: VectorStore, reader: VectorReader
) -> None:
    said = Passage(1)
    store.add([said.vector, said.vector], [place(said, 300), place(said, 301)])
    fill(store, range(1000, 1030))
    assert store.known([said.digest, b"notknown"]) == {said.digest: 1}

    store.add([said.vector], [place(said, 302)])
    store.add([], [place(said, 303)])

    assert [p.event for p in reader.places([1])] == [303, 302, 301, 300]
    assert [row[1:3] for row in reader.further()] == [(1, 301), (1, 302), (1, 303)]
    assert reader.further(reader.further()[1][0])[0][2] == 303
    assert reader.count() == (34, 31)
    assert reader.vectors_of([302]) == [Place(1, 302, 3, 1, 0)]


def test_an_event_is_done_once_and_only_when_whole(
    store: VectorStore, reader: VectorReader
) -> None:
    one, two, lost = Passage(1), Passage(2), Passage(3)
    store.add([one.vector, two.vector], [place(one, 7), place(two, 7, 1), place(lost, 8)], [9])
    store.add([lost.vector], [], [9])  # nowhere: nothing would ever drop it
    store.add([one.vector], [place(one, 7)], [7])

    assert store.done() == {7, 9}
    assert [p.ordinal for p in reader.vectors_of([7])] == [0, 1]
    assert reader.count() == (2, 2)
    assert not store.known([lost.digest])
    with pytest.raises(ValueError, match="another size"):
        store.add([(b"short", b"", b"")], [])


def test_what_is_forgotten_is_in_no_file(
    store: VectorStore, reader: VectorReader, home: Path
) -> None:
    fill(store, range(200))
    shared = Passage(10)
    store.add([], [place(shared, 500)], [600])
    assert traces(home, Passage(11))

    assert store.forget([10, 11, 12, 150, 199, 600, 7777])

    assert [n for n in (11, 12, 150, 199) if traces(home, Passage(n))] == []
    assert traces(home, Passage(13))
    assert reader.places([11]) == [Place(11, 500, 5, 1, 0)]  # said again elsewhere
    assert reader.further() == []
    assert set(held(reader)) == set(range(1, 201)) - {12, 13, 151, 200}
    assert reader.bodies([12, 13]) == []
    assert reader.count() == (196, 196)
    assert store.done() == (set(range(200)) | {500}) - {10, 11, 12, 150, 199}
    assert store.known([Passage(11).digest]) == {}
    store.close()
    assert [n for n in (11, 12, 150, 199) if traces(home, Passage(n))] == []


def test_forgetting_takes_no_model_and_no_file(store: VectorStore, home: Path) -> None:
    fill(store, range(30))
    store.close()
    assert forget(home, [3])
    assert traces(home, Passage(3)) == []
    again = VectorStore(home, MODEL)
    assert (len(again.done()), again.remade) == (29, 0)
    again.close()
    (home / NAME).unlink()
    assert forget(home, [3])
    assert not (home / NAME).exists()


def test_what_is_added_within_a_transaction_belongs_to_it(
    store: VectorStore, reader: VectorReader
) -> None:
    fill(store, range(10))

    class Stop(Exception):
        """Something came up."""

    def stopped() -> None:
        with store.writing():
            fill(store, range(10, 40))
            raise Stop

    with pytest.raises(Stop):
        stopped()
    assert len(held(reader)) == 10
    assert store.done() == set(range(10))
    assert not store.known([Passage(11).digest])
    with store.writing():
        fill(store, range(10, 40))
        assert len(held(reader)) == 10
    assert len(held(reader)) == 40


def test_numbers_are_not_given_twice(store: VectorStore, reader: VectorReader) -> None:
    fill(store, range(20))
    base = reader.version()[0]
    store.forget(range(20))
    assert held(reader) == {}
    assert reader.version()[0] != base

    fill(store, range(20))

    assert set(held(reader)) == set(range(21, 41))


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_adding_and_forgetting(
    store: VectorStore, reader: VectorReader, home: Path, seed: int
) -> None:
    random = Random(seed)
    alive: dict[int, int] = {}  # event -> passage
    for _ in range(25):
        if random.random() < 0.6:
            events = random.sample([e for e in range(400) if e not in alive], random.randint(1, 30))
            said = {event: random.randrange(150) for event in events}
            store.add(
                [Passage(n).vector for n in said.values()],
                [place(Passage(n), event) for event, n in said.items()],
            )
            alive |= said
        elif alive:
            gone = random.sample(sorted(alive), random.randint(1, len(alive)))
            store.forget(gone)
            for event in gone:
                del alive[event]
    there = {n: store.known([Passage(n).digest]).get(Passage(n).digest) for n in range(150)}
    vectors = {n: vector for n, vector in there.items() if vector}
    assert set(vectors) == set(alive.values())
    assert held(reader) == {vector: Passage(n).signs for n, vector in vectors.items()}
    found = {p.event: p.vector for p in reader.places(sorted(vectors.values()))}
    assert found == {event: vectors[n] for event, n in alive.items()}
    assert reader.count() == (len(alive), len(vectors))
    assert store.done() == set(alive)
    assert [n for n in range(150) if n not in vectors and traces(home, Passage(n))] == []


def test_another_library_or_model_starts_over(store: VectorStore, home: Path) -> None:
    fill(store, range(30))
    store.follow("a-library")
    assert len(store.done()) == 30
    before = store.remade
    store.follow("another-library")
    assert (store.done(), store.remade) == (set(), before + 1)
    assert traces(home, Passage(3)) == []

    fill(store, range(30))
    store.close()
    with pytest.raises(LibraryMissing):
        VectorReader(home, "another-model")
    again = VectorStore(home, "another-model")
    assert again.done() == set()
    assert traces(home, Passage(3)) == []
    again.follow("another-library")
    assert again.remade == 1
    again.close()


def test_a_reader_turns_to_a_file_made_anew(
    store: VectorStore, reader: VectorReader, home: Path
) -> None:
    fill(store, range(30))
    base = reader.version()[0]
    store.start_over()
    fill(store, range(5))
    assert reader.version()[0] != base
    assert len(held(reader)) == 5

    store.close()
    (home / NAME).unlink()
    with pytest.raises(LibraryMissing):
        reader.version()
    with pytest.raises(LibraryMissing):
        reader.bodies([1])
    with pytest.raises(LibraryMissing):
        VectorReader(home, MODEL)


def test_a_reader_leaves_the_vectors_of_another_model_alone(
    store: VectorStore, reader: VectorReader, home: Path
) -> None:
    fill(store, range(5))
    store.close()
    other = VectorStore(home, "another-model")
    fill(other, range(5))
    for _ in range(2):
        with pytest.raises(LibraryMissing):
            reader.version()
    other.close()
    again = VectorStore(home, MODEL)
    fill(again, range(3))
    reader.version()
    assert len(held(reader)) == 3
    again.close()


def test_a_writer_notices_what_another_one_did(store: VectorStore, home: Path) -> None:
    fill(store, range(30))
    assert store.known([Passage(3).digest])
    other = VectorStore(home, MODEL)
    other.forget([3])
    assert not store.known([Passage(3).digest])
    store.add([], [place(Passage(3), 99)])
    assert 99 not in store.done()

    before = store.remade
    other.start_over()
    other.close()
    fill(store, range(3))
    assert store.remade == before + 1
    assert store.done() == {0, 1, 2}


def damage_start(file: Path) -> None:
    file.write_bytes(b"no database" * 5000)


def damage_pages(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[4096:] = bytes(len(data) - 4096)
    file.write_bytes(bytes(data))


@pytest.mark.parametrize("damage", [damage_start, damage_pages])
def test_a_damaged_file_is_made_anew(
    store: VectorStore, home: Path, damage: Callable[[Path], None]
) -> None:
    fill(store, range(100))
    store.close()
    damage(home / NAME)
    with pytest.raises(LibraryMissing):
        held(VectorReader(home, MODEL))

    again = VectorStore(home, MODEL)
    again.follow("a-library")
    with again.writing():
        fill(again, range(7))
    if not again.done():  # it was noticed by the first that touched the damage
        fill(again, range(7))

    assert again.remade
    assert again.done() == set(range(7))
    assert len(held(VectorReader(home, MODEL))) == 7
    again.close()


def test_files_are_private(store: VectorStore, home: Path) -> None:
    fill(store, range(30))
    assert encoder_lock(home).try_acquire()
    modes = {file.name: file.stat().st_mode & 0o777 for file in home.iterdir()}
    assert modes.keys() >= {NAME, f"{NAME}-wal", "encoder.lock"}
    assert set(modes.values()) == {0o600}


_KILLED = """
import os, signal, sys
from pathlib import Path
from her_tui.store import vector_blocks, vectors
from tests.store.test_vectors import MODEL, fill
if sys.argv[2] == "folding":
    vector_blocks.SEGMENT = 16
    vector_blocks.write_block = lambda *rest: os.kill(os.getpid(), signal.SIGKILL)
else:
    vectors.fold = lambda *rest: os.kill(os.getpid(), signal.SIGKILL)
fill(vectors.VectorStore(Path(sys.argv[1]), MODEL), range(50, 90))
"""


@pytest.mark.fault
@pytest.mark.parametrize("where", ["adding", "folding"])
def test_a_killed_writer_leaves_all_or_nothing(home: Path, where: str) -> None:
    store = VectorStore(home, MODEL)
    store.follow("a-library")
    fill(store, range(8))
    store.close()
    process = subprocess.run([sys.executable, "-c", _KILLED, str(home), where], cwd=Path.cwd())
    assert process.returncode == -signal.SIGKILL

    reader = VectorReader(home, MODEL)
    done = VectorStore(home, MODEL).done()
    assert set(range(8)) <= done < set(range(90))
    assert len(held(reader)) == len(done) == reader.count()[0]
    store = VectorStore(home, MODEL)
    fill(store, range(90))
    assert len(held(reader)) == 90
    assert len(reader.bodies(range(1, 200))) == 90
    store.close()


def test_readers_see_whole_states_while_one_writes(store: VectorStore, home: Path) -> None:
    problems: list[str] = []
    over = threading.Event()

    def look() -> None:
        reader = VectorReader(home, MODEL)
        seen = 0
        while not over.is_set() or seen < 400:
            signs = held(reader)
            if len(signs) < seen or len(signs) % 10 or sorted(signs) != [*range(1, len(signs) + 1)]:
                problems.append(f"{len(signs)} after {seen}")
                break
            seen = len(signs)
            if len(reader.bodies(sorted(signs))) < seen:
                problems.append("a body is missing")
        reader.close()

    readers = [threading.Thread(target=look) for _ in range(2)]
    for thread in readers:
        thread.start()
    fill(store, range(400))
    over.set()
    for thread in readers:
        thread.join(30)
    assert problems == []
    assert not any(thread.is_alive() for thread in readers)


def test_a_vector_takes_480_bytes_of_the_disk_at_most(home: Path) -> None:
    store = VectorStore(home, MODEL)
    store.follow("a-library")
    fill(store, range(10_000), 500)
    store.close()
    assert (home / NAME).stat().st_size / 10_000 <= 480
    assert not Path(f"{home / NAME}-wal").exists()
