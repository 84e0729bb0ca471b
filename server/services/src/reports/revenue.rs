//! Revenue (REP-02): what the income accounts were credited, day by day, so that it is the ledger's figure by
//! construction; cut by package out of the bills and by method out of the receipts.

use super::Range;
use crate::{Result, Services, require};
use domain::Money;
use domain::payments::Method;
use domain::people::Caller;
use domain::reports::{RevenueReport, Share};
use domain::rights::Permission;
use storage::reports as stored;

pub async fn revenue(services: &Services, caller: &Caller, range: Range) -> Result<RevenueReport> {
    require(caller, Permission::ReportsFinancial)?;
    let isp = services.isp(caller.isp_id).await?;
    let money = |minor| Money::new(minor, isp.currency);
    let mut tx = services.begin(caller).await?;
    let days = stored::revenue_by_day(&mut tx, range.from, range.until).await?;
    let total: i64 = days.iter().map(|(_, minor)| minor).sum();
    let (from, until) = range.before();
    let before: i64 = stored::revenue_by_day(&mut tx, from, until).await?.iter().map(|(_, minor)| minor).sum();
    let sold = stored::revenue_by_package(&mut tx, range.from, range.until).await?;
    let listed: i64 = sold.iter().map(|(.., minor, _)| minor).sum();
    let mut by_package: Vec<Share> = sold
        .into_iter()
        .map(|(name, kind, minor, count)| Share {
            name: if name.is_empty() { format!("report-line-{kind}") } else { name },
            amount: money(minor),
            count,
        })
        .collect();
    if listed != total {
        // Credit notes, late fees and whatever else moves revenue without a package.
        by_package.push(Share { name: "report-line-corrections".into(), amount: money(total - listed), count: 0 });
    }
    let received = stored::collected(&mut tx, range.from, range.until).await?;
    let by_method: Vec<Share> = Method::ALL
        .into_iter()
        .map(|method| {
            let of = received.iter().filter(|(_, one, ..)| *one == method);
            let (amount, count) = of.fold((0, 0), |(sum, n), (_, _, minor, receipts)| (sum + minor, n + receipts));
            Share { name: method.slug().to_string(), amount: money(amount), count }
        })
        .filter(|share| share.count != 0 || !share.amount.is_zero())
        .collect();
    Ok(RevenueReport {
        grain: range.grain,
        from: range.from,
        until: range.until,
        columns: range.by_column(days).into_iter().collect(),
        total: money(total),
        before: money(before),
        by_package,
        collected: money(by_method.iter().map(|share| share.amount.minor).sum()),
        by_method,
    })
}
