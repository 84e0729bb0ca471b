//! What the service did since it started, for metrics and for the bench.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        #[derive(Default)]
        pub(crate) struct Counters { $(pub $name: AtomicU64),+ }

        /// The counters at one moment.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
        pub struct Figures { $($(#[$doc])* pub $name: u64),+ }

        impl Counters {
            pub fn figures(&self) -> Figures {
                Figures { $($name: self.$name.load(Ordering::Relaxed)),+ }
            }
        }
    };
}

counters! {
    accepted,
    walled,
    rejected,
    /// Answered again from the cache of the last seconds.
    repeated,
    /// From addresses that nobody registered.
    unknown_client,
    /// Met with silence: proof wrong, missing or ambiguous, malformed, or nothing loaded yet.
    unproven,
    malformed,
    silent_not_loaded,
    /// Met with silence, because the database has been away for too long to go on deciding.
    silent_blind,
    accounting_stored,
    /// Not acknowledged, because the database was away or the writers were behind.
    accounting_refused,
    /// Sessions that their servers were asked to change or end, and those that were.
    changes_asked,
    changes_done,
    /// Reports that are safe on this server's own disk, because the database was away; and those of them that the
    /// database has by now.
    accounting_spooled,
    accounting_replayed,
    /// Attempts that the log has lost, because it was behind.
    attempts_dropped,
}

pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

pub(crate) fn count_many(counter: &AtomicU64, many: usize) {
    counter.fetch_add(u64::try_from(many).unwrap_or(u64::MAX), Ordering::Relaxed);
}
