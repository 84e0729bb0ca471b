//! What stands beside a service on its bills: dated prices and taxes, packages it had, holds, add-ons, discounts. Read
//! for a whole batch at once.

use crate::db::currency;
use crate::error::known;
use crate::{IspTx, Result};
use chrono::NaiveDate;
use domain::Currency;
use domain::billing::{Addon, AgreedPrice, DatedRate, Discount, DiscountRule, ProfileKind, TaxTerms, Term, charging};
use domain::calendar::Period;
use domain::packages::{PackageKind, Validity};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

struct Package {
    name: Arc<str>,
    currency: Currency,
    validity: Validity,
    price_minor: i64,
    tax_profile_id: Option<Uuid>,
    kind: PackageKind,
}

struct Change {
    effective_on: NaiveDate,
    from_package: Uuid,
    from_custom: Option<i64>,
    to_package: Uuid,
    to_custom: Option<i64>,
}

/// The facts of a batch, by service.
pub struct Facts {
    packages: HashMap<Uuid, Package>,
    taxes: HashMap<Uuid, Arc<TaxTerms>>,
    prices: HashMap<Uuid, Arc<[(NaiveDate, i64)]>>,
    changes: HashMap<Uuid, Vec<Change>>,
    pub agreed: HashMap<Uuid, Vec<AgreedPrice>>,
    pub held: HashMap<Uuid, Vec<Period>>,
    pub addons: HashMap<Uuid, Vec<Addon>>,
    pub discounts: HashMap<Uuid, Vec<Discount>>,
}

impl Facts {
    pub fn tax(&self, profile: Option<Uuid>) -> Option<Arc<TaxTerms>> {
        self.taxes.get(&profile?).cloned()
    }

    pub fn prices(&self, package: Uuid, price_minor: i64) -> Arc<[(NaiveDate, i64)]> {
        self.prices.get(&package).cloned().unwrap_or_else(|| Arc::from([(NaiveDate::MIN, price_minor)]))
    }

    pub fn term(&self, package: Uuid, custom_minor: Option<i64>, from: NaiveDate, profile: ProfileKind) -> Option<Term> {
        let found = self.packages.get(&package)?;
        Some(Term {
            from,
            description: found.name.clone(),
            currency: found.currency,
            validity: found.validity,
            custom_minor,
            prices: self.prices(package, found.price_minor),
            tax: self.tax(found.tax_profile_id),
            tax_profile: found.tax_profile_id.map(Into::into),
            charging: charging(profile, found.kind, found.validity),
        })
    }

    /// The packages of a service from the first day on that nothing covers. A change that is planned is one of them on
    /// its day, whether or not it was carried out on the network yet.
    pub fn terms(&self, service: Uuid, current: Term, billed_until: NaiveDate, profile: ProfileKind) -> Vec<Term> {
        let open: Vec<&Change> =
            self.changes.get(&service).into_iter().flatten().filter(|change| change.effective_on >= billed_until).collect();
        let Some(first) = open.first() else { return vec![current] };
        let before = self.term(first.from_package, first.from_custom, current.from, profile);
        let after = open.iter().filter_map(|change| self.term(change.to_package, change.to_custom, change.effective_on, profile));
        before.into_iter().chain(after).collect()
    }
}

/// Reads the facts of these services.
pub async fn facts(tx: &mut IspTx, services: &[Uuid]) -> Result<Facts> {
    Facts {
        packages: packages(tx).await?,
        taxes: taxes(tx).await?,
        prices: prices(tx).await?,
        changes: changes(tx, services).await?,
        agreed: agreed(tx, services).await?,
        held: held(tx, services).await?,
        addons: HashMap::new(),
        discounts: discounts(tx, services).await?,
    }
    .with_addons(tx, services)
    .await
}

async fn packages(tx: &mut IspTx) -> Result<HashMap<Uuid, Package>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select id, name, kind, currency, validity_unit, validity_count, price_minor, tax_profile_id from package where isp_id = $1",
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let package = Package {
                name: Arc::from(row.name),
                currency: currency(&row.currency)?,
                validity: known(Validity::read(&row.validity_unit, row.validity_count.unsigned_abs()), "validity", &row.validity_unit)?,
                price_minor: row.price_minor,
                tax_profile_id: row.tax_profile_id,
                kind: known(PackageKind::from_slug(&row.kind), "package kind", &row.kind)?,
            };
            Ok((row.id, package))
        })
        .collect()
}

async fn prices(tx: &mut IspTx) -> Result<HashMap<Uuid, Arc<[(NaiveDate, i64)]>>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select package_id, valid_from, amount_minor from package_price where isp_id = $1 order by package_id, valid_from",
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    let mut prices: HashMap<Uuid, Vec<(NaiveDate, i64)>> = HashMap::new();
    for row in rows {
        prices.entry(row.package_id).or_default().push((row.valid_from, row.amount_minor));
    }
    Ok(prices.into_iter().map(|(id, prices)| (id, Arc::from(prices))).collect())
}

/// Every tax profile of the ISP with its rates.
pub async fn taxes(tx: &mut IspTx) -> Result<HashMap<Uuid, Arc<TaxTerms>>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select t.id, t.inclusive, r.name as "name?", r.from_on as "from_on?", r.until_on, r.rate as "rate?"
           from tax_profile t left join tax_rate r on r.isp_id = $1 and r.tax_profile_id = t.id
           where t.isp_id = $1 order by t.id, r.from_on, r.name"#,
        isp
    )
    .fetch_all(tx.conn())
    .await?;
    let mut taxes: HashMap<Uuid, TaxTerms> = HashMap::new();
    for row in rows {
        let terms = taxes.entry(row.id).or_default();
        terms.inclusive = row.inclusive;
        if let (Some(name), Some(from_on), Some(rate)) = (row.name, row.from_on, row.rate) {
            terms.rates.push(DatedRate { name, from_on, until_on: row.until_on, rate });
        }
    }
    Ok(taxes.into_iter().map(|(id, terms)| (id, Arc::new(terms))).collect())
}

