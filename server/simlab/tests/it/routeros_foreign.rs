//! The simulated router proven by clients that we did not write: librouteros and RouterOS-api (Python), node-routeros
//! (Node.js). Where one is not installed, its test says so and does not count as proof.

use super::router;
use integrations::routeros::Version;
use simlab::routeros::Router;
use std::process::Command;

fn python() -> String {
    std::env::var("LASTMILE_PYTHON").unwrap_or_else(|_| "python3".into())
}

/// A peer that is not here is no proof; where `./dev` has installed the peers it must be here.
fn missing(module: &str) -> bool {
    let here = Command::new(python()).args(["-c", &format!("import {module}")]).output().is_ok_and(|output| output.status.success());
    assert!(here || std::env::var_os("LASTMILE_REQUIRE_PEERS").is_none(), "{module} must be installed");
    if !here {
        eprintln!("skipped: {module} is not installed");
    }
    !here
}

async fn content(router: &Router, program: &str, arguments: &[&str], script: &str) {
    let port = router.address().port().to_string();
    let mut command = Command::new(program);
    command.args(arguments).args([script, &port]);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("content"), "{text}");
}

const LIBROUTEROS: &str = r#"
import sys
from librouteros import connect
from librouteros.exceptions import TrapError
from librouteros.login import plain, token
from librouteros.query import Key, And, Or
for method in ([plain] if sys.argv[2:] != ["old"] else [token]):
    api = connect(host="127.0.0.1", port=int(sys.argv[1]), username="lastmile", password="pw-of-router", login_method=method)
secrets = api.path("ppp", "secret")
name, disabled = Key("name"), Key("disabled")
first = secrets.add(name="alice", password="x" * 20000, service="pppoe")
secrets.add(name="bob", password="y", comment="a=b")
assert [row["name"] for row in secrets] == ["alice", "bob"]
rows = list(secrets.select(name).where(And(name == "alice", disabled == False)))
assert rows == [{"name": "alice"}], rows
assert len(list(secrets.select(name).where(Or(name == "alice", name == "bob")))) == 2
assert [row["password"] for row in secrets.select(Key("password")).where(name == "alice")] == ["x" * 20000]
secrets.update(**{".id": first, "disabled": True})
assert [row["disabled"] for row in secrets if row[".id"] == first] == [True]
try:
    secrets.add(name="bob", password="z")
    raise SystemExit("a double was taken")
except TrapError as error:
    assert "already exists" in str(error), error
secrets.remove(first)
assert [row["name"] for row in secrets] == ["bob"]
assert list(api.path("ppp", "active")) == []
assert tuple(api("/system/identity/print")) == ({"name": "tower"},)
api.close()
print("librouteros is content")
"#;

#[tokio::test(flavor = "multi_thread")]
async fn librouteros_signs_in_both_ways_and_keeps_house() {
    if missing("librouteros") {
        return;
    }
    content(&router(Version::new(7, 16, 0)).await, &python(), &["-c"], LIBROUTEROS).await;
    let old = router(Version::new(6, 40, 9)).await;
    let port = old.address().port().to_string();
    let output = tokio::task::spawn_blocking(move || Command::new(python()).args(["-c", LIBROUTEROS, &port, "old"]).output());
    let output = output.await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

const ROUTEROS_API: &str = r#"
import sys, routeros_api
pool = routeros_api.RouterOsApiPool("127.0.0.1", username="lastmile", password="pw-of-router", port=int(sys.argv[1]), plaintext_login=True)
api = pool.get_api()
lists = api.get_resource("/ip/firewall/address-list")
lists.add(list="SUSPENDED", address="10.0.0.7", comment="unpaid")
found = lists.get(list="SUSPENDED")
assert [row["address"] for row in found] == ["10.0.0.7"], found
lists.set(id=found[0]["id"], disabled="yes")
assert lists.get(list="SUSPENDED")[0]["disabled"] == "true"
try:
    lists.add(list="SUSPENDED", address="10.0.0.7")
    raise SystemExit("a double was taken")
except routeros_api.exceptions.RouterOsApiCommunicationError as error:
    assert b"already have" in error.original_message, error
lists.remove(id=found[0]["id"])
assert lists.get() == []
pool.disconnect()
print("RouterOS-api is content")
"#;

#[tokio::test(flavor = "multi_thread")]
async fn routeros_api_keeps_an_address_list_also_where_nothing_is_said_as_empty() {
    if missing("routeros_api") {
        return;
    }
    for version in [Version::new(7, 16, 0), Version::new(7, 18, 2)] {
        content(&router(version).await, &python(), &["-c"], ROUTEROS_API).await;
    }
}

const NODE_ROUTEROS: &str = r#"
const { RouterOSAPI } = require(process.env.LASTMILE_NODE_ROUTEROS);
const api = new RouterOSAPI({ host: "127.0.0.1", port: Number(process.argv[1]), user: "lastmile", password: "pw-of-router" });
api.on("error", () => {});
(async () => {
  await api.connect();
  await api.write("/ip/pool/add", ["=name=home", "=ranges=10.9.0.2-10.9.0.254"]);
  const pools = await api.write("/ip/pool/print", ["?name=home", "=.proplist=name,ranges"]);
  if (pools.length !== 1 || pools[0].ranges !== "10.9.0.2-10.9.0.254") throw new Error(JSON.stringify(pools));
  const both = await Promise.all([api.write("/interface/print"), api.write("/ip/pool/print")]);
  if (both[0].length !== 5 || both[1].length !== 1) throw new Error("answers were mixed up");
  let refused = false;
  await api.write("/ip/pool/add", ["=name=home", "=ranges=10.9.1.2-10.9.1.254"]).catch((error) => { refused = /exists/.test(error.message); });
  if (!refused) throw new Error("a double was taken");
  console.log("node-routeros is content");
  process.exit(0);
})().catch((error) => { console.error(error); process.exit(1); });
"#;

#[tokio::test(flavor = "multi_thread")]
async fn node_routeros_asks_two_things_at_once() {
    let here = std::env::var_os("LASTMILE_NODE_ROUTEROS").is_some();
    assert!(here || std::env::var_os("LASTMILE_REQUIRE_PEERS").is_none(), "node-routeros must be installed");
    if !here {
        return eprintln!("skipped: node-routeros is not installed");
    }
    let node = std::env::var("LASTMILE_NODE").unwrap_or_else(|_| "node".into());
    content(&router(Version::new(7, 16, 0)).await, &node, &["-e"], NODE_ROUTEROS).await;
}
