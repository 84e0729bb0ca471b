//! Two servers on one database share their work. One is killed without warning in the middle of a billing run; the
//! other takes the job over and every service has exactly one bill.

use crate::{lastmile, tempfolder};
use std::fmt::Write;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use testkit::{World, world};

const SERVICES: usize = 7_000;
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // Without mercy: what a power cut does.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(world: &World, data: &Path) -> Server {
    let server = lastmile(world, data).arg("serve").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let server = Server(server);
    let deadline = Instant::now() + Duration::from_secs(60);
    while !data.join("ready.json").exists() {
        assert!(Instant::now() < deadline, "the server did not get ready");
        std::thread::sleep(Duration::from_millis(50));
    }
    server
}

async fn import(world: &World) {
    let (services, admin) = (&world.services, &world.padma.admin);
    let mut list = String::from("Name,User ID,Password,Package,Monthly Bill\n");
    for n in 0..SERVICES {
        writeln!(list, "Customer {n},line{n},secret-{n},Home 10,800").unwrap();
    }
    let id = services::imports::upload(services, admin, "list.csv", list.into_bytes()).await.unwrap();
    let mapping = services::imports::get(services, admin, id).await.unwrap().mapping();
    let options = domain::imports::ImportOptions { create_packages: true, ..Default::default() };
    services::imports::set_mapping(services, admin, id, mapping, options).await.unwrap();
    services::imports::start(services, admin, id).await.unwrap();
    services::imports::run(services, admin, id).await.unwrap();
}

async fn invoices(world: &World) -> (i64, String) {
    let mut tx = world.services.db.isp(&world.padma.admin).await.unwrap();
    let runs = storage::billing::runs(&mut tx, 1).await.unwrap();
    runs.first().map_or((0, String::new()), |run| (i64::from(run.invoices), run.state.clone()))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_survivor_finishes_what_the_dead_began() {
    let now = chrono::Utc::now().to_rfc3339();
    let world = world(&now).await;
    import(&world).await;
    let folders = [tempfolder("one"), tempfolder("two")];
    let first = serve(&world, &folders[0]);
    let isp = world.services.isp(world.padma.id).await.unwrap();
    services::billing::request_run(&world.services, &world.padma.admin, world.services.today(&isp)).await.unwrap();

    let deadline = Instant::now() + Duration::from_secs(60);
    while invoices(&world).await.0 == 0 {
        assert!(Instant::now() < deadline, "the run did not begin");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(first);
    let (done, state) = invoices(&world).await;
    assert!(state == "running" && done < i64::try_from(SERVICES).unwrap(), "killed too late to prove anything: {done} {state}");

    let _second = serve(&world, &folders[1]);
    let deadline = Instant::now() + Duration::from_secs(120);
    while invoices(&world).await.1 != "done" {
        assert!(Instant::now() < deadline, "nobody took the run over");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(invoices(&world).await.0, i64::try_from(SERVICES).unwrap());
    let report = services::ledger::verify(&world.services, &world.padma.admin).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    for folder in folders {
        std::fs::remove_dir_all(folder).unwrap();
    }
}
