//! A router is set up from a template: the plan is read first, a second run changes nothing, what people made by hand stays,
//! and wherever it is interrupted the router ends as it was wanted or as it was before, never between (RTR-02..05).

use domain::provisioning::{Action, RunState, StepState, TemplateForm, stock_template};
use domain::routers::RouterForm;
use domain::{Problem, ProvisionRunId, RouterId, TemplateId};
use integrations::routeros::Version;
use services::Error;
use services::provisioning::*;
use services::routers::create_router;
use simlab::routeros::{Dialled, Manner, Request, Router, Setup, Subscriber};
use std::collections::BTreeMap;
use std::time::Duration;
use testkit::{Killed, World, world};

const NOON: &str = "2026-11-01T04:00:00Z";
const NEW: Version = Version::new(7, 16, 2);
const TEN_MINUTES: Duration = Duration::from_secs(600);

type Values = BTreeMap<String, String>;
type Held = BTreeMap<&'static str, Vec<Vec<(String, String)>>>;

async fn switched_on(version: Version) -> Router {
    let setup = Setup::on_loopback("MikroTik", "lastmile", "pw-of-router", version);
    Router::start(setup).await.unwrap()
}

async fn registered(world: &World, router: &Router) -> RouterId {
    let form = RouterForm {
        name: format!("tower {}", router.address().port()),
        host: "127.0.0.1".into(),
        port: router.address().port().to_string(),
        door: "api".into(),
        username: "lastmile".into(),
        password: "pw-of-router".into(),
        ..RouterForm::default()
    };
    create_router(&world.services, &world.padma.admin, &form).await.unwrap()
}

fn values() -> Values {
    let pairs = [("management", "10.0.0.0/24"), ("radius_server", "10.0.0.5"), ("radius_secret", "a-long-secret"), ("portal", "10.0.0.6")];
    pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
}

/// A new ISP has it.
async fn full(world: &World) -> TemplateId {
    let found = templates(&world.services, &world.padma.admin).await.unwrap();
    assert_eq!(found.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["full"]);
    found[0].id
}

/// Fewer steps, but singles, tables, lists and rules among them.
async fn small(world: &World) -> TemplateId {
    let body = r#"{
      "variables": [{ "name": "radius_secret", "type": "secret" }],
      "parts": {
        "identity": { "name": "tower-7" },
        "radius": { "server": "10.0.0.5", "secret": "{{radius_secret}}" },
        "pppoe": { "interface": "ether2", "gateway": "10.20.0.1", "pool": "10.20.0.2-10.20.0.9" },
        "nat": { "wan": "ether1" },
        "firewall": { "management": ["10.0.0.0/24"], "wan": "ether1" }
      }
    }"#;
    let form = TemplateForm { name: "small".into(), body: body.into() };
    create_template(&world.services, &world.padma.admin, &form).await.unwrap()
}

/// One of each kind of step: a single setting, a list, a rule with a place.
async fn tiny(world: &World) -> TemplateId {
    let body = r#"{
      "parts": {
        "identity": { "name": "tower-7" },
        "time_zone": { "name": "Asia/Kathmandu" },
        "nat": { "wan": "ether1", "bypass": ["10.7.0.0/16"] }
      }
    }"#;
    let form = TemplateForm { name: "tiny".into(), body: body.into() };
    create_template(&world.services, &world.padma.admin, &form).await.unwrap()
}

/// Everything a person could have set, without ids.
fn held(router: &Router) -> Held {
    const MENUS: [&str; 20] = [
        "/system/identity",
        "/system/clock",
        "/system/ntp/client",
        "/snmp",
        "/snmp/community",
        "/radius",
        "/radius/incoming",
        "/ppp/aaa",
        "/ip/pool",
        "/ppp/profile",
        "/interface/pppoe-server/server",
        "/ip/address",
        "/ip/hotspot/profile",
        "/ip/hotspot",
        "/ip/hotspot/walled-garden",
        "/ip/hotspot/walled-garden/ip",
        "/ip/firewall/address-list",
        "/ip/firewall/filter",
        "/ip/firewall/nat",
        "/system/scheduler",
    ];
    let tree = router.tree();
    let row = |item: &simlab::routeros::Item| item.pairs().filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>();
    MENUS.iter().map(|menu| (*menu, tree.rows(menu).iter().map(row).collect())).collect()
}

