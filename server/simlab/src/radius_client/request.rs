//! Reports as a MikroTik router writes them.

use integrations::radius::attribute::{self as a, acct_status};
use integrations::radius::{Code, Secret, Writer};

/// What a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Start,
    Interim,
    Stop,
    On,
    Off,
}

/// A report of a session. What stays at its default is left out.
#[derive(Clone, Debug)]
pub struct Accounting<'a> {
    pub status: Status,
    pub session_id: &'a str,
    pub username: &'a str,
    pub class: Option<&'a [u8]>,
    pub seconds: u32,
    /// From the subscriber, as 64 bits: told in octets and gigawords.
    pub input: u64,
    pub output: u64,
    pub delay: u32,
    /// Number of the cause, for a stop.
    pub cause: u32,
    pub mac: &'a str,
    pub ip: Option<[u8; 4]>,
    /// Tells no gigawords, as old servers do.
    pub narrow: bool,
}

impl<'a> Accounting<'a> {
    pub fn new(status: Status, session_id: &'a str, username: &'a str) -> Self {
        Self {
            status,
            session_id,
            username,
            class: None,
            seconds: 0,
            input: 0,
            output: 0,
            delay: 0,
            cause: 0,
            mac: "AA:BB:CC:00:11:22",
            ip: None,
            narrow: false,
        }
    }

    /// After so many seconds and octets.
    pub fn after(self, seconds: u32, input: u64, output: u64) -> Self {
        Self { seconds, input, output, ..self }
    }

    pub fn write(&self, id: u8, secret: &Secret) -> Option<Vec<u8>> {
        let mut room = Vec::with_capacity(250);
        let mut writer = Writer::new(&mut room, Code::ACCOUNTING_REQUEST, id);
        let (status, about_a_session) = match self.status {
            Status::Start => (acct_status::START, true),
            Status::Interim => (acct_status::INTERIM_UPDATE, true),
            Status::Stop => (acct_status::STOP, true),
            Status::On => (acct_status::ACCOUNTING_ON, false),
            Status::Off => (acct_status::ACCOUNTING_OFF, false),
        };
        writer.number(a::ACCT_STATUS_TYPE, status).number(a::ACCT_DELAY_TIME, self.delay).push(a::NAS_IDENTIFIER, b"simulated");
        if about_a_session {
            writer.push(a::ACCT_SESSION_ID, self.session_id.as_bytes()).push(a::USER_NAME, self.username.as_bytes());
            writer.push(a::CALLING_STATION_ID, self.mac.as_bytes()).push(a::NAS_PORT_ID, b"bridge-subscribers");
            if let Some(ip) = self.ip {
                writer.push(a::FRAMED_IP_ADDRESS, &ip);
            }
            if let Some(class) = self.class {
                writer.push(a::CLASS, class);
            }
        }
        if matches!(self.status, Status::Interim | Status::Stop) {
            let (low, high) = (|octets: u64| (octets & 0xffff_ffff) as u32, |octets: u64| (octets >> 32) as u32);
            writer.number(a::ACCT_SESSION_TIME, self.seconds);
            writer.number(a::ACCT_INPUT_OCTETS, low(self.input)).number(a::ACCT_OUTPUT_OCTETS, low(self.output));
            if !self.narrow {
                writer.number(a::ACCT_INPUT_GIGAWORDS, high(self.input)).number(a::ACCT_OUTPUT_GIGAWORDS, high(self.output));
            }
        }
        if self.status == Status::Stop && self.cause > 0 {
            writer.number(a::ACCT_TERMINATE_CAUSE, self.cause);
        }
        writer.finish_accounting(secret).map(<[u8]>::to_vec)
    }
}
