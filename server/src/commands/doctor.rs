//! `lastmile doctor`: every setting with where it came from, and a plain remedy for what does not work.

use crate::config::{Config, SETTINGS};
use anyhow::Result;
use std::net::{TcpListener, UdpSocket};
use std::process::ExitCode;

pub async fn doctor(config: Config) -> Result<ExitCode> {
    for (name, default, meaning) in SETTINGS {
        let source = if std::env::var_os(name).is_some() { "environment" } else { "file or default" };
        let shown = match (*name, std::env::var(name).ok()) {
            ("LASTMILE_SEAL_KEY" | "LASTMILE_DATABASE_URL", Some(value)) if !value.is_empty() => "(set)".to_string(),
            (_, Some(value)) => value,
            (_, None) => (*default).to_string(),
        };
        println!("{name} = {shown}  [{source}] {meaning}");
    }
    let mut healthy = true;
    let mut say = |what: &str, outcome: std::result::Result<(), String>| match outcome {
        Ok(()) => println!("ok    {what}"),
        Err(remedy) => {
            healthy = false;
            println!("FAIL  {what}: {remedy}");
        }
    };
    let free = |error: std::io::Error| format!("{error}; another program has it, or the port needs rights: choose another one");
    say(&format!("http on {}", config.http_addr), TcpListener::bind(config.http_addr).map(drop).map_err(free));
    say(&format!("radius authentication on {}", config.radius_auth_addr), UdpSocket::bind(config.radius_auth_addr).map(drop).map_err(free));
    say(&format!("radius accounting on {}", config.radius_acct_addr), UdpSocket::bind(config.radius_acct_addr).map(drop).map_err(free));
    let database = match crate::boot::boot(&config, 2).await {
        Ok(booted) => booted.shut_down().await.map_err(|error| format!("{error:#}")),
        Err(error) => Err(format!("{error:#}")),
    };
    say("database, migrations and seal key", database);
    Ok(if healthy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
