//! What expenses are sorted by, two levels deep, and the amount above which a second person must say yes.

use crate::{Error, Result, Services, require};
use domain::expenses::Category;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Money, Problem};
use storage::audit::{self, Change};
use uuid::Uuid;

pub async fn categories(services: &Services, caller: &Caller) -> Result<Vec<Category>> {
    require(caller, Permission::ExpensesView)?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::expenses::categories(&mut tx).await?)
}

/// Adds a category, or below a top one a subcategory.
pub async fn add_category(services: &Services, caller: &Caller, name: &str, parent: &str) -> Result<Uuid> {
    require(caller, Permission::ExpensesEdit)?;
    let name = name.trim();
    let mut problems = Vec::new();
    if name.is_empty() || name.chars().count() > 60 {
        problems.push(Problem::new("name", "problem-category-name"));
    }
    let mut tx = services.begin(caller).await?;
    let known = storage::expenses::categories(&mut tx).await?;
    let parent_id = match parent.trim() {
        "" => None,
        id => match known.iter().find(|one| one.id.to_string() == id) {
            Some(one) if one.parent_id.is_none() => Some(one.id),
            Some(_) => {
                problems.push(Problem::new("parent", "problem-category-depth"));
                None
            }
            None => {
                problems.push(Problem::new("parent", "problem-choice"));
                None
            }
        },
    };
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let id = Uuid::now_v7();
    storage::expenses::create_category(&mut tx, id, parent_id, name).await?;
    let after = serde_json::json!({ "name": name, "parent": parent_id });
    let change = Change {
        action: "expense.category",
        object_kind: "expense_category",
        object_id: Some(id),
        after: Some(after),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    Ok(id)
}

pub async fn expense_limit(services: &Services, caller: &Caller) -> Result<Money> {
    require(caller, Permission::ExpensesView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    super::limit(&mut tx, isp.currency).await
}

/// Only who may approve expenses decides which of them need it.
pub async fn set_expense_limit(services: &Services, caller: &Caller, amount: &str) -> Result<()> {
    require(caller, Permission::ExpensesApprove)?;
    let isp = services.isp(caller.isp_id).await?;
    let limit = Money::parse(amount, isp.currency).map_err(|error| Error::Invalid(vec![Problem::new("limit", error.key())]))?;
    let mut tx = services.begin(caller).await?;
    let before = super::limit(&mut tx, isp.currency).await?;
    storage::expenses::set_limit(&mut tx, limit.minor).await?;
    let change = Change {
        action: "expense.limit",
        object_kind: "books_setting",
        before: Some(serde_json::json!({ "limit_minor": before.minor })),
        after: Some(serde_json::json!({ "limit_minor": limit.minor })),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}
