//! Another package (BIL-07): at once, with the rest of the paid time billed anew and the old given back, or from the next
//! cycle on. What the network must know changes in the same transaction as the money.

use super::bill::{Bill, bill_lines, line_charges};
use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::billing::{
    BillingProfile, ChangeQuote, ChangeWhen, Charging, LineDraft, LineKind, QuoteLine, Term, change_lines, effective_day,
};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, Money, PackageId, Problem, ServiceChangeId, ServiceId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use storage::audit::Change;
use storage::billing::ToBill;
use storage::isps::Isp;
use storage::service_changes::NewChange;
use storage::{IspTx, audit, customers, packages, service_changes};
use uuid::Uuid;

/// What the form sent. `key` is made with the form: the same form sent twice is one change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeForm {
    pub package_id: String,
    /// `now` or `next_cycle`.
    pub when: String,
    #[serde(default)]
    pub key: String,
}

struct Planned {
    customer: CustomerId,
    service: ToBill,
    profile: BillingProfile,
    new: Term,
    package_id: PackageId,
    when: ChangeWhen,
    effective_on: NaiveDate,
    lines: Vec<LineDraft>,
}

impl Planned {
    fn total(&self) -> i64 {
        self.lines.iter().map(LineDraft::total_minor).sum()
    }

    fn waits(&self) -> bool {
        (1..self.profile.minimum_invoice_minor).contains(&self.total())
    }

    fn quote(&self, isp: &Isp) -> ChangeQuote {
        let money = |minor| Money::new(minor, isp.currency);
        let line = |line: &LineDraft| QuoteLine {
            kind: line.kind,
            description: line.description.clone(),
            days: line.days,
            days_in_period: line.days_in_period,
            net: money(line.net_minor),
            tax: money(line.tax_minor),
        };
        ChangeQuote {
            package: self.new.description.to_string(),
            effective_on: self.effective_on,
            lines: self.lines.iter().map(line).collect(),
            total: money(self.total()),
            to_credit: money(to_credit(&self.lines)),
            waits: self.waits(),
        }
    }
}

fn to_credit(lines: &[LineDraft]) -> i64 {
    lines.iter().filter(|line| line.kind == LineKind::ToCredit).map(LineDraft::total_minor).sum()
}

/// What a change would come to. Writes nothing.
pub async fn quote_change(services: &Services, caller: &Caller, id: ServiceId, form: &ChangeForm) -> Result<ChangeQuote> {
    require(caller, Permission::CustomersUpdate)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(plan(&mut tx, services, &isp, id, form).await?.quote(&isp))
}

/// Changes the package, or notes that it is to change with the next cycle.
pub async fn change_package(services: &Services, caller: &Caller, id: ServiceId, form: &ChangeForm) -> Result<CustomerId> {
    require(caller, Permission::CustomersUpdate)?;
    if !(8..=100).contains(&form.key.len()) {
        return Err(Error::Invalid(vec![Problem::new("", "problem-form-stale")]));
    }
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    // In the order of the run: first the series, then the customer.
    storage::numbers::lock(&mut tx, &super::issue::invoice_series(today)).await?;
    let (customer, _) = customers::of_service(&mut tx, id).await?.ok_or(Error::NotFound)?;
    customers::lock(&mut tx, customer).await?.ok_or(Error::NotFound)?;
    match service_changes::find_by_key(&mut tx, &form.key).await? {
        Some(same) if same == id => return Ok(customer),
        Some(_) => return Err(Error::Conflict(Problem::new("", "problem-form-stale"))),
        None => {}
    }
    let planned = plan(&mut tx, services, &isp, id, form).await?;
    if let Some(router) = storage::routers::of_service(&mut tx, id).await? {
        crate::packages::must_be_on(&mut tx, planned.package_id, router).await?;
    }
    let from = current(&mut tx, id).await?;
    let mut invoice_id = None;
    if planned.when == ChangeWhen::Now {
        if planned.waits() {
            line_charges(&mut tx, services, &planned.service, &planned.new, &planned.lines).await?;
        } else {
            let bill = Bill { service: &planned.service, lines: planned.lines.clone(), on: today };
            invoice_id = bill_lines(&mut tx, services, &isp, bill).await?;
        }
        service_changes::set_package(&mut tx, id, planned.package_id, None).await?;
    }
    let change = NewChange {
        id: ServiceChangeId(Uuid::now_v7()),
        service_id: id,
        customer_id: planned.customer,
        effective_on: planned.effective_on,
        from,
        to: (planned.package_id, None),
        done: planned.when == ChangeWhen::Now,
        invoice_id,
        credited_minor: to_credit(&planned.lines),
        key: &form.key,
    };
    service_changes::create(&mut tx, &change, now).await?;
    super::refresh(&mut tx, &isp, services.now(), &[customer], &HashMap::new()).await?;
    let before = serde_json::json!({ "package": planned.service.package });
    let after =
        serde_json::json!({ "package": planned.new.description.as_ref(), "from": planned.effective_on, "total_minor": planned.total() });
    let change = Change {
        action: "service.change",
        object_kind: "service",
        object_id: Some(id.0),
        customer_id: Some(customer.0),
        before: Some(before),
        after: Some(after),
    };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(customer)
}

