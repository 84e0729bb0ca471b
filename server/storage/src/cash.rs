//! Cash drawers, and what goes in and out of them beside receipts. What is in a drawer is the sum of its postings;
//! whoever takes out locks the drawer first, so that the sum still holds when he posts.

use crate::db::currency;
use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::cash::{CashClose, Counterpart, Drawer, HandOver, HandOverState};
use domain::{Currency, EntryId, Money};
use uuid::Uuid;

/// Makes the drawer of a person, if he has none.
pub async fn open_drawer(tx: &mut IspTx, id: Uuid, name: &str, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into cash_drawer (isp_id, account_id, name, opened_at) values ($1, $2, $3, $4)
         on conflict (isp_id, account_id) do update set name = excluded.name where cash_drawer.name <> excluded.name",
        isp,
        id,
        name,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Locks drawers, always in order of id: from here on nobody else takes out of them.
pub async fn lock_drawers(tx: &mut IspTx, ids: &[Uuid]) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("select account_id from cash_drawer where isp_id = $1 and account_id = any($2) order by account_id for update", isp, ids)
        .fetch_all(tx.conn())
        .await?;
    Ok(())
}

/// What is in a drawer, and how much of it is promised to somebody.
pub async fn balance(tx: &mut IspTx, id: Uuid) -> Result<(i64, i64)> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"select (select coalesce(sum(amount_minor), 0)::bigint from posting where isp_id = $1 and account = 'cash_drawer' and party_id = $2) as "balance!",
             (select coalesce(sum(amount_minor), 0)::bigint from cash_hand_over
              where isp_id = $1 and giver_id = $2 and state in ('proposed', 'disputed')) as "promised!""#,
        isp,
        id
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.balance, row.promised))
}

/// Every drawer that was opened or that money went through; or only that of one person.
pub async fn drawers(tx: &mut IspTx, only: Option<Uuid>, books: Currency) -> Result<Vec<Drawer>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"with held as (
             select party_id as id, sum(amount_minor)::bigint as balance from posting
             where isp_id = $1 and account = 'cash_drawer' and ($2::uuid is null or party_id = $2) group by party_id),
           known as (select account_id as id from cash_drawer where isp_id = $1 and ($2::uuid is null or account_id = $2) union select id from held)
           select k.id as "id!", coalesce(h.balance, 0)::bigint as "balance!",
             coalesce(d.name, a.name, (select collector_name from payment p where p.isp_id = $1 and p.collected_by = k.id
               order by p.business_date desc, p.id desc limit 1), '') as "name!",
             coalesce((select sum(amount_minor) from cash_hand_over o
               where o.isp_id = $1 and o.giver_id = k.id and o.state in ('proposed', 'disputed')), 0)::bigint as "promised!",
             (select max(closed_at) from cash_close c where c.isp_id = $1 and c.account_id = k.id) as last_close
           from known k
           left join held h on h.id = k.id
           left join cash_drawer d on d.isp_id = $1 and d.account_id = k.id
           left join account a on a.isp_id = $1 and a.id = k.id
           where k.id is not null
           order by 2 desc, 3, 1"#,
        isp,
        only
    )
    .fetch_all(tx.conn())
    .await?;
    let money = |minor| Money::new(minor, books);
    Ok(rows
        .into_iter()
        .map(|row| Drawer {
            account_id: row.id,
            name: row.name,
            balance: money(row.balance),
            promised: money(row.promised),
            last_close: row.last_close,
        })
        .collect())
}

