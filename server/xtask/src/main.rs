//! What `./dev` calls once Rust is there: builds, checks, tests and measures this checkout.
//! It installs nothing (that is `./dev`) and knows nothing of the product beyond how to start it.

mod bench;
mod cluster;
mod command;
mod e2e;
mod edges;
mod front;
mod layout;
mod prepare;
mod security;
mod serve;
mod source;
mod suite;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use layout::Layout;

#[derive(Parser)]
#[command(name = "./dev", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build, start the database, fill in the demo, serve.
    Up(serve::Up),
    /// Every check and test, or the parts that are named.
    Test(suite::Test),
    /// Figures as `name value unit` lines on standard output.
    Bench(bench::Bench),
    /// Write the description of the checked queries into `.sqlx`.
    Prepare {
        /// Only say whether it is fresh.
        #[arg(long)]
        check: bool,
    },
    /// Run a command with a throw-away PostgreSQL.
    Cluster {
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
    /// Pictures of the screens.
    Shots {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("dev: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// False when everything ran but a check did not pass.
fn run() -> Result<bool> {
    let layout = Layout::find()?;
    match Arguments::parse().task {
        Task::Up(up) => serve::up(&layout, &up).map(|()| true),
        Task::Test(test) => suite::run_suite(&layout, &test),
        Task::Bench(bench) => bench::run(&layout, &bench).map(|()| true),
        Task::Prepare { check } => prepare::run(&layout, check).map(|()| true),
        Task::Cluster { command } => cluster::run(&layout, &command).map(|()| true),
        Task::Shots { arguments } => e2e::shots(&layout, &arguments).map(|()| true),
    }
}
