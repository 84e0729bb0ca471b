//! A template for many routers: what is missing is told before any is asked, each is read before anything begins, the first
//! one goes alone, and one that fails or is away holds up nobody (RTR-05).

use domain::provisioning::{Outlook, RolloutState, RunState, TemplateForm};
use domain::routers::RouterForm;
use domain::{RolloutId, RouterId, TemplateId};
use integrations::routeros::Version;
use services::Error;
use services::provisioning::*;
use services::routers::{create_router, set_router_active};
use simlab::routeros::{Manner, Router, Setup};
use std::collections::BTreeMap;
use std::time::Duration;
use testkit::{World, world};

const NOON: &str = "2026-11-01T04:00:00Z";
const NEW: Version = Version::new(7, 16, 2);

struct Towers {
    world: World,
    routers: Vec<(Router, RouterId)>,
    template: TemplateId,
}

impl Towers {
    async fn new(many: usize) -> Self {
        let world = world(NOON).await;
        let mut routers = Vec::new();
        for number in 0..many {
            let router = Router::start(Setup::on_loopback("MikroTik", "lastmile", "pw", NEW)).await.unwrap();
            let form = RouterForm {
                name: format!("tower {number}"),
                host: "127.0.0.1".into(),
                port: router.address().port().to_string(),
                door: "api".into(),
                username: "lastmile".into(),
                password: "pw".into(),
                ..RouterForm::default()
            };
            let id = create_router(&world.services, &world.padma.admin, &form).await.unwrap();
            routers.push((router, id));
        }
        let body = r#"{
          "variables": [
            { "name": "router_name", "type": "text" },
            { "name": "wan", "type": "interface" },
            { "name": "time_server", "type": "host", "default": "0.asia.pool.ntp.org" }
          ],
          "parts": {
            "identity": { "name": "{{router_name}}" },
            "ntp": { "servers": ["{{time_server}}"] },
            "nat": { "wan": "{{wan}}" }
          }
        }"#;
        let form = TemplateForm { name: "towers".into(), body: body.into() };
        let template = create_template(&world.services, &world.padma.admin, &form).await.unwrap();
        Self { world, routers, template }
    }

    fn order(&self, values: &[(&str, &str)], first_alone: bool) -> Order {
        Order {
            template: self.template,
            routers: self.routers.iter().map(|(_, id)| *id).collect(),
            values: values.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            dead_man: Duration::from_secs(600),
            first_alone,
            at_once: 2,
        }
    }

    async fn plan(&self, order: &Order) -> Result<RolloutId, Error> {
        plan_rollout(&self.world.services, &self.world.padma.admin, order).await
    }

    async fn view(&self, id: RolloutId) -> RolloutView {
        rollout(&self.world.services, &self.world.padma.admin, id).await.unwrap()
    }

    async fn outlooks(&self, id: RolloutId) -> Vec<Outlook> {
        self.view(id).await.members.iter().map(|member| member.outlook).collect()
    }

    /// What the job does once.
    async fn drive(&self, id: RolloutId) -> RolloutState {
        drive_rollout(&self.world.services, &self.world.padma.admin, id).await.unwrap()
    }

    /// One round: whose turn it is begins, and every run that was begun goes on. Answers with how far each is.
    async fn round(&self, id: RolloutId) -> (RolloutState, Vec<Option<RunState>>) {
        let state = self.drive(id).await;
        for member in self.view(id).await.members {
            if let (Some(run), Some(state)) = (member.run_id, member.run_state)
                && !state.is_over()
            {
                drive(&self.world.services, &self.world.padma.admin, run).await.unwrap();
            }
        }
        let runs = self.view(id).await.members.iter().map(|member| member.run_state.filter(|state| *state != RunState::Draft)).collect();
        (state, runs)
    }

    async fn begin(&self, id: RolloutId) -> Result<(), Error> {
        begin_rollout(&self.world.services, &self.world.padma.admin, id).await
    }

    fn name_of(&self, number: usize) -> String {
        self.routers[number].0.tree().rows("/system/identity")[0].get("name").to_owned()
    }
}

