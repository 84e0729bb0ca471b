//! The body of the job: rows become customers with their lines, a batch a transaction. Killed at any moment it loses the
//! batch at hand and nothing else; started twice, the second waits for the first and finds its rows done.

use super::finish::finish;
use super::rows;
use super::set_mapping::{existing, known_packages};
use crate::billing::new_line_cutoff;
use crate::billing::{Opening, opening_balances};
use crate::customers::search_text;
use crate::{Error, Result, Services, require};
use chrono::{DateTime, NaiveDate, Utc};
use domain::billing::BillingProfile;
use domain::imports::{Existing, Fate, ImportState, PackageChoice, ParsedRow, fold, password_cell, zone_problem};
use domain::packages::{PackageDraft, Terms, Validity};
use domain::people::{Caller, Zone, find_zone};
use domain::rights::Permission;
use domain::{CustomerId, ImportId, PackageId, Problem, RouterId, ServiceId};
use rand::Rng;
use std::collections::HashMap;
use storage::customers_bulk::BulkCustomer;
use storage::imports::{Import, RowFate, StoredRow};
use storage::isps::Isp;
use storage::packages::Origin;
use storage::{IspTx, billing_profiles, customers_bulk, imports, numbers, packages, router_imports, routers};
use uuid::Uuid;

/// Rows in one transaction.
pub const BATCH: i64 = 500;

/// What a batch leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    More,
    Finished,
}

/// Runs a started import to its end. Calling it for one that is not running changes nothing.
pub async fn run(services: &Services, caller: &Caller, id: ImportId) -> Result<()> {
    require(caller, Permission::CustomersImport)?;
    let mut singly = 0;
    loop {
        let mut first = None;
        let size = if singly > 0 { 1 } else { BATCH };
        match step(services, caller, id, size, &mut first).await {
            Ok(Step::Finished) => return Ok(()),
            Ok(Step::More) => singly = i64::max(0, singly - 1),
            // The job is tried again later; what is committed stays.
            Err(Error::Upstream(what)) => return Err(Error::Upstream(what)),
            Err(error) => match first {
                Some(row) if size == 1 => fail(services, caller, id, row, error).await?,
                Some(_) => singly = BATCH,
                None => return Err(error),
            },
        }
    }
}

/// One batch of at most `size` rows: what `run` repeats.
pub async fn run_batch(services: &Services, caller: &Caller, id: ImportId, size: i64) -> Result<Step> {
    require(caller, Permission::CustomersImport)?;
    step(services, caller, id, size, &mut None).await
}

async fn step(services: &Services, caller: &Caller, id: ImportId, size: i64, first: &mut Option<i32>) -> Result<Step> {
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let import = imports::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    if import.state != ImportState::Running {
        return Ok(Step::Finished);
    }
    let waiting = imports::waiting(&mut tx, id, size).await?;
    *first = waiting.first().map(|row| row.row_number);
    if waiting.is_empty() {
        finish(services, &mut tx, id, ImportState::Done).await?;
        tx.commit().await?;
        return Ok(Step::Finished);
    }
    let profile = billing_profiles::default(&mut tx).await?.ok_or(Error::NotFound)?;
    let (now, today) = (services.now(), services.today(&isp));
    let packages = packages(&mut tx, &import, today).await?;
    let router = router_imports::find(&mut tx, id).await?.map(|found| found.router);
    let batch = Batch { services, isp: &isp, import: &import, profile: &profile, packages, router, now, today };
    batch.write(&mut tx, waiting).await?;
    if import.done == 0 {
        customers_bulk::refresh_statistics(&mut tx).await?;
    }
    tx.commit().await?;
    Ok(Step::More)
}

