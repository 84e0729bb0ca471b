//! Clients that we did not write: radclient of FreeRADIUS, and pyrad. Where one is not installed, its test says so and
//! proves nothing; LASTMILE_REQUIRE_PEERS makes that a failure.

use crate::stage::*;
use std::io::Write;
use std::net::SocketAddr;
use std::process::{Command, Stdio};

pub fn skipped(peer: &str) {
    assert!(std::env::var_os("LASTMILE_REQUIRE_PEERS").is_none(), "{peer} is not installed");
    eprintln!("SKIPPED: {peer} is not installed, nothing was proven");
}

/// Runs radclient with the attributes as its input.
pub fn radclient(server: SocketAddr, kind: &str, secret: &str, attributes: &str) -> Option<(bool, String)> {
    let mut child = match Command::new("radclient")
        .args(["-x", "-r", "2", "-t", "2", &server.to_string(), kind, secret])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
    {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => panic!("radclient: {error}"),
    };
    child.stdin.take().unwrap().write_all(attributes.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Some((output.status.success(), text))
}

#[tokio::test(flavor = "multi_thread")]
async fn radclient_logs_in_and_accounts() {
    let stage = Stage::new().await;
    let line = stage.padma_line("rahim", "pass-word").await;
    known(&stage.padma_router().await, "rahim", "pass-word").await;
    let (auth, acct) = (stage.radius.auth_addr(), stage.radius.acct_addr());
    let from = format!("Packet-Src-IP-Address = {PADMA_ROUTER}\n");
    let ask = |attributes: &str| radclient(auth, "auth", PADMA_SECRET, &format!("{from}{attributes}"));

    let pap = "User-Name = \"rahim\"\nUser-Password = \"pass-word\"\nMessage-Authenticator = 0x00\n";
    let Some((good, text)) = ask(pap) else { return skipped("radclient") };
    assert!(good && text.contains("Access-Accept"), "{text}");
    assert!(text.contains("Mikrotik-Rate-Limit = \"5M/10M\"") && text.contains("Acct-Interim-Interval = 300"), "{text}");
    assert!(text.contains("Message-Authenticator = 0x") && text.contains("Session-Timeout = 604800"), "{text}");
    let (good, text) = ask("User-Name = \"rahim\"\nCHAP-Password = \"pass-word\"\n").unwrap();
    assert!(good && text.contains("Access-Accept"), "{text}");
    let (good, text) = ask("User-Name = \"rahim\"\nUser-Password = \"wrong\"\n").unwrap();
    assert!(!good && text.contains("Access-Reject") && text.contains("User name or password is wrong"), "{text}");
    let (good, text) = radclient(auth, "auth", "not-the-secret-0123", &format!("{from}{pap}")).unwrap();
    assert!(!good && text.contains("No reply"), "{text}");
    let (good, text) = radclient(auth, "status", PADMA_SECRET, &format!("{from}Message-Authenticator = 0x00\n")).unwrap();
    assert!(good, "{text}");

    let session = "User-Name = \"rahim\"\nAcct-Session-Id = \"81a00001\"\nNAS-Port = 7\nFramed-IP-Address = 10.1.1.9\n";
    for status in [
        "Acct-Status-Type = Start\n",
        "Acct-Status-Type = Interim-Update\nAcct-Session-Time = 300\nAcct-Input-Octets = 1000\nAcct-Input-Gigawords = 1\nAcct-Output-Octets = 5\n",
        "Acct-Status-Type = Stop\nAcct-Session-Time = 400\nAcct-Input-Octets = 2000\nAcct-Input-Gigawords = 1\nAcct-Output-Octets = 7\nAcct-Terminate-Cause = User-Request\n",
    ] {
        for extra in ["", "Message-Authenticator = 0x00\n"] {
            let (good, text) = radclient(acct, "acct", PADMA_SECRET, &format!("{from}{session}{status}{extra}")).unwrap();
            assert!(good && text.contains("Accounting-Response"), "{text}");
        }
    }
    let sessions = stage.sessions(line).await;
    assert_eq!(sessions.len(), 1);
    assert_eq!((sessions[0].input_octets, sessions[0].output_octets), (4_294_969_296, 7));
    assert_eq!(sessions[0].stop_cause.as_deref(), Some("user_request"));
}

const PYRAD: &str = r#"
import sys, socket
from pyrad.client import Client
from pyrad.dictionary import Dictionary
from pyrad import packet
import io
words = io.StringIO("""
ATTRIBUTE User-Name 1 string
ATTRIBUTE User-Password 2 string
ATTRIBUTE CHAP-Password 3 octets
ATTRIBUTE NAS-Identifier 32 string
ATTRIBUTE Session-Timeout 27 integer
ATTRIBUTE Acct-Status-Type 40 integer
ATTRIBUTE Acct-Session-Id 44 string
ATTRIBUTE Acct-Session-Time 46 integer
ATTRIBUTE Acct-Input-Octets 42 integer
ATTRIBUTE Acct-Output-Octets 43 integer
ATTRIBUTE CHAP-Challenge 60 octets
ATTRIBUTE Message-Authenticator 80 octets
ATTRIBUTE Acct-Interim-Interval 85 integer
VENDOR Mikrotik 14988
BEGIN-VENDOR Mikrotik
ATTRIBUTE Mikrotik-Rate-Limit 8 string
ATTRIBUTE Mikrotik-Address-List 19 string
END-VENDOR Mikrotik
""")
auth, acct, source, secret = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4].encode()
client = Client(server="127.0.0.1", authport=auth, acctport=acct, secret=secret, dict=Dictionary(words))
client.timeout, client.retries = 2, 2
client.bind((source, 0))