/// Who may be handed cash: people with a desk of their own, except `but`. A reseller sees the ISP's admins and his own.
pub async fn people(tx: &mut IspTx, but: Uuid) -> Result<Vec<(Uuid, String)>> {
    let isp = tx.isp();
    let owner = tx.caller().owner_path.clone();
    let rows = sqlx::query!(
        "select a.id, a.name from account a
         where a.isp_id = $1 and a.id <> $2 and a.status = 'active'
           and (a.role in ('admin', 'reseller', 'sub_reseller') or a.role in ('manager', 'staff') and exists (
             select 1 from account_grant g where g.isp_id = $1 and g.account_id = a.id and g.permission = 'cash.desk'))
           and ($3::text is null or a.role = 'admin' or starts_with(a.owner_path, $3))
         order by a.name, a.id",
        isp,
        but,
        owner
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// Cash that came in or went out otherwise.
#[derive(Clone, Debug)]
pub struct NewMove<'a> {
    pub id: Uuid,
    pub drawer: Uuid,
    pub out: bool,
    pub counterpart: Counterpart,
    pub amount: Money,
    pub business_date: NaiveDate,
    pub at: DateTime<Utc>,
    pub note: Option<&'a str>,
    pub entry_id: EntryId,
    pub key: &'a str,
}

pub async fn insert_move(tx: &mut IspTx, new: &NewMove<'_>) -> Result<()> {
    let isp = tx.isp();
    let (by, name) = (tx.caller().actor_id().unwrap_or(Uuid::nil()), tx.caller().actor_name().to_string());
    sqlx::query!(
        "insert into cash_move (isp_id, id, account_id, direction, counterpart, amount_minor, currency, business_date, at, note, entry_id, made_by,
           made_by_name, idempotency_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        isp,
        new.id,
        new.drawer,
        if new.out { "out" } else { "in" },
        new.counterpart.slug(),
        new.amount.minor,
        new.amount.currency.code(),
        new.business_date,
        new.at,
        new.note,
        new.entry_id.0,
        by,
        name,
        new.key
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The move that came in under this key before.
pub async fn find_move(tx: &mut IspTx, key: &str) -> Result<Option<Uuid>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!("select id from cash_move where isp_id = $1 and idempotency_key = $2", isp, key)
        .fetch_optional(tx.conn())
        .await?)
}

/// The hand-over that was proposed under this key before.
pub async fn find_hand_over(tx: &mut IspTx, key: &str) -> Result<Option<Uuid>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!("select id from cash_hand_over where isp_id = $1 and idempotency_key = $2", isp, key)
        .fetch_optional(tx.conn())
        .await?)
}

