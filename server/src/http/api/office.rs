//! People who work here, branches, the log, and the jobs of the schedule.

use super::ask::{Ask, Walk};
use super::operation::{NoQuery, Operation, change, list, read};
use super::wire::{Branch, Entry, Job, Person, PersonWhole, Zone};
use chrono::{DateTime, Utc};
use domain::customers::Paging;
use domain::people::{PersonDetail, PersonFilter, PersonForm, Role};
use domain::rights::Permission as P;
use domain::{AccountId, Problem};
use schemars::JsonSchema;
use serde::Deserialize;
use services::audit::EntryFilter;
use services::{Error, Result};
use uuid::Uuid;

pub fn operations() -> Vec<Operation> {
    vec![
        list(("/people", "list_people", "People who work here or sell"), &[P::PeopleView], people),
        read(("/people/{id}", "get_person", "One of them"), &[P::PeopleView], person),
        change(("/people/{id}", "change_person", "Change what is said of a person"), &[P::PeopleEdit, P::PeopleView], change_person),
        list(("/branches", "list_branches", "Branches"), &[P::BranchesEdit], branches),
        list(("/zones", "list_zones", "Zones"), &[P::CustomersView], zones),
        list(("/audit", "list_audit", "The log, in the order in which it was written"), &[P::AuditView], entries),
        list(("/jobs", "list_jobs", "Jobs of the schedule and how they are"), &[P::JobsView], jobs),
    ]
}

/// Which people are wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonQuery {
    /// `admin`, `reseller`, `sub_reseller`, `manager`, `card_distributor` or `staff`.
    role: Option<String>,
    /// Part of a name, an email, a user name or a mobile.
    search: Option<String>,
}

async fn people(ask: Ask, query: PersonQuery, walk: Walk) -> Result<Vec<Person>> {
    let role = match query.role.as_deref() {
        None => None,
        Some(slug) => Some(Role::from_slug(slug).ok_or_else(|| Error::Invalid(vec![Problem::new("role", "problem-choice")]))?),
    };
    let filter = PersonFilter { search: query.search.unwrap_or_default(), role, ..PersonFilter::default() };
    let everybody = Paging { page: 1, size: i64::MAX };
    let all = services::accounts::people(&ask.services, &ask.caller, &filter, everybody).await?;
    let person = |row: domain::people::PersonRow| Person {
        id: row.id.0,
        role: row.role.slug().into(),
        name: row.name,
        email: row.email,
        username: row.username,
        mobile: row.mobile,
        status: row.status.slug().into(),
        above_id: row.above.map(|(id, _)| id.0),
        signed_in_at: row.signed_in_at,
        second_factor: row.second_factor,
    };
    Ok(walk.cut(all.rows.into_iter().map(person).collect()))
}

fn whole(person: PersonDetail) -> PersonWhole {
    PersonWhole {
        id: person.row.id.0,
        role: person.row.role.slug().into(),
        name: person.row.name,
        email: person.row.email,
        username: person.row.username,
        mobile: person.row.mobile,
        language: person.language,
        status: person.row.status.slug().into(),
        since: person.created_at,
        version: person.version,
    }
}

async fn person(ask: Ask) -> Result<PersonWhole> {
    Ok(whole(services::accounts::person(&ask.services, &ask.caller, ask.id()?).await?))
}

/// What is said of him from now on; what is left out stays as it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonChange {
    name: Option<String>,
    email: Option<String>,
    username: Option<String>,
    mobile: Option<String>,
    /// `en` or `bn`.
    language: Option<String>,
}

async fn change_person(ask: Ask, body: PersonChange, version: i32) -> Result<PersonWhole> {
    let id: AccountId = ask.id()?;
    let now = services::accounts::person(&ask.services, &ask.caller, id).await?;
    let form = PersonForm {
        name: body.name.unwrap_or(now.row.name),
        email: body.email.or(now.row.email).unwrap_or_default(),
        username: body.username.or(now.row.username).unwrap_or_default(),
        mobile: body.mobile.or(now.row.mobile).unwrap_or_default(),
        language: body.language.or(now.language).unwrap_or_default(),
        ..PersonForm::default()
    };
    services::accounts::update_person(&ask.services, &ask.caller, id, version, &form).await?;
    Ok(whole(services::accounts::person(&ask.services, &ask.caller, id).await?))
}

async fn branches(ask: Ask, _: NoQuery, walk: Walk) -> Result<Vec<Branch>> {
    let all = services::accounts::branches(&ask.services, &ask.caller).await?;
    let branch = |branch: domain::people::Branch| Branch {
        id: branch.id.0,
        parent_id: branch.parent.map(|id| id.0),
        name: branch.name,
        is_default: branch.is_default,
        customers: branch.customers,
        people: branch.people,
        version: branch.version,
    };
    Ok(walk.cut(all.into_iter().map(branch).collect()))
}

async fn zones(ask: Ask, _: NoQuery, walk: Walk) -> Result<Vec<Zone>> {
    let all = services::accounts::zones(&ask.services, &ask.caller).await?;
    let zone =
        |zone: domain::people::Zone| Zone { id: zone.id.0, parent_id: zone.parent.map(|id| id.0), name: zone.name, version: zone.version };
    Ok(walk.cut(all.into_iter().map(zone).collect()))
}

/// Which entries are wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryQuery {
    /// Who did it.
    actor_id: Option<Uuid>,
    /// What or whom it is about.
    object_id: Option<Uuid>,
    from: Option<DateTime<Utc>>,
    /// Only what came before.
    before: Option<DateTime<Utc>>,
}

fn instant(field: &str, at: Option<DateTime<Utc>>) -> Result<Option<DateTime<Utc>>> {
    super::ask::day(field, at.map(|at| at.date_naive()))?;
    Ok(at)
}

async fn entries(ask: Ask, query: EntryQuery, walk: Walk) -> Result<Vec<Entry>> {
    let filter = EntryFilter {
        actor: query.actor_id,
        kind: None,
        subject: query.object_id,
        from: instant("from", query.from)?,
        before: instant("before", query.before)?,
    };
    let found = services::audit::entries_behind(&ask.services, &ask.caller, &filter, walk.after()?, walk.limit()).await?;
    let entry = |row: domain::trust::AuditRow| Entry {
        id: row.id,
        seq: row.seq,
        at: row.at,
        actor_id: row.actor_id,
        actor_name: row.actor_name,
        impersonator_name: row.impersonator_name,
        action: row.action,
        object_kind: row.object_kind,
        object_id: row.object_id,
        customer_id: row.customer_id,
        before: row.before,
        after: row.after,
        ip: row.ip,
    };
    Ok(found.into_iter().map(entry).collect())
}

async fn jobs(ask: Ask, _: NoQuery, walk: Walk) -> Result<Vec<Job>> {
    let board = services::schedule::board(&ask.services, &ask.caller).await?;
    let job = |job: services::schedule::JobView| Job {
        id: job.name.to_string(),
        state: job.state.slug().into(),
        late_since: job.late_since,
        next_at: job.next_at,
        last_started_at: job.last.as_ref().map(|run| run.started_at),
        last_state: job.last.map(|run| run.state),
        failed: u64::try_from(job.failed).unwrap_or(u64::MAX),
    };
    Ok(walk.cut(board.jobs.into_iter().map(job).collect()))
}
