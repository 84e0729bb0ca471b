//! Reads the forms of a policy and of an offer, every problem at once beside its field.

use super::{Counted, Limit, MOST_STEPS, Policy, Step, Window};
use crate::money::ascii_digits;
use crate::packages::read_speed;
use crate::{Currency, Money, Problem, TaxProfileId};
use chrono::{NaiveTime, Weekday};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// One row of the ladder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepForm {
    pub gb: String,
    pub hours: String,
    pub up: String,
    pub down: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FairUseForm {
    pub name: String,
    /// `day`, `week`, `month` or `cycle`.
    pub window: String,
    /// `mon` to `sun`.
    pub week_day: String,
    pub month_day: String,
    pub counted: String,
    pub steps: Vec<StepForm>,
    pub stop_gb: String,
    pub stop_hours: String,
    pub free_from: String,
    pub free_to: String,
    /// What limits are worth more on days off, in per cent.
    pub weekend_more: String,
    pub days_off: Vec<String>,
    pub rollover_months: String,
    pub version: i32,
}

pub const WEEK: [(Weekday, &str); 7] = [
    (Weekday::Sat, "sat"),
    (Weekday::Sun, "sun"),
    (Weekday::Mon, "mon"),
    (Weekday::Tue, "tue"),
    (Weekday::Wed, "wed"),
    (Weekday::Thu, "thu"),
    (Weekday::Fri, "fri"),
];

fn weekday(slug: &str) -> Option<Weekday> {
    WEEK.into_iter().find(|(_, known)| *known == slug).map(|(day, _)| day)
}

const GB: u32 = 1_000_000_000;

/// `10`, `2.5`: gigabytes of a thousand megabytes, as they are sold, to octets.
pub fn gigabytes(text: &str) -> Option<u64> {
    let text = ascii_digits(text.trim()).to_lowercase();
    let number: Decimal = text.trim_end_matches("gb").trim().parse().ok()?;
    let octets = number.checked_mul(GB.into())?.trunc();
    octets.to_string().parse::<u64>().ok().filter(|octets| (1_000_000..=1_000_000_000_000_000).contains(octets))
}

fn hours(text: &str) -> Option<u32> {
    let number: Decimal = ascii_digits(text.trim()).parse().ok()?;
    number.checked_mul(60.into())?.trunc().to_string().parse::<u32>().ok().filter(|minutes| (1..=44_640).contains(minutes))
}

struct Reader {
    problems: Vec<Problem>,
}

impl Reader {
    fn wrong(&mut self, field: &str, key: &str) {
        self.problems.push(Problem::new(field, key));
    }

    fn limit(&mut self, fields: (&str, &str), gb: &str, time: &str) -> Limit {
        let octets = if gb.trim().is_empty() {
            None
        } else {
            gigabytes(gb).or_else(|| {
                self.wrong(fields.0, "problem-gigabytes");
                None
            })
        };
        let minutes = if time.trim().is_empty() {
            None
        } else {
            hours(time).or_else(|| {
                self.wrong(fields.1, "problem-hours-online");
                None
            })
        };
        Limit { octets, minutes }
    }

    fn speed(&mut self, field: &str, text: &str) -> u32 {
        match read_speed(text) {
            Ok(Some(kbps)) => kbps,
            _ => {
                self.wrong(field, "problem-speed");
                1
            }
        }
    }

    fn time(&mut self, field: &str, text: &str) -> Option<NaiveTime> {
        let time = NaiveTime::parse_from_str(&ascii_digits(text.trim()), "%H:%M").ok();
        if time.is_none() {
            self.wrong(field, "problem-time-of-day");
        }
        time
    }

    fn number(&mut self, field: &str, text: &str, usual: u16, least: u16, most: u16) -> u16 {
        let text = ascii_digits(text.trim());
        if text.is_empty() {
            return usual;
        }
        match text.parse().ok().filter(|number| (least..=most).contains(number)) {
            Some(number) => number,
            None => {
                self.problems.push(Problem::new(field, "problem-number-range").with("least", least).with("most", most));
                usual
            }
        }
    }
}

