//! Writing an expense down: up to the limit it is posted at once, above it it waits for a second person.

use super::{Posting, post};
use crate::{Error, Result, Services, require};
use domain::calendar::months_after;
use domain::expenses::{ExpenseForm, ExpenseState, LARGEST_ATTACHMENT, NewExpense, read_expense, sniff};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Money, Problem, expenses};
use storage::audit::{self, Change};
use storage::expenses::Writing;
use uuid::Uuid;

/// The paper that proves it, as it was sent.
#[derive(Clone, Debug)]
pub struct File {
    pub name: String,
    pub content: Vec<u8>,
}

fn kind_of(file: &File) -> Result<&'static str> {
    let problem = |key: &str| Error::Invalid(vec![Problem::new("file", key)]);
    if file.content.len() > LARGEST_ATTACHMENT {
        return Err(problem("problem-attachment-large"));
    }
    sniff(&file.content).ok_or_else(|| problem("problem-attachment-kind"))
}

/// Writes an expense, or finds the one that came in under the same key.
pub async fn record_expense(services: &Services, caller: &Caller, form: &ExpenseForm, file: Option<File>) -> Result<Uuid> {
    require(caller, Permission::ExpensesEdit)?;
    let by = caller.actor_id().ok_or(Error::Denied(Permission::ExpensesEdit))?;
    let isp = services.isp(caller.isp_id).await?;
    let new = read_expense(form, isp.currency, services.today(&isp)).map_err(Error::Invalid)?;
    let file = file.filter(|file| !file.content.is_empty());
    let kind = file.as_ref().map(kind_of).transpose()?;
    let mut tx = services.begin(caller).await?;
    if new.from_drawer {
        storage::cash::open_drawer(&mut tx, by, caller.actor_name(), services.now()).await?;
    }
    if let Some(id) = storage::expenses::find_by_key(&mut tx, &form.key).await? {
        return Ok(id);
    }
    let known = storage::expenses::categories(&mut tx).await?;
    if !known.iter().any(|category| category.id == new.category_id && category.active) {
        return Err(Error::Invalid(vec![Problem::new("category_id", "problem-choice")]));
    }
    let recurring_id = match new.every_months {
        Some(months) => {
            let id = Uuid::now_v7();
            let next =
                months_after(new.spent_on, months).ok_or_else(|| Error::Invalid(vec![Problem::new("spent_on", "problem-date-far")]))?;
            storage::expenses::create_recurring(&mut tx, id, &new, next, 1, services.now()).await?;
            Some(id)
        }
        None => None,
    };
    let id = Uuid::now_v7();
    let maker = Maker { by, name: caller.actor_name(), recurring_id, key: &form.key, limit: super::limit(&isp) };
    let state = write(&mut tx, services, id, &new, &maker).await?;
    if let (Some(file), Some(kind)) = (file, kind) {
        keep(&mut tx, services, id, &file, kind).await?;
    }
    let after = serde_json::json!({ "vendor": new.vendor, "amount_minor": new.amount.minor, "state": state.slug() });
    let change = Change { action: "expense.record", object_kind: "expense", object_id: Some(id), after: Some(after), ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(id)
}

/// Adds the paper to an expense that has none. What proves it is kept as it came and never exchanged.
pub async fn add_paper(services: &Services, caller: &Caller, id: Uuid, file: File) -> Result<()> {
    require(caller, Permission::ExpensesEdit)?;
    let kind = kind_of(&file)?;
    let mut tx = services.begin(caller).await?;
    let expense = storage::expenses::find(&mut tx, id, true).await?.ok_or(Error::NotFound)?;
    if expense.attachment.is_some() {
        return Err(Error::Conflict(Problem::new("file", "problem-attachment-there")));
    }
    keep(&mut tx, services, id, &file, kind).await?;
    let after = serde_json::json!({ "file": file.name, "bytes": file.content.len() });
    let change = Change { action: "expense.attach", object_kind: "expense", object_id: Some(id), after: Some(after), ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

async fn keep(tx: &mut storage::IspTx, services: &Services, id: Uuid, file: &File, kind: &str) -> Result<()> {
    let name: String = file.name.rsplit(['/', '\\']).next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect();
    let name = if name.is_empty() { "attachment".to_string() } else { name };
    Ok(storage::expenses::attach(tx, id, &name, kind, &file.content, services.now()).await?)
}

/// Who an expense is written by.
pub(super) struct Maker<'a> {
    pub by: Uuid,
    pub name: &'a str,
    pub recurring_id: Option<Uuid>,
    pub key: &'a str,
    /// Above it somebody else must say yes.
    pub limit: Money,
}

/// Posts it when it is within the limit, lets it wait when it is not.
pub(super) async fn write(
    tx: &mut storage::IspTx,
    services: &Services,
    id: Uuid,
    new: &NewExpense,
    maker: &Maker<'_>,
) -> Result<expenses::ExpenseState> {
    let drawer_id = new.from_drawer.then_some(maker.by);
    let within = new.amount.minor <= maker.limit.minor;
    let posted = if within {
        let expense = Posting {
            id,
            category_id: new.category_id,
            vendor: &new.vendor,
            amount: new.amount,
            tax_minor: new.tax.minor,
            drawer: drawer_id,
            day: new.spent_on,
        };
        Some(post(tx, services, &expense).await?)
    } else {
        None
    };
    let state = if posted.is_some() { ExpenseState::Posted } else { ExpenseState::Waiting };
    let writing = Writing {
        id,
        state,
        voucher_number: posted.as_ref().map(|(_, voucher)| voucher.as_str()),
        entry_id: posted.as_ref().map(|(entry, _)| *entry),
        drawer_id,
        recurring_id: maker.recurring_id,
        created_by: maker.by,
        created_by_name: maker.name,
        at: services.now(),
        key: maker.key,
    };
    storage::expenses::insert(tx, new, &writing).await?;
    Ok(state)
}
