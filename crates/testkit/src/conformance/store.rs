//! Checks that a [`Store`](belgie_ports::Store) keeps its contract. Each sentence of the contract is a case, and
//! [`store_conformance!`](crate::store_conformance) makes each case a test.

mod abandoned;
mod account_tokens;
mod accounts;
mod attempts;
mod codes;
mod conflicts;
mod contention;
mod counter;
mod durable;
mod events;
mod failures;
mod mailed_tokens;
mod missing;
mod newer;
mod outbox;
mod passwords;
mod pending_sign_ins;
mod pending_sign_ups;
mod rate_limits;
mod row;
mod runtimes;
mod sample;
mod serializable;
mod sessions;
mod signing_keys;
mod subject;
mod transactions;
mod used_id_tokens;
mod users;
mod values;
mod work;

pub use subject::TestStore;

/// Lists all cases: each becomes a function of this module and a test of the macro it defines.
macro_rules! cases {
    ($d:tt $($module:ident { $($case:ident,)+ })+) => {
        $($(
            #[doc = concat!("The case `", stringify!($case), "`.")]
            pub async fn $case(tested: TestStore) {
                $module::$case(tested).await;
            }
        )+)+

        /// Makes each case of the [suite](crate::conformance::store) a test, on a current-thread runtime and on a
        /// multi-thread one. The argument is the path of an `async fn` that creates a new
        /// [`TestStore`](crate::conformance::store::TestStore), empty and migrated, at each call.
        #[macro_export]
        macro_rules! store_conformance {
            ($d make:path) => {
                mod on_one_thread {
                    use super::*;

                    $($(
                        #[test]
                        fn $case() {
                            $d crate::conformance::on_one_thread(async {
                                $d crate::conformance::store::$case($d make().await).await;
                            });
                        }
                    )+)+
                }

                mod on_many_threads {
                    use super::*;

                    $($(
                        #[test]
                        fn $case() {
                            $d crate::conformance::on_many_threads(async {
                                $d crate::conformance::store::$case($d make().await).await;
                            });
                        }
                    )+)+
                }
            };
        }
    };
}

