"""Who reads which pages: nothing twice, nothing left out, and nobody waits for ever."""

from __future__ import annotations

import random
import threading
import time

import pytest

from papermesh_services.documents.sharing import Turn
from papermesh_services.server.sharing import ledger as ledgers
from papermesh_services.server.sharing.ledger import MOST_PAGES_AT_ONCE, OWNER, Ledger
from papermesh_services.server.sharing.turns import NoReport, Report

SECONDS = 20.0


def ledger(pages=range(1, 40), *, readers=2, seconds=SECONDS, elsewhere=lambda: False):
    made = Ledger(readers, time.monotonic() + seconds, lambda: None, elsewhere)
    if pages:
        made.share(OWNER, pages)
    return made


def done(pages, records=b"what is on them"):
    return Report(len(pages), records)


def in_thread(call):
    """Calls in a thread; what comes of it is to be had by calling what this returns, within bounds."""
    found = []
    thread = threading.Thread(target=lambda: found.append(call()), daemon=True)
    thread.start()

    def result():
        thread.join(SECONDS)
        assert found, "it waits for ever"
        return found[0]

    return result


def test_somebody_is_told_once_there_are_pages():
    told = []
    made = Ledger(2, time.monotonic() + SECONDS, lambda: told.append(1), lambda: False)
    assert not made.wants_help
    assert made.turn(1, Report(0)) is None
    made.share(OWNER, range(1, 40))
    assert told == [1]
    assert made.wants_help


@pytest.mark.parametrize("seed", range(8))
def test_every_page_is_read_once_and_reaches_the_owner(seed):
    chance = random.Random(seed)
    book = ledger(readers=4)
    turns, read = dict.fromkeys(range(4)), []
    ended = set()
    while OWNER not in ended:
        reader = chance.choice([each for each in range(4) if each not in ended])
        if reader == OWNER and not book.wants_help and not book._found and book._given.keys() - {OWNER}:
            continue  # it would wait
        turn = turns[reader]
        pages = turn.pages if turn and turn.records is None else range(0)
        some = pages[: chance.randint(1, len(pages))] if pages else pages
        if reader == OWNER:
            read += some
        turns[reader] = book.turn(reader, done(some, bytes(some)))
        if turns[reader] is None:
            ended.add(reader)
        elif turns[reader].records is not None:
            assert turns[reader].records == bytes(turns[reader].pages)
            read += turns[reader].pages
    assert sorted(read) == list(range(1, 40))


def test_turns_get_smaller_towards_the_end():
    book, sizes = ledger(range(1, 200), readers=4), []
    while turn := book.turn(OWNER, Report(sizes[-1] if sizes else 0)):
        sizes.append(len(turn.pages))
    assert sizes == sorted(sizes, reverse=True)
    assert (sizes[0], sizes[-1]) == (MOST_PAGES_AT_ONCE, 1)


def test_what_a_helper_leaves_undone_is_given_to_the_next():
    book = ledger()
    first = book.turn(1, Report(0)).pages
    other = book.turn(2, Report(0)).pages
    assert book.turn(1, done(first[:3])).pages == first[3:]
    assert book.turn(2, done(other)).pages.start == other.stop
    assert book.turn(OWNER, Report(0)) == Turn(first[:3], b"what is on them")


def test_a_page_that_a_helper_gives_back_is_the_owners():
    book = ledger()
    given = book.turn(1, Report(0)).pages
    again = book.turn(1, Report(0)).pages
    assert given[0] not in again
    assert book.turn(OWNER, Report(0)).pages == given[:1]


def test_after_a_fault_nobody_helps_and_the_owner_reads_it_all():
    book, read = ledger(), []
    given = book.turn(1, Report(0)).pages
    other = book.turn(2, Report(0)).pages
    book.leave(1, at_fault=True)
    assert not book.wants_help
    assert book.turn(2, done(other)) is None
    assert book.turn(OWNER, Report(0)).pages == other
    turn = book.turn(OWNER, Report(0))
    assert turn.pages.start == given.start
    read += other
    while turn:
        read += turn.pages
        turn = book.turn(OWNER, done(turn.pages))
    assert sorted(read) == list(range(1, 40))


def test_one_that_leaves_without_a_fault_leaves_the_others():
    book = ledger()
    given = book.turn(1, Report(0)).pages
    book.leave(1, at_fault=False)
    assert book.turn(2, Report(0)).pages == given


def test_helpers_leave_when_they_are_wanted_elsewhere():
    wanted = []
    book = ledger(elsewhere=lambda: bool(wanted))
    pages = book.turn(1, Report(0)).pages
    wanted.append(1)
    assert book.turn(1, done(pages)) is None
    assert book.turn(OWNER, Report(0)).records is not None


def test_the_owner_waits_for_pages_that_are_being_read():
    book = ledger(range(1, 2))
    pages = book.turn(1, Report(0)).pages
    waiting = in_thread(lambda: book.turn(OWNER, Report(0)))
    book.turn(1, done(pages))
    assert waiting() == Turn(pages, b"what is on them")
    assert book.turn(OWNER, Report(0)) is None


@pytest.mark.parametrize("end", [lambda book: book.close(), lambda book: book.leave(1, at_fault=True)])
def test_the_owner_is_told_when_nothing_comes_any_more(end):
    book = ledger(range(1, 2))
    book.turn(1, Report(0))
    waiting = in_thread(lambda: book.turn(OWNER, Report(0)))
    end(book)
    turn = waiting()
    assert turn is None or turn.records is None


def test_once_there_are_enough_only_what_was_read_is_given():
    book = ledger()
    pages, other = book.turn(1, Report(0)).pages, book.turn(2, Report(0)).pages
    book.turn(1, done(pages))
    book.end()
    assert not book.wants_help
    assert book.turn(OWNER, Report(0)) == Turn(pages, b"what is on them")
    assert book.turn(2, done(other)) is None
    assert book.turn(OWNER, Report(0)) == Turn(other, b"what is on them")
    assert book.turn(OWNER, Report(0)) is None


def test_nobody_waits_beyond_the_time():
    book = ledger(range(1, 3), seconds=0.2)
    pages = book.turn(1, Report(0)).pages
    book.turn(2, Report(0))
    assert book.turn(OWNER, Report(0)) is None
    assert not book.wants_help
    assert book.turn(1, done(pages)) is None
    assert book.turn(OWNER, Report(0)) == Turn(pages, b"what is on them")  # which is there already
    assert book.turn(OWNER, Report(0)) is None


def test_helpers_wait_while_too_much_waits_for_the_owner(monkeypatch):
    monkeypatch.setattr(ledgers, "MOST_HELD_BYTES", 100)
    book = ledger()
    pages = book.turn(1, Report(0)).pages
    waiting = in_thread(lambda: book.turn(1, done(pages, bytes(200))))
    assert book.turn(OWNER, Report(0)) is not None
    taken = [book.turn(OWNER, Report(0))]
    assert waiting() is not None
    assert taken


@pytest.mark.parametrize(
    "lie",
    [
        lambda book: book.turn(1, Report(1)),
        lambda book: book.turn(1, Report(len(book.turn(1, Report(0)).pages) + 1)),
        lambda book: book.share(OWNER, range(3)),
        lambda book: book.share(1, range(3)),
    ],
)
def test_what_no_honest_worker_says_is_refused(lie):
    with pytest.raises(NoReport):
        lie(ledger())
