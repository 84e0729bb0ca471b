//! Browser journeys against a server of their own: fresh data folder, free ports, its own private database.
//! What the journeys do is in `end2end/`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use crate::command::{self, Server};
use crate::front;
use crate::layout::{Layout, Scratch, database_owner};

const READY_LIMIT: Duration = Duration::from_secs(180);

/// A running server with its data; both go when this goes.
pub struct Running {
    // Before the folder: fields are dropped in order, and the server writes into it until it has stopped.
    server: Server,
    folder: Scratch,
}

impl Running {
    pub fn start(layout: &Layout, program: &Path, arguments: &[&str]) -> Result<Self> {
        let folder = layout.scratch("server", database_owner()?)?;
        let server = start(layout, program, &folder.path, arguments)?;
        let mut running = Self { server, folder };
        running.server.wait_ready(&running.ready_file(), READY_LIMIT)?;
        Ok(running)
    }

    pub fn ready_file(&self) -> PathBuf {
        ready_file(&self.folder.path)
    }

    /// Stops the server but keeps what it stored.
    pub fn stop(self) -> Scratch {
        drop(self.server);
        self.folder
    }
}

pub fn ready_file(data: &Path) -> PathBuf {
    data.join("ready.json")
}

/// Starts a server on an existing data folder, on any free ports.
pub fn start(layout: &Layout, program: &Path, data: &Path, arguments: &[&str]) -> Result<Server> {
    Server::start(program, |server| {
        // Standard output is the tests' and the figures'.
        server.args(arguments).current_dir(&layout.root).stdout(std::io::stderr());
        front::settings(layout, server);
        on_free_ports(server, data);
    })
}

pub fn on_free_ports(server: &mut Command, data: &Path) {
    server.env("LASTMILE_DATA", data).env_remove("LASTMILE_DATABASE_URL").env("LASTMILE_SIMLAB_BASE_PORT", "0");
    // A browser in a hurry, and all journeys from one address.
    server.env("LASTMILE_RATE_LIMITS", "off");
    for address in ["LASTMILE_HTTP_ADDR", "LASTMILE_RADIUS_AUTH_ADDR", "LASTMILE_RADIUS_ACCT_ADDR"] {
        server.env(address, "127.0.0.1:0");
    }
}

pub fn read_ready(data: &Path, server: &mut Server) -> Result<Value> {
    server.wait_ready(&ready_file(data), READY_LIMIT)
}

pub fn journeys(layout: &Layout, arguments: &[String]) -> Result<()> {
    playwright(layout, arguments, false)
}

/// Runs only what takes a picture of each page.
pub fn shots(layout: &Layout, arguments: &[String]) -> Result<()> {
    front::ensure(layout)?;
    playwright(layout, &[&["every-page".to_owned()], arguments].concat(), true)
}

fn playwright(layout: &Layout, arguments: &[String], shots: bool) -> Result<()> {
    // The program that the tests have just been built with: an optimised one would take minutes more.
    let mut cargo = command::cargo(&layout.root);
    // With all crates in view, as nextest has them: the choice of features is the same, and little is built twice.
    cargo.args(["build", "--locked", "--bin", "lastmile"]);
    command::run_to_stderr(cargo.env("CARGO_TARGET_DIR", &layout.target))?;
    let running = Running::start(layout, &layout.target.join("debug/lastmile"), &["serve", "--demo"])?;
    let mut npx = command::bound("npx");
    npx.args(["--no-install", "playwright", "test"]).args(arguments).current_dir(layout.root.join("end2end"));
    npx.env("LASTMILE_READY", running.ready_file());
    if shots {
        npx.env("LASTMILE_SHOTS", layout.root.join("end2end/shots"));
    }
    command::run(&mut npx)
}