/// Marks the row that could not be written, with the reason.
async fn fail(services: &Services, caller: &Caller, id: ImportId, row: i32, error: Error) -> Result<()> {
    let problems = match error {
        Error::Conflict(problem) => vec![problem],
        Error::Invalid(problems) => problems,
        other => {
            tracing::error!(import = %id, row, error = %other, "a row could not be imported");
            vec![Problem::new("", "import-problem-row-failed")]
        }
    };
    let mut tx = services.begin(caller).await?;
    if imports::mark_failed(&mut tx, id, row, &problems).await? {
        imports::progress(&mut tx, id, 0, 1).await?;
    }
    Ok(tx.commit().await?)
}

/// The packages that rows refer to by name: found, or made by the first batch that needs them.
async fn packages(tx: &mut IspTx, import: &Import, today: NaiveDate) -> Result<HashMap<String, PackageId>> {
    let known = known_packages(tx, today).await?;
    let mut found = HashMap::new();
    let mut created = Vec::new();
    for wanted in &import.plan.new_packages {
        let Some(price) = wanted.price.filter(|_| wanted.rows > 0) else { continue };
        let mut same: Vec<_> = known.iter().filter(|package| fold(&package.name) == wanted.key).collect();
        same.sort_by_key(|package| package.archived);
        if let Some(package) = same.first() {
            found.insert(wanted.key.clone(), package.id);
            continue;
        }
        let id = PackageId(Uuid::now_v7());
        let draft = PackageDraft {
            name: wanted.name.clone(),
            terms: Terms::plain(wanted.up_kbps, wanted.down_kbps, Validity::Months(1), price),
            price,
            price_from: today,
            price_until: None,
            tax_profile_id: None,
            master_id: None,
        };
        packages::create(tx, id, &draft, Origin::default()).await?;
        created.push(id);
        found.insert(wanted.key.clone(), id);
    }
    if !created.is_empty() {
        imports::note_packages(tx, import.id, &created).await?;
    }
    Ok(found)
}

struct Batch<'a> {
    services: &'a Services,
    isp: &'a Isp,
    import: &'a Import,
    profile: &'a BillingProfile,
    packages: HashMap<String, PackageId>,
    /// Where its lines live, when they were read from one.
    router: Option<RouterId>,
    now: DateTime<Utc>,
    today: NaiveDate,
}

