//! The books: accounts and entries. Nothing here updates or deletes; the schema would refuse.

use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::EntryId;
use domain::ledger::{Account, Entry};
use uuid::Uuid;

/// Adds an account to the chart; one that is there stays as it is.
pub async fn create_account(tx: &mut IspTx, account: Account) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into ledger_account (isp_id, code, kind) values ($1, $2, $3) on conflict do nothing",
        isp,
        account.code(),
        account.kind().slug()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes entries and their postings, each set in one statement. The constraint `journal_entry_source_key` refuses an
/// event that was posted before.
pub async fn post(tx: &mut IspTx, at: DateTime<Utc>, entries: &[(EntryId, &Entry)]) -> Result<()> {
    let isp = tx.isp();
    let by = tx.caller().actor_id();
    let (mut ids, mut sources, mut refs, mut dates, mut memos, mut reversed) = (vec![], vec![], vec![], vec![], vec![], vec![]);
    let (mut entry_ids, mut lines, mut accounts, mut parties, mut amounts, mut currencies) =
        (vec![], vec![], vec![], vec![], vec![], vec![]);
    for (id, entry) in entries {
        ids.push(id.0);
        sources.push(entry.source());
        refs.push(entry.source_ref());
        dates.push(entry.business_date());
        memos.push(entry.memo());
        reversed.push(entry.reverses().map(|id| id.0));
        for (line, posting) in (1i16..).zip(entry.postings()) {
            entry_ids.push(id.0);
            lines.push(line);
            accounts.push(posting.account.code());
            parties.push(posting.party);
            amounts.push(posting.minor);
            currencies.push(entry.currency().code());
        }
    }
    sqlx::query!(
        "insert into journal_entry (isp_id, id, source, source_ref, business_date, at, memo, reverses, created_by)
         select $1, id, source, source_ref, business_date, $7, memo, reverses, $8
         from unnest($2::uuid[], $3::text[], $4::text[], $5::date[], $6::text[], $9::uuid[])
           as e (id, source, source_ref, business_date, memo, reverses)",
        isp,
        &ids,
        &sources as &[&str],
        &refs as &[&str],
        &dates,
        &memos as &[&str],
        at,
        by,
        &reversed as &[Option<Uuid>]
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into posting (isp_id, entry_id, line, account, party_id, amount_minor, currency)
         select $1, entry_id, line, account, party_id, amount_minor, currency
         from unnest($2::uuid[], $3::smallint[], $4::text[], $5::uuid[], $6::bigint[], $7::text[])
           as p (entry_id, line, account, party_id, amount_minor, currency)",
        isp,
        &entry_ids,
        &lines,
        &accounts as &[&str],
        &parties as &[Option<Uuid>],
        &amounts,
        &currencies as &[&str]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Was this event posted before?
pub async fn is_posted(tx: &mut IspTx, source: &str, reference: &str) -> Result<bool> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from journal_entry where isp_id = $1 and source = $2 and source_ref = $3) as "there!""#,
        isp,
        source,
        reference
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Sums of every account that was used, in the order of the chart: code, kind, currency, debits, credits (both
/// positive). `day`: only what belongs to days up to it.
pub async fn trial_balance(tx: &mut IspTx, day: Option<NaiveDate>) -> Result<Vec<(String, String, String, i64, i64)>> {
    let isp = tx.isp();
    // Without a day the journal need not be read at all.
    let rows = sqlx::query!(
        r#"select a.code, a.kind, s.currency as "currency!", s.debit as "debit!", s.credit as "credit!" from ledger_account a join (
             select account, currency, coalesce(sum(amount_minor) filter (where amount_minor > 0), 0)::bigint as debit,
               coalesce(-sum(amount_minor) filter (where amount_minor < 0), 0)::bigint as credit
             from posting where isp_id = $1 and $2::date is null group by account, currency
             union all
             select p.account, p.currency, coalesce(sum(p.amount_minor) filter (where p.amount_minor > 0), 0)::bigint,
               coalesce(-sum(p.amount_minor) filter (where p.amount_minor < 0), 0)::bigint
             from journal_entry e join posting p on p.isp_id = $1 and p.entry_id = e.id
             where e.isp_id = $1 and e.business_date <= $2 group by p.account, p.currency) s on s.account = a.code
           where a.isp_id = $1
           order by array_position(array['asset', 'liability', 'equity', 'income', 'expense'], a.kind), a.code"#,
        isp,
        day
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.code, row.kind, row.currency, row.debit, row.credit)).collect())
}
