//! A throw-away PostgreSQL for one run: socket only, unprivileged, without the care for power cuts that makes it slow.
//! Tests get a plain role that may create databases; the superuser stays in here.

use std::fs;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::command;
use crate::layout::{Layout, Owner, Scratch, database_owner, me};

const SUPERUSER: &str = "cluster_owner";
/// Each of many tests holds a few connections of its own.
const SETTINGS: [&str; 8] = [
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=300",
    "max_wal_size=4GB",
    "shared_buffers=256MB",
    "log_min_messages=fatal",
];
const PLAIN_ROLE: &str = "CREATE ROLE lastmile LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE CREATEDB";

pub struct Cluster {
    postgres: Child,
    programs: PathBuf,
    folder: Scratch,
}

impl Cluster {
    pub fn start(layout: &Layout) -> Result<Self> {
        let programs = programs()?;
        let owner = database_owner()?;
        let folder = layout.scratch("cluster", owner)?;
        let data = folder.path.join("data");
        let mut initdb = as_owner(owner, &programs.join("initdb"))?;
        initdb
            .args(["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"])
            .args(["--username", SUPERUSER, "--pgdata"])
            .arg(&data)
            .current_dir("/");
        let made = initdb.output()?;
        if !made.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&made.stderr));
        }
        let log = fs::File::create(folder.path.join("log"))?;
        chown(folder.path.join("log"), Some(owner.uid), Some(owner.gid))?;
        let mut server = as_owner(owner, &programs.join("postgres"))?;
        server.arg("-D").arg(&data).arg("-k").arg(&folder.path).current_dir("/");
        for setting in SETTINGS {
            server.args(["-c", setting]);
        }
        let postgres = server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()?;
        let mut cluster = Self { postgres, programs, folder };
        cluster.wait_ready()?;
        cluster.sql(SUPERUSER, "postgres", PLAIN_ROLE)?;
        Ok(cluster)
    }

    /// Where the plain role connects; a test makes its own databases from there.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://lastmile@localhost/{database}?host={}", self.folder.path.display())
    }

    /// A new, empty database of the plain role.
    pub fn create_database(&self, name: &str) -> Result<String> {
        self.sql("lastmile", "postgres", &format!("CREATE DATABASE {name}"))?;
        Ok(self.url(name))
    }

    /// Runs a file of SQL in one transaction as the plain role.
    pub fn apply(&self, database: &str, file: &Path) -> Result<()> {
        command::run(self.psql("lastmile", database).arg("--single-transaction").stdout(Stdio::null()).arg("-f").arg(file))
    }

    fn sql(&self, role: &str, database: &str, statement: &str) -> Result<()> {
        command::run(self.psql(role, database).arg("-c").arg(statement))
    }

    fn psql(&self, role: &str, database: &str) -> Command {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", role, "-d", database, "-h"]).arg(&self.folder.path);
        psql
    }

    fn wait_ready(&mut self) -> Result<()> {
        let started = Instant::now();
        loop {
            let answers = Command::new(self.programs.join("pg_isready")).args(["-q", "-h"]).arg(&self.folder.path).status()?.success();
            if answers {
                return Ok(());
            }
            if self.postgres.try_wait()?.is_some() || started.elapsed() > Duration::from_secs(30) {
                bail!("PostgreSQL did not start: {}", fs::read_to_string(self.folder.path.join("log")).unwrap_or_default());
            }
            sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Immediate: nothing in there is worth a clean shutdown.
        if let Err(error) = command::signal("QUIT", &self.postgres).and_then(|()| Ok(self.postgres.wait()?)) {
            eprintln!("dev: stopping PostgreSQL: {error:#}");
        }
    }
}

/// Runs a command of the developer's with a cluster, in the folder they are in.
pub fn run(layout: &Layout, words: &[String]) -> Result<()> {
    let cluster = Cluster::start(layout)?;
    command::run(command::bound(&words[0]).args(&words[1..]).env("LASTMILE_TEST_DATABASE_URL", cluster.url("postgres")))
}

/// The program under the account that owns the cluster; the kernel stops it should this process die.
fn as_owner(owner: Owner, program: &Path) -> Result<Command> {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "QUIT"]);
    if me()?.uid == 0 {
        command.args(["--reuid", &owner.uid.to_string(), "--regid", &owner.gid.to_string(), "--clear-groups"]);
    }
    command.arg(program).env_remove("PGDATA").env_remove("PGPORT").env_remove("PGHOST");
    Ok(command)
}

/// The newest PostgreSQL's folder of programs, Debian's way or on PATH.
fn programs() -> Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").exists())
        .collect();
    found.sort();
    if let Some((_, newest)) = found.pop() {
        return Ok(newest);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).find(|folder| folder.join("initdb").exists()).context("PostgreSQL is not installed")
}
