//! How an ISP calls its roles (TEN-11).

use crate::{Error, Result, Services, require};
use domain::people::{Caller, RoleTitle, TitleForm};
use domain::rights::Permission;
use serde_json::{Value, json};
use storage::audit::{self, Change};
use storage::role_titles;

/// For everybody who works there: names are no secret.
pub async fn role_titles(services: &Services, caller: &Caller) -> Result<Vec<RoleTitle>> {
    let mut tx = services.begin(caller).await?;
    Ok(role_titles::all(&mut tx).await?)
}

pub async fn set_role_titles(services: &Services, caller: &Caller, form: &TitleForm) -> Result<()> {
    require(caller, Permission::PeopleManage)?;
    let titles = form.read().map_err(Error::Invalid)?;
    let mut tx = services.begin(caller).await?;
    let before = role_titles::all(&mut tx).await?;
    role_titles::replace(&mut tx, &titles).await?;
    let change = Change {
        action: "isp.role_titles",
        object_kind: "isp",
        object_id: Some(caller.isp_id.0),
        before: Some(named(&before)),
        after: Some(named(&titles)),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

fn named(titles: &[RoleTitle]) -> Value {
    titles.iter().map(|title| (TitleForm::field(title.role, &title.language), json!(title.title))).collect::<serde_json::Map<_, _>>().into()
}
