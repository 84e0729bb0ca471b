//! Cash in people's drawers: handing it over needs two people who say the same figure, and what was counted beside
//! the books is an entry of its own. It never decides what is in a drawer: that is the sum of its postings.

use crate::ledger::{Account, Entry, Posting, Unbalanced};
use crate::{Currency, Money};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandOverState {
    /// The giver said how much; nothing has moved.
    Proposed,
    /// The receiver counted something else.
    Disputed,
    /// Both said the same: posted.
    Confirmed,
    /// Taken back by the giver: never posted.
    Withdrawn,
}

impl HandOverState {
    pub const ALL: [HandOverState; 4] =
        [HandOverState::Proposed, HandOverState::Disputed, HandOverState::Confirmed, HandOverState::Withdrawn];

    pub fn slug(self) -> &'static str {
        match self {
            HandOverState::Proposed => "proposed",
            HandOverState::Disputed => "disputed",
            HandOverState::Confirmed => "confirmed",
            HandOverState::Withdrawn => "withdrawn",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }

    /// Its amount is still promised to somebody.
    pub fn is_open(self) -> bool {
        matches!(self, HandOverState::Proposed | HandOverState::Disputed)
    }
}

/// Cash on its way from one drawer to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    pub id: Uuid,
    pub giver_id: Uuid,
    pub giver_name: String,
    pub receiver_id: Uuid,
    pub receiver_name: String,
    /// What the giver says he hands over.
    pub amount: Money,
    /// What the receiver counted.
    pub received: Option<Money>,
    pub note: Option<String>,
    pub answer: Option<String>,
    pub state: HandOverState,
    pub proposed_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub entry_id: Option<crate::EntryId>,
}

/// What somebody says to a hand-over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The receiver counted so much.
    Counted(i64),
    /// The giver agrees with the count that he saw.
    Agreed(i64),
    /// The giver takes it back.
    Withdrawn,
}

/// What follows from a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Both agree that so much arrived: post, now and never again.
    Post(i64),
    Dispute(i64),
    Withdraw,
}

impl HandOver {
    /// What `word` of `who` leads to, or the key of the problem with it.
    pub fn hear(&self, who: Uuid, word: Word) -> Result<Next, &'static str> {
        let mine = match word {
            Word::Counted(_) => self.receiver_id,
            Word::Agreed(_) | Word::Withdrawn => self.giver_id,
        };
        if who != mine {
            return Err("problem-hand-over-not-yours");
        }
        match (self.state, word) {
            (HandOverState::Confirmed | HandOverState::Withdrawn, _) => Err("problem-hand-over-ended"),
            (_, Word::Counted(minor)) if minor < 0 => Err("problem-amount-negative"),
            (_, Word::Counted(minor)) if minor == self.amount.minor => Ok(Next::Post(minor)),
            (_, Word::Counted(minor)) => Ok(Next::Dispute(minor)),
            (_, Word::Withdrawn) => Ok(Next::Withdraw),
            (HandOverState::Disputed, Word::Agreed(seen)) if self.received.is_some_and(|received| received.minor == seen) => {
                Ok(Next::Post(seen))
            }
            // The receiver has counted again meanwhile, or not yet.
            (_, Word::Agreed(_)) => Err("problem-hand-over-changed"),
        }
    }

    /// What is posted when `received` arrived: the hand-over as it was promised, and what differs as its own entry on
    /// the giver's cash difference.
    pub fn entries(&self, received: i64, day: NaiveDate) -> Result<(Entry, Option<Entry>), Unbalanced> {
        let memo = format!("{} → {}", self.giver_name, self.receiver_name);
        let moved = Entry::balanced(
            "cash.hand_over",
            self.id.to_string(),
            day,
            memo.clone(),
            self.amount.currency,
            vec![
                Posting::debit(Account::CashDrawer, Some(self.receiver_id), self.amount.minor),
                Posting::credit(Account::CashDrawer, Some(self.giver_id), self.amount.minor),
            ],
        )?;
        let off = received - self.amount.minor;
        if off == 0 {
            return Ok((moved, None));
        }
        let difference = Entry::balanced(
            "cash.hand_over.difference",
            self.id.to_string(),
            day,
            memo,
            self.amount.currency,
            vec![
                Posting::debit(Account::CashDrawer, Some(self.receiver_id), off),
                Posting::credit(Account::CashDifference, Some(self.giver_id), off),
            ],
        )?;
        Ok((moved, Some(difference)))
    }
}

/// The entry of a close whose count is not what the books say.
pub fn close_entry(
    id: Uuid,
    drawer: Uuid,
    book: i64,
    counted: i64,
    day: NaiveDate,
    currency: Currency,
    memo: String,
) -> Option<Result<Entry, Unbalanced>> {
    let off = counted - book;
    (off != 0).then(|| {
        let postings =
            vec![Posting::debit(Account::CashDrawer, Some(drawer), off), Posting::credit(Account::CashDifference, Some(drawer), off)];
        Entry::balanced("cash.close", id.to_string(), day, memo, currency, postings)
    })
}

