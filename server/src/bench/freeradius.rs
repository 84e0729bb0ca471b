//! The peer of the RADIUS figures: FreeRADIUS 3.2 with its stock PostgreSQL schema and queries, in the same cluster, with
//! the same subscribers. Its site does less than the stock one (no realms, files, EAP), which is to its advantage.

use anyhow::{Context, Result, bail};
use simlab::radius_client::Subscriber;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const PROGRAM: &str = "/usr/sbin/freeradius";
const SCHEMA: &str = "/etc/freeradius/3.0/mods-config/sql/main/postgresql/schema.sql";

/// A running FreeRADIUS. Dropped, it ends and takes its files with it.
pub struct FreeRadius {
    child: Child,
    folder: PathBuf,
    pub auth: SocketAddr,
    pub acct: SocketAddr,
}

impl Drop for FreeRadius {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing else to do about it here.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// `None`: it is not installed, or not with PostgreSQL.
pub fn start(
    database_url: &str,
    folder: PathBuf,
    routers: &[IpAddr],
    secret: &str,
    subscribers: &[Subscriber],
) -> Result<Option<FreeRadius>> {
    let module = Path::new("/usr/lib/freeradius/rlm_sql_postgresql.so");
    if !Path::new(PROGRAM).exists() || !module.exists() || fs::metadata(SCHEMA).is_err() {
        return Ok(None);
    }
    fill(database_url, subscribers)?;
    fs::create_dir_all(&folder)?;
    let (auth, acct) = (free_port()?, free_port()?);
    let clients = routers.iter().map(|router| {
        format!("client {router} {{\n\tipaddr = {router}\n\tsecret = {secret}\n\tlimit {{\n\t\tmax_connections = 0\n\t}}\n}}\n")
    });
    let config = CONFIG
        .replace("@FOLDER@", &folder.display().to_string())
        .replace("@DATABASE@", &conninfo(database_url)?)
        .replace("@CLIENTS@", &clients.collect::<String>())
        .replace("@AUTH@", &auth.port().to_string())
        .replace("@ACCT@", &acct.port().to_string());
    fs::write(folder.join("radiusd.conf"), config)?;
    fs::write(folder.join("dictionary"), "$INCLUDE /usr/share/freeradius/dictionary\n")?;
    let mut child = Command::new(PROGRAM)
        .arg("-f")
        .arg("-d")
        .arg(&folder)
        .args(["-l", "stdout"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().context("FreeRADIUS has no output")?;
    let peer = FreeRadius { child, folder, auth, acct };
    let mut said = String::new();
    let mut lines = BufReader::new(output).lines();
    for line in lines.by_ref() {
        let line = line?;
        if line.contains("Ready to process requests") {
            // What it says from now on has to go somewhere, or it stops when the pipe is full.
            std::thread::spawn(move || lines.for_each(drop));
            return Ok(Some(peer));
        }
        said = said + &line + "\n";
    }
    bail!("FreeRADIUS did not start:\n{said}")
}

impl FreeRadius {
    /// Its process, to tell what it costs.
    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

fn free_port() -> Result<SocketAddr> {
    Ok(UdpSocket::bind("127.0.0.1:0")?.local_addr()?)
}

/// The stock schema, and every subscriber with a package: one row to check, one group with what is replied.
fn fill(database_url: &str, subscribers: &[Subscriber]) -> Result<()> {
    let mut psql = Command::new("psql")
        .args(["-q", "-X", "-v", "ON_ERROR_STOP=1", "-d", database_url])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("psql")?;
    let mut input = psql.stdin.take().context("psql has no input")?;
    let mut sql = String::from("set client_min_messages = warning; create schema freeradius; set search_path = freeradius;\n");
    sql += &fs::read_to_string(SCHEMA)?;
    sql += "\ncopy radcheck (username, attribute, op, value) from stdin;\n";
    for subscriber in subscribers {
        sql += &format!("{}\tCleartext-Password\t:=\t{}\n", subscriber.username, subscriber.password.replace('\\', "\\\\"));
    }
    sql += "\\.\ninsert into radusergroup (username, groupname) select username, 'home' from radcheck;
            insert into radgroupreply (groupname, attribute, op, value)
              values ('home', 'Mikrotik-Rate-Limit', ':=', '5M/10M'), ('home', 'Acct-Interim-Interval', ':=', '300');
            analyze radcheck, radusergroup, radgroupreply;\n";
    input.write_all(sql.as_bytes())?;
    drop(input);
    let done = psql.wait_with_output()?;
    if !done.status.success() {
        bail!("the stock schema: {}", String::from_utf8_lossy(&done.stderr));
    }
    Ok(())
}

/// `postgres:///name?host=…&user=…` as libpq's words.
fn conninfo(url: &str) -> Result<String> {
    let (path, query) = url.split_once('?').context("a private cluster's address has a host and a user")?;
    let database = path.rsplit('/').next().unwrap_or_default();
    let words: Vec<String> = query.split('&').map(|pair| pair.replace("%2F", "/")).collect();
    Ok(format!("dbname={database} {} options='-c search_path=freeradius'", words.join(" ")))
}

const CONFIG: &str = r#"prefix = /usr
libdir = /usr/lib/freeradius
logdir = @FOLDER@
run_dir = @FOLDER@
modconfdir = /etc/freeradius/3.0/mods-config
max_request_time = 30
cleanup_delay = 5
max_requests = 262144
hostname_lookups = no
log {
	destination = stdout
	auth = no
}
security {
	max_attributes = 200
	reject_delay = 0
	status_server = yes
}
proxy_requests = no
thread pool {
	start_servers = 5
	max_servers = 32
	min_spare_servers = 3
	max_spare_servers = 10
	max_queue_size = 65536
	max_requests_per_server = 0
}
instantiate {
	expr
}
modules {
	expr {
	}
	pap {
		normalise = yes
	}
	chap {
	}
	sql {
		dialect = "postgresql"
		driver = "rlm_sql_postgresql"
		postgresql {
			send_application_name = yes
		}
		radius_db = "@DATABASE@"
		acct_table1 = "radacct"
		acct_table2 = "radacct"
		postauth_table = "radpostauth"
		authcheck_table = "radcheck"
		groupcheck_table = "radgroupcheck"
		authreply_table = "radreply"
		groupreply_table = "radgroupreply"
		usergroup_table = "radusergroup"
		delete_stale_sessions = yes
		pool {
			start = 5
			min = 3
			max = 32
			spare = 10
			uses = 0
			retry_delay = 30
			lifetime = 0
			idle_timeout = 60
		}
		read_clients = no
		client_table = "nas"
		group_attribute = "SQL-Group"
		$INCLUDE ${modconfdir}/${.:name}/main/${dialect}/queries.conf
	}
}
policy {
	$INCLUDE /etc/freeradius/3.0/policy.d/accounting
}
@CLIENTS@
server bench {
	listen {
		type = auth
		ipaddr = 127.0.0.1
		port = @AUTH@
	}
	listen {
		type = acct
		ipaddr = 127.0.0.1
		port = @ACCT@
	}
	authorize {
		chap
		sql
		pap
	}
	authenticate {
		Auth-Type PAP {
			pap
		}
		Auth-Type CHAP {
			chap
		}
	}
	preacct {
		update request {
			&NAS-IP-Address := "%{Packet-Src-IP-Address}"
		}
		acct_unique
	}
	accounting {
		sql
	}
	post-auth {
		sql
		Post-Auth-Type REJECT {
			sql
		}
	}
}
"#;
