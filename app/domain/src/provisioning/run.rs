//! The states of one provisioning and of its steps. A run that is not over holds its router: no second one begins.

use serde::{Deserialize, Serialize};

/// States that are kept as words.
macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident $slug:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$item])* $variant,)+ }

        impl $name {
            pub fn slug(self) -> &'static str {
                match self { $($name::$variant => $slug,)+ }
            }

            pub fn from_slug(slug: &str) -> Option<Self> {
                match slug { $($slug => Some($name::$variant),)+ _ => None }
            }
        }
    };
}

pub(crate) use states;

states! {
    RunState {
        /// Filled in and being read; nobody has asked for it yet.
        Draft "draft",
        /// Asked for; nothing was touched.
        Waiting "waiting",
        /// The backup is being made and the dead man put in place.
        Arming "arming",
        Applying "applying",
        /// All is as wanted, seen over a new connection; the dead man is being taken away.
        Disarming "disarming",
        Done "done",
        /// What was done is being taken back.
        Undoing "undoing",
        RolledBack "rolled_back",
        /// The router lost us and loaded its backup by itself.
        Reverted "reverted",
        /// The router could not be prepared; nothing was changed.
        Refused "refused",
    }
}

impl RunState {
    /// Nothing more happens by itself.
    pub fn is_over(self) -> bool {
        matches!(self, RunState::Draft | RunState::Done | RunState::RolledBack | RunState::Reverted | RunState::Refused)
    }
}

states! {
    StepState {
        Waiting "waiting",
        /// What was there before is written down; the router may or may not have taken the change.
        Writing "writing",
        Done "done",
        /// Was as wanted already when its turn came.
        Kept "kept",
        Refused "refused",
        Undone "undone",
    }
}
