//! Forms: label above, help below, the error beside its field in words that say what to do.
//! Fields are plain inputs that keep what was typed; nothing here sends or validates anything.

mod buttons;
mod field;
mod inputs;
mod problems;
mod sent;

pub use buttons::{ButtonStyle, ConfirmButton, LinkButton, SubmitButton};
pub use field::Field;
pub use inputs::{CheckField, DateField, FileField, HiddenField, MoneyField, SelectField, TextAreaField, TextField};
pub use problems::{ErrorSummary, problem_at, provide_problems, use_problems};
pub use sent::{AT, KEY, PostForm, Sent, came_back};
