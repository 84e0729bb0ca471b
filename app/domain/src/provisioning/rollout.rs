//! A template for many routers: in which order they have their turn, and when the rest waits for the first. Whether a router
//! is well is never guessed: its own run says so.

use super::run::{RunState, states};
use serde::{Deserialize, Serialize};

states! {
    RolloutState {
        /// What would happen is being read from each router.
        Reading "reading",
        /// Nobody has asked for it yet.
        Ready "ready",
        Running "running",
        /// By somebody, or because the first one did not come out well. What had begun goes on to its own end.
        Stopped "stopped",
        Done "done",
    }
}

states! {
    /// What would happen to one router.
    Outlook {
        Waiting "waiting",
        Ready "ready",
        /// It is as the template wants it.
        Same "same",
        /// Its values or the router itself stand in the way; it is left out.
        Refused "refused",
    }
}

/// So many are set up side by side at most.
pub const MOST_AT_ONCE: usize = 10;

/// One router as far as its turn goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    pub outlook: Outlook,
    pub run: Option<RunState>,
    /// Its run waits for a router that does not answer: that holds up nobody.
    pub away: bool,
}

impl Member {
    fn takes_part(&self) -> bool {
        self.outlook == Outlook::Ready
    }

    fn is_begun(&self) -> bool {
        self.run.is_some_and(|run| run != RunState::Draft)
    }

    fn is_at_work(&self) -> bool {
        self.run.is_some_and(|run| !run.is_over())
    }
}

/// What happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// These positions begin.
    Begin(Vec<usize>),
    Wait,
    /// The first one did not come out well, so the others stay as they are.
    Stop,
    Done,
}

/// Whose turn it is, given all in their order.
pub fn turn(members: &[Member], first_alone: bool, at_once: usize) -> Turn {
    let taking_part = || members.iter().enumerate().filter(|(_, member)| member.takes_part());
    if first_alone && let Some((position, first)) = taking_part().next() {
        match first.run {
            Some(RunState::Done) => {}
            Some(RunState::Draft) | None => return Turn::Begin(vec![position]),
            Some(run) if run.is_over() => return Turn::Stop,
            Some(_) => return Turn::Wait,
        }
    }
    let busy = taking_part().filter(|(_, member)| member.is_at_work() && !member.away).count();
    let free = at_once.clamp(1, MOST_AT_ONCE).saturating_sub(busy);
    let open: Vec<usize> = taking_part().filter(|(_, member)| !member.is_begun()).map(|(position, _)| position).take(free).collect();
    let left = taking_part().any(|(_, member)| !member.is_begun() || member.is_at_work());
    match (open.is_empty(), left) {
        (false, _) => Turn::Begin(open),
        (true, true) => Turn::Wait,
        (true, false) => Turn::Done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(run: RunState) -> Member {
        Member { outlook: Outlook::Ready, run: Some(run), away: false }
    }

    const FRESH: Member = Member { outlook: Outlook::Ready, run: Some(RunState::Draft), away: false };
    const LEFT_OUT: Member = Member { outlook: Outlook::Refused, run: None, away: false };
    const SAME: Member = Member { outlook: Outlook::Same, run: Some(RunState::Draft), away: false };

    #[test]
    fn the_first_goes_alone_and_the_rest_when_it_is_well() {
        assert_eq!(turn(&[SAME, LEFT_OUT, FRESH, FRESH], true, 4), Turn::Begin(vec![2]));
        assert_eq!(turn(&[SAME, one(RunState::Applying), FRESH], true, 4), Turn::Wait);
        assert_eq!(turn(&[one(RunState::Done), FRESH, SAME, FRESH, FRESH], true, 2), Turn::Begin(vec![1, 3]));
        for bad in [RunState::RolledBack, RunState::Reverted, RunState::Refused] {
            assert_eq!(turn(&[one(bad), FRESH], true, 4), Turn::Stop);
            assert_eq!(turn(&[one(bad), FRESH], false, 4), Turn::Begin(vec![1]), "one that fails holds up nobody");
        }
    }

    #[test]
    fn a_few_at_a_time_and_whoever_is_away_takes_no_place() {
        let away = Member { away: true, ..one(RunState::Applying) };
        assert_eq!(turn(&[one(RunState::Applying), FRESH, FRESH], false, 1), Turn::Wait);
        assert_eq!(turn(&[away, FRESH, FRESH], false, 1), Turn::Begin(vec![1]));
        assert_eq!(turn(&[away, one(RunState::Done)], false, 1), Turn::Wait, "it is not over for all that");
        assert_eq!(turn(&[FRESH, FRESH], false, 0), Turn::Begin(vec![0]), "never none at all");
    }

    #[test]
    fn it_ends() {
        assert_eq!(turn(&[], true, 1), Turn::Done);
        assert_eq!(turn(&[LEFT_OUT, SAME], true, 1), Turn::Done);
        assert_eq!(turn(&[one(RunState::Done), one(RunState::Reverted)], true, 1), Turn::Done);
    }
}
