//! Jobs in words: their names, how they stand, and what they did.

use crate::visit::Visit;
use leptos::prelude::*;
use services::schedule::{JobState, JobView, RunView};
use ui::prelude::*;

/// Name of a job for people.
pub(super) fn job_name(name: &str) -> String {
    let key = format!("job-name-{}", name.replace(['.', '_'], "-"));
    if locales::has_text(&key) { t(&key) } else { name.to_string() }
}

pub(super) fn state_mark(state: JobState) -> AnyView {
    let (tone, icon) = match state {
        JobState::Paused => (Tone::Warning, "circle-pause"),
        JobState::Running => (Tone::Info, "loader-circle"),
        JobState::Failed => (Tone::Bad, "circle-x"),
        JobState::Late => (Tone::Bad, "clock"),
        JobState::Fine => (Tone::Good, "circle-check"),
        JobState::New => (Tone::Neutral, "circle-dot"),
    };
    view! { <StatusBadge tone=tone icon=icon label=t(&format!("job-state-{}", state.slug()))/> }.into_any()
}

/// How often it runs.
pub(super) fn cadence(job: &JobView) -> String {
    match (job.every_minutes, job.at) {
        (Some(60), _) => t("job-hourly"),
        (Some(minutes), _) => t_with("job-every", &[("count", minutes.into())]),
        (None, Some((hour, minute))) => {
            let time = chrono::NaiveDate::default().and_hms_opt(hour, minute, 0).unwrap_or_default();
            t_with("job-daily-at", &[("time", locales::time(use_language(), time).into())])
        }
        (None, None) => String::new(),
    }
}

/// What a run did, in a sentence.
pub(super) fn result(run: &RunView) -> String {
    if let Some(problem) = &run.problem {
        return problem.clone();
    }
    let count = |(name, count): &(String, i64)| {
        let key = format!("job-count-{}", name.replace('_', "-"));
        (*count != 0 && locales::has_text(&key)).then(|| t_with(&key, &[("count", (*count).into())]))
    };
    let words: Vec<String> = run.result.iter().filter_map(count).collect();
    match (words.is_empty(), run.state.as_str()) {
        (false, _) => words.join(", "),
        (true, "done") => t("job-nothing-to-do"),
        (true, _) => String::new(),
    }
}

pub(super) fn run_mark(run: &RunView) -> AnyView {
    let (tone, key) = match run.state.as_str() {
        "done" => (Tone::Good, "status-done"),
        "running" => (Tone::Info, "status-running"),
        "failed" => (Tone::Bad, "status-failed"),
        "skipped" => (Tone::Warning, "job-run-skipped"),
        _ => (Tone::Neutral, "status-waiting"),
    };
    view! { <StatusBadge tone=tone label=t(key)/> }.into_any()
}

/// When a run began, and how long it took.
pub(super) fn when(run: &RunView, visit: &Visit) -> AnyView {
    let took = run.seconds.filter(|seconds| *seconds > 0).map(|seconds| t_with("job-took", &[("count", seconds.into())]));
    view! { <TimeText at=visit.local(run.started_at)/> {took.map(|took| view! { <span class="muted block">{took}</span> })} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_and_every_count_has_words() {
        let source = include_str!("../../../server/services/src/schedule/jobs.rs");
        for job in services::schedule::JOBS {
            let key = format!("job-name-{}", job.name.replace(['.', '_'], "-"));
            assert!(locales::has_text(&key), "{key}");
        }
        let answers = source.split("json!({").skip(1).filter_map(|rest| rest.split("})").next());
        for name in answers.flat_map(|answer| answer.split(',')).filter_map(|pair| pair.split('"').nth(1)) {
            let key = format!("job-count-{}", name.replace('_', "-"));
            assert!(locales::has_text(&key), "{key}");
        }
        for state in [JobState::Paused, JobState::Running, JobState::Failed, JobState::Late, JobState::Fine, JobState::New] {
            assert!(locales::has_text(&format!("job-state-{}", state.slug())));
        }
    }
}
