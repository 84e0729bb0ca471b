//! Customers and their lines.

use super::ask::{Ask, Walk, day};
use super::operation::{Operation, act, change, create, list, read};
use super::wire::{Customer, Service, StatementLine, Usage};
use chrono::NaiveDate;
use domain::books::Days;
use domain::customers::{BlockReason, Paging};
use domain::people::Caller;
use domain::rights::Permission as P;
use domain::{CustomerId, Problem, ServiceId, ZoneId};
use schemars::JsonSchema;
use serde::Deserialize;
use services::billing::ChangeForm;
use services::books::Whose;
use services::customers::{CustomerEdit, CustomerFilter, CustomerForm, LineFilter};
use services::{Error, Result, Services};
use uuid::Uuid;

pub fn operations() -> Vec<Operation> {
    vec![
        list(("/customers", "list_customers", "Customers, in the order in which they came"), &[P::CustomersView], customers),
        read(("/customers/{id}", "get_customer", "One customer"), &[P::CustomersView], customer),
        create(
            ("/customers", "create_customer", "A new customer with one line"),
            "/customers",
            &[P::CustomersCreate, P::CustomersView],
            new_customer,
        ),
        change(
            ("/customers/{id}", "change_customer", "Change what is said of a customer"),
            &[P::CustomersUpdate, P::CustomersView],
            change_customer,
        ),
        list(
            ("/customers/{id}/statement", "list_statement", "What happened between the ISP and a customer, with the balance after it"),
            &[P::PaymentsView],
            statement,
        ),
        list(("/services", "list_services", "Lines of customers"), &[P::CustomersView], lines),
        read(("/services/{id}", "get_service", "One line"), &[P::CustomersView], line),
        list(("/services/{id}/usage", "list_usage", "What a line moved, day by day"), &[P::CustomersView, P::SessionsView], usage),
        act(
            ("/services/{id}/suspend", "suspend_service", "Hold a line down for a reason"),
            &[P::CustomersSuspend, P::CustomersView],
            suspend,
        ),
        act(("/services/{id}/resume", "resume_service", "Take one reason away"), &[P::CustomersSuspend, P::CustomersView], resume),
        act(
            ("/services/{id}/package", "change_package", "Give a line another package"),
            &[P::CustomersUpdate, P::CustomersView],
            change_package,
        ),
    ]
}

/// Which customers are wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerQuery {
    /// Words to find in name, number, mobile, email or user name.
    search: Option<String>,
    /// Exactly this number.
    number: Option<String>,
    /// Exactly this mobile, with country code.
    mobile: Option<String>,
    /// Lying in this zone, or in one below it.
    zone_id: Option<Uuid>,
}

async fn customers(ask: Ask, query: CustomerQuery, walk: Walk) -> Result<Vec<Customer>> {
    let filter = CustomerFilter {
        search: query.search.unwrap_or_default(),
        number: query.number,
        mobile: query.mobile,
        zone: query.zone_id.map(ZoneId),
    };
    let found = services::customers::customers_behind(&ask.services, &ask.caller, &filter, walk.after()?, walk.limit()).await?;
    Ok(found.into_iter().map(Customer::from).collect())
}

async fn customer(ask: Ask) -> Result<Customer> {
    let id = ask.id()?;
    Ok(services::customers::customer(&ask.services, &ask.caller, id).await?.into())
}

/// A customer and his first line.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCustomer {
    name: String,
    #[serde(default)]
    mobile: String,
    #[serde(default)]
    address: String,
    /// What his router signs in with.
    username: String,
    password: String,
    package_id: Uuid,
    /// A promo code, or nothing.
    #[serde(default)]
    promo: String,
    zone_id: Option<Uuid>,
    /// Degrees, north and east; both or neither.
    latitude: Option<f64>,
    longitude: Option<f64>,
}

async fn new_customer(ask: Ask, body: NewCustomer) -> Result<Customer> {
    let form = CustomerForm {
        name: body.name,
        mobile: body.mobile,
        address: body.address,
        username: body.username,
        password: body.password,
        package_id: body.package_id.to_string(),
        router: String::new(),
        promo: body.promo,
        zone: text(body.zone_id),
        latitude: text(body.latitude),
        longitude: text(body.longitude),
    };
    let id = services::customers::create_customer(&ask.services, &ask.caller, &form).await.map_err(as_sent)?;
    Ok(services::customers::customer(&ask.services, &ask.caller, id).await?.into())
}

fn text<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// What is said of him from now on: what is left out stays, what is null is taken away.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerChange {
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    mobile: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    email: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    national_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    address: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    zone_id: Option<Option<Uuid>>,
    /// Degrees, north and east; both or neither.
    #[serde(default, deserialize_with = "given")]
    latitude: Option<Option<f64>>,
    #[serde(default, deserialize_with = "given")]
    longitude: Option<Option<f64>>,
}

/// A page chooses a zone by name or by place, a program by its id.
fn as_sent(error: Error) -> Error {
    let renamed = |problem: Problem| match problem.field.as_str() {
        "zone" => Problem { field: "zone_id".into(), ..problem },
        _ => problem,
    };
    match error {
        Error::Invalid(problems) => Error::Invalid(problems.into_iter().map(renamed).collect()),
        other => other,
    }
}