impl Batch<'_> {
    async fn write(&self, tx: &mut IspTx, waiting: Vec<StoredRow>) -> Result<()> {
        let key =
            |row: &StoredRow| row.parsed.as_ref().map_or((None, None), |parsed| (Some(parsed.username.to_lowercase()), parsed.static_ip));
        let existing = existing(tx, waiting.iter().map(key)).await?;
        let (mut fresh, mut late) = (Vec::new(), Vec::new());
        for row in waiting {
            match meanwhile(&row, &existing) {
                Some(fate) => late.push(fate),
                None => fresh.push(row),
            }
        }
        let first = numbers::take(tx, "customer", fresh.len() as i64).await?;
        let mut made = Vec::with_capacity(fresh.len());
        let mut marks = Vec::with_capacity(fresh.len());
        for (row, number) in fresh.iter().zip(first..) {
            let customer = self.customer(row, number, &existing.zones)?;
            marks.push((row.row_number, customer.id, customer.service_id));
            made.push(customer);
        }
        customers_bulk::create(tx, self.import.id, self.profile.id, &made, self.now).await?;
        if self.router.is_some() {
            let lines: Vec<ServiceId> = made.iter().map(|customer| customer.service_id).collect();
            routers::place(tx, &lines, self.router).await?;
        }
        let owed = fresh.iter().zip(&made).filter_map(|(row, customer)| {
            let due = row.parsed.as_ref()?.opening_due?;
            Some(Opening { customer_id: customer.id, name: &customer.name, address: customer.address.as_deref(), due })
        });
        opening_balances(tx, self.services, self.isp, self.profile, &owed.collect::<Vec<_>>()).await?;
        imports::mark_created(tx, self.import.id, &marks).await?;
        imports::store_fates(tx, self.import.id, &late).await?;
        let failed = late.iter().filter(|row| row.fate == Fate::Failed).count();
        Ok(imports::progress(tx, self.import.id, marks.len() + late.len() - failed, failed).await?)
    }

    fn customer(&self, row: &StoredRow, number: i64, zones: &[Zone]) -> Result<BulkCustomer> {
        let parsed = row.parsed.clone().ok_or_else(|| Error::Internal(format!("row {} is new but was not understood", row.row_number)))?;
        let (id, service_id) = (CustomerId(Uuid::now_v7()), ServiceId(Uuid::now_v7()));
        let number = format!("C-{number:05}");
        let secret_sealed = self.services.keys.seal_text(service_id.0, &self.password(row, &parsed)?)?;
        let starts_on = parsed.starts_on.unwrap_or(self.today);
        let billed_until = parsed.paid_until.unwrap_or(self.today.max(starts_on));
        let mut search = search_text(&number, &parsed.name, parsed.mobile.as_deref(), parsed.email.as_deref(), &parsed.username);
        if let Some(former) = &parsed.former_number {
            search.push(' ');
            search.push_str(&former.to_lowercase());
        }
        // `meanwhile` has let through only those that are there.
        let zone = parsed.zone.as_deref().and_then(|zone| find_zone("zone", zone, zones).ok().flatten());
        Ok(BulkCustomer {
            zone,
            package_id: self.package(&parsed.package)?,
            id,
            service_id,
            number,
            search_text: search,
            name: parsed.name,
            mobile: parsed.mobile,
            email: parsed.email,
            national_id: parsed.national_id,
            address: parsed.address,
            former_number: parsed.former_number,
            note: parsed.note,
            username: parsed.username,
            secret_sealed,
            mac: parsed.mac,
            static_ip: parsed.static_ip,
            custom_price_minor: parsed.custom_price.map(|price| price.minor),
            starts_on,
            billed_until,
            cutoff_at: new_line_cutoff(self.profile, billed_until, self.isp.zone),
            blocked: parsed.blocked,
        })
    }

    fn package(&self, choice: &PackageChoice) -> Result<PackageId> {
        match choice {
            PackageChoice::Known(id) => Ok(*id),
            PackageChoice::New(key) => {
                let missing = || Error::Conflict(Problem::new("package", "import-problem-package-unknown").with("name", key));
                self.packages.get(key).copied().ok_or_else(missing)
            }
        }
    }

    fn password(&self, row: &StoredRow, parsed: &ParsedRow) -> Result<String> {
        if parsed.password_generated {
            return Ok(random_password());
        }
        let cells = rows::open(&self.services.keys, self.import.id, row.row_number, &row.cells_sealed)?;
        password_cell(&self.import.mapping, &cells)
            .ok_or_else(|| Error::Conflict(Problem::new("password", "import-problem-password-empty")))
    }
}

/// What happened to a row between preview and run: somebody else took the user name or the address.
fn meanwhile(row: &StoredRow, existing: &Existing) -> Option<RowFate> {
    let parsed = row.parsed.as_ref()?;
    let fate = |fate, problem| Some(RowFate { row_number: row.row_number, fate, parsed: None, problems: vec![problem] });
    if let Some((number, name)) = existing.usernames.get(&parsed.username.to_lowercase()) {
        return fate(Fate::Same, Problem::new("username", "import-same-as").with("number", number).with("name", name));
    }
    if let Some(problem) = parsed.zone.as_deref().and_then(|zone| zone_problem(zone, &existing.zones)) {
        return fate(Fate::Failed, problem);
    }
    let address = parsed.static_ip?;
    let holder = existing.addresses.get(&address)?;
    fate(Fate::Failed, Problem::new("static-ip", "import-problem-ip-taken").with("value", address).with("username", holder))
}

/// Ten letters and digits that nobody confuses on the phone: about 50 bits.
fn random_password() -> String {
    const LETTERS: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut random = rand::rng();
    (0..10).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
}
