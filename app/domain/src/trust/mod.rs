//! Trust of a sign-in as rules of values: what a password must be, what a session still owes after the password, and
//! how long a proof is fresh. Hashing, codes and storing are done elsewhere.

mod networks;
mod passwords;

pub use networks::{MOST_NETWORKS, Network, is_known, may_come, read_networks};
pub use passwords::{LEAST_LENGTH, MOST_LENGTH, PASSWORDS_KEPT, check_password};

use crate::Problem;
use crate::people::Role;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Dangerous acts want a password or a code that is no older than this.
pub const FRESH: TimeDelta = TimeDelta::minutes(15);

/// Was a password or a code given lately enough for a dangerous act?
pub fn is_fresh(proved_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    proved_at + FRESH > now
}

/// How strict an ISP, or the platform, is with who signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInRule {
    /// The three highest roles need a second factor before any page.
    pub second_factor: bool,
    pub idle_minutes: i32,
    pub most_sessions: i32,
    /// Everybody but subscribers chooses a new password after so many days.
    pub password_days: Option<i32>,
    /// What happens to a session of staff that is used from another network, and to one of a subscriber.
    pub staff_moves: OnMove,
    pub customer_moves: OnMove,
}

/// What happens to a session that is used from another network than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OnMove {
    /// It goes on.
    Off,
    /// The password is asked for; that network is known from then on.
    Ask,
    /// It is over.
    End,
}

impl OnMove {
    pub const ALL: [OnMove; 3] = [OnMove::Off, OnMove::Ask, OnMove::End];

    pub fn slug(self) -> &'static str {
        match self {
            OnMove::Off => "off",
            OnMove::Ask => "ask",
            OnMove::End => "end",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|on_move| on_move.slug() == slug)
    }
}

impl SignInRule {
    pub const USUAL: SignInRule = SignInRule {
        second_factor: true,
        idle_minutes: 30,
        most_sessions: 3,
        password_days: None,
        staff_moves: OnMove::Ask,
        // Phones change networks all day.
        customer_moves: OnMove::Off,
    };

    /// Whether somebody of this role may not go without a second factor.
    pub fn forces(&self, role: Role) -> bool {
        self.second_factor && matches!(role, Role::Developer | Role::SuperAdmin | Role::Admin)
    }

    fn is_old(&self, role: Role, password_set_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        role != Role::Customer && self.password_days.is_some_and(|days| password_set_at + TimeDelta::days(i64::from(days)) <= now)
    }
}

/// What is missing before a session opens anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Owes {
    /// A code of his second factor.
    Code,
    /// A second factor, which he has not got yet.
    Enrol,
    /// A new password.
    Password,
    /// His password once more, because he comes from another network: never stored, found out with each request.
    Confirm,
}

impl Owes {
    pub fn slug(self) -> &'static str {
        match self {
            Owes::Code => "code",
            Owes::Enrol => "enrol",
            Owes::Password => "password",
            Owes::Confirm => "confirm",
        }
    }

    /// One that is stored.
    pub fn from_slug(slug: &str) -> Option<Self> {
        [Owes::Code, Owes::Enrol, Owes::Password].into_iter().find(|owes| owes.slug() == slug)
    }
}

/// What is known of somebody whose password was right.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub role: Role,
    pub has_factor: bool,
    pub password_set_at: DateTime<Utc>,
    /// Somebody else made the password: he chooses one of his own.
    pub must_change: bool,
}

/// What is owed next. `gave_code`: the code was given in this session.
pub fn owes_next(rule: &SignInRule, standing: &Standing, gave_code: bool, now: DateTime<Utc>) -> Option<Owes> {
    if standing.has_factor && !gave_code {
        return Some(Owes::Code);
    }
    if !standing.has_factor && rule.forces(standing.role) {
        return Some(Owes::Enrol);
    }
    (standing.must_change || rule.is_old(standing.role, standing.password_set_at, now)).then_some(Owes::Password)
}

/// The rules as they are typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInRuleForm {
    #[serde(default)]
    pub second_factor: bool,
    pub idle_minutes: String,
    pub most_sessions: String,
    /// Empty: never.
    #[serde(default)]
    pub password_days: String,
    #[serde(default = "usual_of_staff")]
    pub staff_moves: String,
    #[serde(default = "usual_of_customers")]
    pub customer_moves: String,
}

fn usual_of_staff() -> String {
    SignInRule::USUAL.staff_moves.slug().into()
}

/// The platform has no subscribers and sends none.
fn usual_of_customers() -> String {
    SignInRule::USUAL.customer_moves.slug().into()
}

impl SignInRuleForm {
    pub fn of(rule: &SignInRule) -> Self {
        Self {
            second_factor: rule.second_factor,
            idle_minutes: rule.idle_minutes.to_string(),
            most_sessions: rule.most_sessions.to_string(),
            password_days: rule.password_days.map(|days| days.to_string()).unwrap_or_default(),
            staff_moves: rule.staff_moves.slug().into(),
            customer_moves: rule.customer_moves.slug().into(),
        }
    }

