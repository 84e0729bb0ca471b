//! The audit log is a chain (SEC-13): what somebody changed, took out or slipped in with the database in his hands is
//! named by the check, and the log can be searched by those who may read it.

use crate::seed::{customer, package};
use domain::customers::Paging;
use domain::people::{Caller, Role};
use domain::rights::Permission;
use domain::trust::AuditFilter;
use services::Error;
use services::audit::{Fault, Report, entries, verify};
use sqlx::PgConnection;
use storage::audit::{Change, record, record_many};
use testkit::{World, world};
use uuid::Uuid;

/// Ten entries at Padma, and two at Meghna.
async fn written() -> World {
    let world = world("2026-11-01T04:00:00Z").await;
    for n in 0..10 {
        write(&world, &world.padma.admin, &format!("tax.create{n}")).await;
    }
    write(&world, &world.meghna.admin, "tax.create").await;
    write(&world, &world.meghna.admin, "tax.rate").await;
    world
}

async fn write(world: &World, caller: &Caller, action: &str) {
    let mut tx = world.services.db.isp(caller).await.unwrap();
    let after = Some(serde_json::json!({ "rate": "5.0", "name": "ভ্যাট", "deep": { "b": 1, "a": [null, true] } }));
    let change = Change { action, object_kind: "tax", object_id: Some(Uuid::now_v7()), after, ..Change::default() };
    record(&mut tx, world.services.now(), change).await.unwrap();
    tx.commit().await.unwrap();
}

async fn check(world: &World, head: Option<&str>) -> Report {
    verify(&world.services, &world.padma.admin, head).await.unwrap()
}

/// Somebody with the product's own role and every trick it leaves him.
async fn intruder(world: &World) -> PgConnection {
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    for trick in [
        "alter table audit_entry disable trigger audit_entry_append_only",
        "alter table audit_entry disable trigger audit_entry_waits",
        "alter table audit_link disable trigger audit_link_append_only",
        "grant delete on audit_entry, audit_link to current_user",
    ] {
        sqlx::query(trick).execute(&mut raw).await.unwrap();
    }
    raw
}

async fn number(raw: &mut PgConnection, seq: i64) -> Uuid {
    sqlx::query_scalar("select entry_id from audit_link where seq = $1").bind(seq).fetch_one(raw).await.unwrap()
}

#[tokio::test]
async fn writers_at_once_make_one_chain() {
    let world = world("2026-11-01T04:00:00Z").await;
    let before = check(&world, None).await;
    let mut running = Vec::new();
    for n in 0..24 {
        let (services, caller) = (world.services.clone(), world.padma.admin.clone());
        running.push(tokio::spawn(async move {
            let mut tx = services.db.isp(&caller).await.unwrap();
            let change = |action| Change { action, object_kind: "tax", ..Change::default() };
            match n % 3 {
                0 => record_many(&mut tx, services.now(), &[change("tax.create"), change("tax.rate"), change("tax.create")]).await.unwrap(),
                _ => record(&mut tx, services.now(), change("tax.create")).await.unwrap(),
            }
            match n % 4 {
                3 => tx.rollback().await.unwrap(),
                _ => tx.commit().await.unwrap(),
            }
        }));
    }
    for one in running {
        one.await.unwrap();
    }
    let after = check(&world, Some(&before.head)).await;
    assert!(after.is_clean(), "{after:?}");
    // Eight times three and sixteen times one, less the quarter that never happened.
    assert_eq!(after.entries - before.entries, 30, "{after:?}");
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    let left: i64 = sqlx::query_scalar("select count(*) from audit_waiting").fetch_one(&mut raw).await.unwrap();
    assert_eq!(left, 0, "nothing waits when a transaction is over");
}

#[tokio::test]
async fn an_entry_that_was_changed_is_named() {
    for change in [
        "update audit_entry set actor_name = 'Somebody else' where id = $1",
        "update audit_entry set after = '{\"rate\": \"6.0\"}' where id = $1",
        "update audit_entry set after = null where id = $1",
        "update audit_entry set at = at + interval '1 microsecond' where id = $1",
        "update audit_link set hash = sha256('x') where entry_id = $1",
    ] {
        let world = written().await;
        let clean = check(&world, None).await;
        assert!(clean.is_clean(), "{clean:?}");
        let mut raw = intruder(&world).await;
        let (place, id) = (clean.entries - 4, number(&mut raw, clean.entries - 4).await);
        sqlx::query(change).bind(id).execute(&mut raw).await.unwrap();
        let report = check(&world, None).await;
        let broken = report.broken.unwrap();
        assert_eq!((broken.fault, broken.seq, broken.entry), (Fault::Changed, Some(place), Some(id)), "{change}");
        assert_eq!(report.entries, place - 1);
        assert!(broken.action.is_some() && broken.at.is_some());
        assert!(verify(&world.services, &world.meghna.admin, None).await.unwrap().is_clean(), "a sibling's log is its own");
    }
}

