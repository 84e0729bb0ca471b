//! Moving the subscribers of a router from its own secrets to RADIUS (RTR-13): the look that a person reads first, a test
//! with one line before anything else is touched, waves that are watched, and the way back, by itself when too few return
//! and by hand until the old secrets are removed. A run works as a job and may be killed anywhere.

mod ask;
mod back;
mod finish;
mod lines;
mod look;
mod prepare;
mod run;
mod view;
mod wave;

pub use ask::{clear, go_back, go_on, stop, test_again};
pub use look::{Look, begin, look};
pub use run::{RUN_TASK, drive, run};
pub use storage::router_moves::secrets::SecretRow;
pub use storage::router_moves::{MoveRow, WaveRow};
pub use view::{MoveView, latest, move_view};

use crate::provisioning::{Device, Tried};
use domain::RouterMoveId;
use domain::router_moves::{Secret, TAG};
use integrations::routeros::Command;
use std::collections::HashSet;

/// The comment of what this run put to sleep.
fn tag(id: RouterMoveId) -> String {
    format!("{TAG}{id}")
}

/// All secrets of a router. `passwords`: also those, where our account may see them.
async fn secrets(device: &mut Device<'_>, passwords: bool) -> Tried<Vec<Secret>> {
    let mut only = vec![".id", "name", "service", "profile", "disabled", "comment"];
    only.extend(passwords.then_some("password"));
    let rows = device.ask(Command::new("/ppp/secret/print").only(&only)).await?.rows;
    let read = |row: &integrations::routeros::Row| Secret {
        item: row.id(),
        name: row.text("name"),
        service: row.text("service"),
        profile: row.text("profile"),
        comment: row.text("comment"),
        disabled: row.flag("disabled"),
        password: row.get("password").map(std::borrow::Cow::into_owned),
    };
    Ok(rows.iter().map(read).collect())
}

/// One who is on the router now.
struct Session {
    item: String,
    name: String,
    /// RADIUS let him in.
    radius: bool,
}

async fn sessions(device: &mut Device<'_>) -> Tried<Vec<Session>> {
    let rows = device.ask(Command::new("/ppp/active/print").only(&[".id", "name", "radius"])).await?.rows;
    Ok(rows.iter().map(|row| Session { item: row.id(), name: row.text("name"), radius: row.flag("radius") }).collect())
}

/// Ends the sessions of these names that RADIUS let in, or did not.
async fn end_sessions(device: &mut Device<'_>, names: &HashSet<&str>, by_radius: bool) -> Tried<()> {
    for session in sessions(device).await? {
        if session.radius == by_radius && names.contains(session.name.as_str()) {
            device.remove("/ppp/active", &session.item).await?;
        }
    }
    Ok(())
}
