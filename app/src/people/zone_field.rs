//! The choice of a zone: from a list while it is short, by its name or path where an ISP has hundreds.

use domain::ZoneId;
use domain::people::{MOST_LISTED, Zone, as_tree, zone_path};
use leptos::prelude::*;
use std::collections::BTreeMap;
use ui::prelude::*;

/// Every zone, indented as it stands.
pub(crate) fn zone_options(all: &[Zone]) -> Vec<(String, String)> {
    as_tree(all).into_iter().map(|(depth, zone)| (zone.id.to_string(), format!("{}{}", "– ".repeat(depth), zone.name))).collect()
}

/// `Dhaka / Mirpur`.
pub(crate) fn zone_words(id: ZoneId, all: &[Zone]) -> String {
    let known: BTreeMap<ZoneId, &Zone> = all.iter().map(|zone| (zone.id, zone)).collect();
    zone_path(id, &known).join(" / ")
}

/// What a field is called, what it says where nothing is chosen, and what it says about itself.
pub(crate) struct ZoneWords {
    pub name: &'static str,
    pub label: String,
    pub none: String,
    pub help: String,
}

/// `first`: choices that are no zone. Stands inside of a form.
pub(crate) fn zone_field(words: ZoneWords, all: &[Zone], value: Option<ZoneId>, first: Vec<(String, String)>) -> AnyView {
    let ZoneWords { name, label, none, help } = words;
    if all.len() > MOST_LISTED {
        let value = value.map(|id| zone_words(id, all)).unwrap_or_default();
        let help = format!("{} {help}", t("zone-typed-help"));
        return view! { <TextField name=name label=label value=value optional=true autocomplete="off" help=help.trim().to_string()/> }
            .into_any();
    }
    let options: Vec<(String, String)> = first.into_iter().chain(zone_options(all)).collect();
    let value = value.map(|id| id.to_string()).unwrap_or_default();
    let help = Some(help).filter(|help| !help.is_empty());
    match help {
        Some(help) => {
            view! { <SelectField name=name label=label options=options value=value empty=none optional=true help=help/> }.into_any()
        }
        None => view! { <SelectField name=name label=label options=options value=value empty=none optional=true/> }.into_any(),
    }
}