#[tokio::test]
async fn an_entry_that_was_taken_out_or_slipped_in_is_named() {
    let world = written().await;
    let clean = check(&world, None).await;
    let mut raw = intruder(&world).await;
    let slipped = Uuid::now_v7();
    let insert =
        "insert into audit_entry (isp_id, id, at, actor_name, action, object_kind) values ($1, $2, '2026-11-01', 'x', 'tax.create', 'tax')";
    sqlx::query(insert).bind(world.padma.id.0).bind(slipped).execute(&mut raw).await.unwrap();
    let broken = check(&world, None).await.broken.unwrap();
    assert_eq!((broken.fault, broken.seq, broken.entry), (Fault::Unlinked, None, Some(slipped)));
    let out = number(&mut raw, 3).await;
    for statement in ["delete from audit_link where entry_id = $1", "delete from audit_entry where id = $1"] {
        sqlx::query(statement).bind(out).execute(&mut raw).await.unwrap();
    }
    let broken = check(&world, None).await.broken.unwrap();
    assert_eq!((broken.fault, broken.seq), (Fault::Gap, Some(3)));
    assert!(clean.entries > 3);
}

#[tokio::test]
async fn an_end_that_was_cut_off_shows_beside_a_head_that_was_noted() {
    let world = written().await;
    let clean = check(&world, None).await;
    assert!(check(&world, Some(&clean.head.to_uppercase())).await.is_clean());
    let mut raw = intruder(&world).await;
    let last = number(&mut raw, clean.entries).await;
    for statement in ["delete from audit_link where entry_id = $1", "delete from audit_entry where id = $1"] {
        sqlx::query(statement).bind(last).execute(&mut raw).await.unwrap();
    }
    let broken = check(&world, Some(&clean.head)).await.broken.unwrap();
    assert_eq!(broken.fault, Fault::CutOff);
}

#[tokio::test]
async fn the_log_is_searched_by_person_kind_subject_and_day() {
    let world = world("2026-11-01T04:00:00Z").await;
    let admin = &world.padma.admin;
    let package = package(&world.services, admin, "Home 10", "1000").await;
    world.clock.set("2026-11-02T20:30:00Z".parse().unwrap());
    let rahim = customer(&world.services, admin, package, "rahim").await;
    let find = async |filter: AuditFilter| entries(&world.services, admin, &filter, Paging::new(1, 25)).await.unwrap();
    let all = find(AuditFilter::default()).await;
    assert!(all.total >= 3 && all.rows.windows(2).all(|pair| pair[0].at >= pair[1].at), "newest first");
    let numbers: Vec<i64> = all.rows.iter().filter_map(|row| row.seq).collect();
    assert_eq!(numbers.len(), all.rows.len(), "each has its number");
    let kind = find(AuditFilter { kind: Some("package".into()), ..Default::default() }).await;
    assert!(kind.total > 0 && kind.rows.iter().all(|row| row.action.starts_with("package.")));
    let about = find(AuditFilter { subject: Some(rahim.0), ..Default::default() }).await;
    assert!(about.total > 0 && about.rows.iter().all(|row| row.customer_id == Some(rahim.0) || row.object_id == Some(rahim.0)));
    let nobody = find(AuditFilter { actor: Some(Uuid::now_v7()), ..Default::default() }).await;
    assert_eq!(nobody.total, 0);
    let own = find(AuditFilter { actor: admin.actor_id(), ..Default::default() }).await;
    assert!(own.total > 0);
    // Half past two at night in Dhaka: the third, though London still has the second.
    let third = "2026-11-03".parse().ok();
    assert!(find(AuditFilter { from: third, until: third, ..Default::default() }).await.total > 0);
    let second = "2026-11-02".parse().ok();
    assert_eq!(find(AuditFilter { from: second, until: second, ..Default::default() }).await.total, 0);
}

#[tokio::test]
async fn who_may_not_read_it_does_not() {
    let world = written().await;
    let clerk = Caller { role: Role::Staff, ..world.padma.admin.clone() };
    let asked = entries(&world.services, &clerk, &AuditFilter::default(), Paging::new(1, 25)).await;
    assert!(matches!(asked, Err(Error::Denied(Permission::AuditView))));
    assert!(matches!(verify(&world.services, &clerk, None).await, Err(Error::Denied(Permission::AuditView))));
    let reader = Caller { grants: vec![Permission::AuditView], ..clerk };
    let seen = entries(&world.services, &reader, &AuditFilter::default(), Paging::new(1, 200)).await.unwrap();
    let meghna = entries(&world.services, &world.meghna.admin, &AuditFilter::default(), Paging::new(1, 200)).await.unwrap();
    assert!(seen.rows.iter().all(|row| meghna.rows.iter().all(|other| other.id != row.id)), "not a line of a sibling's");
}
