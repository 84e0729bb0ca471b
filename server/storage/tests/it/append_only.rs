//! The books and the audit log take rows and give none back.

use domain::EntryId;
use domain::ledger::{Account, Entry, Posting};
use sqlx::{Connection, PgConnection};
use testkit::{World, world};
use uuid::Uuid;

async fn with_an_entry() -> (World, PgConnection, EntryId) {
    let world = world("2026-11-01T00:00:00Z").await;
    let id = EntryId(Uuid::now_v7());
    let postings = vec![Posting::debit(Account::Bank, None, 500), Posting::credit(Account::ServiceRevenue, None, 500)];
    let entry = Entry::balanced("test", "1".into(), "2026-11-01".parse().unwrap(), "one".into(), domain::Currency::Bdt, postings).unwrap();
    let mut tx = world.services.db.isp(&world.padma.admin).await.unwrap();
    storage::ledger::post(&mut tx, world.services.now(), &[(id, &entry)]).await.unwrap();
    tx.commit().await.unwrap();
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    (world, raw, id)
}

#[tokio::test]
async fn nothing_that_was_written_is_changed_or_deleted() {
    let (_world, mut raw, _) = with_an_entry().await;
    for statement in [
        "update posting set amount_minor = 1",
        "delete from posting",
        "truncate posting",
        "update journal_entry set memo = 'other'",
        "delete from journal_entry",
        "truncate journal_entry cascade",
        "update allocation set amount_minor = 1",
        "delete from allocation",
        "update credit_note set reason = 'other'",
        "delete from refund",
        "delete from write_off",
        "update payment_reversal set reason = 'other'",
        "update audit_entry set actor_name = 'somebody else'",
        "delete from audit_entry",
        "update audit_link set seq = 1",
        "delete from audit_link",
    ] {
        let refused = sqlx::query(statement).execute(&mut raw).await.expect_err(statement).to_string();
        assert!(refused.contains("append-only") || refused.contains("permission denied"), "{statement}: {refused}");
    }
}

#[tokio::test]
async fn the_database_itself_refuses_what_does_not_balance() {
    let (world, mut raw, id) = with_an_entry().await;
    let lonely = "insert into posting (isp_id, entry_id, line, account, amount_minor, currency) values ($1, $2, 9, 'bank', 1, 'BDT')";
    let refused = sqlx::query(lonely).bind(world.padma.id.0).bind(id.0).execute(&mut raw).await.unwrap_err().to_string();
    assert!(refused.contains("does not balance"), "{refused}");
    let empty = "insert into journal_entry (isp_id, id, source, source_ref, business_date, at, memo) values ($1, $2, 'test', 'empty', '2026-11-01', now(), 'empty')";
    let refused = sqlx::query(empty).bind(world.padma.id.0).bind(Uuid::now_v7()).execute(&mut raw).await.unwrap_err().to_string();
    assert!(refused.contains("does not balance"), "{refused}");
}

#[tokio::test]
async fn an_entry_may_grow_line_by_line_and_is_refused_at_commit_when_it_does_not_add_up() {
    let (world, mut raw, _) = with_an_entry().await;
    for (second, good) in [(-700i64, true), (-699, false)] {
        let id = Uuid::now_v7();
        let mut tx = raw.begin().await.unwrap();
        let entry = "insert into journal_entry (isp_id, id, source, source_ref, business_date, at, memo) values ($1, $2, 'test', $2::text, '2026-11-01', now(), 'slow')";
        sqlx::query(entry).bind(world.padma.id.0).bind(id).execute(&mut *tx).await.unwrap();
        for (line, amount) in [(1i16, 700i64), (2, second)] {
            let posting =
                "insert into posting (isp_id, entry_id, line, account, amount_minor, currency) values ($1, $2, $3, 'bank', $4, 'BDT')";
            sqlx::query(posting).bind(world.padma.id.0).bind(id).bind(line).bind(amount).execute(&mut *tx).await.unwrap();
        }
        // Neither taking the note away nor turning to another ISP hides it.
        sqlx::query("delete from ledger_check").execute(&mut *tx).await.unwrap();
        if !good {
            sqlx::query("select set_config('app.isp_id', $1, true)").bind(world.meghna.id.to_string()).execute(&mut *tx).await.unwrap();
        }
        match (tx.commit().await, good) {
            (Ok(()), true) => {}
            (Err(refused), false) => assert!(refused.to_string().contains("does not balance"), "{refused}"),
            (other, _) => panic!("{other:?}"),
        }
    }
    let left: i64 = sqlx::query_scalar("select count(*) from ledger_check").fetch_one(&mut raw).await.unwrap();
    assert_eq!(left, 0);
    let there: i64 = sqlx::query_scalar("select count(*) from journal_entry where memo = 'slow'").fetch_one(&mut raw).await.unwrap();
    assert_eq!(there, 1);
}

#[tokio::test]
async fn one_event_is_posted_once() {
    let (world, _, _) = with_an_entry().await;
    let postings = vec![Posting::debit(Account::Bank, None, 500), Posting::credit(Account::ServiceRevenue, None, 500)];
    let entry =
        Entry::balanced("test", "1".into(), "2026-11-01".parse().unwrap(), "again".into(), domain::Currency::Bdt, postings).unwrap();
    let mut tx = world.services.db.isp(&world.padma.admin).await.unwrap();
    let again = storage::ledger::post(&mut tx, world.services.now(), &[(EntryId(Uuid::now_v7()), &entry)]).await;
    assert!(again.unwrap_err().is_constraint("journal_entry_source_key"));
}
