//! What a simulated router does by itself: rows of `/system/scheduler` run when their interval has passed, and execute
//! plain commands such as `/system backup load name=before` and the little that `script` knows of RouterOS' language; what
//! it does not understand stands in the log.

use super::Device;
use super::tree::{Refusal, Request};
use integrations::routeros::parse_duration;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Runs what is due, for as long as the router is on. An interval counts from when the row was first seen.
pub(super) async fn run(device: Arc<Device>) {
    let mut due: HashMap<(String, String), Instant> = HashMap::new();
    loop {
        sleep(Duration::from_millis(50)).await;
        let rows: Vec<(String, String, String, String)> = device
            .tree()
            .rows("/system/scheduler")
            .iter()
            .filter(|row| row.get("disabled") == "false")
            .map(|row| (row.id(), row.get("interval").to_owned(), row.get("name").to_owned(), row.get("on-event").to_owned()))
            .collect();
        due.retain(|(id, interval), _| rows.iter().any(|row| row.0 == *id && row.1 == *interval));
        for (id, interval, name, event) in rows {
            let Some(every) = parse_duration(&interval).filter(|every| !every.is_zero()) else { continue };
            let next = due.entry((id, interval)).or_insert_with(|| Instant::now() + every);
            if Instant::now() >= *next && !device.manner().device_mode_blocks {
                *next += every;
                device.execute(&name, &event);
            }
        }
    }
}

impl Device {
    fn execute(&self, name: &str, event: &str) {
        // A scheduled script holds one command or the name of a script.
        let script = self.tree().rows("/system/script").iter().find(|row| row.get("name") == event).map(|row| row.get("source").to_owned());
        for line in script.as_deref().unwrap_or(event).split([';', '\n']).map(str::trim).filter(|line| !line.is_empty()) {
            let evaluated = || self.evaluate(line).unwrap_or_else(|| Err(Refusal::new("syntax error")));
            let done = if line.contains('[') { evaluated() } else { self.plain(line) };
            if let Err(refusal) = done {
                let message = format!("executing script from scheduler ({name}) failed: {}", refusal.message);
                self.tree().put("/log", &[("topics", "script,error"), ("message", &message)], false);
                return;
            }
        }
    }
}

impl Device {
    fn plain(&self, line: &str) -> Result<(), Refusal> {
        let request = understood(line).ok_or_else(|| Refusal::new("syntax error"))?;
        self.run(&request).map(drop)
    }

    /// Runs one entry as if its moment had come.
    pub(super) fn strike(&self, name: &str) {
        let event =
            self.tree().rows("/system/scheduler").iter().find(|row| row.get("name") == name).map(|row| row.get("on-event").to_owned());
        if let Some(event) = event.filter(|_| !self.manner().device_mode_blocks) {
            self.execute(name, &event);
        }
    }
}

/// `/system backup load name="a b"`: words up to the first `name=value` are the path, the last of them the verb.
fn understood(line: &str) -> Option<Request> {
    let mut words = Vec::new();
    let (mut word, mut quoted) = (String::new(), false);
    for character in line.chars() {
        match character {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            other => word.push(other),
        }
    }
    words.push(word);
    let (settings, path): (Vec<_>, Vec<_>) = words.into_iter().filter(|word| !word.is_empty()).partition(|word| word.contains('='));
    let (verb, menu) = path.split_last()?;
    let attributes = settings.iter().filter_map(|setting| setting.split_once('=')).map(|(name, value)| (name.into(), value.into()));
    let path = menu.join("/");
    path.starts_with('/').then(|| Request { path, verb: verb.clone(), attributes: attributes.collect(), queries: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_command_is_understood_and_no_more() {
        let request = understood(r#"/system backup load name="before all" password="""#).unwrap();
        assert_eq!(request.whole(), "/system/backup/load");
        assert_eq!((request.attribute("name"), request.attribute("password")), (Some("before all"), Some("")));
        assert!(understood(":put [/system identity get name]").is_none());
    }
}
