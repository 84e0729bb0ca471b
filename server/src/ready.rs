//! `ready.json`: what scripts and people need to know of a server that serves.

use anyhow::Result;
use serde_json::Value;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Writes the file whole or not at all; only its owner may read it, the demo's passwords are in it.
pub fn write(data: &Path, ready: &Value) -> Result<()> {
    let (path, partial) = (data.join("ready.json"), data.join("ready.json.partial"));
    if partial.exists() {
        std::fs::remove_file(&partial)?;
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial)?;
    file.write_all(serde_json::to_string_pretty(ready)?.as_bytes())?;
    file.sync_all()?;
    Ok(std::fs::rename(partial, path)?)
}

/// Takes it away when the server stops, unless another server has written its own meanwhile.
pub fn remove(data: &Path) {
    let path = data.join("ready.json");
    let ours = std::fs::read_to_string(&path)
        .ok()
        .and_then(|text| serde_json::from_str::<Value>(&text).ok())
        .is_some_and(|ready| ready["pid"] == std::process::id());
    if ours && let Err(error) = std::fs::remove_file(&path) {
        tracing::warn!(%error, "ready.json");
    }
}
