//! Adds what accounting counted to slots and days. Slots that are there are changed in place, which are nearly all of them;
//! only those of a new hour are inserted.

use super::Slots;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::ServiceId;
use domain::fair_use::Used;
use domain::usage::SLOTS;
use std::collections::HashSet;
use uuid::Uuid;

type SlotRow = ((ServiceId, DateTime<Utc>), Slots);
type DayRow = ((ServiceId, NaiveDate), Used);

fn octets(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Two neighbouring slots and the place of the first one: what a report tells of, as a rule.
struct Pair {
    first: usize,
    up: [Option<u64>; 2],
    down: [Option<u64>; 2],
}

impl Pair {
    /// `None`: more was told about than two neighbours.
    fn of(slots: &Slots) -> Option<Self> {
        let told = |slot: usize| slots.up.get(slot).copied().flatten().is_some() || slots.down.get(slot).copied().flatten().is_some();
        let first = (0..SLOTS).find(|slot| told(*slot))?.min(SLOTS - 2);
        let two = |all: &[Option<u64>; SLOTS]| [all.get(first).copied().flatten(), all.get(first + 1).copied().flatten()];
        (first + 2..SLOTS).all(|slot| !told(slot)).then(|| Self { first, up: two(&slots.up), down: two(&slots.down) })
    }
}

/// As PostgreSQL writes an array. It knows arrays of arrays only as rectangles, and looks for a place in one that has gaps
/// from its beginning: text is quicker.
fn literal(slots: &[Option<u64>; SLOTS]) -> String {
    let mut text = String::with_capacity(SLOTS * 8);
    for slot in slots {
        text.push(if text.is_empty() { '{' } else { ',' });
        match slot {
            Some(count) => text.push_str(&octets(*count).to_string()),
            None => text.push_str("NULL"),
        }
    }
    text.push('}');
    text
}

/// Adds to slots; services that are gone are passed over. The rows come sorted, each service and hour once.
pub async fn add_slots(tx: &mut IspTx, slots: &[SlotRow]) -> Result<()> {
    let found = change_slots(tx, slots).await?;
    let rest: Vec<&SlotRow> = slots.iter().filter(|(key, _)| !found.contains(key)).collect();
    if rest.is_empty() { Ok(()) } else { insert_slots(tx, &rest).await }
}

/// Changes rows that are there and of which no more than two neighbours change; answers with which those were.
async fn change_slots(tx: &mut IspTx, slots: &[SlotRow]) -> Result<HashSet<(ServiceId, DateTime<Utc>)>> {
    let isp = tx.isp();
    let pairs: Vec<(&(ServiceId, DateTime<Utc>), Pair)> = slots.iter().filter_map(|(key, slots)| Some((key, Pair::of(slots)?))).collect();
    let services: Vec<Uuid> = pairs.iter().map(|((service, _), _)| service.0).collect();
    let hours: Vec<DateTime<Utc>> = pairs.iter().map(|((_, hour), _)| *hour).collect();
    let first: Vec<i32> = pairs.iter().map(|(_, pair)| i32::try_from(pair.first + 1).unwrap_or(1)).collect();
    let of = |which: fn(&Pair) -> Option<u64>| pairs.iter().map(|(_, pair)| which(pair).map(octets)).collect::<Vec<Option<i64>>>();
    let rows = sqlx::query!(
        "update usage_slot s
         set up[u.first] = coalesce(s.up[u.first] + u.up, s.up[u.first], u.up),
             up[u.first + 1] = coalesce(s.up[u.first + 1] + u.next_up, s.up[u.first + 1], u.next_up),
             down[u.first] = coalesce(s.down[u.first] + u.down, s.down[u.first], u.down),
             down[u.first + 1] = coalesce(s.down[u.first + 1] + u.next_down, s.down[u.first + 1], u.next_down)
         from unnest($2::uuid[], $3::timestamptz[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
              u (service, hour, first, up, next_up, down, next_down)
         cross join lateral (
           select r.ctid as place from usage_slot r where r.isp_id = $1 and r.hour = u.hour and r.service_id = u.service limit 1) r
         where s.isp_id = $1 and s.ctid = r.place
         returning s.service_id, s.hour",
        isp,
        &services,
        &hours,
        &first,
        &of(|pair| pair.up[0]) as _,
        &of(|pair| pair.up[1]) as _,
        &of(|pair| pair.down[0]) as _,
        &of(|pair| pair.down[1]) as _
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.service_id.into(), row.hour)).collect())
}

/// Another server may have inserted the same in this moment: then it is added to.
async fn insert_slots(tx: &mut IspTx, slots: &[&SlotRow]) -> Result<()> {
    let isp = tx.isp();
    let services: Vec<Uuid> = slots.iter().map(|((service, _), _)| service.0).collect();
    let hours: Vec<DateTime<Utc>> = slots.iter().map(|((_, hour), _)| *hour).collect();
    let literals = |of: fn(&Slots) -> &[Option<u64>; SLOTS]| -> Vec<String> { slots.iter().map(|(_, slots)| literal(of(slots))).collect() };
    let (up, down) = (literals(|slots| &slots.up), literals(|slots| &slots.down));
    sqlx::query!(
        "insert into usage_slot as s (isp_id, hour, service_id, up, down)
         select $1, u.hour, u.service, u.up::bigint[], u.down::bigint[]
         from unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::text[]) with ordinality u (service, hour, up, down, position)
         join service v on v.isp_id = $1 and v.id = u.service
         order by u.position
         on conflict (isp_id, hour, service_id) do update
         set up = add_slots(s.up, excluded.up), down = add_slots(s.down, excluded.down)",
        isp,
        &services,
        &hours,
        &up,
        &down
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Adds to days; services that are gone are passed over. The rows come sorted by service and day. An insert finds the row that
/// is there by its key alone; an update could be planned by the day, and read everybody's.
pub async fn add_days(tx: &mut IspTx, used: &[DayRow]) -> Result<()> {
    let isp = tx.isp();
    let services: Vec<Uuid> = used.iter().map(|((service, _), _)| service.0).collect();
    let days: Vec<NaiveDate> = used.iter().map(|((_, day), _)| *day).collect();
    let up: Vec<i64> = used.iter().map(|(_, used)| octets(used.up)).collect();
    let down: Vec<i64> = used.iter().map(|(_, used)| octets(used.down)).collect();
    let seconds: Vec<i64> = used.iter().map(|(_, used)| octets(used.seconds)).collect();
    sqlx::query!(
        "insert into usage_day as d (isp_id, service_id, day, input_octets, output_octets, online_seconds)
         select $1, u.service, u.day, u.up, u.down, u.seconds
         from unnest($2::uuid[], $3::date[], $4::bigint[], $5::bigint[], $6::bigint[]) with ordinality u (service, day, up, down, seconds, position)
         join service s on s.isp_id = $1 and s.id = u.service
         order by u.position
         on conflict (isp_id, service_id, day) do update
         set input_octets = least(d.input_octets, 1::bigint << 61) + excluded.input_octets,
             output_octets = least(d.output_octets, 1::bigint << 61) + excluded.output_octets,
             online_seconds = d.online_seconds + excluded.online_seconds",
        isp,
        &services,
        &days,
        &up,
        &down,
        &seconds
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(slots: &[usize]) -> Slots {
        let mut told = Slots::default();
        slots.iter().for_each(|slot| told.add(*slot, Used { up: 1, down: 2, seconds: 0 }));
        told
    }

    #[test]
    fn two_neighbours_are_a_pair_and_more_are_not() {
        let pair = |slots: &[usize]| Pair::of(&told(slots)).map(|pair| (pair.first, pair.up, pair.down));
        assert_eq!(pair(&[0]), Some((0, [Some(1), None], [Some(2), None])));
        assert_eq!(pair(&[4, 5]), Some((4, [Some(1); 2], [Some(2); 2])));
        assert_eq!(pair(&[11]), Some((10, [None, Some(1)], [None, Some(2)])));
        assert_eq!(pair(&[4, 6]), None);
        assert_eq!(pair(&[]), None);
    }
}
