//! Routers that decide by themselves: whatever changes a line reaches its router, now or when it is back, once and in
//! order; what somebody made by hand stays; and no password lies in the clear.

use crate::seed::{customer, package};
use chrono::TimeDelta;
use domain::people::Caller;
use domain::routers::RouterForm;
use domain::wanted::{Finding, Kind, WantFilter, WantState};
use domain::{CustomerId, PackageId, RouterId, ServiceId};
use futures_util::stream::{self, StreamExt};
use integrations::routeros::{Client, Command, Door, Limits, Login, Security, Version};
use services::billing::run_billing;
use services::customers::{resume_service, suspend_service};
use services::payments::{PaymentForm, take_payment};
use services::wanted::{self, claim, heed, run_errand};
use simlab::routeros::{Manner, Router, Setup};
use std::time::Duration;
use testkit::{World, world};
use uuid::Uuid;

const PASSWORD: &str = "router-secret-1";

async fn switched_on(name: &str) -> Router {
    let setup = Setup::on_loopback(name, "lastmile", PASSWORD, Version::new(7, 18, 2));
    Router::start(setup).await.unwrap()
}

/// A world with one router that keeps its lines itself.
struct Network {
    world: World,
    router: Router,
    id: RouterId,
    package: PackageId,
    node: Uuid,
}

async fn add(world: &World, router: &Router, name: &str) -> RouterId {
    let form = RouterForm {
        name: name.into(),
        host: "127.0.0.1".into(),
        port: router.address().port().to_string(),
        door: "api".into(),
        username: "lastmile".into(),
        password: PASSWORD.into(),
        auth_mode: "local".into(),
        ..RouterForm::default()
    };
    services::routers::create_router(&world.services, &world.padma.admin, &form).await.unwrap()
}

async fn network(now: &str) -> Network {
    let world = world(now).await;
    let router = switched_on("Mirpur").await;
    let id = add(&world, &router, "Mirpur").await;
    let package = package(&world.services, &world.padma.admin, "Home 10", "1000").await;
    Network { world, router, id, package, node: Uuid::now_v7() }
}

impl Network {
    fn admin(&self) -> &Caller {
        &self.world.padma.admin
    }

    async fn line(&self, username: &str) -> (CustomerId, ServiceId) {
        let services = &self.world.services;
        let id = customer(services, self.admin(), self.package, username).await;
        let line = services::customers::customer(services, self.admin(), id).await.unwrap().services[0].id;
        services::routers::place_lines(services, self.admin(), &[line], Some(self.id)).await.unwrap();
        (id, line)
    }

    /// What the servers do every few seconds, once. Answers with how many routers were talked to.
    async fn look(&self) -> usize {
        let (services, isp) = (&self.world.services, self.world.padma.id);
        heed(services, isp).await.unwrap();
        let errands = claim(services, isp, self.node, 64).await.unwrap();
        let many = errands.len();
        for errand in errands {
            run_errand(services, isp, self.node, errand).await.unwrap();
        }
        many
    }

    fn secret(&self, name: &str, property: &str) -> Option<String> {
        secret_of(&self.router, name, property)
    }

    async fn waiting(&self) -> Vec<domain::wanted::WantRow> {
        let paging = domain::customers::Paging::new(1, 200);
        wanted::board(&self.world.services, self.admin(), &WantFilter::default(), paging).await.unwrap().page.rows
    }

    /// Bills September and lets due and grace pass unpaid.
    async fn nobody_pays(&self) {
        run_billing(&self.world.services, self.admin(), "2026-09-01".parse().unwrap()).await.unwrap();
        self.look().await;
        self.world.clock.set("2026-09-20T04:00:00Z".parse().unwrap());
        self.look().await;
    }

    async fn pay(&self, id: CustomerId) {
        let form = PaymentForm { amount: "1000".into(), method: "cash".into(), key: format!("pay-{id}"), ..Default::default() };
        take_payment(&self.world.services, self.admin(), id, &form).await.unwrap();
    }
}