async fn plan(tx: &mut IspTx, services: &Services, isp: &Isp, id: ServiceId, form: &ChangeForm) -> Result<Planned> {
    let invalid = |field: &str, key: &str| Error::Invalid(vec![Problem::new(field, key)]);
    let when = ChangeWhen::from_slug(&form.when).ok_or_else(|| invalid("when", "problem-choice"))?;
    let package_id: PackageId = form.package_id.parse().map_err(|_| invalid("package_id", "problem-choice"))?;
    let today = services.today(isp);
    let service = storage::billing::billable(tx, id, isp.zone).await?.ok_or(Error::NotFound)?;
    let customer = service.billable.customer_id;
    let profile = super::profiles::of_customer(tx, customer).await?;
    let package = packages::find(tx, package_id, today)
        .await?
        .filter(|package| !package.archived)
        .ok_or_else(|| invalid("package_id", "problem-choice"))?;
    if current(tx, id).await?.0 == package.id {
        return Err(invalid("package_id", "problem-change-same"));
    }
    let new = storage::billing::package_term(tx, package_id, None, today, profile.kind).await?.ok_or(Error::NotFound)?;
    let old = service.billable.term(today).ok_or(Error::NotFound)?;
    if old.charging == Charging::Prepaid || new.charging == Charging::Prepaid {
        return Err(invalid("package_id", "problem-change-prepaid"));
    }
    if new.charging == Charging::Once || new.currency != isp.currency {
        return Err(invalid("package_id", "problem-choice"));
    }
    if service_changes::planned(tx, id).await?.is_some() {
        return Err(Error::Conflict(Problem::new("", "problem-change-planned")));
    }
    let effective_on = effective_day(&service.billable, when, today).ok_or_else(|| invalid("when", "problem-choice"))?;
    let lines = match when {
        ChangeWhen::Now => change_lines(&service.billable, &new, &profile, today).map_err(super::bill::refused)?,
        ChangeWhen::NextCycle => Vec::new(),
    };
    Ok(Planned { customer, service, profile, new, package_id, when, effective_on, lines })
}

async fn current(tx: &mut IspTx, id: ServiceId) -> Result<(PackageId, Option<i64>)> {
    service_changes::current(tx, id).await?.ok_or(Error::NotFound)
}

/// Takes back what is planned.
pub async fn cancel_change(services: &Services, caller: &Caller, id: ServiceId) -> Result<CustomerId> {
    require(caller, Permission::CustomersUpdate)?;
    let mut tx = services.begin(caller).await?;
    let (customer, _) = customers::of_service(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if !service_changes::cancel_planned(&mut tx, id).await? {
        return Err(Error::Conflict(Problem::new("", "problem-change-none")));
    }
    let change = Change {
        action: "service.change_cancel",
        object_kind: "service",
        object_id: Some(id.0),
        customer_id: Some(customer.0),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(customer)
}

/// Gives services the package that was planned for them from a day up to `on`; answers with how many.
pub(crate) async fn carry_out_due(services: &Services, caller: &Caller, isp: &Isp, on: NaiveDate) -> Result<usize> {
    let mut tx = services.begin(caller).await?;
    let done = service_changes::carry_out(&mut tx, on).await?;
    if done.is_empty() {
        return Ok(0);
    }
    let customers: Vec<_> = done.iter().map(|(_, customer)| *customer).collect();
    super::refresh(&mut tx, isp, services.now(), &customers, &HashMap::new()).await?;
    tx.commit().await?;
    Ok(done.len())
}
