//! FreeRADIUS in front of this service, for those who have to keep it: a whole configuration that passes every request
//! on to us and every answer back. Each access server is passed on from a loopback address of its own, with its own
//! secret, so that nothing has to be believed that is not proven. It answers nothing by itself: when this service is
//! away it is silent, and the access server asks its next RADIUS server.

use crate::load::caller;
use domain::people::PlatformCaller;
use domain::radius::front_address;
use services::Services;
use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

/// Where FreeRADIUS listens, where this service does, and where FreeRADIUS keeps its own files.
#[derive(Clone, Debug)]
pub struct Front<'a> {
    pub listen: IpAddr,
    pub auth_port: u16,
    pub acct_port: u16,
    pub home_auth: SocketAddr,
    pub home_acct: SocketAddr,
    pub folder: &'a Path,
}

/// Name and text of each file. They hold secrets.
pub async fn freeradius_config(services: &Services, front: &Front<'_>) -> services::Result<Vec<(&'static str, String)>> {
    let mut tx = services.db.platform(&PlatformCaller::system("radius")).await?;
    let isps = storage::isps::list(&mut tx).await?;
    drop(tx);
    let mut clients = String::new();
    for isp in isps.into_iter().filter(|isp| isp.active) {
        let mut tx = services.begin(&caller(isp.id)).await?;
        for nas in storage::radius::nas::active(&mut tx, services.now()).await? {
            let secret = services.keys.open_text(nas.id.0, &nas.secret_sealed)?;
            let client =
                Client { name: format!("nas-{}", nas.id.0.simple()), address: nas.address, source: front_address(nas.id).into(), secret };
            client.write(front, &mut clients);
        }
    }
    let home = if front.home_auth.ip().is_unspecified() { "127.0.0.1".to_string() } else { front.home_auth.ip().to_string() };
    let main = MAIN
        .replace("@FOLDER@", &front.folder.display().to_string())
        .replace("@LISTEN@", &front.listen.to_string())
        .replace("@AUTH@", &front.auth_port.to_string())
        .replace("@ACCT@", &front.acct_port.to_string());
    let clients = clients.replace("@HOME@", &home);
    Ok(vec![("radiusd.conf", main), ("clients.conf", clients), ("dictionary", "$INCLUDE /usr/share/freeradius/dictionary\n".into())])
}

struct Client {
    name: String,
    address: IpAddr,
    source: IpAddr,
    secret: String,
}

impl Client {
    fn write(&self, front: &Front<'_>, text: &mut String) {
        let Self { name, address, source, secret } = self;
        let kind = if address.is_ipv4() { "ipv4addr" } else { "ipv6addr" };
        let secret = quoted(secret);
        // Writing to a String does not fail.
        let _ = writeln!(
            text,
            "client {name} {{\n\t{kind} = {address}\n\tsecret = {secret}\n\tshortname = {name}\n\trequire_message_authenticator = no\n\tlimit {{\n\t\tmax_connections = 0\n\t}}\n}}"
        );
        for (kind, port) in [("auth", front.home_auth.port()), ("acct", front.home_acct.port())] {
            // The accounting port is asked for its health too: we answer Status-Server on both.
            let _ = writeln!(
                text,
                "home_server {name}-{kind} {{\n\ttype = {kind}\n\tipv4addr = @HOME@\n\tport = {port}\n\tsecret = {secret}\n\tsrc_ipaddr = {source}\n\tresponse_window = 5\n\tzombie_period = 10\n\trevive_interval = 10\n\tstatus_check = status-server\n\tcheck_interval = 6\n\tnum_answers_to_alive = 1\n}}\nhome_server_pool {name}-{kind} {{\n\ttype = fail-over\n\thome_server = {name}-{kind}\n}}"
            );
        }
        let _ = writeln!(text, "realm {name} {{\n\tauth_pool = {name}-auth\n\tacct_pool = {name}-acct\n\tnostrip\n}}");
    }
}

/// As FreeRADIUS reads a string.
fn quoted(secret: &str) -> String {
    format!("'{}'", secret.replace('\\', "\\\\").replace('\'', "\\'"))
}

const MAIN: &str = r#"# Made by `lastmile radius freeradius-config`. Made anew, not changed, when access servers or secrets change.
prefix = /usr
libdir = /usr/lib/freeradius
logdir = @FOLDER@
run_dir = @FOLDER@
pidfile = ${run_dir}/freeradius.pid
max_request_time = 30
cleanup_delay = 5
max_requests = 262144
hostname_lookups = no
log {
	destination = stdout
	# Neither right nor wrong passwords belong into a log.
	auth = no
	auth_badpass = no
	auth_goodpass = no
}
security {
	max_attributes = 200
	reject_delay = 0
	status_server = yes
}
proxy_requests = yes
proxy server {
	default_fallback = no
}
thread pool {
	start_servers = 4
	max_servers = 32
	max_queue_size = 65536
}
modules {
	always ok {
		rcode = ok
	}
	always handled {
		rcode = handled
	}
}
$INCLUDE clients.conf
server lastmile {
	listen {
		type = auth
		ipaddr = @LISTEN@
		port = @AUTH@
	}
	listen {
		type = acct
		ipaddr = @LISTEN@
		port = @ACCT@
	}
	authorize {
		update control {
			&Proxy-To-Realm := "%{client:shortname}"
		}
	}
	preacct {
		update control {
			&Proxy-To-Realm := "%{client:shortname}"
		}
	}
	accounting {
		ok
	}
	pre-proxy {
		# What is passed on without a proof may have been changed on its way (CVE-2024-3596); we would not answer it.
		if (&proxy-request:Packet-Type == Access-Request) {
			update proxy-request {
				&Message-Authenticator := 0x00
			}
		}
	}
	post-proxy {
		# Nobody is turned away because Lastmile is away: the access server asks its next server.
		Post-Proxy-Type Fail-Authentication {
			update control {
				&Response-Packet-Type := Do-Not-Respond
			}
			handled
		}
		Post-Proxy-Type Fail-Accounting {
			update control {
				&Response-Packet-Type := Do-Not-Respond
			}
			handled
		}
	}
	post-auth {
		update reply {
			&Message-Authenticator := 0x00
		}
		Post-Auth-Type REJECT {
			if (!&proxy-reply:Packet-Type) {
				update control {
					&Response-Packet-Type := Do-Not-Respond
				}
			}
			update reply {
				&Message-Authenticator := 0x00
			}
		}
	}
}
"#;