    pub fn read(&self) -> Result<SignInRule, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut number = |field: &str, text: &str, least: i32, most: i32| {
            let read = text.trim().parse().ok().filter(|number| (least..=most).contains(number));
            if read.is_none() {
                problems.push(Problem::new(field, "problem-number-range").with("least", least).with("most", most));
            }
            read.unwrap_or(least)
        };
        let rule = SignInRule {
            staff_moves: OnMove::Off,
            customer_moves: OnMove::Off,
            second_factor: self.second_factor,
            idle_minutes: number("idle_minutes", &self.idle_minutes, 5, 10_080),
            most_sessions: number("most_sessions", &self.most_sessions, 1, 20),
            password_days: (!self.password_days.trim().is_empty()).then(|| number("password_days", &self.password_days, 1, 730)),
        };
        let mut on_move = |field: &str, slug: &str| {
            let read = OnMove::from_slug(slug);
            if read.is_none() {
                problems.push(Problem::new(field, "problem-choice"));
            }
            read.unwrap_or(OnMove::Ask)
        };
        let staff_moves = on_move("staff_moves", &self.staff_moves);
        let customer_moves = on_move("customer_moves", &self.customer_moves);
        let rule = SignInRule { staff_moves, customer_moves, ..rule };
        if problems.is_empty() { Ok(rule) } else { Err(problems) }
    }
}

/// Which entries of the audit log are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub actor: Option<uuid::Uuid>,
    /// The noun before the dot of `noun.verb`.
    pub kind: Option<String>,
    /// An id of what was changed.
    pub subject: Option<uuid::Uuid>,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
}

/// One thing that somebody did.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    pub id: uuid::Uuid,
    /// Its place in the chain.
    pub seq: Option<i64>,
    pub at: DateTime<Utc>,
    pub actor_id: Option<uuid::Uuid>,
    pub actor_name: String,
    /// Who acted as he.
    pub impersonator_name: Option<String>,
    pub action: String,
    pub object_kind: String,
    pub object_id: Option<uuid::Uuid>,
    pub customer_id: Option<uuid::Uuid>,
    pub customer_name: Option<String>,
    /// JSON as text.
    pub before: Option<String>,
    pub after: Option<String>,
    pub ip: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_owed_comes_one_after_the_other() {
        let now = at("2026-11-01T04:00:00Z");
        let strict = SignInRule { password_days: Some(90), ..SignInRule::USUAL };
        let admin = Standing { role: Role::Admin, has_factor: false, password_set_at: at("2026-01-01T00:00:00Z"), must_change: false };
        assert_eq!(owes_next(&strict, &admin, false, now), Some(Owes::Enrol));
        let enrolled = Standing { has_factor: true, ..admin };
        assert_eq!(owes_next(&strict, &enrolled, false, now), Some(Owes::Code));
        assert_eq!(owes_next(&strict, &enrolled, true, now), Some(Owes::Password));
        let fresh = Standing { password_set_at: now, ..enrolled };
        assert_eq!(owes_next(&strict, &fresh, true, now), None);
        let given = Standing { must_change: true, ..fresh };
        assert_eq!(owes_next(&strict, &given, true, now), Some(Owes::Password));
        assert_eq!(owes_next(&SignInRule::USUAL, &given, false, now), Some(Owes::Code), "the code comes first");
    }

    #[test]
    fn only_the_three_highest_are_forced_and_who_has_a_factor_is_always_asked() {
        let now = at("2026-11-01T04:00:00Z");
        for role in Role::ALL {
            let standing = Standing { role, has_factor: false, password_set_at: now, must_change: false };
            let forced = matches!(role, Role::Developer | Role::SuperAdmin | Role::Admin);
            assert_eq!(owes_next(&SignInRule::USUAL, &standing, false, now).is_some(), forced, "{}", role.slug());
            let off = SignInRule { second_factor: false, ..SignInRule::USUAL };
            assert_eq!(owes_next(&off, &standing, false, now), None);
            assert_eq!(owes_next(&off, &Standing { has_factor: true, ..standing }, false, now), Some(Owes::Code));
        }
    }

    #[test]
    fn a_subscribers_password_does_not_grow_old() {
        let (now, rule) = (at("2026-11-01T04:00:00Z"), SignInRule { password_days: Some(1), ..SignInRule::USUAL });
        let standing =
            Standing { role: Role::Customer, has_factor: false, password_set_at: at("2020-01-01T00:00:00Z"), must_change: false };
        assert_eq!(owes_next(&rule, &standing, false, now), None);
    }

    #[test]
    fn rules_are_read_and_nonsense_is_named() {
        let form = SignInRuleForm {
            idle_minutes: "4".into(),
            most_sessions: "x".into(),
            staff_moves: "never".into(),
            ..SignInRuleForm::of(&SignInRule::USUAL)
        };
        let fields: Vec<String> = form.read().unwrap_err().into_iter().map(|problem| problem.field.to_string()).collect();
        assert_eq!(fields, ["idle_minutes", "most_sessions", "staff_moves"]);
        assert_eq!(SignInRuleForm::of(&SignInRule::USUAL).read(), Ok(SignInRule::USUAL));
    }

    #[test]
    fn a_proof_is_fresh_for_a_quarter_of_an_hour() {
        let proved = at("2026-11-01T04:00:00Z");
        assert!(is_fresh(proved, at("2026-11-01T04:14:59Z")));
        assert!(!is_fresh(proved, at("2026-11-01T04:15:00Z")));
    }
}
