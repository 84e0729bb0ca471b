//! What processes cost: memory, and the time that they kept a processor busy (Linux: /proc, in steps of a hundredth of a
//! second). The database is every PostgreSQL process that this one started.

use std::fs;
use std::time::Duration;

/// Megabytes that a process holds (VmRSS).
pub fn memory_mb(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1_024
}

struct Stat {
    name: String,
    parent: u32,
    own: u64,
    of_children: u64,
}

fn stat(process: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (before, after) = text.rsplit_once(')')?;
    let fields: Vec<&str> = after.split_whitespace().collect();
    let number = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok());
    Some(Stat {
        name: before.split_once('(')?.1.to_string(),
        parent: u32::try_from(number(1)?).ok()?,
        own: number(11)? + number(12)?,
        of_children: number(13)? + number(14)?,
    })
}

fn ticks(ticks: u64) -> Duration {
    Duration::from_millis(ticks * 10)
}

/// Time that a process used.
pub fn cpu(process: u32) -> Duration {
    stat(process).map_or(Duration::ZERO, |stat| ticks(stat.own))
}

/// Time that the database used, and those of its processes that have ended.
pub fn database_cpu() -> Duration {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let all = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let all: Vec<(u32, Stat)> =
        all.filter_map(|process| Some((process, stat(process)?))).filter(|(_, stat)| stat.name == "postgres").collect();
    let ours = std::process::id();
    let first = all.iter().find(|(_, stat)| stat.parent == ours).map(|(process, _)| *process);
    let used = all.iter().filter(|(process, stat)| Some(*process) == first || Some(stat.parent) == first);
    ticks(used.map(|(process, stat)| if Some(*process) == first { stat.own + stat.of_children } else { stat.own }).sum())
}
