//! The private PostgreSQL cluster: made, started and stopped by the server that needs it. It listens on a socket only,
//! in a folder only its owner can enter. PostgreSQL refuses to run as root, so a server started as root hands the
//! cluster to an unprivileged user.

use anyhow::{Context, Result, bail};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running private cluster. `child` is there when this process started it.
pub struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    user: Option<(u32, u32)>,
    child: Option<Child>,
}

const DATABASE: &str = "lastmile";
const ROLE: &str = "lastmile";
const SUPERUSER: &str = "postgres";
/// A Unix socket's path may have 107 bytes; PostgreSQL adds `/.s.PGSQL.5432`.
const LONGEST_FOLDER: usize = 90;

impl Cluster {
    /// Makes what is missing, starts it if it does not run, and waits until it answers.
    pub fn start(data: &Path) -> Result<Self> {
        let bin = find_programs()?;
        let user = unprivileged_user()?;
        let folder = place(data, user)?;
        let mut cluster = Self { bin, folder, user, child: None };
        if !cluster.data().join("PG_VERSION").exists() {
            cluster.init()?;
        }
        if !cluster.answers() {
            cluster.launch()?;
        }
        cluster.bootstrap()?;
        Ok(cluster)
    }

    /// Where the product reaches it, as its plain role.
    pub fn url(&self) -> String {
        format!("postgres:///{DATABASE}?host={}&user={ROLE}", self.folder.display())
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command.current_dir("/").env("LC_ALL", "C.UTF-8").env("TZ", "UTC").stdin(Stdio::null());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }

    fn init(&self) -> Result<()> {
        // What an interrupted first start left would make initdb refuse.
        if self.data().exists() {
            fs::remove_dir_all(self.data())?;
        }
        let mut command = self.command("initdb");
        command
            .args(["--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-instructions", "-D"])
            .arg(self.data());
        run(command, "initdb")
    }

