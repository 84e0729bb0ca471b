//! A router that served its lines from its own secrets is moved to RADIUS (RTR-13), and in the end everybody is with RADIUS
//! or everything is as it was before.

use crate::stage::*;
use crate::street::{Street, keys, killed_often};
use aaa::{Radius, RadiusConfig};
use domain::access::BlockForm;
use domain::provisioning::DEAD_MAN;
use domain::router_moves::{MoveForm, MoveState, SecretState, TAG};
use domain::routers::{AuthMode, RouterForm};
use services::router_moves as moves;
use services::{Error, wanted};
use simlab::routeros::{Manner, Subscriber};
use std::net::IpAddr;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn everybody_comes_back_through_radius_and_the_old_secrets_sleep() {
    let street = Street::of(12, PADMA_SECRET).await;
    let (services, admin) = (&street.stage.world.services, &street.stage.world.padma.admin);
    street.secret("vpn-of-the-boss", "secret-9", "by hand");
    let before = street.held();
    let seen = moves::look(services, admin, street.id).await.unwrap();
    assert_eq!((seen.plan.moves.len(), seen.plan.online(), seen.plan.stays.len()), (12, 12, 1));
    assert!(seen.saw_passwords && seen.client.as_deref() == Some("127.0.0.1"));
    assert_eq!(street.held(), before, "a look only reads");
    let not_said = MoveForm { leave: false, ..street.form() };
    assert_eq!(keys(street.begin(&not_said).await), ["problem-move-stays"], "what stays is said before");

    let id = street.begin(&street.form()).await.unwrap();
    assert_eq!(street.driven(id).await, MoveState::Done, "{:?}", street.view(id).await);
    street.all_online().await;
    assert_eq!(street.online(), (12, 0), "nobody is served by the router");
    let view = street.view(id).await;
    assert_eq!(view.count(SecretState::Back), 12);
    let waves: Vec<(i16, i64, i64)> = view.waves.iter().map(|wave| (wave.number, wave.size, wave.back)).collect();
    assert_eq!(waves, [(0, 1, 1), (1, 5, 5), (2, 5, 5), (3, 1, 1)]);
    assert_eq!(street.mode().await, AuthMode::Radius);
    let tree = street.router.tree();
    assert!(tree.rows("/system/scheduler").is_empty(), "the dead man is gone");
    assert_eq!(tree.rows("/radius/incoming")[0].get("accept"), "true");
    assert_eq!(tree.rows("/ppp/aaa")[0].get("interim-update"), "5m");
    let mut tx = services.begin(admin).await.unwrap();
    let kept = storage::routers::backups::list(&mut tx, street.id, 10).await.unwrap();
    assert!(kept.iter().all(|row| row.reason == "change") && !kept.is_empty());
    drop(tx);

    // The engine that keeps lines on routers finds nothing to do, and takes nothing away.
    street.keep_lines().await;
    assert_eq!(street.get("user00", "disabled").as_deref(), Some("true"));
    assert_eq!(street.get("vpn-of-the-boss", "disabled").as_deref(), Some("false"));

    // One press makes everything as it was.
    moves::go_back(services, admin, id).await.unwrap();
    assert_eq!(street.driven(id).await, MoveState::Returned);
    assert_eq!(street.held(), before);
    assert_eq!(street.mode().await, AuthMode::Local);
    street.all_online().await;
    assert_eq!(street.online(), (0, 12));
    assert_eq!(keys(moves::clear(services, admin, id).await), ["problem-move-not-now"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_secrets_go_when_a_person_says_so_and_nothing_else_goes() {
    let street = Street::of(2, PADMA_SECRET).await;
    let (services, admin) = (&street.stage.world.services, &street.stage.world.padma.admin);
    street.secret("by-hand", "secret-9", "mine");
    let id = street.begin(&street.form()).await.unwrap();
    assert_eq!(street.driven(id).await, MoveState::Done);
    moves::clear(services, admin, id).await.unwrap();
    assert_eq!(street.driven(id).await, MoveState::Cleared);
    let left: Vec<String> = street.router.tree().rows("/ppp/secret").iter().map(|row| row.get("name").to_owned()).collect();
    assert_eq!(left, ["by-hand"]);
    assert_eq!(keys(moves::go_back(services, admin, id).await), ["problem-move-not-now"], "there is no way back any more");
    street.all_online().await;
    assert_eq!(street.online(), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_found_by_the_test_and_nothing_stays_asleep() {
    let street = Street::of(3, "not-the-secret-of-padma").await;
    let before = street.held();
    let id = street.begin(&street.form()).await.unwrap();
    assert_eq!(street.driven(id).await, MoveState::Returned);
    assert_eq!(street.problems(id).await, ["problem-move-secret"]);
    assert_eq!(street.held(), before);
    assert_eq!(street.mode().await, AuthMode::Local);
    street.all_online().await;
    assert_eq!(street.online(), (0, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_radius_refuses_ends_the_test() {
    let mut street = Street::of(2, PADMA_SECRET).await;
    // Its device dials with a password of its own, which nobody sees on the router.
    street.homes.abort_all();
    street.off.lock().unwrap().extend(["user00".to_owned(), "user01".to_owned()]);
    let before = street.held();
    let id = street.begin(&street.form()).await.unwrap();
    street.router.hang_up("user00");
    street.waits_for_test(id).await;
    let wrong = Subscriber { username: "user00".into(), password: "his-own-word".into(), mac: "AA:BB:CC:00:11:22".into() };
    street.router.dial(&wrong).await;
    assert_eq!(street.driven(id).await, MoveState::Returned);
    assert_eq!(street.problems(id).await, ["problem-move-rejected"]);
    assert_eq!(street.held(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_nobody_dials_for_the_test_a_person_decides() {
    let street = Street::of(6, PADMA_SECRET).await;
    let (services, admin) = (&street.stage.world.services, &street.stage.world.padma.admin);
    street.stays_away("user00");
    let id = street.begin(&street.form()).await.unwrap();
    street.waits_for(id, "user00").await;
    assert_eq!(street.get("user00", "disabled").as_deref(), Some("true"));
    street.time_passes();
    assert_eq!(street.driven(id).await, MoveState::Asking);
    assert_eq!(street.problems(id).await, ["problem-router-move-nobody"]);
    assert_eq!(street.get("user00", "disabled").as_deref(), Some("false"), "nothing sleeps while a person thinks");
    assert_eq!(keys(moves::go_on(services, admin, id, "touer").await), ["problem-move-name"]);
    moves::go_on(services, admin, id, "tower").await.unwrap();
    // His device is still off when his wave comes, so he does not count.
    assert_eq!(street.driven(id).await, MoveState::Done);
    let view = street.view(id).await;
    assert!(view.run.forced_by.is_some());
    assert_eq!((view.count(SecretState::Back), view.count(SecretState::Off)), (5, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn when_too_few_come_back_every_secret_is_exactly_as_before() {
    let street = Street::of(12, PADMA_SECRET).await;
    let before = street.held();
    street.stays_away("user04");
    let id = street.begin(&street.form()).await.unwrap();
    assert_eq!(keys(street.begin(&street.form()).await), ["problem-router-moving"], "twice at once");
    street.waits_for(id, "user04").await;
    assert_eq!(street.online(), (5, 6), "the test and the first wave are with RADIUS, the others where they were");
    // A person changed one meanwhile: it is his.
    street.router.at_console(|tree| tree.write("/ppp/secret", |row| row.get("name") == "user00", &[("comment", "mine now".into())]));
    street.time_passes();
    assert_eq!(street.driven(id).await, MoveState::Returned);
    assert_eq!(street.problems(id).await, ["problem-move-few"]);
    let view = street.view(id).await;
    assert_eq!((view.count(SecretState::Changed), view.count(SecretState::On), view.count(SecretState::Waiting)), (1, 5, 6));
    assert_eq!(street.get("user00", "comment").as_deref(), Some("mine now"));
    let his = [("comment", "flat 0, since 2019".into()), ("disabled", "false".into())];
    street.router.at_console(|tree| tree.write("/ppp/secret", |row| row.get("name") == "user00", &his));
    assert_eq!(street.held(), before);
    street.off.lock().unwrap().clear();
    street.all_online().await;
    assert_eq!(street.online(), (0, 12), "nobody is left with RADIUS on a router that does not ask it");
    street.begin(&street.form()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_down_meanwhile_does_not_count_and_does_not_come_in_by_the_way_back() {
    let street = Street::of(7, PADMA_SECRET).await;
    let (services, admin) = (&street.stage.world.services, &street.stage.world.padma.admin);
    street.stays_away("user03");
    let id = street.begin(&street.form()).await.unwrap();
    street.waits_for(id, "user03").await;
    let listed = BlockForm { kind: "username".into(), value: "user03".into(), note: "gone".into(), days: String::new() };
    services::radius::block(services, admin, &listed).await.unwrap();
    assert_eq!(street.driven(id).await, MoveState::Done);
    moves::go_back(services, admin, id).await.unwrap();
    assert_eq!(street.driven(id).await, MoveState::Returned);
    assert_eq!(street.get("user03", "disabled").as_deref(), Some("true"));
    assert_eq!(street.get("user03", "comment").as_deref(), Some("flat 3, since 2019"));
    assert_eq!(street.get("user04", "disabled").as_deref(), Some("false"));
    assert_eq!(street.view(id).await.count(SecretState::Kept), 1);
}

/// The engine that keeps lines on routers works at the same time.
#[tokio::test(flavor = "multi_thread")]
async fn lines_that_we_keep_on_the_router_follow_what_happens_to_them() {
    let street = Street::kept(8).await;
    let (services, admin) = (&street.stage.world.services, &street.stage.world.padma.admin);
    assert!(street.get("user00", "comment").unwrap().starts_with("lastmile:line:"));
    let id = street.begin(&street.form()).await.unwrap();
    moves::stop(services, admin, id).await.unwrap();
    assert_eq!(street.driven(id).await, MoveState::Paused, "it rests after the test already");
    street.stays_away("user03");
    moves::go_on(services, admin, id, "").await.unwrap();
    street.waits_for(id, "user03").await;
    moves::stop(services, admin, id).await.unwrap();
    street.off.lock().unwrap().clear();
    assert_eq!(street.driven(id).await, MoveState::Paused);
    assert_eq!(street.get("user01", "disabled").as_deref(), Some("true"));

    // One of those who went, and one of those who did not, are suspended: behind the wall, each by whoever serves him.
    for name in ["user01", "user07"] {
        street.stage.suspend(&street.stage.world.padma, street.line(name)).await;
    }
    street.keep_lines().await;
    assert_eq!(street.get("user01", "disabled").as_deref(), Some("true"), "he is with RADIUS: nobody wakes his secret");
    assert!(street.get("user01", "comment").unwrap().starts_with(TAG));
    assert!(street.get("user07", "profile").unwrap().ends_with("-wall") || street.get("user07", "profile").unwrap().contains("-wall-"));
    let form = RouterForm { auth_mode: "hybrid".into(), ..street.router_form() };
    let version = services::routers::find_router(services, admin, street.id).await.unwrap().0.router.version;
    let changed = services::routers::update_router(services, admin, street.id, version, &form).await;
    assert_eq!(keys(changed), ["problem-router-moving"], "nobody changes who decides in the middle");

    moves::go_on(services, admin, id, "").await.unwrap();
    assert_eq!(street.driven(id).await, MoveState::Done);
    street.all_online().await;
    assert_eq!(street.online(), (8, 0));
    street.keep_lines().await;
    wanted::reconcile_all(services, &domain::people::Caller::system(street.stage.world.padma.id, "test")).await.unwrap();
    street.keep_lines().await;
    let asleep = street.router.tree().rows("/ppp/secret").iter().filter(|row| row.get("disabled") == "true").count();
    assert_eq!(asleep, 8, "all of them sleep, and none is gone");
    let profile = street.get("user02", "profile").unwrap();
    assert!(street.router.tree().rows("/ppp/profile").iter().any(|row| row.get("name") == profile), "they could wake up");
    wanted::audit_now(services, admin, street.id).await.unwrap();

    moves::go_back(services, admin, id).await.unwrap();
    assert_eq!(street.driven(id).await, MoveState::Returned);
    street.keep_lines().await;
    for name in ["user01", "user07"] {
        assert!(street.get(name, "comment").unwrap().ends_with(" walled"), "{name}: {:?}", street.get(name, "comment"));
    }
    assert_eq!(street.get("user02", "disabled").as_deref(), Some("false"));
    assert!(!street.get("user02", "comment").unwrap().starts_with(TAG));
    assert_eq!(street.mode().await, AuthMode::Local);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_router_that_goes_away_in_the_middle_is_waited_for() {
    let street = Street::of(7, PADMA_SECRET).await;
    street.stays_away("user02");
    let id = street.begin(&street.form()).await.unwrap();
    street.waits_for(id, "user02").await;
    street.router.unplug();
    street.time_passes();
    assert_eq!(street.drive(id).await, MoveState::Returning, "he did not come back, and nobody can be woken yet");
    assert_eq!(street.view(id).await.run.waits_for.as_deref(), Some("router"));
    street.router.plug().await.unwrap();
    assert_eq!(street.driven(id).await, MoveState::Returned);
    let asleep = street.router.tree().rows("/ppp/secret").iter().filter(|row| row.get("disabled") == "true").count();
    assert_eq!(asleep, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_router_that_knows_no_radius_server_is_told_ours_and_forgets_it_again() {
    let street = Street::of(2, PADMA_SECRET).await;
    let (services, admin) = (&street.stage.world.services, &street.stage.world.padma.admin);
    street.router.at_console(|tree| drop(tree.take("/radius", |_| true)));
    let before = street.held();
    assert_eq!(keys(street.begin(&street.form()).await), ["problem-move-server"]);
    street.stays_away("user00");
    // Nobody listens there: the test stays without an answer.
    let id = street.begin(&MoveForm { server: "127.0.91.1".into(), ..street.form() }).await.unwrap();
    street.waits_for(id, "user00").await;
    let tree = street.router.tree();
    let client = &tree.rows("/radius")[0];
    assert_eq!((client.get("address"), client.get("secret"), client.get("service")), ("127.0.91.1", PADMA_SECRET, "ppp"));
    assert!(tree.rows("/system/scheduler").is_empty(), "the dead man is gone before anybody is cut");
    street.time_passes();
    assert_eq!(street.driven(id).await, MoveState::Asking);
    moves::test_again(services, admin, id).await.unwrap();
    street.waits_for_test(id).await;
    moves::go_back(services, admin, id).await.unwrap();
    assert_eq!(street.driven(id).await, MoveState::Returned);
    assert_eq!(street.held(), before);
}

/// At the ports that a router takes when nobody names others.
#[tokio::test(flavor = "multi_thread")]
async fn a_router_that_is_told_our_server_ends_with_radius() {
    let street = Street::of(3, PADMA_SECRET).await;
    let (services, admin) = (&street.stage.world.services, &street.stage.world.padma.admin);
    street.router.at_console(|tree| drop(tree.take("/radius", |_| true)));
    let before = street.held();
    let address: IpAddr = "127.0.91.2".parse().unwrap();
    let config = RadiusConfig { auth_addr: (address, 1812).into(), acct_addr: (address, 1813).into(), spool: None };
    let near = Radius::start(services.clone(), config).await.unwrap();
    near.wait_ready().await;
    let id = street.begin(&MoveForm { server: address.to_string(), ..street.form() }).await.unwrap();
    assert_eq!(street.driven(id).await, MoveState::Done, "{:?}", street.view(id).await);
    street.all_online().await;
    assert_eq!(street.online(), (3, 0));
    assert_eq!(street.view(id).await.count(SecretState::Back), 3);
    assert_eq!(street.router.tree().rows("/radius")[0].get("address"), "127.0.91.2");
    moves::go_back(services, admin, id).await.unwrap();
    assert_eq!(street.driven(id).await, MoveState::Returned);
    assert_eq!(street.held(), before);
    street.all_online().await;
    assert_eq!(street.online(), (0, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_router_that_loses_us_while_it_is_prepared_goes_back_by_itself() {
    let street = Street::of(2, PADMA_SECRET).await;
    let before = street.held();
    let id = street.begin(&street.form()).await.unwrap();
    // Slow enough to be met between two sentences.
    street.router.be(Manner { delay: Duration::from_millis(20), ..street.router.manner() });
    let prepared = async {
        while street.router.tree().rows("/ppp/aaa")[0].get("use-radius") != "true" {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        state = street.drive(id) => panic!("{state:?} before it was killed"),
        () = prepared => {}
    }
    assert_ne!(street.held(), before);
    street.router.be(Manner { delay: Duration::ZERO, ..street.router.manner() });
    street.router.strike(DEAD_MAN);
    assert_eq!(street.held(), before, "nobody helped it");
    street.time_passes();
    assert_eq!(street.driven(id).await, MoveState::Returned, "what cut us off would do so again");
    assert_eq!(street.problems(id).await, ["problem-move-reverted"]);
    assert_eq!(street.held(), before);
    street.all_online().await;
    assert_eq!(street.online(), (0, 2));
}

#[tokio::test]
async fn what_cannot_begin_says_why() {
    let street = Street::of(0, PADMA_SECRET).await;
    let (services, admin) = (&street.stage.world.services, &street.stage.world.padma.admin);
    street.secret("stranger", "secret-9", "");
    let nobody = MoveForm { leave: true, ..MoveForm::default() };
    assert_eq!(keys(street.begin(&nobody).await), ["problem-move-nothing"]);
    assert!(matches!(moves::look(services, &street.stage.world.meghna.admin, street.id).await, Err(Error::NotFound)), "a stranger");
    street.router.unplug();
    assert_eq!(keys(street.begin(&nobody).await), ["problem-provision-lost"]);
    let version = services::routers::find_router(services, admin, street.id).await.unwrap().0.router.version;
    let form = RouterForm { nas: String::new(), ..street.router_form() };
    services::routers::update_router(services, admin, street.id, version, &form).await.unwrap();
    assert_eq!(keys(street.begin(&nobody).await), ["problem-move-no-nas"]);
    let form = RouterForm { auth_mode: "radius".into(), ..street.router_form() };
    services::routers::update_router(services, admin, street.id, version + 1, &form).await.unwrap();
    assert_eq!(keys(street.begin(&nobody).await), ["problem-move-radius"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_it_ends_with_radius_or_as_before() {
    let street = Street::of(6, PADMA_SECRET).await;
    let (services, admin) = (&street.stage.world.services, &street.stage.world.padma.admin);
    let before = street.held();
    let patient = MoveForm { minutes: "60".into(), ..street.form() };
    for more in [3, 5] {
        let id = street.begin(&patient).await.unwrap();
        let (state, kills) = killed_often(&street, id, more).await;
        assert!(kills > 5, "it was killed all along its way");
        assert_eq!(state, MoveState::Done, "{:?}", street.view(id).await);
        street.all_online().await;
        assert_eq!(street.online(), (6, 0));
        moves::go_back(services, admin, id).await.unwrap();
        let (state, _) = killed_often(&street, id, more).await;
        assert_eq!(state, MoveState::Returned);
        assert_eq!(street.held(), before);
        street.all_online().await;
        assert_eq!(street.online(), (0, 6));
    }
}