async fn changes(tx: &mut IspTx, services: &[Uuid]) -> Result<HashMap<Uuid, Vec<Change>>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select service_id, effective_on, from_package_id, from_custom_minor, to_package_id, to_custom_minor from service_change
         where isp_id = $1 and service_id = any($2) and state <> 'cancelled' order by service_id, effective_on, requested_at, id",
        isp,
        services
    )
    .fetch_all(tx.conn())
    .await?;
    let mut changes: HashMap<Uuid, Vec<Change>> = HashMap::new();
    for row in rows {
        changes.entry(row.service_id).or_default().push(Change {
            effective_on: row.effective_on,
            from_package: row.from_package_id,
            from_custom: row.from_custom_minor,
            to_package: row.to_package_id,
            to_custom: row.to_custom_minor,
        });
    }
    Ok(changes)
}

async fn agreed(tx: &mut IspTx, services: &[Uuid]) -> Result<HashMap<Uuid, Vec<AgreedPrice>>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select service_id, starts_on as "starts_on!", ends_on, price_minor as "price_minor!" from service_override
           where isp_id = $1 and service_id = any($2) and kind = 'price' order by service_id, starts_on desc"#,
        isp,
        services
    )
    .fetch_all(tx.conn())
    .await?;
    let mut agreed: HashMap<Uuid, Vec<AgreedPrice>> = HashMap::new();
    for row in rows {
        let price = AgreedPrice { from: row.starts_on, until: row.ends_on, price_minor: row.price_minor };
        agreed.entry(row.service_id).or_default().push(price);
    }
    Ok(agreed)
}

async fn held(tx: &mut IspTx, services: &[Uuid]) -> Result<HashMap<Uuid, Vec<Period>>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        r#"select service_id as "service_id!", from_on as "from_on!", to_on as "to_on!" from (
             select service_id, from_on, to_on from service_hold where isp_id = $1 and service_id = any($2) and state <> 'cancelled'
             union all
             select service_id, from_on, to_on from service_pause where isp_id = $1 and service_id = any($2)) v"#,
        isp,
        services
    )
    .fetch_all(tx.conn())
    .await?;
    let mut held: HashMap<Uuid, Vec<Period>> = HashMap::new();
    for row in rows {
        held.entry(row.service_id).or_default().extend(Period::new(row.from_on, row.to_on));
    }
    Ok(held)
}

async fn discounts(tx: &mut IspTx, services: &[Uuid]) -> Result<HashMap<Uuid, Vec<Discount>>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select id, service_id, percent, amount_minor, starts_on, ends_on, reason from discount
         where isp_id = $1 and service_id = any($2) order by service_id, percent is null, created_at, id",
        isp,
        services
    )
    .fetch_all(tx.conn())
    .await?;
    let mut discounts: HashMap<Uuid, Vec<Discount>> = HashMap::new();
    for row in rows {
        let rule = match row.percent {
            Some(percent) => DiscountRule::Percent { percent, most_minor: row.amount_minor },
            None => DiscountRule::Fixed { amount_minor: row.amount_minor.unwrap_or(0) },
        };
        let discount = Discount { id: row.id.into(), rule, reason: row.reason, starts_on: row.starts_on, ends_on: row.ends_on };
        discounts.entry(row.service_id).or_default().push(discount);
    }
    Ok(discounts)
}

impl Facts {
    async fn with_addons(mut self, tx: &mut IspTx, services: &[Uuid]) -> Result<Self> {
        let isp = tx.isp();
        let rows = sqlx::query!(
            "select id, service_id, name, quantity, price_minor, tax_profile_id, starts_on, ends_on from service_addon
             where isp_id = $1 and service_id = any($2) order by service_id, created_at, id",
            isp,
            services
        )
        .fetch_all(tx.conn())
        .await?;
        for row in rows {
            let addon = Addon {
                id: row.id.into(),
                name: row.name,
                quantity: row.quantity,
                price_minor: row.price_minor,
                tax: self.tax(row.tax_profile_id),
                starts_on: row.starts_on,
                ends_on: row.ends_on,
            };
            self.addons.entry(row.service_id).or_default().push(addon);
        }
        Ok(self)
    }
}

/// How many periods of each service were charged that began on or after a day.
pub async fn charged_since(tx: &mut IspTx, services: &[(Uuid, NaiveDate)]) -> Result<HashMap<Uuid, u16>> {
    if services.is_empty() {
        return Ok(HashMap::new());
    }
    let isp = tx.isp();
    let (ids, days): (Vec<_>, Vec<_>) = services.iter().copied().unzip();
    let rows = sqlx::query!(
        r#"select w.id as "id!", count(*) as "n!" from unnest($2::uuid[], $3::date[]) as w (id, day)
           join invoice_line l on l.isp_id = $1 and l.service_id = w.id and l.kind = 'recurring' and not l.void and l.period_start >= w.day
           group by w.id"#,
        isp,
        &ids,
        &days
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, u16::try_from(row.n).unwrap_or(u16::MAX))).collect())
}