fn by_hand(router: &Router, menu: &str, set: &[(&str, &str)]) {
    let attributes = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let request = Request { path: menu.into(), verb: "add".into(), attributes, queries: Vec::new() };
    router.at_console(|tree| tree.run(&request)).unwrap();
}

async fn begun(world: &World, router: RouterId, template: TemplateId) -> ProvisionRunId {
    start(world, router, template, &values(), TEN_MINUTES).await.unwrap()
}

async fn start(
    world: &World,
    router: RouterId,
    template: TemplateId,
    values: &Values,
    patience: Duration,
) -> Result<ProvisionRunId, Error> {
    let (services, admin) = (&world.services, &world.padma.admin);
    let id = draft(services, admin, router, template, values, patience).await?;
    begin(services, admin, id).await.map(|()| id)
}

async fn driven(world: &World, run: ProvisionRunId) -> RunState {
    for _ in 0..20 {
        let state = drive(&world.services, &world.padma.admin, run).await.unwrap();
        if state.is_over() {
            return state;
        }
    }
    panic!("a run that does not end");
}

async fn report(world: &World, run: ProvisionRunId) -> RunView {
    run_view(&world.services, &world.padma.admin, run).await.unwrap()
}

fn keys(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.key.as_str()).collect()
}

fn invalid<T: std::fmt::Debug>(told: Result<T, Error>) -> Vec<Problem> {
    match told {
        Err(Error::Invalid(problems)) => problems,
        Err(Error::Conflict(problem)) => vec![problem],
        other => panic!("a refusal and not {other:?}"),
    }
}

#[tokio::test]
async fn a_router_out_of_the_box_serves_after_one_run_and_the_second_changes_nothing() {
    let world = world(NOON).await;
    let template = full(&world).await;
    for version in [Version::new(6, 49, 10), NEW, Version::new(7, 18, 2)] {
        let router = switched_on(version).await;
        let id = registered(&world, &router).await;
        by_hand(&router, "/ip/firewall/filter", &[("chain", "input"), ("protocol", "ospf"), ("comment", "mine")]);
        by_hand(&router, "/ip/pool", &[("name", "home"), ("ranges", "192.168.1.2-192.168.1.9")]);
        let before = held(&router);
        let seen = preview(&world.services, &world.padma.admin, id, template, &values()).await.unwrap();
        assert!(seen.plan.count(Action::Add) > 20 && seen.plan.count(Action::Change) >= 5, "{version}");
        assert_eq!(held(&router), before, "a plan only reads");

        let run = begun(&world, id, template).await;
        assert_eq!(driven(&world, run).await, RunState::Done, "{version}: {:?}", report(&world, run).await.run.problems);
        let told = report(&world, run).await;
        assert!(told.steps.iter().all(|step| matches!(step.state, StepState::Done | StepState::Kept)));
        assert!(!format!("{:?}", told.steps.iter().map(|step| &step.shown).collect::<Vec<_>>()).contains("a-long-secret"));
        let tree = router.tree();
        assert!(tree.rows("/system/scheduler").is_empty(), "the dead man is gone");
        assert_eq!(tree.rows("/radius")[0].get("secret"), "a-long-secret");
        let ntp = &tree.rows("/system/ntp/client")[0];
        assert_eq!(ntp.get("servers").is_empty(), version < Version::new(7, 0, 0));
        let rules = tree.rows("/ip/firewall/filter");
        assert!(rules.iter().any(|rule| rule.get("comment") == "mine"));
        assert!(rules.last().unwrap().get("comment").contains("from outside"));
        assert!(tree.rows("/ip/pool").iter().any(|pool| pool.get("name") == "home" && pool.get("ranges") == "192.168.1.2-192.168.1.9"));

        by_hand(&router, "/ppp/secret", &[("name", "rahim"), ("password", "p"), ("profile", "lastmile-pppoe")]);
        let rahim = Subscriber { username: "rahim".into(), password: "p".into(), mac: "AA:BB:CC:00:11:22".into() };
        assert_eq!(router.dial(&rahim).await, Dialled::Locally);

        let mut tx = world.services.begin(&world.padma.admin).await.unwrap();
        let kept = storage::routers::backups::list(&mut tx, id, 10).await.unwrap();
        assert_eq!((kept.len(), kept[0].reason.as_str()), (1, "change"));
        let (row, sealed) = storage::routers::backups::find(&mut tx, kept[0].id).await.unwrap().unwrap();
        let text = world.services.keys.open_text(row.id.0, &sealed).unwrap();
        assert!(text.contains("add chain=input protocol=ospf comment=mine"), "{text}");
        drop(tx);
        let filled = filled_in(&world.services, &world.padma.admin, run).await.unwrap();
        assert_eq!((filled.get("portal").map(String::as_str), filled.get("radius_secret")), (Some("10.0.0.6"), None));

        let after = held(&router);
        assert!(preview(&world.services, &world.padma.admin, id, template, &values()).await.unwrap().plan.is_empty());
        let second = begun(&world, id, template).await;
        assert_eq!(driven(&world, second).await, RunState::Done);
        let told = report(&world, second).await.run;
        assert_eq!((told.added, told.changed), (0, 0), "no change");
        assert_eq!(held(&router), after);
    }
}

