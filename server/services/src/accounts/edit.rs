//! Changes what is said of a person: his name, what he signs in with, his language. His role and his place stay; rights
//! are another matter.

use super::scope::{managed, require_some_management};
use crate::{Error, Result, Services};
use domain::people::{Caller, PersonDetail, PersonEdit, PersonForm};
use domain::{AccountId, Problem};
use serde_json::{Value, json};
use storage::audit::{self, Change};
use storage::people;

pub async fn update_person(services: &Services, caller: &Caller, id: AccountId, version: i32, form: &PersonForm) -> Result<()> {
    require_some_management(caller)?;
    let mut tx = services.begin(caller).await?;
    let before = managed(&mut tx, caller, id).await?;
    let edit = form.read_edit().map_err(Error::Invalid)?;
    if !people::update(&mut tx, id, &edit, version).await? {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    let change = Change {
        action: "account.update",
        object_kind: "account",
        object_id: Some(id.0),
        before: Some(was(&before)),
        after: Some(is(&edit)),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

fn was(person: &PersonDetail) -> Value {
    let row = &person.row;
    json!({ "name": row.name, "email": row.email, "username": row.username, "mobile": row.mobile, "language": person.language })
}

fn is(edit: &PersonEdit) -> Value {
    json!({ "name": edit.name, "email": edit.email, "username": edit.username, "mobile": edit.mobile, "language": edit.language })
}
