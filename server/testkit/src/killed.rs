//! A process that is killed in the middle of its work, as far as a test can tell.

use std::pin::Pin;
use std::task::{Context, Poll};

/// Is let go on so many times, then it is gone: `None`.
pub struct Killed<F> {
    future: Pin<Box<F>>,
    turns: usize,
}

impl<F: Future> Killed<F> {
    pub fn after(turns: usize, future: F) -> Self {
        Self { future: Box::pin(future), turns }
    }
}

impl<F: Future> Future for Killed<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(left) = self.turns.checked_sub(1) else { return Poll::Ready(None) };
        self.turns = left;
        self.future.as_mut().poll(context).map(Some)
    }
}
