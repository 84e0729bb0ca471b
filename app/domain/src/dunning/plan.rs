//! A plan: what is done about a bill on which day before or after its due date, in order. Each step happens once for
//! each invoice, whatever becomes of the plan afterwards.

use crate::messages::Template;
use crate::money::ascii_digits;
use crate::{DunningPlanId, Problem};
use serde::{Deserialize, Serialize};

/// How somebody is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Sms,
    Whatsapp,
    Email,
}

impl Channel {
    pub const ALL: [Channel; 3] = [Channel::Sms, Channel::Whatsapp, Channel::Email];

    pub fn slug(self) -> &'static str {
        match self {
            Channel::Sms => "sms",
            Channel::Whatsapp => "whatsapp",
            Channel::Email => "email",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.slug() == slug)
    }
}

/// What a step does. The last three are marks of what others do: fee, suspension and termination have their own rules,
/// and the mark says on the customer's page when the plan expects them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepAction {
    Message,
    Call,
    Visit,
    LateFee,
    Suspend,
    Terminate,
}

impl StepAction {
    pub const ALL: [StepAction; 6] =
        [StepAction::Message, StepAction::Call, StepAction::Visit, StepAction::LateFee, StepAction::Suspend, StepAction::Terminate];

    pub fn slug(self) -> &'static str {
        match self {
            StepAction::Message => "message",
            StepAction::Call => "call",
            StepAction::Visit => "visit",
            StepAction::LateFee => "late_fee",
            StepAction::Suspend => "suspend",
            StepAction::Terminate => "terminate",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.slug() == slug)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// From the due date, negative before it.
    pub offset_days: i16,
    pub action: StepAction,
    /// Of a message.
    pub template: Option<Template>,
    /// Of a message: the first that the customer can be reached by is taken.
    pub channels: Vec<Channel>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub id: DunningPlanId,
    pub name: String,
    pub is_default: bool,
    pub version: i32,
    /// By day, then by action.
    pub steps: Vec<Step>,
}

/// Rows of the editor.
pub const MOST_STEPS: usize = 20;

fn message(offset_days: i16, template: Template) -> Step {
    Step { offset_days, action: StepAction::Message, template: Some(template), channels: vec![Channel::Sms, Channel::Email] }
}

fn mark(offset_days: i16, action: StepAction) -> Step {
    Step { offset_days, action, template: None, channels: Vec::new() }
}

/// Reminders a week, three days and a day before and after.
pub fn standard() -> Vec<Step> {
    let before = [-7, -3, -1].map(|day| message(day, Template::DueSoon));
    let after = [1, 3].map(|day| message(day, Template::Overdue));
    before.into_iter().chain(after).chain([message(7, Template::LastWarning)]).collect()
}

/// What field teams are used to: a word before, a call on the day, somebody at the door, a warning, the end.
pub fn field_habit() -> Vec<Step> {
    vec![
        message(-3, Template::DueSoon),
        mark(0, StepAction::Call),
        mark(3, StepAction::Visit),
        message(7, Template::LastWarning),
        mark(10, StepAction::Suspend),
    ]
}

/// One row of the editor as typed; without a day it is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepForm {
    #[serde(default)]
    pub day: String,
    #[serde(default)]
    pub action: String,
    #[serde(default)]
    pub template: String,
    /// Channels in order, as one choice: `sms,email`.
    #[serde(default)]
    pub channels: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanForm {
    pub name: String,
    #[serde(default)]
    pub is_default: Option<String>,
    #[serde(default)]
    pub steps: Vec<StepForm>,
    #[serde(default)]
    pub version: String,
}

impl PlanForm {
    /// The editor filled with these steps, for a plan that is made without one.
    pub fn of(name: &str, steps: &[Step]) -> Self {
        let row = |step: &Step| StepForm {
            day: step.offset_days.to_string(),
            action: step.action.slug().into(),
            template: step.template.map(|template| template.slug().to_string()).unwrap_or_default(),
            channels: step.channels.iter().map(|channel| channel.slug()).collect::<Vec<_>>().join(","),
        };
        Self { name: name.into(), steps: steps.iter().map(row).collect(), ..Self::default() }
    }
}

