//! The whole program, started as an operator starts it, and what happens when it dies.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops there")]

mod press_apart;
mod routers_on_the_command_line;
mod two_servers_one_database;

use std::path::{Path, PathBuf};
use std::process::Command;
use testkit::World;

/// The key that the test's world seals with, as the setting takes it: 32 bytes of 42.
const SEAL_KEY: &str = "KioqKioqKioqKioqKioqKioqKioqKioqKioqKioqKio=";

/// The program on the database of a world.
fn lastmile(world: &World, data: &Path) -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut command = Command::new(env!("CARGO_BIN_EXE_lastmile"));
    command.current_dir(root).env("LASTMILE_DATA", data);
    for (name, value) in [
        ("LASTMILE_DATABASE_URL", world.db.url.as_str()),
        ("LASTMILE_SEAL_KEY", SEAL_KEY),
        ("LASTMILE_HTTP_ADDR", "127.0.0.1:0"),
        ("LASTMILE_RADIUS_AUTH_ADDR", "127.0.0.1:0"),
        ("LASTMILE_RADIUS_ACCT_ADDR", "127.0.0.1:0"),
    ] {
        command.env(name, value);
    }
    command
}

fn tempfolder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("lastmile-{name}-{}", uuid::Uuid::now_v7().simple()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
