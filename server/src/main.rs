//! The Lastmile process: one program for serving, for the jobs behind it, and for the work of an operator at a shell.

mod bench;
mod boot;
mod cluster;
mod commands;
mod config;
mod demo;
mod http;
mod ready;
mod stage;
mod words;

use anyhow::Result;
use clap::Parser;

fn main() -> std::process::ExitCode {
    let cli = commands::Cli::parse();
    if cli.is_press() {
        // No settings, no log and no threads: it knows nothing but what it is told on its standard input.
        return match integrations::documents::serve_apart() {
            Ok(()) => std::process::ExitCode::SUCCESS,
            Err(_) => std::process::ExitCode::FAILURE,
        };
    }
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("lastmile: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn run(cli: commands::Cli) -> Result<std::process::ExitCode> {
    let config = config::Config::load()?;
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_new(&config.log).unwrap_or_else(|_| "info".into()))
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(commands::run(cli, config))
}