request = client.CreateAuthPacket(code=packet.AccessRequest, User_Name="rahim")
request["User-Password"] = request.PwCrypt("pass-word")
request.add_message_authenticator()
answer = client.SendPacket(request)
assert answer.code == packet.AccessAccept, answer.code
assert answer["Mikrotik-Rate-Limit"] == ["5M/10M"], answer["Mikrotik-Rate-Limit"]
assert answer["Acct-Interim-Interval"] == [300]
assert "Message-Authenticator" in answer.keys()

import hashlib, os
challenge, number = os.urandom(16), b"\x05"
request = client.CreateAuthPacket(code=packet.AccessRequest, User_Name="rahim")
request["CHAP-Challenge"] = challenge
request["CHAP-Password"] = number + hashlib.md5(number + b"pass-word" + challenge).digest()
assert client.SendPacket(request).code == packet.AccessAccept

request = client.CreateAuthPacket(code=packet.AccessRequest, User_Name="rahim")
request["User-Password"] = request.PwCrypt("wrong")
assert client.SendPacket(request).code == packet.AccessReject

for status, seconds, octets in [(1, 0, 0), (3, 300, 500), (2, 400, 900)]:
    request = client.CreateAcctPacket(User_Name="rahim")
    request["Acct-Status-Type"] = status
    request["Acct-Session-Id"] = "py000001"
    request["Acct-Session-Time"] = seconds
    request["Acct-Input-Octets"] = octets
    request["Acct-Output-Octets"] = octets * 2
    assert client.SendPacket(request).code == packet.AccountingResponse
print("pyrad is content")
"#;

/// LASTMILE_PYTHON (or LASTMILE_PYRAD_PYTHON) names an interpreter that has pyrad.
fn python() -> String {
    ["LASTMILE_PYRAD_PYTHON", "LASTMILE_PYTHON"].iter().find_map(|name| std::env::var(name).ok()).unwrap_or_else(|| "python3".into())
}

#[tokio::test(flavor = "multi_thread")]
async fn pyrad_logs_in_and_accounts() {
    if !Command::new(python()).args(["-c", "import pyrad"]).output().is_ok_and(|output| output.status.success()) {
        return skipped("pyrad");
    }
    let stage = Stage::new().await;
    let line = stage.padma_line("rahim", "pass-word").await;
    known(&stage.padma_router().await, "rahim", "pass-word").await;
    let (auth, acct) = (stage.radius.auth_addr().port().to_string(), stage.radius.acct_addr().port().to_string());
    let output = Command::new(python()).args(["-c", PYRAD, &auth, &acct, PADMA_ROUTER, PADMA_SECRET]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("pyrad is content"), "{text}");
    let sessions = stage.sessions(line).await;
    assert_eq!((sessions.len(), sessions[0].input_octets, sessions[0].output_octets), (1, 900, 1_800));
}
