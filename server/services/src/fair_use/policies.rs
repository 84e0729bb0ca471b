//! Policies of fair use. Editing adds a version: what was decided under an earlier one stays as it was, and lines are
//! looked at under the new one within a minute.

use crate::{Error, Result, Services, require};
use chrono::{DateTime, Utc};
use domain::fair_use::{FairUseForm, Policy, PolicyRow, read_fair_use};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{FairUseId, PackageId, Problem};
use storage::audit::Change;
use storage::{audit, fair_use as sql, packages};
use uuid::Uuid;

/// Every policy, those that are out of use last.
pub async fn policies(services: &Services, caller: &Caller) -> Result<Vec<PolicyRow>> {
    require(caller, Permission::PackagesView)?;
    let mut tx = services.begin(caller).await?;
    Ok(sql::policies(&mut tx).await?)
}

/// What a policy said at some time: version, since when, and the rules.
pub type Version = (i32, DateTime<Utc>, Policy);

/// One policy with what it said before, the newest first.
pub async fn policy(services: &Services, caller: &Caller, id: FairUseId) -> Result<(PolicyRow, Vec<Version>)> {
    require(caller, Permission::PackagesView)?;
    let mut tx = services.begin(caller).await?;
    let row = sql::policies(&mut tx).await?.into_iter().find(|row| row.id == id).ok_or(Error::NotFound)?;
    let versions = sql::versions(&mut tx, id).await?;
    Ok((row, versions))
}

fn same(before: &[PackageId], chosen: &[PackageId]) -> bool {
    let sorted = |ids: &[PackageId]| ids.iter().copied().collect::<std::collections::BTreeSet<_>>();
    sorted(before) == sorted(chosen)
}

/// Writes a policy, new or with new words, and which packages have it.
pub async fn save_policy(
    services: &Services,
    caller: &Caller,
    id: Option<FairUseId>,
    form: &FairUseForm,
    chosen: &[PackageId],
) -> Result<FairUseId> {
    require(caller, Permission::PackagesEdit)?;
    let (name, policy) = read_fair_use(form).map_err(Error::Invalid)?;
    let isp = services.isp(caller.isp_id).await?;
    let (now, today) = (services.now(), services.today(&isp));
    let mut tx = services.begin(caller).await?;
    let known = packages::list(&mut tx, today).await?;
    if chosen.iter().any(|id| !known.iter().any(|package| package.id == *id)) {
        return Err(Error::Invalid(vec![Problem::new("packages", "problem-choice")]));
    }
    let all = sql::policies(&mut tx).await?;
    if all.iter().any(|other| Some(other.id) != id && other.name.to_lowercase() == name.to_lowercase()) {
        return Err(Error::Invalid(vec![Problem::new("name", "problem-name-taken")]));
    }
    let before = id.and_then(|id| all.iter().find(|row| row.id == id));
    let id = match (id, before) {
        (None, _) => {
            let id = FairUseId(Uuid::now_v7());
            sql::create(&mut tx, id, &name, &policy, now).await?;
            id
        }
        (Some(_), None) => return Err(Error::NotFound),
        // Posted back as it was read, it is no change.
        (Some(id), Some(row))
            if row.version == form.version && (&row.name, &row.policy) == (&name, &policy) && same(&row.packages, chosen) =>
        {
            return Ok(id);
        }
        (Some(id), Some(_)) => {
            if !sql::update(&mut tx, id, form.version, &name, &policy, now).await? {
                return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
            }
            id
        }
    };
    sql::set_packages(&mut tx, id, chosen).await?;
    let told =
        |name: &str, policy: &Policy, packages: &[PackageId]| serde_json::json!({ "name": name, "rules": policy, "packages": packages });
    let change = Change {
        action: "fair_use.save",
        object_kind: "fair_use_policy",
        object_id: Some(id.0),
        before: before.map(|row| told(&row.name, &row.policy, &row.packages)),
        after: Some(told(&name, &policy, chosen)),
        ..Change::default()
    };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(id)
}

/// Takes a policy out of use, off every package; or brings it back.
pub async fn archive_policy(services: &Services, caller: &Caller, id: FairUseId, archived: bool) -> Result<()> {
    require(caller, Permission::PackagesEdit)?;
    let mut tx = services.begin(caller).await?;
    if archived {
        sql::set_packages(&mut tx, id, &[]).await?;
    }
    if !sql::set_archived(&mut tx, id, archived).await? {
        return Err(Error::NotFound);
    }
    let after = Some(serde_json::json!({ "archived": archived }));
    let change = Change { action: "fair_use.archive", object_kind: "fair_use_policy", object_id: Some(id.0), after, ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}
