//! Names of what the log holds: an action is `noun.verb`, and each half has its words. One that is newer than the words
//! shows itself.

use ui::prelude::*;

/// The nouns.
const KINDS: &[&str] = &[
    "access",
    "account",
    "addon",
    "address",
    "ageing",
    "api_key",
    "approval",
    "billing",
    "billing_profile",
    "branch",
    "brake",
    "cash",
    "charge",
    "credit",
    "credit_note",
    "customer",
    "customers",
    "deposit",
    "discount",
    "documents",
    "dunning",
    "dunning_plan",
    "dunning_task",
    "expense",
    "fair_use",
    "holiday",
    "import",
    "imports",
    "invoice",
    "isp",
    "job",
    "ledger",
    "master",
    "message",
    "message_text",
    "nas",
    "package",
    "payment",
    "payments",
    "preset",
    "price",
    "proforma",
    "promise",
    "promo",
    "proposal",
    "radius",
    "rate",
    "refund",
    "rehearsal",
    "report",
    "router",
    "router_template",
    "service",
    "sessions",
    "setting",
    "sign_in",
    "statement",
    "suspension",
    "task",
    "tax",
    "top_up_offer",
    "zone",
];

pub(super) fn kinds() -> &'static [&'static str] {
    KINDS
}

pub(super) fn kind_words(kind: &str) -> String {
    half("kind", kind)
}

pub(crate) fn action_words(action: &str) -> String {
    match action.split_once('.') {
        Some((noun, verb)) => format!("{}: {}", half("kind", noun), half("verb", verb)),
        None => action.to_string(),
    }
}

fn half(which: &str, word: &str) -> String {
    let key = format!("audit-{which}-{}", word.replace('_', "-"));
    if locales::has_text(&key) { t(&key) } else { word.replace('_', " ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Every `action: "noun.verb"` in the use cases of ISPs, and of the platform, which keeps a log of its own.
    fn recorded(folder: &Path, of_platform: bool, found: &mut Vec<(bool, String)>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                recorded(&entry.path(), of_platform || entry.file_name() == "platform", found);
                continue;
            }
            let text = std::fs::read_to_string(entry.path()).unwrap();
            let parts: Vec<&str> = text.split("action: \"").collect();
            for pair in parts.windows(2) {
                let action = pair[1].split('"').next().unwrap_or_default();
                // What is about both stands outside the platform's folder and names its log.
                let to_its_log = pair[0].trim_end().ends_with("platform_log::Change {");
                found.push((of_platform || to_its_log, action.to_owned()));
            }
        }
    }

    #[test]
    fn what_the_use_cases_record_has_words() {
        let mut actions = Vec::new();
        recorded(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../server/services/src")), false, &mut actions);
        assert!(actions.len() > 30, "the use cases are where they were");
        for (of_platform, action) in actions {
            if of_platform {
                let key = format!("platform-did-{}", action.replace(['.', '_'], "-"));
                assert!(locales::has_text(&key), "{key}");
                continue;
            }
            let (noun, verb) = action.split_once('.').unwrap_or_else(|| panic!("{action} is no noun with a verb"));
            assert!(KINDS.contains(&noun), "{noun} of {action} is no kind");
            for key in [format!("audit-kind-{noun}"), format!("audit-verb-{verb}")] {
                assert!(locales::has_text(&key.replace('_', "-")), "{key}");
            }
        }
    }
}