cases! {
    $
    values {
        a_user_is_read_back_field_by_field,
        an_account_is_read_back_field_by_field,
        a_session_is_read_back_field_by_field,
        an_attempt_is_read_back_field_by_field,
        an_event_is_read_back_field_by_field,
        an_update_writes_every_field,
        times_are_kept_to_the_microsecond,
        text_of_any_script_and_length_is_kept_whole,
        text_with_a_nul_is_kept_whole_or_refused,
    }
    newer {
        a_role_of_the_application_is_read_back_as_it_was_written,
        an_event_of_a_newer_version_is_read_back_as_it_was_written,
        an_attempt_of_a_newer_version_is_read_back_as_it_was_written,
        a_failure_of_a_newer_version_is_read_back_as_it_was_written,
    }
    missing {
        what_is_missing_is_none_or_empty,
        what_is_missing_in_a_transaction_is_none_or_empty,
        changing_a_missing_row_returns_false,
        statements_on_what_is_missing_say_so,
    }
    users {
        users_are_found_by_id_and_by_address,
        two_users_cannot_have_one_address_or_one_id,
        many_users_can_have_no_address,
        an_address_that_was_given_up_can_be_taken,
        users_are_paged_in_the_order_of_their_ids,
        another_active_user_in_a_role_is_found,
        accounts_and_sessions_go_with_their_user_and_events_stay,
        deleting_credentials_keeps_the_user,
    }
    accounts {
        two_accounts_cannot_have_one_subject_at_one_issuer_or_one_id,
        subjects_and_issuers_are_compared_byte_for_byte,
        accounts_are_listed_oldest_first,
        an_account_needs_a_user_that_exists,
        an_account_is_deleted_by_its_id,
    }
    account_tokens {
        tokens_are_read_back_field_by_field,
        tokens_need_an_account_that_exists,
        tokens_are_committed_or_rolled_back_with_their_transaction,
        saving_tokens_again_overwrites_them_and_raises_the_revision,
        saving_tokens_keeps_a_refresh_token_that_has_no_successor,
        tokens_are_replaced_at_the_revision_before_only,
        of_50_replacements_at_once_one_succeeds,
        tokens_are_deleted_at_their_revision_only,
        tokens_are_paged_in_the_order_of_their_accounts,
        tokens_go_with_their_account,
        tokens_stay_when_their_account_is_updated,
    }
    passwords {
        a_password_is_read_back_field_by_field,
        a_password_needs_a_user_that_exists,
        saving_a_password_again_overwrites_it,
        a_user_is_found_by_address_with_and_without_a_password,
        a_password_is_deleted_by_its_user,
        a_password_goes_with_its_user_and_the_users_credentials,
        a_password_stays_when_its_user_is_updated,
    }
    sessions {
        two_sessions_cannot_have_one_token_or_one_id,
        a_session_needs_a_user_that_exists,
        a_session_is_found_with_its_user_whatever_their_state,
        sessions_are_listed_newest_first,
        a_session_is_consumed_once,
        a_session_is_deleted_by_its_id,
        a_users_sessions_are_deleted_but_for_one,
        a_users_oldest_sessions_are_trimmed,
        a_slide_records_a_use_after_the_one_that_it_knows,
        a_slide_may_leave_the_expiry_as_it_is,
        a_slide_never_revives_a_session,
        of_many_slides_at_once_one_is_recorded,
        expired_sessions_are_deleted_in_batches,
    }
    attempts {
        two_attempts_of_a_browser_cannot_have_one_state,
        an_attempt_is_consumed_once_expired_or_not,
        another_browser_neither_gets_an_attempt_nor_ends_it,
        of_50_consumers_at_once_one_gets_the_attempt,
        of_50_attempts_of_one_browser_at_once_all_begin,
        a_browsers_oldest_attempts_are_trimmed,
        attempts_are_counted_by_network_where_it_has_many,
        expired_attempts_are_deleted_in_batches,
    }
    pending_sign_ins {
        a_pending_sign_in_is_read_back_field_by_field,
        a_newer_pending_sign_in_replaces_that_of_its_browser,
        a_pending_sign_in_needs_a_holder_that_exists,
        a_pending_sign_in_is_consumed_once_and_for_its_holder,
        a_pending_sign_in_that_was_consumed_in_vain_still_waits,
        of_20_consumers_at_once_one_gets_the_pending_sign_in,
        a_pending_sign_in_is_deleted_by_its_browser,
        a_pending_sign_in_goes_with_its_holder,
        expired_pending_sign_ins_are_deleted_in_batches,
    }
    codes {
        a_code_is_read_back_field_by_field,
        two_codes_cannot_have_one_hash,
        a_code_needs_a_user_that_exists,
        a_code_is_consumed_once_expired_or_not,
        of_50_consumers_at_once_one_gets_the_code,
        codes_go_with_their_user_with_the_users_sessions_and_credentials,
        expired_codes_are_deleted_in_batches,
    }
    mailed_tokens {
        a_mailed_token_is_read_back_field_by_field,
        two_mailed_tokens_cannot_have_one_hash_or_one_id,
        a_mailed_token_needs_a_user_that_exists,
        a_newer_mailed_token_replaces_the_one_for_its_purpose,
        a_users_mailed_tokens_are_listed_oldest_first,
        a_mailed_token_is_reissued_with_another_hash_and_expiry,
        a_mailed_token_is_consumed_once_and_for_its_purpose,
        a_mailed_token_that_was_consumed_in_vain_can_still_be_used,
        of_20_consumers_at_once_one_gets_the_mailed_token,
        a_users_mailed_tokens_are_deleted_at_once,
        mailed_tokens_go_with_their_user_and_the_users_credentials,
        expired_mailed_tokens_are_deleted_in_batches,
    }
    pending_sign_ups {
        the_token_of_a_pending_sign_up_needs_no_user_and_is_read_back_field_by_field,
        a_newer_token_replaces_that_of_the_same_pending_sign_up,
        of_20_consumers_at_once_one_gets_the_token_of_a_pending_sign_up,
        the_token_of_a_pending_sign_up_outlives_users_with_the_same_account,
    }
    used_id_tokens {
        an_id_token_is_used_once,
        of_50_uses_of_an_id_token_at_once_one_is_the_first,
        expired_id_tokens_are_deleted_in_batches,
    }
    events {
        two_events_cannot_have_one_id,
        events_are_listed_newest_first_of_all_or_of_one_user,
        sign_ins_that_succeeded_are_listed_alone,
        events_are_paged_by_the_last_id,
        events_that_a_user_caused_to_others_are_listed_alone,
        old_events_lose_address_and_agent_in_batches,
        events_that_several_nodes_erase_at_once_are_each_counted_once,
    }
    failures {
        of_40_failures_at_once_each_is_counted,
        failures_are_counted_by_minute_kind_provider_and_code,
        old_failures_are_deleted_in_batches,
    }
    outbox {
        an_item_is_claimed_field_by_field,
        two_items_cannot_have_one_id,
        an_outbox_item_is_committed_or_rolled_back_with_its_transaction,
        of_50_claims_at_once_one_gets_the_item,
        many_claims_at_once_get_an_item_each,
        a_claimed_item_is_due_again_when_the_claim_ends,
        due_items_of_a_topic_are_claimed_in_the_order_of_their_ids,
        a_postponed_item_is_due_again_then,
        a_finished_item_is_gone,
        items_about_someone_are_listed_and_deleted_together_claimed_or_not,
    }
    signing_keys {
        a_signing_key_is_read_back_field_by_field,
        signing_keys_are_listed_in_the_order_of_their_numbers,
        of_50_signing_keys_of_one_number_at_once_one_is_added,
        two_signing_keys_cannot_have_one_id,
        a_signing_key_is_sealed_again_unless_that_happened_before,
        signing_keys_are_deleted_up_to_a_number,
    }
    rate_limits {
        a_bucket_grants_its_burst_and_what_comes_back,
        a_refusal_says_how_long_to_wait_and_changes_nothing,
        each_key_has_a_bucket_of_its_own,
        permits_that_are_returned_can_be_taken_again,
        of_200_takers_at_once_as_many_get_a_permit_as_there_are,
        full_buckets_are_deleted_in_batches,
    }
    transactions {
        a_commit_is_seen_at_once_on_every_node,
        a_transaction_sees_its_own_writes,
        a_rollback_undoes_everything,
        the_error_of_the_work_reaches_the_caller,
        no_reader_sees_half_a_transaction,
        after_a_failed_method_nothing_is_committed,
    }
    work {
        work_that_panics_is_rolled_back_and_the_store_goes_on,
        work_that_awaits_something_else_does_not_take_down_the_store,
        work_that_awaits_the_store_itself_does_not_take_it_down,
        work_that_never_ends_ends,
    }
    conflicts {
        work_that_conflicts_runs_again_three_times,
        work_that_hides_a_conflict_runs_again_all_the_same,
        work_that_turns_a_conflict_into_its_own_error_runs_again,
        work_that_stops_conflicting_is_committed,
        a_run_that_conflicted_leaves_nothing_behind,
    }
    serializable {
        no_update_is_lost,
        two_transactions_that_read_each_others_writes_do_not_both_pass,
        two_transactions_that_saw_nothing_do_not_both_insert,
        many_transactions_at_once_all_get_an_answer,
    }
    contention {
        of_12_changes_of_one_user_at_once_all_succeed,
        of_12_first_sign_ins_at_once_all_succeed_with_one_user,
        look_ups_go_on_while_transactions_wait_for_one_another,
        attempts_begin_and_end_while_transactions_wait_for_one_another,
    }
    durable {
        what_was_written_is_there_when_the_store_is_opened_again,
        a_store_behind_an_arc_is_the_same_store,
    }
    abandoned {
        an_abandoned_transaction_happens_whole_or_not_at_all,
        an_abandoned_transaction_leaves_no_lock_behind,
        abandoned_reads_leave_the_store_as_it_was,
        an_abandoned_write_happens_whole_or_not_at_all,
        a_session_that_an_abandoned_sign_out_ended_is_not_found,
        a_transaction_that_was_never_awaited_does_not_happen,
    }
    runtimes {
        the_store_outlives_the_runtime_that_first_used_it,
        several_runtimes_use_the_store_at_once,
    }
}