/// A field that is there, be it null.
fn given<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(value: D) -> std::result::Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

async fn change_customer(ask: Ask, body: CustomerChange, version: i32) -> Result<Customer> {
    let id: CustomerId = ask.id()?;
    let now: Customer = services::customers::customer(&ask.services, &ask.caller, id).await?.into();
    let form = CustomerEdit {
        name: body.name.unwrap_or(now.name),
        mobile: text(body.mobile.unwrap_or(now.mobile)),
        email: text(body.email.unwrap_or(now.email)),
        national_id: text(body.national_id.unwrap_or(now.national_id)),
        address: text(body.address.unwrap_or(now.address)),
        zone: text(body.zone_id.unwrap_or(now.zone_id)),
        latitude: text(body.latitude.unwrap_or(now.latitude)),
        longitude: text(body.longitude.unwrap_or(now.longitude)),
    };
    services::customers::update_customer(&ask.services, &ask.caller, id, version, &form).await.map_err(as_sent)?;
    Ok(services::customers::customer(&ask.services, &ask.caller, id).await?.into())
}

/// Business days, both in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DaysQuery {
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

async fn statement(ask: Ask, query: DaysQuery, walk: Walk) -> Result<Vec<StatementLine>> {
    let id: CustomerId = ask.id()?;
    let days = Days { from: day("from", query.from)?, until: day("until", query.until)? };
    let everything = Paging { page: 1, size: i64::MAX };
    let found = services::books::statement(&ask.services, &ask.caller, Whose::Customer(id.0), days, everything).await?;
    let lines = found.page.rows.into_iter().map(|line| StatementLine {
        id: line.entry_id.0,
        at: line.at,
        business_date: line.business_date,
        source: line.source,
        memo: line.memo,
        amount: line.amount.into(),
        balance: line.balance.into(),
    });
    Ok(walk.cut(lines.collect()))
}

/// Which lines are wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineQuery {
    customer_id: Option<Uuid>,
    /// Exactly this user name.
    username: Option<String>,
}

async fn lines(ask: Ask, query: LineQuery, walk: Walk) -> Result<Vec<Service>> {
    let filter = LineFilter { customer: query.customer_id.map(CustomerId), service: None, username: query.username };
    let found = services::customers::lines_behind(&ask.services, &ask.caller, &filter, walk.after()?, walk.limit()).await?;
    Ok(found.into_iter().map(|(customer, line)| Service::of(customer, line)).collect())
}

async fn line(ask: Ask) -> Result<Service> {
    one(&ask.services, &ask.caller, ask.id()?).await
}

async fn one(services: &Services, caller: &Caller, id: ServiceId) -> Result<Service> {
    let (customer, line) = services::customers::line(services, caller, id).await?;
    Ok(Service::of(customer, line))
}

async fn usage(ask: Ask, query: DaysQuery, walk: Walk) -> Result<Vec<Usage>> {
    let isp = ask.services.isp(ask.caller.isp_id).await?;
    let until = day("until", query.until)?.unwrap_or_else(|| ask.services.today(&isp));
    let from = day("from", query.from)?.unwrap_or_else(|| until.checked_sub_days(chrono::Days::new(30)).unwrap_or(until));
    let id = ask.id()?;
    // A line that is not there for him has no days, and no empty list either.
    one(&ask.services, &ask.caller, id).await?;
    let days = services::radius::usage(&ask.services, &ask.caller, id, from, until).await?;
    let days = days.into_iter().map(|day| Usage { id: day.day, input_octets: day.input_octets, output_octets: day.output_octets });
    Ok(walk.cut(days.collect()))
}

/// Why a line is held down.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// `abuse`, `request`, `maintenance` or `admin`.
    reason: String,
    /// In words, for whoever asks later.
    note: String,
}

fn reason(slug: &str) -> Result<BlockReason> {
    BlockReason::from_slug(slug).ok_or_else(|| Error::Invalid(vec![Problem::new("reason", "problem-choice")]))
}

async fn suspend(ask: Ask, body: Suspension) -> Result<Service> {
    let id = ask.id()?;
    services::customers::suspend_service(&ask.services, &ask.caller, id, reason(&body.reason)?, &body.note).await?;
    one(&ask.services, &ask.caller, id).await
}

/// Which reason is over.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resumption {
    /// `abuse`, `request`, `maintenance` or `admin`; what billing holds down comes up by being paid.
    reason: String,
}

async fn resume(ask: Ask, body: Resumption) -> Result<Service> {
    let id = ask.id()?;
    services::customers::resume_service(&ask.services, &ask.caller, id, reason(&body.reason)?).await?;
    one(&ask.services, &ask.caller, id).await
}

/// Which package, and from when.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackageChange {
    package_id: Uuid,
    /// `now` or `next_cycle`.
    when: String,
}

async fn change_package(ask: Ask, body: PackageChange) -> Result<Service> {
    let id = ask.id()?;
    let key = ask.key.clone().unwrap_or_default();
    let form = ChangeForm { package_id: body.package_id.to_string(), when: body.when, key };
    services::billing::change_package(&ask.services, &ask.caller, id, &form).await?;
    one(&ask.services, &ask.caller, id).await
}
