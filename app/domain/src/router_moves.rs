//! Moving the subscribers of a router from its own secrets to RADIUS: which secrets go and which stay, how large a wave is,
//! and when too few have come back. Nothing here speaks to a router.

use crate::provisioning::states;
use crate::{Problem, ServiceId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The comment of a secret that sleeps because its line is with RADIUS begins so; the id of the run follows.
pub const TAG: &str = "lastmile:moved:";
/// So many of those who were online have to be online again, in each wave and in all: percent.
pub const ENOUGH: u64 = 95;
/// After so many days without trouble the old secrets may go.
pub const DAYS_TO_KEEP: i64 = 7;

states! {
    MoveState {
        /// Asked for; nothing was touched.
        Waiting "waiting",
        /// It is backed up and learns to ask RADIUS.
        Preparing "preparing",
        /// One line has to come in through RADIUS.
        Testing "testing",
        /// Nobody came in in time; that one's secret is awake again, and a person decides.
        Asking "asking",
        /// Wave after wave.
        Moving "moving",
        /// A person wanted it to rest after a wave.
        Paused "paused",
        /// The last wave is back; the router is about to be RADIUS's.
        Finishing "finishing",
        Done "done",
        /// Everything becomes as it was.
        Returning "returning",
        Returned "returned",
        /// The sleeping secrets are being removed.
        Clearing "clearing",
        Cleared "cleared",
        /// The router could not be prepared; nothing was changed.
        Refused "refused",
    }
}

impl MoveState {
    /// The router is free for another run.
    pub fn is_over(self) -> bool {
        matches!(self, MoveState::Done | MoveState::Returned | MoveState::Cleared | MoveState::Refused)
    }

    /// Nothing happens until a person says so.
    pub fn rests(self) -> bool {
        self.is_over() || matches!(self, MoveState::Asking | MoveState::Paused)
    }

    /// May a person have everything made as it was?
    pub fn can_return(self) -> bool {
        !matches!(
            self,
            MoveState::Returning
                | MoveState::Returned
                | MoveState::Clearing
                | MoveState::Cleared
                | MoveState::Refused
                | MoveState::Finishing
        )
    }
}

states! {
    SecretState {
        /// Its wave has not come yet.
        Waiting "waiting",
        /// Stays on the router.
        Left "left",
        /// What it was is written down; the router may or may not have put it to sleep.
        Writing "writing",
        /// Sleeps on the router.
        Off "off",
        /// Sleeps, and its line has come in through RADIUS.
        Back "back",
        /// Awake again, as it was.
        On "on",
        /// As it was but asleep: its line was suspended or ended meanwhile.
        Kept "kept",
        /// Somebody changed it on the router meanwhile: it is his.
        Changed "changed",
        Gone "gone",
        Removed "removed",
    }
}

impl SecretState {
    /// Does it sleep because of us?
    pub fn sleeps(self) -> bool {
        matches!(self, SecretState::Writing | SecretState::Off | SecretState::Back)
    }
}

states! {
    /// Why a secret stays on the router.
    Stays {
        /// No line of ours has this name.
        Unknown "unknown",
        /// It is for a tunnel and not for PPPoE.
        OtherService "other_service",
        /// RADIUS would not let the line in now: suspended, expired, not activated.
        Down "down",
        /// We keep no password for the line.
        NoPassword "no_password",
        /// The router has another password than we: the line could not come in.
        Password "password",
        /// It was switched off on the router after the look.
        SwitchedOff "switched_off",
    }
}

/// A secret as the router shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Secret {
    pub item: String,
    pub name: String,
    pub service: String,
    pub profile: String,
    pub comment: String,
    pub disabled: bool,
    /// `None`: we may not see it.
    pub password: Option<String>,
}

/// What we know of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub service: ServiceId,
    /// Would RADIUS let it in, before or behind the wall?
    pub lets_in: bool,
    pub password: String,
}

/// One secret that is awake, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub secret: Secret,
    pub service: Option<ServiceId>,
    pub online: bool,
    pub stays: Option<Stays>,
}

/// All of a router's secrets, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Those who are online first: the first wave tells most.
    pub moves: Vec<Listed>,
    pub stays: Vec<Listed>,
    /// So many sleep already.
    pub asleep: usize,
}

impl Plan {
    pub fn online(&self) -> usize {
        self.moves.iter().filter(|listed| listed.online).count()
    }
}

/// Sorts secrets. `lines`: by user name in lower case; `online`: who is on the router now.
pub fn plan(secrets: Vec<Secret>, lines: &HashMap<String, Known>, online: impl Fn(&str) -> bool) -> Plan {
    let mut plan = Plan::default();
    for secret in secrets {
        if secret.disabled {
            plan.asleep += 1;
            continue;
        }
        let known = lines.get(&secret.name.to_lowercase());
        let stays = stays(&secret, known);
        let listed = Listed { service: known.map(|known| known.service), online: online(&secret.name), stays, secret };
        if stays.is_some() { plan.stays.push(listed) } else { plan.moves.push(listed) }
    }
    let order = |a: &Listed, b: &Listed| b.online.cmp(&a.online).then_with(|| a.secret.name.cmp(&b.secret.name));
    plan.moves.sort_by(order);
    plan.stays.sort_by(order);
    plan
}

fn stays(secret: &Secret, known: Option<&Known>) -> Option<Stays> {
    let Some(known) = known else { return Some(Stays::Unknown) };
    if !["any", "pppoe"].contains(&secret.service.as_str()) {
        Some(Stays::OtherService)
    } else if known.password.is_empty() {
        Some(Stays::NoPassword)
    } else if secret.password.as_ref().is_some_and(|password| *password != known.password) {
        Some(Stays::Password)
    } else if !known.lets_in {
        Some(Stays::Down)
    } else {
        None
    }
}

