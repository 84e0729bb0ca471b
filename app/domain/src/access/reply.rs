//! Attributes that people add to answers: `Name = value`, one a line, from a short list of names that are known to be
//! safe to send. Values may hold `{username}`, `{ip}`, `{up_kbps}`, `{down_kbps}` and the like. What is not on the list
//! is refused, and so is what would not fit its type.

use crate::Problem;
use std::net::Ipv4Addr;

/// What an attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReplyKind {
    Text,
    Number,
    Ipv4,
}

/// An attribute that may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReplyName {
    pub name: &'static str,
    /// 0: a standard attribute.
    pub vendor: u32,
    pub number: u8,
    pub kind: ReplyKind,
}

const fn name(name: &'static str, vendor: u32, number: u8, kind: ReplyKind) -> ReplyName {
    ReplyName { name, vendor, number, kind }
}

use ReplyKind::{Ipv4, Number, Text};

/// As FreeRADIUS's dictionaries name and number them. What proves, hides, ends or identifies a session is not here:
/// that is ours to say.
pub const REPLY_NAMES: &[ReplyName] = &[
    name("Framed-IP-Netmask", 0, 9, Ipv4),
    name("Filter-Id", 0, 11, Text),
    name("Framed-MTU", 0, 12, Number),
    name("Reply-Message", 0, 18, Text),
    name("Framed-Route", 0, 22, Text),
    name("Idle-Timeout", 0, 28, Number),
    name("Port-Limit", 0, 62, Number),
    name("Framed-Pool", 0, 88, Text),
    name("Framed-IPv6-Route", 0, 99, Text),
    name("Framed-IPv6-Pool", 0, 100, Text),
    name("Delegated-IPv6-Prefix-Pool", 0, 171, Text),
    name("Mikrotik-Recv-Limit", 14_988, 1, Number),
    name("Mikrotik-Xmit-Limit", 14_988, 2, Number),
    name("Mikrotik-Group", 14_988, 3, Text),
    name("Mikrotik-Rate-Limit", 14_988, 8, Text),
    name("Mikrotik-Mark-Id", 14_988, 11, Text),
    name("Mikrotik-Recv-Limit-Gigawords", 14_988, 14, Number),
    name("Mikrotik-Xmit-Limit-Gigawords", 14_988, 15, Number),
    name("Mikrotik-Total-Limit", 14_988, 17, Number),
    name("Mikrotik-Total-Limit-Gigawords", 14_988, 18, Number),
    name("Mikrotik-Address-List", 14_988, 19, Text),
    name("Mikrotik-Delegated-IPv6-Pool", 14_988, 22, Text),
    name("WISPr-Redirection-URL", 14_122, 4, Text),
    name("WISPr-Bandwidth-Max-Up", 14_122, 7, Number),
    name("WISPr-Bandwidth-Max-Down", 14_122, 8, Number),
    name("Cisco-AVPair", 9, 1, Text),
    name("Huawei-Input-Average-Rate", 2_011, 2, Number),
    name("Huawei-Output-Average-Rate", 2_011, 5, Number),
    name("Huawei-Domain-Name", 2_011, 138, Text),
    name("ERX-Ingress-Policy-Name", 4_874, 10, Text),
    name("ERX-Egress-Policy-Name", 4_874, 11, Text),
];

/// One line that was understood.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ReplyLine {
    pub name: &'static ReplyName,
    pub value: String,
}

/// A value as it goes into a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplyValue {
    Text(String),
    Number(u32),
    Ipv4(Ipv4Addr),
}

/// What the holes of a value are filled with.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReplyFacts<'a> {
    pub username: &'a str,
    pub ip: Option<std::net::IpAddr>,
    pub mac: Option<&'a str>,
    pub up_kbps: Option<u32>,
    pub down_kbps: Option<u32>,
}

/// More would not fit a packet beside what we say ourselves.
const MOST_LINES: usize = 20;
/// An attribute holds 253 octets; a vendor's, six less.
const LONGEST_VALUE: usize = 240;
const HOLES: [&str; 7] = ["username", "ip", "mac", "up_kbps", "down_kbps", "up_bps", "down_bps"];

/// Reads a template; empty lines and those that begin with `#` say nothing.
pub fn read_template(field: &str, text: &str) -> Result<Vec<ReplyLine>, Vec<Problem>> {
    let (mut lines, mut problems) = (Vec::new(), Vec::new());
    let said = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    for (number, line) in said {
        match read_line(line) {
            Ok(line) => lines.push(line),
            Err(key) => problems.push(Problem::new(field, key).with("line", number + 1).with("text", line)),
        }
    }
    if lines.len() > MOST_LINES {
        problems.push(Problem::new(field, "problem-reply-too-many").with("most", MOST_LINES));
    }
    if problems.is_empty() { Ok(lines) } else { Err(problems) }
}

