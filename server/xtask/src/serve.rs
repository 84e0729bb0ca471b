//! `./dev up`: brings both halves up to date and becomes the server, so that a signal meets nobody in between.
//! The server itself starts its database, migrates and fills in the demo.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Result, bail};
use clap::Args;

use crate::command;
use crate::front;
use crate::layout::Layout;

#[derive(Args)]
pub struct Up {
    /// Serve what was built last.
    #[arg(long)]
    quick: bool,
    /// One more ISP with this many subscribers and a year of history.
    #[arg(long, value_name = "N", conflicts_with = "no_demo")]
    customers: Option<u32>,
    /// Start empty.
    #[arg(long)]
    no_demo: bool,
}

pub fn up(layout: &Layout, up: &Up) -> Result<()> {
    if up.quick {
        if !front::is_built(layout) || !layout.server().exists() {
            bail!("nothing is built yet for --quick to serve; run ./dev up");
        }
    } else {
        build(layout)?;
    }
    let mut server = server(layout);
    server.arg("serve");
    if !up.no_demo {
        server.arg("--demo");
        // A demo is clicked through by scripts, from one address and faster than anybody works.
        if std::env::var_os("LASTMILE_RATE_LIMITS").is_none() {
            server.env("LASTMILE_RATE_LIMITS", "public=600,signed_in=1200,distributor=1200,key=60,premium_key=300");
        }
    }
    // Devices to try things with are on this machine, with or without the demo.
    if std::env::var_os("LASTMILE_CLOSED_NETWORKS").is_none() {
        server.env("LASTMILE_CLOSED_NETWORKS", "");
    }
    if let Some(customers) = up.customers {
        server.args(["--customers", &customers.to_string()]);
    }
    Err(server.exec().into())
}

/// Both halves, as they would be shipped.
pub fn build(layout: &Layout) -> Result<()> {
    front::ensure(layout)?;
    build_server(layout)
}

fn build_server(layout: &Layout) -> Result<()> {
    command::timed("Building the server (about 30 minutes at first, 15 after a change, 2 s when nothing has)", || {
        let mut cargo = command::cargo(&layout.root);
        cargo.args(["build", "--release", "--package", "server", "--bin", "lastmile"]);
        command::run_to_stderr(cargo.env("CARGO_TARGET_DIR", &layout.target))?;
        publish(layout)
    })
}

/// Copies the program beside its site: the compiler's folder is shared with other checkouts, this one is not.
fn publish(layout: &Layout) -> Result<()> {
    let built = layout.target.join("release/lastmile");
    let (from, to) = (fs::metadata(&built)?, fs::metadata(layout.server()));
    if to.is_ok_and(|to| to.len() == from.len() && to.modified().ok() >= from.modified().ok()) {
        return Ok(());
    }
    // A rename, because a server that still runs has the old file open.
    let fresh = layout.build.join("lastmile.new");
    fs::copy(&built, &fresh)?;
    Ok(fs::rename(fresh, layout.server())?)
}

/// The server with the settings that only its surroundings can know.
pub fn server(layout: &Layout) -> Command {
    let mut server = Command::new(layout.server());
    server.current_dir(&layout.root);
    front::settings(layout, &mut server);
    server
}
