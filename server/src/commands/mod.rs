//! The command line. Exit status 0 only on success; `--json` where a script may read the answer.

mod books;
mod doctor;
mod radius;
mod routers;
mod serve;
mod trust;

use crate::boot::boot;
use crate::config::Config;
use anyhow::{Context, Result};
use chrono::NaiveDate;
use clap::{Parser, Subcommand};
use domain::people::PlatformCaller;
use services::Services;
use std::process::ExitCode;
use storage::isps::Isp;

#[derive(Parser)]
#[command(name = "lastmile", version, about = "Billing, AAA and everything else an internet provider runs on")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves until it is told to stop
    Serve {
        /// Fills an empty installation with the demo first
        #[arg(long)]
        demo: bool,
        /// One more demo ISP with so many subscribers and a year of history
        #[arg(long, value_name = "N", requires = "demo")]
        customers: Option<u32>,
    },
    /// Brings the database up to date and ends
    Migrate,
    /// Says what is set, what answers, and what to do about what does not
    Doctor,
    /// Fills an empty installation with the demo and ends
    Demo {
        #[arg(long, value_name = "N")]
        customers: Option<u32>,
    },
    /// Makes the first account of the platform, or gives one a new password (read from standard input)
    Account {
        #[arg(long)]
        email: String,
        #[arg(long, default_value = "Developer")]
        name: String,
    },
    /// Billing runs
    Billing {
        #[command(subcommand)]
        command: BillingCommand,
    },
    /// The books
    Ledger {
        #[command(subcommand)]
        command: LedgerCommand,
    },
    /// The audit log
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Takes somebody's second factor away, when his phone and his recovery codes are gone
    ForgetSecondFactor {
        #[arg(long)]
        email: String,
        /// Short name of his ISP; left out for an account of the platform
        #[arg(long)]
        isp: Option<String>,
    },
    /// Lets staff come from any network again, when the list of networks locked everybody out
    OpenNetworks {
        /// Short name of the ISP; left out for the platform itself
        #[arg(long)]
        isp: Option<String>,
    },
    /// Sets documents by templates that ISPs wrote themselves; started by the server
    #[command(hide = true)]
    Press,
    /// The RADIUS service
    Radius {
        #[command(subcommand)]
        command: RadiusCommand,
    },
    /// The routers
    Router {
        #[command(subcommand)]
        command: RouterCommand,
    },
    /// Figures: prints `name value unit` lines on standard output
    Bench {
        /// aaa, billing, documents, ledger, login, pages, rehearsal, rights, routeros, search, usage; all when left out
        names: Vec<String>,
    },
}

impl Cli {
    /// Is this the press apart, which is no command of a person?
    pub fn is_press(&self) -> bool {
        matches!(self.command, Command::Press)
    }
}

/// What a command works on: one ISP by its short name, or every active one.
#[derive(clap::Args)]
struct Scope {
    /// Short name of an ISP; every active one when left out
    #[arg(long)]
    isp: Option<String>,
    /// Answers as JSON on standard output
    #[arg(long)]
    json: bool,
}

#[derive(Subcommand)]
enum BillingCommand {
    /// Bills every period that has begun by the business date; running it again changes nothing
    Run {
        #[command(flatten)]
        scope: Scope,
        /// Business date (YYYY-MM-DD); today in the ISP's zone when left out
        #[arg(long)]
        on: Option<NaiveDate>,
    },
    /// Says what a run would do, and writes nothing
    Preview {
        #[command(flatten)]
        scope: Scope,
        #[arg(long)]
        on: Option<NaiveDate>,
    },
}

#[derive(Subcommand)]
enum LedgerCommand {
    /// Recomputes every entry, bill, receivable and number series; exit status 1 if anything disagrees
    Verify {
        #[command(flatten)]
        scope: Scope,
    },
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Checks every entry against its link in the chain; exit status 1 and the first that is not what it was
    Verify {
        #[command(flatten)]
        scope: Scope,
        /// What an earlier check called its head: it must still be there
        #[arg(long, value_name = "NUMBER:HASH")]
        head: Option<String>,
    },
}

