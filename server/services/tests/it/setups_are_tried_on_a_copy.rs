//! A run is tried on a copy of its router first: the copy goes through all of it, the real router is only read, and what
//! would have failed is told before anybody begins (F-12).

use domain::provisioning::{RunState, TemplateForm, stock_template};
use domain::routers::RouterForm;
use domain::trust::Network;
use domain::{ProvisionRunId, RouterId};
use futures_util::future::BoxFuture;
use integrations::routeros::Version;
use services::provisioning::*;
use services::routers::create_router;
use services::{Error, Services};
use simlab::routeros::{Manner, Router, Setup};
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::{World, world};

const NOON: &str = "2026-11-01T04:00:00Z";
const NEW: Version = Version::new(7, 18, 2);

/// Copies as the product makes them, in a manner that a story chooses.
struct Copies {
    manner: Manner,
    made: AtomicUsize,
    seen: Mutex<BTreeMap<String, usize>>,
}

impl Stage for Copies {
    fn replica(&self, original: Original) -> BoxFuture<'_, io::Result<Replica>> {
        Box::pin(async move {
            let Original { name, version, rows, login, password } = original;
            self.made.fetch_add(1, Ordering::Relaxed);
            *self.seen.lock().unwrap() = rows.iter().map(|(menu, rows)| (menu.clone(), rows.len())).collect();
            let setup = Setup::on_loopback(name, &login, &password, version);
            let router = Router::start(Setup { manner: Manner { version, ..self.manner }, ..setup }).await?;
            router.at_console(|tree| rows.iter().for_each(|(menu, rows)| tree.fill(menu, rows)));
            Ok(Replica { address: router.address(), standing: Box::new(router) })
        })
    }
}

struct Story {
    world: World,
    services: Services,
    copies: Arc<Copies>,
    router: Router,
    id: RouterId,
}

impl Story {
    async fn new(manner: Manner) -> Self {
        let world = world(NOON).await;
        let elsewhere = Setup { address: ([127, 0, 0, 2], 0).into(), ..Setup::on_loopback("MikroTik", "lastmile", "pw", NEW) };
        let router = Router::start(elsewhere).await.unwrap();
        let form = RouterForm {
            name: "tower".into(),
            host: "127.0.0.2".into(),
            port: router.address().port().to_string(),
            door: "api".into(),
            username: "lastmile".into(),
            password: "pw".into(),
            ..RouterForm::default()
        };
        let id = create_router(&world.services, &world.padma.admin, &form).await.unwrap();
        let copies = Arc::new(Copies { manner, made: AtomicUsize::new(0), seen: Mutex::default() });
        // Where copies stand no router of anybody's may be.
        let closed = [Network::parse("127.0.0.1/32").unwrap()];
        let services = world.services.clone().with_closed(&closed).with_stage(copies.clone());
        Self { world, services, copies, router, id }
    }

    async fn draft(&self, body: &str, values: &[(&str, &str)]) -> ProvisionRunId {
        let admin = &self.world.padma.admin;
        let form = TemplateForm { name: format!("template {}", self.copies.made.load(Ordering::Relaxed)), body: body.into() };
        let template = create_template(&self.services, admin, &form).await.unwrap();
        let values = values.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        draft(&self.services, admin, self.id, template, &values, Duration::from_secs(600)).await.unwrap()
    }

    async fn rehearse(&self, run: ProvisionRunId) -> Result<RehearsalRow, Error> {
        rehearse(&self.services, &self.world.padma.admin, run).await
    }
}

const FULL: [(&str, &str); 4] =
    [("management", "10.0.0.0/24"), ("radius_server", "10.0.0.5"), ("radius_secret", "a-long-secret"), ("portal", "10.0.0.6")];

