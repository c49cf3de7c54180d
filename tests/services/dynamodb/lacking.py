"""What DynamoDB Local, behind our server, does not do as AWS does: tests by name, and why each must fail."""

from __future__ import annotations

from typing import Final

ABOUT_OURS: Final = {
    "test_order.py": "our own ordered maps and keys",
    "test_reference.py": "the reference itself",
    "test_replicas.py": "501: the other engine does not copy its items to other regions",
    "test_state_by_chance.py": "snapshots and the journal hold our own tables alone",
    "test_stages.py": "stages that pass on the virtual clock",
    "test_late_indexes.py": "indexes that are late on the virtual clock",
    "test_wrong_input.py": "our own checks, past the socket",
    "test_joint_keys.py": "DynamoDB Local's keys have two attributes at most",
    "test_vectors.py": "501: vectors are compared where the items are",
}
TOO_LONG: Final = {
    "test_operations_against_reference.py::test_operations_do_as_in_the_reference": "thousands of reads, one by one",
    "test_operations_against_reference.py::test_pages_go_on_where_they_stopped_whatever_goes_meanwhile": (
        "thousands of reads, one by one"
    ),
}
_NO_ITEMS: Final = "501: backups, exports and imports need the items, and the other engine has them"
_NO_REPLICAS: Final = "501: the other engine does not copy its items to other regions"
_OWN_PAGES: Final = "DynamoDB Local's pages end by a size of its own"
_OWN_CLOCK: Final = "the other engine has the time of its own clock, not the virtual one"

LACKING: Final = {
    "test_backups.py::test_a_backup_outlives_its_table": _NO_ITEMS,
    "test_backups.py::test_an_index_may_be_left_behind": _NO_ITEMS,
    "test_backups.py::test_backups_are_listed_in_pages": _NO_ITEMS,
    "test_backups.py::test_a_moment_comes_back": _NO_ITEMS,
    "test_backups.py::test_recovery_is_off_until_it_is_switched_on": _NO_ITEMS,
    "test_exports.py::test_what_goes_out_comes_back": _NO_ITEMS,
    "test_exports.py::test_a_moment_and_what_changed_since": _NO_ITEMS,
    "test_exports.py::test_a_file_of_commas_and_a_line_that_is_no_item": _NO_ITEMS,
    "test_exports.py::test_a_bucket_that_is_not_there_fails_the_job": _NO_ITEMS,
    "test_legacy_global_tables.py": _NO_REPLICAS,
    "test_replica_scaling.py": _NO_REPLICAS,
    "test_pages.py::test_a_page_ends_by_the_size_in_storage[S-names1-sizes1-more1-told1]": _OWN_PAGES,
    "test_pages.py::test_a_page_ends_by_the_size_in_storage[S-names2-sizes2-more2-told2]": _OWN_PAGES,
    "test_pages.py::test_a_page_ends_by_the_size_in_storage[S-names3-sizes3-more3-told3]": _OWN_PAGES,
    "test_pages.py::test_a_page_ends_by_the_size_in_storage[S-names5-sizes5-more5-told5]": _OWN_PAGES,
    "test_pages.py::test_a_page_ends_by_the_size_in_storage[N-names7-sizes7-more7-told7]": _OWN_PAGES,
    "test_pages.py::test_sets_numbers_and_binary_say_their_lengths[21-24]": _OWN_PAGES,
    "test_pages.py::test_an_index_is_counted_by_what_it_holds": _OWN_PAGES,
    "test_streams.py::test_records_are_kept_for_a_day_and_iterators_for_a_quarter_of_an_hour": _OWN_CLOCK,
    "test_streams.py::test_what_time_takes_away_the_service_removes": _OWN_CLOCK,
    "test_tables.py::test_a_stream_is_switched_on_once_and_keeps_its_label": _OWN_CLOCK,
    "test_transactions.py::test_a_token_makes_a_repetition_harmless_for_ten_minutes": _OWN_CLOCK,
    "test_streams.py::test_streams_are_listed_in_pages_and_described_by_their_table": _OWN_CLOCK,
    "test_partiql.py::test_a_select_finds[WHERE 'a' = pk AND 2 < sk-found4]": (
        "DynamoDB Local takes `2 < sk` for `sk < 2`"
    ),
    "test_partiql.py::test_pages_make_the_whole[WHERE pk = 'a' ORDER BY sk DESC]": (
        "DynamoDB Local goes on forwards after the first page"
    ),
}

# What is left of the recorded scenarios: answers by scenario and exchange that are not AWS's.
ANSWERS: Final = {
    "dynamodb/index_key_refused 9": "DynamoDB Local takes a longer key of an index than 1 KB",
    "dynamodb/transact_invalid_actions 4": "DynamoDB Local names no reasons where an item does not allow an update",
    "dynamodb/transact_invalid_actions 5": "DynamoDB Local names no reasons where an item does not allow an update",
}
# Entries of recordings/known_gaps.yaml where we answer as DynamoDB Local does, not as AWS.
GAPS: Final = {
    "ddb-transact-reasons": "DynamoDB Local names no reasons where an item does not allow an update",
    "ddb-partiql-last-key": "DynamoDB Local does not say where a statement's page ended",
    "ddb-partiql-updated-part": "a statement's updated list is shown whole",
    "ddb-missing-item-units": "DynamoDB Local charges nothing for an item that is not there",
    "ddb-last-page": "DynamoDB Local looks whether there is more after a full page",
    "ddb-backfill": "DynamoDB Local's new index shows items whose attribute has another type than its key",
    "ddb-segments": "which segment an item belongs to is the engine's affair",
    "ddb-index-entry-size": "DynamoDB Local charges for the item, not for what the index holds of it",
}
