//! Stories of use cases, each against a database of its own.
#![expect(clippy::unwrap_used, reason = "a story says what it expects by failing")]

mod an_account_is_trusted;
mod bad_lists_are_refused;
mod billing_at_every_clock;
mod billing_is_asked_for;
mod billing_runs_at_once;
mod books_are_closed;
mod books_survive_anything;
mod cash_is_handed_over;
mod clerk_at_the_counter;
mod codes_make_bills_cheaper;
mod corrections_stay_visible;
mod customer_pays;
mod data_is_fair;
mod documents_are_printed;
mod expenses_are_posted;
mod isps_are_strangers;
mod late_payers_pay_more;
mod lines_have_something_apart;
mod lists_are_imported;
mod next_bills_are_quoted;
mod nobody_who_paid_is_cut;
mod payments_are_found;
mod prices_hold_their_order;
mod refunds_come_out_of_a_drawer;
mod refunds_take_two_people;
mod runs_are_rehearsed;
mod seed;
mod sessions_are_kept_apart;
mod somebody_signs_in;
mod tenants_have_slots_and_plans;
mod terms_of_a_subscriber;
mod the_log_cannot_be_rewritten;
mod too_many_at_once;
mod unpaid_bills_are_dunned;
mod unpaid_line_goes_down;
