//! People of each role and of each job at Padma Net, made the way its owner makes them: with a first password that each
//! has changed already.

use super::{Demo, Login, password};
use anyhow::{Context, Result};
use domain::AccountId;
use domain::customers::{Paging, SubscriberFilter};
use domain::people::{BranchInput, Caller, PersonForm, Role, ZoneInput};
use services::Services;
use services::customers::{BY_PLACE, CustomerEdit};
use services::people::{Attempt, Site};
use storage::isps::Isp;

/// Key of the login, role, job, name.
const PEOPLE: &[(&str, Role, &str, &str)] = &[
    ("manager", Role::Manager, "", "Farhana Yasmin"),
    ("card_distributor", Role::CardDistributor, "", "Delwar Hossain"),
    ("staff-accountant", Role::Staff, "accountant", "Nazma Begum"),
    ("staff-billing_ops", Role::Staff, "billing_ops", "Sohel Rana"),
    ("staff-technician", Role::Staff, "technician", "Liton Das"),
    ("staff-noc", Role::Staff, "noc", "Tanvir Ahmed"),
    ("staff-support", Role::Staff, "support", "Rumana Akter"),
    ("staff-sales", Role::Staff, "sales", "Mehedi Hasan"),
    ("staff-collector", Role::Staff, "collector", "Anisur Rahman"),
];

/// What the manager looks after.
const MANAGERS_KEYS: &[&str] = &[
    "customers.view",
    "customers.update",
    "billing.view",
    "payments.view",
    "reports.financial",
    "network.view",
    "sessions.view",
    "people.view",
];

pub async fn hire_all(services: &Services, demo: &mut Demo, isp: &Isp, boss: &Caller, reseller: AccountId) -> Result<()> {
    for (key, role, preset, name) in PEOPLE {
        let form = PersonForm { preset: (*preset).into(), ..form(isp, *role, key, name) };
        let id = hire(services, demo, isp, boss, key, &form).await?;
        if *role == Role::Manager {
            let keys = MANAGERS_KEYS.iter().map(|key| (*key).to_string()).collect();
            let rights = domain::people::RightsForm { keys, closed: Vec::new() };
            services::accounts::save_rights(services, boss, id, &rights).await?;
        }
    }
    for name in ["Mirpur", "Uttara"] {
        let branch = BranchInput { name: name.into(), parent: String::new() };
        services::accounts::save_branch(services, boss, None, &branch).await?;
    }
    zones(services, boss).await?;
    let sub = PersonForm { above: reseller.to_string(), ..form(isp, Role::SubReseller, "sub_reseller", "Shafiqul Alam") };
    let sub = hire(services, demo, isp, boss, "sub_reseller", &sub).await?;
    hand_over(services, boss, reseller, sub).await
}

/// Dhaka with two areas on the map, and who lives in the first of them.
async fn zones(services: &Services, boss: &Caller) -> Result<()> {
    let dhaka = ZoneInput { name: "Dhaka".into(), ..ZoneInput::default() };
    services::accounts::save_zone(services, boss, None, &dhaka).await?;
    for (name, latitude, longitude) in [("Mirpur", "23.8069", "90.3687"), ("Uttara", "23.8759", "90.3795")] {
        let area = ZoneInput {
            name: name.into(),
            parent: "Dhaka".into(),
            shape: "circle".into(),
            latitude: latitude.into(),
            longitude: longitude.into(),
            metres: "2500".into(),
            ..ZoneInput::default()
        };
        services::accounts::save_zone(services, boss, None, &area).await?;
    }
    let some = services::customers::subscribers(services, boss, &SubscriberFilter::default(), Paging::new(1, 25)).await?;
    for row in some.rows {
        let now = services::customers::customer(services, boss, row.customer_id).await?;
        let form = CustomerEdit {
            name: now.name,
            mobile: now.mobile.unwrap_or_default(),
            email: now.email.unwrap_or_default(),
            national_id: now.national_id.unwrap_or_default(),
            address: now.address.unwrap_or_default(),
            zone: BY_PLACE.into(),
            latitude: "23.8103".into(),
            longitude: "90.3654".into(),
        };
        services::customers::update_customer(services, boss, now.id, now.version, &form).await?;
    }
    Ok(())
}

/// The two who sell for Padma Net have subscribers of their own: the newest of the list, but nobody whom the demo names.
async fn hand_over(services: &Services, boss: &Caller, reseller: AccountId, sub: AccountId) -> Result<()> {
    let filter = SubscriberFilter { search: "C-001".into(), ..SubscriberFilter::default() };
    let page = services::customers::subscribers(services, boss, &filter, Paging::new(1, 60)).await?;
    let ids: Vec<_> = page.rows.iter().map(|row| row.customer_id).collect();
    let (first, rest) = ids.split_at(ids.len().min(44));
    services::accounts::move_customers(services, boss, first, Some(reseller)).await?;
    services::accounts::move_customers(services, boss, rest, Some(sub)).await?;
    Ok(())
}

fn form(isp: &Isp, role: Role, key: &str, name: &str) -> PersonForm {
    let mailbox = key.replace("staff-", "");
    let email = format!("{mailbox}@{}.example", isp.short_name);
    PersonForm { role: role.slug().into(), name: name.into(), email, ..PersonForm::default() }
}

/// Makes somebody and lets him choose his own password.
async fn hire(services: &Services, demo: &mut Demo, isp: &Isp, boss: &Caller, key: &str, form: &PersonForm) -> Result<AccountId> {
    let id = services::accounts::create_person(services, boss, form).await?;
    let first = services::accounts::shown_first_password(services, boss, id).await?.context("a first password")?;
    let attempt = Attempt { site: Site::Isp(isp.id), login: &form.email, password: &first, ip: None, agent: "demo" };
    let half = services::people::sign_in(services, &attempt).await?;
    let who = services::people::recognise(services, &half.token, Some(isp.id), None).await?.context("somebody at the door")?;
    let own = format!("{}-7aB", password());
    let whole = services::people::choose_password(services, &who, &own, &own).await?;
    services::people::sign_out(services, &whole.token).await?;
    demo.logins.insert(key.into(), Login { host: "127.0.0.1".into(), login: form.email.clone(), password: own });
    Ok(id)
}
