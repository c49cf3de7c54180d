"""The bench of the judge measures what it says."""

from tools.bench import judging
from tools.bench.judging import Speed


def test_rates_are_by_the_clock_and_by_the_processors():
    speed = Speed(1000, 4.0, 2.0)
    assert (speed.rate, speed.rate_of_a_core) == (250, 500)


def test_the_recordings_hold_as_many_exchanges_as_are_asked_for():
    few, many = judging.chosen(20), judging.chosen(200)
    assert 0 < len(few) < len(many)
    assert judging.chosen(20) == few
    assert 20 <= judging.loading(few).exchanges < 60


def test_comparing_judges_every_exchange():
    files = judging.chosen(20)
    for is_same in (True, False):
        assert judging.comparing(files, is_same=is_same).exchanges == judging.loading(files).exchanges


def test_a_changed_answer_is_another_with_the_same_meaning():
    (recording, *_) = map(judging.load, judging.chosen(1))
    response = recording.exchanges[0].response
    changed = judging._anew(response)
    assert changed != response
    assert sorted(name for name, _ in changed.headers) == sorted(name for name, _ in response.headers)
