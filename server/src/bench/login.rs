//! Sign-ins in a second at the cost that passwords are hashed with, and how much of that the hash is: the same number of
//! hashes alone, in the same process, as many at once.

use super::print;
use crate::boot::Booted;
use crate::demo::bench_isp;
use anyhow::Result;
use domain::AccountId;
use domain::people::{Caller, Role};
use futures_util::future::try_join_all;
use services::people::{Attempt, Site, hash_password, recognise, sign_in};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;
use storage::accounts::NewAccount;
use uuid::Uuid;

const PASSWORD: &str = "Correct-horse-1";
/// At once, and so many times.
const AT_ONCE: u32 = 8;
const ROUNDS: u32 = 25;

pub async fn bench(booted: &Booted) -> Result<()> {
    let services = &booted.services;
    let isp = bench_isp(services, 100, &[]).await?;
    let hash = hash_password(PASSWORD).await?;
    let mut tx = services.db.isp(&Caller::system(isp.id, "bench")).await?;
    let names: Vec<String> = (0..AT_ONCE).map(|n| format!("clerk-{n}")).collect();
    for name in &names {
        let new = NewAccount {
            id: AccountId(Uuid::now_v7()),
            role: Role::Staff,
            name,
            email: None,
            username: Some(name),
            mobile: None,
            password_hash: &hash,
            customer_id: None,
            grants: &[],
        };
        storage::accounts::create(&mut tx, new).await?;
    }
    tx.commit().await?;

    let (mut signing, mut hashing, mut knowing) = (0.0, 0.0, 0.0);
    for round in 0..=ROUNDS {
        let started = Instant::now();
        let tokens = try_join_all(names.iter().zip(0..).map(|(name, n)| {
            let ip = Some(IpAddr::from(Ipv4Addr::from(0x0a00_0000 + round * AT_ONCE + n)));
            let attempt = Attempt { site: Site::Isp(isp.id), login: name, password: PASSWORD, ip, agent: "bench" };
            async move { sign_in(services, &attempt).await.map(|signed_in| (signed_in.token, ip)) }
        }))
        .await?;
        let signed = started.elapsed().as_secs_f64();
        let started = Instant::now();
        try_join_all(names.iter().map(|_| hash_password(PASSWORD))).await?;
        let hashed = started.elapsed().as_secs_f64();
        let started = Instant::now();
        for (token, ip) in &tokens {
            recognise(services, token, Some(isp.id), *ip).await?;
        }
        let known = started.elapsed().as_secs_f64();
        // The first one warms statements and connections.
        if round > 0 {
            (signing, hashing, knowing) = (signing + signed, hashing + hashed, knowing + known);
        }
    }
    let done = f64::from(AT_ONCE * ROUNDS);
    print("login.per_s", format!("{:.1}", done / signing), "sign-ins/s");
    print("login.hash_share", format!("{:.2}", hashing / signing), "ratio");
    print("login.hash_ms", format!("{:.1}", hashing * 1_000.0 / f64::from(ROUNDS) / f64::from(AT_ONCE)), "ms");
    print("login.recognise_ms", format!("{:.2}", knowing * 1_000.0 / done), "ms");
    Ok(())
}
