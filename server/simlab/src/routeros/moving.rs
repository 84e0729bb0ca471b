//! What moves on a simulated router by itself: counters, load, time, and what a port carries in this second.

use super::Device;
use super::tree::{Outcome, Refusal, Request};
use chrono::{DateTime, Utc};
use domain::zones::Tz;
use integrations::routeros::Version;

impl Device {
    /// What moves by itself is brought up to now before it is looked at.
    pub(super) fn refresh(&self, path: &str) {
        let up = self.started.elapsed();
        let version = self.manner().version;
        if path == "/interface" {
            let mut tree = self.tree();
            for name in ["ether1", "ether2", "ether3"] {
                let (rx, tx) = speed(name);
                let so_far = |speed: u64| (u128::from(speed) * up.as_millis() / 1_000).to_string();
                let moved = [("rx-byte", so_far(rx)), ("tx-byte", so_far(tx))];
                tree.write(path, |row| row.get("name") == name && row.get("disabled") == "false", &moved);
            }
        }
        if let ("/system/clock", Some(clock)) = (path, &self.clock) {
            self.tell_time(clock() + self.manner().skew, version);
        }
        if path == "/system/resource" {
            let load = 3 + up.as_secs() % 7;
            let values = [
                ("uptime", integrations::routeros::duration(up)),
                ("version", format!("{version} (stable)")),
                ("cpu", "ARM64".into()),
                ("cpu-count", "4".into()),
                ("cpu-load", load.to_string()),
                ("free-memory", "850395136".into()),
                ("total-memory", "1073741824".into()),
                ("free-hdd-space", if self.manner().disk_full { "0" } else { "98156544" }.into()),
                ("total-hdd-space", "134217728".into()),
                ("architecture-name", "arm64".into()),
                ("board-name", "CCR2004-16G-2S+".into()),
                ("platform", "MikroTik".into()),
            ];
            self.tree().write(path, |_| true, &values);
        }
    }

    /// Local time, written as its version writes it.
    fn tell_time(&self, now: DateTime<Utc>, version: Version) {
        let mut tree = self.tree();
        let zone = tree.rows("/system/clock").first().and_then(|row| row.get("time-zone-name").parse().ok()).unwrap_or(Tz::UTC);
        let local = now.with_timezone(&zone);
        let date = if version.has_iso_dates() {
            local.format("%Y-%m-%d").to_string()
        } else {
            local.format("%b/%d/%Y").to_string().to_lowercase()
        };
        let values = [("date", date), ("time", local.format("%H:%M:%S").to_string()), ("gmt-offset", local.format("%:z").to_string())];
        tree.write("/system/clock", |_| true, &values);
    }

    pub(super) fn traffic(&self, request: &Request) -> Result<Outcome, Refusal> {
        let name = request.attribute("interface").unwrap_or_default();
        let tree = self.tree();
        let Some(interface) = tree.rows("/interface").iter().find(|item| item.get("name") == name || item.id() == name) else {
            return Err(Refusal { category: Some(1), message: "input does not match any value of interface".into() });
        };
        let moves = interface.get("running") == "true" && interface.get("disabled") == "false";
        let (rx, tx) = if moves { speed(interface.get("name")) } else { (0, 0) };
        Ok(Outcome::Rows(vec![vec![
            ("name".into(), interface.get("name").into()),
            ("rx-bits-per-second".into(), (rx * 8).to_string()),
            ("tx-bits-per-second".into(), (tx * 8).to_string()),
        ]]))
    }

    pub(super) fn ping(&self, request: &Request) -> Result<Outcome, Refusal> {
        let address = request.attribute("address").unwrap_or_default();
        if address.parse::<std::net::IpAddr>().is_err() {
            return Err(Refusal::new("invalid value for argument address"));
        }
        let count = request.attribute("count").and_then(|count| count.parse().ok()).unwrap_or(4).min(100);
        let row = |sequence: u32| {
            vec![("seq".to_owned(), sequence.to_string()), ("host".into(), address.into()), ("time".into(), "1ms200us".into())]
        };
        Ok(Outcome::Rows((0..count).map(row).collect()))
    }
}

/// Octets per second that come in and go out: more comes down to a subscriber than goes up, and each has a habit of his own.
pub(super) fn speed(interface: &str) -> (u64, u64) {
    let habit = interface.bytes().fold(7u64, |habit, octet| habit.wrapping_mul(31).wrapping_add(octet.into())) % 90 + 10;
    (habit * 1_200, habit * 11_000)
}
