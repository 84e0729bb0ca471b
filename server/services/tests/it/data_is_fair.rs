//! Fair use, caps and data on top, as an ISP lives with them: who is told what once, what is bought once, what goes over
//! into the next window, and what stays of it after years.

use crate::seed::{customer, package};
use chrono::{DateTime, Utc};
use domain::customers::Paging;
use domain::fair_use::{Account, AtEndForm, Effect, FairUseForm, OfferForm, StepForm, Used};
use domain::people::{Actor, Caller, Role};
use domain::{CustomerId, OfferId, PackageId, ServiceId};
use services::Error;
use services::fair_use::{
    Moved, accounts, add_offer, archive_policy, buy_own, count, own_accounts, policy, run_minute, save_policy, sell, set_at_end, set_auto,
};
use testkit::{World, world};

const NOW: &str = "2026-11-01T04:00:00Z";
const GB: u64 = 1_000_000_000;

struct Fair {
    world: World,
    package: PackageId,
    rahim: CustomerId,
    line: ServiceId,
}

fn ladder(window: &str) -> FairUseForm {
    let step = StepForm { gb: "10".into(), up: "1".into(), down: "2".into(), ..StepForm::default() };
    FairUseForm { name: "Ladder".into(), window: window.into(), steps: vec![step], ..FairUseForm::default() }
}

impl Fair {
    async fn new(form: FairUseForm) -> Self {
        let world = world(NOW).await;
        let (services, admin) = (&world.services, &world.padma.admin);
        let package = package(services, admin, "Home", "500").await;
        let rahim = customer(services, admin, package, "rahim").await;
        let line = services::customers::customer(services, admin, rahim).await.unwrap().services[0].id;
        save_policy(services, admin, None, &form, &[package]).await.unwrap();
        Self { world, package, rahim, line }
    }

    fn at(&self, at: &str) {
        self.world.clock.set(at.parse().unwrap());
    }

