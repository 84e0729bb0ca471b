//! What row-level policies cost: subscribers spread over sellers and branches, and the same rows in tables that nothing
//! guards, asked the same questions with the condition written out.

use crate::subscribers::FEW;
use crate::{Db, IspTx, Result};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::QueryScalar;
use sqlx::{AssertSqlSafe, FromRow, Postgres, Row};
use uuid::Uuid;

/// Whose rows are asked for.
#[derive(Clone, Debug)]
pub enum Whose {
    All,
    /// The path of a seller.
    Seller(String),
    Branches(Vec<Uuid>),
    Zones(Vec<Uuid>),
}

pub const QUESTIONS: [&str; 4] = ["list", "search", "one", "count"];

/// As many sellers, branches and zones, with every subscriber at one of each.
pub async fn spread(tx: &mut IspTx, sellers: i64, branches: i64, zones: i64) -> Result<()> {
    let isp = tx.isp();
    for (statement, count) in [
        (
            "insert into account (isp_id, id, role, name, username, password_hash, owner_path)
             select $1, id, 'reseller', 'Reseller ' || n, 'bench-reseller-' || n, 'none', '/' || id || '/'
             from (select gen_random_uuid() as id, n from generate_series(1, $2) n) s",
            sellers,
        ),
        ("insert into branch (isp_id, id, name) select $1, gen_random_uuid(), 'Bench ' || n from generate_series(1, $2) n", branches),
        (
            "update customer c set owner_path = a.owner_path
             from (select id, row_number() over (order by id) % $2 as n from customer where isp_id = $1) k
             join (select owner_path, row_number() over (order by id) - 1 as n from account
                   where isp_id = $1 and username like 'bench-reseller-%') a on a.n = k.n
             where c.isp_id = $1 and c.id = k.id",
            sellers,
        ),
        (
            "update customer c set branch_id = b.id
             from (select id, row_number() over (order by number) % $2 as n from customer where isp_id = $1) k
             join (select id, row_number() over (order by id) - 1 as n from branch where isp_id = $1 and name like 'Bench %') b on b.n = k.n
             where c.isp_id = $1 and c.id = k.id",
            branches,
        ),
        ("insert into zone (isp_id, id, name) select $1, gen_random_uuid(), 'Bench ' || n from generate_series(1, $2) n", zones),
        (
            "update customer c set zone_id = z.id
             from (select id, row_number() over (order by name, id) % $2 as n from customer where isp_id = $1) k
             join (select id, row_number() over (order by id) - 1 as n from zone where isp_id = $1 and name like 'Bench %') z on z.n = k.n
             where c.isp_id = $1 and c.id = k.id",
            zones,
        ),
    ] {
        sqlx::query(statement).bind(isp).bind(count).execute(tx.conn()).await?;
    }
    Ok(())
}

/// The same subscribers and lines without policies, with the indexes that the questions use.
pub async fn bare_copies(tx: &mut IspTx) -> Result<()> {
    for statement in [
        "create table bare_customer as select * from customer where isp_id = current_isp()",
        "create table bare_service as select * from service where isp_id = current_isp()",
        "alter table bare_customer add primary key (isp_id, id)",
        "create index on bare_customer (isp_id, lower(name), id)",
        "create index on bare_customer (isp_id, owner_path text_pattern_ops)",
        "create index on bare_customer (isp_id, branch_id) where branch_id is not null",
        "create index on bare_customer (isp_id, zone_id) where zone_id is not null",
        "alter table bare_service add primary key (isp_id, id)",
        "create index on bare_service (isp_id, customer_id)",
    ] {
        sqlx::query(statement).execute(tx.conn()).await?;
    }
    Ok(())
}

/// Takes away what [`spread`] left behind, so that both kinds of tables are equally dense.
pub async fn tidy(db: &Db) -> Result<()> {
    for table in ["customer", "service"] {
        sqlx::query(AssertSqlSafe(format!("vacuum (full) {table}"))).execute(&db.queue_pool()).await?;
    }
    Ok(())
}

/// Tells the planner, as the database does by itself in the background.
pub async fn analyse(tx: &mut IspTx) -> Result<()> {
    for statement in ["analyze customer", "analyze service", "analyze account", "analyze bare_customer", "analyze bare_service"] {
        sqlx::query(statement).execute(tx.conn()).await?;
    }
    Ok(())
}

/// Half of the zones, and a subscriber in one of them.
pub async fn some_zones(tx: &mut IspTx, zones: i64) -> Result<(Vec<Uuid>, Uuid)> {
    let isp = tx.isp();
    let held: Vec<Uuid> = sqlx::query_scalar("select id from zone where isp_id = $1 and name like 'Bench %' order by id limit $2")
        .bind(isp)
        .bind(zones / 2)
        .fetch_all(tx.conn())
        .await?;
    let one = sqlx::query_scalar("select id from customer where isp_id = $1 and zone_id = any($2) order by id limit 1")
        .bind(isp)
        .bind(&held)
        .fetch_one(tx.conn())
        .await?;
    Ok((held, one))
}

