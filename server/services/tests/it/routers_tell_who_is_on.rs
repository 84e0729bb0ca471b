//! Routers that let people in by themselves report nothing: each look tells who is on, how much moved, and who is gone;
//! nothing is counted twice, whatever restarts, comes late or is told by RADIUS as well (RTR-11, RTR-12).

use crate::seed::{customer, package};
use chrono::TimeDelta;
use domain::customers::Paging;
use domain::people::Caller;
use domain::radius::{HistoryFilter, NasForm, SessionFilter, SessionRow};
use domain::routers::RouterForm;
use domain::{CustomerId, NasId, RouterId, ServiceId, SessionId};
use integrations::routeros::Version;
use services::radius::{close_stale, create_nas, online_sessions, orders_of_customer, session_history, usage};
use services::routers::{Over, create_router, end_sessions, find_router, live_sessions, live_traffic, look_at, take_due, write_looks};
use simlab::routeros::{Router, Setup};
use storage::radius::accounting::{self as sql, Details, SessionKey, StoredSession};
use testkit::{World, world};
use uuid::Uuid;

const NOW: &str = "2026-11-01T04:00:00Z";
const MAC: &str = "AA:BB:CC:00:00:01";

struct Tower {
    world: World,
    router: Router,
    id: RouterId,
    nas: NasId,
    rahim: CustomerId,
    line: ServiceId,
    node: Uuid,
}

impl Tower {
    async fn new(mode: &str) -> Self {
        let world = world(NOW).await;
        let (services, admin) = (&world.services, &world.padma.admin);
        let package = package(services, admin, "Home", "500").await;
        let rahim = customer(services, admin, package, "rahim").await;
        let line = services::customers::customer(services, admin, rahim).await.unwrap().services[0].id;
        let router = Router::start(Setup::on_loopback("tower", "lastmile", "pw", Version::new(7, 16, 2))).await.unwrap();
        let form = NasForm { name: "Mirpur".into(), address: "127.0.0.50".into(), ..NasForm::default() };
        let nas = create_nas(services, admin, &form).await.unwrap().id;
        let form = RouterForm {
            name: "Mirpur tower".into(),
            host: "127.0.0.1".into(),
            port: router.address().port().to_string(),
            door: "api".into(),
            username: "lastmile".into(),
            password: "pw".into(),
            nas: nas.to_string(),
            auth_mode: mode.into(),
            ..RouterForm::default()
        };
        let id = create_router(services, admin, &form).await.unwrap();
        Self { world, router, id, nas, rahim, line, node: Uuid::now_v7() }
    }

    fn admin(&self) -> &Caller {
        &self.world.padma.admin
    }

    /// Somebody is on the router since so many seconds, and has sent and received so much.
    fn on(&self, name: &str, session: &str, seconds: i64, (up, down): (u64, u64), radius: bool) {
        let (interface, uptime) = (format!("<pppoe-{name}>"), format!("{seconds}s"));
        self.off(name);
        self.router.at_console(|tree| {
            let radius = if radius { "true" } else { "false" };
            let active = [
                ("name", name),
                ("service", "pppoe"),
                ("caller-id", MAC),
                ("address", "10.9.0.7"),
                ("uptime", &uptime),
                ("session-id", session),
                ("radius", radius),
            ];
            tree.put("/ppp/active", &active, false);
            let (up, down) = (up.to_string(), down.to_string());
            tree.put("/interface", &[("name", &interface), ("type", "pppoe-in"), ("rx-byte", &up), ("tx-byte", &down)], false);
        });
    }

    /// Somebody is on its hotspot.
    fn on_hotspot(&self, name: &str, seconds: i64, (up, down): (u64, u64), radius: bool) {
        let (uptime, up, down) = (format!("{seconds}s"), up.to_string(), down.to_string());
        let radius = if radius { "true" } else { "false" };
        let active = [
            ("user", name),
            ("mac-address", MAC),
            ("address", "10.5.0.7"),
            ("uptime", &uptime),
            ("bytes-in", &up),
            ("bytes-out", &down),
            ("radius", radius),
        ];
        self.router.at_console(|tree| {
            tree.take("/ip/hotspot/active", |row| row.get("user") == name);
            tree.put("/ip/hotspot/active", &active, false);
        });
    }

