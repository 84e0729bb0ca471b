//! Billed against collected (REP-06): bills on their issue date, money on its payment date, with what became of the
//! bills, what was given away and who pays late.

use super::Range;
use crate::{Result, Services, require};
use domain::Money;
use domain::people::Caller;
use domain::reports::{BilledColumn, BillsByState, BillsReport};
use domain::rights::Permission;
use storage::reports as stored;

/// The late ones that fit a screen.
const MOST_LATE: i64 = 100;

pub async fn bills(services: &Services, caller: &Caller, range: Range) -> Result<BillsReport> {
    require(caller, Permission::ReportsFinancial)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let money = |minor| Money::new(minor, isp.currency);
    let mut tx = services.begin(caller).await?;
    let billed = stored::billed_by_day(&mut tx, range.from, range.until).await?;
    let received = stored::collected(&mut tx, range.from, range.until).await?;
    let discounts = stored::discounts_by_day(&mut tx, range.from, range.until).await?;
    let states = stored::bills_by_state(&mut tx, range.from, range.until, today).await?;
    let late = stored::late_payers(&mut tx, range.from, range.until, today, MOST_LATE, isp.currency).await?;
    let due_now = stored::due_now(&mut tx).await?;

    let amounts = range.by_column(billed.iter().map(|(day, _, minor)| (*day, *minor)));
    let counts = range.by_column(billed.iter().map(|(day, n, _)| (*day, *n)));
    let collected = range.by_column(received.iter().map(|(day, _, minor, _)| (*day, *minor)));
    let receipts = range.by_column(received.iter().map(|(day, _, _, n)| (*day, *n)));
    let given = range.by_column(discounts.iter().copied());
    let columns: Vec<BilledColumn> = amounts
        .iter()
        .map(|(start, minor)| BilledColumn {
            start: *start,
            billed: *minor,
            bills: counts.get(start).copied().unwrap_or(0),
            collected: collected.get(start).copied().unwrap_or(0),
            receipts: receipts.get(start).copied().unwrap_or(0),
            discounts: given.get(start).copied().unwrap_or(0),
        })
        .collect();
    let sum = |figure: fn(&BilledColumn) -> i64| money(columns.iter().map(figure).sum());
    Ok(BillsReport {
        grain: range.grain,
        from: range.from,
        until: range.until,
        billed: sum(|column| column.billed),
        collected: sum(|column| column.collected),
        discounts: sum(|column| column.discounts),
        states: states
            .into_iter()
            .map(|(state, bills, total, due)| BillsByState { state, bills, total: money(total), due: money(due) })
            .collect(),
        late,
        due_now: money(due_now),
        columns,
    })
}
