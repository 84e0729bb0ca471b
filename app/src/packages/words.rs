//! Packages in words, for every page that names one.

use domain::packages::speed_text;
use ui::prelude::*;

use domain::packages::{Package, PackageKind, Terms, TermsField, Validity};
use leptos::prelude::*;

/// `5 Mbps up / 10 Mbps down`, or unlimited.
pub(crate) fn speed(up_kbps: Option<u32>, down_kbps: Option<u32>) -> String {
    let one = |kbps: Option<u32>| kbps.map_or_else(|| t("package-unlimited"), speed_text);
    t_with("package-speed-both", &[("up", one(up_kbps).into()), ("down", one(down_kbps).into())])
}

pub(super) fn validity_text(validity: Validity) -> String {
    t_with(&format!("package-validity-{}", validity.unit()), &[("count", i64::from(validity.count()).into())])
}

pub(super) fn kind_words(kind: PackageKind) -> String {
    t(&format!("package-kind-{}", kind.slug().replace('_', "-")))
}

pub(super) fn field_words(field: TermsField) -> String {
    t(&format!("package-field-{}", field.slug()))
}

/// What a package gives in one field, for people.
pub(super) fn field_value(terms: &Terms, field: TermsField) -> String {
    let kbps = |kbps: Option<u32>| kbps.map_or_else(|| t("package-unlimited"), speed_text);
    match field {
        TermsField::Validity => validity_text(terms.validity),
        TermsField::Down => kbps(terms.down_kbps),
        TermsField::Up => kbps(terms.up_kbps),
        TermsField::Volume => terms.volume_mb.map_or_else(|| t("package-unlimited"), volume),
        TermsField::Burst => terms.burst.map_or_else(|| t("common-none"), |burst| speed(burst.up_kbps, burst.down_kbps)),
        TermsField::Priority => terms.priority.map_or_else(|| t("common-none"), |value| number(value.into())),
        TermsField::Contention => terms.contention.map_or_else(|| t("common-none"), |value| format!("1:{}", number(value.into()))),
        TermsField::Night => terms.night.map_or_else(|| t("common-none"), |night| speed(night.up_kbps, night.down_kbps)),
        TermsField::Visibility => t(if terms.public { "package-public" } else { "package-private" }),
    }
}

fn number(value: i64) -> String {
    locales::number(use_language(), value)
}

/// `200 GB`.
pub(super) fn volume(mb: u64) -> String {
    t_with("package-volume-value", &[("gb", i64::try_from(mb / 1_024).unwrap_or(i64::MAX).into())])
}

/// On sale or not, and what is special about its price.
pub(super) fn state(package: &Package) -> AnyView {
    use domain::packages::Pricing;
    let status = if package.archived {
        view! { <StatusBadge tone=Tone::Neutral label=t("status-archived") icon="archive"/> }
    } else {
        view! { <StatusBadge tone=Tone::Good label=t("status-on-sale") icon="check"/> }
    };
    let pricing = match package.terms.pricing {
        Pricing::Paid => None,
        Pricing::Free => Some(view! { " "<StatusBadge tone=Tone::Info label=t("package-pricing-free") icon="tag"/> }),
        Pricing::Trial => Some(view! { " "<StatusBadge tone=Tone::Info label=t("package-pricing-trial") icon="clock"/> }),
    };
    let private = (!package.terms.public).then(|| view! { " "<StatusBadge tone=Tone::Neutral label=t("package-private") icon="eye-off"/> });
    view! { {status}{pricing}{private} }.into_any()
}