pub async fn insert_hand_over(tx: &mut IspTx, new: &HandOver, key: &str) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into cash_hand_over (isp_id, id, giver_id, giver_name, receiver_id, receiver_name, amount_minor, currency, note, state, proposed_at,
           idempotency_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        isp,
        new.id,
        new.giver_id,
        new.giver_name,
        new.receiver_id,
        new.receiver_name,
        new.amount.minor,
        new.amount.currency.code(),
        new.note,
        new.state.slug(),
        new.proposed_at,
        key
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

struct HandOverRecord {
    id: Uuid,
    giver_id: Uuid,
    giver_name: String,
    receiver_id: Uuid,
    receiver_name: String,
    amount_minor: i64,
    received_minor: Option<i64>,
    currency: String,
    note: Option<String>,
    answer: Option<String>,
    state: String,
    proposed_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    entry_id: Option<Uuid>,
}

impl HandOverRecord {
    fn read(self) -> Result<HandOver> {
        let currency = currency(&self.currency)?;
        Ok(HandOver {
            id: self.id,
            giver_id: self.giver_id,
            giver_name: self.giver_name,
            receiver_id: self.receiver_id,
            receiver_name: self.receiver_name,
            amount: Money::new(self.amount_minor, currency),
            received: self.received_minor.map(|minor| Money::new(minor, currency)),
            note: self.note,
            answer: self.answer,
            state: known(HandOverState::from_slug(&self.state), "hand-over", &self.state)?,
            proposed_at: self.proposed_at,
            ended_at: self.ended_at,
            entry_id: self.entry_id.map(EntryId),
        })
    }
}

/// A hand-over, locked: the second of two who answer at the same moment sees what the first one did.
pub async fn lock_hand_over(tx: &mut IspTx, id: Uuid) -> Result<Option<HandOver>> {
    let isp = tx.isp();
    sqlx::query_as!(
        HandOverRecord,
        "select id, giver_id, giver_name, receiver_id, receiver_name, amount_minor, received_minor, currency, note, answer, state, proposed_at, ended_at,
           entry_id
         from cash_hand_over where isp_id = $1 and id = $2 for update",
        isp,
        id
    )
    .fetch_optional(tx.conn())
    .await?
    .map(HandOverRecord::read)
    .transpose()
}

/// Hand-overs that a person gives or receives, newest first; of everybody when `who` is none.
pub async fn hand_overs(tx: &mut IspTx, who: Option<Uuid>, open: bool, limit: i64) -> Result<Vec<HandOver>> {
    let isp = tx.isp();
    sqlx::query_as!(
        HandOverRecord,
        "select id, giver_id, giver_name, receiver_id, receiver_name, amount_minor, received_minor, currency, note, answer, state, proposed_at, ended_at,
           entry_id
         from cash_hand_over
         where isp_id = $1 and ($2::uuid is null or giver_id = $2 or receiver_id = $2) and (state in ('proposed', 'disputed')) = $3
         order by proposed_at desc, id desc limit $4",
        isp,
        who,
        open,
        limit
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(HandOverRecord::read)
    .collect()
}

/// How a hand-over goes on.
#[derive(Clone, Copy, Debug)]
pub struct Ending {
    pub state: HandOverState,
    pub received_minor: Option<i64>,
    pub entry_id: Option<EntryId>,
    pub difference_entry_id: Option<EntryId>,
    pub business_date: Option<NaiveDate>,
}

pub async fn answer_hand_over(tx: &mut IspTx, id: Uuid, at: DateTime<Utc>, answer: Option<&str>, ending: Ending) -> Result<()> {
    let isp = tx.isp();
    let ended = (!ending.state.is_open()).then_some(at);
    sqlx::query!(
        "update cash_hand_over set state = $3, received_minor = coalesce($4, received_minor), entry_id = $5, difference_entry_id = $6, business_date = $7,
           answered_at = $8, ended_at = $9, answer = coalesce($10, answer)
         where isp_id = $1 and id = $2",
        isp,
        id,
        ending.state.slug(),
        ending.received_minor,
        ending.entry_id.map(|id| id.0),
        ending.difference_entry_id.map(|id| id.0),
        ending.business_date,
        at,
        ended,
        answer
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes the counted end of a drawer's day.
pub async fn insert_close(tx: &mut IspTx, drawer: Uuid, close: &CashClose) -> Result<()> {
    let isp = tx.isp();
    let by = tx.caller().actor_id().unwrap_or(Uuid::nil());
    sqlx::query!(
        "insert into cash_close (isp_id, id, account_id, business_date, book_minor, counted_minor, currency, note, entry_id, closed_at, closed_by,
           closed_by_name)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        isp,
        close.id,
        drawer,
        close.business_date,
        close.book.minor,
        close.counted.minor,
        close.book.currency.code(),
        close.note,
        close.entry_id.map(|id| id.0),
        close.closed_at,
        by,
        close.closed_by_name
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The latest closes of a drawer.
pub async fn closes(tx: &mut IspTx, drawer: Uuid, limit: i64) -> Result<Vec<CashClose>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select id, business_date, book_minor, counted_minor, currency, note, closed_at, closed_by_name, entry_id from cash_close
         where isp_id = $1 and account_id = $2 order by closed_at desc, id desc limit $3",
        isp,
        drawer,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency = currency(&row.currency)?;
            Ok(CashClose {
                id: row.id,
                business_date: row.business_date,
                book: Money::new(row.book_minor, currency),
                counted: Money::new(row.counted_minor, currency),
                note: row.note,
                closed_at: row.closed_at,
                closed_by_name: row.closed_by_name,
                entry_id: row.entry_id.map(EntryId),
            })
        })
        .collect()
}