#[tokio::test]
async fn the_copy_goes_through_all_of_it_and_the_router_is_only_read() {
    let story = Story::new(Manner::of(NEW)).await;
    story.router.at_console(|tree| {
        tree.put("/ip/firewall/filter", &[("chain", "input"), ("protocol", "ospf"), ("comment", "mine")], true);
        for number in 0..200 {
            let name = format!("<pppoe-line-{number}>");
            tree.put("/interface", &[("name", &name), ("type", "pppoe-in")], false);
        }
    });
    let before = story.router.tree();
    let run = story.draft(stock_template(), &FULL).await;
    let row = story.rehearse(run).await.unwrap();
    assert!(row.is_well() && row.written > 20, "{row:?}");
    assert_eq!(story.router.tree().rows("/radius"), before.rows("/radius"));
    for menu in ["/ip/firewall/filter", "/system/scheduler", "/file", "/ip/pool", "/ppp/profile", "/system/identity"] {
        assert_eq!(story.router.tree().rows(menu), before.rows(menu), "{menu}");
    }
    // What the plan touches was copied, and of ports those that are no subscribers'.
    let seen = story.copies.seen.lock().unwrap().clone();
    assert_eq!((seen["/ip/firewall/filter"], seen["/interface"]), (1, 5));
    assert!(!seen.contains_key("/ppp/secret"));
    let kept = run_view(&story.services, &story.world.padma.admin, run).await.unwrap();
    assert_eq!((kept.run.state, kept.rehearsal), (RunState::Draft, Some(row)), "it is there to be read, and nothing has begun");

    // What the copy promised the router keeps.
    let admin = &story.world.padma.admin;
    begin(&story.services, admin, run).await.unwrap();
    assert_eq!(drive(&story.services, admin, run).await.unwrap(), RunState::Done);
    let error = story.rehearse(run).await.unwrap_err();
    assert!(matches!(error, Error::Conflict(problem) if problem.key == "problem-provision-begun"));
    let again = story.draft(stock_template(), &FULL).await;
    assert_eq!(story.rehearse(again).await.unwrap().written, 0, "the copy of a router that is as wanted has nothing to do");
}

#[tokio::test]
async fn what_would_fail_is_told_beforehand() {
    let story = Story::new(Manner { device_mode_blocks: true, ..Manner::of(NEW) }).await;
    let run = story.draft(stock_template(), &FULL).await;
    let row = story.rehearse(run).await.unwrap();
    assert_eq!((row.is_well(), row.problems[0].key.as_str()), (false, "problem-provision-device-mode"));

    // What stands in the way on the router itself needs no copy.
    story.router.at_console(|tree| {
        tree.put("/ip/pool", &[("name", "lastmile-pppoe"), ("ranges", "10.1.0.2-10.1.0.9"), ("comment", "by hand")], true);
    });
    let made = story.copies.made.load(Ordering::Relaxed);
    let run = story
        .draft(r#"{ "parts": { "pppoe": { "interface": "ether9", "gateway": "10.20.0.1", "pool": "10.20.0.2-10.20.0.9" } } }"#, &[])
        .await;
    let error = story.rehearse(run).await.unwrap_err();
    assert!(matches!(error, Error::Invalid(problems) if problems.iter().any(|problem| problem.key == "problem-provision-no-interface")));
    assert_eq!(story.copies.made.load(Ordering::Relaxed), made);
}

#[tokio::test]
async fn without_a_stage_and_for_strangers_there_is_none() {
    let story = Story::new(Manner::of(NEW)).await;
    let run = story.draft(r#"{ "parts": { "identity": { "name": "tower-7" } } }"#, &[]).await;
    let bare = rehearse(&story.world.services, &story.world.padma.admin, run).await.unwrap_err();
    assert!(matches!(bare, Error::Conflict(problem) if problem.key == "problem-rehearsal-no-stage"));
    let stranger = rehearse(&story.services, &story.world.meghna.admin, run).await.unwrap_err();
    assert!(matches!(stranger, Error::NotFound));
    story.router.unplug();
    let away = story.rehearse(run).await.unwrap_err();
    assert!(matches!(away, Error::Conflict(problem) if problem.key == "problem-provision-lost"));
}
