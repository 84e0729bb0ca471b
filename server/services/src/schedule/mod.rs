//! The schedule as people see it: what runs by itself, how it went, and holding, running or repeating a job by hand.

mod jobs;

pub use jobs::{Body, JOBS, Job, Work, job};
