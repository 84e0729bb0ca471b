//! The test with one line, and the waves after it: secrets are put to sleep, their sessions end, and who was online before
//! has to come in through RADIUS. What a secret was is written down before it is touched, and in the same transaction
//! nobody wants anything of it on the router any more.

use super::lines::let_in;
use super::run::{Next, Work};
use super::{back, end_sessions, secrets, sessions, tag};
use crate::provisioning::{Fault, Tried};
use chrono::{DateTime, TimeDelta, Utc};
use domain::provisioning::Write;
use domain::router_moves::{MoveState, Secret, SecretState, Stays, enough, wave_size};
use domain::{Problem, ServiceId};
use std::collections::{HashMap, HashSet};
use storage::router_moves::secrets::{self as sql_secrets, SecretRow};
use storage::router_moves::{self as sql, WaveRow};
use storage::wanted::lines;

/// Servers of ours differ a little in their clocks.
const SLACK: TimeDelta = TimeDelta::seconds(60);
/// The wave that is the test.
const TEST: i16 = 0;

/// One line first. Whoever is known by the router is not asked about at RADIUS, so its secret has to sleep for that.
pub(super) async fn test(work: &mut Work<'_>) -> Tried<Next> {
    let Some(wave) = open_wave(work).await? else {
        return match begin_wave(work, TEST, 1).await? {
            true => Ok(Next::Step),
            false => work.turn_back(Problem::new("", "problem-move-test-gone")).await,
        };
    };
    let Some(kicked) = wave.kicked_at else { return send_off(work, &wave).await };
    see_who_is_back(work).await?;
    let nas = work.nas()?;
    let asleep = asleep(work, TEST).await?;
    let Some(line) = asleep.first() else {
        end(work, &wave).await?;
        return work.turn_back(Problem::new("", "problem-move-test-gone")).await;
    };
    let mut tx = work.begin().await?;
    let answer = sql::last_answer(&mut tx, nas, &line.name, wave.began_at - SLACK).await?;
    // A refusal from before may be what was put right since.
    let answer = answer.filter(|answer| answer.outcome != "reject" || answer.at >= wave.began_at);
    let wrongly = sql::asked_wrongly(&mut tx, nas, wave.began_at).await?;
    drop(tx);
    let problem = |key: &str| Problem::new("", key).with("name", &line.name);
    match answer {
        Some(answer) if answer.outcome == "reject" => work.turn_back(problem("problem-move-rejected").with("reason", answer.reason)).await,
        Some(_) if line.state == SecretState::Back => {
            end(work, &wave).await?;
            work.enter(MoveState::Moving).await?;
            Ok(Next::Step)
        }
        _ if wrongly => work.turn_back(problem("problem-move-secret")).await,
        answer if over(work, kicked) => {
            let key = if answer.is_some() { "problem-move-no-accounting" } else { "problem-router-move-nobody" };
            work.tell(&[problem(key).with("minutes", work.run.minutes)]).await?;
            back::wake(work).await?;
            let mut tx = work.begin().await?;
            sql::forget_wave(&mut tx, work.run.id, TEST).await?;
            tx.commit().await?;
            work.enter(MoveState::Asking).await?;
            Ok(Next::Step)
        }
        _ => Ok(Next::Wait),
    }
}

/// Wave after wave.
pub(super) async fn moving(work: &mut Work<'_>) -> Tried<Next> {
    see_who_is_back(work).await?;
    let Some(wave) = open_wave(work).await? else { return next_wave(work).await };
    let Some(kicked) = wave.kicked_at else { return send_off(work, &wave).await };
    let everybody = wave.back == wave.online;
    if !everybody && !over(work, kicked) {
        return Ok(Next::Wait);
    }
    let mut tx = work.begin().await?;
    let waves = sql::waves(&mut tx, work.run.id).await?;
    drop(tx);
    let (back, online) = waves.iter().fold((0, 0), |(back, online), wave| (back + wave.back, online + wave.online));
    let few = [(wave.back, wave.online), (back, online)].into_iter().find(|(back, of)| !enough(back.unsigned_abs(), of.unsigned_abs()));
    end(work, &wave).await?;
    match few {
        None => Ok(Next::Step),
        Some((back, of)) => {
            let problem = Problem::new("", "problem-move-few").with("wave", wave.number).with("back", back).with("of", of);
            work.turn_back(problem.with("minutes", work.run.minutes)).await
        }
    }
}

