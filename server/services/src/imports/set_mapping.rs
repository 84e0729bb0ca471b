//! The columns are named; every row gets its fate. Two walks over the file: one learns what only all rows together can
//! tell, one judges. The outcome is written in one transaction, so a preview is never half of one and half of another.

use super::upload::signature;
use super::{in_state, rows};
use crate::{Error, Result, Services, require};
use chrono::NaiveDate;
use domain::imports::{
    Decider, Existing, Fate, FateTotals, Field, ImportOptions, ImportState, KnownPackage, Mapping, Plan, Survey, SurveyedBook, remember,
};
use domain::money::Currency;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{ImportId, Problem};
use std::collections::{BTreeMap, BTreeSet};
use storage::audit::Change;
use storage::imports::{Import, RowFate};
use storage::{IspTx, audit, customers_bulk, imports, packages};

/// Rows held in memory at once.
const CHUNK: i64 = 2_000;

/// Takes the person's mapping and options, remembers the mapping for the next file of this make, and judges every row.
pub async fn set_mapping(
    services: &Services,
    caller: &Caller,
    id: ImportId,
    mapping: Mapping,
    options: ImportOptions,
) -> Result<FateTotals> {
    require(caller, Permission::CustomersImport)?;
    let isp = services.isp(caller.isp_id).await?;
    let now = services.now();
    let mut tx = services.begin(caller).await?;
    let import = imports::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    in_state(&import, &[ImportState::Mapping, ImportState::Previewing, ImportState::Previewed])?;
    let known = known_packages(&mut tx, services.today(&isp)).await?;
    check(&import, &mapping, &options, &known)?;
    imports::choose(&mut tx, id, &mapping, &options).await?;
    imports::remember(&mut tx, &signature(&import.header), &remember(&import.header, &mapping), now).await?;
    tx.commit().await?;

    let mut tx = services.begin(caller).await?;
    let import = imports::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    in_state(&import, &[ImportState::Previewing])?;
    let judge = Judge { services, import: &import, currency: isp.currency, today: services.today(&isp) };
    let (plan, book) = judge.survey(&mut tx, known).await?;
    let (plan, totals) = judge.decide(&mut tx, &plan, &book).await?;
    imports::finish_preview(&mut tx, id, &plan, totals).await?;
    let after = serde_json::json!({ "mapping": import.mapping, "options": import.options, "totals": totals });
    let change =
        Change { action: "imports.mapping", object_kind: "import", object_id: Some(id.0), after: Some(after), ..Change::default() };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(totals)
}

pub(super) async fn known_packages(tx: &mut IspTx, today: NaiveDate) -> Result<Vec<KnownPackage>> {
    let known = |package: domain::packages::Package| KnownPackage {
        id: package.id,
        name: package.name,
        up_kbps: package.terms.up_kbps,
        down_kbps: package.terms.down_kbps,
        price: package.price,
        archived: package.archived,
    };
    Ok(packages::list(tx, today).await?.into_iter().map(known).collect())
}

fn check(import: &Import, mapping: &Mapping, options: &ImportOptions, known: &[KnownPackage]) -> Result<()> {
    let mut problems = Vec::new();
    if mapping.len() != import.header.len() {
        problems.push(Problem::new("mapping", "problem-form-stale"));
    }
    let mut seen = BTreeSet::new();
    for field in mapping.iter().flatten() {
        if !seen.insert(*field) {
            problems.push(Problem::new(field.slug(), "import-problem-field-twice"));
        }
    }
    if !seen.contains(&Field::Username) {
        problems.push(Problem::new(Field::Username.slug(), "import-problem-username-unmapped"));
    }
    if options.default_package.is_some_and(|id| known.iter().all(|package| package.id != id)) {
        problems.push(Problem::new("default_package", "problem-choice"));
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}

struct Judge<'a> {
    services: &'a Services,
    import: &'a Import,
    currency: Currency,
    today: NaiveDate,
}

impl Judge<'_> {
    /// The rows after one, opened.
    async fn chunk(&self, tx: &mut IspTx, after: i32) -> Result<Vec<(i32, Vec<String>)>> {
        let sealed = imports::cells_after(tx, self.import.id, after, CHUNK).await?;
        let open = |(number, cells): (i32, Vec<u8>)| Ok((number, rows::open(&self.services.keys, self.import.id, number, &cells)?));
        sealed.into_iter().map(open).collect()
    }

    async fn survey(&self, tx: &mut IspTx, known: Vec<KnownPackage>) -> Result<(Plan, SurveyedBook)> {
        let mut survey = Survey::new(self.import.mapping.clone(), self.import.options.clone(), known, self.currency);
        let mut after = i32::MIN;
        loop {
            let chunk = self.chunk(tx, after).await?;
            let Some((last, _)) = chunk.last() else { return Ok(survey.finish()) };
            after = *last;
            chunk.iter().for_each(|(_, cells)| survey.observe(cells));
            tokio::task::yield_now().await;
        }
    }

    async fn decide(&self, tx: &mut IspTx, plan: &Plan, book: &SurveyedBook) -> Result<(Plan, FateTotals)> {
        let mut decider = Decider::new(&self.import.mapping, &self.import.options, plan, book, self.currency, self.today);
        let mut totals: BTreeMap<Fate, i64> = BTreeMap::new();
        let mut after = i32::MIN;
        loop {
            let chunk = self.chunk(tx, after).await?;
            let Some((last, _)) = chunk.last() else { break };
            after = *last;
            let keys: Vec<_> = chunk.iter().map(|(_, cells)| decider.keys(cells)).collect();
            let existing = existing(tx, keys).await?;
            let mut fates = Vec::with_capacity(chunk.len());
            for (number, cells) in &chunk {
                let decided = decider.decide(number.cast_unsigned(), cells, &existing);
                *totals.entry(decided.fate).or_default() += 1;
                fates.push(RowFate { row_number: *number, fate: decided.fate, parsed: decided.parsed, problems: decided.problems });
            }
            imports::store_fates(tx, self.import.id, &fates).await?;
        }
        let mut counted = FateTotals::default();
        totals.into_iter().for_each(|(fate, rows)| counted.set(fate, rows));
        Ok((decider.finish(), counted))
    }
}

/// What the ISP already has of these user names (lower case) and addresses.
pub(super) async fn existing(
    tx: &mut IspTx,
    keys: impl IntoIterator<Item = (Option<String>, Option<std::net::IpAddr>)>,
) -> Result<Existing> {
    let (usernames, addresses): (Vec<_>, Vec<_>) = keys.into_iter().unzip();
    let usernames: Vec<String> = usernames.into_iter().flatten().collect();
    let addresses: Vec<_> = addresses.into_iter().flatten().collect();
    let usernames = customers_bulk::usernames_taken(tx, &usernames).await?;
    let addresses = if addresses.is_empty() { Vec::new() } else { customers_bulk::addresses_taken(tx, &addresses).await? };
    let caller = tx.caller().clone();
    let zones = crate::accounts::zones_of(tx, &caller).await?;
    Ok(Existing {
        zones,
        usernames: usernames.into_iter().map(|(username, number, name)| (username, (number, name))).collect(),
        addresses: addresses.into_iter().collect(),
    })
}
