//! Stories of the schedule, each against a database of its own.
#![expect(clippy::unwrap_used, reason = "a story says what it expects by failing")]

mod a_job_is_killed;
mod a_job_stays_in_its_isp;
mod routers_are_looked_after;
mod routers_are_shared;
mod the_schedule_catches_up;