fn secret_of(router: &Router, name: &str, property: &str) -> Option<String> {
    let tree = router.tree();
    tree.rows("/ppp/secret").iter().find(|row| row.get("name") == name).map(|row| row.get(property).to_owned())
}

/// Everything that changes in a menu from now on, in order.
async fn watch(router: &Router, menu: &str) -> tokio::sync::mpsc::UnboundedReceiver<String> {
    let door = Door { address: router.address(), security: Security::Plain { password_in_clear: true } };
    let login = Login { name: "lastmile".into(), password: PASSWORD.into() };
    let limits = Limits { silence: Duration::from_secs(600), answer: Duration::from_secs(600), ..Limits::default() };
    let client = Client::open(&door, &login, limits).await.unwrap();
    let (send, receive) = tokio::sync::mpsc::unbounded_channel();
    let command = Command::new(&format!("{menu}/listen"));
    let mut following = client.follow(&command).await.unwrap();
    tokio::spawn(async move {
        let _client = client;
        while let Ok(Some(row)) = following.next().await {
            if send.send(row.text("name")).is_err() {
                return;
            }
        }
    });
    receive
}

#[tokio::test]
async fn a_line_reaches_its_router_and_follows_what_happens_to_it() {
    let network = network("2026-09-01T04:00:00Z").await;
    let (_, line) = network.line("rahim").await;
    assert_eq!(network.look().await, 1);
    assert_eq!(network.secret("rahim", "disabled").as_deref(), Some("false"));
    assert_eq!(network.secret("rahim", "password").as_deref(), Some("rahim-secret"));
    assert_eq!(network.secret("rahim", "profile").as_deref(), Some("lastmile-5M-10M"));
    assert!(network.waiting().await.is_empty());
    assert_eq!(network.look().await, 0, "nothing is said twice");

    // Suspended: behind the wall, and the session that goes on ends.
    network.router.at_console(|tree| tree.put("/ppp/active", &[("name", "rahim"), ("service", "pppoe")], false));
    network.router.at_console(|tree| tree.put("/ppp/active", &[("name", "rahim"), ("service", "pppoe"), ("radius", "true")], false));
    let reason = domain::customers::BlockReason::Abuse;
    suspend_service(&network.world.services, network.admin(), line, reason, "spam").await.unwrap();
    network.look().await;
    assert_eq!(network.secret("rahim", "profile").map(|profile| profile.contains("-wall")), Some(true));
    let left: Vec<_> = network.router.tree().rows("/ppp/active").iter().map(|row| row.get("radius").to_owned()).collect();
    assert_eq!(left, ["true"], "the session that RADIUS let in is RADIUS's");

    // Resumed and moved away: nothing of him stays, and nothing of others goes.
    network.router.at_console(|tree| tree.put("/ppp/secret", &[("name", "by-hand"), ("comment", "since 2019")], true));
    resume_service(&network.world.services, network.admin(), line, reason).await.unwrap();
    network.look().await;
    assert_eq!(network.secret("rahim", "profile").as_deref(), Some("lastmile-5M-10M"));
    services::routers::place_lines(&network.world.services, network.admin(), &[line], None).await.unwrap();
    network.look().await;
    assert_eq!(network.secret("rahim", "name"), None);
    assert_eq!(network.secret("by-hand", "comment").as_deref(), Some("since 2019"));
    wanted::reconcile_all(&network.world.services, &Caller::system(network.world.padma.id, "test")).await.unwrap();
    network.look().await;
    let ours = network.router.tree().rows("/ppp/profile").iter().filter(|row| row.get("name").starts_with("lastmile-")).count();
    assert_eq!(ours, 0, "profiles that nobody needs any more are gone");
}

