//! Setting a router up from a template: what the template wants, what the router has, and the difference as a plan that a
//! person can read before anything is touched. Nothing here speaks to a router, and what people made by hand on it is
//! never changed.

mod compare;
mod decide;
mod parts;
mod rollout;
mod run;
mod shapes;
mod stock;
mod template;
mod variables;

pub use decide::{Action, Item, Plan, Row, Rows, Setting, Write, decide, plan, undo};
pub use parts::{Dialect, Key, Object, Place, radius_objects};
pub use rollout::{MOST_AT_ONCE, Member, Outlook, RolloutState, Turn, turn};
pub(crate) use run::states;
pub use run::{RunState, StepState};
pub use stock::stock_template;
pub use template::{Template, TemplateForm};
pub use variables::{Kind, Variable};

/// What stands first in the comment of everything that provisioning made.
pub const TAG: &str = "lastmile:provision:";
/// Names of ours in menus that keep no comment.
pub const PREFIX: &str = "lastmile-";
/// The scheduled job on the router that takes everything back when it loses us.
pub const DEAD_MAN: &str = "lastmile-dead-man";

#[cfg(test)]
mod tests;