async fn next_wave(work: &mut Work<'_>) -> Tried<Next> {
    let mut tx = work.begin().await?;
    let (counts, waves) = (sql_secrets::counts(&mut tx, work.run.id).await?, sql::waves(&mut tx, work.run.id).await?);
    drop(tx);
    let many = |state: SecretState| counts.iter().find(|(one, _)| *one == state).map_or(0, |(_, many)| *many);
    if many(SecretState::Waiting) == 0 {
        work.enter(MoveState::Finishing).await?;
        return Ok(Next::Step);
    }
    if work.run.stop_asked {
        work.enter(MoveState::Paused).await?;
        return Ok(Next::Step);
    }
    let all: i64 = counts.iter().filter(|(state, _)| *state != SecretState::Left).map(|(_, many)| many).sum();
    let size = wave_size(usize::try_from(all).unwrap_or(0), work.run.percent);
    begin_wave(work, waves.last().map_or(TEST, |last| last.number) + 1, i64::try_from(size).unwrap_or(1)).await?;
    Ok(Next::Step)
}

async fn open_wave(work: &Work<'_>) -> Tried<Option<WaveRow>> {
    let mut tx = work.begin().await?;
    Ok(sql::waves(&mut tx, work.run.id).await?.pop().filter(|wave| wave.ended_at.is_none()))
}

/// Chooses who goes. `false`: there is nobody.
async fn begin_wave(work: &Work<'_>, number: i16, most: i64) -> Tried<bool> {
    let mut tx = work.begin().await?;
    let many = sql_secrets::fill_wave(&mut tx, work.run.id, number, most).await?;
    if many > 0 {
        sql::begin_wave(&mut tx, work.run.id, number, work.services.now()).await?;
    }
    tx.commit().await?;
    Ok(many > 0)
}

/// Puts the secrets of a wave to sleep and has those who are online dial anew.
async fn send_off(work: &mut Work<'_>, wave: &WaveRow) -> Tried<Next> {
    let found = secrets(&mut work.device, false).await?;
    write_down(work, wave.number, &found).await?;
    let (own, ours) = (asleep(work, wave.number).await?, tag(work.run.id));
    let by_item: HashMap<&str, &Secret> = found.iter().map(|secret| (secret.item.as_str(), secret)).collect();
    let sleeps = |secret: &Secret| secret.disabled && secret.comment == ours;
    for row in &own {
        if !by_item.get(row.item.as_str()).is_some_and(|secret| sleeps(secret)) {
            let set = vec![("disabled".into(), "yes".into()), ("comment".into(), ours.clone())];
            work.device.write(&Write::Set { menu: "/ppp/secret".into(), id: Some(row.item.clone()), set }).await?;
        }
    }
    let found = secrets(&mut work.device, false).await?;
    let asleep: HashSet<&str> = found.iter().filter(|secret| sleeps(secret)).map(|secret| secret.item.as_str()).collect();
    if let Some(row) = own.iter().find(|row| !asleep.contains(row.item.as_str())) {
        return Err(Fault::Refused(vec![Problem::new("", "problem-move-awake").with("name", &row.name)]));
    }
    let names: HashSet<&str> = own.iter().map(|row| row.name.as_str()).collect();
    end_sessions(&mut work.device, &names, false).await?;
    let mut tx = work.begin().await?;
    let writing: Vec<i32> = own.iter().filter(|row| row.state == SecretState::Writing).map(|row| row.position).collect();
    sql_secrets::set(&mut tx, work.run.id, &writing, SecretState::Off).await?;
    sql::kicked(&mut tx, work.run.id, wave.number, work.services.now()).await?;
    tx.commit().await?;
    Ok(Next::Step)
}

