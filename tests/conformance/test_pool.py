"""Many at a time, and still in order."""

import threading

import pytest

from conformance.trial.pool import cores, in_order


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_results_come_in_the_order_of_the_items(workers):
    assert list(in_order(lambda n: n * n, range(50), workers)) == [n * n for n in range(50)]


def test_they_do_run_side_by_side():
    both = threading.Barrier(2, timeout=60)
    assert list(in_order(lambda n: both.wait() >= 0, range(4), 2)) == [True] * 4


def test_a_slow_one_does_not_make_the_others_pile_up():
    first, done = threading.Event(), []

    def work(number):
        if number == 0:
            assert first.wait(60)
        done.append(number)
        return number

    results = in_order(work, iter(range(1000)), 2)
    threading.Timer(0.05, first.set).start()
    assert next(results) == 0
    assert len(done) <= 10
    assert list(results) == list(range(1, 1000))


@pytest.mark.parametrize("workers", [1, 3])
def test_the_first_failure_ends_it(workers):
    begun = []

    def work(number):
        begun.append(number)
        if number == 5:
            raise ValueError("no more")
        return number

    taken = []
    with pytest.raises(ValueError, match="no more"):
        for each in in_order(work, iter(range(1000)), workers):
            taken.append(each)
    assert taken == [0, 1, 2, 3, 4]
    assert len(begun) < 100


def test_there_is_a_core():
    assert cores() >= 1