#[derive(Subcommand)]
enum RadiusCommand {
    /// Answers RADIUS and nothing else, beside other servers of the same database (set LASTMILE_DATABASE_URL and the same
    /// LASTMILE_SEAL_KEY)
    Serve {
        /// Says as JSON where it listens
        #[arg(long)]
        json: bool,
    },
    /// Writes a whole FreeRADIUS 3.2 configuration that passes everything on to the running Lastmile of this machine
    FreeradiusConfig(FrontArgs),
}

#[derive(Subcommand)]
enum RouterCommand {
    /// Says of each router whether it is up, what it is, who is on it and how many changes wait for it
    List(RouterScope),
    /// Tries everything that is needed of a router, and says what to do about what fails; exit status 1 if anything does
    Test(RouterScope),
    /// Compares what routers hold with what is wanted there, and changes nothing; exit status 1 if anything differs
    Differences(RouterScope),
    /// Takes a backup of each now
    Backup(RouterScope),
}

#[derive(clap::Args)]
struct RouterScope {
    #[command(flatten)]
    scope: Scope,
    /// Name of a router; every one in use when left out
    #[arg(long)]
    router: Option<String>,
}

#[derive(clap::Args)]
struct FrontArgs {
    /// Where it is written; start it with `freeradius -f -d FOLDER`
    #[arg(long)]
    folder: std::path::PathBuf,
    /// Address on which FreeRADIUS listens
    #[arg(long, default_value = "0.0.0.0")]
    listen: std::net::IpAddr,
    #[arg(long, default_value_t = 1812)]
    auth_port: u16,
    #[arg(long, default_value_t = 1813)]
    acct_port: u16,
}

pub async fn run(cli: Cli, config: Config) -> Result<ExitCode> {
    match cli.command {
        Command::Serve { demo, customers } => serve::serve(config, demo, customers).await,
        Command::Radius { command: RadiusCommand::Serve { json } } => serve::serve_radius(config, json).await,
        Command::Doctor => doctor::doctor(config).await,
        Command::Bench { names } => crate::bench::bench(config, &names).await,
        other => {
            let booted = boot(&config, 8).await?;
            let outcome = on_database(other, &config, &booted.services).await;
            booted.shut_down().await?;
            outcome
        }
    }
}

async fn on_database(command: Command, config: &Config, services: &Services) -> Result<ExitCode> {
    match command {
        Command::Demo { customers } => {
            crate::demo::seed(services, &config.data, customers).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Account { email, name } => {
            let mut password = String::new();
            std::io::stdin().read_line(&mut password).context("the password comes from standard input")?;
            services::platform::put_developer(services, &name, &email, password.trim_end_matches(['\r', '\n'])).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Billing { command } => books::billing(services, command).await,
        Command::Radius { command: RadiusCommand::FreeradiusConfig(front) } => radius::freeradius(services, config, front).await,
        Command::Router { command } => routers::router(services, command).await,
        Command::Ledger { command } => books::ledger(services, command).await,
        Command::Audit { command } => trust::audit(services, command).await,
        Command::ForgetSecondFactor { email, isp } => trust::forget_second_factor(services, isp, &email).await,
        Command::OpenNetworks { isp } => trust::open_networks(services, isp).await,
        // Booting has migrated already.
        Command::Migrate
        | Command::Serve { .. }
        | Command::Doctor
        | Command::Press
        | Command::Radius { command: RadiusCommand::Serve { .. } }
        | Command::Bench { .. } => Ok(ExitCode::SUCCESS),
    }
}

/// The ISPs a command works on.
async fn isps(services: &Services, scope: &Scope) -> Result<Vec<Isp>> {
    let mut tx = services.db.platform(&PlatformCaller::system("command line")).await?;
    let all = storage::isps::list(&mut tx).await?;
    match &scope.isp {
        None => Ok(all.into_iter().filter(|isp| isp.active).collect()),
        Some(name) => {
            let known = all.iter().map(|isp| isp.short_name.as_str()).collect::<Vec<_>>().join(", ");
            let found = all.iter().find(|isp| isp.short_name == *name).cloned();
            Ok(vec![found.with_context(|| format!("there is no ISP {name}; known are: {known}"))?])
        }
    }
}

/// The answer of a command, where a script wanted one.
fn print_json(scope: &Scope, answer: serde_json::Value) -> Result<()> {
    if scope.json {
        println!("{}", serde_json::to_string_pretty(&answer)?);
    }
    Ok(())
}
