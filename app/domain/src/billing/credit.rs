//! How far a customer may go into the red before his line is cut for it (BIL-26).

use serde::{Deserialize, Serialize};

/// Where a customer stands against his credit limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditUse {
    /// He has none: due dates alone decide.
    NoLimit,
    Within,
    /// Four fifths of it are used.
    Near,
    Over,
}

/// The limit is the customer's own, else his profile's.
pub fn credit_use(due_minor: i64, limit_minor: Option<i64>) -> CreditUse {
    match limit_minor {
        None => CreditUse::NoLimit,
        Some(limit) if due_minor > limit => CreditUse::Over,
        Some(limit) if i128::from(due_minor) * 5 >= i128::from(limit) * 4 && due_minor > 0 => CreditUse::Near,
        Some(_) => CreditUse::Within,
    }
}

/// May overdue bills cut a line? Not while all that is due stays within the credit limit.
pub fn may_be_cut(due_minor: i64, limit_minor: Option<i64>) -> bool {
    matches!(credit_use(due_minor, limit_minor), CreditUse::NoLimit | CreditUse::Over)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_goes_on_until_more_than_the_limit_is_due() {
        assert!(may_be_cut(1, None));
        assert!(!may_be_cut(100_000, Some(100_000)));
        assert!(may_be_cut(100_001, Some(100_000)));
        assert_eq!(credit_use(79_999, Some(100_000)), CreditUse::Within);
        assert_eq!(credit_use(80_000, Some(100_000)), CreditUse::Near);
        assert_eq!(credit_use(0, Some(0)), CreditUse::Within);
        assert_eq!(credit_use(i64::MAX, Some(i64::MAX)), CreditUse::Near);
    }
}
