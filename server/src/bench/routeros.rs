//! Figures about routers, part by part; each in a file of its own. Routers are simulated in the same process, so every
//! figure counts both sides.

mod import;
mod wanted;

use crate::boot::Booted;
use anyhow::Result;

pub async fn bench(booted: &Booted) -> Result<()> {
    import::bench(booted).await?;
    wanted::bench(booted).await
}