#[tokio::test]
async fn a_missing_value_is_told_before_the_router_is_asked() {
    let world = world(NOON).await;
    let template = full(&world).await;
    let router = switched_on(NEW).await;
    let id = registered(&world, &router).await;
    router.unplug();
    let mut some = values();
    some.remove("radius_server");
    let admin = &world.padma.admin;
    assert_eq!(keys(&invalid(preview(&world.services, admin, id, template, &some).await)), ["problem-provision-missing"]);
    assert_eq!(keys(&invalid(start(&world, id, template, &some, TEN_MINUTES).await)), ["problem-provision-missing"]);
    assert_eq!(keys(&invalid(preview(&world.services, admin, id, template, &values()).await)), ["problem-provision-lost"]);
}

#[tokio::test]
async fn what_was_made_by_hand_and_stands_in_the_way_is_told_and_nothing_is_changed() {
    let world = world(NOON).await;
    let (template, router) = (small(&world).await, switched_on(NEW).await);
    let id = registered(&world, &router).await;
    by_hand(&router, "/interface/pppoe-server/server", &[("interface", "ether2"), ("default-profile", "default"), ("disabled", "no")]);
    let before = held(&router);
    let told = invalid(preview(&world.services, &world.padma.admin, id, template, &values()).await);
    assert_eq!(keys(&told), ["problem-provision-by-hand"]);
    let run = begun(&world, id, template).await;
    assert_eq!(driven(&world, run).await, RunState::Refused);
    assert_eq!(keys(&report(&world, run).await.run.problems), ["problem-provision-by-hand"]);
    assert_eq!(held(&router), before);
}

#[tokio::test]
async fn a_router_that_may_not_be_prepared_says_why_and_is_not_asked_again() {
    let world = world(NOON).await;
    let template = small(&world).await;
    for (manner, key) in [
        (Manner { device_mode_blocks: true, ..Manner::of(NEW) }, "problem-provision-device-mode"),
        (Manner { disk_full: true, ..Manner::of(NEW) }, "problem-provision-disk-full"),
        (Manner { read_only: true, ..Manner::of(NEW) }, "problem-provision-forbidden"),
    ] {
        let router = switched_on(NEW).await;
        let id = registered(&world, &router).await;
        router.be(manner);
        let before = held(&router);
        let run = begun(&world, id, template).await;
        assert_eq!(driven(&world, run).await, RunState::Refused);
        assert_eq!(keys(&report(&world, run).await.run.problems), [key]);
        assert_eq!(held(&router), before);
        router.be(Manner::of(NEW));
        assert_eq!(drive(&world.services, &world.padma.admin, run).await.unwrap(), RunState::Refused);
        assert_eq!(held(&router), before, "it was not tried again");
    }
}

