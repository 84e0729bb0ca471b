//! Keys with which programs act as the person who made them (SEC-08): made and taken back by himself, recognised with
//! each request, narrowed to their scopes and never wider than he is at that moment.

mod answers;
mod make;
mod recognise;
mod upkeep;

pub use answers::{Answer, Known, begin_request, finish_request, give_up_request};
pub use make::{Keys, forget_shown, make_key, own_keys, revoke_key, rotate_key, shown_key};
pub use recognise::{Held, recognise_key};
pub use upkeep::{Upkept, upkeep};