fn read_line(line: &str) -> Result<ReplyLine, &'static str> {
    let (name, value) = line.split_once('=').ok_or("problem-reply-form")?;
    let name = name.trim_end_matches([':', '+']).trim();
    let name = REPLY_NAMES.iter().find(|known| known.name.eq_ignore_ascii_case(name)).ok_or("problem-reply-unknown")?;
    let value = value.trim();
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value).to_string();
    let printable = !value.is_empty() && value.len() <= LONGEST_VALUE && !value.chars().any(char::is_control);
    if !printable || !holes_are_known(&value) {
        return Err("problem-reply-value");
    }
    let line = ReplyLine { name, value };
    // Filled with anything that is possible, it has to be of its type.
    let example =
        ReplyFacts { username: "name", ip: Some(Ipv4Addr::LOCALHOST.into()), mac: Some("AA"), up_kbps: Some(1), down_kbps: Some(1) };
    line.fill(&example).map(|_| line).ok_or("problem-reply-value")
}

fn holes_are_known(value: &str) -> bool {
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((hole, after)) = after.split_once('}') else { return false };
        if !HOLES.contains(&hole) {
            return false;
        }
        rest = after;
    }
    true
}

impl ReplyLine {
    /// The value for one line. `None`: a fact is missing, so the attribute is left out.
    pub fn fill(&self, facts: &ReplyFacts<'_>) -> Option<ReplyValue> {
        let (mut text, mut rest) = (String::new(), self.value.as_str());
        while let Some((before, after)) = rest.split_once('{') {
            let (hole, after) = after.split_once('}')?;
            text.push_str(before);
            text.push_str(&facts.fact(hole)?);
            rest = after;
        }
        text.push_str(rest);
        match self.name.kind {
            Text => (text.len() <= LONGEST_VALUE).then_some(ReplyValue::Text(text)),
            Number => text.parse().ok().map(ReplyValue::Number),
            Ipv4 => text.parse().ok().map(ReplyValue::Ipv4),
        }
    }
}

impl ReplyFacts<'_> {
    fn fact(&self, hole: &str) -> Option<String> {
        match hole {
            "username" => Some(self.username.to_string()),
            "ip" => self.ip.map(|ip| ip.to_string()),
            "mac" => self.mac.map(str::to_string),
            "up_kbps" => self.up_kbps.map(|kbps| kbps.to_string()),
            "down_kbps" => self.down_kbps.map(|kbps| kbps.to_string()),
            "up_bps" => self.up_kbps.map(|kbps| kbps.saturating_mul(1_000).to_string()),
            "down_bps" => self.down_kbps.map(|kbps| kbps.saturating_mul(1_000).to_string()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        read_template("reply", text).err().unwrap_or_default().into_iter().map(|problem| problem.key).collect()
    }

    #[test]
    fn a_template_is_read_and_filled() {
        let text = "# speed\nCisco-AVPair += \"sub:in={up_kbps} out={down_kbps}\"\n\nframed-mtu = 1480\nHuawei-Input-Average-Rate={up_bps}";
        let lines = read_template("reply", text).unwrap();
        let facts = ReplyFacts { up_kbps: Some(5_000), down_kbps: Some(10_000), ..ReplyFacts::default() };
        let filled: Vec<_> = lines.iter().map(|line| line.fill(&facts)).collect();
        let wanted = [ReplyValue::Text("sub:in=5000 out=10000".into()), ReplyValue::Number(1_480), ReplyValue::Number(5_000_000)];
        assert_eq!(filled, wanted.map(Some));
        assert_eq!(lines[0].fill(&ReplyFacts::default()), None, "a line without a limit says nothing of it");
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert_eq!(keys("Class = x\nMessage-Authenticator = 0x00"), ["problem-reply-unknown", "problem-reply-unknown"]);
        assert_eq!(keys("Mikrotik-Group"), ["problem-reply-form"]);
        for text in [
            "Framed-MTU = many",
            "Framed-MTU = 99999999999",
            "Framed-IP-Netmask = 255",
            "Filter-Id = {secret}",
            "Filter-Id = {ip",
            "Filter-Id =",
        ] {
            assert_eq!(keys(text), ["problem-reply-value"], "{text}");
        }
        assert_eq!(keys(&format!("Filter-Id = {}", "x".repeat(241))), ["problem-reply-value"]);
        assert_eq!(keys(&"Filter-Id = x\n".repeat(21)), ["problem-reply-too-many"]);
    }
}