/// Reads a policy; answers with its name and what it says.
pub fn read_fair_use(form: &FairUseForm) -> Result<(String, Policy), Vec<Problem>> {
    let mut reader = Reader { problems: Vec::new() };
    let name = form.name.trim().to_string();
    if name.is_empty() || name.chars().count() > 60 {
        reader.problems.push(Problem::new("name", "problem-name-length").with("most", 60));
    }
    let window = match form.window.as_str() {
        "day" => Window::Day,
        "week" => Window::Week(weekday(&form.week_day).unwrap_or(Weekday::Sat)),
        "month" => Window::Month(u8::try_from(reader.number("month_day", &form.month_day, 1, 1, 28)).unwrap_or(1)),
        "cycle" => Window::Cycle,
        _ => {
            reader.wrong("window", "problem-choice");
            Window::Day
        }
    };
    let counted = match form.counted.as_str() {
        "" | "both" => Counted::Both,
        "down" => Counted::Down,
        "up" => Counted::Up,
        _ => {
            reader.wrong("counted", "problem-choice");
            Counted::Both
        }
    };
    let mut steps = Vec::new();
    for (row, step) in form.steps.iter().enumerate().take(MOST_STEPS) {
        if [&step.gb, &step.hours, &step.up, &step.down].iter().all(|text| text.trim().is_empty()) {
            continue;
        }
        let field = |part: &str| format!("steps-{row}-{part}");
        let from = reader.limit((&field("gb"), &field("hours")), &step.gb, &step.hours);
        if step.gb.trim().is_empty() && step.hours.trim().is_empty() {
            reader.wrong(&field("gb"), "problem-gigabytes");
        }
        let (up_kbps, down_kbps) = (reader.speed(&field("up"), &step.up), reader.speed(&field("down"), &step.down));
        steps.push(Step { from, up_kbps, down_kbps });
    }
    let stop_at = reader.limit(("stop_gb", "stop_hours"), &form.stop_gb, &form.stop_hours);
    let free = match (form.free_from.trim(), form.free_to.trim()) {
        ("", "") => None,
        (from, to) => match (reader.time("free_from", from), reader.time("free_to", to)) {
            (Some(from), Some(to)) if from == to => {
                reader.wrong("free_to", "problem-window-empty");
                None
            }
            (from, to) => from.zip(to),
        },
    };
    let more = reader.number("weekend_more", &form.weekend_more, 0, 0, 900);
    let days_off: Vec<Weekday> = form.days_off.iter().filter_map(|slug| weekday(slug)).collect();
    let rollover = reader.number("rollover_months", &form.rollover_months, 0, 0, 12);
    let policy = Policy {
        window,
        counted,
        free,
        weekend_percent: 100 + more,
        days_off: if more > 0 { days_off } else { Vec::new() },
        steps,
        stop_at: (!stop_at.is_none()).then_some(stop_at),
        rollover_months: u8::try_from(rollover).unwrap_or(0),
    };
    if reader.problems.is_empty() {
        // In the form the limits of all rows stand together.
        reader.problems.extend(policy.problems().into_iter().map(|problem| match problem.field.as_str() {
            "steps" => Problem { field: "steps-0-gb".into(), ..problem },
            "stop_at" => Problem { field: "stop_gb".into(), ..problem },
            _ => problem,
        }));
    }
    if reader.problems.is_empty() { Ok((name, policy)) } else { Err(reader.problems) }
}