/// Where cash that is no receipt and no hand-over comes from or goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counterpart {
    Bank,
    Owner,
}

impl Counterpart {
    pub const ALL: [Counterpart; 2] = [Counterpart::Bank, Counterpart::Owner];

    pub fn slug(self) -> &'static str {
        match self {
            Counterpart::Bank => "bank",
            Counterpart::Owner => "owner",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|counterpart| counterpart.slug() == slug)
    }

    pub fn account(self) -> Account {
        match self {
            Counterpart::Bank => Account::Bank,
            Counterpart::Owner => Account::OwnerEquity,
        }
    }
}

/// A drawer as the list of cash desks shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawer {
    pub account_id: Uuid,
    pub name: String,
    pub balance: Money,
    /// Of it, promised to somebody who has not said yes.
    pub promised: Money,
    pub last_close: Option<DateTime<Utc>>,
}

impl Drawer {
    /// What may leave it.
    pub fn free(&self) -> Money {
        Money::new(self.balance.minor - self.promised.minor, self.balance.currency)
    }
}

/// A counted end of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashClose {
    pub id: Uuid,
    pub business_date: NaiveDate,
    pub book: Money,
    pub counted: Money,
    pub note: Option<String>,
    pub closed_at: DateTime<Utc>,
    pub closed_by_name: String,
    pub entry_id: Option<crate::EntryId>,
}

/// A person's cash desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CashDesk {
    pub drawer: Drawer,
    /// His to answer, then his own that wait for others.
    pub incoming: Vec<HandOver>,
    pub outgoing: Vec<HandOver>,
    /// What ended, newest first.
    pub past: Vec<HandOver>,
    pub closes: Vec<CashClose>,
    /// Who may be handed cash: id and name.
    pub people: Vec<(Uuid, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GIVER: Uuid = Uuid::from_u128(1);
    const RECEIVER: Uuid = Uuid::from_u128(2);

    fn hand_over(state: HandOverState, amount: i64, received: Option<i64>) -> HandOver {
        HandOver {
            id: Uuid::from_u128(9),
            giver_id: GIVER,
            giver_name: "Collector".into(),
            receiver_id: RECEIVER,
            receiver_name: "Cashier".into(),
            amount: Money::new(amount, Currency::Bdt),
            received: received.map(|minor| Money::new(minor, Currency::Bdt)),
            note: None,
            answer: None,
            state,
            proposed_at: DateTime::UNIX_EPOCH,
            ended_at: None,
            entry_id: None,
        }
    }

    #[test]
    fn two_people_say_the_same_figure_or_nothing_moves() {
        let open = hand_over(HandOverState::Proposed, 1_000, None);
        assert_eq!(open.hear(RECEIVER, Word::Counted(1_000)), Ok(Next::Post(1_000)));
        assert_eq!(open.hear(RECEIVER, Word::Counted(990)), Ok(Next::Dispute(990)));
        assert_eq!(open.hear(GIVER, Word::Agreed(1_000)), Err("problem-hand-over-changed"));
        assert_eq!(open.hear(GIVER, Word::Counted(1_000)), Err("problem-hand-over-not-yours"));
        let disputed = hand_over(HandOverState::Disputed, 1_000, Some(990));
        assert_eq!(disputed.hear(GIVER, Word::Agreed(990)), Ok(Next::Post(990)));
        assert_eq!(disputed.hear(GIVER, Word::Agreed(980)), Err("problem-hand-over-changed"));
        assert_eq!(disputed.hear(RECEIVER, Word::Agreed(990)), Err("problem-hand-over-not-yours"));
        assert_eq!(disputed.hear(RECEIVER, Word::Counted(1_000)), Ok(Next::Post(1_000)));
        for ended in [HandOverState::Confirmed, HandOverState::Withdrawn] {
            assert_eq!(hand_over(ended, 1_000, None).hear(RECEIVER, Word::Counted(1_000)), Err("problem-hand-over-ended"));
        }
    }

    proptest! {
        #[test]
        fn the_giver_gives_what_he_said_and_the_receiver_has_what_he_counted(amount in 1i64..1_000_000, received in 0i64..1_000_000) {
            let day = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
            let (moved, difference) = hand_over(HandOverState::Proposed, amount, None).entries(received, day).unwrap();
            let all: Vec<&Posting> = moved.postings().iter().chain(difference.iter().flat_map(|entry| entry.postings())).collect();
            let drawer = |who: Uuid| all.iter().filter(|p| p.account == Account::CashDrawer && p.party == Some(who)).map(|p| p.minor).sum::<i64>();
            prop_assert_eq!(drawer(GIVER), -amount);
            prop_assert_eq!(drawer(RECEIVER), received);
            prop_assert_eq!(all.iter().map(|p| p.minor).sum::<i64>(), 0);
            prop_assert_eq!(difference.is_some(), received != amount);
        }
    }
}
