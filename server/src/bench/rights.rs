//! What rights cost: a check of the grid, finding out who a cookie is, and the two row-level policies against the same
//! question without them, for the admin, for a reseller with 50 subscribers and for staff who are held to two branches
//! or to a thousand zones.

use super::{print, size};
use crate::boot::Booted;
use crate::demo::bench_isp;
use anyhow::{Result, ensure};
use domain::people::{Bounds, Caller, Role};
use domain::rights::Permission;
use std::hint::black_box;
use std::time::{Duration, Instant};
use storage::bench::rights::{self, QUESTIONS, Whose};
use uuid::Uuid;

const SUBSCRIBERS: u32 = 100_000;
/// A reseller has as many subscribers.
const OF_ONE: u32 = 50;
const BRANCHES: i64 = 20;
const ZONES: i64 = 2_000;
const ROUNDS: usize = 31;
const CHECKS: u32 = 1_000_000;

pub async fn bench(booted: &Booted) -> Result<()> {
    let services = &booted.services;
    let subscribers = size(SUBSCRIBERS);
    let isp = bench_isp(services, subscribers, &[]).await?;
    let system = Caller::system(isp.id, "bench");
    let mut tx = services.db.isp(&system).await?;
    rights::spread(&mut tx, i64::from((subscribers / OF_ONE).max(1)), BRANCHES, ZONES).await?;
    tx.commit().await?;
    let mut tx = services.db.isp(&system).await?;
    rights::bare_copies(&mut tx).await?;
    tx.commit().await?;
    rights::tidy(&services.db).await?;
    let mut tx = services.db.isp(&system).await?;
    rights::analyse(&mut tx).await?;
    let (path, his, branches, theirs) = rights::somebody(&mut tx).await?;
    let (zones, in_them) = rights::some_zones(&mut tx, ZONES).await?;
    tx.commit().await?;
    let seller = Caller { role: Role::Reseller, owner_path: Some(path.clone()), ..system.clone() };
    let pinned = Caller {
        role: Role::Staff,
        bounds: Bounds { branches: Some(branches.iter().copied().map(Into::into).collect()), ..Bounds::default() },
        ..system.clone()
    };
    let zoned = Caller {
        role: Role::Staff,
        bounds: Bounds { zones: Some(zones.iter().copied().map(Into::into).collect()), ..Bounds::default() },
        ..system.clone()
    };
    check(&Caller { grants: vec![Permission::CustomersView, Permission::PaymentsView], ..pinned.clone() });

    let (mut guarded, mut plain, mut worst) = (Duration::ZERO, Duration::ZERO, 0.0_f64);
    let people = [
        ("admin", &system, Whose::All, his),
        ("reseller", &seller, Whose::Seller(path), his),
        ("pinned", &pinned, Whose::Branches(branches), theirs),
        ("zoned", &zoned, Whose::Zones(zones), in_them),
    ];
    for (name, caller, whose, one) in people {
        for question in QUESTIONS {
            let (with, without) = compare(booted, caller, question, one, &whose).await?;
            let ratio = with.as_secs_f64() / without.as_secs_f64();
            (guarded, plain, worst) = (guarded + with, plain + without, worst.max(ratio));
            print(&format!("rights.{name}_{question}_over_plain"), format!("{ratio:.2}"), "ratio");
            print(&format!("rights.{name}_{question}_ms"), format!("{:.2}", with.as_secs_f64() * 1_000.0), "ms");
        }
    }
    print("rights.rls_over_plain", format!("{:.2}", guarded.as_secs_f64() / plain.as_secs_f64()), "ratio");
    print("rights.rls_over_plain_worst", format!("{worst:.2}"), "ratio");
    Ok(())
}

/// Medians of a question with and without the policies, asked in turns.
async fn compare(booted: &Booted, caller: &Caller, question: &str, one: Uuid, whose: &Whose) -> Result<(Duration, Duration)> {
    let (mut with, mut without) = (Vec::new(), Vec::new());
    let mut tx = booted.services.db.isp(caller).await?;
    for round in 0..ROUNDS + 6 {
        let started = Instant::now();
        let guarded = rights::ask(&mut tx, question, one, whose, false).await?;
        let first = started.elapsed();
        let started = Instant::now();
        let plain = rights::ask(&mut tx, question, one, whose, true).await?;
        let second = started.elapsed();
        ensure!(guarded == plain, "{question} of {whose:?} differs");
        // A statement is planned anew five times before its plan is kept.
        if round >= 6 {
            with.push(first);
            without.push(second);
        }
    }
    with.sort_unstable();
    without.sort_unstable();
    Ok((with[ROUNDS / 2], without[ROUNDS / 2]))
}

/// One look at the grid, in memory.
fn check(caller: &Caller) {
    let started = Instant::now();
    let mut allowed = 0_u32;
    for n in 0..CHECKS {
        let permission = Permission::ALL[n as usize % Permission::ALL.len()];
        allowed += u32::from(black_box(caller).allowed(black_box(permission)));
    }
    black_box(allowed);
    print("rights.check_ns", format!("{:.1}", started.elapsed().as_secs_f64() * 1e9 / f64::from(CHECKS)), "ns");
}
