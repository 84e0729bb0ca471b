//! Master packages. A change of one alters no package made of it: each package whose inherited fields would change gets a
//! proposal, which somebody accepts or declines.

use super::{commit, invalid, json, stale};
use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::packages::chain::Level;
use domain::packages::prices::{PriceChange, PriceLine};
use domain::packages::views::{MasterPackage, ProposalState};
use domain::packages::{MasterDraft, PackageForm, inherit, read_master};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Currency, MasterId, Problem, ProposalId};
use storage::audit::Change;
use storage::{IspTx, audit, packages};
use uuid::Uuid;

/// Makes a master package or changes one that still has the given version. The form's price is the ceiling.
pub async fn save_master(
    services: &Services,
    caller: &Caller,
    existing: Option<(MasterId, i32)>,
    form: &PackageForm,
    cost: &str,
) -> Result<MasterId> {
    require(caller, Permission::PackagesMaster)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let draft = read_master(form, cost, isp.currency, today).map_err(Error::Invalid)?;
    let mut tx = services.begin(caller).await?;
    let saving = Saving { services, today, currency: isp.currency };
    let (id, before) = match existing {
        None => {
            let id = MasterId(Uuid::now_v7());
            packages::create_master(&mut tx, id, &draft).await?;
            (id, None)
        }
        Some((id, version)) => (id, Some(saving.change(&mut tx, id, version, &draft).await?)),
    };
    let repriced = saving.price(&mut tx, id, &draft).await?;
    let after = packages::find_master(&mut tx, id, today).await?;
    if let (Some(before), Some(after), false) = (&before, &after, repriced)
        && *before == (MasterPackage { version: before.version, ..after.clone() })
    {
        // Posted back as it was read: given up with the transaction.
        return Ok(id);
    }
    let change = Change {
        action: if before.is_some() { "master.update" } else { "master.create" },
        object_kind: "master_package",
        object_id: Some(id.0),
        before: before.as_ref().and_then(json),
        after: after.as_ref().and_then(json),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    commit(tx).await?;
    Ok(id)
}

struct Saving<'a> {
    services: &'a Services,
    today: NaiveDate,
    currency: Currency,
}

impl Saving<'_> {
    async fn change(&self, tx: &mut IspTx, id: MasterId, version: i32, draft: &MasterDraft) -> Result<MasterPackage> {
        packages::lock_master(tx, id).await?;
        let before = packages::find_master(tx, id, self.today).await?.ok_or(Error::NotFound)?;
        let mut problems = Vec::new();
        if before.packages > 0 {
            for (field, same) in [("kind", before.terms.kind == draft.terms.kind), ("pricing", before.terms.pricing == draft.terms.pricing)]
            {
                if !same {
                    problems.push(Problem::new(field, "problem-master-kind-fixed").with("count", before.packages));
                }
            }
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        if !packages::update_master(tx, id, version, &draft.name, &draft.terms).await? {
            return Err(stale());
        }
        self.propose(tx, id, version + 1, draft).await?;
        Ok(before)
    }

    /// To each package of the master that would look different.
    async fn propose(&self, tx: &mut IspTx, id: MasterId, version: i32, draft: &MasterDraft) -> Result<()> {
        let now = self.services.now();
        let children = packages::list(tx, self.today).await?;
        for package in children.into_iter().filter(|package| package.master.as_ref().is_some_and(|(master, _)| *master == id)) {
            packages::set_proposal_state(tx, package.id, None, ProposalState::Superseded, now).await?;
            let after = inherit(&package.terms, &draft.terms, &package.overridden);
            if after != package.terms {
                let proposal = ProposalId(Uuid::now_v7());
                packages::create_proposal(tx, proposal, package.id, (id, version), (&package.terms, &after), now).await?;
            }
        }
        Ok(())
    }

    /// Cost and ceiling, from their day on. Whichever goes up first makes room for the other. `false`: they are that
    /// already.
    async fn price(&self, tx: &mut IspTx, id: MasterId, draft: &MasterDraft) -> Result<bool> {
        let chain = packages::chain(tx, id, self.currency).await?;
        let old_ceiling = chain.on(Level::Ceiling, draft.price_from);
        let falling = old_ceiling.is_some_and(|old| draft.ceiling.minor < old.minor);
        let ceiling = (Level::Ceiling, draft.ceiling.minor, "price");
        let cost = (Level::IspCost, draft.cost.minor, "cost");
        let mut changed = false;
        for (level, minor, field) in if falling { [cost, ceiling] } else { [ceiling, cost] } {
            changed |= self.level(tx, id, level, PriceChange { minor, from: draft.price_from, until: draft.price_until }, field).await?;
        }
        Ok(changed)
    }

    async fn level(&self, tx: &mut IspTx, id: MasterId, level: Level, change: PriceChange, field: &str) -> Result<bool> {
        let chain = packages::chain(tx, id, self.currency).await?;
        let before = chain.link(level).map_or_else(PriceLine::default, |link| link.line.clone());
        if before.on(change.from) == Some(change.minor) && change.until.is_none() {
            return Ok(false);
        }
        // A price that nothing went before holds until further notice.
        let change = PriceChange { until: change.until.filter(|_| !before.is_empty()), ..change };
        let after = chain.change(level, change, self.today).map_err(|problems| beside(problems, field))?;
        packages::write_line(tx, Some(id), (level, None), &before, &after, self.services.now()).await?;
        Ok(true)
    }
}

/// The chain speaks of a price; here there are two.
fn beside(problems: Vec<Problem>, field: &str) -> Error {
    let named = |problem: Problem| if problem.field == "price" { Problem { field: field.into(), ..problem } } else { problem };
    Error::Invalid(problems.into_iter().map(named).collect())
}

/// No new packages are made of it, or again. Those there are go on.
pub async fn archive_master(services: &Services, caller: &Caller, id: MasterId, archived: bool) -> Result<()> {
    require(caller, Permission::PackagesMaster)?;
    let mut tx = services.begin(caller).await?;
    if !packages::archive_master(&mut tx, id, archived).await? {
        return Err(Error::NotFound);
    }
    let action = if archived { "master.archive" } else { "master.restore" };
    audit::record(&mut tx, services.now(), Change { action, object_kind: "master_package", object_id: Some(id.0), ..Change::default() })
        .await?;
    commit(tx).await
}

/// Removes a master that nothing was made of and nobody has a rate for.
pub async fn delete_master(services: &Services, caller: &Caller, id: MasterId) -> Result<()> {
    require(caller, Permission::PackagesMaster)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    packages::lock_master(&mut tx, id).await?;
    let master = packages::find_master(&mut tx, id, services.today(&isp)).await?.ok_or(Error::NotFound)?;
    if master.packages > 0 || master.rates > 0 {
        let problem = Problem::new("", "problem-master-used").with("packages", master.packages).with("rates", master.rates);
        return Err(Error::Conflict(problem));
    }
    if !packages::delete_master(&mut tx, id).await? {
        return Err(invalid(Problem::new("", "problem-choice")));
    }
    let change = Change {
        action: "master.delete",
        object_kind: "master_package",
        object_id: Some(id.0),
        before: json(&master),
        ..Change::default()
    };
    audit::record(&mut tx, services.now(), change).await?;
    commit(tx).await
}
