//! What happens to a bill that is not paid: what is said and when, who is spared and why, from which instant on the
//! line may be cut, and when a run stops because it would cut too many (BIL-15, BIL-16, BIL-19).

mod brake;
#[cfg(feature = "zones")]
mod cutoff;
mod days;
mod plan;
mod promise;
mod settings;
mod views;

pub use brake::{BrakeCause, BrakeFigures, BrakeLimits, brake};
#[cfg(feature = "zones")]
pub use cutoff::{Debt, Hold, Mercy, OpenBill, Terms, cut_off_at};
pub use days::{Calendar, next_working_day, read_holidays, weekend_of};
pub use plan::{Channel, MOST_STEPS, Plan, PlanForm, Step, StepAction, StepForm, field_habit, read_plan, standard};
pub use promise::{PromiseFacts, PromiseRules, check_promise};
pub use settings::{Quiet, Settings};
pub use views::*;