#[tokio::test]
async fn two_at_once_on_one_router_are_refused() {
    let world = world(NOON).await;
    let (template, router) = (small(&world).await, switched_on(NEW).await);
    let id = registered(&world, &router).await;
    let first = begun(&world, id, template).await;
    let second = start(&world, id, template, &values(), TEN_MINUTES).await;
    assert_eq!(keys(&invalid(second)), ["problem-provision-running"]);
    assert_eq!(driven(&world, first).await, RunState::Done);
    begun(&world, id, template).await;
}

#[tokio::test]
async fn a_step_that_is_refused_takes_everything_before_it_back() {
    let world = world(NOON).await;
    let (template, router) = (full(&world).await, switched_on(NEW).await);
    let id = registered(&world, &router).await;
    let before = held(&router);
    let run = begun(&world, id, template).await;
    let block = async {
        // The button is pressed too early: the scheduler was allowed, the hotspot is not.
        while router.tree().rows("/ip/pool").is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        router.be(Manner { device_mode_blocks: true, ..Manner::of(NEW) });
    };
    let (state, ()) = tokio::join!(driven(&world, run), block);
    assert_eq!(state, RunState::RolledBack);
    let told = report(&world, run).await;
    assert_eq!(keys(&told.run.problems), ["problem-provision-device-mode"]);
    assert!(told.steps.iter().any(|step| step.state == StepState::Refused && step.menu == "/ip/hotspot"));
    assert!(told.steps.iter().any(|step| step.state == StepState::Undone));
    assert_eq!(held(&router), before);
}

#[tokio::test]
async fn a_finished_run_is_taken_back_by_hand_but_not_what_people_changed_since() {
    let world = world(NOON).await;
    let (template, router) = (small(&world).await, switched_on(NEW).await);
    let id = registered(&world, &router).await;
    let before = held(&router);
    let run = begun(&world, id, template).await;
    assert_eq!(driven(&world, run).await, RunState::Done);
    router.at_console(|tree| tree.write("/system/identity", |_| true, &[("name", "by hand".into())]));
    roll_back(&world.services, &world.padma.admin, run).await.unwrap();
    assert_eq!(driven(&world, run).await, RunState::RolledBack);
    let mut after = held(&router);
    assert_eq!(after.insert("/system/identity", before["/system/identity"].clone()).unwrap()[0][0].1, "by hand");
    assert_eq!(after, before);
    assert_eq!(keys(&invalid(roll_back(&world.services, &world.padma.admin, run).await)), ["problem-provision-not-done"]);
}

/// Old or new, and the report says which.
fn old_or_new(state: RunState, router: &Router, old: &Held, new: &Held, when: usize) {
    let now = held(router);
    // Each router hears changes on a port of its own.
    let mut fresh = new.clone();
    fresh.insert("/radius/incoming", now["/radius/incoming"].clone());
    match state {
        RunState::Done => assert_eq!(now, fresh, "interrupted at {when}: all of it"),
        _ => assert_eq!(now, *old, "interrupted at {when}: nothing of it ({state:?})"),
    }
}

#[tokio::test]
async fn torn_at_any_sentence_it_ends_in_the_old_or_the_new_state() {
    let world = world(NOON).await;
    let template = tiny(&world).await;
    let model = switched_on(NEW).await;
    let id = registered(&world, &model).await;
    assert_eq!(driven(&world, begun(&world, id, template).await).await, RunState::Done);
    let new = held(&model);
    for when in 0.. {
        let router = switched_on(NEW).await;
        let id = registered(&world, &router).await;
        let old = held(&router);
        let run = begun(&world, id, template).await;
        router.be(Manner { tears_after: Some(when), ..Manner::of(NEW) });
        let state = driven(&world, run).await;
        old_or_new(state, &router, &old, &new, when as usize);
        if router.manner().tears_after.is_some() {
            assert!(when > 25, "it was torn at every sentence of the whole run");
            break;
        }
    }
}