fn problem(error: Error) -> (String, String) {
    match error {
        Error::Invalid(problems) => (problems[0].field.clone(), problems[0].key.clone()),
        Error::Conflict(problem) => (problem.field.clone(), problem.key),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn what_is_missing_is_told_before_any_router_is_asked() {
    let towers = Towers::new(2).await;
    towers.routers.iter().for_each(|(router, _)| router.unplug());
    let error = towers.plan(&towers.order(&[], true)).await.unwrap_err();
    assert_eq!(problem(error), ("wan".into(), "problem-provision-missing".into()));
    let nobody = Order { routers: Vec::new(), ..towers.order(&[("wan", "ether1")], true) };
    assert_eq!(problem(towers.plan(&nobody).await.unwrap_err()).1, "problem-rollout-routers");
    let too_many = Order { at_once: 11, ..towers.order(&[("wan", "ether1")], true) };
    assert_eq!(problem(towers.plan(&too_many).await.unwrap_err()).0, "at_once");

    // One of them was set up before: its value is there, so only the other one is left out.
    towers.routers[0].0.plug().await.unwrap();
    let values = BTreeMap::from([("wan".to_owned(), "ether1".to_owned())]);
    let admin = &towers.world.padma.admin;
    let run = draft(&towers.world.services, admin, towers.routers[0].1, towers.template, &values, Duration::from_secs(600)).await.unwrap();
    begin(&towers.world.services, admin, run).await.unwrap();
    assert_eq!(drive(&towers.world.services, admin, run).await.unwrap(), RunState::Done);
    let id = towers.plan(&towers.order(&[("time_server", "time.example")], true)).await.unwrap();
    let members = towers.view(id).await.members;
    assert_eq!((members[0].outlook, members[1].outlook), (Outlook::Waiting, Outlook::Refused));
    assert_eq!(members[1].problems[0].key, "problem-provision-missing");
    assert_eq!(towers.drive(id).await, RolloutState::Ready);
    let members = towers.view(id).await.members;
    assert_eq!((members[0].outlook, members[0].adds, members[0].changes), (Outlook::Ready, 0, 1), "only the time server is another one");
}

#[tokio::test]
async fn the_first_one_goes_alone_and_the_rest_follows() {
    let towers = Towers::new(4).await;
    let id = towers.plan(&towers.order(&[("wan", "ether1")], true)).await.unwrap();
    assert_eq!(problem(towers.begin(id).await.unwrap_err()).1, "problem-rollout-not-ready", "nobody has seen what would happen");
    assert_eq!(towers.drive(id).await, RolloutState::Ready);
    assert_eq!(towers.outlooks(id).await, [Outlook::Ready; 4]);
    assert_eq!(towers.name_of(0), "MikroTik", "reading changes nothing");
    towers.begin(id).await.unwrap();
    assert_eq!(problem(towers.begin(id).await.unwrap_err()).1, "problem-rollout-not-ready");
    assert_eq!(towers.round(id).await, (RolloutState::Running, vec![Some(RunState::Done), None, None, None]));
    assert_eq!(
        towers.round(id).await,
        (RolloutState::Running, vec![Some(RunState::Done), Some(RunState::Done), Some(RunState::Done), None]),
        "two at a time"
    );
    assert_eq!(towers.round(id).await.1, [Some(RunState::Done); 4]);
    assert_eq!(towers.drive(id).await, RolloutState::Done);
    assert_eq!((towers.name_of(0), towers.name_of(3)), ("tower 0".into(), "tower 3".into()), "each has its own name");

    // Once more: nothing to do for anybody.
    let id = towers.plan(&towers.order(&[("wan", "ether1")], true)).await.unwrap();
    assert_eq!(towers.drive(id).await, RolloutState::Ready);
    assert_eq!(towers.outlooks(id).await, [Outlook::Same; 4]);
    assert_eq!(problem(towers.begin(id).await.unwrap_err()).1, "problem-rollout-nothing");
}

#[tokio::test]
async fn when_the_first_one_fails_the_others_stay_as_they_are() {
    let towers = Towers::new(3).await;
    let id = towers.plan(&towers.order(&[("wan", "ether1")], true)).await.unwrap();
    assert_eq!(towers.drive(id).await, RolloutState::Ready);
    let first = &towers.routers[0].0;
    first.be(Manner { disk_full: true, ..first.manner() });
    towers.begin(id).await.unwrap();
    assert_eq!(towers.round(id).await.1, [Some(RunState::Refused), None, None]);
    assert_eq!(towers.drive(id).await, RolloutState::Stopped);
    assert_eq!(towers.round(id).await, (RolloutState::Stopped, vec![Some(RunState::Refused), None, None]));
    assert_eq!(towers.name_of(1), "MikroTik");
    let stopped = stop_rollout(&towers.world.services, &towers.world.padma.admin, id).await.unwrap_err();
    assert_eq!(problem(stopped).1, "problem-rollout-over");
}

#[tokio::test]
async fn one_that_fails_or_is_away_holds_up_nobody() {
    let towers = Towers::new(5).await;
    towers.routers[0].0.unplug();
    let id = towers.plan(&Order { at_once: 1, ..towers.order(&[("wan", "ether1")], false) }).await.unwrap();
    assert_eq!(towers.drive(id).await, RolloutState::Ready);
    let before = towers.view(id).await.members;
    assert_eq!((before[0].outlook, before[0].problems.len()), (Outlook::Refused, 1));
    // It is back, and the plan is read once more.
    towers.routers[0].0.plug().await.unwrap();
    read_rollout_again(&towers.world.services, &towers.world.padma.admin, id).await.unwrap();
    assert_eq!(towers.drive(id).await, RolloutState::Ready);
    assert_eq!(towers.outlooks(id).await, [Outlook::Ready; 5]);

    let second = &towers.routers[1].0;
    second.be(Manner { read_only: true, ..second.manner() });
    towers.routers[2].0.unplug();
    set_router_active(&towers.world.services, &towers.world.padma.admin, towers.routers[3].1, false).await.unwrap();
    towers.begin(id).await.unwrap();
    for _ in 0..6 {
        towers.round(id).await;
    }
    let view = towers.view(id).await;
    let states: Vec<Option<RunState>> = view.members.iter().map(|member| member.run_state).collect();
    assert_eq!((states[0], states[1], states[4]), (Some(RunState::Done), Some(RunState::Refused), Some(RunState::Done)));
    assert!(view.members[2].waits && !states[2].unwrap().is_over(), "it is waited for");
    assert_eq!((view.members[3].outlook, view.members[3].problems[0].key.as_str()), (Outlook::Refused, "problem-rollout-out-of-use"));
    assert_eq!(view.rollout.state, RolloutState::Running);

    towers.routers[2].0.plug().await.unwrap();
    towers.round(id).await;
    assert_eq!(towers.drive(id).await, RolloutState::Done);
    assert_eq!(towers.name_of(2), "tower 2");
}

#[tokio::test]
async fn whoever_stops_it_stops_those_that_have_not_begun() {
    let towers = Towers::new(3).await;
    let (services, admin) = (&towers.world.services, &towers.world.padma.admin);
    let id = towers.plan(&towers.order(&[("wan", "ether1")], true)).await.unwrap();
    towers.drive(id).await;
    towers.begin(id).await.unwrap();
    // The first has begun, and is under way when somebody stops it all.
    assert_eq!(towers.drive(id).await, RolloutState::Running);
    stop_rollout(services, admin, id).await.unwrap();
    assert_eq!(towers.round(id).await, (RolloutState::Stopped, vec![Some(RunState::Done), None, None]));
    assert_eq!((towers.name_of(0), towers.name_of(1)), ("tower 0".into(), "MikroTik".into()));
    // It is nobody else's.
    let stranger = rollout(services, &towers.world.meghna.admin, id).await;
    assert!(matches!(stranger, Err(Error::NotFound)));
    assert_eq!(rollouts_of(services, admin, towers.template).await.unwrap().len(), 1);
}
