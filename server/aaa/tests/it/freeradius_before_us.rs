//! FreeRADIUS of Debian, with the configuration that we make for it, between an access server and us.

use crate::foreign_clients::{radclient, skipped};
use crate::foreign_servers::{FreeRadius, free_port, scratch};
use crate::stage::*;
use aaa::{Front, freeradius_config};
use std::net::SocketAddr;
use std::time::Duration;

struct Before {
    _program: FreeRadius,
    auth: SocketAddr,
    acct: SocketAddr,
}

/// `None`: it is not installed.
async fn before(stage: &Stage) -> Option<Before> {
    let folder = scratch("front");
    let (auth_port, acct_port) = (free_port(), free_port());
    let front = Front {
        listen: [127, 0, 0, 1].into(),
        auth_port,
        acct_port,
        home_auth: stage.radius.auth_addr(),
        home_acct: stage.radius.acct_addr(),
        folder: &folder,
    };
    for (name, text) in freeradius_config(&stage.world.services, &front).await.unwrap() {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
    Some(Before { _program: FreeRadius::start(&folder)?, auth: at(auth_port), acct: at(acct_port) })
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_passes_and_nobody_is_turned_away_when_we_are_gone() {
    let stage = Stage::new().await;
    let line = stage.padma_line("rahim", "pass-word").await;
    stage.meghna_line("rahim", "meghna-pass").await;
    known(&stage.padma_router().await, "rahim", "pass-word").await;
    let Some(front) = before(&stage).await else { return skipped("freeradius") };
    let from = |router: &str| format!("Packet-Src-IP-Address = {router}\n");
    let ask =
        |router: &str, secret: &str, attributes: &str| radclient(front.auth, "auth", secret, &format!("{}{attributes}", from(router)));
    let padma = |attributes: &str| ask(PADMA_ROUTER, PADMA_SECRET, attributes);

    let Some((good, text)) = padma("User-Name = \"rahim\"\nUser-Password = \"pass-word\"\n") else { return skipped("radclient") };
    assert!(good && text.contains("Access-Accept") && text.contains("Mikrotik-Rate-Limit = \"5M/10M\""), "{text}");
    assert!(text.contains("Message-Authenticator = 0x"), "{text}");
    let (good, text) = padma("User-Name = \"rahim\"\nCHAP-Password = \"pass-word\"\n").unwrap();
    assert!(good && text.contains("Access-Accept"), "{text}");
    let (good, text) = padma("User-Name = \"rahim\"\nMS-CHAP-Password = \"pass-word\"\n").unwrap();
    assert!(good && text.contains("MS-CHAP-MPPE-Keys"), "{text}");
    let (good, text) = padma("User-Name = \"rahim\"\nUser-Password = \"wrong\"\n").unwrap();
    assert!(!good && text.contains("Access-Reject") && text.contains("User name or password is wrong"), "{text}");
    // The other ISP's router behind the same front stays the other ISP's.
    let (good, text) = ask(MEGHNA_ROUTER, MEGHNA_SECRET, "User-Name = \"rahim\"\nUser-Password = \"meghna-pass\"\n").unwrap();
    assert!(good && text.contains("2500k/20M"), "{text}");

    for status in [
        "Acct-Status-Type = Start\n",
        "Acct-Status-Type = Interim-Update\nAcct-Session-Time = 300\nAcct-Input-Octets = 1000\nAcct-Output-Octets = 5\n",
        "Acct-Status-Type = Stop\nAcct-Session-Time = 400\nAcct-Input-Octets = 2000\nAcct-Output-Octets = 7\n",
    ] {
        let report = format!("{}User-Name = \"rahim\"\nAcct-Session-Id = \"81a00001\"\n{status}", from(PADMA_ROUTER));
        let (good, text) = radclient(front.acct, "acct", PADMA_SECRET, &report).unwrap();
        assert!(good && text.contains("Accounting-Response"), "{text}");
    }
    let sessions = stage.sessions(line).await;
    assert_eq!((sessions.len(), sessions[0].input_octets, sessions[0].nas_id), (1, 2_000, stage.padma_nas));

    stage.radius.shutdown().await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let (good, text) = padma("User-Name = \"rahim\"\nUser-Password = \"pass-word\"\n").unwrap();
    assert!(!good && text.contains("No reply") && !text.contains("Access-Reject"), "{text}");
}
