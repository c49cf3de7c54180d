"""Shards: every scenario is in exactly one, and they are equally long."""

from pathlib import Path

import pytest

from conformance.recording import count_exchanges, load
from conformance.trial.shards import Shard


@pytest.fixture
def files(tmp_path):
    made = []
    for number in range(40):
        path = tmp_path / "s3" / f"scenario_{number:02d}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(f"---\nexchange: {n}\nbody: |-\n  exchange: 1\n" for n in range(number % 13 + 1)))
        made.append(path)
    return made


@pytest.mark.parametrize("count", [1, 2, 3, 16, 50])
def test_every_file_is_in_exactly_one(files, count):
    shards = [Shard(number, count).of(files) for number in range(1, count + 1)]
    assert sorted(path for shard in shards for path in shard) == files
    assert all(shard == sorted(shard) for shard in shards)


def test_they_are_equally_long(files):
    lengths = [sum(map(count_exchanges, Shard(number, 4).of(files))) for number in range(1, 5)]
    assert sum(lengths) == sum(map(count_exchanges, files))
    assert max(lengths) - min(lengths) <= 3


def test_it_does_not_matter_where_the_clone_lies(files, tmp_path):
    elsewhere = tmp_path / "another" / "place" / "s3"
    elsewhere.parent.mkdir(parents=True)
    (tmp_path / "s3").rename(elsewhere)
    moved = sorted(elsewhere.glob("*.yaml"))
    names = [path.name for path in Shard(2, 5).of(moved)]
    elsewhere.rename(tmp_path / "s3")
    assert [path.name for path in Shard(2, 5).of(files)] == names


def test_exchanges_are_counted_without_being_read():
    path = Path(__file__).parents[2] / "recordings" / "s3" / "multipart_list_parts_pages.yaml"
    assert count_exchanges(path) == len(load(path).exchanges)


@pytest.mark.parametrize("text", ["", "3", "0/3", "4/3", "a/b", "1/0", "-1/3", "1/3/5"])
def test_another_text_is_no_shard(text):
    with pytest.raises(ValueError, match="like 3/16"):
        Shard.parse(text)


def test_a_shard_is_spelled_as_it_is_read():
    assert str(Shard.parse("3/16")) == "3/16"
