//! The subscribers list: one page of lines with what a list needs to know of each, for 100,000 lines and more.

use crate::db::currency;
use crate::words::each_word;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::Money;
use domain::customers::{LineState, MoneyFilter, Page, Paging, SubscriberFilter, SubscriberRow, SubscriberSort, line_state};
use domain::people::Caller;
use sqlx::{Postgres, QueryBuilder, Row};
use uuid::Uuid;

/// As many matches of some words are gathered and then put in order. Of more, a page is read in the order of the list.
pub(crate) const FEW: usize = 1_000;

const LINES: &str = " from service s join customer c on c.isp_id = s.isp_id and c.id = s.customer_id";

/// What is looked for, and when.
struct Wanted<'a> {
    filter: &'a SubscriberFilter,
    zones: Option<Vec<Uuid>>,
    today: NaiveDate,
    now: DateTime<Utc>,
}

/// How often the words that are looked for occur. The planner may not ask so under a policy, and takes long words to be
/// rare.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    AsItGuesses,
    /// Said as one value, a condition looks like a half of all rows: read in order, a page is soon full.
    Often,
}

/// One page of what the filter asks for, and how many there are in all.
pub async fn page(
    tx: &mut IspTx,
    filter: &SubscriberFilter,
    paging: Paging,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Page<SubscriberRow>> {
    let zones = match filter.zone {
        None => None,
        Some(zone) => Some(crate::zones::below(tx, zone).await?),
    };
    let wanted = Wanted { filter, zones, today, now };
    let (total, ids) = match few(tx, &wanted).await? {
        Some(found) => {
            let mut query = QueryBuilder::new("select s.id");
            query.push(LINES).push(" where s.isp_id = ").push_bind(tx.isp()).push(" and s.id = any(").push_bind(&found).push(")");
            (found.len() as i64, on_page(tx, query, filter, paging).await?)
        }
        None => {
            let mut count = QueryBuilder::new("select count(*)");
            conditions(&mut count, tx.caller(), &wanted, Words::AsItGuesses);
            let total = count.build_query_scalar().fetch_one(tx.conn()).await?;
            let mut query = QueryBuilder::new("select s.id");
            conditions(&mut query, tx.caller(), &wanted, Words::Often);
            (total, on_page(tx, query, filter, paging).await?)
        }
    };
    let rows = rows(tx, &ids, now).await?;
    Ok(Page { rows, total, page: paging.page, size: paging.size })
}

/// All that hold the words that are looked for, when they are few.
async fn few(tx: &mut IspTx, wanted: &Wanted<'_>) -> Result<Option<Vec<Uuid>>> {
    if wanted.filter.search.trim().is_empty() {
        return Ok(None);
    }
    let mut query = QueryBuilder::new("select s.id");
    conditions(&mut query, tx.caller(), wanted, Words::AsItGuesses);
    query.push(" limit ").push_bind(FEW as i64 + 1);
    let found: Vec<Uuid> = query.build_query_scalar().fetch_all(tx.conn()).await?;
    Ok(Some(found).filter(|found| found.len() <= FEW))
}

async fn on_page(tx: &mut IspTx, mut query: QueryBuilder<Postgres>, filter: &SubscriberFilter, paging: Paging) -> Result<Vec<Uuid>> {
    query.push(match (filter.sort, filter.descending) {
        (SubscriberSort::Name, false) => " order by lower(c.name), c.id, s.id",
        (SubscriberSort::Name, true) => " order by lower(c.name) desc, c.id desc, s.id desc",
        (SubscriberSort::Number, false) => " order by c.number, s.id",
        (SubscriberSort::Number, true) => " order by c.number desc, s.id desc",
        (SubscriberSort::Newest, false) => " order by c.created_at desc, c.id desc, s.id desc",
        (SubscriberSort::Newest, true) => " order by c.created_at, c.id, s.id",
    });
    query.push(" limit ").push_bind(paging.size).push(" offset ").push_bind(paging.offset());
    Ok(query.build_query_scalar().fetch_all(tx.conn()).await?)
}

fn conditions(query: &mut QueryBuilder<Postgres>, caller: &Caller, wanted: &Wanted<'_>, words: Words) {
    let Wanted { filter, zones, today, now } = wanted;
    query.push(LINES).push(" where s.isp_id = ").push_bind(caller.isp_id.0);
    own(query, caller);
    let (before, after) = match words {
        Words::AsItGuesses => ("", ""),
        Words::Often => ("coalesce(", ", false)"),
    };
    let patterns = each_word(&filter.search);
    if !patterns.is_empty() {
        query.push(" and ").push(before).push("c.search_text like all(").push_bind(patterns).push(")").push(after);
    }
    let blocked = "exists (select 1 from service_block k where k.isp_id = s.isp_id and k.service_id = s.id)";
    match filter.state {
        None => {}
        Some(LineState::Active) => {
            query
                .push(" and s.status = 'active' and not ")
                .push(blocked)
                .push(" and (s.expires_at is null or s.expires_at > ")
                .push_bind(*now)
                .push(")");
        }
        Some(LineState::Suspended) => {
            query.push(" and s.status = 'active' and ").push(blocked);
        }
        Some(LineState::Expired) => {
            query.push(" and s.status = 'active' and not ").push(blocked).push(" and s.expires_at <= ").push_bind(*now);
        }
        Some(state @ (LineState::Pending | LineState::Terminated)) => {
            query.push(" and s.status = ").push_bind(state.slug());
        }
    }
    if let Some(online) = filter.online {
        query.push(if online { " and exists" } else { " and not exists" });
        query.push(" (select 1 from radius_session r where r.isp_id = s.isp_id and r.service_id = s.id and coalesce(r.stopped_at, 'infinity') = 'infinity')");
    }
    let invoice = "(select 1 from invoice v where v.isp_id = s.isp_id and v.customer_id = s.customer_id and v.due_minor > 0";
    match filter.money {
        None => {}
        Some(MoneyFilter::Due) => {
            query.push(" and exists ").push(invoice).push(")");
        }
        Some(MoneyFilter::Clear) => {
            query.push(" and not exists ").push(invoice).push(")");
        }
        Some(MoneyFilter::Overdue) => {
            query.push(" and exists ").push(invoice).push(" and v.due_on < ").push_bind(*today).push(")");
        }
    }
    if let Some(package) = filter.package_id {
        query.push(" and s.package_id = ").push_bind(package.0);
    }
    if let Some(import) = filter.import_id {
        query.push(" and c.import_id = ").push_bind(import.0);
    }
    if let Some(zones) = zones {
        query.push(" and c.zone_id = any(").push_bind(zones.clone()).push(")");
    }
}

/// Whoever is held to some subscribers. The policy holds him to them without this; said as a range or a list, an index
/// finds them.
fn own(query: &mut QueryBuilder<Postgres>, caller: &Caller) {
    if let Some(path) = caller.owner_path.as_ref().filter(|path| *path != "/") {
        query.push(" and c.owner_path ~>=~ ").push_bind(path.clone()).push(" and c.owner_path ~<~ ").push_bind(format!("{path}~"));
    }
    if let Some(branches) = &caller.bounds.branches {
        let branches: Vec<Uuid> = branches.iter().map(|id| id.0).collect();
        // Whoever has no other branch is in the default one.
        let or_none = if branches.iter().any(Uuid::is_nil) { " or c.branch_id is null" } else { "" };
        query.push(" and (c.branch_id = any(").push_bind(branches).push(")").push(or_none).push(")");
    }
    if let Some(zones) = &caller.bounds.zones {
        query.push(" and c.zone_id = any(").push_bind(zones.iter().map(|id| id.0).collect::<Vec<_>>()).push(")");
    }
}

/// The rows of a page, in the order of `ids`.
async fn rows(tx: &mut IspTx, ids: &[Uuid], now: DateTime<Utc>) -> Result<Vec<SubscriberRow>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select c.id as customer_id, s.id as service_id, c.number, c.name, c.mobile, s.username, p.name as package, p.currency, s.status, s.expires_at,
             exists (select 1 from service_block k where k.isp_id = $1 and k.service_id = s.id) as "blocked!",
             exists (select 1 from radius_session r where r.isp_id = $1 and r.service_id = s.id and coalesce(r.stopped_at, 'infinity') = 'infinity') as "online!",
             coalesce((select sum(due_minor) from invoice v where v.isp_id = $1 and v.customer_id = c.id and v.due_minor > 0), 0)::bigint as "due!"
           from unnest($2::uuid[]) with ordinality as w (id, place)
           join service s on s.isp_id = $1 and s.id = w.id
           join customer c on c.isp_id = $1 and c.id = s.customer_id
           join package p on p.isp_id = $1 and p.id = s.package_id
           order by w.place"#,
        isp,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(SubscriberRow {
                customer_id: row.customer_id.into(),
                service_id: row.service_id.into(),
                number: row.number,
                name: row.name,
                mobile: row.mobile,
                username: row.username,
                package: row.package,
                state: line_state(&row.status, row.blocked, row.expires_at, now),
                online: row.online,
                due: Money::new(row.due, currency(&row.currency)?),
                expires_at: row.expires_at,
            })
        })
        .collect()
}

/// How many services are in each state.
pub async fn counts(tx: &mut IspTx, now: DateTime<Utc>) -> Result<StateCounts> {
    let isp = tx.isp();
    let row = sqlx::query(
        "select count(*) as services,
           count(*) filter (where s.status = 'active' and b.service_id is not null) as suspended,
           count(*) filter (where s.status = 'active' and b.service_id is null and s.expires_at <= $2) as expired
         from service s left join (select distinct service_id from service_block where isp_id = $1) b on b.service_id = s.id
         where s.isp_id = $1 and s.status <> 'terminated'",
    )
    .bind(isp)
    .bind(now)
    .fetch_one(tx.conn())
    .await?;
    Ok(StateCounts { services: row.try_get("services")?, suspended: row.try_get("suspended")?, expired: row.try_get("expired")? })
}

/// Services that are not terminated, by state.
#[derive(Clone, Copy, Debug, Default)]
pub struct StateCounts {
    pub services: i64,
    pub suspended: i64,
    pub expired: i64,
}