    fn off(&self, name: &str) {
        let interface = format!("<pppoe-{name}>");
        self.router.at_console(|tree| {
            tree.take("/ppp/active", |row| row.get("name") == name);
            tree.take("/interface", |row| row.get("name") == interface);
        });
    }

    async fn look(&self) {
        let services = &self.world.services;
        let due = take_due(services, self.world.padma.id, self.node, 10).await.unwrap().pop().unwrap();
        let (isp, looked, _) = look_at(services, due, None).await;
        write_looks(services, isp, self.node, &[looked]).await.unwrap();
    }

    async fn a_minute_later(&self) {
        self.world.clock.advance(TimeDelta::seconds(60));
        self.look().await;
    }

    async fn online(&self) -> Vec<SessionRow> {
        let filter = SessionFilter::default();
        online_sessions(&self.world.services, self.admin(), &filter, Paging::new(1, 25)).await.unwrap().rows
    }

    /// All sessions there ever were: how long each lasted, what it moved, and how it ended.
    async fn past(&self) -> Vec<(i64, i64, i64, Option<String>)> {
        let rows = session_history(&self.world.services, self.admin(), &HistoryFilter::default()).await.unwrap();
        rows.into_iter().map(|row| (row.seconds, row.input_octets, row.output_octets, row.stop_cause)).collect()
    }

    async fn used_today(&self) -> (i64, i64) {
        let day = "2026-11-01".parse().unwrap();
        let days = usage(&self.world.services, self.admin(), self.line, day, day).await.unwrap();
        days.iter().fold((0, 0), |(up, down), day| (up + day.input_octets, down + day.output_octets))
    }
}

#[tokio::test]
async fn who_is_on_is_online_and_what_moves_is_used() {
    let tower = Tower::new("local").await;
    tower.on("rahim", "0x81a00001", 120, (1_000, 9_000), false);
    tower.on("stranger", "0x81a00002", 60, (5, 5), false);
    tower.look().await;
    let online = tower.online().await;
    assert_eq!(online.len(), 1, "a name that is no line of ours is nobody's session");
    let one = &online[0];
    assert_eq!((one.service_id, one.customer_id, one.nas.as_str()), (Some(tower.line), Some(tower.rahim), "Mirpur tower"));
    assert_eq!((one.mac.as_deref(), one.ip.map(|ip| ip.to_string()).as_deref()), (Some(MAC), Some("10.9.0.7")));
    assert_eq!(one.started_at, tower.world.services.now() - TimeDelta::seconds(120));
    assert_eq!(tower.used_today().await, (1_000, 9_000));

    tower.on("rahim", "0x81a00001", 180, (1_500, 20_000), false);
    tower.a_minute_later().await;
    assert_eq!(tower.past().await, [(180, 1_500, 20_000, None)]);
    assert_eq!(tower.used_today().await, (1_500, 20_000));
    // Both are counted as being on the router.
    let (view, _) = find_router(&tower.world.services, tower.admin(), tower.id).await.unwrap();
    assert_eq!(view.state.sessions, Some(2));

    tower.off("rahim");
    tower.a_minute_later().await;
    assert!(tower.online().await.is_empty());
    assert_eq!(tower.past().await, [(180, 1_500, 20_000, Some("gone".into()))]);
    // RADIUS has nothing to tell about a session that it knows nothing of.
    assert!(orders_of_customer(&tower.world.services, tower.admin(), tower.rahim).await.unwrap().is_empty());
}

