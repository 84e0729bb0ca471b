//! Sessions that are over for months lie apart: found as before, counted as before, and let go when an ISP says so.

use crate::seed::{customer, package};
use chrono::{DateTime, TimeDelta, Utc};
use domain::customers::Paging;
use domain::people::{Caller, Role};
use domain::radius::{HistoryFilter, NasForm};
use domain::{CustomerId, ServiceId};
use services::Error;
use services::radius::{Archived, archive_sessions, create_nas, keep_sessions, session_history, session_months, usage};
use sqlx::{Connection, PgConnection};
use testkit::{World, world};

const NOW: &str = "2026-11-01T04:00:00Z";

struct Story {
    world: World,
    rahim: CustomerId,
    line: ServiceId,
    raw: PgConnection,
}

impl Story {
    /// `each`: so many sessions on every day of the last 400, ten minutes long, and one that goes on since the first.
    async fn new(each: i32) -> Self {
        let world = world(NOW).await;
        let (services, admin) = (&world.services, &world.padma.admin);
        let package = package(services, admin, "Home", "500").await;
        let rahim = customer(services, admin, package, "rahim").await;
        let line = services::customers::customer(services, admin, rahim).await.unwrap().services[0].id;
        let form = NasForm { name: "Mirpur".into(), address: "127.0.0.50".into(), ..NasForm::default() };
        let nas = create_nas(services, admin, &form).await.unwrap().id;
        let mut raw = world.db.raw().await;
        sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
        let insert = "insert into radius_session (isp_id, id, nas_id, acct_session_id, username, service_id, customer_id, mac, framed_ip, started_at,
                                                  updated_at, stopped_at, stop_cause, input_octets, output_octets, session_seconds)
             select $1, gen_random_uuid(), $2, 's' || d || '-' || n, 'rahim', $3, $4, 'AA:BB:CC:00:11:22', '10.0.0.1'::inet + (n % 200),
                    $5 - d * interval '1 day' + n * interval '10 milliseconds', $5 - d * interval '1 day' + interval '10 minutes',
                    case when d = $6 then null else $5 - d * interval '1 day' + interval '10 minutes' end, 'User-Request', 10, 20, 600
             from generate_series(1, $6) d, generate_series(1, $7) n";
        sqlx::query(insert)
            .bind(world.padma.id.0)
            .bind(nas.0)
            .bind(line.0)
            .bind(rahim.0)
            .bind(services.now())
            .bind(400)
            .bind(each)
            .execute(&mut raw)
            .await
            .unwrap();
        sqlx::query("insert into usage_day (isp_id, service_id, day, input_octets, output_octets) values ($1, $2, '2025-12-24', 10, 20)")
            .bind(world.padma.id.0)
            .bind(line.0)
            .execute(&mut raw)
            .await
            .unwrap();
        Self { world, rahim, line, raw }
    }

    fn system(&self) -> Caller {
        Caller::system(self.world.padma.id, "test")
    }

    async fn night(&self) -> Archived {
        archive_sessions(&self.world.services, &self.system(), "2026-11-01".parse().unwrap()).await.unwrap()
    }

    /// At hand, and apart.
    async fn lie(&mut self) -> (i64, i64) {
        sqlx::query_as("select (select count(*) from radius_session), (select count(*) from radius_session_archive)")
            .fetch_one(&mut self.raw)
            .await
            .unwrap()
    }

    fn ago(&self, days: i64) -> DateTime<Utc> {
        self.world.services.now() - TimeDelta::days(days)
    }

    /// Who had an address, five minutes into the sessions of that day.
    async fn had(&self, caller: &Caller, days: i64) -> usize {
        let filter =
            HistoryFilter { search: "10.0.0.2".into(), at: Some(self.ago(days) + TimeDelta::minutes(5)), ..HistoryFilter::default() };
        session_history(&self.world.services, caller, &filter).await.unwrap().len()
    }
}

