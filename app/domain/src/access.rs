//! What a RADIUS request is answered for a subscriber: in, in behind the garden wall, or no. A function of what is
//! known and of `now`, so that the answer is right even when nothing told us that a day has passed.

use crate::{CustomerId, ServiceId};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// What an ISP wants for a line that may not be up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuspendedAccess {
    /// Accepted, but on the address list that only reaches the pay page.
    Walled,
    Reject,
}

/// The part of an ISP that RADIUS answers hang on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessPolicy {
    pub suspended_access: SuspendedAccess,
    /// Name of the router's address list for the walled garden.
    pub walled_list: String,
    pub interim_seconds: u32,
}

/// The part of a service that RADIUS answers hang on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub service_id: ServiceId,
    pub customer_id: CustomerId,
    /// Some reason holds it down.
    pub blocked: bool,
    pub pending: bool,
    pub expires_at: Option<DateTime<Utc>>,
    pub cutoff_at: Option<DateTime<Utc>>,
    pub up_kbps: Option<u32>,
    pub down_kbps: Option<u32>,
    pub static_ip: Option<IpAddr>,
}

/// Why a line was refused or walled, as the attempt log says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Ok,
    UnknownUser,
    WrongPassword,
    Suspended,
    Expired,
    /// Due and grace are over, the job that suspends has not come by yet.
    CutOff,
    NotActivated,
    /// The request holds no password that this server understands.
    NoPassword,
}

impl Reason {
    pub fn slug(self) -> &'static str {
        match self {
            Reason::Ok => "ok",
            Reason::UnknownUser => "unknown_user",
            Reason::WrongPassword => "wrong_password",
            Reason::Suspended => "suspended",
            Reason::Expired => "expired",
            Reason::CutOff => "cut_off",
            Reason::NotActivated => "not_activated",
            Reason::NoPassword => "no_password",
        }
    }
}

/// The answer, before it is put into attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Accept {
        /// Until the line must ask again, seconds.
        session_timeout: u32,
    },
    /// Accepted behind the garden wall.
    Walled {
        session_timeout: u32,
        reason: Reason,
    },
    Reject(Reason),
}

/// A line that nothing limits is asked to come back after this long.
const LONGEST_SESSION: u32 = 7 * 86_400;
/// Behind the wall a line asks again soon, so that it is up minutes after a payment even if nobody drops it.
const WALLED_SESSION: u32 = 300;

/// The decision for a line whose password was right.
pub fn decide(line: &Line, policy: &AccessPolicy, now: DateTime<Utc>) -> Decision {
    if line.pending {
        return Decision::Reject(Reason::NotActivated);
    }
    let over = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= now);
    let down = if line.blocked {
        Some(Reason::Suspended)
    } else if over(line.expires_at) {
        Some(Reason::Expired)
    } else if over(line.cutoff_at) {
        Some(Reason::CutOff)
    } else {
        None
    };
    match (down, policy.suspended_access) {
        (Some(reason), SuspendedAccess::Reject) => Decision::Reject(reason),
        (Some(reason), SuspendedAccess::Walled) => Decision::Walled { session_timeout: WALLED_SESSION, reason },
        (None, _) => Decision::Accept { session_timeout: seconds_left(line, now) },
    }
}

fn seconds_left(line: &Line, now: DateTime<Utc>) -> u32 {
    let end = [line.expires_at, line.cutoff_at].into_iter().flatten().min();
    let left = end.map_or(TimeDelta::seconds(i64::from(LONGEST_SESSION)), |end| end - now);
    u32::try_from(left.num_seconds().max(1)).unwrap_or(u32::MAX).min(MAX_SESSION_TIMEOUT)
}

/// Session-Timeout is an unsigned 32-bit number (RFC 2865 section 5.27), RouterOS reads it signed.
const MAX_SESSION_TIMEOUT: u32 = i32::MAX as u32;

/// Mikrotik-Rate-Limit `rx/tx` from the router's side, so the subscriber's upload stands first. `None`: unlimited.
pub fn rate_limit(up_kbps: Option<u32>, down_kbps: Option<u32>) -> Option<String> {
    let one = |kbps: Option<u32>| match kbps {
        None | Some(0) => "0".to_string(),
        Some(kbps) if kbps % 1_000 == 0 => format!("{}M", kbps / 1_000),
        Some(kbps) => format!("{kbps}k"),
    };
    (up_kbps.is_some() || down_kbps.is_some()).then(|| format!("{}/{}", one(up_kbps), one(down_kbps)))
}

/// Octets that a new report adds to what was known. Less than before means the counter began again (a router that
/// restarted, or a 32-bit counter whose Gigawords never came), so the new figure is all new.
pub fn octets_added(known: u64, reported: u64) -> u64 {
    if reported >= known { reported - known } else { reported }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn now() -> DateTime<Utc> {
        "2026-11-21T10:00:00Z".parse().unwrap()
    }

    fn line() -> Line {
        Line {
            service_id: ServiceId(Uuid::from_u128(1)),
            customer_id: CustomerId(Uuid::from_u128(2)),
            blocked: false,
            pending: false,
            expires_at: None,
            cutoff_at: None,
            up_kbps: Some(5_000),
            down_kbps: Some(10_000),
            static_ip: None,
        }
    }

    fn policy(suspended_access: SuspendedAccess) -> AccessPolicy {
        AccessPolicy { suspended_access, walled_list: "wall".into(), interim_seconds: 300 }
    }

    #[test]
    fn a_session_never_outlives_the_line() {
        let policy = policy(SuspendedAccess::Walled);
        let ends = Line { expires_at: Some(now() + TimeDelta::seconds(90)), cutoff_at: Some(now() + TimeDelta::days(3)), ..line() };
        assert_eq!(decide(&ends, &policy, now()), Decision::Accept { session_timeout: 90 });
        assert_eq!(decide(&line(), &policy, now()), Decision::Accept { session_timeout: LONGEST_SESSION });
        let at_the_end = now() + TimeDelta::seconds(90);
        assert_eq!(decide(&ends, &policy, at_the_end), Decision::Walled { session_timeout: WALLED_SESSION, reason: Reason::Expired });
    }

    #[test]
    fn the_isp_chooses_wall_or_no() {
        let blocked = Line { blocked: true, ..line() };
        assert_eq!(decide(&blocked, &policy(SuspendedAccess::Reject), now()), Decision::Reject(Reason::Suspended));
        assert!(matches!(decide(&blocked, &policy(SuspendedAccess::Walled), now()), Decision::Walled { .. }));
        let cut = Line { cutoff_at: Some(now()), ..line() };
        assert_eq!(decide(&cut, &policy(SuspendedAccess::Reject), now()), Decision::Reject(Reason::CutOff));
    }

    #[test]
    fn upload_stands_first() {
        assert_eq!(rate_limit(Some(5_000), Some(10_000)).as_deref(), Some("5M/10M"));
        assert_eq!(rate_limit(Some(512), None).as_deref(), Some("512k/0"));
        assert_eq!(rate_limit(None, None), None);
    }

    #[test]
    fn counters_that_begin_again_are_not_subtracted() {
        assert_eq!(octets_added(100, 150), 50);
        assert_eq!(octets_added(100, 100), 0);
        assert_eq!(octets_added(1_000_000, 40), 40);
    }
}
