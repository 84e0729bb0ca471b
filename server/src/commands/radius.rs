//! `lastmile radius …`: what an operator of the RADIUS service needs at a shell.

use super::FrontArgs;
use crate::config::Config;
use aaa::{Front, freeradius_config};
use anyhow::{Context, Result, bail};
use services::Services;
use std::fs;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::process::ExitCode;

pub async fn freeradius(services: &Services, config: &Config, front: FrontArgs) -> Result<ExitCode> {
    let FrontArgs { folder, listen, auth_port, acct_port } = front;
    let folder = std::path::absolute(&folder)?;
    let (home_auth, home_acct) = (config.radius_auth_addr, config.radius_acct_addr);
    if [(auth_port, home_auth), (acct_port, home_acct)].iter().any(|(port, home)| *port == home.port()) {
        bail!(
            "FreeRADIUS and Lastmile cannot share a port: set LASTMILE_RADIUS_AUTH_ADDR and LASTMILE_RADIUS_ACCT_ADDR, or --auth-port and --acct-port"
        );
    }
    let front = Front { listen, auth_port, acct_port, home_auth, home_acct, folder: &folder };
    let files = freeradius_config(services, &front).await?;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).with_context(|| folder.display().to_string())?;
    for (name, text) in files {
        write_secret(&folder.join(name), &text)?;
    }
    println!("{}", folder.display());
    Ok(ExitCode::SUCCESS)
}

/// The secrets of access servers are in there: nobody else may read it.
fn write_secret(path: &Path, text: &str) -> Result<()> {
    let shown = || path.display().to_string();
    let mut file = fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path).with_context(shown)?;
    std::io::Write::write_all(&mut file, text.as_bytes()).with_context(shown)
}
