//! Taking money back from bills. The order is stated once: what was put there last comes away first, so that what was
//! paid first stays paid.

use crate::{AllocationId, CreditNoteId, InvoiceId, PaymentId, WriteOffId};

/// Where the money against a bill came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Payment(PaymentId),
    /// From what the customer had ahead.
    Credit,
    CreditNote(CreditNoteId),
    WriteOff(WriteOffId),
}

impl Origin {
    /// Is it money that somebody paid, and that can be his again?
    pub fn is_money(self) -> bool {
        matches!(self, Origin::Payment(_) | Origin::Credit)
    }
}

/// An allocation with what is left of it after what was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveAllocation {
    pub id: AllocationId,
    pub invoice_id: InvoiceId,
    pub origin: Origin,
    pub live_minor: i64,
}

/// Takes `amount` from the allocations, which come in the order they were made: from the newest on. Answers with what
/// comes off each, or `None` when there is not so much.
pub fn release(amount_minor: i64, live: &[LiveAllocation]) -> Option<Vec<(LiveAllocation, i64)>> {
    let mut left = amount_minor;
    let mut parts = Vec::new();
    for allocation in live.iter().rev().filter(|allocation| allocation.live_minor > 0) {
        if left <= 0 {
            break;
        }
        let part = left.min(allocation.live_minor);
        left -= part;
        parts.push((*allocation, part));
    }
    (left <= 0).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn live(n: u128, live_minor: i64) -> LiveAllocation {
        LiveAllocation {
            id: AllocationId(Uuid::from_u128(n)),
            invoice_id: InvoiceId(Uuid::from_u128(1)),
            origin: Origin::Credit,
            live_minor,
        }
    }

    #[test]
    fn the_newest_part_comes_away_first() {
        let parts = release(700, &[live(1, 500), live(2, 0), live(3, 400)]).unwrap();
        assert_eq!(parts.iter().map(|(from, part)| (from.id.0.as_u128(), *part)).collect::<Vec<_>>(), [(3, 400), (1, 300)]);
        assert_eq!(release(901, &[live(1, 500), live(3, 400)]), None);
        assert_eq!(release(0, &[]), Some(vec![]));
    }
}
