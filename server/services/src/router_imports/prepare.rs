//! Makes an import of what a router holds: what it said is kept first, then its secrets stand as rows that have been
//! judged. Whoever has looked at them starts it as any other import.

use super::read::{Whole, whole};
use crate::imports::{self, NewRows};
use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::imports::ImportOptions;
use domain::people::Caller;
use domain::rights::Permission;
use domain::router_imports::{ChoiceForm, header, mapping, row, script};
use domain::{BackupId, ImportId, PackageId, Problem, RouterId};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use storage::router_imports::Found;
use storage::routers::backups::{self, BackupRow};
use storage::{IspTx, package_routers, packages, router_imports};
use uuid::Uuid;

/// Reads the router again, keeps what it says, and judges its secrets as the form wants them.
pub async fn prepare(services: &Services, caller: &Caller, router: RouterId, form: &ChoiceForm) -> Result<ImportId> {
    require(caller, Permission::CustomersImport)?;
    require(caller, Permission::NetworkView)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let paid_until = match form.paid_until.trim() {
        "" => None,
        text => Some(text.parse::<NaiveDate>().map_err(|_| Error::Invalid(vec![Problem::new("paid_until", "problem-date")]))?),
    };
    let chosen = chosen(services, caller, form, today).await?;
    let found = whole(services, caller, router).await?;
    if found.secrets.is_empty() {
        return Err(Error::Conflict(Problem::new("", "problem-router-no-secrets").with("name", found.router.name)));
    }
    let names: BTreeMap<String, String> = chosen.iter().map(|(profile, (_, name))| (profile.clone(), name.clone())).collect();
    let rows: Vec<Vec<String>> = found.secrets.iter().map(|secret| row(secret, &names, paid_until)).collect();
    let mut read = found.read();
    for profile in &mut read.profiles {
        profile.package = chosen.get(&profile.name).map(|(id, _)| *id);
    }
    let new = NewRows { name: found.router.name.clone(), header: header(), mapping: mapping(), rows };
    let sealed = imports::seal_rows(services, new).await?;
    let id = sealed.id;
    let backup = BackupId(Uuid::now_v7());
    let mut tx = services.begin(caller).await?;
    imports::store_rows(&mut tx, services, &sealed).await?;
    keep(&mut tx, services, caller, &found, backup).await?;
    router_imports::create(&mut tx, id, &Found { router, day: today, read, backup }).await?;
    tx.commit().await?;
    let options = ImportOptions {
        create_packages: false,
        generate_passwords: form.generate_passwords,
        skip_disabled: form.skip_disabled,
        ..ImportOptions::default()
    };
    imports::set_mapping(services, caller, id, mapping(), options).await?;
    Ok(id)
}

/// Profiles with the package that was chosen for each.
async fn chosen(
    services: &Services,
    caller: &Caller,
    form: &ChoiceForm,
    today: NaiveDate,
) -> Result<BTreeMap<String, (PackageId, String)>> {
    let mut tx = services.begin(caller).await?;
    let known = packages::list(&mut tx, today).await?;
    let mut chosen = BTreeMap::new();
    for (place, (profile, package)) in form.profiles.iter().zip(&form.packages).enumerate().filter(|(_, (_, package))| !package.is_empty())
    {
        let id: Option<PackageId> = package.parse().ok();
        let found = known.iter().find(|known| Some(known.id) == id && !known.archived);
        let found = found.ok_or_else(|| Error::Invalid(vec![Problem::new(&format!("packages[{place}]"), "problem-choice")]))?;
        chosen.insert(profile.clone(), (found.id, found.name.clone()));
    }
    if chosen.is_empty() {
        return Err(Error::Invalid(vec![Problem::new("packages[0]", "problem-router-no-profile")]));
    }
    Ok(chosen)
}

/// What the router said, as a script of its own kind, sealed among its backups.
async fn keep(tx: &mut IspTx, services: &Services, caller: &Caller, found: &Whole, id: BackupId) -> Result<()> {
    let text = script(&found.pools, &found.profiles, &found.secrets);
    let row = BackupRow {
        id,
        router_id: found.router.id,
        kind: "export".into(),
        reason: "import".into(),
        taken_at: services.now(),
        taken_by: caller.actor_name().to_string(),
        routeros: None,
        serial: None,
        name: format!("{}-subscribers.rsc", found.router.name.chars().take(60).collect::<String>()),
        bytes: i64::try_from(text.len()).unwrap_or(i64::MAX),
        digest: Sha256::digest(text.as_bytes()).to_vec(),
        on_router: None,
    };
    let sealed = services.keys.seal_text(id.0, &text)?;
    Ok(backups::add(tx, &row, &sealed).await?)
}

/// What the person said of profiles and packages is from now on what each package is on that router.
pub(crate) async fn know_packages(tx: &mut IspTx, import: ImportId) -> Result<()> {
    let Some(found) = router_imports::find(tx, import).await? else { return Ok(()) };
    for profile in &found.read.profiles {
        if let Some(package) = profile.package {
            let pool = found.read.pool_of(profile).map(|pool| pool.name.as_str());
            package_routers::add(tx, package, found.router, &profile.name, pool).await?;
        }
    }
    Ok(())
}
