//! The people of an ISP, as whoever stands above them looks after them: making, changing, suspending, resetting, what
//! each may do, whose customers somebody's are, and acting as somebody. A person's own account is not here.

mod branches;
mod create;
mod edit;
mod first_password;
mod login_as;
mod move_customers;
mod presets;
mod remove;
mod reset;
mod rights;
mod scope;
mod suspend;
mod titles;
mod views;
mod zones;

pub use branches::{branches, delete_branch, hold_to_branches, move_to_branch, save_branch};
pub use create::create_person;
pub use edit::update_person;
pub use first_password::{forget_first_password, shown_first_password};
pub use login_as::{leave, login_as, login_as_customer};
pub use move_customers::{Moved, move_all_customers, move_customers};
pub use presets::{Differing, PresetView, bring_to_preset, difference_of, preset_keys, presets, restore_preset, save_preset};
pub use remove::delete_person;
pub use reset::{end_sessions_of, reset_password, reset_second_factor};
pub use rights::{give_special, hide_menus, rights_of, save_rights, take_special};
pub(crate) use scope::whole_isp;
pub use suspend::{reinstate, suspend};
pub use titles::{role_titles, set_role_titles};
pub use views::{OwnerView, activity_of, makeable_roles, owner_of, people, person, sellers_above, sessions_of};
pub(crate) use zones::zones_of;
pub use zones::{ZoneRow, delete_zone, hold_to_zones, save_zone, zone_list, zones};
