//! Wi-Fi with 802.1X: eapol_test of wpa_supplicant opens a TTLS tunnel that FreeRADIUS ends, and what is inside
//! (MS-CHAPv2) is asked of us.

use crate::foreign_clients::skipped;
use crate::foreign_servers::{FreeRadius, free_port};
use crate::stage::*;
use std::path::Path;
use std::process::Command;

const CONFIG: &str = r#"
proxy_requests = yes
proxy server {
	default_fallback = no
}
modules {
	always ok {
		rcode = ok
	}
	eap {
		default_eap_type = ttls
		timer_expire = 60
		max_sessions = 128
		tls-config common {
			private_key_file = @FOLDER@/key.pem
			certificate_file = @FOLDER@/certificate.pem
			ca_file = @FOLDER@/certificate.pem
			tls_min_version = "1.2"
			tls_max_version = "1.2"
			ecdh_curve = ""
		}
		ttls {
			tls = common
			copy_request_to_tunnel = yes
			use_tunneled_reply = yes
			virtual_server = "inner"
		}
	}
}
home_server lastmile {
	type = auth
	ipv4addr = 127.0.0.1
	port = @HOME@
	secret = @SECRET@
	src_ipaddr = 127.0.0.2
	response_window = 5
}
home_server_pool lastmile {
	type = fail-over
	home_server = lastmile
}
realm lastmile {
	auth_pool = lastmile
	nostrip
}
client point {
	ipaddr = 127.0.0.1
	secret = access-point-secret
}
server outer {
	listen {
		type = auth
		ipaddr = 127.0.0.1
		port = @PORT@
	}
	authorize {
		eap
	}
	authenticate {
		eap
	}
	post-proxy {
		eap
	}
}
server inner {
	authorize {
		update control {
			&Proxy-To-Realm := "lastmile"
		}
	}
	pre-proxy {
		update proxy-request {
			&Message-Authenticator := 0x00
		}
	}
}
"#;

/// Success, or what it said.
fn join(folder: &Path, port: u16, password: &str) -> Result<(), String> {
    let network = format!(
        "network={{\n\tssid=\"lab\"\n\tkey_mgmt=WPA-EAP\n\teap=TTLS\n\tidentity=\"rahim\"\n\tanonymous_identity=\"nobody\"\n\tpassword=\"{password}\"\n\tphase2=\"auth=MSCHAPV2\"\n\tca_cert=\"{}/certificate.pem\"\n}}\n",
        folder.display()
    );
    let file = folder.join("network.conf");
    std::fs::write(&file, network).unwrap();
    let output = Command::new("eapol_test")
        .args(["-a", "127.0.0.1", "-p", &port.to_string(), "-s", "access-point-secret", "-t", "8", "-r", "0"])
        .arg("-c")
        .arg(&file)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() && text.lines().last() == Some("SUCCESS") { Ok(()) } else { Err(text) }
}

fn certificate(folder: &Path) -> bool {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=radius.example"])
        .arg("-keyout")
        .arg(folder.join("key.pem"))
        .arg("-out")
        .arg(folder.join("certificate.pem"))
        .output();
    made.is_ok_and(|made| made.status.success())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tunnel_that_ends_elsewhere_asks_us_what_is_inside() {
    let found = |program: &str| Command::new(program).arg("-v").output().is_ok();
    if !found("eapol_test") || !found("openssl") {
        return skipped("eapol_test");
    }
    let stage = Stage::new().await;
    stage.padma_line("rahim", "pass-word").await;
    known(&stage.padma_router().await, "rahim", "pass-word").await;
    let folder = crate::foreign_servers::scratch("eap");
    assert!(certificate(&folder), "openssl made no certificate");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let port = free_port();
    let config = CONFIG
        .replace("@HOME@", &stage.radius.auth_addr().port().to_string())
        .replace("@SECRET@", PADMA_SECRET)
        .replace("@PORT@", &port.to_string());
    let files = [("key.pem", read("key.pem")), ("certificate.pem", read("certificate.pem"))];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let Some(_front) = FreeRadius::of("tunnel", &config, &files) else { return skipped("freeradius") };
    let before = stage.radius.figures();
    let right = tokio::task::spawn_blocking({
        let folder = folder.clone();
        move || (join(&folder, port, "pass-word"), join(&folder, port, "wrong"))
    });
    let (right, wrong) = right.await.unwrap();
    assert!(right.is_ok(), "{}", right.unwrap_err());
    assert!(wrong.is_err(), "a wrong password opened the door");
    let after = stage.radius.figures();
    assert_eq!((after.accepted - before.accepted, after.rejected - before.rejected), (1, 1));
    std::fs::remove_dir_all(folder).unwrap();
}
