"""The judge: records real exchanges, replays them against any endpoint, diffs and scores them."""
