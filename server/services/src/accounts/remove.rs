//! Takes a person away for good. What he did stays in the books and in the log; his sign-in names are free again. A
//! seller with customers stays until somebody is named who takes them over, one with sub-resellers until they are gone.

use super::move_customers::{empty, target};
use super::scope::{managed, require_some_management};
use crate::people::require_proof;
use crate::{Error, Result, Services};
use domain::people::{Caller, Role};
use domain::{AccountId, Problem};
use serde_json::json;
use storage::audit::{self, Change};
use storage::{owners, people};

/// `to`: who takes his customers over, where he has any; `Some(None)` is the caller himself.
pub async fn delete_person(services: &Services, caller: &Caller, id: AccountId, to: Option<Option<AccountId>>) -> Result<()> {
    require_some_management(caller)?;
    require_proof(services, caller)?;
    let mut tx = services.begin(caller).await?;
    people::lock_tree(&mut tx).await?;
    let person = managed(&mut tx, caller, id).await?;
    let mut moved = 0;
    if matches!(person.row.role, Role::Reseller | Role::SubReseller) && person.owner_path != "/" {
        let below = people::count_sellers_below(&mut tx, id, &person.owner_path).await?;
        if below > 0 {
            return Err(Error::Conflict(Problem::new("", "problem-has-sellers").with("count", below)));
        }
        let customers = owners::count(&mut tx, &person.owner_path).await?;
        match to {
            None if customers > 0 => return Err(Error::Conflict(Problem::new("to", "problem-has-customers").with("count", customers))),
            Some(to) if customers > 0 => {
                let target = target(&mut tx, caller, to).await?;
                moved = empty(&mut tx, services, &person.owner_path, &target).await?.moved;
            }
            _ => {}
        }
    }
    let gone = people::delete(&mut tx, id, &person.owner_path).await?;
    let row = &person.row;
    let before = json!({ "role": row.role.slug(), "name": row.name, "email": row.email, "username": row.username, "mobile": row.mobile });
    let after = json!({ "people": gone.len(), "customers_moved": moved });
    let change = Change {
        action: "account.delete",
        object_kind: "account",
        object_id: Some(id.0),
        before: Some(before),
        after: Some(after),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}
