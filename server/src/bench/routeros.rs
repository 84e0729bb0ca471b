//! Figures about routers, part by part; each in a file of its own.

mod import;

use crate::boot::Booted;
use anyhow::Result;

pub async fn bench(booted: &Booted) -> Result<()> {
    import::bench(booted).await
}
