//! Takes in what accounting counted: slots and days, and the windows of fair use with what follows for lines. Runs in the
//! transaction that makes the accounting durable, so nothing is counted twice and nothing is told that is not so.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Offset, TimeDelta, Utc};
use domain::fair_use::{Counter, Effect, Lot, Policy, Standing, Taken, Used};
use domain::usage::{hour_of, spread};
use domain::zones::{Tz, business_day, start_of_day};
use domain::{FairUseId, ServiceId};
use std::collections::{BTreeMap, HashMap};
use storage::fair_use::{self as sql, NewCounter, NewEvent, NewStep, NewWindow, Watched};
use storage::top_ups::{self, NewCredit};
use storage::usage::{Slots, add_days, add_slots};
use storage::{IspTx, Result};
use uuid::Uuid;

/// What a line moved after `from` and up to `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    pub service_id: ServiceId,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub used: Used,
}

/// What lines moved by the clock of the ISP.
pub(super) type Local = BTreeMap<ServiceId, Vec<(NaiveDateTime, Used)>>;

/// Counts what was moved.
pub async fn count(tx: &mut IspTx, zone: Tz, moved: &[Moved], now: DateTime<Utc>) -> Result<()> {
    if moved.is_empty() {
        return Ok(());
    }
    let mut slots: BTreeMap<(ServiceId, DateTime<Utc>), Slots> = BTreeMap::new();
    let mut days: BTreeMap<(ServiceId, NaiveDate), Used> = BTreeMap::new();
    let mut local = Local::new();
    for one in moved {
        for slice in spread(one.from, one.to, one.used) {
            let at = slice.slot.with_timezone(&zone);
            let (hour, slot) = hour_of(slice.slot, at.offset().fix().local_minus_utc());
            slots.entry((one.service_id, hour)).or_default().add(slot, slice.used);
            days.entry((one.service_id, at.date_naive())).or_default().add(slice.used);
            local.entry(one.service_id).or_default().push((at.naive_local(), slice.used));
        }
    }
    add_slots(tx, &slots.into_iter().collect::<Vec<_>>()).await?;
    add_days(tx, &days.into_iter().collect::<Vec<_>>()).await?;
    let services: Vec<ServiceId> = local.keys().copied().collect();
    let watched = sql::watch(tx, &services).await?;
    look(tx, zone, watched, &local, now).await
}

/// What has to be written after lines were looked at.
#[derive(Default)]
struct Outcome {
    counters: Vec<NewCounter>,
    slow: Vec<NewStep>,
    unslow: Vec<ServiceId>,
    stop: Vec<(ServiceId, DateTime<Utc>)>,
    release: Vec<ServiceId>,
    events: Vec<NewEvent>,
    forget: Vec<ServiceId>,
    spent: Vec<(Uuid, u64)>,
    credits: Vec<NewCredit>,
    windows: Vec<NewWindow>,
}

/// Looks at lines whose counters are locked, and writes what follows.
pub(super) async fn look(tx: &mut IspTx, zone: Tz, watched: Vec<Watched>, moved: &Local, now: DateTime<Utc>) -> Result<()> {
    if watched.is_empty() {
        return Ok(());
    }
    let mut ids: Vec<FairUseId> = watched.iter().filter_map(|line| line.policy).map(|(id, _)| id).collect();
    ids.sort_unstable();
    ids.dedup();
    let policies = sql::current(tx, &ids).await?;
    let services: Vec<ServiceId> = watched.iter().map(|line| line.service_id).collect();
    // What ended with a window is spent before what goes on: it has to be seen when the window is closed after its end.
    let mut credits = top_ups::credits(tx, &services, now - LONGEST_WINDOW, true).await?;
    let clock = Clock { zone, today: business_day(now, zone) };
    let mut outcome = Outcome::default();
    for line in watched {
        let lots = credits.remove(&line.service_id).unwrap_or_default();
        let lots = lots.into_iter().map(|credit| Lot {
            id: Some(credit.id),
            left: credit.left,
            since: business_day(credit.since, zone),
            expires: business_day(credit.expires_at, zone),
        });
        match line.policy.and_then(|(id, version)| Some(((id, version), policies.get(&id)?))) {
            Some((policy_id, policy)) => {
                let policy = Policy { window: policy.window.of(line.billing_day), ..policy.clone() }.with_end(line.at_end);
                let moved = moved.get(&line.service_id).map(Vec::as_slice).unwrap_or_default();
                outcome.take(&line, policy_id, &policy, lots.collect(), moved, clock);
            }
            None => outcome.end(&line),
        }
    }
    outcome.write(tx, now).await
}

const LONGEST_WINDOW: TimeDelta = TimeDelta::days(62);