/// E-06 and BIL-17.
#[tokio::test]
async fn who_pays_while_the_router_is_down_is_up_a_minute_after_it_is_back() {
    let network = network("2026-09-01T04:00:00Z").await;
    let (rahim, line) = network.line("rahim").await;
    network.look().await;
    network.nobody_pays().await;
    assert_eq!(network.secret("rahim", "profile").map(|profile| profile.contains("-wall")), Some(true), "cut off at the instant, by us");

    network.router.unplug();
    network.pay(rahim).await;
    for _ in 0..20 {
        network.look().await;
        network.world.clock.advance(TimeDelta::minutes(30));
    }
    let waits = wanted::waiting_of_customer(&network.world.services, network.admin(), rahim).await.unwrap();
    assert_eq!((waits.len(), waits[0].service_id, waits[0].router.as_str()), (1, line, "Mirpur"));
    let himself = Caller { customer_id: Some(rahim), role: domain::people::Role::Customer, ..network.admin().clone() };
    assert_eq!(wanted::waiting_of_own_lines(&network.world.services, &himself).await.unwrap(), waits);
    let depth = wanted::router_queue(&network.world.services, network.admin(), network.id).await.unwrap().unwrap();
    assert!(depth.waiting >= 1 && depth.problem.as_deref() == Some("unreachable"), "{depth:?}");

    network.look().await;
    network.router.plug().await.unwrap();
    let back = network.world.services.now();
    while network.secret("rahim", "profile").as_deref() != Some("lastmile-5M-10M") {
        network.world.clock.advance(TimeDelta::seconds(5));
        network.look().await;
        assert!(network.world.services.now() - back <= TimeDelta::seconds(60), "a minute after its return he is still down");
    }
    assert!(wanted::waiting_of_customer(&network.world.services, network.admin(), rahim).await.unwrap().is_empty());
}

