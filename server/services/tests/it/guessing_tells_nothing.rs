//! Whether a name exists is not to be heard from how long the door takes to answer: 1,000 tries with a wrong name and with a
//! wrong password, one after the other, are told apart no better than by tossing a coin (SEC-01).

use crate::seed::{customer, package};
use crate::staff::an_admin;
use services::people::{Attempt, Site, sign_in};
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};
use testkit::{World, world};

/// Two tries at once each.
const ROUNDS: u32 = 500;

async fn knock(world: &World, login: &str, from: u32) -> Duration {
    let ip = Some(IpAddr::from(Ipv4Addr::from(0x0a00_0000 + from)));
    let attempt = Attempt { site: Site::Isp(world.padma.id), login, password: "Guessed-1", ip, agent: "test" };
    let started = Instant::now();
    let answer = sign_in(&world.services, &attempt).await;
    let took = started.elapsed();
    assert_eq!(crate::staff::keys(answer.unwrap_err()), ["problem-sign-in"], "{login}");
    took
}

/// How often a time of one kind is longer than one of the other: a half, when they cannot be told apart.
fn longer(one: &[Duration], other: &[Duration]) -> f64 {
    let wins: usize = one.iter().map(|a| other.iter().filter(|b| a > *b).count()).sum();
    wins as f64 / (one.len() * other.len()) as f64
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_name_takes_as_long_as_a_wrong_password() {
    let world = world("2026-11-01T04:00:00Z").await;
    an_admin(&world, "boss").await;
    let home = package(&world.services, &world.padma.admin, "Home 10", "1000").await;
    customer(&world.services, &world.padma.admin, home, "rahim").await;
    for (n, login) in ["nobody", "boss", "rahim", "nobody", "boss", "rahim"].into_iter().enumerate() {
        knock(&world, login, n as u32).await;
    }
    // Side by side, each as often first as second: whatever else the machine does is done to both. Nobody is tried twice from
    // one address, so nobody waits.
    for (other, share) in [("boss", 4), ("rahim", 1)] {
        let (mut unknown, mut known) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS * share / 5 {
            let from = 1_000 * share + round * 2;
            let (one, two) = match round % 2 {
                0 => tokio::join!(knock(&world, "nobody", from), knock(&world, other, from + 1)),
                _ => {
                    let (two, one) = tokio::join!(knock(&world, other, from), knock(&world, "nobody", from + 1));
                    (one, two)
                }
            };
            unknown.push(one);
            known.push(two);
        }
        let share = longer(&unknown, &known);
        assert!((0.35..=0.65).contains(&share), "a name that nobody has takes longer than {other} in {share:.2} of all pairs");
    }
}
