//! The second pair of eyes (SEC-17): who asked may not agree, and nobody agrees to what was asked days ago.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long a request waits.
pub const APPROVAL_HOURS: i64 = 72;

/// Where a request stands, expiry included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    Pending,
    Approved,
    Rejected,
    Expired,
}

impl ApprovalState {
    pub const ALL: [ApprovalState; 4] = [ApprovalState::Pending, ApprovalState::Approved, ApprovalState::Rejected, ApprovalState::Expired];

    pub fn slug(self) -> &'static str {
        match self {
            ApprovalState::Pending => "pending",
            ApprovalState::Approved => "approved",
            ApprovalState::Rejected => "rejected",
            ApprovalState::Expired => "expired",
        }
    }
}

/// What the second person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Approve,
    Reject,
}

/// Why a request cannot be decided now, by this person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotDecided {
    SamePerson,
    Expired,
    Already,
}

impl NotDecided {
    pub fn key(self) -> &'static str {
        match self {
            NotDecided::SamePerson => "problem-approval-same-person",
            NotDecided::Expired => "problem-approval-expired",
            NotDecided::Already => "problem-approval-decided",
        }
    }
}

/// The state of a request: what is stored, and time.
pub fn approval_state(stored: &str, expires_at: DateTime<Utc>, now: DateTime<Utc>) -> ApprovalState {
    match stored {
        "approved" => ApprovalState::Approved,
        "rejected" => ApprovalState::Rejected,
        _ if now >= expires_at => ApprovalState::Expired,
        _ => ApprovalState::Pending,
    }
}

/// May `checker` decide what `maker` asked for? Whoever asked may take his own request back, not grant it.
pub fn may_decide(state: ApprovalState, decision: Decision, maker: Uuid, checker: Option<Uuid>) -> Result<(), NotDecided> {
    match state {
        ApprovalState::Approved | ApprovalState::Rejected => Err(NotDecided::Already),
        ApprovalState::Expired => Err(NotDecided::Expired),
        // A job has no eyes.
        ApprovalState::Pending if decision == Decision::Approve && checker.is_none_or(|checker| checker == maker) => {
            Err(NotDecided::SamePerson)
        }
        ApprovalState::Pending => Ok(()),
    }
}

/// When a request made now stops waiting.
pub fn expires_at(now: DateTime<Utc>) -> DateTime<Utc> {
    now + TimeDelta::hours(APPROVAL_HOURS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_grants_his_own_request_and_nobody_grants_an_old_one() {
        let (maker, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let now: DateTime<Utc> = "2026-11-01T04:00:00Z".parse().unwrap();
        let end = expires_at(now);
        let pending = approval_state("pending", end, end - TimeDelta::seconds(1));
        assert_eq!(may_decide(pending, Decision::Approve, maker, Some(maker)), Err(NotDecided::SamePerson));
        assert_eq!(may_decide(pending, Decision::Approve, maker, None), Err(NotDecided::SamePerson));
        assert_eq!(may_decide(pending, Decision::Approve, maker, Some(other)), Ok(()));
        assert_eq!(approval_state("pending", end, end), ApprovalState::Expired);
        assert_eq!(may_decide(ApprovalState::Expired, Decision::Approve, maker, Some(other)), Err(NotDecided::Expired));
        assert_eq!(may_decide(ApprovalState::Rejected, Decision::Approve, maker, Some(other)), Err(NotDecided::Already));
    }
}
