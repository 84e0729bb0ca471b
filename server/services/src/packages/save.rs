//! Makes a package or changes one that nobody changed meanwhile. Its price joins the chain of its master or is refused
//! with what it runs into; the past keeps its prices. A reseller chooses name and price, what is given is his master's.

use super::{commit, invalid, json, own, seller, stale};
use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::packages::chain::Level;
use domain::packages::prices::PriceChange;
use domain::packages::views::MasterPackage;
use domain::packages::{Package, PackageDraft, PackageForm, PackageKind, Pricing, TermsField, own_fields, read_package};
use domain::people::Caller;
use domain::rights::Permission;
use domain::{Currency, MasterId, PackageId, Problem};
use storage::audit::Change;
use storage::packages::Origin;
use storage::{IspTx, audit, packages};
use uuid::Uuid;

/// Makes a package (`existing` is `None`) or changes one that still has the given version.
pub async fn save_package(
    services: &Services,
    caller: &Caller,
    existing: Option<(PackageId, i32)>,
    form: &PackageForm,
) -> Result<PackageId> {
    require(caller, if seller(caller).is_some() { Permission::PackagesRetail } else { Permission::PackagesEdit })?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let draft = read_package(form, isp.currency, today).map_err(Error::Invalid)?;
    let mut tx = services.begin(caller).await?;
    if let Some(tax) = draft.tax_profile_id
        && !packages::taxes(&mut tx, today).await?.iter().any(|known| known.id == tax)
    {
        return Err(invalid(Problem::new("tax_profile_id", "problem-choice")));
    }
    let saving = Saving { services, caller, today, currency: isp.currency };
    let (id, before) = match existing {
        None => (saving.create(&mut tx, draft).await?, None),
        Some((id, version)) => (id, Some(saving.change(&mut tx, id, version, draft).await?)),
    };
    let after = packages::find(&mut tx, id, today).await?;
    if let (Some((before, false)), Some(after)) = (&before, &after)
        && *before == (Package { version: before.version, ..after.clone() })
    {
        // Posted back as it was read: given up with the transaction.
        return Ok(id);
    }
    let before = before.map(|(before, _)| before);
    let change = Change {
        action: if before.is_some() { "package.update" } else { "package.create" },
        object_kind: "package",
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
    caller: &'a Caller,
    today: NaiveDate,
    currency: Currency,
}

impl Saving<'_> {
    async fn create(&self, tx: &mut IspTx, mut draft: PackageDraft) -> Result<PackageId> {
        let id = PackageId(Uuid::now_v7());
        let seller = seller(self.caller);
        let master = match draft.master_id {
            Some(master) => Some(self.master(tx, master).await?.filter(|master| !master.archived).ok_or_else(choose_master)?),
            None if seller.is_some() => return Err(invalid(Problem::new("master_id", "problem-master-needed"))),
            None => None,
        };
        if draft.price_from > self.today {
            return Err(invalid(Problem::new("price_from", "problem-price-first-day")));
        }
        let overridden = match &master {
            Some(master) => self.follow(&mut draft, master, None)?,
            None => Vec::new(),
        };
        packages::create(tx, id, &draft, Origin { overridden: &overridden, seller }).await?;
        self.join(tx, id, draft.master_id, draft.terms.pricing, draft.price_from).await?;
        Ok(id)
    }

    /// What it was before, and whether its price changes.
    async fn change(&self, tx: &mut IspTx, id: PackageId, version: i32, mut draft: PackageDraft) -> Result<(Package, bool)> {
        let known = packages::find(tx, id, self.today).await?.ok_or(Error::NotFound)?;
        own(self.caller, known.seller.as_ref().map(|(id, _)| *id))?;
        let old_master = known.master.as_ref().map(|(id, _)| *id);
        if old_master.is_some() && draft.master_id.is_some_and(|master| Some(master) != old_master) {
            return Err(invalid(Problem::new("master_id", "problem-master-fixed")));
        }
        draft.master_id = old_master.or(draft.master_id);
        let master = match draft.master_id {
            Some(master) => Some(self.master(tx, master).await?.ok_or_else(choose_master)?),
            None => None,
        };
        // The master's lock is taken before the package's, always.
        packages::lock(tx, id).await?;
        let before = packages::find(tx, id, self.today).await?.ok_or(Error::NotFound)?;
        if before.version != version {
            return Err(stale());
        }
        fixed(&before, &draft)?;
        let overridden = match &master {
            Some(master) => self.follow(&mut draft, master, Some(&before))?,
            None => Vec::new(),
        };
        if !packages::update(tx, id, version, &draft, &overridden).await? {
            return Err(stale());
        }
        let repriced = self.reprice(tx, id, &draft).await?;
        if old_master.is_none() {
            self.join(tx, id, draft.master_id, draft.terms.pricing, self.today).await?;
        }
        Ok((before, repriced))
    }

    async fn master(&self, tx: &mut IspTx, id: MasterId) -> Result<Option<MasterPackage>> {
        if !packages::lock_master(tx, id).await? {
            return Ok(None);
        }
        Ok(packages::find_master(tx, id, self.today).await?)
    }

    /// What is said of money and kind comes from the master; of the rest a reseller changes nothing but who sees it.
    fn follow(&self, draft: &mut PackageDraft, master: &MasterPackage, before: Option<&Package>) -> Result<Vec<TermsField>> {
        (draft.terms.kind, draft.terms.pricing) = (master.terms.kind, master.terms.pricing);
        if seller(self.caller).is_some() {
            let public = draft.terms.public;
            let kept = before.map_or(&master.terms, |before| &before.terms);
            draft.terms = domain::packages::Terms { public, ..kept.clone() };
        }
        if !draft.terms.kind.allows(draft.terms.validity) {
            return Err(invalid(units(draft.terms.kind)));
        }
        domain::packages::chain::price_suits(draft.terms.pricing, draft.price.minor).map_err(invalid)?;
        let before = before.filter(|before| before.master.is_some());
        Ok(own_fields(before.map(|before| (&before.terms, before.overridden.as_slice())), &draft.terms, &master.terms))
    }

    /// A changed price, from its day on. `false`: it is the price already.
    async fn reprice(&self, tx: &mut IspTx, id: PackageId, draft: &PackageDraft) -> Result<bool> {
        let line = packages::retail_line(tx, id).await?;
        let change = PriceChange { minor: draft.price.minor, from: draft.price_from, until: draft.price_until };
        if line.on(change.from) == Some(change.minor) && change.until.is_none() {
            return Ok(false);
        }
        let level = Level::Retail(id);
        let after = match draft.master_id.filter(|_| draft.terms.pricing == Pricing::Paid) {
            Some(master) => {
                let chain = packages::chain(tx, master, self.currency).await?;
                chain.change(level, change, self.today).map_err(Error::Invalid)?
            }
            None => line.change(change, self.today).map_err(invalid)?,
        };
        packages::write_line(tx, None, (level, None), &line, &after, self.services.now()).await?;
        Ok(true)
    }

    /// A package that comes into a chain must fit it; a reseller's needs a rate first.
    async fn join(&self, tx: &mut IspTx, id: PackageId, master: Option<MasterId>, pricing: Pricing, day: NaiveDate) -> Result<()> {
        let Some(master) = master else { return Ok(()) };
        let chain = packages::chain(tx, master, self.currency).await?;
        if let Some((_, path)) = seller(self.caller)
            && chain.cost_of(path, day).is_none()
        {
            return Err(invalid(Problem::new("master_id", "problem-rate-first")));
        }
        if pricing == Pricing::Paid { chain.joins(id, self.today).map_err(Error::Invalid) } else { Ok(()) }
    }
}

fn choose_master() -> Error {
    invalid(Problem::new("master_id", "problem-choice"))
}

fn units(kind: PackageKind) -> Problem {
    Problem::new("validity_unit", "problem-validity-unit").with("units", kind.units().join(", "))
}

/// What stays as it was first set: a trial and its price, and the kind of what somebody already holds.
fn fixed(before: &Package, draft: &PackageDraft) -> Result<()> {
    let mut problems = Vec::new();
    if before.terms.pricing == Pricing::Trial {
        if draft.terms.pricing != Pricing::Trial {
            problems.push(Problem::new("pricing", "problem-trial-fixed"));
        }
        if draft.price != before.price {
            problems.push(Problem::new("price", "problem-trial-price-locked"));
        }
    }
    if before.services > 0 {
        if draft.terms.kind != before.terms.kind && before.master.is_none() {
            problems.push(Problem::new("kind", "problem-kind-fixed").with("count", before.services));
        }
        if draft.terms.pricing != before.terms.pricing && before.terms.pricing != Pricing::Trial {
            problems.push(Problem::new("pricing", "problem-kind-fixed").with("count", before.services));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}
