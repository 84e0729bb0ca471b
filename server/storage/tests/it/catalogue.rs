//! Walks the catalogue: every table is on the short list of the platform's own, or stands under the ISP lock with keys
//! that begin with isp_id. A table somebody forgets to guard fails here.

use testkit::TestDb;

/// Read before an ISP is known, or belonging to none.
const PLATFORM: &[&str] = &[
    "_sqlx_migrations",
    "admin_network",
    "first_password",
    "installation",
    "isp",
    "isp_count",
    "isp_host",
    "last_sign_in",
    "notice",
    "notice_read",
    "notice_tenant",
    "one_time",
    "password_past",
    "plan",
    "plan_request",
    "platform_account",
    "platform_entry",
    "radius_node",
    "recovery_code",
    "schedule_node",
    "second_factor",
    "session",
    "sign_in_rule",
    "sign_in_throttle",
    "slot_entry",
    "tenant",
    "unknown_nas",
];

#[tokio::test]
async fn every_table_is_the_platforms_or_under_the_isp_lock() {
    let db = TestDb::new().await;
    let mut raw = db.raw().await;
    let tables: Vec<(String, bool, bool, i64)> = sqlx::query_as(
        "select c.relname::text, c.relrowsecurity, c.relforcerowsecurity, (select count(*) from pg_policy p where p.polrelid = c.oid and p.polpermissive)
         from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1",
    )
    .fetch_all(&mut raw)
    .await
    .unwrap();
    assert!(tables.len() > 25, "the schema was not there");
    let mut wrong = Vec::new();
    for (table, enabled, forced, policies) in &tables {
        let guarded = *enabled && *forced && *policies > 0;
        if PLATFORM.contains(&table.as_str()) == guarded {
            wrong.push(format!("{table}: guarded {guarded}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for table in PLATFORM {
        assert!(tables.iter().any(|(known, ..)| known == table), "{table} is on the list and not in the schema");
    }
}

#[tokio::test]
async fn keys_and_indexes_of_guarded_tables_begin_with_isp_id() {
    let db = TestDb::new().await;
    let mut raw = db.raw().await;
    let wrong: Vec<(String, String)> = sqlx::query_as(
        "select t.relname::text, i.relname::text
         from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
         join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]
         where t.relnamespace = 'public'::regnamespace and t.relrowsecurity and a.attname <> 'isp_id'",
    )
    .fetch_all(&mut raw)
    .await
    .unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[tokio::test]
async fn references_between_guarded_tables_carry_the_isp() {
    let db = TestDb::new().await;
    let mut raw = db.raw().await;
    // Foreign-key checks do not look at row-level security: only a key that holds isp_id keeps ISPs apart.
    let wrong: Vec<(String, String)> = sqlx::query_as(
        "select t.relname::text, k.conname::text from pg_constraint k
         join pg_class t on t.oid = k.conrelid join pg_class r on r.oid = k.confrelid
         where k.contype = 'f' and t.relrowsecurity and r.relrowsecurity
           and not exists (select 1 from pg_attribute a where a.attrelid = t.oid and a.attnum = any(k.conkey) and a.attname = 'isp_id')",
    )
    .fetch_all(&mut raw)
    .await
    .unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[tokio::test]
async fn unique_keys_tell_one_isp_nothing_of_another() {
    let db = TestDb::new().await;
    let mut raw = db.raw().await;
    let wrong: Vec<(String,)> = sqlx::query_as(
        "select i.relname::text from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
         where t.relnamespace = 'public'::regnamespace and t.relrowsecurity and x.indisunique
           and not exists (select 1 from pg_attribute a where a.attrelid = t.oid and a.attnum = any(x.indkey) and a.attname = 'isp_id')",
    )
    .fetch_all(&mut raw)
    .await
    .unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
}