/// E-07.
#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_paid_while_the_router_was_away_for_a_day() {
    let network = network("2026-09-01T04:00:00Z").await;
    let made = (0..500).map(|number| {
        let network = &network;
        async move { customer(&network.world.services, network.admin(), network.package, &format!("user{number:03}")).await }
    });
    let customers: Vec<CustomerId> = stream::iter(made).buffered(8).collect().await;
    let mut lines = Vec::new();
    for id in &customers {
        lines.push(services::customers::customer(&network.world.services, network.admin(), *id).await.unwrap().services[0].id);
    }
    services::routers::place_lines(&network.world.services, network.admin(), &lines, Some(network.id)).await.unwrap();
    network.look().await;
    network.nobody_pays().await;
    assert_eq!(network.router.tree().rows("/ppp/secret").iter().filter(|row| row.get("profile").contains("-wall")).count(), 500);
    network.router.unplug();
    for (number, id) in customers.iter().enumerate() {
        network.pay(*id).await;
        // Every three minutes one: a day.
        network.world.clock.advance(TimeDelta::seconds(172));
        if number % 25 == 0 {
            network.look().await;
        }
    }
    network.look().await;
    network.router.plug().await.unwrap();
    let mut changes = watch(&network.router, "/ppp/secret").await;
    let back = network.world.services.now();
    loop {
        network.world.clock.advance(TimeDelta::seconds(5));
        network.look().await;
        if network.waiting().await.is_empty() {
            break;
        }
        assert!(network.world.services.now() - back <= TimeDelta::seconds(60), "they are not up within a minute");
    }
    let up = |row: &&simlab::routeros::Item| row.get("profile") == "lastmile-5M-10M" && row.get("disabled") == "false";
    assert_eq!(network.router.tree().rows("/ppp/secret").iter().filter(up).count(), 500);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut written = Vec::new();
    while let Ok(name) = changes.try_recv() {
        written.push(name);
    }
    let in_order: Vec<String> = (0..500).map(|number| format!("user{number:03}")).collect();
    assert_eq!(written, in_order, "each once, in the order in which they paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_intent_wins() {
    let network = network("2026-09-01T04:00:00Z").await;
    let (_, line) = network.line("rahim").await;
    network.look().await;
    let reason = domain::customers::BlockReason::Abuse;
    let mut changes = watch(&network.router, "/ppp/secret").await;
    network.router.unplug();
    network.router.plug().await.unwrap();
    for _ in 0..5 {
        suspend_service(&network.world.services, network.admin(), line, reason, "spam").await.unwrap();
        heed(&network.world.services, network.world.padma.id).await.unwrap();
        resume_service(&network.world.services, network.admin(), line, reason).await.unwrap();
        heed(&network.world.services, network.world.padma.id).await.unwrap();
    }
    network.look().await;
    assert!(network.waiting().await.is_empty());
    assert!(changes.try_recv().is_err(), "he is as he was: nothing had to be written");

    // While one conversation goes on, something else is wanted: whoever looks last finds the newest.
    let racing = async {
        for turn in 0..10 {
            match turn % 2 {
                0 => suspend_service(&network.world.services, network.admin(), line, reason, "spam").await.unwrap(),
                _ => resume_service(&network.world.services, network.admin(), line, reason).await.unwrap(),
            }
        }
    };
    let looking = async {
        for _ in 0..10 {
            network.look().await;
        }
    };
    tokio::join!(racing, looking);
    network.look().await;
    assert_eq!(network.secret("rahim", "profile").as_deref(), Some("lastmile-5M-10M"));
    assert!(network.waiting().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_servers_routers_are_taken_over_within_half_a_minute() {
    let network = network("2026-09-01T04:00:00Z").await;
    network.line("rahim").await;
    let (services, isp) = (&network.world.services, network.world.padma.id);
    heed(services, isp).await.unwrap();
    let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
    let taken = claim(services, isp, one, 64).await.unwrap();
    assert_eq!(taken.len(), 1);
    assert!(claim(services, isp, other, 64).await.unwrap().is_empty(), "two servers never talk to the same router");
    // It dies here.
    network.world.clock.advance(TimeDelta::seconds(25));
    let over = claim(services, isp, other, 64).await.unwrap();
    assert_eq!(over.len(), 1);
    run_errand(services, isp, other, over[0]).await.unwrap();
    assert_eq!(network.secret("rahim", "disabled").as_deref(), Some("false"));

    // The dead one comes back and goes on talking: what it said last is looked at again by whoever has the router.
    assert!(claim(services, isp, other, 64).await.unwrap().is_empty());
    run_errand(services, isp, one, taken[0]).await.unwrap();
    assert!(network.waiting().await.is_empty());
}

#[tokio::test]
async fn a_dead_router_delays_nobody_else() {
    let network = network("2026-09-01T04:00:00Z").await;
    let (_, line) = network.line("rahim").await;
    let dead = switched_on("Savar").await;
    let dead_id = add(&network.world, &dead, "Savar").await;
    let (_, other) = network.line("karim").await;
    services::routers::place_lines(&network.world.services, network.admin(), &[other], Some(dead_id)).await.unwrap();
    dead.unplug();
    assert_eq!(network.look().await, 2);
    assert_eq!(network.secret("rahim", "disabled").as_deref(), Some("false"));
    let waiting: Vec<_> = network.waiting().await.into_iter().map(|row| row.name).collect();
    assert_eq!(waiting[..2], ["lastmile-5M-10M", "karim"]);
    assert_eq!(network.look().await, 0, "it is left alone for a while");
    let reason = domain::customers::BlockReason::Abuse;
    suspend_service(&network.world.services, network.admin(), line, reason, "spam").await.unwrap();
    assert_eq!(network.look().await, 1, "and the others are not");
}

#[tokio::test]
async fn what_the_router_refuses_is_said_in_its_words() {
    let network = network("2026-09-01T04:00:00Z").await;
    network.line("rahim").await;
    let well = network.router.manner();
    network.router.be(Manner { read_only: true, ..well });
    network.look().await;
    let depth = wanted::router_queue(&network.world.services, network.admin(), network.id).await.unwrap().unwrap();
    assert_eq!((depth.problem.as_deref(), depth.stuck), (Some("forbidden"), 0), "it is the login's fault, not the line's");
    assert!(depth.said.unwrap().contains("not enough permissions"));
    network.router.be(well);
    assert_eq!(network.look().await, 0);
    wanted::try_again(&network.world.services, network.admin(), network.id, None).await.unwrap();
    assert_eq!(network.look().await, 1, "somebody mended it and said so");
    assert!(network.waiting().await.is_empty());

    // Torn out in the middle of a sentence, and back: nothing is lost and nothing is written twice.
    for number in 0..30 {
        network.line(&format!("user{number}")).await;
    }
    network.router.be(Manner { tears_after: Some(40), ..well });
    network.look().await;
    network.router.be(well);
    network.world.clock.advance(TimeDelta::seconds(30));
    network.look().await;
    assert!(network.waiting().await.is_empty());
    assert_eq!(network.router.tree().rows("/ppp/secret").len(), 31);
}

#[tokio::test]
async fn what_somebody_made_by_hand_is_shown_and_can_be_adopted() {
    let network = network("2026-09-01T04:00:00Z").await;
    let services = &network.world.services;
    network.router.at_console(|tree| {
        tree.put("/ppp/secret", &[("name", "rahim"), ("password", "by-hand"), ("comment", "ask Selim")], true);
        tree.put("/ppp/secret", &[("name", "nobody"), ("password", "x")], true);
    });
    network.line("rahim").await;
    let (_, karim) = network.line("karim").await;
    network.look().await;
    let stuck = network.waiting().await;
    assert_eq!((stuck.len(), stuck[0].state, stuck[0].problem.as_deref()), (1, WantState::Stuck, Some("foreign")));
    assert_eq!(network.secret("rahim", "password").as_deref(), Some("by-hand"), "untouched");

    network.router.at_console(|tree| {
        tree.take("/ppp/profile", |row| row.get("name").starts_with("lastmile-"));
        tree.write("/ppp/secret", |row| row.get("name") == "karim", &[("disabled", "true".into())]);
    });
    let odd = wanted::audit_now(services, network.admin(), network.id).await.unwrap();
    let drift = wanted::drift(services, network.admin(), network.id, None).await.unwrap();
    let told: Vec<_> = drift.rows.iter().map(|row| (row.finding, row.name.as_str())).collect();
    let expected =
        [(Finding::Missing, "lastmile-5M-10M"), (Finding::Differs, "karim"), (Finding::Foreign, "nobody"), (Finding::Foreign, "rahim")];
    assert_eq!((odd, told.as_slice()), (4, expected.as_slice()));
    let differs = &drift.rows[1].differences;
    assert_eq!((differs.len(), differs[0].property.as_str(), differs[0].found.as_str()), (1, "disabled", "true"));

    assert_eq!(wanted::fix(services, network.admin(), network.id, None).await.unwrap(), 2);
    assert!(
        wanted::adopt(services, network.admin(), network.id, Some((Kind::PppSecret, "nobody".into()))).await.is_err(),
        "no line has this name"
    );
    assert_eq!(wanted::adopt(services, network.admin(), network.id, None).await.unwrap(), 1);
    network.look().await;
    assert_eq!(network.secret("rahim", "password").as_deref(), Some("rahim-secret"));
    assert_eq!(network.secret("karim", "disabled").as_deref(), Some("false"));
    assert_eq!(network.secret("nobody", "password").as_deref(), Some("x"));
    assert_eq!(wanted::audit_now(services, network.admin(), network.id).await.unwrap(), 1, "only what is nobody's is odd");

    // Given up: it stays as it is until something else is wanted.
    suspend_service(services, network.admin(), karim, domain::customers::BlockReason::Abuse, "spam").await.unwrap();
    heed(services, network.world.padma.id).await.unwrap();
    wanted::give_up(services, network.admin(), network.id, Kind::PppSecret, "karim", "replaced tomorrow").await.unwrap();
    network.look().await;
    assert_eq!(network.secret("karim", "profile").as_deref(), Some("lastmile-5M-10M"));
    let stranger = wanted::drift(services, &network.world.meghna.admin, network.id, None).await;
    assert!(matches!(stranger, Err(services::Error::NotFound)), "another ISP's router is not there");
}

#[tokio::test]
async fn no_password_lies_in_the_clear() {
    let network = network("2026-09-01T04:00:00Z").await;
    network.line("rahim").await;
    network.look().await;
    let mut raw = network.world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(network.world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    let rows: Vec<String> = sqlx::query_scalar("select w::text || coalesce(encode(w.secret_sealed, 'escape'), '') from router_want w")
        .fetch_all(&mut raw)
        .await
        .unwrap();
    assert!(rows.len() >= 2);
    assert!(rows.iter().all(|row| !row.contains("rahim-secret") && !row.contains("password")), "{rows:?}");
}

/// RTR-15: what the router itself keeps for the hour in which nobody of ours is left.
#[tokio::test]
async fn a_router_keeps_the_end_of_a_line() {
    let network = network("2026-09-01T04:00:00Z").await;
    let (rahim, _) = network.line("rahim").await;
    run_billing(&network.world.services, network.admin(), "2026-09-01".parse().unwrap()).await.unwrap();
    network.look().await;
    let comment = network.secret("rahim", "comment").unwrap();
    let slot = comment.split(" until=").nth(1).unwrap().to_owned();
    let tree = network.router.tree();
    let kept = tree.rows("/system/scheduler").iter().find(|row| row.get("name") == format!("lastmile-until-{slot}")).unwrap();
    assert!(kept.get("on-event").contains(&format!("until={slot}")));
    let line = services::customers::customer(&network.world.services, network.admin(), rahim).await.unwrap().services[0].clone();
    let cutoff = line.cutoff_at.unwrap();
    // The router's clock shows Dhaka.
    let start = format!("{} {}", kept.get("start-date"), kept.get("start-time"));
    let start = chrono::NaiveDateTime::parse_from_str(&start, "%Y-%m-%d %H:%M:%S").unwrap() - TimeDelta::hours(6);
    assert!(start >= cutoff.naive_utc() && start - cutoff.naive_utc() <= TimeDelta::minutes(10), "{start} and {cutoff}");

    // Somebody else pays in time; then nobody of ours is left, and the router's own clock reaches the moment.
    let (karim, _) = network.line("karim").await;
    run_billing(&network.world.services, network.admin(), "2026-09-01".parse().unwrap()).await.unwrap();
    network.look().await;
    assert!(network.secret("karim", "comment").unwrap().contains(&slot));
    network.pay(karim).await;
    network.look().await;
    assert!(!network.secret("karim", "comment").unwrap().contains(&slot), "whoever paid is not in that slot any more");
    network.router.at_console(|tree| {
        tree.put("/ppp/active", &[("name", "rahim"), ("service", "pppoe")], false);
        tree.put("/ppp/active", &[("name", "karim"), ("service", "pppoe")], false);
    });
    network.router.strike(&format!("lastmile-until-{slot}"));
    assert_eq!((network.secret("rahim", "disabled"), network.secret("karim", "disabled")), (Some("true".into()), Some("false".into())));
    let left: Vec<_> = network.router.tree().rows("/ppp/active").iter().map(|row| row.get("name").to_owned()).collect();
    assert_eq!(left, ["karim"]);

    // We are back, and he is behind the wall as he should be.
    network.world.clock.set(cutoff + TimeDelta::minutes(20));
    wanted::audit_now(&network.world.services, network.admin(), network.id).await.unwrap();
    network.look().await;
    assert_eq!(network.secret("rahim", "disabled").as_deref(), Some("false"));
    assert!(network.secret("rahim", "profile").unwrap().contains("-wall"));
}