    fn launch(&mut self) -> Result<()> {
        let log = fs::File::create(self.folder.join("postgres.log")).or_else(|_| fs::File::create("/dev/null"))?;
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data());
        for setting in [
            "listen_addresses=".to_string(),
            format!("unix_socket_directories={}", self.folder.display()),
            "max_connections=120".into(),
            "shared_buffers=256MB".into(),
            "max_wal_size=2GB".into(),
            "wal_compression=on".into(),
            // Short queries in large numbers: compiling them costs more than it saves.
            "jit=off".into(),
            "random_page_cost=1.1".into(),
            "timezone=UTC".into(),
            "log_timezone=UTC".into(),
        ] {
            command.args(["-c", &setting]);
        }
        // A process group of its own: Ctrl-C in the terminal reaches us, and we stop it when our work is done.
        command.process_group(0).stdout(Stdio::null()).stderr(log);
        let child = command.spawn().context("starting postgres")?;
        self.child = Some(child);
        let deadline = Instant::now() + Duration::from_secs(60);
        while !self.answers() {
            if let Some(child) = &mut self.child
                && let Some(status) = child.try_wait()?
            {
                // Somebody else started it at the same moment.
                if self.answers() {
                    self.child = None;
                    return Ok(());
                }
                let log = fs::read_to_string(self.folder.join("postgres.log")).unwrap_or_default();
                bail!("postgres ended with {status}:\n{}", log.lines().rev().take(10).collect::<Vec<_>>().join("\n"));
            }
            if Instant::now() > deadline {
                bail!("postgres did not answer within a minute; see {}", self.folder.join("postgres.log").display());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn answers(&self) -> bool {
        let mut command = self.command("pg_isready");
        command.arg("--quiet").arg("--host").arg(&self.folder).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// The plain role and its database.
    fn bootstrap(&self) -> Result<()> {
        let found = self.sql("postgres", &format!("select 1 from pg_database where datname = '{DATABASE}'"))?;
        if found.trim() == "1" {
            return Ok(());
        }
        self.sql(
            "postgres",
            &format!("do $$ begin if not exists (select 1 from pg_roles where rolname = '{ROLE}') then create role {ROLE} login nosuperuser nobypassrls; end if; end $$"),
        )?;
        self.sql("postgres", &format!("create database {DATABASE} owner {ROLE}"))?;
        Ok(())
    }

    fn sql(&self, database: &str, sql: &str) -> Result<String> {
        let mut command = self.command("psql");
        command.arg("--host").arg(&self.folder).args([
            "-U",
            SUPERUSER,
            "-d",
            database,
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            sql,
        ]);
        let output = command.output().context("psql")?;
        if !output.status.success() {
            bail!("psql: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Stops the cluster, unless another server still uses it. Call when our own connections are closed.
    pub fn stop(mut self) -> Result<()> {
        let others = self.sql("postgres", &format!("select count(*) from pg_stat_activity where datname = '{DATABASE}'"))?;
        if others.trim() != "0" {
            return Ok(());
        }
        let mut command = self.command("pg_ctl");
        command.arg("stop").arg("-D").arg(self.data()).args(["-m", "fast", "-w", "-t", "30", "-s"]);
        run(command, "pg_ctl stop")?;
        if let Some(child) = &mut self.child {
            child.wait()?;
        }
        Ok(())
    }
}

fn run(mut command: Command, what: &str) -> Result<()> {
    let output = command.output().with_context(|| format!("running {what}"))?;
    if !output.status.success() {
        bail!("{what}: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// The newest installed server's programs.
fn find_programs() -> Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for entry in fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten() {
        let version = entry.file_name().to_string_lossy().parse().unwrap_or(0);
        if version >= 15 && entry.path().join("bin/postgres").exists() {
            found.push((version, entry.path().join("bin")));
        }
    }
    for folder in std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()) {
        if folder.join("postgres").exists() && folder.join("initdb").exists() {
            found.push((0, folder));
        }
    }
    found.sort();
    match found.pop() {
        Some((_, bin)) => Ok(bin),
        None => bail!("no PostgreSQL 15 or newer is installed; install Debian's postgresql package or set LASTMILE_DATABASE_URL"),
    }
}

/// Whom the cluster is handed to when we are root.
fn unprivileged_user() -> Result<Option<(u32, u32)>> {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            (fields.next() == Some(name)).then(|| Some((fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?))).flatten()
        })
    };
    match find("postgres").or_else(|| find("nobody")) {
        Some(user) => Ok(Some(user)),
        None => bail!("running as root needs an unprivileged user named postgres or nobody for PostgreSQL"),
    }
}

/// The cluster's folder: under the data folder when its owner can get there and the path is short enough for a
/// socket, else one of the same name under /var/tmp, noted in `data/pg-folder`.
fn place(data: &Path, user: Option<(u32, u32)>) -> Result<PathBuf> {
    fs::create_dir_all(data).with_context(|| format!("LASTMILE_DATA={} cannot be made", data.display()))?;
    let inside = data.join("pg");
    let mut folder = inside.clone();
    if inside.as_os_str().len() > LONGEST_FOLDER || (user.is_some() && !others_can_enter(data)?) {
        let mut hasher = DefaultHasher::new();
        data.hash(&mut hasher);
        folder = PathBuf::from(format!("/var/tmp/lastmile-{:016x}", hasher.finish()));
        fs::write(data.join("pg-folder"), format!("{}\n", folder.display()))?;
    }
    fs::create_dir_all(&folder)?;
    if let Some((uid, gid)) = user {
        std::os::unix::fs::chown(&folder, Some(uid), Some(gid))?;
    }
    if fs::metadata(&folder)?.permissions().mode() & 0o777 != 0o700 {
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(folder)
}

fn others_can_enter(path: &Path) -> Result<bool> {
    for ancestor in path.ancestors() {
        if fs::metadata(ancestor)?.permissions().mode() & 0o001 == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}
