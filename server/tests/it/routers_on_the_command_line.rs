//! What an operator asks of his routers without a browser: `lastmile router …`.

use crate::{lastmile, tempfolder};
use domain::routers::RouterForm;
use integrations::routeros::Version;
use serde_json::Value;
use simlab::routeros::{Router, Setup};
use std::process::Output;
use testkit::world;

const NOON: &str = "2026-11-01T06:00:00Z";

fn answers(output: &Output) -> Vec<Value> {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn routers_are_listed_tested_compared_and_backed_up() {
    let world = world(NOON).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let towers = [("Mirpur", Router::start(Setup::on_loopback("mirpur", "lastmile", "pw", Version::new(7, 16, 2))).await.unwrap())];
    for (name, router) in &towers {
        let form = RouterForm {
            name: (*name).into(),
            host: "127.0.0.1".into(),
            port: router.address().port().to_string(),
            door: "api".into(),
            username: "lastmile".into(),
            password: "pw".into(),
            auth_mode: "local".into(),
            ..RouterForm::default()
        };
        services::routers::create_router(services, admin, &form).await.unwrap();
    }
    let data = tempfolder("routers");
    let ask = |arguments: &[&str]| {
        let mut command = lastmile(&world, &data);
        command.arg("router").args(arguments).env("LASTMILE_CLOSED_NETWORKS", "");
        tokio::task::block_in_place(|| command.output().unwrap())
    };

    let listed = ask(&["list", "--json"]);
    assert!(listed.status.success(), "{listed:?}");
    let all = answers(&listed);
    assert_eq!((all.len(), &all[0]["router"], &all[0]["waiting"]), (1, &"Mirpur".into(), &0.into()));

    // Its user has no policy to its name yet: that is said, with what to do, and told by the exit status.
    let tested = ask(&["test", "--isp", "padma", "--json"]);
    let checks = answers(&tested)[0]["checks"].as_array().unwrap().clone();
    let state = |name: &str| checks.iter().find(|check| check["name"] == name).map(|check| check["state"].clone()).unwrap();
    assert_eq!((state("reach"), state("login")), ("good".into(), "good".into()));
    assert_eq!(tested.status.success(), checks.iter().all(|check| check["state"] != "bad"));

    // Something that says it is ours and is not wanted.
    let clean = ask(&["differences", "--router", "Mirpur"]);
    assert!(clean.status.success(), "{clean:?}");
    let left = [("name", "ghost"), ("password", "x"), ("service", "pppoe"), ("comment", "lastmile:line:0")];
    towers[0].1.at_console(|tree| tree.put("/ppp/secret", &left, true));
    let odd = ask(&["differences", "--router", "Mirpur", "--json"]);
    assert!(!odd.status.success());
    assert_eq!(answers(&odd)[0]["rows"][0]["name"], "ghost");

    let kept = ask(&["backup"]);
    assert!(kept.status.success(), "{kept:?}");
    assert!(String::from_utf8_lossy(&kept.stdout).starts_with("padma Mirpur: backup "));

    // One that is gone is told in words, and an unknown one by who is known.
    towers[0].1.unplug();
    let gone = ask(&["backup", "--json"]);
    assert!(!gone.status.success());
    assert!(answers(&gone)[0]["error"].as_str().unwrap().contains("Mirpur"), "{gone:?}");
    let unknown = ask(&["test", "--router", "Uttara"]);
    assert!(!unknown.status.success());
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("known are: Mirpur"), "{unknown:?}");
    std::fs::remove_dir_all(data).unwrap();
}
