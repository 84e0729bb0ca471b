//! A router that serves its lines from its own secrets, with homes that dial again whenever they are cut, before our RADIUS
//! service.

use crate::stage::*;
use chrono::TimeDelta;
use domain::radius::NasForm;
use domain::router_moves::{MoveForm, MoveState};
use domain::routers::{AuthMode, RouterForm};
use domain::{Problem, RouterId, RouterMoveId, ServiceId};
use integrations::routeros::Version;
use services::router_moves::{self as moves, MoveView};
use services::{Error, wanted};
use simlab::routeros::{Request, Router, Setup, Subscriber};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::Killed;
use tokio::task::JoinSet;
use uuid::Uuid;

const MINUTES: i64 = 10;
type Held = Vec<(&'static str, Vec<Vec<(String, String)>>)>;

/// A router with its subscribers, who are online unless their device is off.
pub struct Street {
    pub stage: Stage,
    pub router: Arc<Router>,
    pub id: RouterId,
    lines: Vec<(String, Line)>,
    /// Whose device dials with another password than we keep, or not at all.
    pub off: Arc<Mutex<BTreeSet<String>>>,
    pub homes: JoinSet<()>,
}

fn run(router: &Router, path: &str, verb: &str, set: &[(&str, &str)]) {
    let attributes = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let request = Request { path: path.into(), verb: verb.into(), attributes, queries: Vec::new() };
    router.at_console(|tree| tree.run(&request)).unwrap();
}

impl Street {
    /// So many lines with secrets made by hand. `secret`: of the RADIUS client on the router.
    pub async fn of(many: usize, secret: &str) -> Self {
        let mut street = Self::empty(secret).await;
        for number in 0..many {
            let (name, password) = street.moves_in(number).await;
            street.secret(&name, &password, &format!("flat {number}, since 2019"));
        }
        street.begins().await;
        street
    }

    /// So many lines whose secrets we keep there.
    pub async fn kept(many: usize) -> Self {
        let mut street = Self::empty(PADMA_SECRET).await;
        for number in 0..many {
            street.moves_in(number).await;
        }
        let lines: Vec<ServiceId> = street.lines.iter().map(|(_, line)| line.service).collect();
        let (services, admin) = (&street.stage.world.services, &street.stage.world.padma.admin);
        services::routers::place_lines(services, admin, &lines, Some(street.id)).await.unwrap();
        street.keep_lines().await;
        street.begins().await;
        street
    }

    async fn empty(secret: &str) -> Self {
        let stage = Stage::new().await;
        let source: IpAddr = PADMA_ROUTER.parse().unwrap();
        let setup = Setup { address: (source, 0).into(), source, ..Setup::on_loopback("tower", "lastmile", "pw", Version::new(7, 16, 2)) };
        let router = Arc::new(Router::start(setup).await.unwrap());
        let (auth, acct) = (stage.radius.auth_addr().port().to_string(), stage.radius.acct_addr().port().to_string());
        let client = [
            ("address", "127.0.0.1"),
            ("secret", secret),
            ("service", "ppp"),
            ("authentication-port", &auth),
            ("accounting-port", &acct),
            ("timeout", "1s"),
        ];
        run(&router, "/radius", "add", &client);
        run(&router, "/ip/pool", "add", &[("name", "home"), ("ranges", "10.9.0.2-10.9.0.254")]);
        router.at_console(|tree| tree.write("/ppp/profile", |row| row.get("name") == "default", &[("remote-address", "home".into())]));
        run(&router, "/interface/pppoe-server/server", "add", &[("interface", "ether2"), ("disabled", "no")]);
        let changed = NasForm { coa_port: router.change_port().to_string(), ..form(PADMA_ROUTER, "") };
        services::radius::update_nas(&stage.world.services, &stage.world.padma.admin, stage.padma_nas, 1, &changed).await.unwrap();
        let mut street = Self { id: RouterId(Uuid::nil()), stage, router, lines: Vec::new(), off: Arc::default(), homes: JoinSet::new() };
        let (services, admin) = (&street.stage.world.services, &street.stage.world.padma.admin);
        street.id = services::routers::create_router(services, admin, &street.router_form()).await.unwrap();
        street
    }

    pub fn router_form(&self) -> RouterForm {
        RouterForm {
            name: "tower".into(),
            host: PADMA_ROUTER.into(),
            port: self.router.address().port().to_string(),
            door: "api".into(),
            username: "lastmile".into(),
            password: "pw".into(),
            auth_mode: "local".into(),
            nas: self.stage.padma_nas.to_string(),
            ..RouterForm::default()
        }
    }

    /// The service has read what was written, and everybody dials.
    async fn begins(&self) {
        if let Some(number) = self.lines.len().checked_sub(1) {
            known(&self.stage.padma_router().await, &self.lines[number].0, &format!("pass-word-{number}")).await;
        }
        self.all_online().await;
    }

    pub fn secret(&self, name: &str, password: &str, comment: &str) {
        let set = [("name", name), ("password", password), ("service", "pppoe"), ("profile", "default"), ("comment", comment)];
        run(&self.router, "/ppp/secret", "add", &set);
    }

    /// A line, and a device that dials whenever it is not online.
    async fn moves_in(&mut self, number: usize) -> (String, String) {
        let (name, password) = (format!("user{number:02}"), format!("pass-word-{number}"));
        let line = self.stage.padma_line(&name, &password).await;
        self.lines.push((name.clone(), line));
        let who = Subscriber { username: name.clone(), password: password.clone(), mac: format!("AA:BB:CC:00:11:{number:02X}") };
        let (router, off) = (self.router.clone(), self.off.clone());
        self.homes.spawn(async move {
            loop {
                let dials = !off.lock().unwrap().contains(&who.username) && !router.is_online(&who.username);
                if dials {
                    router.dial(&who).await;
                }
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
        });
        (name, password)
    }

    pub async fn all_online(&self) {
        let off = self.off.lock().unwrap().clone();
        until("everybody is online", async || self.lines.iter().all(|(name, _)| off.contains(name) || self.router.is_online(name))).await;
    }

    pub fn form(&self) -> MoveForm {
        MoveForm { test: "user00".into(), leave: true, ..MoveForm::default() }
    }

    pub async fn begin(&self, form: &MoveForm) -> Result<RouterMoveId, Error> {
        moves::begin(&self.stage.world.services, &self.stage.world.padma.admin, self.id, form).await
    }

    pub async fn drive(&self, id: RouterMoveId) -> MoveState {
        moves::drive(&self.stage.world.services, &self.stage.world.padma.admin, id).await.unwrap()
    }

    /// The job, and beside it the engine that keeps lines on routers, until the run rests.
    pub async fn driven(&self, id: RouterMoveId) -> MoveState {
        let end = tokio::time::Instant::now() + Duration::from_secs(40);
        loop {
            let state = self.drive(id).await;
            if state.rests() {
                return state;
            }
            assert!(tokio::time::Instant::now() < end, "{state:?} after so long: {:?}", self.view(id).await);
            self.keep_lines().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Until the run is where nothing but time helps: he is the only one of the open wave who is not back.
    pub async fn waits_for(&self, id: RouterMoveId, name: &str) {
        until("a wave waits for him", async || {
            self.drive(id).await;
            let view = self.view(id).await;
            view.waves.last().is_some_and(|wave| wave.kicked_at.is_some() && wave.ended_at.is_none())
                && view.missing.iter().map(|row| row.name.as_str()).eq([name])
        })
        .await;
    }

    /// Until the test waits for its line.
    pub async fn waits_for_test(&self, id: RouterMoveId) {
        until("the test begins", async || {
            self.drive(id).await;
            self.view(id).await.waves.first().is_some_and(|wave| wave.kicked_at.is_some())
        })
        .await;
    }

    /// He goes on with what he has; once he is cut he does not dial again.
    pub fn stays_away(&self, name: &str) {
        self.off.lock().unwrap().insert(name.into());
    }

    pub fn line(&self, name: &str) -> Line {
        self.lines.iter().find(|(one, _)| one == name).map(|(_, line)| *line).unwrap()
    }

    pub fn time_passes(&self) {
        self.stage.world.clock.advance(TimeDelta::minutes(MINUTES) + TimeDelta::seconds(1));
    }

    pub async fn keep_lines(&self) {
        let (services, isp) = (&self.stage.world.services, self.stage.world.padma.id);
        wanted::heed(services, isp).await.unwrap();
        let node = Uuid::now_v7();
        for errand in wanted::claim(services, isp, node, 64).await.unwrap() {
            wanted::run_errand(services, isp, node, errand).await.unwrap();
        }
    }

    pub async fn view(&self, id: RouterMoveId) -> MoveView {
        moves::move_view(&self.stage.world.services, &self.stage.world.padma.admin, id).await.unwrap()
    }

    pub async fn problems(&self, id: RouterMoveId) -> Vec<String> {
        self.view(id).await.run.problems.into_iter().map(|problem| problem.key).collect()
    }

    pub async fn mode(&self) -> AuthMode {
        services::routers::find_router(&self.stage.world.services, &self.stage.world.padma.admin, self.id).await.unwrap().0.router.auth_mode
    }

    /// Everything that a move may touch.
    pub fn held(&self) -> Held {
        let tree = self.router.tree();
        let row = |item: &simlab::routeros::Item| item.pairs().filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>();
        ["/ppp/secret", "/ppp/aaa", "/radius", "/radius/incoming", "/system/scheduler", "/ppp/profile"]
            .map(|menu| (menu, tree.rows(menu).iter().map(row).collect()))
            .into()
    }

    /// How many are online through RADIUS, and how many otherwise.
    pub fn online(&self) -> (usize, usize) {
        let tree = self.router.tree();
        let by_radius = tree.rows("/ppp/active").iter().filter(|row| row.get("radius") == "true").count();
        (by_radius, tree.rows("/ppp/active").len() - by_radius)
    }

    pub fn get(&self, name: &str, property: &str) -> Option<String> {
        let tree = self.router.tree();
        tree.rows("/ppp/secret").iter().find(|row| row.get("name") == name).map(|row| row.get(property).to_owned())
    }
}

pub fn keys<T: std::fmt::Debug>(told: Result<T, Error>) -> Vec<String> {
    let problems: Vec<Problem> = match told {
        Err(Error::Invalid(problems)) => problems,
        Err(Error::Conflict(problem)) => vec![problem],
        other => panic!("a refusal and not {other:?}"),
    };
    problems.into_iter().map(|problem| problem.key).collect()
}

/// Killed again and again, each time a little later, until it rests. Answers with how often.
pub async fn killed_often(street: &Street, id: RouterMoveId, more: usize) -> (MoveState, usize) {
    let mut kills = 0;
    loop {
        let future = moves::drive(&street.stage.world.services, &street.stage.world.padma.admin, id);
        let ended = Killed::after(more * (kills + 1), future).await;
        match ended {
            Some(state) if state.as_ref().unwrap().rests() => return (state.unwrap(), kills),
            Some(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            None => kills += 1,
        }
        assert!(kills < 400, "it never ends: {:?}", street.view(id).await);
        // The dead one's lease runs out.
        street.stage.world.clock.advance(TimeDelta::seconds(21));
    }
}
