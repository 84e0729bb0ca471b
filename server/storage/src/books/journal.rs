//! The journal by date, account, party and source; one entry with its postings and the documents behind it.

use crate::db::currency;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::books::{Document, EntryDetail, EntryRow, JournalFilter, JournalPage, PostingView, Side};
use domain::customers::{Page, Paging};
use domain::{Currency, EntryId, Money};
use sqlx::{Postgres, QueryBuilder, Row};
use uuid::Uuid;

/// One page of entries, newest first, and the sums of all that match: of the account that is asked for, or of all.
pub async fn page(tx: &mut IspTx, filter: &JournalFilter, paging: Paging, books: Currency) -> Result<JournalPage> {
    let by_posting = filter.account.is_some() || filter.party.is_some() || filter.side.is_some();
    let mut totals = QueryBuilder::new(
        "select count(distinct e.id), coalesce(sum(p.amount_minor) filter (where p.amount_minor > 0), 0)::bigint,
           coalesce(-sum(p.amount_minor) filter (where p.amount_minor < 0), 0)::bigint
         from posting p join journal_entry e on e.isp_id = p.isp_id and e.id = p.entry_id",
    );
    conditions(&mut totals, tx.isp(), filter, true);
    let totals = totals.build().fetch_one(tx.conn()).await?;
    let (total, debit, credit): (i64, i64, i64) = (totals.try_get(0)?, totals.try_get(1)?, totals.try_get(2)?);

    let mut rows = QueryBuilder::new("select e.id, e.at, e.business_date, e.source, e.memo, s.debit, s.credit from (");
    if by_posting {
        rows.push("select e.id, e.business_date from posting p join journal_entry e on e.isp_id = p.isp_id and e.id = p.entry_id");
        conditions(&mut rows, tx.isp(), filter, true);
        rows.push(" group by e.id, e.business_date");
    } else {
        rows.push("select e.id, e.business_date from journal_entry e");
        conditions(&mut rows, tx.isp(), filter, false);
    }
    rows.push(" order by e.business_date desc, e.id desc limit ").push_bind(paging.size).push(" offset ").push_bind(paging.offset());
    rows.push(") found join journal_entry e on e.id = found.id and e.isp_id = ").push_bind(tx.isp());
    rows.push(
        " cross join lateral (select coalesce(sum(p.amount_minor) filter (where p.amount_minor > 0), 0)::bigint as debit,
           coalesce(-sum(p.amount_minor) filter (where p.amount_minor < 0), 0)::bigint as credit from posting p where p.entry_id = e.id and p.isp_id = ",
    );
    rows.push_bind(tx.isp());
    posting_conditions(&mut rows, filter);
    rows.push(") s order by e.business_date desc, e.id desc");
    let rows = rows.build().fetch_all(tx.conn()).await?;
    let rows: Result<Vec<_>> = rows
        .iter()
        .map(|row| {
            Ok(EntryRow {
                id: EntryId(row.try_get("id")?),
                at: row.try_get("at")?,
                business_date: row.try_get("business_date")?,
                source: row.try_get("source")?,
                memo: row.try_get("memo")?,
                debit: Money::new(row.try_get("debit")?, books),
                credit: Money::new(row.try_get("credit")?, books),
            })
        })
        .collect();
    let page = Page { rows: rows?, total, page: paging.page, size: paging.size };
    Ok(JournalPage { page, debit: Money::new(debit, books), credit: Money::new(credit, books) })
}

fn conditions(query: &mut QueryBuilder<Postgres>, isp: Uuid, filter: &JournalFilter, with_postings: bool) {
    query.push(" where e.isp_id = ").push_bind(isp);
    if let Some(from) = filter.from {
        query.push(" and e.business_date >= ").push_bind(from);
    }
    if let Some(until) = filter.until {
        query.push(" and e.business_date <= ").push_bind(until);
    }
    if let Some(source) = &filter.source {
        query.push(" and e.source = ").push_bind(source.clone());
    }
    if with_postings {
        query.push(" and p.isp_id = ").push_bind(isp);
        posting_conditions(query, filter);
    }
}

fn posting_conditions(query: &mut QueryBuilder<Postgres>, filter: &JournalFilter) {
    if let Some(account) = &filter.account {
        query.push(" and p.account = ").push_bind(account.clone());
    }
    if let Some(party) = filter.party {
        query.push(" and p.party_id = ").push_bind(party);
    }
    match filter.side {
        None => {}
        Some(Side::Debit) => {
            query.push(" and p.amount_minor > 0");
        }
        Some(Side::Credit) => {
            query.push(" and p.amount_minor < 0");
        }
    }
}