    /// Moves so much in the five minutes that end now.
    async fn moves(&self, gb: u64) {
        let now: DateTime<Utc> = self.world.services.now();
        let system = Caller::system(self.world.padma.id, "radius");
        let mut tx = self.world.services.db.isp(&system).await.unwrap();
        let used = Used { up: 0, down: gb * GB, seconds: 300 };
        let moved = Moved { service_id: self.line, from: now - chrono::TimeDelta::seconds(300), to: now, used };
        count(&mut tx, chrono_tz::Asia::Dhaka, &[moved], now).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn minute(&self) -> (u64, u64) {
        let done = run_minute(&self.world.services, &Caller::system(self.world.padma.id, "test")).await.unwrap();
        (done.told, done.bought)
    }

    async fn account(&self) -> Account {
        accounts(&self.world.services, &self.world.padma.admin, self.rahim).await.unwrap().remove(0)
    }

    async fn happened(&self) -> Vec<String> {
        self.account().await.events.iter().rev().map(|event| event.kind.clone()).collect()
    }

    async fn offer(&self, gb: &str, months: &str) -> OfferId {
        let form = OfferForm {
            name: format!("{gb} GB for {months}"),
            gb: gb.into(),
            price: "100".into(),
            months: months.into(),
            in_portal: Some("true".into()),
            ..OfferForm::default()
        };
        add_offer(&self.world.services, &self.world.padma.admin, &form).await.unwrap()
    }

    fn himself(&self) -> Caller {
        let actor = Actor::Subscriber { id: self.rahim, name: "Rahim".into() };
        Caller { actor, role: Role::Customer, customer_id: Some(self.rahim), ..self.world.padma.admin.clone() }
    }

    async fn pays(&self, amount: &str, key: &str) {
        let form = domain::corrections::read_reason("ahead").map(|reason| services::corrections::AdjustForm {
            direction: "credit".into(),
            amount: amount.into(),
            reason,
            key: key.into(),
        });
        services::corrections::adjust(&self.world.services, &self.world.padma.admin, self.rahim, &form.unwrap()).await.unwrap();
    }

    async fn bills(&self) -> i64 {
        let (services, admin) = (&self.world.services, &self.world.padma.admin);
        services::billing::invoices(services, admin, &Default::default(), Some(self.rahim), Paging::new(1, 25)).await.unwrap().0.total
    }
}

#[tokio::test]
async fn eighty_and_a_hundred_per_cent_are_told_once() {
    let fair = Fair::new(ladder("month")).await;
    fair.moves(7).await;
    assert_eq!(fair.minute().await.0, 0);
    fair.moves(1).await;
    assert_eq!(fair.minute().await.0, 1);
    assert_eq!(fair.minute().await.0, 0);
    fair.moves(4).await;
    fair.moves(1).await;
    assert_eq!((fair.minute().await.0, fair.minute().await.0), (1, 0));
    let (services, admin) = (&fair.world.services, &fair.world.padma.admin);
    let sent = services::messages::messages(services, admin, &Default::default(), Paging::new(1, 25)).await.unwrap();
    let bodies: Vec<_> = sent.rows.iter().map(|message| message.body.as_str()).collect();
    assert!(bodies.iter().any(|body| body.contains("80 % of its data")), "{bodies:?}");
    assert!(bodies.iter().any(|body| body.contains("12.00 GB") || body.contains("13.00 GB")), "{bodies:?}");
    // The next window tells again.
    fair.at("2026-11-30T18:01:00Z");
    assert_eq!(fair.minute().await.0, 0);
    fair.at("2026-12-01T04:00:00Z");
    fair.moves(9).await;
    assert_eq!(fair.minute().await.0, 1);
}

#[tokio::test]
async fn an_edited_policy_never_rewrites_the_past() {
    let fair = Fair::new(ladder("month")).await;
    let (services, admin) = (&fair.world.services, &fair.world.padma.admin);
    fair.moves(12).await;
    assert_eq!(fair.happened().await, ["slowed"]);
    let id = services::fair_use::policies(services, admin).await.unwrap()[0].id;
    let wider = FairUseForm {
        steps: vec![StepForm { gb: "100".into(), up: "1".into(), down: "2".into(), ..StepForm::default() }],
        version: 1,
        ..ladder("month")
    };
    save_policy(services, admin, Some(id), &wider, &[fair.package]).await.unwrap();
    assert!(matches!(save_policy(services, admin, Some(id), &wider, &[fair.package]).await, Err(Error::Conflict(_))), "an old form");
    fair.minute().await;
    let account = fair.account().await;
    assert_eq!(
        account.events.iter().rev().map(|event| (event.kind.as_str(), event.version)).collect::<Vec<_>>(),
        [("slowed", 1), ("free", 2)]
    );
    assert_eq!(account.used.down, 12 * GB, "what was counted stays");
    let (_, versions) = policy(services, admin, id).await.unwrap();
    assert_eq!(versions.iter().map(|(version, ..)| *version).collect::<Vec<_>>(), [2, 1]);
    // Off the package: nothing is counted and nothing holds.
    fair.moves(100).await;
    archive_policy(services, admin, id, true).await.unwrap();
    fair.minute().await;
    assert_eq!(fair.happened().await, ["slowed", "free", "slowed", "ended"]);
    assert!(fair.account().await.policy.is_none());
    assert!(matches!(policy(services, &fair.world.meghna.admin, id).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn data_is_bought_once_and_spent_when_the_window_closes() {
    let fair = Fair::new(ladder("day")).await;
    let (services, admin) = (&fair.world.services, &fair.world.padma.admin);
    let offer = fair.offer("5", "2").await;
    fair.moves(12).await;
    let before = fair.bills().await;
    let first = sell(services, admin, fair.line, offer, "one-and-the-same").await.unwrap();
    let second = sell(services, admin, fair.line, offer, "one-and-the-same").await.unwrap();
    assert_eq!((first, fair.bills().await), (second, before + 1));
    assert_eq!(fair.happened().await, ["slowed", "free"], "ten and five are more than twelve");
    let account = fair.account().await;
    assert_eq!((account.extra, account.bought.len(), account.bought[0].invoice_id), (5 * GB, 1, first));
    let bill = services::billing::invoice(services, admin, first).await.unwrap();
    assert_eq!(bill.row.total.minor, 10_000);
    fair.at("2026-11-01T18:00:00Z");
    fair.minute().await;
    assert_eq!(fair.account().await.extra, 3 * GB, "two of five were used");
    // Nobody else's line, and no offer that is not there.
    assert!(matches!(sell(services, &fair.world.meghna.admin, fair.line, offer, "other-isp-key").await, Err(Error::NotFound)));
    // Two months later it is gone.
    fair.at("2027-01-05T04:00:00Z");
    assert_eq!(fair.account().await.extra, 0);
    let report = services::ledger::verify(services, &Caller::system(fair.world.padma.id, "test")).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
}

#[tokio::test]
async fn a_subscriber_buys_with_what_he_has_ahead() {
    let fair = Fair::new(ladder("month")).await;
    let services = &fair.world.services;
    let offer = fair.offer("5", "0").await;
    let himself = fair.himself();
    let refused = buy_own(services, &himself, fair.line, offer, "first-form-key").await;
    assert!(matches!(&refused, Err(Error::Conflict(problem)) if problem.key == "problem-top-up-advance"), "{refused:?}");
    let before = fair.bills().await;
    fair.pays("1000", "a-payment-ahead").await;
    buy_own(services, &himself, fair.line, offer, "first-form-key").await.unwrap();
    assert_eq!(fair.bills().await, before + 1);
    let own = own_accounts(services, &himself).await.unwrap();
    assert_eq!((own.len(), own[0].extra, own[0].bought[0].source.as_str()), (1, 5 * GB, "portal"));
    assert_eq!(own[0].credits[0].expires_at, "2026-11-30T18:00:00Z".parse::<DateTime<Utc>>().unwrap(), "with the window");
    let stranger = Caller { customer_id: Some(CustomerId(uuid::Uuid::now_v7())), ..himself };
    assert!(matches!(buy_own(services, &stranger, fair.line, offer, "strangers-key").await, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_line_buys_by_itself_as_often_as_it_may() {
    let fair = Fair::new(ladder("month")).await;
    let (services, admin) = (&fair.world.services, &fair.world.padma.admin);
    let offer = fair.offer("5", "0").await;
    set_auto(services, admin, fair.line, Some(offer), 2).await.unwrap();
    fair.moves(11).await;
    assert_eq!(fair.minute().await.1, 0, "nothing is paid ahead");
    fair.pays("5000", "a-payment-ahead").await;
    assert_eq!((fair.minute().await.1, fair.minute().await.1), (1, 0));
    fair.moves(5).await;
    assert_eq!(fair.minute().await.1, 1);
    fair.moves(50).await;
    assert_eq!(fair.minute().await.1, 0, "two in a window");
    assert_eq!(fair.happened().await, ["slowed", "free", "slowed", "free", "slowed"]);
}

#[tokio::test]
async fn a_window_that_is_over_is_shown_as_it_ended() {
    let fair = Fair::new(FairUseForm { stop_gb: "20".into(), ..ladder("day") }).await;
    fair.moves(12).await;
    fair.offer("5", "0").await;
    fair.at("2026-11-01T18:01:00Z");
    fair.minute().await;
    fair.at("2026-11-02T04:00:00Z");
    fair.moves(25).await;
    fair.at("2026-11-02T18:01:00Z");
    fair.minute().await;
    // A day on which nothing was moved is no window to look at.
    fair.at("2026-11-03T18:01:00Z");
    fair.minute().await;
    fair.minute().await;
    let past = fair.account().await.past;
    let shown: Vec<_> = past
        .iter()
        .map(|window| {
            let events = window.events.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>().join(" ");
            (window.begins.to_string(), window.octets / GB, window.limit.octets.map(|octets| octets / GB), window.standing, events)
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("2026-11-02".to_string(), 25, Some(10), -1, "free stopped".to_string()),
            ("2026-11-01".to_string(), 12, Some(10), 1, "slowed".to_string())
        ]
    );
    assert!(own_accounts(&fair.world.services, &fair.himself()).await.unwrap()[0].past.len() == 2, "he may see his own");
}

#[tokio::test]
async fn one_line_goes_on_slowly_where_others_stop() {
    let fair = Fair::new(FairUseForm { stop_gb: "20".into(), ..ladder("month") }).await;
    let (services, admin) = (&fair.world.services, &fair.world.padma.admin);
    fair.moves(25).await;
    assert_eq!(fair.happened().await, ["stopped"]);
    let form = |at_end: &str, down: &str| AtEndForm { at_end: at_end.into(), down: down.into(), up: "1".into() };
    assert!(matches!(set_at_end(services, admin, fair.line, &form("slow", "")).await, Err(Error::Invalid(_))), "slow, but how slow");
    set_at_end(services, admin, fair.line, &form("slow", "1.5")).await.unwrap();
    assert_eq!(fair.happened().await, ["stopped", "slowed"], "at once");
    let slow = Effect::Slow { step: 2, up_kbps: 1_000, down_kbps: 1_500 };
    let effect = |account: Account| account.policy.map(|(_, policy)| policy.effect(account.used, 0, account.begins));
    assert_eq!(effect(fair.account().await), Some(slow));
    set_at_end(services, admin, fair.line, &form("walled", "")).await.unwrap();
    assert_eq!(fair.happened().await, ["stopped", "slowed", "stopped"]);
    assert!(matches!(set_at_end(services, &fair.world.meghna.admin, fair.line, &form("usual", "")).await, Err(Error::NotFound)));
    assert!(matches!(set_at_end(services, &fair.himself(), fair.line, &form("usual", "")).await, Err(Error::Denied(_))));
}

#[tokio::test]
async fn what_is_left_goes_over() {
    let fair = Fair::new(FairUseForm { rollover_months: "1".into(), ..ladder("month") }).await;
    fair.moves(4).await;
    fair.at("2026-11-30T18:00:00Z");
    fair.minute().await;
    fair.minute().await;
    let account = fair.account().await;
    assert_eq!((account.extra, account.credits[0].source.as_str()), (6 * GB, "rollover"));
    fair.at("2026-12-10T04:00:00Z");
    fair.moves(15).await;
    assert!(fair.happened().await.is_empty(), "ten and six");
    fair.moves(2).await;
    assert_eq!(fair.happened().await, ["slowed"]);
    fair.at("2026-12-31T18:00:00Z");
    fair.minute().await;
    assert_eq!(fair.account().await.extra, 0, "all of it was used or has ended");
}

#[tokio::test]
async fn old_use_becomes_coarser_and_adds_up() {
    let fair = Fair::new(ladder("month")).await;
    let services = &fair.world.services;
    let system = Caller::system(fair.world.padma.id, "test");
    for day in 1..=3 {
        fair.at(&format!("2026-11-0{day}T18:02:00Z"));
        fair.moves(day).await;
    }
    let graph = async |range| services::usage::graph(services, &system, fair.line, range, None).await.unwrap().down;
    use domain::usage::Range;
    let sums = [graph(Range::Week).await, graph(Range::Month).await];
    assert_eq!(sums, [6 * GB, 6 * GB]);
    fair.at("2026-11-10T21:00:00Z");
    let on = "2026-11-11".parse().unwrap();
    let kept = services::usage::clean_up(services, &system, on).await.unwrap();
    assert_eq!(
        (kept.hours, services::usage::clean_up(services, &system, on).await.unwrap().hours),
        (3, 0),
        "two of the first night, one of the second"
    );
    assert_eq!(graph(Range::Month).await, 6 * GB);
    let until = Some("2026-11-04T12:00:00Z".parse().unwrap());
    let week = services::usage::graph(services, &system, fair.line, Range::Week, until).await.unwrap();
    assert_eq!(week.down, 6 * GB, "from slots and from hours alike");
    // Three of the last five minutes before midnight took three fifths of the third night, and the day remembers it.
    let most = async |range| {
        let graph = services::usage::graph(services, &system, fair.line, range, until).await.unwrap();
        graph.points.iter().map(|point| point.down_most).max().unwrap()
    };
    let busiest = Some(3 * GB * 180 / 300);
    assert_eq!([most(Range::Week).await, most(Range::Month).await], [busiest; 2], "from slots and from hours alike");
    services::usage::aggregate(services, &system, on).await.unwrap();
    let kept = services::usage::clean_up(services, &system, "2027-03-01".parse().unwrap()).await.unwrap();
    assert_eq!((kept.dropped_hours, kept.dropped_days), (6, 0));
    assert_eq!([most(Range::Week).await, most(Range::Month).await], [None, busiest], "from days, when hours are gone");
    // Years later only the month is left.
    let kept = services::usage::clean_up(services, &system, "2028-12-02".parse().unwrap()).await.unwrap();
    assert_eq!((kept.dropped_hours, kept.dropped_days), (0, 4));
    let mut raw = fair.world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(fair.world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    let month: i64 =
        sqlx::query_scalar("select output_octets from usage_month where month = '2026-11-01'").fetch_one(&mut raw).await.unwrap();
    assert_eq!(month, i64::try_from(6 * GB).unwrap());
}

#[tokio::test]
async fn days_that_are_not_in_their_month_stay() {
    let fair = Fair::new(ladder("month")).await;
    let system = Caller::system(fair.world.padma.id, "test");
    fair.moves(1).await;
    let on = "2029-01-02".parse().unwrap();
    assert!(services::usage::clean_up(&fair.world.services, &system, on).await.is_err());
    assert_eq!(fair.account().await.month.down, GB);
    let top = services::usage::top_users(
        &fair.world.services,
        &fair.world.padma.admin,
        ("2026-11-01".parse().unwrap(), "2026-11-30".parse().unwrap()),
        "rahim",
        Paging::new(1, 25),
    )
    .await
    .unwrap();
    assert_eq!((top.total, top.rows[0].used.down), (1, GB));
}
