//! Many lines held down and let up as a job: what was shown is what happens, each line has its result, and a job can be
//! killed, cancelled and tried again (CRM-11).

use crate::seed::{customer, package};
use domain::bulk::{BulkAction, BulkFate, BulkState, LeftOut};
use domain::customers::{BlockReason, LineState, Paging, SubscriberFilter};
use domain::people::{Caller, Role};
use domain::rights::Permission;
use domain::{CustomerId, ServiceId};
use services::Error;
use services::customers::{self, bulk_job, cancel_bulk, preview_bulk, retry_bulk, run_bulk, start_bulk, suspend_service};
use testkit::{World, world};
use uuid::Uuid;

const SUSPEND: BulkAction = BulkAction::Suspend;
const WORKS: BlockReason = BlockReason::Maintenance;

struct Crowd {
    world: World,
    lines: Vec<(CustomerId, ServiceId)>,
}

async fn crowd(many: usize) -> Crowd {
    let world = world("2026-11-01T04:00:00Z").await;
    let admin = &world.padma.admin;
    let package = package(&world.services, admin, "Home 10", "1000").await;
    let mut lines = Vec::new();
    for number in 0..many {
        let id = customer(&world.services, admin, package, &format!("user{number:02}")).await;
        lines.push((id, customers::customer(&world.services, admin, id).await.unwrap().services[0].id));
    }
    Crowd { world, lines }
}

impl Crowd {
    fn admin(&self) -> &Caller {
        &self.world.padma.admin
    }

    fn system(&self) -> Caller {
        Caller::system(self.world.padma.id, "customers.bulk")
    }

    async fn start(&self, action: BulkAction, expected: usize) -> services::Result<Uuid> {
        start_bulk(&self.world.services, self.admin(), &SubscriberFilter::default(), (action, WORKS, "fibre works"), expected).await
    }

    async fn run(&self, id: Uuid) {
        run_bulk(&self.world.services, &self.system(), id).await.unwrap();
    }

    async fn suspended(&self) -> i64 {
        let filter = SubscriberFilter { state: Some(LineState::Suspended), ..SubscriberFilter::default() };
        customers::subscribers(&self.world.services, self.admin(), &filter, Paging::new(1, 25)).await.unwrap().total
    }

    async fn counts(&self, id: Uuid) -> (BulkState, i64, i64, i64, i64) {
        let (job, _) = bulk_job(&self.world.services, self.admin(), id, None, Paging::new(1, 200)).await.unwrap();
        (job.state, job.waiting, job.done, job.left, job.failed)
    }
}

#[tokio::test]
async fn what_was_shown_is_what_happens() {
    let crowd = crowd(6).await;
    let services = &crowd.world.services;
    suspend_service(services, crowd.admin(), crowd.lines[0].1, WORKS, "by hand").await.unwrap();
    suspend_service(services, crowd.admin(), crowd.lines[1].1, BlockReason::Abuse, "spam").await.unwrap();
    let preview = preview_bulk(services, crowd.admin(), &SubscriberFilter::default(), SUSPEND, WORKS).await.unwrap();
    assert_eq!((preview.matched, preview.lines.len(), preview.left_out), (6, 5, vec![(LeftOut::Already, 1)]));

    let other = crowd.start(SUSPEND, 6).await;
    assert!(matches!(other, Err(Error::Conflict(problem)) if problem.key == "problem-bulk-changed"), "the list has changed since");
    let id = crowd.start(SUSPEND, 5).await.unwrap();
    suspend_service(services, crowd.admin(), crowd.lines[2].1, WORKS, "meanwhile, by hand").await.unwrap();
    crowd.run(id).await;
    assert_eq!(crowd.counts(id).await, (BulkState::Done, 0, 4, 1, 0));
    assert_eq!(crowd.suspended().await, 6);
    crowd.run(id).await;
    assert_eq!(crowd.counts(id).await, (BulkState::Done, 0, 4, 1, 0), "run twice, done once");

    let back = crowd.start(BulkAction::Resume, 6).await.unwrap();
    crowd.run(back).await;
    assert_eq!(crowd.suspended().await, 1, "who was held for abuse still is");
    let timeline = customers::timeline(services, crowd.admin(), crowd.lines[3].0).await.unwrap();
    let keys: Vec<_> = timeline.iter().map(|item| item.key.as_str()).collect();
    assert!(keys.contains(&"timeline-service-suspend") && keys.contains(&"timeline-service-resume"), "{keys:?}");
}

#[tokio::test]
async fn a_cancelled_job_leaves_the_rest_and_a_failed_line_is_tried_again() {
    let crowd = crowd(5).await;
    let services = &crowd.world.services;
    let id = crowd.start(SUSPEND, 5).await.unwrap();
    cancel_bulk(services, crowd.admin(), id).await.unwrap();
    crowd.run(id).await;
    assert_eq!((crowd.counts(id).await, crowd.suspended().await), ((BulkState::Cancelled, 5, 0, 0, 0), 0));
    assert!(matches!(cancel_bulk(services, crowd.admin(), id).await, Err(Error::Conflict(_))));

    // One line cannot be written: the others do not suffer for it.
    let id = crowd.start(SUSPEND, 5).await.unwrap();
    let mut raw = crowd.world.db.raw().await;
    let refuse = format!("alter table service_block add constraint broken check (service_id <> '{}')", crowd.lines[2].1);
    sqlx::query(sqlx::AssertSqlSafe(refuse)).execute(&mut raw).await.unwrap();
    crowd.run(id).await;
    assert_eq!(crowd.counts(id).await, (BulkState::Done, 0, 4, 0, 1));
    let (_, page) = bulk_job(services, crowd.admin(), id, Some(BulkFate::Failed), Paging::new(1, 25)).await.unwrap();
    assert_eq!((page.rows.len(), page.rows[0].username.as_str(), page.rows[0].problem.as_deref()), (1, "user02", Some("fault")));
    sqlx::query("alter table service_block drop constraint broken").execute(&mut raw).await.unwrap();
    retry_bulk(services, crowd.admin(), id).await.unwrap();
    crowd.run(id).await;
    assert_eq!((crowd.counts(id).await, crowd.suspended().await), ((BulkState::Done, 0, 5, 0, 0), 5));
}

#[tokio::test]
async fn it_takes_the_right_and_stays_in_its_isp() {
    let crowd = crowd(1).await;
    let services = &crowd.world.services;
    let id = crowd.start(SUSPEND, 1).await.unwrap();
    let stranger = bulk_job(services, &crowd.world.meghna.admin, id, None, Paging::new(1, 25)).await;
    assert!(matches!(stranger, Err(Error::NotFound)));
    let staff = Caller { role: Role::Staff, grants: vec![Permission::CustomersSuspend], ..crowd.admin().clone() };
    let refused = preview_bulk(services, &staff, &SubscriberFilter::default(), SUSPEND, WORKS).await;
    assert!(matches!(refused, Err(Error::Denied(Permission::BulkOperations))));
    let unpaid = start_bulk(services, crowd.admin(), &SubscriberFilter::default(), (SUSPEND, BlockReason::NonPayment, "x"), 1).await;
    assert!(matches!(unpaid, Err(Error::Invalid(_))), "billing alone sets it");
}