#[tokio::test]
async fn what_is_old_lies_apart_and_is_found_as_before() {
    let mut story = Story::new(2).await;
    let (services, admin) = (&story.world.services.clone(), &story.world.padma.admin.clone());
    let rahim = story.rahim;
    let listed = async |page| services::customers::sessions(services, admin, rahim, Paging::new(page, 200)).await.unwrap();
    let before = (listed(1).await, listed(4).await);
    let used = usage(services, admin, story.line, "2025-01-01".parse().unwrap(), "2026-12-01".parse().unwrap()).await.unwrap();
    let moved = story.night().await;
    // From the first of August on they are at hand; the two that go on since the first day stay with them.
    assert_eq!(moved, Archived { moved: 2 * 307, forgotten: 0 });
    assert_eq!(story.lie().await, (2 * 93, 2 * 307));
    assert_eq!(story.night().await, Archived::default(), "once");
    assert_eq!((listed(1).await, listed(4).await), before);
    assert_eq!(usage(services, admin, story.line, "2025-01-01".parse().unwrap(), "2026-12-01".parse().unwrap()).await.unwrap(), used);
    assert_eq!((story.had(admin, 10).await, story.had(admin, 300).await), (1, 1));
    assert_eq!(story.had(&story.world.meghna.admin, 300).await, 0, "another ISP");
    let branch = Caller { role: Role::Reseller, owner_path: Some("/nobody/".into()), ..admin.clone() };
    assert_eq!(story.had(&branch, 300).await, 0, "a reseller finds his own alone");
}

#[tokio::test]
async fn sessions_are_let_go_when_the_isp_says_so_and_not_before() {
    let mut story = Story::new(1).await;
    let services = story.world.services.clone();
    let admin = story.world.padma.admin.clone();
    story.night().await;
    assert_eq!(session_months(&services, &admin).await.unwrap(), None);
    for wrong in ["5", "0", "121", "-6", "half a year"] {
        let Err(Error::Invalid(problems)) = keep_sessions(&services, &admin, wrong).await else { panic!("{wrong} was accepted") };
        assert_eq!(problems[0].key, "problem-session-months");
    }
    let clerk = Caller { role: Role::Staff, ..admin.clone() };
    assert!(matches!(keep_sessions(&services, &clerk, "6").await, Err(Error::Denied(_))));
    keep_sessions(&services, &admin, "6").await.unwrap();
    assert_eq!(session_months(&services, &admin).await.unwrap(), Some(6));
    assert_eq!(session_months(&services, &story.world.meghna.admin).await.unwrap(), None);
    let (_, apart) = story.lie().await;
    // From the first of May on they are kept.
    assert_eq!(story.night().await, Archived { moved: 0, forgotten: 215 });
    let (at_hand, left) = story.lie().await;
    assert_eq!((at_hand, left), (93, apart - 215));
    assert_eq!((story.had(&admin, 180).await, story.had(&admin, 190).await), (1, 0));
    keep_sessions(&services, &admin, "").await.unwrap();
    assert_eq!(session_months(&services, &admin).await.unwrap(), None);
}

#[tokio::test]
async fn a_hundred_thousand_go_in_steps_past_one_that_is_held() {
    let mut story = Story::new(326).await;
    let mut holder = story.world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(story.world.padma.id.to_string()).execute(&mut holder).await.unwrap();
    let mut held = holder.begin().await.unwrap();
    let held_rows =
        sqlx::query("select id from radius_session where acct_session_id in ('s399-7', 's200-3') for update").fetch_all(&mut *held).await;
    assert_eq!(held_rows.unwrap().len(), 2);
    let moved = story.night().await.moved;
    assert_eq!(moved, 326 * 307 - 2, "and those that somebody writes stay");
    held.rollback().await.unwrap();
    assert_eq!(story.night().await.moved, 2, "until another night");
    assert_eq!(story.lie().await, (326 * 93, 326 * 307));
    let sums: (i64, i64) = sqlx::query_as("select count(distinct id), sum(output_octets)::bigint from radius_session_ever")
        .fetch_one(&mut story.raw)
        .await
        .unwrap();
    assert_eq!(sums, (130_400, 2_608_000), "none twice, none lost");
}
