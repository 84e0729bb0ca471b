//! The schedule as people see it: what runs by itself, how it went, and holding, running or repeating a job by hand.

mod board;
mod control;
mod jobs;

pub use board::{Alarm, Board, JobState, JobView, PlatformJob, RunView, alarm, alive, board, history, platform_board};
pub use control::{dismiss_task, pause, resume, retry, retry_task, run_now};
pub use jobs::{Body, JOBS, Job, Work, job};
