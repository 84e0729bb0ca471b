//! What expenses are sorted by, two levels deep.

use crate::{Error, Result, Services, require};
use domain::Problem;
use domain::expenses::Category;
use domain::people::Caller;
use domain::rights::Permission;
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
