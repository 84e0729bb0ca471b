//! The books: accounts and entries. Nothing here updates or deletes; the schema would refuse.

use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::EntryId;
use domain::ledger::{Account, Entry};
use uuid::Uuid;

/// Adds an account to the chart; one that is there stays as it is.
pub async fn create_account(tx: &mut IspTx, account: Account) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("insert into ledger_account (isp_id, code, kind) values ($1, $2, $3) on conflict do nothing", isp, account.code(), account.kind().slug())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Writes entries and their postings, each set in one statement. The constraint `journal_entry_source_key` refuses an
/// event that was posted before.
pub async fn post(tx: &mut IspTx, at: DateTime<Utc>, entries: &[(EntryId, &Entry)]) -> Result<()> {
    let isp = tx.isp();
    let by = tx.caller().actor_id();
    let (mut ids, mut sources, mut refs, mut dates, mut memos) = (vec![], vec![], vec![], vec![], vec![]);
    let (mut entry_ids, mut lines, mut accounts, mut parties, mut amounts, mut currencies) = (vec![], vec![], vec![], vec![], vec![], vec![]);
    for (id, entry) in entries {
        ids.push(id.0);
        sources.push(entry.source());
        refs.push(entry.source_ref());
        dates.push(entry.business_date());
        memos.push(entry.memo());
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
        "insert into journal_entry (isp_id, id, source, source_ref, business_date, at, memo, created_by)
         select $1, id, source, source_ref, business_date, $7, memo, $8
         from unnest($2::uuid[], $3::text[], $4::text[], $5::date[], $6::text[]) as e (id, source, source_ref, business_date, memo)",
        isp,
        &ids,
        &sources as &[&str],
        &refs as &[&str],
        &dates,
        &memos as &[&str],
        at,
        by
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