/// What those of the wave are, before they are touched. Who is gone, switched off or could not come in stays as he is.
async fn write_down(work: &mut Work<'_>, wave: i16, found: &[Secret]) -> Tried<()> {
    let mut tx = work.begin().await?;
    let mut rows = sql_secrets::some(&mut tx, work.run.id, &[SecretState::Waiting], Some(wave), i64::MAX).await?;
    drop(tx);
    if rows.is_empty() {
        return Ok(());
    }
    let services: Vec<ServiceId> = rows.iter().filter_map(|row| row.service).collect();
    let may = let_in(work.services, work.caller, &services).await?;
    let online: HashSet<String> = sessions(&mut work.device).await?.into_iter().map(|session| session.name).collect();
    let by_item: HashMap<&str, &Secret> = found.iter().map(|secret| (secret.item.as_str(), secret)).collect();
    for row in &mut rows {
        let (state, why) = match by_item.get(row.item.as_str()).filter(|secret| secret.name == row.name) {
            None => (SecretState::Gone, None),
            Some(secret) if secret.disabled => (SecretState::Left, Some(Stays::SwitchedOff)),
            Some(_) if !row.service.is_some_and(|service| may.contains(&service)) => (SecretState::Left, Some(Stays::Down)),
            Some(secret) => {
                row.profile.clone_from(&secret.profile);
                row.comment.clone_from(&secret.comment);
                row.was_online = online.contains(&row.name);
                (SecretState::Writing, None)
            }
        };
        (row.state, row.why) = (state, why);
    }
    let names: Vec<&str> = rows.iter().filter(|row| row.state == SecretState::Writing).map(|row| row.name.as_str()).collect();
    let mut tx = work.begin().await?;
    // Whoever works out at this moment what lines want comes before or after.
    lines::lock(&mut tx).await?;
    sql_secrets::write_down(&mut tx, work.run.id, &rows).await?;
    sql_secrets::forget_wants(&mut tx, work.run.router, &names).await?;
    Ok(tx.commit().await?)
}

async fn asleep(work: &Work<'_>, wave: i16) -> Tried<Vec<SecretRow>> {
    let mut tx = work.begin().await?;
    let states = [SecretState::Writing, SecretState::Off, SecretState::Back];
    Ok(sql_secrets::some(&mut tx, work.run.id, &states, Some(wave), i64::MAX).await?)
}

/// Notes who has come in, of all waves; nobody waits for those whose lines went down meanwhile.
async fn see_who_is_back(work: &Work<'_>) -> Tried<()> {
    let nas = work.nas()?;
    let mut tx = work.begin().await?;
    sql_secrets::note_back(&mut tx, work.run.id, nas, SLACK, work.services.now()).await?;
    tx.commit().await?;
    let mut tx = work.begin().await?;
    let missing = sql_secrets::missing(&mut tx, work.run.id, i64::MAX).await?;
    drop(tx);
    let lines: Vec<ServiceId> = missing.iter().filter_map(|row| row.service).collect();
    let may = let_in(work.services, work.caller, &lines).await?;
    let down = missing.iter().filter(|row| !row.service.is_some_and(|line| may.contains(&line)));
    let down: Vec<i32> = down.map(|row| row.position).collect();
    let mut tx = work.begin().await?;
    sql_secrets::excuse(&mut tx, work.run.id, &down).await?;
    Ok(tx.commit().await?)
}

async fn end(work: &Work<'_>, wave: &WaveRow) -> Tried<()> {
    let mut tx = work.begin().await?;
    sql::end_wave(&mut tx, work.run.id, wave.number, work.services.now()).await?;
    Ok(tx.commit().await?)
}

fn over(work: &Work<'_>, kicked: DateTime<Utc>) -> bool {
    work.services.now() - kicked >= TimeDelta::minutes(work.run.minutes.into())
}