/// A seller's path, one of his subscribers, and two branches with a subscriber of theirs.
pub async fn somebody(tx: &mut IspTx) -> Result<(String, Uuid, Vec<Uuid>, Uuid)> {
    let isp = tx.isp();
    let one = sqlx::query("select owner_path, id from customer where isp_id = $1 and owner_path <> '/' order by id limit 1")
        .bind(isp)
        .fetch_one(tx.conn())
        .await?;
    let branches: Vec<Uuid> = sqlx::query_scalar("select id from branch where isp_id = $1 and name like 'Bench %' order by id limit 2")
        .bind(isp)
        .fetch_all(tx.conn())
        .await?;
    let theirs = sqlx::query_scalar("select id from customer where isp_id = $1 and branch_id = any($2) order by id limit 1")
        .bind(isp)
        .bind(&branches)
        .fetch_one(tx.conn())
        .await?;
    Ok((one.get(0), one.get(1), branches, theirs))
}

/// Answers a question over the guarded tables, as the product asks it, or over the bare ones with the condition written
/// out. What comes out is a number that is the same for the same rows.
pub async fn ask(tx: &mut IspTx, question: &str, one: Uuid, whose: &Whose, bare: bool) -> Result<i64> {
    let (customer, service) = if bare { ("bare_customer", "bare_service") } else { ("customer", "service") };
    let condition = match whose {
        Whose::All => "",
        Whose::Seller(_) => " and c.owner_path ~>=~ $2 and c.owner_path ~<~ ($2 || '~')",
        Whose::Branches(_) => " and c.branch_id = any($2)",
        Whose::Zones(_) => " and c.zone_id = any($2)",
    };
    let rows = format!("from {service} s join {customer} c on c.isp_id = s.isp_id and c.id = s.customer_id where s.isp_id = $1{condition}");
    let sum = "select coalesce(sum(hashtext(x.id::text)), 0)::bigint from";
    let order = "order by lower(c.name), c.id, s.id limit 50";
    let words = "c.search_text like '%rahman%'";
    match question {
        "list" => put(tx, whose, format!("{sum} (select s.id {rows} {order}) x")).await,
        "search" => {
            let found: Vec<Uuid> =
                bound(format!("select s.id {rows} and {words} limit {}", FEW + 1), tx.isp(), whose).fetch_all(tx.conn()).await?;
            if found.len() <= FEW {
                let query = format!(
                    "{sum} (select s.id from {service} s join {customer} c on c.isp_id = s.isp_id and c.id = s.customer_id where s.isp_id = $1 and s.id = any($2) {order}) x"
                );
                return Ok(sqlx::query_scalar(AssertSqlSafe(query)).bind(tx.isp()).bind(found).fetch_one(tx.conn()).await?);
            }
            let total = put(tx, whose, format!("select count(*) {rows} and {words}")).await?;
            let words = if bare { words.into() } else { format!("coalesce({words}, false)") };
            Ok(total + put(tx, whose, format!("{sum} (select s.id {rows} and {words} {order}) x")).await?)
        }
        "one" => put(tx, whose, format!("{sum} (select s.id {rows} and c.id = '{one}') x")).await,
        _ => put(tx, whose, format!("select count(*) {rows}")).await,
    }
}

async fn put(tx: &mut IspTx, whose: &Whose, query: String) -> Result<i64> {
    Ok(bound(query, tx.isp(), whose).fetch_one(tx.conn()).await?)
}

fn bound<T>(query: String, isp: Uuid, whose: &Whose) -> QueryScalar<'static, Postgres, T, PgArguments>
where
    (T,): for<'r> FromRow<'r, PgRow>,
{
    let query = sqlx::query_scalar(AssertSqlSafe(query)).bind(isp);
    match whose {
        Whose::Seller(path) => query.bind(path.clone()),
        Whose::Branches(held) | Whose::Zones(held) => query.bind(held.clone()),
        Whose::All => query,
    }
}

/// Gives an account a branch of its own with as many subscribers as one of the sellers has.
pub async fn seat(tx: &mut IspTx, account: Uuid) -> Result<()> {
    let isp = tx.isp();
    let path = format!("/{account}/");
    sqlx::query(
        "update customer set owner_path = $2 where isp_id = $1 and id in (select id from customer where isp_id = $1 order by id limit 50)",
    )
    .bind(isp)
    .bind(&path)
    .execute(tx.conn())
    .await?;
    sqlx::query("update account set owner_path = $2 where isp_id = $1 and id = $3")
        .bind(isp)
        .bind(&path)
        .bind(account)
        .execute(tx.conn())
        .await?;
    Ok(())
}