/// Reads the editor, or says beside each field what is wrong.
pub fn read_plan(form: &PlanForm, id: DunningPlanId) -> Result<Plan, Vec<Problem>> {
    let mut problems = Vec::new();
    let name = form.name.trim().to_string();
    if !(1..=60).contains(&name.chars().count()) {
        problems.push(Problem::new("name", "problem-name-length").with("most", 60));
    }
    let mut steps: Vec<Step> = Vec::new();
    for (row, step) in form.steps.iter().enumerate().filter(|(_, step)| !step.day.trim().is_empty()) {
        match read_step(step) {
            Ok(step) if steps.iter().any(|other| (other.offset_days, other.action) == (step.offset_days, step.action)) => {
                problems.push(Problem::new(&field(row, "day"), "problem-step-twice"));
            }
            Ok(step) => steps.push(step),
            Err((part, key)) => problems.push(Problem::new(&field(row, part), key)),
        }
    }
    if steps.is_empty() && problems.is_empty() {
        problems.push(Problem::new(&field(0, "day"), "problem-plan-empty"));
    }
    if steps.len() > MOST_STEPS {
        problems.push(Problem::new("name", "problem-plan-long").with("most", MOST_STEPS));
    }
    steps.sort_by_key(|step| (step.offset_days, step.action));
    let version = form.version.trim().parse().unwrap_or(1);
    if problems.is_empty() { Ok(Plan { id, name, is_default: form.is_default.is_some(), version, steps }) } else { Err(problems) }
}

/// Name of a field of a row, as the form sends it.
fn field(row: usize, part: &str) -> String {
    format!("steps-{row}-{part}")
}

fn read_step(form: &StepForm) -> Result<Step, (&'static str, &'static str)> {
    let day = ascii_digits(form.day.trim()).replace('−', "-");
    let offset_days =
        day.trim_start_matches('+').parse::<i16>().ok().filter(|day| (-60..=365).contains(day)).ok_or(("day", "problem-step-day"))?;
    let action = StepAction::from_slug(form.action.trim()).ok_or(("action", "problem-choice"))?;
    if action != StepAction::Message {
        if offset_days < 0 && !matches!(action, StepAction::Call | StepAction::Visit) {
            return Err(("day", "problem-step-too-early"));
        }
        return Ok(mark(offset_days, action));
    }
    let template = Template::from_slug(form.template.trim()).ok_or(("template", "problem-choice"))?;
    let mut channels = Vec::new();
    for slug in form.channels.split(',').map(str::trim).filter(|slug| !slug.is_empty()) {
        let channel = Channel::from_slug(slug).ok_or(("channels", "problem-choice"))?;
        if !channels.contains(&channel) {
            channels.push(channel);
        }
    }
    if channels.is_empty() {
        return Err(("channels", "problem-choice"));
    }
    Ok(Step { offset_days, action, template: Some(template), channels })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn step(day: &str, action: &str) -> StepForm {
        StepForm { day: day.into(), action: action.into(), template: "due-soon".into(), channels: "sms,email".into() }
    }

    fn read(steps: Vec<StepForm>) -> Result<Plan, Vec<Problem>> {
        read_plan(&PlanForm { name: "Usual".into(), steps, ..PlanForm::default() }, DunningPlanId(Uuid::nil()))
    }

    #[test]
    fn steps_are_put_in_order_and_empty_rows_left_out() {
        let plan = read(vec![step("+৩", "visit"), step("", "message"), step("-3", "message"), step("0", "call")]).unwrap();
        assert_eq!(plan.steps.iter().map(|step| step.offset_days).collect::<Vec<_>>(), [-3, 0, 3]);
        assert_eq!(plan.steps[0].channels, [Channel::Sms, Channel::Email]);
        assert_eq!(plan.steps[1].channels, []);
    }

    #[test]
    fn the_field_that_is_wrong_is_named() {
        let wrong = |steps| read(steps).unwrap_err().into_iter().map(|p| (p.field, p.key)).collect::<Vec<_>>();
        let one = |field: &str, key: &str| vec![(field.to_string(), key.to_string())];
        assert_eq!(wrong(vec![step("1000", "call")]), one("steps-0-day", "problem-step-day"));
        assert_eq!(wrong(vec![step("1", "call"), step("1", "call")]), one("steps-1-day", "problem-step-twice"));
        assert_eq!(wrong(vec![step("-1", "suspend")]), one("steps-0-day", "problem-step-too-early"));
        assert_eq!(wrong(vec![step("1", "sing")]), one("steps-0-action", "problem-choice"));
        assert_eq!(wrong(Vec::new()), one("steps-0-day", "problem-plan-empty"));
    }

    #[test]
    fn the_presets_are_plans() {
        assert_eq!(read_plan(&PlanForm::of("Field", &field_habit()), DunningPlanId(Uuid::nil())).unwrap().steps, field_habit());
        assert_eq!(standard().iter().map(|step| step.offset_days).collect::<Vec<_>>(), [-7, -3, -1, 1, 3, 7]);
        assert_eq!(
            field_habit().iter().map(|step| (step.offset_days, step.action.slug())).collect::<Vec<_>>(),
            [(-3, "message"), (0, "call"), (3, "visit"), (7, "message"), (10, "suspend")]
        );
    }
}
