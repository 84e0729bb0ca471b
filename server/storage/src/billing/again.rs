//! Days of a voided bill that are to be billed again. What was counted on them since (a later bill, a changed package, a
//! rest that was given back) must be undone first; it is asked for here and never undone by itself.

use crate::{IspTx, Result};
use domain::InvoiceId;

/// Was anything charged or given back on the ground that this bill stands?
pub async fn built_upon(tx: &mut IspTx, invoice: InvoiceId) -> Result<bool> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        r#"with days as (
             select service_id, min(period_start) as first, max(period_end) as next from invoice_line
             where isp_id = $1 and invoice_id = $2 and kind in ('recurring', 'addon') and service_id is not null group by service_id)
           select exists (
             select 1 from days d join service s on s.isp_id = $1 and s.id = d.service_id
             where s.billed_until <> d.next
               or exists (select 1 from service_change c where c.isp_id = $1 and c.service_id = s.id and c.state = 'done'
                          and c.invoice_id is not null and c.effective_on > d.first and c.effective_on < d.next)
               or exists (select 1 from service_hold h where h.isp_id = $1 and h.service_id = s.id and h.state <> 'cancelled'
                          and h.credited_minor <> 0 and h.from_on < d.next and h.to_on > d.first)) as "built!""#,
        isp,
        invoice.0
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The lines charge nothing any more: their services are covered up to the first of these days, and what had waited for
/// the bill waits again.
pub async fn open_again(tx: &mut IspTx, invoice: InvoiceId) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "update service s set billed_until = d.first
         from (select service_id, min(period_start) as first from invoice_line
               where isp_id = $1 and invoice_id = $2 and kind in ('recurring', 'addon') and service_id is not null group by service_id) d
         where s.isp_id = $1 and s.id = d.service_id",
        isp,
        invoice.0
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("update invoice_line set void = true where isp_id = $1 and invoice_id = $2", isp, invoice.0).execute(tx.conn()).await?;
    sqlx::query!(
        "update charge set state = 'open', invoice_id = null, version = version + 1 where isp_id = $1 and invoice_id = $2 and state = 'billed'",
        isp,
        invoice.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
