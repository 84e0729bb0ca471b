//! What a server remembers of a session is only a guess: another server, the minute's check or a device that dials in
//! elsewhere may have changed it behind its back, and still nothing is lost or counted twice.

use crate::stage::*;
use chrono::TimeDelta;
use services::Services;
use simlab::radius_client::{Accounting, RadiusClient, Status};
use std::sync::Arc;
use storage::Db;

const HIS: &str = "AA:BB:CC:00:11:22";

struct Two {
    stage: Stage,
    line: Line,
    here: RadiusClient,
    there: RadiusClient,
    _other: aaa::Radius,
}

impl Two {
    async fn new() -> Self {
        let stage = Stage::new().await;
        let line = stage.padma_line("rahim", "pass-word").await;
        let here = stage.padma_router().await;
        known(&here, "rahim", "pass-word").await;
        let db = Db::connect(&stage.world.db.url, 4).await.unwrap();
        let elsewhere = Services::new(db, stage.world.services.keys.clone(), Arc::new(stage.world.clock.clone()));
        let other = start(elsewhere).await;
        let there = router(&other, PADMA_ROUTER, PADMA_SECRET).await;
        known(&there, "rahim", "pass-word").await;
        Self { stage, line, here, there, _other: other }
    }

    /// A report of a session that has lasted so long, at the moment at which it has.
    async fn tell(&self, to: &RadiusClient, status: Status, id: &str, seconds: u32, megabytes: u64) {
        let began = NOW.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        self.stage.world.clock.set(began + TimeDelta::seconds(seconds.into()));
        let report = Accounting { mac: HIS, ..Accounting::new(status, id, "rahim") }.after(seconds, megabytes * 1_000_000, 7);
        assert!(to.account(&report).await.unwrap(), "not acknowledged");
    }

    async fn total(&self) -> i64 {
        self.stage.usage(self.line).await.iter().map(|day| day.input_octets).sum::<i64>() / 1_000_000
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_take_turns_and_every_octet_counts_once() {
    let two = Two::new().await;
    two.tell(&two.here, Status::Start, "s1", 0, 0).await;
    for (turn, seconds) in (1u32..).zip((300..=3_000).step_by(300)) {
        let to = if turn % 3 == 0 { &two.there } else { &two.here };
        two.tell(to, Status::Interim, "s1", seconds, u64::from(turn) * 10).await;
        // The same again, to the server that does not know it yet, as a router does that heard no answer.
        two.tell(if turn % 3 == 0 { &two.here } else { &two.there }, Status::Interim, "s1", seconds, u64::from(turn) * 10).await;
    }
    two.tell(&two.there, Status::Stop, "s1", 3_300, 120).await;
    two.tell(&two.here, Status::Interim, "s1", 3_000, 100).await;
    let sessions = two.stage.sessions(two.line).await;
    assert_eq!((sessions.len(), sessions[0].stop_cause.is_some(), two.total().await), (1, true, 120));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_ended_behind_its_back_is_read_again() {
    let two = Two::new().await;
    two.tell(&two.here, Status::Start, "s1", 0, 0).await;
    two.tell(&two.here, Status::Interim, "s1", 300, 10).await;
    // Nobody hears of it for a long time, and the minute's check ends it. Then it speaks again.
    two.stage.world.clock.advance(TimeDelta::seconds(3_000));
    assert_eq!(services::radius::close_stale(&two.stage.world.services, two.stage.world.padma.id).await.unwrap(), 1);
    two.tell(&two.here, Status::Interim, "s1", 3_600, 20).await;
    let sessions = two.stage.sessions(two.line).await;
    assert_eq!((sessions.len(), sessions[0].stopped_at, two.total().await), (1, None, 20));
    // The same device dials in at the other server: its first session is over, and stays it when its end comes at last.
    two.tell(&two.there, Status::Start, "s2", 3_700, 0).await;
    two.tell(&two.here, Status::Stop, "s1", 3_650, 25).await;
    let sessions = two.stage.sessions(two.line).await;
    assert_eq!((sessions.len(), sessions.iter().filter(|session| session.stopped_at.is_none()).count()), (2, 1));
    assert_eq!(two.total().await, 25);
}

/// One batch holds a session and the one of the same device that ends it; the row bears the batch's own version then.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_in_the_batch_that_wrote_it_is_not_remembered_as_open() {
    let two = Two::new().await;
    two.tell(&two.here, Status::Start, "s1", 0, 0).await;
    two.stage.world.clock.advance(TimeDelta::seconds(300));
    let old = Accounting { mac: HIS, ..Accounting::new(Status::Interim, "s1", "rahim") }.after(300, 10_000_000, 7);
    let new = Accounting { mac: HIS, ..Accounting::new(Status::Start, "s2", "rahim") };
    let (one, other) = tokio::join!(two.here.account(&old), async {
        two.stage.world.clock.advance(TimeDelta::milliseconds(10));
        let second = two.stage.padma_router().await;
        second.account(&new).await
    });
    assert!(one.unwrap() && other.unwrap());
    two.tell(&two.here, Status::Interim, "s2", 900, 5).await;
    two.tell(&two.here, Status::Stop, "s1", 400, 12).await;
    let sessions = two.stage.sessions(two.line).await;
    assert_eq!((sessions.len(), sessions.iter().filter(|session| session.stopped_at.is_none()).count()), (2, 1));
    assert_eq!(two.total().await, 17);
}
