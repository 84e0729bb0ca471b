//! A new subscriber with one line, ready to be billed from today.

use super::edit::lies;
use crate::billing::new_line_cutoff;
use crate::packages::{claim_trial, must_be_on, trial_end};
use crate::promos::use_code;
use crate::{Error, Result, Services, require};
use domain::billing::Charging;
use domain::packages::Pricing;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, PackageId, Problem, RouterId, ServiceId, customers as rules};
use serde::{Deserialize, Serialize};
use storage::audit::Change;
use storage::customers::{NewCustomer, NewService};
use storage::{audit, billing_profiles, customers, numbers, packages};
use uuid::Uuid;

/// What the form sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerForm {
    pub name: String,
    pub mobile: String,
    #[serde(default)]
    pub address: String,
    pub username: String,
    pub password: String,
    pub package_id: String,
    /// The router that the line will live on, where it is known.
    #[serde(default)]
    pub router: String,
    /// A promo code for the line, or nothing.
    #[serde(default)]
    pub promo: String,
    /// Id, name or path of a zone, `place` for the one that holds the place, or nothing.
    #[serde(default)]
    pub zone: String,
    #[serde(default)]
    pub latitude: String,
    #[serde(default)]
    pub longitude: String,
}

/// Everything a search box may look for, lower case.
pub fn search_text(number: &str, name: &str, mobile: Option<&str>, email: Option<&str>, username: &str) -> String {
    let local = mobile.map(|mobile| rules::phone_local(mobile).replace('-', "")).unwrap_or_default();
    format!("{number} {name} {} {local} {} {username}", mobile.unwrap_or_default(), email.unwrap_or_default()).to_lowercase()
}

/// Creates the customer, his service and their numbers in one transaction.
pub async fn create_customer(services: &Services, caller: &Caller, form: &CustomerForm) -> Result<CustomerId> {
    require(caller, Permission::CustomersCreate)?;
    let isp = services.isp(caller.isp_id).await?;
    let (name, mobile, username, package_id) = read(form)?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    let package = packages::find(&mut tx, package_id, today).await?.filter(|package| !package.archived);
    let Some(package) = package else {
        return Err(Error::Invalid(vec![Problem::new("package_id", "problem-choice")]));
    };
    let router = match form.router.trim() {
        "" => None,
        text => Some(text.parse::<RouterId>().map_err(|_| Error::Invalid(vec![Problem::new("router", "problem-choice")]))?),
    };
    if let Some(router) = router {
        must_be_on(&mut tx, package_id, router).await?;
    }
    let (zone, place) = lies(&mut tx, caller, &form.zone, &form.latitude, &form.longitude).await?.map_err(Error::Invalid)?;
    let trial = package.terms.pricing == Pricing::Trial;
    let expires_at = trial.then(|| trial_end(package.terms.validity, isp.zone, now));
    let profile = billing_profiles::default(&mut tx).await?.ok_or(Error::NotFound)?;
    let term = storage::billing::package_term(&mut tx, package_id, None, today, profile.kind).await?;
    let prepaid = term.is_some_and(|term| term.charging == Charging::Prepaid);
    let number = format!("C-{:05}", numbers::take(&mut tx, "customer", 1).await?);
    let (id, service_id) = (CustomerId(Uuid::now_v7()), ServiceId(Uuid::now_v7()));
    let address = Some(form.address.trim()).filter(|address| !address.is_empty());
    let search = search_text(&number, &name, mobile.as_deref(), None, &username);
    let new = NewCustomer {
        id,
        number: &number,
        name: &name,
        mobile: mobile.as_deref(),
        email: None,
        national_id: None,
        address,
        billing_profile_id: profile.id,
        search_text: &search,
        zone,
        place,
    };
    customers::create(&mut tx, &new).await?;
    let sealed = services.keys.seal_text(service_id.0, &form.password)?;
    // A trial that costs nothing is covered to its end: there is nothing to bill.
    let covered = expires_at.filter(|_| package.price.is_zero());
    let billed_until = covered.map_or(today, |end| domain::zones::business_day(end, isp.zone).succ_opt().unwrap_or(today));
    let service = NewService {
        id: service_id,
        customer_id: id,
        package_id,
        username: &username,
        secret_sealed: &sealed,
        starts_on: today,
        billed_until,
        // A prepaid line has bought nothing yet.
        expires_at: expires_at.or(prepaid.then_some(now)),
        cutoff_at: if prepaid { None } else { new_line_cutoff(&profile, billed_until, isp.zone) },
    };
    customers::create_service(&mut tx, &service).await?;
    if router.is_some() {
        storage::routers::place(&mut tx, &[service_id], router).await?;
    }
    if trial {
        claim_trial(&mut tx, &package, service_id, (mobile.as_deref(), &username, None), now).await?;
    }
    if !form.promo.trim().is_empty() {
        let key = service_id.to_string();
        use_code(&mut tx, services, &isp, service_id, &form.promo, ("promo", &key)).await?;
    }
    let after = serde_json::json!({ "number": number, "name": name, "username": username });
    let change = Change {
        action: "customer.create",
        object_kind: "customer",
        object_id: Some(id.0),
        customer_id: Some(id.0),
        after: Some(after),
        ..Change::default()
    };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(id)
}

pub(super) fn read_name(text: &str) -> std::result::Result<String, Problem> {
    let name = text.trim();
    let good = (1..=200).contains(&name.chars().count());
    if good { Ok(name.to_owned()) } else { Err(Problem::new("name", "problem-name-length").with("most", 200)) }
}

fn read(form: &CustomerForm) -> Result<(String, Option<String>, String, PackageId)> {
    let mut problems = Vec::new();
    let name = read_name(&form.name).map_err(|problem| problems.push(problem)).unwrap_or_default();
    let mobile = match form.mobile.trim() {
        "" => None,
        text => rules::phone(text).map_err(|problem| problems.push(problem)).ok(),
    };
    let username = rules::username(&form.username).map_err(|problem| problems.push(problem)).unwrap_or_default();
    if !(4..=100).contains(&form.password.len()) {
        problems.push(Problem::new("password", "problem-line-password").with("least", 4));
    }
    let package_id = form.package_id.parse::<PackageId>().map_err(|_| problems.push(Problem::new("package_id", "problem-choice")));
    match package_id {
        Ok(package_id) if problems.is_empty() => Ok((name, mobile, username, package_id)),
        _ => Err(Error::Invalid(problems)),
    }
}
