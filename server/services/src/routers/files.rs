//! Text files on a router, such as an export: read whole or not at all, and taken away again.

use integrations::routeros::{Api, Command, RouterError, TrapKind};

/// What a piece of a file may be.
const PIECE: usize = 16_384;
/// A router that sends more than this as its settings is not one that we know.
const LONGEST: usize = 8 << 20;

/// The contents of a text file: short ones stand in the list, longer ones are read piece by piece since 7.13. `None`: it is
/// not there, or cannot be had whole this way.
pub(crate) async fn read_file(api: &Api, name: &str) -> Result<Option<String>, RouterError> {
    let found = api.ask(&Command::new("/file/print").whose("name", name).only(&["name", "size", "contents"])).await?.rows;
    let Some(file) = found.first() else { return Ok(None) };
    let (contents, size) = (file.text("contents"), file.text("size").parse::<usize>().unwrap_or(0));
    if !contents.is_empty() {
        return Ok(Some(contents));
    }
    if size == 0 || size > LONGEST {
        return Ok(None);
    }
    let mut text = String::new();
    while text.len() < size {
        let offset = text.len().to_string();
        let command = Command::new("/file/read").with("file", name).with("offset", offset).with("chunk-size", PIECE.to_string());
        match api.ask(&command).await {
            Ok(answer) => match answer.rows.first().map(|row| row.text("data")).filter(|piece| !piece.is_empty()) {
                Some(piece) => text.push_str(&piece),
                None => return Ok(None),
            },
            Err(RouterError::Trap(trap)) if trap.kind == TrapKind::Unsupported => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    Ok(Some(text))
}

/// How long a file is; 0 where it is not there.
pub(crate) async fn file_size(api: &Api, name: &str) -> Result<usize, RouterError> {
    let found = api.ask(&Command::new("/file/print").whose("name", name).only(&["name", "size"])).await?.rows;
    Ok(found.first().and_then(|row| row.text("size").parse().ok()).unwrap_or(0))
}

/// Takes a file away. One that somebody else took away first is gone, too.
pub(crate) async fn remove_file(api: &Api, name: &str) -> Result<(), RouterError> {
    let found = api.ask(&Command::new("/file/print").whose("name", name).only(&[".id", "name"])).await?.rows;
    for row in found {
        match api.ask(&Command::new("/file/remove").with(".id", row.id())).await {
            Err(RouterError::Trap(trap)) if trap.kind == TrapKind::NotFound => {}
            other => drop(other?),
        }
    }
    Ok(())
}

/// The same for a file that holds no secret: where the account may not, it stays.
pub(crate) async fn try_to_remove(api: &Api, name: &str) -> Result<(), RouterError> {
    match remove_file(api, name).await {
        Err(RouterError::Trap(_)) => Ok(()),
        other => other,
    }
}