#[tokio::test]
async fn killed_at_any_moment_it_is_taken_up_again_and_ends_in_the_old_or_the_new_state() {
    let world = world(NOON).await;
    let template = tiny(&world).await;
    let model = switched_on(NEW).await;
    let id = registered(&world, &model).await;
    assert_eq!(driven(&world, begun(&world, id, template).await).await, RunState::Done);
    let new = held(&model);
    for turns in (1..).step_by(4) {
        let router = switched_on(NEW).await;
        let id = registered(&world, &router).await;
        let old = held(&router);
        let run = begun(&world, id, template).await;
        let ended = Killed::after(turns, drive(&world.services, &world.padma.admin, run)).await.is_some();
        let state = driven(&world, run).await;
        old_or_new(state, &router, &old, &new, turns);
        if ended {
            assert!(turns > 50, "it was killed all along its way");
            break;
        }
    }
}

#[tokio::test]
async fn a_router_that_loses_us_goes_back_by_itself_and_the_report_says_so() {
    let world = world(NOON).await;
    let (template, router) = (full(&world).await, switched_on(NEW).await);
    let id = registered(&world, &router).await;
    let old = held(&router);
    let two = Duration::from_secs(2);
    let run = start(&world, id, template, &values(), two).await.unwrap();
    let killed = async {
        while router.tree().rows("/ppp/profile").len() < 3 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        state = driven(&world, run) => panic!("{state:?} before it was killed"),
        () = killed => {}
    }
    assert_ne!(held(&router), old);
    tokio::time::sleep(two + Duration::from_millis(500)).await;
    assert_eq!(held(&router), old, "nobody helped it");
    assert_eq!(driven(&world, run).await, RunState::Reverted);
    assert_eq!(keys(&report(&world, run).await.run.problems), ["problem-provision-reverted"]);
}

#[tokio::test]
async fn a_dead_man_who_was_taken_away_by_somebody_ends_the_run_in_the_old_state() {
    let world = world(NOON).await;
    let (template, router) = (full(&world).await, switched_on(NEW).await);
    let id = registered(&world, &router).await;
    let old = held(&router);
    let run = begun(&world, id, template).await;
    let somebody = async {
        while router.tree().rows("/ppp/profile").len() < 3 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        router.at_console(|tree| drop(tree.take("/system/scheduler", |_| true)));
    };
    let (state, ()) = tokio::join!(driven(&world, run), somebody);
    assert_eq!(state, RunState::RolledBack);
    assert_eq!(keys(&report(&world, run).await.run.problems), ["problem-provision-disarmed"]);
    assert_eq!(held(&router), old);
}

#[tokio::test]
async fn a_template_keeps_its_versions_and_a_run_the_one_it_was_begun_with() {
    let world = world(NOON).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let id = full(&world).await;
    let broken = TemplateForm { name: "full".into(), body: "{".into() };
    assert_eq!(keys(&invalid(save_template(services, admin, id, 1, &broken).await)), ["problem-template-json"]);
    let form = TemplateForm { name: "towers".into(), body: stock_template().replace("tower", "mast").replace("\"5m\"", "\"10m\"") };
    save_template(services, admin, id, 1, &form).await.unwrap();
    save_template(services, admin, id, 2, &form).await.unwrap();
    let seen = template(services, admin, id).await.unwrap();
    assert_eq!((seen.name.as_str(), seen.version, seen.versions.len()), ("towers", 2, 2), "the same again is no version");
    assert_eq!(seen.versions[1].body, stock_template());
    assert_eq!(keys(&invalid(save_template(services, admin, id, 1, &form).await)), ["problem-changed-meanwhile"]);
    assert!(matches!(template(services, &world.meghna.admin, id).await, Err(Error::NotFound)), "a stranger");
}
