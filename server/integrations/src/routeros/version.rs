//! Which RouterOS it is, and what that means: the one place that knows what differs between versions.

use std::fmt;

/// `7.16.2 (stable)` of `/system/resource`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    pub major: u16,
    pub minor: u16,
    pub patch: u16,
}

impl Version {
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self { major, minor, patch }
    }

    /// Reads `6.49.10 (long-term)`, `7.18beta2`, `7.1rc6`.
    pub fn parse(text: &str) -> Option<Self> {
        let numbers = text.split([' ', '(']).next()?;
        let mut parts = numbers.split('.').map(|part| {
            let digits = part.find(|character: char| !character.is_ascii_digit()).unwrap_or(part.len());
            part[..digits].parse::<u16>().ok()
        });
        let (major, minor) = (parts.next()??, parts.next()??);
        Some(Self { major, minor, patch: parts.next().flatten().unwrap_or(0) })
    }

    /// REST under /rest.
    pub fn has_rest(self) -> bool {
        self >= Self::new(7, 1, 0)
    }

    /// Says `!empty` before `!done` when there is nothing.
    pub fn says_empty(self) -> bool {
        self >= Self::new(7, 18, 0)
    }

    /// Takes name and password; older ones give a challenge.
    pub fn has_new_login(self) -> bool {
        self >= Self::new(6, 43, 0)
    }

    /// Dates as 2026-11-21; older ones write nov/21/2026.
    pub fn has_iso_dates(self) -> bool {
        self >= Self::new(7, 10, 0)
    }

    /// `/radius require-message-auth`.
    pub fn has_message_auth_setting(self) -> bool {
        self >= Self::new(7, 15, 0)
    }

    /// Servers of NTP as a list; older ones know a primary and a secondary address.
    pub fn has_ntp_servers(self) -> bool {
        self.major >= 7
    }

    /// `/export show-sensitive`; older ones show secrets unless told to hide them.
    pub fn hides_sensitive(self) -> bool {
        self.major >= 7
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}