impl FairUseForm {
    /// The form that gives this policy again.
    pub fn of(name: &str, policy: &Policy, version: i32) -> Self {
        let slug = |day: Weekday| WEEK.into_iter().find(|(known, _)| *known == day).map_or("", |(_, slug)| slug).to_string();
        let gb = |limit: Limit| {
            limit.octets.map(|octets| (Decimal::from(octets) / Decimal::from(GB)).normalize().to_string()).unwrap_or_default()
        };
        let hours = |limit: Limit| {
            limit
                .minutes
                .map(|minutes| (Decimal::from(minutes) / Decimal::from(60)).round_dp(2).normalize().to_string())
                .unwrap_or_default()
        };
        let speed = |kbps: u32| (Decimal::from(kbps) / Decimal::from(1_000)).normalize().to_string();
        let (window, week_day, month_day) = match policy.window {
            Window::Day => ("day", String::new(), String::new()),
            Window::Week(day) => ("week", slug(day), String::new()),
            Window::Month(day) => ("month", String::new(), day.to_string()),
            Window::Cycle => ("cycle", String::new(), String::new()),
        };
        let counted = match policy.counted {
            Counted::Both => "both",
            Counted::Down => "down",
            Counted::Up => "up",
        };
        let time = |time: Option<NaiveTime>| time.map(|time| time.format("%H:%M").to_string()).unwrap_or_default();
        Self {
            name: name.into(),
            window: window.into(),
            week_day,
            month_day,
            counted: counted.into(),
            steps: policy
                .steps
                .iter()
                .map(|step| StepForm { gb: gb(step.from), hours: hours(step.from), up: speed(step.up_kbps), down: speed(step.down_kbps) })
                .collect(),
            stop_gb: policy.stop_at.map(gb).unwrap_or_default(),
            stop_hours: policy.stop_at.map(hours).unwrap_or_default(),
            free_from: time(policy.free.map(|(from, _)| from)),
            free_to: time(policy.free.map(|(_, to)| to)),
            weekend_more: if policy.weekend_percent > 100 { (policy.weekend_percent - 100).to_string() } else { String::new() },
            days_off: policy.days_off.iter().map(|day| slug(*day)).collect(),
            rollover_months: policy.rollover_months.to_string(),
            version,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OfferForm {
    pub name: String,
    pub gb: String,
    pub price: String,
    pub tax_profile_id: String,
    pub months: String,
    pub in_portal: Option<String>,
}

/// An offer that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferDraft {
    pub name: String,
    pub octets: u64,
    pub price: Money,
    pub tax_profile_id: Option<TaxProfileId>,
    pub months: u8,
    pub in_portal: bool,
}

pub fn read_offer(form: &OfferForm, currency: Currency) -> Result<OfferDraft, Vec<Problem>> {
    let mut reader = Reader { problems: Vec::new() };
    let name = form.name.trim().to_string();
    if name.is_empty() || name.chars().count() > 60 {
        reader.problems.push(Problem::new("name", "problem-name-length").with("most", 60));
    }
    let octets = gigabytes(&form.gb);
    if octets.is_none() {
        reader.wrong("gb", "problem-gigabytes");
    }
    let price = match Money::parse(&form.price, currency) {
        Ok(price) if price.is_zero() => {
            reader.wrong("price", "problem-price-zero");
            None
        }
        Ok(price) => Some(price),
        Err(error) => {
            reader.wrong("price", error.key());
            None
        }
    };
    let tax_profile_id = match form.tax_profile_id.trim() {
        "" => None,
        id => id.parse().map_err(|_| reader.wrong("tax_profile_id", "problem-choice")).ok(),
    };
    let months = reader.number("months", &form.months, 0, 0, 12);
    match (octets, price) {
        (Some(octets), Some(price)) if reader.problems.is_empty() => Ok(OfferDraft {
            name,
            octets,
            price,
            tax_profile_id,
            months: u8::try_from(months).unwrap_or(0),
            in_portal: form.in_portal.is_some(),
        }),
        _ => Err(reader.problems),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ladder() -> FairUseForm {
        let step = |gb: &str, speed: &str| StepForm { gb: gb.into(), up: speed.into(), down: speed.into(), ..StepForm::default() };
        FairUseForm {
            name: "Ladder".into(),
            window: "cycle".into(),
            steps: vec![step("১০", "30"), step("100.5", "10"), StepForm::default()],
            stop_gb: "200".into(),
            free_from: "01:00".into(),
            free_to: "06:30".into(),
            weekend_more: "40".into(),
            days_off: vec!["fri".into(), "sat".into()],
            rollover_months: "3".into(),
            ..FairUseForm::default()
        }
    }

    #[test]
    fn a_form_and_its_policy_are_the_same() {
        let (name, policy) = read_fair_use(&ladder()).unwrap();
        assert_eq!((policy.steps.len(), policy.weekend_percent, policy.steps[1].from.octets), (2, 140, Some(100_500_000_000)));
        let again = FairUseForm::of(&name, &policy, 3);
        assert_eq!(read_fair_use(&again).unwrap(), (name, policy));
    }

    #[test]
    fn a_wrong_form_names_its_fields() {
        let problems = |form: FairUseForm| {
            let problems = read_fair_use(&form).unwrap_err();
            problems.into_iter().map(|problem| format!("{} {}", problem.field, problem.key)).collect::<Vec<_>>()
        };
        let mut wrong = ladder();
        wrong.steps[0].down = "fast".into();
        wrong.steps[1].gb = "0".into();
        assert_eq!(problems(wrong), ["steps-0-down problem-speed", "steps-1-gb problem-gigabytes"]);
        assert_eq!(problems(FairUseForm { stop_gb: "50".into(), ..ladder() }), ["stop_gb problem-fair-use-stop"]);
        assert_eq!(problems(FairUseForm { free_to: "01:00".into(), ..ladder() }), ["free_to problem-window-empty"]);
        assert_eq!(problems(FairUseForm { rollover_months: "13".into(), ..ladder() }), ["rollover_months problem-number-range"]);
        let empty = FairUseForm { name: "x".into(), window: "day".into(), ..FairUseForm::default() };
        assert_eq!(problems(empty), ["steps-0-gb problem-fair-use-empty"]);
    }

    #[test]
    fn an_offer_needs_data_and_a_price() {
        let form = OfferForm { name: "5 GB".into(), gb: "5".into(), price: "50".into(), ..OfferForm::default() };
        assert_eq!(read_offer(&form, Currency::Bdt).unwrap().octets, 5_000_000_000);
        let wrong = read_offer(&OfferForm { gb: "none".into(), price: "0".into(), ..form }, Currency::Bdt).unwrap_err();
        assert_eq!(wrong.iter().map(|problem| problem.field.as_str()).collect::<Vec<_>>(), ["gb", "price"]);
    }
}
