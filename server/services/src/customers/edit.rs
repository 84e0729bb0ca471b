//! Changing what is said of a subscriber: a page and a program send the same form. Lines, terms and owners are changed
//! elsewhere.

use super::create::{read_name, search_text};
use crate::accounts::zones_of;
use crate::{Error, Result, Services, require};
use domain::people::{Caller, email, find_zone, holding};
use domain::places::Place;
use domain::rights::Permission;
use domain::{CustomerId, Problem, ZoneId, customers as rules};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use storage::audit::{self, Change};
use storage::customer_facts::{self, Facts};
use storage::{IspTx, zones};

/// Instead of a zone: the one whose shape holds the place.
pub const BY_PLACE: &str = "place";

/// What the form sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerEdit {
    pub name: String,
    pub mobile: String,
    pub email: String,
    pub national_id: String,
    pub address: String,
    /// Id, name or path of a zone, `place`, or nothing.
    pub zone: String,
    pub latitude: String,
    pub longitude: String,
}

/// Saves over the version that was read; the same once more changes nothing.
pub async fn update_customer(services: &Services, caller: &Caller, id: CustomerId, version: i32, form: &CustomerEdit) -> Result<()> {
    require(caller, Permission::CustomersUpdate)?;
    let mut tx = services.begin(caller).await?;
    let (before, named) = customer_facts::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let after = read(&mut tx, caller, form).await?;
    if named.version != version {
        return Err(Error::Conflict(Problem::new("", "problem-changed-meanwhile")));
    }
    if after != before {
        let mut search =
            search_text(&named.number, &after.name, after.mobile.as_deref(), after.email.as_deref(), &named.usernames.join(" "));
        if let Some(former) = &named.former_number {
            search.push(' ');
            search.push_str(&former.to_lowercase());
        }
        customer_facts::save(&mut tx, id, &after, &search).await?;
        let (before, after) = differences(&before, &after);
        let change = Change {
            action: "customer.update",
            object_kind: "customer",
            object_id: Some(id.0),
            customer_id: Some(id.0),
            before: Some(before),
            after: Some(after),
        };
        audit::record(&mut tx, services.now(), change).await?;
    }
    Ok(tx.commit().await?)
}

async fn read(tx: &mut IspTx, caller: &Caller, form: &CustomerEdit) -> Result<Facts> {
    let mut problems = Vec::new();
    let name = read_name(&form.name).map_err(|problem| problems.push(problem)).unwrap_or_default();
    let mobile = match form.mobile.trim() {
        "" => None,
        text => rules::phone(text).map_err(|problem| problems.push(problem)).ok(),
    };
    let email = match form.email.trim() {
        "" => None,
        text => email(text).map_err(|problem| problems.push(problem)).ok(),
    };
    let mut text = |field: &str, text: &str, most: usize| {
        if text.trim().chars().count() > most {
            problems.push(Problem::new(field, "problem-too-long").with("most", most));
        }
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let (national_id, address) = (text("national_id", &form.national_id, 40), text("address", &form.address, 500));
    let found = lies(tx, caller, &form.zone, &form.latitude, &form.longitude).await?;
    let (zone, place) = found.unwrap_or_else(|found| {
        problems.extend(found);
        (None, None)
    });
    if problems.is_empty() { Ok(Facts { name, mobile, email, national_id, address, zone, place }) } else { Err(Error::Invalid(problems)) }
}

/// Where somebody lies: in a zone that the caller may choose, and on the map.
pub(super) async fn lies(
    tx: &mut IspTx,
    caller: &Caller,
    zone: &str,
    latitude: &str,
    longitude: &str,
) -> Result<std::result::Result<(Option<ZoneId>, Option<Place>), Vec<Problem>>> {
    let mut problems = Vec::new();
    let place = Place::read(latitude, longitude).unwrap_or_else(|found| {
        problems.extend(found);
        None
    });
    let zone = zone.trim();
    let all = if zone.is_empty() { Vec::new() } else { zones_of(tx, caller).await? };
    let found = match (zone, place) {
        (BY_PLACE, Some(place)) => {
            holding(place, &all).map(|zone| Some(zone.id)).ok_or_else(|| Problem::new("zone", "problem-zone-nowhere"))
        }
        (BY_PLACE, None) => Err(Problem::new("zone", "problem-zone-no-place")),
        (text, _) => find_zone("zone", text, &all),
    };
    let zone = found.unwrap_or_else(|problem| {
        problems.push(problem);
        None
    });
    // Whoever is held to zones puts nobody where he would not see him again.
    let zone = zone.or_else(|| zones::of_new_customer(tx));
    if zone.is_none() && caller.bounds.zones.is_some() && problems.is_empty() {
        problems.push(Problem::new("zone", "problem-choice"));
    }
    Ok(if problems.is_empty() { Ok((zone, place)) } else { Err(problems) })
}

/// What is different, for the log. A national id is nobody's to read there.
fn differences(before: &Facts, after: &Facts) -> (Value, Value) {
    let said = |facts: &Facts| {
        [
            ("name", json!(facts.name)),
            ("mobile", json!(facts.mobile)),
            ("email", json!(facts.email)),
            ("address", json!(facts.address)),
            ("zone", json!(facts.zone)),
            ("place", json!(facts.place.map(|place| place.to_string()))),
        ]
    };
    let (mut was, mut is) = (Map::new(), Map::new());
    for ((field, old), (_, new)) in said(before).into_iter().zip(said(after)) {
        if old != new {
            was.insert(field.into(), old);
            is.insert(field.into(), new);
        }
    }
    if before.national_id != after.national_id {
        was.insert("national_id".into(), json!(before.national_id.is_some()));
        is.insert("national_id".into(), json!(after.national_id.is_some()));
    }
    (Value::Object(was), Value::Object(is))
}