/// Sources that entries of the ISP have, for the filter.
pub async fn sources(tx: &mut IspTx) -> Result<Vec<String>> {
    let isp = tx.isp();
    // A loose scan over the unique key: one step a source instead of one a row.
    Ok(sqlx::query_scalar!(
        r#"with recursive s as (
             (select source from journal_entry where isp_id = $1 order by source limit 1)
             union all
             select (select j.source from journal_entry j where j.isp_id = $1 and j.source > s.source order by j.source limit 1)
             from s where s.source is not null)
           select source as "source!" from s where source is not null"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?)
}

struct Head {
    at: DateTime<Utc>,
    business_date: NaiveDate,
    source: String,
    source_ref: String,
    memo: String,
    reverses: Option<Uuid>,
    reversed_by: Option<Uuid>,
    made_by: Option<String>,
}

/// An entry with its postings and documents.
pub async fn entry(tx: &mut IspTx, id: EntryId) -> Result<Option<EntryDetail>> {
    let isp = tx.isp();
    let head = sqlx::query_as!(
        Head,
        r#"select e.at, e.business_date, e.source, e.source_ref, e.memo, e.reverses,
             (select r.id from journal_entry r where r.isp_id = $1 and r.reverses = e.id) as reversed_by,
             (select a.name from account a where a.isp_id = $1 and a.id = e.created_by) as made_by
           from journal_entry e where e.isp_id = $1 and e.id = $2"#,
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(head) = head else { return Ok(None) };
    let postings = sqlx::query!(
        r#"select p.account, p.party_id, p.amount_minor, p.currency,
             coalesce((select c.name from customer c where c.isp_id = $1 and c.id = p.party_id), (select d.name from cash_drawer d
               where d.isp_id = $1 and d.account_id = p.party_id), (select a.name from account a where a.isp_id = $1 and a.id = p.party_id),
               (select x.name from expense_category x where x.isp_id = $1 and x.id = p.party_id),
               (select y.collector_name from payment y where y.isp_id = $1 and y.entry_id = $2 and y.collected_by = p.party_id limit 1)) as party
           from posting p where p.isp_id = $1 and p.entry_id = $2 order by p.line"#,
        isp,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let postings: Result<Vec<_>> = postings
        .into_iter()
        .map(|row| {
            let amount = Money::new(row.amount_minor, currency(&row.currency)?);
            Ok(PostingView { account: row.account, party_id: row.party_id, party: row.party, amount })
        })
        .collect();
    let documents = documents(tx, id, &head.source, &head.source_ref).await?;
    Ok(Some(EntryDetail {
        id,
        at: head.at,
        business_date: head.business_date,
        source: head.source,
        memo: head.memo,
        made_by: head.made_by,
        reverses: head.reverses.map(EntryId),
        reversed_by: head.reversed_by.map(EntryId),
        postings: postings?,
        documents,
    }))
}

/// What an entry came from: found by the keys that documents keep, and by the entry's own reference.
async fn documents(tx: &mut IspTx, id: EntryId, source: &str, reference: &str) -> Result<Vec<Document>> {
    let isp = tx.isp();
    // Some references name what they are about before a part of their own.
    let referred: Option<Uuid> = reference.split(':').next().and_then(|part| part.parse().ok());
    let rows = sqlx::query!(
        r#"select 'invoice' as "kind!", i.id as "id!", i.number as "number!" from invoice i
             where i.isp_id = $1 and (i.id = $3 or $4 = 'opening' and i.customer_id = $3 and i.entry_id = $2)
           union select 'payment', p.id, p.receipt_number from payment p where p.isp_id = $1 and p.id = $3
           union select 'invoice', i.id, i.number from allocation a join invoice i on i.isp_id = $1 and i.id = a.invoice_id
             where a.isp_id = $1 and a.entry_id = $2
           union select 'credit_note', n.id, n.number from credit_note n where n.isp_id = $1 and n.id = $3
           union select 'invoice', i.id, i.number from credit_note n join invoice i on i.isp_id = $1 and i.id = n.invoice_id
             where n.isp_id = $1 and n.id = $3
           union select 'invoice', i.id, i.number from write_off w join invoice i on i.isp_id = $1 and i.id = w.invoice_id
             where w.isp_id = $1 and w.id = $3
           union select 'invoice', i.id, i.number from adjustment d join invoice i on i.isp_id = $1 and i.id = d.invoice_id
             where d.isp_id = $1 and d.id = $3
           union select 'invoice', i.id, i.number from late_fee f join invoice i on i.isp_id = $1 and i.id = f.fee_invoice_id
             where f.isp_id = $1 and f.invoice_id = $3
           union select 'refund', r.id, r.number from refund r where r.isp_id = $1 and r.id = $3
           union select 'expense', x.id, coalesce(x.voucher_number, x.vendor) from expense x where x.isp_id = $1 and x.id = $3
           union select 'hand_over', h.id, h.giver_name || ' → ' || h.receiver_name from cash_hand_over h where h.isp_id = $1 and h.id = $3
           union select 'cash_desk', m.account_id, coalesce(m.note, m.counterpart) from cash_move m where m.isp_id = $1 and m.id = $3
           union select 'cash_desk', c.account_id, c.business_date::text from cash_close c where c.isp_id = $1 and c.id = $3"#,
        isp,
        id.0,
        referred,
        source
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| Document { kind: row.kind, id: row.id, number: row.number }).collect())
}
