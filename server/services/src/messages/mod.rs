//! The outbox: notices rendered in the ISP's words and the reader's language, held back in quiet hours, never there
//! twice. Nothing is sent from here.

mod queue;
mod secret;
mod texts;
mod views;

pub use texts::{TextView, forget_text, preview, save_text, texts};
pub use views::{MessageFilter, cancel, messages};

pub(crate) use queue::{Notice, Recipient, queue, recipients};
pub(crate) use secret::{Secret, queue_secret};