#[derive(Clone, Copy)]
struct Clock {
    zone: Tz,
    today: NaiveDate,
}

impl Outcome {
    fn take(
        &mut self,
        line: &Watched,
        policy_id: (FairUseId, i32),
        policy: &Policy,
        mut lots: Vec<Lot>,
        moved: &[(NaiveDateTime, Used)],
        clock: Clock,
    ) {
        let service_id = line.service_id;
        let same = line.counter.as_ref().is_some_and(|stored| stored.policy == policy_id);
        let before = line.counter.as_ref().map(|stored| match same {
            true => stored.counter.clone(),
            false => stored.counter.clone().under(policy, clock.today),
        });
        let known: HashMap<Uuid, u64> = lots.iter().filter_map(|lot| Some((lot.id?, lot.left))).collect();
        let mut taken = policy.take(before.as_ref(), &mut lots, moved, clock.today);
        let over = std::mem::take(&mut taken.closed);
        self.windows.extend(over.into_iter().filter_map(|closed| NewWindow::of(service_id, policy_id, policy, closed)));
        for lot in lots {
            match lot.id {
                Some(id) if known.get(&id) != Some(&lot.left) => self.spent.push((id, lot.left)),
                Some(_) => {}
                None => self.credits.push(NewCredit {
                    id: Uuid::now_v7(),
                    service_id,
                    source: "rollover",
                    octets: lot.left,
                    since: start_of_day(lot.since, clock.zone),
                    expires_at: start_of_day(lot.expires, clock.zone),
                }),
            }
        }
        let ends = policy.ends(taken.counter.begins);
        let until = start_of_day(ends, clock.zone);
        let was = before.as_ref().map_or(Standing::Free, |counter| counter.standing);
        if was != taken.counter.standing || !same && was != Standing::Free {
            self.follow(service_id, policy_id, policy, &taken, was, until);
        }
        // Where weekends are worth more, midnight alone may change something.
        let due = if policy.days_off.is_empty() { until } else { until.min(start_of_day(clock.today + Days::new(1), clock.zone)) };
        let anew = !same && before.as_ref().is_none_or(|counter| counter.used == Used::default());
        let first = line.counter.is_none();
        self.counters.push(NewCounter { service_id, policy: policy_id, counter: taken.counter, first, anew, due_at: due });
    }

    fn follow(
        &mut self,
        service_id: ServiceId,
        policy_id: (FairUseId, i32),
        policy: &Policy,
        taken: &Taken,
        was: Standing,
        until: DateTime<Utc>,
    ) {
        match taken.effect {
            Effect::Slow { up_kbps, down_kbps, .. } => {
                self.slow.push(NewStep { service_id, step: taken.counter.standing.code(), up_kbps, down_kbps, until });
            }
            Effect::Stop => self.stop.push((service_id, until)),
            Effect::None => {}
        }
        if matches!(was, Standing::Step(_)) && !matches!(taken.effect, Effect::Slow { .. }) {
            self.unslow.push(service_id);
        }
        if was == Standing::Stopped && taken.effect != Effect::Stop {
            self.release.push(service_id);
        }
        let (kind, step) = match taken.effect {
            Effect::None => ("free", None),
            Effect::Slow { .. } => ("slowed", Some(taken.counter.standing.code())),
            Effect::Stop => ("stopped", None),
        };
        let octets = policy.moved(taken.counter.used);
        self.events.push(NewEvent { service_id, kind, policy: policy_id, begins: taken.counter.begins, step, octets });
    }

    /// The line has no policy any more.
    fn end(&mut self, line: &Watched) {
        let Some(stored) = &line.counter else { return };
        let Counter { begins, used, standing, .. } = stored.counter;
        self.forget.push(line.service_id);
        if standing != Standing::Free {
            self.unslow.push(line.service_id);
            self.release.push(line.service_id);
            let octets = used.up.saturating_add(used.down);
            self.events.push(NewEvent { service_id: line.service_id, kind: "ended", policy: stored.policy, begins, step: None, octets });
        }
    }

    async fn write(self, tx: &mut IspTx, now: DateTime<Utc>) -> Result<()> {
        if !self.counters.is_empty() {
            sql::write(tx, &self.counters).await?;
        }
        if !self.forget.is_empty() {
            sql::forget(tx, &self.forget).await?;
        }
        top_ups::spend(tx, &self.spent).await?;
        top_ups::give(tx, &self.credits).await?;
        sql::unslow(tx, &self.unslow).await?;
        sql::release(tx, &self.release).await?;
        sql::slow(tx, &self.slow, now).await?;
        sql::stop(tx, &self.stop, now).await?;
        sql::record_windows(tx, &self.windows).await?;
        sql::record(tx, &self.events, now).await
    }
}
