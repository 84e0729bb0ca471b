//! What there is already of what a new ISP does first, and what it does not want to do.

use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::first_steps::FirstStep;
use uuid::Uuid;

/// The steps that are done, by what is there.
pub async fn done(tx: &mut IspTx) -> Result<Vec<FirstStep>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        r#"with admins as materialized (select id from account where isp_id = $1 and role = 'admin' and status = 'active')
           select
             exists (select 1 from admins a)
               and not exists (select 1 from admins a where not exists (
                 select 1 from second_factor f where f.account_id = a.id and f.confirmed_at is not null)) as "second_factor!",
             exists (select 1 from branding where isp_id = $1) as "company!",
             exists (select 1 from billing_profile where isp_id = $1) as "billing_profile!",
             exists (select 1 from package where isp_id = $1) as "package!",
             exists (select 1 from nas where isp_id = $1 and status = 'active') as "router!",
             exists (select 1 from nas_seen where isp_id = $1) as "router_speaks!",
             exists (select 1 from customer where isp_id = $1) as "customers!",
             exists (select 1 from invoice where isp_id = $1) as "first_bill!",
             exists (select 1 from payment where isp_id = $1) as "first_payment!",
             (select count(*) from admins) > 1 as "second_admin!""#,
        isp
    )
    .fetch_one(tx.conn())
    .await?;
    let is_done = |step: FirstStep| match step {
        FirstStep::SecondFactor => row.second_factor,
        FirstStep::Company => row.company,
        FirstStep::BillingProfile => row.billing_profile,
        FirstStep::Package => row.package,
        FirstStep::Router => row.router,
        FirstStep::RouterSpeaks => row.router_speaks,
        FirstStep::Customers => row.customers,
        FirstStep::FirstBill => row.first_bill,
        FirstStep::FirstPayment => row.first_payment,
        FirstStep::SecondAdmin => row.second_admin,
    };
    Ok(FirstStep::ALL.into_iter().filter(|step| is_done(*step)).collect())
}

/// The steps that nobody wants here.
pub async fn skipped(tx: &mut IspTx) -> Result<Vec<FirstStep>> {
    let isp = tx.isp();
    let slugs = sqlx::query_scalar!("select step from first_step_skip where isp_id = $1", isp).fetch_all(tx.conn()).await?;
    Ok(slugs.iter().filter_map(|slug| FirstStep::from_slug(slug)).collect())
}

/// Leaves steps out.
pub async fn skip(tx: &mut IspTx, steps: &[FirstStep], by: Option<Uuid>, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    let slugs: Vec<&str> = steps.iter().map(|step| step.slug()).collect();
    sqlx::query!(
        "insert into first_step_skip (isp_id, step, skipped_by, skipped_at) select $1, step, $3, $4 from unnest($2::text[]) as v (step)
         on conflict do nothing",
        isp,
        &slugs as &[&str],
        by,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Brings back what was left out.
pub async fn bring_back(tx: &mut IspTx) -> Result<u64> {
    let isp = tx.isp();
    Ok(sqlx::query!("delete from first_step_skip where isp_id = $1", isp).execute(tx.conn()).await?.rows_affected())
}