/// How many go in one wave.
pub fn wave_size(all: usize, percent: u8) -> usize {
    (all * usize::from(percent)).div_ceil(100).clamp(5, 200)
}

/// Are so many back that it may go on?
pub fn enough(back: u64, of: u64) -> bool {
    back * 100 >= of * ENOUGH
}

/// What a person fills in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MoveForm {
    pub test: String,
    pub percent: String,
    pub minutes: String,
    pub server: String,
    /// What stays on the router may stay.
    pub leave: bool,
}

/// The same, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveDraft {
    pub test: String,
    pub percent: u8,
    pub minutes: u8,
    pub server: Option<String>,
    pub leave: bool,
}

impl MoveForm {
    pub fn read(&self) -> Result<MoveDraft, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut number = |field: &str, text: &str, usual: u8, most: u8| {
            let text = crate::money::ascii_digits(text.trim());
            if text.is_empty() {
                return usual;
            }
            text.parse().ok().filter(|number| (1..=most).contains(number)).unwrap_or_else(|| {
                problems.push(Problem::new(field, "problem-number-range").with("least", 1).with("most", most));
                usual
            })
        };
        let (percent, minutes) = (number("percent", &self.percent, 10, 100), number("minutes", &self.minutes, 10, 60));
        let server = crate::money::ascii_digits(self.server.trim());
        if !server.is_empty() && server.parse::<std::net::IpAddr>().is_err() {
            problems.push(Problem::new("server", "problem-move-server"));
        }
        let draft = MoveDraft {
            test: self.test.trim().to_owned(),
            percent,
            minutes,
            server: Some(server).filter(|server| !server.is_empty()),
            leave: self.leave,
        };
        if problems.is_empty() { Ok(draft) } else { Err(problems) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn secret(name: &str) -> Secret {
        Secret { item: "*1".into(), name: name.into(), service: "pppoe".into(), password: Some("right".into()), ..Secret::default() }
    }

    fn known(lets_in: bool, password: &str) -> Known {
        Known { service: ServiceId(Uuid::from_u128(7)), lets_in, password: password.into() }
    }

    #[test]
    fn nobody_is_moved_who_could_not_come_in() {
        let lines = HashMap::from([
            ("rahim".to_owned(), known(true, "right")),
            ("karim".to_owned(), known(true, "right")),
            ("late".to_owned(), known(false, "right")),
            ("other".to_owned(), known(true, "wrong")),
            ("none".to_owned(), known(true, "")),
        ]);
        let secrets = vec![
            secret("karim"),
            secret("Rahim"),
            secret("stranger"),
            secret("late"),
            secret("other"),
            secret("none"),
            Secret { service: "l2tp".into(), ..secret("rahim") },
            Secret { disabled: true, ..secret("rahim") },
            Secret { password: None, service: "any".into(), ..secret("other") },
        ];
        let plan = plan(secrets, &lines, |name| name == "Rahim");
        let moves: Vec<&str> = plan.moves.iter().map(|one| one.secret.name.as_str()).collect();
        assert_eq!(moves, ["Rahim", "karim", "other"], "who is online goes first; a password that nobody sees is not doubted");
        let mut stays: Vec<_> = plan.stays.iter().map(|one| (one.secret.name.as_str(), one.stays.map(Stays::slug).unwrap())).collect();
        stays.sort_unstable();
        let expected =
            [("late", "down"), ("none", "no_password"), ("other", "password"), ("rahim", "other_service"), ("stranger", "unknown")];
        assert_eq!(stays, expected);
        assert_eq!((plan.asleep, plan.online()), (1, 1));
    }

    #[test]
    fn a_wave_is_a_tenth_and_never_all_at_once() {
        let sizes = [(3, 10), (50, 10), (51, 10), (1_000, 10), (100_000, 10), (100, 100), (0, 10)];
        assert_eq!(sizes.map(|(all, percent)| wave_size(all, percent)), [5, 5, 6, 100, 200, 100, 5]);
    }

    #[test]
    fn ninety_five_of_a_hundred_are_enough() {
        assert!(enough(95, 100) && enough(0, 0) && enough(19, 20) && enough(5, 5));
        assert!(!enough(94, 100) && !enough(18, 20) && !enough(4, 5));
    }

    #[test]
    fn a_form_is_read_in_either_script() {
        let form = MoveForm { percent: "২০".into(), server: " 10.0.0.5 ".into(), test: " rahim ".into(), ..MoveForm::default() };
        let draft = MoveDraft { test: "rahim".into(), percent: 20, minutes: 10, server: Some("10.0.0.5".into()), leave: false };
        assert_eq!(form.read(), Ok(draft));
        let wrong = MoveForm { percent: "0".into(), minutes: "61".into(), server: "radius.example".into(), ..MoveForm::default() };
        let keys: Vec<String> = wrong.read().unwrap_err().into_iter().map(|problem| problem.field).collect();
        assert_eq!(keys, ["percent", "minutes", "server"]);
    }

    #[test]
    fn states_are_words_and_back() {
        for state in [MoveState::Asking, MoveState::Paused, MoveState::Done] {
            assert!(state.rests() && state.can_return() && MoveState::from_slug(state.slug()) == Some(state));
        }
        assert!(!MoveState::Returning.can_return() && !MoveState::Cleared.can_return());
        assert!(SecretState::Writing.sleeps() && !SecretState::Kept.sleeps());
    }
}