#[tokio::test]
async fn who_is_on_the_hotspot_is_online_too() {
    let tower = Tower::new("local").await;
    let (services, admin) = (&tower.world.services, tower.admin());
    tower.on_hotspot("rahim", 60, (1_000, 9_000), false);
    tower.on_hotspot("T-AA:BB:CC:00:00:09", 5, (1, 1), false);
    tower.look().await;
    let online = tower.online().await;
    assert_eq!(online.len(), 1, "a guest on trial is on no line");
    assert_eq!((online[0].service_id, online[0].mac.as_deref()), (Some(tower.line), Some(MAC)));
    assert_eq!(tower.used_today().await, (1_000, 9_000));
    assert_eq!(find_router(services, admin, tower.id).await.unwrap().0.state.sessions, Some(2));

    let live = live_sessions(services, admin, tower.id).await.unwrap();
    let one = live.iter().find(|session| session.username == "rahim").unwrap();
    assert_eq!((one.over, one.customer.as_ref().map(|(id, _)| *id)), (Over::Hotspot, Some(tower.rahim)));
    let moves = async {
        for octets in 1_u64.. {
            let moved = [("bytes-in", (1_000 + octets * 100).to_string()), ("bytes-out", (9_000 + octets * 1_000).to_string())];
            tower.router.at_console(|tree| tree.write("/ip/hotspot/active", |row| row.get("user") == "rahim", &moved));
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    let traffic = tokio::select! {
        traffic = live_traffic(services, admin, tower.id, "rahim") => traffic.unwrap().unwrap(),
        () = moves => unreachable!(),
    };
    assert!(traffic.up_bps > 0 && traffic.down_bps > 5 * traffic.up_bps, "{traffic:?}");

    assert_eq!(end_sessions(services, admin, tower.id, std::slice::from_ref(&one.id)).await.unwrap(), 1);
    let left: Vec<String> = tower.router.tree().rows("/ip/hotspot/active").iter().map(|row| row.get("user").to_owned()).collect();
    assert_eq!(left, ["T-AA:BB:CC:00:00:09"]);
    tower.a_minute_later().await;
    assert!(tower.online().await.is_empty());
    // Whom RADIUS let in, RADIUS tells of.
    tower.on_hotspot("rahim", 5, (10, 10), true);
    tower.a_minute_later().await;
    assert!(tower.online().await.is_empty());
}

#[tokio::test]
async fn a_restart_of_the_router_and_counters_that_begin_again_count_once() {
    let tower = Tower::new("local").await;
    tower.on("rahim", "0x81a00001", 20, (1_000, 9_000), false);
    tower.look().await;
    // It restarted and gives the same name to the session that he opened then.
    tower.on("rahim", "0x81a00001", 30, (100, 200), false);
    tower.a_minute_later().await;
    assert_eq!(tower.past().await, [(30, 100, 200, None), (20, 1_000, 9_000, Some("replaced".into()))]);
    // Somebody set the counters to zero.
    tower.on("rahim", "0x81a00001", 90, (40, 50), false);
    tower.a_minute_later().await;
    assert_eq!(tower.past().await[0], (90, 140, 250, None));
    assert_eq!(tower.used_today().await, (1_140, 9_250));
}

#[tokio::test]
async fn while_the_router_is_away_nothing_is_known_and_afterwards_everything() {
    let tower = Tower::new("local").await;
    tower.on("rahim", "0x81a00001", 60, (1_000, 1_000), false);
    tower.look().await;
    let seen = tower.world.services.now();
    let kept = tower.router.tree();
    tower.router.unplug();
    for _ in 0..20 {
        tower.a_minute_later().await;
    }
    assert_eq!(tower.online().await.len(), 1, "that it does not answer us says nothing of its subscribers");
    assert_eq!(close_stale(&tower.world.services, tower.world.padma.id).await.unwrap(), 1);
    let rows = session_history(&tower.world.services, tower.admin(), &HistoryFilter::default()).await.unwrap();
    assert_eq!((rows[0].stopped_at, rows[0].stop_cause.as_deref()), (Some(seen), Some("stale")));

    // It was only the way to it that was gone.
    tower.router.plug().await.unwrap();
    tower.router.at_console(|tree| *tree = kept);
    tower.on("rahim", "0x81a00001", 60 + 21 * 60, (5_000, 6_000), false);
    tower.a_minute_later().await;
    assert_eq!(tower.past().await, [(60 + 21 * 60, 5_000, 6_000, None)]);
    assert_eq!(tower.used_today().await, (5_000, 6_000));
}

#[tokio::test]
async fn what_radius_tells_is_left_to_radius() {
    let tower = Tower::new("hybrid").await;
    tower.on("rahim", "0x81a00001", 60, (1_000, 1_000), true);
    tower.look().await;
    assert!(tower.online().await.is_empty());

    // A router that accounts for its own secrets too: the same session, told by RADIUS already.
    let (services, now) = (&tower.world.services, tower.world.services.now());
    let mut tx = services.begin(&Caller::system(tower.world.padma.id, "test")).await.unwrap();
    let key = SessionKey { nas_id: tower.nas, acct_session_id: "81a00001".into(), username: "rahim".into() };
    let on = domain::routers::OnRouter {
        username: "rahim".into(),
        session: String::new(),
        mac: None,
        ip: None,
        seconds: Some(60),
        input: Some(1_000),
        output: Some(1_000),
    };
    let details = Details { service_id: Some(tower.line), customer_id: Some(tower.rahim), mac: Some(MAC.into()), ..Details::default() };
    let session = domain::accounting::Session::begin(&on.report(now)).0;
    let told = StoredSession { id: SessionId(Uuid::now_v7()), session, details };
    sql::insert(&mut tx, &[(&key, &told)]).await.unwrap();
    tx.commit().await.unwrap();
    tower.on("rahim", "0x81a00001", 120, (2_000, 2_000), false);
    tower.a_minute_later().await;
    assert_eq!(tower.online().await.iter().map(|one| one.nas_id).collect::<Vec<_>>(), [tower.nas]);

    // RADIUS fell silent, he dialled in again and was let in by the router itself: what RADIUS knows of is over.
    tower.world.clock.advance(TimeDelta::minutes(10));
    tower.on("rahim", "0x81a00009", 30, (10, 20), false);
    tower.a_minute_later().await;
    let online = tower.online().await;
    assert_eq!(online.iter().map(|one| (one.nas.as_str(), one.input_octets)).collect::<Vec<_>>(), [("Mirpur tower", 10)]);
    assert_eq!(tower.past().await[1].3.as_deref(), Some("replaced"));
}

#[tokio::test]
async fn a_look_that_is_written_late_or_twice_changes_nothing() {
    let tower = Tower::new("local").await;
    let services = &tower.world.services;
    tower.on("rahim", "0x81a00001", 60, (1_000, 1_000), false);
    let due = take_due(services, tower.world.padma.id, tower.node, 10).await.unwrap().pop().unwrap();
    let (isp, mut first, _) = look_at(services, due, None).await;
    write_looks(services, isp, tower.node, std::slice::from_ref(&first)).await.unwrap();
    tower.on("rahim", "0x81a00001", 120, (3_000, 3_000), false);
    tower.a_minute_later().await;
    // The lease is ours again, and an old roll comes with it.
    tower.world.clock.advance(TimeDelta::seconds(60));
    take_due(services, tower.world.padma.id, tower.node, 10).await.unwrap();
    write_looks(services, isp, tower.node, std::slice::from_ref(&first)).await.unwrap();
    assert_eq!(tower.past().await, [(120, 3_000, 3_000, None)]);
    assert_eq!(tower.used_today().await, (3_000, 3_000));
    // A server that lost the router says nothing at all.
    first.roll.as_mut().unwrap().on.clear();
    first.roll.as_mut().unwrap().at = services.now();
    write_looks(services, isp, Uuid::now_v7(), std::slice::from_ref(&first)).await.unwrap();
    assert_eq!(tower.online().await.len(), 1);
}

#[tokio::test]
async fn a_thousand_are_taken_in_at_once_and_a_full_queue_counts_where_no_interface_does() {
    let tower = Tower::new("local").await;
    let (services, admin) = (&tower.world.services, tower.admin());
    let package = package(services, admin, "Other", "600").await;
    customer(services, admin, package, "karim").await;
    tower.router.at_console(|tree| {
        for number in 0..1_200 {
            let (name, session) = (format!("stranger-{number}"), format!("0x{number:08x}"));
            let active = [("name", name.as_str()), ("service", "pppoe"), ("uptime", "1m"), ("session-id", &session), ("radius", "false")];
            tree.put("/ppp/active", &active, false);
        }
        for session in ["0x90000001", "0x90000002"] {
            let active = [("name", "rahim"), ("service", "pppoe"), ("uptime", "1m"), ("session-id", session), ("radius", "false")];
            tree.put("/ppp/active", &active, false);
        }
        let active = [("name", "karim"), ("service", "pppoe"), ("uptime", "1m"), ("session-id", "0x90000003"), ("radius", "false")];
        tree.put("/ppp/active", &active, false);
        for name in ["<pppoe-karim>", "<pppoe-rahim>"] {
            tree.put("/queue/simple", &[("name", name), ("bytes", "700/8000")], false);
        }
    });
    tower.look().await;
    let mut online: Vec<(String, i64, i64)> =
        tower.online().await.into_iter().map(|one| (one.username, one.input_octets, one.output_octets)).collect();
    online.sort();
    // Whose octets those of two sessions under one name are, nobody can say.
    assert_eq!(online, [("karim".into(), 700, 8_000), ("rahim".into(), 0, 0), ("rahim".into(), 0, 0)]);
}
